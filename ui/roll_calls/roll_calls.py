"""Parts of a roll-call on pages: its heading, every section's stand, and earlier roll-calls."""

import streamlit as st

from data.roll_calls.queries import AnswerSnapshot, RollCallSnapshot, SectionAnswer
from data.words import Words
from models.roll_calls import STANDS, Outcome, Stand
from ui.roll_calls.documents import roll_call_documents
from ui.shell.frame import Visit
from ui.shell.plain import plain

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
ALWAYS_COUNTED = (Stand.GO, Stand.CONDITIONAL, Stand.NO_GO, Stand.SILENT)
"""The totals that are shown even where they are none."""
EARLIER_SHOWN = 3
"""Earlier answers of a section that are shown."""


def stand_badge(stand: Stand, words: Words) -> None:
    """A section's stand as word, mark and colour."""
    colour, mark = BADGES[stand]
    st.badge(words(f"stand.{stand.value}"), color=colour, icon=mark)


def outcome_badge(outcome: Outcome, words: Words) -> None:
    colour, mark = BADGES[OUTCOMES[outcome]]
    st.badge(words(f"outcome.{outcome.value}"), color=colour, icon=mark)


def heading(ctx: Visit, call: RollCallSnapshot) -> None:
    """The question, its moment, and the time left or the outcome."""
    words = ctx.words
    st.subheader(plain(call.question), anchor=False)
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.text(words("roll_call.for", at=words.moment(call.about_at)), width="content")
        if call.running:
            left = call.about_at - ctx.at
            st.badge(
                words("roll_call.ends_in", span=words.age(left)),
                color="blue",
                icon=":material/timer:",
            )
        else:
            outcome_badge(call.outcome, words)
    opened = words(
        "roll_call.opened_by",
        who=call.opened_by,
        at=words.time(call.opened_at),
        number=call.holds_minutes,
    )
    st.caption(plain(opened))


def totals(words: Words, call: RollCallSnapshot) -> None:
    """How many sections have which answer: the figures of the wall, in its order."""
    with st.container(horizontal=True, gap="small", key=f"roll_call_totals_{call.id}"):
        for stand in reversed(STANDS):
            number = call.counts[stand]
            if number or stand in ALWAYS_COUNTED:
                colour, mark = BADGES[stand] if number else ("gray", BADGES[stand][1])
                label = f"{words(f'stand.{stand.value}')}: {words.number(number)}"
                st.badge(label, color=colour, icon=mark)


# --- the sections --------------------------------------------------------------------------------


def sections(ctx: Visit, call: RollCallSnapshot) -> None:
    """Every section's stand, those that hold it up first."""
    with st.grid(min_column_width=300, key=f"roll_call_sections_{call.id}"):
        for one in call.worst_first:
            with st.container(border=True):
                section(ctx.words, one)


def section(words: Words, one: SectionAnswer) -> None:
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.markdown(f"**{plain(one.short[words.language])}**", width="content")
        stand_badge(one.stand, words)
    details(words, one)


def details(words: Words, one: SectionAnswer) -> None:
    """The answer's words, by whom and when, and until when or why not they count."""
    if one.last is None:
        return
    if one.last.words:
        st.text(one.last.words)
    parts = [by_whom(words, one.last), validity(words, one, one.last)]
    st.caption(plain(" · ".join(part for part in parts if part)))
    for answer in one.earlier[:EARLIER_SHOWN]:
        parts = [
            words("roll_call.before"),
            words(f"answer.{answer.answer.value}"),
            answer.words,
            by_whom(words, answer),
        ]
        st.caption(plain(" · ".join(part for part in parts if part)))


def validity(words: Words, one: SectionAnswer, last: AnswerSnapshot) -> str:
    """Why a section's answer no longer counts, or until when it does; empty for neither."""
    if one.voided_by is not None:
        return words("roll_call.voided_by", number=f"{one.voided_by:03d}")
    if one.stand is Stand.EXPIRED:
        return words("roll_call.expired_at", at=words.time(last.at))
    if one.expires_at:
        return words("roll_call.holds_until", at=words.time(one.expires_at))
    return ""


def by_whom(words: Words, answer: AnswerSnapshot) -> str:
    return words("roll_call.said", who=answer.by, at=words.time(answer.at))


def earlier_calls(ctx: Visit, calls: list[RollCallSnapshot]) -> None:
    """Ended roll-calls, newest first, each folded."""
    words = ctx.words
    st.subheader(words("roll_call.earlier"), anchor=False)
    if not calls:
        st.text(words("roll_call.none_yet"))
    for call in calls:
        outcome = words(f"outcome.{call.outcome.value}")
        question, at = plain(call.question), words.moment(call.about_at)
        with st.expander(f"{question} · {at} · {outcome}", key=f"roll_call.held.{call.id}"):
            outcome_badge(call.outcome, words)
            st.caption(plain(" · ".join(ending(words, call))))
            roll_call_documents(ctx, call)
            sections(ctx, call)


def ending(words: Words, call: RollCallSnapshot) -> list[str]:
    """How a roll-call ended, and its entry in the log."""
    at = words.moment(call.ended_at)
    if call.ended_by:
        parts = [words("roll_call.ended_by", who=call.ended_by, at=at)]
    else:
        parts = [words("roll_call.ended_itself", at=at)]
    if call.entry_number:
        parts.append(words("roll_call.in_log", number=f"{call.entry_number:03d}"))
    return parts
