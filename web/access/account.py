"""One's own account: the password, one's signed-in browsers; and the lock of a shared desk."""

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from data.access import accounts, sign_ins
from data.commands import Origin, run
from data.events.clock import real_now
from data.events.current import current_event
from data.storage import database
from models.access.people import Role, Visitor
from models.refusals import Refusal
from web.access import cookies
from web.access.forms import form_page, require_own_form, sent, start_of, words_of
from web.access.identity import access_of
from web.access.sign_in import is_secure


def page(request: Request) -> Response:
    return _page(request)


def _page(request: Request, *, refused: str = "", said: str = "", status: int = 200) -> Response:
    visitor, now = access_of(request).visitor, real_now()
    if visitor.person is None:
        return RedirectResponse(
            "/unlock" if visitor.locked else "/sign-in?next=/account", status_code=303
        )
    if visitor.person.role == Role.DISPLAY:
        return RedirectResponse("/wall", status_code=303)
    with database.reading() as session:
        event = current_event(session)
        own = [
            one for one in sign_ins.browsers(session, now=now) if one.person_id == visitor.person.id
        ]
        has_password = accounts.has_password(
            session, visitor.person.id, rehearsal=visitor.rehearsal
        )
        offices = sign_ins.held_offices(session, _held(request), now=now)
    payload = {
        "event": event,
        "person": visitor.person,
        "browsers": own,
        "here": visitor.sign_in_id,
        "has_password": has_password,
        "offices": offices,
        "start": start_of(visitor.person.role),
        "now": now,
    }
    return form_page(request, "account.html", status=status, refused=refused, said=said, **payload)


async def change(request: Request) -> Response:
    """Sets the password, ends one of one's browsers, or acts by another office of this one."""
    return await run_in_threadpool(_change, request, await sent(request, *FIELDS))


MAX_DIGITS = 9  # more than any sign-in's number has, and fewer than the database's column holds
FIELDS = ("current", "password", "again", "end", "office")


def _change(request: Request, form: dict[str, str]) -> Response:
    words, visitor = words_of(request), access_of(request).visitor
    try:
        require_own_form(request)
        if visitor.person is None or visitor.person.role == Role.DISPLAY:
            raise Refusal("sign_in_needed")
        if form["office"]:
            return _switch(request, visitor, form["office"])
        if form["end"]:
            _end(visitor, form["end"])
            return RedirectResponse("/account", status_code=303)
        if form["password"] != form["again"]:
            raise Refusal("password_not_repeated")
        accounts.change_password(
            _origin(visitor), password=form["password"], current=form["current"]
        )
    except Refusal as refusal:
        return _page(request, refused=words.refusal(refusal), status=403)
    return _page(request, said=words("account.password_set"))


def _switch(request: Request, visitor: Visitor, number: str) -> Response:
    """Act by another office that this browser holds: what was acted by the one that is left stays
    its own, in every fact and in the audit. Refuses `sign_in_unknown`.
    """
    chosen, held, now = _number(number), _held(request), real_now()
    with database.reading() as session:
        found = sign_ins.held_offices(session, held, now=now)
    taken = next((one for one in found if one.sign_in_id == chosen), None)
    if taken is None:
        raise Refusal("sign_in_unknown")
    database.run(sign_ins.note_office, left=visitor, taken=taken)
    own = cookies.token_of(cookies.sent(request.headers)) or ""
    answer = RedirectResponse(start_of(taken.person.role), status_code=303)
    secure = is_secure(request)
    cookies.set_token(answer, taken.token, secure=secure)
    others = [one.token for one in found if one is not taken]
    cookies.set_offices(answer, [own, *others], secure=secure)
    return answer


def _held(request: Request) -> list[str]:
    return cookies.offices_of(cookies.sent(request.headers))


def _number(written: str) -> int:
    if not written.isascii() or not written.isdigit() or len(written) > MAX_DIGITS:
        raise Refusal("sign_in_unknown")
    return int(written)


def _end(visitor: Visitor, number: str) -> None:
    run(_origin(visitor), sign_ins.end_sign_in, sign_in_id=_number(number))


def _origin(visitor: Visitor) -> Origin:
    return Origin(visitor.person, visitor.sign_in_id)


def lock(request: Request) -> Response:
    """Locks a shared desk until its PIN is given."""
    visitor = access_of(request).visitor
    try:
        require_own_form(request)
    except Refusal:
        return Response(status_code=403)
    if visitor.person is not None:
        run(_origin(visitor), accounts.lock)
    return RedirectResponse("/unlock", status_code=303)


def locked(request: Request) -> Response:
    """The page of a locked desk, which asks for its PIN."""
    visitor = access_of(request).visitor
    if not visitor.locked:
        return RedirectResponse("/", status_code=303)
    return form_page(request, "unlock.html")


async def unlock(request: Request) -> Response:
    return await run_in_threadpool(_unlock, request, (await sent(request, "pin"))["pin"])


def _unlock(request: Request, pin: str) -> Response:
    visitor = access_of(request).visitor
    if not visitor.locked:
        return RedirectResponse("/", status_code=303)
    try:
        require_own_form(request)
        accounts.unlock(sign_in_id=visitor.sign_in_id, pin=pin.strip(), now=real_now())
    except Refusal as refusal:
        if refusal.code == "pin_ended":
            return RedirectResponse("/sign-in?ended", status_code=303)
        return form_page(
            request, "unlock.html", refused=words_of(request).refusal(refusal), status=403
        )
    return RedirectResponse(start_of(Role.DESK), status_code=303)
