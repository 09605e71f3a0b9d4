"""Accounts: passwords, PINs of desks and e-mail addresses, and the throttling of guesses.

`sign_in` and `unlock` are plain functions, not commands: see `data.access.sign_ins`. A hash costs
64 MiB and a good part of a second, so no password is hashed or verified in a write transaction.
"""

import secrets
import threading
import unicodedata
from base64 import b64encode
from datetime import datetime

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError
from argon2.low_level import ARGON2_VERSION
from sqlalchemy import and_, delete, func
from sqlmodel import Session, col, select

from data.access.people import of_current, require_person
from data.access.sign_ins import (
    account_conditions,
    begin,
    is_rehearsal_sign_in,
    mark_ended,
    note_access,
)
from data.commands import Context, Origin, command, run
from data.events.clock import real_now
from data.events.current import current_event, require_event
from data.storage import database, measures
from models.access.accounts import (
    FREE_OF_ADDRESS,
    FREE_OF_KNOWN,
    MAX_WRONG_PINS,
    PIN_LENGTH,
    TRIES_WINDOW,
    Account,
    FailedTry,
    buckets,
    counted_address,
    require_email,
    require_password,
    wait_after,
)
from models.access.people import Person, Role, require_may
from models.access.sign_ins import ClientInfo, SignIn, SignInMethod
from models.refusals import Refusal

_hasher = PasswordHasher()  # the library's defaults follow RFC 9106


def _dummy_hash() -> str:
    """What is verified where there is no account, so that both take as long: a hash of no text by
    the parameters of all others. To make one of a text would cost each start a fifth of a second.
    """
    salt, digest = (
        b64encode(secrets.token_bytes(length)).decode().rstrip("=")
        for length in (_hasher.salt_len, _hasher.hash_len)
    )
    costs = f"m={_hasher.memory_cost},t={_hasher.time_cost},p={_hasher.parallelism}"
    return f"$argon2id$v={ARGON2_VERSION}${costs}${salt}${digest}"


_DUMMY_HASH = _dummy_hash()
# Each verification takes 64 MiB: guesses must not take all memory.
_hashing = threading.BoundedSemaphore(2)


def _matches(stored: str | None, typed: str) -> bool:
    with _hashing:
        try:
            _hasher.verify(stored or _DUMMY_HASH, unicodedata.normalize("NFC", typed))
        except (VerifyMismatchError, InvalidHashError):
            return False
        return stored is not None


def _hashed(typed: str) -> str:
    with _hashing:
        return _hasher.hash(typed)


# --- signing in with a password ------------------------------------------------------------------


def sign_in(
    *,
    account: str,
    password: str,
    known: str | None,
    client_info: ClientInfo,
    now: datetime,
) -> tuple[str, int]:
    """Sign a browser in with an account's name and password; return its token and the person's id.

    `known` names the browser where it signed in to this account before. Refuses `sign_in_wrong`,
    without saying which of the two was wrong, and `sign_in_wait`. Opens its own transactions.
    """
    name = account.strip().casefold()[:80]
    counted = buckets(account=name, address=client_info.address, known=known)
    tries = count_try(counted, now=now)
    for person_id, rehearsal, stored in _passwords(name) or [(0, False, None)]:
        if _matches(stored, password[:1000]):
            token = database.run(
                _enter,
                person_id=person_id,
                rehearsal=rehearsal,
                tries=tries,
                client_info=client_info,
                now=now,
            )
            return token, person_id
    with measures.counting_refusals():
        raise Refusal("sign_in_wrong")


def refuse_token(*, address: str, now: datetime) -> None:
    """Count a program's wrong token as a failed try of its address.

    Refuses `token_wrong`, and `sign_in_wait` after many. Only wrong ones are counted: a program
    with a good token at the same address is not held up.
    """
    count_try({f"token:{counted_address(address)}": FREE_OF_ADDRESS}, now=now)
    with measures.counting_refusals():
        raise Refusal("token_wrong")


def _passwords(name: str) -> list[tuple[int, bool, str | None]]:
    """The valid accounts of a name, a real one first: person id, whether a rehearsal's, hash."""
    with database.reading() as session:
        rows = session.exec(
            select(Person.id, Account.rehearsal, Account.password_hash)
            .join(Account, col(Account.person_id) == Person.id)
            .where(
                func.lower(Person.key) == name,
                of_current(),
                col(Account.password_hash).is_not(None),
                *account_conditions(current_event(session)),
            )
            .order_by(col(Account.rehearsal))
        )
        return [(person_id, rehearsal, stored) for person_id, rehearsal, stored in rows]


