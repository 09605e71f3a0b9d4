"""What belongs to the installation: the secret that its processes share, and the identity provider, if there is one."""

import os
import secrets
import tomllib
from functools import cache
from pathlib import Path

from sqlmodel import Session

from models.sign_ins import Secret

COOKIES = "cookies"
STREAMLIT_SECRETS = Path(__file__).parent.parent / ".streamlit" / "secrets.toml"


def cookie_secret(session: Session) -> str:
    """What cookies are signed with: `COOKIE_SECRET` where it is set, else one that was made at the first start."""
    told = os.environ.get("COOKIE_SECRET")
    if told:
        return told
    kept = session.get(Secret, COOKIES)
    if kept is None:
        kept = Secret(name=COOKIES, value=secrets.token_urlsafe(32))
        session.add(kept)
        session.flush()
    return kept.value


@cache
def has_provider() -> bool:
    """Whether an identity provider is configured for `st.login`: a table `[auth]` in `.streamlit/secrets.toml`."""
    try:
        return "auth" in tomllib.loads(STREAMLIT_SECRETS.read_text(encoding="utf-8"))
    except OSError:
        return False


def vouches_for_emails() -> bool:
    """Whether every address that the provider tells is its organisation's own, so that a missing `email_verified` says nothing.

    Not so by default: with some providers anybody may write another's address into his own profile.
    """
    return os.environ.get("PROVIDER_VOUCHES_FOR_EMAILS") == "1"
