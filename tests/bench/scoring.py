"""How long it takes to score 5,000 tasks with 10,000 prerequisites: levels, both voices, sections,
what is held up.

Scored is what was read: task rows with their latest reports, prerequisites, open log entries,
confirmations. Each run begins with nothing cached from the one before. For information how long the
same takes with the reading, from SQLite, and over tasks that are all in trouble.
"""

import gc
import random
import time
from datetime import datetime, timedelta, timezone
from pathlib import Path

from sqlalchemy import delete, insert
from sqlmodel import Session, select

from data.commands import Origin, execute
from data.events.current import current_event
from data.events.loading import SAMPLE, load_event
from data.incidents import open_entries, open_entry
from data.plan.sections import sections
from data.readiness.sections import confirmation_clock, last_confirmations
from data.readiness.tasks import prerequisites, snapshot_of, task_rows
from data.storage import database, migrate
from models.access.people import Person
from models.events.event import Event, View
from models.readiness.prerequisites import held_up
from models.readiness.sections import OpenEntry, section_snapshots
from models.readiness.tasks import (
    Section,
    SectionState,
    Status,
    Task,
    TaskPrerequisite,
    TaskReport,
    TaskState,
)
from tests.bench import sample
from tests.bench.figures import Figure
from tests.bench.sample import Samples

TASKS, NEEDS = 5_000, 2  # each needs two that come before it
NEAR = 300  # how far back
RUNS, QUICK_RUNS = 60, 10
NOW = datetime(2023, 7, 21, 7, tzinfo=timezone.utc)  # of an event day
TARGET = 50  # ms
SPAN = timedelta(days=20)  # between the first and the last due time; two thirds of it are over
ORDINARY = {
    "over": [*[Status.DONE] * 18, Status.AT_RISK, Status.OFF_TRACK],
    "ahead": [*[Status.NOT_STARTED] * 6, *[Status.ON_TRACK] * 3, Status.BLOCKED],
}
TROUBLED = {
    "over": [Status.OFF_TRACK, Status.BLOCKED, Status.ON_TRACK],
    "ahead": [Status.OFF_TRACK, Status.BLOCKED],
}


def measure(folder: Path, samples: Samples, *, quick: bool) -> list[Figure]:
    runs = QUICK_RUNS if quick else RUNS
    times, reads = in_turns(folder, ORDINARY, runs)
    worst, _ = in_turns(folder, TROUBLED, runs)
    return [
        Figure(f"{TASKS:,} tasks with {TASKS * NEEDS:,} prerequisites scored", "ms", times, TARGET),
        Figure("… all of them in trouble", "ms", worst),
        Figure("… reading them from SQLite included", "ms", reads),
    ]


def in_turns(
    folder: Path, statuses: dict[str, list[Status]], runs: int
) -> tuple[list[float], list[float]]:
    """Milliseconds of scoring alone, and of reading and scoring; the first two rounds, which
    fill caches, are thrown away.
    """
    sample.use(sample.sqlite_address(folder / f"scoring-{len(statuses['over'])}.db"))
    migrate.upgrade()
    database.run(_fill, statuses=statuses)
    event, rows = database.run(_rows)
    times = [(timed(scored, event, rows), timed(read_and_scored)) for _ in range(runs + 2)][2:]
    database.dispose()
    return tuple(map(list, zip(*times, strict=True)))


def timed(work, *given) -> float:
    gc.collect()
    began = time.perf_counter()
    work(*given)
    return 1000 * (time.perf_counter() - began)


def scored(event: Event, rows: dict) -> None:
    """What a board does with rows at hand."""
    tasks = [snapshot_of(row, None, now=NOW) for row in rows["tasks"]]
    given = {name: rows[name] for name in ("needs", "entries", "last_confirmations")}
    section_snapshots(rows["sections"], tasks, **given, clock=confirmation_clock(event, NOW))
    held_up(rows["needs"], done={task.id for task in tasks if task.status is Status.DONE})


def read_and_scored() -> None:
    database.run(lambda session: scored(*_rows(session)))


