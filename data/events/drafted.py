"""An event that begins with its name and days alone: no section, item or delegate yet."""

from datetime import datetime

from sqlmodel import Session, col, select

from data.events.clock import reread
from data.events.current import record_choice, record_state
from data.storage import changes
from data.words import catalogue
from models.access.people import Person, Role
from models.events.event import WAKING_HOURS, Draft, Event, EventState, slug_of
from models.events.nouns import noun_of_name

TIME_ZONE = "Asia/Ho_Chi_Minh"
OFFICES = (Role.ADMIN, Role.COMMITTEE, Role.COMMAND, Role.MEDIA)
"""The offices that every event has; those of sections, desks and forums come with these."""


def add_drafted(
    session: Session, draft: Draft, *, now: datetime, by: Person | None = None, chosen: bool = True
) -> Event:
    """Add a real event by a checked draft, with the offices that every event has. It is Vietnamese
    only, and called as its name begins, until its settings say else.

    `chosen`: it becomes the current one; else it lies beside that until it is switched to.
    """
    event = Event(
        slug=_free_slug(session, slug_of(draft.name)),
        folder="",
        name_vi=draft.name,
        name_en=draft.name,
        short_name_vi=draft.name,
        short_name_en=draft.name,
        theme_vi="",
        theme_en="",
        place_vi=draft.place,
        place_en=draft.place,
        time_zone=TIME_ZONE,
        first_day=draft.first_day,
        last_day=draft.last_day,
        expected_delegates=draft.expected,
        day_from=WAKING_HOURS[0],
        day_to=WAKING_HOURS[1],
        event_noun=noun_of_name(draft.name).value,
        vietnamese_only=True,
        loaded_at=now,
    )
    session.add(event)
    session.flush()
    record_state(session, event, EventState.PREPARING, now=now, by=by)
    if chosen:
        record_choice(session, event, now=now, by=by)
    vi, en = catalogue("vi"), catalogue("en")
    for role in OFFICES:
        name = f"role.{role.value}"
        office = Person(key=role.value, role=role.value, name_vi=vi[name], name_en=en[name])
        office.event_slug = event.slug
        session.add(office)
    reread(session)
    what = {"command": "create_event", "slug": event.slug}
    changes.note_of_event(session, event_id=event.id, at=now, what=what)
    session.flush()
    return event


def _free_slug(session: Session, slug: str) -> str:
    """The slug, with a number where another event has it."""
    taken = set(session.exec(select(Event.slug).where(col(Event.slug).startswith(slug))))
    names = (slug, *(f"{slug}_{number}" for number in range(2, len(taken) + 3)))
    return next(name for name in names if name not in taken)
