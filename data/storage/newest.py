"""Which facts count: those up to a view's moment, and the newest one of each subject."""

from datetime import datetime
from typing import Any

from sqlalchemy import BindParameter, ColumnElement, func, true
from sqlmodel import col, select
from sqlmodel.sql.expression import SelectOfScalar

from models.events.event import View
from models.storage import UTC, Fact, Record

WHENEVER = datetime(9999, 1, 1, tzinfo=UTC)
"""For a statement that is built once with its moment as a parameter: all that was recorded."""


def recorded_until(view: View) -> datetime | None:
    """Up to which moment facts count: None for now, which is whatever was recorded, whichever
    process's clock is ahead."""
    return view.moment if view.past else None


def recorded(fact: type[Record], view: View) -> ColumnElement[bool]:
    """The condition that a fact, or a record with its moment `at`, counts in a view."""
    at: ColumnElement[datetime] = fact.__table__.c.at
    return at <= view.moment if view.past else true()


def newest(
    fact: type[Fact], *of: Any, until: datetime | BindParameter[datetime] | None = None
) -> SelectOfScalar[int]:
    """The ids of the newest facts of a table, one for each combination of the columns `of`.

    `until`: only facts up to that moment. By id, the order of acceptance, whatever the clocks said.
    """
    ids = select(func.max(fact.__table__.c.id)).group_by(*map(col, of))
    return ids if until is None else ids.where(col(fact.at) <= until)
