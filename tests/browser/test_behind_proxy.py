"""Two processes on PostgreSQL behind the shipped nginx configuration: TLS, sockets, who stays
where, and a process that dies.
"""

import json
import re
import ssl
import time
from contextlib import contextmanager

import pytest
from playwright.sync_api import expect
from websockets.exceptions import InvalidMessage, InvalidStatus
from websockets.sync.client import connect

from data.events import loading
from data.readiness.tasks import confirm_section, set_headline
from data.storage import database
from data.words import catalogue
from tests import stage
from tests.browser.screen import choose, control, hears, settle, settle_wall
from tests.proxy import TRUSTING, Process, Proxy
from tests.web.conftest import stop_clock

SAY = catalogue("vi")
NOW = "D-4 09:00"
TOKEN = "Xk3vT9_bLq-7mZpR2sWyN8cHdJf4GuQa5EoKiV1tB6M"
PATIENCE = 40_000  # ms
BANNER = "[data-testid=live-lost]"


@pytest.fixture(scope="module")
def _house(postgres_databases, tmp_path_factory):
    """The database's name, two processes on it and the proxy before them."""
    name = postgres_databases.store.copy(postgres_databases.template("tables"))
    postgres_databases.use(name)
    database.run(loading.load_event, folder=stage.SMALL, rehearsal=True, now=stage.REAL)
    stop_clock(NOW)
    database.dispose()
    folder = tmp_path_factory.mktemp("proxy")
    address = postgres_databases.store.address(name)
    both = [Process(one, address, folder / f"process_{one}.txt") for one in "ab"]
    proxy = Proxy(folder, *both)
    try:
        for process in both:
            process.start()
        yield name, both, proxy.start()
    finally:
        for one in (proxy, *both):
            one.stop()
    postgres_databases.store.drop(name)


@pytest.fixture
def house(_house, postgres_databases):
    """Both processes, running, and the proxy; this process writes to their database."""
    name, both, proxy = _house
    postgres_databases.use(name)
    for process in both:
        if process.process.poll() is not None:
            process.start()
    known_to_live(proxy, *both)
    yield both, proxy
    database.dispose()


def known_to_live(proxy: Proxy, *processes: Process) -> None:
    """Waits until the proxy sends their visitors to them again."""
    until = time.monotonic() + PATIENCE / 1000
    while {way(proxy.ask("/sign-in", Cookie=f"{proxy.way}={one.name}")) for one in processes} != {
        None
    }:
        assert time.monotonic() < until
        time.sleep(0.2)


@pytest.fixture
def proxy(house) -> Proxy:
    return house[1]


def way(answer) -> str | None:
    """The process that the proxy told the visitor to keep to; None where it told nothing."""
    found = re.search(r"san_sang_way=(\w*)", " ".join(answer.set_cookies))
    return found and found[1]


@contextmanager
def socket(proxy: Proxy, path: str, **told):
    """A WebSocket through the proxy, as a browser's page opens it: where it is hung up before
    any answer, once more.
    """
    told |= {"ssl": TRUSTING, "origin": proxy.address, "max_size": 2**22, "open_timeout": 30}
    try:
        opened = connect(f"wss://{proxy.host}{path}", **told)
    except InvalidMessage:
        opened = connect(f"wss://{proxy.host}{path}", **told)
    with opened:
        yield opened


def kept(opened) -> str | None:
    found = re.search(r"san_sang_way=(\w*)", opened.response.headers.get("Set-Cookie", ""))
    return found and found[1]


def heard(opened, kind: str) -> dict:
    while (told := json.loads(opened.recv(timeout=30)))["kind"] != kind:
        pass
    return told


def confirm():
    return stage.give(
        confirm_section, by="lead.an_ninh", when=NOW, section_id=stage.section("an_ninh")
    )


# --- TLS and what is told on the way ---


def test_http_only_says_where_https_is(proxy):
    answer = proxy.ask("/tv?lang=en", plain=True)
    assert (answer.status, answer.headers["location"]) == (308, f"{proxy.address}/tv?lang=en")


