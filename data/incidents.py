"""The command room's log: entries and what became of them."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, union
from sqlalchemy.orm import aliased
from sqlmodel import Session, select

from data.events.current import require_event
from data.storage import changes
from models.access.people import Person, require_may
from models.events.event import Event, View
from models.incidents import (
    Entry,
    EntryState,
    EntryStatus,
    EntryUpdate,
    require_entry_text,
    require_priority,
    require_step,
)
from models.readiness.tasks import Section
from models.refusals import Refusal


@dataclass(frozen=True)
class EntrySnapshot:
    """A log entry as at a moment; `said` is the latest word on it. Without a section it is of the whole event."""

    id: int
    number: int
    section_id: int | None
    priority: int
    text: str
    opened_at: datetime
    status: EntryStatus
    said: str
    said_at: datetime

    @property
    def open(self) -> bool:
        return self.status is not EntryStatus.CLOSED


def open_entries(session: Session, event: Event, view: View) -> list[EntrySnapshot]:
    """The entries open at the view's moment, worst first, then newest."""
    if view.past:
        found = [
            entry for entry in _entries_then(session, event, view, perhaps_open=True) if entry.open
        ]
    else:
        rows = session.execute(
            select(Entry, EntryState.status, EntryState.text, EntryState.at)
            .join(EntryState, EntryState.entry_id == Entry.id)
            .where(EntryState.event_id == event.id, EntryState.closed.is_(False))
        )
        found = [_standing(*row) for row in rows]
    return sorted(found, key=lambda entry: (entry.priority, -entry.number))


def entries_at(session: Session, event: Event, view: View) -> list[EntrySnapshot]:
    """All entries as at the view's moment, newest first."""
    if view.past:
        return _entries_then(session, event, view)
    query = select(Entry, EntryState.status, EntryState.text, EntryState.at).join(
        EntryState, EntryState.entry_id == Entry.id
    )
    rows = session.execute(
        query.where(Entry.event_id == event.id, Entry.at <= view.moment).order_by(
            Entry.number.desc()
        )
    )
    return [_standing(*row) for row in rows]


def _entries_then(
    session: Session, event: Event, view: View, *, perhaps_open: bool = False
) -> list[EntrySnapshot]:
    """The entries as at a past moment, newest first. `perhaps_open`: without those whose last step of all had closed them by
    then, which are nearly all of a long log."""
    update = aliased(EntryUpdate)
    newest = (
        select(update.id)
        .where(update.entry_id == Entry.id, update.at <= view.moment)
        .order_by(
            update.id.desc()
        )  # the steps were accepted in this order, whatever the clocks of the desks said
        .limit(1)
        .correlate(Entry)
        .scalar_subquery()
    )
    query = select(Entry, EntryUpdate.status, EntryUpdate.text, EntryUpdate.at).outerjoin(
        EntryUpdate, EntryUpdate.id == newest
    )
    if perhaps_open:
        query = query.where(Entry.id.in_(_perhaps_open(event, view.moment)))
    rows = session.execute(
        query.where(Entry.event_id == event.id, Entry.at <= view.moment).order_by(
            Entry.number.desc()
        )
    )
    return [_standing(*row) for row in rows]


def _perhaps_open(event: Event, moment: datetime):
    """Ids of the entries that are open now, or were moved after the moment: two walks down an index."""
    opened = (EntryState.event_id == event.id, EntryState.opened_at <= moment)
    return union(
        select(EntryState.entry_id).where(*opened, EntryState.closed.is_(False)),
        select(EntryState.entry_id).where(*opened, EntryState.at > moment),
    )


def _standing(
    entry: Entry, status: str | None, text: str | None, at: datetime | None
) -> EntrySnapshot:
    return EntrySnapshot(
        id=entry.id,
        number=entry.number,
        section_id=entry.section_id,
        priority=entry.priority,
        text=entry.text,
        opened_at=entry.at,
        status=EntryStatus(status or EntryStatus.OPEN),
        said=text or "",
        said_at=at or entry.at,
    )


