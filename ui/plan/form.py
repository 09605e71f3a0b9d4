"""The form that edits a task's plan, drawn with a version of its row."""

from datetime import date, timedelta

import streamlit as st

from data.plan.commands import edit_task
from models.plan import OWNER_LENGTH, TITLE_LENGTH, Planned
from models.readiness.tasks import TaskSnapshot
from ui.plan import queries as plan_queries
from ui.plan import tasks
from ui.readiness import queries as readiness_queries
from ui.shell import choices, commands, table
from ui.shell.frame import Visit

DRAFT = "plan.draft"
"""The key of the edit: the task's id, the version it was drawn with, and its plan then."""
DAYS_AROUND = timedelta(days=90)
"""The days that are offered, before and after the event's first."""


def is_open(task: TaskSnapshot) -> bool:
    return st.session_state.get(DRAFT, {}).get("task") == task.id


def begin(task: TaskSnapshot) -> None:
    """Opens the form with the current row."""
    version, planned = plan_queries.task_plan(task.id)
    st.session_state[DRAFT] = {"task": task.id, "version": version, "planned": planned}
    st.session_state.pop(f"refused.{form_of(task.id)}", None)


def close() -> None:
    table.choose(tasks.KEY, "")
    draft = st.session_state.pop(DRAFT, None)
    if draft:
        st.session_state.pop(f"refused.{form_of(draft['task'])}", None)


def form_of(task_id: int) -> str:
    return f"plan.{task_id}"


def form(ctx: Visit, task: TaskSnapshot) -> None:
    """The fields. Their keys carry the version, so that a form opened again shows the new row."""
    words, draft = ctx.words, st.session_state[DRAFT]
    planned, key = draft["planned"], f"plan.{task.id}.{draft['version']}"
    for name, title in (("title_vi", planned.title_vi), ("title_en", planned.title_en)):
        st.text_area(
            words(f"plan.{name}"), title, key=f"{key}.{name}", max_chars=TITLE_LENGTH, height=80
        )
    st.text_input(words("plan.owner"), planned.owner, key=f"{key}.owner", max_chars=OWNER_LENGTH)
    moment(ctx, f"{key}.due", words("plan.due"), planned.due)
    moment(
        ctx, f"{key}.start", words("plan.start"), planned.start, unknown=words("plan.start_unknown")
    )
    needs(ctx, task, f"{key}.needs", planned)
    st.checkbox(words("plan.critical"), planned.critical, key=f"{key}.critical")
    st.checkbox(words("plan.pinned_why"), planned.pinned, key=f"{key}.pinned")
    with st.container(horizontal=True):
        st.button(words("plan.save"), key="plan.save", type="primary", on_click=save, args=(ctx,))
        st.button(words("update.cancel"), key="plan.cancel", on_click=close)
    commands.refused(form_of(task.id), words)
    overtaken(ctx, task)


def moment(ctx: Visit, key: str, label: str, offset: str | None, *, unknown: str = "") -> None:
    """A day of the event's calendar and a time as text: a slider would round the recorded time."""
    words, event = ctx.words, ctx.moment.event
    number, _, time = (offset or "").partition(" ")
    chosen = event.first_day + timedelta(days=int(number[1:])) if offset else None
    day = event.first_day - DAYS_AROUND
    offered = sorted(
        {day + timedelta(days=step) for step in range(2 * DAYS_AROUND.days)}
        | ({chosen} if chosen else set())
    )
    days: list[date | str] = ["", *offered] if unknown else offered
    with st.container(horizontal=True, vertical_alignment="bottom"):
        choices.selectbox(
            label,
            days,
            index=days.index(chosen or ""),
            format_func=lambda day: (
                f"{words.day(day)} ({words.event_day(day, event.first_day, event.last_day)})"
                if day
                else unknown
            ),
            key=f"{key}.day.{event.first_day}",  # when the event moves, the days move with it
            width=230,
        )
        st.text_input(
            words("plan.time"), time or "17:00", key=f"{key}.time", max_chars=16, width=110
        )


def needs(ctx: Visit, task: TaskSnapshot, key: str, planned: Planned) -> None:
    titles = {
        one.number: ctx.words.of(one, "title")
        for one in readiness_queries.tasks(ctx.moment)
        if one.id != task.id
    }
    choices.multiselect(
        ctx.words("plan.needs"),
        list(titles),
        [number for number in planned.needs if number in titles],
        format_func=lambda number: f"{number}. {titles.get(number, '')}",
        key=key,
        placeholder=ctx.words("plan.needs_none"),
    )


def typed(ctx: Visit) -> Planned:
    """The plan in the form."""
    draft = st.session_state[DRAFT]

    def value(name: str):
        return st.session_state[f"plan.{draft['task']}.{draft['version']}.{name}"]

    def offset(name: str) -> str | None:
        day = value(f"{name}.day.{ctx.moment.event.first_day}")
        return (
            f"D{(day - ctx.moment.event.first_day).days:+d} {value(f'{name}.time').strip()}"
            if day
            else None
        )

    names = ("title_vi", "title_en", "owner", "critical", "pinned")
    return Planned(
        **{name: value(name) for name in names},
        due=offset("due"),
        start=offset("start"),
        needs=tuple(sorted(value("needs"))),
    )


def save(ctx: Visit) -> None:
    """Record the form on the row it was drawn with; a move of the event leaves that row's plan."""
    draft = st.session_state[DRAFT]
    version, planned = plan_queries.task_plan(draft["task"])
    record(version if planned == draft["planned"] else draft["version"], typed(ctx))


def record(version: int, planned: Planned) -> None:
    task_id = st.session_state[DRAFT]["task"]
    if task := commands.perform(
        form_of(task_id), edit_task, task_id=task_id, version=version, planned=planned
    ):
        close()
        commands.say("plan.saved", number=str(task.number))


def overtaken(ctx: Visit, task: TaskSnapshot) -> None:
    """Both versions where the row has changed since, and one tap for either."""
    refusal = st.session_state.get(f"refused.{form_of(task.id)}")
    if refusal is None or refusal.code != "task_moved":
        return
    words, facts = ctx.words, refusal.facts
    tasks.both_versions(words, ctx.moment, facts["mine"], facts["theirs"])
    with st.container(horizontal=True):
        mine = (facts["version"], facts["mine"])
        st.button(
            words("plan.record_mine"),
            key="plan.record_mine",
            type="primary",
            on_click=record,
            args=mine,
        )
        st.button(words("plan.take_theirs"), key="plan.take_theirs", on_click=begin, args=(task,))
