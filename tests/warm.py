"""Programs of the product as copies of a Python that has imported what they are made of.

Most of the processor time of a server's start, and of a command line's, are imports. A copy (a
fork) begins where those of others' packages and of the product's modules are done, none of which
reads a setting as it is imported (`tests/test_architecture.py`); from there on it does what a new
Python would do: its arguments, environment and files are its own. What a start itself is tested by
(tests/web/test_start.py, tests/cli) starts a new Python, and so does everything outside the tests'
run, and where a system has no fork.
"""

import atexit
import contextlib
import gc
import importlib
import json
import logging
import os
import pkgutil
import re
import runpy
import select
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from functools import cache
from pathlib import Path
from subprocess import DEVNULL, PIPE, STDOUT
from typing import NoReturn, TextIO

from sqlalchemy.orm import configure_mappers

from data import words

ROOT = Path(__file__).parent.parent
PRODUCT = ("models", "data", "web", "jobs", "cli", "ui")
IMPORTED = re.compile(r"^(?:from|import) ([\w.]+)", flags=re.MULTILINE)
# What others' packages import only when a server runs.
BY_NEED = (
    "streamlit.web.cli",
    "streamlit.web.bootstrap",
    "streamlit.web.server.starlette",
    "sqlalchemy.dialects.postgresql.psycopg",
    "sqlalchemy.dialects.sqlite.pysqlite",
    "uvicorn.protocols.http.httptools_impl",
    "uvicorn.protocols.websockets.auto",
    "uvicorn.lifespan.on",
)
MESSAGE = 1 << 20  # bytes at most of one order: a whole environment
COPIES = False  # the tests' own run sets it (tests/conftest.py); a measurement starts a new Python
POSSIBLE = hasattr(os, "pidfd_open")  # which tells that a copy has ended: on Linux


class Copy:
    """A program that runs as a copy, with the part of `subprocess.Popen` that the tests use."""

    def __init__(self, pid: int, ended: int, pipes: list[TextIO | None]) -> None:
        self.pid = pid
        self.stdin, self.stdout, self.stderr = pipes
        self.returncode: int | None = None
        self._ended = ended  # the end of a pipe that brings the exit code

    def poll(self) -> int | None:
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.wait(0)
        return self.returncode

    def wait(self, timeout: float | None = None) -> int:
        if self.returncode is None:
            if not select.select([self._ended], [], [], timeout)[0]:
                raise subprocess.TimeoutExpired(str(self.pid), timeout or 0)
            told = os.read(self._ended, 16)
            os.close(self._ended)
            self.returncode = int(told) if told else -signal.SIGKILL
        return self.returncode

    def communicate(self, timeout: float | None = None) -> tuple[str | None, str | None]:
        """What it says until it ends: little enough for a pipe to hold."""
        self.wait(timeout)
        told = tuple(pipe and pipe.read() for pipe in (self.stdout, self.stderr))
        self._close()
        return told

    def send_signal(self, number: int) -> None:
        if self.poll() is None:
            os.kill(self.pid, number)

    def terminate(self) -> None:
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)

    def __enter__(self) -> "Copy":
        return self

    def __exit__(self, *_) -> None:
        self.wait()
        self._close()

    def _close(self) -> None:
        for pipe in (self.stdin, self.stdout, self.stderr):
            if pipe:
                pipe.close()


def start(
    *asked: str, env: dict[str, str] | None = None, stdin=DEVNULL, stdout=None, stderr=None
) -> Copy | subprocess.Popen:
    """`python asked…` in the product's folder, where `asked` is `-m module words…` or `-c code`.

    Files as `subprocess.Popen` takes them; those of pipes are of text.
    """
    files = {"stdin": stdin, "stdout": stdout, "stderr": stderr}
    given = os.environ if env is None else env
    if COPIES and POSSIBLE and "PYTHONPATH" not in given:  # which only a new Python reads
        return original().start(asked, given, list(files.values()))
    return subprocess.Popen(
        [sys.executable, *asked], cwd=ROOT, env=env, text=True, encoding="utf-8", **files
    )


def run(*asked: str, timeout: float = 60, **options) -> subprocess.CompletedProcess:
    """The same until its end, with what it said and its errors as text."""
    with start(*asked, stdout=PIPE, stderr=PIPE, **options) as process:
        try:
            told = process.communicate(timeout=timeout)
        except subprocess.TimeoutExpired:
            process.kill()
            raise
        return subprocess.CompletedProcess(asked, process.returncode, *told)


class Original:
    """The Python whose copies are started."""

    def __init__(self) -> None:
        self.orders, its = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self.orders.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, MESSAGE)
        with its:
            self.process = subprocess.Popen(
                [sys.executable, "-u", "-m", "tests.warm", str(its.fileno())],
                cwd=ROOT,
                stdin=DEVNULL,
                stdout=DEVNULL,
                pass_fds=[its.fileno()],
            )

    def start(self, asked: tuple[str, ...], env: dict[str, str], files: list) -> Copy:
        """Start a copy; the first one waits until the imports are done."""
        with contextlib.ExitStack() as theirs:
            given = [given_file(file, number, theirs) for number, file in enumerate(files)]
            if files[2] == STDOUT:
                given[2] = given[1]
            ended, tells = os.pipe()
            theirs.callback(os.close, tells)
            order = {"asked": asked, "env": dict(env)}
            numbers = [number for number, _ in given]
            socket.send_fds(self.orders, [json.dumps(order).encode()], [*numbers, tells])
        return Copy(int(self.orders.recv(64)), ended, [pipe for _, pipe in given])

    def stop(self) -> None:
        self.orders.close()  # which ends it and all its copies
        self.process.wait(timeout=10)


