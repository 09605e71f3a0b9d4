"""Travel through the event's time: a slider over its history, whose moment is in the address."""

from dataclasses import replace
from datetime import datetime

import streamlit as st

from models.events.travel import step, stops
from ui.shell import moment as shell_moment
from ui.shell.frame import Visit, past_notice
from ui.shell.moment import Moment

KEY, NOW, WRITTEN = "at", "now", "%d/%m/%Y %H:%M"  # the key is the name in the address


def shown(ctx: Visit) -> Moment:
    """The moment chosen on the slider: now, or a past one, with a notice in words."""
    chosen = slider(ctx)
    if not chosen.view.past:
        st.caption(ctx.words("review.as_at", at=chosen.view.moment))
        return chosen
    past_notice(replace(ctx, moment=chosen))
    return chosen


def asked() -> bool:
    """Whether the wall's address asks for the slider. A television (`/tv`) never has one."""
    return not st.context.is_embedded and ("travel" in st.query_params or KEY in st.query_params)


def slider(ctx: Visit) -> Moment:
    """The slider with a step back and a step on, and the way back to now."""
    words, moments = ctx.words, options(ctx)
    with st.container(
        key="travel", horizontal=True, vertical_alignment="bottom", gap="small", wrap=False
    ):
        if len(moments) == 1:
            return ctx.moment
        _step_button(ctx, "back", "chevron_left")
        chosen = st.select_slider(
            words("travel.moment"),
            moments,
            value=NOW,
            format_func=lambda moment: words("review.now") if moment == NOW else moment,
            key=KEY,
            bind="query-params",
        )
        _step_button(ctx, "forward", "chevron_right")
        st.button(
            "",
            key="travel.live",
            icon=":material/update:",
            help=words("travel.live"),
            on_click=go_live,
        )
    return ctx.moment if chosen == NOW else shell_moment.at(ctx.moment, read(ctx, chosen))


def _step_button(ctx: Visit, direction: str, icon: str) -> None:
    st.button(
        "",
        key=f"travel.{direction}",
        icon=f":material/{icon}:",
        help=ctx.words(f"travel.{direction}"),
        on_click=go,
        args=(ctx, direction == "back"),
    )


def options(ctx: Visit) -> list[str]:
    """What the slider offers: its stops, the moment of a link or of a step, and now."""
    first = shell_moment.first_fact(ctx.moment)
    if first is None:
        return [NOW]
    moments = set(stops(ctx.event, first, ctx.at))
    for text in (st.query_params.get(KEY), st.session_state.get(KEY)):
        asked_for = read(ctx, text)
        if asked_for and first <= asked_for < ctx.at:
            moments.add(asked_for)
    return [*(written(ctx, one) for one in sorted(moments)), NOW]


def written(ctx: Visit, moment: datetime) -> str:
    """A moment as the address has it, the same in both languages: 21/07/2023 14:15, local."""
    return moment.astimezone(ctx.words.time_zone).strftime(WRITTEN)


def read(ctx: Visit, text: str | None) -> datetime | None:
    """The moment that an address names; None where it names none."""
    try:
        return datetime.strptime(text or "", WRITTEN).replace(tzinfo=ctx.words.time_zone)
    except ValueError:
        return None


def go(ctx: Visit, back: bool) -> None:
    """A step back or on; past the present there is nothing."""
    start = read(ctx, st.session_state.get(KEY)) or ctx.at
    to = step(ctx.event, start, back=back)
    first = shell_moment.first_fact(ctx.moment)
    st.session_state[KEY] = NOW if to >= ctx.at else written(ctx, max(to, first))


def go_live() -> None:
    st.session_state[KEY] = NOW
