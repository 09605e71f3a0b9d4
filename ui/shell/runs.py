"""The end of a run: nothing that it has yet to tell the browser is lost when the next run is asked for in that moment."""

from streamlit.runtime.app_session import AppSession, AppSessionState

# Streamlit 1.67 ignores what comes from a run's thread as soon as another one has begun (its own source tells of the accident,
# for dialogs, at the top of `request_rerun`). A rerun that reaches the server after the thread has ended, but before the event
# loop has passed on its last messages, thus swallows them: at a busy desk the answer to a scan. There is no setting for it.
_create = AppSession._create_scriptrunner


def _create_after_last_words(session: AppSession, rerun_data) -> None:
    ended = session._scriptrunner
    if ended is None:
        _create(session, rerun_data)
    else:  # all that it had to say stands in the loop's queue already: this comes behind it
        session._event_loop.call_soon(_begin, session, ended, rerun_data)


def _begin(session: AppSession, ended, rerun_data) -> None:
    if session._state == AppSessionState.SHUTDOWN_REQUESTED:
        return
    current = session._scriptrunner
    if current is None or current is ended:
        _create(session, rerun_data)
    elif not current.request_rerun(rerun_data):
        _create_after_last_words(session, rerun_data)


def keep_last_words() -> None:
    """Lets a run that has ended say everything before the next one begins."""
    AppSession._create_scriptrunner = _create_after_last_words
