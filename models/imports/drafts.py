"""An import that is being prepared: its files, what a person said of them, and where it stands.

A draft is working material and no fact: it is changed in place, and with its files deleted once it
is confirmed or dropped, or after `DRAFT_DAYS`. The files hold names and telephone numbers.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, LargeBinary, UniqueConstraint
from sqlmodel import Column, Field

from models.refusals import Refusal
from models.storage import Record, moment_column
from models.text import clean

MAX_FILES = 10
MAX_FILE_BYTES = 10 * 2**20  # `.streamlit/config.toml` holds it as well
MAX_DRAFT_BYTES = 30 * 2**20
MAX_ANSWERS = 5_000
ANSWER_LENGTH, KEY_LENGTH, NAME_LENGTH = 4_000, 400, 80
MAX_DESKS = 50
ISSUER_LENGTH = 200
DRAFT_DAYS = 14


class Step(StrEnum):
    """The steps of the event page, in their order."""

    EVENT = "event"
    FILES = "files"
    COLUMNS = "columns"
    QUESTIONS = "questions"
    PREVIEW = "preview"
    READY = "ready"


class ImportDraft(Record, table=True):
    """The import that is being prepared for an event; at most one.

    `step`: where it is taken up again. `issuer`: the body that issues the event's documents.
    `choices`: by `sheet_key` what a person said that a sheet is (`Chosen`). `answers`: by a
    question's key or its kind. `version` rises with every change, also of its files.
    `confirmed_at`: when it was confirmed to be written apart, and nothing was changed since.
    """

    id: int = Field(default=None, primary_key=True)
    event_id: int = Field(foreign_key="event.id", unique=True)
    version: int = 1
    step: str = Step.FILES.value
    issuer: str = ""
    desks: int = 0
    choices: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
    answers: dict[str, str] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
    begun_at: datetime = Field(sa_column=moment_column())
    at: datetime = Field(sa_column=moment_column())
    confirmed_at: datetime | None = Field(default=None, sa_column=moment_column(nullable=True))
    person_id: int = Field(foreign_key="person.id")


class ImportFile(Record, table=True):
    """A file of a draft as it was sent; `digest`: SHA-256 of its bytes."""

    __table_args__ = (UniqueConstraint("draft_id", "name"),)

    id: int = Field(default=None, primary_key=True)
    draft_id: int = Field(foreign_key="importdraft.id", index=True)
    name: str
    size: int
    digest: str
    content: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    at: datetime = Field(sa_column=moment_column())


class ImportShape(Record, table=True):
    """What a person said of the columns of a header row, for the next file of that shape.

    `shape`: a digest of its header cells (`shape_of`); `columns`: field by column number. It holds
    no text of a file and outlasts the draft.
    """

    shape: str = Field(primary_key=True)
    kind: str
    columns: dict[str, str] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
    at: datetime = Field(sa_column=moment_column())


def require_file(name: str, content: bytes) -> str:
    """The name that a file is kept under. Refuses `import_empty` and `import_too_large`."""
    shown = clean(name.replace("\\", "/").rpartition("/")[2])[:NAME_LENGTH] or "?"
    if not content:
        raise Refusal("import_empty", file=shown)
    if len(content) > MAX_FILE_BYTES:
        raise Refusal("import_too_large", file=shown, megabytes=MAX_FILE_BYTES // 2**20)
    return shown


def require_room(sizes: Mapping[str, int]) -> None:
    """Refuses `import_files_many` and `import_files_large` for the files of a draft together."""
    if len(sizes) > MAX_FILES:
        raise Refusal("import_files_many", limit=MAX_FILES)
    if sum(sizes.values()) > MAX_DRAFT_BYTES:
        raise Refusal("import_files_large", megabytes=MAX_DRAFT_BYTES // 2**20)


def require_answers(answers: Mapping[str, str]) -> dict[str, str]:
    """The answers cleaned; an empty one takes an earlier one back.

    Refuses `import_answer_unknown` for what is longer than any question or answer.
    """
    cleaned = {key: clean(answer) for key, answer in answers.items()}
    long = any(
        not key or len(key) > KEY_LENGTH or len(answer) > ANSWER_LENGTH
        for key, answer in cleaned.items()
    )
    if long or len(cleaned) > MAX_ANSWERS:
        raise Refusal("import_answer_unknown")
    return cleaned


def require_step(step: str) -> Step:
    if step not in set(Step):
        raise Refusal("import_step_unknown")
    return Step(step)


def is_old(draft: ImportDraft, now: datetime) -> bool:
    """Whether a draft is deleted because nothing was changed in it for `DRAFT_DAYS`."""
    return now - draft.at > timedelta(days=DRAFT_DAYS)
