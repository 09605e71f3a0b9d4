"""Published media items as a finished chart specification."""

from datetime import datetime

import altair as alt

from data.words import Words
from models.events.event import Event, zone
from ui.shell.charts import ACTUAL, PLAN, count_axis, finish, local, rule, tidy_frame


def media(items: list, event: Event, moment: datetime, language: str) -> dict:
    """Cumulative media items: planned and published."""
    words = Words(language, zone(event))
    plan, actual = words("media.plan"), words("media.actual")
    planned = sorted(item.planned_at for item in items)
    published = sorted(item.published_at for item in items if item.published_at)
    rows = [
        {"at": local(event, at), "number": number, "line": plan}
        for number, at in enumerate(planned, 1)
    ]
    rows += [
        {"at": local(event, at), "number": number, "line": actual}
        for number, at in enumerate(published, 1)
    ]
    if published:
        rows.append({"at": local(event, moment), "number": len(published), "line": actual})
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
    return finish(alt.layer(chart, rule(event, moment)), height=240)
