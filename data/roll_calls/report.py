"""An ended roll-call as it goes into its minutes, and that they were taken."""

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from data.audit import note_export
from data.events.current import require_event
from data.roll_calls.commands import RollCallSnapshot, roll_call_outcome
from models.access.people import Person, require_may
from models.events.event import Event


@dataclass(frozen=True)
class RollCallReport:
    """A roll-call as it was frozen when it ended, and the event that it belongs to."""

    event: Event
    call: RollCallSnapshot


def export_roll_call(
    session: Session, *, roll_call_id: int, by: Person, now: datetime
) -> RollCallReport:
    """The report on an ended roll-call, for a file; that it was taken is recorded in the same transaction.

    Refuses what `roll_call_outcome` does.
    """
    require_may(by, "export_roll_call")
    event = require_event(session)
    call = roll_call_outcome(session, roll_call_id)
    note_export(session, event, what="roll_call", rows_taken=len(call.sections), by=by)
    return RollCallReport(event, call)
