"""How ready a section is: its worst critical task, what is declared against what the facts suggest, and who keeps silent."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from models.events.event import Phase
from models.readiness.tasks import (
    WORST_FIRST,
    Level,
    Section,
    Status,
    TaskSnapshot,
    cadence,
    runs_out,
    starts_late,
    task_cadence,
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

DAY = timedelta(days=1)
PHASES = list(Phase)
_RANK = {level: rank for rank, level in enumerate(WORST_FIRST)}


class Fact(StrEnum):
    """What speaks against a section; in the order in which those of one level are told."""

    OVERDUE = "overdue"  # a task is past its due time
    ENTRY = "entry"  # a log entry of priority 1 or 2 is open
    PREREQUISITE = "prerequisite"  # a task was started, declared done or falls due, and another that it needs is not done
    START = "start"  # a critical task has not been started, though its start is due
    SILENT = "silent"  # the section has not confirmed in time
    STALE = "stale"  # a critical task has not been confirmed in time


class Hindrance(StrEnum):
    """Why a task is named among a section's blockers."""

    BLOCKED = "blocked"
    OFF_TRACK = "off_track"
    OVERDUE = "overdue"
    PREREQUISITE = "prerequisite"


@dataclass(frozen=True)
class Reason:
    """One thing that the facts say of a section, and the level that it suggests. `number` is the task's or the log entry's;
    `needs` the numbers of the tasks that are not done; `since` when that which ran out was confirmed last, or became due.
    """

    fact: Fact
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
    why: Hindrance
    due_at: datetime
    needs: tuple[int, ...] = ()


@dataclass(frozen=True)
class OpenEntry:
    """An open log entry, as far as it weighs on its section."""

    number: int
    section_id: int
    priority: int


@dataclass(frozen=True)
class Spoken:
    """When a section said something last: anything at all, and that nothing changed (`renewed_at`)."""

    headline: str = ""
    confirmed_at: datetime | None = None
    renewed_at: datetime | None = None


@dataclass(frozen=True)
class SectionSnapshot:
    """A section as at a moment.

    `level` is what is shown: the worse of `declared` (what its lead says) and of what the `reasons` suggest, worst first.
    `done`, `started` (done or begun) of `total` tasks: its coverage. `fresh` of `asked` critical tasks are confirmed within
    their cadence. `silent_at` is when the first of its confirmations runs out, `silent_since` when that one was given (or
    confirming it began to be due), and `silent_owner` the office that owes it: empty for the section's own lead.
    """

    id: int
    key: str
    name_vi: str
    name_en: str
    short_vi: str
    short_en: str
    level: Level
    declared: Level
    reasons: tuple[Reason, ...]
    blockers: tuple[Blocker, ...]
    silent: bool
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
    def suggested(self) -> Level | None:
        """What the facts suggest; None where nothing speaks against the section."""
        return self.reasons[0].level if self.reasons else None

    @property
    def differs(self) -> bool:
        """Whether the lead declares something better than the facts suggest: then both are shown."""
        return self.suggested is not None and _RANK[self.suggested] < _RANK[self.declared]


@dataclass(frozen=True)
class Rhythm:
    """By what confirmations run out at a moment: the event's phase, since when it lasts (None: the first one), the waking hours."""

    moment: datetime
    phase: Phase
    began: datetime | None
    day_from: time
    day_to: time
    zone: ZoneInfo
    _known: dict = field(default_factory=dict, compare=False, repr=False)

    def runs_out(self, at: datetime, span: timedelta) -> datetime:
        """When a confirmation given at a moment runs out."""
        if (at, span) not in self._known:  # many tasks were confirmed by one tap
            self._known[at, span] = runs_out(
                at, span, day_from=self.day_from, day_to=self.day_to, zone=self.zone
            )
        return self._known[at, span]

    def ends(self, one: "Confirmation") -> datetime:
        """When a confirmation ends: the one definition of silence, from which everything else follows.

        What the cadence of the phase before keeps valid ends when this phase begins; where this one
        asks every few hours, that many waking hours later: no one has to confirm at midnight. A
        longer cadence counts at once. Where confirming begins to be due later, it ends then.
        """
        ends = self._ends_by_cadence(one)
        return ends if one.asked_from is None else max(ends, one.asked_from)

    def _ends_by_cadence(self, one: "Confirmation") -> datetime:
        ends = self.runs_out(one.since, one.span)
        if self.began is None or one.since >= self.began:
            return ends
        if one.span < DAY and self.runs_out(one.since, one.span_before) > self.began:
            return max(ends, self.runs_out(self.began, one.span))
        return max(ends, self.began)


def worst(levels: Iterable[Level]) -> Level | None:
    return min(levels, key=_RANK.__getitem__, default=None)


# --- what is declared ------------------------------------------------------------------------------------------------


