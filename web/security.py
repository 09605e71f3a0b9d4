"""The security headers of every answer, and the checks of each request before Streamlit sees it."""

import base64
import hashlib
import re
from functools import lru_cache

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from data import certificates
from web import preload
from web.proxies import scheme


def _inline_scripts() -> str:
    """The hashes of the start page's inline scripts, Streamlit's and ours, as the policy names
    them.
    """
    _, *begun = (preload.STATIC / "index.html").read_text(encoding="utf-8").split("<script>")
    scripts = [*(one.partition("</script>")[0] for one in begun), *preload.INLINE]
    return " ".join(
        f"'sha256-{base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()}'"
        for script in scripts
    )


# Streamlit loads a component's inline code from a blob that its own script made; no text from
# people gets there.
POLICY = "; ".join(
    (
        "default-src 'self'",
        f"script-src 'self' blob: {_inline_scripts()}",
        "style-src 'self' 'unsafe-inline'",
        "font-src 'self' data:",
        "img-src 'self' data: blob:",
        "connect-src 'self' {sockets}",
        "object-src 'none'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    )
)

HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(self), microphone=(), geolocation=(), payment=(), usb=()",
}
YEAR = "max-age=31536000"
# A host in the policy must not bring rules of its own.
HOST = re.compile(r"[A-Za-z0-9.:\[\]_-]{1,255}")
PROVIDER_TOKENS = "_streamlit_user_tokens"  # Streamlit's cookies of them
MAX_FORM_BYTES = 20_000  # none of our own forms is longer
OFFERED = "/media/"  # files that a page shows or offers: an invitation's QR code, the audit trail
LONGER = ("/_stcore/", "/api/v1/")  # paths whose bodies have a bound of their own


@lru_cache(maxsize=64)  # the few names under which the server is reached
def policy(host: str) -> str:
    """The content security policy, with sockets only to the host itself.

    The host is named, since older browsers do not count its sockets as `'self'`.
    """
    sockets = f"ws://{host} wss://{host}" if HOST.fullmatch(host) else ""
    return POLICY.replace("{sockets}", sockets).replace("' ;", "';")


def same_origin(scope: Scope) -> bool:
    """Whether a browser's Origin is the host it requests, by the scheme it requests it by.

    A client that sends no Origin is no page of another site. A page by http is another site than
    the same host by https: whoever holds the network can write it. The other way round counts as
    the same: a proxy that is not named as trusted may have ended TLS.
    """
    headers = Headers(scope=scope)
    origin = headers.get("origin")
    if origin is None:
        return True
    by, _, host = origin.partition("://")
    return host == headers.get("host") and by in ("https", scheme(scope))


class Guard:
    """Puts the headers on every answer; refuses WebSockets of other sites and long bodies.

    The Origin is checked here because Streamlit, on a foreign one, looks up its own outside address
    and stalls the server.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket" and not same_origin(scope):
            await send({"type": "websocket.close", "code": 4403, "reason": "another origin"})
            return
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def send_guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                put_headers(scope, MutableHeaders(scope=message))
            await send(message)

        if _is_too_long(scope):
            await PlainTextResponse("too long", 413)(scope, receive, send_guarded)
        else:
            await self.app(scope, receive, send_guarded)


async def server_error(request: Request, _failure: Exception) -> Response:
    """The answer to a bug of the server, with the headers of every other answer.

    Starlette sends it from outside of all middleware, `Guard` too; it then logs the failure.
    """
    answer = PlainTextResponse("Internal Server Error", 500)
    put_headers(request.scope, answer.headers)
    return answer


def put_headers(scope: Scope, headers: MutableHeaders) -> None:
    """Put the security headers on an answer, where it has none of its own."""
    headers.setdefault("Content-Security-Policy", policy(Headers(scope=scope).get("host", "")))
    for name, value in HEADERS.items():
        headers.setdefault(name, value)
    # Not with an authority of one's own: where its files are lost, another one is made, and a
    # browser that was asked for a year of https would let no one in to learn that.
    if scheme(scope) == "https" and certificates.own_one() is None:
        headers.setdefault("Strict-Transport-Security", YEAR)
    _mend_cookies(headers, secure=scheme(scope) == "https")
    if scope["path"].startswith(OFFERED):
        headers["Cache-Control"] = "no-store"


def _mend_cookies(headers: MutableHeaders, *, secure: bool) -> None:
    """Drop a provider's tokens, which no browser needs, and mark Streamlit's cookies `Secure`."""
    cookies = headers.getlist("set-cookie")
    if not cookies:
        return
    del headers["set-cookie"]
    for cookie in cookies:
        if not cookie.startswith(PROVIDER_TOKENS):
            marked = not secure or "; secure" in cookie.lower()
            headers.append("set-cookie", cookie if marked else f"{cookie}; Secure")


def _is_too_long(scope: Scope) -> bool:
    """Whether a body is longer than any form of ours, or does not say how long it is."""
    if scope["method"] in ("GET", "HEAD", "OPTIONS") or scope["path"].startswith(LONGER):
        return False
    headers = Headers(scope=scope)
    length = headers.get("content-length", "0")
    return "transfer-encoding" in headers or not length.isdigit() or int(length) > MAX_FORM_BYTES
