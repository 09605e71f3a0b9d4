"""A long import while it is read or written: how far it is, the way to stop it, and what is left
where it was stopped.
"""

import streamlit as st

from data.imports import work
from data.imports.drafts import Prepared, read_import_again
from data.imports.requests import Apply, Phase, Progress
from data.imports.work import End, Work
from data.words import Words
from ui.imports import files
from ui.shell import commands, frame
from ui.shell.plain import plain

FORM = "event.work"
POLL = 1  # seconds between two looks at how far it is, while anything is under way


def region(ctx: frame.Visit, held: Prepared, doing: Work) -> None:
    cut_off(ctx.words, held)
    if doing.end is None:
        under_way(held.id)
        return
    words = ctx.words
    st.warning(words(f"event_page.work_{doing.end.value}"), icon=":material/block:")
    _offer_again(words, held, type="primary")
    files.unread(words, held)


@st.fragment(key="event.work", run_every=POLL)
def under_way(draft_id: int) -> None:
    ctx = frame.part_of("event")
    doing = work.under_way(draft_id)
    if doing is None:
        _say_end(draft_id)
        st.rerun()
    words = ctx.words
    st.progress(share(doing.progress), text=plain(told(words, doing.progress)))
    st.caption(words("event_page.work_why"))
    if doing.progress.phase is Phase.WRITES:
        st.caption(words("event_page.work_writes_why"))
    st.button(
        words("event_page.work_stop"),
        key="event.work_stop",
        icon=":material/close:",
        on_click=stop,
        args=(draft_id,),
    )
    commands.refused(FORM, words)


def stop(draft_id: int) -> None:
    commands.ready(FORM, lambda: work.stop(commands.origin_at_once(), draft_id))


def again(draft_id: int) -> None:
    commands.perform(FORM, read_import_again, draft_id=draft_id)


def share(progress: Progress) -> float:
    """How full the bar is: by what was read; what comes after it says itself what it does."""
    if progress.phase is Phase.STARTS:
        return 0.0
    if progress.phase is Phase.READS:
        return progress.rows / progress.total if progress.total else 0.0
    return 1.0


def told(words: Words, progress: Progress) -> str:
    facts = {"rows": words.number(progress.rows), "total": words.number(progress.total)}
    return words(f"event_page.work_{progress.phase.value}", file=progress.file, **facts)


def _say_end(draft_id: int) -> None:
    tried = work.applied(draft_id)
    if tried and tried.end is End.DONE:
        work.forget(draft_id)
        commands.say("event_page.applied")


def cut_off(words: Words, held: Prepared) -> None:
    """That the server ended while a draft was written, of which it knows nothing itself."""
    if work.was_cut_off(held) and work.applied(held.id) is None:
        facts = {"at": held.confirmed_at}
        st.warning(words("event_page.apply_cut_off", **facts), icon=":material/block:")


def tried(words: Words, held: Prepared) -> None:
    """Why the last try to apply a draft was none, and what there is to do."""
    cut_off(words, held)
    last = work.applied(held.id)
    if last is None or last.end is None or last.end is End.DONE:
        return
    if last.refusal:
        st.error(plain(words.refusal(last.refusal)), icon=":material/error:")
    else:
        st.warning(words(f"event_page.apply_{last.end.value}"), icon=":material/block:")
    _offer_again(words, held)


def _offer_again(words: Words, held: Prepared, **style: object) -> None:
    st.button(
        words("event_page.work_again"),
        key="event.work_again",
        icon=":material/restart_alt:",
        on_click=again,
        args=(held.id,),
        **style,
    )
    commands.refused(FORM, words)


def is_applied(held: Prepared | None) -> bool:
    """Whether what is prepared is being written now."""
    doing = work.under_way(held.id) if held else None
    return doing is not None and isinstance(doing.request, Apply)
