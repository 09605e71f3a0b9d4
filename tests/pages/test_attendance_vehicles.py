"""Tests of the vehicles on the attendance page, as a desk."""

from sqlmodel import select

from data.storage import database
from models.attendance.vehicles import VehicleArrival
from tests.stage import row_counts

RECORD, UNDO = "attendance.vehicles.vehicle_record", "attendance.vehicles.vehicle_undo"


def test_a_desk_records_an_arrival_and_takes_it_back_by_one_tap_each(sample, visit):
    desk = visit("desk.ban_1").open("attendance")
    desk.choose("attendance.tool", "vehicles")
    expected = [one.key for one in desk.at.button if one.key and one.key.startswith(RECORD)]
    number, before = int(expected[0].rpartition(".")[2]), row_counts()["vehiclearrival"]
    desk.tap(f"{RECORD}.{number}")
    assert row_counts()["vehiclearrival"] == before + 1
    desk.tap(f"{UNDO}.{number}")
    arrived = select(VehicleArrival.arrived).where(VehicleArrival.delegation_id == number)
    with database.reading() as session:
        facts = session.exec(arrived.order_by(VehicleArrival.id)).all()
    assert facts == [True, False]
