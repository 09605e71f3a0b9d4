"""Communications: what is planned and published, by outlet and phase, against the plan."""

import streamlit as st

from ui.media import form as media_form
from ui.media import items as media_items
from ui.media import queries as media_queries
from ui.shell import charts, frame, live, table

here = frame.require("media")


@st.fragment(key="media.items", run_every=60)
def items() -> None:
    """The items as a table, and next to it the one that is open; then the figures."""
    live.watch("media")
    ctx = frame.part_of("media")
    words, planned = ctx.words, media_queries.media_items(ctx.moment)
    published = sum(item.published_at is not None for item in planned)
    st.subheader(
        words("media.published_of", published=published, planned=len(planned)), anchor=False
    )
    shown = media_items.asked_for(ctx, planned)
    chosen = table.chosen(media_items.KEY)
    item = next((one for one in planned if str(one.id) == chosen), None)
    rows, panel = table.beside(media_items.KEY, opened=item is not None)
    with rows:
        media_items.listed(ctx, shown)
    if item is not None and panel is not None:
        with panel:
            media_items.panel(ctx, item)
    chart = media_queries.media_chart(ctx.moment, language=words.language)
    charts.show(chart, alt=words("media.chart_alt"))
    st.subheader(words("media.outlets"), anchor=False)
    media_items.by_outlet(words, planned)


@st.fragment(key="media.add")
def add() -> None:
    ctx = frame.part_of("media")
    if ctx.may("plan_media"):
        media_form.unplanned(ctx)


add()
items()
