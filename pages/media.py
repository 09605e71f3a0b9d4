"""Communications: what is planned and published, by outlet and phase, against the plan."""

from collections import Counter
from datetime import datetime, time

import streamlit as st

from data.media import plan_media, publish_media
from models.media import KINDS, TITLE_LENGTH
from ui.media import queries as media_queries
from ui.shell import commands, components, frame, live

here = frame.require("media")

PHASES = ("before", "during", "after")


@st.fragment(key="media.items", run_every=60)
def items() -> None:
    live.watch("media")
    now = frame.visit()
    words, found = now.words, media_queries.media_items(now.moment)
    published = sum(item.published_at is not None for item in found)
    st.subheader(words("media.published_of", published=published, planned=len(found)), anchor=False)
    st.vega_lite_chart(
        media_queries.media_chart(now.moment, language=words.language),
        width="stretch",
        alt=words("media.chart_alt"),
    )
    pressing(now, found)
    st.subheader(words("media.outlets"), anchor=False)
    st.table(by_outlet(words, found), border="horizontal", hide_index=True)
    with st.expander(words("media.all"), key="media.all"):
        for phase in PHASES:
            st.markdown(f"**{words(f'media.{phase}')}**")
            for item in found:
                if item.phase == phase:
                    st.text(line(words, item))


def pressing(now: frame.Visit, found: list) -> None:
    """What is late and the next few to come, each with its button."""
    words = now.words
    waiting = [item for item in found if item.published_at is None]
    late, coming = (
        [item for item in waiting if item.late],
        [item for item in waiting if not item.late],
    )
    st.subheader(words("media.due"), anchor=False)
    for item in late + coming[:5]:
        with st.container(border=True, key=f"media_{item.id}"):
            with st.container(horizontal=True, vertical_alignment="center"):
                with st.container():
                    st.markdown(f"**{components.plain(words.of(item, 'title'))}**")
                    st.caption(components.plain(line(words, item, title=False)))
                if item.late:
                    st.badge(
                        words(
                            "media.late_by",
                            span=words.age(now.moment.view.moment - item.planned_at),
                        ),
                        color="orange",
                        icon=":material/schedule:",
                    )
                if now.may("publish_media"):
                    st.button(
                        words("media.publish"),
                        key=f"media.publish.{item.id}",
                        on_click=publish,
                        args=(item,),
                    )
            commands.refused(f"media.{item.id}", words)


def line(words, item, *, title: bool = True) -> str:
    """An item in one line: outlet, kind, when planned and published."""
    told = [words.of(item, "title")] if title else []
    told += [
        item.outlet,
        words(f"media.{item.kind}"),
        words("media.planned_at", at=item.planned_at),
    ]
    if item.published_at:
        told.append(words("media.published_at", at=item.published_at))
    return " · ".join(told)


def by_outlet(words, found: list) -> dict[str, list[str]]:
    """Published / planned by outlet and phase."""
    planned = Counter((item.outlet, item.phase) for item in found)
    published = Counter((item.outlet, item.phase) for item in found if item.published_at)
    outlets = sorted({item.outlet for item in found})
    columns = {words("media.outlet"): outlets}
    for phase in PHASES:
        columns[words(f"media.{phase}")] = [
            f"{published[outlet, phase]}/{planned[outlet, phase]}" for outlet in outlets
        ]
    return columns


def publish(item) -> None:
    if commands.perform(f"media.{item.id}", publish_media, media_id=item.id):
        commands.say("media.done", text=item.title_vi)


@st.fragment(key="media.add")
def add() -> None:
    """A form for what was not in the plan."""
    now = frame.visit()
    words = now.words
    if not now.may("plan_media"):
        return
    with st.expander(words("media.add"), icon=":material/add:", key="media.add_box"):
        st.text_input(words("media.add_title"), key="media.title", max_chars=TITLE_LENGTH)
        st.text_input(words("media.outlet"), key="media.outlet", max_chars=TITLE_LENGTH)
        shown = {"format_func": lambda kind: words(f"media.{kind}"), "key": "media.kind"}
        st.segmented_control(
            words("media.kind"), KINDS, default=KINDS[0], required=True, wrap=True, **shown
        )
        components.day_and_time(
            now, "media.planned", words("media.add_day"), words("media.add_time")
        )
        st.button(words("log.save"), key="media.save", type="primary", on_click=save, args=(now,))
        commands.refused("media.add", words)


def save(now: frame.Visit) -> None:
    day, at = st.session_state["media.planned.day"], st.session_state["media.planned.time"]
    planned_at = datetime.combine(day, at or time(), tzinfo=now.words.time_zone)
    asked = {
        "outlet": st.session_state["media.outlet"],
        "kind": st.session_state["media.kind"],
        "title": st.session_state["media.title"],
    }
    if item := commands.perform("media.add", plan_media, planned_at=planned_at, **asked):
        st.session_state["media.title"] = ""
        commands.say("media.added", text=item.title_vi)


items()
add()
