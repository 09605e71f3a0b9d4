"""A forum as it goes: what is typed while people speak, what is next, what became of each."""

from collections import Counter
from collections.abc import Sequence
from datetime import timedelta

import streamlit as st

from data.contributions.commands import register_contribution
from data.contributions.queries import ContributionSnapshot
from models.contributions.contributions import LENGTHS, Channel, State, Submission
from models.programme import ItemSnapshot
from models.text import capitalised
from ui.contributions import form, listed, panel, queries
from ui.script import queries as script_queries
from ui.shell import choices, commands, table
from ui.shell.frame import Visit
from ui.shell.plain import plain
from ui.shell.table import Cell, Column, Row

KEY, NEW = "contributions.forum_table", "contributions.typed"
ORDER = (
    State.ASKED,
    State.PUT,
    State.WAITING,
    State.SUBMITTED,
    State.ANSWER_OWED,
    State.ANSWERED_HERE,
    State.LEFT,
    State.REJECTED,
)
"""What needs doing first."""
NEXT = 3


def choice(ctx: Visit, key: str) -> ItemSnapshot | None:
    """The forum to look at: a rapporteur's own, else the one that runs or comes next."""
    words = ctx.words
    forums = {one.id: one for one in queries.forums(ctx.moment)}
    if not forums:
        st.info(words("contributions.no_forums"))
        return None
    options = list(forums)
    chosen = choices.selectbox(
        words("contributions.item_id"),
        options,
        index=options.index(_first(ctx, forums)),
        format_func=lambda number: words.of(forums[number], "title"),
        key=f"{key}.{ctx.event.id}",
        width=520,
    )
    return forums.get(chosen or 0)


def by_id(ctx: Visit, item_id: int) -> ItemSnapshot | None:
    """A forum as it stands now: a part that is drawn again is handed what it was first drawn with,
    so it is handed the id."""
    return next((one for one in queries.forums(ctx.moment) if one.id == item_id), None)


def _first(ctx: Visit, forums: dict[int, ItemSnapshot]) -> int:
    own = ctx.person.item_key if ctx.person else None
    for one in forums.values():
        if own == one.key:
            return one.id
    ahead = [one.id for one in forums.values() if one.ends_at > ctx.at and not one.finished_at]
    return ahead[0] if ahead else next(iter(forums))


def time_left(ctx: Visit, item: ItemSnapshot) -> str:
    """What is left of the forum's time: by the script's forecast where it runs, else as planned."""
    words = ctx.words
    lane = script_queries.by_room(ctx.moment).get(item.venue_id)
    step = next((one for one in lane.steps if one.item.id == item.id), None) if lane else None
    due = step.expected.due_at if step and step.expected.due_at else item.ends_at
    if item.finished_at:
        return words("contributions.finished", at=item.finished_at)
    if item.starts_at > ctx.at and not item.started_at:
        return words("contributions.begins", at=item.starts_at)
    left = due - ctx.at
    key = "script.left" if left >= timedelta() else "script.over"
    return words(key, span=words.age(abs(left)), until=words.time(due))


def counts(ctx: Visit, every: Sequence[ContributionSnapshot]) -> str:
    """How many are in which state, in the order of what needs doing."""
    numbers = Counter(one.state for one in every)
    return " · ".join(
        f"{ctx.words(f'contribution_state.{state.value}')}: {ctx.words.number(numbers[state])}"
        for state in ORDER
        if numbers[state]
    )


# --- what is typed -------------------------------------------------------------------------------


def typing(ctx: Visit, item: ItemSnapshot) -> None:
    """The form for what is being asked: unit, office, text; Enter records it as asked.

    Its fields are named after the visitor's last record: what was typed before the server was lost
    is found again (typing.js), and what it had recorded by then is not.
    """
    words = ctx.words
    if not ctx.may("register_contribution", item=item.key):
        return
    place = f"{NEW}.{item.id}"
    last = st.session_state.setdefault(f"{place}.last", _last_typed(ctx, item.id))
    key = f"{place}.{last}"
    with st.container(key="forum_new"), st.form(f"{place}.form", border=True):
        st.text_area(
            words("contributions.asked_now"),
            key=f"{key}.text",
            max_chars=LENGTHS["text"],
            height=90,
            placeholder=words("contributions.asked_hint"),
        )
        with st.container(horizontal=True, vertical_alignment="bottom"):
            form.unit(ctx, f"{key}.unit", None)
            form.office(ctx, f"{key}.office")
            st.form_submit_button(
                words("contributions.asked_go"),
                key=f"{place}.go",
                type="primary",
                on_click=record,
                args=(place, key, item.id),
            )
    commands.refused(place, words)
    if ctx.may("lead_forum", item=item.key):
        with st.container(key="forum_keys"):  # focus.js
            st.caption(words("contributions.keys"))


