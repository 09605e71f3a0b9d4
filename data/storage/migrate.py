"""Migrations: bring a database to the shape of the tables, and check whether it has it."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from data.storage import database
from models.refusals import Refusal

SCRIPTS = Path(__file__).parent / "migrations"


def settings(connection: Connection | None = None) -> Config:
    """Alembic's settings, in place of an `alembic.ini`."""
    config = Config()
    config.set_main_option("script_location", str(SCRIPTS).replace("%", "%%"))
    config.set_main_option("file_template", "%%(year)d_%%(month).2d_%%(day).2d_%%(slug)s")
    config.attributes["connection"] = connection
    return config


def upgrade() -> None:
    """Run the missing revisions; a database already in shape is left alone.

    Refuses `database_newer` where a later version of the program has changed it.
    """
    with (
        database.engine().execution_options(writes=True).connect() as connection,
        _without_foreign_keys(connection),
    ):
        with connection.begin():
            if not is_current(connection):
                _require_known(connection)
                command.upgrade(settings(connection), "head")
                _require_whole(connection)


def _require_known(connection: Connection) -> None:
    revision = MigrationContext.configure(connection).get_current_revision()
    known = {one.revision for one in ScriptDirectory.from_config(settings()).walk_revisions()}
    if revision is not None and revision not in known:
        raise Refusal("database_newer", version=revision)


@contextmanager
def _without_foreign_keys(connection: Connection) -> Iterator[None]:
    """SQLite alters a table by building another one, which foreign keys to the first would stop."""
    if connection.dialect.name != "sqlite":
        yield
        return
    # Outside of any transaction, where alone the setting counts.
    driver: Any = connection.connection.driver_connection
    driver.execute("PRAGMA foreign_keys=OFF").close()
    try:
        yield
    finally:
        driver.execute("PRAGMA foreign_keys=ON").close()


def _require_whole(connection: Connection) -> None:
    """Fail, and so roll back, where a revision would leave a row pointing to nothing."""
    broken = (
        connection.exec_driver_sql("PRAGMA foreign_key_check").first()
        if connection.dialect.name == "sqlite"
        else None
    )
    if broken:
        raise RuntimeError(f"the migration would break a reference of table {broken[0]}")


def is_current(connection: Connection) -> bool:
    """Whether every revision has been run."""
    return (
        MigrationContext.configure(connection).get_current_revision()
        == ScriptDirectory.from_config(settings()).get_current_head()
    )
