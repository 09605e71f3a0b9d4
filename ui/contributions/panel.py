"""One contribution: what it says and where it stands, its next steps, its sources, and its form."""

from datetime import timedelta

import streamlit as st

from data.contributions.commands import (
    merge_contribution,
    moderate_contribution,
    step_contribution,
    undo_contribution_step,
    undo_merge,
)
from data.contributions.queries import ContributionSnapshot
from models.contributions.contributions import (
    COVERING,
    LENGTHS,
    MERGEABLE,
    SAID_LENGTH,
    State,
    Step,
)
from models.events.event import local_day
from ui.contributions import form, queries
from ui.shell import choices, commands, components, draft, table
from ui.shell.frame import Visit
from ui.shell.plain import plain

COLOURS = {
    State.SUBMITTED: "orange",
    State.WAITING: "gray",
    State.PUT: "blue",
    State.ASKED: "violet",
    State.ANSWERED_HERE: "green",
    State.ANSWER_OWED: "orange",
    State.LEFT: "gray",
    State.REJECTED: "red",
    State.MERGED: "gray",
}
DUE_DAYS = (7, 15, 30, 45, 60, 90)
"""After how many days an answer in writing may be due, to choose from."""


def region(ctx: Visit, one: ContributionSnapshot, of_table: str) -> None:
    """The open contribution, with what the visitor may do about it."""
    head(ctx, one)
    said(ctx, one)
    sources(ctx, one)
    key = item_key(ctx, one)
    if ctx.may("lead_forum", item=key):
        steps(ctx, one)
    if ctx.may("register_contribution", item=key):
        changing(ctx, one)
    st.button(
        ctx.words("plan.close"),
        key="contributions.close",
        type="tertiary",
        on_click=close,
        args=(of_table,),
    )


def close(of_table: str) -> None:
    draft.drop(form.DRAFT)
    table.choose(of_table, "")


def item_key(ctx: Visit, one: ContributionSnapshot) -> str | None:
    return next((item.key for item in queries.forums(ctx.moment) if item.id == one.item_id), None)


# --- what it says --------------------------------------------------------------------------------


def head(ctx: Visit, one: ContributionSnapshot) -> None:
    """Who, what, about what."""
    words = ctx.words
    unit = words.of(one, "unit")
    st.markdown(f"**#{one.number:03d} · {plain(unit)}**")
    with st.container(horizontal=True, gap="small"):
        st.badge(words(f"contribution_state.{one.state.value}"), color=COLOURS[one.state])
        st.badge(words(f"contribution_kind.{one.kind}"), color="gray")
        if one.level:
            st.badge(words(f"competence.{one.level}"), color="gray")
    topics = {topic.id: words.of(topic, "name") for topic in queries.tree(ctx.moment)}
    forums = {item.id: words.of(item, "short") for item in queries.forums(ctx.moment)}
    about = (
        one.office,
        forums.get(one.item_id or 0, ""),
        topics.get(one.topic_id or 0, ""),
        one.field,
        one.body,
        f"{words(f'contribution_channel.{one.channel}')} {words.moment(one.received_at)}",
    )
    st.text(one.text)
    st.caption(plain(" · ".join(filter(None, about))))


def said(ctx: Visit, one: ContributionSnapshot) -> None:
    """What the newest step says: the answer, who owes one until when, why it was rejected."""
    words = ctx.words
    if one.state is State.ANSWER_OWED:
        owed = {"body": one.owed_by, "day": one.due_on}
        st.text(words("contributions.owed", **owed))
    if one.said and one.state is not State.MERGED:
        st.text(f"{one.said_by}: {one.said}" if one.said_by else one.said)
    if one.step_id is not None:
        by = words("contributions.step_by", name=words.of(one, "step_by"), at=one.since)
        st.caption(plain(by))


def sources(ctx: Visit, one: ContributionSnapshot) -> None:
    """Those that it stands for, each with what takes it out; and the one that stands for it."""
    words = ctx.words
    every = {other.id: other for other in queries.contributions(ctx.moment)}
    main = every.get(one.merged_into or 0)
    if main is not None:
        st.text(words("contributions.merged_into", number=f"{main.number:03d}"))
        _undo_merge(ctx, one)
    for number in one.sources:
        source = every[number]
        st.text(f"#{source.number:03d} {words.of(source, 'unit')}: {source.text}")
        _undo_merge(ctx, source)


