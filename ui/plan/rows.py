"""The plan as a table: a row a task, grouped by section, with its bar on a time axis."""

import streamlit as st

from data.words import Words
from models.plan import slip
from models.readiness.sections import DECLARED
from models.readiness.tasks import MARK_OF, Level, TaskSnapshot
from ui.plan import tasks as plan_tasks
from ui.plan.timeline import Timeline
from ui.readiness import queries as readiness_queries
from ui.shell import table
from ui.shell.frame import Visit
from ui.shell.moment import Moment
from ui.shell.table import Cell, Column, Row

TONES = {Level.RED: "red", Level.AT_RISK: "orange", Level.ON_TRACK: "blue", Level.READY: "green"}


def region(ctx: Visit, shown: list[TaskSnapshot]) -> None:
    """The table of these tasks; the chosen one is marked."""
    words = ctx.words
    overdue = sum(task.overdue for task in shown)
    st.text(words("plan.count", number=len(shown), overdue=overdue))
    axis = Timeline(ctx, shown)
    names = {one.id: words.of(one, "short") for one in readiness_queries.sections(ctx.moment)}
    order = list(names)
    table.table(
        plan_tasks.KEY,
        columns(words),
        [
            row(words, ctx.moment, task, names[task.section_id], axis)
            for task in sorted(shown, key=lambda task: order.index(task.section_id))
        ],
        label=words("plan.table"),
        empty=words("plan.none"),
        axis=axis.drawn(),
    )


def columns(words: Words) -> list[Column]:
    return [
        Column(words("plan.column_number"), "number", "3.2rem"),
        Column(words("plan.column_task"), "opens"),
        Column(words("plan.status"), width="9.5rem"),
        Column(words("plan.column_due"), width="7.5rem"),
        Column(words("plan.column_slip"), width="6rem", narrow=False),
        Column(words("plan.column_owner"), width="12%", narrow=False),
        Column("", "bar", "24%"),
    ]


def row(words: Words, shown: Moment, task: TaskSnapshot, section: str, axis: Timeline) -> Row:
    tags = [(words("update.critical"), "")] if task.critical else []
    tags += [(words("plan.pinned"), "")] if task.pinned else []
    slipped = slip(
        task.due_at, task.baseline_due_at, carried_days=task.carried_days, time_zone=words.time_zone
    ).whole
    late = words("review.overdue_by", span=words.age(shown.at - task.due_at))
    cells = (
        Cell(str(task.number), sort=task.number),
        Cell(words.of(task, "title"), tags=tuple(tags)),
        status(words, task),
        Cell(
            late if task.overdue else f"{words.time(task.due_at)} {words.day_short(task.due_at)}",
            tone="red" if task.overdue else "",
            sort=task.due_at.timestamp(),
        ),
        Cell(plan_tasks.signed(words, slipped) if slipped else "", sort=slipped.total_seconds()),
        task.owner,
        Cell(parts=axis.parts(task)),
    )
    return Row(task.id, cells, section, TONES.get(task.level, "gray"))


def status(words: Words, task: TaskSnapshot) -> Cell:
    """A declared status as word, mark and colour; sorted worst first."""
    level = DECLARED[task.status]
    return Cell(
        words(f"status.{task.status.value}"),
        MARK_OF[level],
        TONES.get(level, ""),
        list(Level).index(level),
    )
