"""The papers of a room's items: who reads now and next, all of them in order, and one in a form."""

from collections.abc import Sequence
from datetime import timedelta

import streamlit as st

from data.commands import Command
from data.script.papers import edit_paper, mark_paper, register_paper, undo_paper_mark
from models.script.lanes import Lane, Step
from models.script.papers import (
    MAX_MINUTES,
    MAX_POSITION,
    TITLE_LENGTH,
    WHO_LENGTH,
    PaperMarkKind,
    PaperPlan,
    PaperSnapshot,
    PaperState,
)
from ui.shell import choices, commands, components, draft, table
from ui.shell.draft import Draft
from ui.shell.frame import Visit
from ui.shell.plain import plain
from ui.shell.table import Cell, Column, Row

KEY, DRAFT, ADD, ITEM = "script.papers", "script.paper", "script.paper_add", "script.papers_of"
TONES = {
    PaperState.SPEAKING: "blue",
    PaperState.ENDED: "green",
    PaperState.MISSED: "red",
    PaperState.WITHDRAWN: "gray",
}
NEXT = {
    PaperState.REGISTERED: (PaperMarkKind.RECEIVED, PaperMarkKind.CALLED, PaperMarkKind.MISSED),
    PaperState.RECEIVED: (PaperMarkKind.CALLED, PaperMarkKind.MISSED),
    PaperState.SPEAKING: (PaperMarkKind.ENDED,),
}
"""What may be recorded of a paper, by its state."""
LAST = {
    PaperState.RECEIVED: PaperMarkKind.RECEIVED,
    PaperState.SPEAKING: PaperMarkKind.CALLED,
    PaperState.ENDED: PaperMarkKind.ENDED,
    PaperState.MISSED: PaperMarkKind.MISSED,
}
"""What was recorded of it last, which can be taken back."""


# --- who reads now and next ----------------------------------------------------------------------


def reading(ctx: Visit, step: Step, *, may: bool) -> None:
    """Who reads, for how much longer, and who is called next, each with the button for it."""
    words, current = ctx.words, step.speaking
    following = next((one for one in step.papers if one.waits), None)
    if current is not None and step.speaker_due_at is not None:
        left = step.speaker_due_at - (step.held_at or ctx.at)
        key = "script.paper_left" if left >= timedelta() else "script.paper_over"
        st.markdown(plain(words(key, who=current.plan.who, span=words.age(abs(left)))))
        if may:
            _mark(ctx, current, PaperMarkKind.ENDED)
    elif following is not None:
        st.markdown(plain(words("script.paper_next", who=following.plan.who)))
        if may:
            _mark(ctx, following, PaperMarkKind.CALLED)
    for one in filter(None, (current, following)):
        commands.refused(_form(one), words)


def _form(paper: PaperSnapshot) -> str:
    return f"script.paper.{paper.id}"


def _mark(ctx: Visit, paper: PaperSnapshot, mark: PaperMarkKind, *, place: str = "now") -> None:
    st.button(
        ctx.words(f"script.paper_{mark.value}"),
        key=f"script.paper_{mark.value}.{place}.{paper.id}",
        on_click=perform,
        args=(mark_paper, paper, mark),
    )


def perform(command: Command, paper: PaperSnapshot, mark: PaperMarkKind) -> None:
    commands.perform(_form(paper), command, paper_id=paper.id, mark=mark)


# --- all papers of an item -----------------------------------------------------------------------


def listed(ctx: Visit, own: Lane, *, may: bool) -> None:
    """Folded: the papers of one of the room's items, the one that is open, and a new one.

    `may`: whether nobody else runs the room.
    """
    steps = [one for one in own.steps if one.papers or ctx.may_of("write_script", one.item)]
    if not steps:
        return
    words, every = ctx.words, sum(len(one.papers) for one in own.steps)
    box = choices.expander(
        words("script.papers", number=every), key="script.papers_box", icon=":material/article:"
    )
    if not box.open:
        draft.drop(DRAFT)
        return
    with box:
        step = _choice(ctx, own, steps)
        opened = next((one for one in step.papers if str(one.id) == table.chosen(KEY)), None)
        rows, panel = table.beside(KEY, opened=opened is not None)
        with rows:
            _table(ctx, step.papers)
        if opened is not None and panel is not None:
            with panel:
                one(ctx, step, opened, may=may)
        if ctx.may_of("write_script", step.item):
            adding(ctx, step)


def _choice(ctx: Visit, own: Lane, steps: Sequence[Step]) -> Step:
    """The item whose papers are shown: at first what is on, else the first that has any."""
    by_id = {step.item.id: step for step in steps}
    with_papers = [step for step in steps if step.papers]
    first = own.going if own.going in with_papers else next(iter(with_papers), steps[0])
    chosen = choices.selectbox(
        ctx.words("script.papers_of"),
        list(by_id),
        index=list(by_id).index(first.item.id),
        format_func=lambda number: ctx.words.of(by_id[number].item, "short"),
        key=f"{ITEM}.{own.room}",
        width=420,
    )
    return by_id.get(chosen, first)


