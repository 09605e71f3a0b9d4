"""Sign-ins: which browsers, displays and programs are signed in, how they begin and how they end.

What signs a browser in from outside (`begin`, `enter_rehearsal`; `join` and `hand_over` of
`data.access.invitations`; `sign_in` and `unlock` of `data.access.accounts`) is a plain function and
no command: no one is signed in yet who could give it, so there is no permission to ask; what is
shown at the door (a token, a password, a PIN) decides. Everything that a signed-in person does
with access is a command, and goes by the real clock (`ctx.real`).
"""

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import BindParameter, ColumnElement, Select, and_, bindparam, func, or_, update
from sqlalchemy import select as select_columns
from sqlmodel import Session, col, select

from data.access.people import of_current, person_by_key, require_person
from data.commands import Context, command
from data.events.clock import event_now
from data.events.current import current_event, require_event
from data.storage import changes
from models.access.accounts import Account, is_locked
from models.access.people import ANONYMOUS, Person, Role, Visitor
from models.access.sign_ins import (
    ADDRESS_LENGTH,
    DEVICE_LENGTH,
    LIFETIMES,
    MAX_IDLE,
    NAME_LENGTH,
    UNKNOWN_CLIENT,
    ClientInfo,
    SignIn,
    SignInMethod,
)
from models.events.event import Event, require_open
from models.refusals import Refusal
from models.text import clean

# A sign-in of another event's person is as good as none while that event is not the current one.
_OWN_PEOPLE = select(Person.id).where(of_current())

Conditions = list[ColumnElement[bool]]
Moment = datetime | BindParameter[datetime]


@dataclass(frozen=True)
class Browser:
    """An active sign-in, as the page of people lists it."""

    id: int
    person_id: int
    how: str
    rehearsal: bool
    address: str
    device: str
    started_at: datetime
    used_at: datetime


# --- who is signed in ----------------------------------------------------------------------------


def account_conditions(event: Event | None) -> Conditions:
    """The conditions under which an account is valid: at a real event, only real ones are."""
    return [] if event is not None and event.is_open else [col(Account.rehearsal).is_(False)]


def _is_active(event: Event | None, now: datetime) -> Conditions:
    """The conditions under which a sign-in is active."""
    in_rehearsal = event is not None and event.is_open
    return _active(in_rehearsal=in_rehearsal, now=now, idle_since=now - MAX_IDLE)


def _active(*, in_rehearsal: bool, now: Moment, idle_since: Moment) -> Conditions:
    conditions = [
        col(SignIn.person_id).in_(_OWN_PEOPLE),
        col(SignIn.ended_at).is_(None),
        col(SignIn.expires_at) > now,
        or_(col(SignIn.used_at) > idle_since, col(SignIn.how) == SignInMethod.DISPLAY),
    ]
    return conditions if in_rehearsal else [*conditions, col(SignIn.rehearsal).is_(False)]


def _visitor(*, in_rehearsal: bool) -> Select[Person, bool, datetime | None, datetime, str | None]:
    """Select who is signed in by `sign_in` at `now`, if it was used since `idle_since`."""
    # A program's token has no screen that could be left unlocked, so its desk's PIN does not count.
    own_account = and_(
        col(Account.person_id) == Person.id,
        col(Account.rehearsal) == SignIn.rehearsal,
        col(SignIn.how) != SignInMethod.TOKEN.value,
    )
    active = _active(
        in_rehearsal=in_rehearsal, now=bindparam("now"), idle_since=bindparam("idle_since")
    )
    return (
        select_columns(
            Person,
            col(SignIn.rehearsal),
            col(SignIn.locked_at),
            col(SignIn.used_at),
            col(Account.pin_hash),
        )
        .join(SignIn, col(SignIn.person_id) == Person.id)
        .outerjoin(Account, own_account)
        .where(col(SignIn.id) == bindparam("sign_in"), *active)
    )


