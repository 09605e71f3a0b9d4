"""Tests of data/migrate.py: an empty database reaches the tables' shape, and stays there."""

import importlib
import pkgutil
import subprocess
import sys

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import inspect, text

import models
from data import database, migrate
from models.base import Record

for module in pkgutil.iter_modules(models.__path__):
    importlib.import_module(f"models.{module.name}")


def differences() -> list:
    with database.engine().connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        return compare_metadata(context, Record.metadata)


def shape() -> dict:
    found = inspect(database.engine())
    return {
        name: (str(found.get_columns(name)), str(found.get_unique_constraints(name)), str(found.get_foreign_keys(name)))
        for name in sorted(found.get_table_names())
    }


def test_an_empty_database_reaches_the_shape_of_the_tables(empty_db):
    assert differences()
    migrate.upgrade()
    assert differences() == []


def test_the_constraints_are_those_of_the_tables_too(db):
    """What autogenerate does not compare: unique keys and checks."""
    found = inspect(database.engine())
    for name, table in Record.metadata.tables.items():
        wanted = {"CheckConstraint": 0, "UniqueConstraint": 0}
        for constraint in table.constraints:
            kind = type(constraint).__name__
            if kind in wanted:
                wanted[kind] += 1
        uniques = found.get_unique_constraints(name)
        assert len(uniques) == wanted["UniqueConstraint"], name
        assert len(found.get_check_constraints(name)) == wanted["CheckConstraint"], name


def test_running_twice_changes_nothing(db):
    before = shape()
    migrate.upgrade()
    migrate.upgrade()
    assert shape() == before


def test_every_older_database_reaches_the_shape_of_the_tables(empty_db):
    revisions = [script.revision for script in ScriptDirectory.from_config(migrate.settings()).walk_revisions()]
    for revision in revisions:
        with database.engine().execution_options(writes=True).begin() as connection:
            migrate.command.upgrade(migrate.settings(connection), revision)
        migrate.upgrade()
        assert differences() == []
        for name in [*Record.metadata.tables, "alembic_version"]:
            with database.engine().begin() as connection:
                cascade = " CASCADE" if connection.dialect.name == "postgresql" else ""
                connection.execute(text(f'DROP TABLE IF EXISTS "{name}"{cascade}'))


def test_a_database_tells_whether_it_is_in_shape(empty_db):
    with database.engine().connect() as connection:
        assert not migrate.is_current(connection)
    migrate.upgrade()
    with database.engine().connect() as connection:
        assert migrate.is_current(connection)


def test_a_migration_that_fails_leaves_nothing_behind(empty_db):
    with database.engine().execution_options(writes=True).begin() as connection:
        connection.execute(text("CREATE TABLE review (id INTEGER)"))  # in the way of one of the tables
    try:
        migrate.upgrade()
    except Exception as failure:
        assert "review" in str(failure)
    assert inspect(database.engine()).get_table_names() == ["review"]


def test_three_processes_that_start_at_once_migrate_once(empty_db):
    start = [sys.executable, "-c", "from data import migrate; migrate.upgrade()"]
    processes = [subprocess.Popen(start, stderr=subprocess.PIPE, text=True) for _ in range(3)]
    told = [process.communicate(timeout=60)[1] for process in processes]
    assert [process.returncode for process in processes] == [0] * 3, told
    assert differences() == []
