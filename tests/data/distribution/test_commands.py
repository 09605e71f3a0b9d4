"""Tests of data/distribution/commands.py, links.py and report.py: a document on its way to all."""

import io
import zipfile
from datetime import timedelta

import pytest
from sqlalchemy.event import listen, remove
from sqlmodel import select

from data import erasure
from data.attendance.delegates import retire_delegate
from data.commands import export
from data.distribution.addresses import give_addresses
from data.distribution.commands import (
    distribute,
    fail_delivery,
    hand_over_copies,
    queue_email,
    record_receipt,
    restore_distribution,
    sign_for_copies,
    take_copies_back,
    undo_receipt,
    withdraw_distribution,
)
from data.distribution.links import acknowledge_link, content_of, give_links, shared_document
from data.distribution.report import export_distribution
from data.distribution.signing_list import signing_list
from data.documents.content import Table
from data.personal_data.erasing import erase_delegate
from data.personal_data.held import held_of_delegate
from data.storage import database
from data.wall.board import board_at, wall_document
from data.words import Words
from models.attendance.ledger import Delegate
from models.distribution.ledger import DelegateAddress, DistributionLink, State
from models.events.event import View, zone
from tests import stage
from tests.data.distribution.stage import (
    LATER,
    NGHI_LOC,
    PDF,
    QUY_HOP,
    SENT,
    count,
    delegation,
    document,
    ledger,
    received,
    sent_out,
    system,
)
from tests.stage import DISTRICT, REAL, VAN, at, give, refused


def act(command, *, when: str = LATER, **facts):
    return give(command, by="command", when=when, **facts)


def states(number: int | None = None) -> list[str]:
    lines = (line for one in ledger(number).delegations for line in one.lines)
    return sorted(line.state.value for line in lines)


def test_copies_go_by_delegation_are_signed_for_and_each_act_is_taken_back(event):
    number = sent_out("paper", "link")
    nghi_loc = {"distribution_id": number, "delegation_id": delegation(NGHI_LOC)}
    assert count() == (0, 12) and set(states()) == {"to_send"}
    with stage.one_change("hand_over_copies"):
        assert act(hand_over_copies, to_whom=" Văn  thư huyện ", **nghi_loc) == 6
    with refused("distribution_nothing"):
        act(hand_over_copies, to_whom="Văn thư", **nghi_loc)
    assert count() == (0, 12) and states().count("sent") == 6
    absent = stage.delegate(VAN)
    assert act(sign_for_copies, unsigned=[absent], **nghi_loc) == 5
    assert count() == (5, 12) and ledger().count.missing == 7
    assert act(sign_for_copies, **nghi_loc) == 1
    assert count() == (6, 12)
    one = {"distribution_id": number, "delegate_id": absent}
    act(record_receipt, **one)  # by hand as well: they count once
    assert count() == (6, 12)
    assert act(undo_receipt, channel="paper", **one) == 1 and count() == (6, 12)
    assert act(undo_receipt, channel="hand", **one) == 1 and count() == (5, 12)
    assert act(take_copies_back, **nghi_loc) == 5 and count() == (0, 12)
    assert act(take_copies_back, **nghi_loc) == 6 and set(states()) == {"to_send"}
    with refused("distribution_nothing"):
        act(take_copies_back, **nghi_loc)
    with refused("receipt_not_recorded", badge=VAN):
        act(undo_receipt, channel="link", **one)
    with refused("receiver_needed"):
        act(hand_over_copies, to_whom=" – ", **nghi_loc)


