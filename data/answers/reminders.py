"""Reminders of answers that are overdue, by the same escalation as a silent section's."""

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from data.answers.queries import event_of_register, petitions_at, registers
from data.commands import Context, Origin, command, run
from data.events.clock import event_and_clock, real_now
from data.readiness.escalation import levels_of, offices_of, send_each
from data.readiness.sections import confirmation_clock
from data.storage import database
from models.answers.answers import PetitionReminder, PetitionSnapshot
from models.events.event import Event, View
from models.readiness.escalation import EscalationLevel, delays, is_night, next_reminder


@dataclass(frozen=True)
class DuePetition:
    """The next reminder of a petition: which office at which moment, be it over or to come."""

    petition: PetitionSnapshot
    level: EscalationLevel
    at: datetime


def due_petitions(
    session: Session, event: Event, view: View, petition_id: int | None = None
) -> list[DuePetition]:
    """The next reminder of each open petition of all registers of the event, the first one first.

    None of a petition falls due before its answer is overdue. `petition_id`: of that one alone.
    """
    clock, offices = confirmation_clock(event, view.moment), offices_of(session)
    wait = delays(event.silence, clock.phase)
    found = []
    for register in registers(session, event):
        own = event_of_register(session, event, register.event_id)
        for one in petitions_at(session, own, view, petition_id):
            if not one.open:
                continue
            following = next_reminder(
                one.overdue_at,
                list(one.reminders),
                levels=levels_of(one.section_key, offices),
                wait=wait,
                clock=clock,
            )
            if following:
                found.append(DuePetition(one, *following))
    return sorted(found, key=lambda one: one.at)


def send_due_reminders(at: datetime | None = None) -> int:
    """Send every reminder of an overdue answer that is due; returns how many. `at`: the moment by
    the event's clock (aware), None for now."""
    return send_each(
        lambda failed: {
            number: f"petition {number}" for number in _due_now(at) if number not in failed
        },
        lambda number: run(Origin(at=at), send_petition_reminder, petition_id=number) is not None,
    )


def _due_now(at: datetime | None) -> list[int]:
    with database.reading() as session:
        current = event_and_clock(session)
        if current is None:
            return []
        event, clock = current
        return list(_due_by(session, event, at or clock.shows(real_now())))


def _due_by(
    session: Session, event: Event, now: datetime, petition_id: int | None = None
) -> dict[int, DuePetition]:
    """What is due by a moment, by the id of the petition; nothing at night."""
    if is_night(confirmation_clock(event, now)):
        return {}
    found = due_petitions(session, event, View(now), petition_id)
    return {one.petition.id: one for one in found if one.at <= now}


@command("remind_answer", topic="answers", subject="petition", when_over=True)
def send_petition_reminder(ctx: Context, *, petition_id: int) -> PetitionReminder | None:
    """Remind the next office of an overdue answer; None where none is due, or another process was
    first.
    """
    # The others are not read: one deadline may pass for hundreds, each in its own transaction.
    due = _due_by(ctx.session, ctx.event, ctx.at, petition_id).get(petition_id)
    if due is None:
        return None
    one = due.petition
    reminder = PetitionReminder(
        petition_id=petition_id, due_on=one.due_on, level=due.level.value, at=ctx.at
    )
    ctx.session.add(reminder)
    ctx.session.flush()
    ctx.note(petition_id, section=one.entered.section_id, number=one.number, level=due.level.value)
    return reminder
