"""The event day at its hardest: 6 walls, 60 section leads tapping, 10 desks at a scan a second
each, one server.

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
share of this process is printed next to the server's.
"""

import asyncio
import random
import time
from collections import defaultdict
from pathlib import Path

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
from tests.bench import sample, servers
from tests.bench.cpu import cpu_share
from tests.bench.desk_client import DeskClient
from tests.bench.figures import Figure
from tests.bench.phone_client import PhoneClient
from tests.bench.sample import Samples
from tests.bench.wall_client import WallClient

WALLS, LEADS, DESKS = 6, 60, 10
TAP_EVERY = (20.0, 30.0)  # seconds between two taps of a lead
SECONDS, QUICK_SECONDS, SETTLE = 60, 15, 5
WINDOW = 5.0
ITEM = "phien_chinh"
SCAN_TARGET, UPDATE_TARGET, CPU_TARGET = 300, 500, 60  # ms, ms, percent of one core


def measure(folder: Path, samples: Samples, *, quick: bool) -> list[Figure]:
    address = samples.fresh()
    sample.let_people_act(address)
    sample.use(address)
    with servers.product(address, folder) as product:
        day = asyncio.run(Day(product).spend(QUICK_SECONDS if quick else SECONDS))
    updates = day.updates()
    database.dispose()
    return [
        Figure(
            f"{LEADS} leads, {DESKS} desks, {WALLS} walls: scan → answer",
            "ms",
            day.scans,
            SCAN_TARGET,
            judged="p99",
        ),
        Figure("  tap → board at every wall", "ms", updates, UPDATE_TARGET, judged="p99"),
        Figure(
            "  tap → answer at the telephone", "ms", [tap.answered - tap.sent for tap in day.taps]
        ),
        Figure("  server CPU, of one core", "%", day.server_cpu, CPU_TARGET, judged="median"),
        Figure("  CPU of the clients", "%", day.client_cpu),
        Figure("  reruns asked for, per second", "/s", [day.reruns]),
    ]


class Day:
    """The clients, what they did, and what came of it."""

    def __init__(self, product: servers.Server) -> None:
        self.product = product
        self.uneven = random.Random(1)
        self.boards: list[list[tuple[int, float]]] = [[] for _ in range(WALLS)]
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
        self.reruns = 0.0

    def _hearing(self, boards: list[tuple[int, float]]):
        def hear(payload: dict, moment: float) -> None:
            if payload["kind"] == "board":
                boards.append((payload["board"]["revision"], moment))

        return hear

    def _phones(self, session) -> list[PhoneClient]:
        """Leads and deputies in turns, each with a task of the section."""
        event = require_event(session)
        all_people = people.people(session)
        sections = sections_of(session, event)
        tasks = defaultdict(list)
        for task in readiness_tasks.tasks_at(session, event, sample.now_view(session, event)):
            tasks[task.section_id].append(task.id)
        made = []
        for number in range(LEADS):
            section = sections[number % len(sections)]
            round_ = number // len(sections)
            role = Role.DEPUTY if round_ % 2 else Role.LEAD
            who = next(
                person
                for person in all_people
                if person.role == role and person.section_key == section.key
            )
            task = tasks[section.id][round_ % len(tasks[section.id])]
            made.append(
                PhoneClient(
                    self.product.port,
                    cookie=self.product.sign_in(who.key),
                    section=section.id,
                    task=task,
                )
            )
        return made

    def _desks(self, session) -> list[DeskClient]:
        keys = [person.key for person in people.people(session) if person.role == Role.DESK]
        return [
            DeskClient(self.product.port, cookie=self.product.sign_in(keys[number % len(keys)]))
            for number in range(DESKS)
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

    async def spend(self, seconds: float) -> "Day":
        for tab in self.tabs:
            await tab.enter()
        await asyncio.sleep(SETTLE)
        reruns, began = sum(tab.reruns for tab in self.tabs), time.monotonic()
        until = began + seconds
        watching = asyncio.create_task(self._watch_cpu(until))
        await asyncio.gather(
            *(self._tap(phone, until) for phone in self.phones),
            *(self._scan(desk, until, share=number) for number, desk in enumerate(self.desks)),
            watching,
        )
        self.reruns = (sum(tab.reruns for tab in self.tabs) - reruns) / (time.monotonic() - began)
        await asyncio.sleep(2)
        for tab in self.tabs:
            tab.require_connected()
            await tab.leave()
        return self

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
        badges = iter(self.badges[share::DESKS])
        due = time.monotonic() + share / DESKS
        while due < until:
            await asyncio.sleep(max(due - time.monotonic(), 0))
            await desk.scan(next(badges))
            due += 1

    async def _watch_cpu(self, until: float) -> None:
        server, own = psutil.Process(self.product.process.pid), psutil.Process()
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
