"""The command on the event's settings: its names, place, expected number and waking hours."""

from dataclasses import asdict

from sqlmodel import Session, col

from data.commands import Context, command, overtaken
from data.events.clock import reread
from models.events.event import SETTINGS, Event, Settings, require_settings
from models.plan import EventChange
from models.refusals import Refusal


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
        raise overtaken(
            ctx.session,
            "event_changed",
            EventChange,
            col(EventChange.event_id) == event.id,
            version=event.version,
            mine=mine,
            theirs=theirs,
        )
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