def test_old_protocols_are_refused(proxy):
    old = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    old.check_hostname, old.verify_mode = False, ssl.CERT_NONE
    old.set_ciphers("ALL:@SECLEVEL=0")
    old.minimum_version, old.maximum_version = ssl.TLSVersion.TLSv1, ssl.TLSVersion.TLSv1_1
    with pytest.raises((ssl.SSLError, ConnectionError)):
        connect(f"wss://{proxy.host}/live", ssl=old).close()


def test_behind_tls_cookies_are_secure_and_https_is_to_stay(proxy):
    answer = proxy.ask("/sign-in", method="POST", form={"person": "lead.an_ninh"})
    assert answer.status == 303 and len(answer.set_cookies) >= 2
    for cookie in answer.set_cookies:
        assert "secure" in cookie.lower() and "httponly" in cookie.lower(), cookie.split("=")[0]
    assert "max-age" in answer.headers["strict-transport-security"]


def test_the_visitors_own_word_for_his_address_does_not_count(proxy):
    spoofed = {
        "X_Forwarded_For": "203.0.113.9",
        "X_Real_IP": "203.0.113.9",
        "Forwarded": "for=203.0.113.9",
    }
    proxy.ask("/sign-in", method="POST", form={"person": "lead.an_ninh"}, **spoofed)
    assert "203.0.113.9" not in str(stage.content("signin"))
    assert "127.0.0.1" in str(stage.content("signin"))


@pytest.mark.parametrize(
    "path",
    [
        "/metrics",
        "/metrics/",
        "//metrics",
        "/x/../metrics",
        "/%6detrics",
        "/metrics?x",
        "/_stcore/metrics",
        "/Metrics",
    ],
)
def test_the_measures_are_not_for_the_outside(proxy, path):
    answer = proxy.ask(path, X_Forwarded_For="127.0.0.1")
    assert "process_cpu_seconds_total" not in answer.text and "san_sang_revision" not in answer.text


def test_the_processes_refuse_the_measures_to_the_proxy_as_well(house):
    first, _ = house[0]
    assert first.ask("/metrics", X_Forwarded_For="203.0.113.9").status == 403
    assert first.ask("/metrics").status == 200


def test_a_body_that_is_too_long_goes_no_further(proxy):
    assert proxy.ask("/sign-in", method="POST", form={"person": "x" * 100_000}).status == 413


def test_the_process_is_not_named_to_visitors_but_by_their_cookie(proxy):
    assert "x-process" not in proxy.ask("/").headers


# --- sockets, and who stays where ---


def test_both_sockets_pass(proxy):
    with socket(proxy, "/live?topics=wall") as wall:
        assert heard(wall, "board")["board"]
    with socket(proxy, "/_stcore/stream", subprotocols=["streamlit"]) as stream:
        assert stream.subprotocol == "streamlit"
        assert stream.ping().wait(5)


def test_another_sites_socket_is_turned_away_through_the_proxy_too(proxy):
    with pytest.raises(InvalidStatus) as refused:
        connect(f"wss://{proxy.host}/live", ssl=TRUSTING, origin="https://evil.vn").close()
    assert refused.value.response.status_code == 403


def test_a_browser_stays_on_its_process(house):
    both, proxy = house
    for process in both:
        cookie = f"{proxy.way}={process.name}"
        before = len(proxy.served_by())
        for path in ("/", "/wall", "/_stcore/health", "/assets/live.js", "/sign-in"):
            assert way(proxy.ask(path, Cookie=cookie)) is None
        assert set(proxy.served_by()[before:]) == {process.name}
        with socket(
            proxy, "/live?topics=readiness", additional_headers={"Cookie": cookie}
        ) as opened:
            heard(opened, "beat")
            assert kept(opened) is None


def test_phones_behind_one_address_are_spread_over_the_processes(proxy):
    ways = [way(proxy.ask("/sign-in")) for _ in range(8)]
    assert set(ways) == {"a", "b"}


