"""An OpenID provider on loopback: real keys and signatures; who comes to it next, and what is
wrong with its word, the tests say.
"""

import base64
import hashlib
import secrets
import threading
import time
from collections.abc import Callable
from html import escape
from urllib.parse import urlencode

import uvicorn
from joserfc import jwt
from joserfc.jwk import OctKey, RSAKey
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from tests.serving import STARTS_WITHIN, Server, free_port

CLIENT = "san_sang"
HOUR = 3600
FAULTS: dict[
    str, Callable[[dict], dict]
] = {  # what may be wrong with a token whose signature is good
    "another nonce": lambda claims: claims | {"nonce": "another"},
    "no nonce": lambda claims: {name: value for name, value in claims.items() if name != "nonce"},
    "for another client": lambda claims: claims | {"aud": "another"},
    "of another issuer": lambda claims: claims | {"iss": "http://evil.vn"},
    "expired": lambda claims: (
        claims | {"iat": claims["iat"] - 2 * HOUR, "exp": claims["iat"] - HOUR}
    ),
}
SIGNED_BY_ANOTHER, UNSIGNED, WITH_ITS_OWN_KEY = (
    "signed with another key",
    "not signed",
    "with a key that it brings along",
)
BY_A_SHARED_SECRET, MOVED = "signed with what both know", "with keys that lie elsewhere"


