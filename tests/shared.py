"""What the workers of one run share: a folder, and the turn to prepare something in it."""

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

WORKER = os.environ.get("PYTEST_XDIST_WORKER", "alone")
WAITS = 300.0  # seconds for which one waits for what another prepares


def folder_of_run(factory: pytest.TempPathFactory) -> Path:
    """One folder for all workers of a run; its name is that of the run alone."""
    base = factory.getbasetemp()
    run = os.environ.get("PYTEST_XDIST_TESTRUNUID", f"pid{os.getpid()}")
    folder = (base.parent if WORKER != "alone" else base) / f"run{run}"
    folder.mkdir(exist_ok=True)
    return folder


@contextmanager
def alone(place: Path) -> Iterator[None]:
    """Keeps all others who ask for the same place waiting. A file and no lock of the system's,
    so that it works anywhere.
    """
    lock, until = place.with_name(f"{place.name}.lock"), time.monotonic() + WAITS
    while True:
        try:
            os.close(os.open(lock, os.O_CREAT | os.O_EXCL))
            break
        except FileExistsError:
            assert time.monotonic() < until, f"{lock} was not released within {WAITS} s"
            time.sleep(0.02)
    try:
        yield
    finally:
        lock.unlink()
