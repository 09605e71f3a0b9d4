"""How browsers are let in: sign-ins, invitations, accounts, and the rules of passwords and of guessing."""

import hashlib
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import CheckConstraint, Index, UniqueConstraint
from sqlmodel import Field
from zxcvbn import zxcvbn

from models.refusals import Refusal
from models.storage import Record, moment_column
from models.text import clean, folded


class How(StrEnum):
    """What a sign-in was won with."""

    REHEARSAL = "rehearsal"
    INVITATION = "invitation"
    PASSWORD = "password"
    PROVIDER = "provider"
    DISPLAY = "display"
    TOKEN = (
        "token"  # a desk's own program shows it with every request; no browser is signed in by it
    )


LASTS = {  # without any use it ends sooner, see IDLE
    How.REHEARSAL: timedelta(days=7),
    How.INVITATION: timedelta(days=30),
    How.PASSWORD: timedelta(days=30),
    How.PROVIDER: timedelta(days=1),
    How.DISPLAY: timedelta(days=120),
    How.TOKEN: timedelta(days=30),
}
IDLE = timedelta(days=14)
INVITED_FOR = timedelta(days=3)
HANDED_OVER_WITHIN = timedelta(minutes=1)
NOTED_AS_USED = timedelta(hours=1)  # a browser's use is kept to the hour
ADDRESS_LENGTH, DEVICE_LENGTH, NAME_LENGTH = 64, 120, 60


class SignIn(Record, table=True):
    """A signed-in browser, and where it is. Only the hash of its token is kept; ending it is a moment, not a deletion.

    One of a `rehearsal` needed no password, or was given by one that did not: it counts for nothing as soon as the current event
    is a real one.
    """

    __table_args__ = (
        CheckConstraint(
            "how IN ('rehearsal','invitation','password','provider','display','token')"
        ),
    )

    id: int = Field(default=None, primary_key=True)
    token_hash: str = Field(unique=True)
    person_id: int = Field(foreign_key="person.id", index=True)
    how: str
    rehearsal: bool = False
    address: str = ""
    device: str = ""
    started_at: datetime = Field(sa_column=moment_column())
    used_at: datetime = Field(sa_column=moment_column())
    expires_at: datetime = Field(sa_column=moment_column())
    locked_at: datetime | None = Field(default=None, sa_column=moment_column(nullable=True))
    wrong_pins: int = 0
    ended_at: datetime | None = Field(default=None, sa_column=moment_column(nullable=True))


class Invitation(Record, table=True):
    """A link that signs one browser in, once. Only the hash of its token is kept.

    `how` is what the sign-in will count as: the link of an invitation, or the last step after an identity provider. One that was
    given by a `rehearsal` sign-in makes another such.
    """

    __table_args__ = (CheckConstraint("how IN ('invitation','provider')"),)

    id: int = Field(default=None, primary_key=True)
    token_hash: str = Field(unique=True)
    person_id: int = Field(foreign_key="person.id", index=True)
    how: str
    rehearsal: bool = False
    made_at: datetime = Field(sa_column=moment_column())
    expires_at: datetime = Field(sa_column=moment_column())
    used_at: datetime | None = Field(default=None, sa_column=moment_column(nullable=True))


class Account(Record, table=True):
    """What a person can prove himself with, besides an invitation. Passwords and PINs only as Argon2 hashes.

    Whoever has a `rehearsal` sign-in makes himself an account beside the real one, which no real event knows.
    """

    __table_args__ = (UniqueConstraint("email", "rehearsal"),)

    person_id: int = Field(primary_key=True, foreign_key="person.id")
    rehearsal: bool = Field(default=False, primary_key=True)
    password_hash: str | None = None
    pin_hash: str | None = None
    email: str | None = None  # as the identity provider confirms it, in lower case


class FailedTry(Record, table=True):
    """A guess that failed, counted in a bucket: an account, an address, both, or a known browser."""

    __table_args__ = (Index("ix_failed_try", "bucket", "at"),)

    id: int = Field(default=None, primary_key=True)
    bucket: str
    at: datetime = Field(sa_column=moment_column())


class Secret(Record, table=True):
    """What all processes of one installation have to know and nobody else."""

    name: str = Field(primary_key=True)
    value: str


@dataclass(frozen=True)
class Whence:
    """From where a browser came."""

    address: str = ""
    device: str = ""


PROVIDER_COOKIES = (
    "_streamlit_user"  # how the names of those begin that Streamlit keeps of a provider's sign-in
)


