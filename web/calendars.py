"""The programme under a secret address: a page for delegates, and a calendar for telephones."""

from collections.abc import Iterable
from datetime import date

from starlette.requests import Request
from starlette.responses import Response

from data import calendars
from data.calendars import Shown
from data.storage import database
from data.words import Words
from models.events.event import zone
from models.programme import ItemSnapshot
from web.access.forms import form_page, words_of
from web.security import HOST

HEADERS = {"Cache-Control": "private, no-cache", "X-Robots-Tag": "noindex"}
Day = tuple[date, list[ItemSnapshot]]


def file(request: Request) -> Response:
    """The iCalendar file, or 304 where the telephone has it already."""
    found, words = _found(request)
    if found is None:
        return Response("not found", 404)
    answer = Response(calendars.calendar(found, words), media_type="text/calendar")
    return _unless_known(request, answer)


def page(request: Request) -> Response:
    """The programme as it is planned, day by day; it prints, and looks for changes by itself."""
    found, words = _found(request)
    if found is None:
        return form_page(request, "calendar_unknown.html", status=404)
    host, token = request.headers.get("host", ""), request.path_params["token"]
    subscribe = f"webcal://{host}/calendar/{token}.ics" if HOST.fullmatch(host) else ""
    answer = form_page(
        request,
        "programme.html",
        event=found.event,
        words=words,
        room=words.fact(found.room),
        days=_days(found.items, words),
        subscribe=subscribe,
    )
    return _unless_known(request, answer)


def _found(request: Request) -> tuple[Shown | None, Words]:
    """What the address shows, and words in the event's own time zone."""
    with database.reading() as session:
        found = calendars.shown(session, request.path_params["token"])
    words = words_of(request)
    return found, Words(words.language, zone(found.event)) if found else words


def _days(items: Iterable[ItemSnapshot], words: Words) -> list[Day]:
    days: dict[date, list[ItemSnapshot]] = {}
    for item in items:
        days.setdefault(item.starts_at.astimezone(words.time_zone).date(), []).append(item)
    return list(days.items())


def _unless_known(request: Request, answer: Response) -> Response:
    """The answer with its tag, or 304 where the caller has just that."""
    tag = calendars.etag(bytes(answer.body))
    headers = HEADERS | {"ETag": tag}
    if tag in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    answer.headers.update(headers)
    return answer
