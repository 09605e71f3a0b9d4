"""A first and a second opening on a weak line, next to an empty Streamlit application on the same.

Chromium as a telephone opens a section's page as its lead, through `slow_proxy`: first in a fresh
context (cold), then once more in the same one (warm). The page is usable when its button "no
change" is painted; it is tapped at once, and its answer has to come. The empty application is ready
when its title is painted. In turns, one after the other; bytes are all that the telephone received
until three seconds later. The gate is usable when it is online with its roster.

What sixty telephones cost that open at once is measured without a browser (`first_openings`): the
files that the cold opening asked for, in brotli, in gzip and as they are.
"""

import time
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from playwright.sync_api import Browser, BrowserContext, Page

from data.words import catalogue
from tests.bench import browser, first_openings, servers
from tests.bench.figures import Figure, Floor
from tests.bench.sample import Samples
from tests.bench.slow_proxy import Line, slow

PHONE = {"width": 390, "height": 844}
WEAK = Line("1.6 Mbit/s, 150 ms", 1_600_000, 0.150)
WEAKEST = Line("400 kbit/s, 400 ms", 400_000, 0.400)
TURNS = {WEAK.name: 3, WEAKEST.name: 1}
TELEPHONES, QUICK_TELEPHONES = 60, 15
SETTLE = 3  # seconds after which what belongs to an opening has come
PATIENCE = 180_000  # ms
SAY = catalogue("vi")
LEAD, DESK = "lead.an_ninh", "desk.ban_1"

NO_CHANGE = f"""[...document.querySelectorAll('button')].find(
    one => one.textContent.includes({SAY["update.no_change"]!r}) && !one.disabled)"""
EMPTY = "document.querySelector('h1')?.textContent.trim()"
GATE = "document.querySelector('#line[data-state=online]') && document.querySelector('#code')"

COLD = {WEAK.name: 6, WEAKEST.name: 20}  # seconds
WARM = {WEAK.name: 2}
COLD_KB, WARM_KB, GATE_SECONDS, SHARE, CPU = 1000, 30, 2, 0.5, 1.5


@dataclass
class Openings:
    """Seconds until usable and kilobytes received, opening by opening."""

    seconds: list[float] = field(default_factory=list)
    kilobytes: list[float] = field(default_factory=list)


def measure(folder: Path, samples: Samples, *, quick: bool) -> list[Figure]:
    with (
        servers.product(samples.fresh(), folder) as product,
        servers.plain("empty", folder) as plain,
        browser.chromium() as chromium,
    ):
        paths = first_paths(chromium, product)
        compressed = [path for path in paths if path.endswith((".js", ".css"))]
        first_openings.wait_until_compressed(product, compressed)
        figures = []
        for line in (WEAK, WEAKEST):
            turns = 1 if quick else TURNS[line.name]
            figures += on_line(chromium, product, plain, line, turns)
        figures += gate(chromium, product, 1 if quick else 3)
        figures += openings_at_once(product, paths, QUICK_TELEPHONES if quick else TELEPHONES)
    return figures


def first_paths(chromium: Browser, product: servers.Server) -> list[str]:
    """What a cold opening of the page asks the server for by HTTP."""
    paths: list[str] = []
    with opened(chromium, product.address, product.sign_in(LEAD)) as page:
        page.on("request", lambda asked: paths.append(urlsplit(asked.url).path))
        open_until(page, f"{product.address}/update", NO_CHANGE)
        page.wait_for_timeout(SETTLE * 1000)
    return [path for path in paths if path.startswith(("/static/", "/assets/"))]


