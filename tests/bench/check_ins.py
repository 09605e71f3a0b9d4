"""How many check-ins a second one process makes durable. For information.

Delegates who are expected at an item are admitted at one of its desks by the product's own command, each in a transaction of its
own that has been synced to the disk: by one thread, then by ten at another item.
"""

import time
import uuid
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlmodel import select

from data import attendance, database, loading, migrate, people
from data.event import real_now, require_event
from models.attendance import Delegate, Expectation
from models.people import Person, Role
from models.programme import ProgrammeItem
from tests.bench import sample
from tests.bench.figures import Figure
from tests.bench.sample import Samples

ENOUGH, QUICK = 800, 200


@dataclass(frozen=True)
class Doorway:
    """An item, one of its desks, and the badges that are expected there."""

    item_id: int
    desk: Person
    badges: list[str]
    opens: datetime


def measure(folder: Path, samples: Samples, *, quick: bool) -> list[Figure]:
    sample.use(sample.sqlite_address(folder / "check_ins.db"))
    migrate.upgrade()
    database.run(loading.load_event, folder=loading.SAMPLE, rehearsal=True, now=real_now())
    first, second = doorways(QUICK if quick else ENOUGH)
    figures = [
        Figure("durable check-ins, one thread", "/s", [rate(first, threads=1)]),
        Figure("durable check-ins, ten threads", "/s", [rate(second, threads=10)]),
    ]
    database.dispose()
    return figures


def doorways(most: int) -> list[Doorway]:
    """The two items that expect most people."""
    with database.reading() as session:
        event = require_event(session)
        desks = {person.desk_key: person for person in people.people(session) if person.role == Role.DESK}
        serving = [(desks[key], items) for key, (_, items) in attendance.desks_of(session, event).items() if key in desks]
        found = []
        for item in session.exec(select(ProgrammeItem).where(ProgrammeItem.event_id == event.id)):
            at_item = (
                select(Delegate.badge)
                .join(Expectation, Expectation.delegate_id == Delegate.id)
                .where(Expectation.item_id == item.id)
            )
            badges = list(session.exec(at_item))
            desk = next((person for person, items in serving if item.id in items), None)
            if badges and desk:
                found.append(Doorway(item.id, desk, badges[:most], item.starts_at))
    return sorted(found, key=lambda door: -len(door.badges))[:2]


def rate(door: Doorway, *, threads: int) -> float:
    """Check-ins per second."""
    began = time.perf_counter()
    with ThreadPoolExecutor(threads) as pool:
        list(pool.map(lambda badge: _admit(door, badge), door.badges))
    return len(door.badges) / (time.perf_counter() - began)


def _admit(door: Doorway, badge: str) -> None:
    once = uuid.uuid4().hex
    database.run(attendance.admit, badge=badge, item_id=door.item_id, scan_id=once, by=door.desk, now=door.opens)
