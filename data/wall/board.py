"""The board of a moment: the small document that the walls draw from, and until when it holds."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime, time, timedelta, timezone
from functools import partial

from sqlmodel import Session

from data.attendance.queries import arrivals_at, delegation_names, headcounts_at
from data.distribution.queries import received_at
from data.events.clock import clock_of, real_now
from data.incidents import EntrySnapshot, open_entries
from data.plan.history import event_at, tasks_then
from data.programme import items_at
from data.readiness.escalation import reminders_at
from data.readiness.sections import sections_with
from data.readiness.tasks import prerequisites, tasks_at
from data.roll_calls.queries import RollCallSnapshot, roll_call_on_show
from data.script.lanes import lanes_at
from data.storage import changes
from data.wall.ticker import newest
from data.wall.tiles import Json, ms, ms_or_none, tile
from models.attendance.ledger import Headcount
from models.events.event import Clock, Event, Phase, View, local_day, phase_at, zone
from models.programme import ItemSnapshot
from models.readiness.sections import OpenEntry, SectionSnapshot, count_levels
from models.readiness.tasks import Status, TaskSnapshot
from models.roll_calls import SHOWN_AFTER
from models.script.lanes import Outlook, outlooks
from models.storage import Topic
from models.text import both
from models.wall import (
    FOCUS_TAIL,
    LATE_AFTER,
    Arrivals,
    Panel,
    are_forums,
    course,
    day_on_show,
    focus,
    lanes,
    late_from,
    open_work,
    panel,
    progress,
    running,
    upcoming,
)

ATTENDANCE, READINESS = Topic.ATTENDANCE.value, Topic.READINESS.value
PROGRAMME = ("running", "running_forums", "next", "programme")
"""What of the document the programme alone decides."""
MAX_MISSING = 5  # delegations that are named
MAX_ENTRIES = 6  # open entries that the wall receives; it says how many more there are
MAX_TASKS = 10  # open tasks that the wall receives; likewise


def board_now(session: Session, event: Event, clock: Clock | None = None) -> Json:
    """The wall's document of now, by the event's clock; `clock` where it is at hand."""
    clock = clock or clock_of(session, event)
    return wall_document(session, event, View(clock.shows(real_now())), clock)


@dataclass(frozen=True)
class Latest:
    """The newest document of now, with what says whether the next one may take from it."""

    document: Json
    event_id: int
    newest: dict[str, int]  # topic -> its newest change
    items: list[ItemSnapshot]
    entries: list[EntrySnapshot]

    def changed(self, event: Event, newest: dict[str, int], moment: datetime) -> set[str] | None:
        """The topics of which something was recorded since; None where the clock, or another event,
        may have changed anything.
        """
        until = self.document["valid_until"]
        if event.id != self.event_id or (isinstance(until, int) and ms(moment) >= until):
            return None
        return {topic for topic, change in newest.items() if change != self.newest[topic]}


def board_after(session: Session, event: Event, clock: Clock, last: Latest | None) -> Latest:
    """The wall's document of now. After scans alone only their part is computed again; after what
    sections report, everything but the programme, the entries and, without scans, the arrivals.

    `last`: what this answered before, None at first.
    """
    view = View(clock.shows(real_now()))
    newest_changes = changes.latest_by_topic(session, event.id)
    changed = last.changed(event, newest_changes, view.moment) if last else None
    # Who is on the list counts in what was received.
    listed = last is not None and last.document["received"] and ATTENDANCE in (changed or ())
    if last is None or changed is None or listed or changed - {ATTENDANCE, READINESS}:
        items, entries = items_at(session, event, view), open_entries(session, event, view)
        document = _document(session, event, view, clock, items, entries)
        return Latest(document, event.id, newest_changes, items, entries)
    arrived: Json = {}
    if last.document["panel"] == Panel.ARRIVALS.value and ATTENDANCE in changed:
        group = focus(last.items, now=view.moment)
        arrived["arrivals"] = _arrivals(session, event, view, group)
    previous = last.document | arrived
    if READINESS in changed:
        document = _document(session, event, view, clock, last.items, last.entries, previous)
    else:
        document = previous | {
            "revision": changes.latest(session),
            "moment": ms(view.moment),
            "clock": _clock(clock),
        }
    return replace(last, document=document, newest=newest_changes)


def board_at(session: Session, event: Event, moment: datetime) -> Json:
    """The wall's document as at a past moment (aware)."""
    return wall_document(session, event, View(moment.astimezone(timezone.utc), past=True))


