"""Decisions and directives: giving them, and what their owners and the committee make of them."""

from datetime import datetime

from sqlalchemy import func
from sqlmodel import Session, select

from data.events.current import require_event
from data.storage import changes
from models.access.people import Person, may, require_may
from models.events.event import Event
from models.readiness.tasks import Section
from models.refusals import Refusal
from models.reviews.directives import (
    Directive,
    DirectiveSnapshot,
    DirectiveStep,
    Kind,
    State,
    require_directive,
    require_directive_step,
    require_owned,
    require_said,
    urgency,
)
from models.text import both

# --- reads -----------------------------------------------------------------------------------------------------------


def directives_at(session: Session, event: Event, moment: datetime) -> list[DirectiveSnapshot]:
    """Every decision and directive given until a moment as it stood then: the open ones first as a review reads them."""
    newest = (
        select(func.max(DirectiveStep.id))
        .where(DirectiveStep.directive_id == Directive.id, DirectiveStep.at <= moment)
        .correlate(Directive)
        .scalar_subquery()
    )
    rows = session.execute(
        select(Directive, DirectiveStep, Person)
        .outerjoin(DirectiveStep, DirectiveStep.id == newest)
        .outerjoin(Person, Person.id == Directive.office_id)
        .where(Directive.event_id == event.id, Directive.at <= moment)
    )
    found = [_standing(*row, now=moment) for row in rows]
    return sorted(found, key=lambda one: (not one.open, urgency(one)))


def _standing(
    given: Directive, last: DirectiveStep | None, office: Person | None, *, now: datetime
) -> DirectiveSnapshot:
    state = State(last.step) if last else State.GIVEN
    waits = state in (State.GIVEN, State.ACKNOWLEDGED)
    return DirectiveSnapshot(
        id=given.id,
        number=given.number,
        kind=Kind(given.kind),
        text=given.text,
        why=given.why,
        section_id=given.section_id,
        office_id=given.office_id,
        office=both(office, "name") if office else None,
        due_at=given.due_at,
        given_at=given.at,
        state=state,
        said=last.note if last else "",
        said_at=last.at if last else given.at,
        overdue=waits and given.due_at is not None and given.due_at <= now,
    )


# --- writes ----------------------------------------------------------------------------------------------------------


def give_directive(
    session: Session,
    *,
    kind: str,
    text: str,
    why: str,
    section_id: int | None,
    office_id: int | None,
    due_at: datetime | None,
    idempotency_key: str,
    by: Person,
    now: datetime,
) -> Directive:
    """Records a decision, or a directive to a section or to an office, due at a moment to come. Owner and due time of a decision
    are left aside. Refuses an empty or too long text, a directive without one owner or a due time, an owner who could not see it.
    """
    require_may(by, "give_directive")
    event = require_event(session)
    sort, written, reason = require_directive(kind, text, why)
    if earlier := session.exec(
        select(Directive).where(Directive.idempotency_key == idempotency_key)
    ).first():
        return earlier
    require_owned(
        sort, owners=(section_id is not None) + (office_id is not None), due_at=due_at, now=now
    )
    if sort is Kind.DECISION:
        section_id = office_id = due_at = None
    _require_known(session, event, section_id, office_id)
    number = (
        session.exec(select(func.max(Directive.number)).where(Directive.event_id == event.id)).one()
        or 0
    ) + 1
    given = Directive(
        event_id=event.id,
        number=number,
        kind=sort.value,
        text=written,
        why=reason,
        section_id=section_id,
        office_id=office_id,
        due_at=due_at,
        at=now,
        person_id=by.id,
        idempotency_key=idempotency_key,
    )
    session.add(given)
    session.flush()
    _note(session, given, f"give_{sort.value}", written, by=by, at=now)
    return given


def _require_known(
    session: Session, event: Event, section_id: int | None, office_id: int | None
) -> None:
    """Refuses a section that is none of the event's, and an office that has no page to acknowledge on."""
    if section_id is not None:
        section = session.get(Section, section_id)
        if section is None or section.event_id != event.id:
            raise Refusal("section_unknown", section=section_id)
    if office_id is not None and not may(session.get(Person, office_id), "see_update"):
        raise Refusal("directive_owner_needed")


def acknowledge_directive(
    session: Session, *, directive_id: int, idempotency_key: str, by: Person, now: datetime
) -> DirectiveStep:
    """Its owner says that he has it. Refuses whoever does not own it, and one that is not open or acknowledged already."""
    given = _require_own(session, directive_id, by, "acknowledge_directive")
    return _step(
        session,
        given,
        State.ACKNOWLEDGED,
        "",
        command="acknowledge_directive",
        idempotency_key=idempotency_key,
        by=by,
        now=now,
    )


def report_directive(
    session: Session,
    *,
    directive_id: int,
    note: str,
    idempotency_key: str,
    by: Person,
    now: datetime,
) -> DirectiveStep:
    """Its owner reports it done. Refuses whoever does not own it, and one that is not open."""
    given = _require_own(session, directive_id, by, "report_directive")
    return _step(
        session,
        given,
        State.DONE,
        note,
        command="report_directive",
        idempotency_key=idempotency_key,
        by=by,
        now=now,
    )


def withdraw_directive(
    session: Session,
    *,
    directive_id: int,
    note: str,
    idempotency_key: str,
    by: Person,
    now: datetime,
) -> DirectiveStep:
    """The committee takes a decision or an open directive back."""
    require_may(by, "withdraw_directive")
    given = _directive(session, directive_id)
    return _step(
        session,
        given,
        State.WITHDRAWN,
        note,
        command="withdraw_directive",
        idempotency_key=idempotency_key,
        by=by,
        now=now,
    )


def _directive(session: Session, directive_id: int) -> Directive:
    given = session.get(Directive, directive_id)
    if given is None or given.event_id != require_event(session).id:
        raise Refusal("directive_unknown")
    return given


def _require_own(session: Session, directive_id: int, by: Person, command: str) -> Directive:
    """The directive, for the office that it was given to, or for those who lead the section."""
    given = _directive(session, directive_id)
    if by is None or given.office_id is None or given.office_id != by.id:
        section = session.get(Section, given.section_id) if given.section_id else None
        require_may(by, command, section=section.key if section else None)
    return given


def _step(
    session: Session,
    given: Directive,
    to: State,
    note: str,
    *,
    command: str,
    idempotency_key: str,
    by: Person,
    now: datetime,
) -> DirectiveStep:
    if earlier := session.exec(
        select(DirectiveStep).where(DirectiveStep.idempotency_key == idempotency_key)
    ).first():
        return earlier
    last = session.exec(
        select(DirectiveStep.step)
        .where(DirectiveStep.directive_id == given.id)
        .order_by(DirectiveStep.id.desc())
        .limit(1)
    ).first()
    require_directive_step(
        Kind(given.kind), State(last) if last else State.GIVEN, to, number=given.number
    )
    step = DirectiveStep(
        directive_id=given.id,
        step=to.value,
        note=require_said(note),
        at=now,
        person_id=by.id,
        idempotency_key=idempotency_key,
    )
    session.add(step)
    session.flush()
    _note(session, given, command, step.note or given.text, by=by, at=now)
    return step


def _note(
    session: Session, given: Directive, command: str, text: str, *, by: Person, at: datetime
) -> None:
    what = {"command": command, "section": given.section_id, "number": given.number, "text": text}
    changes.note(
        session,
        event_id=given.event_id,
        at=at,
        by=by,
        topic="reviews",
        subject="directive",
        subject_id=given.id,
        what=what,
    )
