"""Signing in and out: plain forms, a server-side session, and a cookie that no script can read."""

from urllib.parse import urlencode

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from data.access import accounts, invitations, people, sign_ins
from data.access.oidc_config import has_provider
from data.bootstrap import is_unclaimed
from data.documents.notice import notice
from data.events.clock import real_now
from data.events.current import current_event, require_event
from data.storage import database
from models.access.people import Person, Role
from models.access.sign_ins import USE_THROTTLE, ClientInfo, device_name, provider_fingerprint
from models.refusals import Refusal
from web.access import cookies
from web.access.forms import form_page, require_own_form, sent, start_of, words_of
from web.access.identity import access_of
from web.proxies import client_address, scheme

WALL = "/wall?embed=true&embed_options=dark_theme"
GROUPS = (  # heading in the catalogues, roles under it
    ("others", (Role.COMMAND, Role.COMMITTEE, Role.MEDIA, Role.ADMIN)),
    ("section_leads", (Role.LEAD,)),
    ("desks", (Role.DESK,)),
    ("rapporteurs", (Role.RAPPORTEUR,)),
    ("deputies", (Role.DEPUTY,)),
)


def page(request: Request) -> Response:
    """The sign-in page: name and password; only in a rehearsal, one button for each role."""
    refused = words_of(request)("sign_in.ended") if "ended" in request.query_params else ""
    return _page(request, wanted=request.query_params.get("next", ""), refused=refused)


def _page(
    request: Request,
    *,
    wanted: str = "",
    account: str = "",
    keep: str = "",
    refused: str = "",
    status: int = 200,
) -> Response:
    words = words_of(request)
    with database.reading() as session:
        event = current_event(session)
        is_open = event is not None and event.is_open
        all_people = people.people(session) if is_open else []
        unclaimed = is_open and is_unclaimed(session)
    groups = [
        (words(f"sign_in.{heading}"), [person for person in all_people if person.role in roles])
        for heading, roles in GROUPS
    ]
    payload = {
        "event": event,
        "groups": groups,
        "next": _safe(wanted),
        "account": account,
        "refused": refused,
        "provider": has_provider(),
        "unclaimed": unclaimed,
        "notice": notice(event, words, real_now()) if event else "",
        "keep": _kept(request) if keep or "keep" in request.query_params else None,
    }
    return form_page(request, "sign_in.html", status=status, **payload)


async def enter(request: Request) -> Response:
    """Signs in, and goes on to where the visitor wanted or to where the role starts."""
    return await run_in_threadpool(_enter, request, await sent(request, *FIELDS))


FIELDS = ("person", "account", "password", "next", "keep")


def _enter(request: Request, form: dict[str, str]) -> Response:
    words = words_of(request)
    try:
        require_own_form(request)
        if form["person"]:
            token, person = database.run(
                _rehearse, key=form["person"], client_info=client_info(request)
            )
            wanted, keep = _safe(form["next"]), bool(form["keep"])
            return signed_in(request, token, person, wanted=wanted, keep=keep)
        return _enter_account(request, form)
    except Refusal as refusal:
        status = 429 if refusal.code == "sign_in_wait" else 403
        return _page(
            request,
            wanted=form["next"],
            account=form["account"][:80],
            keep=form["keep"],
            refused=words.refusal(refusal),
            status=status,
        )


def _rehearse(session, *, key: str, client_info: ClientInfo) -> tuple[str, Person]:
    token = sign_ins.enter_rehearsal(
        session, event=require_event(session), key=key, client_info=client_info, now=real_now()
    )
    return token, people.person_by_key(session, key)


def _enter_account(request: Request, form: dict[str, str]) -> Response:
    known_cookies, name = cookies.sent(request.headers), form["account"]
    known = cookies.known_as(known_cookies, name)
    token, person_id = accounts.sign_in(
        account=name,
        password=form["password"],
        known=known,
        client_info=client_info(request),
        now=real_now(),
    )
    with database.reading() as session:
        person = people.require_person(session, person_id)
    wanted, keep = _safe(form["next"]), bool(form["keep"])
    answer = signed_in(request, token, person, wanted=wanted, keep=keep)
    cookies.set_known(
        answer, known_cookies, name, known or cookies.new_browser(), secure=is_secure(request)
    )
    return answer


def invitation(request: Request) -> Response:
    """The page of an invitation's link: whom it admits, and one button, since a preview of the link
    must not use it.
    """
    facts = {
        "token": request.path_params["token"],
        "fingerprint": provider_fingerprint(cookies.sent(request.headers)),
    }
    with database.reading() as session:
        event = current_event(session)
        person = invitations.invited(session, **facts, now=real_now())
    said = notice(event, words_of(request), real_now()) if event else ""
    payload = {"event": event, "person": person, "notice": said, "keep": _kept(request)}
    answer = form_page(request, "join.html", **payload)
    cookies.try_out(answer, secure=is_secure(request))
    return answer


async def join(request: Request) -> Response:
    """Signs in with an invitation, or at the end of a provider's sign-in."""
    return await run_in_threadpool(_join_with, request, await sent(request, "keep"))


