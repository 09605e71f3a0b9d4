"""The command room's log: its entries as at a moment, and the commands that open and move them."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import CompoundSelect, func, union
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select

from data.commands import Context, command
from data.plan.commands import require_section
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
    """A log entry as at a moment; `said` is the text of its latest step.

    Without a section it is of the whole event.
    """

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


# --- reads ---------------------------------------------------------------------------------------

_NOW = select(Entry, EntryState.status, EntryState.text, EntryState.at).join(
    EntryState, col(EntryState.entry_id) == Entry.id
)


def open_entries(session: Session, event: Event, view: View) -> list[EntrySnapshot]:
    """The entries open at the view's moment, worst first, then newest."""
    if view.past:
        past = _entries_then(session, event, view, perhaps_open=True)
        entries = [entry for entry in past if entry.open]
    else:
        rows = session.execute(
            _NOW.where(EntryState.event_id == event.id, col(EntryState.closed).is_(False))
        )
        entries = [_snapshot(*row) for row in rows]
    return sorted(entries, key=lambda entry: (entry.priority, -entry.number))


def entries_at(session: Session, event: Event, view: View) -> list[EntrySnapshot]:
    """All entries as at the view's moment, newest first."""
    if view.past:
        return _entries_then(session, event, view)
    rows = session.execute(
        _NOW.where(Entry.event_id == event.id).order_by(col(Entry.number).desc())
    )
    return [_snapshot(*row) for row in rows]


def _entries_then(
    session: Session, event: Event, view: View, *, perhaps_open: bool = False
) -> list[EntrySnapshot]:
    """The entries as at a past moment, newest first.

    `perhaps_open`: without those whose last step of all had closed them by then, which are nearly
    all of a long log.
    """
    update = aliased(EntryUpdate)
    newest = (
        select(update.id)
        .where(update.entry_id == Entry.id, update.at <= view.moment)
        # The steps were accepted in this order, whatever the clocks of the desks said.
        .order_by(col(update.id).desc())
        .limit(1)
        .correlate(Entry)
        .scalar_subquery()
    )
    query = (
        select(Entry, EntryUpdate.status, EntryUpdate.text, EntryUpdate.at)
        .outerjoin(EntryUpdate, col(EntryUpdate.id) == newest)
        .where(Entry.event_id == event.id, Entry.at <= view.moment)
        .order_by(col(Entry.number).desc())
    )
    if perhaps_open:
        query = query.where(col(Entry.id).in_(_perhaps_open(event, view.moment)))
    return [_snapshot(*row) for row in session.execute(query)]


def _perhaps_open(event: Event, moment: datetime) -> CompoundSelect[tuple[int]]:
    """Ids of the entries that are open now or have moved since the moment: two index scans."""
    opened = (EntryState.event_id == event.id, EntryState.opened_at <= moment)
    return union(
        select(EntryState.entry_id).where(*opened, col(EntryState.closed).is_(False)),
        select(EntryState.entry_id).where(*opened, EntryState.at > moment),
    )


def _snapshot(
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


# --- commands ------------------------------------------------------------------------------------


@command("open_entry", topic="incidents", subject="entry", fact=Entry)
def open_entry(ctx: Context, *, section_id: int, priority: int, text: str) -> Entry:
    """Open one entry in the log.

    Refuses `section_unknown`, `priority_unknown`, `entry_text_needed` and `entry_text_too_long`.
    """
    require_section(ctx, section_id)
    ctx.require()
    require_priority(priority)
    written = require_entry_text(text)
    return _enter(ctx, section_id=section_id, priority=priority, text=written, person_id=ctx.by.id)


@command("open_entry", topic="incidents", subject="entry", fact=Entry)
def record_entry(
    ctx: Context,
    *,
    section_id: int | None,
    priority: int,
    text: str,
    person_id: int,
    status: EntryStatus = EntryStatus.OPEN,
) -> Entry:
    """Enter what another command has decided; asks no permission and checks nothing.

    `section_id` None: of the whole event. `person_id`: in whose name, since the installation
    itself may enter it. `status`: closed for what is only for the record.
    """
    entry = _enter(ctx, section_id=section_id, priority=priority, text=text, person_id=person_id)
    if status is EntryStatus.CLOSED:
        _record_closed(ctx, entry)
    return entry


def _enter(
    ctx: Context, *, section_id: int | None, priority: int, text: str, person_id: int
) -> Entry:
    entry = Entry(
        event_id=ctx.event.id,
        number=_last_number(ctx) + 1,
        section_id=section_id,
        priority=priority,
        text=text,
        at=ctx.at,
        person_id=person_id,
        idempotency_key=ctx.idempotency_key,
    )
    ctx.session.add(entry)
    ctx.session.flush()
    ctx.session.add(
        EntryState(
            entry_id=entry.id,
            event_id=entry.event_id,
            status=EntryStatus.OPEN.value,
            opened_at=entry.at,
            at=entry.at,
        )
    )
    ctx.note(
        entry.id,
        concerns=_sections(section_id),
        section=section_id,
        priority=priority,
        number=entry.number,
        text=text,
    )
    return entry


def _sections(section_id: int | None) -> tuple[int, ...]:
    """On whose own page an entry weighs; any may tell of one of the whole event."""
    return () if section_id is None else (section_id,)


def _last_number(ctx: Context) -> int:
    newest = select(func.max(Entry.number)).where(Entry.event_id == ctx.event.id)
    return ctx.session.exec(newest).one() or 0


def _record_closed(ctx: Context, entry: Entry) -> None:
    """Closes an entry at the moment it is entered; that is no change of its own."""
    update = EntryUpdate(
        entry_id=entry.id,
        status=EntryStatus.CLOSED.value,
        at=entry.at,
        person_id=entry.person_id,
        idempotency_key=f"{entry.idempotency_key}-closed",
    )
    ctx.session.add(update)
    _update_state(ctx.session, update)


@command("update_entry", topic="incidents", subject="entry", fact=EntryUpdate)
def update_entry(ctx: Context, *, entry_id: int, status: str, text: str) -> EntryUpdate:
    """Record that an entry is being handled, is closed or is open again; `text` may be empty.

    Refuses `entry_unknown`, `entry_step` and `entry_text_too_long`.
    """
    entry = ctx.session.get(Entry, entry_id)
    if entry is None or entry.event_id != ctx.event.id:
        raise Refusal("entry_unknown", entry=entry_id)
    section = ctx.session.get(Section, entry.section_id) if entry.section_id else None
    ctx.require(section=section.key if section else None)
    state = ctx.session.get_one(EntryState, entry_id)
    step = require_step(state.status, status, number=entry.number)
    written = require_entry_text(text) if text.strip() else ""
    update = ctx.record(
        EntryUpdate(entry_id=entry_id, status=step.value, text=written),
        concerns=_sections(entry.section_id),
        section=entry.section_id,
        number=entry.number,
        status=step.value,
        text=written,
    )
    _update_state(ctx.session, update)
    return update


def _update_state(session: Session, update: EntryUpdate) -> None:
    """The current state, updated in the transaction of the fact."""
    state = session.get_one(EntryState, update.entry_id)
    state.status, state.text, state.at = update.status, update.text, update.at
    state.closed = update.status == EntryStatus.CLOSED.value
    session.add(state)