def _undo_merge(ctx: Visit, one: ContributionSnapshot) -> None:
    if not ctx.may("merge_contribution", item=item_key(ctx, one)):
        return
    key = f"contributions.undo_merge.{one.id}"
    st.button(
        ctx.words("contributions.undo_merge", number=f"{one.number:03d}"),
        key=key,
        type="tertiary",
        icon=":material/call_split:",
        on_click=commands.perform,
        args=(key, undo_merge),
        kwargs={"contribution_id": one.id},
    )
    commands.refused(key, ctx.words)


# --- its next steps ------------------------------------------------------------------------------


def form_of(one: ContributionSnapshot) -> str:
    return f"contribution.{one.id}"


def steps(ctx: Visit, one: ContributionSnapshot) -> None:
    """The steps that its state allows: one tap each, but for an answer, which says something."""
    words = ctx.words
    with st.container(horizontal=True, gap="small", key="contribution_steps"):
        if one.state is State.SUBMITTED:
            moderation(ctx, one)
        if one.state in (State.WAITING, State.LEFT):
            step_button(ctx, one, State.PUT)
        if one.state in (State.WAITING, State.PUT, State.LEFT):
            step_button(ctx, one, State.ASKED, type="primary")
        if one.state in (State.WAITING, State.PUT, State.ASKED):
            step_button(ctx, one, State.LEFT)
        if one.state is State.REJECTED:
            _moderate_button(ctx, one)
        if one.step_id is not None and one.state not in (State.SUBMITTED, State.MERGED):
            undo(ctx, one)
    if one.state in (State.ASKED, State.ANSWER_OWED):
        answering(ctx, one)
    if one.state not in (State.SUBMITTED, State.ANSWER_OWED, State.REJECTED, State.MERGED):
        owing(ctx, one)
    rejectable = one.state is State.WAITING and not one.sources
    if rejectable and ctx.may("moderate_contribution", item=item_key(ctx, one)):
        rejecting(ctx, one)
    commands.refused(form_of(one), words)


def step_button(
    ctx: Visit,
    one: ContributionSnapshot,
    state: State,
    *,
    place: str = "",
    of_table: str = "",
    **style: object,
) -> None:
    """The button of a step that says nothing but itself; `place`: where it stands twice;
    `of_table`: the table in which it is opened then, for what follows."""
    st.button(
        ctx.words(f"contributions.step_{state.value}"),
        key=f"contributions.{state.value}.{one.id}{place}",
        on_click=_take_and_open,
        args=(one, state, of_table),
        **style,
    )


def _take_and_open(one: ContributionSnapshot, state: State, of_table: str) -> None:
    if take(one, state) and of_table:
        table.choose(of_table, one.id)


def take(one: ContributionSnapshot, state: State, step: Step | None = None) -> bool:
    """Record a step of a contribution; the panel stays open with what takes it back."""
    made = commands.perform(
        form_of(one), step_contribution, contribution_id=one.id, state=state.value, step=step
    )
    if made:
        commands.say(f"contributions.done_{state.value}", number=f"{one.number:03d}")
    return made is not None


def undo(ctx: Visit, one: ContributionSnapshot) -> None:
    """One tap takes the newest step back; it stands away from the places of the others."""
    with components.by_mistake(ctx.words, f"contributions.mistake.{one.id}"):
        st.button(
            ctx.words(
                "contributions.undo_step",
                state=ctx.words(f"contribution_state.{one.state.value}"),
            ),
            key=f"contributions.undo.{one.id}",
            on_click=commands.perform,
            args=(form_of(one), undo_contribution_step),
            kwargs={"step_id": one.step_id},
        )


def answering(ctx: Visit, one: ContributionSnapshot) -> None:
    """What was answered on the spot, and by whom; Enter records it."""
    words, key = ctx.words, f"contributions.answer.{one.id}"
    with st.form(key, border=False):
        st.text_area(
            words("contributions.said"), key=f"{key}.said", max_chars=SAID_LENGTH, height=90
        )
        with st.container(horizontal=True, vertical_alignment="bottom"):
            st.text_input(
                words("contributions.said_by"), key=f"{key}.said_by", max_chars=LENGTHS["body"]
            )
            st.form_submit_button(
                words("contributions.step_answered_here"),
                type="primary",
                key=f"{key}.go",
                on_click=answer,
                args=(one, key),
            )


def answer(one: ContributionSnapshot, key: str) -> None:
    state = st.session_state
    step = Step(said=state[f"{key}.said"], said_by=state[f"{key}.said_by"])
    if take(one, State.ANSWERED_HERE, step):
        state[f"{key}.said"] = state[f"{key}.said_by"] = ""


