"""Tests of web/proxies.py: whose word counts for the address and the scheme."""

import ipaddress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.refusals import Refusal
from web import proxies

OUTSIDE, PROXY, SECOND = "203.0.113.7", "10.0.0.2", "10.0.0.3"
LOOPBACK = proxies.networks("x", "127.0.0.0/8,::1")


def scope(
    peer: str | None, *, kind: str = "http", own: str = "http", **headers: str | list[str]
) -> dict:
    pairs = [
        (name, one)
        for name, told in headers.items()
        for one in (told if isinstance(told, list) else [told])
    ]
    return {
        "type": kind,
        "scheme": own,
        "client": (peer, 1234) if peer is not None else None,
        "headers": [
            (name.replace("_", "-").encode(), value.encode("latin-1")) for name, value in pairs
        ],
    }


@pytest.fixture
def trusting(monkeypatch):
    """Names the trusted proxies."""
    return lambda value: monkeypatch.setenv("TRUSTED_PROXIES", value)


@pytest.fixture(autouse=True)
def _nobody_is_trusted(monkeypatch):
    monkeypatch.delenv("TRUSTED_PROXIES", raising=False)


@pytest.mark.parametrize(
    ("trusted", "peer", "told", "address"),
    [
        ("", OUTSIDE, "1.2.3.4", OUTSIDE),  # spoofed, and no proxy at all
        ("", "127.0.0.1", "1.2.3.4", "127.0.0.1"),
        (PROXY, OUTSIDE, "1.2.3.4", OUTSIDE),  # spoofed by who is no proxy
        (PROXY, PROXY, OUTSIDE, OUTSIDE),
        (
            PROXY,
            PROXY,
            f"1.2.3.4, {OUTSIDE}",
            OUTSIDE,
        ),  # what the client wrote itself stands further left
        (PROXY, PROXY, ["1.2.3.4", OUTSIDE], OUTSIDE),  # the same in two headers
        (PROXY, PROXY, f"1.2.3.4, {OUTSIDE}, {SECOND}", SECOND),  # the second one is not trusted
        ("10.0.0.0/8", PROXY, f"1.2.3.4, {OUTSIDE}, {SECOND}", OUTSIDE),  # a chain of two
        ("10.0.0.0/8", PROXY, f"{SECOND}, 10.0.0.4", SECOND),  # all of them trusted: the outermost
        (f" {PROXY} , ::1 ,", PROXY, OUTSIDE, OUTSIDE),
        (PROXY, PROXY, [], PROXY),
        (PROXY, PROXY, "", PROXY),
        (PROXY, PROXY, ",,", PROXY),
        (PROXY, PROXY, "unknown", PROXY),
        (PROXY, PROXY, f"{OUTSIDE}, unknown", PROXY),
        (PROXY, PROXY, "<script>", PROXY),
        (PROXY, PROXY, "999.1.1.1", PROXY),
        (PROXY, PROXY, f"{OUTSIDE}:51234", OUTSIDE),
        (PROXY, PROXY, "[2001:db8::7]:51234", "2001:db8::7"),
        (PROXY, PROXY, "2001:DB8:0::7", "2001:db8::7"),
        (PROXY, PROXY, "::ffff:203.0.113.7", OUTSIDE),
        (
            PROXY,
            f"::ffff:{PROXY}",
            OUTSIDE,
            OUTSIDE,
        ),  # as a socket for both kinds writes an IPv4 peer
        ("2001:db8:1::/48", "2001:db8:1::5", OUTSIDE, OUTSIDE),
        ("2001:db8:1::/48", "2001:db8:2::5", OUTSIDE, "2001:db8:2::5"),
        ("10.0.0.2/8", PROXY, OUTSIDE, OUTSIDE),  # a network written by one of its addresses
    ],
)
def test_the_address_is_the_first_from_the_end_that_is_no_trusted_proxy(
    trusting, trusted, peer, told, address
):
    trusting(trusted)
    assert proxies.client_address(scope(peer, x_forwarded_for=told)) == address