def provider_mark(cookies: Mapping[str, str]) -> str:
    """What tells the browser of a provider's sign-in from every other: the cookies that it alone has of it; empty without them."""
    kept = sorted(
        (name, value) for name, value in cookies.items() if name.startswith(PROVIDER_COOKIES)
    )
    return hashlib.sha256(repr(kept).encode()).hexdigest() if kept else ""


# the sign in what a browser calls itself, and what it is called here; the first that fits counts, since each names its forebears
_BROWSERS = (
    ("Edg", "Edge"),
    ("OPR", "Opera"),
    ("SamsungBrowser", "Samsung"),
    ("Firefox", "Firefox"),
    ("FxiOS", "Firefox"),
)
_BROWSERS += (
    ("coc_coc_browser", "Cốc Cốc"),
    ("CriOS", "Chrome"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)
_SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Mac OS", "macOS"),
)
_SYSTEMS += (("Tizen", "Tizen"), ("Web0S", "webOS"), ("Linux", "Linux"))


def device_named(user_agent: str) -> str:
    """A device as people call it, "Chrome · Android", from what its browser says of itself; what is unknown is cut short."""
    told = [
        next((name for sign, name in known if sign in user_agent), "")
        for known in (_BROWSERS, _SYSTEMS)
    ]
    return " · ".join(name for name in told if name) or clean(user_agent)[:40]


# --- passwords -------------------------------------------------------------------------------------------------------

LEAST, MOST = 12, 128
GUESSABLE = 3  # zxcvbn's scores 0 to 2: found within a hundred million guesses
VIETNAMESE = (
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
    """The password as it is hashed: any characters, no rules of composition.

    Refuses `password_too_short`, `password_too_long`, and `password_common`: one of the common ones, or one that is made of them,
    of a keyboard's rows, of a date, or of words known of the event or the account (`known`).
    """
    password = unicodedata.normalize("NFC", typed)
    if len(password) < LEAST:
        raise Refusal("password_too_short", number=LEAST)
    if len(password) > MOST:
        raise Refusal("password_too_long", number=MOST)
    words = [folded(word) for word in known] + list(VIETNAMESE)
    judged = (
        zxcvbn(one[:72], user_inputs=words) for one in {password, folded(password)} if one
    )  # an accent hides no known word
    if min(one["score"] for one in judged) < GUESSABLE:
        raise Refusal("password_common")
    return password


PIN_LENGTH = 6
WRONG_PINS = 5  # then the sign-in ends, and the desk needs a new invitation
DESK_IDLE = timedelta(minutes=15)  # a desk with a PIN locks itself after so long without a command


def is_locked(
    *, has_pin: bool, locked_at: datetime | None, used_at: datetime, now: datetime
) -> bool:
    """Whether a desk waits for its PIN."""
    return has_pin and (locked_at is not None or now - used_at > DESK_IDLE)


# --- guessing --------------------------------------------------------------------------------------------------------

WINDOW = timedelta(minutes=15)
FIRST_WAIT, LONGEST_WAIT = timedelta(seconds=15), timedelta(minutes=15)
FREE_OF_ACCOUNT_AT_ADDRESS, FREE_OF_ACCOUNT, FREE_OF_ADDRESS, FREE_OF_KNOWN = 5, 40, 60, 8


def buckets(*, account: str, address: str, known: str | None) -> dict[str, int]:
    """The buckets that a try is counted in, each with how many failures are free in it.

    A browser that signed in to this account before (`known`) is counted by itself alone: whoever guesses from elsewhere, or
    from the same address, cannot keep it out. Invitations are not counted at all, so a new link always gets anybody in.
    """
    if known:
        return {f"known:{known}": FREE_OF_KNOWN}
    return {
        f"both:{account}@{address}": FREE_OF_ACCOUNT_AT_ADDRESS,
        f"account:{account}": FREE_OF_ACCOUNT,
        f"address:{address}": FREE_OF_ADDRESS,
    }


def wait_after(failures: list[datetime], *, free: int, now: datetime) -> timedelta:
    """How long the next try of a bucket has to wait: nothing for the first few, then twice as long after each."""
    recent = [at for at in failures if now - at < WINDOW]
    if len(recent) < free:
        return timedelta()
    doubled = min(len(recent) - free, 10)  # beyond, the number would only grow
    return max(max(recent) + min(FIRST_WAIT * 2**doubled, LONGEST_WAIT) - now, timedelta())
