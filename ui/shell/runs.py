"""What a run tells the browser: its last messages, even if the next run begins at once; and nothing
of the server.
"""

from functools import cache

from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.NewSession_pb2 import CustomThemeConfig
from streamlit.runtime import app_session
from streamlit.runtime.app_session import AppSession, AppSessionState

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


# What the server runs on and where it lies is nobody's business, and every socket was told it.
_greet = AppSession._create_new_session_message


def _greet_without_facts(session: AppSession, *facts, **more) -> ForwardMsg:
    message = _greet(session, *facts, **more)
    message.new_session.main_script_path = "app.py"
    message.new_session.initialize.environment_info.Clear()
    message.new_session.initialize.user_info.Clear()  # what identifies the machine
    return message


# The theme is that of the settings for as long as the process runs. Streamlit takes it apart option
# by option, in the first message of every run.
_populate_theme = app_session._populate_theme_msg


@cache
def _theme(section: str) -> CustomThemeConfig:
    theme = CustomThemeConfig()
    _populate_theme(theme, section)
    return theme


def _populate_theme_again(message: CustomThemeConfig, section: str = "theme") -> None:
    if (theme := _theme(section)).ByteSize():  # merging nothing would say that there is one
        message.MergeFrom(theme)


def read_theme_once() -> None:
    """From now on the theme's settings are read for the first run alone."""
    app_session._populate_theme_msg = _populate_theme_again


def tell_no_versions() -> None:
    """From now on no browser is told versions, the system, or a path."""
    AppSession._create_new_session_message = _greet_without_facts
