"""Calendar addresses: made, withdrawn, and what a telephone that subscribes to one receives.

Nothing personal goes out: what takes place when and where, and which office chairs it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from icalendar import Calendar
from icalendar import Event as Entry
from sqlalchemy import or_
from sqlmodel import Session, col, select

from data.access.sign_ins import hash_of, new_token
from data.commands import Context, command
from data.events.clock import clock_of, real_now
from data.programme import items_at
from data.words import Words
from models.access.people import Person, may
from models.calendars import CalendarAddress, CalendarEnd, CalendarKind, CalendarSnapshot
from models.events.event import Event, Venue, View
from models.programme import ItemSnapshot, ProgrammeItem
from models.refusals import Refusal
from models.text import both

REFRESH = timedelta(minutes=15)  # how often a telephone is asked to look again

# --- reads ---------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Shown:
    """What an address shows: the items, by planned start, of an event or of a room (else empty)."""

    event: Event
    kind: CalendarKind
    room: dict[str, str]
    items: tuple[ItemSnapshot, ...]
    versions: dict[int, int]


def addresses(session: Session, event: Event) -> list[CalendarSnapshot]:
    """The addresses of an event that hold, newest first."""
    ended = select(CalendarEnd.calendar_id)
    rows = session.exec(
        select(CalendarAddress, Person, Venue)
        .join(Person, col(Person.id) == col(CalendarAddress.person_id))
        .outerjoin(Venue, col(Venue.id) == col(CalendarAddress.venue_id))
        .where(CalendarAddress.event_id == event.id, col(CalendarAddress.id).not_in(ended))
        .order_by(col(CalendarAddress.id).desc())
    )
    return [
        CalendarSnapshot(
            id=one.id,
            kind=CalendarKind(one.kind),
            room_vi=venue.name_vi if venue else "",
            room_en=venue.name_en if venue else "",
            office_id=person.id,
            office_vi=person.name_vi,
            office_en=person.name_en,
            made_at=one.at,
        )
        for one, person, venue in rows
    ]


def shown(session: Session, token: str) -> Shown | None:
    """What an address shows; None for one that is unknown or withdrawn, and where its office has
    retired."""
    ended = select(CalendarEnd.calendar_id)
    found = session.exec(
        select(CalendarAddress, Person, Event, Venue)
        .join(Person, col(Person.id) == col(CalendarAddress.person_id))
        .join(Event, col(Event.id) == col(CalendarAddress.event_id))
        .outerjoin(Venue, col(Venue.id) == col(CalendarAddress.venue_id))
        .where(CalendarAddress.token_hash == hash_of(token))
        .where(col(CalendarAddress.id).not_in(ended), col(Person.retired).is_(False))
    ).first()
    if found is None:
        return None
    address, person, event, venue = found
    view = View(clock_of(session, event).shows(real_now()))
    kind = CalendarKind(address.kind)
    items = [one for one in items_at(session, event, view) if _concerns(one, kind, person, venue)]
    versions = select(ProgrammeItem.id, ProgrammeItem.version).where(
        ProgrammeItem.event_id == event.id
    )
    return Shown(
        event,
        kind,
        both(venue, "name") if venue else {"vi": "", "en": ""},
        tuple(items),
        dict(session.exec(versions).all()),
    )


def _concerns(item: ItemSnapshot, kind: CalendarKind, person: Person, venue: Venue | None) -> bool:
    if kind is CalendarKind.ROOM:
        return venue is not None and item.venue_id == venue.id and item.kind != "broadcast"
    if kind is CalendarKind.OFFICE and person.item_key:
        return person.item_key in item.keys
    return kind is not CalendarKind.DELEGATES or item.kind != "broadcast"


def calendar(found: Shown, words: Words) -> bytes:
    """An iCalendar file (RFC 5545) of what an address shows, in the visitor's words; the same
    programme gives the same bytes.
    """
    made = Calendar()
    made.add("prodid", "-//San Sang//VI")
    made.add("version", "2.0")
    made.add("method", "PUBLISH")
    name = words.fact(both(found.event, "short_name"))
    room = words.fact(found.room)
    made.add("x-wr-calname", f"{name} · {room}" if room else name)
    made.add("x-wr-timezone", found.event.time_zone)
    made.add("refresh-interval", REFRESH, parameters={"VALUE": "DURATION"})
    made.add("x-published-ttl", "PT15M")
    wholes = {one.parent_id for one in found.items}
    for item in found.items:
        if item.id not in wholes:  # a telephone shows the parts, next to which it would stand twice
            made.add_component(_entry(found, item, words))
    return bytes(made.to_ical())


def _entry(found: Shown, item: ItemSnapshot, words: Words) -> Entry:
    entry = Entry()
    entry.add("uid", f"{found.event.slug}-{found.event.run}-{item.key}@san-sang")
    entry.add("dtstamp", found.event.loaded_at)  # the same each time, so that equal files are equal
    entry.add("sequence", found.versions.get(item.id, 1))
    entry.add("dtstart", item.starts_at)
    entry.add("dtend", item.ends_at)
    entry.add("summary", words.of(item, "title"))
    if place := words.of(item, "venue"):
        entry.add("location", place)
    if item.chair:
        entry.add("description", words("programme.chair", name=item.chair))
    return entry


def etag(content: bytes) -> str:
    """The entity tag of an answer: another one for another content."""
    return f'"{hash_of(content.decode())[:32]}"'


# --- commands ------------------------------------------------------------------------------------


@command("open_calendar", topic="script", subject="calendar")
def open_calendar(ctx: Context, *, venue_id: int | None = None) -> str:
    """Make the secret address of the own office's calendar, or of a room's, and return its token,
    which is shown once.

    Refuses `venue_unknown`.
    """
    ctx.require()
    if venue_id is None:
        return _open(ctx, CalendarKind.OFFICE)
    venue = ctx.session.get(Venue, venue_id)
    if venue is None or venue.event_id != ctx.event.id:
        raise Refusal("venue_unknown")
    return _open(ctx, CalendarKind.ROOM, venue_id)


@command("publish_programme", topic="script", subject="calendar")
def publish_programme(ctx: Context) -> str:
    """Make the address under which delegates read the programme and subscribe to it."""
    ctx.require()
    return _open(ctx, CalendarKind.DELEGATES)


def _open(ctx: Context, kind: CalendarKind, venue_id: int | None = None) -> str:
    """Make an address. A repeated key gets another one in place of the first, whose token is stored
    nowhere."""
    key, token = ctx.idempotency_key, new_token()
    again = or_(
        col(CalendarAddress.idempotency_key) == key,
        col(CalendarAddress.idempotency_key).startswith(f"{key}/", autoescape=True),
    )
    before = ctx.session.exec(select(CalendarAddress.id).where(again)).all()
    for one in addresses(ctx.session, ctx.event):
        if one.id in before:
            ending = ctx.of(close_calendar, f"close/{one.id}")
            ending.record(CalendarEnd(calendar_id=one.id))
    made = CalendarAddress(
        event_id=ctx.event.id, kind=kind.value, venue_id=venue_id, token_hash=hash_of(token)
    )
    ctx.of(ctx.command, f"{len(before)}" if before else "").record(made)
    return token


@command(
    "close_calendar",
    topic="script",
    subject="calendar",
    permission="open_calendar",
    fact=CalendarEnd,
)
def close_calendar(ctx: Context, *, calendar_id: int) -> CalendarEnd:
    """Withdraw an address: one's own, or, for whom may publish the programme, any.

    Refuses `calendar_unknown`, also for one that is another office's.
    """
    ctx.require()
    found = [one for one in addresses(ctx.session, ctx.event) if one.id == calendar_id]
    if not found or not _may_close(ctx.by, found):
        raise Refusal("calendar_unknown")
    return ctx.record(CalendarEnd(calendar_id=calendar_id))


def _may_close(person: Person, found: Sequence[CalendarSnapshot]) -> bool:
    return found[0].office_id == person.id or may(person, "publish_programme")
