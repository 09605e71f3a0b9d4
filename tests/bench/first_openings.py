"""What many first openings of a page at once cost the server: the files of one, fetched by HTTP as
often as telephones join, with and without compression.
"""

import http.client
import time
from concurrent.futures import ThreadPoolExecutor

import psutil

from tests.bench.servers import HOST, Server

AT_ONCE = 12  # connections of the client
SHORT = 400  # bytes; what is shorter may be no shorter compressed


def cpu_seconds(server: Server, paths: list[str], times: int, accepted: str) -> float:
    """Seconds of the server's CPU (user and system) for all files of so many openings."""
    process = psutil.Process(server.process.pid)
    before = _used(process)
    with ThreadPoolExecutor(AT_ONCE) as pool:
        list(pool.map(lambda _: _fetch(server.port, paths, accepted), range(times)))
    return _used(process) - before


def _used(process: psutil.Process) -> float:
    times = process.cpu_times()
    return times.user + times.system


def _fetch(port: int, paths: list[str], accepted: str) -> None:
    connection = http.client.HTTPConnection(HOST, port, timeout=60)
    try:
        for path in paths:
            connection.request("GET", path, headers={"Accept-Encoding": accepted})
            connection.getresponse().read()
    finally:
        connection.close()


def wait_until_compressed(server: Server, paths: list[str], *, patience: float = 60) -> None:
    """Until the forms are ready that a first start makes meanwhile."""
    until = time.monotonic() + patience
    while not all(_is_compressed(server.port, path) for path in paths):
        if time.monotonic() > until:
            raise TimeoutError("the server's files are not compressed")
        time.sleep(0.2)


def _is_compressed(port: int, path: str) -> bool:
    """Whether a file is served compressed, or is too short for it."""
    connection = http.client.HTTPConnection(HOST, port, timeout=60)
    try:
        connection.request("HEAD", path, headers={"Accept-Encoding": "br"})
        answer = connection.getresponse()
        answer.read()
        short = int(answer.getheader("Content-Length", "0")) < SHORT
        return short or answer.getheader("Content-Encoding") == "br"
    finally:
        connection.close()
