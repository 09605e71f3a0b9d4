"""The API of check-in, under `/api/v1`: scans, a desk's roster, the statuses, the figures."""

import asyncio
from typing import Annotated

from fastapi import Depends, FastAPI, Query
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Match, Mount
from starlette.types import ASGIApp, Receive, Scope, Send

from data.attendance import queries
from data.attendance import roster as attendance_roster
from data.attendance.commands import undo_attendance
from data.commands import Origin, export, submit
from data.events.clock import clock_of, event_now, real_now
from data.storage import database
from models.events.event import View
from models.refusals import Refusal
from models.storage import Record
from models.text import both
from web.access.forms import templates
from web.api import forms, pictures, problems, scans
from web.api.callers import Caller, Doorway, caller
from web.api.forms import Answer, Answers, Attendance, Codes, Roster, Scan, Standings, Undo

PRIVATE = {"Cache-Control": "private, no-cache", "Vary": "Authorization, Cookie"}
_PROBLEM = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}


def _problems(*codes: int) -> dict:
    meaning = {
        401: "not signed in",
        403: "not permitted",
        404: "not found",
        409: "refused by the list of delegates",
        413: "too long",
    }
    meaning |= {
        415: "wrong kind of content",
        422: "not of the right form",
        423: "locked",
        429: "too many wrong tries",
    }
    meaning |= {503: "the database does not answer"}
    return {
        code: {"description": meaning[code], "content": _PROBLEM}
        for code in (401, 403, 404, 423, 429, 503, *codes)
    }


def _body(*models: type) -> dict:
    schemas = [
        model.model_json_schema(ref_template="#/components/schemas/{model}") for model in models
    ]
    if Scan in models:
        schemas.append(
            {
                "type": "object",
                "title": "Batch",
                "required": ["scans"],
                "additionalProperties": False,
                "description": "a broken row does not stop the others: it is answered with its"
                " index and field",
                "properties": {
                    "scans": {
                        "type": "array",
                        "items": {},
                        "minItems": 1,
                        "maxItems": forms.MAX_SCANS,
                    },
                },
            }
        )
    schema = {"oneOf": schemas} if len(schemas) > 1 else schemas[0]
    return {"requestBody": {"required": True, "content": {"application/json": {"schema": schema}}}}


class PrivateJSON(JSONResponse):
    """JSON for the caller alone, which no shared cache may store."""

    def init_headers(self, headers=None) -> None:
        super().init_headers(PRIVATE | dict(headers or {}))


def private(answer: BaseModel) -> Response:
    """An answer in its declared form, not validated again."""
    return Response(answer.model_dump_json(), media_type="application/json", headers=PRIVATE)


app = FastAPI(
    title="Sẵn Sàng: check-in",
    version="1",
    description="Scans of a check-in desk, its roster, and the figures."
    " See SECURITY.md for who may see what.",
    docs_url=None,
    redoc_url=None,
    openapi_url="/openapi.json",
    redirect_slashes=False,
    default_response_class=PrivateJSON,
)
Called = Annotated[Caller, Depends(caller)]


class Api:
    """Middleware that answers the API's paths itself: what Streamlit wraps its pages in (sessions,
    its routes, checks of files' paths) has nothing to say to a scan."""

    def __init__(self, rest: ASGIApp) -> None:
        self.rest = rest
        compressed = GZipMiddleware(app, minimum_size=1000, compresslevel=5)
        self.mount = Mount("/api/v1", Doorway(app=compressed, one_scan=answer_one_scan))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        match, child = self.mount.matches(scope)
        if scope["type"] == "http" and match is Match.FULL:
            await self.mount.handle({**scope, **child}, receive, send)
        else:
            await self.rest(scope, receive, send)


# --- scans ---------------------------------------------------------------------------------------


@app.post(
    "/scans",
    summary="One scan, or a batch of up to 500",
    responses=_problems(409, 413, 415, 422),
    response_model=Answer | Answers,
    openapi_extra=_body(Scan),
)
async def take_scans(request: Request, called: Called) -> Response:
    """One scan is answered as it was recorded, or refused with a problem.

    A batch is always answered, row by row.
    """
    asked = scans.read(await request.body())
    words = problems.words_for(request.headers)
    if isinstance(asked, list):
        return private(scans.summed(await scans.take(called, asked, words)))
    (one,) = await scans.take(called, [asked], words)
    if one.outcome == "refused":
        return problems.answered(one.problem.model_dump(mode="json"), words)
    return private(one)


