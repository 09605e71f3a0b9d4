"""The arrival curve as a finished chart specification."""

from datetime import datetime, timedelta
from functools import lru_cache

import altair as alt

from data.words import event_words
from models.events.event import Event
from models.wall import Arrivals
from ui.shell.charts import ACTUAL, PLAN, count_axis, filled, finish, local, tidy_frame


def arrivals(board: Arrivals, event: Event, moment: datetime, language: str) -> dict:
    """How many are in, minute by minute, against the plan."""
    words = event_words(event, language)
    plan, actual = words("attendance.plan"), words("attendance.actual")
    rows = [
        {"at": local(event, at), "people": people, "line": line}
        for line, points in ((plan, _planned(board, event)), (actual, _arrived(board, moment)))
        for at, people in points
    ]
    return filled(_form(plan, actual, max(board.count.expected, 1), language), rows)


@lru_cache(maxsize=32)
def _form(plan: str, actual: str, highest: int, language: str) -> dict:
    """The chart without its rows; `plan` and `actual` name its lines."""
    x = alt.X(
        "at:T",
        scale=alt.Scale(type="utc"),
        axis=alt.Axis(format="%H:%M", title=None, tickCount=6),
    )
    y = alt.Y(
        "people:Q",
        scale=alt.Scale(domain=[0, highest]),
        axis=count_axis(language, ticks=4),
    )
    legend = alt.Legend(title=None, orient="top")
    colours = alt.Scale(domain=[plan, actual], range=[PLAN, ACTUAL])
    dashes = alt.Scale(domain=[plan, actual], range=[[6, 4], [1, 0]])
    # A row, since of no table at all Altair makes no data set.
    row = {"at": "", "people": 0, "line": plan}
    base = alt.Chart(tidy_frame([row], ["at", "people", "line"])).encode(
        x=x,
        y=y,
        color=alt.Color("line:N", scale=colours, legend=legend),
        strokeDash=alt.StrokeDash("line:N", scale=dashes, legend=legend),
    )
    return finish(base.mark_line(strokeWidth=2.5), height=240)


def _planned(board: Arrivals, event: Event) -> list[tuple[datetime, int]]:
    return [
        (board.starts_at - timedelta(minutes=before), round(share * board.count.expected))
        for before, share in event.arrival_plan
    ]


def _arrived(board: Arrivals, moment: datetime) -> list[tuple[datetime, int]]:
    """The running total by minute, prolonged to the moment, at most to half an hour after the
    start.
    """
    points: list[tuple[datetime, int]] = []
    total = 0
    for minute, arrived in board.curve:
        total += arrived
        points.append((minute, total))
    if points and moment > points[-1][0]:
        last = min(moment, max(board.starts_at + timedelta(minutes=30), points[-1][0]))
        points.append((last, total))
    return points
