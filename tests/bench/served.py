"""The product's own server with a route that writes as a section lead's page does.

Started by `python -m tests.bench.served`. Another process could not do it: on SQLite a commit wakes
the walls at once only within the server that made it. The route runs the product's command, with
rule, fact, change row and commit, and answers with the moment of the commit by the machine's clock,
which the browser's clock on the same machine can be compared with.
"""

import time

from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from data.access import people
from data.commands import Origin, execute
from data.events.current import require_event
from data.readiness import tasks
from data.readiness.sections import sections as sections_of
from data.storage import changes, database
from web import __main__ as start
from web import routes


def headline(request: Request) -> JSONResponse:
    """Sets a section's headline (`place` counts the sections from 0) and answers with
    `committed`, in ms since 1970.
    """
    committed: list[float] = []
    # It is called on this thread right after the commit, a few microseconds after the walls' own
    # listener.
    stop = changes.subscribe(lambda _revision, _topics: committed.append(time.time() * 1000))
    try:
        database.run(
            _headline, place=int(request.query_params["place"]), text=request.query_params["text"]
        )
    finally:
        stop()
    return JSONResponse({"committed": committed[0]})


def _headline(session, *, place: int, text: str) -> None:
    event = require_event(session)
    sections = sections_of(session, event)
    section = sections[place % len(sections)]
    lead = people.person_by_key(session, f"lead.{section.key}")
    execute(session, Origin(lead), tasks.set_headline, section_id=section.id, headline=text)


if __name__ == "__main__":
    routes.insert(0, Route("/bench/headline", headline, methods=["POST"]))
    start.main()