async def answer_one_scan(scope: Scope, receive: Receive, send: Send) -> None:
    """What the route above answers, to a short body and without FastAPI's way to it: a queue sends
    one scan at a time, and each of them paid for the declaration of the route."""
    request = Request(scope, receive)
    try:
        answer = await take_scans(request, await caller(request))
    except Refusal as refusal:
        answer = refused(request, refusal)
    except database.UNREACHABLE as failure:
        answer = lost(request, failure)
    await answer(scope, receive, send)


@app.post(
    "/undo",
    summary="Takes back a scan, unless something else was recorded since",
    responses=_problems(409, 413, 415, 422),
    response_model=Answer,
    openapi_extra=_body(Undo),
)
async def undo(request: Request, called: Called) -> Response:
    asked = scans.validated(scans.parsed(await request.body()), Undo)
    origin = Origin(
        called.person, sign_in_id=called.visitor.sign_in_id, idempotency_key=asked.scan_id
    )
    undone = submit(
        origin,
        undo_attendance,
        badge=asked.badge,
        item_id=asked.item,
        undoes=asked.undoes or "",
    )
    answer = await asyncio.wrap_future(undone)
    if answer.repeated:
        await run_in_threadpool(scans.require_own_undo, asked, answer)
    return private(scans.answer_of(0, asked, answer))


@app.post(
    "/decode",
    summary="The QR codes in a photograph",
    responses=_problems(413, 415, 422),
    response_model=Codes,
    openapi_extra={
        "requestBody": {
            "required": True,
            "content": {
                kind: {"schema": {"type": "string", "format": "binary"}} for kind in pictures.KINDS
            },
        }
    },
)
async def decode(request: Request, called: Called) -> Response:
    """For devices whose browser has no decoder of its own. The picture is kept nowhere."""
    if not attendance_roster.may_scan(called.person):
        raise Refusal("not_permitted", command="admit")
    body = await request.body()
    return PrivateJSON({"codes": await run_in_threadpool(pictures.codes_in, body)})


# --- reads ---------------------------------------------------------------------------------------


@app.get(
    "/roster",
    summary="Who is expected at the desk's items",
    responses=_problems() | {304: {"description": "as it was"}},
)
def roster(request: Request, called: Called) -> Roster:
    """Changes only when another event is loaded or moved, a badge is replaced, or the settings, the
    roster or the programme are changed, so ask with `If-None-Match`."""
    with database.reading() as session:
        tag = _tag(session, called)
        headers = PRIVATE | {"ETag": tag}
        if tag in [
            one.strip().removeprefix("W/")
            for one in request.headers.get("if-none-match", "").split(",")
        ]:
            return Response(status_code=304, headers=headers)
    origin = Origin(called.person, called.visitor.sign_in_id)
    payload = export(origin, attendance_roster.export_roster, lambda found: _roster(called, found))
    return PrivateJSON(payload, headers=headers)


def _tag(session, called: Caller) -> str:
    return f'"{attendance_roster.roster_mark(session, called.event, called.person)}"'


def _roster(called: Caller, found: attendance_roster.Roster) -> dict:
    event = called.event
    names = {
        "id": event.id,
        "name": both(event, "short_name"),
        "rehearsal": event.rehearsal,
        "mark": event.mark,
        "time_zone": event.time_zone,
        "vietnamese_only": event.vietnamese_only,
    }
    return {
        "person": called.person.key,
        "event": names,
        "desk": {"key": found.desk.key, "name": both(found.desk, "name")} if found.desk else None,
        "items": [_item(one, found.venues) for one in found.items],
        "right": [_named(one) for one in found.right],
        "delegations": [{"id": one.id, "name": both(one, "name")} for one in found.delegations],
        "delegates": [
            {
                "badge": one.badge,
                "title": both(one, "title"),
                "delegation": one.delegation_id,
                "items": items,
            }
            for one, items in found.delegates
        ],
        "elsewhere": found.elsewhere,
        "replaced": found.replaced,
        "retired": found.retired,
    }


