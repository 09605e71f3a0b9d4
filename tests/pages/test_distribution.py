"""Tests of the page of the distribution, as the secretariat uses it."""

import pytest

from data.words import catalogue
from tests import stage
from tests.data.distribution.stage import PDF, ledger
from tests.pages.conftest import stand
from ui.distribution import delegates, delegations

pytestmark = pytest.mark.one_database

SAY = catalogue("vi")
AFTER = "D+2 09:00"


@pytest.fixture
def over(unreported):
    """The small event, the day after."""
    return stand(AFTER)


def published(visit):
    page = visit("command").open("distribution")
    page.at.session_state["distribution.publish_box"] = True
    page.run()
    page.at.get("file_uploader")[0].set_value([("bao-cao.pdf", PDF, "application/pdf")])
    page.write("distribution.title", "Báo cáo tổng hợp ba diễn đàn").run()
    return page.tap("distribution.publish")


def received(of: int, expected: int = 12) -> str:
    return SAY["distribution.received"].format(received=of, expected=expected)


def test_a_file_goes_to_everyone_and_copies_come_back_signed(over, visit):
    page = published(visit)
    assert page.shows(received(0)) and len(page.rows(delegations.KEY)) == 2
    first = ledger(when=AFTER).delegations[0]
    page.open_row(delegations.KEY, first.id)
    page.tap("distribution.hand_over_copies", refused=True)
    assert page.refusal == SAY["refusal.receiver_needed"]
    page.write(f"distribution.receiver.{first.id}", "Văn thư").pause()
    page.tap("distribution.hand_over_copies")
    absent = first.lines[0]
    page.at.multiselect(key=f"distribution.unsigned.{first.id}").set_value([absent.delegate_id])
    page.tap("distribution.sign_for_copies")
    assert page.shows(received(5)) and page.shows(received(5, 6))
    page.open_row(delegates.KEY, absent.delegate_id)
    assert page.shows("Văn thư")
    page.tap("distribution.receipt")
    assert page.shows(received(6)) and page.shows(received(6, 6))
    page.tap("distribution.receipt_back.hand")
    assert page.shows(received(5)) and not page.has_button("distribution.queue_email")
    page.choose("distribution.shown", "missing")
    assert len(page.rows(delegations.KEY)) == 2


def test_it_is_withdrawn_and_counts_again_and_links_are_cards(over, visit):
    page = published(visit)
    first = ledger(when=AFTER).delegations[0]
    page.open_row(delegations.KEY, first.id).tap("distribution.give_links")
    assert ledger(when=AFTER).delegations[0].count.sent == 6
    (made,) = [one for one in page.at.get("download_button") if "links_take" in one.proto.id]
    assert made.proto.label == SAY["distribution.links_take"].format(number=6)
    page.tap("distribution.withdraw")
    assert ledger(when=AFTER).version.withdrawn and not page.has_button("distribution.give_links")
    page.tap("distribution.restore")
    assert not ledger(when=AFTER).version.withdrawn


def test_a_rehearsal_says_that_no_mail_leaves_and_addresses_are_given_and_deleted(over, visit):
    page = visit("command").open("distribution")
    page.at.session_state["distribution.email_box"] = True
    page.run()
    assert page.shows(SAY["refusal.email_in_rehearsal"])
    lines = f"thẻ,thư\n{stage.VAN},van@vi-du.vn\n{stage.DISTRICT},khong\n"
    page.at.get("file_uploader")[0].set_value([("thu.csv", lines.encode(), "text/csv")])
    page.run()
    assert page.shows(SAY["distribution.addresses"].format(number=1))
    page.tap("distribution.forget")
    assert page.shows(SAY["distribution.addresses"].format(number=0))


def test_the_committee_reads_and_gives_no_act(over, visit):
    published(visit)
    page = visit("committee", language="en").open("distribution")
    page.open_row(delegations.KEY, ledger(when=AFTER).delegations[0].id)
    assert not page.has_button("distribution.give_links")
    assert not page.has_button("distribution.publish")
