"""The one door for writes: who, when, one transaction, and a refusal as a sentence beside the form."""

import logging
from collections.abc import Callable
from uuid import uuid4

import streamlit as st

from data import database
from data.event import event_now, real_now, require_event
from data.words import Words
from models.errors import Refusal
from ui import feeds
from ui.frame import COOKIE

log = logging.getLogger(__name__)


def nonce(form: str) -> str:
    """What makes a repeated tap the same act: made once for a form, and again after it was saved."""
    return st.session_state.setdefault(f"nonce.{form}", uuid4().hex)


def perform(form: str, command: Callable, *, once: str = "nonce", **facts: object):
    """Performs a command as the visitor, at the event's moment; returns its answer, or None where it was refused.

    The refusal stays beside the form (`refused`) until its next try; what was typed is not touched. `once` names the argument
    that takes the nonce.
    """
    st.session_state.pop(f"refused.{form}", None)
    by = feeds.visitor(st.context.cookies.get(COOKIE))
    try:
        answer = database.run(_at_event_time, act=command, by=by, **{once: nonce(form)}, **facts)
    except Refusal as refusal:
        st.session_state[f"refused.{form}"] = refusal
        return None
    except database.UNREACHABLE:
        log.warning("a write failed: the database does not answer")
        st.session_state[f"refused.{form}"] = Refusal("database_lost")
        return None
    st.session_state.pop(f"nonce.{form}", None)
    return answer


def set_clock(form: str, command: Callable, **facts: object):
    """Performs a command on the rehearsal's clock, which goes by real time."""
    st.session_state.pop(f"refused.{form}", None)
    by = feeds.visitor(st.context.cookies.get(COOKIE))
    try:
        return database.run(command, by=by, real=real_now(), **facts)
    except Refusal as refusal:
        st.session_state[f"refused.{form}"] = refusal
    except database.UNREACHABLE:
        log.warning("the clock could not be set: the database does not answer")
        st.session_state[f"refused.{form}"] = Refusal("database_lost")
    return None


def _at_event_time(session, *, act: Callable, **facts: object):
    return act(session, now=event_now(session, require_event(session)), **facts)


def refused(form: str, words: Words) -> None:
    """Shows why the last try of a form was refused, if it was."""
    refusal = st.session_state.get(f"refused.{form}")
    if refusal:
        st.error(words.refusal(refusal), icon=":material/error:")


def say(key: str, **facts: object) -> None:
    """A short word that something was recorded; `frame.visit` shows it, since a callback may not draw."""
    st.session_state["said"] = (key, facts)
