"""The go / no-go roll-call: the chair asks for a moment and every section answers."""

import streamlit as st

from data.roll_calls.queries import RollCallSnapshot
from ui.roll_calls import documents, opening, roll_calls
from ui.roll_calls import queries as roll_calls_queries
from ui.shell import commands, frame, live
from ui.shell.plain import plain

here = frame.require("roll_call")


@st.fragment(key="roll_call.running", run_every=60)
def running() -> None:
    """The roll-call that runs or has just ended, the form that opens one, and earlier ones."""
    live.watch("roll_calls", "incidents")
    ctx = frame.part_of("roll_call")
    call = roll_calls_queries.roll_call(ctx.moment)
    with st.container():
        if call is None:
            st.text(ctx.words("roll_call.none_running"))
        else:
            on_show(ctx, call)
        commands.refused(opening.END, ctx.words)
    with st.container():
        if ctx.may("open_roll_call") and (call is None or not call.running):
            opening.open_form(ctx)
    ended = [one for one in roll_calls_queries.roll_calls_held(ctx.moment) if not one.running]
    roll_calls.earlier_calls(ctx, [one for one in ended if call is None or one.id != call.id])


def on_show(ctx: frame.Visit, call: RollCallSnapshot) -> None:
    roll_calls.heading(ctx, call)
    if not call.running:
        st.caption(plain(" · ".join(roll_calls.ending(ctx.words, call))))
        documents.roll_call_documents(ctx, call)
    elif ctx.may("open_roll_call"):
        opening.chair_acts(ctx.words, call)
    roll_calls.totals(ctx.words, call)
    roll_calls.sections(ctx, call)


running()
