"""Small pieces that several pages share: badges, a caption, a choice of day and time."""

from datetime import date, datetime, time, timedelta

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from data.words import Words
from models.plan import clock_time, is_ahead
from models.readiness.sections import DECLARED
from models.readiness.tasks import Level, Status
from ui.shell import choices
from ui.shell.frame import Visit
from ui.shell.plain import plain

BADGES = {
    Level.RED: ("red", ":material/close:"),
    Level.AT_RISK: ("orange", ":material/priority_high:"),
    Level.SILENT: ("gray", ":material/question_mark:"),
    Level.NOT_STARTED: ("gray", ":material/remove:"),
    Level.ON_TRACK: ("green", ":material/check:"),
    Level.READY: ("green", ":material/check:"),
}
PRIORITY_COLOURS = {1: "red", 2: "orange", 3: "blue", 4: "gray"}


def badge(label: str, colour: str, mark: str) -> str:
    """A badge inside a line of Markdown.

    Several of them and a few words are then one element to send and to draw.
    """
    return f":{colour}-badge[{mark} {plain(label)}]"


def small(text: str) -> str:
    """A caption inside a line of Markdown; it wraps only between its parts (at " · ")."""
    parts = (part.replace(" ", "\N{NO-BREAK SPACE}") for part in text.split(" · "))
    return f":small[:gray[{plain(' · '.join(parts))}]]"


def by_mistake(words: Words, key: str) -> DeltaGenerator:
    """The place of what takes an act back: folded, so that no second tap on the act meets it."""
    return st.popover(
        words("undo.by_mistake"), icon=":material/undo:", type="tertiary", key=key, width="content"
    )


def act_ahead(ctx: Visit, label: str, planned_at: datetime, *, key: str, **button: object) -> None:
    """A button that records as done what is planned for a moment; far ahead of it asks first."""
    if not is_ahead(planned_at, now=ctx.at):
        st.button(label, key=key, **button)
        return
    with st.popover(label, key=f"{key}.asks", width="content"):
        span = ctx.words.age(planned_at - ctx.at)
        st.text(ctx.words("undo.ahead", at=planned_at, span=span))
        st.button(label, key=key, **(button | {"type": "primary"}))


def level_badge(level: Level, words: Words) -> None:
    """A level as word, mark and colour."""
    colour, mark = BADGES[level]
    st.badge(words(f"level.{level.value}"), color=colour, icon=mark)


def status_badge(status: Status, words: Words) -> str:
    """A declared status as word, mark and colour, inside a line of Markdown."""
    return badge(words(f"status.{status.value}"), *BADGES[DECLARED[status]])


def priority_badge(priority: int) -> None:
    st.badge(f"P{priority}", color=PRIORITY_COLOURS[priority])


def day_and_time(
    ctx: Visit,
    key: str,
    day_label: str,
    time_label: str,
    *,
    days: list[date] | None = None,
    value: datetime | None = None,
    follows: bool = True,
) -> None:
    """A day to choose from the event's days and a time to type, in the visitor's words.

    A day that was not chosen goes on with the clock at midnight where it `follows`. `moment_typed`
    reads the answer. Streamlit's own date fields name months and weekdays in the browser's
    language, whatever the page's is, and its time fields offer 96 times to look through.
    """
    chosen = (value or ctx.at).astimezone(ctx.words.time_zone)
    if follows:
        choices.follow(f"{key}.day", chosen.date())
    with st.container(horizontal=True, vertical_alignment="bottom"):
        _day(ctx, f"{key}.day", day_label, days, chosen.date())
        _time(f"{key}.time", time_label, chosen.time())


def _day(ctx: Visit, key: str, label: str, days: list[date] | None, chosen: date) -> None:
    words, first, last = ctx.words, ctx.event.first_day, ctx.event.last_day
    options = days or [first + timedelta(days=offset) for offset in range(-60, 31)]
    options = options if chosen in options else sorted([*options, chosen])
    choices.selectbox(
        label,
        options,
        index=options.index(chosen),
        format_func=lambda day: f"{words.day(day)} ({words.event_day(day, first, last)})",
        key=key,
        width=280,
    )


def _time(key: str, label: str, chosen: time) -> None:
    """A time as people write it: 7h20, 07:20; at first on a multiple of five minutes."""
    at = time(chosen.hour, chosen.minute - chosen.minute % 5)
    st.text_input(label, f"{at:%H:%M}", key=key, max_chars=16, width=110)


def moment_typed(ctx: Visit, key: str) -> datetime:
    """The moment in the fields of `day_and_time`, local. Refuses `time_malformed`."""
    written = time.fromisoformat(clock_time(st.session_state[f"{key}.time"]))
    return datetime.combine(st.session_state[f"{key}.day"], written, ctx.words.time_zone)
