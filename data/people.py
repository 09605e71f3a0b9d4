"""People and their sign-ins."""

import hashlib
import secrets
from datetime import datetime

from sqlalchemy import literal, or_, update
from sqlmodel import Session, select

from data.event import current_event
from models.errors import Refusal
from models.event import Event, require_rehearsal
from models.people import Invitation, Person, SignIn


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
    return _sign_in(session, person_by_key(session, key).id, rehearsal=True, now=now)


def invite(session: Session, *, key: str, now: datetime) -> str:
    """Makes a link's token for a person, good for one browser. Refuses `person_unknown`."""
    token = secrets.token_urlsafe(24)
    session.add(Invitation(token_hash=_hash(token), person_id=person_by_key(session, key).id, made_at=now))
    return token


def join(session: Session, *, token: str, now: datetime) -> str:
    """Signs a browser in with an invitation and returns its own token. Refuses `invitation_unknown`, also for a used one."""
    used = session.execute(
        update(Invitation).where(Invitation.token_hash == _hash(token), Invitation.used_at.is_(None)).values(used_at=now)
    )
    if used.rowcount != 1:  # the count decides, so that two browsers cannot use one link at once
        raise Refusal("invitation_unknown")
    person_id = session.exec(select(Invitation.person_id).where(Invitation.token_hash == _hash(token))).one()
    return _sign_in(session, person_id, rehearsal=False, now=now)


def _sign_in(session: Session, person_id: int, *, rehearsal: bool, now: datetime) -> str:
    token = secrets.token_urlsafe(32)
    session.add(SignIn(token_hash=_hash(token), person_id=person_id, rehearsal=rehearsal, started_at=now))
    session.flush()
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
