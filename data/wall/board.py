"""The board of a moment, and the small document that the walls draw from."""

from datetime import datetime, time, timedelta, timezone

from sqlmodel import Session

from data.attendance.queries import arrivals_at, delegations, headcounts_at
from data.events.clock import clock_of, real_now
from data.incidents import open_entries
from data.plan.history import event_at
from data.programme import items_at
from data.readiness.escalation import calls_at
from data.readiness.sections import sections_with
from data.readiness.tasks import tasks_at
from data.roll_calls.queries import RollCallSnapshot, roll_call_on_show
from data.storage import changes
from data.wall.ticker import newest
from data.wall.tiles import tile
from models.attendance.ledger import Headcount
from models.events.event import Event, View, local_day, phase_at, zone
from models.programme import ItemSnapshot
from models.roll_calls import SHOWN_AFTER
from models.text import both
from models.wall import FOCUS_TAIL, Arrivals, day_on_show, focus, lanes, running, upcoming

MISSING = 5
ON_WALL = 6  # open entries that the wall receives; it says how many more there are


def arrivals_board(
    session: Session, event: Event, view: View, group: list[ItemSnapshot]
) -> Arrivals:
    """How the items of one gathering fill."""
    ids = [item.id for item in group]
    counts = headcounts_at(session, ids, view)
    names = {delegation.id: delegation for delegation in delegations(session, event)}
    by_delegation: dict[int, Headcount] = {}
    for (_, delegation_id), count in counts.items():
        by_delegation[delegation_id] = by_delegation.get(delegation_id, Headcount()) + count
    per_item = tuple(
        sum((count for (item, _), count in counts.items() if item == item_id), Headcount())
        for item_id in ids
    )
    missing = sorted(
        (
            (names[number].name_vi, names[number].name_en, count.missing, count.expected)
            for number, count in by_delegation.items()
            if count.missing
        ),
        key=lambda row: (-row[2], row[0]),
    )
    return Arrivals(
        items=tuple(group),
        count=sum(by_delegation.values(), Headcount()),
        per_item=per_item,
        curve=tuple(arrivals_at(session, ids, view)),
        missing=tuple(missing[:MISSING]),
    )


def wall_document(session: Session, event: Event, view: View) -> dict:
    """What a wall draws, as JSON-ready values; moments in milliseconds since 1970 (UTC); no names of people.

    `valid_until` is the next moment at which something changes by the clock alone; None where nothing will.
    """
    event = event_at(session, event, view)
    tasks = tasks_at(session, event, view)
    entries = open_entries(session, event, view)
    sections = sections_with(session, event, view, tasks, entries)
    calls = calls_at(session, event, view, sections)
    items = items_at(session, event, view)
    group = focus(items, now=view.moment)
    shown = day_on_show(items, now=view.moment, local=lambda at: local_day(event, at))
    call = roll_call_on_show(session, event, view)
    until = _next_turn(event, view.moment, tasks, sections, items, call)
    following = upcoming(items, now=view.moment)
    return {
        "revision": changes.latest(session),
        "moment": ms(view.moment),
        "past": view.past,
        "valid_until": ms(until) if until else None,
        "event": {
            "run": event.id,
            "name": both(event, "short_name"),
            "theme": both(event, "theme"),
            "rehearsal": event.rehearsal,
            "offset": int(view.moment.astimezone(zone(event)).utcoffset() / timedelta(minutes=1)),
            "phase": phase_at(event, view.moment).value,
        },
        "clock": _clock(session, event, view),
        "running": [_item(item) for item in running(items) if item.kind != "broadcast"],
        "next": _item(following) if following else None,
        "arrivals": _arrivals(event, arrivals_board(session, event, view, group))
        if group
        else None,
        "sections": [tile(section, calls.get(section.id, [])) for section in sections],
        "entries": [_entry(entry) for entry in entries[:ON_WALL]],
        "entries_open": len(entries),
        "newest": newest(
            session,
            event,
            view,
            {task.id: task for task in tasks},
            {item.id: item for item in items},
        ),
        "programme": _programme(shown),
        "roll_call": _roll_call(call) if call else None,
    }


