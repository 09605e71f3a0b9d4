"""Vehicles of delegations: recording an arrival, taking it back, and which have arrived."""

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from data.commands import Context, command
from data.storage.newest import newest, recorded_until
from models.attendance.ledger import Delegation
from models.attendance.vehicles import VehicleArrival, require_arrived, require_not_arrived
from models.events.event import Event, View
from models.refusals import Refusal
from models.storage import Topic
from models.text import both


@dataclass(frozen=True)
class Vehicle:
    """A delegation's vehicle at a moment: `arrived_at` (aware UTC) is None before its arrival."""

    delegation_id: int
    name_vi: str
    name_en: str
    vehicle: str
    arrived_at: datetime | None


def vehicles_at(session: Session, event: Event, view: View) -> list[Vehicle]:
    """Every delegation's vehicle as at the view's moment, in the order of their names."""
    until = recorded_until(view)
    latest = newest(VehicleArrival, VehicleArrival.delegation_id, until=until)
    arrivals = (
        select(VehicleArrival.delegation_id, VehicleArrival.at)
        .where(col(VehicleArrival.id).in_(latest), col(VehicleArrival.arrived))
        .subquery()
    )
    rows = session.execute(
        select(Delegation, arrivals.c.at)
        .outerjoin(arrivals, arrivals.c.delegation_id == Delegation.id)
        .where(Delegation.event_id == event.id)
        .order_by(col(Delegation.position), col(Delegation.sort_key))
    )
    return [
        Vehicle(one.id, one.name_vi, one.name_en, one.vehicle, arrived_at)
        for one, arrived_at in rows
    ]


# The topic is the programme's and not attendance's: the wall's ticker leaves the scans out.
@command(
    "record_vehicle",
    topic=Topic.PROGRAMME,
    subject="delegation",
    permission="admit",
    fact=VehicleArrival,
)
def record_vehicle(ctx: Context, *, delegation_id: int) -> VehicleArrival:
    """Record that a delegation's vehicle arrived.

    Refuses `delegation_unknown` and `vehicle_arrived`.
    """
    delegation = _delegation(ctx, delegation_id)
    require_not_arrived(both(delegation, "name"), _arrived_at(ctx, delegation))
    return _record(ctx, delegation, arrived=True)


@command(
    "undo_vehicle",
    topic=Topic.PROGRAMME,
    subject="delegation",
    permission="admit",
    fact=VehicleArrival,
)
def undo_vehicle(ctx: Context, *, delegation_id: int) -> VehicleArrival:
    """Take back that a delegation's vehicle arrived.

    Refuses `delegation_unknown` and `vehicle_not_arrived`.
    """
    delegation = _delegation(ctx, delegation_id)
    require_arrived(both(delegation, "name"), _arrived_at(ctx, delegation))
    return _record(ctx, delegation, arrived=False)


def _delegation(ctx: Context, delegation_id: int) -> Delegation:
    """The delegation, for whom may record it: the command room, and every desk."""
    ctx.require(desk=ctx.by.desk_key)
    delegation = ctx.session.get(Delegation, delegation_id)
    if delegation is None or delegation.event_id != ctx.event.id:
        raise Refusal("delegation_unknown", delegation=delegation_id)
    return delegation


def _arrived_at(ctx: Context, delegation: Delegation) -> datetime | None:
    newest = select(VehicleArrival).where(VehicleArrival.delegation_id == delegation.id)
    last = ctx.session.exec(newest.order_by(col(VehicleArrival.id).desc()).limit(1)).first()
    return last.at if last and last.arrived else None


def _record(ctx: Context, delegation: Delegation, *, arrived: bool) -> VehicleArrival:
    fact = VehicleArrival(delegation_id=delegation.id, arrived=arrived)
    return ctx.record(fact, name=both(delegation, "name"))
