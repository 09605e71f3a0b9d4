"""What the database says of itself for monitoring: whether it is in shape, how new its facts and its backups are."""

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, select

from data.backup import backup
from data.events.clock import event_now, real_now
from data.events.current import current_event
from data.storage import changes, database, migrate
from models.events.event import Event
from models.readiness.tasks import Section, SectionState


@dataclass(frozen=True)
class Standing:
    """Ages are in seconds: a section's by the event's clock, a backup's by the real one; None where there is no backup."""

    revision: int
    sections: dict[str, float]
    backup_age: float | None


def is_current() -> bool:
    """Whether the database answers with every migration run."""
    with database.engine().connect() as connection:
        return migrate.is_current(connection)


def standing() -> Standing:
    """Opens a reading of its own."""
    with database.reading() as session:
        event = current_event(session)
        ages = last_facts(session, event, now=event_now(session, event)) if event else {}
        revision = changes.latest(session)
    kept = backup.newest(backup.folder())
    return Standing(revision, ages, (real_now() - kept.at).total_seconds() if kept else None)


def last_facts(session: Session, event: Event, *, now: datetime) -> dict[str, float]:
    """By section, how many seconds ago it last told anything; a section that never did is not in it."""
    query = select(Section.key, SectionState.confirmed_at).join(
        SectionState, SectionState.section_id == Section.id
    )
    rows = session.exec(query.where(Section.event_id == event.id))
    return {key: (now - confirmed_at).total_seconds() for key, confirmed_at in rows}
