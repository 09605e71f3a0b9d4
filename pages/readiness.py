"""A section's page for its lead, on a telephone: what matters now, one tap for a status, one for no change."""

import streamlit as st

from data.readiness.tasks import set_headline
from models.access.people import may
from models.readiness.tasks import HEADLINE_LENGTH, TaskSnapshot
from ui.readiness import queries as readiness_queries
from ui.readiness import sections as readiness_sections
from ui.readiness import tasks
from ui.reviews import directives
from ui.roll_calls import answer as roll_call_answer
from ui.shell import commands, frame, live

here = frame.require("update")


def own_section(now: frame.Visit):
    """The section shown: one's own; whoever may report for all of them chooses."""
    sections = readiness_queries.sections(now.moment)
    own = next((section for section in sections if section.key == now.person.section_key), None)
    if own and not may(now.person, "report_status"):
        return own
    by_id = {section.id: section for section in sections}
    chosen = st.selectbox(
        now.words("update.choose"),
        list(by_id),
        index=sections.index(own) if own else 0,
        format_func=lambda number: now.words.of(by_id[number], "short"),
        key=f"update.section.{now.moment.event.id}",
    )
    return by_id[chosen]


@st.fragment(key="update.section_fragment", run_every=60)
def section_page() -> None:
    # Sixty leads tap, and each of them shows this; one's own tap is drawn at once.
    live.watch("readiness", "incidents", "reviews", throttle=10)
    now = frame.visit()
    section = own_section(now)
    with st.container():  # what comes and goes in one region must not push the others: a card that moves loses half a note
        readiness_sections.freshness(now, section)
    with st.container():
        directives.own(now, section)
    if not now.may("report_status", section=section.key):
        st.info(now.words("update.not_yours"))
        return
    with st.container():
        headline(now, section)
    task_lists(now, section)
    tasks.seen()


def headline(now: frame.Visit, section) -> None:
    """The line on the section's tile."""
    words, form, key = now.words, f"headline.{section.id}", f"update.headline.{section.id}"
    if section.headline:
        st.caption(words("update.headline"))
        st.text(section.headline)
    with st.expander(
        words("update.headline_edit"), icon=":material/edit:", key="update.headline_box"
    ):
        st.text_input(
            words("update.headline"),
            key=key,
            max_chars=HEADLINE_LENGTH,
            placeholder=words("update.headline_hint"),
        )
        st.button(
            words("update.headline_save"),
            key="update.headline_save",
            on_click=put_headline,
            args=(form, key, section.id),
        )
    commands.refused(form, words)


def put_headline(form: str, key: str, section_id: int) -> None:
    if report := commands.perform(
        form, set_headline, section_id=section_id, headline=st.session_state[key]
    ):
        st.session_state[key] = ""
        commands.say("update.headline_saved", text=report.headline)


def task_lists(now: frame.Visit, section) -> None:
    """What matters now on top: in trouble, overdue, or due within two days; the rest folded away."""
    moment = now.moment.view.moment
    by_id = {task.id: task for task in readiness_queries.tasks(now.moment)}
    own = [task for task in by_id.values() if task.section_id == section.id]
    needs = {
        task: [by_id[number] for number in numbers]
        for task, numbers in readiness_queries.prerequisites(now.moment).items()
    }
    # Once for all cards: each reading of a cache makes what it holds anew.
    photographs, held = (
        readiness_queries.photographs(now.moment),
        readiness_queries.held_up(now.moment),
    )

    def draw(task: TaskSnapshot) -> None:
        about = {
            "needs": needs.get(task.id, []),
            "photographs": photographs.get(task.id, ()),
            "holds": held.count(task.id) > 0,
        }
        tasks.card(now, task, **about)

    pressing, rest = tasks.arranged(section.id, own, moment)
    st.markdown(f"**{now.words('update.now')}**")
    for task in pressing:
        draw(task)
    if not pressing:
        st.text(now.words("update.nothing_now"))
    # Without their number: with another label it would be another one, and shut.
    folded = st.expander(now.words("update.rest"), key="update.rest", on_change="rerun")
    # Half of all that sixty telephones show would else be drawn for nobody.
    if folded.open or tasks.first_run() or any(map(tasks.drafted, rest)):
        with folded:
            for task in rest:
                draw(task)


roll_call_answer.card()
section_page()
