"""Communications: what is planned and published, by outlet and phase, against the plan."""

import streamlit as st

from ui.media import form as media_form
from ui.media import items as media_items
from ui.media import queries as media_queries
from ui.shell import frame, live

here = frame.require("media")


@st.fragment(key="media.items", run_every=60)
def items() -> None:
    live.watch("media")
    ctx = frame.visit()
    words, planned = ctx.words, media_queries.media_items(ctx.moment)
    published = sum(item.published_at is not None for item in planned)
    st.subheader(
        words("media.published_of", published=published, planned=len(planned)), anchor=False
    )
    chart = media_queries.media_chart(ctx.moment, language=words.language)
    st.vega_lite_chart(chart, width="stretch", alt=words("media.chart_alt"))
    media_items.due(ctx, planned)
    media_items.newest(ctx, planned)
    st.subheader(words("media.outlets"), anchor=False)
    st.table(media_items.by_outlet(words, planned), border="horizontal", hide_index=True)
    with st.expander(words("media.all"), key="media.all"):
        media_items.by_phase(words, planned)


@st.fragment(key="media.add")
def add() -> None:
    ctx = frame.visit()
    if ctx.may("plan_media"):
        media_form.unplanned(ctx)


items()
add()
