"""The event's sections: they are added, changed, dissolved and put back in place."""

from dataclasses import asdict, replace
from typing import Any

from sqlalchemy import Row, func
from sqlmodel import Session, col, select

from data.commands import Context, command, overtaken
from data.plan.commands import edit_task, planned_of, require_section
from data.plan.history import sections_then
from data.storage.newest import newest
from models.events.event import Event, View
from models.incidents import Entry, EntryState
from models.plan import SectionChange
from models.readiness.tasks import (
    SECTION_FIELDS,
    Section,
    SectionPlan,
    Status,
    Task,
    TaskState,
    require_section_plan,
)
from models.refusals import Refusal
from models.reviews.directives import Directive, DirectiveStep, Kind, State
from models.text import both, folded, following_vietnamese

# --- reads ---------------------------------------------------------------------------------------


def sections(session: Session, event: Event, view: View | None = None) -> list[Section]:
    """The event's sections in their order as at the view's moment (None: now), without those that
    were retired by then, or not yet added; detached."""
    then = sections_then(session, event, view) if view else {}
    found = []
    for row in session.exec(select(Section).where(Section.event_id == event.id)).all():
        session.expunge(row)
        section = _replaced(row, then[row.id]) if row.id in then else row
        later = view and view.past and row.added_at and row.added_at > view.moment
        if not section.retired and not later:
            found.append(section)
    return sorted(found, key=lambda section: (section.position, section.id))


def _replaced(row: Section, then: Row[Any]) -> Section:
    changed = {name: getattr(then, name) for name in (*SECTION_FIELDS, "retired")}
    return Section(**row.model_dump() | changed)


def plan_of(section: Section) -> SectionPlan:
    """The editable part of a section's row."""
    return SectionPlan(**{name: getattr(section, name) for name in SECTION_FIELDS})


def version_and_section(session: Session, section_id: int) -> tuple[int, SectionPlan]:
    """The initial values of a form that changes a section. Refuses `section_unknown`."""
    section = session.get(Section, section_id)
    if section is None:
        raise Refusal("section_unknown", section=section_id)
    return section.version, plan_of(section)


def retired_sections(session: Session, event: Event) -> list[Section]:
    """The sections that are retired now, in their order; detached."""
    rows = session.exec(
        select(Section)
        .where(Section.event_id == event.id, col(Section.retired).is_(True))
        .order_by(col(Section.position), col(Section.id))
    ).all()
    for row in rows:
        session.expunge(row)
    return list(rows)


# --- commands ------------------------------------------------------------------------------------


def _section_before(session: Session, key: str) -> Section | None:
    return session.exec(
        select(Section)
        .join(SectionChange, col(SectionChange.section_id) == col(Section.id))
        .where(SectionChange.idempotency_key == key)
    ).first()


@command(
    "add_section",
    topic="readiness",
    subject="section",
    permission="plan_section",
    replay=_section_before,
)
def add_section(ctx: Context, *, plan: SectionPlan) -> Section:
    """Add a section. Refuses `section_double`, and what `require_section_plan` does."""
    ctx.require()
    mine = require_section_plan(plan)
    _require_single(ctx, mine)
    known = select(func.count()).select_from(Section).where(Section.event_id == ctx.event.id)
    section = Section(
        event_id=ctx.event.id,
        key=f"section_{ctx.session.exec(known).one() + 1}",
        added_at=ctx.at,
        **asdict(mine),
    )
    ctx.session.add(section)
    ctx.session.flush()
    record_added(ctx, section)
    return section


def record_added(ctx: Context, section: Section) -> None:
    """Record the fact that a section came to those that were there before."""
    _record(ctx, section, added=True)


@command(
    "change_section",
    topic="readiness",
    subject="section",
    permission="plan_section",
    replay=_section_before,
)
def change_section(ctx: Context, *, section_id: int, version: int, plan: SectionPlan) -> Section:
    """Change a section's names, place or cadences, given the version of the form.

    Refuses `section_unknown`; `section_moved` where the row has changed since, with `mine` and
    `theirs` (`SectionPlan`), its `version` and who changed it last; `section_unchanged`,
    `section_double`, and what `require_section_plan` does.
    """
    ctx.require()
    section = require_section(ctx, section_id)
    theirs = plan_of(section)
    mine = following_vietnamese(require_section_plan(plan), theirs)
    _require_version(ctx, section, version, mine, theirs)
    fields = [name for name in SECTION_FIELDS if getattr(mine, name) != getattr(theirs, name)]
    if not fields:
        raise Refusal("section_unchanged", section=both(section, "name"))
    _require_single(ctx, mine, other_than=section.id)
    _record(ctx, section, fields=[f"section.{name}" for name in fields])
    for name in fields:
        setattr(section, name, getattr(mine, name))
    return _at_new_version(ctx, section)