def _join_with(request: Request, form: dict[str, str]) -> Response:
    """Signs in.

    Refuses `cookies_needed` before it uses anything up: a browser that returns no cookie would be
    no further, and its link void.
    """
    try:
        require_own_form(request)
        fingerprint = provider_fingerprint(cookies.sent(request.headers))
        _require_cookies(request)
        token, person = database.run(
            _join,
            token=request.path_params["token"],
            fingerprint=fingerprint,
            client_info=client_info(request),
        )
    except Refusal as refusal:
        return _page(request, refused=words_of(request).refusal(refusal), status=403)
    answer = signed_in(request, token, person, keep=bool(form["keep"]))
    cookies.forget_trial(answer)
    return answer


def _kept(request: Request) -> Person | None:
    """The office that the browser acts by, which it may keep beside another one; not a display."""
    person = access_of(request).visitor.person
    return person if person and person.role != Role.DISPLAY else None


def _require_cookies(request: Request) -> None:
    # A program, which sends no Origin, takes the cookie from the answer as it likes.
    if "origin" in request.headers and not cookies.sent(request.headers):
        raise Refusal("cookies_needed")


def _join(session, *, token: str, fingerprint: str, client_info: ClientInfo) -> tuple[str, Person]:
    now = real_now()
    own = invitations.join(
        session, token=token, fingerprint=fingerprint, client_info=client_info, now=now
    )
    return own, sign_ins.visitor_of(
        session, sign_ins.sign_in_of(session, own, now=now), now=now
    ).person


def display(request: Request) -> Response:
    """A display's own address: the wall without any frame, until the address is withdrawn."""
    token, now = request.path_params["token"], real_now()
    with database.reading() as session:
        visitor = sign_ins.visitor_of(
            session, sign_ins.sign_in_of(session, token, now=now), now=now
        )
    if visitor.person is None or visitor.person.role != Role.DISPLAY:
        return _page(
            request, refused=words_of(request).refusal(Refusal("display_unknown")), status=403
        )
    if now - visitor.used_at > USE_THROTTLE:
        database.run(sign_ins.note_use, sign_in_id=visitor.sign_in_id, now=now)
    answer = RedirectResponse(wall_address(request), status_code=303)
    # Not where a person is signed in, who only tries whether the address works.
    if access_of(request).visitor.person is None:
        cookies.set_token(answer, token, secure=is_secure(request))
    return answer


def tv(request: Request) -> Response:
    """The short address for a television: the wall without any frame, dark."""
    return RedirectResponse(wall_address(request))


def wall_address(request: Request) -> str:
    language = "&" + urlencode({"lang": "en"}) if request.query_params.get("lang") == "en" else ""
    return f"{WALL}{language}"


def leave(request: Request) -> Response:
    """Ends the sign-ins of all offices that the browser holds, and forgets their cookies."""
    try:
        require_own_form(request)
    except Refusal:
        return Response(status_code=403)
    sent_cookies = cookies.sent(request.headers)
    held = cookies.offices_of(sent_cookies)
    _end(cookies.token_of(sent_cookies), *held)
    answer = RedirectResponse("/", status_code=303)
    cookies.forget_token(answer)
    if held:
        cookies.set_offices(answer, [], secure=is_secure(request))
    cookies.forget_provider(answer, cookies.sent(request.headers))
    return answer


def enter_by_link(request: Request, link: str, *, wanted: str) -> Response:
    """Sign the browser in by a link that was just made for whoever uses it."""
    token, person = database.run(
        _join, token=link, fingerprint="", client_info=client_info(request)
    )
    return signed_in(request, token, person, wanted=wanted)


def _end(*tokens: str | None) -> None:
    for token in filter(None, tokens):
        database.run(sign_ins.sign_out, token=token, now=real_now())


def signed_in(
    request: Request, token: str, person: Person, *, wanted: str = "", keep: bool = False
) -> Response:
    """Redirect with the new cookie, and end the sign-ins that the browser had before, unseen.

    `keep`: they stay beside the new one, and the browser switches between its offices.
    """
    sent_cookies, before = cookies.sent(request.headers), list[str]()
    held = cookies.offices_of(sent_cookies)
    if _kept(request) is not None:
        before = [cookies.token_of(sent_cookies) or ""]
    others = [*before, *held] if keep else []
    _end(*[one for one in (*before, *held) if one not in others[: cookies.MAX_OFFICES]])
    answer = RedirectResponse(wanted or start_of(person.role), status_code=303)
    cookies.set_token(answer, token, secure=is_secure(request))
    if others or held:
        cookies.set_offices(answer, others, secure=is_secure(request))
    cookies.forget_provider(answer, cookies.sent(request.headers))
    return answer


def client_info(request: Request) -> ClientInfo:
    """Where a request comes from: the address, and the browser's name."""
    return ClientInfo(
        client_address(request.scope), device_name(request.headers.get("user-agent", ""))
    )


def is_secure(request: Request) -> bool:
    return scheme(request.scope) == "https"


def _safe(address: str) -> str:
    """The path to go on to; nothing that could lead to another host."""
    # Browsers take `\` for `/` and drop tabs and line breaks; the rest may then begin with `//`.
    local = (
        address.startswith("/")
        and not address.startswith("//")
        and "\\" not in address
        and address.isprintable()
    )
    return address if local else ""