def given_file(file, number: int, theirs: contextlib.ExitStack) -> tuple[int, TextIO | None]:
    """The descriptor that a copy gets as its 0, 1 or 2, and our end where it is a pipe."""
    if file == PIPE:
        reads, writes = os.pipe()
        ours, its = (writes, reads) if number == 0 else (reads, writes)
        theirs.callback(os.close, its)
        return its, open(ours, "w" if number == 0 else "r", encoding="utf-8", closefd=True)
    if file == DEVNULL:
        nothing = os.open(os.devnull, os.O_RDWR)
        theirs.callback(os.close, nothing)
        return nothing, None
    if file is None or file == STDOUT:
        return number, None
    return (file if isinstance(file, int) else file.fileno()), None


@cache
def original() -> Original:
    """The one of this worker."""
    return Original()


def stop() -> None:
    if original.cache_info().currsize:
        original().stop()
        original.cache_clear()


# --- in the other Python --------------------------------------------------------------------------


def main(number: int) -> None:
    """Import the packages, and start copies by the orders that come."""
    import_packages()
    gc.collect()
    gc.freeze()  # a copy's collections then leave these pages alone, and shared
    orders = socket.socket(fileno=number)
    running: dict[int, tuple[int, int]] = {}  # a copy's pidfd -> its pid, and where its end goes
    while True:
        for one in select.select([orders, *running], [], [])[0]:
            if one is not orders:
                tell_end(one, *running.pop(one))
            elif not begin(orders, running):
                return end(running)


def import_packages() -> None:
    """Every package that a module of the product names, what those import by need, the product's
    own modules, and the words, which took half of a short command line's time.
    """
    named = {
        name
        for folder in PRODUCT
        for file in (ROOT / folder).rglob("*.py")
        for name in IMPORTED.findall(file.read_text(encoding="utf-8"))
        if name.split(".")[0] not in PRODUCT
    }
    logging.disable()  # Streamlit says that it does not run yet, which a copy's will
    for name in [*sorted(named), *BY_NEED, *modules()]:
        with contextlib.suppress(ImportError):  # of another system, or of an extra
            importlib.import_module(name)
    logging.disable(logging.NOTSET)
    configure_mappers()  # else each copy would with its first query
    for language in words.LANGUAGES:
        words.catalogue(language)


def modules() -> list[str]:
    """The product's modules, but for what runs as it is imported and what Alembic loads."""
    return [
        one.name
        for folder in PRODUCT
        for one in pkgutil.walk_packages([str(ROOT / folder)], f"{folder}.")
        if not one.name.endswith("__main__") and ".migrations" not in one.name
    ]


def begin(orders: socket.socket, running: dict[int, tuple[int, int]]) -> bool:
    """Start a copy; False where no order will come any more."""
    told, files, _, _ = socket.recv_fds(orders, MESSAGE, 4)
    if not told:
        return False
    *standard, tells = files
    pid = os.fork()
    if pid == 0:
        for file in (orders.fileno(), tells, *running, *(ends for _, ends in running.values())):
            os.close(file)
        return end_at_once(lambda: become(json.loads(told), standard))
    for file in standard:
        os.close(file)
    running[os.pidfd_open(pid)] = pid, tells
    orders.send(str(pid).encode())
    return True


def end_at_once(program: Callable[[], None]) -> NoReturn:
    """Run a program, and end as Python does (threads are waited for, what is registered is run,
    what was said is written), but without freeing every object: that would first copy each page of
    memory that a copy shares, and took most of the time of a short program.
    """
    code = 0
    try:
        program()
    except SystemExit as asked:
        code = asked.code if isinstance(asked.code, int) else int(asked.code is not None)
        if isinstance(asked.code, str):
            print(asked.code, file=sys.stderr)
    except Exception:
        sys.excepthook(*sys.exc_info())
        code = 1
    threading._shutdown()
    atexit._run_exitfuncs()
    for said in (sys.stdout, sys.stderr):
        with contextlib.suppress(OSError, ValueError):  # whose other end is gone
            said.flush()
    os._exit(code)


def become(order: dict, standard: list[int]) -> None:
    """Run what was ordered, as this process, until it ends as any Python does."""
    for number, file in enumerate(standard):
        os.dup2(file, number)
        os.close(file)
    os.environ.clear()
    os.environ.update(order["env"])
    time.tzset()
    kind, program, *words = order["asked"]
    if kind == "-m":
        sys.argv = [program, *words]
        runpy.run_module(program, run_name="__main__", alter_sys=True)
    else:
        sys.argv = [kind, *words]
        exec(compile(program, "<string>", "exec"), {"__name__": "__main__"})


def tell_end(pidfd: int, pid: int, tells: int) -> None:
    os.close(pidfd)
    _, status = os.waitpid(pid, 0)
    with contextlib.suppress(BrokenPipeError):
        os.write(tells, str(os.waitstatus_to_exitcode(status)).encode())
    os.close(tells)


def end(running: dict[int, tuple[int, int]]) -> None:
    for pid, _ in running.values():
        os.kill(pid, signal.SIGKILL)
    for pidfd, copy in running.items():
        tell_end(pidfd, *copy)


if __name__ == "__main__":
    main(int(sys.argv[1]))
