"""Papers: which are registered for an item, and what is recorded of each."""

from collections.abc import Iterable
from dataclasses import asdict
from datetime import datetime

from sqlalchemy import or_
from sqlmodel import Session, col, select

from data.commands import Context, command, overtaken
from data.script.rooms import marked_at, require_own_item, require_own_room
from data.storage.newest import newest, recorded_until
from models.events.event import Event, View
from models.programme import ProgrammeItem
from models.refusals import Refusal
from models.script.papers import (
    Paper,
    PaperChange,
    PaperMark,
    PaperMarkKind,
    PaperPlan,
    PaperSnapshot,
    PaperState,
    differing,
    plan_of,
    require_mark,
    require_markable,
    require_plan,
    require_undoable,
)
from models.text import both, clean

# --- reads ---------------------------------------------------------------------------------------


def papers_at(session: Session, event: Event, view: View) -> dict[int, tuple[PaperSnapshot, ...]]:
    """Item id to its papers as at the view's moment, in the order in which they are read; those
    that were withdrawn last."""
    of_event = (
        select(Paper)
        .join(ProgrammeItem, col(ProgrammeItem.id) == col(Paper.item_id))
        .where(ProgrammeItem.event_id == event.id)
    )
    if view.past:
        added_at = col(Paper.added_at)
        of_event = of_event.where(or_(added_at.is_(None), added_at <= view.moment))
    found: dict[int, list[PaperSnapshot]] = {}
    for one in _snapshots(session, session.exec(of_event).all(), until=recorded_until(view)):
        found.setdefault(one.item_id, []).append(one)
    return {item_id: tuple(sorted(papers, key=_order)) for item_id, papers in found.items()}


def _order(paper: PaperSnapshot) -> tuple[bool, int, int]:
    return paper.plan.withdrawn, paper.plan.position, paper.id


def _snapshots(
    session: Session, papers: Iterable[Paper], *, until: datetime | None = None
) -> list[PaperSnapshot]:
    by_id = {paper.id: paper for paper in papers}
    if not by_id:
        return []
    made: dict[int, dict[str, datetime]] = {}
    latest = newest(PaperMark, PaperMark.paper_id, PaperMark.mark, until=until)
    for mark in session.exec(
        select(PaperMark).where(col(PaperMark.paper_id).in_(by_id), col(PaperMark.id).in_(latest))
    ):
        if not mark.undone:
            made.setdefault(mark.paper_id, {})[f"{mark.mark}_at"] = mark.at
    return [
        PaperSnapshot(one.id, one.item_id, one.version, plan_of(one), **made.get(one.id, {}))
        for one in by_id.values()
    ]


def same_paper(session: Session, item_id: int, plan: PaperPlan) -> Paper | None:
    """The paper of an item that the office of a plan reads under its title, not withdrawn."""
    return session.exec(
        select(Paper).where(
            Paper.item_id == item_id,
            Paper.who == clean(plan.who),
            Paper.title == clean(plan.title),
            col(Paper.withdrawn).is_(False),
        )
    ).first()


# --- commands ------------------------------------------------------------------------------------


@command(
    "register_paper", topic="script", subject="item", permission="write_script", fact=PaperChange
)
def register_paper(ctx: Context, *, item_id: int, plan: PaperPlan) -> PaperChange:
    """Register a paper for an item. Refuses `item_unknown`, `paper_double` next to one of the same
    office and title, and what `require_plan` does."""
    item = ctx.session.get(ProgrammeItem, item_id)
    if item is None or item.event_id != ctx.event.id:
        raise Refusal("item_unknown", item=item_id)
    require_own_item(ctx, item)
    planned = require_plan(plan)
    if same_paper(ctx.session, item_id, planned):
        raise Refusal("paper_double", who=planned.who)
    written = asdict(planned)
    paper = Paper(item_id=item_id, added_at=ctx.at, **written)
    ctx.session.add(paper)
    ctx.session.flush()
    change = PaperChange(paper_id=paper.id, version=1, added=True, **written)
    return ctx.record(change, about=item_id, item=item_id, who=paper.who)


