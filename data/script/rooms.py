"""Running a room: who runs it, what is left out or stands still, what the speaker reads."""

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from data.commands import Context, command
from data.storage.newest import newest, recorded, recorded_until
from models.access.people import Person
from models.events.event import Event, Venue, View
from models.programme import ProgrammeItem, ProgrammeMark
from models.refusals import Refusal
from models.script.rooms import (
    HELD,
    SKIPPED,
    Marks,
    RoomTurn,
    ScriptMark,
    SpeakerMessage,
    marks_of,
    require_message,
)
from models.text import both

# --- reads ---------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Room:
    """A venue where something of the programme takes place, as at a moment.

    `runner_id`, `runner_vi`, `runner_en`: who runs it since `since`; None and empty for no one.
    `message`: what its speaker reads, empty for nothing.
    """

    id: int
    key: str
    name_vi: str
    name_en: str
    runner_id: int | None
    runner_vi: str
    runner_en: str
    since: datetime | None
    message: str


def rooms_at(session: Session, event: Event, view: View) -> list[Room]:
    """The rooms of the programme as at the view's moment, in the order of their first item."""
    until = recorded_until(view)
    latest_turn = newest(RoomTurn, RoomTurn.venue_id, until=until)
    turns = {
        turn.venue_id: (turn, person)
        for turn, person in session.exec(
            select(RoomTurn, Person)
            .join(Person, col(Person.id) == col(RoomTurn.person_id))
            .where(col(RoomTurn.id).in_(latest_turn))
        )
        if turn.taken
    }
    latest = newest(SpeakerMessage, SpeakerMessage.venue_id, until=until)
    messages = {
        one.venue_id: one.text
        for one in session.exec(select(SpeakerMessage).where(col(SpeakerMessage.id).in_(latest)))
    }
    found: dict[int, Venue] = {}
    for venue in session.exec(
        select(Venue)
        .join(ProgrammeItem, col(ProgrammeItem.venue_id) == col(Venue.id))
        .where(Venue.event_id == event.id, col(ProgrammeItem.cancelled).is_(False))
        .order_by(col(ProgrammeItem.starts_at), col(Venue.id))
    ):
        found.setdefault(venue.id, venue)
    return [
        _room(venue, turns.get(venue.id), messages.get(venue.id, "")) for venue in found.values()
    ]


def _room(venue: Venue, run: tuple[RoomTurn, Person] | None, message: str) -> Room:
    turn, person = run or (None, None)
    return Room(
        id=venue.id,
        key=venue.key,
        name_vi=venue.name_vi,
        name_en=venue.name_en,
        runner_id=person.id if person else None,
        runner_vi=person.name_vi if person else "",
        runner_en=person.name_en if person else "",
        since=turn.at if turn else None,
        message=message,
    )


def marks_at(session: Session, event: Event, view: View) -> dict[int, Marks]:
    """Item id to what the script's marks say of it as at the view's moment."""
    marks: dict[int, list[tuple[str, datetime, bool]]] = {}
    for mark in session.exec(
        select(ScriptMark)
        .join(ProgrammeItem, col(ProgrammeItem.id) == col(ScriptMark.item_id))
        .where(ProgrammeItem.event_id == event.id, recorded(ScriptMark, view))
        .order_by(col(ScriptMark.id))
    ):
        marks.setdefault(mark.item_id, []).append((mark.mark, mark.at, mark.undone))
    return {item_id: marks_of(made) for item_id, made in marks.items()}


# --- who runs a room -----------------------------------------------------------------------------


@command("take_room", topic="script", subject="venue", permission="run_room", fact=RoomTurn)
def take_room(ctx: Context, *, venue_id: int) -> RoomTurn:
    """Take a room to run it, also from who has it: one person at a time marks what happens there.

    Refuses `venue_unknown` and `room_run_already` by the same person.
    """
    venue = _venue(ctx, venue_id)
    turn, person = _turn(ctx, venue_id)
    if turn is not None and person is not None and person.id == ctx.by.id:
        raise Refusal("room_run_already", venue=both(venue, "name"), at=turn.at)
    return ctx.record(RoomTurn(venue_id=venue_id, taken=True), name=both(venue, "name"))


@command("leave_room", topic="script", subject="venue", permission="run_room", fact=RoomTurn)
def leave_room(ctx: Context, *, venue_id: int) -> RoomTurn:
    """Give a room back, or take it from who has left: everyone who may then runs it.

    Refuses `venue_unknown` and `room_not_run` where no one has it.
    """
    venue = _venue(ctx, venue_id)
    turn, _ = _turn(ctx, venue_id)
    if turn is None:
        raise Refusal("room_not_run", venue=both(venue, "name"))
    return ctx.record(RoomTurn(venue_id=venue_id, taken=False), name=both(venue, "name"))


def require_own_item(ctx: Context, item: ProgrammeItem) -> None:
    """The permission of the command for an item; who is bound to its whole has it for each part."""
    whole = ctx.session.get(ProgrammeItem, item.parent_id) if item.parent_id else None
    bound = whole is not None and ctx.by.item_key == whole.key
    ctx.require(item=whole.key if whole and bound else item.key)


def require_own_room(ctx: Context, item: ProgrammeItem) -> None:
    """Refuses `room_run_by` where another person runs the room of an item: who, since when."""
    turn, person = _turn(ctx, item.venue_id) if item.venue_id else (None, None)
    if turn is not None and person is not None and person.id != ctx.by.id:
        raise Refusal("room_run_by", person=both(person, "name"), at=turn.at)


