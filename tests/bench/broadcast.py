"""A plain broadcast as a floor: as many sockets, the same texts, once a second, from a Starlette
program that does nothing else.

It says what is left to gain in the server. A page that polls, which `wall_delay` measures, says
what a delay is worth to a viewer: half its interval on average, whatever the server is.
"""

import asyncio
import json
import time
from dataclasses import dataclass
from urllib.request import Request, urlopen

import psutil

from tests.bench import cpu
from tests.bench.arrivals import Arrivals, headline
from tests.bench.figures import Floor
from tests.bench.lean_socket import LeanSocket
from tests.bench.servers import Server

NAME = "a plain broadcast"
AT_ONCE = 50
LAST_WORD = 1


@dataclass(frozen=True)
class Broadcast:
    """Milliseconds from the start of each broadcast to each socket, and the CPU of the program
    meanwhile in percent of one core."""

    delays: Floor
    cpu: Floor


async def broadcast(plain: Server, number: int, board: dict, changes: int) -> Broadcast:
    """`board`: a message of the live feed, sent with another headline each second."""
    arrivals = Arrivals()
    sockets: list[LeanSocket] = []
    for begin in range(0, number, AT_ONCE):
        some = range(begin, min(begin + AT_ONCE, number))
        opening = (LeanSocket.open(plain.port, "live", arrivals.hearing()) for _ in some)
        sockets += await asyncio.gather(*opening)
    process = psutil.Process(plain.process.pid)
    before, began = cpu.seconds(process), time.monotonic()
    said = await _say_all(plain, board, changes)
    share = (cpu.seconds(process) - before) / (time.monotonic() - began - LAST_WORD) * 100
    for socket in sockets:
        socket.close()
    return Broadcast(Floor(NAME, arrivals.delays(said)), Floor(NAME, [share]))


async def _say_all(plain: Server, board: dict, changes: int) -> dict[str, float]:
    """When each broadcast began, by its number."""
    said = {}
    for turn in range(changes):
        due, number = time.monotonic() + 1, f"{turn:04d}"
        said[number] = await asyncio.to_thread(_say, plain, _text(board, headline(number)))
        await asyncio.sleep(max(due - time.monotonic(), 0))
    await asyncio.sleep(LAST_WORD)
    return said


def _text(board: dict, words: str) -> str:
    # The others' headlines are those of the measurement before, with numbers of their own.
    first, *others = board["board"]["sections"]
    silent = [one | {"headline": "–" * len(one["headline"])} for one in others]
    sections = [first | {"headline": words}, *silent]
    changed = board | {"board": board["board"] | {"sections": sections}}
    return json.dumps(changed, ensure_ascii=False, separators=(",", ":"))


def _say(plain: Server, text: str) -> float:
    asked = Request(f"{plain.address}/say", data=text.encode(), method="POST")
    with urlopen(asked, timeout=20) as answer:
        return json.load(answer)["said"]
