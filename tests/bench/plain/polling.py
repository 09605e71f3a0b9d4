"""A page as most would write it: every two seconds it reads the same board from the same
database and shows the headlines.
"""

import streamlit as st

from data.events.current import require_event
from data.storage import database
from data.wall.board import board_now


@st.fragment(run_every=2)
def headlines() -> None:
    with database.reading() as session:
        board = board_now(session, require_event(session))
    for section in board["sections"]:
        st.metric(section["name"]["vi"], f"{section['done']}/{section['total']}")
        st.text(section["headline"] or "–")


headlines()