def test_only_the_last_act_is_taken_back_and_who_took_the_copies_stays(event):
    number = sent_out()
    nghi_loc = {"distribution_id": number, "delegation_id": delegation(NGHI_LOC)}
    act(hand_over_copies, to_whom="Văn thư xã", **nghi_loc)
    absent = stage.delegate(VAN)
    act(sign_for_copies, unsigned=[absent], **nghi_loc)
    act(sign_for_copies, **nghi_loc)
    assert takers() == {"Văn thư xã"} and count() == (6, 12)
    assert act(take_copies_back, **nghi_loc) == 1 and count() == (5, 12)
    act(sign_for_copies, **nghi_loc)
    assert act(take_copies_back, **nghi_loc) == 1 and count() == (5, 12)
    assert act(take_copies_back, **nghi_loc) == 5 and count() == (0, 12)
    assert takers() == {"Văn thư xã"} and states().count("sent") == 6
    assert act(take_copies_back, **nghi_loc) == 6 and set(states()) == {"to_send"}
    assert takers() == set()
    act(sign_for_copies, **nghi_loc)
    assert takers() == set()  # no one is said to have what was never handed over


def takers() -> set[str]:
    lines = (line for one in ledger().delegations for line in one.lines)
    return {row.to_whom for line in lines for row in line.channels if row.to_whom}


@pytest.mark.one_database
def test_an_act_for_one_delegate_reads_their_row_alone(event):
    number = sent_out("paper", "link")
    given = act(give_links, distribution_id=number, delegation_id=delegation(NGHI_LOC))
    one = {"distribution_id": number, "delegate_id": stage.delegate(VAN)}
    link = shown(given[0].token)
    asked: list[str] = []

    def hear(*facts) -> None:
        asked.append(" ".join(facts[2].split()))

    listen(database.engine(), "before_cursor_execute", hear)
    try:
        act(record_receipt, **one)
        act(undo_receipt, channel="hand", **one)
        system(acknowledge_link, real=REAL, link_id=link.link_id)
    finally:
        remove(database.engine(), "before_cursor_execute", hear)
    rows = [text for text in asked if text.startswith("SELECT distributionstate")]
    assert len(rows) >= 3 and all("distributionstate.delegate_id =" in text for text in rows)


def test_now_shows_what_a_process_recorded_whose_clock_is_ahead(event):
    number = sent_out(when="D+2 10:01")
    assert ledger(when=LATER).version.id == number
    act(withdraw_distribution, when="D+2 10:02", distribution_id=number)
    assert ledger(when=LATER).version.withdrawn and received(LATER) is None
    assert received(LATER, past=True) is None  # the past goes by the clock


def test_an_act_that_is_repeated_by_its_key_is_recorded_once(event):
    number = sent_out()
    facts = {"distribution_id": number, "delegation_id": delegation(QUY_HOP)}
    first = act(hand_over_copies, to_whom="Văn thư", once="a", **facts)
    with stage.nothing_written():
        assert act(hand_over_copies, to_whom="Văn thư", once="a", **facts) == first == 6


def test_what_did_not_arrive_says_why_and_may_still_come_another_way(event):
    number = sent_out("paper", "link")
    other = {"distribution_id": number, "delegate_id": stage.delegate(VAN)}
    act(fail_delivery, channel="link", reason="Sai địa chỉ", **other)
    (row,) = (row for row in ledger().delegations if row.failing)
    # Who waits for a paper copy counts as to be sent, and is found among what failed.
    assert (row.count.failed, row.failing[0].state) == (0, State.TO_SEND)
    assert row.reasons == ("Sai địa chỉ",)
    one = {"distribution_id": number, "delegate_id": stage.delegate(DISTRICT)}
    for channel in ("paper", "link"):
        act(fail_delivery, channel=channel, reason="Trả lại", **one)
    nghi_loc = next(row for row in ledger().delegations if row.count.failed)
    assert (nghi_loc.count.failed, nghi_loc.lines[0].reasons) == (1, ("Trả lại",))
    act(record_receipt, **one)
    assert count() == (1, 12) and ledger().count.failed == 0
    assert sum(len(row.failing) for row in ledger().delegations) == 1
    with refused("receipt_recorded", badge=DISTRICT):
        act(record_receipt, **one)
    with refused("delivery_reason_needed"):
        act(fail_delivery, channel="paper", reason="", **one)
    with refused("channel_unknown", channel="fax"):
        act(fail_delivery, channel="fax", reason="Trả lại", **one)


