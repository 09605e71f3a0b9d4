"""The one door for writes: who, when, one transaction, and a refusal as a sentence by the form."""

import logging
from collections.abc import Callable
from typing import Any, ParamSpec, TypeVar
from uuid import uuid4

import streamlit as st

from data import commands as data_commands
from data.access import invitations, sign_ins
from data.commands import Command, Origin, execute
from data.events.clock import real_now
from data.storage import database, faults
from data.words import Words
from models.access.people import Visitor
from models.refusals import Refusal
from ui.shell import moment
from ui.shell.exports import Export
from ui.shell.frame import sign_in_id, words_before_event

log = logging.getLogger(__name__)

P = ParamSpec("P")
R = TypeVar("R")
Work = Callable[[Any, Visitor], R]  # the transaction's session, which `ui` does not open


def idempotency_key(form: str) -> str:
    """What makes a repeated tap the same act: made once for a form, again after it was saved."""
    return st.session_state.setdefault(f"idempotency_key.{form}", uuid4().hex)


def perform(form: str, command: Command[P, R], *args: P.args, **facts: P.kwargs) -> R | None:
    """Perform a command as the visitor; return its answer, or None where it was refused.

    The refusal stays next to the form (`refused`) until its next try; what was typed is untouched.
    """
    answer = _attempt(form, _execution(command, idempotency_key(form), args, facts))
    if f"refused.{form}" not in st.session_state:
        st.session_state.pop(f"idempotency_key.{form}", None)
    return answer


def hand_over(form: str, *, email: str | None, verified: bool, fingerprint: str) -> str | None:
    """A ticket for a person whom an identity provider confirmed.

    None where that gives no right to enter; the refusal stays next to the form.
    """

    def work(session, _visitor: Visitor) -> str:
        return invitations.hand_over(
            session, email=email, verified=verified, fingerprint=fingerprint, now=real_now()
        )

    return _attempt(form, work)


def export(
    command: Command[P, R], write: Callable[[R], bytes], *args: P.args, **facts: P.kwargs
) -> Export:
    """What makes a file of a command's answer at the tap on it, as the visitor of this tab.

    Streamlit calls it outside of any run, so the visitor is looked up by the tab's sign-in.
    """
    number = sign_in_id()

    def made() -> bytes:
        visitor = moment.visitor(number)
        if visitor.has_pin and visitor.sign_in_id is not None:
            database.run(sign_ins.note_use, sign_in_id=visitor.sign_in_id, now=real_now())
        origin = Origin(visitor.person, visitor.sign_in_id)
        return data_commands.export(origin, command, write, *args, **facts)

    return Export(made, words_before_event())


def _execution(command: Command[P, R], key: str, args: tuple, facts: dict) -> Work[R]:
    def work(session, visitor: Visitor) -> R:
        origin = Origin(visitor.person, visitor.sign_in_id, key)
        return execute(session, origin, command, *args, **facts)

    return work


def _attempt(form: str, work: Work[R]) -> R | None:
    """Do the work in one transaction; return its answer, or None where it was refused."""
    st.session_state.pop(f"refused.{form}", None)
    number = sign_in_id()
    try:
        return database.run(_in_transaction, visitor=moment.visitor(number), work=work)
    except Refusal as refusal:
        st.session_state[f"refused.{form}"] = refusal
    except database.UNREACHABLE as failure:
        log.warning("a write failed: the database does not answer")
        st.session_state[f"refused.{form}"] = Refusal(faults.code_of(failure))
    return None


def _in_transaction(session, *, visitor: Visitor, work: Work[R]) -> R:
    if visitor.has_pin and visitor.sign_in_id is not None:  # keeps a desk from locking itself
        sign_ins.note_use(session, sign_in_id=visitor.sign_in_id, now=real_now())
    return work(session, visitor)


def ready(form: str, work: Callable[[], R]) -> R | None:
    """Prepare what a form will send, before any transaction waits for it; None where refused."""
    st.session_state.pop(f"refused.{form}", None)
    try:
        return work()
    except Refusal as refusal:
        st.session_state[f"refused.{form}"] = refusal
    return None


def refused(form: str, words: Words) -> None:
    """Show why the last try of a form was refused, if it was."""
    refusal = st.session_state.get(f"refused.{form}")
    if refusal:
        st.error(words.refusal(refusal), icon=":material/error:")


def say(key: str, **facts: object) -> None:
    """A short word that something was recorded.

    `frame.visit` shows it, since a callback may not draw.
    """
    st.session_state["said"] = (key, facts)
