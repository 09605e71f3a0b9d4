"""Another process that writes: a `Writer` gives commands from a Python of its own."""

import os
import subprocess
from pathlib import Path

from tests import stage, warm

ROOT = Path(__file__).parent.parent

WORK = """
import sys
from datetime import datetime, timezone
from data.access.people import person_by_key
from data.commands import Origin, run
from data.incidents import open_entry
from data.readiness.tasks import confirm_section
from data.storage import database

with database.reading() as session:
    by = person_by_key(session, "command")
    session.expunge(by)
print("ready", flush=True)
for line in sys.stdin:
    command, section, idempotency_key = line.split()
    facts = {"section_id": int(section)}
    origin = Origin(by, idempotency_key=idempotency_key, at=datetime.fromisoformat(sys.argv[1]))
    if command == "confirm":
        run(origin, confirm_section, **facts)
    else:
        run(origin, open_entry, priority=1, text="x", **facts)
    print("done", flush=True)
"""


class Writer:
    """A process that writes to `DATABASE_URL` on demand and answers after the commit."""

    def __init__(self, when: str = "D+0 08:00") -> None:
        both = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
        self.process = warm.start("-c", WORK, stage.at(when).isoformat(), **both)
        assert self.process.stdout.readline() == "ready\n"

    def confirm(self, section_id: int | None = None) -> None:
        self._give("confirm", section_id)

    def open_entry(self, section_id: int | None = None) -> None:
        self._give("open_entry", section_id)

    def _give(self, command: str, section_id: int | None) -> None:
        section = section_id or stage.section("an_ninh")
        key = f"{stage.idempotency_key()}-{os.getpid()}"
        self.process.stdin.write(f"{command} {section} {key}\n")
        self.process.stdin.flush()
        assert self.process.stdout.readline() == "done\n"

    def stop(self) -> None:
        self.process.stdin.close()
        self.process.wait(timeout=10)
        self.process.stdout.close()
