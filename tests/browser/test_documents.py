"""Documents taken from their pages arrive whole, and each export is recorded."""

import docx
import pytest
from pypdf import PdfReader

from data import audit
from data.events.current import current_event
from data.storage import database
from data.words import catalogue
from tests.browser.conftest import pointed_at
from tests.browser.screen import SIDEWAYS, control, linger, photograph, settle, unfold

SAY = catalogue("vi")
PHONE = (390, 844)


@pytest.fixture(scope="module")
def server(servers):
    """A server of these tests' own: what is taken is recorded."""
    return servers()


@pytest.fixture(autouse=True)
def _same_database(server):
    pointed_at(server.database)
    yield
    database.dispose()


def exports() -> list[str]:
    with database.reading() as session:
        rows = audit.rows(session, current_event(session), audit.Filter(topic="people"), limit=1000)
        return [row.command for row in rows if row.command.startswith("export_")]


def taken(page, key: str, kind: str):
    """The file that a button gives: its name and where it lies."""
    with page.expect_download() as download:
        page.locator(control(f"{key}.{kind}")).get_by_role("button").click()
    return download.value.suggested_filename, download.value.path()


def all_text(path) -> str:
    return " ".join(page.extract_text() for page in PdfReader(path).pages)


def test_a_draft_and_then_the_signed_review_arrive_and_each_export_is_recorded(server, tab):
    page = tab(server, person="committee", size=(1440, 900))
    page.goto(f"{server.address}/review")
    settle(page)
    page.locator(control("review.draft.docx")).scroll_into_view_if_needed()
    photograph(page, "review-draft.vi.1440x900")
    name, path = taken(page, "review.draft", "pdf")
    assert name == "bao-cao-giao-ban-du-thao.pdf" and "DỰ THẢO" in all_text(path)
    page.get_by_label(SAY["review.conclusion"]).fill("Đủ điều \ufffekiện khai mạc\uffff")
    page.locator(control("review.preview.show")).get_by_role("button").click()
    linger(page)  # the confirmation may lie where the preview's button was
    page.locator(control("review.sign")).get_by_role("button").click()
    page.get_by_text(SAY["review.signed"].split("{")[0]).wait_for()
    settle(page)
    unfold(page.locator(control("review.history")).locator("summary").first)
    signed = page.locator("[class*='st-key-review-signed-']").first
    unfold(signed.locator("summary").first)
    buttons = page.locator("[class*='st-key-review-report-']")
    with page.expect_download() as download:
        buttons.get_by_role("button", name=SAY["minutes.docx"]).first.click()
    texts = [one.text for one in docx.Document(str(download.value.path())).paragraphs]
    assert "BÁO CÁO" in texts and "Đủ điều kiện khai mạc." in texts
    buttons.first.scroll_into_view_if_needed()
    photograph(page, "review-signed.vi.1440x900")
    assert exports() == ["export_review"] * 2
    with database.writing() as session:  # as nothing of ours does
        session.connection().exec_driver_sql("UPDATE signedreview SET digest = '–'")
    linger(page)
    buttons.get_by_role("button", name=SAY["minutes.docx"]).first.click()
    buttons.get_by_text(SAY["refusal.review_altered"]).wait_for()
    photograph(page, "review-file-refused.vi.1440x900")
    assert exports() == ["export_review"] * 2, "what was not delivered was not taken"


def test_an_earlier_roll_call_gives_its_minutes_also_to_a_request_that_comes_late(server, tab):
    """Over a weak line others' pages are drawn between the tap and the request for the file."""
    page = tab(server, person="committee", size=PHONE)
    page.goto(f"{server.address}/roll_call")
    settle(page)
    held = page.locator("[class*='st-key-roll_call-held-']").first
    unfold(held.locator("summary").first)
    with page.expect_download() as download, page.expect_request("**/media/**") as asked:
        held.get_by_role("button", name=SAY["minutes.pdf"]).click()
    assert "BIÊN BẢN" in all_text(download.value.path())
    held.get_by_role("button", name=SAY["minutes.pdf"]).scroll_into_view_if_needed()
    photograph(page, "roll-call-minutes.vi.390x844")
    assert page.evaluate(SIDEWAYS) == []
    other = tab(server, person="command")
    for _ in range(3):
        other.goto(f"{server.address}/log")
        settle(other)
    assert page.context.request.get(asked.value.url).ok
