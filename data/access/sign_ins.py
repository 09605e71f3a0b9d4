"""Sign-ins: how a browser gets in, who it is then, and how that ends."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, and_, bindparam, delete, func, or_, update
from sqlmodel import Session, select

from data.access.people import person_by_key, require_person
from data.events.clock import event_now
from data.events.current import current_event, require_event
from data.storage import changes
from models.access.people import NOBODY, Person, Role, Visitor, require_may
from models.access.sign_ins import (
    ADDRESS_LENGTH,
    DEVICE_LENGTH,
    HANDED_OVER_WITHIN,
    IDLE,
    INVITED_FOR,
    LASTS,
    NAME_LENGTH,
    Account,
    How,
    Invitation,
    SignIn,
    Whence,
    is_locked,
)
from models.events.event import Event, require_rehearsal
from models.refusals import Refusal
from models.text import clean

NOWHERE = Whence()


@dataclass(frozen=True)
class Browser:
    """A sign-in that counts, as the page of people lists it."""

    id: int
    person_id: int
    how: str
    rehearsal: bool
    address: str
    device: str
    started_at: datetime
    used_at: datetime


# --- who is here -----------------------------------------------------------------------------------------------------


def _counts(event: Event | None, now: datetime) -> list:
    """The conditions under which a sign-in counts."""
    return _counting(
        in_rehearsal=event is not None and event.rehearsal, now=now, idle_since=now - IDLE
    )


def _counting(*, in_rehearsal: bool, now, idle_since) -> list:
    counts = [
        SignIn.ended_at.is_(None),
        SignIn.expires_at > now,
        or_(SignIn.used_at > idle_since, SignIn.how == How.DISPLAY),
    ]
    return counts if in_rehearsal else [*counts, SignIn.rehearsal.is_(False)]


def _visitor(*, in_rehearsal: bool) -> Select:
    """Who is signed in by `sign_in` at `now`, if it was used since `idle_since`."""
    return (
        select(Person, SignIn.rehearsal, SignIn.locked_at, SignIn.used_at, Account.pin_hash)
        .join(
            SignIn, SignIn.person_id == Person.id
        )  # a token has no screen that somebody could leave unlocked
        .outerjoin(
            Account,
            and_(
                Account.person_id == Person.id,
                Account.rehearsal == SignIn.rehearsal,
                SignIn.how != How.TOKEN.value,
            ),
        )
        .where(
            SignIn.id == bindparam("sign_in"),
            *_counting(
                in_rehearsal=in_rehearsal, now=bindparam("now"), idle_since=bindparam("idle_since")
            ),
        )
    )


# Built once: every run of every page asks this.
_VISITORS = {in_rehearsal: _visitor(in_rehearsal=in_rehearsal) for in_rehearsal in (False, True)}


def sign_in_of(
    session: Session, token: str | None, *, now: datetime, program: bool = False
) -> int | None:
    """The sign-in that a browser's token belongs to, or the token that a `program` shows, which no browser is signed in by.

    None for an unknown or ended one.
    """
    if not token:
        return None
    kind = SignIn.how == How.TOKEN.value if program else SignIn.how != How.TOKEN.value
    found = select(SignIn.id).where(
        SignIn.token_hash == _hash(token), kind, *_counts(current_event(session), now)
    )
    return session.exec(found).first()


def visitor_of(session: Session, sign_in_id: int | None, *, now: datetime) -> Visitor:
    """Who is signed in by that sign-in; nobody once it has ended."""
    if sign_in_id is None:
        return NOBODY
    event = current_event(session)
    asked = _VISITORS[event is not None and event.rehearsal]
    row = session.execute(
        asked, {"sign_in": sign_in_id, "now": now, "idle_since": now - IDLE}
    ).first()
    if row is None:
        return NOBODY
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


def counting(session: Session, sign_in_ids: set[int], *, now: datetime) -> dict[int, bool]:
    """Those of some sign-ins that have not ended, each with whether it is locked."""
    rows = session.execute(
        select(SignIn.id, SignIn.locked_at, SignIn.used_at, Account.pin_hash)
        .outerjoin(
            Account,
            and_(Account.person_id == SignIn.person_id, Account.rehearsal == SignIn.rehearsal),
        )
        .where(SignIn.id.in_(sign_in_ids), *_counts(current_event(session), now))
    )
    return {
        number: is_locked(has_pin=pin is not None, locked_at=locked_at, used_at=used_at, now=now)
        for number, locked_at, used_at, pin in rows
    }


def browsers(session: Session, *, now: datetime) -> list[Browser]:
    """Every sign-in that counts, last used first."""
    rows = session.execute(
        select(
            SignIn.id,
            SignIn.person_id,
            SignIn.how,
            SignIn.rehearsal,
            SignIn.address,
            SignIn.device,
            SignIn.started_at,
            SignIn.used_at,
        )
        .where(*_counts(current_event(session), now))
        .order_by(SignIn.used_at.desc())
    )
    return [Browser(*row) for row in rows]


def used(session: Session, *, sign_in_id: int, now: datetime) -> None:
    """Keeps that a browser is in use."""
    session.execute(update(SignIn).where(SignIn.id == sign_in_id).values(used_at=now))


# --- getting in ------------------------------------------------------------------------------------------------------


def is_rehearsed(session: Session) -> bool:
    """Whether a command is given by a sign-in of a rehearsal, which anybody may have: what it gives must not outlive that.

    `session.info["sign_in"]` tells which; without it the server itself gives the command, as on its command line.
    """
    number = session.info.get("sign_in")
    return (
        number is not None
        and session.exec(select(SignIn.rehearsal).where(SignIn.id == number)).first() is not False
    )


def begin(
    session: Session,
    person: Person,
    *,
    how: How,
    whence: Whence,
    now: datetime,
    rehearsal: bool = False,
) -> str:
    """Signs a browser in as a person, whoever vouched for it, and returns its token."""
    token = secrets.token_urlsafe(32)
    made = SignIn(
        token_hash=_hash(token),
        person_id=person.id,
        how=how.value,
        rehearsal=rehearsal or how is How.REHEARSAL,
        address=whence.address[:ADDRESS_LENGTH],
        device=whence.device[:DEVICE_LENGTH],
        started_at=now,
        used_at=now,
        expires_at=now + LASTS[how],
    )
    session.add(made)
    session.flush()
    session.info["sign_in"] = made.id
    note_access(session, "sign_in", by=person, person=person, sign_in=made.id, how=how.value)
    return token


def enter_rehearsal(
    session: Session, *, event: Event, key: str, now: datetime, whence: Whence = NOWHERE
) -> str:
    """Signs a browser in with a rehearsal role, without a password, and returns its token. Refuses outside a rehearsal."""
    require_rehearsal(event)
    return begin(session, person_by_key(session, key), how=How.REHEARSAL, whence=whence, now=now)


def invite(session: Session, *, person_id: int, by: Person, now: datetime) -> str:
    """Makes a link's token for a person, good for one browser and three days. The links before it are void."""
    person = require_person(session, person_id)
    require_may(by, "invite", role=person.role)
    return _invite(session, person, by=by, now=now)


