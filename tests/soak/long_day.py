"""Sixteen hours of an event day in minutes: the server's memory, the browser's heap and the
descriptors stay as they were.

A day is taken as 6,000 changes: 60 leads who open their page five times each and tap four times a
visit, and about 4,800 scans and log lines; with that two walls without a browser, one in Chromium
next to a telephone and a desk there, three desks that scan, and tabs of the log and the review that
only look. Before it lies a third of a day to warm up: caches are full then, and what is allocated
once is allocated. What is compared is the calm after the warming-up with the calm after the day,
each after those who left are forgotten. That takes a minute in the product and a few seconds here,
as the visits are compressed too.
"""

import asyncio
import time
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from urllib.parse import urlencode
from urllib.request import Request, urlopen

import psutil
from playwright.sync_api import Browser, Page

from data.storage import database
from tests import apart, stage
from tests.bench import sample, servers
from tests.bench.browser import chromium
from tests.bench.event_day import ITEM, Day, missing
from tests.bench.figures import Figure
from tests.bench.phone_client import PhoneClient
from tests.bench.tab import Tab
from tests.bench.wall_client import WallClient
from tests.browser.screen import settle, settle_wall

VISITS, TAPS, SCANS, RECORDED = 300, 4, 240, 4_560  # of the day: 1,200 + 240 + 4,560 changes
QUICK, WARMING = 1 / 50, 1 / 3  # of a day
AT_ONCE = 4  # telephones that are open
DESKS, DESK_EVERY = 3, 1.0  # seconds between two scans of a desk
ENTRY_EVERY = 20  # of what is recorded, one is a line of the log, opened or closed
PER_SECOND = 25
FORGOTTEN_AFTER = 5  # seconds until the server forgets who left
ANSWER_WITHIN = 10  # seconds
LOOKS, POLL_INTERVAL = 5, 1.0
MEMORY_TARGET, HEAP_TARGET, DESCRIPTORS_TARGET = 10, 20, 5  # percent more, percent more, more
AT_MOST = "most"


def measure(folder: Path, *, quick: bool) -> list[Figure]:
    address = sample.Samples(folder).fresh()
    sample.let_people_act(address)
    sample.use(address)
    settings = {
        "module": "tests.soak.served",
        "STREAMLIT_SERVER_DISCONNECTED_SESSION_TTL": str(FORGOTTEN_AFTER),
    }
    with servers.product(address, folder, **settings) as product, chromium() as browser:
        try:
            return compared(*spend(product, browser, QUICK if quick else 1.0))
        finally:
            database.dispose()


@dataclass(frozen=True)
class Look:
    """What a moment of calm shows: bytes, descriptors, and the changes recorded so far."""

    memory: float
    descriptors: int
    heaps: dict[str, float]
    revision: int
    unanswered: int  # taps


def compared(before: Look, after: Look) -> list[Figure]:
    heaps = [
        figure
        for name in before.heaps
        for figure in (
            Figure(
                f"  heap of the {name} in Chromium, more",
                "%",
                [more(before.heaps[name], after.heaps[name])],
                HEAP_TARGET,
                AT_MOST,
            ),
            Figure("    after the day", "MB", [after.heaps[name] / 2**20]),
        )
    ]
    return [
        Figure("a long day: changes after the warming-up", "", [after.revision - before.revision]),
        Figure("  taps whose answer did not come", "", [after.unanswered - before.unanswered]),
        Figure(
            "  server memory, more",
            "%",
            [more(before.memory, after.memory)],
            MEMORY_TARGET,
            AT_MOST,
        ),
        Figure("    after the day", "MB", [after.memory / 2**20]),
        *heaps,
        Figure(
            "  descriptors of the server, more",
            "",
            [after.descriptors - before.descriptors],
            DESCRIPTORS_TARGET,
            AT_MOST,
        ),
        Figure("    after the day", "", [after.descriptors]),
    ]


def more(before: float, after: float) -> float:
    return (after / before - 1) * 100


def spend(product: servers.Server, browser: Browser, share: float) -> tuple[Look, Look]:
    """Warms up, looks, spends a share of a day, and looks again."""
    day = LongDay(product)
    with screens(product, browser) as pages, apart.loop() as run:
        run(day.open())
        run(day.go_on(share * WARMING))
        run(day.pause())
        before = look(product, pages, day)
        run(day.go_on(share))
        run(day.pause())
        after = look(product, pages, day)
        run(day.close())
    return before, after


@contextmanager
def screens(product: servers.Server, browser: Browser):
    """A wall, a telephone and a desk in Chromium, by name."""
    pages = {
        "wall": settle_wall(_open(product, browser, "/tv", (1920, 1080))),
        "telephone": settle(_open(product, browser, "/update", (390, 844), "lead.an_ninh")),
        "desk": settle(_open(product, browser, "/attendance", (1440, 900), "desk.ban_1")),
    }
    yield pages
    for page in pages.values():
        page.context.close()


def _open(
    product: servers.Server, browser: Browser, path: str, size: tuple[int, int], person: str = ""
) -> Page:
    context = browser.new_context(viewport={"width": size[0], "height": size[1]}, locale="vi-VN")
    if person:
        name, _, value = product.sign_in(person).partition("=")
        context.add_cookies([{"name": name, "value": value, "url": product.address}])
    page = context.new_page()
    page.goto(f"{product.address}{path}")
    return page


