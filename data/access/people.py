"""People, as the event's file names them."""

from sqlmodel import Session, col, select

from models.access.people import Person
from models.refusals import Refusal


def people(session: Session) -> list[Person]:
    """All people, in the order in which the event's file names them; detached."""
    found = list(session.exec(select(Person).order_by(col(Person.id))).all())
    for person in found:
        session.expunge(person)
    return found


def person_by_key(session: Session, key: str) -> Person:
    """Refuses `person_unknown`."""
    person = session.exec(select(Person).where(Person.key == key)).first()
    if person is None:
        raise Refusal("person_unknown", person=key[:40])
    return person


def require_person(session: Session, person_id: int) -> Person:
    """Refuses `person_unknown`."""
    person = session.get(Person, person_id)
    if person is None:
        raise Refusal("person_unknown", person=str(person_id))
    return person
