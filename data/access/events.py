"""The events of an installation as its admin handles them: which one is current, and its state.

Both go by the real clock and are noted with their author. On the command line no one is signed in:
those who give commands there hold the database.
"""

from dataclasses import replace

from sqlmodel import Session, col, select

from data.access.invitations import made_link
from data.access.people import of_current
from data.access.sign_ins import is_rehearsal_sign_in
from data.commands import Context, command
from data.events.clock import reread
from data.events.current import record_choice, record_state
from data.events.drafted import add_drafted
from models.access.people import Person, Role
from models.events.event import (
    OVER,
    Draft,
    Event,
    hides,
    require_draft,
    require_named,
    require_state,
)
from models.refusals import Refusal
from models.text import both


def event_by_id(session: Session, event_id: int) -> Event:
    """Refuses `event_unknown`."""
    event = session.get(Event, event_id)
    if event is None:
        raise Refusal("event_unknown", event=str(event_id))
    return event


@command("switch_event", topic="event", subject="state", when_over=True)
def switch_event(ctx: Context, *, event_id: int, name: str) -> str | None:
    """Make another event the current one; nothing of the one before is lost.

    Returns the token of a link that signs its admin in, since the giver belongs to the event that
    is left; None where it is a rehearsal, which anyone enters or the giver's own people, and on the
    way back from one's own trial. Refuses `event_unknown`,
    `event_is_current`, `event_not_named`, `rehearsal_hides_event`, `event_without_admin`, and
    `not_permitted` also from a rehearsal's sign-in, which anyone may have.
    """
    ctx.require()
    require_real_sign_in(ctx)
    return _switch(ctx, event_id, name)


@command("switch_event", topic="event", subject="state", when_over=True)
def switch_from_command_line(ctx: Context, *, event_id: int, name: str) -> str | None:
    """Do as `switch_event` on the server's command line; checks no permission."""
    return _switch(ctx, event_id, name)


def _switch(ctx: Context, event_id: int, name: str) -> str | None:
    left, chosen = ctx.event, event_by_id(ctx.session, event_id)
    if chosen.id == left.id:
        raise Refusal("event_is_current", name=both(left, "short_name"))
    if hides(chosen, left):
        raise Refusal("rehearsal_hides_event", name=both(left, "short_name"))
    require_named(chosen, name)
    ctx.note(left.id, to=chosen.slug, name=both(chosen, "short_name"))
    record_choice(ctx.session, chosen, now=ctx.real, by=ctx.origin.person)
    reread(ctx.session)
    entered = replace(ctx)  # by the clock of the event that is entered
    entered.note(chosen.id, left=left.slug, name=both(chosen, "short_name"))
    return None if chosen.rehearsal or left.origin_id == chosen.id else _invite_admin(entered)


def _invite_admin(ctx: Context) -> str:
    admins = select(Person).where(Person.role == Role.ADMIN.value, of_current())
    admin = ctx.session.exec(admins).first()
    if admin is None:
        raise Refusal("event_without_admin", name=both(ctx.event, "short_name"))
    return made_link(ctx, admin)


@command("create_event", topic="event", subject="state", permission="switch_event", when_over=True)
def add_event(ctx: Context, *, draft: Draft) -> int:
    """Add a real event beside the current one, and return its id; it waits until it is switched to.

    Refuses what `require_draft` does, `event_is_there` for the name and days of one that is there,
    and `not_permitted` also from a rehearsal's sign-in, which anyone may have.
    """
    ctx.require()
    require_real_sign_in(ctx)
    checked = require_draft(draft)
    same = (
        Event.name_vi == checked.name,
        Event.first_day == checked.first_day,
        col(Event.rehearsal).is_(False),
    )
    if ctx.session.exec(select(Event.id).where(*same)).first() is not None:
        raise Refusal("event_is_there", name=checked.name)
    event = add_drafted(ctx.session, checked, now=ctx.real, by=ctx.by, chosen=False)
    ctx.note(event.id, name=both(event, "short_name"))
    return event.id


@command("set_event_state", topic="event", subject="state", when_over=True)
def set_event_state(ctx: Context, *, event_id: int, state: str, name: str = "") -> None:
    """Record where an event stands now; each state can be left again.

    One that ends the writing (`done`, `archived`) asks for the event's name. Refuses
    `event_unknown`, `event_state_unknown`, `event_state_same`, `event_not_named`,
    `trial_is_current` of the event that the current trial was made from, and `not_permitted` also
    where a rehearsal's sign-in would change a real event.
    """
    ctx.require()
    _set_state(ctx, event_id, state, name)


@command("set_event_state", topic="event", subject="state", when_over=True)
def set_state_from_command_line(ctx: Context, *, event_id: int, state: str, name: str = "") -> None:
    """Do as `set_event_state` on the server's command line; checks no permission."""
    _set_state(ctx, event_id, state, name)


def _set_state(ctx: Context, event_id: int, state: str, name: str) -> None:
    event, entered = event_by_id(ctx.session, event_id), require_state(state)
    if not event.rehearsal:
        require_real_sign_in(ctx)
    if event.state == entered:
        raise Refusal("event_state_same", name=both(event, "short_name"))
    if ctx.event.origin_id == event.id:  # it would run unseen
        raise Refusal("trial_is_current", name=both(event, "short_name"))
    if entered in OVER and not event.is_over:
        require_named(event, name)
    record_state(ctx.session, event, entered, now=ctx.real, by=ctx.origin.person)
    reread(ctx.session)
    ctx.note(event.id, state=entered.value, name=both(event, "short_name"))


def require_real_sign_in(ctx: Context) -> None:
    """Refuses `not_permitted` from a rehearsal's sign-in."""
    if is_rehearsal_sign_in(ctx.session, ctx.origin.sign_in_id):
        raise Refusal("not_permitted", command=ctx.command.permission)
