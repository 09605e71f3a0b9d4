"""Our cookies: the signed tokens of a browser's offices, the accounts it is known by, the
language.
"""

import hashlib
import secrets
from functools import lru_cache

from itsdangerous import BadSignature, Signer
from starlette.datastructures import Headers
from starlette.requests import cookie_parser
from starlette.responses import Response

from data.access.secrets import cookie_secret
from data.storage import database
from models.access.sign_ins import PROVIDER_COOKIES

SIGNED_IN = "san_sang"
OFFICES = "san_sang_offices"  # further ones of the same browser, not acted by at the moment
KNOWN = "san_sang_known"
LANGUAGE = "san_sang_language"
PHONE = "san_sang_phone"  # by which wrong tries of a form without a sign-in are counted
TRIAL = "san_sang_trial"  # whether a browser returns what it is given
OURS = (b"san_sang", b"_streamlit_")  # how the names begin that are read here or by the framework
SHARED = (b"_streamlit_xsrf",)  # the framework's own script reads it by its name
DAY = 24 * 3600
YEAR = 365 * DAY  # of the language
MAX_AGE = 120 * DAY  # the sign-in itself ends by the server's clock, whatever the browser keeps
MAX_OFFICES = 4  # that one browser holds besides the one it acts by
MAX_KNOWN_ACCOUNTS = 5  # that one browser is known by
MAX_BYTES = 16_000  # of all cookies of a request
MAX_ESCAPES = 100  # backslashes in them; ours have none

_secret: str | None = None


def load_secret() -> str:
    """Reads the installation's secret, once; opens a transaction of its own."""
    global _secret
    _secret = database.run(cookie_secret)
    return _secret


def _signer(purpose: str, secret: str | None = None) -> Signer:
    secret = secret or _secret or load_secret()
    return Signer(secret, salt=f"san_sang.{purpose}", digest_method=hashlib.sha256)


Header = tuple[bytes, bytes]


def ours(headers: list[Header], mark: str = "") -> list[Header]:
    """The headers with our own cookies alone, in one line, without the installation's mark; none
    that nobody could read in time.

    Other programs of the same host set theirs, in any number and form, and must keep nobody out;
    and so does another installation at another port.
    """
    sent = b";".join(value for name, value in headers if name == b"cookie").split(b";")
    kept = b"; ".join(_unmarked([one.strip() for one in sent], mark.encode()))
    others = [pair for pair in headers if pair[0] != b"cookie"]
    return [*others, (b"cookie", kept)] if kept and are_readable(kept) else others


def _unmarked(sent: list[bytes], mark: bytes) -> list[bytes]:
    """Those with this installation's mark by their plain names; and those that have none, as an
    earlier version set them, unless there is a marked one of that name."""
    own, former = dict[bytes, bytes](), list[tuple[bytes, bytes]]()
    for one in sent:
        if not one.startswith(OURS):
            continue
        name, _, value = one.partition(b"=")
        plain, _, marked = name.partition(b".")
        if not marked:
            former.append((name, one))
        elif marked == mark:
            own[plain] = b"%s=%s" % (plain, value)
    return [*own.values(), *(one for name, one in former if name not in own)]


def marked(headers: list[Header], mark: str) -> list[Header]:
    """The headers of an answer, with the installation's mark on the cookies that it sets."""
    return [
        (name, _marked(value, mark.encode()) if name == b"set-cookie" else value)
        for name, value in headers
    ]


def _marked(cookie: bytes, mark: bytes) -> bytes:
    name, _, rest = cookie.partition(b"=")
    return (
        cookie if name in SHARED or not name.startswith(OURS) else b"%s.%s=%s" % (name, mark, rest)
    )


def are_readable(cookies: bytes) -> bool:
    """Whether cookies can be parsed in little time, here and in the framework.

    Python's parser scans the rest of a quoted value again at each backslash (CVE-2024-7592): 60 KB
    of them block the event loop for 5 s.
    """
    return len(cookies) <= MAX_BYTES and cookies.count(b"\\") <= MAX_ESCAPES


def sent(headers: Headers) -> dict[str, str]:
    """The cookies of a request, as the framework reads them; what is no cookie costs no other."""
    return cookie_parser(headers.get("cookie", ""))


def token_of(cookies: dict[str, str]) -> str | None:
    """The token of the sign-in, if the signature is ours."""
    return _unsigned("sign_in", cookies.get(SIGNED_IN, ""))


