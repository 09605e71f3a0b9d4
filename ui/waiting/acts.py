"""What waits for a person on the first page, each with its own page's act or the way there."""

from collections.abc import Callable

import streamlit as st

from models.access.people import Role
from models.programme import ItemSnapshot
from models.readiness.sections import PRESSING, SectionSnapshot
from models.text import one_line
from models.waiting import overdue_answers_of, waits_for
from ui.access import entrances, faults
from ui.answers import queries as answers_queries
from ui.attendance import finished, gate
from ui.erasure import day as erasure_day
from ui.incidents import entries as incident_entries
from ui.incidents import queries as incidents_queries
from ui.media import items as media_items
from ui.media import queries as media_queries
from ui.personal_data import cases as personal_cases
from ui.programme import agenda, day
from ui.programme import queries as programme_queries
from ui.readiness import queries as readiness_queries
from ui.readiness import sections as readiness_sections
from ui.reviews import directives
from ui.reviews import queries as reviews_queries
from ui.roll_calls import opening, roll_calls
from ui.roll_calls import queries as roll_calls_queries
from ui.shell import commands, components, menu, table
from ui.shell.frame import Visit
from ui.shell.plain import plain
from ui.synthesis import queries as synthesis_queries
from ui.waiting import queries as waiting_queries

MAX_NAMED = 3  # of one kind on this page; the others are counted
Region = Callable[[Visit], bool]
"""Draws what waits of one kind; returns whether anything does."""


def draw(ctx: Visit) -> None:
    """Everything that waits for the visitor's role, the most urgent first."""
    waits = [region(ctx) for region in REGIONS[Role(ctx.person.role)]]
    if not any(waits):
        st.text(ctx.words("waiting.nothing"))


def way(ctx: Visit, page: str) -> None:
    """The way to the page on which an act is done that needs more than a tap."""
    label = ctx.words("waiting.go", page=ctx.words(f"page.{page}"))
    st.page_link(menu.path(page), label=label, icon=":material/arrow_forward:")


# --- a section ------------------------------------------------------------------------------------


def sections_of(ctx: Visit) -> list[SectionSnapshot]:
    """The visitor's own sections."""
    if ctx.person is None:
        return []
    sections = readiness_queries.sections(ctx.moment)
    return [one for one in sections if one.key in ctx.person.section_keys]


def confirmation(ctx: Visit) -> bool:
    """The sections of a lead, and when each was confirmed; the page's foot confirms the only one
    again, several are confirmed on their own page.
    """
    sections = sections_of(ctx)
    for number, section in enumerate(sections):
        with st.container(border=True, key=f"waiting_confirmation{number or ''}"):
            with st.container(horizontal=True, vertical_alignment="center", gap="small"):
                st.markdown(f"**{plain(ctx.words.of(section, 'short'))}**", width="content")
                components.level_badge(section.level, ctx.words)
            readiness_sections.confirmed(ctx, section)
    if len(sections) > 1:
        way(ctx, "update")
    return any(section.silent for section in sections)


def own_directives(ctx: Visit) -> bool:
    """The open directives of the visitor's sections or office."""
    return directives.own(ctx, sections_of(ctx))


# --- the command room and the committee -----------------------------------------------------------


def roll_call(ctx: Visit) -> bool:
    """A running roll-call with answers missing: who is waited for, the reminder and the end."""
    call = roll_calls_queries.roll_call(ctx.moment)
    if call is None or not call.running or not call.waited_for:
        return False
    with st.container(border=True, key="waiting_roll_call"):
        roll_calls.heading(ctx, call)
        missing = ", ".join(one.short[ctx.words.language] for one in call.waited_for)
        st.text(ctx.words("waiting.unanswered", sections=missing))
        opening.chair_acts(ctx.words, call)
        commands.refused(opening.END, ctx.words)
    return True


def incidents(ctx: Visit) -> bool:
    """The open incidents of the first two priorities, worst first."""
    words, names = ctx.words, incident_entries.section_names(ctx)
    found = [
        one
        for one in incidents_queries.entries(ctx.moment)
        if one.open and one.priority in PRESSING
    ]
    found.sort(key=lambda one: (one.priority, -one.number))
    for one in found[:MAX_NAMED]:
        with st.container(border=True, horizontal=True, vertical_alignment="center", gap="small"):
            with st.container(gap=None):
                priority = components.badge(
                    f"P{one.priority}", components.PRIORITY_COLOURS[one.priority], ""
                )
                number = incident_entries.number_of(one)
                st.markdown(f"{priority} **{plain(number)}** {plain(one.text)}")
                section = incident_entries.name_of(words, one, names)
                st.caption(plain(f"{section} · {words.ago(ctx.at - one.opened_at)}"))
            if st.button(words("waiting.open"), key=f"waiting.entry.{one.id}"):
                table.choose(incident_entries.KEY, one.id)
                st.switch_page(menu.path("log"))
    if len(found) > MAX_NAMED:
        st.caption(words("wall.entries_more", count=len(found) - MAX_NAMED))
        way(ctx, "log")
    return bool(found)


def silences(ctx: Visit) -> bool:
    """The silent sections with their reminders."""
    readiness_sections.silences(ctx)
    return bool(waiting_queries.waiting(ctx.moment).silent)


def review(ctx: Visit) -> bool:
    """That no review of today is signed."""
    if not waiting_queries.waiting(ctx.moment).review_owed:
        return False
    with st.container(border=True, key="waiting_review"):
        st.text(ctx.words("waiting.review_owed", day=ctx.words.day(ctx.at)))
        way(ctx, "review")
    return True


