"""Photographs of reports, for those who may see the pages that show them.

Never from where Streamlit stores what it shows: its addresses ask for no sign-in.
"""

from starlette.requests import Request
from starlette.responses import Response

from data.events.current import current_event
from data.readiness.photographs import SIZES, photograph_bytes
from data.storage import database
from models.access.people import may
from web.access.identity import access_of

# Cached by the browser alone, and for ten minutes at most after a sign-out.
CACHED = "private, max-age=600"


def photograph(request: Request) -> Response:
    """One photograph, small or whole.

    404 also without the permission: the answer does not say whether there is one.
    """
    person = access_of(request).visitor.person
    if not (may(person, "see_review") or may(person, "see_update")):
        return Response("not found", 404)
    size = request.path_params["size"]
    with database.reading() as session:
        event = current_event(session)
        number = request.path_params["number"]
        known = event and size in SIZES
        picture = photograph_bytes(session, event, number, size) if known else None
    if picture is None:
        return Response("not found", 404)
    headers = {"Cache-Control": CACHED, "Content-Disposition": "inline"}
    return Response(picture, media_type="image/jpeg", headers=headers)
