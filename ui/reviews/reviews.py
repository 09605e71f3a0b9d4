"""A review as a table worst first, the history of its chosen row; and earlier reviews."""

from dataclasses import asdict
from datetime import datetime

import streamlit as st

from data.reviews.commands import withdraw_review
from data.reviews.comparison import Comparison
from data.reviews.history import Step
from data.reviews.queries import HeldReview, SignedReviewSnapshot
from data.reviews.text import Line, PartText, general, parts_of
from data.words import Words
from models.documents import Content
from models.reviews.reviews import REASON_LENGTH, Part
from ui.attendance import queries as attendance_queries
from ui.readiness import photographs
from ui.readiness import queries as readiness_queries
from ui.reviews import directives
from ui.reviews import queries as reviews_queries
from ui.reviews.documents import signed_files
from ui.shell import choices, commands, table
from ui.shell.frame import Visit
from ui.shell.moment import Moment
from ui.shell.plain import plain
from ui.shell.table import Column, Row

KEY = "review.table"
GOOD = (Part.RECOVERED, Part.DONE, Part.STARTED, Part.MEDIA)
"""What needs no decision, and is shown for whoever asks for it."""
TONES = {
    Part.OWED: "orange",
    Part.NEW_RED: "red",
    Part.WORSENED: "orange",
    Part.RED: "red",
    Part.INCIDENTS: "red",
    Part.SLIPPED: "orange",
    Part.CHANGED: "blue",
    Part.SILENT: "gray",
    Part.DIRECTIVES: "blue",
    Part.ANSWERS: "red",
    Part.ATTENDANCE: "blue",
    Part.DUE_NEXT: "blue",
    Part.MEDIA: "blue",
    Part.AMBER: "orange",
    Part.RECOVERED: "green",
    Part.DONE: "green",
    Part.STARTED: "green",
}
STATUS_OF = {
    "task": "status",
    "entry": "entry",
    "directive": "directive",
    "petition": "petition_state",
}


def parts(ctx: Visit, found: Comparison) -> None:
    """The figures, the rows of each part, and in one line the parts that are left out."""
    words = ctx.words
    st.text(general(found, words))
    all_parts = parts_of(found, words)
    for part in all_parts:
        if part.lines and part.note:
            st.caption(plain(part.note))
    good = [part for part in all_parts if part.part in GOOD and part.lines]
    every = bool(good) and st.toggle(
        words("review.show_good", parts=", ".join(counted(words, part) for part in good)),
        key="review.good",
    )
    table.table(
        KEY,
        [
            Column(words("review.column_what"), "opens", wraps=True),
            Column(words("review.column_who"), width="22%", wraps=True),
            Column(words("review.column_state"), width="28%", wraps=True),
        ],
        [
            Row(row_id(part.part, one), (one.title, one.who, one.state), part.heading, tone)
            for part in all_parts
            for tone in (TONES[part.part],)
            if every or part.part not in GOOD
            for one in part.lines
        ],
        label=words("review.table"),
        empty=words("review.none"),
    )
    empty = [part.heading for part in all_parts if not part.lines and part.part is not Part.OWED]
    if empty:
        st.caption(words("review.nothing_in", parts=", ".join(empty)))


def counted(words: Words, part: PartText) -> str:
    return f"{part.heading} {words.number(len(part.lines))}"


def row_id(part: Part, one: Line) -> str:
    return f"{part.value}.{one.subject}.{one.id}"


def opened(ctx: Visit, found: Comparison) -> tuple[Part, Line] | None:
    """The part and the line of the chosen row, as long as the review has it."""
    chosen = table.chosen(KEY)
    return next(
        (
            (part.part, one)
            for part in parts_of(found, ctx.words)
            for one in part.lines
            if row_id(part.part, one) == chosen
        ),
        None,
    )


def panel(ctx: Visit, shown: Moment, part: Part, one: Line) -> None:
    """The chosen row: what, who, its state and its history."""
    st.markdown(f"**{plain(one.title)}**")
    st.caption(plain(" · ".join(part for part in (one.who, one.state) if part)))
    if one.subject == "task":
        photographs.thumbnails(
            ctx.words,
            readiness_queries.photographs(shown).get(one.id, ()),
            key=f"{part.value}_{one.id}",
        )
    behind(ctx, shown, one, key=f"review.row.{row_id(part, one)}")
    st.button(ctx.words("plan.close"), key="review.close", type="tertiary", on_click=leave)


def leave() -> None:
    table.choose(KEY, "")


