"""Badges that were replaced: a dead badge opens nothing."""

from datetime import datetime

from sqlalchemy import UniqueConstraint
from sqlmodel import Field

from models.storage import Record, moment_column


class ReplacedBadge(Record, table=True):
    """A fact: a delegate's badge died, because he was given another one."""

    __table_args__ = (UniqueConstraint("event_id", "badge"),)

    id: int | None = Field(default=None, primary_key=True)
    event_id: int = Field(foreign_key="event.id")
    badge: str
    delegate_id: int = Field(foreign_key="delegate.id")
    at: datetime = Field(sa_column=moment_column())
    person_id: int = Field(foreign_key="person.id")
    nonce: str = Field(unique=True)