def count_try(counted: dict[str, int], *, now: datetime) -> list[int]:
    """Count a try as failed before it is verified; return the rows to take back.

    So many tries at once are not verified for free. Refuses `sign_in_wait`, without
    taking a writer's turn for it. Opens its own transactions.
    """
    with database.reading() as session, measures.counting_refusals():
        _require_no_wait(session, counted, now=now)
    return database.run(_count, counted=counted, now=now)


def _count(session: Session, *, counted: dict[str, int], now: datetime) -> list[int]:
    session.execute(delete(FailedTry).where(col(FailedTry.at) < now - TRIES_WINDOW * 4))
    _require_no_wait(session, counted, now=now)
    made = [FailedTry(bucket=bucket, at=now) for bucket in counted]
    session.add_all(made)
    session.flush()
    return [one.id for one in made]


def _require_no_wait(session: Session, counted: dict[str, int], *, now: datetime) -> None:
    for bucket, free in counted.items():
        recent = select(FailedTry.at).where(
            FailedTry.bucket == bucket, FailedTry.at > now - TRIES_WINDOW
        )
        wait = wait_after(list(session.exec(recent)), free=free, now=now)
        if wait:
            raise Refusal("sign_in_wait", seconds=max(round(wait.total_seconds()), 1))


def _enter(
    session: Session,
    *,
    person_id: int,
    rehearsal: bool,
    tries: list[int],
    client_info: ClientInfo,
    now: datetime,
) -> str:
    take_back(session, tries=tries)
    return begin(
        session,
        require_person(session, person_id),
        how=SignInMethod.PASSWORD,
        rehearsal=rehearsal,
        client_info=client_info,
        now=now,
    )


# --- passwords -----------------------------------------------------------------------------------


def has_password(session: Session, person_id: int, *, rehearsal: bool) -> bool:
    account = session.get(Account, (person_id, rehearsal))
    return account is not None and account.password_hash is not None


def _account(session: Session, person_id: int, *, rehearsal: bool) -> Account:
    """The account that a sign-in of that kind may change, made where there is none."""
    account = session.get(Account, (person_id, rehearsal))
    return account or Account(person_id=person_id, rehearsal=rehearsal)


def change_password(origin: Origin, *, password: str, current: str) -> None:
    """Verify and hash one's own new password, then run `set_password`.

    Refuses what `require_password` and `set_password` refuse; where there is a password already,
    `password_current_wrong` if `current` is not it, and `sign_in_wait` after some wrong ones: an
    open browser must not let its finder guess. Opens its own transactions.
    """
    require_may(origin.person, set_password.permission)
    stored, known = _before(origin)
    if stored and origin.person:
        _require_current(origin.person, stored, current, now=origin.real or real_now())
    run(origin, set_password, password_hash=_hashed(require_password(password, known=known)))


def _require_current(person: Person, stored: str, current: str, *, now: datetime) -> None:
    tries = count_try({f"current:{person.id}": FREE_OF_KNOWN}, now=now)
    if not _matches(stored, current[:1000]):
        with measures.counting_refusals():
            raise Refusal("password_current_wrong")
    database.run(take_back, tries=tries)


def take_back(session: Session, *, tries: list[int]) -> None:
    """Take tries back that were counted as failed and were none."""
    session.execute(delete(FailedTry).where(col(FailedTry.id).in_(tries)))


def _before(origin: Origin) -> tuple[str | None, tuple[str, ...]]:
    """The hash of the current password, and the words that a new one must not consist of."""
    person = origin.person
    if person is None:
        raise Refusal("sign_in_needed")
    with database.reading() as session:
        event = require_event(session)
        rehearsal = is_rehearsal_sign_in(session, origin.sign_in_id)
        stored = _account(session, person.id, rehearsal=rehearsal).password_hash
        own = (person.key, person.name_vi, person.name_en)
        names = (*own, event.slug, event.short_name_vi, event.short_name_en)
    return stored, tuple(word for name in names for word in (name, *name.split()))


@command("set_password", topic="people", subject="person")
def set_password(ctx: Context, *, password_hash: str) -> None:
    """Set one's own password and end one's other browsers; `change_password` makes the hash."""
    ctx.require()
    rehearsal = is_rehearsal_sign_in(ctx.session, ctx.origin.sign_in_id)
    account = _account(ctx.session, ctx.by.id, rehearsal=rehearsal)
    account.password_hash = password_hash
    ctx.session.add(account)
    own = (
        SignIn.person_id == ctx.by.id,
        col(SignIn.rehearsal).is_(rehearsal),
        col(SignIn.ended_at).is_(None),
    )
    for one in ctx.session.exec(select(SignIn).where(*own)):
        if one.id != ctx.origin.sign_in_id:
            mark_ended(ctx.session, one, now=ctx.real)
    ctx.note(ctx.by.id)


# --- PINs of desks -------------------------------------------------------------------------------


