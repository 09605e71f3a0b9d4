"""Debian's Chromium, and fresh windows in it as large as a wall."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, Page, sync_playwright

SIZE = {"width": 1920, "height": 1080}
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]

# The wall draws itself in the shadow root of its component; before that is there, in one of its own.
FIRST_WALL = "document.querySelector('.first-wall')?.shadowRoot"
WALL_ROOT = "document.querySelector('[data-testid=stBidiComponentIsolated]')?.shadowRoot"

# In an animation frame: what is in the document now is painted by the end of this frame, and the
# message comes after it.
_PAINTED = """
const look = () => {
    const found = FIND;
    if (!found || FIND_TEXT) return requestAnimationFrame(look);
    const after = new MessageChannel();
    after.port1.onmessage = () => { window.paintedAt = performance.now(); };
    after.port2.postMessage(0);
};
requestAnimationFrame(look);
"""


def painted(found: str, *, with_text: bool = True) -> str:
    """A script that notes in `paintedAt` when what an expression finds has been painted, in
    milliseconds since the navigation began.
    """
    no_text = "!found.textContent.trim()" if with_text else "false"
    return _PAINTED.replace("FIND_TEXT", no_text).replace("FIND", found)


@contextmanager
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium") or "/usr/bin/chromium", args=ARGUMENTS
        )
        try:
            yield browser
        finally:
            browser.close()


@contextmanager
def window(browser: Browser) -> Iterator[Page]:
    """A page of a fresh context: no cookies, nothing in the cache."""
    context = browser.new_context(viewport=SIZE)
    try:
        yield context.new_page()
    finally:
        context.close()


def open_wall(page: Page, address: str) -> None:
    """Opens the wall as a television does and waits until it is drawn and its feed has sent its
    first message.
    """
    page.goto(f"{address}/tv")
    page.wait_for_function(
        f"() => {WALL_ROOT}?.querySelector('.tile .headline') && window.sanSangLive?.board"
    )
