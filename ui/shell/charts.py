"""What the charts share: colours, axes, frames and the rule at the current moment."""

from copy import deepcopy
from datetime import datetime

import altair as alt
import pandas as pd
import streamlit as st

from models.events.event import Event, zone
from models.readiness.tasks import Level

COLOURS = {
    Level.RED: "#d64541",
    Level.AT_RISK: "#e5a100",
    Level.NOT_STARTED: "#b9c4d0",
    Level.ON_TRACK: "#5fa8e8",
    Level.READY: "#2f9e5b",
}
PLAN, ACTUAL = "#7b8794", "#2f7de0"  # at least 3:1 on the light and on the dark ground


def local(event: Event, moment: datetime) -> str:
    """The local time as an ISO string that claims to be UTC, for a UTC scale."""
    return f"{moment.astimezone(zone(event)).replace(tzinfo=None).isoformat(timespec='seconds')}Z"


def count_axis(language: str, *, ticks: int) -> alt.Axis:
    """An axis of whole numbers: 1.121 in Vietnamese, 1,121 in English."""
    english = "format(datum.value, ',')"
    return alt.Axis(
        title=None,
        tickCount=ticks,
        labelExpr=english if language == "en" else f"replace({english}, ',', '.')",
    )


def finish(chart: alt.Chart | alt.LayerChart, *, height: int) -> dict:
    """A chart as Streamlit takes it: as wide as its place, and without Vega's English names of axes
    and marks, which would be read out beside the page's own description.
    """
    dressed = chart.properties(height=height, width="container")
    return dressed.configure(aria=False).configure_view(strokeWidth=0).to_dict()


def layered(*charts: alt.Chart) -> alt.LayerChart:
    """Charts over each other. One without rows is left out: the browser's library says of each
    empty axis that it has no extent.
    """
    return alt.layer(*(one for one in charts if not one.data.empty))


def show(chart: dict, *, alt: str) -> None:
    """Draw a finished chart, with the words that it is described by. Its place is as high as it
    from the start, so that nothing below it jumps."""
    st.vega_lite_chart(chart, width="stretch", height=chart["height"], alt=alt)


def filled(form: dict, rows: list[dict]) -> dict:
    """A finished chart of one table, with these rows in the place of its own.

    Building a chart takes most of the time that it costs; of one that is drawn again with every
    scan, only the rows are other ones.
    """
    (name,) = form["datasets"]
    return deepcopy(form) | {"datasets": {name: rows}}


def tidy_frame(rows: list[dict], columns: list[str]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=columns)


def rule(event: Event, moment: datetime) -> alt.Chart:
    now = tidy_frame([{"at": local(event, moment)}], ["at"])
    return (
        alt.Chart(now)
        .mark_rule(color=PLAN, strokeWidth=1.5)
        .encode(x=alt.X("at:T", scale=alt.Scale(type="utc")))
    )
