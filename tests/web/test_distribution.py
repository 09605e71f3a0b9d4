"""Tests of web/distribution.py: the page of a personal link, on a running server."""

import shutil
from urllib.parse import quote

import pytest
from sqlmodel import select

from data.distribution.commands import distribute
from data.distribution.links import give_links, shared_document
from data.storage import database
from data.words import catalogue
from models.attendance.ledger import Delegate, Delegation
from models.distribution.ledger import DistributionMark, OutgoingDocument, State
from tests import stage
from web.distribution import written

pytestmark = pytest.mark.xdist_group("web")

SAY = catalogue("vi")
NAME, TITLE = "báo cáo.pdf", "Báo cáo <tổng hợp>"


@pytest.fixture
def link(server) -> str:
    """The address of a personal link, of a version that only this test's run has."""
    with database.reading() as session:
        number = len(session.exec(select(DistributionMark.distribution_id).distinct()).all())
        delegation_id = session.exec(select(Delegation.id).order_by(Delegation.id)).first()
    content = f"%PDF-1.7 lần {number}".encode()
    sent = {"document": OutgoingDocument("other", TITLE, NAME, content), "channels": ("link",)}
    found = stage.give(distribute, by="command", when="D+1 07:00", **sent).id
    facts = {"distribution_id": found, "delegation_id": delegation_id}
    token = stage.give(give_links, by="command", when="D+1 07:00", **facts)[0].token
    return f"/read/{token}"


def acknowledged() -> int:
    by_link = select(DistributionMark).where(
        DistributionMark.state == State.ACKNOWLEDGED, DistributionMark.person_id.is_(None)
    )
    with database.reading() as session:
        return len(session.exec(by_link).all())


def test_opening_records_nothing_and_the_button_does_once(server, link):
    before = acknowledged()
    for _ in range(2):
        page = server.ask(link)
        assert page.status == 200 and page.headers["cache-control"] == "no-store"
        assert SAY["distribution.read_confirm"] in page.text
    assert server.ask(link, method="HEAD").status == 200 and acknowledged() == before
    for _ in range(2):
        answer = server.ask(link, method="POST")
        assert (answer.status, answer.headers["location"]) == (303, link)
    after = server.ask(link).text
    assert acknowledged() == before + 1 and SAY["distribution.read_confirm"] not in after
    assert SAY["distribution.read_received"].split("{")[0] in after


def test_the_page_shows_the_document_and_nothing_else(server, link):
    page = server.ask(link).text
    assert "Báo cáo &lt;tổng hợp&gt;" in page and "<tổng" not in page and "<script" not in page
    with database.reading() as session:
        delegates = session.exec(select(Delegate)).all()
        names = {
            text for one in delegates for text in (one.badge, one.title_vi, one.title_en)
        } | set(session.exec(select(Delegation.name_vi)).all())
    assert not [name for name in names if name in page]
    file = server.ask(f"{link}/file")
    assert file.text.startswith("%PDF-1.7") and file.headers["content-type"] == "application/pdf"
    assert file.headers["content-disposition"] == f"inline; filename*=UTF-8''{quote(NAME)}"
    assert file.headers["content-security-policy"].startswith("default-src 'none'")
    assert file.headers["cache-control"] == "no-store"


def test_a_file_lies_once_on_disk_for_its_owner_and_goes_out_in_parts(server, link):
    part = server.ask(f"{link}/file", Range="bytes=0-3")
    assert (part.status, part.text) == (206, "%PDF")
    with database.reading() as session:
        shared = shared_document(session, stage.current(), link.rpartition("/")[2])
    path = written(shared)
    assert path.read_bytes().startswith(b"%PDF-1.7") and list(path.parent.iterdir()) == [path]
    assert (path.stat().st_mode & 0o777, path.parent.stat().st_mode & 0o777) == (0o600, 0o700)
    first = path.stat().st_ino
    assert written(shared).stat().st_ino == first
    shutil.rmtree(path.parent)  # by what tidies temporary files
    assert written(shared).read_bytes().startswith(b"%PDF-1.7")


def test_another_sites_page_acknowledges_nothing_and_a_made_up_link_shows_nothing(server, link):
    before = acknowledged()
    assert server.ask(link, method="POST", Origin="http://evil.vn").status == 403
    for path in ("/read/made-up", "/read/made-up/file", f"{link}x"):
        answer = server.ask(path)
        assert answer.status == 404 and SAY["refusal.link_unknown"] in answer.text
    assert server.ask("/read/made-up", method="POST").status == 404
    assert acknowledged() == before
