"""The event in one line, by its phase; and its figures."""

from collections.abc import Sequence

import streamlit as st

from models.events.event import Phase, local_day, phase_at
from models.programme import ItemSnapshot
from models.readiness.sections import silent_sections
from models.wall import Panel, focus, outlook, panel, running, upcoming
from ui.attendance import queries as attendance_queries
from ui.incidents import queries as incidents_queries
from ui.programme import queries as programme_queries
from ui.readiness import queries as readiness_queries
from ui.readiness import sections as readiness_sections
from ui.script import queries as script_queries
from ui.shell.frame import Visit
from ui.shell.plain import plain

MAX_OWED = 2  # tasks that are named after the event; the others are counted


def region(ctx: Visit) -> None:
    """What the phase is about in one line, what comes next, and the figures."""
    items = programme_queries.items(ctx.moment)
    with st.container(border=True, key="home_now"):
        st.subheader(plain(line(ctx, items)), anchor=False)
        following = upcoming(items, now=ctx.at, skipped=script_queries.skipped(ctx.moment))
        if following:
            words = ctx.words
            at = words.time(following.starts_at) + ", " + words.day_short(following.starts_at)
            st.text(f"{words('wall.next')}: {words.of(following, 'title')} ({at})")
        with st.container(horizontal=True, gap="medium", key="home_figures"):
            figures(ctx, items)


def line(ctx: Visit, items: Sequence[ItemSnapshot]) -> str:
    """Before the event the days left and the work, then what goes on, afterwards what is owed."""
    words, phase = ctx.words, phase_at(ctx.event, ctx.at)
    if phase is Phase.DURING:
        going = [
            words.of(item, "short")
            for item in running(list(items), now=ctx.at)
            if item.kind != "broadcast"
        ]
        return " · ".join(going) or words("wall.nothing_now")
    tasks = readiness_queries.tasks(ctx.moment)
    work = outlook(
        tasks, ctx.event.first_day, now=ctx.at, local=lambda at: local_day(ctx.event, at)
    )
    if phase is not Phase.AFTER:
        facts = {"days": work.days, "done": work.done, "total": work.total, "due": work.due}
        late = words("home.late", number=work.late) if work.late else ""
        return " · ".join(part for part in (words("home.before", **facts), late) if part)
    if not work.total:
        return words("wall.work_empty")
    if not work.owed:
        return words("home.all_done")
    named = [
        words("home.owed_by", task=words.of(task, "title"), day=words.day_short(task.due_at))
        for task in work.owed[:MAX_OWED]
    ]
    more = len(work.owed) - len(named)
    named += [words("home.owed_more", number=more)] if more else []
    return words("home.after", tasks="; ".join(named))


def figures(ctx: Visit, items: Sequence[ItemSnapshot]) -> None:
    """Present where a gathering is counted, sections by level, silent ones, open incidents."""
    words = ctx.words
    group = focus(list(items), now=ctx.at)
    shown = panel(
        phase_at(ctx.event, ctx.at), group, now=ctx.at, local=lambda at: local_day(ctx.event, at)
    )
    if shown is Panel.ARRIVALS:
        present(ctx, group)
    sections = readiness_queries.sections(ctx.moment)
    with st.container(width="content"):
        st.caption(words("home.sections"))
        st.text(readiness_sections.levels_line(words, sections))
    st.metric(words("home.silent"), words.number(len(silent_sections(sections))), width="content")
    waiting = [entry for entry in incidents_queries.entries(ctx.moment) if entry.open]
    st.metric(words("home.open_entries"), words.number(len(waiting)), width="content")


def present(ctx: Visit, group: list[ItemSnapshot]) -> None:
    words = ctx.words
    counts = attendance_queries.headcounts(ctx.moment, [item.id for item in group]).values()
    here = words.number(sum(count.here for count in counts))
    expected = words.number(sum(count.expected for count in counts))
    st.metric(words("home.present"), f"{here} / {expected}", width="content")
