"""The plan: tasks by section on a time axis, edits, done against plan, and moving the event."""

import streamlit as st

from models.readiness.tasks import TaskSnapshot
from ui.exports import tables
from ui.plan import documents, filters, form, move, rows, sections, settings, tasks
from ui.plan import queries as plan_queries
from ui.readiness import burn_up
from ui.readiness import queries as readiness_queries
from ui.shell import frame, live, table

here = frame.require("plan")

TOPICS = ("readiness", "programme", "media")


@st.fragment(key="plan.page", run_every=60)
def whole_page() -> None:
    live.watch(*TOPICS, throttle=5)
    ctx = frame.part_of("plan")
    days(ctx)
    task_list(ctx)
    if ctx.may("edit_task"):
        form.adding(ctx)
        form.retired(ctx)
    tables.plan_files(ctx)
    burn_up.region(ctx.words, ctx.moment)
    if ctx.may("move_event"):
        with st.expander(
            ctx.words("plan.move"), icon=":material/event_repeat:", key="plan.move_box"
        ):
            move.region(ctx)
    if ctx.may("plan_section"):
        sections.region(ctx)
    if ctx.may("edit_event"):
        settings.region(ctx)
        documents.region(ctx)


def days(ctx: frame.Visit) -> None:
    """The event's days, and those of the baseline."""
    words, event = ctx.words, ctx.moment.event
    line = words("plan.days", first=event.first_day, last=event.last_day)
    first, last = plan_queries.first_days(ctx.moment)
    if (first, last) != (event.first_day, event.last_day):
        line += f" · {words('plan.days_before', first=first, last=last)}"
    st.text(line)


def task_list(ctx: frame.Visit) -> None:
    """The tasks as a table, and next to it the one that is open."""
    every = readiness_queries.tasks(ctx.moment)
    shown = filters.shown(ctx, list(every))
    chosen = table.chosen(tasks.KEY)
    task = next((one for one in every if str(one.id) == chosen), None)
    listed, panel = table.beside(tasks.KEY, opened=task is not None)
    with listed:
        rows.region(ctx, shown)
    if task is not None and panel is not None:
        with panel:
            opened(ctx, task)


def opened(ctx: frame.Visit, task: TaskSnapshot) -> None:
    """The open task, with the form of its plan for those who may edit it."""
    tasks.panel(ctx, task)
    if not ctx.may("edit_task"):
        st.button(ctx.words("plan.close"), key="plan.close", on_click=form.close)
        return
    form.region(ctx, task)


whole_page()
