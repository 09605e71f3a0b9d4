"""Tests of ui/readiness/tasks.py: a tap on a control in the odd moments of a session."""

from streamlit.testing.v1 import AppTest


def tap_a_forgotten_control() -> None:
    import streamlit as st

    from models.readiness.tasks import Status
    from tests.ui.readiness.test_tasks import a_task
    from ui.readiness import tasks

    st.session_state["tapped.1"] = (tasks.choice_key(a_task()), Status.AT_RISK)
    tasks.drop(a_task())
    tasks.choose(a_task())
    st.text("drawn")


def a_task():
    """An unreported task, as far as its control is concerned."""
    from types import SimpleNamespace

    return SimpleNamespace(id=1, reported_at=None, status=None)


def test_a_control_that_was_dropped_and_not_drawn_again_does_nothing():
    """A run that another one stops leaves the control so, and the browser's next message still
    carries it.
    """
    shown = AppTest.from_function(tap_a_forgotten_control).run()
    assert not shown.exception
    assert [one.value for one in shown.text] == ["drawn"]
