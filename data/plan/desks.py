"""Commands on the check-in desks: they are added, changed, retired and restored in place."""

from collections.abc import Iterable
from dataclasses import asdict

from sqlalchemy import delete, func
from sqlmodel import Session, col, select

from data.commands import Context, command, overtaken
from models.access.people import Person
from models.attendance.ledger import DESK_FIELDS, Desk, DeskItem, DeskPlan, require_desk_plan
from models.events.event import Event
from models.plan import DeskChange
from models.programme import ProgrammeItem
from models.refusals import Refusal
from models.text import both, folded, following_vietnamese

# --- reads ---------------------------------------------------------------------------------------


def plan_of(session: Session, desk: Desk) -> DeskPlan:
    """The editable part of a desk: its names, and the items that it serves."""
    items = select(DeskItem.item_id).where(DeskItem.desk_id == desk.id)
    return DeskPlan(desk.name_vi, desk.name_en, tuple(sorted(session.exec(items).all())))


def version_and_desk(session: Session, desk_id: int) -> tuple[int, DeskPlan]:
    """The initial values of a form that changes a desk. Refuses `desk_unknown`."""
    desk = session.get(Desk, desk_id)
    if desk is None:
        raise Refusal("desk_unknown")
    return desk.version, plan_of(session, desk)


def retired_desks(session: Session, event: Event) -> list[Desk]:
    """The desks that are retired, in the order of their making; detached."""
    found = session.exec(
        select(Desk)
        .where(Desk.event_id == event.id, col(Desk.retired).is_(True))
        .order_by(col(Desk.id))
    ).all()
    for desk in found:
        session.expunge(desk)
    return list(found)


# --- commands ------------------------------------------------------------------------------------


def _desk_before(session: Session, key: str) -> Desk | None:
    return session.exec(
        select(Desk)
        .join(DeskChange, col(DeskChange.desk_id) == col(Desk.id))
        .where(DeskChange.idempotency_key == key)
    ).first()


@command("add_desk", topic="event", subject="desk", permission="plan_item", replay=_desk_before)
def add_desk(ctx: Context, *, plan: DeskPlan) -> Desk:
    """Add a desk. Refuses `desk_double`, `item_unknown`, and what `require_desk_plan` does."""
    ctx.require()
    mine = _require_known(ctx, require_desk_plan(plan))
    _require_single(ctx, mine)
    known = select(func.count()).select_from(Desk).where(Desk.event_id == ctx.event.id)
    desk = Desk(
        event_id=ctx.event.id,
        key=f"desk_{ctx.session.exec(known).one() + 1}",
        name_vi=mine.name_vi,
        name_en=mine.name_en,
    )
    ctx.session.add(desk)
    ctx.session.flush()
    _serve(ctx, desk, mine)
    _record(ctx, desk, added=True)
    return desk


@command("edit_desk", topic="event", subject="desk", permission="plan_item", replay=_desk_before)
def edit_desk(ctx: Context, *, desk_id: int, version: int, plan: DeskPlan) -> Desk:
    """Change a desk's names and the items that it serves, given the version of the form.

    What was recorded at it stays. Refuses `desk_unknown`; `desk_moved` where the row has changed
    since, with `mine` and `theirs` (`DeskPlan`), its `version` and who changed it last;
    `desk_unchanged`, and what `add_desk` does.
    """
    ctx.require()
    desk = _require_desk(ctx, desk_id, retired=False)
    theirs = plan_of(ctx.session, desk)
    mine = following_vietnamese(_require_known(ctx, require_desk_plan(plan)), theirs)
    _require_version(ctx, desk, version, mine, theirs)
    fields = [name for name in DESK_FIELDS if getattr(mine, name) != getattr(theirs, name)]
    if not fields:
        raise Refusal("desk_unchanged", desk=both(desk, "name"))
    _require_single(ctx, mine, other_than=desk.id)
    _record(ctx, desk, fields=[f"desk.{name}" for name in fields])
    desk.name_vi, desk.name_en = mine.name_vi, mine.name_en
    _serve(ctx, desk, mine)
    return _at_new_version(ctx, desk)