def test_who_keeps_no_cookies_stays_by_his_address(proxy):
    """Six in a row; a process that was just passed over for dead comes back to its visitors
    within five seconds.
    """
    until = time.monotonic() + PATIENCE / 1000
    while True:
        before = len(proxy.served_by())
        for _ in range(6):
            proxy.ask("/_stcore/health")
        if len(set(proxy.served_by()[before:])) == 1:
            return
        assert time.monotonic() < until
        time.sleep(1)


@pytest.mark.parametrize("value", ["c", "", "process_a", "127.0.0.1:1", "%61", "A" * 3000])
def test_a_cookie_that_names_no_process_is_as_none(proxy, value):
    answer = proxy.ask("/sign-in", Cookie=f"{proxy.way}={value}")
    assert answer.status == 200 and way(answer) in ("a", "b")


def test_what_is_written_on_one_process_wakes_a_wall_on_the_other(house):
    _, proxy = house
    with (
        socket(
            proxy, "/live?topics=readiness", additional_headers={"Cookie": f"{proxy.way}=a"}
        ) as on_a,
        socket(
            proxy, "/live?topics=readiness", additional_headers={"Cookie": f"{proxy.way}=b"}
        ) as on_b,
    ):
        heard(on_a, "beat"), heard(on_b, "beat")
        confirm()  # a third process, as far as these two know
        for opened in (on_a, on_b):
            told = heard(opened, "changed")
            assert told["revision"] == stage.revision() and "readiness" in told["topics"]
            assert "clock" not in told["topics"]  # as the heartbeat's would have: it names all


# --- a process dies ---


def test_a_dead_process_is_passed_over_at_once_and_the_cookie_follows(house):
    (first, _), proxy = house
    first.kill()
    answer = proxy.ask("/sign-in", Cookie=f"{proxy.way}=a")
    assert (answer.status, way(answer)) == (200, "b")
    with socket(
        proxy, "/live?topics=wall", additional_headers={"Cookie": f"{proxy.way}=a"}
    ) as wall:
        assert kept(wall) == "b"
        assert heard(wall, "board")["board"]


def test_without_the_other_process_as_a_backup_its_visitors_are_lost(house, tmp_path):
    """The control."""
    both, _ = house
    alone = Proxy(tmp_path, *both)
    alone.config = re.sub(r"server \S+ backup;", "", alone.config)
    alone.start()
    try:
        both[0].kill()
        assert alone.ask("/sign-in", Cookie=f"{alone.way}=a").status == 502
        assert alone.ask("/sign-in", Cookie=f"{alone.way}=b").status == 200
    finally:
        alone.stop()


def test_no_log_holds_a_token_also_where_nobody_answers(house, tmp_path):
    both, _ = house
    lost = Proxy(tmp_path, *both).start()
    try:
        for alive in (True, False):
            for path in (
                f"/join/{TOKEN}",
                f"/d/{TOKEN}",
                f"/{TOKEN}",
                f"/wall?t={TOKEN}",
                f"//join/{TOKEN}",
                f"/%6aoin/{TOKEN}",
            ):
                answer = lost.ask(
                    path, Cookie=f"san_sang={TOKEN}; {lost.way}=a", Referer=f"https://x/{TOKEN}"
                )
                assert alive or answer.status in (502, 504)
                lost.ask(path, plain=True)
            if alive:
                for process in both:
                    process.kill()
    finally:
        lost.stop()
    told = lost.log + "".join(process.log for process in both)
    assert "/join/{token}" in lost.log and "/d/{token}" in lost.log
    for secret in (TOKEN, TOKEN[:12], TOKEN[-12:]):
        assert secret not in told, [line for line in told.splitlines() if secret in line][:3]
    assert "127.0.0.1" not in (tmp_path / "access.log").read_text()


