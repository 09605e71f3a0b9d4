"""Programme items in words: where, who chairs, whether they began and how late.

Also what runs now and comes next, and the items that run side by side.
"""

from collections.abc import Callable, Mapping
from datetime import date, datetime

import streamlit as st

from data.words import Words
from models.attendance.ledger import Headcount
from models.programme import ItemSnapshot
from models.script.forecast import Expected, State
from models.wall import LATE_AFTER, are_forums, days_of, late_from, running, upcoming
from ui.shell.frame import Visit
from ui.shell.plain import plain

Counts = dict[tuple[int, int], Headcount]
"""Heads by item and delegation."""
Act = Callable[[Visit, ItemSnapshot], None]


def now_and_next(
    ctx: Visit, items: list[ItemSnapshot], expected: Mapping[int, Expected], act: Act
) -> None:
    """What runs, with how long it still has; what comes next, with how long until then. `act`
    draws the button of an item; `expected`: the script's forecast by item."""
    words = ctx.words
    with st.container(horizontal=True, key="programme_now"):
        with st.container(border=True):
            st.caption(words("programme.now"))
            going = running(items, now=ctx.at)
            for item in going:
                with st.container(horizontal=True, vertical_alignment="center"):
                    left = over_by(words, item, ctx.at) or words(
                        "programme.left", span=words.age(item.ends_at - ctx.at)
                    )
                    left = " · ".join(filter(None, [left, ends_late(ctx, item, expected)]))
                    st.markdown(f"{name_and_venue(words, item)}  \n{plain(left)}")
                    act(ctx, item)
            if not going:
                st.text(words("wall.nothing_now"))
        with st.container(border=True):
            st.caption(words("programme.next"))
            skipped = {number for number, one in expected.items() if one.state is State.SKIPPED}
            if following := upcoming(items, now=ctx.at, skipped=skipped):
                with st.container(horizontal=True, vertical_alignment="center"):
                    begins = [starts(ctx, following), begins_late(ctx, following, expected)]
                    told = plain(" · ".join(filter(None, begins)))
                    st.markdown(f"{name_and_venue(words, following)}  \n{told}")
                    if ctx.at.astimezone(words.time_zone).date() in days(ctx, following):
                        act(ctx, following)
            else:
                st.text(words("wall.nothing_next"))


def ends_late(ctx: Visit, item: ItemSnapshot, expected: Mapping[int, Expected]) -> str:
    """By how much an item that began late will end late, and when; empty for in time, and for
    one that is over its planned end already, which says so itself.
    """
    found = expected.get(item.id)
    due_at = found.due_at if found else None
    if due_at is None or ctx.at > item.ends_at or due_at - item.ends_at < LATE_AFTER:
        return ""
    span = ctx.words.age(due_at - item.ends_at)
    return ctx.words("wall.running_late", span=span, at=ctx.words.time(due_at))


def begins_late(ctx: Visit, item: ItemSnapshot, expected: Mapping[int, Expected]) -> str:
    """By how much what comes before an item pushes it, and to when; empty for not."""
    found = expected.get(item.id)
    begins_at = found.starts_at if found else None
    if begins_at is None or ctx.at > item.starts_at or begins_at - item.starts_at < LATE_AFTER:
        return ""
    span = ctx.words.age(begins_at - item.starts_at)
    return ctx.words("wall.begins_late", span=span, at=ctx.words.time(begins_at))


def starts(ctx: Visit, item: ItemSnapshot) -> str:
    """When an item is planned to begin, and how long until then or since."""
    words = ctx.words
    today = ctx.at.astimezone(words.time_zone).date() in days(ctx, item)
    at = words.time(item.starts_at) if today else words.moment(item.starts_at)
    late = ctx.at > item.starts_at
    key = "programme.late_by" if late else "programme.begins_in"
    return f"{at} · {words(key, span=words.age(abs(ctx.at - item.starts_at)))}"


def days(ctx: Visit, item: ItemSnapshot) -> list[date]:
    """The local days on which an item takes place."""
    return days_of(item, local=lambda at: at.astimezone(ctx.words.time_zone).date())


def name_and_venue(words: Words, item: ItemSnapshot) -> str:
    return f"**{plain(words.of(item, 'short'))}** · {plain(words.of(item, 'venue'))}"


def side_by_side(ctx: Visit, group: list[ItemSnapshot], counts: Counts) -> None:
    """The items that run side by side: people in, drift, chair."""
    words = ctx.words
    heading = "programme.forums" if are_forums(group) else "programme.side_by_side"
    st.subheader(words(heading), anchor=False)
    with st.grid(min_column_width=280, key="programme_forums"):
        for item in group:
            heads = [count for (item_id, _), count in counts.items() if item_id == item.id]
            here = words.number(sum(count.here for count in heads))
            expected = words.number(sum(count.expected for count in heads))
            with st.container(border=True, height="stretch"):
                st.markdown(f"**{plain(words.of(item, 'title'))}**")
                st.metric(words("attendance.present"), f"{here} / {expected}")
                st.text(state(words, item, ctx.at))
                st.caption(plain(place(words, item)))


def place(words: Words, item: ItemSnapshot) -> str:
    """Where, and who chairs; what the source does not state is marked."""
    stand_in = f" ({words('app.illustrative')})" if "venue" in item.illustrative else ""
    chair = f" · {words('programme.chair', name=item.chair)}" if item.chair else ""
    return f"{words.of(item, 'venue')}{stand_in}{chair}"


def over_by(words: Words, item: ItemSnapshot, now: datetime) -> str:
    """By how much an item without a recorded end has passed its planned one; empty for none."""
    late = late_from(item) if item.running else None
    if late is None or now <= late:
        return ""
    return words("programme.over_by", span=words.age(now - item.ends_at))


def state(words: Words, item: ItemSnapshot, now: datetime) -> str:
    """Whether it began and ended, and how late."""
    parts = []
    if item.started_at:
        parts.append(words("programme.started", at=words.time(item.started_at)))
        parts.append(drift(words, item.drift))
    elif now > item.ends_at:
        parts.append(words("programme.not_recorded"))
    elif item.drift > 0:
        parts.append(words("programme.not_begun_late", number=item.drift))
    else:
        parts.append(words("programme.waiting"))
    if item.finished_at:
        parts.append(words("programme.finished", at=words.time(item.finished_at)))
    if over := over_by(words, item, now):
        parts.append(over)
    return " · ".join(parts)


def drift(words: Words, minutes: int) -> str:
    if minutes == 0:
        return words("programme.on_time")
    return words("programme.late" if minutes > 0 else "programme.early", number=abs(minutes))
