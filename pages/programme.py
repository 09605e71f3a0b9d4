"""The programme: now and next, a day's rundown, and the forums side by side."""

from datetime import date

import streamlit as st

from models.programme import ItemSnapshot
from models.wall import gatherings
from ui.attendance import queries as attendance_queries
from ui.exports import tables
from ui.programme import agenda, day, desks, form, venues
from ui.programme import queries as programme_queries
from ui.script import queries as script_queries
from ui.shell import frame, live

here = frame.require("programme")


@st.fragment(key="programme.items", run_every=60)
def programme() -> None:
    live.watch("programme", "attendance", "script")
    ctx = frame.part_of("programme")
    items = programme_queries.items(ctx.moment)
    shown = ctx.event.first_day
    if items:
        shown = listed(ctx, items)
    else:  # an event that has just begun
        st.info(ctx.words("programme.none_yet"))
    tables.script_files(ctx)
    if ctx.may("plan_item"):
        form.odd(ctx, items)
        form.adding(ctx, items, shown)
        form.cancelled(ctx)
        venues.names(ctx)
        desks.region(ctx, items)


def listed(ctx: frame.Visit, items: list[ItemSnapshot]) -> date:
    """Now and next, a day's rundown, and the forums of that day, which it returns."""
    agenda.now_and_next(ctx, items, script_queries.expected(ctx.moment), day.act)
    day.just_marked(ctx, items)
    shown = day.choice(ctx, items)
    day.one_day(ctx, items, shown, skipped=script_queries.skipped(ctx.moment))
    for group in gatherings(items):
        if len(group) > 1 and shown in agenda.days(ctx, group[0]):
            counts = attendance_queries.headcounts(ctx.moment, [item.id for item in group])
            agenda.side_by_side(ctx, group, counts)
    st.caption(ctx.words("programme.illustrative"))
    return shown


programme()
