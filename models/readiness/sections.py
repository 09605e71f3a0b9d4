"""How ready a section is: its worst critical task, and what is declared against what the facts
suggest.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from models.readiness.silence import ConfirmationClock, Freshness, LastConfirmation, freshness
from models.readiness.tasks import (
    WORST_FIRST,
    Level,
    Section,
    Status,
    TaskSnapshot,
    starts_late,
)

DECLARED = {
    Status.NOT_STARTED: Level.NOT_STARTED,
    Status.ON_TRACK: Level.ON_TRACK,
    Status.AT_RISK: Level.AT_RISK,
    Status.OFF_TRACK: Level.RED,
    Status.BLOCKED: Level.RED,
    Status.DONE: Level.READY,
}
"""What a declared status says of a task, whatever the clock does."""

PRESSING = {1: Level.RED, 2: Level.AT_RISK}
"""What an open log entry of a priority suggests of its section."""

TROUBLE = frozenset({Level.RED, Level.AT_RISK})
"""The levels that a silence never hides."""

FINE = frozenset({Level.READY, Level.ON_TRACK})

_RANK = {level: rank for rank, level in enumerate(WORST_FIRST)}


class Concern(StrEnum):
    """What speaks against a section; in the order in which those of one level are listed."""

    OVERDUE = "overdue"  # a task is past its due time
    ENTRY = "entry"  # a log entry of priority 1 or 2 is open
    PREREQUISITE = "prerequisite"  # a task is under way, and another that it needs is not done
    START = "start"  # a critical task has not been started, though its start is due
    SILENT = "silent"  # the section has not confirmed in time
    STALE = "stale"  # a critical task has not been confirmed in time


class BlockerReason(StrEnum):
    """Why a task is named among a section's blockers."""

    BLOCKED = "blocked"
    OFF_TRACK = "off_track"
    OVERDUE = "overdue"
    PREREQUISITE = "prerequisite"


@dataclass(frozen=True)
class Reason:
    """One concern about a section, and the level that it suggests.

    `number` is the task's or the log entry's; `needs` the numbers of the tasks that are not done;
    `since` when that which ran out was confirmed last, or became due.
    """

    concern: Concern
    level: Level
    number: int | None = None
    needs: tuple[int, ...] = ()
    priority: int | None = None
    since: datetime | None = None


@dataclass(frozen=True)
class Blocker:
    """A task that holds its section up, by name."""

    number: int
    title_vi: str
    title_en: str
    critical: bool
    level: Level
    why: BlockerReason
    due_at: datetime
    needs: tuple[int, ...] = ()


@dataclass(frozen=True)
class OpenEntry:
    """An open log entry, as far as it weighs on its section."""

    number: int
    section_id: int
    priority: int


@dataclass(frozen=True)
class SectionSnapshot:
    """A section as at a moment.

    `level` is what is shown: the worse of `declared` (what its lead says) and of what the `reasons`
    suggest, worst first. `done`, `started` (done or begun) of `total` tasks: its coverage. `fresh`
    of `asked` critical tasks are confirmed within their cadence. `silent_at` is when the first of
    its confirmations runs out, `silent_since` when that one was given (or confirming it began to be
    due), and `silent_owner` the office that owes it: empty for the section's own lead.
    """

    id: int
    key: str
    name_vi: str
    name_en: str
    short_vi: str
    short_en: str
    moment: datetime
    level: Level
    declared: Level
    reasons: tuple[Reason, ...]
    blockers: tuple[Blocker, ...]
    headline: str
    done: int
    started: int
    total: int
    late: int
    at_risk: int
    fresh: int
    asked: int
    confirmed_at: datetime | None
    silent_at: datetime | None
    silent_since: datetime | None
    silent_owner: str

    @property
    def silent(self) -> bool:
        return self.silent_at is not None and self.silent_at <= self.moment

    @property
    def level_when_silent(self) -> Level:
        """What is shown from `silent_at` on: silence never hides a red or an amber."""
        return min(self.level, Level.SILENT, key=_RANK.__getitem__)

    @property
    def suggested(self) -> Level | None:
        """What the facts suggest; None where nothing speaks against the section."""
        return self.reasons[0].level if self.reasons else None

    @property
    def differs(self) -> bool:
        """Whether the lead declares something better than the facts suggest: then both are
        shown.
        """
        return self.suggested is not None and _RANK[self.suggested] < _RANK[self.declared]


@dataclass(frozen=True)
class LevelCounts:
    """How many sections are at each level, and how many are silent.

    `fine`: ready or on track; one not begun is not fine, and no one whose level is a silence is any
    of these. `silent` counts by itself: a red that is silent is both.
    """

    fine: int
    at_risk: int
    late: int
    silent: int
    not_started: int


