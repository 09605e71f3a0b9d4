"""The communications plan and what is published of it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, and_, or_, true
from sqlmodel import Session, col, select

from data.commands import Context, command
from data.plan.history import media_then
from data.storage.newest import newest, recorded_until
from models.events.event import Event, Phase, View, phase_at
from models.media import (
    MediaItem,
    MediaPublication,
    require_media_item,
    require_published,
    require_unpublished,
)
from models.refusals import Refusal
from models.text import both


@dataclass(frozen=True)
class MediaSnapshot:
    """A media item as at a moment."""

    id: int
    outlet: str
    kind: str
    title_vi: str
    title_en: str
    phase: str
    planned_at: datetime
    published_at: datetime | None
    late: bool
    pinned: bool = False


# --- reads ---------------------------------------------------------------------------------------


def media_at(session: Session, event: Event, view: View) -> list[MediaSnapshot]:
    """Every media item as at the view's moment, by the time planned then."""
    then = media_then(session, event, view)
    latest = newest(MediaPublication, MediaPublication.media_id, until=recorded_until(view))
    published = and_(
        col(MediaPublication.media_id) == MediaItem.id,
        col(MediaPublication.id).in_(latest),
        col(MediaPublication.undone).is_(False),
    )
    entered_at = col(MediaItem.entered_at)
    entered = or_(entered_at.is_(None), entered_at <= view.moment) if view.past else true()
    rows = session.execute(
        select(MediaItem, MediaPublication.at)
        .outerjoin(MediaPublication, published)
        .where(MediaItem.event_id == event.id, entered)
        .order_by(col(MediaItem.id))
    )
    snapshots = [
        _snapshot(item, then.get(item.id, item), published_at, now=view.moment)
        for item, published_at in rows
    ]
    return sorted(snapshots, key=lambda item: item.planned_at)


def _snapshot(
    item: MediaItem, planned: MediaItem | Row[Any], published_at: datetime | None, *, now: datetime
) -> MediaSnapshot:
    """`planned`: what holds the plan as at the moment."""
    return MediaSnapshot(
        id=item.id,
        outlet=item.outlet,
        kind=item.kind,
        title_vi=item.title_vi,
        title_en=item.title_en,
        phase=item.phase,
        planned_at=planned.planned_at,
        published_at=published_at,
        late=published_at is None and planned.planned_at < now,
        pinned=planned.pinned,
    )


# --- commands ------------------------------------------------------------------------------------


@command("publish_media", topic="media", subject="media", fact=MediaPublication)
def publish_media(ctx: Context, *, media_id: int) -> MediaPublication:
    """Mark a planned item as published. Refuses `media_unknown` and `already_published`."""
    item, published_at = _item_and_publication(ctx, media_id)
    require_unpublished(both(item, "title"), published_at)
    return ctx.record(MediaPublication(media_id=media_id), media=media_id, text=item.title_vi)


@command(
    "undo_publication",
    topic="media",
    subject="media",
    permission="publish_media",
    fact=MediaPublication,
)
def undo_publication(ctx: Context, *, media_id: int) -> MediaPublication:
    """Take back that an item was published. Refuses `media_unknown` and `not_published`."""
    item, published_at = _item_and_publication(ctx, media_id)
    require_published(both(item, "title"), published_at)
    fact = MediaPublication(media_id=media_id, undone=True)
    return ctx.record(fact, media=media_id, name=both(item, "title"))


def _item_and_publication(ctx: Context, media_id: int) -> tuple[MediaItem, datetime | None]:
    """An item that the person may mark, and when it was published."""
    item = ctx.session.get(MediaItem, media_id)
    if item is None or item.event_id != ctx.event.id:
        raise Refusal("media_unknown", media=media_id)
    ctx.require()
    latest = ctx.session.exec(
        select(MediaPublication)
        .where(MediaPublication.media_id == media_id)
        .order_by(col(MediaPublication.id).desc())
        .limit(1)
    ).first()
    return item, latest.at if latest and not latest.undone else None


def _planned_by_key(session: Session, key: str) -> MediaItem | None:
    """The item that `plan_media` added by a key; those of the event's files have keys of theirs."""
    return session.exec(
        select(MediaItem).where(MediaItem.key == key, col(MediaItem.entered_at).is_not(None))
    ).first()


@command("plan_media", topic="media", subject="media", replay=_planned_by_key)
def plan_media(
    ctx: Context, *, outlet: str, kind: str, title: str, planned_at: datetime
) -> MediaItem:
    """Add an item to the plan. Its key is the idempotency key: a repeated tap adds it once.

    Refuses `outlet_needed`, `media_kind_unknown`, `media_title_needed` and `media_title_too_long`.
    """
    ctx.require()
    cleaned_outlet, cleaned_title = require_media_item(outlet, kind, title)
    phase = phase_at(ctx.event, planned_at)
    item = MediaItem(
        event_id=ctx.event.id,
        key=ctx.idempotency_key,
        outlet=cleaned_outlet,
        kind=kind,
        title_vi=cleaned_title,
        title_en=cleaned_title,
        phase="before" if phase is Phase.NEAR else phase.value,
        planned_at=planned_at,
        entered_at=ctx.at,
    )
    ctx.session.add(item)
    ctx.session.flush()
    ctx.note(item.id, media=item.id, text=item.title_vi)
    return item
