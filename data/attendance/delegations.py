"""Commands on the delegations: they are added, renamed, grouped and put in order in place."""

from dataclasses import asdict

from sqlalchemy import func
from sqlmodel import Session, col, select

from data.attendance.delegates import index
from data.commands import Context, command, overtaken
from models.attendance.ledger import (
    DELEGATION_FIELDS,
    Delegate,
    Delegation,
    DelegationChange,
    DelegationPlan,
    require_delegation_plan,
)
from models.refusals import Refusal
from models.text import both, folded, following_vietnamese, sort_key


def plan_of(delegation: Delegation) -> DelegationPlan:
    """The editable part of a delegation's row."""
    return DelegationPlan(**{name: getattr(delegation, name) for name in DELEGATION_FIELDS})


def version_and_delegation(session: Session, delegation_id: int) -> tuple[int, DelegationPlan]:
    """The initial values of a form that changes a delegation. Refuses `delegation_unknown`."""
    delegation = session.get(Delegation, delegation_id)
    if delegation is None:
        raise Refusal("delegation_unknown", delegation=delegation_id)
    return delegation.version, plan_of(delegation)


def _delegation_before(session: Session, key: str) -> Delegation | None:
    return session.exec(
        select(Delegation)
        .join(DelegationChange, col(DelegationChange.delegation_id) == col(Delegation.id))
        .where(DelegationChange.idempotency_key == key)
    ).first()


@command(
    "add_delegation",
    topic="event",
    subject="delegation",
    permission="change_delegate",
    replay=_delegation_before,
)
def add_delegation(ctx: Context, *, plan: DelegationPlan) -> Delegation:
    """Add a delegation. Refuses `delegation_double`, and what `require_delegation_plan` does."""
    ctx.require()
    mine = require_delegation_plan(plan)
    _require_single(ctx, mine)
    known = select(func.count()).select_from(Delegation).where(Delegation.event_id == ctx.event.id)
    delegation = Delegation(
        event_id=ctx.event.id,
        code=f"added_{ctx.session.exec(known).one() + 1}",
        kind_vi="",
        sort_key=sort_key(mine.name_vi),
        **asdict(mine),
    )
    ctx.session.add(delegation)
    ctx.session.flush()
    _record(ctx, delegation, added=True)
    return delegation


@command(
    "edit_delegation",
    topic="event",
    subject="delegation",
    permission="change_delegate",
    replay=_delegation_before,
)
def edit_delegation(
    ctx: Context, *, delegation_id: int, version: int, plan: DelegationPlan
) -> Delegation:
    """Change a delegation's names, its group or its place, given the version of the form.

    Its delegates are found by the new name. Refuses `delegation_unknown`; `delegation_moved` where
    the row has changed since, with `mine` and `theirs` (`DelegationPlan`), its `version` and who
    changed it last; `delegation_unchanged`, `delegation_double`, and what `require_delegation_plan`
    does.
    """
    ctx.require()
    delegation = ctx.session.get(Delegation, delegation_id)
    if delegation is None or delegation.event_id != ctx.event.id:
        raise Refusal("delegation_unknown", delegation=delegation_id)
    theirs = plan_of(delegation)
    mine = following_vietnamese(require_delegation_plan(plan), theirs)
    if delegation.version != version:
        raise overtaken(
            ctx.session,
            "delegation_moved",
            DelegationChange,
            col(DelegationChange.delegation_id) == delegation.id,
            delegation=both(delegation, "name"),
            version=delegation.version,
            mine=mine,
            theirs=theirs,
        )
    fields = [name for name in DELEGATION_FIELDS if getattr(mine, name) != getattr(theirs, name)]
    if not fields:
        raise Refusal("delegation_unchanged", delegation=both(delegation, "name"))
    _require_single(ctx, mine, other_than=delegation.id)
    _record(ctx, delegation, fields=[f"delegation.{name}" for name in fields])
    for name in fields:
        setattr(delegation, name, getattr(mine, name))
    delegation.version += 1
    ctx.session.add(delegation)
    if "name_vi" in fields:
        _rename(ctx, delegation)
    return delegation


def _rename(ctx: Context, delegation: Delegation) -> None:
    delegation.sort_key = sort_key(delegation.name_vi)
    ctx.session.flush()
    members = select(Delegate).where(Delegate.delegation_id == delegation.id)
    for delegate in ctx.session.exec(members).all():
        index(ctx.session, delegate)
        ctx.session.add(delegate)


def _require_single(ctx: Context, plan: DelegationPlan, *, other_than: int | None = None) -> None:
    known = select(Delegation).where(Delegation.event_id == ctx.event.id)
    for delegation in ctx.session.exec(known):
        same = folded(delegation.name_vi) == folded(plan.name_vi)
        # Two places may be called alike where they belong to different ones.
        if delegation.id != other_than and same and delegation.group_vi == plan.group_vi:
            raise Refusal("delegation_double", delegation=both(delegation, "name"))


def _record(
    ctx: Context, delegation: Delegation, *, added: bool = False, fields: list[str] | None = None
) -> None:
    fact = DelegationChange(
        event_id=delegation.event_id,
        delegation_id=delegation.id,
        version=delegation.version,
        added=added,
        **asdict(plan_of(delegation)),
    )
    ctx.record(fact, fields=fields or [])
