"""The files that never change while the server runs, ours and Streamlit's: served from memory,
compressed, kept by browsers for good where their address says which version they are.
"""

import re
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

import anyio
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Receive, Scope, Send

from web import preload
from web.compression import IDENTITY, Content, forms, preferred
from web.paths import ASSETS, VERSION

KINDS = {
    ".js": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".woff2": "font/woff2",
    ".png": "image/png",
    ".txt": "text/plain; charset=utf-8",
}
COMPRESSED = (".js", ".css", ".txt")  # fonts and pictures are compressed in themselves
FOR_GOOD = "public, immutable, max-age=31536000"
ASK_FIRST = "no-cache"  # kept, and asked for by its ETag each time
# Of a file that is no page nothing has to work when it is opened as one; the pages' own policy
# would be half of what a small script costs on the line.
POLICY = {"Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'"}
# Fonts that no page of ours draws with, and the framework's icons, which `style.css` replaces. A
# browser loads them where they are declared: 545 KB before the first word.
UNUSED_FONTS = re.compile(
    rb"@font-face\{font-family:(?:Source Sans|Source Serif|Material Symbols Rounded);[^}]{0,4000}\}"
)
VERSIONED = re.compile(r"/assets/([0-9a-f]{12})(/.+)")


class File:
    """A file, read when it is first asked for; `without`: parts of it that are not served."""

    def __init__(self, path: Path, without: re.Pattern[bytes] | None = None) -> None:
        self.path = path
        self.without = without
        self.kind = KINDS[path.suffix]
        self.content: Content | None = None

    def load(self) -> Content:
        content = self.content or Content(self._read())
        if self.path.suffix in COMPRESSED:
            forms.ask(content)
        self.content = content
        return content

    def _read(self) -> bytes:
        read = self.path.read_bytes()
        return self.without.sub(b"", read) if self.without else read

    def headers(self, caching: str) -> MutableHeaders:
        varies = {"Vary": "Accept-Encoding"} if self.path.suffix in COMPRESSED else {}
        fixed = {"Content-Type": self.kind, "Cache-Control": caching, **POLICY}
        return MutableHeaders(fixed | varies)


def _files(folder: Path, prefix: str) -> dict[str, File]:
    return {
        f"{prefix}/{path.relative_to(folder).as_posix()}": File(path)
        for path in folder.rglob("*")
        if path.suffix in KINDS
    }


class MemoryFiles:
    """Middleware that answers for these files, before anything asks who the visitor is.

    What it does not know (a part of a file, another method, another name) goes on to the
    application.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        path = scope["path"] if scope["type"] == "http" else ""
        version = VERSIONED.fullmatch(path)
        if version:
            path = f"/assets{version[2]}"
            scope = {**scope, "path": path}
        file = FILES.get(path)
        whole = scope.get("method") in ("GET", "HEAD") and "range" not in Headers(scope=scope)
        if file is None or not whole:
            await self.app(scope, receive, send)
            return
        content = file.content or await anyio.to_thread.run_sync(file.load)
        # An address of another version, of a page drawn before an upgrade or by another process,
        # gets the file of today, and must not keep it under that name.
        for_good = path.startswith("/static/") or (version is not None and version[1] == VERSION)
        headers = file.headers(FOR_GOOD if for_good else ASK_FIRST)
        await answer(scope, send, content, headers)


async def answer(scope: Scope, send: Send, content: Content, headers: MutableHeaders) -> None:
    """Send a content in the coding that the client prefers, or 304 where it has that already.

    406 where it takes no coding that there is. `headers` are those of the content as it is.
    """
    asked = Headers(scope=scope)
    coding = await _coding(asked.get("accept-encoding"), content)
    status, body = 200, b""
    if coding is None:
        status, headers["Cache-Control"] = 406, "no-store"
    else:
        headers["ETag"] = f'"{content.digest}-{coding}"'
        if coding != IDENTITY:
            headers["Content-Encoding"] = coding
        if _has(asked, headers["ETag"]):
            status = 304
        else:
            body = content.form(coding)
    if status != 304:
        headers["Content-Length"] = str(len(body))
    await send({"type": "http.response.start", "status": status, "headers": headers.raw})
    await send({"type": "http.response.body", "body": b"" if scope["method"] == "HEAD" else body})


async def _coding(accepted: str | None, content: Content) -> str | None:
    coding = preferred(accepted, content.forms)
    if coding is None:  # not even the content as it is, which is all that is ready
        await anyio.to_thread.run_sync(forms.make, content)
        coding = preferred(accepted, content.forms)
    return coding


def _has(asked: Headers, etag: str) -> bool:
    """Whether the client's own copy is this one (RFC 9110, 13.1.2)."""
    named = [one.strip().removeprefix("W/") for one in asked.get("if-none-match", "").split(",")]
    return etag in named or "*" in named


def prepare() -> None:
    """Have the files that a first page loads compressed soon, in the order in which it does."""
    first = [*preload.entry(), *preload.chunks(*set().union(*preload.ELEMENTS.values()))]
    ours = [path for path in FILES if path.startswith("/assets/")]
    forms.later(lambda: _load(FILES[path] for path in (*ours, *first)))


def _load(files: Iterable[File]) -> None:
    for file in files:
        with suppress(OSError):  # a request for it will say so
            file.load()


FILES = {
    **_files(ASSETS, "/assets"),
    **_files(preload.STATIC / "static", "/static"),
    **{path: File(preload.file(path), UNUSED_FONTS) for path in preload.entry() if ".css" in path},
    "/favicon.png": File(ASSETS / "icon.png"),  # what Streamlit shows where a page names none
}
