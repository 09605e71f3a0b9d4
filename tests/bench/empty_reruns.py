"""Streamlit's own floor under a rerun: a plain application whose fragment holds one button.

As many tabs as the product had, each a session of the same client, press it as often as the
product's fragments were rerun. Nothing is read, nothing is drawn anew: what is left is Streamlit's
thread, session state and messages. It runs with the product's own setting for Streamlit's garbage
collection; by Streamlit's default, a full collection after every run, the floor would be several
times as high.
"""

import asyncio
import time
from pathlib import Path

import psutil

from tests.bench import servers
from tests.bench.cpu import cpu_share
from tests.bench.tab import Tab

SETTLE = 2
WINDOW = 5.0
COLLECTION = {"STREAMLIT_RUNNER_POST_SCRIPT_GC": "false"}  # as in .streamlit/config.toml


class EmptyTab(Tab):
    """One tab of the plain application."""

    async def enter(self) -> None:
        await self.open_page()

    async def press_until(self, until: float, *, first: float, every: float) -> None:
        """Presses the button at a steady rate; `first` and `until` on the monotonic clock."""
        due = first
        while due < until:
            await asyncio.sleep(max(due - time.monotonic(), 0))
            await self.press("again")
            await self.until(self.finished)
            due += every


def cpu(folder: Path, *, tabs: int, reruns: float, seconds: float) -> list[float]:
    """The server's CPU in percent of one core, per window of 5 s, at `reruns` per second."""
    with servers.plain("fragment", folder, **COLLECTION) as server:
        return asyncio.run(_cpu(server, tabs, reruns, seconds))


async def _cpu(server: servers.Server, tabs: int, reruns: float, seconds: float) -> list[float]:
    opened = [EmptyTab(server.port) for _ in range(tabs)]
    for tab in opened:
        await tab.enter()
    await asyncio.sleep(SETTLE)
    every, began = tabs / reruns, time.monotonic()
    pressing = [
        asyncio.create_task(
            tab.press_until(began + seconds, first=began + place / reruns, every=every)
        )
        for place, tab in enumerate(opened)
    ]
    process, shares = psutil.Process(server.process.pid), []
    while time.monotonic() < began + seconds - 1:
        shares.append(await cpu_share(process, WINDOW))
    await asyncio.gather(*pressing)
    for tab in opened:
        tab.require_connected()
        await tab.leave()
    return shares
