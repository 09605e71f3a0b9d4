"""The day on which an event's personal data is erased, as its administrator is told of it."""

import streamlit as st

from data.erasure import erasure_day
from models.events.event import Phase, local_day, phase_at
from ui.erasure import queries as erasure_queries
from ui.shell.frame import Visit
from ui.shell.plain import plain


def region(ctx: Visit) -> bool:
    """After the event its day, and how it is done; from that day on it waits for an act."""
    event, words = ctx.event, ctx.words
    if not event.is_over and phase_at(event, ctx.at) is not Phase.AFTER:
        return False
    done, day = erasure_queries.erased_at(ctx.moment), erasure_day(event.last_day)
    due = done is None and local_day(event, ctx.at) >= day
    with st.container(border=True, key="waiting_erasure"):
        if done is not None:
            st.text(words("erasure.done", at=done))
        elif due:
            st.warning(plain(words("erasure.due", day=day)), icon=":material/delete_sweep:")
            st.code(f"python -m cli erase {event.slug}", language=None)
        else:
            st.text(words("erasure.day", day=day))
    return due
