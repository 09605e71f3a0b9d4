"""When confirmations run out: the one definition by which a section is silent, now and at any moment."""

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
    """What has to be confirmed again and again: a section (`task` None) or one of its critical tasks.

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

    The event's phase, since when it lasts (None: the first one), and the waking hours in local time.
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
    """The confirmations of a section as at a moment, each with the moment at which it ends."""

    moment: datetime
    ends: tuple[tuple[datetime, Confirmation], ...]

    @property
    def first(self) -> tuple[datetime, Confirmation] | None:
        """What ends first, and when."""
        return min(self.ends, key=lambda end: end[0], default=None)

    @property
    def over(self) -> list[Confirmation]:
        """What was not confirmed in time, what has been silent longest first."""
        over = [one for at, one in self.ends if at <= self.moment]
        return sorted(over, key=lambda one: (one.since, one.task is not None))

    @property
    def tasks_asked(self) -> int:
        """How many critical tasks have to be confirmed by now."""
        return sum(
            one.task is not None and (one.asked_from is None or one.asked_from <= self.moment)
            for _, one in self.ends
        )


def freshness(
    section: Section, tasks: list[TaskSnapshot], last: LastConfirmation, clock: ConfirmationClock
) -> Freshness:
    """What of a section has to be confirmed, and until when each holds."""
    given = confirmations(section, tasks, last, clock.phase)
    return Freshness(clock.moment, tuple((clock.ends(one), one) for one in given))


def confirmations(
    section: Section, tasks: list[TaskSnapshot], last: LastConfirmation, phase: Phase
) -> list[Confirmation]:
    """The section's own, and those of its critical tasks that are not done, now or later on."""
    before = PHASES[max(PHASES.index(phase) - 1, 0)]
    spans = (cadence(section, phase), cadence(section, before))
    begins = (task.start_at or task.due_at for task in tasks)
    since = last.confirmed_at or min(begins, default=None)
    found = [Confirmation(since, *spans)] if since else []
    for task in tasks:
        if task.critical and task.status is not Status.DONE:
            own = _own_spans(task, section, phase, before) if task.cadence_hours else spans
            found.append(Confirmation(_since(task, last), *own, task, _asked_from(task)))
    return found


def _own_spans(
    task: TaskSnapshot, section: Section, phase: Phase, before: Phase
) -> tuple[timedelta, timedelta]:
    return task_cadence(task, section, phase), task_cadence(task, section, before)


def _since(task: TaskSnapshot, last: LastConfirmation) -> datetime:
    given = [at for at in (task.reported_at, last.renewed_at) if at]
    return max(given, default=task.start_at or task.due_at)


def _asked_from(task: TaskSnapshot) -> datetime | None:
    if task.status is not Status.NOT_STARTED:
        return None
    return min(task.start_at, task.due_at) if task.start_at else task.due_at
