"""What our own plain forms share: templates, the visitor's words, and the check of the origin."""

import logging
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from jinja2 import Environment, FileSystemLoader, select_autoescape
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from data import certificates
from data.events.current import current_event
from data.storage import database, faults, measures
from data.words import LANGUAGES, Words, event_words
from models.access.people import Role
from models.events.event import Event
from models.refusals import Refusal
from web.access import cookies
from web.paths import TEMPLATES, address
from web.security import same_origin

log = logging.getLogger(__name__)

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
STARTS = {Role.DISPLAY: "/wall", Role.DESK: "/gate?start"}
"""Where a sign-in leads: a display to the wall, a desk to the gate, which gives way to the desk's
page where there is no touch screen (gate/gate.js); anyone else to what waits for them."""

templates = Environment(loader=FileSystemLoader(TEMPLATES), autoescape=select_autoescape())
templates.globals["asset"] = address


def words_of(request: Request) -> Words:
    """The visitor's words, as the current event speaks; where there is none, or the database does
    not answer, as any event does. The database is asked once for a request.
    """
    if not hasattr(request.state, "words"):
        event, language = _event(), chosen(request)
        request.state.words = event_words(event, language) if event else Words(language, ZONE)
    words: Words = request.state.words
    return words


def chosen(request: Request) -> str:
    """The language of the address, else of the cookie, else Vietnamese."""
    asked = request.query_params.get("lang") or request.cookies.get(cookies.LANGUAGE, "")
    return asked if asked in LANGUAGES else LANGUAGES[0]


def _event() -> Event | None:
    try:
        with database.reading() as session:
            return current_event(session)
    except database.UNREACHABLE:
        return None


def form_page(
    request: Request,
    template: str,
    *,
    status: int = 200,
    words: Words | None = None,
    **payload: object,
) -> Response:
    """One of our plain pages; a language that its address asks for is kept as the visitor's."""
    words = words or words_of(request)
    other = None if words.alone else _other(request, words, str(payload.get("next", "")))
    trust = certificates.own_one()
    payload = {"refused": "", "event": None, "other": other, "trust": trust, **payload}
    html = templates.get_template(template).render(words=words, **payload)
    answer = HTMLResponse(html, status_code=status, headers={"Cache-Control": "no-store"})
    if request.query_params.get("lang") == words.language:
        cookies.set_language(answer, words.language)
    return answer


def _other(request: Request, words: Words, wanted: str) -> dict[str, str]:
    """The same page in the other language, as a link: its address and its language."""
    language = next(one for one in LANGUAGES if one != words.language)
    asked = {"lang": language} | ({"next": wanted} if wanted else {})
    return {"language": language, "address": f"{request.url.path}?{urlencode(asked)}"}


def start_of(role: str) -> str:
    """The address at which a role begins."""
    return STARTS.get(Role(role), "/")


async def sent(request: Request, *names: str) -> dict[str, str]:
    """The named fields of a form's body, empty where they are missing, and nothing else of it."""
    form = await request.form()
    # PostgreSQL stores no text with a NUL in it.
    return {name: str(form.get(name, "")).replace("\0", "") for name in names}


def require_own_form(request: Request) -> None:
    """Refuses `other_site`: what another site's page posts."""
    if not same_origin(request.scope):
        with measures.counting_refusals():
            raise Refusal("other_site")


def lost(request: Request, failure: Exception) -> Response:
    """The answer of a plain form while the database takes no writes, or does not answer."""
    log.warning("a form could not be answered: the database does not take it")
    words = Words(chosen(request), ZONE)  # and no further question to that database
    sentence = words.refusal(Refusal(faults.code_of(failure)))
    return form_page(request, "lost.html", status=503, words=words, refused=sentence, other=None)