def test_a_version_that_is_sent_again_counts_from_nought_and_a_withdrawn_one_not_at_all(event):
    first = sent_out()
    facts = {"delegation_id": delegation(NGHI_LOC)}
    act(sign_for_copies, distribution_id=first, **facts)
    with refused("document_sent_already", version=1):
        sent_out(when=LATER)
    assert count() == (6, 12)
    second = sent_out(content=PDF + b" sua", when=LATER)
    assert ledger().version.version == 2 and count() == (0, 12)
    assert ledger(first).count.acknowledged == 6
    sent_out(content=PDF + b" moi hop", kind="notice", when=LATER)
    assert received().version == 2  # the wall goes on counting the synthesis
    act(withdraw_distribution, distribution_id=second)
    assert count() == (6, 12)
    with refused("distribution_withdrawn"):
        act(sign_for_copies, distribution_id=second, **facts)
    act(restore_distribution, distribution_id=second)
    with refused("distribution_not_withdrawn"):
        act(restore_distribution, distribution_id=second)
    assert count() == (0, 12)


def test_who_was_retired_does_not_count_and_who_came_later_is_missing(event):
    number = sent_out()
    one = {"distribution_id": number, "delegate_id": stage.delegate(VAN)}
    act(record_receipt, **one)
    with database.reading() as session:
        version = session.get_one(Delegate, stage.delegate(VAN)).version
    act(retire_delegate, delegate_id=one["delegate_id"], version=version, reason="Nghỉ hưu")
    assert count() == (0, 11)
    with refused("delegate_retired", badge=VAN):
        act(undo_receipt, channel="hand", **one)


@pytest.mark.one_database
def test_what_is_no_document_is_refused_by_name(event):
    def sending(content: bytes = PDF, channels=("paper",), **facts):
        sent = {"document": document(content, **facts), "channels": channels}
        return act(distribute, when=SENT, **sent)

    macros, table = io.BytesIO(), io.BytesIO()
    for file, parts in ((macros, ("document.xml", "vbaProject.bin")), (table, ("x.xml",))):
        with zipfile.ZipFile(file, "w") as archive:
            for part in parts:
                archive.writestr(f"word/{part}", "<a/>")
    for content, code in (
        (b"", "document_file_empty"),
        (b"MZ program", "document_file_kind"),
        (b"PK\x03\x04 broken", "import_broken"),
        (macros.getvalue(), "document_file_macros"),
        (table.getvalue(), "document_file_kind"),
        (b"%PDF-" + bytes(10 * 2**20), "document_file_too_large"),
    ):
        with refused(code, file="bao-cao.pdf"):
            sending(content)
    with refused("document_kind_unknown"):
        sending(kind="letter")
    with refused("channels_needed"):
        sending(channels=())
    with refused("channel_unknown"):
        sending(channels=("fax",))
    with refused("email_in_rehearsal"):
        sending(channels=("paper", "email"))
    sending(version=3)
    with refused("version_known", version=3):
        sending(PDF + b".", version=3)


def test_a_personal_link_shows_the_document_and_records_one_acknowledgement(event):
    number = sent_out("link")
    facts = {"distribution_id": number, "delegation_id": delegation(NGHI_LOC)}
    given = act(give_links, **facts)
    assert [one.badge for one in given][:1] == [DISTRICT] and len(given) == 6
    assert all(len(one.token) >= 22 for one in given)  # 128 bits
    assert states().count("sent") == 6
    link = shown(given[0].token)
    assert (link.title, link.version, link.received_at) == ("Báo cáo tổng hợp", 1, None)
    system(acknowledge_link, real=REAL, link_id=link.link_id)
    with stage.nothing_written():
        system(acknowledge_link, real=REAL, link_id=link.link_id)
    assert count() == (1, 12) and shown(given[0].token).received_at == at(LATER)
    again = act(give_links, **facts)
    assert len(again) == 5 and shown(given[1].token)  # an earlier link stays good
    with database.reading() as session:
        assert content_of(session, number) == PDF
        hashes = session.exec(select(DistributionLink.token_hash)).all()
    assert not {one.token for one in given} & set(hashes)
    act(withdraw_distribution, distribution_id=number)
    assert shown(given[1].token) is None and shown("made-up") is None
    with refused("link_unknown"):
        system(acknowledge_link, real=REAL, link_id=link.link_id)


