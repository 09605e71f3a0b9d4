"""Tests of web/half_requests.py: half a request is not waited for, and a whole one is."""

import asyncio
import resource
import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
import uvicorn

from tests import warm
from tests.serving import free_port
from web import half_requests, starting

ROOT = Path(__file__).parents[2]
HEAD = b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 100000\r\n"
PATIENCE = 30  # seconds: far beyond the bounds of these tests, also on a busy machine


async def application(scope, receive, send) -> None:
    """Answers with how long the body was; slow to take it where the path says so."""
    if scope["type"] != "http":
        return
    if scope["path"] == "/slow":
        await asyncio.sleep(1)
    length, more = 0, True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            return
        length, more = length + len(message["body"]), message["more_body"]
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": str(length).encode()})


@pytest.fixture
def serve(monkeypatch) -> Iterator:
    monkeypatch.setattr(uvicorn.config, "HTTP_PROTOCOLS", dict(uvicorn.config.HTTP_PROTOCOLS))
    for name in ("HEAD_TIME", "BODY_PAUSE"):
        monkeypatch.setattr(half_requests, name, 0.3)
    running = []

    def started(*, bounded: bool = True) -> int:
        if bounded:
            half_requests.bound()
        port = free_port()
        config = uvicorn.Config(application, port=port, log_level="warning", lifespan="off")
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run)
        thread.start()
        running.append((server, thread))
        while not server.started:
            thread.join(0.02)
        return port

    yield started
    for server, thread in running:
        server.should_exit = server.force_exit = True
        thread.join()


def closed(port: int, *pieces: bytes, within: float = PATIENCE) -> bool:
    """Whether the server closes a connection on which nothing more comes."""
    with socket.create_connection(("127.0.0.1", port), timeout=within) as connection:
        try:
            for piece in pieces:
                connection.sendall(piece)  # which may meet a connection that is closed by then
            return connection.recv(1000) == b""
        except ConnectionError:
            return True
        except TimeoutError:
            return False


def test_half_a_request_ends_by_itself(serve):
    port = serve()
    assert closed(port), "nothing was asked"
    assert closed(port, HEAD), "half a head"
    assert closed(port, HEAD, b"\r\n", b"half a body")


def test_without_the_bounds_it_would_be_waited_for(serve):
    """The control."""
    port = serve(bounded=False)
    assert not closed(port, HEAD, within=1) and not closed(port, HEAD, b"\r\n", within=1)


def test_a_head_without_an_end_is_not_collected(serve, monkeypatch):
    monkeypatch.setattr(half_requests, "HEAD_TIME", 1e6)
    port = serve()
    assert closed(port, HEAD, *[b"A: " + b"a" * 10_000 + b"\r\n"] * 20)


@pytest.mark.parametrize("path", ["/", "/slow"])
def test_a_whole_request_is_answered_and_so_is_the_next(serve, path):
    """Also where the application is slower to take the body than the bounds allow a browser."""
    request = HEAD.replace(b" / ", f" {path} ".encode()) + b"\r\n" + b"a" * 100_000
    with socket.create_connection(("127.0.0.1", serve()), timeout=PATIENCE) as connection:
        for _ in range(2):
            connection.sendall(request)
            answer = b""
            while not answer.endswith(b"0\r\n\r\n"):
                answer += connection.recv(1000)
            assert answer.startswith(b"HTTP/1.1 200") and b"100000" in answer


def test_the_server_itself_has_the_bounds(real_server):
    assert closed(real_server.port, HEAD, *[b"A: " + b"a" * 10_000 + b"\r\n"] * 20)


def test_the_soft_limit_of_descriptors_is_raised_to_the_hard_one():
    hard = min(resource.getrlimit(resource.RLIMIT_NOFILE)[1], 4096)
    program = (
        "import resource; from web.starting import raise_limit;"
        f"resource.setrlimit(resource.RLIMIT_NOFILE, (256, {hard})); raise_limit();"
        "print(*resource.getrlimit(resource.RLIMIT_NOFILE))"
    )
    told = warm.run("-c", program)
    assert told.stdout.split() == [str(hard)] * 2
    assert hard <= starting.MAX_DESCRIPTORS


def test_one_unfinished_message_holds_little():
    config = (ROOT / ".streamlit" / "config.toml").read_text(encoding="utf-8")
    (line,) = (one for one in config.splitlines() if one.startswith("maxMessageSize"))
    assert int(line.split("=")[1].split("#")[0]) <= 25
