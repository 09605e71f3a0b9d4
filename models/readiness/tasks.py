"""Sections, tasks and their reports; `models.readiness.sections` assesses sections."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime, time, timedelta
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import CheckConstraint, Index, UniqueConstraint, false
from sqlmodel import Field

from models.events.event import Phase
from models.refusals import Refusal
from models.storage import Fact, Record, moment_column
from models.text import clean, legible

NOTE_LENGTH = 300
HEADLINE_LENGTH = 90
SECTION_NAME_LENGTH, SHORT_LENGTH = 200, 40
MIN_CADENCE, MAX_CADENCE = 0.1, 24.0 * 365  # hours
MAX_POSITION = 999


class Status(StrEnum):
    """What a lead declares of a task."""

    NOT_STARTED = "not_started"
    ON_TRACK = "on_track"
    AT_RISK = "at_risk"
    OFF_TRACK = "off_track"
    BLOCKED = "blocked"
    DONE = "done"


NEEDS_NOTE = {Status.AT_RISK, Status.OFF_TRACK, Status.BLOCKED}


class Level(StrEnum):
    """How a task or a section stands, worst first: the order of this list is the order of every
    screen.
    """

    RED = "late"
    AT_RISK = "at_risk"
    SILENT = "silent"
    NOT_STARTED = "not_started"
    ON_TRACK = "on_track"
    READY = "ready"


WORST_FIRST = list(Level)

MARK_OF = {
    Level.RED: "✕",
    Level.AT_RISK: "!",
    Level.SILENT: "?",
    Level.NOT_STARTED: "–",
    Level.ON_TRACK: "✓",
    Level.READY: "✓",
}
"""How a level is marked beside its colour, on every screen and in every document."""

CADENCES = {
    Phase.BEFORE: "cadence_before_hours",
    Phase.NEAR: "cadence_near_hours",
    Phase.DURING: "cadence_day_hours",
    Phase.AFTER: "cadence_before_hours",
}
"""Which column tells how often a section or a task must be confirmed in a phase."""


class Section(Record, table=True):
    """A section (tiểu ban) of the organising committee, and how often it must confirm in each
    phase, in hours. `added_at` is None of one that was loaded with the event; one that is `retired`
    is shown nowhere any more.
    """

    __table_args__ = (UniqueConstraint("event_id", "key"),)

    id: int = Field(default=None, primary_key=True)
    event_id: int = Field(foreign_key="event.id")
    key: str
    name_vi: str
    name_en: str
    short_vi: str
    short_en: str
    position: int
    cadence_before_hours: float
    cadence_near_hours: float
    cadence_day_hours: float
    illustrative: bool = False
    version: int = Field(default=1, sa_column_kwargs={"server_default": "1"})
    retired: bool = Field(default=False, sa_column_kwargs={"server_default": false()})
    added_at: datetime | None = Field(default=None, sa_column=moment_column(nullable=True))


@dataclass(frozen=True)
class SectionPlan:
    """The editable part of a section: its names, its place among the others, and how often it must
    confirm in each phase, in hours."""

    name_vi: str
    name_en: str
    short_vi: str
    short_en: str
    position: int = 0
    cadence_before_hours: float = 168
    cadence_near_hours: float = 24
    cadence_day_hours: float = 2


SECTION_FIELDS = tuple(SectionPlan.__dataclass_fields__)


class Task(Record, table=True):
    """A task of a section. `due` is an offset from the event's first day (`D-58 17:00`), `due_at`
    the moment it gives.

    `start` is one as well, None where it is unknown. The baseline is the plan as it was loaded. A
    pinned task stays where it is when the event moves; `carried_days` tells how far the event's
    moves have carried the task so far. Each change of the plan makes `version` one more. The
    cadence is the task's own, in hours, None where the section's counts. `added_at` is None of one
    that was loaded with the event; one that is `retired` counts nowhere any more.
    """

    __table_args__ = (
        UniqueConstraint("event_id", "number"),
        Index("ix_task_section", "section_id"),
    )

    id: int = Field(default=None, primary_key=True)
    event_id: int = Field(foreign_key="event.id")
    section_id: int = Field(foreign_key="section.id")
    number: int
    title_vi: str
    title_en: str
    phase: str
    due: str
    due_at: datetime = Field(sa_column=moment_column())
    start: str | None = None
    start_at: datetime | None = Field(default=None, sa_column=moment_column(nullable=True))
    baseline_due: str
    baseline_due_at: datetime = Field(sa_column=moment_column())
    baseline_start: str | None = None
    baseline_start_at: datetime | None = Field(default=None, sa_column=moment_column(nullable=True))
    pinned: bool = False
    carried_days: int = 0
    version: int = 1
    cadence_before_hours: float | None = None
    cadence_near_hours: float | None = None
    cadence_day_hours: float | None = None
    owner: str
    critical: bool = False
    illustrative: bool = True
    retired: bool = Field(default=False, sa_column_kwargs={"server_default": false()})
    added_at: datetime | None = Field(default=None, sa_column=moment_column(nullable=True))


class TaskPrerequisite(Record, table=True):
    """Task `task_id` can be finished only after task `needs_id`."""

    task_id: int = Field(foreign_key="task.id", primary_key=True)
    needs_id: int = Field(foreign_key="task.id", primary_key=True)


class TaskReport(Fact, table=True):
    """A fact: a section declared the status of a task."""

    __table_args__ = (
        Index("ix_task_report_latest", "task_id", "at", "id"),
        CheckConstraint(
            "status IN ('not_started','on_track','at_risk','off_track','blocked','done')"
        ),
        CheckConstraint("status NOT IN ('at_risk','off_track','blocked') OR length(note) > 0"),
    )

    id: int = Field(default=None, primary_key=True)
    task_id: int = Field(foreign_key="task.id")
    status: str
    note: str = ""


class SectionReport(Fact, table=True):
    """A fact: a section confirmed that nothing changed (`headline` is null) or set its headline
    for the wall.
    """

    __table_args__ = (Index("ix_section_report_latest", "section_id", "at", "id"),)

    id: int = Field(default=None, primary_key=True)
    section_id: int = Field(foreign_key="section.id")
    headline: str | None = None


class TaskState(Record, table=True):
    """Kept: the latest report of a task, so that the board of now does not read the log."""

    task_id: int = Field(foreign_key="task.id", primary_key=True)
    report_id: int = Field(foreign_key="taskreport.id")
    status: str
    note: str
    at: datetime = Field(sa_column=moment_column())


class SectionState(Record, table=True):
    """Kept: a section's headline, when it last confirmed anything, and when it said of all that
    nothing changed.
    """

    section_id: int = Field(foreign_key="section.id", primary_key=True)
    headline: str = ""
    headline_at: datetime | None = Field(default=None, sa_column=moment_column(nullable=True))
    confirmed_at: datetime = Field(sa_column=moment_column())
    renewed_at: datetime | None = Field(default=None, sa_column=moment_column(nullable=True))


@dataclass(frozen=True)
class TaskSnapshot:
    """A task as at a moment: what was declared last, and the level that follows from it and the
    clock.

    `cadence_hours` holds what the task has of its own, by the names of `CADENCES`.
    """

    id: int
    number: int
    section_id: int
    title_vi: str
    title_en: str
    owner: str
    critical: bool
    due_at: datetime
    status: Status
    note: str
    reported_at: datetime | None
    level: Level
    overdue: bool
    start_at: datetime | None = None
    cadence_hours: dict[str, float] = field(default_factory=dict)
    report_id: int | None = None  # of what was declared last
    version: int = 1
    pinned: bool = False
    baseline_due_at: datetime | None = None
    carried_days: int = 0


def task_snapshot(**fields: object) -> TaskSnapshot:
    """A `TaskSnapshot`, of a value for each of its fields. A frozen class sets them one slow call
    at a time: of thousands of tasks that was a fifth of the whole scoring.
    """
    made = object.__new__(TaskSnapshot)
    made.__dict__.update(fields)
    return made


def task_level(
    status: Status,
    *,
    due_at: datetime,
    critical: bool,
    now: datetime,
    start_at: datetime | None = None,
) -> Level:
    """A declared trouble counts as declared; an overdue task is late when critical and at risk when
    not; a critical one that has not been started counts against from the moment its start is due.
    """
    if status is Status.DONE:
        return Level.READY
    if status in (Status.OFF_TRACK, Status.BLOCKED):
        return Level.RED
    if is_overdue(status, due_at=due_at, now=now):
        return Level.RED if critical else Level.AT_RISK
    if status is Status.AT_RISK or critical and starts_late(status, start_at=start_at, now=now):
        return Level.AT_RISK
    return Level.ON_TRACK if status is Status.ON_TRACK else Level.NOT_STARTED


def is_overdue(status: Status, *, due_at: datetime, now: datetime) -> bool:
    return status is not Status.DONE and due_at <= now


def starts_late(status: Status, *, start_at: datetime | None, now: datetime) -> bool:
    """Whether a task should have been started and was not; False where its start is unknown."""
    return status is Status.NOT_STARTED and start_at is not None and start_at <= now


def cadence(section: Section, phase: Phase) -> timedelta:
    """How long a section's confirmation holds in a phase."""
    return timedelta(hours=getattr(section, CADENCES[phase]))


