"""The review's parts: what turned between two moments, what is in trouble, what lies ahead."""

from collections.abc import Callable
from datetime import datetime, timedelta

import streamlit as st

from data.words import Words
from models.attendance import Headcount
from models.board import focus
from models.readiness import Level, Status, TaskStanding
from models.reviews import Turn, Turned, turned
from ui import components, feeds
from ui.feeds import Moment

AHEAD = timedelta(days=2)


def changes(words: Words, shown: Moment, since: datetime) -> None:
    """The tasks that stand differently than at `since`, worsened ones first."""
    before = {task.id: task for task in feeds.tasks(feeds.at(shown, since))}
    found = [turn for task in feeds.tasks(shown) if (turn := turned(before[task.id], task))]
    st.subheader(
        words("review.changed", since=since) if since > shown.view.moment - timedelta(days=399) else words("review.start"),
        anchor=False,
    )
    if not found:
        st.text(words("review.nothing_changed"))
    with st.grid(min_column_width=300, key="review_turns"):
        for turn in Turn:
            chosen = [one for one in found if one.turn is turn]
            if chosen:
                with st.container(border=True):
                    st.markdown(f"**{words(f'review.{turn.value}')}** · {words.number(len(chosen))}")
                    fold(chosen, lambda one: turn_line(words, one), words)


def fold(found: list, draw: Callable, words: Words, *, most: int = 6) -> None:
    """Draws the first few; the rest behind one tap, so that five minutes are enough."""
    for one in found[:most]:
        draw(one)
    if len(found) > most:
        with st.expander(words("wall.entries_more", count=len(found) - most)):
            for one in found[most:]:
                draw(one)


def turn_line(words: Words, one: Turned) -> None:
    with st.container(gap=None):
        st.text(f"{one.task.number}. {words.of(one.task, 'title')}")
        told = [
            words(f"status.{one.task.status.value}"),
            words("review.was", level=words(f"level.{one.was.value}")),
            one.task.note,
        ]
        st.caption(components.plain(" · ".join(part for part in told if part)))


def troubles(words: Words, shown: Moment) -> None:
    """Red, amber, overdue; then the open log entries."""
    tasks = feeds.tasks(shown)
    kinds = {
        "red": [task for task in tasks if task.level is Level.LATE],
        "amber": [task for task in tasks if task.level is Level.AT_RISK],
        "overdue": [task for task in tasks if task.overdue],
    }
    for kind, found in kinds.items():
        heading(words, kind, len(found))
        fold(found, lambda task: task_line(words, shown, task), words)
    waiting = sorted((entry for entry in feeds.entries(shown) if entry.open), key=lambda entry: (entry.priority, -entry.number))
    heading(words, "entries", len(waiting))
    fold(waiting, lambda entry: st.text(f"P{entry.priority} #{entry.number:03d} {entry.text}"), words)


def heading(words: Words, name: str, number: int) -> None:
    st.markdown(f"**{words(f'review.{name}')}** · {words.number(number)}")
    if not number:
        st.caption(words("review.none"))


def task_line(words: Words, shown: Moment, task: TaskStanding) -> None:
    """One task: level, title, due, why."""
    names = {section.id: words.of(section, "short") for section in feeds.sections(shown)}
    late = shown.view.moment - task.due_at
    due = words("review.overdue_by", span=words.age(late)) if task.overdue else words("review.due", at=task.due_at)
    with st.container(gap=None):
        with st.container(horizontal=True, wrap=False, vertical_alignment="top", gap="small"):
            components.level_badge(task.level, words)
            st.text(f"{task.number}. {words.of(task, 'title')}", width="stretch")
        st.caption(components.plain(" · ".join(part for part in (names[task.section_id], due, task.owner, task.note) if part)))


def ahead(words: Words, shown: Moment) -> None:
    """Silent sections, what falls due in two days, attendance and media in a line each."""
    moment = shown.view.moment
    silent = [section for section in feeds.sections(shown) if section.silent or section.confirmed_at is None]
    heading(words, "silent", len(silent))
    for section in silent:
        ago = words("update.last_confirmed", ago=words.ago(moment - section.confirmed_at)) if section.confirmed_at else ""
        st.text(" · ".join(part for part in (words.of(section, "short"), ago or words("wall.never")) if part))
    due = [task for task in feeds.tasks(shown) if task.status is not Status.DONE and moment <= task.due_at <= moment + AHEAD]
    due.sort(key=lambda task: task.due_at)
    heading(words, "due_soon", len(due))
    fold(due, lambda task: task_line(words, shown, task), words)
    figures(words, shown)


def figures(words: Words, shown: Moment) -> None:
    items = feeds.items(shown)
    group = focus(items, now=shown.view.moment)
    counts = sum(feeds.headcounts(shown, [item.id for item in group]).values(), Headcount())
    st.markdown(f"**{words('review.attendance')}** · {' · '.join(words.of(item, 'short') for item in group)}")
    st.text(words("attendance.present_of", here=counts.here, expected=counts.expected))
    media = feeds.media_items(shown)
    st.markdown(f"**{words('review.media')}**")
    published, late = sum(item.published_at is not None for item in media), sum(item.late for item in media)
    st.text(words("review.media_line", published=published, planned=len(media), late=late))


def history(words: Words, shown: Moment) -> None:
    """The reviews held until then."""
    held = feeds.reviews_held(shown)
    with st.expander(f"{words('review.history')} · {words.number(len(held))}", key="review.history"):
        for known in held:
            st.text(words("review.held_by", at=known.at, text=known.conclusion))