class Provider:
    """The provider, on a thread of its own. It refuses whatever a careful one would: see
    `_authorize` and `_token`.
    """

    def __init__(self) -> None:
        self.port = free_port()
        self.key, self.another_key = (
            RSAKey.generate_key(2048, {"kid": "1", "alg": "RS256", "use": "sig"}) for _ in range(2)
        )
        self.client_secret = secrets.token_urlsafe(24)
        self.redirects: set[str] = set()  # where codes may be sent: the registered clients
        self.visitor: dict[str, object] = {}  # what the next visitor's token says of him
        self.asks = False  # whether he is shown a form first
        self.fault = ""
        self.codes: dict[str, dict] = {}  # those that wait to be exchanged
        self.given: list[str] = []  # every secret that it gave away
        routes = [
            Route("/.well-known/openid-configuration", self._discovery),
            Route("/keys", self._keys),
            Route("/authorize", self._authorize),
            Route("/consent", self._consent, methods=["POST"]),
            Route("/token", self._token, methods=["POST"]),
            Route("/end", self._end),
        ]
        config = uvicorn.Config(
            Starlette(routes=routes), host="127.0.0.1", port=self.port, log_config=None
        )
        self.server = uvicorn.Server(config)
        self.thread = threading.Thread(target=self.server.run, daemon=True)

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> "Provider":
        self.thread.start()
        until = time.monotonic() + STARTS_WITHIN
        while not self.server.started:
            assert self.thread.is_alive() and time.monotonic() < until
            time.sleep(0.02)
        return self

    def stop(self) -> None:
        self.server.should_exit = True
        self.thread.join(timeout=10)

    def expects(
        self, email: str | None, *, asks: bool = False, fault: str = "", **claims: object
    ) -> None:
        """Says who comes next. `email_verified` is told as it is given here, and not at all
        where it is not.
        """
        self.visitor, self.asks, self.fault = (
            ({"email": email} if email else {}) | claims,
            asks,
            fault,
        )

    def registered(self, server: Server) -> str:
        """What a server's `secrets.toml` says, once the provider knows it."""
        redirect = f"{server.address}/oauth2callback"
        self.redirects.add(redirect)
        told = {
            "redirect_uri": redirect,
            "cookie_secret": secrets.token_urlsafe(32),
            "client_id": CLIENT,
            "client_secret": self.client_secret,
            "server_metadata_url": f"{self.address}/.well-known/openid-configuration",
        }
        return "\n".join(["[auth]", *(f'{name} = "{value}"' for name, value in told.items())])

    # --- what it answers ---

    def _discovery(self, _request: Request) -> Response:
        return JSONResponse(
            {
                "issuer": self.address,
                "authorization_endpoint": f"{self.address}/authorize",
                "token_endpoint": f"{self.address}/token",
                "jwks_uri": f"{self.address}/keys",
                "end_session_endpoint": f"{self.address}/end",
                "response_types_supported": ["code"],
                "subject_types_supported": ["public"],
                "id_token_signing_alg_values_supported": ["RS256"],
                "token_endpoint_auth_methods_supported": ["client_secret_basic"],
                "code_challenge_methods_supported": ["S256"],
            }
        )

    def _keys(self, request: Request) -> Response:
        if self.fault == MOVED and not request.query_params:
            return RedirectResponse(f"{self.address}/keys?elsewhere")
        return JSONResponse({"keys": [self.key.as_dict(private=False)]})

    def _authorize(self, request: Request) -> Response:
        """Sends the visitor back with a code: at once, or after a form. Only to a known client,
        with state, nonce and PKCE.
        """
        asked = dict(request.query_params)
        wanted = {"client_id": CLIENT, "response_type": "code", "code_challenge_method": "S256"}
        known = asked.get("redirect_uri") in self.redirects and wanted.items() <= asked.items()
        whole = (
            all(asked.get(name) for name in ("state", "nonce", "code_challenge"))
            and "openid" in asked.get("scope", "").split()
        )
        if not known or not whole:
            return JSONResponse({"error": "invalid_request"}, status_code=400)
        code = self._gives(secrets.token_urlsafe(24))
        self.codes[code] = asked
        return self._form(code) if self.asks else self._back(code)

    def _form(self, code: str) -> Response:
        named = escape(str(self.visitor.get("email")))
        return HTMLResponse(
            f"<!doctype html><title>Provider</title><h1>{named}</h1><form method=post "
            f"action=/consent>"
            f'<button name=code value="{code}">Allow</button><button name=refused '
            f'value="{code}">Refuse</button></form>'
        )

    async def _consent(self, request: Request) -> Response:
        told = await request.form()
        if "refused" in told:
            return self._sent(self.codes.pop(str(told["refused"])), error="access_denied")
        return self._back(str(told["code"]))

    def _back(self, code: str) -> Response:
        return self._sent(self.codes[code], code=code)

    def _sent(self, asked: dict, **told: str) -> Response:
        query = urlencode(told | {"state": asked["state"]})
        return RedirectResponse(f"{asked['redirect_uri']}?{query}", status_code=302)

    async def _token(self, request: Request) -> Response:
        """Exchanges a code, once, for the client that can tell its secret and what it made the
        code's challenge of.
        """
        told = {name: str(value) for name, value in (await request.form()).items()}
        basic = base64.b64encode(f"{CLIENT}:{self.client_secret}".encode()).decode()
        if request.headers.get("authorization") != f"Basic {basic}":
            return JSONResponse({"error": "invalid_client"}, status_code=401)
        asked = self.codes.pop(told.get("code", ""), None)
        if (
            asked is None
            or told.get("redirect_uri") != asked["redirect_uri"]
            or not _answers(asked, told.get("code_verifier", ""))
        ):
            return JSONResponse({"error": "invalid_grant"}, status_code=400)
        token, access = (
            self._gives(self._id_token(asked["nonce"])),
            self._gives(secrets.token_urlsafe(24)),
        )
        return JSONResponse(
            {"token_type": "Bearer", "expires_in": HOUR, "access_token": access, "id_token": token}
        )

    def _id_token(self, nonce: str) -> str:
        now = int(time.time())
        claims = {
            "iss": self.address,
            "aud": CLIENT,
            "sub": "1",
            "iat": now,
            "exp": now + HOUR,
            "nonce": nonce,
            **self.visitor,
        }
        claims = FAULTS.get(self.fault, dict)(claims)
        header = {"alg": "RS256", "kid": "1"}
        if self.fault == UNSIGNED:
            return jwt.encode({"alg": "none"}, claims, self.key, algorithms=["none"])
        if self.fault == BY_A_SHARED_SECRET:
            return jwt.encode({"alg": "HS256"}, claims, OctKey.import_key(self.client_secret))
        if self.fault == WITH_ITS_OWN_KEY:
            header["jwk"] = self.another_key.as_dict(private=False)
        own = self.fault in (SIGNED_BY_ANOTHER, WITH_ITS_OWN_KEY)
        return jwt.encode(header, claims, self.another_key if own else self.key)

    def _end(self, request: Request) -> Response:
        back = request.query_params.get("post_logout_redirect_uri")
        return RedirectResponse(back) if back in self.redirects else Response(status_code=400)

    def _gives(self, secret: str) -> str:
        self.given.append(secret)
        return secret


def _answers(asked: dict, verifier: str) -> bool:
    """Whether a verifier is what a code's challenge was made of."""
    digest = hashlib.sha256(verifier.encode()).digest()
    return base64.urlsafe_b64encode(digest).decode().rstrip("=") == asked["code_challenge"]