def task_cadence(task: TaskSnapshot, section: Section, phase: Phase) -> timedelta:
    """How long the confirmation of a critical task holds in a phase: by its own cadence, else by
    its section's.
    """
    own = task.cadence_hours.get(CADENCES[phase])
    return timedelta(hours=own) if own else cadence(section, phase)


class Urgency(StrEnum):
    """How soon a task needs its lead, the most urgent first: the order of the lead's page."""

    TROUBLE = "trouble"
    TODAY = "today"
    TOMORROW = "tomorrow"
    LATER = "later"
    DONE = "done"


def urgency(task: TaskSnapshot, *, now: datetime, zone: ZoneInfo) -> Urgency:
    """A task that is late, blocked or at risk comes before the day, local, on which it is due."""
    if task.status is Status.DONE:
        return Urgency.DONE
    if task.level in (Level.RED, Level.AT_RISK):
        return Urgency.TROUBLE
    days = (task.due_at.astimezone(zone).date() - now.astimezone(zone).date()).days
    return {0: Urgency.TODAY, 1: Urgency.TOMORROW}.get(days, Urgency.LATER)


def by_urgency(
    tasks: Iterable[TaskSnapshot], *, now: datetime, zone: ZoneInfo
) -> dict[Urgency, list[TaskSnapshot]]:
    """Tasks by urgency, all of them named: those in trouble worst first, each by its due time;
    those that are done by their report, the newest first.
    """
    found: dict[Urgency, list[TaskSnapshot]] = {one: [] for one in Urgency}
    for task in sorted(tasks, key=lambda task: task.due_at):
        found[urgency(task, now=now, zone=zone)].append(task)
    found[Urgency.TROUBLE].sort(key=lambda task: WORST_FIRST.index(task.level))
    found[Urgency.DONE].sort(key=lambda task: task.reported_at or task.due_at, reverse=True)
    return found