@command("set_pin", topic="people", subject="person")
def set_pin(ctx: Context, *, person_id: int) -> str:
    """Make a new PIN for a desk and return it, the only time that it can be read.

    Refuses `person_unknown` and `pin_for_desks`.
    """
    person = require_person(ctx.session, person_id)
    ctx.require(role=person.role)
    if person.role != Role.DESK:
        raise Refusal("pin_for_desks")
    pin = "".join(secrets.choice("0123456789") for _ in range(PIN_LENGTH))
    rehearsal = is_rehearsal_sign_in(ctx.session, ctx.origin.sign_in_id)
    account = _account(ctx.session, person.id, rehearsal=rehearsal)
    account.pin_hash = _hashed(pin)
    ctx.session.add(account)
    ctx.note(person.id)
    return pin


@command("lock", topic="people", subject="person")
def lock(ctx: Context) -> None:
    """Lock the browser that the command comes from until its desk's PIN is given.

    Without a PIN nothing happens: no one could unlock it.
    """
    ctx.require()
    found = ctx.session.get(SignIn, ctx.origin.sign_in_id or 0)
    if found is None or found.person_id != ctx.by.id or found.locked_at is not None:
        return
    if _account(ctx.session, ctx.by.id, rehearsal=found.rehearsal).pin_hash:
        found.locked_at = ctx.real
        ctx.session.add(found)
        ctx.note(ctx.by.id, sign_in=found.id)


def unlock(*, sign_in_id: int, pin: str, now: datetime) -> None:
    """Unlock a browser.

    Refuses `pin_wrong`, and `pin_ended` with the fifth wrong one in a row, which ends the sign-in.
    """
    left = database.run(_count_pin, sign_in_id=sign_in_id)
    if _matches(_pin_hash(sign_in_id), pin[:20]):
        database.run(_open, sign_in_id=sign_in_id, now=now)
        return
    if not left:
        database.run(_end_for_guessing, sign_in_id=sign_in_id, now=now)
    with measures.counting_refusals():
        raise Refusal("pin_wrong", number=left) if left else Refusal("pin_ended")


def _pin_hash(sign_in_id: int) -> str | None:
    own_account = and_(
        col(SignIn.person_id) == Account.person_id, col(SignIn.rehearsal) == Account.rehearsal
    )
    query = select(Account.pin_hash).join(SignIn, own_account).where(SignIn.id == sign_in_id)
    with database.reading() as session:
        return session.exec(query).first()


def _count_pin(session: Session, *, sign_in_id: int) -> int:
    """Count a PIN as wrong before it is verified; return how many more are allowed.

    Refuses `pin_ended`.
    """
    found = session.get(SignIn, sign_in_id)
    if found is None or found.ended_at is not None or found.wrong_pins >= MAX_WRONG_PINS:
        raise Refusal("pin_ended")
    found.wrong_pins += 1
    session.add(found)
    return MAX_WRONG_PINS - found.wrong_pins


def _end_for_guessing(session: Session, *, sign_in_id: int, now: datetime) -> None:
    found, person = _sign_in_and_person(session, sign_in_id)
    mark_ended(session, found, now=now)
    note_access(session, "end_sign_in", by=None, person=person, sign_in=sign_in_id)


def _open(session: Session, *, sign_in_id: int, now: datetime) -> None:
    found, person = _sign_in_and_person(session, sign_in_id)
    found.wrong_pins, found.locked_at, found.used_at = 0, None, now
    session.add(found)
    note_access(session, "unlock", by=person, person=person, sign_in=sign_in_id)


def _sign_in_and_person(session: Session, sign_in_id: int) -> tuple[SignIn, Person]:
    found = session.get_one(SignIn, sign_in_id)
    return found, require_person(session, found.person_id)


# --- identity providers --------------------------------------------------------------------------


@command("set_email", topic="people", subject="person")
def set_email(ctx: Context, *, person_id: int, email: str) -> None:
    """Set the address by which an identity provider knows a person; an empty one removes it.

    Refuses `person_unknown`, `email_malformed` and `email_taken`.
    """
    person = require_person(ctx.session, person_id)
    ctx.require(role=person.role)
    address = require_email(email)
    rehearsal = is_rehearsal_sign_in(ctx.session, ctx.origin.sign_in_id)
    if address and _is_taken(ctx.session, address, person.id, rehearsal=rehearsal):
        raise Refusal("email_taken", value=address)
    account = _account(ctx.session, person.id, rehearsal=rehearsal)
    account.email = address
    ctx.session.add(account)
    ctx.note(person.id)


def _is_taken(session: Session, address: str, person_id: int, *, rehearsal: bool) -> bool:
    own = select(Account.person_id).join(Person, col(Person.id) == Account.person_id)
    query = own.where(
        of_current(),
        Account.email == address,
        col(Account.rehearsal).is_(rehearsal),
        Account.person_id != person_id,
    )
    return session.exec(query).first() is not None