def invite_from_here(session: Session, *, key: str, now: datetime) -> str:
    """The same from the server's own command line, where nobody is signed in. Refuses `person_unknown`."""
    return _invite(session, person_by_key(session, key), by=None, now=now)


def _invite(session: Session, person: Person, *, by: Person | None, now: datetime) -> str:
    rehearsal = is_rehearsed(session)
    _void_invitations(session, person.id, rehearsal=rehearsal, now=now)
    note_access(session, "invite", by=by, person=person)
    return _ticket(
        session,
        person,
        how=How.INVITATION,
        rehearsal=rehearsal,
        expires_at=now + INVITED_FOR,
        now=now,
    )


def hand_over(
    session: Session, *, email: str | None, verified: bool, mark: str, now: datetime
) -> str:
    """A link's token for whom an identity provider confirmed, good for a minute in the browser of that mark (`provider_mark`).

    Refuses `email_unverified`, `email_unknown`.
    """
    if not email or not verified or not mark:
        raise Refusal("email_unverified")
    if (
        not email.isascii()
    ):  # lower case would make an ordinary letter of some others, and so another's address
        raise Refusal("email_unknown")
    event = current_event(session)
    known = (
        select(Person, Account.rehearsal)
        .join(Account, Account.person_id == Person.id)
        .order_by(Account.rehearsal)
    )
    row = session.execute(
        known.where(Account.email == email.strip().casefold(), *of_event(event))
    ).first()
    if row is None:
        raise Refusal("email_unknown")
    facts = {
        "how": How.PROVIDER,
        "rehearsal": row[1],
        "expires_at": now + HANDED_OVER_WITHIN,
        "now": now,
    }
    return _ticket(session, row[0], mark=mark, **facts)