def section_level(tasks: list[TaskSnapshot]) -> Level:
    """What the declared statuses make of a section: its worst critical task (without any: its worst task), never a mean.

    A red of another task weighs as amber. A task that has not been started counts neither for nor against (what the clock
    says of it is a fact, see `reasons`); but while one of them is left nothing is ready, and while all are nothing is started.
    """
    told = [DECLARED[task.status] for task in weighty(tasks)]
    begun = [level for level in told if level is not Level.NOT_STARTED]
    if not begun:
        own = Level.NOT_STARTED
    elif len(begun) < len(told):
        own = worst([*begun, Level.ON_TRACK])
    else:
        own = worst(begun)
    red = any(DECLARED[task.status] is Level.RED for task in tasks)
    return worst([own, Level.AT_RISK]) if red else own


def weighty(tasks: list[TaskSnapshot]) -> list[TaskSnapshot]:
    """The tasks by which a section stands: its critical ones; all of them where none is critical."""
    return [task for task in tasks if task.critical] or tasks


# --- what the facts suggest ------------------------------------------------------------------------------------------


def unmet(tasks: list[TaskSnapshot], needs: dict[int, list[int]]) -> dict[int, tuple[int, ...]]:
    """Task id to the numbers, ascending, of those that it needs and that are not done; tasks that wait for none are left out."""
    open_numbers = {task.id: task.number for task in tasks if task.status is not Status.DONE}
    waits_for = {}
    for task_id, wanted in needs.items():
        waiting = [open_numbers[other] for other in wanted if other in open_numbers]
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
        return Reason(Fact.OVERDUE, level, task.number, needs=waits_for, since=task.due_at)
    if waits_for and under_way(task, now):
        return Reason(Fact.PREREQUISITE, Level.AT_RISK, task.number, needs=waits_for)
    if task.critical and starts_late(task.status, start_at=task.start_at, now=now):
        return Reason(Fact.START, Level.AT_RISK, task.number, since=task.start_at)
    return None


def entry_reasons(entries: Iterable[OpenEntry]) -> list[Reason]:
    return [
        Reason(Fact.ENTRY, PRESSING[entry.priority], entry.number, priority=entry.priority)
        for entry in entries
        if entry.priority in PRESSING
    ]


# --- who keeps silent ------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Confirmation:
    """Something that has to be confirmed again and again: a section (`task` None) or one of its critical tasks.

    `span_before`: its cadence in the phase before this one. `asked_from`: when confirming a task
    that has not been started begins to be due; None where it is asked for already by its status.
    """

    since: datetime
    span: timedelta
    span_before: timedelta
    task: TaskSnapshot | None = None
    asked_from: datetime | None = None


@dataclass(frozen=True)
class Ending:
    """A confirmation and when it ends."""

    at: datetime
    of: Confirmation

    def over(self, moment: datetime) -> bool:
        return self.at <= moment

    def asked(self, moment: datetime) -> bool:
        return self.of.asked_from is None or self.of.asked_from <= moment


def confirmations(
    section: Section, tasks: list[TaskSnapshot], spoken: Spoken, rhythm: Rhythm
) -> list[Confirmation]:
    """The section's own, and those of its critical tasks that are not done, also of those that are asked for only later on."""
    phase, before = rhythm.phase, PHASES[max(PHASES.index(rhythm.phase) - 1, 0)]
    span, span_before = cadence(section, phase), cadence(section, before)
    since = spoken.confirmed_at or min(
        (task.start_at or task.due_at for task in tasks), default=None
    )
    found = [Confirmation(since, span, span_before)] if since else []
    for task in tasks:
        if task.critical and task.status is not Status.DONE:
            heard = [at for at in (task.reported_at, spoken.renewed_at) if at]
            at, own = max(heard, default=task.start_at or task.due_at), bool(task.cadence_hours)
            spans = [
                task_cadence(task, section, one) if own else known
                for one, known in ((phase, span), (before, span_before))
            ]
            found.append(Confirmation(at, *spans, task, _asked_from(task)))
    return found


def _asked_from(task: TaskSnapshot) -> datetime | None:
    if task.status is not Status.NOT_STARTED:
        return None
    return min(task.start_at, task.due_at) if task.start_at else task.due_at


def silence_reasons(endings: list[Ending], moment: datetime) -> list[Reason]:
    """What was not confirmed in time, what has been silent longest first."""
    over = sorted(
        (one.of for one in endings if one.over(moment)),
        key=lambda one: (one.since, one.task is not None),
    )
    return [
        Reason(Fact.STALE, Level.SILENT, one.task.number, since=one.since)
        if one.task
        else Reason(Fact.SILENT, Level.SILENT, since=one.since)
        for one in over
    ]


# --- together --------------------------------------------------------------------------------------------------------


