"""Parts of the plan on pages: a task with its slip, and a plan in words."""

from datetime import timedelta

import streamlit as st

from data.words import Words
from models.events.event import moment_of
from models.plan import FIELDS, Planned, slip
from models.readiness.tasks import MARK_OF, Status, TaskSnapshot
from ui.readiness import queries as readiness_queries
from ui.readiness import task_words
from ui.shell import components, table
from ui.shell.frame import Visit
from ui.shell.plain import plain

KEY = "plan.table"
"""The table of the plan, whose chosen row is the task that is open."""


def panel(ctx: Visit, task: TaskSnapshot) -> None:
    """The chosen task: status, due time, slip, and as links what it needs and what it holds up."""
    words = ctx.words
    pinned = (
        components.badge(words("plan.pinned"), "blue", ":material/keep:") if task.pinned else ""
    )
    st.markdown(f"{task_words.title(words, task)}  \n{task_words.badges(words, task)} {pinned}")
    start = words("plan.starts", at=task.start_at) if task.start_at else words("plan.start_unknown")
    st.caption(plain(" · ".join([words("update.due", at=task.due_at), start, task.owner])))
    slipped(words, task)
    by_id = {one.id: one for one in readiness_queries.tasks(ctx.moment)}
    needed = readiness_queries.prerequisites(ctx.moment).get(task.id, [])
    links(words, "plan.needs", [by_id[number] for number in needed])
    if task.status is not Status.DONE:
        held = readiness_queries.held_up(ctx.moment).of(task.id)
        links(words, "plan.holds_up", [by_id[number] for number in held])


def links(words: Words, heading: str, tasks: list[TaskSnapshot]) -> None:
    """Other tasks, each of which is opened by a tap; nothing where there are none."""
    if not tasks:
        return
    with st.expander(
        f"{words(heading, count=len(tasks))}", key=f"plan.links.{heading}", expanded=len(tasks) <= 3
    ):
        for task in tasks:
            mark = MARK_OF[task.level]
            st.button(
                plain(f"{mark} {task.number}. {words.of(task, 'title')}"),
                key=f"{heading}.{task.id}",
                type="tertiary",
                on_click=table.choose,
                args=(KEY, task.id),
            )


def slipped(words: Words, task: TaskSnapshot) -> None:
    """The slip from the baseline, by the event's moves and by edits; nothing without one."""
    slipped_by = slip(
        task.due_at, task.baseline_due_at, carried_days=task.carried_days, time_zone=words.time_zone
    )
    parts = {"plan.slip_event": slipped_by.event, "plan.slip_own": slipped_by.own}
    moved = [words(key, span=signed(words, span)) for key, span in parts.items() if span]
    if moved:
        whole = words("plan.slip", span=signed(words, slipped_by.whole), at=task.baseline_due_at)
        badge = f":orange-badge[:material/trending_flat: {plain(whole)}]"
        st.caption(f"{badge} {plain(' · '.join(moved))}")


def signed(words: Words, span: timedelta) -> str:
    """+2 days, −3 h, 0."""
    return f"{'+' if span > timedelta(0) else '−'}{words.age(abs(span))}" if span else "0"


def in_words(ctx: Visit, planned: Planned) -> dict[str, str]:
    """Label to text of each field of a plan."""
    return {ctx.words(f"plan.{name}"): field(ctx, planned, name) for name in FIELDS}


def field(ctx: Visit, planned: Planned, name: str) -> str:
    value, words, event = getattr(planned, name), ctx.words, ctx.moment.event
    if name in ("due", "start"):
        day = {"first_day": event.first_day, "time_zone": words.time_zone}
        return words.moment(moment_of(value, **day)) if value else words("plan.start_unknown")
    if isinstance(value, bool):
        return words("plan.yes" if value else "plan.no")
    if name == "section_id":
        names = {one.id: words.of(one, "name") for one in readiness_queries.sections(ctx.moment)}
        return names.get(value, "–")
    return ", ".join(str(number) for number in value) or "–" if name == "needs" else value
