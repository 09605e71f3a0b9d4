"""A run of the rehearsal: a folder's event, with its scenario performed up to a moment."""

from datetime import datetime
from pathlib import Path

from sqlmodel import Session

from data.events.clock import record_setting
from data.events.loading import SAMPLE, load_event
from data.events.scenario import steps_of
from data.rehearsal.acts import order
from data.rehearsal.cast import Cast
from data.rehearsal.player import perform_until
from models.events.event import Event
from models.refusals import Refusal
from models.rehearsal import RehearsalProgress


def start_run(
    session: Session,
    *,
    real: datetime,
    folder: Path = SAMPLE,
    speed: float = 1.0,
    resume_speed: float = 1.0,
    until: datetime | None = None,
) -> Event:
    """Loads a folder's event as a new run and performs its scenario up to `until`.

    `until` None: up to where its rehearsal starts. Refuses what `load_event` refuses, and a
    scenario that names anything unknown, also further on.
    """
    event = load_event(session, folder, rehearsal=True, now=real)
    moment = until or opening(event)
    session.add(RehearsalProgress(event_id=event.id))
    record_setting(
        session,
        event,
        event_at=moment,
        speed=speed,
        resume_speed=speed or resume_speed,
        real=real,
        by=None,
    )
    cast = Cast(session, event)
    for step in steps_of(event):
        order(cast, step)
    perform_until(session, moment, real=real)
    return event


def opening(event: Event) -> datetime:
    if event.rehearsal_starts is None:
        raise Refusal("not_a_rehearsal")
    return event.rehearsal_starts