def runs_out(
    confirmed_at: datetime, span: timedelta, *, day_from: time, day_to: time, zone: ZoneInfo
) -> datetime:
    """When a confirmation runs out.

    A span of less than a day counts the hours between `day_from` and `day_to` (local) only: a
    section that confirmed at 21:30 is not silent at 23:00, when people sleep, but after the same
    waking time next morning.
    """
    if span >= timedelta(days=1):
        return confirmed_at + span
    at, left = confirmed_at.astimezone(zone), span
    while True:
        opens, closes = (
            datetime.combine(at.date(), edge, tzinfo=zone) for edge in (day_from, day_to)
        )
        at = max(at, opens)
        if at + left <= closes:
            return (at + left).astimezone(confirmed_at.tzinfo)
        left -= max(closes - at, timedelta(0))
        at = opens + timedelta(days=1)


def require_status_with_note(status: str, note: str) -> tuple[Status, str]:
    """The status and the cleaned note. Refuses `status_unknown`, `note_needed`, `note_too_long`."""
    try:
        declared = Status(status)
    except ValueError:
        raise Refusal("status_unknown", status=status[:40]) from None
    written = clean(note)
    if declared in NEEDS_NOTE and not written:
        raise Refusal("note_needed", status=declared.value)
    if len(written) > NOTE_LENGTH:
        raise Refusal("note_too_long", length=len(written), limit=NOTE_LENGTH)
    return declared, written


def require_section_plan(plan: SectionPlan) -> SectionPlan:
    """The section with its texts cleaned; an English one that is empty is the Vietnamese one, and a
    short name that is empty the full one.

    Refuses `section_name_needed`, `section_name_too_long`, `cadence_unknown`, `position_unknown`.
    """
    name_vi, name_en = clean(plan.name_vi), clean(plan.name_en)
    if not legible(name_vi):
        raise Refusal("section_name_needed")
    short_vi = clean(plan.short_vi) or name_vi
    texts: dict[str, Any] = {
        "name_vi": name_vi,
        "name_en": name_en or name_vi,
        "short_vi": short_vi,
        "short_en": clean(plan.short_en) or short_vi,
    }
    for name, written in texts.items():
        limit = SHORT_LENGTH if name.startswith("short") else SECTION_NAME_LENGTH
        if len(written) > limit:
            raise Refusal("section_name_too_long", length=len(written), limit=limit)
    cadences = [getattr(plan, name) for name in CADENCES.values()]
    if not all(MIN_CADENCE <= hours <= MAX_CADENCE for hours in cadences):
        raise Refusal("cadence_unknown", least=MIN_CADENCE, most=MAX_CADENCE)
    if not 0 <= plan.position <= MAX_POSITION:
        raise Refusal("position_unknown", limit=MAX_POSITION)
    return replace(plan, **texts)


def require_headline(headline: str) -> str:
    """The cleaned headline. Refuses `headline_needed` and `headline_too_long`."""
    written = clean(headline)
    if not written:
        raise Refusal("headline_needed")
    if len(written) > HEADLINE_LENGTH:
        raise Refusal("headline_too_long", length=len(written), limit=HEADLINE_LENGTH)
    return written
