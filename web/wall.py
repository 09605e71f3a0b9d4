"""What a television's wall gets with its start page, so that it is drawn from the live feed before
Streamlit has loaded (`assets/first_wall.js`).
"""

import json

from starlette.datastructures import QueryParams
from starlette.types import Scope

from data.events.current import current_event
from data.storage import database
from data.wall.look import look
from data.words import event_words
from web import preload
from web.paths import address

WALL = "/wall"


def is_asked(scope: Scope) -> bool:
    """Whether the wall is opened as a television does: at now, without a frame around it."""
    return scope["path"] == WALL and QueryParams(scope["query_string"]).get("embed") == "true"


def part(language: str) -> str:
    """The HTML before the start page's scripts, as the current event speaks; empty where there is
    no event, or the database does not answer.

    It is the same for everybody: the feed alone says whom it shows a board.
    """
    try:
        with database.reading() as session:
            event = current_event(session)
    except database.UNREACHABLE:
        return ""
    if event is None:
        return ""
    told = look(event_words(event, language)) | {"framed": False}
    told |= {"style": address("wall.css")}
    text = json.dumps(told, ensure_ascii=False).replace("<", "\\u003c")
    modules = "".join(
        f'<link rel="modulepreload" href="{address(one)}">'
        for one in preload.imported("first_wall.js")
    )
    return (
        "<style>html { background: #0b1016 }</style>"  # no white flash in a dark room
        f'<link rel="preload" as="style" href="{address("wall.css")}">{modules}'
        f'<script type="application/json" data-wall>{text}</script>'
        f'<script type="module" async src="{address("first_wall.js")}"></script>'
    )
