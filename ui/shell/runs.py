"""What a run tells the browser: its last messages, even if the next run begins at once; and nothing
of the server. What is the same for all runs is made once, and what a field asks is looked up.
"""

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.NewSession_pb2 import Config, CustomThemeConfig
from streamlit.runtime import app_session
from streamlit.runtime.app_session import AppSession, AppSessionState
from streamlit.runtime.forward_msg_queue import ForwardMsgQueue
from streamlit.runtime.state.safe_session_state import SafeSessionState

# Streamlit 1.67 ignores what comes from a run's thread as soon as another one has begun (its own
# source describes the accident, for dialogs, at the top of `request_rerun`). A rerun that reaches
# the server after the thread has ended, but before the event loop has passed on its last messages,
# thus swallows them: at a busy desk the answer to a scan. There is no setting for it.
_create = AppSession._create_scriptrunner


def _create_after_last_messages(session: AppSession, rerun_data) -> None:
    ended = session._scriptrunner
    if ended is None:
        _create(session, rerun_data)
    else:  # its messages are in the loop's queue already: this comes behind them
        session._event_loop.call_soon(_begin, session, ended, rerun_data)


def _begin(session: AppSession, ended, rerun_data) -> None:
    if session._state == AppSessionState.SHUTDOWN_REQUESTED:
        return
    current = session._scriptrunner
    if current is None or current is ended:
        _create(session, rerun_data)
    elif not current.request_rerun(rerun_data):
        _create_after_last_messages(session, rerun_data)


def deliver_last_messages() -> None:
    """From now on an ended run delivers everything before the next one begins."""
    AppSession._create_scriptrunner = _create_after_last_messages


# Where a part of a page begins to draw itself before the end of another part's run has left the
# server, Streamlit says of that end that it was cut short, and the browser keeps what the other
# part no longer shows: a committee read that a synthesis waits after it was approved.
_clear = ForwardMsgQueue.clear
DONE = ForwardMsg.FINISHED_FRAGMENT_RUN_SUCCESSFULLY


def _clear_but_for_ends(
    queue: ForwardMsgQueue,
    retain_lifecycle_msgs: bool = False,
    fragment_ids_this_run: list[str] | None = None,
) -> None:
    beginning = set(fragment_ids_this_run or ())
    ends = [
        message
        for message in queue._queue
        if message.WhichOneof("type") == "script_finished" and message.script_finished == DONE
    ]
    _clear(queue, retain_lifecycle_msgs, fragment_ids_this_run)
    for message in ends if beginning else ():
        if beginning.isdisjoint(message.metadata.run.fragment_ids):  # what it drew was kept, too
            message.script_finished = DONE


def keep_ends() -> None:
    """From now on a part that has drawn itself is done, whichever part draws itself next."""
    ForwardMsgQueue.clear = _clear_but_for_ends


# What the server runs on and where it lies is nobody's business, and every socket was told it.
_greet = AppSession._create_new_session_message


def _greet_without_facts(session: AppSession, *facts, **more) -> ForwardMsg:
    message = _greet(session, *facts, **more)
    message.new_session.main_script_path = "app.py"
    message.new_session.initialize.environment_info.Clear()
    message.new_session.initialize.user_info.Clear()  # what identifies the machine
    if message.metadata.run.fragment_ids:  # a browser reads the theme of a whole run alone
        message.new_session.custom_theme.Clear()
    return message


# Settings and theme are the same for as long as the process runs. Streamlit takes them apart option
# by option, in the first message of every run.
_populate_settings = app_session._populate_config_msg
_populate_theme = app_session._populate_theme_msg


@cache
def _settings() -> Config:
    settings = Config()
    _populate_settings(settings)
    return settings


@cache
def _theme(section: str) -> CustomThemeConfig:
    theme = CustomThemeConfig()
    _populate_theme(theme, section)
    return theme


def _populate_theme_again(message: CustomThemeConfig, section: str = "theme") -> None:
    if (theme := _theme(section)).ByteSize():  # merging nothing would say that there is one
        message.MergeFrom(theme)


def name_pages_once() -> None:
    """From now on a run does not begin with the names and addresses of all pages: a browser takes
    them from what the menu says in each whole run, and a fragment's has no need of them."""
    AppSession._populate_app_pages = lambda *_: None


def read_settings_once() -> None:
    """From now on settings and theme are read for the first run alone."""
    app_session._populate_config_msg = lambda message: message.CopyFrom(_settings())
    app_session._populate_theme_msg = _populate_theme_again


# Every field asks whether it was set to nothing, for which Streamlit puts together all that a tab
# holds: of a section's page, a sixth of what drawing it cost.
_whole = SafeSessionState.filtered_state.fget


class Looked(Mapping[str, Any]):
    """What a tab holds by the keys of its fields, looked up one by one where one is asked for."""

    def __init__(self, state: SafeSessionState) -> None:
        self._safe = state

    def __getitem__(self, key: str) -> Any:
        with self._safe._lock:
            return self._safe._state[key]

    def __iter__(self) -> Iterator[str]:
        return iter(_whole(self._safe))

    def __len__(self) -> int:
        return len(_whole(self._safe))

    def __repr__(self) -> str:
        return repr(_whole(self._safe))


def look_up_fields() -> None:
    """From now on a field costs the same, however many others the tab holds."""
    SafeSessionState.filtered_state = property(Looked)


def tell_no_versions() -> None:
    """From now on no browser is told versions, the system, or a path."""
    AppSession._create_new_session_message = _greet_without_facts


def prepare() -> None:
    """From now on Streamlit's runs are as this module says, before the first of them."""
    deliver_last_messages()
    keep_ends()
    tell_no_versions()
    name_pages_once()
    read_settings_once()
    look_up_fields()