def set_token(answer: Response, token: str, *, secure: bool) -> None:
    _set(answer, SIGNED_IN, _signer("sign_in").sign(token).decode(), secure=secure)


def offices_of(cookies: dict[str, str]) -> list[str]:
    """The tokens of the further offices that a browser holds, if the signature is ours."""
    held = _unsigned("offices", cookies.get(OFFICES, "")) or ""
    return [token for token in held.split("~") if token]


def set_offices(answer: Response, tokens: list[str], *, secure: bool) -> None:
    """Keep the tokens of further offices, the newest first."""
    if not tokens:
        answer.delete_cookie(OFFICES, path="/", httponly=True, samesite="lax")
        return
    held = "~".join(tokens[:MAX_OFFICES])
    _set(answer, OFFICES, _signer("offices").sign(held).decode(), secure=secure)


def set_language(answer: Response, language: str) -> None:
    """Keep the visitor's language, as the pages' own script does, which reads it too."""
    answer.set_cookie(LANGUAGE, language, max_age=YEAR, samesite="lax", path="/")


def new_browser() -> str:
    """A random name for a browser, which says nothing of it."""
    return secrets.token_hex(8)


def forget_provider(answer: Response, cookies: dict[str, str]) -> None:
    """Delete Streamlit's cookies of a provider's sign-in: from here on only our own counts.

    Streamlit's would stay valid for a month, unseen.
    """
    for name in cookies:
        if name.startswith(PROVIDER_COOKIES):
            answer.delete_cookie(name, path="/")


def try_out(answer: Response, *, secure: bool) -> None:
    """Give a browser a cookie that it has to return before it uses up an invitation."""
    _set(answer, TRIAL, "1", secure=secure)


def forget_trial(answer: Response) -> None:
    answer.delete_cookie(TRIAL, path="/", httponly=True, samesite="lax")


def forget_token(answer: Response) -> None:
    answer.delete_cookie(SIGNED_IN, path="/", httponly=True, samesite="lax")


def known_as(cookies: dict[str, str], account: str) -> str | None:
    """The browser's name if it signed in to the account before, else None."""
    name = _fingerprint(account)
    for one in (_unsigned("known", cookies.get(KNOWN, "")) or "").split("~"):
        account_named, _, browser = one.partition(".")
        if account_named == name and browser:
            return browser
    return None


def set_known(
    answer: Response, cookies: dict[str, str], account: str, browser: str, *, secure: bool
) -> None:
    """Mark the browser as known by this account too: others' guesses cannot lock it out."""
    name = _fingerprint(account)
    others = [
        one
        for one in (_unsigned("known", cookies.get(KNOWN, "")) or "").split("~")
        if one and not one.startswith(name)
    ]
    value = "~".join([f"{name}.{browser}", *others][:MAX_KNOWN_ACCOUNTS])
    _set(answer, KNOWN, _signer("known").sign(value).decode(), secure=secure)


def phone_of(cookies: dict[str, str]) -> tuple[str | None, bool]:
    """The telephone's name, None where it returned none of ours, and whether it was once right."""
    name, _, known = (_unsigned("phone", cookies.get(PHONE, "")) or "").partition(".")
    return name or None, known == "known"


def set_phone(answer: Response, name: str, *, known: bool, secure: bool) -> None:
    value = _signer("phone").sign(f"{name}.{'known' if known else ''}").decode()
    _set(answer, PHONE, value, secure=secure, max_age=DAY)


def _fingerprint(account: str) -> str:
    return hashlib.sha256(account.strip().casefold().encode()).hexdigest()[:16]


def _unsigned(purpose: str, value: str) -> str | None:
    return _unsigned_by(_secret or load_secret(), purpose, value) if value else None


@lru_cache(maxsize=2048)  # every scan of a queue shows the same cookie
def _unsigned_by(secret: str, purpose: str, value: str) -> str | None:
    try:
        return _signer(purpose, secret).unsign(value).decode()
    except (BadSignature, UnicodeDecodeError):
        return None


def _set(answer: Response, name: str, value: str, *, secure: bool, max_age: int = MAX_AGE) -> None:
    answer.set_cookie(
        name, value, max_age=max_age, httponly=True, samesite="lax", secure=secure, path="/"
    )
