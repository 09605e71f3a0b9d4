"""The answer to a bug of the server carries the security headers of every other answer."""

from collections.abc import Iterator

import pytest
from sqlalchemy import text
from starlette.applications import Starlette
from starlette.routing import Route
from starlette.testclient import TestClient

import web
from data.storage import database
from tests.serving import Server
from web.security import HEADERS, YEAR, policy, same_origin


def _fail(_request) -> None:
    raise KeyError("a bug")


def client(scheme: str = "http", **settings: object) -> TestClient:
    app = Starlette(routes=[Route("/fails", _fail)], middleware=web.middleware, **settings)
    return TestClient(app, base_url=f"{scheme}://gate.test", raise_server_exceptions=False)


def handled(scheme: str = "http") -> TestClient:
    return client(scheme, exception_handlers=web.exception_handlers)


def test_a_bug_is_answered_in_one_plain_sentence_with_every_header():
    answer = handled().get("/fails")
    assert (answer.status_code, answer.text) == (500, "Internal Server Error")
    assert answer.headers["content-security-policy"] == policy("gate.test")
    assert {name: answer.headers[name] for name in HEADERS} == HEADERS
    assert "strict-transport-security" not in answer.headers


def test_over_tls_it_asks_for_tls_for_a_year():
    assert handled("https").get("/fails").headers["strict-transport-security"] == YEAR


def test_without_the_handler_it_has_none_of_them():
    """The control: Starlette answers from outside of all middleware."""
    answer = client().get("/fails")
    assert answer.status_code == 500 and not set(HEADERS) & {*answer.headers}
    assert "content-security-policy" not in answer.headers


def test_the_failure_still_reaches_the_log_of_the_server():
    app = Starlette(routes=[Route("/fails", _fail)], exception_handlers=web.exception_handlers)
    with pytest.raises(KeyError, match="a bug"):
        TestClient(app).get("/fails")


@pytest.fixture
def broken(sqlite_databases, tmp_path) -> Iterator[Server]:
    """The whole server, on a database whose event nobody can read."""
    for _ in sqlite_databases.fresh("small"):
        server = Server(database.url(), tmp_path / "server.log").start()
        with database.writing() as session:
            session.execute(text("UPDATE event SET documents = '{'"))
        yield server
        server.stop()


@pytest.mark.xdist_group("web")
def test_the_server_as_it_runs_answers_so(broken):
    answer = broken.ask("/sign-in")
    assert answer.status == 500
    assert "frame-ancestors 'none'" in answer.headers["content-security-policy"]
    assert answer.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize(
    ("scheme", "origin", "same"),
    [
        ("http", None, True),
        ("http", "http://gate.test", True),
        ("https", "https://gate.test", True),
        ("https", "http://gate.test", False),  # whoever holds the network can write that page
        ("wss", "http://gate.test", False),
        ("http", "https://gate.test", True),  # a proxy that is not named as trusted ended TLS
        ("https", "https://evil.vn", False),
        ("https", "ftp://gate.test", False),
        ("http", "null", False),
        ("http", "", False),
    ],
)
def test_an_origin_is_the_host_and_the_scheme(scheme, origin, same):
    sent = [(b"host", b"gate.test")] + (
        [(b"origin", origin.encode())] if origin is not None else []
    )
    assert same_origin({"type": "http", "scheme": scheme, "headers": sent, "path": "/"}) is same
