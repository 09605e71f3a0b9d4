"""The cached reads of reviews: each is computed once per revision for all viewers."""

from datetime import datetime, timedelta

import streamlit as st

from data.reviews import commands as reviews_commands
from data.reviews import comparison as comparisons
from data.reviews import directives as orders
from data.reviews import history as reviews_history
from data.reviews.comparison import Comparison
from data.storage import database
from ui.shell.cache import ENTRIES, shared
from ui.shell.moment import Moment

COMPARED = ("readiness", "incidents", "programme", "attendance", "media", "reviews")


def comparison(moment: Moment, since: datetime) -> Comparison:
    """The moment against another one (`data.comparison.BEGINNING`: everything)."""
    key = (
        since.replace(second=0, microsecond=0)
        if not moment.view.past and _rolls(moment, since)
        else since
    )
    return _comparison(moment.key_of(*COMPARED), key, moment)


def _rolls(moment: Moment, since: datetime) -> bool:
    """Whether the other moment goes along with the clock: a key for every second would never be met again."""
    return (moment.view.moment - since) == timedelta(days=1)


@st.cache_data(max_entries=ENTRIES, show_spinner=False)
def _comparison(key: tuple, since: datetime, _moment: Moment) -> Comparison:
    with database.reading() as session:
        return comparisons.compare(session, _moment.event, since, _moment.view)


def history(moment: Moment, subject: str, number: int) -> list:
    """What was reported of one row of a review (`data.review_history.Step`), oldest first; not cached: one reader opens it."""
    with database.reading() as session:
        return reviews_history.history_of(
            session, moment.event, subject, number, moment.view.moment
        )


def directives(moment: Moment) -> tuple:
    """Every decision and directive (`models.directives.DirectiveSnapshot`), the open ones first."""
    return _directives(moment.key_of("reviews"), moment)


@shared(ENTRIES)
def _directives(key: tuple, _moment: Moment) -> tuple:
    with database.reading() as session:
        return tuple(orders.directives_at(session, _moment.event, _moment.view.moment))


def signed_review(moment: Moment, review_id: int) -> reviews_commands.Signed:
    """A signed review; it never changes, but its words may be erased."""
    with database.reading() as session:
        return reviews_commands.signed_review(session, moment.event, review_id)


def next_review_number(moment: Moment) -> int:
    return _next_review_number(moment.key_of("reviews"), moment)


@st.cache_data(max_entries=4, show_spinner=False)
def _next_review_number(key: tuple, _moment: Moment) -> int:
    with database.reading() as session:
        return reviews_commands.next_number(session, _moment.event)


def reviews_held(moment: Moment) -> list:
    """The reviews held up to the moment (`data.reviews.Held`), newest first."""
    return _reviews(moment.key_of("reviews"), moment)


@st.cache_data(max_entries=ENTRIES, show_spinner=False)
def _reviews(key: tuple, _moment: Moment) -> list:
    with database.reading() as session:
        return reviews_commands.reviews_until(session, _moment.event, _moment.view.moment)
