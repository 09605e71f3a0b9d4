"""Photographs of reports are given to whoever may see the pages that show them, and to nobody
else.
"""

import pytest

from data.events.current import current_event
from data.readiness.photographs import photographs_at, report_with_photographs
from data.storage import database
from models.access.people import PERMISSIONS, Role
from models.events.event import View
from models.readiness.photographs import Picture
from tests import stage
from tests.web.visitors import MEMBERS, House

pytestmark = pytest.mark.xdist_group("web")

ONE = Picture(20, 10, b"whole picture", b"small picture")


@pytest.fixture(scope="module")
def house(_rehearsal) -> House:
    return House(_rehearsal[0], rehearsal=True)


@pytest.fixture
def number(server) -> int:
    told = {"task_id": stage.task(1), "status": "on_track", "note": "", "photographs": [ONE]}
    stage.give(report_with_photographs, by="lead.an_ninh", when="D+1 07:00", **told)
    with database.reading() as session:
        return photographs_at(session, current_event(session), View(stage.at("D+1 07:00")))[
            stage.task(1)
        ][0].id


@pytest.mark.parametrize(
    "who",
    [
        *MEMBERS,
        "display",
        "locked",
        "nobody",
        "garbage",
        "another secret",
        "ended",
        "withdrawn",
        "expired",
    ],
)
def test_only_who_sees_the_pages_gets_the_bytes(house, server, number, who):
    role = who.partition(".")[0]
    sees = who in MEMBERS and Role(role) in PERMISSIONS["see_review"]
    for size, content in (("thumbnail", "small picture"), ("picture", "whole picture")):
        answer = server.ask(f"/evidence/{number}/{size}", Cookie=house.cookie(who))
        assert answer.status == (200 if sees else 404), who
        assert (answer.text == content) is sees


def test_a_photograph_is_a_picture_whatever_it_holds_and_no_cache_between_keeps_it(
    house, server, number
):
    answer = server.ask(f"/evidence/{number}/picture", Cookie=house.cookie("command"))
    assert (
        answer.headers["content-type"] == "image/jpeg"
        and answer.headers["x-content-type-options"] == "nosniff"
    )
    assert answer.headers["cache-control"].startswith("private")


@pytest.mark.parametrize(
    "path", ["4711/picture", "1/whole", "1/picture/more", "-1/picture", "x/picture"]
)
def test_what_there_is_not_is_not_found(house, server, number, path):
    assert "picture" not in server.ask(
        f"/evidence/{path}", Cookie=house.cookie("command")
    ).text.replace("whole", "")


def test_nothing_of_a_photograph_is_in_what_streamlit_serves(house, server, number):
    """A page tells a photograph's address alone: what Streamlit keeps to show, it gives to
    whoever asks.
    """
    assert server.ask("/media/whole.jpg", Cookie=house.cookie("command")).status == 404
