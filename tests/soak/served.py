"""The product's own server for a day in minutes, with routes that record what desks and the room
do: `python -m tests.soak.served`.

They record inside the server, so that each commit wakes the walls for itself, as on the day. And a
delivery to the walls rests a tenth as long as it does there: else hundreds of changes would go out
as a few.
"""

from sqlmodel import Session
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from data import incidents
from data.access.people import person_by_key
from data.attendance import commands
from data.commands import Command, Origin, execute
from data.events.current import require_event
from data.plan import sections
from data.storage import database
from web import live, routes, starting

COMMANDS = {
    "admit": commands.admit,
    "undo": commands.undo_attendance,
    "open": incidents.open_entry,
    "close": incidents.update_entry,
}


def record(request: Request) -> PlainTextResponse:
    """Gives a command as the command room does; the query holds its facts. Answers with the id
    of what it recorded.
    """
    query = dict(request.query_params)
    command = COMMANDS[query.pop("command")]
    facts = {
        name: int(value) if name.endswith("_id") or name == "priority" else value
        for name, value in query.items()
    }
    recorded = database.run(_as_room, command=command, facts=facts)
    return PlainTextResponse(str(getattr(recorded, "id", "")))


def _as_room(session: Session, *, command: Command, facts: dict) -> object:
    event = require_event(session)
    if command is incidents.open_entry:
        facts["section_id"] = sections.sections(session, event)[0].id
    return execute(session, Origin(person_by_key(session, "command")), command, **facts)


if __name__ == "__main__":
    routes.insert(0, Route("/soak/record", record, methods=["POST"]))
    live.THROTTLE /= 10
    starting.main()
