"""Vehicles of delegations: that one arrived, or that its arrival was taken back."""

from datetime import datetime

from sqlalchemy import Index
from sqlmodel import Field

from models.refusals import Refusal
from models.storage import Fact


class VehicleArrival(Fact, table=True):
    """A fact: a delegation's vehicle arrived (`arrived`), or it was recorded by mistake."""

    __table_args__ = (Index("ix_vehicle_arrival_newest", "delegation_id", "id"),)

    id: int = Field(default=None, primary_key=True)
    delegation_id: int = Field(foreign_key="delegation.id")
    arrived: bool


def require_not_arrived(delegation: dict[str, str], arrived_at: datetime | None) -> None:
    """Refuses `vehicle_arrived` with the moment of the first record."""
    if arrived_at is not None:
        raise Refusal("vehicle_arrived", delegation=delegation, at=arrived_at)


def require_arrived(delegation: dict[str, str], arrived_at: datetime | None) -> None:
    """Refuses `vehicle_not_arrived`."""
    if arrived_at is None:
        raise Refusal("vehicle_not_arrived", delegation=delegation)
