"""Commands on the tree of topics: they are added, renamed, moved, retired and restored."""

from dataclasses import asdict

from sqlmodel import Session, col, select

from data.commands import Context, command, overtaken
from models.contributions.topics import (
    TOPIC_FIELDS,
    Topic,
    TopicChange,
    TopicPlan,
    require_place,
    require_topic,
)
from models.refusals import Refusal
from models.text import both


def plan_of(topic: Topic) -> TopicPlan:
    """The editable part of a topic's row."""
    return TopicPlan(**{name: getattr(topic, name) for name in TOPIC_FIELDS})


def version_and_topic(session: Session, topic_id: int) -> tuple[int, TopicPlan]:
    """The initial values of a form that changes a topic. Refuses `topic_unknown`."""
    topic = session.get(Topic, topic_id)
    if topic is None:
        raise Refusal("topic_unknown")
    return topic.version, plan_of(topic)


def _topic_before(session: Session, key: str) -> Topic | None:
    return session.exec(
        select(Topic)
        .join(TopicChange, col(TopicChange.topic_id) == col(Topic.id))
        .where(TopicChange.idempotency_key == key)
    ).first()


@command(
    "add_topic",
    topic="contributions",
    subject="topic",
    permission="edit_topics",
    replay=_topic_before,
)
def add_topic(ctx: Context, *, plan: TopicPlan) -> Topic:
    """Add a topic. Refuses `topic_unknown` for its parent, `topic_double` next to one of its name,
    and what `require_topic` and `require_place` do."""
    ctx.require()
    mine = require_topic(plan)
    _require_placed(ctx, None, mine)
    topic = Topic(event_id=ctx.event.id, **asdict(mine))
    ctx.session.add(topic)
    ctx.session.flush()
    _record(ctx, topic, added=True)
    return topic


@command(
    "edit_topic",
    topic="contributions",
    subject="topic",
    permission="edit_topics",
    replay=_topic_before,
)
def edit_topic(ctx: Context, *, topic_id: int, version: int, plan: TopicPlan) -> Topic:
    """Rename a topic or move it in the tree, given the version that the form was drawn with.

    Refuses `topic_unknown`; `topic_moved` where it was changed since, with `mine` and `theirs`
    (`TopicPlan`), its `version` and who changed it; `topic_unchanged`, and what `add_topic` does.
    """
    ctx.require()
    topic = _topic(ctx, topic_id)
    mine, theirs = require_topic(plan), plan_of(topic)
    if topic.version != version:
        raise overtaken(
            ctx.session,
            "topic_moved",
            TopicChange,
            col(TopicChange.topic_id) == topic.id,
            topic=both(topic, "name"),
            version=topic.version,
            mine=mine,
            theirs=theirs,
        )
    if mine == theirs:
        raise Refusal("topic_unchanged", topic=both(topic, "name"))
    _require_placed(ctx, topic, mine)
    _record(ctx, topic)
    for name in TOPIC_FIELDS:
        setattr(topic, name, getattr(mine, name))
    topic.version += 1
    ctx.session.add(topic)
    return topic


@command(
    "retire_topic",
    topic="contributions",
    subject="topic",
    permission="edit_topics",
    replay=_topic_before,
)
def retire_topic(ctx: Context, *, topic_id: int) -> Topic:
    """Sort nothing new under a topic; what is there stays. Refuses `topic_unknown` and
    `topic_is_retired`."""
    return _set_retired(ctx, topic_id, True)


@command(
    "restore_topic",
    topic="contributions",
    subject="topic",
    permission="edit_topics",
    replay=_topic_before,
)
def restore_topic(ctx: Context, *, topic_id: int) -> Topic:
    """Use a retired topic again. Refuses `topic_unknown` and `topic_not_retired`."""
    return _set_retired(ctx, topic_id, False)


def _set_retired(ctx: Context, topic_id: int, retired: bool) -> Topic:
    ctx.require()
    topic = _topic(ctx, topic_id)
    if topic.retired == retired:
        code = "topic_is_retired" if retired else "topic_not_retired"
        raise Refusal(code, topic=both(topic, "name"))
    _record(ctx, topic)
    topic.retired = retired
    topic.version += 1
    ctx.session.add(topic)
    return topic


def _topic(ctx: Context, topic_id: int) -> Topic:
    topic = ctx.session.get(Topic, topic_id)
    if topic is None or topic.event_id != ctx.event.id:
        raise Refusal("topic_unknown")
    return topic


def _require_placed(ctx: Context, topic: Topic | None, plan: TopicPlan) -> None:
    every = ctx.session.exec(select(Topic).where(Topic.event_id == ctx.event.id)).all()
    if plan.parent_id is not None and plan.parent_id not in {one.id for one in every}:
        raise Refusal("topic_unknown")
    topic_id = topic.id if topic else None
    require_place(topic_id, plan.parent_id, {one.id: one.parent_id for one in every})
    for other in every:
        same = other.parent_id == plan.parent_id and other.id != topic_id
        if same and other.name_vi.casefold() == plan.name_vi.casefold():
            raise Refusal("topic_double", topic=both(other, "name"))


def _record(ctx: Context, topic: Topic, *, added: bool = False) -> None:
    fact = TopicChange(
        event_id=topic.event_id,
        topic_id=topic.id,
        version=topic.version,
        retired=topic.retired,
        added=added,
        **asdict(plan_of(topic)),
    )
    ctx.record(fact, name=both(topic, "name"))