def _table(ctx: Visit, papers: Sequence[PaperSnapshot]) -> None:
    words = ctx.words
    table.table(
        KEY,
        [
            Column(words("script.paper_position"), "number", width="3.5rem"),
            Column(words("script.paper_who"), "opens", wraps=True),
            Column(words("script.paper_title"), wraps=True, narrow=False),
            Column(words("script.paper_minutes"), "number", width="6rem"),
            Column(words("script.paper_used"), "number", width="6rem"),
        ],
        [_row(ctx, paper) for paper in papers],
        label=words("script.paper_table"),
        empty=words("script.paper_none"),
    )


def _row(ctx: Visit, paper: PaperSnapshot) -> Row:
    words, used = ctx.words, paper.used
    late = used is not None and used > paper.planned + timedelta(minutes=1)
    minutes = round(used / timedelta(minutes=1)) if used is not None else None
    cells = (
        Cell(str(paper.plan.position), sort=paper.plan.position),
        Cell(paper.plan.who, under=words(f"script.paper_state_{paper.state.value}")),
        Cell(paper.plan.title),
        Cell(str(paper.plan.minutes), sort=paper.plan.minutes),
        Cell("" if minutes is None else str(minutes), tone="red" if late else "", sort=minutes),
    )
    return Row(paper.id, cells, tone=TONES.get(paper.state, ""))


def one(ctx: Visit, step: Step, paper: PaperSnapshot, *, may: bool) -> None:
    """The paper that is open: what may be recorded of it, what takes that back, and its form."""
    words = ctx.words
    st.markdown(f"**{plain(paper.plan.who)}**  \n{plain(paper.plan.title)}")
    if may and ctx.may_of("run_script", step.item):
        with st.container(horizontal=True, gap="small"):
            for mark in NEXT.get(paper.state, ()):
                _mark(ctx, paper, mark, place="row")
        if mark := LAST.get(paper.state):
            with components.by_mistake(words, f"script.paper_mistake.{paper.id}"):
                st.button(
                    words(f"undo.paper_{mark.value}"),
                    key=f"undo.paper_{mark.value}.{paper.id}",
                    on_click=perform,
                    args=(undo_paper_mark, paper, mark),
                )
        commands.refused(_form(paper), words)
    if ctx.may_of("write_script", step.item):
        editing(ctx, paper)
    st.button(
        words("plan.close"),
        key="script.paper_close",
        type="tertiary",
        on_click=table.choose,
        args=(KEY, ""),
    )


# --- the form ------------------------------------------------------------------------------------


def fields(ctx: Visit, key: str, plan: PaperPlan) -> None:
    words = ctx.words
    st.text_input(words("script.paper_who"), plan.who, key=f"{key}.who", max_chars=WHO_LENGTH)
    st.text_input(
        words("script.paper_title"), plan.title, key=f"{key}.title", max_chars=TITLE_LENGTH
    )
    with st.container(horizontal=True):
        for name, limit in (("position", MAX_POSITION), ("minutes", MAX_MINUTES)):
            value = getattr(plan, name)
            label = words(f"script.paper_{name}")
            st.number_input(label, 1, limit, value, key=f"{key}.{name}", width=150)


def typed(key: str, *, withdrawn: bool = False) -> PaperPlan:
    state = st.session_state
    return PaperPlan(
        state[f"{key}.who"],
        state[f"{key}.title"],
        state[f"{key}.minutes"],
        state[f"{key}.position"],
        withdrawn,
    )


def adding(ctx: Visit, step: Step) -> None:
    """The form of a new paper, at the end of the item's."""
    words, key = ctx.words, f"{ADD}.{step.item.id}.{len(step.papers)}"
    st.markdown(f"**{words('script.paper_new')}**")
    fields(ctx, key, PaperPlan("", position=min(len(step.papers) + 1, MAX_POSITION)))
    form = f"{ADD}.{step.item.id}"
    st.button(words("script.paper_add"), key=f"{form}.go", on_click=enter, args=(form, key, step))
    commands.refused(form, words)


def enter(form: str, key: str, step: Step) -> None:
    if commands.perform(form, register_paper, item_id=step.item.id, plan=typed(key)):
        commands.say("script.paper_added")


def editing(ctx: Visit, paper: PaperSnapshot) -> None:
    words = ctx.words
    held = draft.of(DRAFT, paper.id, lambda: (paper.version, paper.plan))
    fields(ctx, held.field("fields"), held.row)
    st.checkbox(words("script.paper_withdrawn"), held.row.withdrawn, key=held.field("withdrawn"))
    st.button(words("item.save"), key="script.paper_save", on_click=save, args=(held,))
    draft.refused(words, held, "paper_moved", lambda plan: shown(ctx, plan), record)


def shown(ctx: Visit, plan: PaperPlan) -> dict[str, str]:
    """Label to text of each field of a paper."""
    words = ctx.words
    found = {
        words(f"script.paper_{name}"): str(getattr(plan, name))
        for name in ("who", "title", "position", "minutes")
    }
    found[words("script.paper_withdrawn")] = words("script.yes" if plan.withdrawn else "script.no")
    return found


def save(held: Draft) -> None:
    withdrawn = st.session_state[held.field("withdrawn")]
    record(held, held.version, typed(held.field("fields"), withdrawn=withdrawn))


def record(held: Draft, version: int, plan: PaperPlan) -> None:
    if commands.perform(held.form, edit_paper, paper_id=held.subject, version=version, plan=plan):
        draft.drop(DRAFT)
        commands.say("script.paper_saved")
