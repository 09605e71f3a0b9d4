"""The comparison of two moments: the facts of a daily review."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timezone
from typing import TypeVar

from sqlalchemy import func
from sqlmodel import Session, col, select

from data.answers.queries import overdue_petitions
from data.attendance.queries import closed_rolls, headcounts_at
from data.incidents import EntrySnapshot, open_entries
from data.media import MediaSnapshot, media_at
from data.plan.history import event_at
from data.programme import items_at
from data.readiness.sections import sections_at, sections_with
from data.readiness.tasks import prerequisites, tasks_at
from data.reviews.directives import directives_at
from models.answers.answers import PetitionSnapshot
from models.attendance.delegates import DelegateChange, DelegateStep
from models.attendance.ledger import Headcount
from models.events.event import Event, Phase, View, phase_at
from models.incidents import Entry
from models.programme import ItemSnapshot
from models.readiness.sections import SectionSnapshot, silent_sections
from models.readiness.tasks import WORST_FIRST, Level, Status, Task, TaskSnapshot
from models.reviews.directives import DirectiveSnapshot
from models.reviews.reviews import Slip, Turn, due_next, slipped, turned
from models.roll_calls import Outcome, RollCallEnd
from models.wall import focus

T = TypeVar("T")

BEGINNING = datetime(1970, 1, 1, tzinfo=timezone.utc)
"""The other moment of a review that is compared with none."""


@dataclass(frozen=True)
class Silence:
    """A section that is silent; `new`: it was not so at the other moment."""

    section: SectionSnapshot
    new: bool


@dataclass(frozen=True)
class ItemAttendance:
    """A current item of the programme, with its headcounts at both moments."""

    item: ItemSnapshot
    before: Headcount
    after: Headcount


@dataclass(frozen=True)
class PlanChanges:
    """What was changed in place since: tasks and items of the programme that were added, taken out
    (as they were), or changed (each with what it was), and how many delegates by what was done.

    A task is changed where it has another title, owner or section; put off, it is among the slips.
    """

    tasks_added: tuple[TaskSnapshot, ...] = ()
    tasks_retired: tuple[TaskSnapshot, ...] = ()
    tasks_changed: tuple[tuple[TaskSnapshot, TaskSnapshot], ...] = ()
    items_added: tuple[ItemSnapshot, ...] = ()
    items_cancelled: tuple[ItemSnapshot, ...] = ()
    items_changed: tuple[tuple[ItemSnapshot, ItemSnapshot], ...] = ()
    delegates: tuple[tuple[DelegateStep, int], ...] = ()


@dataclass(frozen=True)
class Comparison:
    """The event at `moment`, and the differences from `since` (None: from the beginning).

    Every list is worst first. `turns`: changed tasks, by `Turn.part`. `reds`, `ambers`: tasks in
    trouble that were so before. `owed`: open tasks of the time after the event. `entries`: open
    incidents, `entries_new` of them opened since; `unready`: what the log says of roll-calls that
    ended since without everybody ready, which are no incidents. `done_before`: the tasks done at
    the other moment. `media`: items that are late or were published since. `directives`: open
    ones, and those decided, done or withdrawn since. `answers`: the petitions whose answer is
    overdue. `changes`: none without another moment.
    """

    event: Event
    moment: datetime
    since: datetime | None
    phase: Phase
    sections: tuple[SectionSnapshot, ...]
    turns: tuple[Turn, ...]
    reds: tuple[TaskSnapshot, ...]
    ambers: tuple[TaskSnapshot, ...]
    slips: tuple[Slip, ...]
    silent: tuple[Silence, ...]
    due_next: tuple[TaskSnapshot, ...]
    owed: tuple[TaskSnapshot, ...]
    entries: tuple[EntrySnapshot, ...]
    entries_new: int
    unready: tuple[str, ...]
    done_before: int | None
    directives: tuple[DirectiveSnapshot, ...]
    answers: tuple[PetitionSnapshot, ...]
    attendance: tuple[ItemAttendance, ...]
    media: tuple[MediaSnapshot, ...]
    changes: PlanChanges
    figures: dict[str, int]


def compare(session: Session, event: Event, since: datetime | None, view: View) -> Comparison:
    """The event at the view's moment against `since` (None or `BEGINNING`: the beginning)."""
    since = None if since == BEGINNING else since
    before, now = View(since or BEGINNING, past=True), view.moment
    tasks = tasks_at(session, event, view)
    was = {task.id: task for task in tasks_at(session, event, before)}
    earlier = {task.id: was.get(task.id) or _unbegun(task) for task in tasks}
    opened = open_entries(session, event, view)
    outcomes = set(session.exec(select(RollCallEnd.entry_id)))
    entries = [entry for entry in opened if entry.id not in outcomes]
    then, needs = event_at(session, event, view), prerequisites(session, event, view)
    sections = sections_with(session, then, view, tasks, opened, needs)
    media = media_at(session, event, view)
    attendance = _attendance(session, event, before, view)
    return Comparison(
        event=event,
        moment=now,
        since=since,
        phase=phase_at(event, now),
        sections=tuple(sections),
        turns=_turns(tasks, earlier),
        reds=_unchanged(tasks, earlier, Level.RED),
        ambers=_unchanged(tasks, earlier, Level.AT_RISK),
        slips=_slips(tasks, earlier),
        silent=_silences(sections, sections_at(session, event, before, [*was.values()]), since),
        due_next=_due_next(tasks, now),
        owed=_owed(session, event, tasks, now),
        entries=tuple(entries),
        entries_new=sum(entry.opened_at > before.moment for entry in entries),
        unready=_unready(session, event, before.moment, now),
        done_before=sum(task.status is Status.DONE for task in was.values()) if since else None,
        directives=_directives(session, event, before, view),
        answers=tuple(overdue_petitions(session, event, view)),
        attendance=attendance,
        media=_media(media, before),
        changes=_changes(session, event, was, tasks, before, view) if since else PlanChanges(),
        figures=_figures(tasks, sections, entries, media, attendance),
    )


