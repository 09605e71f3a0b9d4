"""The page that says how a telephone or a computer comes to trust this server, and the file."""

from functools import lru_cache

import segno
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from data import certificates
from web.access.forms import form_page
from web.security import HOST

FILE = "/trust/san-sang.crt"
SYSTEMS = {"android": 5, "iphone": 5, "windows": 5}
"""The systems that the page speaks of, and how many steps each takes."""


def page(request: Request) -> Response:
    """The steps for each system, the fingerprint to compare, the QR code of this very page."""
    served = certificates.own_one()
    if served is None:
        return Response("not found", 404)
    address = served.trust_address()
    payload = {"file": FILE, "systems": SYSTEMS, "address": address, "code": _code(address)}
    return form_page(request, "trust.html", **payload, home=https_address(request, "/"))


@lru_cache(maxsize=4)
def _code(address: str) -> str:
    return str(segno.make(address, error="m").png_data_uri(scale=6, border=4))


def authority(_request: Request) -> Response:
    """The authority's certificate, by the type at which a telephone offers to install it."""
    served = certificates.own_one()
    if served is None:
        return Response("not found", 404)
    headers = {
        "Content-Disposition": 'attachment; filename="san-sang.crt"',
        "Cache-Control": "no-store",
    }
    return Response(served.authority, media_type="application/x-x509-ca-cert", headers=headers)


def https_address(request: Request, path: str) -> str:
    """An address of the server by https, by the name that the browser asked for; empty for none."""
    served = certificates.current
    asked = request.headers.get("host", "")
    name = f"{asked.partition(']')[0]}]" if asked.startswith("[") else asked.partition(":")[0]
    return f"https://{name}:{served.port}{path}" if served and HOST.fullmatch(name) else ""


def to_https(request: Request) -> Response:
    """Lead whatever is asked by plain http to the same address by https."""
    query = f"?{request.url.query}" if request.url.query else ""
    address = https_address(request, f"{request.url.path}{query}")
    return RedirectResponse(address, status_code=307) if address else Response("not found", 404)
