"""The time axis of the plan: where a task's bar, its baseline and today lie on it."""

from datetime import date, datetime, time, timedelta

from models.readiness.tasks import Level, TaskSnapshot
from ui.shell.frame import Visit
from ui.shell.table import Axis, Span
from ui.shell.timeline import Scale

DAY = timedelta(days=1)
BARS = {Level.RED: "late", Level.AT_RISK: "risk", Level.READY: "done"}
STEPS = (1, 2, 7, 14, 28, 56)  # days between two labels
MAX_TICKS = 7


class Timeline:
    """The axis of some tasks: from their first start to their last due time, and today."""

    def __init__(self, ctx: Visit, tasks: list[TaskSnapshot]) -> None:
        self.ctx = ctx
        moments = (
            moment
            for task in tasks
            for moment in (task.start_at, task.due_at, task.baseline_due_at)
            if moment
        )
        self.scale = Scale([ctx.at, *moments], at_least=DAY)

    def parts(self, task: TaskSnapshot) -> tuple[tuple[str, Span], ...]:
        """The present plan, the baseline where it is another one, and how long it is overdue."""
        at = self.scale.at
        due = at(task.due_at)
        start = at(task.start_at) if task.start_at else due
        found = [(BARS.get(task.level, "plan"), (min(start, due), due))]
        if task.baseline_due_at and task.baseline_due_at != task.due_at:
            baseline = at(task.baseline_due_at)
            found.append(("baseline", (min(start, baseline), baseline)))
        if task.overdue:
            found.append(("overdue", (due, at(self.ctx.at))))
        return tuple(found)

    def drawn(self) -> Axis:
        """Labels in even steps of days counted from the event's first one, and the event's days."""
        words, event = self.ctx.words, self.ctx.event
        step = next((one for one in STEPS if self.scale.span / (one * DAY) <= MAX_TICKS), STEPS[-1])
        before = (self._midnight(event.first_day) - self.scale.begins) // (step * DAY) + 1
        begins = self._midnight(event.first_day - before * step * DAY)
        days = [self._midnight(day) for day in (event.first_day, event.last_day + DAY)]
        return Axis(
            words("plan.axis"),
            self.scale.ticks(begins, step * DAY, words.day_short),
            (self.scale.at(days[0]), self.scale.at(days[1])),
            self.scale.at(self.ctx.at),
            words("plan.today"),
        )

    def _midnight(self, day: date) -> datetime:
        return datetime.combine(day, time(), tzinfo=self.ctx.words.time_zone)
