"""How many check-ins a second one process makes durable, next to what the same disk takes from
plain SQL.

Ten threads admit delegates at one item, each check-in by a badge of its own, answered only after it
was synced to the disk (SQLite `synchronous=FULL`, PostgreSQL `synchronous_commit=on`). Four ways
take turns in one run, so that all of them meet the same noise: the product's command in a
transaction each (`run`), the product as its doors use it (`submit`), and two yardsticks of plain
SQL that record a fact and move a state: a transaction each, and one for all who wait.
"""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlmodel import select

from data.access import people
from data.attendance import commands, queries
from data.commands import Command, Origin, run, submit
from data.events import loading
from data.events.clock import real_now
from data.events.current import require_event
from data.storage import database, migrate
from models.access.people import Person, Role
from models.attendance.ledger import Delegate, Expectation
from models.programme import ProgrammeItem
from tests.bench import board_time, sample
from tests.bench.figures import Figure, Floor
from tests.bench.plain_sql import Plain
from tests.bench.sample import Samples

THREADS = 10
ROUNDS, QUICK_ROUNDS = 4, 2
SHARE, QUICK_SHARE = 220, 60  # badges of one way in one round


@dataclass(frozen=True)
class Doorway:
    """An item, one of its desks, and the badges that are expected there."""

    item_id: int
    desk: Person
    badges: list[str]
    opens: datetime


def measure(folder: Path, samples: Samples, *, quick: bool) -> list[Figure]:
    sample.use(sample.sqlite_address(folder / "check_ins.db"))
    figures = _compare(
        "SQLite", lambda number: Plain.sqlite(folder / f"plain-{number}.db"), quick=quick
    )
    with board_time.postgresql() as server:
        board_time.make_durable(server)
        sample.use(board_time.address("PostgreSQL", 0, folder, server))
        return figures + _compare(
            "PostgreSQL", lambda number: Plain.postgresql(server, f"plain{number}"), quick=quick
        )


def _compare(kind: str, plain_tables: Callable[[int], Plain], *, quick: bool) -> list[Figure]:
    """`plain_tables`: new tables of plain SQL for each round, by its number."""
    migrate.upgrade()
    ways: dict[str, list[Timed]] = {}
    floors: dict[str, list[Timed]] = {}
    for number in range(QUICK_ROUNDS if quick else ROUNDS):
        database.run(loading.load_event, folder=loading.SAMPLE, rehearsal=True, now=real_now())
        door, share = doorways(4 * SHARE)[0], QUICK_SHARE if quick else SHARE
        shares = [door.badges[place * share : (place + 1) * share] for place in range(2)]
        for name, give, badges in zip(
            ("one each", "together"), (run, _in_group), shares, strict=True
        ):
            ways.setdefault(name, []).append(timed(_admission(door, give), badges))
        with plain_tables(number) as plain:
            floors.setdefault("one each", []).append(timed(plain.alone, shares[0]))
            floors.setdefault("together", []).append(timed(plain.together, shares[1]))
    database.dispose()
    return [figure for name in ways for figure in _figures(kind, name, ways[name], floors[name])]


def _figures(kind: str, way: str, ours: list["Timed"], plain: list["Timed"]) -> list[Figure]:
    said = (
        (f"durable check-ins, {THREADS} threads: {kind}, {way}", "/s", lambda one: [one.rate]),
        ("  each", "ms", lambda one: one.delays),
        ("  CPU of each", "ms", lambda one: [one.cpu]),
    )
    return [
        Figure(
            what,
            unit,
            [value for one in ours for value in values(one)],
            floor=Floor(f"plain SQL, {way}", [value for one in plain for value in values(one)]),
        )
        for what, unit, values in said
    ]


@dataclass(frozen=True)
class Timed:
    """Check-ins a second, milliseconds of each, and milliseconds of CPU of each on average."""

    rate: float
    delays: list[float]
    cpu: float


def timed(admit: Callable[[str], None], badges: list[str]) -> Timed:
    """Ten threads share the badges."""

    def one(badge: str) -> float:
        began = time.perf_counter()
        admit(badge)
        return (time.perf_counter() - began) * 1000

    began, cpu = time.perf_counter(), time.process_time()
    with ThreadPoolExecutor(THREADS) as pool:
        delays = list(pool.map(one, badges))
    return Timed(
        len(badges) / (time.perf_counter() - began),
        delays,
        (time.process_time() - cpu) * 1000 / len(badges),
    )


def _admission(door: Doorway, give: Callable) -> Callable[[str], None]:
    def admit(badge: str) -> None:
        give(Origin(door.desk, at=door.opens), commands.admit, badge=badge, item_id=door.item_id)

    return admit


def _in_group(origin: Origin, command: Command, **facts: object) -> object:
    return submit(origin, command, **facts).result()


def doorways(most: int) -> list[Doorway]:
    """The two items that expect most people."""
    with database.reading() as session:
        event = require_event(session)
        desks = {
            person.desk_key: person for person in people.people(session) if person.role == Role.DESK
        }
        serving = [
            (desks[key], items)
            for key, (_, items) in queries.desks_of(session, event).items()
            if key in desks
        ]
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