# --- tasks ---------------------------------------------------------------------------------------


def _unbegun(task: TaskSnapshot) -> TaskSnapshot:
    """What a task that was added since is compared with: the same one, not started."""
    return replace(task, status=Status.NOT_STARTED, level=Level.NOT_STARTED, overdue=False)


def _worst(task: TaskSnapshot) -> tuple[int, bool, datetime, int]:
    """The sort key, worst first: by level, critical before others, then by due time."""
    return (WORST_FIRST.index(task.level), not task.critical, task.due_at, task.number)


def _turns(tasks: list[TaskSnapshot], earlier: dict[int, TaskSnapshot]) -> tuple[Turn, ...]:
    turns = [turn for task in tasks if (turn := turned(earlier[task.id], task))]
    return tuple(sorted(turns, key=lambda turn: _worst(turn.task)))


def _unchanged(
    tasks: list[TaskSnapshot], earlier: dict[int, TaskSnapshot], level: Level
) -> tuple[TaskSnapshot, ...]:
    """The tasks that have a level as before; the others are among the turns."""
    unchanged = [
        task for task in tasks if task.level is level and not turned(earlier[task.id], task)
    ]
    return tuple(sorted(unchanged, key=_worst))


def _slips(tasks: list[TaskSnapshot], earlier: dict[int, TaskSnapshot]) -> tuple[Slip, ...]:
    slips = [slip for task in tasks if (slip := slipped(earlier[task.id], task))]
    return tuple(sorted(slips, key=lambda slip: _worst(slip.task)))


def _due_next(tasks: list[TaskSnapshot], now: datetime) -> tuple[TaskSnapshot, ...]:
    due = [task for task in tasks if due_next(task, moment=now)]
    return tuple(sorted(due, key=lambda task: task.due_at))


def _owed(
    session: Session, event: Event, tasks: list[TaskSnapshot], now: datetime
) -> tuple[TaskSnapshot, ...]:
    if phase_at(event, now) is not Phase.AFTER:
        return ()
    after = select(Task.id).where(Task.event_id == event.id, Task.phase == "after")
    ids = set(session.exec(after))
    owed = [task for task in tasks if task.id in ids and task.status is not Status.DONE]
    return tuple(sorted(owed, key=lambda task: (not task.critical, task.due_at, task.number)))


# --- what was changed in place -------------------------------------------------------------------

TASK_FIELDS = ("title_vi", "title_en", "owner", "section_id", "critical")
ITEM_FIELDS = ("title_vi", "title_en", "starts_at", "ends_at", "venue_id", "chair")


def _changes(
    session: Session,
    event: Event,
    was: dict[int, TaskSnapshot],
    tasks: list[TaskSnapshot],
    before: View,
    view: View,
) -> PlanChanges:
    now = {task.id: task for task in tasks}
    items_was = {item.id: item for item in items_at(session, event, before)}
    items_now = {item.id: item for item in items_at(session, event, view)}
    return PlanChanges(
        tasks_added=tuple(task for task in tasks if task.id not in was),
        tasks_retired=tuple(task for task in was.values() if task.id not in now),
        tasks_changed=_replaced(was, now, TASK_FIELDS),
        items_added=tuple(item for item in items_now.values() if item.id not in items_was),
        items_cancelled=tuple(item for item in items_was.values() if item.id not in items_now),
        items_changed=_replaced(items_was, items_now, ITEM_FIELDS),
        delegates=_delegates(session, event, before.moment, view.moment),
    )