@command(
    "retire_section",
    topic="readiness",
    subject="section",
    permission="plan_section",
    replay=_section_before,
)
def retire_section(ctx: Context, *, section_id: int, version: int, to_section_id: int) -> Section:
    """Dissolve a section that has nothing open any more; what it has done goes to another one.

    Past moments show it. Refuses `section_unknown` (also of `to_section_id`), `section_moved`,
    `section_same`, and `section_has_open` with how many tasks, incidents and directives are open.
    """
    ctx.require()
    section = require_section(ctx, section_id)
    to = require_section(ctx, to_section_id)
    theirs = plan_of(section)
    _require_version(ctx, section, version, theirs, theirs)
    if to.id == section.id:
        raise Refusal("section_same", section=both(section, "name"))
    left = _open(ctx, section.id)
    if any(left.values()):
        raise Refusal("section_has_open", section=both(section, "name"), **left)
    for task in ctx.session.exec(select(Task).where(Task.section_id == section.id)).all():
        if not task.retired:
            moved = replace(planned_of(ctx.session, task), section_id=to.id)
            ctx.perform(
                edit_task, str(task.id), task_id=task.id, version=task.version, planned=moved
            )
    _record(ctx, section)
    section.retired = True
    return _at_new_version(ctx, section)


@command(
    "restore_section",
    topic="readiness",
    subject="section",
    permission="plan_section",
    replay=_section_before,
)
def restore_section(ctx: Context, *, section_id: int, version: int) -> Section:
    """Take a dissolution back: the section is there again; tasks are moved to it by hand.

    Refuses `section_unknown`, `section_moved`, `section_not_retired`, and `section_double`.
    """
    ctx.require()
    section = ctx.session.get(Section, section_id)
    if section is None or section.event_id != ctx.event.id:
        raise Refusal("section_unknown", section=section_id)
    theirs = plan_of(section)
    _require_version(ctx, section, version, theirs, theirs)
    if not section.retired:
        raise Refusal("section_not_retired", section=both(section, "name"))
    _require_single(ctx, theirs, other_than=section.id)
    _record(ctx, section)
    section.retired = False
    return _at_new_version(ctx, section)


# --- what the commands share ---------------------------------------------------------------------


def _require_single(ctx: Context, plan: SectionPlan, *, other_than: int | None = None) -> None:
    for section in sections(ctx.session, ctx.event):
        if section.id != other_than and folded(section.name_vi) == folded(plan.name_vi):
            raise Refusal("section_double", section=both(section, "name"))


def _require_version(
    ctx: Context, section: Section, version: int, mine: SectionPlan, theirs: SectionPlan
) -> None:
    if section.version != version:
        raise overtaken(
            ctx.session,
            "section_moved",
            SectionChange,
            col(SectionChange.section_id) == section.id,
            section=both(section, "name"),
            version=section.version,
            mine=mine,
            theirs=theirs,
        )


def _open(ctx: Context, section_id: int) -> dict[str, int]:
    """How many of a section's tasks, incidents and directives are open."""
    tasks = (
        select(func.count())
        .select_from(Task)
        .outerjoin(TaskState, col(TaskState.task_id) == col(Task.id))
        .where(
            Task.section_id == section_id,
            col(Task.retired).is_(False),
            func.coalesce(TaskState.status, "") != Status.DONE.value,
        )
    )
    entries = (
        select(func.count())
        .select_from(Entry)
        .join(EntryState, col(EntryState.entry_id) == col(Entry.id))
        .where(Entry.section_id == section_id, col(EntryState.closed).is_(False))
    )
    over = select(DirectiveStep.directive_id).where(
        col(DirectiveStep.id).in_(newest(DirectiveStep, DirectiveStep.directive_id)),
        col(DirectiveStep.step).in_((State.DONE.value, State.WITHDRAWN.value)),
    )
    directives = (
        select(func.count())
        .select_from(Directive)
        .where(
            Directive.section_id == section_id,
            Directive.kind == Kind.DIRECTIVE.value,
            col(Directive.id).not_in(over),
        )
    )
    counts = {"tasks": tasks, "entries": entries, "directives": directives}
    return {name: ctx.session.exec(query).one() for name, query in counts.items()}


def _record(
    ctx: Context, section: Section, *, added: bool = False, fields: list[str] | None = None
) -> None:
    fact = SectionChange(
        event_id=section.event_id,
        section_id=section.id,
        version=section.version,
        retired=section.retired,
        added=added,
        **asdict(plan_of(section)),
    )
    ctx.record(fact, section=section.id, name=both(section, "name"), fields=fields or [])


def _at_new_version(ctx: Context, section: Section) -> Section:
    section.version += 1
    ctx.session.add(section)
    return section
