"""The one door for writes: who, when, one transaction, and a refusal as a sentence beside the form."""

import logging
from collections.abc import Callable
from typing import ParamSpec, TypeVar
from uuid import uuid4

import streamlit as st

from data.access import sign_ins
from data.commands import Command, Origin, execute
from data.events.clock import event_now, real_now
from data.events.current import require_event
from data.storage import database
from data.words import Words
from models.access.people import Person, Visitor
from models.refusals import Refusal
from ui.shell import moment
from ui.shell.frame import sign_in_id

log = logging.getLogger(__name__)

P = ParamSpec("P")
R = TypeVar("R")


def idempotency_key(form: str) -> str:
    """What makes a repeated tap the same act: made once for a form, and again after it was saved."""
    return st.session_state.setdefault(f"idempotency_key.{form}", uuid4().hex)


def perform(form: str, command: Command[P, R], *args: P.args, **facts: P.kwargs) -> R | None:
    """Perform a command as the visitor; return its answer, or None where it was refused.

    The refusal stays next to the form (`refused`) until its next try; what was typed is untouched.
    """
    key = idempotency_key(form)
    if isinstance(command, Command):
        work = _execution(key, command, args, facts)
    else:
        facts = {"idempotency_key": key, **facts}

        def work(session, by):
            now = event_now(session, require_event(session))
            return command(session, by=by, now=now, **facts)

    answer = _attempt(form, work)
    if f"refused.{form}" not in st.session_state:
        st.session_state.pop(f"idempotency_key.{form}", None)
    return answer


def _execution(key: str, command: Command, args: tuple, facts: dict) -> Callable:
    def work(session, by: Person | None):
        origin = Origin(by, session.info["sign_in"], key)
        return execute(session, origin, command, *args, **facts)

    return work


def set_clock(form: str, command: Callable, **facts: object):
    """Performs a command on the rehearsal's clock, which goes by real time."""
    return _attempt(form, lambda session, by: command(session, by=by, real=real_now(), **facts))


def manage(form: str, command: Callable, **facts: object):
    """Performs a command on who may enter, which goes by real time."""
    return _attempt(form, lambda session, by: command(session, by=by, now=real_now(), **facts))


def hand_over(form: str, *, email: str | None, verified: bool, mark: str) -> str | None:
    """A ticket for whom an identity provider confirmed; None where that gives no right to enter, with the reason kept."""
    told = {"email": email, "verified": verified, "mark": mark}
    return _attempt(form, lambda session, _by: sign_ins.hand_over(session, now=real_now(), **told))


def export(command: Callable, **facts: object) -> Callable[[], bytes]:
    """What makes a file at the tap on it, as the visitor of this tab: Streamlit calls it outside of any run."""
    number = sign_in_id()

    def made() -> bytes:
        return database.run(
            _from_here,
            visitor=moment.visitor(number),
            work=lambda session, by: command(session, by=by, now=real_now(), **facts),
        )

    return made


def _attempt(form: str, work: Callable):
    """Does the work in one transaction that knows who and from where; returns its answer, or None where it was refused."""
    st.session_state.pop(f"refused.{form}", None)
    number = sign_in_id()
    try:
        return database.run(_from_here, visitor=moment.visitor(number), work=work)
    except Refusal as refusal:
        st.session_state[f"refused.{form}"] = refusal
    except database.UNREACHABLE:
        log.warning("a write failed: the database does not answer")
        st.session_state[f"refused.{form}"] = Refusal("database_lost")
    return None


def _from_here(session, *, visitor: Visitor, work: Callable):
    session.info["sign_in"] = visitor.sign_in_id
    if visitor.has_pin:  # what keeps a desk from locking itself
        sign_ins.used(session, sign_in_id=visitor.sign_in_id, now=real_now())
    return work(session, visitor.person)


def ready(form: str, work: Callable):
    """Makes ready what a form will send, before anybody waits for it in a transaction; None where that was refused."""
    st.session_state.pop(f"refused.{form}", None)
    try:
        return work()
    except Refusal as refusal:
        st.session_state[f"refused.{form}"] = refusal
    return None


def refused(form: str, words: Words) -> None:
    """Shows why the last try of a form was refused, if it was."""
    refusal = st.session_state.get(f"refused.{form}")
    if refusal:
        st.error(words.refusal(refusal), icon=":material/error:")


def say(key: str, **facts: object) -> None:
    """A short word that something was recorded; `frame.visit` shows it, since a callback may not draw."""
    st.session_state["said"] = (key, facts)
