"""Chromium, one server that the read-only tests share, and servers of their own for the tests
that hurt one.
"""

import os
import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timezone
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Error, Page, expect, sync_playwright

from data.commands import Origin, execute
from data.events import loading
from data.events.clock import record_setting
from data.rehearsal import player
from data.storage import database, migrate
from models.events.event import Event, moment_of, zone
from models.rehearsal import RehearsalProgress
from tests import stage
from tests.browser import gate
from tests.browser.screen import Watch
from tests.conftest import Databases
from tests.prepare import CHROMIUM
from tests.serving import Server
from tests.shared import alone

MISSING = (
    "The browser tests need Chromium, which is missing: sudo apt-get install chromium (or "
    "`make test`, which tries to)"
)
PATIENCE = 15_000  # ms; two cores are shared with the other tests
expect.set_options(timeout=PATIENCE)  # Playwright's own 5 s were for a machine that rests
MOST_FREE = 4  # tabs that wait for the next test: each holds a process with its page's memory
START = "D+1 06:52"  # where the sample's rehearsal starts
OPTIONS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)


def program() -> str:
    """The Chromium to start: the one without a window, which takes two thirds of the time, before
    the whole one.
    """
    for name in CHROMIUM:
        if path := shutil.which(name):
            return path
    return pytest.fail(MISSING, pytrace=False)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program(), args=list(OPTIONS))
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def moments(sqlite_databases, shared) -> Callable[[str], Path]:
    """Databases of the sample event up to a moment, with the clock stopped there; each is built
    once in a run.
    """

    def up_to(offset: str) -> Path:
        made = shared / f"moment_{re.sub('[^A-Z0-9+-]', '_', offset)}.db"
        with alone(made):
            if not made.exists():
                _build(made.with_suffix(".unfinished"), offset, sqlite_databases)
                made.with_suffix(".unfinished").rename(made)
        return made

    return up_to


def _build(made: Path, offset: str, databases: Databases) -> None:
    if offset == START:  # the other tests' sample stands there, but for its clock, which runs
        shutil.copy(databases.template_file("sample"), made)
    pointed_at(f"sqlite:///{made.as_posix()}")
    if offset == START:
        database.run(_stop_clock, event=stage.current(), moment=stage.at(START))
    else:
        migrate.upgrade()
        database.run(_start, offset=offset)
    database.dispose()


def _start(session, *, offset: str) -> None:
    event = loading.load_event(session, loading.SAMPLE, rehearsal=True, now=stage.REAL)
    moment = rehearsal_moment(event, offset)
    session.add(RehearsalProgress(event_id=event.id))
    _stop_clock(session, event=event, moment=moment)
    execute(session, Origin(at=moment), player.perform_due, most=100_000)


def _stop_clock(session, *, event: Event, moment: datetime) -> None:
    real = datetime.now(timezone.utc)
    record_setting(session, event, event_at=moment, speed=0.0, resume_speed=1.0, real=real, by=None)


def rehearsal_moment(event, offset: str) -> datetime:
    return moment_of(offset, first_day=event.first_day, time_zone=zone(event)).astimezone(
        timezone.utc
    )


def pointed_at(address: str) -> None:
    """Lets this process write where a server reads."""
    database.dispose()
    os.environ["DATABASE_URL"] = address


@contextmanager
def _starting(moments, factory: pytest.TempPathFactory) -> Iterator[Callable[[str], Server]]:
    started: list[Server] = []

    def start(offset: str = START) -> Server:
        folder = factory.mktemp("server")
        shutil.copy(moments(offset), folder / "live.db")
        started.append(
            Server(f"sqlite:///{(folder / 'live.db').as_posix()}", folder / "server.log")
        )
        return started[-1].start()

    yield start
    for server in started:
        server.stop()


@pytest.fixture(scope="module")
def servers(moments, tmp_path_factory) -> Iterator[Callable[[str], Server]]:
    """Starts servers, each with a database of its own; they end with the file whose tests asked
    for them.
    """
    with _starting(moments, tmp_path_factory) as start:
        yield start


@pytest.fixture(scope="session")
def server(moments, tmp_path_factory) -> Iterator[Server]:
    """The server that tests share who leave it as it was, but for what is recorded."""
    with _starting(moments, tmp_path_factory) as start:
        yield start()


def new_context(chromium: Browser, *, size=(1440, 900)) -> BrowserContext:
    """A browser of its own."""
    one = chromium.new_context(
        viewport={"width": size[0], "height": size[1]},
        locale="vi-VN",
        timezone_id="Europe/Lisbon",
        reduced_motion="reduce",
    )
    one.set_default_timeout(PATIENCE)
    return one


def introduce(
    one: BrowserContext, to: Server, *, language: str = "vi", token: str | None = None
) -> BrowserContext:
    """Gives a browser the cookies of its language and of whom it is signed in as."""
    cookies = {"san_sang_language": language} | ({"san_sang": token} if token else {})
    one.add_cookies(
        [{"name": name, "value": value, "url": to.address} for name, value in cookies.items()]
    )
    return one


