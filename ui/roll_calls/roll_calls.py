"""A roll-call's parts: the card on which a section answers, where every section stands, and what earlier ones came to."""

import streamlit as st

from data.roll_calls.commands import RollCallSnapshot, Said, SectionAnswer, answer_roll_call
from data.words import Words
from models.roll_calls import NEEDS_WORDS, WORDS_LENGTH, Answer, Outcome, Stand
from ui.roll_calls import queries as roll_calls_queries
from ui.roll_calls.documents import roll_call_documents
from ui.shell import commands, components, frame, live
from ui.shell.frame import Visit

BADGES = {
    Stand.NO_GO: ("red", ":material/close:"),
    Stand.VOIDED: ("red", ":material/gpp_bad:"),
    Stand.EXPIRED: ("gray", ":material/hourglass_disabled:"),
    Stand.SILENT: ("gray", ":material/question_mark:"),
    Stand.CONDITIONAL: ("orange", ":material/priority_high:"),
    Stand.GO: ("green", ":material/check:"),
}
OUTCOMES = {
    Outcome.NOT_READY: Stand.NO_GO,
    Outcome.CONDITIONAL: Stand.CONDITIONAL,
    Outcome.GO: Stand.GO,
}
ICONS = {
    Answer.GO: ":material/check:",
    Answer.CONDITIONAL: ":material/priority_high:",
    Answer.NO_GO: ":material/close:",
}
FORM = "roll_call.answer"


def stand_badge(stand: Stand, words: Words) -> None:
    """A section's stand as word, mark and colour."""
    colour, mark = BADGES[stand]
    st.badge(words(f"stand.{stand.value}"), color=colour, icon=mark)


def outcome_badge(outcome: Outcome, words: Words) -> None:
    colour, mark = BADGES[OUTCOMES[outcome]]
    st.badge(words(f"outcome.{outcome.value}"), color=colour, icon=mark)


def heading(now: Visit, call: RollCallSnapshot) -> None:
    """The question, its moment, and how long is left or what it came to."""
    words = now.words
    st.subheader(components.plain(call.question), anchor=False)
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.text(words("roll_call.for", at=words.moment(call.about_at)), width="content")
        if call.running:
            left = call.about_at - now.moment.view.moment
            st.badge(
                words("roll_call.ends_in", span=words.age(left)),
                color="blue",
                icon=":material/timer:",
            )
        else:
            outcome_badge(call.outcome, words)
    told = words(
        "roll_call.opened_by",
        who=call.opened_by,
        at=words.time(call.opened_at),
        number=call.holds_minutes,
    )
    st.caption(components.plain(told))


# --- where the sections stand ----------------------------------------------------------------------------------------


def sections(now: Visit, call: RollCallSnapshot) -> None:
    """Every section's stand, those that hold it up first."""
    waiting = {one.section_id for one in call.held_up_by}
    ordered = [*call.held_up_by, *(one for one in call.sections if one.section_id not in waiting)]
    with st.grid(min_column_width=300, key=f"roll_call_sections_{call.id}"):
        for one in ordered:
            with st.container(border=True):
                section(now.words, one)


def section(words: Words, one: SectionAnswer) -> None:
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.markdown(f"**{components.plain(one.short[words.language])}**", width="content")
        stand_badge(one.stand, words)
    details(words, one)


def details(words: Words, one: SectionAnswer) -> None:
    """Its words, who said them when, and why they do not count any more."""
    if one.said and one.said.words:
        st.text(one.said.words)
    parts = [spoken(words, one.said)] if one.said else []
    if one.voided_by is not None:
        parts.append(words("roll_call.voided_by", number=f"{one.voided_by:03d}"))
    elif one.stand is Stand.EXPIRED:
        parts.append(words("roll_call.expired_at", at=words.time(one.said.at)))
    elif one.expires_at:
        parts.append(words("roll_call.holds_until", at=words.time(one.expires_at)))
    if parts:
        st.caption(components.plain(" · ".join(parts)))
    for before in one.earlier[:3]:
        told = [
            words("roll_call.before"),
            words(f"answer.{before.answer.value}"),
            before.words,
            spoken(words, before),
        ]
        st.caption(components.plain(" · ".join(part for part in told if part)))


def spoken(words: Words, said: Said) -> str:
    return words("roll_call.said", who=said.by, at=words.time(said.at))


