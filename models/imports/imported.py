"""Imports into an event: each is a fact with its files, the rows that it wrote, and its undoing."""

from collections.abc import Mapping
from dataclasses import asdict, fields, replace
from datetime import datetime, time
from enum import StrEnum
from typing import Any, TypeVar, get_type_hints

from sqlalchemy import JSON, CheckConstraint, Index
from sqlmodel import Column, Field

from models.storage import Fact, Record

T = TypeVar("T")


class ImportStep(StrEnum):
    """What an import did with a row."""

    ADDED = "added"
    CHANGED = "changed"
    RETIRED = "retired"
    RESTORED = "restored"


class Import(Fact, table=True):
    """A fact: an office's files were imported into the event.

    `files`: name and SHA-256 of each. `counts`: by part of the event how many rows were added,
    changed, retired and restored.
    """

    __table_args__ = (Index("ix_import", "event_id", "id"),)

    id: int = Field(default=None, primary_key=True)
    event_id: int = Field(foreign_key="event.id")
    files: list[dict[str, str]] = Field(
        default_factory=list, sa_column=Column(JSON, nullable=False)
    )
    counts: dict[str, dict[str, int]] = Field(
        default_factory=dict, sa_column=Column(JSON, nullable=False)
    )


class ImportedRow(Record, table=True):
    """A row that an import wrote: which, what was done with it, and its version after that.

    `before`: what a change replaced, by the fields of the form that changes it.
    """

    __table_args__ = (CheckConstraint("step IN ('added','changed','retired','restored')"),)

    import_id: int = Field(foreign_key="import.id", primary_key=True)
    part: str = Field(primary_key=True)
    row_id: int = Field(primary_key=True)
    step: str = Field(primary_key=True)
    version: int = 1
    before: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))


class ImportUndo(Fact, table=True):
    """A fact: an import was undone as a whole."""

    __table_args__ = (Index("ix_import_undo", "event_id", "id"),)

    id: int = Field(default=None, primary_key=True)
    event_id: int = Field(foreign_key="event.id")
    import_id: int = Field(foreign_key="import.id", unique=True)


def stored(form: Any) -> dict[str, Any]:
    """The fields of a form's dataclass as JSON holds them."""
    return {
        name: value.isoformat() if isinstance(value, datetime | time) else value
        for name, value in asdict(form).items()
    }


def form_of(present: T, values: Mapping[str, Any]) -> T:
    """The form that `stored` made its values of; a field that is younger is as at present."""
    hints = get_type_hints(type(present))
    names = [one.name for one in fields(present) if one.name in values]  # type: ignore[arg-type]
    changed = {name: _value(hints[name], values[name]) for name in names}
    return replace(present, **changed)  # type: ignore[type-var]


def _value(hint: Any, value: Any) -> Any:
    if hint in (datetime, time):
        return hint.fromisoformat(value)
    return tuple(value) if isinstance(value, list) else value