@command("retire_desk", topic="event", subject="desk", permission="plan_item", replay=_desk_before)
def retire_desk(ctx: Context, *, desk_id: int, version: int) -> Desk:
    """Retire a desk at which no office works any more; what was recorded at it stays.

    Refuses `desk_unknown`, `desk_moved`, and `desk_has_office` with the office that is bound to it.
    """
    ctx.require()
    desk = _require_desk(ctx, desk_id, retired=False)
    theirs = plan_of(ctx.session, desk)
    _require_version(ctx, desk, version, theirs, theirs)
    office = ctx.session.exec(
        select(Person).where(
            Person.event_slug == ctx.event.slug,
            Person.desk_key == desk.key,
            col(Person.retired).is_(False),
        )
    ).first()
    if office is not None:
        raise Refusal("desk_has_office", desk=both(desk, "name"), office=both(office, "name"))
    _record(ctx, desk)
    desk.retired = True
    return _at_new_version(ctx, desk)


@command("restore_desk", topic="event", subject="desk", permission="plan_item", replay=_desk_before)
def restore_desk(ctx: Context, *, desk_id: int, version: int) -> Desk:
    """Take a retirement back: the desk serves again what it served.

    Refuses `desk_unknown` also of one that is not retired, `desk_moved`, and `desk_double`.
    """
    ctx.require()
    desk = _require_desk(ctx, desk_id, retired=True)
    theirs = plan_of(ctx.session, desk)
    _require_version(ctx, desk, version, theirs, theirs)
    _require_single(ctx, theirs)
    _record(ctx, desk)
    desk.retired = False
    return _at_new_version(ctx, desk)


# --- what the commands share ---------------------------------------------------------------------


def _require_desk(ctx: Context, desk_id: int, *, retired: bool) -> Desk:
    desk = ctx.session.get(Desk, desk_id)
    if desk is None or desk.event_id != ctx.event.id or desk.retired != retired:
        raise Refusal("desk_unknown")
    return desk


def _require_known(ctx: Context, plan: DeskPlan) -> DeskPlan:
    """Refuses `item_unknown`."""
    items = select(ProgrammeItem.id).where(ProgrammeItem.event_id == ctx.event.id)
    if unknown := set(plan.items) - set(ctx.session.exec(items).all()):
        raise Refusal("item_unknown", item=min(unknown))
    return plan


def _require_single(ctx: Context, plan: DeskPlan, *, other_than: int | None = None) -> None:
    desks = select(Desk).where(Desk.event_id == ctx.event.id, col(Desk.retired).is_(False))
    for desk in ctx.session.exec(desks):
        if desk.id != other_than and folded(desk.name_vi) == folded(plan.name_vi):
            raise Refusal("desk_double", desk=both(desk, "name"))


def _require_version(
    ctx: Context, desk: Desk, version: int, mine: DeskPlan, theirs: DeskPlan
) -> None:
    if desk.version != version:
        raise overtaken(
            ctx.session,
            "desk_moved",
            DeskChange,
            col(DeskChange.desk_id) == desk.id,
            desk=both(desk, "name"),
            version=desk.version,
            mine=mine,
            theirs=theirs,
        )


def _serve(ctx: Context, desk: Desk, plan: DeskPlan) -> None:
    ctx.session.execute(delete(DeskItem).where(col(DeskItem.desk_id) == desk.id))
    ctx.session.add_all(DeskItem(desk_id=desk.id, item_id=item_id) for item_id in plan.items)
    ctx.session.flush()


def _record(ctx: Context, desk: Desk, *, added: bool = False, fields: Iterable[str] = ()) -> None:
    plan = asdict(plan_of(ctx.session, desk))
    fact = DeskChange(
        event_id=desk.event_id,
        desk_id=desk.id,
        version=desk.version,
        retired=desk.retired,
        added=added,
        **plan | {"items": list(plan["items"])},
    )
    ctx.record(fact, fields=list(fields))


def _at_new_version(ctx: Context, desk: Desk) -> Desk:
    desk.version += 1
    ctx.session.add(desk)
    return desk
