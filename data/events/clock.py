"""The event's clock: what it shows, and the settings that a rehearsal's clock goes by."""

from datetime import datetime, timezone

from sqlalchemy import bindparam
from sqlmodel import Session, col, select

from data.events.current import CHOSEN
from data.storage import changes
from models.access.people import Person
from models.events.event import Clock, ClockSetting, Event, real_clock

_SETTING = (
    select(ClockSetting)
    .where(ClockSetting.event_id == bindparam("event"))
    .order_by(col(ClockSetting.id).desc())
    .limit(1)
)


_WITH_CLOCK = (
    select(Event, ClockSetting)
    .outerjoin(ClockSetting, col(ClockSetting.event_id) == Event.id)
    .where(col(Event.id) == CHOSEN)
    .order_by(col(ClockSetting.id).desc())
    .limit(1)
)


def real_now() -> datetime:
    """The real time (aware UTC); the one place that asks for it."""
    return datetime.now(timezone.utc)


def clock_of(session: Session, event: Event) -> Clock:
    """The event's clock as it is set; a real event's shows real time."""
    return _clock(event, session.exec(_SETTING, params={"event": event.id}).first())


def event_and_clock(session: Session) -> tuple[Event, Clock] | None:
    """The current event, detached, and its clock by one statement; None before one is loaded."""
    found = session.execute(_WITH_CLOCK).first()
    if found is None:
        return None
    event, setting = found
    session.expunge(event)
    return event, _clock(event, setting)


def _clock(event: Event, setting: ClockSetting | None) -> Clock:
    if setting is None:
        # The same setting each time, so that equal boards are equal texts.
        return real_clock(event.loaded_at)
    return Clock(setting.real_at, setting.event_at, setting.speed, setting.resume_speed)


def event_now(session: Session, event: Event) -> datetime:
    """What the event's clock shows now (aware UTC)."""
    return clock_of(session, event).shows(real_now())


def record_setting(
    session: Session,
    event: Event,
    *,
    event_at: datetime,
    speed: float,
    resume_speed: float,
    real: datetime,
    by: Person | None,
    sign_in_id: int | None = None,
) -> None:
    """Records a setting of the clock and notes it at the moment that the clock then shows.

    Checks nothing: a command has decided it.
    """
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
    reread(session)
    changes.note(
        session,
        event_id=event.id,
        at=event_at,
        by=by,
        sign_in_id=sign_in_id,
        topic="clock",
        subject="clock",
        subject_id=setting.id,
        what={"command": "set_clock", "speed": speed},
    )


def reread(session: Session) -> None:
    """Makes the rest of a transaction read the current event and its clock again.

    Needed after an event is loaded, moved or its clock set: a later command of the transaction
    would go by what was current before.
    """
    for key in ("event_and_clock", "event", "clock"):  # of `data.commands` and attendance
        session.info.pop(key, None)
