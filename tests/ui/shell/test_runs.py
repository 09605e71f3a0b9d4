"""A run's last messages come before the next run begins."""

import asyncio
import inspect
from types import SimpleNamespace

import pytest
from streamlit.runtime.app_session import AppSession, AppSessionState

from tests import apart
from ui.shell import runs


@pytest.fixture
def told(monkeypatch) -> list[str]:
    """What the session hears and does, in order."""
    heard: list[str] = []
    monkeypatch.setattr(
        runs, "_create", lambda session, _asked: heard.append("the next run begins")
    )
    return heard


def ask(
    told: list[str],
    *,
    runner,
    state=AppSessionState.APP_NOT_RUNNING,
    meanwhile=lambda session: None,
) -> None:
    """A rerun is asked for while messages of the run before it stand in the loop's queue."""

    async def play() -> None:
        loop = asyncio.get_running_loop()
        session = SimpleNamespace(_scriptrunner=runner, _event_loop=loop, _state=state)
        loop.call_soon(told.append, "the answer to a scan")
        runs._create_after_last_messages(session, "asked")
        meanwhile(session)
        await asyncio.sleep(0)
        await asyncio.sleep(0)

    apart.run(play())


def test_a_run_that_has_ended_says_everything_first(told):
    ask(told, runner=object())
    assert told == ["the answer to a scan", "the next run begins"]


def test_the_first_run_begins_at_once(told):
    ask(told, runner=None)
    assert told == ["the next run begins", "the answer to a scan"]


def test_what_was_asked_for_goes_to_a_run_that_began_meanwhile(told):
    running = SimpleNamespace(request_rerun=lambda asked: told.append(f"taken on: {asked}") or True)
    ask(told, runner=object(), meanwhile=lambda session: setattr(session, "_scriptrunner", running))
    assert told == ["the answer to a scan", "taken on: asked"]


def test_a_session_that_ends_begins_nothing(told):
    ask(told, runner=object(), state=AppSessionState.SHUTDOWN_REQUESTED)
    assert told == ["the answer to a scan"]


def test_streamlit_is_as_the_module_expects():
    """After an upgrade: is the accident still there, and is it still avoided in this place?"""
    assert AppSession._create_scriptrunner in (runs._create, runs._create_after_last_messages)
    source = inspect.getsource(AppSession._handle_scriptrunner_event_on_event_loop)
    assert "sender is not self._scriptrunner" in source