# Built once: every run of every page asks this.
_VISITORS = {in_rehearsal: _visitor(in_rehearsal=in_rehearsal) for in_rehearsal in (False, True)}


def sign_in_of(
    session: Session, token: str | None, *, now: datetime, program: bool = False
) -> int | None:
    """The id of the active sign-in of a browser's token; of a `program`'s own token with `program`.

    None for an unknown or ended one. Neither kind of token works as the other.
    """
    if not token:
        return None
    is_program = col(SignIn.how) == SignInMethod.TOKEN.value
    query = select(SignIn.id).where(
        SignIn.token_hash == hash_of(token),
        is_program if program else ~is_program,
        *_is_active(current_event(session), now),
    )
    return session.exec(query).first()


def visitor_of(
    session: Session, sign_in_id: int | None, *, now: datetime, event: Event | None = None
) -> Visitor:
    """Who is signed in by that sign-in (detached); `ANONYMOUS` once it has ended.

    `event`: the current one, where it is at hand.
    """
    if sign_in_id is None:
        return ANONYMOUS
    event = event or current_event(session)
    query = _VISITORS[event is not None and event.is_open]
    values = {"sign_in": sign_in_id, "now": now, "idle_since": now - MAX_IDLE}
    row = session.execute(query, values).first()
    if row is None:
        return ANONYMOUS
    person, rehearsal, locked_at, used_at, pin = row
    session.expunge(person)
    locked = is_locked(has_pin=pin is not None, locked_at=locked_at, used_at=used_at, now=now)
    return Visitor(
        None if locked else person,
        sign_in_id,
        used_at,
        rehearsal=rehearsal,
        locked=locked,
        has_pin=pin is not None,
    )


def active_sign_ins(session: Session, sign_in_ids: set[int], *, now: datetime) -> dict[int, bool]:
    """Those of some sign-ins that are active, each with whether it is locked."""
    own_account = and_(
        col(Account.person_id) == SignIn.person_id, col(Account.rehearsal) == SignIn.rehearsal
    )
    rows = session.execute(
        select(SignIn.id, SignIn.locked_at, SignIn.used_at, Account.pin_hash)
        .outerjoin(Account, own_account)
        .where(col(SignIn.id).in_(sign_in_ids), *_is_active(current_event(session), now))
    )
    return {
        number: is_locked(has_pin=pin is not None, locked_at=locked_at, used_at=used_at, now=now)
        for number, locked_at, used_at, pin in rows
    }


_BROWSER = tuple(col(getattr(SignIn, name)) for name in Browser.__dataclass_fields__)


def browsers(session: Session, *, now: datetime) -> list[Browser]:
    """Every active sign-in, last used first."""
    active = _is_active(current_event(session), now)
    rows = session.execute(
        select_columns(*_BROWSER).where(*active).order_by(col(SignIn.used_at).desc())
    )
    return [Browser(*row) for row in rows]


@dataclass(frozen=True)
class HeldOffice:
    """An office that a browser holds by an active sign-in; `person` is detached."""

    token: str
    sign_in_id: int
    person: Person


def held_offices(session: Session, tokens: Sequence[str], *, now: datetime) -> list[HeldOffice]:
    """The offices of a browser's tokens, in their order; those that have ended are left out."""
    by_hash = {hash_of(token): token for token in tokens}
    rows = session.execute(
        select_columns(col(SignIn.token_hash), col(SignIn.id), Person)
        .join(Person, col(Person.id) == SignIn.person_id)
        .where(
            col(SignIn.token_hash).in_(by_hash),
            col(SignIn.how) != SignInMethod.TOKEN.value,
            *_is_active(current_event(session), now),
        )
    ).all()
    found = {by_hash[hashed]: (number, person) for hashed, number, person in rows}
    session.expunge_all()
    return [HeldOffice(token, *found[token]) for token in tokens if token in found]