def on_line(
    chromium: Browser, product: servers.Server, plain: servers.Server, line: Line, turns: int
) -> list[Figure]:
    """The page and the empty application in turns, each cold and then warm."""
    cookie = product.sign_in(LEAD)
    ours, floor = (Openings(), Openings()), (Openings(), Openings())
    for _ in range(turns):
        open_twice(chromium, product, "/update", line, NO_CHANGE, ours, cookie=cookie, taps=True)
        open_twice(chromium, plain, "/", line, EMPTY, floor)
    figures = []
    targets = ((COLD.get(line.name), COLD_KB), (WARM.get(line.name), WARM_KB))
    for place, state in enumerate(("cold", "warm")):
        own, empty, (seconds, kilobytes) = ours[place], floor[place], targets[place]
        share = SHARE if state == "cold" and line is WEAK else None
        figures += [
            Figure(
                f"/update, {state}, {line.name}",
                "s",
                own.seconds,
                seconds,
                judged="median",
                floor=Floor("an empty application", empty.seconds, share),
            ),
            Figure(
                "  received",
                "KB",
                own.kilobytes,
                kilobytes,
                judged="median",
                floor=Floor("an empty application", empty.kilobytes),
            ),
        ]
    return figures


def open_twice(
    chromium: Browser,
    server: servers.Server,
    path: str,
    line: Line,
    usable: str,
    found: tuple[Openings, Openings],
    *,
    cookie: str = "",
    taps: bool = False,
) -> None:
    with slow(server.port, line) as phone, opened(chromium, phone.address, cookie) as page:
        for openings in found:
            before = phone.bytes
            openings.seconds.append(open_until(page, phone.address + path, usable))
            if taps:
                tap(page)
            time.sleep(SETTLE)
            openings.kilobytes.append((phone.bytes - before) / 1000)
            page.goto("about:blank")


def opened(chromium: Browser, address: str, cookie: str):
    """A telephone's page in a fresh context, signed in by a cookie."""
    return _Opened(chromium, address, cookie)


class _Opened:
    def __init__(self, chromium: Browser, address: str, cookie: str) -> None:
        self.context: BrowserContext = chromium.new_context(
            viewport=PHONE, is_mobile=True, has_touch=True, locale="vi-VN"
        )
        self.context.set_default_timeout(PATIENCE)
        pairs = [pair.partition("=") for pair in cookie.split("; ") if pair]
        self.context.add_cookies([{"name": n, "value": v, "url": address} for n, _, v in pairs])

    def __enter__(self) -> Page:
        return self.context.new_page()

    def __exit__(self, *_failure: object) -> None:
        self.context.close()


def open_until(page: Page, address: str, found: str) -> float:
    """Seconds from the start of the navigation until what is looked for has been painted."""
    page.add_init_script(browser.painted(found, with_text=False))
    page.goto(address, wait_until="commit")
    page.wait_for_function("() => window.paintedAt")
    return page.evaluate("window.paintedAt") / 1000


def tap(page: Page) -> None:
    """A tap is answered."""
    page.get_by_role("button", name=SAY["update.no_change"]).first.tap()
    said = SAY["update.confirmed"].partition("{")[0]
    page.get_by_test_id("stToast").filter(has_text=said).first.wait_for()


def gate(chromium: Browser, product: servers.Server, turns: int) -> list[Figure]:
    cookie, cold = product.sign_in(DESK), Openings()
    for _ in range(turns):
        with slow(product.port, WEAK) as phone, opened(chromium, phone.address, cookie) as page:
            cold.seconds.append(open_until(page, f"{phone.address}/gate", GATE))
            cold.kilobytes.append(phone.bytes / 1000)
    return [
        Figure(f"gate, cold, {WEAK.name}", "s", cold.seconds, GATE_SECONDS, judged="median"),
        Figure("  received until then", "KB", cold.kilobytes),
    ]


def openings_at_once(product: servers.Server, paths: list[str], times: int) -> list[Figure]:
    used: dict[str, list[float]] = {"identity": [], "gzip": [], "br": []}
    for _ in range(2):  # in turns
        for accepted, found in used.items():
            found.append(first_openings.cpu_seconds(product, paths, times, accepted))
    plain = Floor("without compression", used["identity"], CPU)
    return [
        Figure(f"{times} first openings at once, CPU, {accepted}", "s", used[accepted], floor=plain)
        for accepted in ("br", "gzip")
    ]
