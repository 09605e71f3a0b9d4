"""A trial: a rehearsal of a real event, made from what the event holds now."""

from datetime import datetime

from sqlmodel import Session

from data.access.events import event_by_id, require_real_sign_in
from data.commands import Context, command
from data.events.clock import record_setting
from data.events.copied import copy_event
from data.events.current import current_event, record_choice, record_state
from data.events.listed import replace_earlier
from data.storage import changes
from models.events.event import Event, EventState, is_taken_over, require_origin
from models.refusals import Refusal
from models.text import both


def start_trial(
    session: Session,
    origin: Event,
    *,
    real: datetime,
    speed: float = 1.0,
    resume_speed: float = 1.0,
    until: datetime | None = None,
) -> Event:
    """Makes a trial of a real event from what it holds now, and returns it; `until` is what its
    clock shows at first, else the real time.

    A former trial is archived. The new one becomes current where the former was, and nowhere else.
    """
    current = current_event(session)
    event = copy_event(session, origin, now=real)
    record_state(session, event, EventState(event.state), now=real, by=None)
    replace_earlier(session, event, now=real)
    if is_taken_over(current, event):
        record_choice(session, event, now=real, by=None)
    moment, again = until or real, speed or resume_speed
    record_setting(
        session, event, event_at=moment, speed=speed, resume_speed=again, real=real, by=None
    )
    what = {"command": "make_trial", "slug": event.slug, "run": event.run}
    changes.note_of_event(session, event_id=event.id, at=real, what=what)
    session.flush()
    session.expunge(event)
    return event


@command("make_trial", topic="event", subject="state")
def make_trial(ctx: Context, *, event_id: int) -> Event:
    """Make a trial of a real event from what it holds now; it stays aside until it is chosen.

    Refuses `event_unknown`, `trial_of_rehearsal`, `event_is_over`, and `not_permitted` also from a
    rehearsal's sign-in, which anyone may have.
    """
    ctx.require()
    require_real_sign_in(ctx)
    origin = event_by_id(ctx.session, event_id)
    require_origin(origin)
    made = start_trial(ctx.session, origin, real=ctx.real)
    ctx.note(origin.id, name=both(origin, "short_name"), run=made.run)
    return made


@command("remove_trial", topic="event", subject="state", permission="make_trial", when_over=True)
def remove_trial(ctx: Context, *, event_id: int) -> None:
    """Put a trial away: it is listed no more. What was recorded in it stays until the event is
    erased.

    Refuses `event_unknown`, `not_a_trial`, `event_is_current` and, from a rehearsal's sign-in,
    `not_permitted`.
    """
    ctx.require()
    require_real_sign_in(ctx)
    event = event_by_id(ctx.session, event_id)
    if not event.is_trial:
        raise Refusal("not_a_trial", name=both(event, "short_name"))
    if event.id == ctx.event.id:
        raise Refusal("event_is_current", name=both(event, "short_name"))
    record_state(ctx.session, event, EventState.ARCHIVED, now=ctx.real, by=ctx.by)
    ctx.note(event.id, name=both(event, "short_name"))
