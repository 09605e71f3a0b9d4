"""The communications plan: which outlet publishes what and when, and what it has published."""

from datetime import datetime

from sqlalchemy import CheckConstraint, Index, UniqueConstraint, false
from sqlmodel import Field

from models.refusals import Refusal
from models.storage import Fact, Record, moment_column
from models.text import clean

KINDS = ("article", "broadcast", "web", "social")
TITLE_LENGTH = 200


class MediaItem(Record, table=True):
    """A planned item. `entered_at`: when it was added to the plan; None for those of the files.

    A pinned item stays where it is when the event moves.
    """

    __table_args__ = (
        UniqueConstraint("event_id", "key"),
        CheckConstraint("phase IN ('before','during','after')"),
        CheckConstraint("kind IN ('article','broadcast','web','social')"),
    )

    id: int = Field(default=None, primary_key=True)
    event_id: int = Field(foreign_key="event.id")
    key: str
    outlet: str
    kind: str
    title_vi: str
    title_en: str
    phase: str
    planned_at: datetime = Field(sa_column=moment_column())
    pinned: bool = False
    entered_at: datetime | None = Field(default=None, sa_column=moment_column(nullable=True))
    illustrative: bool = False


class MediaPublication(Fact, table=True):
    """A fact: a planned item was published, or (`undone`) that was recorded by mistake.

    Of an item's publications the newest counts.
    """

    __table_args__ = (Index("ix_media_publication_newest", "media_id", "id"),)

    id: int = Field(default=None, primary_key=True)
    media_id: int = Field(foreign_key="mediaitem.id")
    undone: bool = Field(default=False, sa_column_kwargs={"server_default": false()})


def require_media_item(outlet: str, kind: str, title: str) -> tuple[str, str]:
    """The cleaned outlet and title.

    Refuses `outlet_needed`, `media_kind_unknown`, `media_title_needed`, `media_title_too_long`.
    """
    cleaned_outlet, cleaned_title = clean(outlet), clean(title)
    if not cleaned_outlet:
        raise Refusal("outlet_needed")
    if kind not in KINDS:
        raise Refusal("media_kind_unknown", kind=kind[:20])
    if not cleaned_title:
        raise Refusal("media_title_needed")
    length = max(len(cleaned_title), len(cleaned_outlet))
    if length > TITLE_LENGTH:
        raise Refusal("media_title_too_long", length=length, limit=TITLE_LENGTH)
    return cleaned_outlet, cleaned_title


def require_unpublished(title: dict[str, str], published_at: datetime | None) -> None:
    if published_at:
        raise Refusal("already_published", title=title, at=published_at)


def require_published(title: dict[str, str], published_at: datetime | None) -> None:
    """Refuses `not_published`."""
    if not published_at:
        raise Refusal("not_published", title=title)
