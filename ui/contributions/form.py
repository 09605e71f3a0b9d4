"""The form of a contribution: one that registers it, and one that writes it again."""

from typing import Any

import streamlit as st

from data.contributions.commands import edit_contribution, register_contribution
from models.contributions.contributions import (
    LENGTHS,
    Channel,
    ContributionKind,
    Level,
    Submission,
)
from ui.attendance import queries as attendance_queries
from ui.contributions import queries
from ui.shell import choices, commands, components, draft
from ui.shell.draft import Draft
from ui.shell.frame import Visit

ADD, DRAFT = "contributions.new", "contributions.row"
DEEPER = "\N{EM SPACE}"


# --- fields --------------------------------------------------------------------------------------


def fields(ctx: Visit, key: str, row: Submission) -> None:
    """The fields of a submission; `typed` reads them."""
    words = ctx.words
    st.text_area(
        words("contributions.text"),
        row.text,
        key=f"{key}.text",
        max_chars=LENGTHS["text"],
        height=120,
    )
    with st.container(horizontal=True, vertical_alignment="bottom"):
        kind(ctx, key, row.kind)
        forum(ctx, f"{key}.item_id", row.item_id)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        unit(ctx, f"{key}.unit", row.unit_id if row.unit_id is not None else row.unit)
        office(ctx, f"{key}.office", row.office)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        topic(ctx, f"{key}.topic_id", row.topic_id)
        used(ctx, key, "field", row.field)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        used(ctx, key, "body", row.body)
        level(ctx, f"{key}.level", row.level)


def kind(ctx: Visit, key: str, value: str) -> None:
    st.segmented_control(
        ctx.words("contributions.kind"),
        [one.value for one in ContributionKind],
        default=value,
        required=True,
        format_func=lambda one: ctx.words(f"contribution_kind.{one}"),
        key=f"{key}.kind",
    )


def level(ctx: Visit, key: str, value: str) -> None:
    names = {"": "–"} | {one.value: ctx.words(f"competence.{one.value}") for one in Level}
    choices.selectbox(
        ctx.words("contributions.level"),
        list(names),
        index=list(names).index(value),
        format_func=names.__getitem__,
        key=key,
        width=160,
    )


def forum(ctx: Visit, key: str, value: int | None, *, label: str = "") -> None:
    """Which forum; for a rapporteur the own one alone."""
    words = ctx.words
    names: dict[int | str, str] = {"": words("contributions.no_forum")}
    names |= {one.id: words.of(one, "short") for one in own_forums(ctx)}
    if not ctx.may("register_contribution"):
        names.pop("")
    if value is not None and value not in names:  # cancelled since, or another rapporteur's
        names[value] = words("contributions.other_forum")
    options = list(names)
    choices.selectbox(
        label or words("contributions.item_id"),
        options,
        index=options.index(value) if value in names else 0,
        format_func=names.__getitem__,
        key=key,
        width=260,
    )


def own_forums(ctx: Visit) -> list:
    """The forums for which the visitor may register."""
    every = queries.forums(ctx.moment)
    return [one for one in every if ctx.may("register_contribution", item=one.key)]


def unit(ctx: Visit, key: str, value: int | str | None, *, width: int | str = "stretch") -> None:
    """The delegation, or a unit in words: what no delegation is called is taken as it is typed."""
    words = ctx.words
    names: dict[int | str, str] = {
        one.id: words.of(one, "name") for one in attendance_queries.delegations(ctx.moment)
    }
    options: list[int | str] = list(names)
    if value not in (None, "") and value not in names:
        options.append(value)
    choices.selectbox(
        words("contributions.unit"),
        options,
        index=options.index(value) if value not in (None, "") else None,
        format_func=lambda one: names.get(one, str(one)),
        key=key,
        accept_new_options=True,
        placeholder=words("contributions.unit_hint"),
        width=width,
    )


def office(ctx: Visit, key: str, value: str = "") -> None:
    st.text_input(
        ctx.words("contributions.office"),
        value,
        key=key,
        max_chars=LENGTHS["office"],
        placeholder=ctx.words("contributions.office_hint"),
    )


def topic(ctx: Visit, key: str, value: int | None) -> None:
    """The topic, as the tree has it; of those retired only the one that is chosen already."""
    words = ctx.words
    names: dict[int | str, str] = {"": words("contributions.no_topic")} | {
        one.id: f"{DEEPER * one.depth}{words.of(one, 'name')}"
        for one in queries.tree(ctx.moment)
        if not one.retired or one.id == value
    }
    options = list(names)
    choices.selectbox(
        words("contributions.topic_id"),
        options,
        index=options.index(value) if value in names else 0,
        format_func=names.__getitem__,
        key=key,
        width=260,
    )


