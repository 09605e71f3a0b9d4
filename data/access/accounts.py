"""Accounts: passwords and PINs, and what a guess costs."""

import secrets
import threading
import unicodedata
from datetime import datetime

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError
from sqlalchemy import and_, delete, func
from sqlmodel import Session, select

from data.access.people import require_person
from data.access.sign_ins import begin, is_rehearsed, note_access, of_event
from data.events.current import current_event, require_event
from data.storage import database, measures
from models.access.people import Person, Role, require_may
from models.access.sign_ins import (
    FREE_OF_ADDRESS,
    PIN_LENGTH,
    WINDOW,
    WRONG_PINS,
    Account,
    FailedTry,
    How,
    SignIn,
    Whence,
    buckets,
    require_password,
    wait_after,
)
from models.refusals import Refusal

_hasher = PasswordHasher()  # the library's defaults follow RFC 9106
_NOBODYS = _hasher.hash(
    secrets.token_urlsafe(16)
)  # checked where there is no account, so that both take as long
_few_at_once = threading.BoundedSemaphore(
    2
)  # each check takes 64 MiB: guesses must not take all memory


def _matches(kept: str | None, typed: str) -> bool:
    with _few_at_once:
        try:
            return (
                _hasher.verify(kept or _NOBODYS, unicodedata.normalize("NFC", typed))
                and kept is not None
            )
        except (VerifyMismatchError, InvalidHashError):
            return False


def _hashed(typed: str) -> str:
    with _few_at_once:
        return _hasher.hash(typed)


# --- signing in with a password --------------------------------------------------------------------------------------


def sign_in(
    *, account: str, password: str, known: str | None, whence: Whence, now: datetime
) -> tuple[str, int]:
    """Signs a browser in with an account's name and password; returns its token and the person's id.

    `known` names the browser where it signed in to this account before. Refuses `sign_in_wrong`, without saying which of the two
    was wrong, and `sign_in_wait`. Opens its own transactions: a password is checked while no database waits for it.
    """
    name = account.strip().casefold()[:80]
    counted = buckets(account=name, address=whence.address, known=known)
    tries = database.run(_count_try, counted=counted, now=now)
    for person_id, rehearsal, kept in _passwords(name) or [(None, False, None)]:
        if _matches(kept, password[:1000]):
            facts = {
                "person_id": person_id,
                "rehearsal": rehearsal,
                "tries": tries,
                "whence": whence,
                "now": now,
            }
            return database.run(_enter, **facts), person_id
    with measures.counting_refusals():
        raise Refusal("sign_in_wrong")


def refuse_token(*, address: str, now: datetime) -> None:
    """Counts a program's wrong token as a failed try of its address. Refuses `token_wrong`, and `sign_in_wait` after many.

    Only wrong ones are counted: whoever shares the address and has a good token is not held up.
    """
    database.run(_count_try, counted={f"token:{address}": FREE_OF_ADDRESS}, now=now)
    with measures.counting_refusals():
        raise Refusal("token_wrong")


def _passwords(name: str) -> list[tuple[int, bool, str]]:
    """The accounts of a name that count now, the real one first: the person's id, whether it is a rehearsal's, the hash."""
    with database.reading() as session:
        rows = session.execute(
            select(Person.id, Account.rehearsal, Account.password_hash)
            .join(Account, Account.person_id == Person.id)
            .where(
                func.lower(Person.key) == name,
                Account.password_hash.is_not(None),
                *of_event(current_event(session)),
            )
            .order_by(Account.rehearsal)
        )
        return [tuple(row) for row in rows]


def _count_try(session: Session, *, counted: dict[str, int], now: datetime) -> list[int]:
    """Counts a try as failed before it is checked, so that many at once are not checked for free; returns what to take back."""
    session.execute(delete(FailedTry).where(FailedTry.at < now - WINDOW * 4))
    for bucket, free in counted.items():
        failures = list(
            session.exec(
                select(FailedTry.at).where(FailedTry.bucket == bucket, FailedTry.at > now - WINDOW)
            )
        )
        wait = wait_after(failures, free=free, now=now)
        if wait:
            raise Refusal("sign_in_wait", seconds=max(round(wait.total_seconds()), 1))
    made = [FailedTry(bucket=bucket, at=now) for bucket in counted]
    session.add_all(made)
    session.flush()
    return [one.id for one in made]


def _enter(
    session: Session,
    *,
    person_id: int,
    rehearsal: bool,
    tries: list[int],
    whence: Whence,
    now: datetime,
) -> str:
    session.execute(delete(FailedTry).where(FailedTry.id.in_(tries)))
    return begin(
        session,
        require_person(session, person_id),
        how=How.PASSWORD,
        rehearsal=rehearsal,
        whence=whence,
        now=now,
    )


# --- passwords -------------------------------------------------------------------------------------------------------


def has_password(session: Session, person_id: int, *, rehearsal: bool) -> bool:
    account = session.get(Account, (person_id, rehearsal))
    return account is not None and account.password_hash is not None


def _account(session: Session, person_id: int, *, rehearsal: bool) -> Account:
    """The account that a sign-in of that kind may change, made where there is none."""
    return session.get(Account, (person_id, rehearsal)) or Account(
        person_id=person_id, rehearsal=rehearsal
    )


