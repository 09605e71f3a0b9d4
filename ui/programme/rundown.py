"""A day of the programme as a table: planned and real times, over or under, on a time axis."""

from datetime import date, datetime, time, timedelta

from data.words import Words
from models.programme import ItemSnapshot
from models.wall import late_from
from ui.programme import agenda
from ui.shell import table
from ui.shell.frame import Visit
from ui.shell.table import Axis, Cell, Column, Row, Span
from ui.shell.timeline import Scale

KEY = "programme.table"
HOUR = timedelta(hours=1)
STEPS = (1, 2, 3, 6)  # hours between two labels of the axis
MAX_TICKS = 8
LATE = 5  # minutes from which a start is coloured


def listed(ctx: Visit, items: list[ItemSnapshot], *, following: ItemSnapshot | None) -> None:
    """The items of a day in order; what runs and what is `following` are marked."""
    words = ctx.words
    scale = _scale(ctx, items)
    columns = [
        Column(words("programme.column_planned"), width="7.5rem"),
        Column(words("programme.column_item"), "opens"),
        Column(words("programme.column_venue"), width="17%", narrow=False),
        Column(words("programme.actual"), width="7.5rem", narrow=False),
        Column(words("programme.column_drift"), width="7rem"),
        Column("", "bar", "28%"),
    ]
    table.table(
        KEY,
        columns,
        [_row(ctx, item, scale, following) for item in items],
        label=words("programme.timeline"),
        empty=words("wall.nothing_next"),
        axis=_axis(ctx, items, scale),
    )


def _scale(ctx: Visit, items: list[ItemSnapshot]) -> Scale:
    moments = [
        moment
        for item in items
        for moment in (item.starts_at, item.ends_at, item.started_at, item.finished_at)
        if moment
    ]
    return Scale(moments or [ctx.at], at_least=HOUR)


def _axis(ctx: Visit, items: list[ItemSnapshot], scale: Scale) -> Axis:
    """Labels at whole hours; now, where the day is today's."""
    words = ctx.words
    step = next((one for one in STEPS if scale.span / (one * HOUR) <= MAX_TICKS), STEPS[-1])
    day = scale.begins.astimezone(words.time_zone).date()
    first = datetime.combine(day, time(), tzinfo=words.time_zone)
    now = scale.at(ctx.at) if scale.begins <= ctx.at <= scale.begins + scale.span else None
    return Axis(
        words("plan.axis"),
        scale.ticks(first, step * HOUR, words.time),
        None,
        now,
        words.time(ctx.at),
    )


def _row(ctx: Visit, item: ItemSnapshot, scale: Scale, following: ItemSnapshot | None) -> Row:
    words = ctx.words
    planned = words(
        "programme.planned", start=words.time(item.starts_at), end=words.time(item.ends_at)
    )
    cells = (
        Cell(planned, sort=item.starts_at.timestamp()),
        Cell(words.of(item, "short"), tags=tags(words, item, following)),
        words.of(item, "venue"),
        Cell(real_times(words, item)),
        drift(words, item, ctx.at),
        Cell(parts=parts(item, ctx.at, scale)),
    )
    return Row(item.id, cells, tone=tone(item, ctx.at))


def tags(
    words: Words, item: ItemSnapshot, following: ItemSnapshot | None
) -> tuple[tuple[str, str], ...]:
    """Whether an item runs now, or comes next."""
    if item.running:
        return ((words("programme.now"), "green"),)
    if following is not None and item.id == following.id:
        return ((words("programme.next"), "orange"),)
    return ()


def real_times(words: Words, item: ItemSnapshot) -> str:
    """When it began and ended; empty for neither."""
    if not item.started_at:
        return ""
    end = words.time(item.finished_at) if item.finished_at else ""
    return words("programme.planned", start=words.time(item.started_at), end=end)


def drift(words: Words, item: ItemSnapshot, now: datetime) -> Cell:
    """How much later or earlier than planned it began, or by how much it is late by now."""
    if not item.started_at and now <= item.starts_at:
        return Cell("", sort=0)
    minutes = item.drift
    text = f"{minutes:+d}′" if minutes else words("programme.on_time")
    over = agenda.over_by(words, item, now)
    late = "red" if over or minutes >= LATE else ""
    return Cell(text.replace("-", "−"), tone=late, sort=minutes)


def tone(item: ItemSnapshot, now: datetime) -> str:
    late = late_from(item)
    if late is not None and now > late and now < item.given_up_at:
        return "red"
    if item.finished_at:
        return "green"
    return "blue" if item.started_at else "gray"


def parts(item: ItemSnapshot, now: datetime, scale: Scale) -> tuple[tuple[str, Span], ...]:
    """The planned time as a pale bar, the real one as a dark bar within it."""
    found = [("planned", (scale.at(item.starts_at), scale.at(item.ends_at)))]
    if item.started_at:
        still = min(now, item.given_up_at)
        end = item.finished_at or max(still, item.started_at)
        found.append(("real", (scale.at(item.started_at), scale.at(end))))
    return tuple(found)


def of_day(ctx: Visit, items: list[ItemSnapshot], day: date) -> list[ItemSnapshot]:
    """The items of a day, with those that began the evening before."""
    return [item for item in items if day in agenda.days(ctx, item)]
