"""What the wall shows as at one moment, and the rules that choose it: the browser decides
nothing again.
"""

from bisect import bisect_left
from collections.abc import Callable, Container, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from math import ceil

from models.attendance.ledger import Headcount
from models.events.event import Phase
from models.incidents import INCIDENT_PRIORITIES
from models.programme import ItemSnapshot
from models.readiness.sections import TROUBLE, Concern, OpenEntry, SectionSnapshot
from models.readiness.tasks import Level, Status, TaskSnapshot

FOCUS_TAIL = timedelta(minutes=30)
LATE_AFTER = timedelta(minutes=1)  # a start or an end in its own minute is on time
DAYS_AHEAD = 7  # today and the six days after it: what is due then is named before the event
MAX_STEPS = 40  # points of the burn-up on the wall


@dataclass(frozen=True)
class Arrivals:
    """Attendance of the items that start together: three forums side by side are one gathering."""

    items: tuple[ItemSnapshot, ...]
    count: Headcount
    per_item: tuple[Headcount, ...]
    curve: tuple[tuple[datetime, int], ...]
    missing: tuple[
        tuple[str, str, int, int], ...
    ]  # (name_vi, name_en, missing, expected), most missing first

    @property
    def starts_at(self) -> datetime:
        return self.items[0].starts_at


def gatherings(items: list[ItemSnapshot]) -> list[list[ItemSnapshot]]:
    """The items that count attendance, those of one start together, in order."""
    groups: dict[datetime, list[ItemSnapshot]] = {}
    for item in items:
        if item.counts_attendance:
            groups.setdefault(item.starts_at, []).append(item)
    return [groups[start] for start in sorted(groups)]


def focus(items: list[ItemSnapshot], *, now: datetime) -> list[ItemSnapshot]:
    """The gathering that the wall counts: the one going on or next to come; after the last one, the
    last.

    A gathering gives way to the next once all its items have ended (or should have, half an hour
    ago).
    """
    groups = gatherings(items)
    for group in groups:
        over = all(item.finished_at or item.ends_at + FOCUS_TAIL <= now for item in group)
        if not over:
            return group
    return groups[-1] if groups else []


def running(items: list[ItemSnapshot], *, now: datetime) -> list[ItemSnapshot]:
    """What is going on: items that began and did not end, a segment instead of its session.

    An item without a recorded end is dropped some hours after its end was due.
    """
    going = [item for item in items if item.running and now < item.given_up_at]
    parents = {item.parent_id for item in going}
    return [item for item in going if item.id not in parents]


def upcoming(
    items: list[ItemSnapshot], *, now: datetime, skipped: Container[int] = ()
) -> ItemSnapshot | None:
    """What comes next: the first item that has not begun, unless its planned end has passed.

    A session comes before its first segment. `skipped`: the ids of those that the script leaves
    out.
    """
    waiting = [
        item
        for item in items
        if not item.started_at and not item.finished_at and item.ends_at > now
        if item.id not in skipped
    ]
    return min(
        waiting,
        key=lambda item: (item.starts_at, item.kind == "broadcast", item.parent_id is not None),
        default=None,
    )


def day_on_show(
    items: list[ItemSnapshot], *, now: datetime, local: Callable[[datetime], date]
) -> list[ItemSnapshot]:
    """The items of the day that the wall's programme shows.

    Today's, with what goes on since the evening before, also past its planned end; else those of
    the next day that has any. After the last day there are none.
    """
    today = local(now)
    overnight = [
        item
        for item in items
        if item.starts_at <= now < (item.given_up_at if item.started_at else item.ends_at)
        and not item.finished_at
        and local(item.starts_at) < today
    ]
    days = sorted({local(item.starts_at) for item in items} | ({today} if overnight else set()))
    shown = next((day for day in days if day >= today), None)
    return [
        item
        for item in items
        if local(item.starts_at) == shown or (item in overnight and shown == today)
    ]


