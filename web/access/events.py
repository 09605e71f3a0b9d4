"""Switching the current event: a plain form, since it ends the giver's own sign-in at this event.

A page of ours would be cut off with that sign-in, before it could lead anywhere.
"""

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from data.access import events
from data.commands import Origin, run
from data.events.current import current_event
from data.storage import database
from models.access.people import may
from models.refusals import Refusal
from web.access.forms import form_page, require_own_form, sent, words_of
from web.access.identity import access_of
from web.access.sign_in import enter_by_link


def page(request: Request) -> Response:
    """What switching does, and the field for the event's name."""
    return _page(request)


def _page(request: Request, *, refused: str = "", status: int = 200) -> Response:
    event_id = request.path_params["event_id"]
    if not may(access_of(request).visitor.person, "switch_event"):
        return RedirectResponse("/sign-in?next=/events", status_code=303)
    with database.reading() as session:
        event = current_event(session)
        try:
            chosen = events.event_by_id(session, event_id)
        except Refusal:
            return RedirectResponse("/events", status_code=303)
    payload = {"event": event, "chosen": chosen}
    return form_page(request, "switch_event.html", status=status, refused=refused, **payload)


async def switch(request: Request) -> Response:
    """Switches, and signs the giver in as the administrator of the event that is entered."""
    name = (await sent(request, "name"))["name"]
    return await run_in_threadpool(_switch, request, name)


def _switch(request: Request, name: str) -> Response:
    visitor, facts = access_of(request).visitor, {"event_id": request.path_params["event_id"]}
    try:
        require_own_form(request)
        origin = Origin(visitor.person, visitor.sign_in_id)
        link = run(origin, events.switch_event, **facts, name=name)
    except Refusal as refusal:
        return _page(request, refused=words_of(request).refusal(refusal), status=403)
    if link is None:  # a rehearsal, which anyone enters
        return RedirectResponse("/", status_code=303)
    return enter_by_link(request, link, wanted="/events")
