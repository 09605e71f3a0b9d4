"""Topics: the tree by which contributions are sorted, and a synthesis is written."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy import Index, false
from sqlmodel import Field

from models.refusals import Refusal
from models.storage import Fact, Record
from models.text import clean, legible

NAME_LENGTH, MAX_POSITION, MAX_DEPTH = 200, 9999, 3


class Topic(Record, table=True):
    """A topic of an event's tree, by `position` and then by id within its parent.

    Under one that is `retired` nothing new is sorted; what was sorted there stays.
    """

    id: int = Field(default=None, primary_key=True)
    event_id: int = Field(foreign_key="event.id", index=True)
    parent_id: int | None = Field(default=None, foreign_key="topic.id")
    name_vi: str
    name_en: str
    position: int = 0
    retired: bool = Field(default=False, sa_column_kwargs={"server_default": false()})
    version: int = Field(default=1, sa_column_kwargs={"server_default": "1"})


class TopicChange(Fact, table=True):
    """A fact: a topic was added, changed, retired or restored.

    The columns hold what was replaced; of one that was added (`added`), the topic itself.
    """

    __table_args__ = (Index("ix_topic_change", "topic_id", "id"),)

    id: int = Field(default=None, primary_key=True)
    event_id: int = Field(foreign_key="event.id")
    topic_id: int = Field(foreign_key="topic.id")
    version: int
    parent_id: int | None = Field(default=None, foreign_key="topic.id")
    name_vi: str
    name_en: str
    position: int
    retired: bool = False
    added: bool = False


@dataclass(frozen=True)
class TopicPlan:
    """The editable part of a topic."""

    name_vi: str
    name_en: str = ""
    parent_id: int | None = None
    position: int = 0


TOPIC_FIELDS = tuple(TopicPlan.__dataclass_fields__)


@dataclass(frozen=True)
class TopicSnapshot:
    """A topic at its place in the tree. `depth`: 0 for one without a parent."""

    id: int
    version: int
    parent_id: int | None
    depth: int
    name_vi: str
    name_en: str
    position: int
    retired: bool


def tree(topics: Iterable[Topic]) -> list[TopicSnapshot]:
    """All topics, each after its parent and before its parent's next child."""
    below: dict[int | None, list[Topic]] = {}
    for topic in sorted(topics, key=lambda one: (one.position, one.id)):
        below.setdefault(topic.parent_id, []).append(topic)
    found: list[TopicSnapshot] = []

    def add(parent_id: int | None, depth: int) -> None:
        for topic in below.get(parent_id, ()):
            found.append(
                TopicSnapshot(
                    id=topic.id,
                    version=topic.version,
                    parent_id=topic.parent_id,
                    depth=depth,
                    name_vi=topic.name_vi,
                    name_en=topic.name_en,
                    position=topic.position,
                    retired=topic.retired,
                )
            )
            add(topic.id, depth + 1)

    add(None, 0)
    return found


def require_topic(plan: TopicPlan) -> TopicPlan:
    """The topic with its names cleaned; an English one that is empty is the Vietnamese one.

    Refuses `topic_name_needed`, `topic_name_too_long`, `position_unknown`.
    """
    name_vi, name_en = clean(plan.name_vi), clean(plan.name_en)
    if not legible(name_vi):
        raise Refusal("topic_name_needed")
    if (longest := max(len(name_vi), len(name_en))) > NAME_LENGTH:
        raise Refusal("topic_name_too_long", length=longest, limit=NAME_LENGTH)
    if not 0 <= plan.position <= MAX_POSITION:
        raise Refusal("position_unknown", limit=MAX_POSITION)
    return TopicPlan(name_vi, name_en or name_vi, plan.parent_id, plan.position)


def require_place(
    topic_id: int | None, parent_id: int | None, parents: Mapping[int, int | None]
) -> None:
    """Whether a topic may stand below another one; `parents`: topic id to that of its parent.

    Refuses `topic_below_itself`, and `topic_too_deep` past three levels, its own children counted.
    """
    depth, above = 1, parent_id
    while above is not None:
        if above == topic_id:
            raise Refusal("topic_below_itself")
        depth, above = depth + 1, parents.get(above)
    if depth + _height(topic_id, parents) > MAX_DEPTH:
        raise Refusal("topic_too_deep", limit=MAX_DEPTH)


def _height(topic_id: int | None, parents: Mapping[int, int | None]) -> int:
    """How many levels lie below a topic."""
    below = [one for one, parent in parents.items() if parent == topic_id]
    return 0 if topic_id is None or not below else 1 + max(_height(one, parents) for one in below)
