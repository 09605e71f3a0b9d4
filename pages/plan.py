"""The plan: tasks by section with their slips, edits, moving the event, and done against plan."""

import streamlit as st

from models.readiness.tasks import Status, TaskSnapshot
from ui.plan import form, move, tasks
from ui.plan import queries as plan_queries
from ui.readiness import burn_up
from ui.readiness import queries as readiness_queries
from ui.shell import choices, frame, live
from ui.shell.plain import plain

here = frame.require("plan")

TOPICS = ("readiness", "programme", "media")


@st.fragment(key="plan.page", run_every=60)
def whole_page() -> None:
    live.watch(*TOPICS, throttle=5)
    ctx = frame.visit()
    days(ctx)
    if ctx.may("move_event"):
        with st.expander(
            ctx.words("plan.move"), icon=":material/event_repeat:", key="plan.move_box"
        ):
            move.region(ctx)
    section, every = choose_section(ctx), readiness_queries.tasks(ctx.moment)
    task_list(ctx, [task for task in every if section in (None, task.section_id)])
    burn_up.region(ctx.words, ctx.moment)


def days(ctx: frame.Visit) -> None:
    """The event's days, and those of the baseline."""
    words, event = ctx.words, ctx.moment.event
    line = words("plan.days", first=event.first_day, last=event.last_day)
    first, last = plan_queries.first_days(ctx.moment)
    if (first, last) != (event.first_day, event.last_day):
        line += f" · {words('plan.days_before', first=first, last=last)}"
    st.text(line)


def choose_section(ctx: frame.Visit) -> int | None:
    """The section shown, at first one's own; None for all."""
    words = ctx.words
    sections = {section.id: section for section in readiness_queries.sections(ctx.moment)}
    own = next(
        (section.id for section in sections.values() if section.key == ctx.person.section_key), None
    )
    offered = ["", *sections]
    chosen = choices.selectbox(
        words("plan.section"),
        offered,
        index=offered.index(own or ""),
        format_func=lambda number: (
            words.of(sections[number], "short") if number else words("plan.all_sections")
        ),
        key=f"plan.section.{ctx.moment.event.id}",
    )
    return chosen or None


def task_list(ctx: frame.Visit, shown: list[TaskSnapshot]) -> None:
    """The tasks by section and due moment; done ones are folded away."""
    order = sorted(shown, key=lambda task: (task.due_at, task.number))
    opened = [task for task in order if task.status is not Status.DONE or form.is_open(task)]
    by_section(ctx, opened)
    done = [task for task in order if task not in opened]
    folded = choices.expander(ctx.words("plan.done", count=len(done)), key="plan.done")
    if folded.open:
        with folded:
            by_section(ctx, done)


def by_section(ctx: frame.Visit, shown: list[TaskSnapshot]) -> None:
    for section in readiness_queries.sections(ctx.moment):
        own = [task for task in shown if task.section_id == section.id]
        if own:
            name = plain(ctx.words.of(section, "short"))
            st.markdown(f"**{name}** · {ctx.words.number(len(own))}")
            with st.grid(min_column_width=320):
                for task in own:
                    card(ctx, task)


def card(ctx: frame.Visit, task: TaskSnapshot) -> None:
    with st.container(border=True, key=f"plan_{task.id}"):
        tasks.task_lines(ctx.words, ctx.moment, task)
        if form.is_open(task):
            form.form(ctx, task)
        elif ctx.may("edit_task"):
            st.button(
                ctx.words("plan.edit"),
                key=f"plan.edit.{task.id}",
                icon=":material/edit:",
                on_click=form.begin,
                args=(task,),
            )


whole_page()