def of_event(event: Event | None) -> list:
    """The condition on accounts that count: at a real event, real ones alone."""
    return [] if event is not None and event.rehearsal else [Account.rehearsal.is_(False)]


def _ticket(
    session: Session,
    person: Person,
    *,
    how: How,
    rehearsal: bool,
    expires_at: datetime,
    now: datetime,
    mark: str = "",
) -> str:
    token = secrets.token_urlsafe(24)
    facts = {
        "person_id": person.id,
        "how": how.value,
        "rehearsal": rehearsal,
        "made_at": now,
        "expires_at": expires_at,
    }
    session.add(Invitation(token_hash=_hash(mark + token), **facts))
    return token


def join(
    session: Session, *, token: str, now: datetime, whence: Whence = NOWHERE, mark: str = ""
) -> str:
    """Signs a browser in with an invitation, or with what a provider's sign-in gave the browser of that mark; returns its token.

    Refuses `invitation_unknown`, also for one that was used, has expired, was followed by another, or is another browser's.
    """
    known_by = _known_by(token, mark)
    one = (known_by, Invitation.used_at.is_(None), Invitation.expires_at > now)
    used = session.execute(update(Invitation).where(*one).values(used_at=now))
    if used.rowcount != 1:  # the count decides, so that two browsers cannot use one link at once
        raise Refusal("invitation_unknown")
    told = select(Invitation.person_id, Invitation.how, Invitation.rehearsal).where(known_by)
    person_id, how, rehearsal = session.execute(told).one()
    return begin(
        session,
        require_person(session, person_id),
        how=How(how),
        rehearsal=rehearsal,
        whence=whence,
        now=now,
    )


def _known_by(token: str, mark: str):
    """The condition on the invitation of a token: anybody's, or a provider's for the browser of that mark."""
    handed_over = and_(
        Invitation.how == How.PROVIDER.value, Invitation.token_hash == _hash(mark + token)
    )
    return or_(
        and_(Invitation.how == How.INVITATION.value, Invitation.token_hash == _hash(token)),
        handed_over,
    )


def open_display(session: Session, *, name: str, by: Person, now: datetime) -> str:
    """Makes a screen that shows the wall, and returns its token. Refuses `display_name_needed` and `…_too_long`."""
    require_may(by, "open_display")
    called = clean(name)
    if not called:
        raise Refusal("display_name_needed")
    if len(called) > NAME_LENGTH:
        raise Refusal("display_name_too_long", length=len(called), limit=NAME_LENGTH)
    number = (
        session.execute(select(func.count()).where(Person.role == Role.DISPLAY.value)).scalar_one()
        + 1
    )
    screen = Person(
        key=f"display.{number}", role=Role.DISPLAY.value, name_vi=called, name_en=called
    )
    session.add(screen)
    session.flush()
    token = secrets.token_urlsafe(24)
    session.add(
        SignIn(
            token_hash=_hash(token),
            person_id=screen.id,
            how=How.DISPLAY.value,
            rehearsal=is_rehearsed(session),
            started_at=now,
            used_at=now,
            expires_at=now + LASTS[How.DISPLAY],
        )
    )
    note_access(session, "open_display", by=by, person=screen)
    return token