def overdue_directives(ctx: Visit) -> bool:
    """The directives that their owners have not reported done in time."""
    words, names = ctx.words, incident_entries.section_names(ctx)
    late = [one for one in reviews_queries.directives(ctx.moment) if one.open and one.overdue]
    if not late:
        return False
    with st.container(border=True, key="waiting_directives"):
        st.markdown(f"**{words('waiting.directives_overdue', number=len(late))}**")
        for one in late[:MAX_NAMED]:
            owner = words.fact(one.office) if one.office else names[one.section_id][1]
            overdue = words("review.overdue_by", span=words.age(ctx.at - one.due_at))
            st.text(f"{one.number}. {one.text}")
            st.caption(plain(f"{owner} · {overdue}"))
        if not waiting_queries.waiting(ctx.moment).review_owed:  # which shows the way itself
            way(ctx, "review")
    return True


def synthesis(ctx: Visit) -> bool:
    """The version of the synthesis that waits for approval."""
    waits = synthesis_queries.submitted(ctx.moment)
    if waits is None:
        return False
    with st.container(border=True, key="waiting_synthesis"):
        st.text(ctx.words("waiting.synthesis_submitted", number=waits.number))
        way(ctx, "synthesis")
    return True


def answers(ctx: Visit) -> bool:
    """The overdue answers that wait for the visitor, the longest first."""
    words, keys = ctx.words, {one.key for one in readiness_queries.sections(ctx.moment)}
    late = [
        one
        for one in answers_queries.overdue(ctx.moment)
        if overdue_answers_of({waits_for(one.section_key, keys): 1}, ctx.person)
    ]
    if not late:
        return False
    with st.container(border=True, key="waiting_answers"):
        st.markdown(f"**{words('waiting.answers_overdue', number=len(late))}**")
        for one in late[:MAX_NAMED]:
            overdue = words("review.overdue_by", span=words.age(ctx.at - one.overdue_at))
            st.text(f"{one.number}. {one_line(one.entered.text)}")
            st.caption(plain(f"{one.entered.body} · {overdue}"))
        way(ctx, "answers")
    return True


def minutes(ctx: Visit) -> bool:
    """That the visitor's own forum is over and its minutes are not signed."""
    own = ctx.person.item_key if ctx.person else None
    if own not in {one.key for one in synthesis_queries.unsigned(ctx.moment)}:
        return False
    with st.container(border=True, key="waiting_minutes"):
        st.text(ctx.words("waiting.minutes_owed"))
        way(ctx, "synthesis")
    return True


# --- the others -----------------------------------------------------------------------------------


def desk(ctx: Visit) -> bool:
    """The item that the desk serves now, and its two ways to admit delegates."""
    words = ctx.words
    if not any(item.counts_attendance for item in programme_queries.items(ctx.moment)):
        return False
    item = finished.item_now(ctx)
    with st.container(border=True, key="waiting_item"):
        st.markdown(agenda.name_and_venue(words, item))
        st.text(how_far(ctx, item))
        with st.container(horizontal=True, gap="small"):
            gate.way(ctx, key="waiting.gate")
            way(ctx, "attendance")
    return True


def how_far(ctx: Visit, item: ItemSnapshot) -> str:
    return agenda.state(ctx.words, item, ctx.at) if item.started_at else agenda.starts(ctx, item)


def own_item(ctx: Visit) -> bool:
    """The item of a forum's rapporteur, with its start or its end."""
    items = programme_queries.items(ctx.moment)
    item = next((one for one in items if one.key == ctx.person.item_key), None)
    if item is None or item.finished_at:
        return False
    with st.container(border=True, key="waiting_item"):
        st.markdown(agenda.name_and_venue(ctx.words, item))
        st.text(how_far(ctx, item))
        if ctx.at.astimezone(ctx.words.time_zone).date() in agenda.days(ctx, item):
            day.act(ctx, item)
        way(ctx, "programme")
    return True


def publications(ctx: Visit) -> bool:
    """The publications that are overdue; where none is, the next one."""
    owed = [one for one in media_queries.media_items(ctx.moment) if one.published_at is None]
    late = [one for one in owed if one.late]
    for one in late[:MAX_NAMED] or owed[:1]:
        media_items.card(ctx, one)
    if len(late) > MAX_NAMED:
        st.caption(ctx.words("home.owed_more", number=len(late) - MAX_NAMED))
    if owed:
        way(ctx, "media")
    return bool(owed)


def administration(ctx: Visit) -> bool:
    """What an administrator has to put right, and the accounts that have not come in yet."""
    failing = faults.shown(ctx)
    if ctx.event.is_open:
        return failing  # where everybody comes in without an invitation
    counts = entrances.counts(ctx)
    if counts["uninvited"] or counts["invited"]:
        with st.container(border=True, key="waiting_accounts"):
            st.text(ctx.words("waiting.accounts", **counts))
            way(ctx, "people")
        return True
    return failing


REGIONS: dict[Role, tuple[Region, ...]] = {
    Role.LEAD: (confirmation, own_directives, answers),
    Role.DEPUTY: (confirmation, own_directives, answers),
    Role.COMMAND: (personal_cases.waiting, roll_call, incidents, own_directives, silences, answers),
    Role.COMMITTEE: (review, synthesis, roll_call, own_directives, overdue_directives, answers),
    Role.ADMIN: (
        administration,
        erasure_day.region,
        personal_cases.waiting,
        roll_call,
        own_directives,
    ),
    Role.DESK: (desk,),
    Role.RAPPORTEUR: (own_item, minutes),
    Role.MEDIA: (publications,),
    Role.DISPLAY: (),
}