def _turn(ctx: Context, venue_id: int) -> tuple[RoomTurn | None, Person | None]:
    """The turn that holds a room, and whose it is; two Nones where no one has it."""
    found = ctx.session.exec(
        select(RoomTurn, Person)
        .join(Person, col(Person.id) == col(RoomTurn.person_id))
        .where(RoomTurn.venue_id == venue_id)
        .order_by(col(RoomTurn.id).desc())
        .limit(1)
    ).first()
    return (found[0], found[1]) if found and found[0].taken else (None, None)


def _venue(ctx: Context, venue_id: int) -> Venue:
    """A venue, for whom may run it: a rapporteur where the own forum takes place."""
    venue = ctx.session.get(Venue, venue_id)
    if venue is None or venue.event_id != ctx.event.id:
        raise Refusal("venue_unknown")
    own = ctx.session.exec(
        select(ProgrammeItem.key).where(
            ProgrammeItem.venue_id == venue_id,
            ProgrammeItem.event_id == ctx.event.id,
            ProgrammeItem.key == ctx.by.item_key,
        )
    ).first()
    ctx.require(item=own)
    return venue


# --- what is left out, and what stands still -----------------------------------------------------


@command("skip_item", topic="script", subject="item", permission="run_script", fact=ScriptMark)
def skip_item(ctx: Context, *, item_id: int) -> ScriptMark:
    """Leave an item out that has not begun. Refuses `item_unknown`, `room_run_by`,
    `item_already_started` and `item_skipped`."""
    item, found = _item_and_marks(ctx, item_id)
    if at := marked_at(ctx, item_id, "started"):
        raise Refusal("item_already_started", item=both(item, "title"), at=at)
    if found.skipped:
        raise Refusal("item_skipped", item=both(item, "title"))
    return ctx.record(ScriptMark(item_id=item_id, mark=SKIPPED), item=item_id)


@command("undo_skip", topic="script", subject="item", permission="run_script", fact=ScriptMark)
def undo_skip(ctx: Context, *, item_id: int) -> ScriptMark:
    """Take back that an item is left out. Refuses `item_unknown`, `room_run_by` and
    `item_not_skipped`."""
    item, found = _item_and_marks(ctx, item_id)
    if not found.skipped:
        raise Refusal("item_not_skipped", item=both(item, "title"))
    return ctx.record(ScriptMark(item_id=item_id, mark=SKIPPED, undone=True), item=item_id)


@command("hold_item", topic="script", subject="item", permission="run_script", fact=ScriptMark)
def hold_item(ctx: Context, *, item_id: int) -> ScriptMark:
    """Stop the clock of an item that runs. Refuses `item_unknown`, `room_run_by`,
    `item_not_started`, `item_already_finished` and `item_held`."""
    item, found = _item_and_marks(ctx, item_id)
    if not marked_at(ctx, item_id, "started"):
        raise Refusal("item_not_started", item=both(item, "title"))
    if at := marked_at(ctx, item_id, "finished"):
        raise Refusal("item_already_finished", item=both(item, "title"), at=at)
    if found.held_at:
        raise Refusal("item_held", item=both(item, "title"), at=found.held_at)
    return ctx.record(ScriptMark(item_id=item_id, mark=HELD), item=item_id)


@command("release_item", topic="script", subject="item", permission="run_script", fact=ScriptMark)
def release_item(ctx: Context, *, item_id: int) -> ScriptMark:
    """Let the clock of an item go on. Refuses `item_unknown`, `room_run_by` and `item_not_held`."""
    item, found = _item_and_marks(ctx, item_id)
    if not found.held_at:
        raise Refusal("item_not_held", item=both(item, "title"))
    return ctx.record(ScriptMark(item_id=item_id, mark=HELD, undone=True), item=item_id)


def _item_and_marks(ctx: Context, item_id: int) -> tuple[ProgrammeItem, Marks]:
    """An item that the person may mark, whose room no one else runs, and what is marked there."""
    item = ctx.session.get(ProgrammeItem, item_id)
    if item is None or item.event_id != ctx.event.id:
        raise Refusal("item_unknown", item=item_id)
    require_own_item(ctx, item)
    require_own_room(ctx, item)
    marks = ctx.session.exec(
        select(ScriptMark).where(ScriptMark.item_id == item_id).order_by(col(ScriptMark.id))
    )
    return item, marks_of((mark.mark, mark.at, mark.undone) for mark in marks)


def marked_at(ctx: Context, item_id: int, mark: str) -> datetime | None:
    """When the programme's mark of an item was made; None where it does not count."""
    last = ctx.session.exec(
        select(ProgrammeMark)
        .where(ProgrammeMark.item_id == item_id, ProgrammeMark.mark == mark)
        .order_by(col(ProgrammeMark.id).desc())
        .limit(1)
    ).first()
    return last.at if last and not last.undone else None


# --- the speaker's clock -------------------------------------------------------------------------


@command(
    "message_speaker", topic="script", subject="venue", permission="run_room", fact=SpeakerMessage
)
def message_speaker(ctx: Context, *, venue_id: int, text: str) -> SpeakerMessage:
    """What the speaker's clock of a room says from now on; an empty text takes it away.

    Refuses `venue_unknown`, `message_illegible` and `message_too_long`.
    """
    venue = _venue(ctx, venue_id)
    message = SpeakerMessage(venue_id=venue_id, text=require_message(text))
    return ctx.record(message, name=both(venue, "name"), text=message.text)
