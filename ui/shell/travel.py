"""Travelling through the event's time: a slider over its whole history, whose moment stands in the address."""

from dataclasses import replace
from datetime import datetime

import streamlit as st

from models.events.travel import step, stops
from ui.shell import moment as shell_moment
from ui.shell.frame import Visit, past_notice
from ui.shell.moment import Moment

KEY, NOW, WRITTEN = "at", "now", "%d/%m/%Y %H:%M"  # the key is the name in the address


def shown(now: Visit) -> Moment:
    """The moment that the visitor chose on the slider: now, or a past one, which is said in words."""
    chosen = slider(now)
    if not chosen.view.past:
        st.caption(now.words("review.as_at", at=chosen.view.moment))
        return chosen
    past_notice(replace(now, moment=chosen))
    return chosen


def asked() -> bool:
    """Whether the wall's address asks for the slider. A television (`/tv`) has none, whatever its address says."""
    return not st.context.is_embedded and ("travel" in st.query_params or KEY in st.query_params)


def slider(now: Visit) -> Moment:
    """The slider with a step back and a step on, and the way back to now."""
    words, moments = now.words, options(now)
    with st.container(
        key="travel", horizontal=True, vertical_alignment="bottom", gap="small", wrap=False
    ):
        if len(moments) == 1:
            return now.moment
        st.button(
            "",
            key="travel.back",
            icon=":material/chevron_left:",
            help=words("travel.back"),
            on_click=go,
            args=(now, True),
        )
        chosen = st.select_slider(
            words("travel.moment"),
            moments,
            value=NOW,
            format_func=lambda moment: words("review.now") if moment == NOW else moment,
            key=KEY,
            bind="query-params",
        )
        st.button(
            "",
            key="travel.forward",
            icon=":material/chevron_right:",
            help=words("travel.forward"),
            on_click=go,
            args=(now, False),
        )
        st.button(
            "",
            key="travel.live",
            icon=":material/update:",
            help=words("travel.live"),
            on_click=go_live,
        )
    return now.moment if chosen == NOW else shell_moment.at(now.moment, read(now, chosen))


def options(now: Visit) -> list[str]:
    """What the slider offers: its stops, the moment that somebody linked to or stepped to, and now."""
    first, moment = shell_moment.first_fact(now.moment), now.moment.view.moment
    if first is None:
        return [NOW]
    found = set(stops(now.moment.event, first, moment))
    for told in (st.query_params.get(KEY), st.session_state.get(KEY)):
        wanted = read(now, told)
        if wanted and first <= wanted < moment:
            found.add(wanted)
    return [*(written(now, one) for one in sorted(found)), NOW]


def written(now: Visit, moment: datetime) -> str:
    """A moment as the address has it, the same in both languages: 21/07/2023 14:15, local."""
    return moment.astimezone(now.words.time_zone).strftime(WRITTEN)


def read(now: Visit, told: str | None) -> datetime | None:
    """The moment that an address tells; None where it tells none."""
    try:
        return datetime.strptime(told or "", WRITTEN).replace(tzinfo=now.words.time_zone)
    except ValueError:
        return None


def go(now: Visit, back: bool) -> None:
    """A step back or on; past the present there is nothing."""
    event, moment = now.moment.event, now.moment.view.moment
    here = read(now, st.session_state.get(KEY)) or moment
    to = step(event, here, back=back)
    first = shell_moment.first_fact(now.moment)
    st.session_state[KEY] = NOW if to >= moment else written(now, max(to, first))


def go_live() -> None:
    st.session_state[KEY] = NOW
