"""Tests of data/readiness/photographs.py: photographs come with their report or not at all, are
listed without their bytes, and can be erased.
"""

from datetime import timedelta

import pytest
from sqlalchemy import text

from data import erasure
from data.events import loading
from data.readiness.photographs import photograph_bytes, photographs_at, report_with_photographs
from data.readiness.tasks import report_status
from data.storage import database
from data.wall.board import wall_document
from models.events.event import View
from models.readiness.photographs import MAX_PHOTOGRAPHS, Picture
from tests.stage import (
    REAL,
    SMALL,
    at,
    current,
    give,
    nothing_written,
    one_change,
    refused,
    row_counts,
    task,
)

ONE = Picture(20, 10, b"\xff\xd8picture", b"\xff\xd8small")


def report(
    number=1,
    *photographs,
    status="on_track",
    note="",
    by="lead.an_ninh",
    when="D-9 08:00",
    once=None,
):
    facts = {
        "task_id": task(number),
        "status": status,
        "note": note,
        "photographs": list(photographs),
    }
    return give(report_with_photographs, by=by, when=when, once=once, **facts)


def shown(when="D-1 08:00", past=False) -> dict:
    with database.reading() as session:
        return photographs_at(session, current(), View(at(when), past))


def stored(number: int, size="picture") -> bytes | None:
    with database.reading() as session:
        return photograph_bytes(session, current(), number, size)


def test_a_report_and_its_photographs_are_one_fact(event):
    with one_change("report_status"):
        report(1, ONE, ONE)
    (first, second) = shown()[task(1)]
    assert (first.width, first.height, first.at) == (20, 10, at("D-9 08:00"))
    assert (
        stored(first.id) == b"\xff\xd8picture"
        and stored(second.id, "thumbnail") == b"\xff\xd8small"
    )


def test_a_refused_report_keeps_no_photograph_and_too_many_keep_no_report(event):
    with refused("note_needed"):
        report(1, ONE, status="blocked")
    with refused("not_permitted"):
        report(1, ONE, by="lead.hau_can")
    with refused("photographs_too_many", limit=MAX_PHOTOGRAPHS):
        report(1, *[ONE] * (MAX_PHOTOGRAPHS + 1))


def test_a_repeated_tap_keeps_them_once(event):
    report(1, ONE, once="tap")
    with nothing_written():
        report(1, ONE, once="tap")


def test_a_report_without_any_is_an_ordinary_one_and_leaves_the_earlier_ones_shown(event):
    report(1, ONE)
    report(1, when="D-8 08:00", status="done")
    assert len(shown()[task(1)]) == 1
    report(1, ONE, ONE, when="D-7 08:00")
    assert len(shown()[task(1)]) == 2


def test_a_past_moment_shows_what_there_was(event):
    report(1, ONE)
    report(1, ONE, ONE, when="D-7 08:00")
    for past in (False, True):
        assert shown("D-9 07:59", past) == {}
        assert len(shown("D-8 08:00", past)[task(1)]) == 1


def test_photographs_of_an_earlier_run_are_no_ones(event):
    report(1, ONE)
    (one,) = shown()[task(1)]
    database.run(loading.load_event, folder=SMALL, rehearsal=True, now=REAL)
    assert stored(one.id) is None and shown() == {} and stored(4711) is None


def test_an_erasure_takes_the_pictures_and_leaves_their_number(event):
    report(1, ONE, ONE)
    ids = [one.id for one in shown()[task(1)]]
    database.run(erasure.erase_event, slug=event.slug, keep=timedelta(), now=at("D+90 08:00"))
    assert [stored(one, size) for one in ids for size in ("picture", "thumbnail")] == [None] * 4
    assert row_counts()["photograph"] == row_counts()["photographbytes"] == 2


@pytest.mark.parametrize("past", [False, True])
def test_no_board_reads_a_picture(event, past):
    """Were the bytes read with a board, a few hundred photographs would be gone through at each
    commit.
    """
    report(1, ONE)
    give(
        report_status, by="lead.an_ninh", when="D-8 08:00", task_id=task(1), status="done", note=""
    )
    with database.writing() as session:
        session.execute(text("ALTER TABLE photographbytes RENAME TO elsewhere"))
    with database.reading() as session:
        assert wall_document(session, event, View(at("D-7 08:00"), past))
    assert len(shown("D-7 08:00", past)[task(1)]) == 1
