"""What belongs to the installation: the secret that its processes share, and the identity provider, if there is one."""

import os
import tomllib
from functools import cache
from pathlib import Path
from urllib.parse import urlsplit

from models.refusals import Refusal

OWN_SECRETS = Path(__file__).parents[2] / ".streamlit" / "secrets.toml"
PROVIDER_NEEDS = (
    "redirect_uri",
    "cookie_secret",
    "client_id",
    "client_secret",
    "server_metadata_url",
)
SECRET_LENGTH = 32  # characters that `cookie_secret` has at least
LOOPBACK = ("localhost", "127.0.0.1", "::1")


@cache
def provider() -> dict:
    """What `st.login` knows of the identity provider: the table `[auth]` of Streamlit's secrets; empty where there is none.

    Refuses `secrets_malformed`.
    """
    found: dict = {}
    for file in _secrets_files():
        try:
            found = tomllib.loads(file.read_text(encoding="utf-8")).get("auth", found)
        except OSError:
            continue  # a place where secrets may be, but are not
        except ValueError as failure:
            raise Refusal(
                "secrets_malformed", file=str(file), why=str(failure).splitlines()[0]
            ) from None
    return found


def _secrets_files() -> list[Path]:
    """Where Streamlit looks for secrets; what a later file says of the provider counts."""
    told = os.environ.get("STREAMLIT_SECRETS_FILES")
    return (
        [Path(one) for one in told.split()]
        if told
        else [Path.home() / ".streamlit" / "secrets.toml", OWN_SECRETS]
    )


def has_provider() -> bool:
    """Whether an identity provider is configured for `st.login`."""
    return bool(provider())


def require_provider() -> None:
    """Refuses `provider_incomplete` where `[auth]` does not say all that `st.login` needs, before anybody tries in vain."""
    told = provider()
    faulty = [
        name
        for name in PROVIDER_NEEDS
        if not isinstance(told.get(name), str) or not _is_fit(name, told[name])
    ]
    if told and faulty:
        raise Refusal("provider_incomplete", names=", ".join(faulty), number=SECRET_LENGTH)


def _is_fit(name: str, value: str) -> bool:
    match name:
        case "cookie_secret":
            return len(value) >= SECRET_LENGTH
        case "redirect_uri":  # Streamlit's own address for it
            return urlsplit(value).path.endswith("/oauth2callback")
        case "server_metadata_url":  # what is told there is believed
            parts = urlsplit(value)
            return parts.scheme == "https" or parts.hostname in LOOPBACK
        case _:
            return bool(value)


def vouches_for_emails() -> bool:
    """Whether every address that the provider tells is its organisation's own, so that a missing `email_verified` says nothing.

    Not so by default: with some providers anybody may write another's address into his own profile.
    """
    return os.environ.get("PROVIDER_VOUCHES_FOR_EMAILS") == "1"
