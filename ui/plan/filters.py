"""What of the plan is shown: a section, a status, what is overdue or due this week, a text."""

import streamlit as st

from models.plan import is_in_week
from models.readiness.tasks import Status, TaskSnapshot
from models.text import folded
from ui.readiness import queries as readiness_queries
from ui.shell import choices
from ui.shell.frame import Visit

OPEN, EVERY = "open", "every"
DUE = ("any", "overdue", "week", "slipped")


def shown(ctx: Visit, tasks: list[TaskSnapshot]) -> list[TaskSnapshot]:
    """The tasks that a person asks for, by due moment; at first the open ones of their section."""
    with st.grid(min_column_width=190, key="plan_filters"):
        section, status, due = _section(ctx), _status(ctx), _due(ctx)
        text = st.text_input(
            ctx.words("plan.find"),
            key="plan.find",
            max_chars=80,
            placeholder=ctx.words("plan.find_hint"),
        )
    return sorted(
        (
            task
            for task in tasks
            if section in ("", task.section_id)
            and _has_status(task, status)
            and _is_due(ctx, task, due)
            and folded(text) in folded(f"{task.number}. {ctx.words.of(task, 'title')} {task.owner}")
        ),
        key=lambda task: (task.due_at, task.number),
    )


def _section(ctx: Visit) -> int | str:
    """The section, at first one's own; empty for all."""
    words = ctx.words
    sections = {section.id: section for section in readiness_queries.sections(ctx.moment)}
    offered: list[int | str] = ["", *sections]
    own = next(
        (section.id for section in sections.values() if section.key in ctx.person.section_keys), ""
    )
    chosen = choices.selectbox(
        words("plan.section"),
        offered,
        index=offered.index(own),
        format_func=lambda number: (
            words.of(sections[number], "short") if number else words("plan.all_sections")
        ),
        key=f"plan.section.{ctx.moment.event.id}",
    )
    return chosen or ""


def _status(ctx: Visit) -> str:
    words = ctx.words
    named = {OPEN: words("plan.status_open"), EVERY: words("plan.status_every")}
    named |= {one.value: words(f"status.{one.value}") for one in Status}
    return str(
        choices.selectbox(
            words("plan.status"), list(named), format_func=named.__getitem__, key="plan.status"
        )
    )


def _due(ctx: Visit) -> str:
    named = {one: ctx.words(f"plan.due_{one}") for one in DUE}
    return str(
        choices.selectbox(
            ctx.words("plan.due"), list(named), format_func=named.__getitem__, key="plan.due"
        )
    )


def _has_status(task: TaskSnapshot, wanted: str) -> bool:
    if wanted == OPEN:
        return task.status is not Status.DONE
    return wanted in (EVERY, task.status.value)


def _is_due(ctx: Visit, task: TaskSnapshot, wanted: str) -> bool:
    if wanted == "week":
        return is_in_week(task.due_at, now=ctx.at, time_zone=ctx.words.time_zone)
    if wanted == "slipped":
        return task.baseline_due_at is not None and task.due_at > task.baseline_due_at
    return task.overdue or wanted != "overdue"
