"""The ladder behind silent sections: who is called next, who was called and who answered, now or at a past moment."""

from datetime import datetime

from sqlalchemy import and_, true
from sqlmodel import Session, select

from data.events.current import require_event
from data.readiness.sections import rhythm, sections_at
from data.readiness.tasks import tasks_at
from data.storage import changes
from models.access.people import Person, require_may
from models.events.event import Event, View
from models.readiness.escalation import (
    CALLED,
    Call,
    Rung,
    SilenceAcknowledgement,
    SilenceStep,
    delays,
    is_night,
    next_call,
)
from models.readiness.sections import SectionSnapshot
from models.readiness.tasks import Section
from models.refusals import Refusal

# --- reads -----------------------------------------------------------------------------------------------------------


def calls_at(
    session: Session, event: Event, view: View, sections: list[SectionSnapshot]
) -> dict[int, list[Call]]:
    """Per section that is silent at the view's moment: whom its silence has called so far, in order."""
    since = {section.id: section.silent_since for section in sections if section.silent}
    if not since:
        return {}
    answer, step = SilenceAcknowledgement, SilenceStep
    until = (
        [step.at <= view.moment] if view.past else []
    )  # now is whatever was recorded, whichever process's clock is ahead
    answered = (answer.at <= view.moment) if view.past else true()
    rows = session.execute(
        select(step, answer.at, Person.name_vi, Person.name_en, Person.role)
        .outerjoin(answer, and_(answer.step_id == step.id, answered))
        .outerjoin(Person, Person.id == answer.person_id)
        .where(step.event_id == event.id, step.since >= min(since.values()), *until)
        .order_by(step.id)
    )
    calls: dict[int, list[Call]] = {section_id: [] for section_id in since}
    for called, answered_at, *office in rows:
        if since.get(called.section_id) == called.since:
            one = Call(
                called.id,
                Rung(called.rung),
                called.at,
                answered_at,
                *(told or "" for told in office),
            )
            calls[called.section_id].append(one)
    return calls


def due_calls(
    session: Session, event: Event, view: View
) -> list[tuple[SectionSnapshot, Rung, datetime]]:
    """Who has to be called next of each section and when, those that will fall silent included; the first one first."""
    sections = sections_at(session, event, view, tasks_at(session, event, view))
    calls, offices = calls_at(session, event, view, sections), _offices(session)
    beat = rhythm(event, view.moment)
    found = []
    for section in sections:
        if section.silent_at is None:
            continue
        rungs = [
            rung
            for rung in Rung
            if rung is Rung.COMMAND or (CALLED[rung].value, section.key) in offices
        ]
        wait = delays(event.silence, beat.phase)
        due = next_call(
            section.silent_at, calls.get(section.id, []), rungs=rungs, wait=wait, rhythm=beat
        )
        if due:
            found.append((section, *due))
    return sorted(found, key=lambda one: one[2])


def _offices(session: Session) -> set[tuple[str, str]]:
    """Which roles each section has, by (role, section key)."""
    return set(session.execute(select(Person.role, Person.section_key)).tuples())


# --- writes ----------------------------------------------------------------------------------------------------------


def call_due(session: Session, *, event: Event, now: datetime) -> int:
    """Calls whoever is to be called by now, each once for each silence; returns how many. Nobody is called at night."""
    if is_night(rhythm(event, now)):
        return 0
    called = 0
    while due := [one for one in due_calls(session, event, View(now)) if one[2] <= now]:
        for section, rung, _ in due:
            _call(session, event, section, rung, now)
        called += len(due)
        session.flush()
    return called


def _call(
    session: Session, event: Event, section: SectionSnapshot, rung: Rung, now: datetime
) -> None:
    session.add(
        SilenceStep(
            event_id=event.id,
            section_id=section.id,
            since=section.silent_since,
            rung=rung.value,
            at=now,
        )
    )
    what = {"command": "call_silence", "section": section.id, "rung": rung.value}
    changes.note(
        session,
        event_id=event.id,
        at=now,
        by=None,
        topic="readiness",
        subject="section",
        subject_id=section.id,
        what=what,
    )


def acknowledge_silence(
    session: Session, *, section_id: int, idempotency_key: str, by: Person, now: datetime
) -> SilenceAcknowledgement:
    """Answers the latest call of a section's silence. Refuses `silence_not_called` where nobody was called, and
    `silence_answered` where that call was answered, with the office and the moment.
    """
    event = require_event(session)
    section = session.get(Section, section_id)
    if section is None or section.event_id != event.id:
        raise Refusal("section_unknown", section=section_id)
    require_may(by, "acknowledge_silence", section=section.key)
    earlier = session.exec(
        select(SilenceAcknowledgement).where(
            SilenceAcknowledgement.idempotency_key == idempotency_key
        )
    ).first()
    if earlier:
        return earlier
    call = _latest_call(session, event, section_id, now)
    answer = SilenceAcknowledgement(
        step_id=call.id, at=now, person_id=by.id, idempotency_key=idempotency_key
    )
    session.add(answer)
    session.flush()
    what = {"command": "acknowledge_silence", "section": section_id, "rung": call.rung.value}
    changes.note(
        session,
        event_id=event.id,
        at=now,
        by=by,
        topic="readiness",
        subject="section",
        subject_id=section_id,
        what=what,
    )
    return answer


def _latest_call(session: Session, event: Event, section_id: int, now: datetime) -> Call:
    view = View(now)
    sections = sections_at(session, event, view, tasks_at(session, event, view))
    calls = calls_at(session, event, view, sections).get(section_id)
    if not calls:
        raise Refusal("silence_not_called")
    if calls[-1].answered_at:
        office = {"vi": calls[-1].office_vi, "en": calls[-1].office_en}
        raise Refusal("silence_answered", office=office, at=calls[-1].answered_at)
    return calls[-1]
