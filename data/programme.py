"""The programme's items as planned and as they really went."""

from datetime import datetime

from sqlalchemy import Row
from sqlmodel import Session, select

from data.events.current import require_event
from data.events.venues import venues
from data.plan.history import items_then
from data.storage import changes
from models.access.people import Person, require_may
from models.events.event import Event, View
from models.programme import (
    ItemSnapshot,
    ProgrammeItem,
    ProgrammeMark,
    drift_minutes,
    require_finishable,
    require_startable,
)
from models.refusals import Refusal
from models.text import both


def items_at(session: Session, event: Event, view: View) -> list[ItemSnapshot]:
    """Every programme item as at the view's moment, by the start planned then, then position."""
    marks: dict[int, dict[str, datetime]] = {}
    rows = session.execute(
        select(ProgrammeMark.item_id, ProgrammeMark.mark, ProgrammeMark.at)
        .join(ProgrammeItem, ProgrammeItem.id == ProgrammeMark.item_id)
        .where(ProgrammeItem.event_id == event.id, ProgrammeMark.at <= view.moment)
    )
    for item_id, mark, at in rows:
        marks.setdefault(item_id, {})[mark] = at
    places, then = venues(session, event), items_then(session, event, view)
    found = session.exec(
        select(ProgrammeItem)
        .where(ProgrammeItem.event_id == event.id)
        .order_by(ProgrammeItem.position)
    )
    section_snapshots = [
        _standing(item, then.get(item.id, item), marks.get(item.id, {}), places, now=view.moment)
        for item in found
    ]
    return sorted(section_snapshots, key=lambda item: item.starts_at)


def _standing(
    item: ProgrammeItem,
    planned: ProgrammeItem | Row,
    marks: dict[str, datetime],
    places: dict,
    *,
    now: datetime,
) -> ItemSnapshot:
    """`planned`: what holds the plan as at the moment."""
    venue = places.get(item.venue_id)
    started_at = marks.get("started")
    return ItemSnapshot(
        id=item.id,
        key=item.key,
        parent_id=item.parent_id,
        kind=item.kind,
        title_vi=item.title_vi,
        title_en=item.title_en,
        short_vi=item.short_vi,
        short_en=item.short_en,
        venue_vi=venue.name_vi if venue else "",
        venue_en=venue.name_en if venue else "",
        chair=item.chair,
        expects=item.expects,
        illustrative=item.illustrative,
        starts_at=planned.starts_at,
        ends_at=planned.ends_at,
        started_at=started_at,
        finished_at=marks.get("finished"),
        drift=drift_minutes(planned.starts_at, started_at, now=now),
        pinned=planned.pinned,
    )


def start_item(
    session: Session, *, item_id: int, idempotency_key: str, by: Person, now: datetime
) -> ProgrammeMark:
    """Marks that an item began. Refuses one that already did."""
    return _mark(
        session,
        item_id,
        command="start_item",
        mark="started",
        idempotency_key=idempotency_key,
        by=by,
        now=now,
    )


def finish_item(
    session: Session, *, item_id: int, idempotency_key: str, by: Person, now: datetime
) -> ProgrammeMark:
    """Marks that an item ended. Refuses one that has not begun or already ended."""
    return _mark(
        session,
        item_id,
        command="finish_item",
        mark="finished",
        idempotency_key=idempotency_key,
        by=by,
        now=now,
    )


def _mark(
    session: Session,
    item_id: int,
    *,
    command: str,
    mark: str,
    idempotency_key: str,
    by: Person,
    now: datetime,
) -> ProgrammeMark:
    event = require_event(session)
    item = session.get(ProgrammeItem, item_id)
    if item is None or item.event_id != event.id:
        raise Refusal("item_unknown", item=item_id)
    require_may(by, command, item=item.key)
    earlier = session.exec(
        select(ProgrammeMark).where(ProgrammeMark.idempotency_key == idempotency_key)
    ).first()
    if earlier:
        return earlier
    marked = {
        known.mark: known.at
        for known in session.exec(select(ProgrammeMark).where(ProgrammeMark.item_id == item_id))
    }
    if mark == "started":
        require_startable(both(item, "title"), started_at=marked.get("started"))
    else:
        require_finishable(
            both(item, "title"),
            started_at=marked.get("started"),
            finished_at=marked.get("finished"),
        )
    fact = ProgrammeMark(
        item_id=item_id, mark=mark, at=now, person_id=by.id, idempotency_key=idempotency_key
    )
    session.add(fact)
    what = {"command": command, "item": item_id}
    changes.note(
        session,
        event_id=event.id,
        at=now,
        by=by,
        topic="programme",
        subject="item",
        subject_id=item_id,
        what=what,
    )
    return fact
