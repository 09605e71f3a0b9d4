"""What the tests of reads and writes share: who acts, when, what exists, and that a refusal
wrote nothing.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta, timezone
from itertools import count
from pathlib import Path

import pytest
from sqlalchemy import and_, func, select, text
from sqlmodel import Session

from data.access.people import person_by_key
from data.attendance.queries import arrivals_at, closed_rolls, headcounts_at
from data.commands import Command, Origin, run
from data.events.current import current_event
from data.incidents import entries_at, open_entries
from data.media import media_at
from data.programme import items_at
from data.readiness.sections import sections_at
from data.readiness.tasks import tasks_at
from data.storage import changes, database
from data.wall.board import wall_document
from models.access.people import Person
from models.attendance.ledger import (
    HERE,
    AttendanceFact,
    AttendanceStatus,
    Delegate,
    Expectation,
    Headcount,
    Place,
    counted,
    minute_of,
)
from models.events.event import Event, View, moment_of, zone
from models.incidents import Entry
from models.media import MediaItem
from models.programme import ProgrammeItem
from models.readiness.tasks import Section, Task
from models.refusals import Refusal
from models.storage import Record
from tests.shared import WORKER

SMALL = Path(__file__).parent / "data" / "small_event"
REAL = datetime(2026, 1, 5, 1, 0, tzinfo=timezone.utc)  # the real time at which tests load an event

VAN, VAN_CHAIR, VAN_WITH_DOT = (
    "0005T",
    "0006C",
    "0007H",
)  # Nghi Văn's two delegates and Nghi Vạn's first
DISTRICT = "0001G"

_keys = count(1)


def idempotency_key() -> str:
    """A new one: of this worker, since what another one prepared holds its own."""
    return f"idempotency_key-{WORKER}-{next(_keys)}"


def current() -> Event:
    with database.reading() as session:
        return current_event(session)


def at(offset: str) -> datetime:
    """The moment of an offset of the current event, in UTC."""
    event = current()
    return moment_of(offset, first_day=event.first_day, time_zone=zone(event)).astimezone(
        timezone.utc
    )


def person(key: str) -> Person:
    with database.reading() as session:
        found = person_by_key(session, key)
        session.expunge(found)
        return found


def _id(table, column, value) -> int:
    with database.reading() as session:
        event = current_event(session)
        query = select(table.id).where(column == value, table.event_id == event.id)
        return session.execute(query).scalar_one()


def item(key: str) -> int:
    return _id(ProgrammeItem, ProgrammeItem.key, key)


def task(number: int) -> int:
    return _id(Task, Task.number, number)


def section(key: str) -> int:
    return _id(Section, Section.key, key)


def media(key: str) -> int:
    return _id(MediaItem, MediaItem.key, key)


def entry(number: int) -> int:
    return _id(Entry, Entry.number, number)


def delegate(badge: str) -> int:
    return _id(Delegate, Delegate.badge, badge)


def give(
    command: Command,
    *,
    by: str | Person | None,
    when: str | datetime,
    once: str | None = None,
    **facts,
):
    """Gives a command as a person at a moment, in one transaction, with a fresh key unless
    `once` is given.
    """
    who = person(by) if isinstance(by, str) else by
    now = at(when) if isinstance(when, str) else when
    return run(origin(who, now, once), command, **facts)


def origin(by: str | Person | None, at: datetime | None = None, once: str | None = None) -> Origin:
    """Where a command of a test comes from."""
    who = person(by) if isinstance(by, str) else by
    return Origin(who, idempotency_key=once or idempotency_key(), at=at)


def manage(
    command: Command,
    *,
    by: str | Person | None,
    when: datetime = REAL,
    from_id: int | None = None,
    **facts,
):
    """Gives a command that goes by the real clock; `from_id`: the sign-in that it comes from."""
    who = person(by) if isinstance(by, str) else by
    return run(Origin(who, from_id, idempotency_key(), real=when), command, **facts)


def make_real(session: Session, last_day: date | None = None) -> None:
    """The current event is one that takes place, and ends on a day (None: today)."""
    event = session.get_one(Event, current_event(session).id)
    event.rehearsal, event.rehearsal_starts = False, None
    event.last_day = last_day or date.today()
    session.flush()


def revision() -> int:
    with database.reading() as session:
        return changes.latest(session)


def row_counts() -> dict[str, int]:
    """How many rows each table holds."""
    with database.reading() as session:
        return {
            name: session.execute(select(func.count()).select_from(table)).scalar_one()
            for name, table in Record.metadata.tables.items()
        }


def content(*tables: str) -> list[list[str]]:
    """Every row of some tables as text, to compare.

    Past SQLAlchemy, and on PostgreSQL in one statement: each refusal that is tried compares all
    tables twice, which took a fifth of the tests' time on that database.
    """
    with database.reading() as session:
        connection = session.connection()
        driver = connection.connection.driver_connection
        if connection.dialect.name == "sqlite":
            return [sorted(map(str, driver.execute(f'SELECT * FROM "{name}"'))) for name in tables]
        rows = (
            f'(SELECT array_agg(row_to_json(one)::text) FROM "{name}" AS one)' for name in tables
        )
        (found,) = driver.execute(f"SELECT {', '.join(rows)}")
        return [sorted(one or []) for one in found]


@contextmanager
def refused(code: str, **facts: object) -> Iterator[None]:
    """What is done inside is refused with this code and at least these facts (those in both
    languages by the Vietnamese one), and leaves every table as it was."""
    tables = sorted(Record.metadata.tables)
    before = content(*tables)
    with pytest.raises(Refusal) as caught:
        yield
    assert caught.value.code == code, caught.value
    given = {name: caught.value.facts.get(name) for name in facts}
    assert {
        name: fact["vi"] if isinstance(fact, dict) else fact for name, fact in given.items()
    } == facts
    assert content(*tables) == before


@contextmanager
def one_change(command: str) -> Iterator[None]:
    """What is done inside writes exactly one change row, which names the command."""
    before = revision()
    yield
    with database.reading() as session:
        rows = session.execute(
            text('SELECT what FROM "change" WHERE id > :before'), {"before": before}
        ).all()
    assert len(rows) == 1
    assert command in str(rows[0][0])


@contextmanager
def nothing_written() -> Iterator[None]:
    """What is done inside succeeds and writes nothing."""
    tables = sorted(Record.metadata.tables)
    before = content(*tables)
    yield
    assert content(*tables) == before


def minutes(number: float) -> timedelta:
    return timedelta(minutes=number)


def boards(moment: datetime) -> tuple[dict, dict]:
    """The wall's document at a moment, by the current state and by the facts, without what has to
    differ.
    """
    event = current()
    with database.reading() as session:
        both = [wall_document(session, event, View(moment, past)) for past in (False, True)]
    for one in both:
        del one["past"], one["clock"]
    return both[0], both[1]


def attendance_by_log(moment: datetime, items: list[int]) -> tuple[dict, dict]:
    """Headcounts by (item, delegation) and arrivals by (item, minute) from the latest fact of
    each delegate alone.
    """
    expected = and_(
        Expectation.delegate_id == Delegate.id, Expectation.item_id == AttendanceFact.item_id
    )
    latest = select(func.max(AttendanceFact.id)).where(
        AttendanceFact.item_id.in_(items), AttendanceFact.at <= moment
    )
    latest = latest.group_by(AttendanceFact.item_id, AttendanceFact.delegate_id)
    counts: dict[tuple[int, int], Headcount] = {}
    arrivals: dict[tuple[int, datetime], int] = {}
    with database.reading() as session:
        roster = session.execute(
            select(Expectation.item_id, Delegate.delegation_id, func.count())
            .join(Delegate, Delegate.id == Expectation.delegate_id)
            .where(Expectation.item_id.in_(items))
            .group_by(Expectation.item_id, Delegate.delegation_id)
        )
        counts |= {
            (item_id, delegation): Headcount(expected=number)
            for item_id, delegation, number in roster
        }
        for fact, delegation, assigned in session.execute(
            select(AttendanceFact, Delegate.delegation_id, Expectation.item_id.is_not(None))
            .join(Delegate, Delegate.id == AttendanceFact.delegate_id)
            .outerjoin(Expectation, expected)
            .where(AttendanceFact.id.in_(latest))
        ):
            absent = counted(AttendanceStatus.UNDONE, Place.OUTSIDE, assigned=bool(assigned))
            step = (
                counted(AttendanceStatus(fact.status), Place(fact.place), assigned=bool(assigned))
                - absent
            )
            counts[fact.item_id, delegation] = (
                counts.get((fact.item_id, delegation), Headcount()) + step
            )
            if fact.status in HERE:
                minute = (fact.item_id, minute_of(fact.came_at))
                arrivals[minute] = arrivals.get(minute, 0) + 1
    return counts, arrivals


def require_steps_equal_log(moment: datetime) -> None:
    """The stored steps of attendance by the minute add up, at a past moment, to what the log says
    of it.
    """
    event = current()
    with database.reading() as session:
        items = [one.id for one in items_at(session, event, View(moment)) if one.counts_attendance]
        closed = closed_rolls(session, items, View(moment, past=True))
        stored = headcounts_at(session, items, View(moment, past=True))
        arrivals = {
            (one, *came)
            for one in items
            for came in arrivals_at(session, [one], View(moment, past=True))
        }
    heads, came = attendance_by_log(moment, items)
    recounted = {
        place: head.closed() if place[0] in closed else head for place, head in heads.items()
    }
    assert {place: head for place, head in stored.items() if head != Headcount()} == {
        place: head for place, head in recounted.items() if head != Headcount()
    }
    assert arrivals == {(*minute, number) for minute, number in came.items()}


def require_state_equals_facts(moment: datetime) -> None:
    """Everything that a screen of now reads from the current state is what the facts say; `moment`
    lies after all facts.
    """
    require_steps_equal_log(moment)
    event = current()
    with database.reading() as session:
        items = [one.id for one in items_at(session, event, View(moment)) if one.counts_attendance]
        parts = []
        for view in (View(moment), View(moment, past=True)):
            tasks = tasks_at(session, event, view)
            parts.append(
                {
                    "tasks": tasks,
                    "sections": sections_at(session, event, view, tasks),
                    "entries": entries_at(session, event, view),
                    "open": open_entries(session, event, view),
                    "headcounts": headcounts_at(session, items, view),
                    "arrivals": {one: arrivals_at(session, [one], view) for one in items},
                    "all_arrivals": arrivals_at(session, items, view),
                    "items": items_at(session, event, view),
                    "media": media_at(session, event, view),
                }
            )
    for part in parts[0]:
        assert parts[0][part] == parts[1][part], part
    now, past = boards(moment)
    assert now == past
