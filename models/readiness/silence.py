"""When confirmations run out: the one definition by which a section is silent, now and at any
moment.
"""

from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from models.events.event import Phase
from models.readiness.tasks import Section, Status, TaskSnapshot, cadence, runs_out, task_cadence

DAY = timedelta(days=1)
PHASES = list(Phase)


@dataclass(frozen=True)
class LastConfirmation:
    """When a section confirmed last: anything at all, and that nothing changed (`renewed_at`)."""

    headline: str = ""
    confirmed_at: datetime | None = None
    renewed_at: datetime | None = None


@dataclass(frozen=True)
class Confirmation:
    """What has to be confirmed again and again: a section (`task` None) or one of its critical
    tasks.

    `since`: when it was confirmed last, or when confirming it begins to be due. `span`: its cadence
    in this phase, `span_before` in the one before. `asked_from`: when a task that has not been
    started begins to be asked for; None where its status asks for it already.
    """

    since: datetime
    span: timedelta
    span_before: timedelta
    task: TaskSnapshot | None = None
    asked_from: datetime | None = None


@dataclass(frozen=True)
class ConfirmationClock:
    """By what confirmations run out at a moment.

    The event's phase, since when it lasts (None: the first one), and the waking hours in local
    time.
    """

    moment: datetime
    phase: Phase
    began: datetime | None
    day_from: time
    day_to: time
    zone: ZoneInfo
    _known: dict[tuple[datetime, timedelta], datetime] = field(
        default_factory=dict, compare=False, repr=False
    )

    def runs_out(self, at: datetime, span: timedelta) -> datetime:
        """When a confirmation given at a moment runs out."""
        if (at, span) not in self._known:  # many tasks were confirmed by one tap
            self._known[at, span] = runs_out(
                at, span, day_from=self.day_from, day_to=self.day_to, zone=self.zone
            )
        return self._known[at, span]

    def ends(self, one: Confirmation) -> datetime:
        """When a confirmation ends: a section is silent from the first of these moments on.

        What the cadence of the phase before keeps valid ends when this phase begins; where this one
        asks every few hours, that many waking hours later: no one has to confirm at midnight. A
        longer cadence counts at once. A task that begins to be asked for later ends then at the
        earliest.
        """
        ends = self._by_cadence(one)
        return ends if one.asked_from is None else max(ends, one.asked_from)

    def _by_cadence(self, one: Confirmation) -> datetime:
        ends = self.runs_out(one.since, one.span)
        if self.began is None or one.since >= self.began:
            return ends
        if one.span < DAY and self.runs_out(one.since, one.span_before) > self.began:
            return max(ends, self.runs_out(self.began, one.span))
        return max(ends, self.began)


@dataclass(frozen=True)
class Freshness:
    """The confirmations of a section as at a moment, each with when it ends, and what ends first.

    `ends` holds those that are asked for by now; `first` may be one that will be asked for later.
    """

    moment: datetime
    ends: list[tuple[datetime, Confirmation]]
    first: tuple[datetime, Confirmation] | None

    @property
    def over(self) -> list[Confirmation]:
        """What was not confirmed in time, what has been silent longest first."""
        over = [one for at, one in self.ends if at <= self.moment]
        return sorted(over, key=lambda one: (one.since, one.task is not None))

    @property
    def tasks_asked(self) -> int:
        """How many critical tasks have to be confirmed by now."""
        return sum(one.task is not None for _, one in self.ends)


def freshness(
    section: Section, tasks: list[TaskSnapshot], last: LastConfirmation, clock: ConfirmationClock
) -> Freshness:
    """What of a section has to be confirmed, and until when each holds."""
    before = PHASES[max(PHASES.index(clock.phase) - 1, 0)]
    spans = (cadence(section, clock.phase), cadence(section, before))

    def of_task(task: TaskSnapshot, asked_from: datetime | None) -> Confirmation:
        own = spans
        if task.cadence_hours:
            own = task_cadence(task, section, clock.phase), task_cadence(task, section, before)
        return Confirmation(_since(task, last), *own, task, asked_from)

    given, later = _section_itself(tasks, last, spans), []
    for task in tasks:
        if task.critical and task.status is not Status.DONE:
            asked_from = _asked_from(task)
            if asked_from is None or asked_from <= clock.moment:
                given.append(of_task(task, asked_from))
            else:
                later.append((asked_from, task))
    ends = [(clock.ends(one), one) for one in given]
    first = min(ends, key=_moment, default=None)
    for asked_from, task in later:
        if (
            first is None or asked_from < first[0]
        ):  # of few: it ends at `asked_from` at the earliest
            one = of_task(task, asked_from)
            first = min(filter(None, (first, (clock.ends(one), one))), key=_moment)
    return Freshness(clock.moment, ends, first)


def _moment(end: tuple[datetime, Confirmation]) -> datetime:
    return end[0]


def _section_itself(
    tasks: list[TaskSnapshot], last: LastConfirmation, spans: tuple[timedelta, timedelta]
) -> list[Confirmation]:
    begins = (task.start_at or task.due_at for task in tasks)
    since = last.confirmed_at or min(begins, default=None)
    return [Confirmation(since, *spans)] if since else []


def _since(task: TaskSnapshot, last: LastConfirmation) -> datetime:
    given = [at for at in (task.reported_at, last.renewed_at) if at]
    return max(given, default=task.start_at or task.due_at)


def _asked_from(task: TaskSnapshot) -> datetime | None:
    if task.status is not Status.NOT_STARTED:
        return None
    return min(task.start_at, task.due_at) if task.start_at else task.due_at
