"""The outcome of the last act at a desk: colour, word and sound, and the next steps it offers."""

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
from models.attendance.admission import is_over
from models.attendance.ledger import (
    HERE,
    REASON_LENGTH,
    Admission,
    AttendanceStatus,
    Place,
    require_words,
)
from models.programme import ItemSnapshot
from models.refusals import Refusal
from models.text import both
from ui.attendance import devices, finished
from ui.attendance import queries as attendance_queries
from ui.shell import commands
from ui.shell.frame import Visit
from ui.shell.plain import plain

ANSWER, TYPED = "attendance.answer", "attendance.badge_typed"
OVERRIDE, SUBSTITUTE = "attendance.override", "attendance.substitute_name"
UNDONE = "undone"
"""Of a question for a substitute's name: the fact that it takes back."""
FIELDS = {OVERRIDE: "override", SUBSTITUTE: "substitute_name"}
"""What the browser calls the field of a question."""
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
STOPS = {  # refusal -> word, tone: `ask` where a decision of the desk can still admit the person
    "already_in": ("already", "bad"),
    "already_in_at_desk": ("already", "bad"),
    "wrong_item": ("room", "ask"),
    "not_expected": ("list", "ask"),
    "badge_unknown": ("unknown", "bad"),
    "badge_malformed": ("unknown", "bad"),
    "badge_mistyped": ("unknown", "bad"),
    "badge_replaced": ("replaced", "bad"),
    "badge_retired": ("retired", "bad"),
    "substitute_needed": ("substitute", "ask"),
    finished.CODE: ("finished", "ask"),
}
NO_WORDS = ("words_are_badge", "override_needed", "reason_too_long")
"""Refusals of what was written for an answer: the question stays."""


@dataclass(frozen=True)
class Act:
    """The last act at this desk: its form, its command with the facts, and the admission that it
    recorded (None: refused).
    """

    mark: str
    form: str
    command: str
    facts: dict
    admission: Admission | None


def record(form: str, command: Callable, **facts) -> Admission | None:
    """Perform a command of the desk and show its answer until the next one; of several admissions
    the last.
    """
    for shown in [key for key in st.session_state if str(key).startswith("refused.attendance.")]:
        del st.session_state[shown]
    meant = {"confirmed": True} if _means_finished(command, facts) else {}
    result = commands.perform(form, command, **facts, **meant)
    admission = (result[-1] if result else None) if isinstance(result, list) else result
    st.session_state[ANSWER] = Act(uuid4().hex, form, command.__name__, facts, admission)
    if admission:
        st.session_state[TYPED] = ""  # a code that was refused before this act
    return admission


def _means_finished(command: Callable, facts: dict) -> bool:
    return command in (admit, admit_substitute) and finished.is_meant(facts["item_id"])


def answer(ctx: Visit, item: ItemSnapshot) -> None:
    """The last act, large, and below it what it asks for.

    Before the first act the box says that the desk is ready, so that nothing jumps when the first
    answer arrives; or that the item is not today's yet, or is over.
    """
    act = st.session_state.get(ANSWER)
    with st.container(key="attendance_answer"):
        tone, field = outcome(ctx, act) if act else ready(ctx, item)
    with st.container(horizontal=True, vertical_alignment="center", key="attendance_answer_ways"):
        devices.desk(act.mark if act else "", tone, field)
        if tone in ("good", "done"):
            undo_last(ctx, act)
        if tone == "good":
            came_instead(ctx, act)


def ready(ctx: Visit, item: ItemSnapshot) -> tuple[str, str]:
    """Draw whether the desk is ready for an item; returns what `outcome` does."""
    words, first = ctx.words, item.starts_at.astimezone(ctx.words.time_zone).date()
    if is_over(ends_at=item.ends_at, finished_at=item.finished_at, at=ctx.at):
        said = words("attendance.item_over"), words("attendance.item_over_why")
    elif ctx.at.astimezone(words.time_zone).date() < first:
        said = (
            words("attendance.item_later"),
            words("attendance.item_later_why", at=item.starts_at),
        )
    else:
        said = words("gate.ready"), words("gate.ready_why")
    st.info(f"**{said[0]}** {said[1]}", icon=":material/qr_code_scanner:")
    return "", "badge_typed"


