"""A day's programme as a finished chart specification."""

from datetime import datetime

import altair as alt

from data.words import Words
from models.events.event import Event, zone
from models.programme import ItemSnapshot
from models.wall import UNFINISHED_TAIL, days_of
from ui.shell.charts import ACTUAL, finish, local, rule, tidy_frame

PLANNED = "#c9d6e6"
BAR, ACTUAL_BAR = 18, 8  # pixels: the real times are drawn within the planned ones


def programme(
    items: list[ItemSnapshot], event: Event, moment: datetime, language: str, day: str
) -> dict:
    """One day (ISO date): planned times as pale bars, real ones as dark bars within them."""
    words = Words(language, zone(event))
    plan, actual = words("programme.plan"), words("programme.actual")
    rows = []
    for item in items:
        if day in map(str, days_of(item, local=lambda at: at.astimezone(zone(event)).date())):
            name = words.of(item, "short")
            rows.append(_bar(event, name, item.starts_at, item.ends_at, plan))
            if item.started_at:
                still = min(moment, item.ends_at + UNFINISHED_TAIL)
                end = item.finished_at or max(still, item.started_at)
                rows.append(_bar(event, name, item.started_at, end, actual))
    frame = tidy_frame(rows, ["item", "start", "end", "bar"])
    order = list(dict.fromkeys(frame["item"]))
    base = _base(frame, order, plan, actual)
    layers = [
        base.transform_filter(alt.datum.bar == name).mark_bar(size=size)
        for name, size in ((plan, BAR), (actual, ACTUAL_BAR))
    ]
    bars = alt.layer(*layers)
    today = moment.astimezone(zone(event)).date().isoformat() == day
    chart = alt.layer(bars, rule(event, moment)) if today and rows else bars
    return finish(chart, height=max(26 * len(order), 60) + 40)


def _bar(event: Event, name: str, start: datetime, end: datetime, bar: str) -> dict:
    return {"item": name, "start": local(event, start), "end": local(event, end), "bar": bar}


def _base(frame, order: list[str], plan: str, actual: str) -> alt.Chart:
    """What both kinds of bars share: time across, an item a row, their colours."""
    return alt.Chart(frame).encode(
        x=alt.X(
            "start:T",
            scale=alt.Scale(type="utc"),
            axis=alt.Axis(format="%H:%M", title=None, tickCount=8),
        ),
        x2="end:T",
        y=alt.Y("item:N", sort=order, axis=alt.Axis(title=None, labelLimit=170)),
        color=alt.Color(
            "bar:N",
            scale=alt.Scale(domain=[plan, actual], range=[PLANNED, ACTUAL]),
            legend=alt.Legend(title=None, orient="top"),
        ),
    )