@command("edit_paper", topic="script", subject="item", permission="write_script", fact=PaperChange)
def edit_paper(ctx: Context, *, paper_id: int, version: int, plan: PaperPlan) -> PaperChange:
    """Change a paper, given the version that the form was drawn with; also withdraw it, and put it
    back.

    Refuses `paper_unknown`; `paper_moved` where it was changed since, with `mine` and `theirs`
    (`PaperPlan`), its `version` and who changed it; `paper_unchanged`, and what `require_plan`
    does.
    """
    paper, _, now = _paper(ctx, paper_id)
    mine = require_plan(plan)
    if now.version != version:
        raise overtaken(
            ctx.session,
            "paper_moved",
            PaperChange,
            col(PaperChange.paper_id) == paper_id,
            who=now.plan.who,
            version=now.version,
            mine=mine,
            theirs=now.plan,
        )
    if not differing(mine, now.plan):
        raise Refusal("paper_unchanged", who=now.plan.who)
    for name, value in asdict(mine).items():
        setattr(paper, name, value)
    paper.version += 1
    ctx.session.add(paper)
    change = PaperChange(paper_id=paper_id, version=version, **asdict(now.plan))
    return ctx.record(change, about=paper.item_id, item=paper.item_id, who=mine.who)


@command("mark_paper", topic="script", subject="item", permission="run_script", fact=PaperMark)
def mark_paper(ctx: Context, *, paper_id: int, mark: str) -> PaperMark:
    """Record that a paper's text came, or that it was called, had its end or was not reached.

    Refuses `paper_mark_unknown`, `paper_unknown`, `room_run_by`, `item_not_started` of a call, and
    what `require_markable` does.
    """
    kind = require_mark(mark)
    paper, item, now = _paper(ctx, paper_id)
    if kind is not PaperMarkKind.RECEIVED:
        require_own_room(ctx, item)
    if kind is PaperMarkKind.CALLED and not marked_at(ctx, item.id, "started"):
        raise Refusal("item_not_started", item=both(item, "title"))
    require_markable(now, kind, speaking=_speaking(ctx, item, but=paper_id))
    fact = PaperMark(paper_id=paper_id, mark=kind.value)
    return ctx.record(fact, about=paper.item_id, item=item.id, mark=kind.value, who=now.plan.who)


@command("undo_paper_mark", topic="script", subject="item", permission="run_script", fact=PaperMark)
def undo_paper_mark(ctx: Context, *, paper_id: int, mark: str) -> PaperMark:
    """Take a mark of a paper back. Refuses `paper_mark_unknown`, `paper_unknown`, `room_run_by`
    and what `require_undoable` does."""
    kind = require_mark(mark)
    paper, item, now = _paper(ctx, paper_id)
    if kind is not PaperMarkKind.RECEIVED:
        require_own_room(ctx, item)
    require_undoable(now, kind, speaking=_speaking(ctx, item, but=paper_id))
    fact = PaperMark(paper_id=paper_id, mark=kind.value, undone=True)
    return ctx.record(fact, about=paper.item_id, item=item.id, mark=kind.value, who=now.plan.who)


def _paper(ctx: Context, paper_id: int) -> tuple[Paper, ProgrammeItem, PaperSnapshot]:
    """A paper of an item that the person may act upon, that item, and how the paper stands."""
    paper = ctx.session.get(Paper, paper_id)
    item = ctx.session.get(ProgrammeItem, paper.item_id) if paper else None
    if paper is None or item is None or item.event_id != ctx.event.id:
        raise Refusal("paper_unknown")
    require_own_item(ctx, item)
    (snapshot,) = _snapshots(ctx.session, [paper])
    return paper, item, snapshot


def _speaking(ctx: Context, item: ProgrammeItem, *, but: int) -> PaperSnapshot | None:
    """Another paper of the item that is being read."""
    others = ctx.session.exec(select(Paper).where(Paper.item_id == item.id, Paper.id != but)).all()
    found = _snapshots(ctx.session, others)
    return next((one for one in found if one.state is PaperState.SPEAKING), None)
