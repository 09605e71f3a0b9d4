"""What every answer carries, the short addresses, and what another site's page may not do."""

import json

import pytest
from websockets.exceptions import InvalidStatus, WebSocketException
from websockets.sync.client import connect

from web.static_files import POLICY

pytestmark = pytest.mark.xdist_group("web")

EVERYWHERE = [
    "/", "/wall", "/update", "/healthz", "/tv", "/sign-in", "/join/x",
    "/assets/none.js",
    "/_stcore/health", "/_stcore/host-config", "/no/such/page",
]  # fmt: skip


@pytest.mark.parametrize("path", EVERYWHERE)
def test_every_answer_carries_the_policy(server, path):
    answer = server.ask(path)
    policy = answer.headers["content-security-policy"]
    for rule in (
        "default-src 'self'",
        "object-src 'none'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    ):
        assert rule in policy
    assert "unsafe-eval" not in policy and "http://" not in policy and "https://" not in policy
    assert "'unsafe-inline'" not in policy.split("script-src")[1].split(";")[0]
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["referrer-policy"] == "same-origin"


def test_a_file_that_is_no_page_carries_the_strictest(server):
    answer = server.ask("/assets/live.js")
    assert answer.headers["content-security-policy"] == POLICY["Content-Security-Policy"]
    assert "default-src 'none'" in POLICY["Content-Security-Policy"]
    assert answer.headers["x-content-type-options"] == "nosniff"


def test_healthz_answers_and_is_not_kept(server):
    answer = server.ask("/healthz")
    assert json.loads(answer.text) == {"status": "ok"}
    assert answer.headers["cache-control"] == "no-store"


@pytest.mark.parametrize(
    ("asked", "language"), [("/tv", ""), ("/tv?lang=en", "&lang=en"), ("/tv?lang=//evil.vn", "")]
)
def test_the_short_address_leads_to_the_dark_wall(server, asked, language):
    answer = server.ask(asked)
    assert answer.status in (302, 303, 307)
    assert answer.headers["location"] == f"/wall?embed=true&embed_options=dark_theme{language}"


def test_files_outside_the_assets_are_not_served(server):
    for path in (
        "/assets/../security.py",
        "/assets/%2e%2e/security.py",
        "/assets/..%2fsecurity.py",
    ):
        assert "same_origin" not in server.ask(path).text


@pytest.mark.parametrize("path", ["/live?topics=wall", "/_stcore/stream"])
def test_another_sites_websocket_is_turned_away(server, path):
    with pytest.raises(InvalidStatus) as refused:
        connect(f"ws://{server.host}{path}", origin="http://evil.vn").close()
    assert refused.value.response.status_code == 403


def test_our_own_websocket_is_accepted(server):
    with connect(f"ws://{server.host}/live?topics=wall", origin=server.address) as socket:
        assert json.loads(socket.recv(timeout=20))["kind"] == "beat"


def test_a_visitor_cannot_empty_everybodys_cache(server):
    """Streamlit's own client message `clear_cache` is one that anybody could send."""
    try:
        with connect(
            f"ws://{server.host}/_stcore/stream", origin=server.address, subprotocols=["streamlit"]
        ) as socket:
            socket.send(b"\x10\x01")
            assert socket.ping()
    except WebSocketException:
        pass  # turning the sender away is an answer as well
    assert server.ask("/healthz").status == 200
