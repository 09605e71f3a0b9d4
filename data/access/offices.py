"""The offices of an event: they are added, changed, retired and restored in place."""

from collections.abc import Iterable

from sqlalchemy import ColumnElement
from sqlmodel import Session, col, select

from data.access.invitations import withdraw
from data.access.people import people, require_person
from data.commands import Context, command, overtaken
from data.events.current import require_event
from data.events.listed import earlier_run
from data.plan.sections import sections
from models.access.people import (
    OFFICE_FIELDS,
    Office,
    OfficeChange,
    Person,
    Role,
    require_office,
    require_role,
)
from models.attendance.ledger import Desk
from models.programme import ProgrammeItem
from models.refusals import Refusal
from models.text import both, folded, following_vietnamese

# --- reads ---------------------------------------------------------------------------------------


def office_of(person: Person) -> Office:
    """The editable part of an office's row."""
    return Office(
        person.name_vi, person.name_en, person.section_keys, person.desk_key, person.item_key
    )


def version_and_office(session: Session, person_id: int) -> tuple[int, Office]:
    """The initial values of a form that changes an office. Refuses `person_unknown`."""
    person = require_person(session, person_id)
    return person.version, office_of(person)


def retired_offices(session: Session) -> list[Person]:
    """The offices of the current event that are retired, in the order of their making; detached."""
    found = session.exec(
        select(Person)
        .where(_of_slug(session), col(Person.retired).is_(True))
        .order_by(col(Person.id))
    ).all()
    for person in found:
        session.expunge(person)
    return list(found)


def _of_slug(session: Session) -> ColumnElement[bool]:
    """The condition on all offices of the current event, retired ones too."""
    return col(Person.event_slug) == require_event(session).slug


# --- commands ------------------------------------------------------------------------------------


def _office_before(session: Session, key: str) -> Person | None:
    return session.exec(
        select(Person)
        .join(OfficeChange, col(OfficeChange.office_id) == col(Person.id))
        .where(OfficeChange.idempotency_key == key)
    ).first()


@command(
    "add_office",
    topic="people",
    subject="person",
    permission="change_office",
    replay=_office_before,
)
def add_office(ctx: Context, *, role: str, office: Office) -> Person:
    """Add an office of a role; it is invited as every other one.

    Refuses `role_unknown`, `office_double`, `section_unknown`, `desk_unknown`, `item_unknown`, what
    `require_office` does, and `people_of_real_event` in the rehearsal of an event that is there.
    """
    given = require_role(role)
    ctx.require(role=given.value)
    mine = _require_known(ctx, require_office(given, office))
    _require_single(ctx, mine)
    person = Person(
        event_slug=ctx.event.slug,
        key=_free_key(ctx.session, given, mine),
        role=given.value,
        name_vi=mine.name_vi,
        name_en=mine.name_en,
    )
    _apply(person, mine)
    ctx.session.add(person)
    ctx.session.flush()
    _record(ctx, person, added=True)
    return person


@command(
    "edit_office",
    topic="people",
    subject="person",
    permission="change_office",
    replay=_office_before,
)
def edit_office(ctx: Context, *, person_id: int, version: int, office: Office) -> Person:
    """Change what an office is called and what it is bound to, given the version of the form.

    Who is signed in stays signed in, with the new rights. Refuses `person_unknown`; `office_moved`
    where the row has changed since, with `mine` and `theirs` (`Office`), its `version` and who
    changed it last; `office_unchanged`, and what `add_office` does.
    """
    person = _require_person(ctx, person_id)
    theirs = office_of(person)
    mine = _require_known(ctx, require_office(Role(person.role), office))
    mine = following_vietnamese(mine, theirs)
    _require_version(ctx, person, version, mine, theirs)
    fields = [name for name in OFFICE_FIELDS if getattr(mine, name) != getattr(theirs, name)]
    if not fields:
        raise Refusal("office_unchanged", office=both(person, "name"))
    _require_single(ctx, mine, other_than=person.id)
    _record(ctx, person, fields=[f"office.{name}" for name in fields])
    _apply(person, mine)
    return _at_new_version(ctx, person)


@command(
    "retire_office",
    topic="people",
    subject="person",
    permission="change_office",
    replay=_office_before,
)
def retire_office(ctx: Context, *, person_id: int, version: int) -> Person:
    """Retire an office: it is signed out everywhere and nothing admits it any more.

    What it did stays its own. Refuses `person_unknown`, `office_moved`, `office_own` (of who gives
    the command), and `people_of_real_event`.
    """
    person = _require_person(ctx, person_id)
    theirs = office_of(person)
    _require_version(ctx, person, version, theirs, theirs)
    if person.id == ctx.by.id:
        raise Refusal("office_own")
    _require_own_people(ctx)
    ctx.perform(withdraw, person_id=person.id)
    _record(ctx, person)
    person.retired = True
    return _at_new_version(ctx, person)


