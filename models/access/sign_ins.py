"""Sign-ins and invitations: how browsers are admitted, for how long, and what is known of them."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import CheckConstraint
from sqlmodel import Field

from models.storage import Record, moment_column
from models.text import clean


class SignInMethod(StrEnum):
    """What a sign-in was obtained with."""

    REHEARSAL = "rehearsal"
    INVITATION = "invitation"
    PASSWORD = "password"
    PROVIDER = "provider"
    DISPLAY = "display"
    TOKEN = "token"  # of a desk's own program, shown with every request; for no browser


LIFETIMES = {  # unused it ends sooner, see MAX_IDLE
    SignInMethod.REHEARSAL: timedelta(days=7),
    SignInMethod.INVITATION: timedelta(days=30),
    SignInMethod.PASSWORD: timedelta(days=30),
    SignInMethod.PROVIDER: timedelta(days=1),
    SignInMethod.DISPLAY: timedelta(days=120),
    SignInMethod.TOKEN: timedelta(days=30),
}
MAX_IDLE = timedelta(days=14)
INVITATION_LIFETIME = timedelta(days=3)
TICKET_LIFETIME = timedelta(minutes=1)  # of the last step after an identity provider
USE_THROTTLE = timedelta(hours=1)  # a browser's use is recorded to the hour
ADDRESS_LENGTH, DEVICE_LENGTH, NAME_LENGTH = 64, 120, 60


class SignIn(Record, table=True):
    """A signed-in browser, and where it is.

    Only the hash of its token is stored; ending it is a moment, not a deletion. A `rehearsal` one
    needed no password, or was given by one that did not: it is void as soon as the current event
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
    """A link that signs one browser in, once. Only the hash of its token is stored.

    `how` is the method of the sign-in that it makes: the link of an invitation, or the last step
    after an identity provider. One that a `rehearsal` sign-in gave makes another such.
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


class Secret(Record, table=True):
    """A value that all processes of one installation share, and no one else knows."""

    name: str = Field(primary_key=True)
    value: str


@dataclass(frozen=True)
class ClientInfo:
    """Where a request comes from: the network address, and the device's name."""

    address: str = ""
    device: str = ""


UNKNOWN_CLIENT = ClientInfo()

# How the names of the cookies begin in which Streamlit stores a provider's sign-in.
PROVIDER_COOKIES = "_streamlit_user"


def provider_fingerprint(cookies: Mapping[str, str]) -> str:
    """What identifies the browser of a provider's sign-in: a hash of the cookies that only it has.

    Empty without them.
    """
    own = sorted(
        (name, value) for name, value in cookies.items() if name.startswith(PROVIDER_COOKIES)
    )
    return hashlib.sha256(repr(own).encode()).hexdigest() if own else ""


# The sign in a browser's own description, and its name here; the first match counts, since each
# browser's description names its forebears too.
_BROWSERS = (
    ("Edg", "Edge"),
    ("OPR", "Opera"),
    ("SamsungBrowser", "Samsung"),
    ("Firefox", "Firefox"),
    ("FxiOS", "Firefox"),
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
    ("Tizen", "Tizen"),
    ("Web0S", "webOS"),
    ("Linux", "Linux"),
)


def device_name(user_agent: str) -> str:
    """A device as people call it, such as "Chrome · Android"; an unknown one's own text, cut."""
    names = (_first_match(_BROWSERS, user_agent), _first_match(_SYSTEMS, user_agent))
    return " · ".join(name for name in names if name) or clean(user_agent)[:40]


def _first_match(known: tuple[tuple[str, str], ...], user_agent: str) -> str:
    return next((name for sign, name in known if sign in user_agent), "")
