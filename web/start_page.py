"""Streamlit's start page in our words: its language, no machine translation, and what it says while
nothing is connected.
"""

import json
from functools import cache
from html import escape
from zoneinfo import ZoneInfo

from starlette.datastructures import Headers, MutableHeaders, QueryParams
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from data.words import DEFAULT, LANGUAGES, Words, catalogue
from web.access import cookies

BEGINS = b'<html lang="en">'
ENDS = b"</head>"
TITLE = b"<title>Streamlit</title>"
NOT_PASSED_ON = (b"accept-encoding", b"if-none-match", b"if-modified-since")


class StartPage:
    """Middleware that rewrites the one page of Streamlit; every other answer passes untouched."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if not _asks_for_page(scope):
            await self.app(scope, receive, send)
            return
        waiting: list[Message] = []  # the head of an HTML answer, until its body is complete
        body = bytearray()

        async def send_rewritten(message: Message) -> None:
            if message["type"] == "http.response.start" and _is_page(message):
                waiting.append(message)
                return
            if not waiting or message["type"] != "http.response.body":
                await send(message)
                return
            body.extend(message.get("body", b""))
            if message.get("more_body"):
                return
            page = in_words(bytes(body), language_of(scope))
            head = waiting.pop()
            headers = MutableHeaders(scope=head)
            headers["Content-Length"] = str(len(page))
            del headers["ETag"], headers["Last-Modified"]  # of the file, in no language
            await send(head)
            await send({"type": "http.response.body", "body": page})

        # Else Streamlit compresses the page before it is rewritten, or finds the copy fresh.
        headers = [one for one in scope["headers"] if one[0] not in NOT_PASSED_ON]
        await self.app({**scope, "headers": headers}, receive, send_rewritten)


def _asks_for_page(scope: Scope) -> bool:
    if scope["type"] != "http" or scope["method"] != "GET":
        return False
    return "text/html" in Headers(scope=scope).get("accept", "")


def _is_page(message: Message) -> bool:
    headers = Headers(raw=message["headers"])
    return (
        message["status"] == 200
        and headers.get("content-type", "").startswith("text/html")
        and "content-encoding" not in headers
    )


def language_of(scope: Scope) -> str:
    """The address's `lang`, else the cookie's, else Vietnamese."""
    asked = QueryParams(scope["query_string"]).get("lang")
    chosen = cookies.sent(Headers(scope=scope)).get(cookies.LANGUAGE)
    return next((one for one in (asked, chosen) if one in LANGUAGES), DEFAULT)


@cache
def framework_words() -> str:
    """The framework's English with our words, and what its icons mean, for `framework.js`."""
    group = {one: Words(one, ZoneInfo("UTC")).group for one in LANGUAGES}
    own, icons = group[DEFAULT]("framework"), group[DEFAULT]("icon")
    words = {
        "framework": [[english, own[key]] for key, english in group["en"]("framework").items()],
        "icons": {name: {one: group[one]("icon")[name] for one in LANGUAGES} for name in icons},
    }
    return json.dumps(words, ensure_ascii=False).replace("<", "\\u003c")


def in_words(page: bytes, language: str) -> bytes:
    """The start page in a language; any other page as it is."""
    if TITLE not in page or BEGINS not in page:
        return page
    words = catalogue(language)
    waiting, too_long = (escape(words[f"live.{name}"]) for name in ("waiting", "too_long"))
    scripts = (
        '<meta name="google" content="notranslate" />'
        f'<script type="module" src="/assets/connecting.js" data-waiting="{waiting}"'
        f' data-too-long="{too_long}"></script>'
        f'<script type="application/json" data-framework>{framework_words()}</script>'
        '<script type="module" src="/assets/framework.js"></script></head>'
    )
    page = page.replace(BEGINS, f'<html lang="{language}" translate="no">'.encode(), 1)
    page = page.replace(TITLE, f"<title>{words['app.name']}</title>".encode(), 1)
    return page.replace(ENDS, scripts.encode(), 1)