def count_levels(sections: Iterable[SectionSnapshot]) -> LevelCounts:
    """The one count of levels and of silent sections that screens show."""
    sections = list(sections)
    counts = Counter(section.level for section in sections)
    return LevelCounts(
        fine=sum(counts[level] for level in FINE),
        at_risk=counts[Level.AT_RISK],
        late=counts[Level.RED],
        silent=len(silent_sections(sections)),
        not_started=counts[Level.NOT_STARTED],
    )


def silent_sections(sections: Iterable[SectionSnapshot]) -> list[SectionSnapshot]:
    """Those that have not confirmed in time, whatever else their level says."""
    return [section for section in sections if section.silent]


def worst(levels: Iterable[Level]) -> Level:
    """The worst of some levels, at least one."""
    return min(levels, key=_RANK.__getitem__)


# --- what is declared ----------------------------------------------------------------------------


def section_level(tasks: list[TaskSnapshot]) -> Level:
    """What the declared statuses make of a section: its worst critical task, never a mean.

    Without a critical task it is the worst task. A red of another task weighs as amber. A task that
    has not been started counts neither for nor against (what the clock says of it is a fact, see
    `task_reason`); but while one of them is left nothing is ready, and while all are nothing is
    started.
    """
    levels = [DECLARED[task.status] for task in decisive_tasks(tasks)]
    begun = [level for level in levels if level is not Level.NOT_STARTED]
    if not begun:
        own = Level.NOT_STARTED
    elif len(begun) < len(levels):
        own = worst([*begun, Level.ON_TRACK])
    else:
        own = worst(begun)
    red = any(DECLARED[task.status] is Level.RED for task in tasks)
    return worst([own, Level.AT_RISK]) if red else own


def decisive_tasks(tasks: list[TaskSnapshot]) -> list[TaskSnapshot]:
    """The tasks that decide a section's level: its critical ones; all where none is critical."""
    return [task for task in tasks if task.critical] or tasks


# --- what the facts suggest ----------------------------------------------------------------------


def unmet(tasks: list[TaskSnapshot], needs: dict[int, list[int]]) -> dict[int, tuple[int, ...]]:
    """Task id to the numbers, ascending, of those that it needs and that are not done.

    Tasks that wait for none are left out.
    """
    open_numbers = {task.id: task.number for task in tasks if task.status is not Status.DONE}
    waits_for = {}
    for task_id, needed in needs.items():
        waiting = [open_numbers[other] for other in needed if other in open_numbers]
        if waiting:
            waits_for[task_id] = tuple(sorted(waiting))
    return waits_for


def under_way(task: TaskSnapshot, now: datetime) -> bool:
    """Whether a task was started or declared done, or should have been by now."""
    return (
        task.status is not Status.NOT_STARTED
        or task.overdue
        or starts_late(task.status, start_at=task.start_at, now=now)
    )


def task_reason(task: TaskSnapshot, waits_for: tuple[int, ...], now: datetime) -> Reason | None:
    """What the clock and its prerequisites say against a task."""
    if task.overdue:
        level = Level.RED if task.critical else Level.AT_RISK
        return Reason(Concern.OVERDUE, level, task.number, needs=waits_for, since=task.due_at)
    if waits_for and under_way(task, now):
        return Reason(Concern.PREREQUISITE, Level.AT_RISK, task.number, needs=waits_for)
    if task.critical and starts_late(task.status, start_at=task.start_at, now=now):
        return Reason(Concern.START, Level.AT_RISK, task.number, since=task.start_at)
    return None


def task_reasons(
    tasks: list[TaskSnapshot],
    waits_for: dict[int, tuple[int, ...]],
    now: datetime,
    *,
    none_critical: bool,
) -> list[Reason]:
    """Of the tasks that weigh: critical and overdue ones; all where none of the section is
    critical.
    """
    reasons = [
        task_reason(task, waits_for.get(task.id, ()), now)
        for task in tasks
        if task.critical or none_critical or task.overdue
    ]
    return [reason for reason in reasons if reason]


def entry_reasons(entries: Iterable[OpenEntry]) -> list[Reason]:
    return [
        Reason(Concern.ENTRY, PRESSING[entry.priority], entry.number, priority=entry.priority)
        for entry in entries
        if entry.priority in PRESSING
    ]


def silence_reasons(fresh: Freshness) -> list[Reason]:
    """What was not confirmed in time, what has been silent longest first."""
    return [
        Reason(Concern.STALE, Level.SILENT, one.task.number, since=one.since)
        if one.task
        else Reason(Concern.SILENT, Level.SILENT, since=one.since)
        for one in fresh.over
    ]


_ORDER = {concern: place for place, concern in enumerate(Concern)}