def test_a_server_that_does_not_know_its_peer_says_so(trusting):
    trusting("0.0.0.0/0")
    for peer in (None, "", "/run/socket"):
        assert proxies.client_address(scope(peer, x_forwarded_for=OUTSIDE)) == (peer or "")


@given(told=st.text(alphabet=st.characters(max_codepoint=255), max_size=80))
def test_whatever_stands_in_the_header_the_answer_is_an_address(told):
    patched = pytest.MonkeyPatch()
    patched.setenv("TRUSTED_PROXIES", PROXY)
    try:
        assert ipaddress.ip_address(proxies.client_address(scope(PROXY, x_forwarded_for=told)))
        assert proxies.client_address(scope(PROXY, x_forwarded_for=f"{told}, {OUTSIDE}")) == OUTSIDE
        assert proxies.client_address(scope(OUTSIDE, x_forwarded_for=told)) == OUTSIDE
    finally:
        patched.undo()


@pytest.mark.parametrize(
    ("peer", "kind", "own", "told", "scheme"),
    [
        (PROXY, "http", "http", "https", "https"),
        (PROXY, "http", "http", "HTTPS", "https"),
        (PROXY, "http", "http", "http, https", "https"),  # what the nearest proxy says
        (PROXY, "http", "http", "https, http", "http"),
        (PROXY, "websocket", "ws", "https", "https"),
        (PROXY, "websocket", "ws", "wss", "https"),
        (PROXY, "websocket", "wss", [], "https"),
        (PROXY, "http", "https", "http", "http"),
        (PROXY, "http", "http", "javascript", "http"),
        (PROXY, "http", "http", "", "http"),
        (PROXY, "http", "https", [], "https"),
        (OUTSIDE, "http", "http", "https", "http"),  # spoofed
        (OUTSIDE, "websocket", "ws", "https", "http"),
        (None, "http", "http", "https", "http"),
    ],
)
def test_the_scheme_is_the_trusted_proxys_word(trusting, peer, kind, own, told, scheme):
    trusting(PROXY)
    assert proxies.scheme(scope(peer, kind=kind, own=own, x_forwarded_proto=told)) == scheme


@pytest.mark.parametrize(
    "value", ["*", "localhost", "10.0.0.0/33", "10.0.0.1;10.0.0.2", "10.0.0.1 10.0.0.2", "1.2.3"]
)
def test_a_malformed_list_of_networks_is_refused(value):
    with pytest.raises(Refusal) as refused:
        proxies.networks("TRUSTED_PROXIES", value)
    assert (refused.value.code, refused.value.facts) == (
        "networks_malformed",
        {"setting": "TRUSTED_PROXIES", "value": value},
    )


@pytest.mark.parametrize(
    ("trusted", "peer", "headers", "allowed"),
    [
        ("", "127.0.0.1", {}, True),
        ("", "::1", {}, True),
        ("", "::ffff:127.0.0.1", {}, True),
        ("", OUTSIDE, {}, False),
        ("", OUTSIDE, {"x_forwarded_for": "127.0.0.1"}, False),
        (
            "",
            "127.0.0.1",
            {"x_forwarded_for": OUTSIDE},
            False,
        ),  # a proxy here that nobody named: everybody comes from 127.0.0.1
        ("", "127.0.0.1", {"x_forwarded_for": "127.0.0.1"}, False),
        ("", "127.0.0.1", {"x_real_ip": "127.0.0.1"}, False),
        ("", "127.0.0.1", {"forwarded": "for=127.0.0.1"}, False),
        ("", "127.0.0.1", {"via": "1.1 proxy"}, False),
        ("127.0.0.1", "127.0.0.1", {"x_forwarded_for": OUTSIDE}, False),
        ("127.0.0.1", "127.0.0.1", {"x_forwarded_for": f"127.0.0.1, {OUTSIDE}"}, False),
        ("127.0.0.1", "127.0.0.1", {}, True),
        ("", None, {}, False),
    ],
)
def test_what_is_for_loopback_only_is_not_given_to_whoever_comes_through_a_proxy(
    trusting, trusted, peer, headers, allowed
):
    trusting(trusted)
    assert proxies.is_allowed(scope(peer, **headers), LOOPBACK) is allowed
