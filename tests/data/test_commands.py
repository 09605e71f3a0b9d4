"""Tests of data/commands.py: what every command does, and what no command lets into a table."""

import json
from dataclasses import is_dataclass, replace

import pytest
from sqlmodel import text

from data import commands
from data.attendance.report import export_attendance
from data.commands import Origin, execute
from data.storage import database
from models.access.people import Person
from models.refusals import Refusal
from models.storage import Record
from tests import stage
from tests.data.access.test_permissions import (  # noqa: F401  the second is that one's fixture
    WRITES,
    Target,
    Write,
    _prepared,
    all_people,
    expected,
    prepared,
)
from tests.stage import REAL, nothing_written, one_change

FORBIDDEN = "\ufffe\uffff\ufdd0\U0001fffe"  # XML forbids the first two: no document is made of them


# --- exports: read, written, recorded -------------------------------------------------------------


def taken(write) -> bytes:
    origin = Origin(stage.person("command"), at=stage.at("D+1 07:00"))
    item_ids = [stage.item("phien_chinh")]
    return commands.export(origin, export_attendance, write, item_ids=item_ids)


def test_a_file_that_was_made_is_recorded_once(event):
    with one_change("export_attendance"):
        assert taken(lambda report: str(report.rows).encode()).isdigit()


def test_a_file_that_could_not_be_made_was_not_taken(event):
    def fail(_report) -> bytes:
        raise ValueError("no file")

    with nothing_written(), pytest.raises(ValueError):
        taken(fail)


def test_others_write_while_a_file_is_made(event):
    """A file of a thousand lines takes seconds, in which the desks go on."""

    def write(_report) -> bytes:
        stage.give(commands.COMMANDS["close_roll"], by="command", when="D+1 07:00", **item)
        return b""

    item = {"item_id": stage.item("phien_chinh")}
    with database.reading() as session:
        before = session.exec(text('SELECT count(*) FROM "change"')).scalar_one()
    taken(write)
    with database.reading() as session:
        assert session.exec(text('SELECT count(*) FROM "change"')).scalar_one() == before + 2


# --- what people type -----------------------------------------------------------------------------


def with_typed(facts: dict, typed: str) -> list[dict]:
    """The facts, once for each text among them, with what is typed at its end."""
    found = [
        {**facts, name: f"{fact}{typed}"}
        for name, fact in facts.items()
        if isinstance(fact, str) and name != "seal"
    ]
    for name, fact in facts.items():
        if is_dataclass(fact):
            texts = [one for one, value in vars(fact).items() if isinstance(value, str)]
            found += [
                {**facts, name: replace(fact, **{one: f"{getattr(fact, one)}{typed}"})}
                for one in texts
            ]
    return found


def accepted(write: Write) -> tuple[Target, Person]:
    """What a command is tried on, and a person from whom it is accepted."""
    return next(
        (target, one)
        for target in write.targets
        for one in all_people()
        if expected(write, target, one) is None
    )


def stored(session) -> str:
    """Everything that the tables hold, and what was noted."""
    rows = [
        tuple(row)
        for name in sorted(Record.metadata.tables)
        for row in session.connection().exec_driver_sql(f'SELECT * FROM "{name}"')
    ]
    return f"{rows} {json.dumps(session.info.get('changes', []), default=str)}"


class Undone(Exception):
    """Takes back the transaction."""


@pytest.mark.slow
@pytest.mark.parametrize("write", WRITES, ids=lambda write: write.function.__name__)
def test_no_command_stores_a_character_that_no_document_can_hold(prepared, write):  # noqa: F811
    target, who = accepted(write)
    for facts in with_typed(target.facts(), f" {FORBIDDEN}x"):
        origin = Origin(who, idempotency_key=stage.idempotency_key(), at=REAL, real=REAL)
        try:
            with database.writing() as session:
                if target.first:
                    target.first(session)
                execute(session, origin, write.function, **facts)
                session.flush()
                held = stored(session)
                for letter in FORBIDDEN:
                    assert letter not in held and ascii(letter)[1:-1] not in held, facts
                raise Undone
        except (Refusal, ValueError, Undone):  # a name of ours with them is none: never stored
            pass
