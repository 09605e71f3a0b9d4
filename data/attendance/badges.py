"""Badges: their replacement, after which the old one opens nothing, and their printing, which is recorded."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func
from sqlmodel import Session, select

from data.attendance.badge_sheets import Printed, badge_sheets
from data.audit import note_export
from data.events.current import require_event
from data.storage import changes
from data.words import Words
from models.access.people import Person, require_may
from models.attendance.badges import ReplacedBadge, badge_code, badge_number, badge_of
from models.attendance.ledger import Delegate, Delegation
from models.events.event import Event
from models.refusals import Refusal
from models.text import both


@dataclass(frozen=True)
class NewBadge:
    """What a delegate was given in place of a badge."""

    old: str
    badge: str
    title_vi: str
    title_en: str


def no_such_badge(session: Session, event: Event, code: str) -> Refusal:
    """Why a code is nobody's: `badge_replaced` (whose it was and when it died), else `badge_unknown`."""
    dead = session.exec(
        select(ReplacedBadge).where(ReplacedBadge.event_id == event.id, ReplacedBadge.badge == code)
    ).first()
    if dead is None:
        return Refusal("badge_unknown", badge=code)
    return Refusal(
        "badge_replaced",
        badge=code,
        delegate=both(session.get(Delegate, dead.delegate_id), "title"),
        at=dead.at,
    )


def replace_badge(
    session: Session, *, badge: str, idempotency_key: str, by: Person, now: datetime
) -> NewBadge:
    """Gives a delegate the next free code; the old one is dead from this transaction on, and what was recorded by it stays.

    Refuses a badge that is malformed, mistyped, nobody's or dead already, and `badges_used_up`.
    """
    require_may(by, "replace_badge", desk=by.desk_key if by else None)
    event = require_event(session)
    if earlier := session.exec(
        select(ReplacedBadge).where(ReplacedBadge.idempotency_key == idempotency_key)
    ).first():
        return _given_for(session, earlier)
    delegate = _delegate(session, event, badge)
    dead = ReplacedBadge(
        event_id=event.id,
        badge=delegate.badge,
        delegate_id=delegate.id,
        at=now,
        person_id=by.id,
        idempotency_key=idempotency_key,
    )
    session.add(dead)
    delegate.badge = _next_free(session, event)
    delegate.folded = delegate.folded.replace(dead.badge.lower(), delegate.badge.lower())
    session.add(delegate)
    what = {"command": "replace_badge", "badge": delegate.badge, "replaced": dead.badge}
    about = {"topic": "attendance", "subject": "delegate", "subject_id": delegate.id}
    changes.note(session, event_id=event.id, at=now, by=by, what=what, **about)
    return NewBadge(dead.badge, delegate.badge, delegate.title_vi, delegate.title_en)


def _delegate(session: Session, event: Event, badge: str) -> Delegate:
    code = badge_code(badge)
    found = session.exec(
        select(Delegate).where(Delegate.event_id == event.id, Delegate.badge == code)
    ).first()
    if found is None:
        raise no_such_badge(session, event, code)
    return found


def _given_for(session: Session, dead: ReplacedBadge) -> NewBadge:
    """What was given for a dead badge: the next of that delegate's that died, else the one that he has."""
    delegate = session.get(Delegate, dead.delegate_id)
    later = select(ReplacedBadge.badge).where(
        ReplacedBadge.delegate_id == delegate.id, ReplacedBadge.id > dead.id
    )
    given = session.exec(later.order_by(ReplacedBadge.id)).first() or delegate.badge
    return NewBadge(dead.badge, given, delegate.title_vi, delegate.title_en)


def _next_free(session: Session, event: Event) -> str:
    """The code after the highest that was ever given: a dead one is never given again."""
    given = [
        session.exec(
            select(table.badge)
            .where(table.event_id == event.id)
            .order_by(func.length(table.badge).desc(), table.badge.desc())
            .limit(1)
        ).first()
        for table in (Delegate, ReplacedBadge)
    ]
    return badge_of(max(badge_number(code) for code in given if code) + 1)


# --- on paper --------------------------------------------------------------------------------------------------------


def export_badges(
    session: Session, *, delegation_id: int | None, words: Words, by: Person, now: datetime
) -> bytes:
    """The badges of a delegation (None: of everybody) as a PDF, by delegation and then in the order of the roster."""
    require_may(by, "export_badges")
    event = require_event(session)
    query = select(Delegate, Delegation).where(Delegate.event_id == event.id)
    if delegation_id is not None:
        query = query.where(Delegate.delegation_id == delegation_id)
    return _printed(session, event, query, words, by)


def export_badge(session: Session, *, badge: str, words: Words, by: Person, now: datetime) -> bytes:
    """One badge as a PDF, for a desk that has just given it. Refuses what `replace_badge` does."""
    require_may(by, "replace_badge", desk=by.desk_key if by else None)
    event = require_event(session)
    one = _delegate(session, event, badge)
    return _printed(
        session, event, select(Delegate, Delegation).where(Delegate.id == one.id), words, by
    )


def _printed(session: Session, event: Event, query, words: Words, by: Person) -> bytes:
    rows = session.execute(
        query.join(Delegation, Delegation.id == Delegate.delegation_id).order_by(
            Delegation.sort_key, Delegate.sort_key
        )
    ).all()
    note_export(session, event, what="badges", rows_taken=len(rows), by=by)
    printed = [
        Printed(one.badge, words.of(one, "title"), words.of(delegation, "name"))
        for one, delegation in rows
    ]
    mark = words("app.rehearsal") if event.rehearsal else ""
    return badge_sheets(
        printed, event=words.of(event, "short_name"), title=words("badges.file_title"), mark=mark
    )
