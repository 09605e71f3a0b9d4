"""The communications plan and what was published of it."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Row, or_
from sqlmodel import Session, select

from data.events.current import require_event
from data.plan.history import media_then
from data.storage import changes
from models.access.people import Person, require_may
from models.events.event import Event, Phase, View, phase_at
from models.media import MediaItem, MediaPublication, require_media_item, require_unpublished
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


def media_at(session: Session, event: Event, view: View) -> list[MediaSnapshot]:
    """Every media item as at the view's moment, by the time planned then."""
    then = media_then(session, event, view)
    rows = session.execute(
        select(MediaItem, MediaPublication.at)
        .outerjoin(
            MediaPublication,
            (MediaPublication.media_id == MediaItem.id) & (MediaPublication.at <= view.moment),
        )
        .where(MediaItem.event_id == event.id)
        .where(or_(MediaItem.entered_at.is_(None), MediaItem.entered_at <= view.moment))
        .order_by(MediaItem.id)
    )
    section_snapshots = [
        _standing(item, then.get(item.id, item), published_at, now=view.moment)
        for item, published_at in rows
    ]
    return sorted(section_snapshots, key=lambda item: item.planned_at)


def _standing(
    item: MediaItem, planned: MediaItem | Row, published_at: datetime | None, *, now: datetime
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


def publish_media(
    session: Session, *, media_id: int, idempotency_key: str, by: Person, now: datetime
) -> MediaPublication:
    """Marks a planned item as published. Refuses one that already is."""
    require_may(by, "publish_media")
    event = require_event(session)
    item = session.get(MediaItem, media_id)
    if item is None or item.event_id != event.id:
        raise Refusal("media_unknown", media=media_id)
    earlier = session.exec(
        select(MediaPublication).where(MediaPublication.idempotency_key == idempotency_key)
    ).first()
    if earlier:
        return earlier
    known = session.exec(
        select(MediaPublication).where(MediaPublication.media_id == media_id)
    ).first()
    require_unpublished(both(item, "title"), known.at if known else None)
    fact = MediaPublication(
        media_id=media_id, at=now, person_id=by.id, idempotency_key=idempotency_key
    )
    session.add(fact)
    _note_change(session, event, item, command="publish_media", by=by, at=now)
    return fact


def plan_media(
    session: Session,
    *,
    outlet: str,
    kind: str,
    title: str,
    planned_at: datetime,
    idempotency_key: str,
    by: Person,
    now: datetime,
) -> MediaItem:
    """Adds an item to the plan. Its key is the idempotency_key, so that a repeated tap adds it once."""
    require_may(by, "plan_media")
    event = require_event(session)
    where, what = require_media_item(outlet, kind, title)
    earlier = session.exec(
        select(MediaItem).where(MediaItem.event_id == event.id, MediaItem.key == idempotency_key)
    ).first()
    if earlier:
        return earlier
    phase = phase_at(event, planned_at)
    item = MediaItem(
        event_id=event.id,
        key=idempotency_key,
        outlet=where,
        kind=kind,
        title_vi=what,
        title_en=what,
        phase="before" if phase is Phase.NEAR else phase.value,
        planned_at=planned_at,
        entered_at=now,
    )
    session.add(item)
    session.flush()
    _note_change(session, event, item, command="plan_media", by=by, at=now)
    return item


def _note_change(
    session: Session, event: Event, item: MediaItem, *, command: str, by: Person, at: datetime
) -> None:
    what = {"command": command, "media": item.id, "text": item.title_vi}
    changes.note(
        session,
        event_id=event.id,
        at=at,
        by=by,
        topic="media",
        subject="media",
        subject_id=item.id,
        what=what,
    )