def wall_document(session: Session, event: Event, view: View, clock: Clock | None = None) -> Json:
    """What a wall draws, as JSON-ready values; no names of people.

    Moments are in milliseconds since 1970 (UTC). `valid_until` is the next moment at which
    something changes by the clock alone; None where nothing will. `panel` says what the left panel
    shows: of `arrivals` and `work` the other one is None. `counts`: sections by level.
    """
    items, entries = items_at(session, event, view), open_entries(session, event, view)
    return _document(session, event, view, clock, items, entries)


def _document(
    session: Session,
    event: Event,
    view: View,
    clock: Clock | None,
    items: list[ItemSnapshot],
    entries: list[EntrySnapshot],
    previous: Json | None = None,
) -> Json:
    """`previous`: a document that is right but for what sections report."""
    now, then = view.moment, event_at(session, event, view)
    changed = tasks_then(session, event, view)
    tasks = tasks_at(session, event, view, changed)
    needs = prerequisites(session, event, view, changed)
    sections = sections_with(session, then, view, tasks, entries, needs)
    reminders = reminders_at(session, event, view, sections)
    roll_call = roll_call_on_show(session, then, view)
    until = _valid_until(then, now, tasks, sections, items, roll_call)
    group, phase = focus(items, now=now), phase_at(then, now)
    shown = panel(phase, group, now=now, local=partial(local_day, then))
    arrives = shown is Panel.ARRIVALS
    weighing = [
        OpenEntry(entry.number, entry.section_id, entry.priority)
        for entry in entries
        if entry.section_id is not None
    ]
    by_id = {task.id: task for task in tasks}, {item.id: item for item in items}
    return {
        "revision": changes.latest(session),
        "moment": ms(now),
        "past": view.past,
        "valid_until": ms_or_none(until),
        "event": _event(then, now),
        "clock": _still(now) if view.past else _clock(clock or clock_of(session, event)),
        **(
            {name: previous[name] for name in PROGRAMME}
            if previous
            else _programme(session, then, view, items)
        ),
        "panel": shown.value,
        "arrivals": _arrivals_shown(session, then, view, group, previous) if arrives else None,
        "work": None if arrives else _work(then, now, shown, tasks),
        "received": _received(session, then, view, phase),
        "counts": asdict(count_levels(sections)),
        "sections": [
            tile(section, reminders.get(section.id, []), weighing, phase) for section in sections
        ],
        "entries": [_entry(entry) for entry in entries[:MAX_ENTRIES]],
        "entries_open": len(entries),
        "newest": newest(session, event, view, *by_id),
        "roll_call": _roll_call(roll_call) if roll_call else None,
    }


# --- the event, its clock, its programme ---------------------------------------------------------


def _event(event: Event, now: datetime) -> Json:
    offset = now.astimezone(zone(event)).utcoffset() or timedelta(0)
    return {
        "run": event.id,
        "name": both(event, "short_name"),
        "theme": both(event, "theme"),
        "rehearsal": event.rehearsal,
        "mark": event.mark,
        "offset": int(offset / timedelta(minutes=1)),
        "phase": phase_at(event, now).value,
    }


def _clock(clock: Clock) -> Json:
    return {"real": ms(clock.real_at), "event": ms(clock.event_at), "speed": clock.speed}


def _still(moment: datetime) -> Json:
    return {"real": ms(moment), "event": ms(moment), "speed": 0}


def _programme(session: Session, event: Event, view: View, items: list[ItemSnapshot]) -> Json:
    """What is going on, what comes next, and the bars of the day on show."""
    now = view.moment
    outlook = outlooks(lanes_at(session, event, view, items, settled=True))
    left_out = {item_id for item_id, one in outlook.items() if one.skipped}
    following = upcoming(items, now=now, skipped=left_out)
    going = [item for item in running(items, now=now) if item.kind != "broadcast"]
    shown = day_on_show(items, now=now, local=lambda at: local_day(event, at))
    return {
        "running": [_expected(item, outlook) for item in going],
        "running_forums": are_forums(going),
        "next": _expected(following, outlook) if following else None,
        "programme": _bars(shown),
    }


