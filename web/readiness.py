"""Photographs of reports, for whoever may see the pages that show them; never from where Streamlit keeps what it shows."""

from starlette.requests import Request
from starlette.responses import Response

from data.events.current import current_event
from data.readiness.photographs import SIZES, photograph_bytes
from data.storage import database
from models.access.people import may
from web.access.identity import access_of

KEPT = "private, max-age=600"  # by the browser alone: whoever was signed out sees what he saw for ten minutes at most


def photograph(request: Request) -> Response:
    """One photograph, small or whole; 404 for whoever may not see it as well: he is not told whether there is one."""
    person = access_of(request).visitor.person
    if not (may(person, "see_review") or may(person, "see_update")):
        return Response("not found", 404)
    size = request.path_params["size"]
    with database.reading() as session:
        event = current_event(session)
        found = (
            photograph_bytes(session, event, request.path_params["number"], size)
            if event and size in SIZES
            else None
        )
    if found is None:
        return Response("not found", 404)
    return Response(
        found,
        media_type="image/jpeg",
        headers={"Cache-Control": KEPT, "Content-Disposition": "inline"},
    )
