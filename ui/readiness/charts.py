"""Trend and burn-up as finished chart specifications."""

from collections import Counter
from datetime import datetime, timedelta
from typing import Any

import altair as alt

from data.words import event_words
from models.events.event import Event, zone
from models.readiness.burn_up import BurnUp
from models.readiness.tasks import Level, Status, TaskSnapshot, task_level
from ui.shell.charts import (
    ACTUAL,
    COLOURS,
    PLAN,
    count_axis,
    finish,
    layered,
    local,
    rule,
    tidy_frame,
)

TROUBLED = (Level.RED, Level.AT_RISK)


def trend(
    reports: list[tuple], tasks: list[TaskSnapshot], event: Event, moment: datetime, language: str
) -> dict:
    """How many tasks are late or at risk at the end of each day, on the last day as at the moment.

    `reports`: (task_id, status, at), oldest first, none later than the moment.
    """
    words = event_words(event, language)
    names = {level: words(f"level.{level.value}") for level in TROUBLED}
    by_day = levels_by_day(reports, tasks, event, moment)
    rows = [
        {"day": day.isoformat(), "level": names[level], "tasks": counts.get(level, 0)}
        for day, counts in by_day
        for level in TROUBLED
    ]
    highest = max((row["tasks"] for row in rows), default=0)
    colours = alt.Scale(domain=list(names.values()), range=[COLOURS[level] for level in TROUBLED])
    chart = alt.Chart(tidy_frame(rows, ["day", "level", "tasks"])).mark_line(
        strokeWidth=2.5, point=True
    )
    encoded = chart.encode(
        x=alt.X(
            "utcyearmonthdate(day):T",
            axis=alt.Axis(format="%-d/%-m", title=None, labelOverlap=True),
        ),
        y=alt.Y("tasks:Q", **_count(language, highest)),
        color=alt.Color("level:N", scale=colours, legend=alt.Legend(title=None, orient="top")),
    )
    return finish(encoded, height=200)


def _count(language: str, total: int) -> dict[str, Any]:
    """The axis and scale of a number of tasks."""
    return {
        "axis": count_axis(language, ticks=4),
        "scale": alt.Scale(domain=[0, max(total, 1)]),
    }


def levels_by_day(
    reports: list[tuple], tasks: list[TaskSnapshot], event: Event, moment: datetime
) -> list[tuple]:
    """(local date, {level: number of tasks}) for each day from the first report to the moment."""
    if not reports:
        return []
    local = zone(event)
    day, last = reports[0][2].astimezone(local).date(), moment.astimezone(local).date()
    declared: dict[int, Status] = {}
    position, found = 0, []
    while day <= last:
        end = min(
            datetime.combine(day + timedelta(days=1), datetime.min.time(), tzinfo=local), moment
        )
        while position < len(reports) and reports[position][2] <= end:
            task_id, status, _ = reports[position]
            declared[task_id] = Status(status)
            position += 1
        found.append((day, _counts(tasks, declared, end)))
        day += timedelta(days=1)
    return found


def _counts(
    tasks: list[TaskSnapshot], declared: dict[int, Status], moment: datetime
) -> Counter[Level]:
    """How many tasks are at each level, by the statuses declared up to a moment."""
    return Counter(
        task_level(
            declared.get(task.id, Status.NOT_STARTED),
            due_at=task.due_at,
            critical=task.critical,
            now=moment,
        )
        for task in tasks
    )


def burn_up(found: BurnUp, event: Event, moment: datetime, language: str) -> dict:
    """How many tasks are done against the plan and, where it was changed, the baseline; from now on
    the expected course with its band of 80 % probability.
    """
    words = event_words(event, language)
    names = {name: words(f"plan.line_{name}") for name in ("done", "plan", "baseline", "expected")}
    lines = _lines(found, moment)
    order = [names[name] for name in ("done", "expected", "plan", "baseline") if lines.get(name)]
    x = alt.X(
        "at:T",
        scale=alt.Scale(type="utc"),
        axis=alt.Axis(format="%-d/%-m", title=None, labelOverlap=True),
    )
    count = _count(language, found.total)

    def drawn(*chosen: str) -> alt.Chart:
        rows = [
            {"at": local(event, at), "tasks": number, "line": names[name]}
            for name in chosen
            for at, number in lines.get(name, ())
        ]
        chart = alt.Chart(tidy_frame(rows, ["at", "tasks", "line"]))
        return _styled(chart, order).encode(x=x, y=alt.Y("tasks:Q", **count))

    chart = layered(
        _band(found, event).encode(x=x, y=alt.Y("low:Q", **count), y2="high:Q"),
        drawn("plan", "baseline", "done").mark_line(interpolate="step-after", strokeWidth=2.5),
        drawn("expected").mark_line(strokeWidth=2.5),
        rule(event, moment),
    )
    return finish(chart, height=260)


def _band(found: BurnUp, event: Event) -> alt.Chart:
    """The area between the low and the high expected number."""
    rows = [
        {"at": local(event, at), "low": low, "high": high} for at, low, _, high in found.expected
    ]
    chart = alt.Chart(tidy_frame(rows, ["at", "low", "high"]))
    return chart.mark_area(color=ACTUAL, opacity=0.15)


def _lines(found: BurnUp, moment: datetime) -> dict[str, list[tuple[datetime, int]]]:
    """The points of each line: plan, done, expected, and the baseline where it differs."""
    lines = {
        "plan": _steps([work.due_at for work in found.works]),
        "baseline": _steps([work.baseline_due_at for work in found.works]),
        "done": _steps([work.done_at for work in found.works if work.done_at])
        + [(moment, found.done)],
    }
    if lines["baseline"] == lines["plan"]:
        del lines["baseline"]
    lines["expected"] = [(at, median) for at, _, median, _ in found.expected]
    return lines


def _styled(chart: alt.Chart, order: list[str]) -> alt.Chart:
    """The colour and dash of each line, in the order done, expected, plan, baseline."""
    legend = alt.Legend(title=None, orient="top", columns=2)
    colours = alt.Scale(domain=order, range=[ACTUAL, ACTUAL, PLAN, "#b9c4d0"])
    dashes = alt.Scale(domain=order, range=[[1, 0], [2, 3], [6, 4], [2, 2]])
    return chart.encode(
        color=alt.Color("line:N", scale=colours, legend=legend),
        strokeDash=alt.StrokeDash("line:N", scale=dashes, legend=legend),
    )


def _steps(moments: list[datetime]) -> list[tuple[datetime, int]]:
    """How many of the moments have passed, at each of them; beginning with none."""
    ordered = sorted(moments)
    return (
        [(ordered[0], 0), *((at, number) for number, at in enumerate(ordered, start=1))]
        if ordered
        else []
    )
