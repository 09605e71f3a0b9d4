"""Events for the pages to show, each at a fixed moment of a stopped clock, and visitors to
open them.
"""

from collections.abc import Callable, Iterator
from datetime import datetime, timezone
from functools import cache, partial
from pathlib import Path

import pytest
import streamlit as st
from streamlit.components.v2 import manifest_scanner
from streamlit.runtime.context import ContextProxy, StreamlitCookies
from streamlit.testing.v1 import local_script_runner

from data.events import loading
from data.events.clock import real_now, record_setting
from data.events.current import current_event
from data.storage import database
from models.events.event import Event
from tests import stage
from tests.pages.visitor import Visitor
from ui.shell.cache import forget_all


@pytest.fixture(scope="session", autouse=True)
def _packages_scanned_once() -> Iterator[None]:
    """Each `AppTest` reads the metadata of every installed package, in search of components:
    nine tenths of a first run.
    """
    with pytest.MonkeyPatch.context() as patch:
        scan = cache(manifest_scanner.scan_component_manifests)
        patch.setattr(manifest_scanner, "scan_component_manifests", scan)
        yield


@pytest.fixture(scope="session", autouse=True)
def _runs_waited_for_asleep() -> Iterator[None]:
    """`AppTest` looks a thousand times a second whether a run has ended, which costs the run itself
    a part of the processor.
    """
    with pytest.MonkeyPatch.context() as patch:
        look = local_script_runner.require_widgets_deltas

        def wait(runner, timeout: float = 3) -> None:
            runner._script_thread.join(timeout)
            look(runner, timeout)

        patch.setattr(local_script_runner, "require_widgets_deltas", wait)
        yield


@pytest.fixture(autouse=True)
def _nothing_cached() -> Iterator[None]:
    """The cache outlives a test, and two tests' databases have the same revisions."""
    forget()
    yield
    forget()


def forget() -> None:
    st.cache_data.clear()
    st.cache_resource.clear()
    forget_all()


@pytest.fixture
def visit(monkeypatch) -> Callable[..., Visitor]:
    """Makes visitors: `visit("command", language="en").open("log")`."""
    jar: dict[str, str] = {}
    monkeypatch.setattr(
        ContextProxy, "cookies", property(lambda context: StreamlitCookies(dict(jar)))
    )
    return lambda person=None, language="vi": Visitor(jar, person, language)


@pytest.fixture
def nothing_loaded(sqlite_databases) -> Iterator[None]:
    """Tables without an event."""
    for _ in sqlite_databases.fresh("tables"):
        yield


@pytest.fixture
def sample(sqlite_databases) -> Iterator[Event]:
    """The sample event as its rehearsal begins, D+1 06:52, with the clock stopped."""
    for _ in sqlite_databases.fresh("sample"):
        yield stand("D+1 06:52")


@pytest.fixture
def unreported(sqlite_databases) -> Iterator[Event]:
    """The small event of the tests, with nothing reported yet, a week before."""
    for _ in sqlite_databases.fresh("small"):
        yield stand("D-7 08:00")


@pytest.fixture
def conference(sqlite_databases) -> Iterator[Event]:
    """The second sample, which is Vietnamese only, as its first day begins."""
    folder = loading.SAMPLE.parent / "hoi_nghi_2026"
    for _ in sqlite_databases.fresh(
        "conference", partial(load, folder, rehearsal=True), of="tables"
    ):
        yield stand("D+0 07:00")


@pytest.fixture
def real_event(sqlite_databases) -> Iterator[Event]:
    """The small event as a real one."""
    fill = partial(load, stage.SMALL, rehearsal=False)
    for _ in sqlite_databases.fresh("real_small", fill, of="tables"):
        yield stage.current()


def load(folder: Path, *, rehearsal: bool) -> None:
    database.run(loading.load_event, folder=folder, rehearsal=rehearsal, now=real_now())


def stand(offset: str) -> Event:
    """Stops the current event's clock at an offset of it, performing nothing."""
    moment = stage.at(offset)
    with database.writing() as session:
        event = current_event(session)
        record_setting(
            session,
            event,
            event_at=moment,
            speed=0.0,
            resume_speed=1.0,
            real=datetime.now(timezone.utc),
            by=None,
        )
    return event