def note_office(session: Session, *, left: Visitor, taken: HeldOffice) -> None:
    """Note that a browser acts by another of its offices from now on."""
    note_access(
        session, "switch_office", by=left.person, person=taken.person,
        from_id=left.sign_in_id, sign_in=taken.sign_in_id,
    )  # fmt: skip


def note_use(session: Session, *, sign_in_id: int, now: datetime) -> None:
    """Record that a browser is in use, which postpones its end by idleness and its lock."""
    session.execute(update(SignIn).where(col(SignIn.id) == sign_in_id).values(used_at=now))


def is_rehearsal_sign_in(session: Session, sign_in_id: int | None) -> bool:
    """Whether a command comes from a rehearsal's sign-in, which anyone may have.

    What such a command gives must not outlive the rehearsal. Without a sign-in the server itself
    gives the command, as on its command line.
    """
    if sign_in_id is None:
        return False
    query = select(SignIn.rehearsal).where(SignIn.id == sign_in_id)
    return session.exec(query).first() is not False


# --- how they begin ------------------------------------------------------------------------------


def begin(
    session: Session,
    person: Person,
    *,
    how: SignInMethod,
    client_info: ClientInfo,
    now: datetime,
    rehearsal: bool = False,
) -> str:
    """Sign a browser in as a person and return its token. Checks nothing: the caller has."""
    rehearsal = rehearsal or how is SignInMethod.REHEARSAL
    made, token = _add(
        session, person, how=how, rehearsal=rehearsal, now=now, client_info=client_info
    )
    note_access(
        session, "sign_in", by=person, person=person, from_id=made.id, sign_in=made.id,
        how=how.value,
    )  # fmt: skip
    return token


def _add(
    session: Session,
    person: Person,
    *,
    how: SignInMethod,
    rehearsal: bool,
    now: datetime,
    client_info: ClientInfo = UNKNOWN_CLIENT,
) -> tuple[SignIn, str]:
    token = new_token()
    made = SignIn(
        token_hash=hash_of(token),
        person_id=person.id,
        how=how.value,
        rehearsal=rehearsal,
        address=client_info.address[:ADDRESS_LENGTH],
        device=client_info.device[:DEVICE_LENGTH],
        started_at=now,
        used_at=now,
        expires_at=now + LIFETIMES[how],
    )
    session.add(made)
    session.flush()
    return made, token


def enter_rehearsal(
    session: Session,
    *,
    event: Event,
    key: str,
    now: datetime,
    client_info: ClientInfo = UNKNOWN_CLIENT,
) -> str:
    """Sign a browser in with a rehearsal role, without a password, and return its token.

    Refuses `not_a_rehearsal` at a real event and at a trial of one, and `person_unknown`.
    """
    require_open(event)
    person = person_by_key(session, key)
    return begin(session, person, how=SignInMethod.REHEARSAL, client_info=client_info, now=now)


@command("open_display", topic="people", subject="person")
def open_display(ctx: Context, *, name: str) -> str:
    """Make a screen that shows the wall, and return its token.

    Refuses `display_name_needed` and `display_name_too_long`.
    """
    ctx.require()
    cleaned = clean(name)
    if not cleaned:
        raise Refusal("display_name_needed")
    if len(cleaned) > NAME_LENGTH:
        raise Refusal("display_name_too_long", length=len(cleaned), limit=NAME_LENGTH)
    screen = _add_display(ctx.session, cleaned)
    _, token = _add(
        ctx.session,
        screen,
        how=SignInMethod.DISPLAY,
        rehearsal=is_rehearsal_sign_in(ctx.session, ctx.origin.sign_in_id),
        now=ctx.real,
    )
    ctx.note(screen.id)
    return token


