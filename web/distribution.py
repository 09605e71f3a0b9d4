"""The page of a personal link: a document to read, and a button that says it was received.

Nothing is recorded when the page is opened: scanners of mail and previews of messengers do that.
"""

import atexit
import shutil
import tempfile
import threading
from pathlib import Path
from urllib.parse import quote

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import FileResponse, RedirectResponse, Response

from data.commands import Origin, run
from data.distribution.files import MIMES
from data.distribution.links import (
    SharedDocument,
    acknowledge_link,
    content_of,
    shared_document,
)
from data.events.current import current_event
from data.storage import database
from models.distribution.ledger import FileKind
from models.events.event import Event
from models.refusals import Refusal
from web.access.forms import form_page, require_own_form, words_of

# A browser's own reader of PDF is an object of the page that it makes.
POLICY = "default-src 'none'; object-src 'self'; style-src 'unsafe-inline'; frame-ancestors 'none'"

_writing = threading.Lock()
_folders: list[Path] = []


def page(request: Request) -> Response:
    """The document's title, the way to its file, and the button; the same page without them for
    every link that shows nothing."""
    event, found = _found(request)
    if event is None or found is None:
        return _nothing(request)
    path = request.url.path
    return form_page(request, "read.html", event=event, document=found, path=path)


def _nothing(request: Request) -> Response:
    sentence = words_of(request).refusal(Refusal("link_unknown"))
    return form_page(request, "read.html", status=404, refused=sentence, document=None)


def _found(request: Request) -> tuple[Event | None, SharedDocument | None]:
    with database.reading() as session:
        event = current_event(session)
        token = request.path_params["token"]
        return event, shared_document(session, event, token) if event else None


def file(request: Request) -> Response:
    """The document itself: a PDF is shown, any other is saved."""
    _, found = _found(request)
    if found is None:
        return _nothing(request)
    path = written(found)
    if path is None:
        return _nothing(request)
    how = "inline" if found.file_kind is FileKind.PDF else "attachment"
    headers = {
        "Cache-Control": "no-store",
        "Content-Disposition": f"{how}; filename*=UTF-8''{quote(found.file_name)}",
        "Content-Security-Policy": POLICY,
    }
    return FileResponse(path, media_type=MIMES[found.file_kind], headers=headers)


def written(document: SharedDocument) -> Path | None:
    """A version's file on disk, from which it goes out in parts to however many ask at once; None
    once it was erased. Read from the database once in a process.

    The folder is the process's own, readable by its account alone, and deleted as it ends.
    """
    with _writing:
        path = _folder() / document.digest
        if path.exists():
            return path
        with database.reading() as session:
            content = content_of(session, document.distribution_id)
        if not content:
            return None
        with tempfile.NamedTemporaryFile(dir=path.parent, delete=False) as begun:
            begun.write(content)
        return Path(begun.name).replace(path)


def _folder() -> Path:
    """The folder of this process; a new one where what tidies temporary files has taken it."""
    if not _folders or not _folders[-1].exists():
        _folders.append(Path(tempfile.mkdtemp(prefix="san-sang-")))
        atexit.register(shutil.rmtree, _folders[-1], ignore_errors=True)
    return _folders[-1]


async def acknowledge(request: Request) -> Response:
    """Record that the document was received, and show the page again."""
    return await run_in_threadpool(_acknowledge, request)


def _acknowledge(request: Request) -> Response:
    try:
        require_own_form(request)
    except Refusal as refusal:
        sentence = words_of(request).refusal(refusal)
        return form_page(request, "read.html", status=403, refused=sentence, document=None)
    _, found = _found(request)
    if found is None:
        return _nothing(request)
    try:
        run(Origin(), acknowledge_link, link_id=found.link_id)
    except Refusal:  # withdrawn between the two
        return _nothing(request)
    return RedirectResponse(request.url.path, status_code=303)
