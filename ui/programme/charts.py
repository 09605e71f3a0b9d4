"""A day's programme as a finished chart specification."""

from datetime import datetime

import altair as alt

from data.words import Words
from models.events.event import Event, zone
from models.programme import ItemSnapshot
from ui.shell.charts import ACTUAL, finish, local, rule, tidy_frame


def programme(
    items: list[ItemSnapshot], event: Event, moment: datetime, language: str, day: str
) -> dict:
    """One day (ISO date): planned times as pale bars, real ones as dark bars within them."""
    words = Words(language, zone(event))
    plan, actual = words("programme.plan"), words("programme.actual")
    rows = []
    for item in items:
        if item.starts_at.astimezone(zone(event)).date().isoformat() != day:
            continue
        name = words.of(item, "short")
        rows.append(
            {
                "item": name,
                "start": local(event, item.starts_at),
                "end": local(event, item.ends_at),
                "bar": plan,
            }
        )
        if item.started_at:
            end = item.finished_at or max(moment, item.started_at)
            rows.append(
                {
                    "item": name,
                    "start": local(event, item.started_at),
                    "end": local(event, end),
                    "bar": actual,
                }
            )
    frame = tidy_frame(rows, ["item", "start", "end", "bar"])
    order = list(dict.fromkeys(frame["item"]))
    base = alt.Chart(frame).encode(
        x=alt.X(
            "start:T",
            scale=alt.Scale(type="utc"),
            axis=alt.Axis(format="%H:%M", title=None, tickCount=8),
        ),
        x2="end:T",
        y=alt.Y("item:N", sort=order, axis=alt.Axis(title=None, labelLimit=170)),
        color=alt.Color(
            "bar:N",
            scale=alt.Scale(domain=[plan, actual], range=["#c9d6e6", ACTUAL]),
            legend=alt.Legend(title=None, orient="top"),
        ),
    )
    layers = [
        base.transform_filter(alt.datum.bar == name).mark_bar(size=size)
        for name, size in ((plan, 18), (actual, 8))
    ]
    bars = alt.layer(*layers)
    today = moment.astimezone(zone(event)).date().isoformat() == day
    chart = alt.layer(bars, rule(event, moment)) if today and rows else bars
    return finish(chart, height=max(26 * len(order), 60) + 40)
