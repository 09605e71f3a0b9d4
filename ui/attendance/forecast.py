"""The forecast of an item's start: how many will be here, when nearly all are, who is late."""

import streamlit as st

from data.attendance.forecast import ItemForecast, LateDelegation
from models.programme import ItemSnapshot
from ui.attendance import queries as attendance_queries
from ui.shell.frame import Visit
from ui.shell.plain import plain

MAX_LATE = 6


def arrival_forecast(ctx: Visit, item: ItemSnapshot) -> None:
    """The forecast of an item; an unknown value says so in words."""
    words = ctx.words
    forecast = attendance_queries.arrival_forecast(ctx.moment, item_id=item.id)
    st.subheader(words("forecast.title"), anchor=False)
    if forecast.begun:
        st.caption(words("forecast.begun"))
        return
    if forecast.numbers is None:
        st.caption(words("forecast.too_little"))
    else:
        numbers(ctx, forecast)
    late(ctx, forecast.late)


def numbers(ctx: Visit, forecast: ItemForecast) -> None:
    words, found = ctx.words, forecast.numbers
    with st.container(horizontal=True, gap="medium", key="attendance_forecast"):
        st.metric(
            words("forecast.at_start", at=words.time(forecast.starts_at)),
            words("forecast.expected", median=found.median, coming=found.coming),
            width="content",
        )
        st.metric(words("forecast.nearly_all"), nearly_all(ctx, forecast), width="content")
    st.caption(words("forecast.interval", low=found.low, high=found.high))


def nearly_all(ctx: Visit, forecast: ItemForecast) -> str:
    if forecast.nearly_all_at is None:
        return ctx.words("forecast.unknown")
    if forecast.nearly_all_at <= ctx.at:
        return ctx.words("forecast.reached")
    return ctx.words("forecast.at", at=ctx.words.time(forecast.nearly_all_at))


def late(ctx: Visit, delegations: tuple[LateDelegation, ...]) -> None:
    """The delegations that are late as a group, most missing first, each with its contact and its
    vehicle.
    """
    if not delegations:
        return
    words = ctx.words
    lines = [
        f"**{words('forecast.late')}**",
        *(late_line(ctx, one) for one in delegations[:MAX_LATE]),
    ]
    if len(delegations) > MAX_LATE:
        lines.append(words("forecast.more_late", number=len(delegations) - MAX_LATE))
    st.warning("  \n".join(lines), icon=":material/directions_bus:")


def late_line(ctx: Visit, one: LateDelegation) -> str:
    words = ctx.words
    name = plain(words.of(one, "name"))
    parts = [words("forecast.late_line", delegation=name, here=one.here, coming=one.coming)]
    for kind in ("contact", "vehicle"):
        text = getattr(one, kind)
        parts.append(
            words(f"forecast.{kind}", **{kind: plain(text)})
            if text
            else words(f"forecast.no_{kind}")
        )
    return " · ".join(parts)
