"""Chromium, one server that the read-only tests share, and servers of their own for the tests that hurt one."""

import os
import shutil
from collections.abc import Callable, Iterator
from datetime import datetime, timezone

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from data import rehearsal
from data.commands import Origin, execute
from data.events.clock import record_setting
from data.storage import database, migrate
from models.events.event import moment_of, zone
from tests import stage
from tests.serving import Server

MISSING = "The browser tests need Chromium, which is missing: sudo apt-get install chromium (or `make test`, which tries to)"
OPTIONS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    found = next(
        (
            path
            for name in ("chromium", "chromium-browser", "google-chrome")
            if (path := shutil.which(name))
        ),
        None,
    )
    if found is None:
        pytest.fail(MISSING, pytrace=False)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=list(OPTIONS))
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def moments(tmp_path_factory) -> Callable[[str], str]:
    """Databases of the sample event up to a moment, with the clock stopped there; each is built once."""
    folder = tmp_path_factory.mktemp("moments")

    def up_to(offset: str) -> str:
        made = folder / f"{offset.replace(' ', '_').replace(':', '')}.db"
        if not made.exists():
            pointed_at(f"sqlite:///{made.as_posix()}")
            migrate.upgrade()
            database.run(_start, offset=offset)
            database.dispose()
        return str(made)

    return up_to


def _start(session, *, offset: str) -> None:
    event = rehearsal.load_event(session, rehearsal.SAMPLE, rehearsal=True, now=stage.REAL)
    moment = rehearsal_moment(event, offset)
    session.add(rehearsal.RehearsalProgress(event_id=event.id))
    real = datetime.now(timezone.utc)
    record_setting(session, event, event_at=moment, speed=0.0, resume_speed=1.0, real=real, by=None)
    execute(session, Origin(at=moment), rehearsal.perform_due)


def rehearsal_moment(event, offset: str) -> datetime:
    return moment_of(offset, first_day=event.first_day, time_zone=zone(event)).astimezone(
        timezone.utc
    )


def pointed_at(address: str) -> None:
    """Lets this process write where a server reads."""
    database.dispose()
    os.environ["DATABASE_URL"] = address


@pytest.fixture(scope="session")
def servers(moments, tmp_path_factory) -> Iterator[Callable[[str], Server]]:
    """Starts servers, each with a database of its own; they end with the session."""
    started: list[Server] = []

    def start(offset: str = "D+1 06:52") -> Server:
        folder = tmp_path_factory.mktemp("server")
        shutil.copy(moments(offset), folder / "live.db")
        started.append(
            Server(f"sqlite:///{(folder / 'live.db').as_posix()}", folder / "server.log")
        )
        return started[-1].start()

    yield start
    for server in started:
        server.stop()


@pytest.fixture(scope="session")
def server(servers) -> Server:
    """The server that tests share who leave it as it was, but for what is recorded."""
    return servers()


@pytest.fixture
def open_context(chromium) -> Iterator[Callable[..., BrowserContext]]:
    """Makes browsers of their own: size, language, and who is signed in."""
    made: list[BrowserContext] = []

    def context(
        at: Server, *, size=(1440, 900), language: str = "vi", person: str | None = None
    ) -> BrowserContext:
        told = {"width": size[0], "height": size[1]}
        one = chromium.new_context(
            viewport=told, locale="vi-VN", timezone_id="Europe/Lisbon", reduced_motion="reduce"
        )
        one.set_default_timeout(15_000)
        cookies = {"san_sang_language": language} | (
            {"san_sang": at.sign_in(person)} if person else {}
        )
        one.add_cookies(
            [{"name": name, "value": value, "url": at.address} for name, value in cookies.items()]
        )
        made.append(one)
        return one

    yield context
    for one in made:
        one.close()


@pytest.fixture
def tab(open_context) -> Callable[..., Page]:
    """Opens a tab of a browser of its own."""
    return lambda at, **told: open_context(at, **told).new_page()


@pytest.hookimpl(tryfirst=True)  # before xdist reads the groups
def pytest_collection_modifyitems(items) -> None:
    """Each file on one worker: its tests share a server, and what one of them records there others may have to expect."""
    for item in items:
        if "tests/browser/" in item.nodeid:
            item.add_marker(pytest.mark.xdist_group(item.path.stem))
