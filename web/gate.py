"""The gate's own page, its service worker, its manifest and its words.

All that it shows of people comes by the API.
"""

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from data.storage import identity
from data.words import LANGUAGES, Words
from web.access.cookies import LANGUAGE
from web.access.forms import ZONE, form_page, words_of
from web.paths import ASSETS, VERSION
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

# By addresses without a version, as the service worker keeps them.
MODULES = ["/assets/awake.js"] + sorted(
    f"/assets/gate/{path.name}"
    for path in (ASSETS / "gate").glob("*.js")
    if path.stem not in ("gate", "worker")
)


def page(request: Request) -> Response:
    """The same empty shell for everyone: it fills itself from what the API gives its visitor."""
    cookie = identity.cookie(LANGUAGE)
    answer = form_page(request, "gate.html", version=VERSION, modules=MODULES, cookie=cookie)
    host = request.headers.get("host", "")
    sockets = f" ws://{host} wss://{host}" if HOST.fullmatch(host) else ""
    answer.headers["Content-Security-Policy"] = POLICY.replace("{sockets}", sockets)
    answer.headers["Cache-Control"] = "no-cache"
    return answer


def worker(request: Request) -> Response:
    """The service worker, with the version of the files that it caches.

    A browser looks for another version by itself.
    """
    source = (ASSETS / "gate" / "worker.js").read_text(encoding="utf-8")
    script = source.replace("{version}", VERSION)
    headers = {"Service-Worker-Allowed": "/gate", "Cache-Control": "no-cache"}
    return Response(script, media_type="text/javascript", headers=headers)


def manifest(request: Request) -> Response:
    """What a phone needs to install the gate like a program of its own."""
    words = words_of(request)
    answer = {
        "id": "/gate",
        "start_url": "/gate",
        "scope": "/gate",
        "icons": [_icon(size, use) for size in (192, 512) for use in ("any", "maskable")],
        "name": f"{words('app.name')} · {words('gate.title')}",
        "short_name": words("gate.title"),
        "lang": words.language,
        "display": "standalone",
        "background_color": "#f3f6fa",
        "theme_color": "#1f5fbf",
    }
    headers = {"Cache-Control": "no-cache"}
    return JSONResponse(answer, media_type="application/manifest+json", headers=headers)


def _icon(size: int, purpose: str) -> dict[str, str]:
    source = f"/assets/gate/icon-{size}.png"
    return {"src": source, "sizes": f"{size}x{size}", "type": "image/png", "purpose": purpose}


def words(request: Request) -> Response:
    """The gate's words in one language, and the name of the application and of a rehearsal."""
    language = request.path_params["language"]
    if language not in LANGUAGES:
        return Response("not found", 404)
    catalogue = Words(language, ZONE)
    texts = catalogue.group("gate") | {
        "app": catalogue("app.name"),
        "rehearsal": catalogue("app.rehearsal"),
        "trial": catalogue("app.trial"),
        "language": catalogue("app.language"),
    }
    return JSONResponse(texts, headers={"Cache-Control": "no-cache"})
