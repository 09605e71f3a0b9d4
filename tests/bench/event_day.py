"""The event day at its hardest: 6 walls, 60 section leads tapping, 10 desks at a scan a second
each, one server; and the same day twice as large.

Every client is a tab without a browser (`tab`): a real Streamlit session with the cookie of a
rehearsal role, and its live feed. Each lead taps every 20 to 30 seconds: mostly "no change", else a
status, now and then with a note. That is hard: 60 leads are four times the event's own, and each
would speak 140 times an hour, while the event asks for one confirmation an hour or two. Each desk
types a new badge once a second and presses Enter, and its answer counts from the Enter to the
message that carries the answer's words. A tap counts from its sending until the board with its
change is at a wall; its change row is looked up in the database afterwards, so that a tap which
recorded nothing is an error.

The clients run in this process and the server in another, whose CPU time is read from the system.
They share the machine's two cores, so the figures hold what the clients' own load adds to them; the
share of this process is printed next to the server's. The ratio next to it is to Streamlit's own
floor (`empty_reruns`): as many sessions, as many reruns a second, of nothing.

Where the time goes stands in `var/bench_profile.txt` afterwards (`day_profile`).
"""

import asyncio
import json
import random
import time
from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from urllib.request import urlopen

import psutil
from sqlalchemy import select

from data.access import people
from data.events.current import require_event
from data.readiness import tasks as readiness_tasks
from data.readiness.sections import sections as sections_of
from data.storage import database
from models.access.people import Role
from models.attendance.ledger import AttendanceState, Delegate, Expectation
from models.programme import ProgrammeItem
from models.storage import Change
from tests.bench import cpu, day_profile, empty_reruns, sample, servers
from tests.bench.cpu import cpu_share
from tests.bench.desk_client import DeskClient
from tests.bench.figures import Figure, Floor
from tests.bench.machine import ROOT
from tests.bench.phone_client import PhoneClient
from tests.bench.sample import Samples
from tests.bench.wall_client import WallClient

TAP_EVERY = (20.0, 30.0)  # seconds between two taps of a lead
SECONDS, DOUBLE_SECONDS, QUICK_SECONDS, SETTLE = 60, 40, 15, 5
WINDOW = 5.0
ITEM = "phien_chinh"
SCAN_TARGET, UPDATE_TARGET, CPU_TARGET = 300, 500, 30  # ms, ms, percent of one core
PROFILE = ROOT / "var" / "bench_profile.txt"


@dataclass(frozen=True)
class Size:
    """How many take part in a day, and the server's CPU that is wanted for it."""

    leads: int
    desks: int
    walls: int
    cpu: float | None = None

    def __str__(self) -> str:
        return f"{self.leads} leads, {self.desks} desks, {self.walls} walls"


ONE, DOUBLE = Size(60, 10, 6, CPU_TARGET), Size(120, 20, 12)


def measure(folder: Path, samples: Samples, *, quick: bool) -> list[Figure]:
    one = _figures(ONE, folder, samples, QUICK_SECONDS if quick else SECONDS)
    # Twice the desks use up the sample's delegates sooner.
    double = _figures(DOUBLE, folder, samples, QUICK_SECONDS if quick else DOUBLE_SECONDS)
    _profile(folder, samples)
    return one + double


def _figures(size: Size, folder: Path, samples: Samples, seconds: float) -> list[Figure]:
    day = _spend(size, folder, samples, seconds)
    floor = empty_reruns.cpu(folder, tabs=len(day.tabs), reruns=day.reruns, seconds=seconds)
    per_rerun = day.cpu_seconds / (day.reruns * day.took) * 1000
    return [
        Figure(f"{size}: scan → answer", "ms", day.scans, SCAN_TARGET, judged="p99"),
        Figure("  tap → board at every wall", "ms", day.delays, UPDATE_TARGET, judged="p99"),
        Figure(
            "  tap → answer at the telephone", "ms", [tap.answered - tap.sent for tap in day.taps]
        ),
        Figure(
            "  server CPU, of one core",
            "%",
            day.server_cpu,
            size.cpu,
            judged="median",
            floor=Floor("as many reruns of an empty fragment", floor),
        ),
        Figure("  CPU of the clients", "%", day.client_cpu),
        Figure("  reruns asked for, per second", "/s", [day.reruns]),
        Figure("  server CPU per rerun, all else in it", "ms", [per_rerun]),
    ]


