"""The card on which a section answers the running roll-call, on a telephone."""

import streamlit as st

from data.roll_calls.commands import answer_roll_call
from data.roll_calls.queries import RollCallSnapshot, SectionAnswer
from data.words import Words
from models.roll_calls import NEEDS_WORDS, WAITED_FOR, WORDS_LENGTH, Answer
from ui.roll_calls import queries as roll_calls_queries
from ui.roll_calls import roll_calls
from ui.shell import commands, frame, live
from ui.shell.frame import Visit
from ui.shell.plain import plain

ICONS = {
    Answer.GO: ":material/check:",
    Answer.CONDITIONAL: ":material/priority_high:",
    Answer.NO_GO: ":material/close:",
}
FORM = "roll_call.answer"


@st.fragment(key="update.roll_call", run_every=60)
def card() -> None:
    """The card of the running roll-call for the visitor's own section, if that is asked; of
    several for the first whose answer is waited for.
    """
    ctx = frame.visit()
    live.watch("roll_calls", "incidents", shown=ctx.moment)
    call = roll_calls_queries.roll_call(ctx.moment)
    sections = call.sections if call else ()
    mine = [one for one in sections if one.key in ctx.person.section_keys]
    own = next((one for one in mine if one.stand in WAITED_FOR), mine[0] if mine else None)
    if own is None or not ctx.may("answer_roll_call", section=own.key):
        return
    with st.container(key="roll_call_card"):
        if call.running:
            with st.container(border=True):
                asked(ctx, call, own)
        else:
            over(ctx, call, own)


def asked(ctx: Visit, call: RollCallSnapshot, own: SectionAnswer) -> None:
    """The running roll-call: its question, the section's stand, and the answers to tap."""
    st.caption(ctx.words("roll_call.asked"))
    roll_calls.heading(ctx, call)
    st.markdown(f"**{ctx.words('roll_call.yours')}**")
    roll_calls.section(ctx.words, own)
    choices(ctx, call, own)
    commands.refused(FORM, ctx.words)


def over(ctx: Visit, call: RollCallSnapshot, own: SectionAnswer) -> None:
    """The roll-call that ended last, folded: it must not push away what is to be done."""
    outcome = ctx.words(f"outcome.{call.outcome.value}")
    title = f"{ctx.words('roll_call.title')}: {call.question} · {outcome}"
    with st.expander(plain(title), key="roll_call.over"):
        roll_calls.heading(ctx, call)
        st.markdown(f"**{ctx.words('roll_call.yours')}**")
        roll_calls.section(ctx.words, own)


def choices(ctx: Visit, call: RollCallSnapshot, own: SectionAnswer) -> None:
    """One tap for a GO; a condition or a reason needs words. The answer that counts is marked."""
    words, draft = ctx.words, f"roll_call.draft.{call.id}"
    seen = own.last.id if own.last else 0
    asked_again(words, call, own)
    given = own.last.answer if own.last and own.stand not in WAITED_FOR else None
    for answer in Answer:
        label = words(f"answer.{answer.value}")
        st.button(
            words("roll_call.given", answer=label) if answer is given else label,
            key=f"roll_call.{answer.value}",
            icon=ICONS[answer],
            width="stretch",
            on_click=tap,
            args=(call.id, own.section_id, answer, seen),
            type="primary" if answer is (given or Answer.GO) else "secondary",
        )
    if (answer := st.session_state.get(draft)) is not None:
        reason(words, call, own, answer, seen)


def asked_again(words: Words, call: RollCallSnapshot, own: SectionAnswer) -> None:
    """Why a section is asked once more: its answer no longer counts, or it was reminded of it."""
    if own.stand not in WAITED_FOR:
        return
    if call.reminded_at and (own.last is None or own.last.at <= call.reminded_at):
        sentence = words("roll_call.reminded_you", at=words.time(call.reminded_at))
    elif own.last is not None:
        sentence = words("roll_call.again")
    else:
        return
    st.warning(sentence, icon=":material/notification_important:")


def reason(
    words: Words, call: RollCallSnapshot, own: SectionAnswer, answer: Answer, seen: int
) -> None:
    """The field for the words of a condition or a NO-GO."""
    asked_for = "condition" if answer is Answer.CONDITIONAL else "reason"
    st.text_input(
        f"{words(f'answer.{answer.value}')} – {words(f'roll_call.{asked_for}')}",
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
    """Records a GO at once; opens a field for the others."""
    if answer in NEEDS_WORDS:
        st.session_state[f"roll_call.draft.{call_id}"] = answer
        return
    save(call_id, section_id, answer, "", seen)


def send(call_id: int, section_id: int, answer: Answer, seen: int) -> None:
    save(call_id, section_id, answer, st.session_state["roll_call.words"], seen)


def save(call_id: int, section_id: int, answer: Answer, written: str, seen: int) -> None:
    given = commands.perform(
        FORM,
        answer_roll_call,
        roll_call_id=call_id,
        section_id=section_id,
        answer=answer.value,
        words=written,
        seen=seen,
    )
    if given:
        drop(call_id)
        commands.say("roll_call.sent", answer=Answer(given.answer))


def drop(call_id: int) -> None:
    for key in (f"roll_call.draft.{call_id}", f"refused.{FORM}"):
        st.session_state.pop(key, None)
    if "roll_call.words" in st.session_state:
        st.session_state["roll_call.words"] = ""
