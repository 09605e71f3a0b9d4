"""The rehearsal's clock: it is stopped, runs, leaps, and begins again as a new run."""

from datetime import datetime
from pathlib import Path
from typing import Any

from data.commands import Context, command
from data.events.clock import record_setting
from data.events.scenario import scenario, steps_of
from data.plan.history import first_days
from data.rehearsal.player import perform_until
from data.rehearsal.runs import opening, start_run
from data.rehearsal.trials import start_trial
from models.events.event import Event, require_rehearsal, require_speed, zone
from models.refusals import Refusal
from models.rehearsal import reach


@command("set_clock", topic="clock", subject="clock")
def pause_clock(ctx: Context) -> None:
    """Stop the rehearsal's clock at what it shows. Refuses `not_a_rehearsal`."""
    _require_player(ctx)
    clock = ctx.clock
    _set_clock(
        ctx,
        event_at=clock.shows(ctx.real),
        speed=0.0,
        resume_speed=clock.speed or clock.resume_speed,
    )


@command("set_clock", topic="clock", subject="clock")
def run_clock(ctx: Context, *, speed: float) -> None:
    """Run the rehearsal's clock at `speed`. Refuses `not_a_rehearsal` and `speed_unknown`."""
    _require_player(ctx)
    require_speed(speed)
    _set_clock(ctx, event_at=ctx.clock.shows(ctx.real), speed=speed, resume_speed=speed)


@command("set_clock", topic="clock", subject="clock")
def jump(ctx: Context, *, to: datetime) -> Event:
    """Set the rehearsal's clock to a moment and perform what lies between.

    Back in time means a new run up to there. Refuses `not_a_rehearsal` and `jump_outside`.
    """
    _require_player(ctx)
    event, clock = ctx.event, ctx.clock
    now = clock.shows(ctx.real)
    _require_inside(ctx, to, now=now)
    if to < now:
        speeds = {"speed": clock.speed, "resume_speed": clock.resume_speed}
        return _run_again(ctx, until=to, **speeds)
    _set_clock(ctx, event_at=to, speed=clock.speed, resume_speed=clock.resume_speed)
    perform_until(ctx.session, to, real=ctx.real)
    return event


@command("set_clock", topic="clock", subject="clock")
def restart(ctx: Context) -> Event:
    """Begin the rehearsal again, as a new run; the facts of the old one stay.

    Refuses `not_a_rehearsal`.
    """
    _require_player(ctx)
    clock = ctx.clock
    return _run_again(ctx, speed=clock.speed or clock.resume_speed)


def _run_again(ctx: Context, **clock: Any) -> Event:
    """A new run: of a trial from what its origin holds by now, of any other from its files."""
    event = ctx.event
    if not event.is_trial:
        return start_run(ctx.session, real=ctx.real, folder=Path(event.folder), **clock)
    origin = ctx.session.get_one(Event, event.origin_id)
    return start_trial(ctx.session, origin, real=ctx.real, **clock)


def _require_player(ctx: Context) -> None:
    ctx.require()
    require_rehearsal(ctx.event)


def _require_inside(ctx: Context, to: datetime, *, now: datetime) -> None:
    """Refuses a moment before the first step or after both the last one and now.

    A new run performs the steps by the days of the files, wherever the event was moved since. A
    trial, which has none, goes anywhere within a year of the event.
    """
    event = ctx.event
    if event.is_trial:
        first, last = reach(event)
        if not first <= to <= last:
            raise Refusal("jump_outside", first=first, last=last)
        return
    steps = steps_of(event)
    loaded = scenario(Path(event.folder), first_days(ctx.session, event)[0], zone(event))
    first = loaded[0].at if loaded else opening(event)
    last = max(steps[-1].at if steps else first, now)
    if not first <= to <= last:
        raise Refusal("jump_outside", first=first, last=last)


def _set_clock(ctx: Context, *, event_at: datetime, speed: float, resume_speed: float) -> None:
    record_setting(
        ctx.session,
        ctx.event,
        event_at=event_at,
        speed=speed,
        resume_speed=resume_speed,
        real=ctx.real,
        by=ctx.by,
        sign_in_id=ctx.origin.sign_in_id,
    )