def section_snapshot(
    section: Section,
    tasks: list[TaskSnapshot],
    *,
    waits_for: dict[int, tuple[int, ...]],
    entries: Iterable[OpenEntry],
    spoken: Spoken,
    rhythm: Rhythm,
) -> SectionSnapshot:
    """How a section stands, from its own tasks, what each of them waits for, its open log entries and what it confirmed."""
    endings = [Ending(rhythm.ends(one), one) for one in confirmations(section, tasks, spoken, rhythm)]
    silence = silence_reasons(endings, rhythm.moment)
    statuses, levels = [task.status for task in tasks], [task.level for task in tasks]
    # Of most tasks there is nothing to say: they are done, and what they needed is too.
    telling = [task for task in tasks if task.status is not Status.DONE or task.id in waits_for]
    alone = not any(task.critical for task in tasks)
    reasons = (
        _reasons(telling, waits_for, rhythm.moment, alone=alone) + entry_reasons(entries) + silence
    )
    reasons.sort(key=_told_first)
    declared = section_level(tasks)
    first = min(endings, key=lambda one: one.at, default=None)
    asked = sum(one.of.task is not None and one.asked(rhythm.moment) for one in endings)
    stale = sum(reason.fact is Fact.STALE for reason in silence)
    return SectionSnapshot(
        **{
            name: getattr(section, name)
            for name in ("id", "key", "name_vi", "name_en", "short_vi", "short_en")
        },
        level=worst([declared, *(reason.level for reason in reasons)]),
        declared=declared,
        reasons=tuple(reasons),
        blockers=tuple(blockers(telling, waits_for, rhythm.moment)),
        silent=bool(silence),
        headline=spoken.headline,
        done=statuses.count(Status.DONE),
        started=len(tasks) - statuses.count(Status.NOT_STARTED),
        total=len(tasks),
        late=levels.count(Level.RED),
        at_risk=levels.count(Level.AT_RISK),
        fresh=asked - stale,
        asked=asked,
        confirmed_at=spoken.confirmed_at,
        silent_at=first.at if first else None,
        silent_since=first.of.since if first else None,
        silent_owner=first.of.task.owner if first and first.of.task else "",
    )


def _reasons(
    tasks: list[TaskSnapshot], waits_for: dict[int, tuple[int, ...]], now: datetime, *, alone: bool
) -> list[Reason]:
    """Of the tasks that weigh: critical and overdue ones; all of them where `alone` tells that none of the section is critical."""
    heavy = [task for task in tasks if task.critical or alone or task.overdue]
    return [
        found for task in heavy if (found := task_reason(task, waits_for.get(task.id, ()), now))
    ]


_ORDER = {fact: place for place, fact in enumerate(Fact)}


def _told_first(reason: Reason) -> tuple:
    return (_RANK[reason.level], _ORDER[reason.fact], reason.priority or 0, reason.number or 0)


def blockers(
    tasks: list[TaskSnapshot], waits_for: dict[int, tuple[int, ...]], now: datetime
) -> list[Blocker]:
    """The tasks that are blocked, late, overdue, or under way before what they need is done; worst first, then by their due time."""
    found = []
    for task in tasks:
        needed = waits_for.get(task.id, ())
        if why := hindrance(task, needed, now):
            found.append(
                Blocker(
                    task.number,
                    task.title_vi,
                    task.title_en,
                    task.critical,
                    task.level,
                    why,
                    task.due_at,
                    needed,
                )
            )
    return sorted(
        found, key=lambda one: (_RANK[one.level], not one.critical, one.due_at, one.number)
    )


def hindrance(task: TaskSnapshot, waits_for: tuple[int, ...], now: datetime) -> Hindrance | None:
    """Why a task holds its section up, if it does."""
    if task.status is Status.BLOCKED:
        return Hindrance.BLOCKED
    if task.status is Status.OFF_TRACK:
        return Hindrance.OFF_TRACK
    if task.overdue:
        return Hindrance.OVERDUE
    return Hindrance.PREREQUISITE if waits_for and under_way(task, now) else None


def section_snapshots(
    sections: list[Section],
    tasks: list[TaskSnapshot],
    *,
    needs: dict[int, list[int]],
    entries: Iterable[OpenEntry],
    spoken: dict[int, Spoken],
    rhythm: Rhythm,
) -> list[SectionSnapshot]:
    """How every section stands. `needs`: task id to the ids of those that it needs; `spoken` by section id."""
    waits_for = unmet(tasks, needs)
    own: dict[int, list[TaskSnapshot]] = {section.id: [] for section in sections}
    for task in tasks:
        own[task.section_id].append(task)
    told: dict[int, list[OpenEntry]] = {}
    for entry in entries:
        told.setdefault(entry.section_id, []).append(entry)
    return [
        section_snapshot(
            section,
            own[section.id],
            waits_for=waits_for,
            entries=told.get(section.id, ()),
            spoken=spoken.get(section.id, Spoken()),
            rhythm=rhythm,
        )
        for section in sections
    ]