def give_token(session: Session, *, person_id: int, by: Person, now: datetime) -> str:
    """Makes a token by which a desk's own program speaks to the API, the only time that it can be read. Refuses `token_for_desks`.

    It counts as a sign-in of that desk: it is listed, noted and ended as one.
    """
    person = require_person(session, person_id)
    require_may(by, "give_token", role=person.role)
    if person.role != Role.DESK:
        raise Refusal("token_for_desks")
    token = secrets.token_urlsafe(32)
    made = SignIn(
        token_hash=_hash(token),
        person_id=person.id,
        how=How.TOKEN.value,
        rehearsal=is_rehearsed(session),
        started_at=now,
        used_at=now,
        expires_at=now + LASTS[How.TOKEN],
    )
    session.add(made)
    session.flush()
    note_access(session, "give_token", by=by, person=person, sign_in=made.id)
    return token


# --- and out ---------------------------------------------------------------------------------------------------------


def sign_out(session: Session, *, token: str, now: datetime) -> None:
    """Ends the sign-in of a token, if there is one. A display's address goes on: it is ended by whoever may."""
    found = session.exec(
        select(SignIn).where(
            SignIn.token_hash == _hash(token),
            SignIn.ended_at.is_(None),
            SignIn.how != How.DISPLAY.value,
        )
    ).first()
    if found:
        _end(session, found, by=session.get(Person, found.person_id), now=now)


def end_sign_in(session: Session, *, sign_in_id: int, by: Person, now: datetime) -> None:
    """Ends a browser's sign-in: one's own, or that of somebody whom one may manage. An ended one is left as it is."""
    found = session.get(SignIn, sign_in_id)
    if found is None:
        raise Refusal("sign_in_unknown")
    person = require_person(session, found.person_id)
    if (
        by is None or person.id != by.id or person.role == Role.DISPLAY
    ):  # whoever stands before a screen is nobody
        require_may(by, "end_sign_in", role=person.role)
        _require_real_for_real(session, found, command="end_sign_in")
    if found.ended_at is None:
        _end(session, found, by=by, now=now)


def withdraw(session: Session, *, person_id: int, by: Person, now: datetime) -> int:
    """Takes everything back that lets somebody in: sign-ins, invitations, password, PIN. Returns how many browsers it ended.

    By a rehearsal's sign-in only what a rehearsal gave.
    """
    person = require_person(session, person_id)
    require_may(by, "withdraw", role=person.role)
    worlds = [True] if is_rehearsed(session) else [True, False]
    for rehearsal in worlds:
        _void_invitations(session, person.id, rehearsal=rehearsal, now=now)
    session.execute(
        delete(Account).where(Account.person_id == person.id, Account.rehearsal.in_(worlds))
    )
    theirs = (
        SignIn.person_id == person.id,
        SignIn.rehearsal.in_(worlds),
        SignIn.ended_at.is_(None),
    )
    open_ones = session.exec(select(SignIn).where(*theirs)).all()
    for found in open_ones:
        found.ended_at = now
        session.add(found)
    note_access(session, "withdraw", by=by, person=person, ended=len(open_ones))
    return len(open_ones)


def _end(session: Session, found: SignIn, *, by: Person | None, now: datetime) -> None:
    found.ended_at = now
    session.add(found)
    person = session.get(Person, found.person_id)
    note_access(session, "end_sign_in", by=by, person=person, sign_in=found.id)


def _require_real_for_real(session: Session, found: SignIn, *, command: str) -> None:
    """Refuses `not_permitted` where a rehearsal's sign-in would end a real one."""
    if not found.rehearsal and is_rehearsed(session):
        raise Refusal("not_permitted", command=command)


def _void_invitations(session: Session, person_id: int, *, rehearsal: bool, now: datetime) -> None:
    given = (Invitation.person_id == person_id, Invitation.rehearsal.is_(rehearsal))
    waiting = (*given, Invitation.used_at.is_(None), Invitation.expires_at > now)
    session.execute(update(Invitation).where(*waiting).values(expires_at=now))


def note_access(
    session: Session, command: str, *, by: Person | None, person: Person, **facts: object
) -> None:
    """Notes who let whom in or out; it also wakes what closes the pages of the ended."""
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
    )


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
