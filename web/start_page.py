"""Streamlit's start page in our words: its language, no machine translation, what it says while
nothing is connected, and what a browser fetches first.
"""

import json
import re
from functools import cache
from zoneinfo import ZoneInfo

import anyio.to_thread
from starlette.datastructures import Headers, MutableHeaders, QueryParams
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from data.words import DEFAULT, LANGUAGES, Words, catalogue
from web import preload, wall
from web.access import cookies
from web.compression import Content, forms
from web.paths import address
from web.static_files import answer

BEGINS = b'<html lang="en">'
HEAD_ENDS, BODY_ENDS = b"</head>", b"</body>"
TITLE = b"<title>Streamlit</title>"
# A text font that our theme does not use, fetched before everything else; 170 KB.
FONT = re.compile(rb'<link\s{1,20}rel="preload"[^>S]{0,200}SourceSans[^>]{0,200}>')
REMARK = re.compile(rb"<!--[^>]{0,2000}-->\s{0,20}")
NOT_PASSED_ON = (b"accept-encoding", b"if-none-match", b"if-modified-since")
OF_THE_FILE = ("content-length", "etag", "last-modified")  # headers that are not of our page
MAX_PAGES = 50


class StartPage:
    """Middleware that rewrites the one page of Streamlit; every other answer passes untouched."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self.pages: dict[bytes, Content] = {}  # one by language and list of scripts

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
            if not message.get("more_body"):
                await self._send_page(scope, send, waiting.pop(), bytes(body))

        # Else Streamlit compresses the page before it is rewritten, or finds the copy fresh.
        headers = [one for one in scope["headers"] if one[0] not in NOT_PASSED_ON]
        await self.app({**scope, "headers": headers}, receive, send_rewritten)

    async def _send_page(self, scope: Scope, send: Send, head: Message, body: bytes) -> None:
        if not _is_start(body):
            await send(head)
            await send({"type": "http.response.body", "body": body})
            return
        language, first = language_of(scope), ""
        if wall.is_asked(scope):
            first = await anyio.to_thread.run_sync(wall.part, language)
        page = in_words(body, language, scope["path"], first)
        if len(self.pages) > MAX_PAGES:
            self.pages.clear()
        content = self.pages.setdefault(page, Content(page))
        forms.ask(content)
        headers = MutableHeaders(scope=head)
        for name in OF_THE_FILE:
            del headers[name]
        headers["Vary"] = "Accept-Encoding, Cookie"
        await answer(scope, send, content, headers)


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
def browser_words() -> str:
    """What the page says without the server, in every language (`connecting.js`); the framework's
    English with our words, and what its icons mean (`framework.js`).
    """
    group = {one: Words(one, ZoneInfo("UTC")).group for one in LANGUAGES}
    own, icons = group[DEFAULT]("framework"), group[DEFAULT]("icon")
    words = {
        "live": {one: group[one]("live") for one in LANGUAGES},
        "framework": [[english, own[key]] for key, english in group["en"]("framework").items()],
        "icons": {name: {one: group[one]("icon")[name] for one in LANGUAGES} for name in icons},
    }
    return json.dumps(words, ensure_ascii=False).replace("<", "\\u003c")


def _is_start(page: bytes) -> bool:
    return TITLE in page and BEGINS in page


def in_words(page: bytes, language: str, path: str, first: str = "") -> bytes:
    """The start page in a language, as the page at a path needs it; any other page as it is.

    `first`: HTML that comes before Streamlit's own scripts.
    """
    if not _is_start(page):
        return page
    words = catalogue(language)
    changes = (
        (BEGINS, f'<html lang="{language}" translate="no">'),
        (TITLE, f"<title>{words['app.name']}</title>{_before_scripts()}{first}"),
        (HEAD_ENDS, f"{_after_scripts(path)}</head>"),
        # Last, so that it counts for more than the framework's own styles.
        (BODY_ENDS, f'<link rel="stylesheet" href="{address("style.css")}"></body>'),
    )
    page = REMARK.sub(b"", FONT.sub(b"", page))
    for old, new in changes:
        page = page.replace(old, new.encode(), 1)
    return page


def _before_scripts() -> str:
    """What has to stand before the first script: where modules and the server are found."""
    return (
        f'<script type="importmap">{preload.IMPORT_MAP}</script><script>{preload.CONNECT}</script>'
        f'<script type="application/json" data-words>{browser_words()}</script>'
    )


def _after_scripts(path: str) -> str:
    modules = "".join(f'<link rel="modulepreload" href="{one}">' for one in preload.modules(path))
    return (
        '<meta name="google" content="notranslate" />'
        f"{modules}"
        f'<script type="module" src="{address("connecting.js")}"></script>'
        f'<script type="module" src="{address("framework.js")}"></script>'
    )
