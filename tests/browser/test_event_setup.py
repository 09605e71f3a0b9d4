"""From an office's three files to the wall (`office_walk`), and what the event holds then."""

import os

import pytest
from playwright.sync_api import Page

from data.events.current import require_event
from data.storage import database
from models.attendance.ledger import Delegate
from models.imports.drafts import ImportFile
from tests.browser.conftest import new_context
from tests.browser.office_walk import MAX_ACTS, from_files_to_wall
from tests.browser.screen import SIDEWAYS, control, photograph
from tests.serving import Server
from tests.stage import row_counts


@pytest.fixture
def fresh(tmp_path):
    """A server on which nothing was ever done."""
    server = Server(f"sqlite:///{tmp_path / 'first.db'}", tmp_path / "first.log")
    server.options = ()
    os.environ["DATABASE_URL"] = server.database
    database.dispose()
    yield server.start()
    server.stop()
    database.dispose()


def test_from_three_office_files_to_the_wall_with_an_interruption(fresh, chromium, capsys):
    context = new_context(chromium)
    acts = from_files_to_wall(context, fresh.address, look)
    context.close()
    counts = row_counts()
    assert (counts[Delegate.__tablename__], counts[ImportFile.__tablename__]) == (565, 0)
    with database.reading() as session:
        event = require_event(session)
    assert (event.event_noun, event.vietnamese_only) == ("conference", True)
    with capsys.disabled():
        print(f"\nfrom three files to the wall: {acts} acts")
    assert acts <= MAX_ACTS


def look(page: Page, name: str) -> None:
    photograph(page, name)
    assert page.locator(control("frame.language")).count() == 0, "a new event is Vietnamese only"
    if name.endswith("phone"):
        assert page.evaluate(SIDEWAYS) == []
