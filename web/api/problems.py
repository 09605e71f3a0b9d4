"""Refusals as RFC 9457 has them: problem details in the language that the client asks for."""

from datetime import datetime

from starlette.datastructures import Headers
from starlette.responses import JSONResponse

from data.words import DEFAULT, LANGUAGES, Words
from models.refusals import Refusal
from models.text import clean
from web.access.forms import ZONE

KIND = "application/problem+json"
DOCS = "/api/v1/docs"
STATUS = {  # code -> status; every other refusal is one of the ledger's
    "sign_in_needed": 401,
    "sign_in_over": 401,
    "token_wrong": 401,
    "not_permitted": 403,
    "desk_not_for_item": 403,
    "other_site": 403,
    "not_found": 404,
    "no_event": 404,
    "item_unknown": 404,
    "method_not_allowed": 405,
    "body_too_long": 413,
    "body_kind": 415,
    "batch_malformed": 422,
    "scan_malformed": 422,
    "parameter_malformed": 422,
    "picture_malformed": 422,
    "override_needed": 422,
    "reason_too_long": 422,
    "words_are_badge": 422,
    "desk_locked": 423,
    "sign_in_wait": 429,
    "database_lost": 503,
}
REFUSED = 409


class Malformed(Refusal):
    """A row that is not of the right form, with the fields that are wrong (`field`, `why`)."""

    def __init__(self, errors: list[dict[str, str]]) -> None:
        super().__init__("scan_malformed", field=", ".join(one["field"] for one in errors))
        self.errors = errors


def status_of(refusal: Refusal) -> int:
    return STATUS.get(refusal.code, REFUSED)


def words_for(headers: Headers) -> Words:
    """The words in the first language of `Accept-Language` that there is, by its weights."""
    asked = [part.strip().partition(";") for part in headers.get("accept-language", "").split(",")]
    known = [(_weight(quality), tag.strip().lower().partition("-")[0]) for tag, _, quality in asked]
    wanted = [
        tag
        for weight, tag in sorted(known, key=lambda pair: -pair[0])
        if tag in LANGUAGES and weight > 0
    ]
    return Words(wanted[0] if wanted else DEFAULT, ZONE)


def _weight(quality: str) -> float:
    try:
        return float(quality.partition("q=")[2] or 1)
    except ValueError:
        return 0.0


def problem(refusal: Refusal, words: Words) -> dict:
    """A problem's members: `type`, `title`, `status`, `detail` as the standard has them, and the
    refusal's `code` and `facts`."""
    status = status_of(refusal)
    return {
        "type": f"{DOCS}#{refusal.code}",
        "title": words(f"api.problem_{status}"),
        "status": status,
        "detail": words.refusal(refusal),
        "code": refusal.code,
        "facts": {name: _plain(fact) for name, fact in refusal.facts.items()},
        "errors": refusal.errors if isinstance(refusal, Malformed) else [],
    }


def _plain(fact: object) -> object:
    if isinstance(fact, datetime):
        return fact.isoformat()
    return clean(fact) if isinstance(fact, str) else fact


def answer(refusal: Refusal, headers: Headers) -> JSONResponse:
    """The response to a request that was refused as a whole."""
    words = words_for(headers)
    return answered(problem(refusal, words), words)


def answered(told: dict, words: Words) -> JSONResponse:
    """A problem as a response."""
    more = {"Cache-Control": "no-store", "Content-Language": words.language}
    if told["status"] == 401:
        more["WWW-Authenticate"] = 'Bearer realm="San Sang"'
    if "seconds" in told["facts"]:
        more["Retry-After"] = str(told["facts"]["seconds"])
    return JSONResponse(told, status_code=told["status"], headers=more, media_type=KIND)
