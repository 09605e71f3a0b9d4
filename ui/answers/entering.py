"""Registering: what is owed from the forums, all at once or one by one, and what comes by hand."""

from datetime import date, timedelta

import streamlit as st

from data.answers.commands import entered_from, register_owed, register_petition
from models.answers.answers import LENGTHS, Entered, require_day
from models.contributions.contributions import Level
from models.events.event import local_day
from models.refusals import Refusal
from models.text import one_line
from ui.answers import queries
from ui.readiness import queries as readiness_queries
from ui.shell import choices, commands, draft
from ui.shell.draft import Draft
from ui.shell.frame import Visit

DRAFT, SOURCE, OWED = "answers.enter", "answers.enter.source", "answers.register_owed"
USUAL = timedelta(days=30)  # until the deadline of a petition that is entered by hand


def region(ctx: Visit) -> None:
    """Folded: the form of a petition; above it what is owed and in no register."""
    words, owed = ctx.words, queries.unregistered(ctx.moment)
    if owed:
        with st.container(border=True, key="answers_unregistered"):
            with st.container(horizontal=True, vertical_alignment="center", gap="small"):
                st.text(words("answers.unregistered", number=len(owed)))
                st.button(
                    words("answers.register_owed"),
                    key=OWED,
                    type="primary",
                    on_click=register_all,
                )
            commands.refused(OWED, words)
    with st.expander(words("answers.by_hand"), icon=":material/add:", key="answers.entering"):
        form(ctx)


def register_all() -> None:
    if number := commands.perform(OWED, register_owed):
        commands.say("answers.registered_owed", number=number)


def form(ctx: Visit) -> None:
    """The form of a petition: of a contribution whose answer is owed, or by hand."""
    words = ctx.words
    owed = {one.id: one for one in queries.unregistered(ctx.moment)}
    source = 0
    if owed:
        source = choices.selectbox(
            words("answers.register"),
            [0, *owed],
            format_func=lambda number: (
                f"#{owed[number].number:03d} {one_line(owed[number].text)}"
                if number
                else words("answers.by_hand")
            ),
            key=SOURCE,
        )
    one = owed.get(source or 0)
    due_on = local_day(ctx.event, ctx.at) + USUAL
    blank = Entered("", "", Level.PROVINCE.value, due_on)
    row = entered_from(one, words) if one else blank
    held = draft.of(DRAFT, one.id if one else 0, lambda: (0, row))
    fields(ctx, held, sections=True)
    checked(ctx, held.form)
    st.button(
        words("answers.register"),
        key="answers.enter.go",
        type="primary",
        on_click=register,
        args=(held,),
    )
    commands.refused(held.form, words)


def checked(ctx: Visit, form: str) -> None:
    """What somebody confirms of a text that was refused since it seems to name a person."""
    refusal = st.session_state.get(f"refused.{form}")
    if refusal is not None and refusal.code == "petition_names_person":
        st.checkbox(ctx.words("answers.checked"), key=f"{form}.checked")


def register(held: Draft) -> None:
    entered = commands.ready(held.form, lambda: entered_of(held))
    if entered is None:
        return
    facts = {
        "entered": entered,
        "contribution_id": held.subject or None,
        "checked": bool(st.session_state.get(f"{held.form}.checked")),
    }
    if commands.perform(held.form, register_petition, **facts):
        for name in (*LENGTHS, "due_on"):
            st.session_state.pop(held.field(name), None)
        draft.drop(DRAFT)
        commands.say("answers.registered")


# --- the fields of a petition --------------------------------------------------------------------


def fields(ctx: Visit, held: Draft, *, sections: bool) -> None:
    """The fields of a petition; `sections`: also the one that follows it up."""
    words, row = ctx.words, held.row
    st.caption(words("answers.no_names"))
    st.text_area(
        words("answers.text"), row.text, key=held.field("text"), max_chars=LENGTHS["text"],
        height=110,
    )  # fmt: skip
    for name in ("body", "field", "unit"):
        st.text_input(
            words(f"answers.{name}"),
            getattr(row, name),
            key=held.field(name),
            max_chars=LENGTHS[name],
        )
    levels = [level.value for level in Level]
    choices.selectbox(
        words("answers.level"),
        levels,
        index=levels.index(row.level),
        format_func=lambda level: words(f"competence.{level}"),
        key=held.field("level"),
    )
    st.text_input(
        words("answers.due_on"), typed(row.due_on), key=held.field("due_on"), max_chars=12
    )
    if sections:
        section(ctx, held)


def section(ctx: Visit, held: Draft) -> None:
    words = ctx.words
    names = {one.id: words.of(one, "name") for one in readiness_queries.sections(ctx.moment)}
    options = ["", *names]
    known = held.row.section_id if held.row.section_id in names else ""
    choices.selectbox(
        words("answers.section_id"),
        options,
        index=options.index(known),
        format_func=lambda number: names.get(number, words("answers.no_section")),
        key=held.field("section_id"),
    )


def typed(day: date) -> str:
    """A day as `require_day` reads it, in either language."""
    return f"{day.day}/{day.month}/{day.year}"


def entered_of(held: Draft) -> Entered:
    """What the fields hold. Refuses `day_malformed`, also for no day."""
    state = st.session_state
    due_on = require_day(state[held.field("due_on")])
    if due_on is None:
        raise Refusal("day_malformed", day="")
    chosen = state.get(held.field("section_id"), held.row.section_id)
    return Entered(
        text=state[held.field("text")],
        body=state[held.field("body")],
        level=state[held.field("level")],
        due_on=due_on,
        field=state[held.field("field")],
        unit=state[held.field("unit")],
        section_id=chosen or None,
    )


def shown(ctx: Visit, entered: Entered) -> dict[str, str]:
    """Label to text of each field of a petition."""
    words = ctx.words
    names = {one.id: words.of(one, "name") for one in readiness_queries.sections(ctx.moment)}
    texts = {
        "text": entered.text,
        "body": entered.body,
        "field": entered.field,
        "unit": entered.unit,
        "level": words(f"competence.{entered.level}"),
        "due_on": words.day(entered.due_on),
        "section_id": names.get(entered.section_id or 0, words("answers.no_section")),
    }
    return {words(f"answers.{name}"): text for name, text in texts.items()}
