"""Whether the event keeps its delegates' names or telephone numbers: asked with reason and day."""

from collections.abc import Mapping
from datetime import date, timedelta

import streamlit as st

from data.erasure import KEEP_DAYS
from data.events.clock import real_now
from data.personal_data.particulars import drop_particulars, keep_particulars
from data.words import Words
from models.attendance.particulars import (
    MAX_AGE,
    REASON_LENGTH,
    Keeping,
    Particular,
    active_keepings,
)
from ui.shell import choices, commands
from ui.shell.frame import Visit
from ui.shell.plain import plain


def choice(ctx: Visit, kind: Particular, place: str) -> None:
    """What is kept of a kind, folded, for whoever may decide it; `place`: names it on its page."""
    if ctx.event.rehearsal or not ctx.may("keep_particulars"):
        return
    words, form = ctx.words, f"{place}.{kind.value}"
    held = active_keepings(ctx.event, real_now()).get(kind)
    label = (
        words(f"particulars.{kind.value}_on", day=held.erase_on)
        if held
        else words(f"particulars.{kind.value}_off")
    )
    box = choices.expander(label, key=f"{form}.box", icon=":material/contacts:")
    if not box.open:
        return
    with box:
        st.caption(words("particulars.why"))
        st.caption(words(f"particulars.{kind.value}_seen"))
        if held:
            st.text(words("particulars.because", reason=held.reason))
        _keeping(ctx, kind, form, held)
        if held:
            _dropping(words, kind, form)
        commands.refused(form, words)


def kept_elsewhere(
    words: Words, event_id: int, keeps: Mapping[Particular, Keeping], place: str
) -> None:
    """What another event than the current one holds until its day, each with the way to erase it
    at once; `place`: names that event on its page."""
    for kind, held in keeps.items():
        form = f"{place}.{kind.value}"
        label = words(f"particulars.{kind.value}_on", day=held.erase_on)
        with st.popover(label, icon=":material/contacts:", key=f"{form}.box"):
            st.text(words("particulars.because", reason=held.reason))
            _dropping(words, kind, form, event_id)
            commands.refused(form, words)


def _keeping(ctx: Visit, kind: Particular, form: str, held: Keeping | None) -> None:
    words, base = ctx.words, ctx.event.last_day
    st.text_input(
        words("particulars.reason"),
        held.reason if held else "",
        key=f"{form}.reason",
        max_chars=REASON_LENGTH,
    )
    days = st.number_input(
        words("particulars.days"),
        min_value=1,
        max_value=MAX_AGE.days,
        value=min(max((held.erase_on - base).days, 1), MAX_AGE.days) if held else KEEP_DAYS,
        key=f"{form}.days",
        width=320,
    )
    day = base + timedelta(days=int(days))
    st.caption(words("particulars.erased_on", day=day))
    st.button(
        words("particulars.change" if held else "particulars.keep"),
        key=f"{form}.keep",
        on_click=_keep,
        args=(form, kind.value, base),
    )


def _keep(form: str, kind: str, base: date) -> None:
    state = st.session_state
    day = base + timedelta(days=int(state[f"{form}.days"]))
    facts = {"kind": kind, "reason": state[f"{form}.reason"], "erase_on": day}
    if commands.perform(form, keep_particulars, **facts):
        commands.say("particulars.kept", day=day)


def _dropping(words: Words, kind: Particular, form: str, event_id: int | None = None) -> None:
    """It cannot be taken back: it asks first."""
    what = words(f"particulars.{kind.value}")
    st.caption(plain(words("particulars.drop_why", what=what.lower())))
    sure = st.checkbox(words("particulars.drop_sure"), key=f"{form}.sure")
    st.button(
        words("particulars.drop"),
        key=f"{form}.drop",
        icon=":material/delete_forever:",
        disabled=not sure,
        on_click=_drop,
        args=(form, kind.value, event_id),
    )


def _drop(form: str, kind: str, event_id: int | None) -> None:
    if commands.perform(form, drop_particulars, kind=kind, event_id=event_id):
        st.session_state[f"{form}.sure"] = False
        commands.say("particulars.dropped")
