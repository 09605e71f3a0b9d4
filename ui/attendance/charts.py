"""The arrival curve as a finished chart specification."""

from datetime import datetime, timedelta

import altair as alt

from data.words import Words
from models.events.event import Event, zone
from models.wall import Arrivals
from ui.shell.charts import ACTUAL, PLAN, count_axis, finish, local, tidy_frame


def arrivals(board: Arrivals, event: Event, moment: datetime, language: str) -> dict:
    """How many are in, minute by minute, against the plan."""
    words = Words(language, zone(event))
    plan, actual = words("attendance.plan"), words("attendance.actual")
    start = board.starts_at
    rows = [
        {
            "at": local(event, start - timedelta(minutes=before)),
            "people": round(share * board.count.expected),
            "line": plan,
        }
        for before, share in event.arrival_plan
    ]
    total = 0
    for minute, arrived in board.curve:
        total += arrived
        rows.append({"at": local(event, minute), "people": total, "line": actual})
    if board.curve and moment > board.curve[-1][0]:
        last = min(moment, max(start + timedelta(minutes=30), board.curve[-1][0]))
        rows.append({"at": local(event, last), "people": total, "line": actual})
    base = alt.Chart(tidy_frame(rows, ["at", "people", "line"])).encode(
        x=alt.X(
            "at:T",
            scale=alt.Scale(type="utc"),
            axis=alt.Axis(format="%H:%M", title=None, tickCount=6),
        ),
        y=alt.Y(
            "people:Q",
            scale=alt.Scale(domain=[0, max(board.count.expected, 1)]),
            axis=count_axis(language, ticks=4),
        ),
        color=alt.Color(
            "line:N",
            scale=alt.Scale(domain=[plan, actual], range=[PLAN, ACTUAL]),
            legend=alt.Legend(title=None, orient="top"),
        ),
        strokeDash=alt.StrokeDash(
            "line:N",
            scale=alt.Scale(domain=[plan, actual], range=[[6, 4], [1, 0]]),
            legend=alt.Legend(title=None, orient="top"),
        ),
    )
    return finish(base.mark_line(strokeWidth=2.5), height=240)
