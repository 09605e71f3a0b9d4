"""Runs the migrations on the connection that `data.migrate` hands over."""

import importlib
import pkgutil

from alembic import context
from sqlmodel.sql.sqltypes import AutoString

import models
from models.storage import Record, UtcTime

for module in pkgutil.walk_packages(
    models.__path__, "models."
):  # every table must be known before shapes are compared
    importlib.import_module(module.name)


def spell(kind: str, item: object, autogen) -> str | bool:
    """How a column's type is written in a new revision.

    Without our own code, which moves on while a revision stays.
    """
    if kind == "type" and isinstance(item, UtcTime):
        return "sa.DateTime(timezone=True)"
    if kind == "type" and isinstance(item, AutoString):
        return "sa.String()"
    return False


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Record.metadata,
    render_item=spell,
    render_as_batch=True,
)
with context.begin_transaction():
    context.run_migrations()
