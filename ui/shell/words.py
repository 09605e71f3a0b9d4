"""The visitor's language, and the words in it."""

from datetime import datetime
from zoneinfo import ZoneInfo

import streamlit as st

from data.words import DEFAULT, LANGUAGES, USUAL, Words, event_words
from models.events.event import Event

COOKIE = "san_sang_language"
SPEECH = "speech"  # by which nouns the event of this tab speaks, and whether in Vietnamese only
ZONE_BEFORE_EVENT = ZoneInfo("Asia/Ho_Chi_Minh")


def language() -> str:
    """The language chosen in this tab, else the address's `lang`, else the cookie's, else
    Vietnamese; Vietnamese wherever the event that this tab shows is so only.
    """
    if is_alone():
        return DEFAULT
    if "language" not in st.session_state:
        candidates = (st.query_params.get("lang"), st.context.cookies.get(COOKIE))
        chosen = next((one for one in candidates if one in LANGUAGES), DEFAULT)
        st.session_state["language"] = chosen
    return st.session_state["language"]


def is_alone() -> bool:
    """Whether the event that this tab shows is Vietnamese only."""
    return bool(st.session_state.get(SPEECH, (USUAL, False))[1])


def switch_language() -> None:
    st.session_state["language"] = LANGUAGES[1 - LANGUAGES.index(language())]
    # A tap that ends somebody's typing is sent together with what was typed, as one run of the
    # region around that field; the other regions would keep the other language.
    st.rerun()


def words_for(event: Event, now: datetime | None = None) -> Words:
    """The visitor's words for the event that the tab shows from now on."""
    st.session_state[SPEECH] = (event.nouns, event.vietnamese_only)
    return event_words(event, language(), now)


def words_of_tab() -> Words:
    """The visitor's words as the tab's event speaks, where its time zone does not matter."""
    nouns, alone = st.session_state.get(SPEECH, (USUAL, False))
    return Words(language(), ZONE_BEFORE_EVENT, nouns=nouns, alone=alone)
