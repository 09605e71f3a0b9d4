"""The secret that signs the cookies of every process of an installation."""

import os
import secrets

from sqlmodel import Session

from models.access.sign_ins import Secret

COOKIES = "cookies"


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