@command(
    "restore_office",
    topic="people",
    subject="person",
    permission="change_office",
    replay=_office_before,
)
def restore_office(ctx: Context, *, person_id: int, version: int) -> Person:
    """Take a retirement back; the office needs a new invitation.

    Refuses `person_unknown` also of one that is not retired, `office_moved`, `office_double`, what
    it is bound to where that is there no more, and `people_of_real_event`.
    """
    person = ctx.session.exec(
        select(Person).where(
            Person.id == person_id, _of_slug(ctx.session), col(Person.retired).is_(True)
        )
    ).first()
    if person is None:
        raise Refusal("person_unknown", person=str(person_id))
    ctx.require(role=person.role)
    theirs = office_of(person)
    _require_version(ctx, person, version, theirs, theirs)
    _require_single(ctx, _require_known(ctx, theirs))
    _record(ctx, person)
    person.retired = False
    return _at_new_version(ctx, person)


# --- what the commands share ---------------------------------------------------------------------


def _require_person(ctx: Context, person_id: int) -> Person:
    """An office that the person may manage. Refuses `person_unknown`."""
    person = require_person(ctx.session, person_id)
    ctx.require(role=person.role)
    require_role(person.role)
    return person


def _require_known(ctx: Context, office: Office) -> Office:
    """Refuses a section, desk or item that is none of the event's, and `people_of_real_event`."""
    _require_own_people(ctx)
    known = {one.key for one in sections(ctx.session, ctx.event)}
    for key in office.section_keys:
        if key not in known:
            raise Refusal("section_unknown", section=key[:40])
    desks = select(Desk.key).where(Desk.event_id == ctx.event.id, col(Desk.retired).is_(False))
    if office.desk_key and office.desk_key not in ctx.session.exec(desks).all():
        raise Refusal("desk_unknown")
    items = select(ProgrammeItem.key).where(ProgrammeItem.event_id == ctx.event.id)
    if office.item_key and office.item_key not in ctx.session.exec(items).all():
        raise Refusal("item_unknown", item=office.item_key[:40])
    return office


def _require_own_people(ctx: Context) -> None:
    """Refuses `people_of_real_event`: an event and its rehearsal have the same people, and what is
    tried out must not change them."""
    if ctx.event.rehearsal and earlier_run(ctx.session, ctx.event.slug) is not None:
        raise Refusal("people_of_real_event")


def _require_single(ctx: Context, office: Office, *, other_than: int | None = None) -> None:
    for person in people(ctx.session):
        if person.id != other_than and folded(person.name_vi) == folded(office.name_vi):
            raise Refusal("office_double", office=both(person, "name"))


def _require_version(
    ctx: Context, person: Person, version: int, mine: Office, theirs: Office
) -> None:
    if person.version != version:
        raise overtaken(
            ctx.session,
            "office_moved",
            OfficeChange,
            col(OfficeChange.office_id) == person.id,
            office=both(person, "name"),
            version=person.version,
            mine=mine,
            theirs=theirs,
        )


def _free_key(session: Session, role: Role, office: Office) -> str:
    """`lead.an_ninh`, or with a number where there is one already, retired ones counted."""
    bound = [*office.section_keys, office.desk_key, office.item_key]
    key = ".".join([role.value, *filter(None, bound[:1] if office.section_keys else bound)])
    taken = set(session.exec(select(Person.key).where(_of_slug(session))).all())
    numbered = (f"{key}.{number}" for number in range(2, len(taken) + 3))
    return next(one for one in (key, *numbered) if one not in taken)


def _apply(person: Person, office: Office) -> None:
    person.name_vi, person.name_en = office.name_vi, office.name_en
    person.section_key = office.section_keys[0] if office.section_keys else None
    person.more_sections = list(office.section_keys[1:])
    person.desk_key, person.item_key = office.desk_key, office.item_key


def _record(
    ctx: Context, person: Person, *, added: bool = False, fields: Iterable[str] = ()
) -> None:
    fact = OfficeChange(
        event_id=ctx.event.id,
        office_id=person.id,
        version=person.version,
        role=person.role,
        section_keys=list(person.section_keys),
        desk_key=person.desk_key,
        item_key=person.item_key,
        name_vi=person.name_vi,
        name_en=person.name_en,
        retired=person.retired,
        added=added,
    )
    ctx.record(fact, about=person.id, fields=list(fields))


def _at_new_version(ctx: Context, person: Person) -> Person:
    person.version += 1
    ctx.session.add(person)
    return person
