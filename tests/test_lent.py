"""Tests of tests/lent.py: what one test changed in a PostgreSQL database no other test finds."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import text

from data.incidents import open_entry
from data.storage import database
from models.storage import Record
from tests.conftest import Databases
from tests.stage import content, give, section


@contextmanager
def lent(databases: Databases) -> Iterator[str]:
    """The address of a database with the small event, lent as tests get it."""
    for _ in databases.fresh("small"):
        yield database.url()


def write() -> int:
    facts = {"section_id": section("an_ninh"), "priority": 1, "text": "Sự cố"}
    return give(open_entry, by="command", when="D+1 07:00", **facts).id


CHANGES = (
    "UPDATE section SET name_vi = 'Khác'",
    "DELETE FROM taskprerequisite",
    "INSERT INTO taskprerequisite SELECT id, id FROM task",
)


def test_what_was_changed_is_put_back(postgres_databases):
    with lent(postgres_databases) as first:
        before = content(*Record.metadata.tables)
        number = write()
        with database.writing() as session:
            for change in CHANGES:
                assert session.execute(text(change)).rowcount
        assert content(*Record.metadata.tables) != before
    with lent(postgres_databases) as second:
        assert second == first
        assert content(*Record.metadata.tables) == before
        assert write() == number, "numbers begin where they did"


@pytest.mark.parametrize(
    "change",
    [
        "ALTER TABLE photographbytes RENAME TO elsewhere",
        "CREATE TABLE more (id INTEGER)",
        "ALTER TABLE section ADD COLUMN more INTEGER",
        "TRUNCATE taskprerequisite",
    ],
)
def test_a_database_of_another_shape_is_not_lent_again(postgres_databases, change):
    with lent(postgres_databases) as first, database.writing() as session:
        session.execute(text(change))
    with lent(postgres_databases) as second:
        assert second != first
