"""Parts of the plan on pages: a task with its slip, the burn-up, and two versions of an edit."""

from datetime import datetime, timedelta

import streamlit as st

from data.words import Words
from models.events.event import moment_of
from models.plan import Planned, differing, slip
from models.readiness.burn_up import BurnUp, Finish
from models.readiness.tasks import Level, Status, TaskSnapshot
from ui.readiness import queries as readiness_queries
from ui.shell import components
from ui.shell.moment import Moment

NAMED = 6  # tasks held up that are shown; the others are behind a tap
RED = (Level.RED, Level.AT_RISK)


def title(words: Words, task: TaskSnapshot) -> str:
    """A task's number and title, as Markdown."""
    return f"**{task.number}. {components.plain(words.of(task, 'title'))}**"


def badges(words: Words, task: TaskSnapshot) -> str:
    """A task's status and its flags, inside a line of Markdown."""
    badges = [components.status_badge(task.status, words)]
    if task.overdue:
        badges.append(components.badge(words("status.overdue"), "red", ":material/alarm:"))
    if task.critical:
        badges.append(components.badge(words("update.critical"), "violet", ":material/priority:"))
    return " ".join(badges)


def task_lines(words: Words, shown: Moment, task: TaskSnapshot) -> None:
    """One task of the plan: status, due time, slip, and the tasks that it holds up."""
    pinned = (
        components.badge(words("plan.pinned"), "blue", ":material/keep:") if task.pinned else ""
    )
    st.markdown(f"{title(words, task)}  \n{badges(words, task)} {pinned}")
    start = words("plan.starts", at=task.start_at) if task.start_at else words("plan.start_unknown")
    st.caption(
        components.plain(" · ".join([words("update.due", at=task.due_at), start, task.owner]))
    )
    slipped(words, shown, task)
    holding(words, shown, task)


def slipped(words: Words, shown: Moment, task: TaskSnapshot) -> None:
    """The slip from the baseline, by the event's moves and by edits; nothing without one."""
    slipped_by = slip(
        task.due_at, task.baseline_due_at, carried_days=task.carried_days, time_zone=words.time_zone
    )
    parts = {"plan.slip_event": slipped_by.event, "plan.slip_own": slipped_by.own}
    moved = [words(key, span=signed(words, span)) for key, span in parts.items() if span]
    if moved:
        whole = words("plan.slip", span=signed(words, slipped_by.whole), at=task.baseline_due_at)
        badge = f":orange-badge[:material/trending_flat: {components.plain(whole)}]"
        st.caption(f"{badge} {components.plain(' · '.join(moved))}")


def signed(words: Words, span: timedelta) -> str:
    """+2 days, −3 h, 0."""
    return f"{'+' if span > timedelta(0) else '−'}{words.age(abs(span))}" if span else "0"


def holding(words: Words, shown: Moment, task: TaskSnapshot) -> None:
    """The tasks that need this one: by name where it is late, else their number."""
    if task.status is Status.DONE:
        return
    held = readiness_queries.held_up(shown)
    count = held.count(task.id)
    if not count:
        return
    if task.level not in RED:
        st.caption(words("plan.needed_by", count=count))
        return
    by_id = {one.id: one for one in readiness_queries.tasks(shown)}
    sections = {
        section.id: words.of(section, "short") for section in readiness_queries.sections(shown)
    }
    lines = [
        f"{one.number}. {words.of(one, 'title')} ({sections[one.section_id]})"
        for one in map(by_id.get, held.of(task.id))
    ]
    st.markdown(f":red[:material/block: {components.plain(words('plan.holds_up', count=count))}]")
    st.text("\n".join(lines[:NAMED]))
    if len(lines) > NAMED:
        with st.expander(
            words("wall.entries_more", count=len(lines) - NAMED), key=f"plan.held.{task.id}"
        ):
            st.text("\n".join(lines[NAMED:]))


# --- burn-up -------------------------------------------------------------------------------------


def burn_up(words: Words, shown: Moment) -> None:
    """Done against plan, the forecast, and its finish; for the plan page and the review."""
    found = readiness_queries.burn_up(shown)
    st.subheader(words("plan.burn_up"), anchor=False)
    st.text(words("plan.done_of", done=found.done, total=found.total, planned=found.planned))
    for line in forecast_lines(words, found):
        st.text(line)
    chart = readiness_queries.burn_up_chart(shown, language=words.language)
    st.vega_lite_chart(chart, width="stretch", alt=words("plan.burn_up_alt"))
    st.caption(words("plan.method"))


def forecast_lines(words: Words, found: BurnUp) -> list[str]:
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
    return words(f"plan.finish_{name}", **days)


# --- an edit that was overtaken ------------------------------------------------------------------


def both_versions(words: Words, shown: Moment, mine: Planned, theirs: Planned) -> None:
    """The fields that differ, in both versions."""
    fields = differing(mine, theirs)
    if not fields:
        st.text(words("plan.same"))
        return
    table = {words("plan.field"): [words(f"plan.{name}") for name in fields]}
    for key, version in (("plan.mine", mine), ("plan.theirs", theirs)):
        table[words(key)] = [
            components.plain(field(words, shown, version, name)) for name in fields
        ]
    st.table(table, border="horizontal", hide_index=True)


def field(words: Words, shown: Moment, planned: Planned, name: str) -> str:
    value = getattr(planned, name)
    if name in ("due", "start"):
        day = {"first_day": shown.event.first_day, "time_zone": words.time_zone}
        return words.moment(moment_of(value, **day)) if value else words("plan.start_unknown")
    if isinstance(value, bool):
        return words("plan.yes" if value else "plan.no")
    return ", ".join(str(number) for number in value) or "–" if name == "needs" else value
