"""Delegates' names and telephone numbers: what an event keeps of them, and who reads which.

A desk reads names, to see whom it admits; the administrator and the command room read both, on a
delegate's own row. No one else reads any.
"""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import ColumnElement, exists, or_
from sqlmodel import Session, col, select

from data.events.clock import real_now
from models.access.people import Person, may
from models.attendance.ledger import Delegate
from models.attendance.particulars import (
    DelegateParticulars,
    Particular,
    Particulars,
    active_kinds,
    row_of,
)
from models.events.event import Event

NONE: frozenset[Particular] = frozenset()
NOTHING = Particulars()


def kinds_of(event: Event, now: datetime | None = None) -> frozenset[Particular]:
    """What an event keeps at a real moment (None: now): from the morning of its last day on, no
    more."""
    return active_kinds(event, now or real_now())


def readable(event: Event, person: Person | None) -> frozenset[Particular]:
    """What of it a person may read."""
    if person is None:
        return NONE
    found = NONE
    if may(person, "admit", desk=person.desk_key):
        found |= {Particular.NAME}
    if may(person, "change_delegate"):
        found |= {Particular.NAME, Particular.PHONE}
    return found & kinds_of(event)


def particulars_of(
    session: Session,
    delegate_ids: Iterable[int],
    kinds: frozenset[Particular],
) -> dict[int, Particulars]:
    """Delegate id to what is known of them, of these kinds alone (`readable`, `kinds_of`)."""
    ids = list(delegate_ids)
    if not (ids and kinds):
        return {}
    rows = select(DelegateParticulars).where(col(DelegateParticulars.delegate_id).in_(ids))
    return {row.delegate_id: _of(row, kinds) for row in session.exec(rows)}


def every_particulars(
    session: Session, event: Event, kinds: frozenset[Particular]
) -> dict[int, Particulars]:
    """The same of all delegates of an event."""
    if not kinds:
        return {}
    rows = select(DelegateParticulars).where(DelegateParticulars.event_id == event.id)
    return {row.delegate_id: _of(row, kinds) for row in session.exec(rows)}


def _of(row: DelegateParticulars, kinds: frozenset[Particular]) -> Particulars:
    name = row.name if Particular.NAME in kinds else ""
    return Particulars(name, row.phone if Particular.PHONE in kinds else "")


def holds_word(word: str, kinds: frozenset[Particular]) -> ColumnElement[bool]:
    """The condition that a delegate's row, or a name that may be read, holds a folded word."""
    own = col(Delegate.folded).contains(word, autoescape=True)
    if Particular.NAME not in kinds:
        return own
    named = exists().where(
        col(DelegateParticulars.delegate_id) == col(Delegate.id),
        col(DelegateParticulars.folded).contains(word, autoescape=True),
    )
    return or_(own, named)


def name_by_badge(session: Session, event: Event, person: Person | None, badge: str) -> str:
    """The name of the delegate of a badge, for the desk that has just read it; empty where it is
    not known or not theirs to read."""
    if Particular.NAME not in readable(event, person):
        return ""
    found = session.exec(
        select(DelegateParticulars.name)
        .join(Delegate, col(Delegate.id) == col(DelegateParticulars.delegate_id))
        .where(Delegate.event_id == event.id, Delegate.badge == badge)
    ).first()
    return found or ""


def put(session: Session, delegate: Delegate, known: Particulars) -> None:
    """Store what is known of a delegate, which the rule has passed; nothing where nothing is."""
    if known != NOTHING or session.get(DelegateParticulars, delegate.id) is not None:
        session.merge(DelegateParticulars(**row_of(delegate.event_id, delegate.id, known)))
        session.flush()
