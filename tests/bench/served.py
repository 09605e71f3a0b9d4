"""The product's own server with routes that write as a lead's and a controller's pages do.

Started by `python -m tests.bench.served`. Another process could not do it: on SQLite a commit wakes
the walls at once only within the server that made it. A route runs the product's command, with
rule, fact, change row and commit, and answers with the moment of the commit by the machine's clock,
which the browser's clock on the same machine can be compared with.
"""

import time
from collections.abc import Callable

from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from data.access import people
from data.commands import Origin, execute
from data.events.clock import event_now
from data.events.current import require_event
from data.programme import items_at
from data.readiness import tasks
from data.readiness.sections import sections as sections_of
from data.script import papers
from data.storage import changes, database
from models.events.event import View
from models.script.papers import PaperMarkKind, PaperPlan, PaperState
from web import routes, starting


def headline(request: Request) -> JSONResponse:
    """Sets a section's headline (`place` counts the sections from 0) and answers with
    `committed`, in ms since 1970.
    """
    return _committed(
        _headline, place=int(request.query_params["place"]), text=request.query_params["text"]
    )


def cue(request: Request) -> JSONResponse:
    """Calls the next speaker, by the name `text`, at the item that runs; answers likewise."""
    return _committed(_cue, who=request.query_params["text"])


def _committed(work: Callable[..., object], **facts: object) -> JSONResponse:
    committed: list[float] = []
    # It is called on this thread right after the commit, a few microseconds after the walls' own
    # listener.
    stop = changes.subscribe(lambda _revision, _topics: committed.append(time.time() * 1000))
    try:
        database.run(work, **facts)
    finally:
        stop()
    return JSONResponse({"committed": committed[0]})


def _headline(session, *, place: int, text: str) -> None:
    event = require_event(session)
    sections = sections_of(session, event)
    section = sections[place % len(sections)]
    lead = people.person_by_key(session, f"lead.{section.key}")
    execute(session, Origin(lead), tasks.set_headline, section_id=section.id, headline=text)


def _cue(session, *, who: str) -> None:
    event, person = require_event(session), people.person_by_key(session, "command")
    view = View(event_now(session, event))
    (item,) = [one for one in items_at(session, event, view) if one.running]
    before = papers.papers_at(session, event, view).get(item.id, ())
    for one in before:
        if one.state is PaperState.SPEAKING:
            facts = {"paper_id": one.id, "mark": PaperMarkKind.ENDED}
            execute(session, Origin(person), papers.mark_paper, **facts)
    registered = {"item_id": item.id, "plan": PaperPlan(who)}
    paper = execute(session, Origin(person), papers.register_paper, **registered)
    called = {"paper_id": paper.paper_id, "mark": PaperMarkKind.CALLED}
    execute(session, Origin(person), papers.mark_paper, **called)


def serve() -> None:
    routes.insert(0, Route("/bench/headline", headline, methods=["POST"]))
    routes.insert(0, Route("/bench/cue", cue, methods=["POST"]))
    starting.main()


if __name__ == "__main__":
    serve()
