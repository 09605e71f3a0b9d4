"""The export of an ended roll-call for its minutes, and the record of it."""

from dataclasses import dataclass

from data.commands import Context, command
from data.roll_calls.queries import RollCallSnapshot, roll_call_outcome
from models.events.event import Event


@dataclass(frozen=True)
class RollCallReport:
    """A roll-call as it was frozen when it ended, and its event."""

    event: Event
    call: RollCallSnapshot


@command("export_roll_call", topic="people", subject="export")
def export_roll_call(ctx: Context, *, roll_call_id: int) -> RollCallReport:
    """Export an ended roll-call for its minutes. Refuses what `roll_call_outcome` does."""
    ctx.require()
    call = roll_call_outcome(ctx.session, roll_call_id)
    ctx.note(None, rows=len(call.sections), document=call.number)
    return RollCallReport(ctx.event, call)
