"""A task in words, for every page that shows one: title, badges, the tasks that it holds up."""

import streamlit as st

from data.words import Words
from models.readiness.tasks import Level, Status, TaskSnapshot
from ui.readiness import queries as readiness_queries
from ui.shell import components
from ui.shell.moment import Moment
from ui.shell.plain import plain

MAX_NAMED = 6  # tasks held up that are shown; the others are behind a tap
TROUBLED = (Level.RED, Level.AT_RISK)


def title(words: Words, task: TaskSnapshot) -> str:
    """A task's number and title, as Markdown."""
    return f"**{task.number}. {plain(words.of(task, 'title'))}**"


def badges(words: Words, task: TaskSnapshot) -> str:
    """A task's status and its flags, inside a line of Markdown."""
    return " ".join([components.status_badge(task.status, words), *flags(words, task)])


def flags(words: Words, task: TaskSnapshot) -> list[str]:
    """Whether a task is overdue and whether it is critical, as badges."""
    found = []
    if task.overdue:
        found.append(components.badge(words("status.overdue"), "red", ":material/alarm:"))
    if task.critical:
        found.append(components.badge(words("update.critical"), "violet", ":material/priority:"))
    return found


def holding(words: Words, shown: Moment, task: TaskSnapshot) -> None:
    """The tasks that need this one: by name where it is in trouble, else their number."""
    if task.status is Status.DONE:
        return
    held = readiness_queries.held_up(shown)
    count = held.count(task.id)
    if not count:
        return
    if task.level not in TROUBLED:
        st.caption(words("plan.needed_by", count=count))
        return
    by_id = {one.id: one for one in readiness_queries.tasks(shown)}
    sections = {
        section.id: words.of(section, "short") for section in readiness_queries.sections(shown)
    }
    lines = [
        f"{one.number}. {words.of(one, 'title')} ({sections[one.section_id]})"
        for one in map(by_id.get, held.of(task.id))
    ]
    st.markdown(f":red[:material/block: {plain(words('plan.holds_up', count=count))}]")
    st.text("\n".join(lines[:MAX_NAMED]))
    if len(lines) > MAX_NAMED:
        with st.expander(
            words("wall.entries_more", count=len(lines) - MAX_NAMED), key=f"plan.held.{task.id}"
        ):
            st.text("\n".join(lines[MAX_NAMED:]))
