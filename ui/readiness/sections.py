"""A section as pages show it: level, coverage, blockers, both voices where they differ,
reminders.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

import streamlit as st

from data.readiness.escalation import acknowledge_silence
from data.readiness.tasks import confirm_section, set_headline
from data.words import Words
from models.readiness.escalation import Reminder
from models.readiness.sections import (
    Blocker,
    Reason,
    SectionSnapshot,
    count_levels,
    silent_sections,
)
from models.readiness.tasks import HEADLINE_LENGTH, MARK_OF
from models.text import both
from ui.readiness import queries as readiness_queries
from ui.shell import commands, components
from ui.shell import moment as shell_moment
from ui.shell.frame import Visit
from ui.shell.plain import plain

MAX_NAMED = 3  # reasons and blockers that are named; the others are counted
CONFIRMED = "update.confirmed.{}"
"""When the person last confirmed a section, by its id, in this tab."""
ANSWERS = timedelta(minutes=1)  # how long the button says so


# --- one section, on its own page ----------------------------------------------------------------


def freshness(ctx: Visit, section: SectionSnapshot) -> None:
    """The section: its level, its figures, both voices, when it was confirmed, its reminders."""
    words = ctx.words
    with st.container(horizontal=True, vertical_alignment="center"):
        st.subheader(plain(words.of(section, "short")), anchor=False, width="content")
        components.level_badge(section.level, words)
    st.text(figures(words, section))
    if section.blockers:
        numbers = _numbers(tuple(blocker.number for blocker in section.blockers))
        with st.expander(words("standing.blockers", numbers=numbers), key="update.blockers"):
            st.text("\n".join(blocker_line(words, blocker) for blocker in section.blockers))
    voices(words, section)
    confirmed(ctx, section)


def no_change(ctx: Visit, section: SectionSnapshot) -> None:
    """The one tap that confirms the section as it was reported. For a section that is not the
    person's own it asks first.
    """
    words, form = ctx.words, f"confirm.{section.id}"
    if not ctx.may("confirm_section", section=section.key):
        return
    with st.container():
        if section.key in ctx.person.section_keys:
            confirm_button(ctx, section, form)
        else:
            label = words("update.no_change")
            with st.popover(label, icon=":material/done_all:", key="update.no_change_box"):
                st.text(words("update.for_section", section=words.of(section, "short")))
                confirm_button(ctx, section, form)
        commands.refused(form, words)


def confirm_button(ctx: Visit, section: SectionSnapshot, form: str) -> None:
    """The button, which for a minute says itself that it has recorded."""
    words, at = ctx.words, st.session_state.get(CONFIRMED.format(section.id))
    answers = at is not None and at == section.confirmed_at and ctx.at - at < ANSWERS
    st.button(
        words("update.confirmed", at=at) if answers else words("update.no_change"),
        key="update.no_change",
        type="secondary" if answers else "primary",
        icon=":material/check:" if answers else ":material/done_all:",
        width="stretch",
        help=words("update.no_change_why"),
        on_click=confirm,
        args=(form, section.id),
    )


def confirmed(ctx: Visit, section: SectionSnapshot) -> None:
    """When the section confirmed last; in a silence also who owes what and who was reminded."""
    words, said = ctx.words, confirmed_ago(ctx.words, section, ctx.at)
    if not section.silent:
        st.text(said)
        return
    st.warning(plain(f"{words('update.silent')} · {said}"))
    reminders(ctx, section, readiness_queries.silence_reminders(ctx.moment).get(section.id, []))


def confirmed_ago(words: Words, section: SectionSnapshot, moment: datetime) -> str:
    """How long ago the section confirmed anything."""
    if section.confirmed_at is None:
        return words("update.never_confirmed")
    return words("update.last_confirmed", ago=words.ago(moment - section.confirmed_at))


def confirm(form: str, section_id: int) -> None:
    if report := commands.perform(form, confirm_section, section_id=section_id):
        st.session_state[CONFIRMED.format(section_id)] = report.at
        commands.say("update.confirmed", at=report.at)


def headline(ctx: Visit, section: SectionSnapshot) -> None:
    """The line on the section's tile, and the field of the next one."""
    words, form, key = ctx.words, f"headline.{section.id}", f"update.headline.{section.id}"
    if section.headline:
        st.caption(words("update.headline"))
        st.text(section.headline)
    with st.expander(
        words("update.headline_edit"), icon=":material/edit:", key="update.headline_box"
    ):
        st.text_input(
            words("update.headline"),
            key=key,
            max_chars=HEADLINE_LENGTH,
            placeholder=words("update.headline_hint"),
            label_visibility="collapsed",
        )
        st.button(
            words("update.headline_save"),
            key="update.headline_save",
            on_click=put_headline,
            args=(form, key, section.id),
        )
    commands.refused(form, words)


def put_headline(form: str, key: str, section_id: int) -> None:
    if report := commands.perform(
        form, set_headline, section_id=section_id, headline=st.session_state[key]
    ):
        st.session_state[key] = ""
        commands.say("update.headline_saved", text=report.headline)


def companions(words: Words, section: SectionSnapshot) -> None:
    """Coverage, freshness, and the blockers by name: what a level alone does not say."""
    st.text(
        "\n".join(
            [
                figures(words, section),
                *(blocker_line(words, blocker) for blocker in section.blockers[:MAX_NAMED]),
            ]
        )
    )
    if len(section.blockers) > MAX_NAMED:
        st.caption(words("wall.entries_more", count=len(section.blockers) - MAX_NAMED))


