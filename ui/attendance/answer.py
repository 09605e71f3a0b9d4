"""What became of the last act at a desk: by colour, word and sound, with what can be done about
it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from uuid import uuid4

import streamlit as st

from data.attendance.commands import (
    admit,
    admit_substitute,
    announce_many,
    announce_substitute,
    excuse,
    excuse_many,
    leave,
    undo_attendance,
)
from models.attendance.ledger import HERE, REASON_LENGTH, Admission, AttendanceStatus, Place
from models.refusals import Refusal
from ui.attendance import devices
from ui.shell import commands, components
from ui.shell.frame import Visit

ANSWER, TYPED = "attendance.answer", "attendance.badge_typed"
OVERRIDE, SUBSTITUTE = "attendance.override", "attendance.substitute_name"
COMMANDS = {
    command.__name__: command
    for command in (
        admit,
        admit_substitute,
        announce_many,
        announce_substitute,
        excuse,
        excuse_many,
        leave,
        undo_attendance,
    )
}
STOPS = {  # refusal -> word, tone: `ask` where it takes a decision to let somebody in
    "already_in": ("already", "bad"),
    "already_in_at_desk": ("already", "bad"),
    "wrong_item": ("room", "ask"),
    "not_expected": ("list", "ask"),
    "badge_unknown": ("unknown", "bad"),
    "badge_malformed": ("unknown", "bad"),
    "badge_mistyped": ("unknown", "bad"),
    "badge_replaced": ("replaced", "bad"),
    "substitute_needed": ("substitute", "ask"),
}


@dataclass(frozen=True)
class Act:
    """What was done last at this desk: by which form, which command with which facts, and its
    answer (None: refused).
    """

    mark: str
    form: str
    command: str
    facts: dict
    admission: Admission | None


def record(form: str, command: Callable, **facts) -> Admission | None:
    """Gives a command of the desk and keeps its answer on show; of several admissions the last."""
    for shown in [key for key in st.session_state if str(key).startswith("refused.attendance.")]:
        del st.session_state[shown]
    told = commands.perform(form, command, **facts)
    admission = (told[-1] if told else None) if isinstance(told, list) else told
    st.session_state[ANSWER] = Act(uuid4().hex, form, command.__name__, facts, admission)
    return admission


def answer(now: Visit) -> None:
    """The last act, large, and below it what it asks for; before the first, that the desk is
    ready: nothing jumps then.
    """
    act = st.session_state.get(ANSWER)
    refusal = st.session_state.get(f"refused.{act.form}") if act else None
    tone, field = "", "badge_typed"
    with st.container(key="attendance_answer"):
        if refusal:
            tone, field = stopped(now, act, refusal)
        elif act and act.admission:
            tone = recorded(now, act)
        elif act:  # many at once, and none of them was left
            st.info(now.words("attendance.foretold_none"), icon=":material/info:")
        else:
            st.info(
                f"**{now.words('gate.ready')}** {now.words('gate.ready_why')}",
                icon=":material/qr_code_scanner:",
            )
    with st.container(horizontal=True, vertical_alignment="center", key="attendance_answer_ways"):
        devices.desk(act.mark if act else "", tone, field)
        if tone in ("good", "done"):
            undo_last(now, act)


def recorded(now: Visit, act: Act) -> str:
    """What was recorded; returns the tone."""
    words, admission = now.words, act.admission
    key, good = said(act)
    title, delegation = (
        components.plain(words.of(admission, "title")),
        components.plain(admission.delegation_vi),
    )
    parts = [f"**{words(key)}** {title}", delegation, admission.badge]
    if admission.words:
        parts.append(components.plain(admission.words))
    if admission.repeated:
        parts.append(words("attendance.in_again"))
    (st.success if good else st.info)(" · ".join(parts), icon=":material/how_to_reg:")
    return "good" if good else "done"


def undo_last(now: Visit, act: Act) -> None:
    """The way back from what was recorded last, unless it was one itself."""
    what = {"badge": act.admission.badge, "item_id": act.facts.get("item_id")}
    if act.command != undo_attendance.__name__ and what["item_id"]:
        undo = {
            "on_click": record,
            "args": ("attendance.undo_last", undo_attendance),
            "kwargs": what,
        }
        st.button(
            now.words("attendance.undo_last"),
            key="attendance.undo_last",
            icon=":material/undo:",
            **undo,
        )


def said(act: Act) -> tuple[str, bool]:
    """The word for what was recorded, and whether somebody was let in."""
    admission = act.admission
    if act.command == undo_attendance.__name__:
        return "attendance.undone", False
    if admission.status in HERE and admission.place is not Place.ROOM:
        return "attendance.in_left", False
    if (
        admission.status is AttendanceStatus.PRESENT
        and admission.previous is AttendanceStatus.EXCUSED
    ):
        return "attendance.in_excused_before", True
    key = {
        AttendanceStatus.PRESENT: "in",
        AttendanceStatus.SUBSTITUTE: "in_substitute",
        AttendanceStatus.EXCUSED: "in_excused",
        AttendanceStatus.ANNOUNCED: "in_announced",
    }[admission.status]
    return f"attendance.{key}", admission.status in HERE


def stopped(now: Visit, act: Act, refusal: Refusal) -> tuple[str, str]:
    """Why somebody was not let in, and what it takes; returns the tone and the field that wants
    the focus.
    """
    sentence = components.plain(why(now, refusal))
    word, tone = STOPS.get(refusal.code, ("", "bad"))
    if not word or (refusal.code == "substitute_needed" and not asked_badge(act, refusal)):
        st.error(sentence, icon=":material/error:")
        return "bad", "badge_typed"
    show = st.warning if tone == "ask" else st.error
    show(f"**{now.words(f'attendance.stop_{word}')}** {sentence}", icon=":material/front_hand:")
    if word in ("room", "list") and act.command in (admit.__name__, admit_substitute.__name__):
        ask(now, OVERRIDE, "override_reason", "override", override)
    if word == "substitute":
        ask(now, SUBSTITUTE, "words_substitute", "substitute_in", name_substitute)
        return tone, "substitute_name"
    return tone, "badge_typed"


def why(now: Visit, refusal: Refusal) -> str:
    """The refusal's sentence; of a substitute who was announced without a name, for whom he
    comes.
    """
    if refusal.code == "substitute_needed" and "badge" in refusal.facts:
        return now.words("attendance.substitute_of", **refusal.facts)
    return now.words.refusal(refusal)


def asked_badge(act: Act, refusal: Refusal) -> str:
    """The badge for which the door needs a substitute's name; empty where a form was sent
    without one.
    """
    return refusal.facts.get("badge") or (act.facts["badge"] if act.form == SUBSTITUTE else "")


def ask(now: Visit, key: str, label: str, button: str, on_click: Callable) -> None:
    """One field with its button, for what an answer asks for."""
    with st.form(f"{key}_form", border=False):
        with st.container(horizontal=True, vertical_alignment="bottom"):
            st.text_input(now.words(f"attendance.{label}"), key=key, max_chars=REASON_LENGTH)
            st.form_submit_button(
                now.words(f"attendance.{button}"),
                type="primary",
                on_click=on_click,
                width="content",
            )


def override() -> None:
    """The same once more, with the reason why somebody may come to a room that does not expect
    him.
    """
    act = st.session_state[ANSWER]
    facts = act.facts | {"override": st.session_state[OVERRIDE]}
    if record(OVERRIDE, COMMANDS[act.command], **facts):
        st.session_state[OVERRIDE] = st.session_state[TYPED] = ""


def name_substitute() -> None:
    """The same badge once more, with who came in the delegate's place."""
    act = st.session_state[ANSWER]
    facts = act.facts | {"substitute": st.session_state[SUBSTITUTE]}
    if record(SUBSTITUTE, admit_substitute, **facts):
        st.session_state[SUBSTITUTE] = st.session_state[TYPED] = ""
