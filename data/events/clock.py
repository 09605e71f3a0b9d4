"""The event's clock: what it shows, and how a rehearsal's clock is set."""

from datetime import datetime, timezone

from sqlalchemy import bindparam
from sqlmodel import Session, select

from data.events.current import require_event
from data.storage import changes
from models.access.people import Person, require_may
from models.events.event import (
    Clock,
    ClockSetting,
    Event,
    real_clock,
    require_rehearsal,
    require_speed,
)

_SETTING = (
    select(ClockSetting)
    .where(ClockSetting.event_id == bindparam("event"))
    .order_by(ClockSetting.id.desc())
    .limit(1)
)


_WITH_CLOCK = (
    select(Event, ClockSetting)
    .outerjoin(ClockSetting, ClockSetting.event_id == Event.id)
    .order_by(Event.id.desc(), ClockSetting.id.desc())
    .limit(1)
)


def real_now() -> datetime:
    """The real time; the one place that asks for it."""
    return datetime.now(timezone.utc)


def clock_of(session: Session, event: Event) -> Clock:
    """The event's clock as it is set; a real event's shows real time."""
    return _clock(event, session.exec(_SETTING, params={"event": event.id}).first())


def event_and_clock(session: Session) -> tuple[Event, Clock] | None:
    """The current event, detached, and its clock by one statement; None before one was loaded."""
    found = session.execute(_WITH_CLOCK).first()
    if found is None:
        return None
    event, setting = found
    session.expunge(event)
    return event, _clock(event, setting)


def _clock(event: Event, setting: ClockSetting | None) -> Clock:
    if setting is None:
        return real_clock(
            event.loaded_at
        )  # always the same setting, so that equal boards are equal texts
    return Clock(setting.real_at, setting.event_at, setting.speed, setting.resume_speed)


def event_now(session: Session, event: Event) -> datetime:
    """What the event's clock shows now (aware UTC)."""
    return clock_of(session, event).shows(real_now())


def pause_clock(session: Session, *, by: Person, real: datetime) -> None:
    """Stops the rehearsal's clock where it stands."""
    event, clock = _rehearsal_clock(session, by)
    keep_clock(
        session,
        event,
        event_at=clock.shows(real),
        speed=0.0,
        resume_speed=clock.speed or clock.resume_speed,
        real=real,
        by=by,
    )


def run_clock(session: Session, *, speed: float, by: Person, real: datetime) -> None:
    """Lets the rehearsal's clock run at `speed`. Refuses `speed_unknown`."""
    require_speed(speed)
    event, clock = _rehearsal_clock(session, by)
    keep_clock(
        session,
        event,
        event_at=clock.shows(real),
        speed=speed,
        resume_speed=speed,
        real=real,
        by=by,
    )


def _rehearsal_clock(session: Session, by: Person) -> tuple[Event, Clock]:
    require_may(by, "set_clock")
    event = require_event(session)
    require_rehearsal(event)
    return event, clock_of(session, event)


def keep_clock(
    session: Session,
    event: Event,
    *,
    event_at: datetime,
    speed: float,
    resume_speed: float,
    real: datetime,
    by: Person | None,
) -> None:
    """Records a setting of the clock."""
    setting = ClockSetting(
        event_id=event.id,
        real_at=real,
        event_at=event_at,
        speed=speed,
        resume_speed=resume_speed,
        person_id=by.id if by else None,
    )
    session.add(setting)
    session.flush()
    changes.note(
        session,
        event_id=event.id,
        at=event_at,
        by=by,
        topic="clock",
        subject="clock",
        subject_id=setting.id,
        what={"command": "set_clock", "speed": speed},
    )