def set_password(
    *, by: Person, password: str, current: str, sign_in_id: int, now: datetime
) -> None:
    """Sets one's own password and ends one's other browsers.

    Refuses what `require_password` refuses, and `password_current_wrong` where there is one already and `current` is not it.
    """
    if by is None:
        raise Refusal("sign_in_needed")
    with database.reading() as session:
        event = require_event(session)
        session.info["sign_in"] = sign_in_id or None
        kept = _account(session, by.id, rehearsal=is_rehearsed(session)).password_hash
        known = (
            by.key,
            by.name_vi,
            by.name_en,
            event.slug,
            event.short_name_vi,
            event.short_name_en,
        )
    if by.role == Role.DISPLAY:
        raise Refusal("not_permitted", command="set_password")
    if kept and not _matches(kept, current[:1000]):
        with measures.counting_refusals():
            raise Refusal("password_current_wrong")
    chosen = require_password(
        password, known=tuple(word for name in known for word in (name, *name.split()))
    )
    database.run(
        _keep_password, by=by, password_hash=_hashed(chosen), sign_in_id=sign_in_id, now=now
    )


def _keep_password(
    session: Session, *, by: Person, password_hash: str, sign_in_id: int, now: datetime
) -> None:
    session.info["sign_in"] = sign_in_id or None
    rehearsal = is_rehearsed(session)
    account = _account(session, by.id, rehearsal=rehearsal)
    account.password_hash = password_hash
    session.add(account)
    theirs = (SignIn.person_id == by.id, SignIn.rehearsal.is_(rehearsal), SignIn.ended_at.is_(None))
    others = select(SignIn).where(*theirs, SignIn.id != sign_in_id)
    for other in session.exec(others):
        other.ended_at = now
        session.add(other)
    note_access(session, "set_password", by=by, person=by)


# --- PINs of desks ---------------------------------------------------------------------------------------------------


def set_pin(session: Session, *, person_id: int, by: Person, now: datetime) -> str:
    """Makes a new PIN for a desk and returns it, the only time that it can be read. Refuses `pin_for_desks`."""
    person = require_person(session, person_id)
    require_may(by, "set_pin", role=person.role)
    if person.role != Role.DESK:
        raise Refusal("pin_for_desks")
    pin = "".join(secrets.choice("0123456789") for _ in range(PIN_LENGTH))
    account = _account(session, person.id, rehearsal=is_rehearsed(session))
    account.pin_hash = _hashed(pin)
    session.add(account)
    note_access(session, "set_pin", by=by, person=person)
    return pin


def lock(session: Session, *, sign_in_id: int, by: Person, now: datetime) -> None:
    """Locks a desk's browser until its PIN is given. Without a PIN nothing happens: nobody could open it again."""
    if by is None:
        raise Refusal("sign_in_needed")
    found = session.get(SignIn, sign_in_id)
    if found is None or found.person_id != by.id or found.locked_at is not None:
        return
    if _account(session, by.id, rehearsal=found.rehearsal).pin_hash:
        found.locked_at = now
        session.add(found)
        note_access(session, "lock", by=by, person=by, sign_in=sign_in_id)


def unlock(*, sign_in_id: int, pin: str, now: datetime) -> None:
    """Opens a locked browser. Refuses `pin_wrong`, and with the fifth wrong one in a row ends the sign-in (`pin_ended`)."""
    left = database.run(_count_pin, sign_in_id=sign_in_id)
    with database.reading() as session:
        kept = session.exec(
            select(Account.pin_hash)
            .join(
                SignIn,
                and_(SignIn.person_id == Account.person_id, SignIn.rehearsal == Account.rehearsal),
            )
            .where(SignIn.id == sign_in_id)
        ).first()
    if _matches(kept, pin[:20]):
        database.run(_open, sign_in_id=sign_in_id, now=now)
        return
    if not left:
        database.run(_end_for_guessing, sign_in_id=sign_in_id, now=now)
    with measures.counting_refusals():
        raise Refusal("pin_wrong", number=left) if left else Refusal("pin_ended")


def _count_pin(session: Session, *, sign_in_id: int) -> int:
    """Counts a PIN as wrong before it is checked; returns how many more are allowed. Refuses `pin_ended`."""
    found = session.get(SignIn, sign_in_id)
    if found is None or found.ended_at is not None or found.wrong_pins >= WRONG_PINS:
        raise Refusal("pin_ended")
    found.wrong_pins += 1
    session.add(found)
    return WRONG_PINS - found.wrong_pins


def _end_for_guessing(session: Session, *, sign_in_id: int, now: datetime) -> None:
    found = session.get(SignIn, sign_in_id)
    found.ended_at = now
    session.add(found)
    person = session.get(Person, found.person_id)
    note_access(session, "end_sign_in", by=None, person=person, sign_in=sign_in_id)


def _open(session: Session, *, sign_in_id: int, now: datetime) -> None:
    found = session.get(SignIn, sign_in_id)
    found.wrong_pins, found.locked_at, found.used_at = 0, None, now
    session.add(found)
    person = session.get(Person, found.person_id)
    note_access(session, "unlock", by=person, person=person, sign_in=sign_in_id)


# --- identity providers ----------------------------------------------------------------------------------------------


def set_email(session: Session, *, person_id: int, email: str, by: Person, now: datetime) -> None:
    """Names the address by which an identity provider knows somebody; an empty one takes it back.

    Refuses `email_malformed` and `email_taken`.
    """
    person = require_person(session, person_id)
    require_may(by, "set_email", role=person.role)
    address = email.strip().casefold() or None
    if address and (
        address.count("@") != 1 or " " in address or len(address) > 254 or address.startswith("@")
    ):
        raise Refusal("email_malformed", value=address[:60])
    rehearsal = is_rehearsed(session)
    taken = (
        Account.email == address,
        Account.rehearsal.is_(rehearsal),
        Account.person_id != person.id,
    )
    if address and session.exec(select(Account).where(*taken)).first():
        raise Refusal("email_taken", value=address)
    account = _account(session, person.id, rehearsal=rehearsal)
    account.email = address
    session.add(account)
    note_access(session, "set_email", by=by, person=person)
