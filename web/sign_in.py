"""Signing in and out: plain forms, a server-side session, and a cookie that no script can read."""

from zoneinfo import ZoneInfo

from jinja2 import Environment, FileSystemLoader, select_autoescape
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from data import database, people
from data.event import current_event, real_now, require_event
from data.words import LANGUAGES, Words
from models.errors import Refusal
from models.people import Person, Role
from web.paths import TEMPLATES
from web.security import same_origin

COOKIE = "san_sang"
LANGUAGE_COOKIE = "san_sang_language"
WEEK = 7 * 24 * 3600

templates = Environment(loader=FileSystemLoader(TEMPLATES), autoescape=select_autoescape())

STARTS = {
    Role.LEAD: "/update",
    Role.DEPUTY: "/update",
    Role.DESK: "/attendance",
    Role.COMMAND: "/log",
    Role.MEDIA: "/media",
    Role.COMMITTEE: "/review",
    Role.ADMIN: "/rehearsal",
}


def page(request: Request) -> Response:
    """The sign-in page; in a rehearsal, and only there, with one button for each role."""
    with database.reading() as session:
        event = current_event(session)
        everybody = people.people(session) if event and event.rehearsal else []
    return _page(request, event, everybody)


def _page(request: Request, event, everybody: list[Person], *, refused: str = "", status: int = 200) -> Response:
    words = _words(request)
    groups = [
        (
            words("sign_in.others"),
            [person for person in everybody if person.role in ("command", "committee", "media", "admin")],
        ),
        (words("sign_in.section_leads"), [person for person in everybody if person.role == "lead"]),
        (words("sign_in.desks"), [person for person in everybody if person.role == "desk"]),
        (words("sign_in.deputies"), [person for person in everybody if person.role == "deputy"]),
    ]
    html = templates.get_template("sign_in.html").render(
        words=words, event=event, groups=groups, next=_safe(request.query_params.get("next", "")), refused=refused
    )
    return HTMLResponse(html, status_code=status, headers={"Cache-Control": "no-store"})


async def enter(request: Request) -> Response:
    """Signs in with a rehearsal role and goes on to where the visitor wanted, or to where the role starts."""
    form = await request.form()
    return await run_in_threadpool(_enter, request, str(form.get("person", "")), _safe(str(form.get("next", ""))))


def _enter(request: Request, key: str, wanted: str) -> Response:
    words = _words(request)
    if not same_origin(request.headers):
        return _page(request, None, [], refused=words("sign_in.other_site"), status=403)
    try:
        token, person = database.run(_sign_in, key=key)
    except Refusal as refusal:
        return _page(request, None, [], refused=words.refusal(refusal), status=403)
    return _signed_in(request, token, wanted or STARTS[Role(person.role)])


def _sign_in(session, *, key: str) -> tuple[str, Person]:
    token = people.enter_rehearsal(session, event=require_event(session), key=key, now=real_now())
    return token, people.person_of(session, token)


def invitation(request: Request) -> Response:
    """Where an invitation's link leads: a page with one button, since a preview of the link must not use it up."""
    with database.reading() as session:
        event = current_event(session)
    html = templates.get_template("join.html").render(words=_words(request), event=event, token=request.path_params["token"])
    return HTMLResponse(html, headers={"Cache-Control": "no-store"})


def join(request: Request) -> Response:
    """Signs in with an invitation."""
    words = _words(request)
    if not same_origin(request.headers):
        return _page(request, None, [], refused=words("sign_in.other_site"), status=403)
    try:
        token, person = database.run(_join, token=request.path_params["token"])
    except Refusal as refusal:
        return _page(request, None, [], refused=words.refusal(refusal), status=403)
    return _signed_in(request, token, STARTS[Role(person.role)])


def _join(session, *, token: str) -> tuple[str, Person]:
    own = people.join(session, token=token, now=real_now())
    return own, people.person_of(session, own)


def _signed_in(request: Request, token: str, to: str) -> Response:
    answer = RedirectResponse(to, status_code=303)
    secure = request.url.scheme == "https"
    answer.set_cookie(COOKIE, token, max_age=WEEK, httponly=True, samesite="lax", secure=secure, path="/")
    return answer


def leave(request: Request) -> Response:
    """Ends the sign-in and forgets its cookie."""
    if not same_origin(request.headers):
        return Response(status_code=403)
    token = request.cookies.get(COOKIE)
    if token:
        database.run(people.sign_out, token=token, now=real_now())
    answer = RedirectResponse("/", status_code=303)
    answer.delete_cookie(COOKIE, path="/")
    return answer


def _words(request: Request) -> Words:
    asked = request.query_params.get("lang") or request.cookies.get(LANGUAGE_COOKIE, "")
    return Words(asked if asked in LANGUAGES else LANGUAGES[0], ZoneInfo("Asia/Ho_Chi_Minh"))


def _safe(address: str) -> str:
    """The path to go on to; nothing that could lead to another host."""
    # Browsers take `\` for `/` and drop tabs and line breaks, after which the rest may begin with `//`.
    local = address.startswith("/") and not address.startswith("//") and "\\" not in address and address.isprintable()
    return address if local else ""
