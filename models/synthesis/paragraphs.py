"""Paragraphs of the synthesis: by topic, each with the contributions that it rests on."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from sqlalchemy import JSON, CheckConstraint, UniqueConstraint, false
from sqlmodel import Column, Field

from models.refusals import Refusal
from models.storage import Fact, Record
from models.text import clean_block, legible

TEXT_LENGTH = 6000
MAX_POSITION = 9999


class Part(StrEnum):
    """What a paragraph belongs to: the opinions by topic, or the conclusion."""

    OPINIONS = "opinions"
    CONCLUSION = "conclusion"


@dataclass(frozen=True)
class Paragraph:
    """The editable part of a paragraph.

    `topic_id`: None for what is of no topic. `position` orders the paragraphs of a topic.
    `sources`: the ids of its contributions.
    """

    text: str
    part: str = Part.OPINIONS.value
    topic_id: int | None = None
    position: int = 0
    sources: tuple[int, ...] = ()


PARAGRAPH_FIELDS = tuple(Paragraph.__dataclass_fields__)


class SynthesisParagraph(Record, table=True):
    """A paragraph of an event's synthesis; what it says are its edits."""

    id: int = Field(default=None, primary_key=True)
    event_id: int = Field(foreign_key="event.id", index=True)


class ParagraphEdit(Fact, table=True):
    """A fact: a paragraph was written as the columns say, or (`removed`) taken out.

    The highest `version` of a paragraph counts. `sources`: ids of contributions.
    """

    __table_args__ = (
        UniqueConstraint("paragraph_id", "version"),
        CheckConstraint("part IN ('opinions','conclusion')"),
        CheckConstraint("length(text) > 0"),
    )

    id: int = Field(default=None, primary_key=True)
    paragraph_id: int = Field(foreign_key="synthesisparagraph.id")
    version: int
    part: str
    topic_id: int | None = Field(default=None, foreign_key="topic.id")
    position: int
    text: str
    sources: list[int] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    removed: bool = Field(default=False, sa_column_kwargs={"server_default": false()})


@dataclass(frozen=True)
class ParagraphSnapshot:
    """A paragraph as at a moment, with who wrote it last and when (aware UTC)."""

    id: int
    version: int
    paragraph: Paragraph
    removed: bool
    at: datetime
    by: dict[str, str]


def require_paragraph(paragraph: Paragraph, *, known: Collection[int]) -> Paragraph:
    """The paragraph with its text cleaned and each source once, in their order.

    `known`: the ids of the event's contributions. Refuses `paragraph_text_needed`,
    `paragraph_too_long`, `paragraph_part_unknown`, `paragraph_source_unknown` and
    `paragraph_position_unknown`.
    """
    text = clean_block(paragraph.text)
    if not legible(text):
        raise Refusal("paragraph_text_needed")
    if len(text) > TEXT_LENGTH:
        raise Refusal("paragraph_too_long", length=len(text), limit=TEXT_LENGTH)
    if paragraph.part not in set(Part):
        raise Refusal("paragraph_part_unknown", part=paragraph.part[:20])
    if not 0 <= paragraph.position <= MAX_POSITION:
        raise Refusal("paragraph_position_unknown", limit=MAX_POSITION)
    sources = tuple(dict.fromkeys(paragraph.sources))
    if any(one not in known for one in sources):
        raise Refusal("paragraph_source_unknown")
    return replace(paragraph, text=text, sources=sources)


def differing(one: Paragraph, other: Paragraph) -> list[str]:
    """The fields in which two paragraphs differ."""
    return [name for name in PARAGRAPH_FIELDS if getattr(one, name) != getattr(other, name)]


def in_no_paragraph(
    contributions: Iterable[int], merged: Mapping[int, int], sources: Collection[int]
) -> list[int]:
    """Which contributions stand in no paragraph, neither themselves nor by the one that stands for
    them; in the order given.

    `merged`: id to the one that it was merged into; `sources`: the ids in all paragraphs.
    """
    return [one for one in contributions if not _is_placed(one, merged, sources)]


def _is_placed(one: int, merged: Mapping[int, int], sources: Collection[int]) -> bool:
    seen: set[int] = set()
    while one not in sources:
        seen.add(one)
        if one not in merged or merged[one] in seen:
            return False
        one = merged[one]
    return True


def gathered(
    contributions: Iterable[tuple[int, str]], *, limit: int = TEXT_LENGTH
) -> list[tuple[str, tuple[int, ...]]]:
    """First drafts of paragraphs from contributions (id, line), as many to each as its length
    holds: (text, ids)."""
    found: list[tuple[list[str], list[int]]] = []
    room = 0
    for number, line in contributions:
        written = line[:limit]
        if len(written) > room:
            found.append(([], []))
            room = limit
        found[-1][0].append(written)
        found[-1][1].append(number)
        room -= len(written) + 1
    return [("\n".join(lines), tuple(numbers)) for lines, numbers in found]
