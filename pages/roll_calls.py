"""The go / no-go roll-call: the chair asks for a moment, every section answers, and the outcome stays."""

from datetime import datetime, timedelta

import streamlit as st

from data.roll_calls.commands import end_roll_call, open_roll_call
from models.roll_calls import HOLDS, QUESTION_LENGTH, Outcome
from ui.readiness import queries as readiness_queries
from ui.roll_calls import documents, roll_calls
from ui.roll_calls import queries as roll_calls_queries
from ui.shell import commands, components, frame, live

here = frame.require("roll_call")

END = "roll_call.end"
OPEN = "roll_call.open"


@st.fragment(key="roll_call.running", run_every=60)
def running() -> None:
    """The roll-call that runs or has just ended; else the form that opens one."""
    live.watch("roll_calls", "incidents")
    now = frame.visit()
    words = now.words
    call = roll_calls_queries.roll_call(now.moment)
    with st.container():
        if call is None:
            st.text(words("roll_call.none_running"))
        else:
            roll_calls.heading(now, call)
            if not call.running:
                st.caption(components.plain(" · ".join(roll_calls.ending(words, call))))
                documents.roll_call_documents(now, call)
            elif now.may("open_roll_call"):
                st.button(
                    words("roll_call.end"),
                    key=END,
                    type="primary",
                    icon=":material/gavel:",
                    on_click=end,
                    args=(call.id,),
                )
            roll_calls.sections(now, call)
        commands.refused(END, words)
    with st.container():
        if now.may("open_roll_call") and (call is None or not call.running):
            open_form(now)
    shown = call.id if call else None
    roll_calls.held(
        now,
        [
            one
            for one in roll_calls_queries.roll_calls_held(now.moment)
            if not one.running and one.id != shown
        ],
    )


def end(call_id: int) -> None:
    if ended := commands.perform(END, end_roll_call, roll_call_id=call_id):
        commands.say("roll_call.ended", outcome=Outcome(ended.outcome))


def open_form(now: frame.Visit) -> None:
    """What has to be ready when, who is asked, and how long an answer holds."""
    words = now.words
    names = {
        section.id: words.of(section, "short") for section in readiness_queries.sections(now.moment)
    }
    with st.container(border=True, key="roll_call_new"):
        st.markdown(f"**{words('roll_call.open_title')}**")
        st.text_input(
            words("roll_call.question"),
            key="roll_call.question",
            max_chars=QUESTION_LENGTH,
            placeholder=words("roll_call.question_hint"),
        )
        soon = now.moment.view.moment + timedelta(minutes=30)
        days = sorted(
            {
                at.astimezone(words.time_zone).date()
                for at in (now.moment.view.moment, soon + timedelta(hours=23))
            }
        )
        components.day_and_time(
            now,
            "roll_call.about",
            words("roll_call.day"),
            words("roll_call.time"),
            days=days,
            value=soon,
        )
        st.segmented_control(
            words("roll_call.holds"),
            HOLDS,
            default=30,
            required=True,
            format_func=lambda number: words("roll_call.minutes", number=number),
            wrap=True,
            key="roll_call.holds",
        )
        st.multiselect(
            words("roll_call.sections"),
            list(names),
            format_func=names.get,
            placeholder=words("roll_call.sections_hint"),
            key=f"roll_call.sections.{now.moment.event.id}",
        )
        st.button(
            words("roll_call.open"),
            key=OPEN,
            type="primary",
            icon=":material/how_to_vote:",
            on_click=begin,
            args=(f"roll_call.sections.{now.moment.event.id}",),
        )
        commands.refused(OPEN, words)


def begin(sections_key: str) -> None:
    chosen = st.session_state
    about_at = datetime.combine(
        chosen["roll_call.about.day"], chosen["roll_call.about.time"], tzinfo=here.words.time_zone
    )
    asked = {
        "question": chosen["roll_call.question"],
        "about_at": about_at,
        "holds_minutes": chosen["roll_call.holds"],
    }
    if call := commands.perform(
        OPEN, open_roll_call, section_ids=list(chosen[sections_key]), **asked
    ):
        chosen["roll_call.question"] = ""
        commands.say("roll_call.opened", question=call.question)


running()