@pytest.fixture
def visit(chromium, house):
    """Opens a tab of a browser of its own, through the proxy, that keeps to a process."""
    _, proxy = house
    made = []

    def open_tab(at: Process, path: str, *, size=(1440, 900), person: str | None = None):
        one = chromium.new_context(
            viewport=dict(zip(("width", "height"), size)),
            locale="vi-VN",
            reduced_motion="reduce",
            ignore_https_errors=True,
        )
        one.set_default_timeout(15_000)
        cookies = {"san_sang_language": "vi", proxy.way: at.name} | (
            {"san_sang": at.sign_in(person)} if person else {}
        )
        one.add_cookies(
            [
                {"name": name, "value": value, "url": proxy.address}
                for name, value in cookies.items()
            ]
        )
        made.append(one)
        page = one.new_page()
        page.goto(f"{proxy.address}{path}")
        return page

    yield open_tab
    for one in made:
        one.close()


def new_headline() -> str:
    text = f"Đã có điện {stage.idempotency_key()}"
    stage.give(
        set_headline,
        by="deputy.an_ninh",
        when=NOW,
        section_id=stage.section("an_ninh"),
        headline=text,
    )
    return text


def process_of(page) -> str:
    return next(
        cookie["value"]
        for cookie in page.context.cookies()
        if cookie["name"].startswith("san_sang_way")
    )


def test_a_process_is_killed_while_walls_and_phones_are_open(house, visit):
    (first, second), proxy = house
    walls = [
        hears(settle_wall(visit(at, "/tv", size=(1920, 1080)))) for at in (first, first, second)
    ]
    room = hears(settle(visit(first, "/log", size=(390, 844), person="command")))
    phone = hears(settle(visit(second, "/update", size=(390, 844), person="lead.an_ninh")))
    note = f"Mất điện {stage.idempotency_key()}"
    room.get_by_role("textbox", name="Nội dung").press_sequentially(
        note
    )  # still in the field, so the server knows nothing of it
    room.locator(control("log.section")).get_by_role("radio").first.click()
    room.get_by_role("radio", name="P1").click()
    for page in (room, phone):
        page.evaluate("window.neverReloaded = true")

    first.kill()
    phone.get_by_text(new_headline()).wait_for(timeout=PATIENCE)
    room.wait_for_function(
        "() => document.querySelector('[data-testid=stApp]')"
        ".dataset.testConnectionState === 'CONNECTED'"
    )
    settle(room)
    expect(room.get_by_role("textbox", name="Nội dung")).to_have_value(note)
    room.get_by_role("button", name="Ghi nhận", exact=True).click()
    for wall in walls:
        wall.locator(".entry.p1", has_text=note).wait_for(timeout=PATIENCE)
        wall.locator(".notice .cut").wait_for(state="detached", timeout=PATIENCE)
    assert room.evaluate("window.neverReloaded") and phone.evaluate("window.neverReloaded")
    assert {process_of(page) for page in (*walls, room, phone)} == {"b"}

    first.start()
    until = time.monotonic() + PATIENCE / 1000
    while "a" not in (
        ways := [way(proxy.ask("/sign-in")) for _ in range(4)]
    ):  # who comes anew goes to the emptier one
        assert time.monotonic() < until, ways
    known_to_live(proxy, first)
    fresh = settle_wall(visit(first, "/tv", size=(1920, 1080)))
    assert process_of(fresh) == "a" and process_of(walls[0]) == "b"  # and nobody is moved back
    assert "Traceback" not in first.log + second.log


def test_a_note_that_was_begun_outlives_its_process(house, visit):
    (first, _), _ = house
    phone = hears(settle(visit(first, "/update", size=(390, 844), person="lead.an_ninh")))
    task = phone.locator(f".st-key-task_{stage.task(2)}")
    choose(task.get_by_role("radio", name="Có nguy cơ chậm"))
    settle(phone)
    task.get_by_role("textbox").press_sequentially("Thiếu hai xe")
    first.kill()
    until = time.monotonic() + PATIENCE / 1000
    while process_of(phone) != "b" and time.monotonic() < until:
        phone.wait_for_timeout(200)
    phone.get_by_text(new_headline()).wait_for(timeout=PATIENCE)
    expect(task.get_by_role("textbox")).to_have_value("Thiếu hai xe")
