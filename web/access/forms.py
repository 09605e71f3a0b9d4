"""What our own plain forms share: templates, the visitor's words, and the check of the origin."""

import logging
from zoneinfo import ZoneInfo

from jinja2 import Environment, FileSystemLoader, select_autoescape
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from data.storage import faults, measures
from data.words import LANGUAGES, Words
from models.refusals import Refusal
from web.access import cookies
from web.paths import TEMPLATES, address
from web.security import same_origin

log = logging.getLogger(__name__)

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")

templates = Environment(loader=FileSystemLoader(TEMPLATES), autoescape=select_autoescape())
templates.globals["asset"] = address


def words_of(request: Request) -> Words:
    chosen = request.query_params.get("lang") or request.cookies.get(cookies.LANGUAGE, "")
    return Words(chosen if chosen in LANGUAGES else LANGUAGES[0], ZONE)


def form_page(request: Request, template: str, *, status: int = 200, **payload: object) -> Response:
    html = templates.get_template(template).render(
        words=words_of(request), **{"refused": "", "event": None, **payload}
    )
    return HTMLResponse(html, status_code=status, headers={"Cache-Control": "no-store"})


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
    sentence = words_of(request).refusal(Refusal(faults.code_of(failure)))
    return form_page(request, "lost.html", status=503, refused=sentence)