def _last_typed(ctx: Visit, item_id: int) -> int:
    """The id of the last contribution that the visitor typed in a forum; 0 for none."""
    mine = ctx.person.id if ctx.person else 0
    typed = (
        one.id
        for one in queries.of_forum(ctx.moment, item_id)
        if one.registered_by == mine and one.channel == Channel.FORUM
    )
    return max(typed, default=0)


def record(place: str, key: str, item_id: int) -> None:
    state = st.session_state
    submission = Submission(
        text=state[f"{key}.text"],
        item_id=item_id,
        office=state[f"{key}.office"],
        **form.from_unit(state[f"{key}.unit"]),
    )
    made = commands.perform(
        place,
        register_contribution,
        submission=submission,
        channel=Channel.FORUM.value,
        asked=True,
    )
    if made:
        state[f"{place}.last"] = made.id
        table.choose(KEY, made.id)
        commands.say("contributions.added", number=f"{made.number:03d}")


# --- what is there -------------------------------------------------------------------------------


def region(ctx: Visit, item: ItemSnapshot) -> None:
    """What comes next with its one tap, and all of the forum's contributions by their state."""
    every = [
        one for one in listed.visible(ctx) if one.item_id == item.id and one.state != State.MERGED
    ]
    st.caption(plain(capitalised(f"{time_left(ctx, item)} · {counts(ctx, every)}")))
    if ctx.may("lead_forum", item=item.key):
        coming(ctx, item, every)
    opened = next((one for one in every if str(one.id) == table.chosen(KEY)), None)
    rows, beside = table.beside(KEY, opened=opened is not None)
    with rows:
        drawn(ctx, every)
    if opened is not None and beside is not None:
        with beside:
            panel.region(ctx, opened, KEY)


def coming(ctx: Visit, item: ItemSnapshot, every: Sequence[ContributionSnapshot]) -> None:
    """The next ones: those put to the chair in their order, then as proposed; a tap is "asked"."""
    words, found = ctx.words, following(ctx, item, every)[:NEXT]
    if not found:
        return
    st.markdown(f"**{words('contributions.next')}**")
    with st.grid(min_column_width=280, key="forum_next"):
        for one in found:
            with st.container(border=True, height="stretch"):
                st.markdown(f"**#{one.number:03d} · {plain(words.of(one, 'unit'))}**")
                st.text(_short(one.text))
                with st.container(horizontal=True, gap="small"):
                    panel.step_button(
                        ctx, one, State.ASKED, place=".next", of_table=KEY, type="primary"
                    )
                    panel.step_button(ctx, one, State.LEFT, place=".next")
                commands.refused(panel.form_of(one), words)


def following(
    ctx: Visit, item: ItemSnapshot, every: Sequence[ContributionSnapshot]
) -> list[ContributionSnapshot]:
    """Those put to the chair, in the order in which they were, then the others as proposed."""
    by_id = {one.id: one for one in every}
    put = sorted((one for one in every if one.state is State.PUT), key=lambda one: one.since)
    return [*put, *(by_id[one.id] for one in queries.order(ctx.moment, item.id))]


def _short(text: str, length: int = 160) -> str:
    whole = " ".join(text.split())
    return whole if len(whole) <= length else f"{whole[:length].rsplit(' ', 1)[0]} …"


def drawn(ctx: Visit, every: Sequence[ContributionSnapshot]) -> None:
    words = ctx.words
    columns = [
        Column(words("contributions.column_number"), "number", "4.2rem"),
        Column(words("contributions.text"), "opens", wraps=True),
        Column(words("contributions.unit"), width="11rem", wraps=True),
        Column(words("contributions.since"), width="8rem", narrow=False),
    ]
    table.table(
        KEY,
        columns,
        [
            _row(ctx, one)
            for state in ORDER
            for one in sorted(every, key=lambda row: row.since, reverse=state is State.ASKED)
            if one.state is state
        ],
        label=words("contributions.view_forum"),
        empty=words("contributions.none"),
    )


def _row(ctx: Visit, one: ContributionSnapshot) -> Row:
    words = ctx.words
    state = words(f"contribution_state.{one.state.value}")
    cells = (
        Cell(listed.number_of(one), sort=one.number),
        Cell(_short(one.text), under=_short(one.said)),
        Cell(words.of(one, "unit"), under=one.office),
        Cell(words.moment(one.since), sort=one.since.timestamp()),
    )
    return Row(one.id, cells, capitalised(state), listed.TONES[one.state])
