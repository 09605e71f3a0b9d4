"""The visitor's language, and the words in it."""

from datetime import datetime
from zoneinfo import ZoneInfo

import streamlit as st

from data.words import DEFAULT, LANGUAGES, Words

COOKIE = "san_sang_language"


def language() -> str:
    """The language chosen in this tab, else the address's `lang`, else the cookie's, else
    Vietnamese.
    """
    if "language" not in st.session_state:
        candidates = (st.query_params.get("lang"), st.context.cookies.get(COOKIE))
        chosen = next((one for one in candidates if one in LANGUAGES), DEFAULT)
        st.session_state["language"] = chosen
    return st.session_state["language"]


def switch_language() -> None:
    st.session_state["language"] = LANGUAGES[1 - LANGUAGES.index(language())]
    # A tap that ends somebody's typing is sent together with what was typed, as one run of the
    # region around that field; the other regions would keep the other language.
    st.rerun()


def words_for(time_zone: str, now: datetime | None = None) -> Words:
    return Words(language(), ZoneInfo(time_zone), now)