def _add_display(session: Session, name: str) -> Person:
    screens = (Person.role == Role.DISPLAY.value, of_current())
    number = session.exec(select(func.count()).select_from(Person).where(*screens)).one() + 1
    screen = Person(
        event_slug=require_event(session).slug,
        key=f"display.{number}",
        role=Role.DISPLAY.value,
        name_vi=name,
        name_en=name,
    )
    session.add(screen)
    session.flush()
    return screen


@command("give_token", topic="people", subject="person")
def give_token(ctx: Context, *, person_id: int) -> str:
    """Make a token by which a desk's own program uses the API, and return it.

    It can be read this once. It is a sign-in of that desk: it is listed, noted and ended as one.
    Refuses `person_unknown` and `token_for_desks`.
    """
    person = require_person(ctx.session, person_id)
    ctx.require(role=person.role)
    if person.role != Role.DESK:
        raise Refusal("token_for_desks")
    made, token = _add(
        ctx.session,
        person,
        how=SignInMethod.TOKEN,
        rehearsal=is_rehearsal_sign_in(ctx.session, ctx.origin.sign_in_id),
        now=ctx.real,
    )
    ctx.note(person.id, sign_in=made.id)
    return token


# --- how they end --------------------------------------------------------------------------------


def sign_out(session: Session, *, token: str, now: datetime) -> None:
    """End the sign-in of a token, if there is one.

    A display's goes on: a person before the screen must not end it.
    """
    query = select(SignIn).where(
        SignIn.token_hash == hash_of(token),
        col(SignIn.ended_at).is_(None),
        SignIn.how != SignInMethod.DISPLAY.value,
    )
    found = session.exec(query).first()
    if found:
        person = session.get_one(Person, found.person_id)  # also one of an event that was left
        mark_ended(session, found, now=now)
        note_access(session, "end_sign_in", by=person, person=person, sign_in=found.id)


@command("end_sign_in", topic="people", subject="person")
def end_sign_in(ctx: Context, *, sign_in_id: int) -> None:
    """End a browser's sign-in: one's own, or that of a person whom one may manage.

    An ended one is left as it is. Refuses `sign_in_unknown`, and `not_permitted` also where a
    rehearsal's sign-in would end a real one.
    """
    found = ctx.session.get(SignIn, sign_in_id)
    if found is None:
        raise Refusal("sign_in_unknown")
    person = require_person(ctx.session, found.person_id)
    # A display's "own" sign-in is that of anyone before the screen.
    if ctx.origin.person is None or person.id != ctx.by.id or person.role == Role.DISPLAY:
        ctx.require(role=person.role)
        _require_real_for_real(ctx, found)
    if found.ended_at is None:
        mark_ended(ctx.session, found, now=ctx.real)
        ctx.note(person.id, sign_in=found.id)


def _require_real_for_real(ctx: Context, found: SignIn) -> None:
    if not found.rehearsal and is_rehearsal_sign_in(ctx.session, ctx.origin.sign_in_id):
        raise Refusal("not_permitted", command=ctx.command.permission)


def mark_ended(session: Session, found: SignIn, *, now: datetime) -> None:
    found.ended_at = now
    session.add(found)


# --- what the modules of access share ------------------------------------------------------------


def note_access(
    session: Session,
    command: str,
    *,
    by: Person | None,
    person: Person,
    from_id: int | None = None,
    **facts: object,
) -> None:
    """Note a change of access that no command made; it wakes what closes the ended pages.

    `from_id`: the sign-in that it comes from.
    """
    event = require_event(session)
    changes.note(
        session,
        event_id=event.id,
        at=event_now(session, event),
        by=by,
        topic="people",
        subject="person",
        subject_id=person.id,
        what={"command": command, **facts},
        sign_in_id=from_id,
    )


def new_token() -> str:
    """A token that cannot be guessed: 32 random bytes."""
    return secrets.token_urlsafe(32)


def hash_of(token: str) -> str:
    """What is stored of a token, which is long and random: no salt is needed."""
    return hashlib.sha256(token.encode()).hexdigest()
