"""Directives: the form of the meeting, and what their owners see of them on a telephone."""

from datetime import datetime, timedelta

import streamlit as st

from data.reviews.directives import (
    acknowledge_directive,
    give_directive,
    report_directive,
    withdraw_directive,
)
from models.access.people import Role, may
from models.reviews.directives import DIRECTIVE_LENGTH, WHY_LENGTH, DirectiveSnapshot, Kind, State
from ui.access import queries as access_queries
from ui.readiness import queries as readiness_queries
from ui.reviews import queries as reviews_queries
from ui.shell import commands, components
from ui.shell.frame import Visit

FORM = "directive.give"


# --- in the meeting --------------------------------------------------------------------------------------------------


def meeting(now: Visit) -> None:
    """Records a decision or a directive: what, who, until when, why; and withdraws one."""
    words = now.words
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
            owner(now)
            due(now)
        st.text_input(words("directive.reason"), key="directive.reason", max_chars=WHY_LENGTH)
        st.button(
            words("directive.give"),
            key=FORM,
            type="primary",
            icon=":material/gavel:",
            on_click=give,
            args=(now,),
        )
        commands.refused(FORM, words)


def owner(now: Visit) -> None:
    names = owners(now)
    st.selectbox(
        now.words("directive.owner"),
        list(names),
        index=None,
        format_func=names.get,
        placeholder="",
        key="directive.owner",
    )


def owners(now: Visit) -> dict[str, str]:
    """Who can own a directive: a section, or an office that has a page to acknowledge on and leads no section."""
    words = now.words
    found = {
        f"section {one.id}": words.of(one, "name") for one in readiness_queries.sections(now.moment)
    }
    offices = (
        one
        for one in access_queries.everybody(now.moment)
        if may(one, "see_update") and one.role not in (Role.LEAD, Role.DEPUTY)
    )
    return found | {f"office {one.id}": words.of(one, "name") for one in offices}


def due(now: Visit) -> None:
    """Until when: tomorrow at five in the afternoon, unless somebody says otherwise."""
    words, event = now.words, now.moment.event
    today = now.moment.view.moment.astimezone(words.time_zone)
    days = [
        today.date() + timedelta(days=number)
        for number in range(max((event.last_day - today.date()).days, 0) + 31)
    ]
    tomorrow = (today + timedelta(days=1)).replace(hour=17, minute=0, second=0, microsecond=0)
    components.day_and_time(
        now,
        "directive.due",
        words("directive.due_day"),
        words("directive.due_time"),
        days=days,
        value=tomorrow,
    )


def give(now: Visit) -> None:
    state = st.session_state
    sort, _, number = (state.get("directive.owner") or "").partition(" ")
    due_at = None
    if "directive.due.day" in state:
        due_at = datetime.combine(
            state["directive.due.day"], state["directive.due.time"], tzinfo=now.words.time_zone
        )
    told = {
        "kind": state["directive.kind"].value,
        "text": state["directive.text"],
        "why": state["directive.reason"],
    }
    to = {f"{name}_id": int(number) if name == sort else None for name in ("section", "office")}
    if given := commands.perform(FORM, give_directive, due_at=due_at, **told, **to):
        state["directive.text"] = state["directive.reason"] = ""
        commands.say("directive.given_out", number=str(given.number))


def withdrawing(now: Visit, one_id: int, *, key: str) -> None:
    """Takes a decision or an open directive back, for whoever may."""
    stands = (State.GIVEN, State.ACKNOWLEDGED)
    if not now.may("withdraw_directive") or not any(
        one.id == one_id and one.state in stands for one in reviews_queries.directives(now.moment)
    ):
        return
    form = f"directive.withdraw.{one_id}"
    st.text_input(now.words("directive.withdraw_note"), key=f"{key}.note", max_chars=WHY_LENGTH)
    st.button(
        now.words("directive.withdraw"),
        key=f"{key}.withdraw",
        on_click=withdraw,
        args=(form, one_id, f"{key}.note"),
    )
    commands.refused(form, now.words)


def withdraw(form: str, number: int, key: str) -> None:
    commands.perform(form, withdraw_directive, directive_id=number, note=st.session_state[key])


# --- on the owner's telephone ----------------------------------------------------------------------------------------


def own(now: Visit, section) -> None:
    """The open directives of a section and of the visitor's own office, those first that nobody acknowledged or that are late."""
    mine = [
        one
        for one in reviews_queries.directives(now.moment)
        if one.open
        and (one.office_id == now.person.id if one.office_id else one.section_id == section.id)
    ]
    if mine:
        st.markdown(f"**{now.words('directive.of_yours')}**")
    for one in mine:
        card(
            now,
            one,
            may_step=one.office_id is not None
            or now.may("acknowledge_directive", section=section.key),
        )


def card(now: Visit, one: DirectiveSnapshot, *, may_step: bool) -> None:
    words = now.words
    with st.container(border=True, key=f"directive_{one.id}"):
        colour = "red" if one.overdue else "orange" if one.state is State.GIVEN else "blue"
        state = components.badge(words(f"directive.{one.state.value}"), colour, ":material/gavel:")
        late = now.moment.view.moment - one.due_at
        overdue = words("review.overdue_by", span=words.age(late)) if one.overdue else ""
        due = components.small(
            " · ".join(said for said in (words("update.due", at=one.due_at), overdue) if said)
        )
        st.markdown(f"**{one.number}. {components.plain(one.text)}**  \n{state} {due}")
        if one.why:
            st.caption(components.plain(words("directive.why", why=one.why)))
        if may_step:
            steps(now, one)


def steps(now: Visit, one: DirectiveSnapshot) -> None:
    words, form, note = now.words, f"directive.{one.id}", f"directive.note.{one.id}"
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
        st.text_input(words("directive.note"), key=note, max_chars=WHY_LENGTH)
        label, key = words("directive.report"), f"directive.report.{one.id}"
        st.button(
            label,
            key=key,
            width="stretch",
            icon=":material/check:",
            on_click=report,
            args=(form, one.id, one.number, note),
        )
    commands.refused(form, words)


def acknowledge(form: str, one_id: int, number: int) -> None:
    if commands.perform(form, acknowledge_directive, directive_id=one_id):
        commands.say("directive.noted", number=str(number), state=State.ACKNOWLEDGED)


def report(form: str, one_id: int, number: int, key: str) -> None:
    if commands.perform(form, report_directive, directive_id=one_id, note=st.session_state[key]):
        commands.say("directive.noted", number=str(number), state=State.DONE)
