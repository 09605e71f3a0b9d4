"""The one door for writes: who, when, one transaction, and a refusal as a sentence by the form."""

import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from time import monotonic
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
from ui.shell.plain import plain

log = logging.getLogger(__name__)

P = ParamSpec("P")
R = TypeVar("R")
Work = Callable[[Any, Visitor], R]  # the transaction's session, which `ui` does not open


REPEAT = 2.0  # seconds after an answer within which the same tap is impatience and no new act
EMPTIED: tuple[object, ...] = (None, "", [], ())
DRAWN = ("fact_id",)  # what a button carries and is another as soon as it is drawn again


@dataclass
class Act:
    """What a tap on a form asked for, by which key; once answered, the answer and its moment
    (seconds of the monotonic clock)."""

    command: str
    facts: dict[str | int, object]
    key: str = field(default_factory=lambda: uuid4().hex)
    answer: Any = None
    answered: float | None = None

    def asks(self, command: str, facts: dict[str | int, object]) -> bool:
        """Whether a tap asks for this act: the same facts, but for fields of its form that were
        emptied once it was answered."""
        if command != self.command or facts.keys() != self.facts.keys():
            return False
        emptied = () if self.answered is None else EMPTIED
        return all(
            name in DRAWN or now == self.facts[name] or now in emptied
            for name, now in facts.items()
        )

    @property
    def over(self) -> bool:
        """Whether a tap that asks for it once more means a new act."""
        return self.answered is not None and monotonic() - self.answered > REPEAT


def _act(form: str, command: str, facts: dict[str | int, object]) -> Act:
    """The act of a tap: that of the form's previous tap where this one merely repeats it."""
    acts: dict[str, Act] = st.session_state.setdefault("acts", {})
    act = acts.get(form)
    if act is None or act.over or not act.asks(command, facts):
        act = acts[form] = Act(command, facts)
    return act


def _settle(form: str, act: Act) -> None:
    """Keep an answered act for a tap that repeats it, until any other act is answered."""
    waiting = {name: one for name, one in st.session_state["acts"].items() if one.answered is None}
    st.session_state["acts"] = waiting | {form: act}


def perform(form: str, command: Command[P, R], *args: P.args, **facts: P.kwargs) -> R | None:
    """Perform a command as the visitor; return its answer, or None where it was refused.

    A tap that repeats the form's last act within two seconds of its answer, or while it is still
    being recorded, is the same act and gets the same answer: a second tap of a double tap, and one
    of impatience. The refusal stays next to the form (`refused`) until its next try; what was typed
    is untouched.
    """
    act = _act(form, command.__name__, {**dict(enumerate(args)), **facts})
    if act.answered is not None:
        st.session_state.pop(f"refused.{form}", None)
        return act.answer
    answer = _attempt(form, _execution(command, act.key, args, facts), act)
    if f"refused.{form}" not in st.session_state:
        _settle(form, act)
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
        return data_commands.export(_origin(number), command, write, *args, **facts)

    return Export(made, words_before_event())


def origin() -> Origin:
    """Where an act of this tab comes from that is done outside of its run."""
    return _origin(sign_in_id())


def origin_at_once() -> Origin:
    """The same for an act that may wait for no write, since it ends one."""
    visitor = moment.visitor(sign_in_id())
    return Origin(visitor.person, visitor.sign_in_id)


def _origin(number: int | None) -> Origin:
    visitor = moment.visitor(number)
    if visitor.has_pin and visitor.sign_in_id is not None:
        database.run(sign_ins.note_use, sign_in_id=visitor.sign_in_id, now=real_now())
    return Origin(visitor.person, visitor.sign_in_id)


def _execution(command: Command[P, R], key: str, args: tuple, facts: dict) -> Work[R]:
    def work(session, visitor: Visitor) -> R:
        origin = Origin(visitor.person, visitor.sign_in_id, key)
        return execute(session, origin, command, *args, **facts)

    return work


def _attempt(form: str, work: Work[R], act: Act | None = None) -> R | None:
    """Do the work in one transaction; return its answer, or None where it was refused.

    The act has its answer before the session's state is touched again: there a newer run of the
    page stops this one, and Streamlit hands the same tap to that run.
    """
    st.session_state.pop(f"refused.{form}", None)
    number = sign_in_id()
    try:
        answer = database.run(_in_transaction, sign_in_id=number, work=work)
        if act is not None:
            act.answer, act.answered = answer, monotonic()
        return answer
    except Refusal as refusal:
        st.session_state[f"refused.{form}"] = refusal
    except database.UNREACHABLE as failure:
        log.warning("a write failed: the database does not answer")
        st.session_state[f"refused.{form}"] = Refusal(faults.code_of(failure))
    return None


def _in_transaction(session, *, sign_in_id: int | None, work: Work[R]) -> R:
    now, current = real_now(), data_commands.current_of(session)
    event = current[0] if current else None
    visitor = sign_ins.visitor_of(session, sign_in_id, now=now, event=event)
    if visitor.has_pin and visitor.sign_in_id is not None:  # keeps a desk from locking itself
        sign_ins.note_use(session, sign_in_id=visitor.sign_in_id, now=now)
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
        st.error(plain(words.refusal(refusal)), icon=":material/error:")


def put_back(
    words: Words, form: str, text: str, label: str, act: Callable[..., None], *args: object
) -> None:
    """A line for what was retired or cancelled, with the button that puts it back; below it why
    that was refused. `form` is the button's key."""
    with st.container(horizontal=True, vertical_alignment="center"):
        st.text(text, width="stretch")
        st.button(label, key=form, on_click=act, args=args)
    refused(form, words)


def say(key: str, **facts: object) -> None:
    """A short word that something was recorded.

    `frame.visit` shows it, since a callback may not draw.
    """
    st.session_state["said"] = (key, facts)
