"""Fields that go on with the clock until somebody chooses."""

import pytest
from streamlit.testing.v1 import AppTest

pytestmark = pytest.mark.one_database


def page() -> None:
    import streamlit as st

    from ui.shell import choices

    days = ["Monday", "Tuesday", "Wednesday"]
    today = st.session_state.get("today", "Monday")
    choices.follow("day", today)
    choices.selectbox("Day", days, index=days.index(today), format_func=str, key="day")


def test_a_field_follows_its_default_until_a_person_chooses():
    tab = AppTest.from_function(page).run()
    assert tab.selectbox(key="day").value == "Monday"
    tab.session_state["today"] = "Tuesday"
    assert tab.run().selectbox(key="day").value == "Tuesday"
    tab.selectbox(key="day").set_value("Monday").run()
    tab.session_state["today"] = "Wednesday"
    assert tab.run().selectbox(key="day").value == "Monday"


def test_an_option_that_is_none_is_refused():
    def none() -> None:
        from ui.shell import choices

        choices.selectbox("Day", [None], format_func=str, key="day")

    assert AppTest.from_function(none).run().exception