def ms(moment: datetime) -> int:
    return round(moment.timestamp() * 1000)


def _clock(session: Session, event: Event, view: View) -> dict:
    clock = clock_of(session, event)
    if view.past:
        return {"real": ms(view.moment), "event": ms(view.moment), "speed": 0}
    return {"real": ms(clock.real_at), "event": ms(clock.event_at), "speed": clock.speed}


def _item(item: ItemSnapshot) -> dict:
    return {
        "id": item.id,
        "title": both(item, "title"),
        "short": both(item, "short"),
        "venue": both(item, "venue"),
        "kind": item.kind,
        "starts": ms(item.starts_at),
        "ends": ms(item.ends_at),
        "started": ms(item.started_at) if item.started_at else None,
        "finished": ms(item.finished_at) if item.finished_at else None,
    }


def _arrivals(event: Event, arrivals: Arrivals) -> dict:
    total, curve = 0, []
    for minute, arrived in arrivals.curve:
        total += arrived
        curve.append([ms(minute), total])
    plan = event.arrival_plan
    starts = arrivals.starts_at
    return {
        "titles": [both(item, "title") for item in arrivals.items],
        "starts": ms(starts),
        "expected": arrivals.count.expected,
        "here": arrivals.count.here,
        "missing": arrivals.count.missing,
        "absent": arrivals.count.absent,
        "excused": arrivals.count.excused,
        "substituted": arrivals.count.substituted,
        "per_item": [
            {"short": both(item, "short"), "here": count.here, "expected": count.expected}
            for item, count in zip(arrivals.items, arrivals.per_item, strict=True)
        ],
        "curve": curve,
        "plan": [
            [ms(starts - timedelta(minutes=before)), round(share * arrivals.count.expected)]
            for before, share in plan
        ],
        "behind": [
            {"name": {"vi": name_vi, "en": name_en}, "missing": missing, "expected": expected}
            for name_vi, name_en, missing, expected in arrivals.missing
        ],
    }


def _entry(entry) -> dict:
    return {
        "number": entry.number,
        "section": entry.section_id,
        "priority": entry.priority,
        "text": entry.text,
        "opened": ms(entry.opened_at),
        "status": entry.status.value,
    }


def _roll_call(call: RollCallSnapshot) -> dict:
    """The band of a roll-call: the sections that are not GO by name, worst first, and how many stand where."""
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


def _programme(items: list[ItemSnapshot]) -> list[dict]:
    """The day's bars: a session that has segments is shown by them."""
    parents = {item.parent_id for item in items}
    bars = [item for item in items if item.id not in parents]
    lane = lanes(bars)
    return [{**_item(item), "lane": lane[item.id]} for item in bars]


def _next_turn(
    event: Event,
    now: datetime,
    tasks: list,
    sections: list,
    items: list[ItemSnapshot],
    call: RollCallSnapshot | None,
) -> datetime | None:
    midnight = datetime.combine(
        local_day(event, now) + timedelta(days=1), time(), tzinfo=zone(event)
    )
    moments = [midnight] + [
        moment for task in tasks for moment in (task.start_at, task.due_at) if moment
    ]
    moments += [section.silent_at for section in sections if section.silent_at]
    for item in items:
        moments += [item.starts_at, item.ends_at, item.ends_at + FOCUS_TAIL]
    if call:
        moments += [call.about_at, (call.ended_at or call.about_at) + SHOWN_AFTER]
        moments += [one.expires_at for one in call.sections if one.expires_at]
    return min((moment for moment in moments if moment > now), default=None)


def board_now(session: Session, event: Event) -> dict:
    """The wall's document of now, by the event's clock."""
    moment = clock_of(session, event).shows(real_now())
    return wall_document(session, event, View(moment))


def board_at(session: Session, event: Event, moment: datetime) -> dict:
    """The wall's document as at a past moment (aware)."""
    return wall_document(session, event, View(moment.astimezone(timezone.utc), past=True))
