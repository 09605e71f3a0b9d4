"""Tests of data/media.py: the communications plan and what was published."""

from datetime import timedelta

import pytest

from data.events import loading
from data.media import media_at, plan_media, publish_media, undo_publication
from data.plan.move import move_of
from data.reviews.history import history_of
from data.storage import database
from models.events.event import View
from tests.stage import REAL, SMALL, at, current, give, media, nothing_written, one_change, refused


def publish(key="m1", *, by="media", when="D-7 08:30", **facts):
    return give(publish_media, by=by, when=when, media_id=media(key), **facts)


def take_back(*, when="D-7 08:40", **facts):
    return give(undo_publication, by="media", when=when, media_id=media("m1"), **facts)


def plan(
    title="Tin mới",
    *,
    outlet="Báo",
    kind="web",
    planned="D-5 08:00",
    by="media",
    when="D-6 08:00",
    **facts,
):
    planned_at = at(planned)
    return give(
        plan_media,
        by=by,
        when=when,
        outlet=outlet,
        kind=kind,
        title=title,
        planned_at=planned_at,
        **facts,
    )


def listed(when, *, past=False):
    with database.reading() as session:
        return {one.title_vi: one for one in media_at(session, current(), View(at(when), past))}


def test_a_publication_is_recorded(event):
    with one_change("publish_media"):
        publish()
    assert listed("D-7 09:00")["Giới thiệu chương trình"].published_at == at("D-7 08:30")


def test_an_item_that_is_not_out_when_planned_is_late(event):
    title = "Giới thiệu chương trình"
    assert [listed(when)[title].late for when in ("D-7 08:00", "D-7 08:01")] == [False, True]
    publish()
    assert not listed("D-7 09:00")[title].late
    assert listed("D-7 08:15", past=True)[title].late  # as it was then


@pytest.mark.parametrize(
    ("planned", "phase"),
    [
        ("D-20 08:00", "before"),
        ("D-1 08:00", "before"),
        ("D+1 08:00", "during"),
        ("D+2 08:00", "after"),
    ],
)
def test_what_was_not_in_the_plan_is_added_to_its_phase(event, planned, phase):
    with one_change("plan_media"):
        plan(planned=planned)
    assert listed("D-6 08:00")["Tin mới"].phase == phase


def test_an_item_is_not_there_before_it_is_planned(event):
    plan(when="D-6 08:00")
    assert "Tin mới" not in listed("D-6 07:59", past=True)
    assert "Tin mới" in listed("D-6 08:00", past=True)


@pytest.mark.parametrize("command", [publish, plan])
def test_a_repeated_key_returns_the_first_answer_and_writes_nothing(event, command):
    first = command(once="same")
    with nothing_written():
        assert command(once="same").model_dump() == first.model_dump()


def test_a_second_publication_is_refused_with_the_time_of_the_first(event):
    publish()
    with refused("already_published", title="Giới thiệu chương trình", at=at("D-7 08:30")):
        publish(when="D-7 09:00")


def test_a_publication_recorded_by_mistake_is_taken_back_and_recorded_again(event):
    title = "Giới thiệu chương trình"
    publish()
    with one_change("undo_publication"):
        take_back(when="D-7 08:40")
    assert listed("D-7 09:00")[title].published_at is None and listed("D-7 09:00")[title].late
    publish(when="D-7 08:50")
    assert [
        listed(when, past=True)[title].published_at
        for when in ("D-7 08:30", "D-7 08:45", "D-7 08:50")
    ] == [at("D-7 08:30"), None, at("D-7 08:50")]
    with database.reading() as session:
        steps = history_of(
            session, current(), "media", media("m1"), View(at("D-7 09:00"), past=True)
        )
    assert [step.what for step in steps] == ["published", "unpublished", "published"]


def test_what_is_not_published_is_not_taken_back_and_stays_where_the_event_moves(event):
    with refused("not_published", title="Giới thiệu chương trình"):
        take_back()
    days = {
        "first_day": event.first_day + timedelta(days=1),
        "last_day": event.last_day + timedelta(days=1),
    }
    stays = []
    for command in (publish, take_back):
        command()
        with database.reading() as session:
            stays.append({one.id: one.stays for one in move_of(session, event, **days).staying
                          if one.kind == "media"}.get(media("m1")))  # fmt: skip
    assert stays == ["published", None]


def test_an_incomplete_item_is_refused(event):
    with refused("outlet_needed"):
        plan(outlet=" ")
    with refused("media_kind_unknown", kind="poster"):
        plan(kind="poster")
    with refused("media_title_needed"):
        plan("\u200b")
    with refused("media_title_too_long", length=201, limit=200):
        plan("x" * 201)


@pytest.mark.one_database
@pytest.mark.parametrize("command", [publish, plan])
def test_who_may_not_is_refused(event, command):
    for key in ("lead.an_ninh", "deputy.an_ninh", "committee", "desk.ban_1"):
        with refused("not_permitted"):
            command(by=key)
    with refused("sign_in_needed"):
        command(by=None)


def test_an_item_that_does_not_exist_or_is_of_an_earlier_run_is_refused(event):
    old = media("m1")
    database.run(loading.load_event, folder=SMALL, rehearsal=True, now=REAL)
    for number in (old, 4711):
        with refused("media_unknown", media=number):
            give(publish_media, by="admin", when="D-7 08:00", media_id=number)
