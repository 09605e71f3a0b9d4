"""The page by which a delegate puts a question from a telephone: a plain form without a script."""

from urllib.parse import urlencode

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from data.contributions import phone
from data.documents.notice import notice
from data.events.clock import real_now
from data.events.current import current_event
from data.storage import database
from models.contributions.phone import QUESTION_LENGTH, Telephone
from models.refusals import Refusal
from web.access import cookies
from web.access.forms import form_page, require_own_form, sent, words_of
from web.access.sign_in import is_secure
from web.proxies import client_address

FIELDS = ("badge", "unit", "text", "consent")
WAITS = ("sign_in_wait", "question_too_soon", "questions_enough")


def page(request: Request) -> Response:
    """The form of a forum; what was sent is said once."""
    answer = _page(request, said=request.query_params.get("sent", ""))
    if _telephone(request).name is None:
        name = cookies.new_browser()
        cookies.set_phone(answer, name, known=False, secure=is_secure(request))
    return answer


async def send(request: Request) -> Response:
    """Take the question, then lead to the empty form: a reload sends nothing again."""
    return await run_in_threadpool(_send, request, await sent(request, *FIELDS))


def _send(request: Request, form: dict[str, str]) -> Response:
    token = request.path_params["token"]
    sender = _telephone(request)
    try:
        require_own_form(request)
        number = phone.send_question(
            token=token,
            badge=form["badge"],
            unit=form["unit"],
            text=form["text"],
            consent=form["consent"] == "yes",
            phone=sender,
            now=real_now(),
        )
    except Refusal as refusal:
        status = 429 if refusal.code in WAITS else 403
        return _page(request, refused=words_of(request).refusal(refusal), form=form, status=status)
    query = urlencode({"sent": number, "lang": words_of(request).language})
    answer = RedirectResponse(f"/ask/{token}?{query}", status_code=303)
    if sender.name:
        cookies.set_phone(answer, sender.name, known=True, secure=is_secure(request))
    return answer


def _telephone(request: Request) -> Telephone:
    name, known = cookies.phone_of(cookies.sent(request.headers))
    return Telephone(client_address(request.scope), name, known)


def _page(
    request: Request,
    *,
    refused: str = "",
    form: dict[str, str] | None = None,
    said: str = "",
    status: int = 200,
) -> Response:
    words = words_of(request)
    with database.reading() as session:
        event = current_event(session)
        try:
            door = phone.door_of(session, request.path_params["token"])
        except Refusal as refusal:
            return form_page(
                request,
                "question.html",
                event=event,
                forum=None,
                refused=words.refusal(refusal),
                status=404,
            )
        told = notice(event, words, real_now()) if event else ""
    return form_page(
        request,
        "question.html",
        event=event,
        forum=door,
        form=form or dict.fromkeys(FIELDS, ""),
        limit=QUESTION_LENGTH,
        notice=told,
        said=words("question.sent", number=said) if said.isdigit() else "",
        refused=refused,
        status=status,
    )
