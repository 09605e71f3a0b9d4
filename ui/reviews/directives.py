"""Directives: the form of the meeting, and their owners' cards on a telephone."""

from collections.abc import Mapping, Sequence
from datetime import timedelta

import streamlit as st

from data.reviews.directives import (
    acknowledge_directive,
    give_directive,
    report_directive,
    undo_directive_step,
    withdraw_directive,
)
from models.access.people import Role, may
from models.readiness.sections import SectionSnapshot
from models.reviews.directives import DIRECTIVE_LENGTH, WHY_LENGTH, DirectiveSnapshot, Kind, State
from ui.access import queries as access_queries
from ui.readiness import queries as readiness_queries
from ui.reviews import queries as reviews_queries
from ui.shell import choices, commands, components
from ui.shell.frame import Visit
from ui.shell.plain import plain

FORM = "directive.give"
RECENT = timedelta(hours=1)  # how long a report on a directive is offered to be taken back


# --- in the meeting ------------------------------------------------------------------------------

Sections = Mapping[int, SectionSnapshot]
"""Sections by their ids."""


def meeting(ctx: Visit) -> None:
    """The form of a decision or a directive: text, owner, due time, reason."""
    words = ctx.words
    with st.expander(words("directive.new"), icon=":material/gavel:", key="directive.form"):
        kind = st.segmented_control(
            words("directive.kind"),
            list(Kind),
            default=Kind.DIRECTIVE,
            required=True,
            format_func=lambda kind: words(f"directive.{kind.value}"),
            key="directive.kind",
        )
        st.text_input(words("directive.text"), key="directive.text", max_chars=DIRECTIVE_LENGTH)
        if kind is Kind.DIRECTIVE:
            owner(ctx)
            due(ctx)
        st.text_input(words("directive.reason"), key="directive.reason", max_chars=WHY_LENGTH)
        st.button(
            words("directive.give"),
            key=FORM,
            type="primary",
            icon=":material/gavel:",
            on_click=give,
            args=(ctx,),
        )
        commands.refused(FORM, words)


def owner(ctx: Visit) -> None:
    names = owners(ctx)
    choices.selectbox(
        ctx.words("directive.owner"),
        list(names),
        index=None,
        format_func=names.__getitem__,
        placeholder="",
        key="directive.owner",
    )


def owners(ctx: Visit) -> dict[str, str]:
    """The possible owners: sections, and offices that can acknowledge and lead no section."""
    words = ctx.words
    sections = readiness_queries.sections(ctx.moment)
    found = {f"section {one.id}": words.of(one, "name") for one in sections}
    offices = (
        one
        for one in access_queries.everybody(ctx.moment)
        if may(one, "see_update") and one.role not in (Role.LEAD, Role.DEPUTY)
    )
    return found | {f"office {one.id}": words.of(one, "name") for one in offices}


def due(ctx: Visit) -> None:
    """The due time, at first tomorrow at 17:00."""
    words, event = ctx.words, ctx.moment.event
    today = ctx.at.astimezone(words.time_zone)
    days = [
        today.date() + timedelta(days=number)
        for number in range(max((event.last_day - today.date()).days, 0) + 31)
    ]
    tomorrow = (today + timedelta(days=1)).replace(hour=17, minute=0, second=0, microsecond=0)
    components.day_and_time(
        ctx,
        "directive.due",
        words("directive.due_day"),
        words("directive.due_time"),
        days=days,
        value=tomorrow,
    )


def give(ctx: Visit) -> None:
    state = st.session_state
    sort, _, number = (state.get("directive.owner") or "").partition(" ")
    due_at = None
    if "directive.due.day" in state:
        due_at = commands.ready(FORM, lambda: components.moment_typed(ctx, "directive.due"))
        if due_at is None:
            return
    given = commands.perform(
        FORM,
        give_directive,
        kind=state["directive.kind"].value,
        text=state["directive.text"],
        why=state["directive.reason"],
        section_id=int(number) if sort == "section" else None,
        office_id=int(number) if sort == "office" else None,
        due_at=due_at,
    )
    if given:
        state["directive.text"] = state["directive.reason"] = ""
        commands.say("directive.given_out", number=str(given.number))


def withdrawing(ctx: Visit, one_id: int, *, key: str) -> None:
    """The button that withdraws a decision or an open directive, for those who may."""
    every = reviews_queries.directives(ctx.moment)
    withdrawable = {one.id for one in every if one.state in (State.GIVEN, State.ACKNOWLEDGED)}
    if not ctx.may("withdraw_directive") or one_id not in withdrawable:
        return
    form = f"directive.withdraw.{one_id}"
    st.text_input(ctx.words("directive.withdraw_note"), key=f"{key}.note", max_chars=WHY_LENGTH)
    st.button(
        ctx.words("directive.withdraw"),
        key=f"{key}.withdraw",
        on_click=withdraw,
        args=(form, one_id, f"{key}.note"),
    )
    commands.refused(form, ctx.words)