def look(product: servers.Server, pages: dict[str, Page], day: "LongDay") -> Look:
    """Looks several times."""
    process = psutil.Process(product.process.pid)
    taken = []
    for _ in range(LOOKS):
        taken.append((process.memory_info().rss, process.num_fds()))
        time.sleep(POLL_INTERVAL)
    heaps = {name: heap(page) for name, page in pages.items()}
    return Look(
        median(one for one, _ in taken),
        int(median(many for _, many in taken)),
        heaps,
        stage.revision(),
        day.unanswered,
    )


def heap(page: Page) -> float:
    """Bytes that the page's script still holds, after a full collection."""
    talk = page.context.new_cdp_session(page)
    for _ in range(2):
        talk.send("HeapProfiler.collectGarbage")
    used = talk.send("Runtime.getHeapUsage")["usedSize"]
    talk.detach()
    return used


class Looking(Tab):
    """A tab that only looks."""

    def __init__(self, port: int, page: str, *, cookie: str) -> None:
        super().__init__(port, cookie=cookie)
        self.page = page


class LongDay:
    """The clients, and what they do in a share of a day."""

    def __init__(self, product: servers.Server) -> None:
        self.product = product
        planned = Day(product)
        self.leads = planned.phones
        self.desks = planned.desks[:DESKS]
        self.visits = self.unanswered = 0
        with database.reading() as session:
            badges = missing(session)
        self.badges, self.in_and_out = iter(badges[40:]), badges[:40]
        self.inside: set[str] = set()
        self.item = stage.item(ITEM)
        self.entry = ""
        walls = [WallClient(product.port, lambda _message, _moment: None) for _ in range(2)]
        looking = [
            Looking(product.port, page, cookie=product.sign_in("command"))
            for page in ("log", "review")
        ]
        self.tabs = [*walls, *looking, *self.desks]

    async def open(self) -> None:
        for tab in self.tabs:
            await tab.enter()

    async def close(self) -> None:
        for tab in self.tabs:
            tab.require_connected()
            await tab.leave()

    async def go_on(self, share: float) -> None:
        """A share of a day, as fast as it goes."""
        visits = asyncio.Semaphore(AT_ONCE)
        await asyncio.gather(
            *(self._visit(visits) for _ in range(round(VISITS * share))),
            *(self._scan(desk, round(SCANS * share / DESKS)) for desk in self.desks),
            asyncio.to_thread(self._record, round(RECORDED * share)),
        )

    async def pause(self) -> None:
        """Waits until those who left may be forgotten; then a person comes and goes, which makes
        the server look for them.
        """
        await asyncio.sleep(FORGOTTEN_AFTER + 1)
        passing = WallClient(self.product.port, lambda _message, _moment: None)
        await passing.enter()
        await passing.leave()
        await asyncio.sleep(1)

    async def _visit(self, turns: asyncio.Semaphore) -> None:
        """A lead opens the page, taps and leaves."""
        async with turns:
            number, self.visits = self.visits, self.visits + 1
            lead = self.leads[number % len(self.leads)]
            phone = PhoneClient(
                self.product.port, cookie=lead.cookie, section=lead.section, task=lead.task
            )
            await phone.enter()
            for tap in range(TAPS):
                await self._tap(phone, number + tap)
            assert not phone.refusals, phone.refusals
            await phone.leave()

    async def _tap(self, phone: PhoneClient, turn: int) -> None:
        """Others may just have moved what this lead was about to tap: then they go on to the
        next.
        """
        try:
            async with asyncio.timeout(ANSWER_WITHIN):
                await phone.tap(turn)
        except (TimeoutError, RuntimeError):  # no answer, or no such control any more
            phone.require_connected()
            self.unanswered += 1

    async def _scan(self, desk, times: int) -> None:
        for _ in range(times):
            await desk.scan(next(self.badges))
            await asyncio.sleep(DESK_EVERY)
        assert not desk.refusals, desk.refusals

    def _record(self, times: int) -> None:
        """What desks and the room record besides: people go in and out, log lines are opened and
        closed.
        """
        for number in range(times):
            due = time.monotonic() + 1 / PER_SECOND
            if number % ENTRY_EVERY == 0:
                self._next_entry()
            else:
                self._next_scan(self.in_and_out[number % len(self.in_and_out)])
            time.sleep(max(due - time.monotonic(), 0))

    def _next_scan(self, badge: str) -> None:
        self._ask(
            command="undo" if badge in self.inside else "admit", badge=badge, item_id=self.item
        )
        self.inside ^= {badge}

    def _next_entry(self) -> None:
        if self.entry:
            self._ask(command="close", entry_id=self.entry, status="closed", text="Xong")
            self.entry = ""
        else:
            self.entry = self._ask(command="open", priority=2, text="Thiếu ghế ở cánh trái")

    def _ask(self, **query: object) -> str:
        with urlopen(
            Request(f"{self.product.address}/soak/record?{urlencode(query)}", method="POST"),
            timeout=30,
        ) as answer:
            return answer.read().decode()