def _item(item: ItemSnapshot) -> Json:
    return {
        "id": item.id,
        "title": both(item, "title"),
        "short": both(item, "short"),
        "venue": both(item, "venue"),
        "kind": item.kind,
        "starts": ms(item.starts_at),
        "ends": ms(item.ends_at),
        "progress": progress(item).value,
        "late_from": ms_or_none(late_from(item)),
    }


def _expected(item: ItemSnapshot, outlook: dict[int, Outlook]) -> Json:
    """An item with when the forecast has it begin and end; a wall moves both on by its clock."""
    found = outlook.get(item.id, Outlook())
    return {
        **_item(item),
        "begins": ms(found.begins_at or item.starts_at),
        "due": ms(found.due_at or item.ends_at),
        "held": ms_or_none(found.held_at),
    }


def _bars(items: list[ItemSnapshot]) -> list[Json]:
    """The day's bars: a session that has segments is shown by them."""
    parents = {item.parent_id for item in items}
    bars = [item for item in items if item.id not in parents]
    lane = lanes(bars)
    return [{**_item(item), "lane": lane[item.id]} for item in bars]


# --- attendance ----------------------------------------------------------------------------------


def arrivals_board(
    session: Session, event: Event, view: View, group: list[ItemSnapshot]
) -> Arrivals:
    """How the items of one gathering fill."""
    ids = [item.id for item in group]
    counts = headcounts_at(session, ids, view)
    by_item: dict[int, Headcount] = {}
    by_delegation: dict[int, Headcount] = {}
    for (item_id, delegation_id), count in counts.items():
        by_item[item_id] = by_item.get(item_id, Headcount()) + count
        by_delegation[delegation_id] = by_delegation.get(delegation_id, Headcount()) + count
    return Arrivals(
        items=tuple(group),
        count=sum(by_delegation.values(), Headcount()),
        per_item=tuple(by_item.get(item_id, Headcount()) for item_id in ids),
        curve=tuple(arrivals_at(session, ids, view)),
        missing=_missing(session, event, by_delegation),
    )


def _missing(
    session: Session, event: Event, by_delegation: dict[int, Headcount]
) -> tuple[tuple[str, str, int, int], ...]:
    """(name_vi, name_en, missing, expected) of the delegations that miss most."""
    names = delegation_names(session, event)
    rows = [
        (*names[number], count.missing, count.expected)
        for number, count in by_delegation.items()
        if count.missing
    ]
    return tuple(sorted(rows, key=lambda row: (-row[2], row[0]))[:MAX_MISSING])


def _arrivals_shown(
    session: Session, event: Event, view: View, group: list[ItemSnapshot], previous: Json | None
) -> object:
    return previous["arrivals"] if previous else _arrivals(session, event, view, group)


def _arrivals(session: Session, event: Event, view: View, group: list[ItemSnapshot]) -> Json | None:
    if not group:
        return None
    arrivals = arrivals_board(session, event, view, group)
    total, curve = 0, []
    for minute, arrived in arrivals.curve:
        total += arrived
        curve.append([ms(minute), total])
    starts, count = arrivals.starts_at, arrivals.count
    return {
        "titles": [both(item, "title") for item in arrivals.items],
        "forums": are_forums(arrivals.items),
        "starts": ms(starts),
        "expected": count.expected,
        "here": count.here,
        "missing": count.missing,
        "absent": count.absent,
        "excused": count.excused,
        "substituted": count.substituted,
        "per_item": [
            {"short": both(item, "short"), "here": one.here, "expected": one.expected}
            for item, one in zip(arrivals.items, arrivals.per_item, strict=True)
        ],
        "curve": curve,
        "plan": [
            [ms(starts - timedelta(minutes=before)), round(share * count.expected)]
            for before, share in event.arrival_plan
        ],
        "behind": [
            {"name": {"vi": name_vi, "en": name_en}, "missing": missing, "expected": expected}
            for name_vi, name_en, missing, expected in arrivals.missing
        ],
    }