def withdraw(form: str, number: int, key: str) -> None:
    commands.perform(form, withdraw_directive, directive_id=number, note=st.session_state[key])


# --- on the owner's telephone --------------------------------------------------------------------


def own(ctx: Visit, sections: Sequence[SectionSnapshot]) -> bool:
    """The open directives of some sections and of the visitor's own office, by urgency; returns
    whether there are any.
    """
    every = reviews_queries.directives(ctx.moment)
    by_id = {section.id: section for section in sections}
    mine = [one for one in every if owns(ctx, by_id, one)]
    waits = any(one.open for one in mine)
    if waits:
        st.markdown(f"**{ctx.words('directive.of_yours')}**")
    for one in mine:
        if one.open:
            card(ctx, one, may_step=may_step(ctx, by_id, one))
    done = [one for one in mine if one.state is State.DONE and ctx.at - one.changed_at < RECENT]
    for one in done:
        if may_step(ctx, by_id, one):
            reported(ctx, one)
    return waits


def may_step(ctx: Visit, sections: Sections, one: DirectiveSnapshot) -> bool:
    """Whether the visitor may take the owner's steps."""
    if one.office_id is not None:
        return True
    section = sections.get(one.section_id or 0)
    return ctx.may("acknowledge_directive", section=section.key if section else None)


def reported(ctx: Visit, one: DirectiveSnapshot) -> None:
    """A directive that was reported done a short while ago, with what takes that back."""
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.caption(plain(f"{ctx.words('directive.reported')}: {one.number}. {one.text}"))
        undo(ctx, one)
    commands.refused(f"directive.undo.{one.id}", ctx.words)


def owns(ctx: Visit, sections: Sections, one: DirectiveSnapshot) -> bool:
    """Whether a directive is the visitor's own or that of one of the sections."""
    if one.office_id:
        return one.office_id == ctx.person.id
    return one.section_id in sections


def card(ctx: Visit, one: DirectiveSnapshot, *, may_step: bool) -> None:
    words = ctx.words
    with st.container(border=True, key=f"directive_{one.id}"):
        state = components.badge(
            words(f"directive.{one.state.value}"),
            "orange" if one.state is State.GIVEN else "blue",
            ":material/gavel:",
        )
        late = words("review.overdue_by", span=words.age(abs(ctx.at - one.due_at)))
        overdue = [components.badge(late, "red", ":material/alarm:")] if one.overdue else []
        line = " ".join([*overdue, state, components.small(words("update.due", at=one.due_at))])
        st.markdown(f"**{one.number}. {plain(one.text)}**  \n{line}")
        if one.why:
            st.caption(plain(words("directive.why", why=one.why)))
        if may_step:
            steps(ctx, one)


def steps(ctx: Visit, one: DirectiveSnapshot) -> None:
    words, form, note = ctx.words, f"directive.{one.id}", f"directive.note.{one.id}"
    if one.state is State.GIVEN:
        label, key = words("directive.acknowledge"), f"directive.acknowledge.{one.id}"
        st.button(
            label,
            key=key,
            type="primary",
            width="stretch",
            on_click=acknowledge,
            args=(form, one.id, one.number),
        )
    else:
        # Folded, and drawn all the same: what is typed there outlives the session.
        label = words("directive.report")
        with st.expander(label, icon=":material/check:", key=f"directive.reporting.{one.id}"):
            st.text_input(words("directive.note"), key=note, max_chars=WHY_LENGTH)
            st.button(
                label,
                key=f"directive.report.{one.id}",
                type="primary",
                width="stretch",
                on_click=report,
                args=(form, one.id, one.number, note),
            )
        undo(ctx, one)
        commands.refused(f"directive.undo.{one.id}", words)
    commands.refused(form, words)


def undo(ctx: Visit, one: DirectiveSnapshot) -> None:
    """What takes the owner's last step back."""
    with components.by_mistake(ctx.words, f"directive.mistake.{one.id}"):
        st.button(
            ctx.words(f"undo.{one.state.value}"),
            key=f"directive.undo.{one.id}",
            on_click=take_back,
            args=(f"directive.undo.{one.id}", one.id, one.state),
        )


def take_back(form: str, one_id: int, state: State) -> None:
    if commands.perform(form, undo_directive_step, directive_id=one_id, seen=state.value):
        commands.say("undo.taken_back")


def acknowledge(form: str, one_id: int, number: int) -> None:
    if commands.perform(form, acknowledge_directive, directive_id=one_id):
        commands.say("directive.noted", number=str(number), state=State.ACKNOWLEDGED)


def report(form: str, one_id: int, number: int, key: str) -> None:
    if commands.perform(form, report_directive, directive_id=one_id, note=st.session_state[key]):
        commands.say("directive.noted", number=str(number), state=State.DONE)
