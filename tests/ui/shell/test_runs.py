"""A run's last messages come before the next run begins."""

import asyncio
import inspect
from types import SimpleNamespace

import pytest
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.NewSession_pb2 import Config, CustomThemeConfig
from streamlit.runtime.app_session import AppSession, AppSessionState
from streamlit.runtime.forward_msg_queue import ForwardMsgQueue
from streamlit.runtime.state import SessionState
from streamlit.runtime.state.safe_session_state import SafeSessionState

from tests import apart
from ui.shell import runs


@pytest.fixture
def log(monkeypatch) -> list[str]:
    """What the session hears and does, in order."""
    entries: list[str] = []
    monkeypatch.setattr(
        runs, "_create", lambda session, _asked: entries.append("the next run begins")
    )
    return entries


def ask(
    log: list[str],
    *,
    runner,
    state=AppSessionState.APP_NOT_RUNNING,
    meanwhile=lambda session: None,
) -> None:
    """A rerun is requested while messages of the previous run are in the loop's queue."""

    async def play() -> None:
        loop = asyncio.get_running_loop()
        session = SimpleNamespace(_scriptrunner=runner, _event_loop=loop, _state=state)
        loop.call_soon(log.append, "the answer to a scan")
        runs._create_after_last_messages(session, "asked")
        meanwhile(session)
        await asyncio.sleep(0)
        await asyncio.sleep(0)

    apart.run(play())


def test_an_ended_run_delivers_its_messages_first(log):
    ask(log, runner=object())
    assert log == ["the answer to a scan", "the next run begins"]


def test_the_first_run_begins_at_once(log):
    ask(log, runner=None)
    assert log == ["the next run begins", "the answer to a scan"]


def test_a_rerun_goes_to_a_run_that_began_meanwhile(log):
    running = SimpleNamespace(request_rerun=lambda asked: log.append(f"taken on: {asked}") or True)
    ask(log, runner=object(), meanwhile=lambda session: setattr(session, "_scriptrunner", running))
    assert log == ["the answer to a scan", "taken on: asked"]


def test_a_session_that_ends_begins_nothing(log):
    ask(log, runner=object(), state=AppSessionState.SHUTDOWN_REQUESTED)
    assert log == ["the answer to a scan"]


def test_streamlit_is_as_the_module_expects():
    """After an upgrade: is the fault still there, and is it still avoided in this place?"""
    assert AppSession._create_scriptrunner in (runs._create, runs._create_after_last_messages)
    source = inspect.getsource(AppSession._handle_scriptrunner_event_on_event_loop)
    assert "sender is not self._scriptrunner" in source


@pytest.mark.parametrize(
    ("clear", "begins", "ends"),
    [
        (runs._clear, "b", ForwardMsg.FINISHED_EARLY_FOR_RERUN),  # as long as this is the fault
        (runs._clear_but_for_ends, "b", runs.DONE),
        (runs._clear_but_for_ends, "a", ForwardMsg.FINISHED_EARLY_FOR_RERUN),
        (runs._clear_but_for_ends, None, ForwardMsg.FINISHED_EARLY_FOR_RERUN),
    ],
)
def test_a_part_that_has_drawn_itself_is_done_where_another_begins(clear, begins, ends):
    end = ForwardMsg(script_finished=runs.DONE)
    end.metadata.run.fragment_ids.append("a")
    queue = ForwardMsgQueue()
    queue.enqueue(end)
    clear(queue, retain_lifecycle_msgs=True, fragment_ids_this_run=begins and [begins])
    assert [message.script_finished for message in queue.flush()] == [ends]


def test_settings_that_are_read_once_are_those_streamlit_reads():
    read = Config()
    runs._populate_settings(read)
    assert runs._settings() == read and read.ByteSize()


def test_what_a_field_looks_up_is_what_the_tab_holds():
    state = SessionState()
    state["set"], state["emptied"] = "words", None
    state._set_key_widget_mapping("$$ID-0-field", "field")
    state._new_widget_state.set_from_value("$$ID-0-field", "typed")
    safe = SafeSessionState(state, lambda: None)
    looked, whole = runs.Looked(safe), runs._whole(safe)
    assert dict(looked) == whole and len(looked) == len(whole) and repr(looked) == repr(whole)
    for key in ("set", "emptied", "field", "unknown"):
        assert (key in looked) == (key in whole)
        assert looked.get(key) == whole.get(key)
    assert (looked["emptied"], looked["field"]) == (None, "typed")


def test_a_theme_that_is_read_once_is_the_one_streamlit_reads():
    read, again = CustomThemeConfig(), CustomThemeConfig()
    sections = {"theme": lambda theme: theme, "theme.sidebar": lambda theme: theme.sidebar}
    for section, part in sections.items():
        runs._populate_theme(part(read), section)
        for _ in range(2):
            runs._theme(section)
        runs._populate_theme_again(part(again), section)
    assert again == read
    assert again.HasField("sidebar") == read.HasField("sidebar")


def test_a_fragments_run_begins_without_what_a_browser_takes_from_a_whole_run_alone(monkeypatch):
    made = ForwardMsg()
    made.new_session.custom_theme.primary_color = "#123456"
    made.new_session.config.hide_top_bar = True
    monkeypatch.setattr(runs, "_greet", lambda *_: made)
    assert runs._greet_without_facts(None).new_session.custom_theme.ByteSize()
    made.metadata.run.fragment_ids.append("here")
    told = runs._greet_without_facts(None).new_session
    assert not told.custom_theme.ByteSize() and told.config.hide_top_bar