def _named(item: Record) -> dict:
    moments = {name: getattr(item, name).isoformat() for name in ("starts_at", "ends_at")}
    return {"id": item.id, "title": both(item, "title"), **moments}


def _item(item: Record, venues: dict) -> dict:
    venue = venues.get(item.venue_id)
    return {**_named(item), "key": item.key, "venue": both(venue, "name") if venue else None}


@app.get(
    "/standings",
    summary="How everybody stands at the desk's items",
    responses=_problems(422),
)
def standings(
    called: Called,
    after: Annotated[
        int, Query(ge=0, le=forms.LARGEST_ID, description="`last` of the answer before")
    ] = 0,
) -> Standings:
    with database.reading() as session:
        found = attendance_roster.statuses_for(session, called.event, called.person, after=after)
        tag = _tag(session, called)
        clock = clock_of(session, called.event)
        now = clock.shows(real_now())
        finished = attendance_roster.finished_for(session, called.event, called.person, now=now)
    rows = [
        {
            "item": one.item_id,
            "badge": one.badge,
            "standing": one.status,
            "place": one.place,
            "at": one.at.isoformat(),
            "desk": one.desk,
            "named": one.named,
        }
        for one in found.rows
    ]
    about = {
        "event": called.event.id,
        "roster": tag,
        "last": found.last,
        "now": now.isoformat(),
        "speed": clock.speed,
        "finished": finished,
    }
    return PrivateJSON(about | {"standings": rows})


@app.get("/attendance", summary="The figures per item and delegation", responses=_problems())
def figures(called: Called) -> Attendance:
    """expected = present + substituted + excused + absent + not_yet, for each item and each of its
    delegations."""
    with database.reading() as session:
        items = attendance_roster.items_for(session, called.event, called.person)
        now = event_now(session, called.event)
        counts = queries.headcounts_at(session, [one.id for one in items], View(now))
        delegations = queries.delegations(session, called.event)
    rows = [
        _figures(
            item,
            {one: count for (where, one), count in counts.items() if where == item.id},
            delegations,
        )
        for item in items
    ]
    return PrivateJSON({"at": now.isoformat(), "items": rows})


def _figures(item: Record, counts: dict, delegations: list) -> dict:
    each = [
        {"code": one.code, "name": both(one, "name"), **_heads(counts[one.id])}
        for one in delegations
        if one.id in counts
    ]
    total = {name: sum(one[name] for one in each) for name in forms.Heads.model_fields}
    return {
        "id": item.id,
        "key": item.key,
        "title": both(item, "title"),
        **total,
        "delegations": each,
    }


def _heads(count) -> dict[str, int]:
    return {name: getattr(count, name) for name in forms.Heads.model_fields}


# --- its description, and what goes wrong --------------------------------------------------------


@app.get("/docs", include_in_schema=False)
def docs(request: Request) -> HTMLResponse:
    """The description as a page of our own: no other host is asked for anything."""
    words = problems.words_for(request.headers)
    known = [code for code in scans.CODES if words.has(f"refusal.{code}")]
    codes = sorted(
        (problems.STATUS.get(code, problems.REFUSED), code, words.template(f"refusal.{code}"))
        for code in known
    )
    html = templates.get_template("api_docs.html").render(
        words=words, told=app.openapi(), codes=codes
    )
    return HTMLResponse(html)


@app.exception_handler(Refusal)
def refused(request: Request, refusal: Refusal) -> Response:
    return problems.answer(refusal, request.headers)


@app.exception_handler(RequestValidationError)
def malformed(request: Request, failure: RequestValidationError) -> Response:
    fields = [str(one["loc"][-1]) for one in failure.errors()]
    return problems.answer(Refusal("parameter_malformed", field=", ".join(fields)), request.headers)


@app.exception_handler(HTTPException)
def not_there(request: Request, failure: HTTPException) -> Response:
    refusal = Refusal("method_not_allowed") if failure.status_code == 405 else Refusal("not_found")
    answer = problems.answer(refusal, request.headers)
    answer.headers.update(failure.headers or {})
    return answer


def lost(request: Request, failure: Exception) -> Response:
    """The database does not answer: a device must not take that for an end of its access."""
    return problems.answer(Refusal("database_lost"), request.headers)


for unreachable in database.UNREACHABLE:
    app.add_exception_handler(unreachable, lost)