def used(ctx: Visit, key: str, name: str, value: str) -> None:
    """A text that others were sorted by before, or a new one."""
    known = sorted({getattr(one, name) for one in queries.contributions(ctx.moment)} | {value})
    options = [one for one in known if one]
    choices.selectbox(
        ctx.words(f"contributions.{name}"),
        options,
        index=options.index(value) if value else None,
        format_func=str,
        key=f"{key}.{name}",
        accept_new_options=True,
        placeholder=ctx.words(f"contributions.{name}_hint"),
    )


def from_unit(value: int | str | None) -> dict[str, Any]:
    """What the unit field says, as a submission has it."""
    if isinstance(value, int):
        return {"unit_id": value, "unit": ""}
    return {"unit_id": None, "unit": value or ""}


def typed(key: str) -> Submission:
    """The submission in the fields."""
    state = st.session_state
    return Submission(
        text=state[f"{key}.text"],
        kind=state[f"{key}.kind"],
        item_id=state[f"{key}.item_id"] or None,
        topic_id=state[f"{key}.topic_id"] or None,
        office=state[f"{key}.office"],
        field=state[f"{key}.field"] or "",
        body=state[f"{key}.body"] or "",
        level=state[f"{key}.level"],
        **from_unit(state[f"{key}.unit"]),
    )


# --- registering ---------------------------------------------------------------------------------


def may_register(ctx: Visit) -> bool:
    return ctx.may("register_contribution", item=ctx.person.item_key if ctx.person else None)


def adding(ctx: Visit) -> None:
    """Folded: the form that registers a contribution."""
    words = ctx.words
    box = choices.expander(
        words("contributions.add"), key="contributions.add_box", icon=":material/add:"
    )
    if not box.open:
        return
    with box:
        fields(ctx, ADD, Submission("", item_id=_own_forum(ctx)))
        with st.container(horizontal=True, vertical_alignment="bottom"):
            channel(ctx)
            components.day_and_time(
                ctx,
                f"{ADD}.received",
                words("contributions.received_day"),
                words("contributions.received_time"),
            )
        st.button(
            words("contributions.add_go"),
            key=f"{ADD}.go",
            type="primary",
            on_click=enter,
            args=(ctx,),
        )
        commands.refused(ADD, words)


def _own_forum(ctx: Visit) -> int | None:
    own = own_forums(ctx)
    return own[0].id if own and not ctx.may("register_contribution") else None


def channel(ctx: Visit) -> None:
    st.segmented_control(
        ctx.words("contributions.channel"),
        [Channel.UNIT.value, Channel.FORUM.value],
        default=Channel.UNIT.value,
        required=True,
        format_func=lambda one: ctx.words(f"contribution_channel.{one}"),
        key=f"{ADD}.channel",
    )


def enter(ctx: Visit) -> None:
    """Register what stands in the form; the next one begins with the same forum and unit."""
    state = st.session_state
    received = commands.ready(ADD, lambda: components.moment_typed(ctx, f"{ADD}.received"))
    if received is None:
        return
    made = commands.perform(
        ADD,
        register_contribution,
        submission=typed(ADD),
        channel=state[f"{ADD}.channel"],
        received_at=min(received, ctx.at),  # the field has whole minutes
    )
    if made:
        state[f"{ADD}.text"] = ""
        commands.say("contributions.added", number=f"{made.number:03d}")


# --- writing again -------------------------------------------------------------------------------


def editing(ctx: Visit, contribution_id: int) -> None:
    """The form that writes a contribution again."""
    words = ctx.words
    held = draft.of(DRAFT, contribution_id, lambda: queries.submission(contribution_id))
    fields(ctx, held.field("fields"), held.row)
    st.button(
        words("contributions.save"),
        key="contributions.save",
        type="primary",
        on_click=save,
        args=(held,),
    )
    draft.refused(words, held, "contribution_moved", lambda row: in_words(ctx, row), record)


def in_words(ctx: Visit, row: Submission) -> dict[str, str]:
    """Label to text of each field of a submission."""
    words = ctx.words
    forums = {one.id: words.of(one, "short") for one in queries.forums(ctx.moment)}
    topics = {one.id: words.of(one, "name") for one in queries.tree(ctx.moment)}
    units = {one.id: words.of(one, "name") for one in attendance_queries.delegations(ctx.moment)}
    shown = {
        "text": row.text,
        "kind": words(f"contribution_kind.{row.kind}"),
        "item_id": forums.get(row.item_id, "–"),
        "unit": units.get(row.unit_id, row.unit),
        "office": row.office,
        "topic_id": topics.get(row.topic_id, "–"),
        "field": row.field,
        "body": row.body,
        "level": words(f"competence.{row.level}") if row.level else "–",
    }
    return {words(f"contributions.{name}"): text for name, text in shown.items()}


def save(held: Draft) -> None:
    record(held, held.version, typed(held.field("fields")))


def record(held: Draft, version: int, row: Submission) -> None:
    if commands.perform(
        held.form,
        edit_contribution,
        contribution_id=held.subject,
        version=version,
        submission=row,
    ):
        draft.drop(DRAFT)
        commands.say("contributions.saved")
