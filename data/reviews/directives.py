"""Decisions and directives: giving them, and the steps of their owners and of the committee."""

from datetime import datetime

from sqlalchemy import func
from sqlmodel import Session, col, select

from data.commands import Context, command
from data.plan.commands import require_section
from data.storage.newest import recorded
from models.access.people import Person, may
from models.events.event import Event, View
from models.readiness.tasks import Section
from models.refusals import Refusal
from models.reviews.directives import (
    Directive,
    DirectiveSnapshot,
    DirectiveStep,
    Kind,
    State,
    require_directive,
    require_directive_step,
    require_owned,
    require_step_note,
    require_undoable_step,
    urgency,
)
from models.text import both

# --- reads ---------------------------------------------------------------------------------------


def directives_at(session: Session, event: Event, view: View) -> list[DirectiveSnapshot]:
    """Every decision and directive given until the view's moment; open ones first, by urgency."""
    newest = (
        select(func.max(DirectiveStep.id))
        .where(DirectiveStep.directive_id == Directive.id, recorded(DirectiveStep, view))
        .correlate(Directive)
        .scalar_subquery()
    )
    rows = session.exec(
        select(Directive, DirectiveStep, Person)
        .outerjoin(DirectiveStep, col(DirectiveStep.id) == newest)
        .outerjoin(Person, col(Person.id) == Directive.office_id)
        .where(Directive.event_id == event.id, recorded(Directive, view))
    )
    snapshots = [_snapshot(given, last, office, view.moment) for given, last, office in rows]
    return sorted(snapshots, key=lambda one: (not one.open, urgency(one)))


def _snapshot(
    given: Directive, last: DirectiveStep | None, office: Person | None, moment: datetime
) -> DirectiveSnapshot:
    state = State(last.step) if last else State.GIVEN
    waiting = state in (State.GIVEN, State.ACKNOWLEDGED)
    return DirectiveSnapshot(
        id=given.id,
        number=given.number,
        kind=Kind(given.kind),
        text=given.text,
        why=given.why,
        section_id=given.section_id,
        office_id=given.office_id,
        office=both(office, "name") if office else None,
        due_at=given.due_at,
        given_at=given.at,
        state=state,
        note=last.note if last else "",
        changed_at=last.at if last else given.at,
        overdue=waiting and given.due_at is not None and given.due_at <= moment,
    )


# --- commands ------------------------------------------------------------------------------------


@command("give_directive", topic="reviews", subject="directive", fact=Directive)
def give_directive(
    ctx: Context,
    *,
    kind: str,
    text: str,
    why: str,
    section_id: int | None,
    office_id: int | None,
    due_at: datetime | None,
) -> Directive:
    """Give a directive to a section or an office, or record a decision.

    A decision's owner and due time are ignored. Refuses `section_unknown`, what `require_directive`
    and `require_owned` do, and `directive_owner_needed` for an office that cannot acknowledge.
    """
    ctx.require()
    sort, written, reason = require_directive(kind, text, why)
    given = Directive(
        event_id=ctx.event.id, number=_next_number(ctx), kind=sort.value, text=written, why=reason
    )
    if sort is Kind.DIRECTIVE:
        _require_owner(ctx, section_id, office_id, due_at)
        given.section_id, given.office_id, given.due_at = section_id, office_id, due_at
    return ctx.record(
        given,
        concerns=_sections(given),
        command=f"give_{sort.value}",  # the audit and the ticker name a decision as such
        section=given.section_id,
        number=given.number,
        text=written,
    )


def _sections(given: Directive) -> tuple[int, ...]:
    """On whose own pages a directive stands: none is known of an office's, nor of a decision."""
    return (given.section_id,) if given.section_id is not None else ()


def _next_number(ctx: Context) -> int:
    highest = select(func.max(Directive.number)).where(Directive.event_id == ctx.event.id)
    return (ctx.session.exec(highest).one() or 0) + 1


