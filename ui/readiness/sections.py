"""How ready a section is, as pages show it: its level and companions, both voices where they differ, and whom its silence called."""

from datetime import datetime

import streamlit as st

from data.readiness.escalation import acknowledge_silence
from data.readiness.tasks import confirm_section
from data.words import Words
from models.readiness.escalation import Call
from models.readiness.sections import Blocker, Reason, SectionSnapshot
from models.text import both
from ui.readiness import queries as readiness_queries
from ui.shell import commands, components
from ui.shell import moment as shell_moment
from ui.shell.frame import Visit

TOLD = 3  # reasons and blockers that are named; the others are counted


# --- one section, on its own page ------------------------------------------------------------------------------------


def freshness(now: Visit, section: SectionSnapshot) -> None:
    """How the section stands, when it was last confirmed, whom its silence called, and the one tap that renews it."""
    words = now.words
    with st.container(horizontal=True, vertical_alignment="center"):
        st.subheader(words.of(section, "short"), anchor=False, width="content")
        components.level_badge(section.level, words)
    companions(words, section)
    voices(words, section)
    confirmed(now, section)
    if now.may("confirm_section", section=section.key):
        form = f"confirm.{section.id}"
        st.button(
            words("update.no_change"),
            key="update.no_change",
            type="primary",
            icon=":material/done_all:",
            width="stretch",
            help=words("update.no_change_why"),
            on_click=confirm,
            args=(form, section.id),
        )
        commands.refused(form, words)


def confirmed(now: Visit, section: SectionSnapshot) -> None:
    """When the section confirmed last; in a silence also who owes what and who was called."""
    words, said = now.words, confirmed_ago(now.words, section, now.moment.view.moment)
    if not section.silent:
        st.text(said)
        return
    st.warning(components.plain(f"{words('update.silent')} · {said}"))
    calls(now, section, readiness_queries.silence_calls(now.moment).get(section.id, []))


def confirmed_ago(words: Words, section: SectionSnapshot, moment: datetime) -> str:
    """How long ago the section confirmed anything."""
    if section.confirmed_at is None:
        return words("update.never_confirmed")
    return words("update.last_confirmed", ago=words.ago(moment - section.confirmed_at))


def confirm(form: str, section_id: int) -> None:
    if report := commands.perform(form, confirm_section, section_id=section_id):
        commands.say("update.confirmed", at=report.at)


def companions(words: Words, section: SectionSnapshot) -> None:
    """Coverage, freshness, and the blockers by name: what a level alone does not tell."""
    st.text(
        "\n".join(
            [
                figures(words, section),
                *(blocker_line(words, blocker) for blocker in section.blockers[:TOLD]),
            ]
        )
    )
    if len(section.blockers) > TOLD:
        st.caption(words("wall.entries_more", count=len(section.blockers) - TOLD))


def figures(words: Words, section: SectionSnapshot) -> str:
    """Coverage and freshness in one line."""
    told = [
        words(
            "standing.coverage",
            done=section.done,
            going=section.started - section.done,
            total=section.total,
        )
    ]
    if section.asked:
        told.append(words("standing.freshness", fresh=section.fresh, asked=section.asked))
    return " · ".join(told)


def blocker_line(words: Words, blocker: Blocker) -> str:
    """One blocker: its number and title, and why."""
    why = words(f"standing.{blocker.why.value}", at=blocker.due_at, needs=_numbers(blocker.needs))
    return f"{components.MARK_OF[blocker.level]} {blocker.number}. {words.of(blocker, 'title')} – {why}"


def voices(words: Words, section: SectionSnapshot) -> None:
    """Both voices, where the lead declares something better than the facts suggest."""
    if section.differs:
        st.warning(components.plain(both_voices(words, section)), icon=":material/balance:")


def both_voices(words: Words, section: SectionSnapshot) -> str:
    """What is declared, what the facts suggest, and why."""
    reasons = [reason(words, one) for one in section.reasons[:TOLD]]
    if len(section.reasons) > TOLD:
        reasons.append(words("wall.entries_more", count=len(section.reasons) - TOLD))
    levels = {
        "declared": words(f"level.{section.declared.value}"),
        "suggested": words(f"level.{section.suggested.value}"),
    }
    return words("standing.voices", **levels, reasons="; ".join(reasons))


def reason(words: Words, one: Reason) -> str:
    """One reason in words."""
    number = f"{one.number:03d}" if one.priority else str(one.number)
    return words(
        f"reason.{one.fact.value}",
        number=number,
        needs=_numbers(one.needs),
        priority=one.priority or "",
    )


def _numbers(numbers: tuple[int, ...]) -> str:
    return ", ".join(str(number) for number in numbers)


# --- whom a silence called -------------------------------------------------------------------------------------------


def calls(now: Visit, section: SectionSnapshot, made: list[Call]) -> None:
    """Each call with who answered it, and the tap that answers the last one."""
    words = now.words
    if section.silent_owner:
        st.caption(components.plain(words("standing.owner", office=section.silent_owner)))
    for call in made:
        st.text(call_line(words, call))
    if made and not made[-1].answered_at and now.may("acknowledge_silence", section=section.key):
        form = f"silence.{section.id}"
        st.button(
            words("standing.answer"),
            key=f"standing.answer.{section.id}",
            icon=":material/front_hand:",
            help=words("standing.answer_why"),
            on_click=answer,
            args=(form, section.id),
        )
        commands.refused(form, words)


def call_line(words: Words, call: Call) -> str:
    """Who was called when, and which office answered when."""
    told = words("standing.called", office=words(f"rung.{call.rung.value}"), at=call.at)
    if call.answered_at:
        told += " · " + words("standing.answered", office=both(call, "office"), at=call.answered_at)
    return told


def answer(form: str, section_id: int) -> None:
    if given := commands.perform(form, acknowledge_silence, section_id=section_id):
        commands.say("standing.answer_given", at=given.at)


def silences(now: Visit) -> None:
    """For the command room: the silent sections, whom each has called, and the tap that answers."""
    words, made = now.words, readiness_queries.silence_calls(now.moment)
    silent = [section for section in readiness_queries.sections(now.moment) if section.silent]
    if not silent:
        return
    st.subheader(words("standing.silences", number=len(silent)), anchor=False)
    with st.grid(min_column_width=300, key="standing_silences"):
        for section in silent:
            with st.container(border=True):
                st.markdown(f"**{components.plain(words.of(section, 'short'))}**")
                st.caption(confirmed_ago(words, section, now.moment.view.moment))
                calls(now, section, made.get(section.id, []))


# --- all sections, for the review ------------------------------------------------------------------------------------


def overview(words: Words, shown: shell_moment.Moment) -> None:
    """Every section worst first: level, coverage, freshness, blockers, both voices."""
    order = sorted(
        readiness_queries.sections(shown),
        key=lambda section: list(components.BADGES).index(section.level),
    )
    st.subheader(words("standing.sections"), anchor=False)
    with st.grid(min_column_width=300, key="standing_overview"):
        for section in order:
            with st.container(border=True, gap="small"):
                with st.container(horizontal=True, vertical_alignment="center", gap="small"):
                    st.markdown(
                        f"**{components.plain(words.of(section, 'short'))}**", width="content"
                    )
                    components.level_badge(section.level, words)
                companions(words, section)
                st.caption(confirmed_ago(words, section, shown.view.moment))
                if section.differs:
                    st.caption(components.plain(both_voices(words, section)))
                for call in readiness_queries.silence_calls(shown).get(section.id, []):
                    st.caption(components.plain(call_line(words, call)))
