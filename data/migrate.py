"""Bringing a database to the shape of the tables, and telling whether it has it."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from data import database

SCRIPTS = Path(__file__).parent / "migrations"


def settings(connection: Connection | None = None) -> Config:
    made = Config()
    made.set_main_option("script_location", str(SCRIPTS).replace("%", "%%"))
    made.set_main_option("file_template", "%%(year)d_%%(month).2d_%%(day).2d_%%(slug)s")
    made.attributes["connection"] = connection
    return made


def upgrade() -> None:
    """Runs what is missing; a database already in shape is left alone."""
    with database.engine().execution_options(writes=True).begin() as connection:
        if not is_current(connection):
            command.upgrade(settings(connection), "head")


def is_current(connection: Connection) -> bool:
    """Whether every revision has been run."""
    return (
        MigrationContext.configure(connection).get_current_revision()
        == ScriptDirectory.from_config(settings()).get_current_head()
    )