def _require_owner(
    ctx: Context, section_id: int | None, office_id: int | None, due_at: datetime | None
) -> None:
    owners = (section_id is not None) + (office_id is not None)
    require_owned(owners=owners, due_at=due_at, now=ctx.at)
    if section_id is not None:
        require_section(ctx, section_id)
    if office_id is not None and not may(ctx.session.get(Person, office_id), "see_update"):
        raise Refusal("directive_owner_needed")


@command("acknowledge_directive", topic="reviews", subject="directive", fact=DirectiveStep)
def acknowledge_directive(ctx: Context, *, directive_id: int) -> DirectiveStep:
    """Acknowledge a directive as its owner. Refuses `directive_unknown` and `directive_step`."""
    given = _require_own(ctx, directive_id)
    return _step(ctx, given, State.ACKNOWLEDGED, "")


@command("report_directive", topic="reviews", subject="directive", fact=DirectiveStep)
def report_directive(ctx: Context, *, directive_id: int, note: str) -> DirectiveStep:
    """Report a directive done as its owner.

    Refuses `directive_unknown`, `directive_step` and `directive_text_too_long`.
    """
    given = _require_own(ctx, directive_id)
    return _step(ctx, given, State.DONE, note)


@command(
    "undo_directive_step",
    topic="reviews",
    subject="directive",
    permission="acknowledge_directive",
    fact=DirectiveStep,
)
def undo_directive_step(ctx: Context, *, directive_id: int, seen: str) -> DirectiveStep:
    """Take back the owner's last step: the acknowledgement, or the report that it is done.

    `seen`: the state on the owner's screen; refuses `directive_step` where it is another one by
    now or no step of the owner's, and `directive_unknown`.
    """
    given = _require_own(ctx, directive_id)
    current = _state(ctx, given)
    if current.value != seen:
        raise Refusal("directive_step", number=given.number, now=current.value)
    return _record(ctx, given, require_undoable_step(current, number=given.number), "")


@command("withdraw_directive", topic="reviews", subject="directive", fact=DirectiveStep)
def withdraw_directive(ctx: Context, *, directive_id: int, note: str) -> DirectiveStep:
    """Withdraw a decision or an open directive, for the committee.

    Refuses `directive_unknown`, `directive_step` and `directive_text_too_long`.
    """
    ctx.require()
    return _step(ctx, _directive(ctx, directive_id), State.WITHDRAWN, note)


def _directive(ctx: Context, directive_id: int) -> Directive:
    given = ctx.session.get(Directive, directive_id)
    if given is None or given.event_id != ctx.event.id:
        raise Refusal("directive_unknown")
    return given


def _require_own(ctx: Context, directive_id: int) -> Directive:
    """The directive, for the office that owns it, or for those who lead the section."""
    given, person = _directive(ctx, directive_id), ctx.origin.person
    if person is None or given.office_id is None or given.office_id != person.id:
        section = ctx.session.get(Section, given.section_id) if given.section_id else None
        ctx.require(section=section.key if section else None)
    return given


def _step(ctx: Context, given: Directive, to: State, note: str) -> DirectiveStep:
    current = _state(ctx, given)
    require_directive_step(Kind(given.kind), current, to, number=given.number)
    return _record(ctx, given, to, require_step_note(note))


def _state(ctx: Context, given: Directive) -> State:
    last = ctx.session.exec(
        select(DirectiveStep.step)
        .where(DirectiveStep.directive_id == given.id)
        .order_by(col(DirectiveStep.id).desc())
        .limit(1)
    ).first()
    return State(last) if last else State.GIVEN


def _record(ctx: Context, given: Directive, to: State, written: str) -> DirectiveStep:
    return ctx.record(
        DirectiveStep(directive_id=given.id, step=to.value, note=written),
        concerns=_sections(given),
        section=given.section_id,
        number=given.number,
        text=written or given.text,
    )
