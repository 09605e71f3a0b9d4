"""The figures of an item: the equation that has to come out even, who is inside, the roll, and
every delegation's.
"""

from datetime import timedelta

import streamlit as st

from data.attendance.commands import close_roll, open_roll
from models.attendance.ledger import Headcount, planned_share
from models.programme import ItemSnapshot
from ui.attendance import queries as attendance_queries
from ui.attendance import rooms
from ui.shell import commands, components
from ui.shell.frame import Visit

PARTS = ("present", "substituted", "excused", "absent", "not_yet")
ROLL = "attendance.roll"


def totals(now: Visit, item: ItemSnapshot, total: Headcount) -> None:
    """Who is here of how many, what the plan says, and the parts that the expected fall into."""
    words = now.words
    with st.container(horizontal=True, gap="medium", key="attendance_totals"):
        st.metric(
            words("attendance.present"),
            f"{words.number(total.here)} / {words.number(total.expected)}",
            width="content",
        )
        st.metric(
            words("attendance.planned"),
            words.number(planned(now, item, total.expected)),
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


def planned(now: Visit, item: ItemSnapshot, expected: int) -> int:
    """How many should be in by now, by the event's arrival plan."""
    before = (item.starts_at - now.moment.view.moment) / timedelta(minutes=1)
    return round(planned_share(now.moment.event.arrival_plan, minutes_before=before) * expected)


def inside(now: Visit, item: ItemSnapshot) -> None:
    """Who is inside now, guests apart, and what was counted by hand."""
    room = attendance_queries.rooms(now.moment).get(item.id)
    if room is None:
        return
    here = {
        "inside": room.inside + room.common,
        "room": room.inside,
        "common": room.common,
        "guests": room.guests,
    }
    st.markdown(components.plain(now.words("attendance.inside", **here)))
    if room.counted is not None:
        rooms.counted(now, room)


def roll(now: Visit, item: ItemSnapshot) -> None:
    """Whether the roll is closed, and the way to close or open it for who may."""
    words, closed = now.words, attendance_queries.roll_closed(now.moment, item.id)
    with st.container(horizontal=True, vertical_alignment="center", key="attendance_roll"):
        st.text(
            words("attendance.roll_closed" if closed else "attendance.roll_open"), width="stretch"
        )
        if now.may("close_roll"):
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


def by_delegation(now: Visit, counts: dict) -> None:
    """A line for every delegation, those with most still missing first."""
    words = now.words
    known = [
        (delegation, counts[delegation.id])
        for delegation in attendance_queries.delegations(now.moment)
        if delegation.id in counts
    ]
    known.sort(key=lambda pair: -pair[1].missing)
    columns = {"delegation": [words.of(delegation, "name") for delegation, _ in known]}
    columns |= {
        part: [words.number(getattr(count, part)) for _, count in known]
        for part in ("expected", *PARTS)
    }
    with st.container(key="attendance_by_delegation"):
        st.table(
            {words(f"attendance.{name}"): cells for name, cells in columns.items()},
            border="horizontal",
            hide_index=True,
        )