def owing(ctx: Visit, one: ContributionSnapshot) -> None:
    """Folded: who owes an answer in writing, until when; at first the body that is competent."""
    words, key = ctx.words, f"contributions.owe.{one.id}"
    with st.expander(
        words("contributions.step_answer_owed"), icon=":material/edit_document:", key=f"{key}.box"
    ):
        with st.form(key, border=False):
            st.text_input(
                words("contributions.owed_by"), one.body, key=f"{key}.by", max_chars=LENGTHS["body"]
            )
            form.level(ctx, f"{key}.level", one.level)
            today = local_day(ctx.event, ctx.at)
            days = [today + timedelta(days=number) for number in DUE_DAYS]
            choices.selectbox(
                words("contributions.due_on"),
                days,
                index=2,
                format_func=words.day,
                key=f"{key}.due_on",
                width=180,
            )
            st.form_submit_button(
                words("contributions.owe_go"),
                key=f"{key}.go",
                on_click=owe,
                args=(one, key),
            )


def owe(one: ContributionSnapshot, key: str) -> None:
    state = st.session_state
    step = Step(
        owed_by=state[f"{key}.by"],
        owed_level=state[f"{key}.level"] or "",
        due_on=state[f"{key}.due_on"],
    )
    take(one, State.ANSWER_OWED, step)


# --- moderation ----------------------------------------------------------------------------------


def moderation(ctx: Visit, one: ContributionSnapshot) -> None:
    _moderate_button(ctx, one, type="primary")
    rejecting(ctx, one)


def _moderate_button(ctx: Visit, one: ContributionSnapshot, **style: object) -> None:
    st.button(
        ctx.words("contributions.accept"),
        key=f"contributions.accept.{one.id}",
        on_click=moderate,
        args=(one, True),
        **style,
    )


def rejecting(ctx: Visit, one: ContributionSnapshot) -> None:
    """What rejects a contribution, with the reason; it stays among those rejected."""
    words, key = ctx.words, f"contributions.reject.{one.id}"
    with st.popover(words("contributions.reject"), key=f"{key}.box", type="tertiary"):
        st.text_input(words("contributions.reject_why"), key=f"{key}.why", max_chars=SAID_LENGTH)
        st.button(
            words("contributions.reject"), key=f"{key}.go", on_click=moderate, args=(one, False)
        )


def moderate(one: ContributionSnapshot, accepted: bool) -> None:
    why = "" if accepted else st.session_state[f"contributions.reject.{one.id}.why"]
    if commands.perform(
        form_of(one), moderate_contribution, contribution_id=one.id, accepted=accepted, why=why
    ):
        commands.say(
            "contributions.accepted" if accepted else "contributions.rejected",
            number=f"{one.number:03d}",
        )


# --- its form, and what it is merged with --------------------------------------------------------


def changing(ctx: Visit, one: ContributionSnapshot) -> None:
    """Folded: the form of its texts, and what lets another contribution stand for it."""
    words = ctx.words
    box = choices.expander(
        words("contributions.edit"), key="contributions.edit_box", icon=":material/edit:"
    )
    if box.open:
        with box:
            form.editing(ctx, one.id)
    if one.state in MERGEABLE:
        merging(ctx, one)


def merging(ctx: Visit, one: ContributionSnapshot) -> None:
    words, key = ctx.words, f"contributions.merge.{one.id}"
    others = {
        other.id: f"#{other.number:03d} {words.of(other, 'unit')}: {' '.join(other.text.split())}"
        for other in queries.contributions(ctx.moment)
        if other.id != one.id and other.state in COVERING
    }
    if not others:
        return
    with st.popover(words("contributions.merge"), icon=":material/merge:", key=f"{key}.box"):
        choices.selectbox(
            words("contributions.merge_into"),
            list(others),
            index=None,
            format_func=others.__getitem__,
            key=f"{key}.into",
            filter_mode="contains",
        )
        st.button(words("contributions.merge_go"), key=f"{key}.go", on_click=merge, args=(one, key))
    commands.refused(key, words)


def merge(one: ContributionSnapshot, key: str) -> None:
    into = st.session_state[f"{key}.into"]
    if into is not None and commands.perform(
        key, merge_contribution, contribution_id=one.id, into_id=into
    ):
        commands.say("contributions.merged", number=f"{one.number:03d}")
