"""Trend and burn-up as finished chart specifications."""

from datetime import datetime, timedelta

import altair as alt

from data.words import Words
from models.events.event import Event, zone
from models.readiness.burn_up import BurnUp
from models.readiness.tasks import Level, Status, TaskSnapshot, task_level
from ui.shell.charts import ACTUAL, COLOURS, PLAN, count_axis, finish, local, rule, tidy_frame


def trend(
    reports: list[tuple], tasks: list[TaskSnapshot], event: Event, moment: datetime, language: str
) -> dict:
    """How many tasks stood at which level at the end of each day, the last day as at the moment.

    `reports`: (task_id, status, at), oldest first, none later than the moment.
    """
    words = Words(language, zone(event))
    levels = [Level.RED, Level.AT_RISK, Level.NOT_STARTED, Level.ON_TRACK, Level.READY]
    names = {level: words(f"level.{level.value}") for level in levels}
    rows = []
    for day, standing in levels_by_day(reports, tasks, event, moment):
        for rank, level in enumerate(levels):
            rows.append(
                {
                    "day": day.isoformat(),
                    "level": names[level],
                    "tasks": standing.get(level, 0),
                    "rank": rank,
                }
            )
    chart = (
        alt.Chart(tidy_frame(rows, ["day", "level", "tasks", "rank"]))
        .mark_bar()
        .encode(
            x=alt.X(
                "utcyearmonthdate(day):T",
                axis=alt.Axis(format="%-d/%-m", title=None, labelOverlap=True),
            ),
            y=alt.Y(
                "tasks:Q",
                axis=count_axis(language, ticks=4),
                scale=alt.Scale(domain=[0, max(len(tasks), 1)]),
            ),
            color=alt.Color(
                "level:N",
                scale=alt.Scale(
                    domain=list(names.values()), range=[COLOURS[level] for level in levels]
                ),
                legend=alt.Legend(title=None, orient="top", columns=2),
            ),
            order=alt.Order("rank:Q"),
        )
    )
    return finish(chart, height=240)


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
        standing: dict[Level, int] = {}
        for task in tasks:
            level = task_level(
                declared.get(task.id, Status.NOT_STARTED),
                due_at=task.due_at,
                critical=task.critical,
                now=end,
            )
            standing[level] = standing.get(level, 0) + 1
        found.append((day, standing))
        day += timedelta(days=1)
    return found


def burn_up(found: BurnUp, event: Event, moment: datetime, language: str) -> dict:
    """How many tasks are done against the plan and, where it was changed, the baseline; from now on
    the expected course with the band that holds with 80 %."""
    words = Words(language, zone(event))
    names = {name: words(f"plan.line_{name}") for name in ("done", "plan", "baseline", "expected")}
    lines = {
        "plan": _steps([work.due_at for work in found.works]),
        "baseline": _steps([work.baseline_due_at for work in found.works]),
        "done": _steps([work.done_at for work in found.works if work.done_at])
        + [(moment, found.done)],
    }
    if lines["baseline"] == lines["plan"]:
        del lines["baseline"]
    rows = [
        {"at": local(event, at), "tasks": number, "line": names[name]}
        for name, line in lines.items()
        for at, number in line
    ]
    rows += [
        {"at": local(event, at), "tasks": middle, "line": names["expected"]}
        for at, _, middle, _ in found.expected
    ]
    band = [
        {"at": local(event, at), "low": low, "high": high} for at, low, _, high in found.expected
    ]
    order = [
        names["done"],
        names["expected"],
        names["plan"],
        *([names["baseline"]] if "baseline" in lines else []),
    ]
    legend = alt.Legend(title=None, orient="top", columns=2)
    x = alt.X(
        "at:T",
        scale=alt.Scale(type="utc"),
        axis=alt.Axis(format="%-d/%-m", title=None, labelOverlap=True),
    )
    count = {
        "axis": count_axis(language, ticks=4),
        "scale": alt.Scale(domain=[0, max(found.total, 1)]),
    }
    base = alt.Chart(tidy_frame(rows, ["at", "tasks", "line"])).encode(
        x=x,
        y=alt.Y("tasks:Q", **count),
        color=alt.Color(
            "line:N",
            scale=alt.Scale(domain=order, range=[ACTUAL, ACTUAL, PLAN, "#b9c4d0"]),
            legend=legend,
        ),
        strokeDash=alt.StrokeDash(
            "line:N",
            scale=alt.Scale(domain=order, range=[[1, 0], [2, 3], [6, 4], [2, 2]]),
            legend=legend,
        ),
    )
    sure = alt.datum.line != names["expected"]
    drawn = base.transform_filter(sure).mark_line(interpolate="step-after", strokeWidth=2.5)
    to_come = base.transform_filter(alt.datum.line == names["expected"]).mark_line(strokeWidth=2.5)
    area = alt.Chart(tidy_frame(band, ["at", "low", "high"])).mark_area(color=ACTUAL, opacity=0.15)
    spread = area.encode(x=x, y=alt.Y("low:Q", **count), y2="high:Q")
    return finish(alt.layer(spread, drawn, to_come, rule(event, moment)), height=260)


def _steps(moments: list[datetime]) -> list[tuple[datetime, int]]:
    """How many of the moments have passed, at each of them; beginning with none."""
    ordered = sorted(moments)
    return (
        [(ordered[0], 0), *((at, number) for number, at in enumerate(ordered, start=1))]
        if ordered
        else []
    )
