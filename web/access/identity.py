"""Who sends a request or opens a connection, by the cookie; a header says it to Streamlit.

No client can set that header itself.
"""

import hashlib
from collections import OrderedDict
from dataclasses import dataclass

import anyio
from starlette.datastructures import Headers
from starlette.requests import HTTPConnection
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from data.access import sign_ins
from data.events.clock import real_now
from data.events.current import current_event
from data.storage import database, identity
from models.access.people import ANONYMOUS, Visitor
from models.access.sign_ins import USE_THROTTLE
from web import client_messages
from web.access import cookies, uploads
from web.connections import TOO_MANY, Connection, connections
from web.paths import FEED
from web.proxies import client_address

HEADER = b"x-san-sang-sign-in"  # `.streamlit/config.toml` names it as the trusted one
PAGES_SOCKET = "/_stcore/stream"
UPLOADS = "/_stcore/upload_file/"
# Of Streamlit's other endpoints none is needed.
OPEN_OF_STREAMLIT = ("/_stcore/health", "/_stcore/host-config", PAGES_SOCKET, UPLOADS)
MAX_REMEMBERED = 500


@dataclass(frozen=True)
class Access:
    """Who it is, and whether the event is a rehearsal, in which anyone may look at the wall.

    `over`: the browser showed a sign-in that is no longer valid.
    """

    visitor: Visitor = ANONYMOUS
    rehearsal: bool = False
    over: bool = False


_remembered: OrderedDict[str, Access] = OrderedDict()


def look_up(token: str | None) -> Access:
    """The access that a cookie's token gives now.

    While the database is lost, the last answer for that token: a page that reconnects then must
    not lose what is typed in it. It opens nothing, since every read and command asks the database
    again.
    """
    key = hashlib.sha256((token or "").encode()).hexdigest()
    try:
        access = _looked_up(token)
    except database.UNREACHABLE:
        return _remembered.get(key, Access())
    _remembered[key] = access
    _remembered.move_to_end(key)
    if len(_remembered) > MAX_REMEMBERED:
        _remembered.popitem(last=False)
    return access


def _looked_up(token: str | None) -> Access:
    now = real_now()
    with database.reading() as session:
        event = current_event(session)
        visitor = sign_ins.visitor_of(
            session, sign_ins.sign_in_of(session, token, now=now), now=now
        )
        over = token is not None and visitor.sign_in_id is None
        return Access(visitor, event is not None and event.is_open, over)


def access_of(request: HTTPConnection) -> Access:
    """Who sends a request, for routes that are plain functions."""
    return look_up(cookies.token_of(cookies.sent(request.headers)))


class Identity:
    """Names the visitor to Streamlit, closes what Streamlit leaves open, and counts connections.

    A client's own header of that name is taken away from every request, whatever it is for; and so
    are the cookies of other programs. Within, our cookies have plain names; in the browser each
    bears this installation's mark.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self.mark = ""  # of this installation's cookies, once it is known

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket"):
            await self.app(scope, receive, send)
            return
        mark = await anyio.to_thread.run_sync(identity.mark) if not self.mark else self.mark
        self.mark = mark
        headers = [pair for pair in cookies.ours(scope["headers"], mark) if pair[0] != HEADER]
        send = _marking(send, mark)
        scope = {**scope, "headers": headers}
        if scope["type"] == "websocket":
            await self._connect(scope, receive, send)
        elif _is_closed(scope["path"]):
            await Response("not found", 404)(scope, receive, send)
        elif UPLOADS in scope["path"]:
            await self._upload(scope, receive, send)
        else:
            await self.app(scope, receive, send)

    async def _upload(self, scope: Scope, receive: Receive, send: Send) -> None:
        visitor = (await _access(scope)).visitor
        if not uploads.may_upload(visitor.person):
            await Response("sign in first", 403)(scope, receive, send)
        elif scope["method"] == "PUT" and not uploads.admit(visitor.sign_in_id):
            await Response("too many files", 429)(scope, receive, send)
        else:
            await self.app(scope, receive, send)

    async def _connect(self, scope: Scope, receive: Receive, send: Send) -> None:
        access = await _access(scope)
        scope["san_sang.access"] = access
        await anyio.to_thread.run_sync(_note_use, access.visitor)
        if access.visitor.sign_in_id is not None:
            scope["headers"].append((HEADER, str(access.visitor.sign_in_id).encode()))
        connection = Connection(
            client_address(scope), access.visitor, send, feed=scope["path"] == FEED
        )
        if not connections.admit(connection):
            await send(
                {
                    "type": "websocket.close",
                    "code": TOO_MANY,
                    "reason": "too many connections from one address",
                }
            )
            return
        if scope["path"] == PAGES_SOCKET:
            receive = client_messages.only_known(receive)
        try:
            await self.app(scope, receive, connection.send)
        finally:
            connections.leave(connection)


def _marking(send: Send, mark: str) -> Send:
    async def marked(message: Message) -> None:
        if message["type"] in ("http.response.start", "websocket.accept"):
            headers = cookies.marked(list(message.get("headers", [])), mark)
            message = {**message, "headers": headers}
        await send(message)

    return marked


def _note_use(visitor: Visitor) -> None:
    """Record that a browser is in use.

    A desk with a PIN is not in use by being open, but by the commands given at it.
    """
    now = real_now()
    if visitor.sign_in_id is None or visitor.has_pin or now - visitor.used_at < USE_THROTTLE:
        return
    try:
        database.run(sign_ins.note_use, sign_in_id=visitor.sign_in_id, now=now)
    except database.UNREACHABLE:
        pass  # the next connection records it


def _is_closed(path: str) -> bool:
    """Whether a path is one of Streamlit's own that no page needs, such as its metrics.

    A page's own path may precede it: Streamlit looks there first.
    """
    _, found, rest = path.partition("/_stcore/")
    return bool(found) and not f"/_stcore/{rest}".startswith(OPEN_OF_STREAMLIT)


async def _access(scope: Scope) -> Access:
    token = cookies.token_of(cookies.sent(Headers(scope=scope)))
    return await anyio.to_thread.run_sync(look_up, token)
