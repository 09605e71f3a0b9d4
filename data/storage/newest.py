"""The newest fact of each subject: what counts where a later fact takes an earlier one back."""

from datetime import datetime
from typing import Any

from sqlalchemy import BindParameter, func
from sqlmodel import col, select
from sqlmodel.sql.expression import SelectOfScalar

from models.storage import Fact


def newest(
    fact: type[Fact], *of: Any, until: datetime | BindParameter[datetime] | None = None
) -> SelectOfScalar[int]:
    """The ids of the newest facts of a table, one for each combination of the columns `of`.

    `until`: only facts up to that moment. By id, the order of acceptance, whatever the clocks said.
    """
    ids = select(func.max(fact.__table__.c.id)).group_by(*map(col, of))
    return ids if until is None else ids.where(col(fact.at) <= until)
