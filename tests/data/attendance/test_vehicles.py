"""Tests of a delegation's vehicle: recorded, taken back, shown, and read as at a past moment."""

import pytest
from sqlmodel import select

from data.attendance.vehicles import record_vehicle, undo_vehicle, vehicles_at
from data.storage import database
from data.wall.board import wall_document
from models.attendance.ledger import Delegation
from models.events.event import View
from tests.stage import at, current, give, one_change, refused, row_counts

WHEN = "D+1 06:30"


def delegation(code: str) -> int:
    query = select(Delegation.id).where(
        Delegation.code == code, Delegation.event_id == current().id
    )
    with database.reading() as session:
        return session.execute(query).scalar_one()


def record(code: str = "429", *, by: str = "desk.ban_1", when: str = WHEN, **facts):
    return give(record_vehicle, by=by, when=when, delegation_id=delegation(code), **facts)


def undo(code: str = "429", *, by: str = "desk.ban_1", when: str = "D+1 06:32", **facts):
    return give(undo_vehicle, by=by, when=when, delegation_id=delegation(code), **facts)


def arrived(when: str, *, past: bool = False) -> dict[str, object]:
    with database.reading() as session:
        return {
            one.name_vi: one.arrived_at
            for one in vehicles_at(session, current(), View(at(when), past))
        }


def test_an_arrival_is_recorded_with_its_moment(event):
    with one_change("record_vehicle"):
        record()
    assert arrived("D+1 07:00") == {"Nghi Lộc": at(WHEN), "Quỳ Hợp": None}


def test_a_mistake_is_taken_back_and_the_arrival_can_be_recorded_again(event):
    record()
    with one_change("undo_vehicle"):
        undo()
    assert arrived("D+1 07:00")["Nghi Lộc"] is None
    record(when="D+1 06:40")
    assert arrived("D+1 07:00")["Nghi Lộc"] == at("D+1 06:40")


def test_a_past_moment_is_as_it_was(event):
    record()
    undo()
    moments = ("D+1 06:29", "D+1 06:31", "D+1 06:33")
    assert [arrived(when, past=True)["Nghi Lộc"] for when in moments] == [None, at(WHEN), None]


def test_the_same_tap_twice_is_one_arrival(event):
    first = record(once="tap")
    assert record(once="tap").id == first.id
    assert row_counts()["vehiclearrival"] == 1


def test_a_vehicle_that_is_there_does_not_arrive_again(event):
    record()
    with refused("vehicle_arrived", delegation="Nghi Lộc", at=at(WHEN)):
        record(when="D+1 06:35")


def test_only_an_arrival_can_be_taken_back(event):
    with refused("vehicle_not_arrived", delegation="Nghi Lộc"):
        undo()


@pytest.mark.one_database
def test_a_delegation_that_does_not_exist_is_refused(event):
    with refused("delegation_unknown", delegation=999):
        give(record_vehicle, by="command", when=WHEN, delegation_id=999)


@pytest.mark.one_database
@pytest.mark.parametrize("by", ["lead.an_ninh", "media", "committee"])
def test_only_the_command_room_and_desks_record_it(event, by):
    with refused("not_permitted"):
        record(by=by)
    assert record(by="command").delegation_id == delegation("429")


@pytest.mark.one_database
def test_the_wall_shows_it_by_the_delegations_name(event):
    record()
    with database.reading() as session:
        newest = wall_document(session, current(), View(at("D+1 06:31")))["newest"][0]
    assert (newest["command"], newest["subject"]) == (
        "record_vehicle",
        {"vi": "Nghi Lộc", "en": "Nghi Lộc district"},
    )