def held(now: Visit, found: list[RollCallSnapshot]) -> None:
    """The roll-calls that ended, newest first, each folded."""
    words = now.words
    st.subheader(words("roll_call.earlier"), anchor=False)
    if not found:
        st.text(words("roll_call.none_yet"))
    for call in found:
        label = f"{components.plain(call.question)} · {words.moment(call.about_at)} · {words(f'outcome.{call.outcome.value}')}"
        with st.expander(label, key=f"roll_call.held.{call.id}"):
            outcome_badge(call.outcome, words)
            st.caption(components.plain(" · ".join(ending(words, call))))
            roll_call_documents(now, call)
            sections(now, call)


def ending(words: Words, call: RollCallSnapshot) -> list[str]:
    """How it ended, and where the log tells it."""
    at = words.moment(call.ended_at)
    told = (
        words("roll_call.ended_by", who=call.ended_by, at=at)
        if call.ended_by
        else words("roll_call.ended_itself", at=at)
    )
    return [
        told,
        *(
            [words("roll_call.in_log", number=f"{call.entry_number:03d}")]
            if call.entry_number
            else []
        ),
    ]


# --- the section's answer, on a telephone ----------------------------------------------------------------------------


@st.fragment(key="update.roll_call", run_every=60)
def asked() -> None:
    """The card of the running roll-call for the section of whoever looks; nothing while none asks it."""
    live.watch("roll_calls", "incidents")
    now = frame.visit()
    call = roll_calls_queries.roll_call(now.moment)
    own = (
        next((one for one in call.sections if one.key == now.person.section_key), None)
        if call
        else None
    )
    if own is None or not now.may("answer_roll_call", section=own.key):
        return
    with st.container(border=True, key="roll_call_card"):
        st.caption(now.words("roll_call.asked" if call.running else "roll_call.title"))
        heading(now, call)
        st.markdown(f"**{now.words('roll_call.yours')}**")
        section(now.words, own)
        if call.running:
            choices(now, call, own)
        commands.refused(FORM, now.words)


def choices(now: Visit, call: RollCallSnapshot, own: SectionAnswer) -> None:
    """One tap for a GO; a condition or a reason is asked for in words."""
    words, draft = now.words, f"roll_call.draft.{call.id}"
    seen = own.said.id if own.said else 0
    if own.stand in (Stand.VOIDED, Stand.EXPIRED):
        st.warning(words("roll_call.again"), icon=":material/notification_important:")
    for answer in Answer:
        told = {"type": "primary"} if answer is Answer.GO else {}
        st.button(
            words(f"answer.{answer.value}"),
            key=f"roll_call.{answer.value}",
            icon=ICONS[answer],
            width="stretch",
            on_click=tap,
            args=(call.id, own.section_id, answer, seen),
            **told,
        )
    answer = st.session_state.get(draft)
    if answer is None:
        return
    st.text_input(
        f"{words(f'answer.{answer.value}')} – {words('roll_call.condition' if answer is Answer.CONDITIONAL else 'roll_call.reason')}",
        key="roll_call.words",
        max_chars=WORDS_LENGTH,
        placeholder=words("roll_call.words_hint"),
    )
    with st.container(horizontal=True):
        st.button(
            words("roll_call.send"),
            key="roll_call.send",
            type="primary",
            on_click=send,
            args=(call.id, own.section_id, answer, seen),
        )
        st.button(words("roll_call.cancel"), key="roll_call.cancel", on_click=drop, args=(call.id,))


def tap(call_id: int, section_id: int, answer: Answer, seen: int) -> None:
    """A GO is recorded at once; for the others a field opens."""
    if answer in NEEDS_WORDS:
        st.session_state[f"roll_call.draft.{call_id}"] = answer
        return
    save(call_id, section_id, answer, "", seen)


def send(call_id: int, section_id: int, answer: Answer, seen: int) -> None:
    save(call_id, section_id, answer, st.session_state["roll_call.words"], seen)


def save(call_id: int, section_id: int, answer: Answer, told: str, seen: int) -> None:
    which = {"roll_call_id": call_id, "section_id": section_id, "seen": seen}
    if given := commands.perform(FORM, answer_roll_call, answer=answer.value, words=told, **which):
        drop(call_id)
        commands.say("roll_call.sent", answer=Answer(given.answer))


def drop(call_id: int) -> None:
    for key in (f"roll_call.draft.{call_id}", f"refused.{FORM}"):
        st.session_state.pop(key, None)
    if "roll_call.words" in st.session_state:
        st.session_state["roll_call.words"] = ""