# --- open work, where no one arrives ------------------------------------------------------------


def _work(event: Event, now: datetime, shown: Panel, tasks: Sequence[TaskSnapshot]) -> Json:
    """What is done of the plan, and what is not: before the event the late and the next tasks, else
    all.

    `days`: calendar days until the event's first day; `named`: how many tasks `tasks` would hold
    with no limit.
    """
    local = partial(local_day, event)
    work = open_work(tasks, now=now, local=local)
    counting = shown is Panel.COUNTDOWN
    named = [*work.late, *work.due, *([] if counting else work.later)]
    return {
        "days": (event.first_day - local(now)).days if counting else None,
        "starts": ms(_midnight(event, event.first_day)),
        "done": sum(task.status is Status.DONE for task in tasks),
        "total": len(tasks),
        "planned": sum(task.due_at <= now for task in tasks),
        "late": len(work.late),
        "due": len(work.due),
        "named": len(named),
        "tasks": [_task(task) for task in named[:MAX_TASKS]],
        "course": _course(event, now, tasks) if counting else None,
    }


def _task(task: TaskSnapshot) -> Json:
    return {
        "number": task.number,
        "title": both(task, "title"),
        "section": task.section_id,
        "due": ms(task.due_at),
        "level": task.level.value,
        "overdue": task.overdue,
    }


def _course(event: Event, now: datetime, tasks: Sequence[TaskSnapshot]) -> Json | None:
    local, midnight = partial(local_day, event), partial(_midnight, event)
    until = event.first_day
    found = course(tasks, today=local(now), until=until, local=local, midnight=midnight)
    if found is None:
        return None
    return {
        "from": ms(midnight(found.first)),
        "days": found.days,
        "planned": list(found.planned),
        "done": list(found.done),
    }


def _midnight(event: Event, day: date) -> datetime:
    """The moment at which a local day begins."""
    return datetime.combine(day, time(), tzinfo=zone(event))


# --- after the event: who received its document --------------------------------------------------


def _received(session: Session, event: Event, view: View, phase: Phase) -> Json | None:
    """How many delegates have the document that is sent to all; None before the event is over."""
    found = received_at(session, event, view) if phase is Phase.AFTER else None
    return asdict(found) if found else None


# --- the log and the roll-call -------------------------------------------------------------------


def _entry(entry: EntrySnapshot) -> Json:
    return {
        "number": entry.number,
        "section": entry.section_id,
        "priority": entry.priority,
        "text": entry.text,
        "opened": ms(entry.opened_at),
        "status": entry.status.value,
    }


def _roll_call(call: RollCallSnapshot) -> Json:
    """The band of a roll-call: the sections that are not GO by name, worst first, and the
    counts.
    """
    return {
        "question": call.question,
        "about": ms(call.about_at),
        "outcome": call.outcome.value if call.outcome else None,
        "counts": {stand.value: number for stand, number in call.counts.items()},
        "waiting": [
            {"name": one.short, "stand": one.stand.value, "entry": one.voided_by}
            for one in call.held_up_by
        ],
    }


# --- until when it holds -------------------------------------------------------------------------


def _valid_until(
    event: Event,
    now: datetime,
    tasks: list[TaskSnapshot],
    sections: list[SectionSnapshot],
    items: list[ItemSnapshot],
    roll_call: RollCallSnapshot | None,
) -> datetime | None:
    moments = [_midnight(event, local_day(event, now) + timedelta(days=1))]
    for task in tasks:
        moments += [moment for moment in (task.start_at, task.due_at) if moment]
    moments += [section.silent_at for section in sections if section.silent_at]
    for item in items:
        moments += [item.starts_at, item.ends_at, item.ends_at + FOCUS_TAIL]
        moments += [item.given_up_at, item.ends_at + LATE_AFTER]
    if roll_call:
        ended_at = roll_call.ended_at or roll_call.about_at
        moments += [roll_call.about_at, ended_at + SHOWN_AFTER]
        moments += [one.expires_at for one in roll_call.sections if one.expires_at]
    return min((moment for moment in moments if moment > now), default=None)
