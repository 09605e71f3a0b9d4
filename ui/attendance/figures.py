"""The figures of an item: the parts of the expected, who is inside, the roll, each delegation."""

from datetime import timedelta

import streamlit as st

from data.attendance.commands import close_roll, open_roll
from data.words import Words
from models.attendance.ledger import Delegation, Headcount, planned_share
from models.programme import ItemSnapshot
from ui.attendance import queries as attendance_queries
from ui.attendance import rooms
from ui.shell import commands, table
from ui.shell.frame import Visit
from ui.shell.plain import plain
from ui.shell.table import Cell, Column, Row

PARTS = ("present", "substituted", "excused", "absent", "not_yet")
ROLL = "attendance.roll"


def totals(ctx: Visit, item: ItemSnapshot, total: Headcount) -> None:
    """How many of the expected are here, how many the plan expects by now, and the parts that the
    expected divide into: the parts add up to the expected.
    """
    words = ctx.words
    with st.container(horizontal=True, gap="medium", key="attendance_totals"):
        st.metric(
            words("attendance.present"),
            f"{words.number(total.here)} / {words.number(total.expected)}",
            width="content",
        )
        st.metric(
            words("attendance.planned"),
            words.number(planned(ctx, item, total.expected)),
            width="content",
        )
        for part in ("not_yet", "absent", "substituted", "excused"):
            st.metric(
                words(f"attendance.{part}"), words.number(getattr(total, part)), width="content"
            )
    st.caption(
        words(
            "attendance.equation",
            expected=total.expected,
            **{part: getattr(total, part) for part in PARTS},
        )
    )


def planned(ctx: Visit, item: ItemSnapshot, expected: int) -> int:
    """How many the event's arrival plan expects by now."""
    before = (item.starts_at - ctx.at) / timedelta(minutes=1)
    return round(planned_share(ctx.event.arrival_plan, minutes_before=before) * expected)


def inside(ctx: Visit, item: ItemSnapshot) -> None:
    """How many are inside, guests separately, and the head count by hand."""
    room = attendance_queries.rooms(ctx.moment).get(item.id)
    if room is None:
        return
    here = {
        "inside": room.inside + room.common,
        "room": room.inside,
        "common": room.common,
        "guests": room.guests,
    }
    st.markdown(plain(ctx.words("attendance.inside", **here)))
    if room.counted is not None:
        rooms.counted(ctx, room)


def roll(ctx: Visit, item: ItemSnapshot) -> None:
    """Whether the roll is closed; with the permission, the button that closes or reopens it."""
    words, closed = ctx.words, attendance_queries.roll_closed(ctx.moment, item.id)
    with st.container(horizontal=True, vertical_alignment="center", key="attendance_roll"):
        st.text(
            words("attendance.roll_closed" if closed else "attendance.roll_open"), width="stretch"
        )
        if ctx.may("close_roll"):
            label = words("attendance.roll_reopen" if closed else "attendance.roll_close")
            st.button(
                label,
                key=f"{ROLL}.{'open' if closed else 'close'}",
                on_click=mark_roll,
                args=(item.id, closed),
            )
    commands.refused(ROLL, words)


def mark_roll(item_id: int, closed: bool) -> None:
    commands.perform(ROLL, open_roll if closed else close_roll, item_id=item_id)


def by_delegation(ctx: Visit, counts: dict) -> None:
    """The list against what the event expects, then a row for each delegation, most missing
    first."""
    words, size = ctx.words, attendance_queries.roster_size(ctx.moment)
    listed = words("roster.listed", number=size.listed)
    st.caption(f"{listed} · {words('roster.expected', number=size.expected)}")
    known = [
        (delegation, counts[delegation.id])
        for delegation in attendance_queries.delegations(ctx.moment)
        if delegation.id in counts
    ]
    known.sort(key=lambda pair: -pair[1].missing)
    groups = group_totals(words, known)
    # A phone has room for two parts next to the name: who is here, and who is missing.
    narrow = ("present", "absent" if any(count.absent for _, count in known) else "not_yet")
    columns = [Column(words("attendance.delegation"), width="34%", wraps=True)]
    columns += [
        Column(words(f"attendance.{part}"), "number", narrow=part in narrow)
        for part in ("expected", *PARTS)
    ]
    with st.container(key="attendance_by_delegation"):
        table.table(
            "attendance.delegations",
            columns,
            [_row(words, delegation, count, groups) for delegation, count in known],
            label=words("attendance.by_delegation"),
            empty=words("attendance.no_delegations"),
            opens=False,
        )


def group_totals(words: Words, known: list[tuple[Delegation, Headcount]]) -> dict[str, str]:
    """Group to its name with how many are present of those expected; empty where none has one."""
    totals: dict[str, Headcount] = {}
    for delegation, count in known:
        if group := words.of(delegation, "group"):
            totals[group] = totals.get(group, Headcount()) + count
    return {
        group: f"{group} · {words.number(total.here)}/{words.number(total.expected)}"
        for group, total in totals.items()
    }


def _row(words: Words, delegation: Delegation, count: Headcount, groups: dict[str, str]) -> Row:
    numbers = [getattr(count, part) for part in ("expected", *PARTS)]
    cells = [Cell(words.number(number), sort=number) for number in numbers]
    group = groups.get(words.of(delegation, "group"), "")
    return Row(delegation.id, (words.of(delegation, "name"), *cells), group)
