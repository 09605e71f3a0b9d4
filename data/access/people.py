"""The people of an event, as its file names them."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, func
from sqlmodel import Session, col, select

from data.events.current import CHOSEN
from models.access.people import Person
from models.access.sign_ins import Invitation, SignIn, SignInMethod
from models.events.event import Event
from models.refusals import Refusal

_CURRENT_SLUG = select(Event.slug).where(col(Event.id) == CHOSEN).scalar_subquery()


@dataclass(frozen=True)
class Entrance:
    """Whether a person was invited and has come in: when the newest link was made and the newest
    sign-in used (real time, aware UTC); None where that never happened.
    """

    invited_at: datetime | None = None
    used_at: datetime | None = None


def entrances(session: Session, *, rehearsal_only: bool) -> dict[int, Entrance]:
    """Person id to their entrance, without those who were neither invited nor came in.

    `rehearsal_only`: of what rehearsals gave, for a visitor whom a rehearsal let in.
    """
    invited = (
        select(Invitation.person_id, func.max(Invitation.made_at))
        .where(Invitation.how == SignInMethod.INVITATION.value)
        .group_by(col(Invitation.person_id))
    )
    used = select(SignIn.person_id, func.max(SignIn.used_at)).group_by(col(SignIn.person_id))
    if rehearsal_only:
        invited = invited.where(col(Invitation.rehearsal))
        used = used.where(col(SignIn.rehearsal))
    links, uses = (dict(session.execute(query).all()) for query in (invited, used))
    return {one: Entrance(links.get(one), uses.get(one)) for one in links.keys() | uses.keys()}


def of_current() -> ColumnElement[bool]:
    """The condition on the people of the current event: who is retired is none of them."""
    return and_(col(Person.event_slug) == _CURRENT_SLUG, col(Person.retired).is_(False))


def people(session: Session) -> list[Person]:
    """The current event's people, in the order in which its file names them; detached."""
    query = select(Person).where(of_current()).order_by(col(Person.id))
    found = list(session.exec(query).all())
    for person in found:
        session.expunge(person)
    return found


def person_by_key(session: Session, key: str) -> Person:
    """One of the current event. Refuses `person_unknown`."""
    person = session.exec(select(Person).where(Person.key == key, of_current())).first()
    if person is None:
        raise Refusal("person_unknown", person=key[:40])
    return person


def require_person(session: Session, person_id: int) -> Person:
    """One of the current event. Refuses `person_unknown`."""
    query = select(Person).where(Person.id == person_id, of_current())
    person = session.exec(query).first()
    if person is None:
        raise Refusal("person_unknown", person=str(person_id))
    return person
