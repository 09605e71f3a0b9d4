"""The state of the database for monitoring: its shape, and the age of its facts and backups."""

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from data.backup import backup
from data.events.clock import event_now, real_now
from data.events.current import current_event
from data.storage import changes, database, migrate
from models.events.event import Event
from models.readiness.tasks import Section, SectionState


@dataclass(frozen=True)
class Status:
    """The revision, and ages in seconds: of a section's last fact by the event's clock.

    `backup_age` is by the real clock; None where there is no backup. `backup_overdue`: it is older
    than `data.backup.backup.overdue` allows.
    """

    revision: int
    sections: dict[str, float]
    backup_age: float | None
    backup_overdue: bool


def is_current() -> bool:
    """Whether the database answers with every migration run."""
    with database.engine().connect() as connection:
        return migrate.is_current(connection)


def is_writable() -> bool:
    """Whether the database takes a write: its disk may be full while it answers every read."""
    try:
        database.probe()
    except database.UNREACHABLE:
        return False
    return True


def status() -> Status:
    """The current status, in a reading of its own."""
    with database.reading() as session:
        event = current_event(session)
        ages = last_facts(session, event, now=event_now(session, event)) if event else {}
        revision = changes.latest(session)
    newest, now = backup.newest(backup.folder()), real_now()
    return Status(
        revision,
        ages,
        backup_age=(now - newest.at).total_seconds() if newest else None,
        backup_overdue=event is not None and backup.overdue(event, now=now) is not None,
    )


def last_facts(session: Session, event: Event, *, now: datetime) -> dict[str, float]:
    """Seconds since a section's last report, by its key; a section that never reported is
    absent.
    """
    query = select(Section.key, SectionState.confirmed_at).join(
        SectionState, col(SectionState.section_id) == Section.id
    )
    rows = session.exec(query.where(Section.event_id == event.id, col(Section.retired).is_(False)))
    return {key: (now - confirmed_at).total_seconds() for key, confirmed_at in rows}
