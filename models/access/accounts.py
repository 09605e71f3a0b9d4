"""Accounts: passwords, PINs of desks, e-mail addresses, and the throttling of guesses."""

import ipaddress
import unicodedata
from datetime import datetime, timedelta

from sqlalchemy import Index
from sqlmodel import Field
from zxcvbn import zxcvbn

from models.refusals import Refusal
from models.storage import Record, moment_column
from models.text import folded


class Account(Record, table=True):
    """What a person can prove their identity with, apart from an invitation.

    Passwords and PINs are stored as Argon2 hashes only. A `rehearsal` account was made by a
    rehearsal's sign-in, next to the real one; no real event accepts it.
    """

    person_id: int = Field(primary_key=True, foreign_key="person.id")
    rehearsal: bool = Field(default=False, primary_key=True)
    password_hash: str | None = None
    pin_hash: str | None = None
    email: str | None = None  # as the identity provider confirms it, in lower case


class FailedTry(Record, table=True):
    """A guess that failed, counted in a bucket: see `buckets`."""

    __table_args__ = (Index("ix_failed_try", "bucket", "at"),)

    id: int = Field(default=None, primary_key=True)
    bucket: str
    at: datetime = Field(sa_column=moment_column())


# --- passwords -----------------------------------------------------------------------------------

MIN_PASSWORD_LENGTH, MAX_PASSWORD_LENGTH = 12, 128
MIN_PASSWORD_SCORE = 3  # zxcvbn's scores 0 to 2: guessed within a hundred million tries
COMMON_VIETNAMESE = (
    "matkhau",
    "mat khau",
    "xinchao",
    "vietnam",
    "anhyeuem",
    "emyeuanh",
    "hanoi",
    "nghean",
    "sansang",
)


def require_password(typed: str, *, known: tuple[str, ...]) -> str:
    """The password as it is hashed, in NFC: any characters, no rules of composition.

    Refuses `password_too_short`, `password_too_long`, and `password_common`: one of the common
    ones, or one that consists of them, of a keyboard's rows, of a date, or of words known of the
    event or the account (`known`).
    """
    password = unicodedata.normalize("NFC", typed)
    if len(password) < MIN_PASSWORD_LENGTH:
        raise Refusal("password_too_short", number=MIN_PASSWORD_LENGTH)
    if len(password) > MAX_PASSWORD_LENGTH:
        raise Refusal("password_too_long", number=MAX_PASSWORD_LENGTH)
    words = [folded(word) for word in known] + list(COMMON_VIETNAMESE)
    # Also without its accents, and in plain letters for those of full width: neither must hide a
    # known word.
    plain = unicodedata.normalize("NFKC", password)
    variants = {password, folded(password), plain, folded(plain)} - {""}
    if min(zxcvbn(one[:72], user_inputs=words)["score"] for one in variants) < MIN_PASSWORD_SCORE:
        raise Refusal("password_common")
    return password


MAX_EMAIL_LENGTH = 254


def require_email(typed: str) -> str | None:
    """An e-mail address in lower case; None for an empty one. Refuses `email_malformed`."""
    address = typed.strip().casefold()
    well_formed = address.count("@") == 1 and " " not in address and not address.startswith("@")
    if address and not (well_formed and len(address) <= MAX_EMAIL_LENGTH):
        raise Refusal("email_malformed", value=address[:60])
    return address or None


# --- PINs ----------------------------------------------------------------------------------------

PIN_LENGTH = 6
MAX_WRONG_PINS = 5  # then the sign-in ends, and the desk needs a new invitation
MAX_DESK_IDLE = timedelta(minutes=15)  # a desk with a PIN locks itself after so long without use


def is_locked(
    *, has_pin: bool, locked_at: datetime | None, used_at: datetime, now: datetime
) -> bool:
    """Whether a desk waits for its PIN."""
    return has_pin and (locked_at is not None or now - used_at > MAX_DESK_IDLE)


# --- throttling of guesses -----------------------------------------------------------------------

TRIES_WINDOW = timedelta(minutes=15)
FIRST_WAIT, MAX_WAIT = timedelta(seconds=15), timedelta(minutes=15)
FREE_OF_ACCOUNT_AT_ADDRESS, FREE_OF_ACCOUNT, FREE_OF_ADDRESS, FREE_OF_KNOWN = 5, 40, 60, 8
MAX_DOUBLINGS = 10  # beyond, the number only grows


def counted_address(address: str) -> str:
    """By what an address is counted: an IPv6 one by its network of 64 bits, all of which one device
    has for itself. What is no address stays as it is."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return address
    if found.version == 4:
        return str(found)
    return str(found.ipv4_mapped or ipaddress.IPv6Network((int(found), 64), strict=False))


def buckets(*, account: str, address: str, known: str | None) -> dict[str, int]:
    """The buckets that a try is counted in, each with how many failures are free in it.

    A browser that signed in to this account before (`known`) is counted by itself alone: guesses
    from elsewhere, or from the same address, cannot lock it out. Invitations are not counted at
    all, so a new link always admits.
    """
    if known:
        return {f"known:{known}": FREE_OF_KNOWN}
    place = counted_address(address)
    return {
        f"both:{account}@{place}": FREE_OF_ACCOUNT_AT_ADDRESS,
        f"account:{account}": FREE_OF_ACCOUNT,
        f"address:{place}": FREE_OF_ADDRESS,
    }


def wait_after(failures: list[datetime], *, free: int, now: datetime) -> timedelta:
    """How long the next try of a bucket has to wait.

    Nothing for the first few, then twice as long after each, up to `MAX_WAIT`.
    """
    recent = [at for at in failures if now - at < TRIES_WINDOW]
    if len(recent) < free:
        return timedelta()
    doublings = min(len(recent) - free, MAX_DOUBLINGS)
    wait = min(FIRST_WAIT * int(2**doublings), MAX_WAIT)
    return max(max(recent) + wait - now, timedelta())
