"""Opening, reminding and ending a roll-call: the form and the buttons of the chair."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import streamlit as st

from data.roll_calls.commands import end_roll_call, open_roll_call, remind_roll_call
from data.roll_calls.queries import RollCallSnapshot
from data.words import Words
from models.roll_calls import HOLDS, QUESTION_LENGTH, Outcome
from ui.programme import queries as programme_queries
from ui.readiness import queries as readiness_queries
from ui.shell import choices, commands, components
from ui.shell.frame import Visit
from ui.shell.plain import plain

END = "roll_call.end"
OPEN = "roll_call.open"
REMIND = "roll_call.remind"
ABOUT = timedelta(hours=23)  # how far ahead the moment of a roll-call may lie
MAX_COMING = 3  # items of the programme that are offered as its question


def chair_acts(words: Words, call: RollCallSnapshot) -> None:
    """Reminding those who have not answered, and the early end."""
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        if waiting := len(call.waited_for):
            st.button(
                words("roll_call.remind", number=waiting),
                key=REMIND,
                icon=":material/notifications_active:",
                on_click=remind,
                args=(call.id, waiting),
            )
        end_button(words, call)
    if call.reminded_at:
        st.caption(words("roll_call.reminded_at", at=words.time(call.reminded_at)))
    commands.refused(REMIND, words)


def remind(call_id: int, waiting: int) -> None:
    if commands.perform(REMIND, remind_roll_call, roll_call_id=call_id):
        commands.say("roll_call.reminded", number=waiting)


def end_button(words: Words, call: RollCallSnapshot) -> None:
    """The early end: it asks first, since an ended roll-call is not opened again, and names the
    sections whose answers are missing."""
    missing = [one.short[words.language] for one in call.waited_for]
    facts = {"at": words.time(call.about_at), "waiting": len(missing), "asked": len(call.sections)}
    label = words("roll_call.end_early")
    with st.popover(label, icon=":material/gavel:", key=f"{END}.box"):
        st.text(words("roll_call.end_asks" if missing else "roll_call.end_all", **facts))
        if missing:
            st.text(", ".join(missing))
        st.button(words("roll_call.end"), key=END, type="primary", on_click=end, args=(call.id,))


def end(call_id: int) -> None:
    if ended := commands.perform(END, end_roll_call, roll_call_id=call_id):
        commands.say("roll_call.ended", outcome=Outcome(ended.outcome))


def open_form(ctx: Visit) -> None:
    """What has to be ready when, which sections are asked, and how long an answer holds."""
    words, sections_key = ctx.words, f"roll_call.sections.{ctx.moment.event.id}"
    with st.container(border=True, key="roll_call_new"):
        st.markdown(f"**{words('roll_call.open_title')}**")
        st.text_input(
            words("roll_call.question"),
            key="roll_call.question",
            max_chars=QUESTION_LENGTH,
            placeholder=words("roll_call.question_hint"),
        )
        coming(ctx)
        about(ctx)
        holds(words)
        sections(ctx, sections_key)
        st.button(
            words("roll_call.open"),
            key=OPEN,
            type="primary",
            icon=":material/how_to_vote:",
            on_click=begin,
            args=(ctx, sections_key),
        )
        commands.refused(OPEN, words)


def coming(ctx: Visit) -> None:
    """The next items of the programme: a tap fills in the question and its moment."""
    words, within = ctx.words, ctx.at + ABOUT
    items = [
        item
        for item in programme_queries.items(ctx.moment)
        if item.kind != "broadcast" and not item.started_at and ctx.at < item.starts_at < within
    ]
    if not items:
        return
    with st.container(horizontal=True, gap="small", vertical_alignment="center"):
        st.caption(words("roll_call.coming"), width="content")
        for item in items[:MAX_COMING]:
            title = words.of(item, "short")
            st.button(
                plain(f"{words.time(item.starts_at)} {title}"),
                key=f"roll_call.coming.{item.id}",
                on_click=fill,
                args=(words("roll_call.begins", item=title), item.starts_at),
                kwargs={"zone": words.time_zone},
            )


def fill(question: str, about_at: datetime, *, zone: ZoneInfo) -> None:
    local = about_at.astimezone(zone)
    state = st.session_state
    state["roll_call.question"] = question[:QUESTION_LENGTH]
    state["roll_call.about.day"], state["roll_call.about.time"] = local.date(), f"{local:%H:%M}"


def about(ctx: Visit) -> None:
    """The moment for which the roll-call asks: within a day, in half an hour at first."""
    words = ctx.words
    soon = ctx.at + timedelta(minutes=30)
    moments = (ctx.at, soon + ABOUT)
    components.day_and_time(
        ctx,
        "roll_call.about",
        words("roll_call.day"),
        words("roll_call.time"),
        days=sorted({at.astimezone(words.time_zone).date() for at in moments}),
        value=soon,
        follows=False,  # the time beside it would stay
    )


def holds(words: Words) -> None:
    st.segmented_control(
        words("roll_call.holds"),
        HOLDS,
        default=30,
        required=True,
        format_func=lambda number: words("roll_call.minutes", number=number),
        wrap=True,
        key="roll_call.holds",
    )


def sections(ctx: Visit, key: str) -> None:
    words = ctx.words
    names = {one.id: words.of(one, "short") for one in readiness_queries.sections(ctx.moment)}
    choices.multiselect(
        words("roll_call.sections"),
        list(names),
        format_func=names.__getitem__,
        placeholder=words("roll_call.sections_hint"),
        key=key,
    )


def begin(ctx: Visit, sections_key: str) -> None:
    state = st.session_state
    about_at = commands.ready(OPEN, lambda: components.moment_typed(ctx, "roll_call.about"))
    if about_at is None:
        return
    call = commands.perform(
        OPEN,
        open_roll_call,
        question=state["roll_call.question"],
        about_at=about_at,
        holds_minutes=state["roll_call.holds"],
        section_ids=list(state[sections_key]),
    )
    if call:
        state["roll_call.question"] = ""
        commands.say("roll_call.opened", question=call.question)