def days_of(item: ItemSnapshot, *, local: Callable[[datetime], date]) -> list[date]:
    """The days on which an item takes place: two where it lasts past midnight."""
    first, last = local(item.starts_at), local(item.ends_at - timedelta(microseconds=1))
    return [first + timedelta(days=number) for number in range((last - first).days + 1)]


def are_forums(items: Sequence[ItemSnapshot]) -> bool:
    """Whether items that take place together are called forums; others go by their names."""
    return all(item.kind == "forum" for item in items)


class Panel(StrEnum):
    """What the left panel of the wall shows."""

    COUNTDOWN = "countdown"  # the days left, done against plan, what is late and what is due
    ARRIVALS = "arrivals"
    OWED = "owed"  # what is not done, with its due times


def panel(
    phase: Phase, group: list[ItemSnapshot], *, now: datetime, local: Callable[[datetime], date]
) -> Panel:
    """The panel of a phase; `group` is the gathering that the wall counts (`focus`).

    Whatever the phase, the arrivals of a gathering are shown on its own days.
    """
    if any(local(now) in days_of(item, local=local) for item in group):
        return Panel.ARRIVALS
    if phase is Phase.AFTER or phase is Phase.DURING and not group:
        return Panel.OWED
    return Panel.ARRIVALS if phase is Phase.DURING else Panel.COUNTDOWN


@dataclass(frozen=True)
class OpenWork:
    """The tasks that are not done.

    `late`: overdue, blocked or off track; `due`: the others that are due within `DAYS_AHEAD` days;
    `later`: the rest. Each by due time.
    """

    late: tuple[TaskSnapshot, ...]
    due: tuple[TaskSnapshot, ...]
    later: tuple[TaskSnapshot, ...]


@dataclass(frozen=True)
class Outlook:
    """The event's tasks in one line: `days` until its first day, how many of `total` are `done`,
    are due within `DAYS_AHEAD` days or late, and what is `owed`, by due time.
    """

    days: int
    done: int
    total: int
    due: int
    late: int
    owed: tuple[TaskSnapshot, ...]


def outlook(
    tasks: Sequence[TaskSnapshot],
    first_day: date,
    *,
    now: datetime,
    local: Callable[[datetime], date],
) -> Outlook:
    work = open_work(tasks, now=now, local=local)
    owed = sorted((*work.late, *work.due, *work.later), key=lambda task: task.due_at)
    return Outlook(
        days=(first_day - local(now)).days,
        done=len(tasks) - len(owed),
        total=len(tasks),
        due=len(work.due),
        late=len(work.late),
        owed=tuple(owed),
    )


def open_work(
    tasks: Iterable[TaskSnapshot], *, now: datetime, local: Callable[[datetime], date]
) -> OpenWork:
    waiting = [task for task in tasks if task.status is not Status.DONE]
    waiting.sort(key=lambda task: (task.due_at, task.number))
    until = local(now) + timedelta(days=DAYS_AHEAD)
    late = [task for task in waiting if _is_late(task)]
    others = [task for task in waiting if not _is_late(task)]
    due = [task for task in others if local(task.due_at) < until]
    return OpenWork(tuple(late), tuple(due), tuple(others[len(due) :]))


def _is_late(task: TaskSnapshot) -> bool:
    return task.overdue or task.level is Level.RED


@dataclass(frozen=True)
class Course:
    """The burn-up in steps of whole days.

    `planned[i]` tasks are due before the local midnight `first` + `i` × `days`; `done[i]` were done
    before it: as many as have passed.
    """

    first: date
    days: int
    planned: tuple[int, ...]
    done: tuple[int, ...]


