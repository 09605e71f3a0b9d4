"""The application as a process of its own, started as `make run` starts it."""

import http.client
import os
import socket
import subprocess
import time
from dataclasses import dataclass
from itertools import cycle
from pathlib import Path
from urllib.parse import urlencode
from weakref import WeakSet

from tests import warm

ROOT = Path(__file__).parent.parent
STARTS_WITHIN = 180.0  # seconds; two cores are shared with the other tests
# Below the ports that systems choose by themselves, where another's connection may take one between
# its choice and its use.
FIRST_PORT = 20_000 + 100 * (os.getpid() % 100)


@dataclass(frozen=True)
class Answer:
    status: int
    headers: dict[str, str]  # names in lower case
    text: str
    set_cookies: tuple[str, ...] = ()

    @property
    def cookies(self) -> dict[str, str]:
        """The cookies by their plain names, without the installation's mark."""
        pairs = [cookie.partition(";")[0].partition("=") for cookie in self.set_cookies]
        return {name.partition(".")[0]: value for name, _, value in pairs}


class Server:
    """One server on a free port, with settings of its environment. Its log stays, to be read by
    the tests.
    """

    def __init__(self, database: str, log: Path, **settings: str) -> None:
        self.database = database
        self.settings = {
            "DATABASE_URL": database,
            "HOST": "127.0.0.1",
            "PYTHONUNBUFFERED": "1",
            # A real event's server would make a backup as it starts, into the folder of the
            # person who runs the tests.
            "BACKUP_EVERY": os.environ.get("BACKUP_EVERY", "0"),
        } | settings
        self.options: tuple[str, ...] = ("--sample",)
        self.log_file = log
        self.port = server_port()
        _servers.add(self)
        self.process: subprocess.Popen | warm.Copy | None = None

    @property
    def host(self) -> str:
        return f"127.0.0.1:{self.port}"

    @property
    def address(self) -> str:
        return f"http://{self.host}"

    def start(self) -> "Server":
        """Returns as soon as the server answers."""
        environment = os.environ | self.settings | {"PORT": str(self.port)}
        with self.log_file.open("ab") as log:
            self.process = warm.start(
                "-m", "web", *self.options, env=environment, stdout=log, stderr=subprocess.STDOUT
            )
        until = time.monotonic() + STARTS_WITHIN
        while not self.answers():
            assert self.process.poll() is None, f"the server ended by itself:\n{self.log}"
            assert time.monotonic() < until, (
                f"the server did not answer within {STARTS_WITHIN} s:\n{self.log}"
            )
            time.sleep(0.05)
        return self

    def answers(self) -> bool:
        try:
            return self.ask("/healthz").status == 200
        except OSError:
            return False

    def kill(self) -> None:
        """As a power cut would: no farewell to anybody."""
        self.process.kill()
        self.process.wait()

    def stop(self) -> None:
        if self.process and self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(timeout=10)
            except subprocess.TimeoutExpired:
                self.kill()

    @property
    def log(self) -> str:
        return self.log_file.read_text(encoding="utf-8", errors="replace")

    def ask(self, path: str, **options) -> Answer:
        """One request, as `ask` makes it."""
        return ask(http.client.HTTPConnection("127.0.0.1", self.port, timeout=20), path, **options)

    def sign_in(self, person: str) -> str:
        """The token of a new sign-in with a rehearsal role."""
        return self.ask("/sign-in", method="POST", form={"person": person}).cookies["san_sang"]


def ask(
    connection: http.client.HTTPConnection,
    path: str,
    *,
    method: str = "GET",
    form: dict | None = None,
    body: bytes | str | None = None,
    **headers: str,
) -> Answer:
    """One request, without following where it leads. `headers`: names with `_` for `-`."""
    sent = {name.replace("_", "-"): value for name, value in headers.items()}
    if form is not None:
        body, sent["Content-Type"] = urlencode(form), "application/x-www-form-urlencoded"
    try:
        connection.request(method, path, body=body, headers=sent)
        got = connection.getresponse()
        received = {name.lower(): value for name, value in got.getheaders()}
        cookies = tuple(got.headers.get_all("set-cookie", []))
        return Answer(got.status, received, got.read().decode("utf-8", errors="replace"), cookies)
    finally:
        connection.close()


_servers: WeakSet[Server] = WeakSet()
_others = cycle(range(FIRST_PORT + 50, FIRST_PORT + 100))


def server_port() -> int:
    """The first port that no server of this process has. The next server gets it again, so that
    a browser has the product's files already.
    """
    taken = {one.port for one in _servers}
    return next(
        port for port in range(FIRST_PORT, FIRST_PORT + 50) if port not in taken and is_free(port)
    )


def free_port() -> int:
    return next(port for port in _others if is_free(port))


def is_free(port: int) -> bool:
    with socket.socket() as trial:
        if os.name != "nt":  # there it would allow a port that is in use
            trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            trial.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True
