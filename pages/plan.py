"""The plan: done against plan, every section's tasks with their slips and what they hold up, edits, and moving the event."""

import streamlit as st

from models.readiness.tasks import Status, TaskSnapshot
from ui.plan import form, move, tasks
from ui.plan import queries as plan_queries
from ui.readiness import queries as readiness_queries
from ui.shell import frame, live

here = frame.require("plan")

TOPICS = ("readiness", "programme", "media")


@st.fragment(key="plan.page", run_every=60)
def whole_page() -> None:
    live.watch(*TOPICS, throttle=5)
    now = frame.visit()
    days(now)
    if now.may("move_event"):
        with st.expander(
            now.words("plan.move"), icon=":material/event_repeat:", key="plan.move_box"
        ):
            move.region(now)
    section = choose_section(now)
    task_list(
        now,
        [
            task
            for task in readiness_queries.tasks(now.moment)
            if section in (None, task.section_id)
        ],
    )
    tasks.burn_up(now.words, now.moment)


def days(now: frame.Visit) -> None:
    """The event's days, and where they were by the baseline."""
    words, event = now.words, now.moment.event
    told = words("plan.days", first=event.first_day, last=event.last_day)
    first, last = plan_queries.first_days(now.moment)
    if (first, last) != (event.first_day, event.last_day):
        told += f" · {words('plan.days_before', first=first, last=last)}"
    st.text(told)


def choose_section(now: frame.Visit) -> int | None:
    """The section shown, at first one's own; None for all that are late or slipped."""
    words = now.words
    sections = {section.id: section for section in readiness_queries.sections(now.moment)}
    own = next(
        (section.id for section in sections.values() if section.key == now.person.section_key), None
    )
    offered = [None, *sections]
    return st.selectbox(
        words("plan.section"),
        offered,
        index=offered.index(own),
        format_func=lambda number: (
            words.of(sections[number], "short") if number else words("plan.all_sections")
        ),
        key=f"plan.section.{now.moment.event.id}",
    )


def task_list(now: frame.Visit, found: list[TaskSnapshot]) -> None:
    """By section and due moment: what is open, and what is done folded away."""
    order = sorted(found, key=lambda task: (task.due_at, task.number))
    opened = [task for task in order if task.status is not Status.DONE or form.is_open(task)]
    by_section(now, opened)
    done = [task for task in order if task not in opened]
    folded = st.expander(
        now.words("plan.done", count=len(done)), key="plan.done", on_change="rerun"
    )
    if folded.open:
        with folded:
            by_section(now, done)


def by_section(now: frame.Visit, found: list[TaskSnapshot]) -> None:
    for section in readiness_queries.sections(now.moment):
        own = [task for task in found if task.section_id == section.id]
        if own:
            st.markdown(f"**{now.words.of(section, 'short')}** · {now.words.number(len(own))}")
            with st.grid(min_column_width=320):
                for task in own:
                    card(now, task)


def card(now: frame.Visit, task: TaskSnapshot) -> None:
    with st.container(border=True, key=f"plan_{task.id}"):
        tasks.task_lines(now.words, now.moment, task)
        if form.is_open(task):
            form.form(now, task)
        elif now.may("edit_task"):
            st.button(
                now.words("plan.edit"),
                key=f"plan.edit.{task.id}",
                icon=":material/edit:",
                on_click=form.begin,
                args=(task,),
            )


whole_page()
