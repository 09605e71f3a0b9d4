"""People and their sign-ins."""

import hashlib
import secrets
from datetime import datetime

from sqlalchemy import literal, or_
from sqlmodel import Session, select

from data.event import current_event
from models.errors import Refusal
from models.event import Event, require_rehearsal
from models.people import Person, SignIn


def people(session: Session) -> list[Person]:
    """Everybody, in the order in which the event's file names them; detached."""
    found = list(session.exec(select(Person).order_by(Person.id)).all())
    for person in found:
        session.expunge(person)
    return found


def person_by_key(session: Session, key: str) -> Person:
    """Refuses `person_unknown`."""
    person = session.exec(select(Person).where(Person.key == key)).first()
    if person is None:
        raise Refusal("person_unknown", person=key[:40])
    return person


def enter_rehearsal(session: Session, *, event: Event, key: str, now: datetime) -> str:
    """Signs a browser in with a rehearsal role, without a password, and returns its token. Refuses outside a rehearsal."""
    require_rehearsal(event)
    token = secrets.token_urlsafe(32)
    person = person_by_key(session, key)
    session.add(SignIn(token_hash=_hash(token), person_id=person.id, rehearsal=True, started_at=now))
    return token


def sign_out(session: Session, *, token: str, now: datetime) -> None:
    """Ends the sign-in of a token, if there is one."""
    found = session.exec(select(SignIn).where(SignIn.token_hash == _hash(token))).first()
    if found and found.ended_at is None:
        found.ended_at = now
        session.add(found)


def person_of(session: Session, token: str | None) -> Person | None:
    """Who the token's browser is signed in as; detached. None for an unknown or ended sign-in."""
    if not token:
        return None
    event = current_event(session)
    person = session.exec(
        select(Person)
        .join(SignIn, SignIn.person_id == Person.id)
        .where(SignIn.token_hash == _hash(token), SignIn.ended_at.is_(None))
        .where(or_(SignIn.rehearsal.is_(False), literal(event is not None and event.rehearsal)))
    ).first()
    if person:
        session.expunge(person)
    return person


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
