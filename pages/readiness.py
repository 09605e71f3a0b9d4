"""A section's page for its lead, on a telephone: what matters now, one tap for a status, one for
no change.
"""

import streamlit as st

from models.access.people import may
from models.readiness.sections import SectionSnapshot
from models.readiness.tasks import TaskSnapshot, Urgency
from ui.readiness import foot, tasks
from ui.readiness import queries as readiness_queries
from ui.readiness import sections as readiness_sections
from ui.reviews import directives
from ui.roll_calls import answer as roll_call_answer
from ui.shell import choices, frame, live

here = frame.require("update")

HEADINGS = {
    Urgency.TROUBLE: "update.in_trouble",
    Urgency.TODAY: "update.today",
    Urgency.TOMORROW: "update.tomorrow",
}
FOLDED = {"update.rest": Urgency.LATER, "update.done_tasks": Urgency.DONE}


def own_section(ctx: frame.Visit) -> SectionSnapshot | None:
    """The section shown: one's own; who has several, or may report for all, chooses first."""
    sections = readiness_queries.sections(ctx.moment)
    own = [section for section in sections if section.key in ctx.person.section_keys]
    if not may(ctx.person, "report_status") and len(own) < 2:
        return own[0] if own else None
    by_id = {section.id: section for section in own or sections}
    chosen = choices.selectbox(
        ctx.words("update.choose"),
        list(by_id),
        index=0 if own else None,
        format_func=lambda number: ctx.words.of(by_id[number], "short"),
        placeholder=ctx.words("update.choose_first"),
        key=f"update.section.{ctx.moment.event.id}",
    )
    return by_id.get(chosen)


@st.fragment(key="update.section_fragment", run_every=60)
def section_page() -> None:
    ctx = frame.part_of("update")
    if not readiness_queries.sections(ctx.moment):  # an event that has just begun
        live.watch("readiness", shown=ctx.moment)
        st.info(ctx.words("update.no_sections"))
        return
    section = own_section(ctx)
    # Sixty leads tap, and each of them shows this region; a person's own tap is drawn at once.
    watched = {"section": section.id if section else None, "shown": ctx.moment}
    live.watch("readiness", "incidents", "reviews", throttle=10, **watched)
    # Each region in a container: what appears in one must not move the others, since a card that
    # moves loses half a note.
    with st.container():
        if section:
            readiness_sections.freshness(ctx, section)
    with st.container():
        directives.own(ctx, [section] if section else [])
    if section is None or not ctx.may("report_status", section=section.key):
        if not may(ctx.person, "report_status"):
            st.info(ctx.words("update.not_yours"))
        return
    task_lists(ctx, section)
    with st.container():
        readiness_sections.headline(ctx, section)
    foot.acts(ctx, section)
    tasks.seen()


def task_lists(ctx: frame.Visit, section: SectionSnapshot) -> None:
    """The pressing tasks by urgency (in trouble, due today, due tomorrow), then the others and
    those that are done, folded.
    """
    known = tasks.around(ctx)
    own = [task for task in known.by_id.values() if task.section_id == section.id]
    arranged = tasks.arranged(ctx, section.id, own)
    for urgency in HEADINGS:
        if arranged[urgency]:
            st.markdown(f"**{ctx.words(HEADINGS[urgency])}**")
        for task in arranged[urgency]:
            tasks.card(ctx, task, known)
    if not any(arranged[urgency] for urgency in HEADINGS):
        tasks.nothing_presses(ctx, arranged[Urgency.LATER])
    for name, urgency in FOLDED.items():
        folded_tasks(ctx, name, arranged[urgency], known)


def folded_tasks(
    ctx: frame.Visit, name: str, folded: list[TaskSnapshot], known: tasks.Around
) -> None:
    """Tasks that need nobody now, folded away."""
    if not folded:
        return
    box = choices.expander(ctx.words(name, count=len(folded)), key=name)
    # Drawing them only when opened saves half of what sixty telephones show.
    if box.open or tasks.first_run() or any(map(tasks.drafted, folded)):
        with box:
            for task in folded:
                tasks.card(ctx, task, known)


roll_call_answer.card()
section_page()
