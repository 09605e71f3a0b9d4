"""Small pieces that several pages show alike."""

from datetime import date, datetime, time, timedelta

import streamlit as st

from data.words import Words
from models.readiness.sections import DECLARED
from models.readiness.tasks import Level, Status

BADGES = {
    Level.RED: ("red", ":material/close:"),
    Level.AT_RISK: ("orange", ":material/priority_high:"),
    Level.SILENT: ("gray", ":material/question_mark:"),
    Level.NOT_STARTED: ("gray", ":material/remove:"),
    Level.ON_TRACK: ("green", ":material/check:"),
    Level.READY: ("green", ":material/check:"),
}
MARK_OF = {
    Level.RED: "✕",
    Level.AT_RISK: "!",
    Level.SILENT: "?",
    Level.NOT_STARTED: "–",
    Level.ON_TRACK: "✓",
    Level.READY: "✓",
}
PRIORITY_COLOURS = {1: "red", 2: "orange", 3: "blue", 4: "gray"}

SPECIAL = str.maketrans({letter: f"\\{letter}" for letter in "\\`*_{}[]()#+-.!|~<>$:&"})


def plain(text: str) -> str:
    """What somebody typed, safe where Markdown is read (labels, badges, table cells): nothing in it is markup."""
    return text.translate(SPECIAL)


def badge(label: str, colour: str, mark: str) -> str:
    """A badge inside a line of Markdown: several of them and a few words are then one element to send and to draw."""
    return f":{colour}-badge[{mark} {plain(label)}]"


def small(said: str) -> str:
    """Words beside what matters more, inside a line of Markdown, as a caption is; they wrap between their parts alone."""
    parts = (part.replace(" ", "\N{NO-BREAK SPACE}") for part in said.split(" · "))
    return f":small[:gray[{plain(' · '.join(parts))}]]"


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
    here,
    key: str,
    day_label: str,
    time_label: str,
    *,
    days: list[date] | None = None,
    value: datetime | None = None,
) -> None:
    """A day to choose from the event's days and a time on a slider, both in the visitor's words; kept as `key.day`, `key.time`.

    Streamlit's own date fields name months and weekdays in the browser's language, whatever the page's is.
    """
    words, event = here.words, here.moment.event
    chosen = (value or here.moment.view.moment).astimezone(words.time_zone)
    offered = days or [event.first_day + timedelta(days=offset) for offset in range(-60, 31)]
    offered = offered if chosen.date() in offered else sorted([*offered, chosen.date()])
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.selectbox(
            day_label,
            offered,
            index=offered.index(chosen.date()),
            format_func=lambda day: f"{words.day(day)} (D{(day - event.first_day).days:+d})",
            key=f"{key}.day",
            width=220,
        )
        st.slider(
            time_label,
            time(0, 0),
            time(23, 59),
            value=chosen.time().replace(
                second=0, microsecond=0, minute=chosen.minute - chosen.minute % 5
            ),
            step=timedelta(minutes=5),
            format="HH:mm",
            key=f"{key}.time",
        )