def outcome(ctx: Visit, act: Act) -> tuple[str, str]:
    """Draw the outcome of an act; returns its tone and the field that receives the focus."""
    refusal = st.session_state.get(f"refused.{act.form}")
    if refusal:
        return refused(ctx, act, refusal)
    if act.admission:
        return recorded(ctx, act), "badge_typed"
    # A command for many delegates that had none left to record.
    st.info(ctx.words("attendance.foretold_none"), icon=":material/info:")
    return "", "badge_typed"


def recorded(ctx: Visit, act: Act) -> str:
    """Draw what was recorded; returns the tone."""
    words, admission = ctx.words, act.admission
    key, good = recorded_word(act)
    title = plain(words.of(admission, "title"))
    delegation = plain(admission.delegation_vi)
    parts = [f"**{words(key)}** {title}", *name_of(ctx, admission), delegation, admission.badge]
    if admission.words:
        parts.append(plain(admission.words))
    if admission.repeated:
        parts.append(words("attendance.in_again"))
    (st.success if good else st.info)(" · ".join(parts), icon=":material/how_to_reg:")
    return "good" if good else "done"


def name_of(ctx: Visit, admission: Admission) -> list[str]:
    """The delegate's name for the desk, where it may read it and they came themselves."""
    substituted = admission.status is AttendanceStatus.SUBSTITUTE
    return [] if substituted else own_name(ctx, admission.badge)


def own_name(ctx: Visit, badge: str) -> list[str]:
    """The name of the delegate of a badge, where the desk may read it; of none other."""
    name = attendance_queries.name_by_badge(ctx.moment, ctx.person, badge)
    return [f"**{plain(name)}**"] if name else []


def undo_last(ctx: Visit, act: Act) -> None:
    """The button that undoes the last act, unless that act is itself an undo."""
    admission = act.admission
    facts = {"badge": admission.badge, "item_id": act.facts.get("item_id")}
    facts["fact_id"] = admission.fact_id
    if act.command != undo_attendance.__name__ and facts["item_id"]:
        st.button(
            ctx.words("attendance.undo_last"),
            key="attendance.undo_last",
            icon=":material/undo:",
            on_click=record,
            args=("attendance.undo_last", undo_attendance),
            kwargs=facts,
        )


def came_instead(ctx: Visit, act: Act) -> None:
    """The button that says of a delegate just admitted that another person came in their place."""
    admission, item_id = act.admission, act.facts.get("item_id")
    if act.command == admit.__name__ and admission.status is AttendanceStatus.PRESENT and item_id:
        st.button(
            ctx.words("attendance.substitute"),
            key="attendance.instead",
            icon=":material/swap_horiz:",
            on_click=ask_substitute,
            args=(admission.badge, item_id, both(admission, "title")),
            kwargs={"undone": admission.fact_id},
        )


def ask_substitute(
    badge: str, item_id: int, delegate: dict[str, str], *, undone: int | None = None
) -> None:
    """Ask at the answer's place who came in a delegate's place. `undone`: the fact that admitted
    the delegate, taken back once the name is known.
    """
    facts = {"badge": badge, "item_id": item_id, UNDONE: undone}
    act = Act(uuid4().hex, SUBSTITUTE, admit_substitute.__name__, facts, admission=None)
    st.session_state[ANSWER] = act
    asked = Refusal("substitute_needed", badge=badge, delegate=delegate)
    st.session_state[f"refused.{SUBSTITUTE}"] = asked


def recorded_word(act: Act) -> tuple[str, bool]:
    """The word for what was recorded, and whether the person was admitted."""
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


