"""The comparison of two moments that a daily review is made of."""

from dataclasses import dataclass
from datetime import datetime, timezone

from sqlmodel import Session, select

from data.attendance.queries import headcounts_at
from data.incidents import EntrySnapshot, open_entries
from data.media import MediaSnapshot, media_at
from data.plan.history import event_at
from data.programme import items_at
from data.readiness.sections import sections_at, sections_with
from data.readiness.tasks import prerequisites, tasks_at
from data.reviews.directives import directives_at
from models.attendance.ledger import Headcount
from models.events.event import Event, Phase, View, phase_at
from models.programme import ItemSnapshot
from models.readiness.sections import SectionSnapshot
from models.readiness.tasks import WORST_FIRST, Level, Status, Task, TaskSnapshot
from models.reviews.directives import DirectiveSnapshot
from models.reviews.reviews import Slip, Turned, due_next, slipped, turned
from models.wall import focus

BEGINNING = datetime(
    1970, 1, 1, tzinfo=timezone.utc
)  # what a review without another moment is compared with


@dataclass(frozen=True)
class Silence:
    """A section that has not confirmed in time, or never; `new`: it was not silent at the other moment."""

    section: SectionSnapshot
    new: bool


@dataclass(frozen=True)
class Attended:
    """An item of the gathering that counts, and its headcount at both moments."""

    item: ItemSnapshot
    before: Headcount
    after: Headcount


@dataclass(frozen=True)
class Comparison:
    """How the event stood at `moment`, and what differs from `since` (None: from the beginning); every list worst first.

    `turns`: tasks that stand differently, by `Turned.part`. `reds`, `ambers`: tasks in trouble that were so before. `owed`: tasks
    of the time after the event, not done. `entries`: open incidents; `entries_new` of them were opened since. `media`: items that
    are late, were published since or come next. `directives`: open ones, and whatever was decided, done or withdrawn since.
    """

    event: Event
    moment: datetime
    since: datetime | None
    phase: Phase
    sections: tuple[SectionSnapshot, ...]
    turns: tuple[Turned, ...]
    reds: tuple[TaskSnapshot, ...]
    ambers: tuple[TaskSnapshot, ...]
    slips: tuple[Slip, ...]
    silent: tuple[Silence, ...]
    due_next: tuple[TaskSnapshot, ...]
    owed: tuple[TaskSnapshot, ...]
    entries: tuple[EntrySnapshot, ...]
    entries_new: int
    directives: tuple[DirectiveSnapshot, ...]
    attendance: tuple[Attended, ...]
    media: tuple[MediaSnapshot, ...]
    figures: dict[str, int]


def compare(session: Session, event: Event, since: datetime | None, view: View) -> Comparison:
    """The event as at the view's moment against how it stood at `since` (None or `BEGINNING`: from the beginning)."""
    since = None if since == BEGINNING else since
    before, now = View(since or BEGINNING, past=True), view.moment
    tasks, earlier = (
        tasks_at(session, event, view),
        {task.id: task for task in tasks_at(session, event, before)},
    )
    entries = open_entries(session, event, view)
    then, needs = event_at(session, event, view), prerequisites(session, event, view)
    sections = sections_with(session, then, view, tasks, entries, needs)
    media = media_at(session, event, view)
    attendance = _attendance(session, event, before, view)
    turns = [turn for task in tasks if (turn := turned(earlier[task.id], task))]
    return Comparison(
        event=event,
        moment=now,
        since=since,
        phase=phase_at(event, now),
        sections=tuple(sections),
        turns=tuple(sorted(turns, key=lambda turn: _worst(turn.task))),
        reds=_still(tasks, earlier, Level.RED),
        ambers=_still(tasks, earlier, Level.AT_RISK),
        slips=tuple(sorted(_slips(tasks, earlier), key=lambda slip: _worst(slip.task))),
        silent=_silences(
            sections, sections_at(session, event, before, list(earlier.values())), since
        ),
        due_next=tuple(
            sorted(
                (task for task in tasks if due_next(task, moment=now)), key=lambda task: task.due_at
            )
        ),
        owed=_owed(session, event, tasks) if phase_at(event, now) is Phase.AFTER else (),
        entries=tuple(entries),
        entries_new=sum(entry.opened_at > before.moment for entry in entries),
        directives=tuple(
            one
            for one in directives_at(session, event, now)
            if one.open or one.said_at > before.moment
        ),
        attendance=attendance,
        media=tuple(
            one
            for one in media
            if one.late or (one.published_at and one.published_at > before.moment)
        ),
        figures=_figures(tasks, sections, entries, media, attendance),
    )


def _worst(task: TaskSnapshot) -> tuple:
    """Sorts tasks worst first: by level, critical ones before the others, then by due time."""
    return (WORST_FIRST.index(task.level), not task.critical, task.due_at, task.number)


def _still(
    tasks: list[TaskSnapshot], earlier: dict[int, TaskSnapshot], level: Level
) -> tuple[TaskSnapshot, ...]:
    """The tasks that stand at a level as they did before; the others are among the turns."""
    return tuple(
        sorted(
            (task for task in tasks if task.level is level and not turned(earlier[task.id], task)),
            key=_worst,
        )
    )


def _slips(tasks: list[TaskSnapshot], earlier: dict[int, TaskSnapshot]) -> list[Slip]:
    return [slip for task in tasks if (slip := slipped(earlier[task.id], task))]


def _silences(
    sections: list[SectionSnapshot], before: list[SectionSnapshot], since: datetime | None
) -> tuple[Silence, ...]:
    known = {section.id for section in before if since and _quiet(section)}
    found = [
        Silence(section, new=section.id not in known) for section in sections if _quiet(section)
    ]
    return tuple(sorted(found, key=lambda one: one.section.confirmed_at or BEGINNING))


def _quiet(section: SectionSnapshot) -> bool:
    return section.silent or section.confirmed_at is None


def _owed(session: Session, event: Event, tasks: list[TaskSnapshot]) -> tuple[TaskSnapshot, ...]:
    owed = set(
        session.exec(select(Task.id).where(Task.event_id == event.id, Task.phase == "after"))
    )
    found = [task for task in tasks if task.id in owed and task.status is not Status.DONE]
    return tuple(sorted(found, key=lambda task: (not task.critical, task.due_at, task.number)))


def _attendance(session: Session, event: Event, before: View, view: View) -> tuple[Attended, ...]:
    group = focus(items_at(session, event, view), now=view.moment)
    ids = [item.id for item in group]
    heads = [headcounts_at(session, ids, one) for one in (before, view)]
    totals = [
        {
            number: sum((count for (item, _), count in head.items() if item == number), Headcount())
            for number in ids
        }
        for head in heads
    ]
    return tuple(Attended(item, totals[0][item.id], totals[1][item.id]) for item in group)


def _figures(
    tasks: list, sections: list, entries: list, media: list, attendance: tuple[Attended, ...]
) -> dict[str, int]:
    """What the event amounts to at the moment, in whole numbers."""
    here = sum((one.after for one in attendance), Headcount())
    return {
        "tasks": len(tasks),
        "done": sum(task.status is Status.DONE for task in tasks),
        "late": sum(task.level is Level.RED for task in tasks),
        "at_risk": sum(task.level is Level.AT_RISK for task in tasks),
        "overdue": sum(task.overdue for task in tasks),
        "silent": sum(_quiet(section) for section in sections),
        "entries": len(entries),
        "published": sum(one.published_at is not None for one in media),
        "media": len(media),
        "media_late": sum(one.late for one in media),
        "expected": here.expected,
        "here": here.here,
        "excused": here.excused,
        "missing": here.missing,
    }
