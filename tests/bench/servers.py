"""Servers in processes of their own: the product, and plain Streamlit scripts to compare it
with.
"""

import http.client
import json
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.error import URLError
from urllib.parse import urlencode
from urllib.request import Request, urlopen

from tests.bench.machine import ROOT

HOST = "127.0.0.1"
PATIENCE = 40  # seconds for a server to answer


@dataclass(frozen=True)
class Server:
    """A server that answers."""

    port: int
    process: subprocess.Popen

    @property
    def address(self) -> str:
        return f"http://{HOST}:{self.port}"

    def set_headline(self, place: int, text: str) -> float:
        """Commits a headline inside the product's server; returns the moment of the commit in ms
        since 1970.
        """
        return self._commit("headline", place=place, text=text)

    def call_speaker(self, who: str) -> float:
        """Calls a speaker at the item that runs; returns the same of that commit."""
        return self._commit("cue", text=who)

    def _commit(self, route: str, **facts: object) -> float:
        address = f"{self.address}/bench/{route}?{urlencode(facts)}"
        with urlopen(Request(address, method="POST"), timeout=20) as answer:
            return json.load(answer)["committed"]

    def sign_in(self, person: str) -> str:
        """Signs in with a rehearsal role; returns the cookie to send."""
        connection = http.client.HTTPConnection(HOST, self.port, timeout=20)
        try:
            form = {"Content-Type": "application/x-www-form-urlencoded"}
            connection.request("POST", "/sign-in", body=urlencode({"person": person}), headers=form)
            answer = connection.getresponse()
            answer.read()
            cookies = [
                value.partition(";")[0]
                for name, value in answer.getheaders()
                if name.lower() == "set-cookie"
            ]
            return "; ".join(cookies)
        finally:
            connection.close()


@contextmanager
def product(
    database_address: str, folder: Path, *, module: str = "tests.bench.served", **environment: str
) -> Iterator[Server]:
    """The product, started as `make run` starts it, with the routes that the module adds."""
    port = free_port()
    variables = {
        "PORT": str(port),
        "HOST": HOST,
        "DATABASE_URL": database_address,
        "CONNECTIONS_PER_ADDRESS": "10000",
    } | environment
    command = [sys.executable, "-m", module]
    with _running(
        command, variables, port, "/healthz", cwd=ROOT, log=folder / f"product-{port}.log"
    ) as server:
        yield server


@contextmanager
def plain(script: str, folder: Path, **variables: str) -> Iterator[Server]:
    """A plain Streamlit script of `tests/bench/plain`, away from the product's settings;
    `variables` goes to its environment.
    """
    port = free_port()
    own = folder / f"plain-{port}"
    own.mkdir()
    copy = Path(shutil.copy(Path(__file__).parent / "plain" / f"{script}.py", own))
    options = {"server.port": port, "server.address": HOST, "browser.serverAddress": HOST}
    fixed = {
        "server.headless": "true",
        "browser.gatherUsageStats": "false",
        "server.fileWatcherType": "none",
    }
    flags = [f"--{name}={value}" for name, value in (options | fixed).items()]
    command = [sys.executable, "-m", "streamlit", "run", str(copy), *flags]
    variables = {"PYTHONPATH": str(ROOT), **variables}
    with _running(
        command, variables, port, "/_stcore/health", cwd=own, log=own / "server.log"
    ) as server:
        yield server


@contextmanager
def broadcast(folder: Path) -> Iterator[Server]:
    """The plain broadcast, with the settings by which Streamlit runs uvicorn."""
    port = free_port()
    options = ("--ws=websockets-sansio", "--ws-per-message-deflate=false", "--log-level=warning")
    command = [sys.executable, "-m", "uvicorn", f"--host={HOST}", f"--port={port}", *options]
    with _running(
        [*command, "tests.bench.plain.feed:app"],
        {},
        port,
        "/healthz",
        cwd=ROOT,
        log=folder / f"broadcast-{port}.log",
    ) as server:
        yield server


def free_port() -> int:
    with socket.socket() as trial:
        trial.bind((HOST, 0))
        return trial.getsockname()[1]


@contextmanager
def _running(
    command: list[str], variables: dict, port: int, health: str, *, cwd: Path, log: Path
) -> Iterator[Server]:
    with log.open("w", encoding="utf-8") as written:
        process = subprocess.Popen(
            command, cwd=cwd, env=os.environ | variables, stdout=written, stderr=subprocess.STDOUT
        )
    server = Server(port, process)
    try:
        _wait_for(server, health, log)
        yield server
    finally:
        process.terminate()
        try:
            process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        _print_trouble(log)


def _wait_for(server: Server, health: str, log: Path) -> None:
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        if server.process.poll() is not None:
            break
        try:
            with urlopen(server.address + health, timeout=2):
                return
        except (URLError, OSError):
            time.sleep(0.1)
    raise RuntimeError(f"a server did not start:\n{log.read_text(encoding='utf-8')[-2000:]}")


def _print_trouble(log: Path) -> None:
    """A figure of a server that stumbled is worth little, so that is said."""
    text = log.read_text(encoding="utf-8")
    if "Traceback" in text or "ERROR" in text:
        print(f"note: a server wrote errors to its log:\n{text[-2000:]}", file=sys.stderr)
