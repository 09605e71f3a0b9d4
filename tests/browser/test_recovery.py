"""One round of what `make soak` does many times: the network falls silent, the application is
killed; and the controls.
"""

import pytest
from playwright.sync_api import TimeoutError

from data.storage import database
from tests.bench.browser import open_wall, window
from tests.bench.counting_proxy import counting
from tests.browser.screen import hears, settle_wall
from tests.serving import Server
from tests.soak import half_open, server_restarts, small

TEN_SECONDS = 10_000


@pytest.fixture
def server(tmp_path):
    """A server of the small event before its days."""
    address = f"sqlite:///{(tmp_path / 'live.db').as_posix()}"
    small.load(address, half_open.NOW)
    running = Server(address, tmp_path / "server.log")
    yield running.start()
    running.stop()
    database.dispose()


@pytest.fixture
def network(server):
    with counting(server.port) as between:
        yield between


@pytest.fixture
def wall(chromium, network):
    with window(chromium) as page:
        open_wall(page, f"http://127.0.0.1:{network.port}")
        yield hears(settle_wall(page))


def test_a_half_open_network_is_said_and_the_wall_recovers_by_itself(network, wall):
    half_open.lose_the_network(network, wall)  # how long it takes: `make soak`


def test_without_its_own_watch_a_wall_says_nothing(network, wall):
    """The control: the browser itself notices nothing of a half-open network."""
    wall.evaluate("Object.defineProperty(window.sanSangLive, 'lost', { get: () => false })")
    network.fall_silent()
    with pytest.raises(TimeoutError):
        wall.locator(half_open.NOTICE).wait_for(timeout=TEN_SECONDS)


def test_walls_and_telephones_are_live_after_a_kill_and_what_is_typed_stays(chromium, server):
    screens = server_restarts.Screens(chromium, server)
    screens.survive(1)
    screens.close()
    assert "Traceback" not in server.log


def test_a_wall_that_does_not_reconnect_stays_cut_off(chromium, server):
    """The control."""
    with window(chromium) as wall:
        open_wall(wall, server.address)
        settle_wall(wall).evaluate("window.sanSangLive.open = () => {}")
        server.kill()
        server.start()
        _, entry = server_restarts.record(1)
        with pytest.raises(TimeoutError):
            wall.locator(".entry.p1", has_text=entry).wait_for(timeout=TEN_SECONDS)
