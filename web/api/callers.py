"""Who calls the API: a program by its token, a browser by its cookie; and what is turned away."""

import time
from dataclasses import dataclass
from datetime import datetime

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from data.access import accounts, sign_ins
from data.events.clock import real_now
from data.events.current import require_event
from data.storage import changes, database, measures
from models.access.people import Person, Visitor
from models.access.sign_ins import USE_THROTTLE
from models.events.event import Event
from models.refusals import Refusal
from web.access import cookies
from web.api import problems
from web.api.forms import MAX_BYTES, MAX_PICTURE_BYTES
from web.proxies import client_address
from web.security import same_origin

BODIES = {  # path's end -> kinds of content, most bytes
    "/scans": (("application/json",), MAX_BYTES),
    "/undo": (("application/json",), MAX_BYTES),
    "/decode": (("image/jpeg", "image/png", "image/webp"), MAX_PICTURE_BYTES),
}
NO_BODY = ("GET", "HEAD", "OPTIONS")
SCANS = "/api/v1/scans"
SHORT = 1000  # bytes


@dataclass(frozen=True)
class Caller:
    """A person who is signed in, by which sign-in, and the event that the call is about."""

    person: Person
    visitor: Visitor
    event: Event


async def caller(request: Request) -> Caller:
    """Refuses `sign_in_needed`, `sign_in_over`, `token_wrong`, `desk_locked`, `sign_in_wait` and
    `no_event`.

    A caller of a moment ago is not looked up again for every scan of a queue; while the database is
    lost no caller hears that their access was withdrawn.
    """
    scheme, _, shown = request.headers.get("authorization", "").partition(" ")
    program = bool(scheme)
    token = (
        (shown.strip() if scheme.lower() == "bearer" else "")
        if program
        else cookies.token_of(cookies.sent(request.headers))
    )
    return _known.get(program, token) or await run_in_threadpool(
        _look_up, request, program=program, token=token
    )


def _look_up(request: Request, *, program: bool, token: str | None) -> Caller:
    asked_at, now = time.monotonic(), real_now()
    with database.reading() as session:
        event = require_event(session)
        number = sign_ins.sign_in_of(session, token, now=now, program=program)
        visitor = sign_ins.visitor_of(session, number, now=now)
    if visitor.person is None:
        _turn_away(request, visitor, program=program, token=token, now=now)
    if now - visitor.used_at > USE_THROTTLE and not visitor.has_pin:
        database.run(sign_ins.note_use, sign_in_id=visitor.sign_in_id, now=now)
    found = Caller(visitor.person, visitor, event)
    _known.keep(program, token, found, asked_at=asked_at)
    return found


class _Known:
    """The callers of a moment ago, by their tokens.

    What this process or, by its listener, another one changes about people or the event is seen at
    once; should nothing be heard of it, after a second.
    """

    FRESH_FOR = 1.0  # seconds: access that was withdrawn has to end within two
    MAX_KNOWN = 1000

    def __init__(self) -> None:
        self.callers: dict[tuple[bool, str], tuple[float, Caller]] = {}
        self.changed_at = 0.0
        changes.subscribe(self._hear)

    def _hear(self, _revision: int, topics: frozenset[str]) -> None:
        if topics & {"people", "event"}:
            self.changed_at = time.monotonic()
            self.callers.clear()

    def get(self, program: bool, token: str | None) -> Caller | None:
        asked_at, found = self.callers.get((program, token or ""), (0.0, None))
        return found if found and time.monotonic() - asked_at < self.FRESH_FOR else None

    def keep(self, program: bool, token: str, found: Caller, *, asked_at: float) -> None:
        if (
            asked_at <= self.changed_at or found.visitor.has_pin
        ):  # it was read before that; a desk with a PIN locks by itself
            return
        if len(self.callers) >= self.MAX_KNOWN:
            self.callers.clear()
        self.callers[program, token] = (asked_at, found)


_known = _Known()


def _turn_away(
    request: Request, visitor: Visitor, *, program: bool, token: str | None, now: datetime
) -> None:
    if program:
        accounts.refuse_token(address=client_address(request.scope), now=now)
    with measures.counting_refusals():
        if visitor.locked:
            raise Refusal("desk_locked")
        raise Refusal("sign_in_over") if token else Refusal("sign_in_needed")


class Doorway:
    """Turns away, before they are read, what another site's page sends and bodies that are too long
    or of another kind. A short body of scans goes its own way."""

    def __init__(self, app: ASGIApp, *, one_scan: ASGIApp) -> None:
        self.app = app
        self.one_scan = one_scan

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and (refusal := _refused(scope)):
            measures.REFUSALS.labels(refusal.code).inc()
            await problems.answer(refusal, Headers(scope=scope))(scope, receive, send)
        elif _is_one_scan(scope):
            await self.one_scan(scope, receive, send)
        else:
            await self.app(scope, receive, send)


def _is_one_scan(scope: Scope) -> bool:
    """Whether a body is too short for more than a few scans; whatever it holds is read there."""
    if scope["type"] != "http" or scope["method"] != "POST":
        return False
    return scope["path"] == SCANS and int(Headers(scope=scope).get("content-length", "0")) < SHORT


def _refused(scope: Scope) -> Refusal | None:
    if scope["method"] in NO_BODY:
        return None
    headers = Headers(scope=scope)
    if not same_origin(scope):
        return Refusal("other_site")
    known = next((body for end, body in BODIES.items() if scope["path"].endswith(end)), None)
    kinds, most = known or ((), 0)
    length = headers.get("content-length", "0")
    if (
        "transfer-encoding" in headers
        or not (length.isascii() and length.isdigit())
        or int(length) > most
    ):
        return Refusal("body_too_long", limit=most)
    if known and headers.get("content-type", "").partition(";")[0].strip().lower() not in kinds:
        return Refusal("body_kind", kind=", ".join(kinds))
    return None
