"""What the attendance page says of the start: how many will be here, when nearly all are in,
which delegations are late.
"""

import streamlit as st

from data.attendance.forecast import ItemForecast, LateDelegation
from models.programme import ItemSnapshot
from ui.attendance import queries as attendance_queries
from ui.shell import components
from ui.shell.frame import Visit

MAX_LATE = 6


def arrival_forecast(now: Visit, item: ItemSnapshot) -> None:
    """The forecast of an item; what is not known is said to be unknown."""
    words = now.words
    told = attendance_queries.arrival_forecast(now.moment, item_id=item.id)
    st.subheader(words("forecast.title"), anchor=False)
    if told.begun:
        st.caption(words("forecast.begun"))
        return
    if told.numbers is None:
        st.caption(words("forecast.too_little"))
    else:
        numbers(now, told)
    late(now, told.late)


def numbers(now: Visit, told: ItemForecast) -> None:
    words, found = now.words, told.numbers
    with st.container(horizontal=True, gap="medium", key="attendance_forecast"):
        st.metric(
            words("forecast.at_start", at=words.time(told.starts_at)),
            words("forecast.expected", median=found.median, coming=found.coming),
            width="content",
        )
        st.metric(words("forecast.nearly_all"), nearly_all(now, told), width="content")
    st.caption(words("forecast.interval", low=found.low, high=found.high))


def nearly_all(now: Visit, told: ItemForecast) -> str:
    if told.nearly_all_at is None:
        return now.words("forecast.unknown")
    if told.nearly_all_at <= now.moment.view.moment:
        return now.words("forecast.reached")
    return now.words("forecast.at", at=now.words.time(told.nearly_all_at))


def late(now: Visit, delegations: tuple[LateDelegation, ...]) -> None:
    """The delegations late as a group, most missing first, each with whom to ask and what it
    comes in.
    """
    if not delegations:
        return
    words = now.words
    lines = [
        f"**{words('forecast.late')}**",
        *(late_line(now, one) for one in delegations[:MAX_LATE]),
    ]
    if len(delegations) > MAX_LATE:
        lines.append(words("forecast.more_late", number=len(delegations) - MAX_LATE))
    st.warning("  \n".join(lines), icon=":material/directions_bus:")


def late_line(now: Visit, one: LateDelegation) -> str:
    words = now.words
    name = components.plain(words.of(one, "name"))
    parts = [words("forecast.late_line", delegation=name, here=one.here, coming=one.coming)]
    for kind in ("contact", "vehicle"):
        text = getattr(one, kind)
        parts.append(
            words(f"forecast.{kind}", **{kind: components.plain(text)})
            if text
            else words(f"forecast.no_{kind}")
        )
    return " · ".join(parts)
