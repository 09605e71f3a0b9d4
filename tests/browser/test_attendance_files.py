"""The minutes of attendance, taken from the page: each file arrives, holds everybody, and that
it was taken stands in the log.
"""

import io

import docx
import openpyxl
import pytest
from pypdf import PdfReader

from data import audit
from data.events.current import current_event
from data.storage import database
from data.words import catalogue
from tests.browser.conftest import pointed_at
from tests.browser.screen import control, photograph, settle, unfold
from ui.attendance.documents import KINDS

WORDS = catalogue("vi")
EVERYBODY = 1121


@pytest.fixture(scope="module")
def server(servers):
    """A server of these tests' own: what is taken is recorded."""
    return servers()


@pytest.fixture(autouse=True)
def _same_database(server):
    pointed_at(server.database)
    yield
    database.dispose()


def taken() -> list[tuple[str, int]]:
    """Every export that was recorded: by whom, and how many lines."""
    with database.reading() as session:
        rows = audit.rows(session, current_event(session), audit.Filter(topic="people"), limit=1000)
        return [
            (row.person["en"], row.what["rows"])
            for row in rows
            if row.command == "export_attendance"
        ]


def lines_in(path, kind: str) -> int:
    """How many delegates a file lists."""
    if kind == "xlsx":
        return openpyxl.load_workbook(io.BytesIO(path.read_bytes())).worksheets[1].max_row - 3
    if kind == "docx":
        named = WORDS["document.minutes.badge"]
        tables = docx.Document(str(path)).tables
        lists = [table for table in tables if named in [cell.text for cell in table.rows[0].cells]]
        return sum(len(table.rows) - 1 for table in lists)
    return sum(page.extract_text().count("UBND xã") for page in PdfReader(path).pages)


def test_each_kind_of_file_arrives_whole_and_is_recorded(server, tab):
    page = tab(server, person="committee", size=(1440, 1200))
    page.goto(f"{server.address}/attendance")
    settle(page)
    unfold(page.get_by_text(WORDS["minutes.title"]))
    assert taken() == []
    for kind in KINDS:
        with page.expect_download() as download:
            page.locator(f"{control(f'attendance.minutes.{kind}')} button").click()
        assert download.value.suggested_filename == f"{WORDS['minutes.file_name']}.{kind}"
        found = lines_in(download.value.path(), kind)
        assert found == EVERYBODY if kind != "pdf" else found >= 411, (
            "one chair for each of the 411 communes"
        )
    assert [rows for _, rows in taken()] == [EVERYBODY] * 3
    page.locator(control("attendance.minutes")).scroll_into_view_if_needed()
    photograph(page, "attendance-minutes.vi.1440x1200")
