"""The foot of a lead's pages: a section as reported in one tap, a trouble with its task in two."""

import streamlit as st

from models.readiness.sections import SectionSnapshot
from models.readiness.tasks import NOTE_LENGTH, Status, TaskSnapshot, Urgency, by_urgency
from ui.readiness import queries as readiness_queries
from ui.readiness import sections as readiness_sections
from ui.readiness import tasks
from ui.shell.frame import Visit
from ui.shell.plain import plain

OPEN = "trouble"
"""In the address while a trouble is being reported: it outlives the session, as what is typed does
in the browser."""
NOTE = "update.trouble.note"


def acts(ctx: Visit, section: SectionSnapshot) -> None:
    """Both buttons, which stay at the foot of the screen; a trouble opens in their place."""
    if not ctx.may("report_status", section=section.key):
        return
    with st.container(key="update_foot"):
        if is_open():
            trouble(ctx, section)
            return
        with st.container(horizontal=True, gap="small"):
            readiness_sections.no_change(ctx, section)
            st.button(
                ctx.words("update.trouble"),
                key="update.trouble",
                icon=":material/report:",
                width="stretch",
                on_click=begin,
            )


def is_open() -> bool:
    """Whether a trouble is being reported; a refused one that a tap has settled is over."""
    tried = st.session_state.get(tasks.TRIED)
    if tried is not None and f"refused.task.{tried}" not in st.session_state:
        end()
    return OPEN in st.query_params


def trouble(ctx: Visit, section: SectionSnapshot) -> None:
    """What is wrong, then the task that it is about: its tap records."""
    words, owed = ctx.words, open_tasks(ctx, section)
    with st.container(key="update_trouble"):
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown(f"**{words('update.trouble')}**", width="content")
            st.space("stretch")
            st.button(words("update.cancel"), key="update.trouble.cancel", on_click=end)
        st.text_area(
            words("update.trouble_note"),
            key=NOTE,
            max_chars=NOTE_LENGTH,
            placeholder=words("update.trouble_hint"),
            height=80,
        )
        for task in owed:
            if task.id == st.session_state.get(tasks.TRIED):
                tasks.refused(ctx, task)
        st.caption(words("update.trouble_task" if owed else "update.trouble_none"))
        with st.container(gap="xsmall", key="update_trouble_tasks"):
            for task in owed:
                st.button(
                    plain(f"{task.number}. {words.of(task, 'title')}"),
                    key=f"update.trouble.{task.id}",
                    width="stretch",
                    on_click=report,
                    args=(task.id, task.report_id or 0),
                )


def open_tasks(ctx: Visit, section: SectionSnapshot) -> list[TaskSnapshot]:
    """The section's tasks that are not done, the most urgent first."""
    own = (task for task in readiness_queries.tasks(ctx.moment) if task.section_id == section.id)
    found = by_urgency(own, now=ctx.at, zone=ctx.words.time_zone)
    return [task for one, some in found.items() if one is not Urgency.DONE for task in some]


def begin() -> None:
    st.query_params[OPEN] = "1"


def end() -> None:
    tried = st.session_state.pop(tasks.TRIED, None)
    for key in (NOTE, f"refused.task.{tried}"):
        st.session_state.pop(key, None)
    st.query_params.pop(OPEN, None)


def report(task_id: int, seen: int) -> None:
    """Record that a task is blocked; a refusal leaves the note where it is."""
    st.session_state[tasks.TRIED] = task_id
    if tasks.save(task_id, Status.BLOCKED, st.session_state[NOTE], seen=seen):
        end()
