"""The forms of a task's plan: one that changes it, one that adds a task, and what retires one."""

from datetime import date, timedelta

import streamlit as st

from data.plan.commands import Retired, add_task, edit_task, restore_task, retire_task
from models.plan import OWNER_LENGTH, REASON_LENGTH, TITLE_LENGTH, Planned
from models.readiness.tasks import TaskSnapshot
from ui.plan import queries as plan_queries
from ui.plan import tasks
from ui.readiness import queries as readiness_queries
from ui.shell import choices, commands, draft, table
from ui.shell.draft import Draft
from ui.shell.frame import Visit

DRAFT, ADD = "plan", "plan.new"
DAYS_AROUND = timedelta(days=90)
"""The days that are offered, before and after the event's first."""
TEXTS = ("title_vi", "title_en", "owner")


# --- the open task -------------------------------------------------------------------------------


def region(ctx: Visit, task: TaskSnapshot) -> None:
    """The form of the open task, and below it what takes the task from the plan."""
    words = ctx.words
    held = draft.of(DRAFT, task.id, lambda: plan_queries.task_plan(task.id))
    fields(ctx, held.form, str(held.version), held.row, task.id)
    with st.container(horizontal=True):
        st.button(
            words("plan.save"),
            key="plan.save",
            type="primary",
            on_click=save,
            args=(ctx, held),
        )
        st.button(words("update.cancel"), key="plan.cancel", on_click=close)
    draft.refused(words, held, "task_moved", lambda planned: tasks.in_words(ctx, planned), record)
    retiring(ctx, held)


def close() -> None:
    table.choose(tasks.KEY, "")
    draft.drop(DRAFT)


def save(ctx: Visit, held: Draft) -> None:
    """Record the form on the row it was drawn with; a move of the event leaves that row's plan."""
    version, planned = plan_queries.task_plan(held.subject)
    mine = typed(ctx, held.form, str(held.version))
    record(held, version if planned == held.row else held.version, mine)


def record(held: Draft, version: int, planned: Planned) -> None:
    if task := commands.perform(
        held.form, edit_task, task_id=held.subject, version=version, planned=planned
    ):
        close()
        commands.say("plan.saved", number=str(task.number))


def retiring(ctx: Visit, held: Draft) -> None:
    """Folded: what takes the task from the plan, with the reason."""
    words, form = ctx.words, f"{held.form}.retire"
    with st.expander(words("plan.retire"), icon=":material/event_busy:", key="plan.retire_box"):
        st.text_input(words("plan.retire_why"), key=f"{form}.reason", max_chars=REASON_LENGTH)
        st.button(words("plan.retire_go"), key="plan.retire", on_click=retire, args=(held, form))
        commands.refused(form, words)


def retire(held: Draft, form: str) -> None:
    gone = commands.perform(
        form,
        retire_task,
        task_id=held.subject,
        version=held.version,
        reason=st.session_state[f"{form}.reason"],
    )
    if gone:
        close()
        commands.say("plan.retired", number=str(gone.number))


def retired(ctx: Visit) -> None:
    """Folded: the tasks that were taken from the plan, each with what puts it back."""
    words, found = ctx.words, plan_queries.retired(ctx.moment)
    if not found:
        return
    label = words("plan.retired_tasks", number=len(found))
    with st.expander(label, icon=":material/event_busy:", key="plan.retired_box"):
        for one in found:
            since = words("plan.retired_since", at=words.moment(one.at), reason=one.reason)
            form = f"plan.restore.{one.id}"
            text = f"{one.number}. {words.of(one, 'title')} · {since}"
            commands.put_back(words, form, text, words("plan.restore"), restore, form, one)


def restore(form: str, one: Retired) -> None:
    if commands.perform(form, restore_task, task_id=one.id, version=one.version):
        commands.say("plan.restored", number=str(one.number))


# --- a new task ----------------------------------------------------------------------------------


def adding(ctx: Visit) -> None:
    """Folded: the form of a new task, at first due at the end of the day before the event."""
    words = ctx.words
    box = choices.expander(words("plan.add"), key="plan.add_box", icon=":material/add:")
    if not box.open:
        return
    with box:
        fields(ctx, ADD, "new", Planned("", "", "D-1 17:00", None, False, "", False))
        st.button(
            words("plan.add_go"), key="plan.add_go", type="primary", on_click=enter, args=(ctx,)
        )
        commands.refused(ADD, words)


def enter(ctx: Visit) -> None:
    """Add the task in the form; its texts are emptied for the next one."""
    added = commands.perform(ADD, add_task, planned=typed(ctx, ADD, "new"))
    if added:
        for name in TEXTS:
            st.session_state[f"{ADD}.new.{name}"] = ""
        commands.say("plan.added", number=str(added.number))


# --- the fields ----------------------------------------------------------------------------------


def fields(
    ctx: Visit, form: str, version: str, planned: Planned, task_id: int | None = None
) -> None:
    """The fields of a plan, which `typed` reads. Their keys carry the version, so that a form that
    is opened again shows the new row."""
    words, key = ctx.words, f"{form}.{version}"
    for name, title in (("title_vi", planned.title_vi), ("title_en", planned.title_en)):
        st.text_area(
            words(f"plan.{name}"), title, key=f"{key}.{name}", max_chars=TITLE_LENGTH, height=80
        )
    section(ctx, f"{key}.section_id", planned.section_id)
    st.text_input(words("plan.owner"), planned.owner, key=f"{key}.owner", max_chars=OWNER_LENGTH)
    moment(ctx, f"{key}.due", words("plan.due"), planned.due)
    moment(
        ctx, f"{key}.start", words("plan.start"), planned.start, unknown=words("plan.start_unknown")
    )
    needs(ctx, task_id, f"{key}.needs", planned)
    st.checkbox(words("plan.critical"), planned.critical, key=f"{key}.critical")
    st.checkbox(words("plan.pinned_why"), planned.pinned, key=f"{key}.pinned")


def section(ctx: Visit, key: str, section_id: int | None) -> None:
    words = ctx.words
    names = {one.id: words.of(one, "name") for one in readiness_queries.sections(ctx.moment)}
    ids = list(names)
    choices.selectbox(
        words("plan.section_id"),
        ids,
        index=ids.index(section_id) if section_id in names else 0,
        format_func=names.__getitem__,
        key=key,
    )


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
            width=270,
        )
        st.text_input(
            words("plan.time"), time or "17:00", key=f"{key}.time", max_chars=16, width=110
        )


def needs(ctx: Visit, task_id: int | None, key: str, planned: Planned) -> None:
    titles = {
        one.number: ctx.words.of(one, "title")
        for one in readiness_queries.tasks(ctx.moment)
        if one.id != task_id
    }
    choices.multiselect(
        ctx.words("plan.needs"),
        list(titles),
        [number for number in planned.needs if number in titles],
        format_func=lambda number: f"{number}. {titles.get(number, '')}",
        key=key,
        placeholder=ctx.words("plan.needs_none"),
    )


def typed(ctx: Visit, form: str, version: str) -> Planned:
    """The plan in the fields."""

    def value(name: str):
        return st.session_state[f"{form}.{version}.{name}"]

    def offset(name: str) -> str | None:
        day = value(f"{name}.day.{ctx.moment.event.first_day}")
        return (
            f"D{(day - ctx.moment.event.first_day).days:+d} {value(f'{name}.time').strip()}"
            if day
            else None
        )

    names = (*TEXTS, "section_id", "critical", "pinned")
    return Planned(
        **{name: value(name) for name in names},
        due=offset("due"),
        start=offset("start"),
        needs=tuple(sorted(value("needs"))),
    )
