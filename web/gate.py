"""The gate's own page, its service worker, its manifest and its words; all that it shows of people comes by the API."""

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from data.words import LANGUAGES, Words
from web.access.forms import ZONE, form_page, words_of
from web.live import VERSION
from web.paths import ASSETS
from web.security import HOST

POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "font-src 'self'",
        "img-src 'self' blob:",
        "media-src 'self' blob:",
        "connect-src 'self'{sockets}",
        "manifest-src 'self'",
        "worker-src 'self'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    )
)


def page(request: Request) -> Response:
    """The same empty shell for everybody: it fills itself from what the API gives the one who is signed in."""
    answer = form_page(request, "gate.html")
    host = request.headers.get("host", "")
    sockets = f" ws://{host} wss://{host}" if HOST.fullmatch(host) else ""
    answer.headers["Content-Security-Policy"] = POLICY.replace("{sockets}", sockets)
    answer.headers["Cache-Control"] = "no-cache"
    return answer


def worker(request: Request) -> Response:
    """The service worker, which names the version of the files that it keeps: a browser looks for another one by itself."""
    script = (
        (ASSETS / "gate" / "worker.js").read_text(encoding="utf-8").replace("{version}", VERSION)
    )
    headers = {"Service-Worker-Allowed": "/gate", "Cache-Control": "no-cache"}
    return Response(script, media_type="text/javascript", headers=headers)


def manifest(request: Request) -> Response:
    """What a phone needs to install the gate beside its own programs."""
    told = words_of(request)
    icons = [
        {
            "src": f"/assets/gate/icon-{size}.png",
            "sizes": f"{size}x{size}",
            "type": "image/png",
            "purpose": purpose,
        }
        for size in (192, 512)
        for purpose in ("any", "maskable")
    ]
    named = {
        "name": f"{told('app.name')} · {told('gate.title')}",
        "short_name": told("gate.title"),
        "lang": told.language,
    }
    look = {"display": "standalone", "background_color": "#f3f6fa", "theme_color": "#1f5fbf"}
    answer = {
        "id": "/gate",
        "start_url": "/gate",
        "scope": "/gate",
        "icons": icons,
        **named,
        **look,
    }
    return JSONResponse(
        answer, media_type="application/manifest+json", headers={"Cache-Control": "no-cache"}
    )


def words(request: Request) -> Response:
    """The gate's words in one language, and the name of the application and of a rehearsal."""
    language = request.path_params["language"]
    if language not in LANGUAGES:
        return Response("not found", 404)
    told = Words(language, ZONE)
    shown = told.group("gate") | {
        "app": told("app.name"),
        "rehearsal": told("app.rehearsal"),
        "language": told("app.language"),
    }
    return JSONResponse(shown, headers={"Cache-Control": "no-cache"})
