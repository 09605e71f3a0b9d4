"""A writer that may be killed at any moment: it gives the product's commands, and its successor
repeats what was left open.

Each order is noted in the journal before it is given and acknowledged after `database.run`
returned, as a telephone that keeps its form until it hears the answer. For the controls a writer
can be made to work without one of the safeguards, and to kill itself at a point of a command.
"""

import os
import signal
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from pathlib import Path

from sqlalchemy import event, select

from data import incidents
from data.attendance import commands
from data.commands import Command, Origin, execute
from data.readiness import tasks as readiness_tasks
from data.storage import changes, database
from models.access.people import Person
from models.incidents import Entry
from models.refusals import Refusal
from tests import stage
from tests.soak.journal import Journal, Order

OPENS, CLOSES = (
    "D+1 07:00",
    "D+1 11:00",
)  # of the small event's main session; all moments of orders lie between
COMMANDS = {
    "confirm_section": readiness_tasks.confirm_section,
    "set_headline": readiness_tasks.set_headline,
    "report_status": readiness_tasks.report_status,
    "admit": commands.admit,
    "undo_attendance": commands.undo_attendance,
    "open_entry": incidents.open_entry,
    "update_entry": incidents.update_entry,
}
# So many of the seven orders build on no other, which may have been lost where a safeguard is
# missing.
ALONE = 4
BADGES = ("0001G", "0002K", "0003M", "0004P", "0005T", "0006C", "0007H", "0008L")


@dataclass(frozen=True)
class Place:
    """What every writer knows of the small event."""

    opens: datetime
    by: Person
    sections: tuple[int, int]
    tasks: tuple[int, ...]
    item: int


def the_place() -> Place:
    return Place(
        opens=stage.at(OPENS),
        by=stage.person("command"),
        sections=(stage.section("an_ninh"), stage.section("hau_can")),
        tasks=tuple(stage.task(number) for number in range(1, 6)),
        item=stage.item("phien_chinh"),
    )


class Writer:
    """One of several side by side; `number` keeps their badges and moments apart."""

    def __init__(self, place: Place, folder: Path, number: int, *, without: str = "") -> None:
        self.place = place
        self.number = number
        self.journal = Journal(folder / f"writer{number}.journal")
        self.without = without

    def repeat(self) -> None:
        """Gives again what was left open, with the same idempotency_key."""
        for order in self.journal.open:
            self.journal.note("repeated", order.once)
            self._give(
                order,
                once=f"{order.once}-again" if self.without == "the idempotency_key" else order.once,
            )

    def work(self, most: int | None = None) -> None:
        """Gives one order after the other, for ever unless `most` limits them."""
        begun = len(self.journal.meant)
        for order in islice(self._orders(begun), most):
            self.journal.mean(order)
            self._give(order, once=order.once)

    def _orders(self, turn: int):
        while True:
            yield self._order(turn)
            turn += 1

    def _order(self, turn: int) -> Order:
        """Seven kinds in turns; who was let in is sent out again and what was opened is closed
        within each seven.
        """
        section = {"section_id": self.place.sections[turn % 2]}
        task = {
            "task_id": self.place.tasks[turn % len(self.place.tasks)],
            "status": "at_risk",
            "note": f"Ghi chú {turn}",
        }
        scan = {"badge": BADGES[self.number], "item_id": self.place.item}
        command, facts = (
            ("confirm_section", section),
            ("admit", scan),
            (
                "open_entry",
                section | {"priority": 1 + turn % 3, "text": f"Dòng {turn} của {self.number}"},
            ),
            ("report_status", task),
            ("undo_attendance", scan),
            ("set_headline", section | {"headline": f"Tin {turn} của {self.number}"}),
            ("update_entry", {"status": "closed", "text": f"Xong {turn}"}),
        )[turn % 7]
        at = self.place.opens + timedelta(milliseconds=turn, microseconds=self.number)
        entry = self._name(turn - 4) if command == "update_entry" else ""
        return Order(self._name(turn), command, at.isoformat(), facts, entry)

    def _name(self, turn: int) -> str:
        return f"writer{self.number}-{turn}"

    def practise(self) -> None:
        """Gives each kind of command and takes all back. What was compiled for it stays: who is
        forked then starts at full speed.
        """
        with suppress(_TakenBack), database.writing() as session:
            for order in islice(self._orders(0), len(COMMANDS)):
                work = _work(COMMANDS[order.command])
                work(session, **self._facts(session, order, once=order.once))
            changes.store(session)
            raise _TakenBack

    def _facts(self, session, order: Order, *, once: str) -> dict:
        facts = {
            "idempotency_key": once,
            "by": self.place.by,
            "now": order.moment,
            **order.facts,
        }
        if order.entry:
            facts["entry_id"] = session.execute(
                select(Entry.id).where(Entry.idempotency_key == order.entry)
            ).scalar_one()
        return facts

    def _give(self, order: Order, *, once: str) -> None:
        with database.reading() as session:
            facts = self._facts(session, order, once=once)
        try:
            database.run(self._command(order), **facts)
        except Refusal as refusal:
            self.journal.note("refused", [order.once, refusal.code])
        self.journal.acknowledge(order)

    def _command(self, order: Order) -> Callable:
        """The product's own, or as it would be without a safeguard."""
        command = _work(COMMANDS[order.command])

        def too_early(session, **facts):
            answer = command(session, **facts)
            self.journal.acknowledge(order)  # and the commit is yet to come
            return answer

        def in_two(session, **facts):
            answer = command(session, **facts)
            noted = session.info.pop("changes", [])
            session.commit()  # and the change row is yet to come
            session.info["changes"] = noted
            return answer

        return {"the commit first": too_early, "one transaction": in_two}.get(self.without, command)


class _TakenBack(Exception):
    pass


def _work(command: Command) -> Callable:
    """A command as a function of the session, of who gives it when and by which key."""

    def work(session, *, by: Person, now: datetime, idempotency_key: str, **facts):
        origin = Origin(by, idempotency_key=idempotency_key, at=now)
        return execute(session, origin, command, **facts)

    return work


# --- where a writer kills itself ------------------------------------------------------------------


def _die(*_) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def _before_the_change_row() -> None:
    def look(_connection, _cursor, statement: str, *_) -> None:
        if "INSERT INTO change " in statement:  # on PostgreSQL in one with the notification
            _die()

    event.listen(database.engine(), "before_cursor_execute", look)


def _before_the_commit() -> None:
    def look(connection) -> None:
        if connection.get_execution_options().get("writes"):
            _die()

    event.listen(database.engine(), "commit", look)


def _before_the_answer() -> None:
    changes.subscribe(_die)  # called right after the commit


POINTS = {
    "before the change row": _before_the_change_row,
    "before the commit": _before_the_commit,
    "before the answer": _before_the_answer,
}