def behind(ctx: Visit, shown: Moment, one: Line, key: str) -> None:
    """The content of an opened row: arrivals of an item, else the history of the subject."""
    if one.subject == "item":
        arrivals(ctx.words, attendance_queries.here_by_quarter(shown, one.id))
    else:
        steps = reviews_queries.history(shown, one.subject, one.id)
        history(ctx.words, one.subject, steps)
    if one.subject == "directive" and not shown.view.past:
        directives.withdrawing(ctx, one.id, key=key)


def history(words: Words, subject: str, steps: list[Step]) -> None:
    """The reports of a subject in order, with moment and office."""
    if not steps:
        st.text(words("review.no_steps"))
    for step in steps:
        with st.container(gap=None):
            st.text(step_line(words, subject, step))
            st.caption(plain(f"{words.moment(step.at)} · {words.fact(step.who)}"))


def step_line(words: Words, subject: str, step: Step) -> str:
    """What a step was, and its words; of a section its headline alone."""
    if subject == "section" and step.words:
        return step.words
    key = f"{STATUS_OF.get(subject, 'review')}.{step.what}"
    if not words.has(key):
        key = "wall.confirmed" if subject == "section" else "wall.published"
    return " · ".join(part for part in (words(key), step.words) if part)


def arrivals(words: Words, steps: list[tuple[datetime, int]]) -> None:
    """The delegates present at an item, by the quarter of an hour."""
    if not steps:
        st.text(words("review.nobody_came"))
    for at, here in steps:
        st.text(words("review.here_by", at=at, here=here))


def held(ctx: Visit, shown: Moment) -> None:
    """The reviews held up to the moment; a signed one opens word for word."""
    words, reviews = ctx.words, reviews_queries.reviews_held(shown)
    title = f"{words('review.history')} · {words.number(len(reviews))}"
    with st.expander(title, key="review.history"):
        for one in reviews:
            st.text(words("review.held_by", at=one.at, text=one.conclusion))
            if one.number is not None:
                signed_box(ctx, shown, one)


def signed_box(ctx: Visit, shown: Moment, one: HeldReview) -> None:
    """A signed review, folded; it is read when it is opened."""
    title = "review.withdrawn_title" if one.withdrawn else "review.signed_title"
    label = ctx.words(title, number=str(one.number), at=one.at)
    opened = choices.expander(label, key=f"review.signed.{one.id}", type="compact")
    if opened.open:
        with opened:
            review = reviews_queries.signed_review(shown, one.id)
            signed(ctx, review)
            if not shown.view.past and not review.withdrawal:
                withdrawing(ctx, review)


def withdrawing(ctx: Visit, review: SignedReviewSnapshot) -> None:
    """The withdrawal of a signed review with its reason, for those who may."""
    if not ctx.may("withdraw_review"):
        return
    words, key = ctx.words, f"review.withdraw.{review.id}"
    with st.popover(words("review.withdraw"), icon=":material/block:", key=f"{key}.box"):
        st.text(words("review.withdraw_why"))
        st.text_input(words("review.withdraw_reason"), key=f"{key}.reason", max_chars=REASON_LENGTH)
        st.button(
            words("review.withdraw"),
            key=key,
            on_click=withdraw,
            args=(key, review.id, review.number),
        )
        commands.refused(key, words)


def withdraw(form: str, review_id: int, number: int) -> None:
    reason = st.session_state[f"{form}.reason"]
    if commands.perform(form, withdraw_review, review_id=review_id, reason=reason):
        commands.say("review.withdrawn", number=str(number))


def signed(ctx: Visit, review: SignedReviewSnapshot) -> None:
    """A signed review, word for word, and first of all whether it was withdrawn."""
    words = ctx.words
    if review.withdrawal:
        st.warning(
            plain(words("review.withdrawn_by", **asdict(review.withdrawal))),
            icon=":material/block:",
        )
    if review.erased:
        st.info(words("review.erased"))
        return
    if not review.intact:
        st.error(words("review.changed_since"))
    signer = words("review.signed_by", signer=review.content["meta"]["signer"], at=review.moment)
    st.caption(plain(signer))
    signed_files(ctx, review, key="review.report")
    text(review.text(words.language))
    st.caption(words("review.digest", digest=review.digest))


def text(sections: list[Content]) -> None:
    """The text of a review as it is, or will be, signed."""
    for section in sections:
        st.markdown(f"**{plain(section['heading'])}**")
        for paragraph in section["paragraphs"]:
            st.text(paragraph)
        for one in section["tables"]:
            frozen_table(one)


def frozen_table(content: Content) -> None:
    """A table of a signed review's content."""
    headings = [plain(column["heading"]) for column in content["columns"]]
    rows = [[plain(cell) for cell in cells] for cells in content["rows"]]
    columns = zip(*rows, strict=True) if rows else [()] * len(headings)
    st.table(dict(zip(headings, map(list, columns), strict=True)), hide_index=True)