def open_entry(
    session: Session,
    *,
    section_id: int,
    priority: int,
    text: str,
    idempotency_key: str,
    by: Person,
    now: datetime,
) -> Entry:
    """Enters one line in the log. Refuses an empty or too long line, an unknown priority, an unknown section."""
    require_may(by, "open_entry")
    event = require_event(session)
    section = session.get(Section, section_id)
    if section is None or section.event_id != event.id:
        raise Refusal("section_unknown", section=section_id)
    require_priority(priority)
    written = require_entry_text(text)
    earlier = session.exec(select(Entry).where(Entry.idempotency_key == idempotency_key)).first()
    if earlier:
        return earlier
    return enter(
        session,
        event,
        section_id=section_id,
        priority=priority,
        text=written,
        person_id=by.id,
        at=now,
        idempotency_key=idempotency_key,
        change_by=by,
    )


def enter(
    session: Session,
    event: Event,
    *,
    section_id: int | None,
    priority: int,
    text: str,
    person_id: int,
    at: datetime,
    idempotency_key: str,
    change_by: Person | None,
    status: EntryStatus = EntryStatus.OPEN,
) -> Entry:
    """Writes an entry down; without a section it is of the whole event. Checks nothing: a command has decided it.

    `status`: closed for what is only for the record. `person_id`: in whose name; `change_by`: who did it, None for the system.
    """
    number = (
        session.exec(select(func.max(Entry.number)).where(Entry.event_id == event.id)).one() or 0
    ) + 1
    facts = {
        "section_id": section_id,
        "priority": priority,
        "text": text,
        "at": at,
        "person_id": person_id,
        "idempotency_key": idempotency_key,
    }
    entry = Entry(event_id=event.id, number=number, **facts)
    session.add(entry)
    session.flush()
    closed = status is EntryStatus.CLOSED
    if closed:
        session.add(
            EntryUpdate(
                entry_id=entry.id,
                status=status.value,
                at=at,
                person_id=person_id,
                idempotency_key=f"{idempotency_key}-closed",
            )
        )
    session.add(
        EntryState(
            entry_id=entry.id,
            event_id=event.id,
            status=status.value,
            closed=closed,
            opened_at=at,
            at=at,
        )
    )
    what = {
        "command": "open_entry",
        "section": section_id,
        "priority": priority,
        "number": number,
        "text": text,
    }
    changes.note(
        session,
        event_id=event.id,
        at=at,
        by=change_by,
        topic="incidents",
        subject="entry",
        subject_id=entry.id,
        what=what,
    )
    return entry


def update_entry(
    session: Session,
    *,
    entry_id: int,
    status: str,
    text: str,
    idempotency_key: str,
    by: Person,
    now: datetime,
) -> EntryUpdate:
    """Says that an entry is being handled, closed or reopened. Refuses a step that makes no sense."""
    event = require_event(session)
    entry = session.get(Entry, entry_id)
    if entry is None or entry.event_id != event.id:
        raise Refusal("entry_unknown", entry=entry_id)
    section = session.get(Section, entry.section_id) if entry.section_id else None
    require_may(by, "update_entry", section=section.key if section else None)
    earlier = session.exec(
        select(EntryUpdate).where(EntryUpdate.idempotency_key == idempotency_key)
    ).first()
    if earlier:
        return earlier
    state = session.get(EntryState, entry_id)
    step = require_step(state.status, status, number=entry.number)
    said = require_entry_text(text) if text.strip() else ""
    update = EntryUpdate(
        entry_id=entry_id,
        status=step.value,
        text=said,
        at=now,
        person_id=by.id,
        idempotency_key=idempotency_key,
    )
    session.add(update)
    state.status, state.closed, state.text, state.at = (
        step.value,
        step is EntryStatus.CLOSED,
        said,
        now,
    )
    session.add(state)
    what = {
        "command": "update_entry",
        "section": entry.section_id,
        "number": entry.number,
        "status": step.value,
        "text": said,
    }
    changes.note(
        session,
        event_id=event.id,
        at=now,
        by=by,
        topic="incidents",
        subject="entry",
        subject_id=entry_id,
        what=what,
    )
    return update
