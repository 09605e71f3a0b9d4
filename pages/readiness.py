"""A section's page for its lead, on a telephone: what matters now, one tap for a status, one for
no change.
"""

from collections.abc import Callable

import streamlit as st

from models.access.people import may
from models.readiness.tasks import TaskSnapshot
from ui.readiness import queries as readiness_queries
from ui.readiness import sections as readiness_sections
from ui.readiness import tasks
from ui.reviews import directives
from ui.roll_calls import answer as roll_call_answer
from ui.shell import choices, frame, live

here = frame.require("update")


def own_section(ctx: frame.Visit):
    """The section shown: one's own; anyone who may report for all of them chooses."""
    sections = readiness_queries.sections(ctx.moment)
    own = next((section for section in sections if section.key == ctx.person.section_key), None)
    if own and not may(ctx.person, "report_status"):
        return own
    by_id = {section.id: section for section in sections}
    chosen = choices.selectbox(
        ctx.words("update.choose"),
        list(by_id),
        index=sections.index(own) if own else 0,
        format_func=lambda number: ctx.words.of(by_id[number], "short"),
        key=f"update.section.{ctx.moment.event.id}",
    )
    return by_id[chosen]


@st.fragment(key="update.section_fragment", run_every=60)
def section_page() -> None:
    ctx = frame.visit()
    if not readiness_queries.sections(ctx.moment):  # an event that has just begun
        live.watch("readiness", shown=ctx.moment)
        st.info(ctx.words("update.no_sections"))
        return
    section = own_section(ctx)
    # Sixty leads tap, and each of them shows this region; a person's own tap is drawn at once.
    watched = {"section": section.id, "shown": ctx.moment}
    live.watch("readiness", "incidents", "reviews", throttle=10, **watched)
    # Each region in a container: what appears in one must not move the others, since a card that
    # moves loses half a note.
    with st.container():
        readiness_sections.freshness(ctx, section)
    with st.container():
        directives.own(ctx, section)
    if not ctx.may("report_status", section=section.key):
        st.info(ctx.words("update.not_yours"))
        return
    with st.container():
        readiness_sections.headline(ctx, section)
    task_lists(ctx, section)
    tasks.seen()


def task_lists(ctx: frame.Visit, section) -> None:
    """The pressing tasks (in trouble, overdue, or due within two days), then the others folded."""
    by_id = {task.id: task for task in readiness_queries.tasks(ctx.moment)}
    own = [task for task in by_id.values() if task.section_id == section.id]
    needs = {
        task: [by_id[number] for number in numbers]
        for task, numbers in readiness_queries.prerequisites(ctx.moment).items()
    }
    # Read once for all cards: each read of the cache copies the whole answer.
    photographs = readiness_queries.photographs(ctx.moment)
    held = readiness_queries.held_up(ctx.moment)

    def draw(shown: list[TaskSnapshot]) -> None:
        for task in shown:
            about = {
                "needs": needs.get(task.id, []),
                "photographs": photographs.get(task.id, ()),
                "holds": held.count(task.id) > 0,
            }
            tasks.card(ctx, task, **about)

    pressing, rest = tasks.arranged(section.id, own, ctx.at)
    st.markdown(f"**{ctx.words('update.now')}**")
    draw(pressing)
    if not pressing:
        st.text(ctx.words("update.nothing_now"))
    folded_tasks(ctx, rest, draw)


def folded_tasks(
    ctx: frame.Visit, rest: list[TaskSnapshot], draw: Callable[[list[TaskSnapshot]], None]
) -> None:
    """The other tasks, folded away."""
    folded = choices.expander(ctx.words("update.rest"), key="update.rest")
    # Drawing them only when opened saves half of what sixty telephones show.
    if folded.open or tasks.first_run() or any(map(tasks.drafted, rest)):
        with folded:
            draw(rest)


roll_call_answer.card()
section_page()