def introduced(
    chromium: Browser, at: Server, *, size=(1440, 900), language: str = "vi", person: str | None
) -> BrowserContext:
    """A browser of its own, of somebody whom a server knows."""
    token = at.sign_in(person) if person else None
    return introduce(new_context(chromium, size=size), at, language=language, token=token)


@pytest.fixture
def open_context(chromium) -> Iterator[Callable[..., BrowserContext]]:
    """Makes browsers of their own: size, language, and who is signed in."""
    made: list[BrowserContext] = []

    def context(at: Server, *, person: str | None = None, **told) -> BrowserContext:
        made.append(introduced(chromium, at, person=person, **told))
        return made[-1]

    yield context
    for one in made:
        one.close()


@pytest.fixture
def new_tab(open_context) -> Callable[..., Page]:
    """Opens a tab of a new browser, for tests that change one in a way that `empty` cannot take
    back: scripts that run before a page's own, sockets that are answered here, what is installed.
    """
    return lambda at, **told: open_context(at, **told).new_page()


@pytest.fixture(scope="session")
def _free_tabs(chromium) -> list[Page]:
    """Empty tabs, each of a browser of its own, that no test has now."""
    return []


@pytest.fixture
def tab(chromium, _free_tabs) -> Iterator[Callable[..., Page]]:
    """Opens a tab of a browser of its own, as empty as a new one.

    Other tests may have had it: it has the assets and runs in a process that has read them, which
    is half of what an opening costs.
    """
    lent: list[tuple[Page, str]] = []

    def open_tab(at: Server, *, size=(1440, 900), language="vi", person: str | None = None) -> Page:
        one = _free_tabs.pop() if _free_tabs else new_context(chromium).new_page()
        lent.append((one, at.address))
        one.set_viewport_size({"width": size[0], "height": size[1]})
        token = at.sign_in(person) if person else None
        introduce(one.context, at, language=language, token=token)
        return one

    yield open_tab
    for one, address in reversed(lent):
        if len(_free_tabs) < MOST_FREE and empty(one, address):
            _free_tabs.append(one)
        else:
            one.context.close()


@pytest.fixture
def watch_tab() -> Iterator[Callable[[Page, str], Watch]]:
    """Watches what a tab asks for beside a server, and complains of."""
    watching: list[Watch] = []

    def begin(one: Page, address: str) -> Watch:
        watching.append(Watch(one, address))
        return watching[-1]

    yield begin
    for watch in watching:
        watch.end()


EMPTIED = "() => { localStorage.clear(); sessionStorage.clear(); window.name = ''; }"


def empty(one: Page, address: str) -> bool:
    """Takes from a tab's browser all that a test left in it; whether that could be done."""
    context = one.context
    try:
        for other in context.pages:
            if other is not one:
                other.close()
        one.unroute_all()
        context.unroute_all()
        context.set_offline(False)
        one.emulate_media(color_scheme="light", reduced_motion="reduce")
        # A page of the same server that holds nothing: the tab stays in its process.
        if not (answer := one.goto(f"{address}/healthz")) or not answer.ok:
            return False
        one.evaluate(EMPTIED)
        talk = context.new_cdp_session(one)
        talk.send("Storage.clearDataForOrigin", {"origin": address, "storageTypes": "all"})
        talk.detach()
        context.clear_cookies()
        context.clear_permissions()
    except Error:  # it was closed, has crashed, or its server is gone
        return False
    return True


@pytest.fixture(scope="module")
def gate_server(servers) -> Server:
    """The server of a file that tries the gate."""
    return servers(gate.WHEN)


@pytest.fixture
def reads_with_gate(gate_server) -> Iterator[None]:
    """Lets this process read and write where the gate's server does."""
    pointed_at(gate_server.database)
    yield
    database.dispose()


@pytest.fixture
def at_gate(gate_server, new_tab) -> Callable[..., Page]:
    """Opens the gate of a desk, and waits until it has its roster; `before`: script that the
    browser runs before the page's own.
    """

    def open_gate(
        person: str = gate.DESK, server: Server = gate_server, before: str = "", **told
    ) -> Page:
        page = new_tab(server, person=person, **told)
        if before:
            page.add_init_script(f"({before})()")
        page.goto(f"{server.address}/gate")
        return gate.ready(page)

    return open_gate


@pytest.hookimpl(tryfirst=True)  # before xdist reads the groups
def pytest_collection_modifyitems(items) -> None:
    """Each file on one worker: its tests share a server, and what one of them records there
    others may have to expect.

    A test that fails here is run once more, and both outcomes are printed: a browser on a machine
    that others share can be late by more than any patience. What fails twice has failed; what
    passed the second time is to be mended. Races of the product are tested on the databases, where
    nothing is run twice.
    """
    for item in items:
        if "tests/browser/" not in item.nodeid:
            continue
        item.add_marker(pytest.mark.flaky(reruns=1))
        if not item.get_closest_marker("xdist_group"):  # a file of few long tests names its own
            item.add_marker(pytest.mark.xdist_group(item.path.stem))
