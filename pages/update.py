"""A section's page for its lead, on a telephone: what matters now, one tap for a status, one for no change."""

from datetime import timedelta

import streamlit as st

from data.readiness import confirm_section, report_status, set_headline
from models.people import may
from models.readiness import HEADLINE_LENGTH, NEEDS_NOTE, NOTE_LENGTH, Level, Status
from ui import actions, components, feeds, frame, live

here = frame.require("update")

SOON = timedelta(days=2)
CHOICES = [Status.ON_TRACK, Status.AT_RISK, Status.OFF_TRACK, Status.BLOCKED, Status.DONE]


def own_section(now: frame.Visit):
    """The section shown: one's own; whoever may report for all of them chooses."""
    sections = feeds.sections(now.moment)
    own = next((section for section in sections if section.key == now.person.section_key), None)
    if own and not may(now.person, "report_status"):
        return own
    return st.selectbox(
        now.words("update.choose"),
        sections,
        index=sections.index(own) if own else 0,
        format_func=lambda section: now.words.of(section, "short"),
        key="update.section",
    )


@st.fragment(key="update.section_fragment", run_every=60)
def section_page() -> None:
    now = frame.visit()
    live.watch(now.moment, now.words, "readiness")
    section = own_section(now)
    freshness(now, section)
    if not now.may("report_status", section=section.key):
        st.info(now.words("update.not_yours"))
        return
    headline(now, section)
    task_lists(now, section)


def freshness(now: frame.Visit, section) -> None:
    """How the section stands, when it was last confirmed, and the one tap that renews it."""
    words = now.words
    with st.container(horizontal=True, vertical_alignment="center"):
        st.subheader(words.of(section, "short"), anchor=False, width="content")
        components.level_badge(components.section_level(section), words)
        st.text(f"{words.number(section.done)}/{words.number(section.total)} {words('wall.tasks')}")
    if section.confirmed_at is None:
        st.text(words("update.never_confirmed"))
    else:
        said = words("update.last_confirmed", ago=words.ago(now.moment.view.moment - section.confirmed_at))
        (st.warning if section.silent else st.text)(f"{words('update.silent')} · {said}" if section.silent else said)
    if now.may("confirm_section", section=section.key):
        form = f"confirm.{section.id}"
        st.button(
            words("update.no_change"),
            key="update.no_change",
            type="primary",
            icon=":material/done_all:",
            width="stretch",
            help=words("update.no_change_why"),
            on_click=confirm,
            args=(form, section.id),
        )
        actions.refused(form, words)


def confirm(form: str, section_id: int) -> None:
    if report := actions.perform(form, confirm_section, section_id=section_id):
        actions.say("update.confirmed", at=report.at)


def headline(now: frame.Visit, section) -> None:
    """The line on the section's tile."""
    words, form, key = now.words, f"headline.{section.id}", f"update.headline.{section.id}"
    if section.headline:
        st.caption(words("update.headline"))
        st.text(section.headline)
    with st.expander(words("update.headline"), icon=":material/tv:", key="update.headline_box"):
        st.text_input(words("update.headline"), key=key, max_chars=HEADLINE_LENGTH, placeholder=words("update.headline_hint"))
        st.button(words("update.headline_save"), key="update.headline_save", on_click=put_headline, args=(form, key, section.id))
    actions.refused(form, words)


def put_headline(form: str, key: str, section_id: int) -> None:
    if report := actions.perform(form, set_headline, section_id=section_id, headline=st.session_state[key]):
        st.session_state[key] = ""
        actions.say("update.headline_saved", text=report.headline)


def task_lists(now: frame.Visit, section) -> None:
    """What matters now on top: in trouble, overdue, or due within two days; the rest folded away."""
    moment = now.moment.view.moment
    own = [task for task in feeds.tasks(now.moment) if task.section_id == section.id]
    pressing = [task for task in own if matters(task, moment) or f"draft.{task.id}" in st.session_state]
    rest = [task for task in own if task not in pressing]
    order = list(Level)
    st.markdown(f"**{now.words('update.now')}**")
    for task in sorted(pressing, key=lambda task: (order.index(task.level), task.due_at)):
        task_card(now, task)
    if not pressing:
        st.text(now.words("update.nothing_now"))
    with st.expander(now.words("update.rest", number=len(rest)), key="update.rest"):
        for task in sorted(rest, key=lambda task: (task.status is Status.DONE, task.due_at)):
            task_card(now, task)


def matters(task, moment) -> bool:
    return task.status is not Status.DONE and (task.level in (Level.LATE, Level.AT_RISK) or task.due_at < moment + SOON)


def task_card(now: frame.Visit, task) -> None:
    """One task: its title, its due time, its status in one tap, and the note where it is in trouble."""
    words = now.words
    with st.container(border=True, key=f"task_{task.id}"):
        st.markdown(f"**{task.number}. {components.plain(words.of(task, 'title'))}**")
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            components.status_badge(task.status, words)
            if task.overdue:
                st.badge(words("status.overdue"), color="red", icon=":material/alarm:")
            if task.critical:
                st.badge(words("update.critical"), color="violet", icon=":material/priority:")
            st.caption(words("update.due", at=task.due_at))
        if task.note:
            st.text(task.note)
        st.segmented_control(
            words("update.status_of", number=str(task.number)),
            CHOICES,
            key=choice_key(task),
            default=task.status if task.status in CHOICES else None,
            format_func=lambda status: words(f"status.{status.value}"),
            label_visibility="collapsed",
            wrap=True,
            on_change=choose,
            args=(task,),
        )
        note_form(now, task)
        actions.refused(f"task.{task.id}", words)


def choice_key(task) -> str:
    """New with every report, so that the control shows what is recorded and not what was tapped once."""
    return f"update.status.{task.id}.{task.reported_at.timestamp() if task.reported_at else 0}"


def choose(task) -> None:
    """A tap on a status: recorded at once, or a note is asked for first."""
    status = st.session_state[choice_key(task)]
    if status is None:
        return
    if status in NEEDS_NOTE:
        st.session_state[f"draft.{task.id}"] = status
        return
    save(task.id, status, "")


def note_form(now: frame.Visit, task) -> None:
    status, words = st.session_state.get(f"draft.{task.id}"), now.words
    if status is None:
        return
    st.text_area(
        f"{words(f'status.{status.value}')} – {words('update.note')}",
        key=f"update.note.{task.id}",
        max_chars=NOTE_LENGTH,
        placeholder=words("update.note_hint"),
        height=80,
    )
    with st.container(horizontal=True):
        st.button(words("update.note_save"), key=f"update.save.{task.id}", type="primary", on_click=save_note, args=(task.id, status))
        st.button(words("update.cancel"), key=f"update.cancel.{task.id}", on_click=drop, args=(task,))


def save_note(task_id: int, status: Status) -> None:
    save(task_id, status, st.session_state[f"update.note.{task_id}"])


def save(task_id: int, status: Status, note: str) -> None:
    if actions.perform(f"task.{task_id}", report_status, task_id=task_id, status=status.value, note=note):
        st.session_state.pop(f"draft.{task_id}", None)


def drop(task) -> None:
    for key in (f"draft.{task.id}", f"refused.task.{task.id}", choice_key(task)):
        st.session_state.pop(key, None)


section_page()
