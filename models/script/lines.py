"""The lines of the script: who acts at an item, what is said, switched and made ready behind."""

from dataclasses import dataclass, fields, replace

from sqlmodel import Field

from models.refusals import Refusal
from models.storage import Fact, Record
from models.text import clean, clean_block

LENGTHS = {"who": 200, "words": 6000, "technique": 400, "backstage": 400, "note": 400}
"""The longest text of each column, in characters."""


@dataclass(frozen=True)
class Line:
    """What a person writes of an item. `fixed`: it begins when planned, whatever comes before."""

    who: str = ""
    words: str = ""
    technique: str = ""
    backstage: str = ""
    note: str = ""
    fixed: bool = False


COLUMNS = tuple(one.name for one in fields(Line))


class ScriptLine(Record, table=True):
    """The line of an item as it is. An item without a row has an empty line at version 0."""

    item_id: int = Field(primary_key=True, foreign_key="programmeitem.id")
    version: int = 1
    who: str = ""
    words: str = ""
    technique: str = ""
    backstage: str = ""
    note: str = ""
    fixed: bool = False


class ScriptChange(Fact, table=True):
    """A fact: an item's line was written. It holds the line that was replaced, at its version."""

    id: int = Field(default=None, primary_key=True)
    item_id: int = Field(foreign_key="programmeitem.id", index=True)
    version: int
    who: str = ""
    words: str = ""
    technique: str = ""
    backstage: str = ""
    note: str = ""
    fixed: bool = False


def line_of(row: ScriptLine | ScriptChange | None) -> Line:
    return Line(**{name: getattr(row, name) for name in COLUMNS}) if row else Line()


def require_line(line: Line) -> Line:
    """The line with its texts cleaned; what is said keeps its paragraphs.

    Refuses `script_<column>_too_long`.
    """
    cleaned = replace(
        line,
        who=clean(line.who),
        words=clean_block(line.words),
        technique=clean(line.technique),
        backstage=clean(line.backstage),
        note=clean(line.note),
    )
    for name, limit in LENGTHS.items():
        if (length := len(getattr(cleaned, name))) > limit:
            raise Refusal(f"script_{name}_too_long", length=length, limit=limit)
    return cleaned


def differing(one: Line, other: Line) -> list[str]:
    """The columns in which two lines differ."""
    return [name for name in COLUMNS if getattr(one, name) != getattr(other, name)]