def _replaced(
    was: Mapping[int, T], now: Mapping[int, T], names: tuple[str, ...]
) -> tuple[tuple[T, T], ...]:
    """Each that differs in one of these fields, as it was and as it is."""
    both = ((was[number], one) for number, one in now.items() if number in was)
    return tuple(
        (earlier, one)
        for earlier, one in both
        if any(getattr(earlier, name) != getattr(one, name) for name in names)
    )


def _delegates(
    session: Session, event: Event, since: datetime, now: datetime
) -> tuple[tuple[DelegateStep, int], ...]:
    rows = session.exec(
        select(DelegateChange.step, func.count())
        .where(
            DelegateChange.event_id == event.id,
            DelegateChange.at > since,
            DelegateChange.at <= now,
        )
        .group_by(col(DelegateChange.step))
    )
    counted = dict(rows.all())
    return tuple((step, counted[step.value]) for step in DelegateStep if step.value in counted)


# --- sections, directives, media -----------------------------------------------------------------


def _silences(
    sections: list[SectionSnapshot], before: list[SectionSnapshot], since: datetime | None
) -> tuple[Silence, ...]:
    known = {section.id for section in silent_sections(before)} if since else set()
    found = [Silence(section, new=section.id not in known) for section in silent_sections(sections)]
    return tuple(sorted(found, key=lambda one: one.section.confirmed_at or BEGINNING))


def _directives(
    session: Session, event: Event, before: View, view: View
) -> tuple[DirectiveSnapshot, ...]:
    every = directives_at(session, event, view)
    return tuple(one for one in every if one.open or one.changed_at > before.moment)


def _media(media: Sequence[MediaSnapshot], before: View) -> tuple[MediaSnapshot, ...]:
    return tuple(
        one for one in media if one.late or (one.published_at and one.published_at > before.moment)
    )


def _unready(session: Session, event: Event, since: datetime, now: datetime) -> tuple[str, ...]:
    ended = (RollCallEnd.at > since, RollCallEnd.at <= now)
    outcome = RollCallEnd.outcome == Outcome.NOT_READY.value
    of_event = Entry.event_id == event.id
    return tuple(
        session.exec(
            select(Entry.text)
            .join(RollCallEnd, col(RollCallEnd.entry_id) == Entry.id)
            .where(of_event, outcome, *ended)
            .order_by(col(Entry.number))
        )
    )


# --- attendance and figures ----------------------------------------------------------------------


def _attendance(
    session: Session, event: Event, before: View, view: View
) -> tuple[ItemAttendance, ...]:
    group = focus(items_at(session, event, view), now=view.moment)
    totals_before = _totals(session, group, before)
    totals_after = _totals(session, group, view)
    for item_id in closed_rolls(session, list(totals_after), view):
        totals_after[item_id] = totals_after[item_id].closed()
    return tuple(
        ItemAttendance(item, totals_before[item.id], totals_after[item.id]) for item in group
    )


def _totals(session: Session, items: Sequence[ItemSnapshot], view: View) -> dict[int, Headcount]:
    """Item id to its headcount over all delegations."""
    totals = {item.id: Headcount() for item in items}
    for (item_id, _), head in headcounts_at(session, list(totals), view).items():
        totals[item_id] += head
    return totals


def _figures(
    tasks: Sequence[TaskSnapshot],
    sections: Sequence[SectionSnapshot],
    entries: Sequence[EntrySnapshot],
    media: Sequence[MediaSnapshot],
    attendance: Sequence[ItemAttendance],
) -> dict[str, int]:
    """The totals at the moment, in whole numbers."""
    here = sum((one.after for one in attendance), Headcount())
    return {
        "tasks": len(tasks),
        "done": sum(task.status is Status.DONE for task in tasks),
        "late": sum(task.level is Level.RED for task in tasks),
        "at_risk": sum(task.level is Level.AT_RISK for task in tasks),
        "overdue": sum(task.overdue for task in tasks),
        "silent": len(silent_sections(sections)),
        "entries": len(entries),
        "published": sum(one.published_at is not None for one in media),
        "media": len(media),
        "media_late": sum(one.late for one in media),
        "expected": here.expected,
        "here": here.here,
        "excused": here.excused,
        "missing": here.missing,
    }