def shown(token: str):
    with database.reading() as session:
        return shared_document(session, stage.current(), token)


@pytest.mark.one_database
def test_the_list_to_sign_is_a_document_by_delegation_and_its_taking_is_recorded(event):
    number = sent_out()
    facts = {"distribution_id": number, "delegation_id": delegation(NGHI_LOC)}
    act(hand_over_copies, to_whom="Văn thư huyện", **facts)
    act(record_receipt, distribution_id=number, delegate_id=stage.delegate(DISTRICT))
    words = Words("vi", zone(event))
    for delegation_id, missing, rows, said in (
        (facts["delegation_id"], False, [6], "Văn thư huyện"),
        (None, True, [5, 6], "chưa nhận"),
    ):
        asked = {"delegation_id": delegation_id, "missing": missing}
        with stage.one_change("export_distribution"):
            made = export(
                stage.origin("command", at(LATER)),
                export_distribution,
                lambda report: signing_list(report, words),
                distribution_id=number,
                **asked,
            )
        tables = [block for block in made.blocks if isinstance(block, Table)]
        assert [len(one.rows) for one in tables] == rows
        assert said in " ".join([made.head.summary, *map(str, made.blocks)])
    with refused("distribution_nothing"):
        act(export_distribution, distribution_id=number, delegation_id=0, missing=False)


def test_the_wall_counts_it_after_the_event_and_not_before(event):
    number = sent_out(when="D+1 12:00")
    sign = {"distribution_id": number, "delegation_id": delegation(NGHI_LOC)}
    act(sign_for_copies, when="D+2 09:00", **sign)
    with database.reading() as session:
        then, before = (wall_document(session, event, View(at(m))) for m in (LATER, "D+1 13:00"))
        past = board_at(session, event, at("D+2 08:00"))
    assert before["received"] is None and past["received"]["acknowledged"] == 0
    assert (then["received"]["acknowledged"], then["received"]["expected"]) == (6, 12)


def test_addresses_and_links_end_with_the_events_erasure_and_a_persons(event):
    number = sent_out("link")
    act(give_addresses, addresses={VAN: "van@vi-du.vn", DISTRICT: "huyen@vi-du.vn"})
    token = act(give_links, distribution_id=number, delegation_id=delegation(NGHI_LOC))[0].token
    with database.reading() as session:
        kinds = [
            one.kind
            for one in held_of_delegate(session, session.get_one(Delegate, stage.delegate(VAN)))
        ]
        assert {"email", "document_sent"} <= set(kinds)
    give(erase_delegate, by="admin", when="D+2 11:00", delegate_id=stage.delegate(VAN))
    assert addresses() == {"huyen@vi-du.vn", ""}
    with database.writing() as session:
        erasure.erase_event(
            session, slug=event.slug, keep=None, now=at("D+2 12:00") + timedelta(days=60)
        )
    assert addresses() == {""} and shown(token) is None
    assert count("D+2 12:00")[1] == 11
    with database.reading() as session:
        assert content_of(session, number) == b""


def addresses() -> set[str]:
    with database.reading() as session:
        return set(session.exec(select(DelegateAddress.email)).all())


def test_no_message_of_a_rehearsal_is_ever_queued(event):
    number = sent_out()
    act(give_addresses, addresses={VAN: "van@vi-du.vn"})
    with refused("email_in_rehearsal"):
        act(queue_email, distribution_id=number)