def _spend(size: Size, folder: Path, samples: Samples, seconds: float) -> "Day":
    """A day on a server of its own, with the delays of its taps."""
    address = _prepared(samples)
    with servers.product(address, folder) as product:
        day = asyncio.run(Day(product, size).spend(seconds))
    day.delays = day.updates()
    database.dispose()
    return day


def _prepared(samples: Samples) -> str:
    address = samples.fresh()
    sample.let_people_act(address)
    sample.use(address)
    return address


def _profile(folder: Path, samples: Samples) -> None:
    """Spends a short day that is looked into, and writes where its time went."""
    address = _prepared(samples)
    with servers.product(address, folder, module="tests.bench.counted") as product:
        day = Day(product, ONE)
        stacks: list[day_profile.Stacks] = []

        def begin() -> None:
            stacks.append(day_profile.Stacks(product, folder / "stacks.txt", QUICK_SECONDS - 1))
            _statements(product)

        asyncio.run(day.spend(QUICK_SECONDS, begin=begin))
        functions, statements = stacks[0].by_function(), _statements(product)
    database.dispose()
    seen = day_profile.Seen(day.took, day.reruns, functions, statements, day.messages)
    PROFILE.parent.mkdir(parents=True, exist_ok=True)
    PROFILE.write_text(day_profile.text(seen) + "\n", encoding="utf-8")
    print(f"written: {PROFILE}")


def _statements(product: servers.Server) -> list:
    with urlopen(f"{product.address}/bench/statements", timeout=20) as answer:
        return json.load(answer)


