"""The review's parts, worst first: each row leads to its history, and what was signed is read word for word."""

from datetime import datetime

import streamlit as st

from data.reviews.commands import Signed
from data.reviews.comparison import Comparison
from data.reviews.history import Step
from data.reviews.text import Line, Told, general, told
from data.words import Words
from models.reviews.reviews import Part
from ui.attendance import queries as attendance_queries
from ui.readiness import photographs
from ui.readiness import queries as readiness_queries
from ui.reviews import directives
from ui.reviews import queries as reviews_queries
from ui.reviews.documents import signed_files
from ui.shell import components
from ui.shell.frame import Visit
from ui.shell.moment import Moment

SHOWN, SHOWN_GOOD = 5, 3  # rows of a part; the rest behind one tap, so that five minutes are enough
GOOD = (Part.AMBER, Part.RECOVERED, Part.DONE, Part.STARTED, Part.MEDIA)
MARKS = {
    Part.OWED: ("orange", ":material/assignment_late:"),
    Part.NEW_RED: ("red", ":material/close:"),
    Part.WORSENED: ("orange", ":material/trending_down:"),
    Part.RED: ("red", ":material/close:"),
    Part.INCIDENTS: ("red", ":material/notification_important:"),
    Part.SLIPPED: ("orange", ":material/alarm:"),
    Part.SILENT: ("gray", ":material/question_mark:"),
    Part.DIRECTIVES: ("violet", ":material/gavel:"),
    Part.ATTENDANCE: ("blue", ":material/how_to_reg:"),
    Part.DUE_NEXT: ("blue", ":material/event_upcoming:"),
    Part.MEDIA: ("blue", ":material/campaign:"),
    Part.AMBER: ("orange", ":material/priority_high:"),
    Part.RECOVERED: ("green", ":material/trending_up:"),
    Part.DONE: ("green", ":material/check:"),
    Part.STARTED: ("green", ":material/play_arrow:"),
}
STATUS_OF = {"task": "status", "entry": "entry", "directive": "directive"}


def parts(now: Visit, shown: Moment, found: Comparison) -> None:
    """What the event amounts to, each part that has something in it, and in one line those that have nothing."""
    words = now.words
    st.text(general(found, words))
    all_parts = told(found, words)
    with st.grid(min_column_width=340, key="review_parts"):
        for part in all_parts:
            if part.lines:
                with st.container(border=True, key=f"review_part_{part.part.value}"):
                    one_part(now, shown, part)
    empty = [part.heading for part in all_parts if not part.lines and part.part is not Part.OWED]
    if empty:
        st.caption(words("review.nothing_in", parts=", ".join(empty)))


def one_part(now: Visit, shown: Moment, part: Told) -> None:
    words = now.words
    colour, mark = MARKS[part.part]
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.badge(part.heading, color=colour, icon=mark)
        if part.part is not Part.ATTENDANCE:
            st.text(words.number(len(part.lines)))
    if part.note:
        st.caption(components.plain(part.note))
    most = SHOWN_GOOD if part.part in GOOD else SHOWN
    for one in part.lines[:most]:
        row(now, shown, part.part, one)
    if len(part.lines) > most:
        label = words("review.more", count=len(part.lines) - most)
        more = st.expander(label, key=f"review.more.{part.part.value}", on_change="rerun")
        if more.open:
            with more:
                for one in part.lines[most:]:
                    row(now, shown, part.part, one)


def row(now: Visit, shown: Moment, part: Part, one: Line) -> None:
    """One row: what it is, whose and how it stands; its history is read when somebody opens it."""
    words = now.words
    with st.container(gap=None):
        title = components.plain(one.title)
        key = f"review.row.{part.value}.{one.subject}.{one.id}"
        opened = st.expander(title, key=key, on_change="rerun", type="compact")
        if opened.open:
            with opened:
                if one.subject == "item":
                    arrivals(words, attendance_queries.here_by_quarter(shown, one.id))
                else:
                    history(words, one.subject, reviews_queries.history(shown, one.subject, one.id))
                if one.subject == "directive" and not shown.view.past:
                    directives.withdrawing(now, one.id, key=key)
        st.caption(components.plain(" · ".join(said for said in (one.who, one.state) if said)))
        if one.subject == "task":
            photographs.thumbnails(
                words,
                readiness_queries.photographs(shown).get(one.id, ()),
                key=f"{part.value}_{one.id}",
            )


def history(words: Words, subject: str, steps: list[Step]) -> None:
    """What was reported of a row, in order: when, by which office, what."""
    if not steps:
        st.text(words("review.no_steps"))
    for step in steps:
        key = f"{STATUS_OF.get(subject, 'review')}.{step.what}"
        what = (
            words(key)
            if words.has(key)
            else words("wall.confirmed")
            if subject == "section"
            else words("wall.published")
        )
        said = (
            step.words
            if subject == "section" and step.words
            else " · ".join(part for part in (what, step.words) if part)
        )
        with st.container(gap=None):
            st.text(said)
            st.caption(components.plain(f"{words.moment(step.at)} · {words.fact(step.who)}"))


def arrivals(words: Words, steps: list[tuple[datetime, int]]) -> None:
    """How an item filled, by the quarter of an hour."""
    if not steps:
        st.text(words("review.nobody_came"))
    for at, here in steps:
        st.text(words("review.here_by", at=at, here=here))


def held(now: Visit, shown: Moment) -> None:
    """The reviews held until then; a signed one can be read again."""
    words, reviews = now.words, reviews_queries.reviews_held(shown)
    with st.expander(
        f"{words('review.history')} · {words.number(len(reviews))}", key="review.history"
    ):
        for one in reviews:
            st.text(words("review.held_by", at=one.at, text=one.conclusion))
            if one.number is not None:
                label = words("review.signed_title", number=str(one.number), at=one.at)
                opened = st.expander(
                    label, key=f"review.signed.{one.id}", on_change="rerun", type="compact"
                )
                if opened.open:
                    with opened:
                        signed(now, reviews_queries.signed_review(shown, one.id))


def signed(now: Visit, kept: Signed) -> None:
    """A signed review, word for word as it was signed."""
    words = now.words
    if kept.erased:
        st.info(words("review.erased"))
        return
    if not kept.intact:
        st.error(words("review.changed_since"))
    st.caption(words("review.signed_by", signer=kept.content["meta"]["signer"], at=kept.moment))
    signed_files(now, kept)
    for section in kept.text(words.language):
        st.markdown(f"**{components.plain(section['heading'])}**")
        for paragraph in section["paragraphs"]:
            st.text(paragraph)
        for table in section["tables"]:
            frozen_table(table)
    st.caption(words("review.digest", digest=kept.digest))


def frozen_table(table: dict) -> None:
    headings = [components.plain(column["heading"]) for column in table["columns"]]
    rows = [[components.plain(cell) for cell in cells] for cells in table["rows"]]
    st.table(
        {heading: [cells[place] for cells in rows] for place, heading in enumerate(headings)},
        hide_index=True,
    )