def figures(words: Words, section: SectionSnapshot) -> str:
    """Coverage and freshness in one line."""
    line = [
        words(
            "standing.coverage",
            done=section.done,
            going=section.started - section.done,
            total=section.total,
        )
    ]
    if section.asked:
        line.append(words("standing.freshness", fresh=section.fresh, asked=section.asked))
    return " · ".join(line)


def blocker_line(words: Words, blocker: Blocker) -> str:
    """One blocker: its number and title, and why."""
    why = words(f"standing.{blocker.why.value}", at=blocker.due_at, needs=_numbers(blocker.needs))
    title = f"{blocker.number}. {words.of(blocker, 'title')}"
    return f"{MARK_OF[blocker.level]} {title} – {why}"


def voices(words: Words, section: SectionSnapshot) -> None:
    """Both voices, where the lead declares something better than the facts suggest."""
    if section.differs:
        st.warning(plain(both_voices(words, section)), icon=":material/balance:")


def both_voices(words: Words, section: SectionSnapshot) -> str:
    """What is declared, what the facts suggest, and why."""
    reasons = [reason(words, one) for one in section.reasons[:MAX_NAMED]]
    if len(section.reasons) > MAX_NAMED:
        reasons.append(words("wall.entries_more", count=len(section.reasons) - MAX_NAMED))
    levels = {
        "declared": words(f"level.{section.declared.value}"),
        "suggested": words(f"level.{section.suggested.value}"),
    }
    return words("standing.voices", **levels, reasons="; ".join(reasons))


def reason(words: Words, one: Reason) -> str:
    """One reason in words."""
    number = f"{one.number:03d}" if one.priority else str(one.number)
    return words(
        f"reason.{one.concern.value}",
        number=number,
        needs=_numbers(one.needs),
        priority=one.priority or "",
    )


def _numbers(numbers: tuple[int, ...]) -> str:
    return ", ".join(str(number) for number in numbers)


# --- reminders of a silence ----------------------------------------------------------------------


def reminders(ctx: Visit, section: SectionSnapshot, sent: list[Reminder]) -> None:
    """Each reminder with who answered it, and the tap that answers the last one."""
    words = ctx.words
    if section.silent_owner:
        st.caption(plain(words("standing.owner", office=section.silent_owner)))
    for reminder in sent:
        st.text(reminder_line(words, reminder))
    if sent and not sent[-1].answered_at and ctx.may("acknowledge_silence", section=section.key):
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


def reminder_line(words: Words, reminder: Reminder) -> str:
    """Who was reminded when, and which office answered when."""
    office = words(f"rung.{reminder.level.value}")
    sent = words("standing.called", office=office, at=reminder.at)
    if not reminder.answered_at:
        return sent
    facts = {"office": both(reminder, "office"), "at": reminder.answered_at}
    return f"{sent} · {words('standing.answered', **facts)}"


def answer(form: str, section_id: int) -> None:
    if given := commands.perform(form, acknowledge_silence, section_id=section_id):
        commands.say("standing.answer_given", at=given.at)


def silences(ctx: Visit) -> None:
    """For the command room: the silent sections, their reminders, and the tap that answers."""
    words, sent = ctx.words, readiness_queries.silence_reminders(ctx.moment)
    silent = silent_sections(readiness_queries.sections(ctx.moment))
    if not silent:
        return
    st.subheader(words("standing.silences", number=len(silent)), anchor=False)
    with st.grid(min_column_width=300, key="standing_silences"):
        for section in silent:
            with st.container(border=True):
                st.markdown(f"**{plain(words.of(section, 'short'))}**")
                st.caption(confirmed_ago(words, section, ctx.at))
                reminders(ctx, section, sent.get(section.id, []))


# --- all sections -------------------------------------------------------------------------------


def levels_line(words: Words, sections: Iterable[SectionSnapshot]) -> str:
    """How many sections are at each level; silence is counted by itself."""
    counts = count_levels(sections)
    return words(
        "home.count_levels",
        on_track=counts.fine,
        not_started=counts.not_started,
        at_risk=counts.at_risk,
        late=counts.late,
    )


# --- all sections, for the review ----------------------------------------------------------------


def overview(words: Words, shown: shell_moment.Moment) -> None:
    """Every section worst first: level, coverage, freshness, blockers, both voices."""
    order = sorted(
        readiness_queries.sections(shown),
        key=lambda section: list(components.BADGES).index(section.level),
    )
    sent = readiness_queries.silence_reminders(shown)
    st.subheader(words("standing.sections"), anchor=False)
    with st.grid(min_column_width=300, key="standing_overview"):
        for section in order:
            with st.container(border=True, gap="small"):
                with st.container(horizontal=True, vertical_alignment="center", gap="small"):
                    st.markdown(f"**{plain(words.of(section, 'short'))}**", width="content")
                    components.level_badge(section.level, words)
                companions(words, section)
                st.caption(confirmed_ago(words, section, shown.view.moment))
                if section.differs:
                    st.caption(plain(both_voices(words, section)))
                for reminder in sent.get(section.id, []):
                    st.caption(plain(reminder_line(words, reminder)))
