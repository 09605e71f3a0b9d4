"""Altair charts as finished specifications; every one also draws an empty frame.

Times are drawn on a UTC scale from local wall-clock times, because a browser would else show them in its own zone.
"""

from datetime import datetime, timedelta

import altair as alt
import pandas as pd

from data.words import Words
from models.events.event import Event, zone
from models.programme import ItemStanding
from models.readiness.burn_up import BurnUp
from models.readiness.tasks import Level, Status, TaskStanding, task_level
from models.wall import Arrivals

COLOURS = {
    Level.LATE: "#d64541",
    Level.AT_RISK: "#e5a100",
    Level.NOT_STARTED: "#b9c4d0",
    Level.ON_TRACK: "#5fa8e8",
    Level.READY: "#2f9e5b",
}
"""The one mapping from level to colour on light pages; the wall's own is in web/assets/wall.css."""

PLAN, ACTUAL = "#7b8794", "#1f5fbf"


def _local(event: Event, moment: datetime) -> str:
    """The local time as an ISO string that claims to be UTC, for a UTC scale."""
    return f"{moment.astimezone(zone(event)).replace(tzinfo=None).isoformat(timespec='seconds')}Z"


def _count_axis(language: str, *, ticks: int) -> alt.Axis:
    """An axis of whole numbers: 1.121 in Vietnamese, 1,121 in English."""
    english = "format(datum.value, ',')"
    return alt.Axis(title=None, tickCount=ticks, labelExpr=english if language == "en" else f"replace({english}, ',', '.')")


def _finish(chart: alt.Chart | alt.LayerChart, *, height: int) -> dict:
    return chart.properties(height=height, width="container").configure_view(strokeWidth=0).to_dict()


def _frame(rows: list[dict], columns: list[str]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=columns)


def _rule(event: Event, moment: datetime) -> alt.Chart:
    now = _frame([{"at": _local(event, moment)}], ["at"])
    return alt.Chart(now).mark_rule(color="#14202e", strokeWidth=1.5).encode(x=alt.X("at:T", scale=alt.Scale(type="utc")))


