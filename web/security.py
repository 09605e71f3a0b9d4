"""What every answer carries and every connection must show, before Streamlit sees it."""

import base64
import hashlib
import importlib.util
import re
from pathlib import Path

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from web import preload
from web.proxies import scheme


def _inline_scripts() -> str:
    """The hashes of the scripts written into Streamlit's own start page, as the policy names them."""
    page = Path(importlib.util.find_spec("streamlit").origin).parent / "static" / "index.html"
    _, *begun = page.read_text(encoding="utf-8").split("<script>")
    scripts = [one.partition("</script>")[0] for one in begun]
    return " ".join(f"'sha256-{base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()}'" for script in scripts)


# Streamlit loads a component's inline code from a blob that its own script made; nothing typed by people gets there.
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
HOST = re.compile(r"[A-Za-z0-9.:\[\]_-]{1,255}")  # what stands in the policy must not bring rules of its own
PROVIDER_TOKENS = "_streamlit_user_tokens"  # Streamlit's cookies of them
FORM_BYTES = 20_000  # none of our own forms is longer
OFFERED = "/media/"  # what a page shows or lets one take: an invitation's QR code, the trail as a file
LONGER = ("/_stcore/", "/api/v1/")  # paths whose bodies have a bound of their own


def policy(host: str) -> str:
    """The content security policy: sockets only to the host itself, which older browsers do not take `'self'` for."""
    return POLICY.replace("{sockets}", f"ws://{host} wss://{host}" if HOST.fullmatch(host) else "").replace("' ;", "';")


def same_origin(headers: Headers) -> bool:
    """Whether a browser's Origin is the host it speaks to. What sends no Origin is no page of another site."""
    origin = headers.get("origin")
    return origin is None or origin.partition("://")[2] == headers.get("host")


class Guard:
    """Puts the policy on every answer and turns away WebSockets and posts that another site's page opens.

    The Origin is checked here because Streamlit, on a foreign one, looks up its own outside address and stalls the server.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket" and not same_origin(Headers(scope=scope)):
            await send({"type": "websocket.close", "code": 4403, "reason": "another origin"})
            return
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def send_guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                self._put_headers(scope, MutableHeaders(scope=message))
            await send(message)

        if _is_too_long(scope):
            await PlainTextResponse("too long", 413)(scope, receive, send_guarded)
        else:
            await self.app(scope, receive, send_guarded)

    def _put_headers(self, scope: Scope, headers: MutableHeaders) -> None:
        headers.setdefault("Content-Security-Policy", policy(Headers(scope=scope).get("host", "")))
        for name, value in HEADERS.items():
            headers.setdefault(name, value)
        if scheme(scope) == "https":
            headers.setdefault("Strict-Transport-Security", YEAR)
        _mend_cookies(headers, secure=scheme(scope) == "https")
        if scope["path"].startswith(OFFERED):
            headers["Cache-Control"] = "no-store"
        if scope["path"] == "/wall":
            headers.append("Link", preload.LINK)


def _mend_cookies(headers: MutableHeaders, *, secure: bool) -> None:
    """Keeps a provider's tokens out of the browser, where nothing needs them, and marks what Streamlit sets as `Secure` too."""
    told = headers.getlist("set-cookie")
    if not told:
        return
    del headers["set-cookie"]
    for one in told:
        if not one.startswith(PROVIDER_TOKENS):
            headers.append("set-cookie", f"{one}; Secure" if secure and "; secure" not in one.lower() else one)


def _is_too_long(scope: Scope) -> bool:
    """Whether a body is longer than any form of ours, or will not say how long it is."""
    if scope["method"] in ("GET", "HEAD", "OPTIONS") or scope["path"].startswith(LONGER):
        return False
    headers = Headers(scope=scope)
    told = headers.get("content-length", "0")
    return "transfer-encoding" in headers or not told.isdigit() or int(told) > FORM_BYTES
