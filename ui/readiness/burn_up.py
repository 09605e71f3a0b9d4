"""The burn-up as pages show it: done against plan, the forecast, and its finish."""

from datetime import datetime

import streamlit as st

from data.words import Words
from models.readiness.burn_up import BurnUp, Finish
from ui.readiness import queries as readiness_queries
from ui.shell import charts
from ui.shell.moment import Moment


def region(words: Words, shown: Moment) -> None:
    """Done against plan, the forecast, and its finish; for the plan page and the review."""
    found = readiness_queries.burn_up(shown)
    st.subheader(words("plan.burn_up"), anchor=False)
    st.text(words("plan.done_of", done=found.done, total=found.total, planned=found.planned))
    for line in forecast_lines(words, found):
        st.text(line)
    chart = readiness_queries.burn_up_chart(shown, language=words.language)
    charts.show(chart, alt=words("plan.burn_up_alt"))
    st.caption(words("plan.method"))


def forecast_lines(words: Words, found: BurnUp) -> list[str]:
    if not found.total:
        return [words("wall.work_empty")]
    if found.rest is None:
        return [words("plan.all_done")]
    if not found.known:
        return [words("plan.too_few_done")]
    finishes = (("before", found.before), ("rest", found.rest))
    return [finish_line(words, name, finish) for name, finish in finishes if finish]


def finish_line(words: Words, name: str, finish: Finish) -> str:
    """The day by which a group of tasks is done, with its interval; unknown in words."""

    def day(moment: datetime | None) -> str:
        return words.day(moment) if moment else words("plan.unknown")

    days = {"median": day(finish.median), "low": day(finish.low), "high": day(finish.high)}
    if days["low"] == days["high"]:  # an interval of one day is no interval
        return words(f"plan.finish_{name}_day", median=days["median"])
    return words(f"plan.finish_{name}", **days)