def refused(ctx: Visit, act: Act, refusal: Refusal) -> tuple[str, str]:
    """Draw why the person is not admitted and what would admit them; returns the tone and the
    field that receives the focus.
    """
    sentence = plain(why(ctx, refusal))
    if act.form in (OVERRIDE, SUBSTITUTE) and refusal.code in NO_WORDS:
        st.error(sentence, icon=":material/error:")
        ask_for(ctx, act.form)
        return "bad", FIELDS[act.form]
    word, tone = STOPS.get(refusal.code, ("", "bad"))
    if not word or (refusal.code == "substitute_needed" and not badge_of(act, refusal)):
        st.error(sentence, icon=":material/error:")
        return "bad", "badge_typed"
    show = st.warning if tone == "ask" else st.error
    name = own_name(ctx, str(refusal.facts.get("badge") or act.facts.get("badge") or ""))
    said = " · ".join([sentence, *name])
    show(f"**{ctx.words(f'attendance.stop_{word}')}** {said}", icon=":material/front_hand:")
    if word in ("room", "list") and act.command in (admit.__name__, admit_substitute.__name__):
        ask_for(ctx, OVERRIDE)
    if word == "finished":
        finished.ask(ctx, ANSWER, act.facts["item_id"], again)
    if word == "substitute":
        ask_for(ctx, SUBSTITUTE)
        return tone, FIELDS[SUBSTITUTE]
    return tone, "badge_typed"


def again(item_id: int) -> None:
    """Repeat the last act at an item."""
    act = st.session_state[ANSWER]
    if record(act.form, COMMANDS[act.command], **act.facts | {"item_id": item_id}):
        st.session_state[TYPED] = ""


def ask_for(ctx: Visit, form: str) -> None:
    """The field of a question: the reason for an admission, or a substitute's name."""
    if form == OVERRIDE:
        ask(ctx, OVERRIDE, "override_reason", "override", override)
    else:
        ask(ctx, SUBSTITUTE, "words_substitute", "substitute_in", name_substitute)


def why(ctx: Visit, refusal: Refusal) -> str:
    """The refusal's sentence; of a substitute announced without a name, the delegate whom they
    replace.
    """
    if refusal.code == "substitute_needed" and "badge" in refusal.facts:
        return ctx.words("attendance.substitute_of", **refusal.facts)
    return ctx.words.refusal(refusal)


def badge_of(act: Act, refusal: Refusal) -> str:
    """The badge whose substitute needs a name; empty where a form was sent without one."""
    return refusal.facts.get("badge") or (act.facts["badge"] if act.form == SUBSTITUTE else "")


def ask(ctx: Visit, key: str, label: str, button: str, on_click: Callable) -> None:
    """The field and button for what an answer asks for."""
    with st.form(f"{key}_form", border=False):
        with st.container(horizontal=True, vertical_alignment="bottom"):
            st.text_input(ctx.words(f"attendance.{label}"), key=key, max_chars=REASON_LENGTH)
            st.form_submit_button(
                ctx.words(f"attendance.{button}"),
                type="primary",
                on_click=on_click,
                width="content",
            )
            st.form_submit_button(
                ctx.words("gate.cancel"), key=f"{key}_cancel", on_click=dismiss, width="content"
            )


def dismiss() -> None:
    """End the question: until then camera and scanner rest."""
    st.session_state.pop(ANSWER, None)
    st.session_state[TYPED] = ""


def override() -> None:
    """Repeat the last act with the reason for admitting a person whom the room does not expect."""
    act = st.session_state[ANSWER]
    facts = act.facts | {"override": st.session_state[OVERRIDE]}
    if record(OVERRIDE, COMMANDS[act.command], **facts):
        st.session_state[OVERRIDE] = st.session_state[TYPED] = ""


def name_substitute() -> None:
    """Repeat the last badge with the name of the person who came in the delegate's place."""
    act, name = st.session_state[ANSWER], st.session_state[SUBSTITUTE]
    facts = {one: value for one, value in act.facts.items() if one != UNDONE}
    if act.facts.get(UNDONE) and not _take_back(facts, act.facts[UNDONE], name):
        return
    if record(SUBSTITUTE, admit_substitute, **facts | {"substitute": name}):
        st.session_state[SUBSTITUTE] = st.session_state[TYPED] = ""


def _take_back(facts: dict, fact_id: int, name: str) -> bool:
    """Undo that a delegate was admitted, where the name may follow; returns whether it was."""
    named = commands.ready(SUBSTITUTE, lambda: require_words(AttendanceStatus.SUBSTITUTE, name))
    if named is None:
        return False
    return record("attendance.undo_last", undo_attendance, fact_id=fact_id, **facts) is not None
