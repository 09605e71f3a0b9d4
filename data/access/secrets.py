"""The secret that signs the cookies of every process of an installation."""

import os
import secrets

from sqlmodel import Session

from models.access.sign_ins import Secret

COOKIES = "cookies"


def cookie_secret(session: Session) -> str:
    """What cookies are signed with: `COOKIE_SECRET`, else one that is made at the first start."""
    configured = os.environ.get("COOKIE_SECRET")
    if configured:
        return configured
    stored = session.get(Secret, COOKIES)
    if stored is None:
        stored = Secret(name=COOKIES, value=secrets.token_urlsafe(32))
        session.add(stored)
        session.flush()
    return stored.value
