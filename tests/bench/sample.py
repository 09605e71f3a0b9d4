"""The database of the benchmark's servers: the sample at its start, with the clock paused."""

import os
import shutil
from pathlib import Path

from data.access import people
from data.commands import Origin, run
from data.events import scenario
from data.events.clock import event_now, real_now
from data.events.current import require_event
from data.rehearsal import clock, runs
from data.storage import database, migrate
from models.events.event import View
from models.rehearsal import RehearsalProgress


def use(address: str) -> None:
    """Points this process at another database."""
    database.dispose()
    os.environ["DATABASE_URL"] = address


def sqlite_address(file: Path) -> str:
    return f"sqlite:///{file.as_posix()}"


def make(file: Path) -> None:
    """Makes the sample. Its clock is paused: only the benchmark's own commits move a wall."""
    use(sqlite_address(file))
    migrate.upgrade()
    database.run(runs.start_run, real=real_now())
    run(_room(), clock.pause_clock)
    database.dispose()


def _room() -> Origin:
    """The command room, which sets the clock."""
    with database.reading() as session:
        person = people.person_by_key(session, "command")
        session.expunge(person)
    return Origin(person)


def let_people_act(address: str) -> None:
    """Ends the scenario and runs the clock: from here on only people act."""
    use(address)
    database.run(_end_scenario)
    run(_room(), clock.run_clock, speed=1.0)
    database.dispose()


def _end_scenario(session) -> None:
    event = require_event(session)
    session.get(RehearsalProgress, event.id).performed = len(scenario.steps_of(event))


def now_view(session, event) -> View:
    """What a screen shows now."""
    return View(event_now(session, event))


class Samples:
    """Fresh copies of one sample, which is made when the first of them is asked for."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.copies = 0

    def fresh(self) -> str:
        """The address of a new copy."""
        made = self.folder / "sample.db"
        if not made.exists():
            make(made)
        self.copies += 1
        copy = self.folder / f"copy{self.copies}.db"
        shutil.copy(made, copy)
        return sqlite_address(copy)
