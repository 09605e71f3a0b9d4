"""Trusted proxies: the client's real address and scheme, and the name of the answering process."""

import ipaddress
import os
import re
from functools import lru_cache

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from models.refusals import Refusal

SETTING = "TRUSTED_PROXIES"
NAME = re.compile(r"[a-z0-9]{0,20}")
PLAIN = {"http": "http", "https": "https", "ws": "http", "wss": "https"}
FORWARDED = ("x-forwarded-for", "x-real-ip", "forwarded", "via")

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network


def client_address(scope: Scope) -> str:
    """The address that a request or a connection comes from.

    `X-Forwarded-For` is read from its end, as long as each hop is one of `TRUSTED_PROXIES`: what a
    client wrote in there itself is further left and is never reached. Empty where the server does
    not know its peer.
    """
    peer = _peer(scope)
    hop = _address(peer)
    if hop is None or not is_among(hop, _trusted()):
        return str(hop or peer)
    for entry in reversed(_entries(scope, "x-forwarded-for")):
        previous = _address(entry)
        if previous is None:
            break  # nothing further left can be trusted
        hop = previous
        if not is_among(hop, _trusted()):
            break
    return str(hop)


def scheme(scope: Scope) -> str:
    """`https` or `http` as the browser sees it, for a WebSocket as well.

    So cookies are `Secure` behind TLS too.
    """
    own = PLAIN.get(scope.get("scheme", ""), "http")
    peer = _address(_peer(scope))
    if peer is None or not is_among(peer, _trusted()):
        return own
    forwarded = _entries(scope, "x-forwarded-proto")
    return PLAIN.get(forwarded[-1].lower(), own) if forwarded else own


def is_allowed(scope: Scope, networks: tuple[Network, ...]) -> bool:
    """Whether a request comes from one of these networks.

    Never where it came through a proxy that is not trusted: everyone would then have that proxy's
    address.
    """
    peer = _address(_peer(scope))
    if peer is None:
        return False
    if not is_among(peer, _trusted()) and any(name in Headers(scope=scope) for name in FORWARDED):
        return False
    return is_among(ipaddress.ip_address(client_address(scope)), networks)


@lru_cache(maxsize=16)
def networks(setting: str, value: str) -> tuple[Network, ...]:
    """Addresses and networks, separated by commas. Refuses `networks_malformed`."""
    try:
        return tuple(
            ipaddress.ip_network(one.strip(), strict=False)
            for one in value.split(",")
            if one.strip()
        )
    except ValueError:
        raise Refusal("networks_malformed", setting=setting, value=value[:80]) from None


def is_among(address: Address, known: tuple[Network, ...]) -> bool:
    return any(address in network for network in known)


def _trusted() -> tuple[Network, ...]:
    return networks(SETTING, os.environ.get(SETTING, ""))


def _peer(scope: Scope) -> str:
    return scope["client"][0] if scope.get("client") else ""


def _entries(scope: Scope, name: str) -> list[str]:
    """The entries of all headers of a name, in their order."""
    headers = Headers(scope=scope).getlist(name)
    return [entry.strip() for header in headers for entry in header.split(",")]


@lru_cache(maxsize=4096)  # asked several times a request, of few peers
def _address(text: str) -> Address | None:
    """The address in `1.2.3.4`, `1.2.3.4:567`, `2001:db8::1`, `[2001:db8::1]:567`.

    An IPv4 address written as IPv6 becomes that IPv4 address.
    """
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        found = ipaddress.ip_address(text)
    except ValueError:
        return None
    return (found.ipv4_mapped or found) if found.version == 6 else found


def process_name() -> str:
    """`PROCESS_NAME`, by which a proxy distinguishes its processes; empty where it is not set.

    Refuses `setting_unknown`.
    """
    name = os.environ.get("PROCESS_NAME", "")
    if not NAME.fullmatch(name):
        raise Refusal("setting_unknown", setting="PROCESS_NAME", value=name[:40], values="a-z, 0-9")
    return name


class Named:
    """Puts the process's name on each answer, so that a proxy can keep a visitor where they are."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self.name = process_name()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_named(message: Message) -> None:
            if message["type"] in ("http.response.start", "websocket.accept"):
                message.setdefault("headers", [])
                MutableHeaders(scope=message)["X-Process"] = self.name
            await send(message)

        await self.app(scope, receive, send_named if self.name else send)