def arrivals(board: Arrivals, event: Event, moment: datetime, language: str) -> dict:
    """How many are in, minute by minute, against the plan."""
    words = Words(language, zone(event))
    plan, actual = words("attendance.plan"), words("attendance.actual")
    start = board.starts_at
    rows = [
        {"at": _local(event, start - timedelta(minutes=before)), "people": round(share * board.count.expected), "line": plan}
        for before, share in event.arrival_plan
    ]
    total = 0
    for minute, arrived in board.curve:
        total += arrived
        rows.append({"at": _local(event, minute), "people": total, "line": actual})
    if board.curve and moment > board.curve[-1][0]:
        last = min(moment, max(start + timedelta(minutes=30), board.curve[-1][0]))
        rows.append({"at": _local(event, last), "people": total, "line": actual})
    base = alt.Chart(_frame(rows, ["at", "people", "line"])).encode(
        x=alt.X("at:T", scale=alt.Scale(type="utc"), axis=alt.Axis(format="%H:%M", title=None, tickCount=6)),
        y=alt.Y("people:Q", scale=alt.Scale(domain=[0, max(board.count.expected, 1)]), axis=_count_axis(language, ticks=4)),
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
    return _finish(base.mark_line(strokeWidth=2.5), height=240)


def trend(reports: list[tuple], tasks: list[TaskStanding], event: Event, moment: datetime, language: str) -> dict:
    """How many tasks stood at which level at the end of each day, the last day as at the moment.

    `reports`: (task_id, status, at), oldest first, none later than the moment.
    """
    words = Words(language, zone(event))
    levels = [Level.LATE, Level.AT_RISK, Level.NOT_STARTED, Level.ON_TRACK, Level.READY]
    names = {level: words(f"level.{level.value}") for level in levels}
    rows = []
    for day, standing in levels_by_day(reports, tasks, event, moment):
        for rank, level in enumerate(levels):
            rows.append({"day": day.isoformat(), "level": names[level], "tasks": standing.get(level, 0), "rank": rank})
    chart = (
        alt.Chart(_frame(rows, ["day", "level", "tasks", "rank"]))
        .mark_bar()
        .encode(
            x=alt.X("utcyearmonthdate(day):T", axis=alt.Axis(format="%-d/%-m", title=None, labelOverlap=True)),
            y=alt.Y("tasks:Q", axis=_count_axis(language, ticks=4), scale=alt.Scale(domain=[0, max(len(tasks), 1)])),
            color=alt.Color(
                "level:N",
                scale=alt.Scale(domain=list(names.values()), range=[COLOURS[level] for level in levels]),
                legend=alt.Legend(title=None, orient="top", columns=2),
            ),
            order=alt.Order("rank:Q"),
        )
    )
    return _finish(chart, height=240)


def levels_by_day(reports: list[tuple], tasks: list[TaskStanding], event: Event, moment: datetime) -> list[tuple]:
    """(local date, {level: number of tasks}) for each day from the first report to the moment."""
    if not reports:
        return []
    local = zone(event)
    day, last = reports[0][2].astimezone(local).date(), moment.astimezone(local).date()
    declared: dict[int, Status] = {}
    position, found = 0, []
    while day <= last:
        end = min(datetime.combine(day + timedelta(days=1), datetime.min.time(), tzinfo=local), moment)
        while position < len(reports) and reports[position][2] <= end:
            task_id, status, _ = reports[position]
            declared[task_id] = Status(status)
            position += 1
        standing: dict[Level, int] = {}
        for task in tasks:
            level = task_level(declared.get(task.id, Status.NOT_STARTED), due_at=task.due_at, critical=task.critical, now=end)
            standing[level] = standing.get(level, 0) + 1
        found.append((day, standing))
        day += timedelta(days=1)
    return found


def media(items: list, event: Event, moment: datetime, language: str) -> dict:
    """Cumulative media items: planned and published."""
    words = Words(language, zone(event))
    plan, actual = words("media.plan"), words("media.actual")
    planned = sorted(item.planned_at for item in items)
    published = sorted(item.published_at for item in items if item.published_at)
    rows = [{"at": _local(event, at), "number": number, "line": plan} for number, at in enumerate(planned, 1)]
    rows += [{"at": _local(event, at), "number": number, "line": actual} for number, at in enumerate(published, 1)]
    if published:
        rows.append({"at": _local(event, moment), "number": len(published), "line": actual})
    base = alt.Chart(_frame(rows, ["at", "number", "line"])).mark_line(interpolate="step-after", strokeWidth=2.5)
    chart = base.encode(
        x=alt.X("at:T", scale=alt.Scale(type="utc"), axis=alt.Axis(format="%-d/%-m", title=None, tickCount=8)),
        y=alt.Y("number:Q", axis=_count_axis(language, ticks=5)),
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
    return _finish(alt.layer(chart, _rule(event, moment)), height=240)


def programme(items: list[ItemStanding], event: Event, moment: datetime, language: str, day: str) -> dict:
    """One day (ISO date): planned times as pale bars, real ones as dark bars within them."""
    words = Words(language, zone(event))
    plan, actual = words("programme.plan"), words("programme.actual")
    rows = []
    for item in items:
        if item.starts_at.astimezone(zone(event)).date().isoformat() != day:
            continue
        name = words.of(item, "short")
        rows.append({"item": name, "start": _local(event, item.starts_at), "end": _local(event, item.ends_at), "bar": plan})
        if item.started_at:
            end = item.finished_at or max(moment, item.started_at)
            rows.append({"item": name, "start": _local(event, item.started_at), "end": _local(event, end), "bar": actual})
    frame = _frame(rows, ["item", "start", "end", "bar"])
    order = list(dict.fromkeys(frame["item"]))
    base = alt.Chart(frame).encode(
        x=alt.X("start:T", scale=alt.Scale(type="utc"), axis=alt.Axis(format="%H:%M", title=None, tickCount=8)),
        x2="end:T",
        y=alt.Y("item:N", sort=order, axis=alt.Axis(title=None, labelLimit=170)),
        color=alt.Color(
            "bar:N",
            scale=alt.Scale(domain=[plan, actual], range=["#c9d6e6", ACTUAL]),
            legend=alt.Legend(title=None, orient="top"),
        ),
    )
    layers = [base.transform_filter(alt.datum.bar == name).mark_bar(size=size) for name, size in ((plan, 18), (actual, 8))]
    bars = alt.layer(*layers)
    today = moment.astimezone(zone(event)).date().isoformat() == day
    chart = alt.layer(bars, _rule(event, moment)) if today and rows else bars
    return _finish(chart, height=max(26 * len(order), 60) + 40)


def burn_up(found: BurnUp, event: Event, moment: datetime, language: str) -> dict:
    """How many tasks are done against the plan and, where it was changed, the baseline; from now on the expected course with the
    band that holds with 80 %."""
    words = Words(language, zone(event))
    names = {name: words(f"plan.line_{name}") for name in ("done", "plan", "baseline", "expected")}
    lines = {
        "plan": _steps([work.due_at for work in found.works]),
        "baseline": _steps([work.baseline_due_at for work in found.works]),
        "done": _steps([work.done_at for work in found.works if work.done_at]) + [(moment, found.done)],
    }
    if lines["baseline"] == lines["plan"]:
        del lines["baseline"]
    rows = [
        {"at": _local(event, at), "tasks": number, "line": names[name]} for name, line in lines.items() for at, number in line
    ]
    rows += [{"at": _local(event, at), "tasks": middle, "line": names["expected"]} for at, _, middle, _ in found.expected]
    band = [{"at": _local(event, at), "low": low, "high": high} for at, low, _, high in found.expected]
    order = [names["done"], names["expected"], names["plan"], *([names["baseline"]] if "baseline" in lines else [])]
    legend = alt.Legend(title=None, orient="top", columns=2)
    x = alt.X("at:T", scale=alt.Scale(type="utc"), axis=alt.Axis(format="%-d/%-m", title=None, labelOverlap=True))
    count = {"axis": _count_axis(language, ticks=4), "scale": alt.Scale(domain=[0, max(found.total, 1)])}
    base = alt.Chart(_frame(rows, ["at", "tasks", "line"])).encode(
        x=x,
        y=alt.Y("tasks:Q", **count),
        color=alt.Color("line:N", scale=alt.Scale(domain=order, range=[ACTUAL, ACTUAL, PLAN, "#b9c4d0"]), legend=legend),
        strokeDash=alt.StrokeDash(
            "line:N", scale=alt.Scale(domain=order, range=[[1, 0], [2, 3], [6, 4], [2, 2]]), legend=legend
        ),
    )
    sure = alt.datum.line != names["expected"]
    drawn = base.transform_filter(sure).mark_line(interpolate="step-after", strokeWidth=2.5)
    to_come = base.transform_filter(alt.datum.line == names["expected"]).mark_line(strokeWidth=2.5)
    area = alt.Chart(_frame(band, ["at", "low", "high"])).mark_area(color=ACTUAL, opacity=0.15)
    spread = area.encode(x=x, y=alt.Y("low:Q", **count), y2="high:Q")
    return _finish(alt.layer(spread, drawn, to_come, _rule(event, moment)), height=260)


def _steps(moments: list[datetime]) -> list[tuple[datetime, int]]:
    """How many of the moments have passed, at each of them; beginning with none."""
    ordered = sorted(moments)
    return [(ordered[0], 0), *((at, number) for number, at in enumerate(ordered, start=1))] if ordered else []