def _worst_first(reason: Reason) -> tuple[int, int, int, int]:
    order = _ORDER[reason.concern]
    return (_RANK[reason.level], order, reason.priority or 0, reason.number or 0)


# --- what holds a section up ---------------------------------------------------------------------


def blockers(
    tasks: list[TaskSnapshot], waits_for: dict[int, tuple[int, ...]], now: datetime
) -> list[Blocker]:
    """The tasks that are blocked, late, overdue, or under way before what they need is done.

    Worst first, then by their due time.
    """
    found = []
    for task in tasks:
        needed = waits_for.get(task.id, ())
        if why := blocker_reason(task, needed, now):
            found.append(_blocker(task, why, needed))
    return sorted(
        found, key=lambda one: (_RANK[one.level], not one.critical, one.due_at, one.number)
    )


def _blocker(task: TaskSnapshot, why: BlockerReason, needs: tuple[int, ...]) -> Blocker:
    return Blocker(
        number=task.number,
        title_vi=task.title_vi,
        title_en=task.title_en,
        critical=task.critical,
        level=task.level,
        why=why,
        due_at=task.due_at,
        needs=needs,
    )


def blocker_reason(
    task: TaskSnapshot, waits_for: tuple[int, ...], now: datetime
) -> BlockerReason | None:
    """Why a task holds its section up, if it does."""
    if task.status is Status.BLOCKED:
        return BlockerReason.BLOCKED
    if task.status is Status.OFF_TRACK:
        return BlockerReason.OFF_TRACK
    if task.overdue:
        return BlockerReason.OVERDUE
    return BlockerReason.PREREQUISITE if waits_for and under_way(task, now) else None


# --- all of it -----------------------------------------------------------------------------------


def section_snapshot(
    section: Section,
    tasks: list[TaskSnapshot],
    *,
    waits_for: dict[int, tuple[int, ...]],
    entries: Iterable[OpenEntry],
    last: LastConfirmation,
    clock: ConfirmationClock,
) -> SectionSnapshot:
    """A section from its own tasks, what each waits for, its open log entries and confirmations."""
    fresh = freshness(section, tasks, last, clock)
    silence = silence_reasons(fresh)
    # Of most tasks there is nothing to say: they are done, and what they needed is too.
    relevant = [task for task in tasks if task.status is not Status.DONE or task.id in waits_for]
    none_critical = not any(task.critical for task in tasks)
    reasons = sorted(
        task_reasons(relevant, waits_for, clock.moment, none_critical=none_critical)
        + entry_reasons(entries)
        + silence,
        key=_worst_first,
    )
    declared = section_level(tasks)
    stale = sum(reason.concern is Concern.STALE for reason in silence)
    asked = fresh.tasks_asked
    ends_at, ends = fresh.first or (None, None)
    statuses, levels = [task.status for task in tasks], [task.level for task in tasks]
    return SectionSnapshot(
        id=section.id,
        key=section.key,
        name_vi=section.name_vi,
        name_en=section.name_en,
        short_vi=section.short_vi,
        short_en=section.short_en,
        moment=clock.moment,
        level=worst([declared, *(reason.level for reason in reasons)]),
        declared=declared,
        reasons=tuple(reasons),
        blockers=tuple(blockers(relevant, waits_for, clock.moment)),
        headline=last.headline,
        done=statuses.count(Status.DONE),
        started=len(tasks) - statuses.count(Status.NOT_STARTED),
        total=len(tasks),
        late=levels.count(Level.RED),
        at_risk=levels.count(Level.AT_RISK),
        fresh=asked - stale,
        asked=asked,
        confirmed_at=last.confirmed_at,
        silent_at=ends_at,
        silent_since=ends.since if ends else None,
        silent_owner=ends.task.owner if ends and ends.task else "",
    )


def section_snapshots(
    sections: list[Section],
    tasks: list[TaskSnapshot],
    *,
    needs: dict[int, list[int]],
    entries: Iterable[OpenEntry],
    last_confirmations: dict[int, LastConfirmation],
    clock: ConfirmationClock,
) -> list[SectionSnapshot]:
    """Every section as at the clock's moment.

    `needs`: task id to the ids of those that it needs; `last_confirmations` by section id.
    """
    waits_for = unmet(tasks, needs)
    own: dict[int, list[TaskSnapshot]] = {section.id: [] for section in sections}
    for task in tasks:
        own[task.section_id].append(task)
    open_entries: dict[int, list[OpenEntry]] = {}
    for entry in entries:
        open_entries.setdefault(entry.section_id, []).append(entry)
    return [
        section_snapshot(
            section,
            own[section.id],
            waits_for=waits_for,
            entries=open_entries.get(section.id, ()),
            last=last_confirmations.get(section.id, LastConfirmation()),
            clock=clock,
        )
        for section in sections
    ]
