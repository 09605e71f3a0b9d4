"""Contributions: sent in before the day, typed in the forum, put to the chair; and their topics."""

import streamlit as st

from ui.contributions import chair, files, form, forum, likeness, listed, phone, topics
from ui.shell import frame, live

here = frame.require("contributions")
FIRST = {"rapporteur": "forum", "committee": "chair"}
TOPICS = ("contributions", "programme", "script")


@st.fragment(key="contributions.list", run_every=60)
def list_view() -> None:
    live.watch(*TOPICS, throttle=2)
    ctx = frame.part_of("contributions")
    if form.may_register(ctx):
        form.adding(ctx)
        files.region(ctx)
    likeness.region(ctx)
    listed.region(ctx)
    files.out(ctx)


@st.fragment(key="contributions.typing")
def typing_view(item_id: int) -> None:
    """What is typed: no change of others' draws it again."""
    ctx = frame.part_of("contributions")
    if (item := forum.by_id(ctx, item_id)) is not None:
        forum.typing(ctx, item)


@st.fragment(key="contributions.forum", run_every=60)
def forum_view(item_id: int) -> None:
    live.watch(*TOPICS)
    ctx = frame.part_of("contributions")
    if (item := forum.by_id(ctx, item_id)) is not None:
        forum.region(ctx, item)
        phone.region(ctx, item)


@st.fragment(key="contributions.chair", run_every=30)
def chair_view(item_id: int) -> None:
    live.watch(*TOPICS)
    ctx = frame.part_of("contributions")
    if (item := forum.by_id(ctx, item_id)) is not None:
        chair.region(ctx, item)


@st.fragment(key="contributions.topics")
def topics_view() -> None:
    live.watch("contributions", throttle=2)
    topics.region(frame.part_of("contributions"))


def whole_page(ctx: frame.Visit) -> None:
    """The part that is chosen; at first what the visitor's role works with."""
    role = ctx.person.role if ctx.person else ""
    view = st.segmented_control(
        ctx.words("contributions.view"),
        ("list", "forum", "chair", "topics"),
        default=FIRST.get(role, "list"),
        required=True,
        wrap=True,
        format_func=lambda one: ctx.words(f"contributions.view_{one}"),
        key="contributions.view",
        label_visibility="collapsed",
    )
    if view == "list":
        list_view()
    elif view == "topics":
        topics_view()
    elif (item := forum.choice(ctx, "contributions.in_forum")) is not None:
        if view == "forum":
            typing_view(item.id)
            forum_view(item.id)
        else:
            chair_view(item.id)


whole_page(here)
