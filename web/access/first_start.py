"""The first start: look at the sample, or create one's own event, also from the sample; no one can
be signed in yet who could have a permission.
"""

from datetime import date
from ipaddress import ip_address

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from data import bootstrap
from data.bootstrap import Door
from data.events.current import current_event
from data.storage import database
from models.events.event import Draft
from models.refusals import Refusal
from web.access.forms import form_page, require_own_form, sent, words_of
from web.access.sign_in import enter_by_link
from web.proxies import FORWARDED

LOCAL = ("localhost", "127.0.0.1", "[::1]")
FIELDS = ("what", "code", "name", "first_day", "last_day", "place", "expected")


def page(request: Request) -> Response:
    """The two ways; for anyone only as long as there is no real event."""
    return _page(request)


def _page(
    request: Request, *, form: dict[str, str] | None = None, refused: str = "", status: int = 200
) -> Response:
    with database.reading() as session:
        if not bootstrap.is_unclaimed(session):
            return RedirectResponse("/", status_code=303)
        has_sample = current_event(session) is not None
    payload = {"form": form or {}, "asks_code": not is_from_machine(request), "sample": has_sample}
    return form_page(request, "first_start.html", status=status, refused=refused, **payload)


async def choose(request: Request) -> Response:
    """Loads the sample, or creates the event and signs its administrator in."""
    return await run_in_threadpool(_choose, request, await sent(request, *FIELDS))


def _choose(request: Request, form: dict[str, str]) -> Response:
    door = Door(is_from_machine(request), form["code"])
    try:
        require_own_form(request)
        if form["what"] == "sample":
            database.run(bootstrap.open_sample, door=door)
            return RedirectResponse("/", status_code=303)
        link = database.run(bootstrap.create_event, door=door, draft=_draft(form))
    except Refusal as refusal:
        return _page(request, form=form, refused=words_of(request).refusal(refusal), status=403)
    return enter_by_link(request, link, wanted="/event")


def _draft(form: dict[str, str]) -> Draft:
    """Refuses `event_days_malformed` and `event_expected_malformed`."""
    try:
        days = [date.fromisoformat(form[name]) for name in ("first_day", "last_day")]
    except ValueError:
        raise Refusal("event_days_malformed", limit=60) from None
    expected = form["expected"].strip() or "0"
    if not expected.isascii() or not expected.isdigit() or len(expected) > 9:
        raise Refusal("event_expected_malformed")
    return Draft(form["name"], days[0], days[1], form["place"], int(expected))


def is_from_machine(request: Request) -> bool:
    """Whether a browser on the machine itself asks, by a name that is only its own.

    Not where anything says that a proxy passed the request on: everyone would come from there.
    """
    if request.client is None or any(name in request.headers for name in FORWARDED):
        return False
    host = request.headers.get("host", "").rpartition(":")[0] or request.headers.get("host", "")
    try:
        return ip_address(request.client.host).is_loopback and host in LOCAL
    except ValueError:
        return False
