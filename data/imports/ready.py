"""What an event that was just loaded still needs: a checklist whose states are known or unknown."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlmodel import Session, col, func, select

from data.access.people import entrances, people
from data.attendance.badges import outdated_badges, were_printed
from data.backup import backup
from models.access.accounts import Account
from models.access.people import Person, Role
from models.attendance.ledger import AttendanceFact, Delegate
from models.events.event import Event
from models.programme import ProgrammeItem
from models.readiness.tasks import Task


class Known(StrEnum):
    """What is known of a point: done, not done, or nothing, which is never taken for done."""

    DONE = "done"
    OPEN = "open"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Point:
    """One point of the list: `name` is a sentence of the words, `facts` what it counts."""

    name: str
    state: Known
    facts: dict[str, int]


def is_filled(session: Session, event: Event) -> bool:
    """Whether an event holds anything yet."""
    counted = (_count(session, event, table) for table in (Task, ProgrammeItem, Delegate))
    return any(counted)


def points(session: Session, event: Event, *, rehearsal_only: bool) -> list[Point]:
    """The list in its order; `rehearsal_only` as in `data.access.people.entrances`."""
    tasks, items, delegates = (
        _count(session, event, table) for table in (Task, ProgrammeItem, Delegate)
    )
    loaded = {"tasks": tasks, "items": items, "delegates": delegates}
    return [
        Point("loaded", _done(any(loaded.values())), loaded),
        _invitations(session, rehearsal_only=rehearsal_only),
        _badges(session, event, delegates),
        _pins(session),
        _backups(event),
        _gate(session, event),
        _try(session, event),
    ]


def newest_backup() -> datetime | None:
    """When the newest backup of this database was made (aware UTC)."""
    last = backup.newest(backup.folder())
    return last.at if last else None


def _done(done: bool) -> Known:
    return Known.DONE if done else Known.OPEN


def _count(
    session: Session, event: Event, table: type[Task] | type[ProgrammeItem] | type[Delegate]
) -> int:
    query = select(func.count(col(table.id))).where(col(table.event_id) == event.id)
    if table is Delegate:
        query = query.where(col(Delegate.retired).is_(False))
    return session.exec(query).one()


def _invitations(session: Session, *, rehearsal_only: bool) -> Point:
    known = entrances(session, rehearsal_only=rehearsal_only)
    offices = [one.id for one in people(session) if one.role != Role.DISPLAY]
    came = sum(one in known and known[one].used_at is not None for one in offices)
    invited = sum(one in known for one in offices) - came
    facts = {"number": len(offices), "came": came, "invited": invited}
    return Point("invitations", _done(came + invited == len(offices)), facts)


def _badges(session: Session, event: Event, delegates: int) -> Point:
    printed = were_printed(session, event)
    outdated = len(outdated_badges(session, event)) if printed else 0
    facts = {"number": delegates, "outdated": outdated}
    return Point("badges", _done(printed and not outdated), facts)


def _pins(session: Session) -> Point:
    desks = [one for one in people(session) if one.role == Role.DESK]
    with_pin = select(func.count(func.distinct(Person.id))).join(
        Account, col(Account.person_id) == col(Person.id)
    )
    own = col(Person.id).in_([one.id for one in desks])
    number = session.exec(with_pin.where(own, col(Account.pin_hash).is_not(None))).one()
    return Point("pins", _done(number == len(desks)), {"number": len(desks), "given": number})


def _backups(event: Event) -> Point:
    """Done once a backup is there; where none is to be made, nothing is known."""
    if backup.newest(backup.folder()) is not None:
        return Point("backups", Known.DONE, {})
    due = backup.interval(rehearsal=event.rehearsal)
    return Point("backups", Known.OPEN if due else Known.UNKNOWN, {})


def _gate(session: Session, event: Event) -> Point:
    """Done once a gate has sent scans that it took without the network: nothing else shows it."""
    sent = (
        select(AttendanceFact.id)
        .join(ProgrammeItem, col(ProgrammeItem.id) == col(AttendanceFact.item_id))
        .where(ProgrammeItem.event_id == event.id, col(AttendanceFact.device_at).is_not(None))
        .limit(1)
    )
    found = session.exec(sent).first()
    return Point("gate", Known.DONE if found is not None else Known.UNKNOWN, {})


def _try(session: Session, event: Event) -> Point:
    """Done once the event was rehearsed, in a run of its own."""
    runs = select(Event.id).where(Event.slug == event.slug, col(Event.rehearsal)).limit(1)
    found = session.exec(runs).first()
    return Point("try", Known.DONE if found is not None else Known.UNKNOWN, {})