def course(
    tasks: Sequence[TaskSnapshot],
    *,
    today: date,
    until: date,
    local: Callable[[datetime], date],
    midnight: Callable[[date], datetime],
) -> Course | None:
    """Done against plan from the first due task or report up to `until`; None without a day of it.

    A task counts as done since its latest report, the one that its state holds.
    """
    due = sorted(task.due_at for task in tasks)
    done = sorted(
        task.reported_at for task in tasks if task.status is Status.DONE and task.reported_at
    )
    if not due:
        return None
    first = local(min([*due[:1], *done[:1]]))
    if first >= until:
        return None
    days = ceil((until - first).days / MAX_STEPS)
    steps = range(ceil((until - first).days / days) + 1)
    marks = [first + timedelta(days=days * step) for step in steps]
    return Course(
        first,
        days,
        tuple(bisect_left(due, midnight(mark)) for mark in marks),
        tuple(bisect_left(done, midnight(mark)) for mark in marks if mark <= today),
    )


class Progress(StrEnum):
    """How far an item is."""

    WAITING = "waiting"
    RUNNING = "running"
    FINISHED = "finished"


def progress(item: ItemSnapshot) -> Progress:
    if item.finished_at:
        return Progress.FINISHED
    return Progress.RUNNING if item.started_at else Progress.WAITING


def late_from(item: ItemSnapshot) -> datetime | None:
    """After which moment an item is late if nothing is recorded; None for one that is over."""
    if item.finished_at:
        return None
    return (item.ends_at if item.started_at else item.starts_at) + LATE_AFTER


class TroubleText(StrEnum):
    """What a tile says of a section that is red or amber."""

    NONE = ""
    REASON = "reason"  # what speaks against the lead, who declares better
    BLOCKER = "blocker"  # the worst task that holds it up


class SilenceText(StrEnum):
    """What a tile says of a silent section; the keys of its sentences."""

    STALE_TASKS = "stale_tasks"  # critical tasks are not confirmed
    NEVER = "never_by"
    DECLARED = "declared_by"  # what was declared last


def trouble_text(section: SectionSnapshot) -> TroubleText:
    if section.level not in TROUBLE:
        return TroubleText.NONE
    if section.differs:
        return TroubleText.REASON
    return TroubleText.BLOCKER if section.blockers else TroubleText.NONE


def silence_text(section: SectionSnapshot) -> SilenceText:
    if section.reasons and section.reasons[0].concern is Concern.STALE:
        return SilenceText.STALE_TASKS
    return SilenceText.NEVER if section.confirmed_at is None else SilenceText.DECLARED


class LevelWord(StrEnum):
    """The word of a level, where it is not the level's own."""

    OWN = ""
    COMPLETED = "completed"
    ON_TRACK = "on_track"


def level_word(section: SectionSnapshot, phase: Phase) -> LevelWord:
    """After the event nothing is "ready" any more: all is done, or some of it is still to do."""
    if phase is not Phase.AFTER or section.level is not Level.READY:
        return LevelWord.OWN
    return LevelWord.COMPLETED if section.done == section.total else LevelWord.ON_TRACK


@dataclass(frozen=True)
class Aside:
    """What a tile that shows no trouble says all the same: its tasks that are late or at risk, and
    its open incidents.
    """

    tasks: int
    incidents: int


def aside(section: SectionSnapshot, entries: Iterable[OpenEntry]) -> Aside | None:
    """A non-critical task at risk and a lesser incident leave the level as it is; neither is hidden
    by it. None where there is none, or the level is one of trouble itself.
    """
    if section.level in TROUBLE:
        return None
    incidents = sum(
        entry.section_id == section.id and entry.priority in INCIDENT_PRIORITIES
        for entry in entries
    )
    tasks = section.late + section.at_risk
    return Aside(tasks, incidents) if tasks or incidents else None


def lanes(items: list[ItemSnapshot]) -> dict[int, int]:
    """A lane for each item so that no two of one lane overlap, by item id; broadcasts lie below."""
    free: list[datetime] = []
    chosen: dict[int, int] = {}
    for item in sorted(
        items, key=lambda item: (item.kind == "broadcast", item.starts_at, item.ends_at)
    ):
        lane = next(
            (number for number, until in enumerate(free) if until <= item.starts_at), len(free)
        )
        if lane == len(free):
            free.append(item.ends_at)
        free[lane] = item.ends_at
        chosen[item.id] = lane
    return chosen
