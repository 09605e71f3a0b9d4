"""The reads of reviews for pages; a cached one is computed once per revision for all viewers."""

from datetime import datetime, timedelta

import streamlit as st

from data.reviews import queries as reviews
from data.reviews.comparison import Comparison, compare
from data.reviews.directives import directives_at
from data.reviews.history import Step, history_of
from data.reviews.queries import HeldReview, SignedReviewSnapshot
from data.storage import database
from models.reviews.directives import DirectiveSnapshot
from ui.shell.cache import ENTRIES, shared
from ui.shell.moment import Moment

COMPARED = ("readiness", "incidents", "programme", "attendance", "media", "reviews", "answers")


def comparison(moment: Moment, since: datetime) -> Comparison:
    """The moment against another one (`data.reviews.comparison.BEGINNING`: everything)."""
    # A day before now moves with the clock: a key for each second would never be hit.
    moves = not moment.view.past and moment.view.moment - since == timedelta(days=1)
    key = since.replace(second=0, microsecond=0) if moves else since
    return _comparison(moment.key_of(*COMPARED), key, moment)


@st.cache_data(max_entries=ENTRIES, show_spinner=False)
def _comparison(key: tuple[object, ...], since: datetime, _moment: Moment) -> Comparison:
    with database.reading() as session:
        return compare(session, _moment.event, since, _moment.view)


def history(moment: Moment, subject: str, number: int) -> list[Step]:
    """The history of one row of a review, oldest first; not cached: one reader opens it."""
    with database.reading() as session:
        return history_of(session, moment.event, subject, number, moment.view)


def directives(moment: Moment) -> tuple[DirectiveSnapshot, ...]:
    """Every decision and directive, open ones first."""
    return _directives(moment.key_of("reviews"), moment)


@shared(ENTRIES)
def _directives(key: tuple[object, ...], _moment: Moment) -> tuple[DirectiveSnapshot, ...]:
    with database.reading() as session:
        return tuple(directives_at(session, _moment.event, _moment.view))


def signed_review(moment: Moment, review_id: int) -> SignedReviewSnapshot:
    """A signed review as at the moment; its words never change, but may be erased."""
    with database.reading() as session:
        return reviews.signed_review(session, moment.event, review_id, moment.view)


def next_review_number(moment: Moment) -> int:
    """The next free number of a document."""
    return _next_review_number(moment.key_of("reviews"), moment)


@st.cache_data(max_entries=4, show_spinner=False)
def _next_review_number(key: tuple[object, ...], _moment: Moment) -> int:
    with database.reading() as session:
        return reviews.next_number(session, _moment.event)


def reviews_held(moment: Moment) -> list[HeldReview]:
    """The reviews held up to the moment, newest first."""
    return _reviews(moment.key_of("reviews"), moment)


@st.cache_data(max_entries=ENTRIES, show_spinner=False)
def _reviews(key: tuple[object, ...], _moment: Moment) -> list[HeldReview]:
    with database.reading() as session:
        return reviews.reviews_until(session, _moment.event, _moment.view)