def _rows(session: Session) -> tuple[Event, dict]:
    """What a board of that morning reads of the tasks, the log and the sections."""
    event, view = current_event(session), View(NOW)
    return event, {
        "sections": sections(session, event),
        "tasks": task_rows(session, event, view),
        "needs": prerequisites(session, event, view),
        "entries": [
            OpenEntry(one.number, one.section_id, one.priority)
            for one in open_entries(session, event, view)
        ],
        "last_confirmations": last_confirmations(session, event, view),
    }


# --- what is scored -------------------------------------------------------------------------------


def _fill(session: Session, *, statuses: dict[str, list[Status]]) -> None:
    """The sample's sections with other tasks, two fifths of them critical, each reported once; a
    third of the sections silent.
    """
    dice = random.Random(5000)
    event = load_event(
        session, SAMPLE, rehearsal=True, now=datetime(2026, 1, 5, tzinfo=timezone.utc)
    )
    session.flush()
    session.execute(delete(TaskPrerequisite))
    session.execute(delete(Task))
    places, person = list(session.exec(select(Section.id))), session.exec(select(Person.id)).first()
    tasks = [
        _task(number, event, places[number % len(places)], dice) for number in range(1, TASKS + 1)
    ]
    statuses_of = [
        (task["id"], dice.choice(statuses["over" if task["due_at"] <= NOW else "ahead"]))
        for task in tasks
    ]
    reports = [
        _report(number, status, dice)
        for number, status in statuses_of
        if status is not Status.NOT_STARTED
    ]
    pairs = [
        {"task_id": one, "needs_id": other}
        for one, others in needs(dice).items()
        for other in others
    ]
    session.execute(insert(Task), tasks)
    session.execute(
        insert(TaskReport),
        [
            {**report, "person_id": person, "idempotency_key": f"scoring-{report['id']}"}
            for report in reports
        ],
    )
    session.execute(
        insert(TaskState), [{**report, "report_id": report["id"]} for report in reports]
    )
    session.execute(insert(TaskPrerequisite), pairs)
    for place in places:
        confirmed = NOW - timedelta(minutes=dice.randint(1, 150))
        session.add(SectionState(section_id=place, confirmed_at=confirmed, renewed_at=confirmed))
    for number in range(40):
        who = session.get(Person, person)
        facts = {
            "section_id": dice.choice(places),
            "priority": dice.randint(1, 4),
            "text": "Việc",
        }
        execute(
            session, Origin(who, idempotency_key=f"entry-{number}", at=NOW), open_entry, **facts
        )


def needs(dice: random.Random) -> dict[int, list[int]]:
    """Task number to those that it needs, all of them before it; the first ones, which have too
    few before them, need none.
    """
    found = {
        number: dice.sample(range(max(1, number - NEAR), number), NEEDS)
        for number in range(NEEDS + 1, TASKS + 1)
    }
    found[TASKS] = list(range(1, NEEDS * (NEEDS + 1) + 1))  # what the first ones do not need
    return found


def _task(number: int, event: Event, section_id: int, dice: random.Random) -> dict:
    due_at = NOW + SPAN * (number / TASKS - 2 / 3) + timedelta(hours=dice.randint(-12, 12))
    critical = dice.random() < 0.4
    plan = {
        "due": "D+0 17:00",
        "due_at": due_at,
        "start": "D-5 17:00",
        "start_at": due_at - timedelta(hours=dice.randint(10, 200)),
    }
    return {
        "id": number,
        "event_id": event.id,
        "section_id": section_id,
        "number": number,
        "title_vi": "Bố trí lực lượng",
        "title_en": "Place the force",
        "phase": "before",
        **plan,
        **{f"baseline_{name}": value for name, value in plan.items()},
        "owner": "Văn phòng",
        "critical": critical,
        "cadence_day_hours": 1.0 if critical and dice.random() < 0.2 else None,
    }


def _report(number: int, status: Status, dice: random.Random) -> dict:
    at = NOW - timedelta(minutes=dice.randint(0, 6000))
    return {"id": number, "task_id": number, "status": status.value, "note": "vì sao", "at": at}
