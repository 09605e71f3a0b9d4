"""Tests of the vehicles on the attendance page, as a desk."""

from sqlmodel import select

from data.storage import database
from models.attendance.ledger import Delegation
from models.attendance.vehicles import VehicleArrival
from tests.stage import row_counts


def test_a_desk_records_an_arrival_and_takes_it_back_by_one_tap_each(sample, visit):
    desk = visit("desk.ban_1").open("attendance")
    desk.choose("attendance.tool", "vehicles")
    with database.reading() as session:
        number = session.exec(select(Delegation.id).order_by(Delegation.sort_key)).first()
    desk.tap(f"attendance.vehicles.vehicle_record.{number}")
    assert row_counts()["vehiclearrival"] == 1
    desk.tap(f"attendance.vehicles.vehicle_undo.{number}")
    with database.reading() as session:
        facts = session.exec(select(VehicleArrival.arrived).order_by(VehicleArrival.id)).all()
    assert facts == [True, False]
