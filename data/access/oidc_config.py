"""The configuration of the identity provider (OpenID Connect), if there is one."""

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
MIN_SECRET_LENGTH = 32  # characters of `cookie_secret`
LOOPBACK = ("localhost", "127.0.0.1", "::1")


@cache
def provider() -> dict[str, object]:
    """The table `[auth]` of Streamlit's secrets, by which `st.login` knows the identity provider.

    Empty where there is none. Refuses `secrets_malformed`.
    """
    table: dict[str, object] = {}
    for file in _secrets_files():
        try:
            table = tomllib.loads(file.read_text(encoding="utf-8")).get("auth", table)
        except OSError:
            continue  # a place where secrets may be, but are not
        except ValueError as failure:
            why = str(failure).splitlines()[0]
            raise Refusal("secrets_malformed", file=str(file), why=why) from None
    return table


def _secrets_files() -> list[Path]:
    """Where Streamlit looks for secrets; a later file's table replaces an earlier one's."""
    configured = os.environ.get("STREAMLIT_SECRETS_FILES")
    if configured:
        return [Path(name) for name in configured.split()]
    return [Path.home() / ".streamlit" / "secrets.toml", OWN_SECRETS]


def has_provider() -> bool:
    """Whether an identity provider is configured for `st.login`."""
    return bool(provider())


def require_provider() -> None:
    """Refuses `provider_incomplete` where `[auth]` lacks what `st.login` needs.

    Asked at the start, before anyone tries in vain.
    """
    table = provider()
    faulty = [name for name in PROVIDER_NEEDS if not _is_fit(name, table.get(name))]
    if table and faulty:
        raise Refusal("provider_incomplete", names=", ".join(faulty), number=MIN_SECRET_LENGTH)


def _is_fit(name: str, value: object) -> bool:
    if not isinstance(value, str):
        return False
    match name:
        case "cookie_secret":
            return len(value) >= MIN_SECRET_LENGTH
        case "redirect_uri":  # Streamlit's own address for it
            return urlsplit(value).path.endswith("/oauth2callback")
        case "server_metadata_url":  # its content is trusted
            parts = urlsplit(value)
            return parts.scheme == "https" or parts.hostname in LOOPBACK
        case _:
            return bool(value)


def vouches_for_emails() -> bool:
    """Whether every address that the provider sends is its organisation's own.

    Then a missing `email_verified` means nothing. Not so by default: with some providers anyone
    may write another person's address into their own profile.
    """
    return os.environ.get("PROVIDER_VOUCHES_FOR_EMAILS") == "1"
