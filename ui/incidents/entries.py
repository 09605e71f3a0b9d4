"""Log entries: as a table worst first, and the chosen one with its course and its next steps."""

import streamlit as st

from data.incidents import EntrySnapshot, update_entry
from data.words import Words
from models.incidents import ENTRY_LENGTH, EntryStatus, require_step_words
from models.text import clean, folded
from ui.incidents import queries as incidents_queries
from ui.readiness import queries as readiness_queries
from ui.shell import commands, components, table
from ui.shell.frame import Visit
from ui.shell.plain import plain
from ui.shell.table import Cell, Column, Row

KEY = "log.table"
TONES = {1: "red solid", 2: "orange", 3: "blue", 4: "gray"}
STATUSES = {
    EntryStatus.OPEN: "orange",
    EntryStatus.REOPENED: "orange",
    EntryStatus.HANDLING: "",
    EntryStatus.CLOSED: "green",
}
SHOWN = ("open", "closed", "every")

Names = dict[int | None, tuple[str, str]]
"""Section id to its key and short name."""


def section_names(ctx: Visit) -> Names:
    sections = readiness_queries.sections(ctx.moment)
    return {section.id: (section.key, ctx.words.of(section, "short")) for section in sections}


# --- the table -----------------------------------------------------------------------------------


def asked_for(ctx: Visit, entries: list[EntrySnapshot], names: Names) -> list[EntrySnapshot]:
    """The entries that a person asks for, worst first: at first the open ones."""
    words = ctx.words
    counts = {"open": sum(one.open for one in entries), "every": len(entries)}
    counts["closed"] = counts["every"] - counts["open"]
    with st.container(horizontal=True, vertical_alignment="bottom", key="log_filters"):
        wanted = st.segmented_control(
            words("log.shown"),
            SHOWN,
            default="open",
            required=True,
            wrap=True,
            format_func=lambda one: words(f"log.{one}", number=counts[one]),
            key="log.shown",
        )
        text = folded(st.text_input(words("log.find"), key="log.find", max_chars=80, width=260))
    found = [
        one
        for one in entries
        if wanted == "every" or one.open is (wanted == "open")
        if text in folded(f"{number_of(one)} {one.text} {name_of(words, one, names)}")
    ]
    return sorted(found, key=lambda one: (not one.open, one.priority, -one.number))


def listed(ctx: Visit, entries: list[EntrySnapshot], names: Names, *, empty: str) -> None:
    words = ctx.words
    columns = [
        Column(words("log.priority"), "number", "4.6rem"),
        Column(words("log.column_number"), "number", "4rem"),
        Column(words("log.text"), "opens"),
        Column(words("log.section"), width="10rem"),
        Column(words("plan.status"), width="9rem"),
        Column(words("log.since"), width="9rem", narrow=False),
    ]
    rows = [_row(ctx, one, names) for one in entries]
    table.table(KEY, columns, rows, label=words("log.table"), empty=empty, goes_on="log.said.")


def _row(ctx: Visit, entry: EntrySnapshot, names: Names) -> Row:
    words = ctx.words
    cells = (
        Cell(f"P{entry.priority}", sort=entry.priority),
        Cell(number_of(entry), sort=entry.number),
        Cell(entry.text),
        name_of(words, entry, names),
        Cell(words(f"entry.{entry.status.value}"), tone=STATUSES[entry.status]),
        Cell(words.ago(ctx.at - entry.opened_at), sort=-entry.opened_at.timestamp()),
    )
    return Row(entry.id, cells, tone=TONES[entry.priority])


def number_of(entry: EntrySnapshot) -> str:
    """#030, as the wall and the documents write it."""
    return f"#{entry.number:03d}"


def unnamed(words: Words, entry: EntrySnapshot) -> str:
    """What stands for the section of an entry of the whole event, or of one that is retired."""
    return words("log.whole_event") if entry.section_id is None else "–"


def name_of(words: Words, entry: EntrySnapshot, names: Names) -> str:
    return names.get(entry.section_id, (None, unnamed(words, entry)))[1]


# --- the chosen entry ----------------------------------------------------------------------------


def panel(ctx: Visit, entry: EntrySnapshot, names: Names) -> None:
    """An entry's text and priority, its steps for those who may take them, and its course."""
    words = ctx.words
    key, name = names.get(entry.section_id, (None, unnamed(words, entry)))
    st.markdown(f"**{number_of(entry)} {plain(entry.text)}**")
    with st.container(horizontal=True, gap="small"):
        components.priority_badge(entry.priority)
        st.badge(words(f"entry.{entry.status.value}"), color=STATUSES[entry.status] or "blue")
    meaning = words(f"entry.p{entry.priority}")
    st.caption(plain(f"{name} · {meaning} · {words.moment(entry.opened_at)}"))
    course = incidents_queries.course(ctx.moment, entry.id)
    if ctx.may("update_entry", section=key):  # before its course, which may be long
        steps(ctx, entry, recorded={step.words for step in course})
    for step in course:
        written = "" if step.what == EntryStatus.OPEN else step.words
        said = " · ".join(part for part in (words(f"entry.{step.what}"), written) if part)
        with st.container(gap=None):
            st.text(f"{words.time(step.at)} {said}")
            st.caption(plain(words.fact(step.who)))
    st.button(words("plan.close"), key="log.leave", type="tertiary", on_click=leave)


def steps(ctx: Visit, entry: EntrySnapshot, *, recorded: set[str]) -> None:
    """A line to be added to an open entry, and its end; what takes the end back once it has one.

    What was typed stays where another person ended the entry first, until it is `recorded`.
    """
    words, said = ctx.words, f"log.said.{entry.id}"
    typed = clean(st.session_state.get(said, ""))
    if entry.open or (typed and typed not in recorded):
        st.text_area(
            words("log.said"),
            key=said,
            height=80,
            max_chars=ENTRY_LENGTH,
            placeholder=words("log.said_hint") if entry.open else None,
        )
    if entry.open:
        with st.container(horizontal=True, gap="small"):
            handled = entry.status is EntryStatus.HANDLING
            step_button(words, entry, "handling", "log.add" if handled else "log.handling")
            step_button(words, entry, "closed", "log.close", type="primary")
    else:
        with components.by_mistake(words, f"log.mistake.{entry.id}"):
            step_button(words, entry, "reopened", "log.reopen")
    commands.refused(form_of(entry), words)


def step_button(
    words: Words, entry: EntrySnapshot, status: str, label: str, **style: object
) -> None:
    st.button(
        words(label), key=f"log.{status}.{entry.id}", on_click=step, args=(entry, status), **style
    )


def form_of(entry: EntrySnapshot) -> str:
    return f"entry.{entry.id}"


def step(entry: EntrySnapshot, status: str) -> None:
    """Record a step of an entry, which stays open next to the list with what takes it back."""
    form, said = form_of(entry), f"log.said.{entry.id}"
    text = st.session_state.get(said, "")
    if commands.ready(form, lambda: require_step_words(entry.status, status, text)) is None:
        return
    if commands.perform(form, update_entry, entry_id=entry.id, status=status, text=text):
        if said in st.session_state:
            st.session_state[said] = ""
        commands.say("log.updated", number=f"{entry.number:03d}", status=EntryStatus(status))


def leave() -> None:
    table.choose(KEY, "")
