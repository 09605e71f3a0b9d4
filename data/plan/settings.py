"""The command on the event's settings: its names, place, expected number and waking hours."""

from dataclasses import asdict

from sqlmodel import Session, col, select

from data.commands import Context, command
from data.events.clock import reread
from models.access.people import Person
from models.events.event import SETTINGS, Event, Settings, require_settings
from models.plan import EventChange
from models.refusals import Refusal
from models.text import both

NO_ONE = {"vi": "", "en": ""}


def settings_of(event: Event) -> Settings:
    """The editable part of an event's row."""
    return Settings(**{name: getattr(event, name) for name in SETTINGS})


def version_and_settings(session: Session, event_id: int) -> tuple[int, Settings]:
    """The initial values of a form that changes the event."""
    event = session.get_one(Event, event_id)
    return event.version, settings_of(event)


@command("edit_event", topic="event", subject="event", fact=EventChange)
def edit_event(ctx: Context, *, version: int, settings: Settings) -> EventChange:
    """Change what the event is called and expects, given the version of the form.

    What was signed stays as it was. Refuses `event_changed` where the row has changed since, with
    `mine` and `theirs` (`Settings`), its `version` and who changed it last; `event_unchanged`, and
    what `require_settings` does.
    """
    ctx.require()
    mine = require_settings(settings)
    event = ctx.session.get_one(Event, ctx.event.id)
    theirs = settings_of(event)
    if event.version != version:
        _refuse_changed(ctx.session, event, mine, theirs)
    fields = [name for name in SETTINGS if getattr(mine, name) != getattr(theirs, name)]
    if not fields:
        raise Refusal("event_unchanged")
    replaced = EventChange(event_id=event.id, version=version, **asdict(theirs))
    fact = ctx.record(replaced, about=event.id, fields=[f"event.{name}" for name in fields])
    for name in fields:
        setattr(event, name, getattr(mine, name))
    event.version += 1
    ctx.session.add(event)
    ctx.session.flush()
    reread(ctx.session)
    return fact


def _refuse_changed(session: Session, event: Event, mine: Settings, theirs: Settings) -> None:
    last = session.exec(
        select(EventChange)
        .where(EventChange.event_id == event.id)
        .order_by(col(EventChange.id).desc())
        .limit(1)
    ).first()
    person = session.get(Person, last.person_id) if last else None
    raise Refusal(
        "event_changed",
        version=event.version,
        mine=mine,
        theirs=theirs,
        at=last.at if last else None,
        by=both(person, "name") if person else NO_ONE,
    )
