"""Published media items as a finished chart specification."""

from datetime import datetime

import altair as alt

from data.media import MediaSnapshot
from data.words import event_words
from models.events.event import Event
from ui.shell.charts import ACTUAL, PLAN, count_axis, finish, layered, local, rule, tidy_frame


def media(items: list[MediaSnapshot], event: Event, moment: datetime, language: str) -> dict:
    """Cumulative media items: planned and published."""
    words = event_words(event, language)
    plan, actual = words("media.plan"), words("media.actual")
    planned = sorted(item.planned_at for item in items)
    published = sorted(item.published_at for item in items if item.published_at)
    rows = _steps(event, planned, plan) + _steps(event, published, actual)
    if published:
        rows.append({"at": local(event, moment), "number": len(published), "line": actual})
    legend = alt.Legend(title=None, orient="top")
    base = alt.Chart(tidy_frame(rows, ["at", "number", "line"])).mark_line(
        interpolate="step-after", strokeWidth=2.5
    )
    chart = base.encode(
        x=alt.X(
            "at:T",
            scale=alt.Scale(type="utc"),
            axis=alt.Axis(format="%-d/%-m", title=None, tickCount=8),
        ),
        y=alt.Y("number:Q", axis=count_axis(language, ticks=5)),
        color=alt.Color(
            "line:N", scale=alt.Scale(domain=[plan, actual], range=[PLAN, ACTUAL]), legend=legend
        ),
        strokeDash=alt.StrokeDash(
            "line:N", scale=alt.Scale(domain=[plan, actual], range=[[6, 4], [1, 0]]), legend=legend
        ),
    )
    return finish(layered(chart, rule(event, moment)), height=240)


def _steps(event: Event, moments: list[datetime], line: str) -> list[dict]:
    """A line that rises by one at each moment."""
    return [
        {"at": local(event, at), "number": number, "line": line}
        for number, at in enumerate(moments, 1)
    ]