class Day:
    """The clients, what they did, and what came of it."""

    def __init__(self, product: servers.Server, size: Size) -> None:
        self.product = product
        self.size = size
        self.uneven = random.Random(1)
        self.boards: list[list[tuple[int, float]]] = [[] for _ in range(size.walls)]
        self.walls = [WallClient(product.port, self._hearing(boards)) for boards in self.boards]
        with database.reading() as session:
            self.before = session.execute(
                select(Change.id).order_by(Change.id.desc()).limit(1)
            ).scalar_one()
            self.badges = missing(session)
            self.phones = self._phones(session)
            self.desks = self._desks(session)
        self.server_cpu: list[float] = []
        self.client_cpu: list[float] = []
        self.cpu_seconds = 0.0  # of the server, from the first tap to the last
        self.took = 0.0
        self.reruns = 0.0  # per second
        self.delays: list[float] = []  # ms from each tap to its board at each wall
        self.messages: dict[str, tuple[int, int]] = {}  # kind -> number and bytes

    def _hearing(self, boards: list[tuple[int, float]]):
        def hear(payload: dict, moment: float) -> None:
            if payload["kind"] == "board":
                boards.append((payload["board"]["revision"], moment))

        return hear

    def _phones(self, session) -> list[PhoneClient]:
        """Leads and deputies in turns, each with a task of the section as long as it has one more:
        two that tap one task overtake each other, and are refused.
        """
        event = require_event(session)
        all_people = people.people(session)
        sections = sections_of(session, event)
        tasks = defaultdict(list)
        for task in readiness_tasks.tasks_at(session, event, sample.now_view(session, event)):
            tasks[task.section_id].append(task.id)
        made = []
        for number in range(self.size.leads):
            section = sections[number % len(sections)]
            round_ = number // len(sections)
            role = Role.DEPUTY if round_ % 2 else Role.LEAD
            who = next(
                person
                for person in all_people
                if person.role == role and person.section_key == section.key
            )
            own = tasks[section.id][round_:]
            made.append(
                PhoneClient(
                    self.product.port,
                    cookie=self.product.sign_in(who.key),
                    section=section.id,
                    task=own[0] if own else None,
                )
            )
        return made

    def _desks(self, session) -> list[DeskClient]:
        keys = [person.key for person in people.people(session) if person.role == Role.DESK]
        return [
            DeskClient(self.product.port, cookie=self.product.sign_in(keys[number % len(keys)]))
            for number in range(self.size.desks)
        ]

    @property
    def tabs(self) -> list:
        return [*self.walls, *self.phones, *self.desks]

    @property
    def taps(self) -> list:
        return [tap for phone in self.phones for tap in phone.taps]

    @property
    def scans(self) -> list[float]:
        return [delay for desk in self.desks for delay in desk.delays]

    async def spend(self, seconds: float, *, begin: Callable[[], None] = lambda: None) -> "Day":
        """Opens every tab, then lets them act for some seconds; `begin` is called in between."""
        for tab in self.tabs:
            await tab.enter()
        await asyncio.sleep(SETTLE)
        await asyncio.to_thread(begin)
        for tab in self.tabs:
            tab.messages.clear(), tab.bytes.clear()
        process = psutil.Process(self.product.process.pid)
        reruns, began = sum(tab.reruns for tab in self.tabs), time.monotonic()
        used, until = cpu.seconds(process), began + seconds
        await asyncio.gather(
            *(self._tap(phone, until) for phone in self.phones),
            *(self._scan(desk, until, share=number) for number, desk in enumerate(self.desks)),
            self._watch_cpu(process, until),
        )
        self.took = time.monotonic() - began
        self.cpu_seconds = cpu.seconds(process) - used
        self.reruns = (sum(tab.reruns for tab in self.tabs) - reruns) / self.took
        self.messages = self._counted()
        await asyncio.sleep(2)
        for tab in self.tabs:
            tab.require_connected()
            await tab.leave()
        return self

    def _counted(self) -> dict[str, tuple[int, int]]:
        messages: Counter[str] = sum((tab.messages for tab in self.tabs), Counter())
        size: Counter[str] = sum((tab.bytes for tab in self.tabs), Counter())
        return {kind: (number, size[kind]) for kind, number in messages.items()}

    async def _tap(self, phone: PhoneClient, until: float) -> None:
        await asyncio.sleep(self.uneven.uniform(0, TAP_EVERY[1]))
        turn = self.uneven.randrange(10)
        while time.monotonic() < until:
            await phone.tap(turn)
            turn += 1
            await asyncio.sleep(self.uneven.uniform(*TAP_EVERY))

    async def _scan(self, desk: DeskClient, until: float, *, share: int) -> None:
        """At a full second each, the desks apart; a late answer lets the next scan wait, as a
        person would.
        """
        badges = iter(self.badges[share :: self.size.desks])
        due = time.monotonic() + share / self.size.desks
        while due < until:
            await asyncio.sleep(max(due - time.monotonic(), 0))
            await desk.scan(next(badges))
            due += 1

    async def _watch_cpu(self, server: psutil.Process, until: float) -> None:
        own = psutil.Process()
        while time.monotonic() < until - 1:
            shares = await asyncio.gather(cpu_share(server, WINDOW), cpu_share(own, WINDOW))
            self.server_cpu.append(shares[0])
            self.client_cpu.append(shares[1])

    def updates(self) -> list[float]:
        """Milliseconds from each tap to its board at each wall. Every tap must have recorded
        exactly one change.
        """
        self._require_admitted()
        with database.reading() as session:
            rows = session.execute(
                select(Change.id, Change.subject, Change.subject_id, Change.recorded_at)
                .where(
                    Change.id > self.before,
                    Change.topic == "readiness",
                    Change.person_id.is_not(None),
                )
                .order_by(Change.id)
            ).all()
        changes = defaultdict(list)
        for number, subject, subject_id, recorded_at in rows:
            changes[subject, subject_id].append((number, recorded_at.timestamp() * 1000))
        delays = []
        for tap in sorted(self.taps, key=lambda tap: tap.sent):
            number, recorded = changes[tap.subject, tap.subject_id].pop(0)
            if not tap.sent <= recorded <= tap.answered:
                raise RuntimeError(f"a change was recorded that no tap made: {number}")
            delays += [
                next(at for revision, at in boards if revision >= number) - tap.sent
                for boards in self.boards
            ]
        if left := sum(map(len, changes.values())):
            raise RuntimeError(f"{left} changes more than taps")
        return delays

    def _require_admitted(self) -> None:
        """Every answer was an admission, and every admission is stored."""
        refused = [badge for desk in self.desks for badge in desk.refusals]
        admitted = {badge for desk in self.desks for badge in desk.admitted}
        with database.reading() as session:
            still = admitted & set(missing(session))
        troubles = [words for phone in self.phones for words in phone.refusals]
        if refused or still or troubles:
            raise RuntimeError(
                f"refused: {refused}, answered but not stored: {still}, at telephones: "
                f"{troubles[:3]}"
            )


def missing(session) -> list[str]:
    """The badges that are expected at the main session and have not been recorded there."""
    item = session.execute(select(ProgrammeItem.id).where(ProgrammeItem.key == ITEM)).scalar_one()
    recorded = select(AttendanceState.delegate_id).where(AttendanceState.item_id == item)
    rows = session.execute(
        select(Delegate.badge)
        .join(Expectation, Expectation.delegate_id == Delegate.id)
        .where(Expectation.item_id == item, Delegate.id.not_in(recorded))
        .order_by(Delegate.badge)
    )
    return [badge for (badge,) in rows]
