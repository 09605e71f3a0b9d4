"""What a client sends that no page of ours would: odd methods and bodies, fields that no form has,
text that means something elsewhere.
"""

import re
import socket
from collections.abc import Iterator
from html import unescape

import pytest
from sqlalchemy import delete

from data.access.sign_ins import visitor_of
from data.events.clock import real_now
from data.storage import database
from models.access.accounts import FailedTry
from tests import apart, stage
from tests.web.visitors import sign_in_of
from web.access import cookies
from web.security import Guard

pytestmark = pytest.mark.xdist_group("web")

PAGES = [
    "/",
    "/wall",
    "/sign-in",
    "/join/x",
    "/healthz",
    "/readyz",
    "/assets/live.js",
    "/assets/sign_in.css",
    "/no/such/page",
]
ODD_TEXT = [
    "' OR 1=1 --",
    '"; DROP TABLE person; --',
    "{password}",
    "%(password)s",
    "{{ 7 * 7 }}",
    "${7 * 7}",
    "<script>x</script>",
    "🏮\x00x",
]
TEXT_KINDS = ("text/", "application/json", "application/javascript")


@pytest.mark.parametrize("path", PAGES)
def test_every_body_says_what_it_is_and_how_it_is_written(server, path):
    answer = server.ask(path)
    kind = answer.headers["content-type"]
    assert answer.text and kind.startswith(TEXT_KINDS)
    assert "charset=utf-8" in kind or kind.startswith(
        "application/"
    )  # JSON and modules are UTF-8 by their own rules


def test_a_trace_is_not_answered_with_what_it_sent(server):
    answer = server.ask("/", method="TRACE", Cookie="san_sang=Zq81", X_Odd="Zq82")
    assert answer.status == 405 and "Zq8" not in answer.text


@pytest.mark.parametrize(
    "path", ["/assets/", "/assets/fonts", "/assets/fonts/", "/static/", "/media/"]
)
def test_no_folder_is_listed(server, path):
    answer = server.ask(path)
    for name in ("live.js", "woff2", ".css"):
        assert f'href="{name}' not in answer.text and f">{name}" not in answer.text
    assert "Index of" not in answer.text and "Directory listing" not in answer.text
    if path.startswith("/assets"):
        assert answer.status == 404


@pytest.mark.parametrize("path", ["/sign-in", "/join/x", "/account", "/healthz", "/readyz"])
def test_what_is_about_somebody_is_not_kept_by_any_cache(server, path):
    cookie = f"san_sang={server.sign_in('lead.an_ninh')}"
    assert server.ask(path, Cookie=cookie).headers["cache-control"] == "no-store"


def answers(server, headers: str, behind: str) -> bytes:
    """Everything that a post with these headers is answered, when something else follows on the
    same line.
    """
    with socket.create_connection(("127.0.0.1", server.port), timeout=10) as line:
        line.sendall(
            f"POST /sign-in HTTP/1.1\r\nHost: {server.host}\r\n{headers}\r\n\r\n{behind}".encode()
        )
        line.settimeout(3)
        told = b""
        try:
            while got := line.recv(4096):
                told += got
        except TimeoutError:
            pass
    return told


NEXT = "GET /tv HTTP/1.1\r\nHost: x\r\n\r\n"


@pytest.mark.parametrize(
    "ends",
    [
        "Content-Length: 0\r\nContent-Length: 40",
        "Transfer-Encoding: xchunked",
        "Content-Length: +5",
    ],
)
def test_a_request_of_which_nobody_can_say_where_it_ends_is_refused_with_all_that_follows(
    server, ends
):
    told = answers(server, ends, f"0\r\n\r\n{NEXT}")
    assert told.startswith((b"HTTP/1.1 400", b"HTTP/1.1 501")) and told.count(b"HTTP/1.1 ") == 1


@pytest.mark.parametrize("length", [0, 5, 40])
def test_a_length_beside_chunks_is_refused_with_all_that_follows(server, length):
    for body in (f"0\r\n\r\n{NEXT}", f"{len(NEXT):x}\r\n{NEXT}\r\n0\r\n\r\n"):
        told = answers(server, f"Content-Length: {length}\r\nTransfer-Encoding: chunked", body)
        assert told.startswith(b"HTTP/1.1 400") and told.count(b"HTTP/1.1 ") == 1


def test_a_field_counts_where_its_form_puts_it_and_nowhere_else(server):
    told = server.ask(
        "/sign-in?person=command&account=command",
        method="POST",
        form={"next": ""},
        Cookie="person=command",
    )
    assert told.status == 403 and "set-cookie" not in told.headers


def test_a_field_that_no_form_has_changes_nothing(server):
    token = server.sign_in("lead.an_ninh")
    before = stage.content("person", "account", "signin")
    extra = {
        "role": "admin",
        "person_id": "1",
        "section_key": "hau_can",
        "rehearsal": "0",
        "password": "",
        "again": "",
    }
    assert (
        server.ask("/account", method="POST", form=extra, Cookie=f"san_sang={token}").status == 403
    )
    assert stage.content("person", "account", "signin") == before
    with database.reading() as session:
        assert visitor_of(session, sign_in_of(token), now=real_now()).person.role == "lead"


@pytest.mark.parametrize("number", ["9" * 40, "-1", "1e9", "０１", "1;2", "0x1", "1.0", " 1"])
def test_what_is_no_number_of_a_browser_ends_nothing(server, number):
    token = server.sign_in("lead.an_ninh")
    told = server.ask("/account", method="POST", form={"end": number}, Cookie=f"san_sang={token}")
    assert told.status == 403
    assert server.ask("/account", Cookie=f"san_sang={token}").status == 200


@pytest.fixture
def _forgiven(server) -> Iterator[None]:
    """The tries below are not held against the other tests' address."""
    yield
    with database.writing() as session:
        session.execute(delete(FailedTry))


@pytest.mark.usefixtures("_forgiven")
@pytest.mark.parametrize("text", ODD_TEXT)
def test_what_means_something_elsewhere_is_text_here(server, text):
    told = server.ask("/sign-in", method="POST", form={"account": text, "password": text})
    assert told.status == 403 and "set-cookie" not in told.headers
    (field,) = re.findall(r'<input name="account" value="([^"]*)"', told.text)
    assert unescape(field) == text.replace("\0", "")
    assert "<script>x" not in told.text
    assert server.ask("/sign-in", method="POST", form={"person": text, "next": text}).status == 403
    for path in ("/join/", "/d/"):
        method = "POST" if path == "/join/" else "GET"
        assert server.ask(
            path + "".join(f"%{byte:02x}" for byte in text.replace("/", "").encode()), method=method
        ).status in (400, 403, 405)


# --- cookies --------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", [*PAGES, "/account", "/_stcore/health", "/api/v1/roster"])
def test_nobody_waits_until_somebodys_cookies_are_read(server, path):
    """Each backslash in quotes has Python read all that follows again; of so many it would take
    minutes.
    """
    assert server.ask(path, Cookie='a="' + "\\a" * 100_000 + '"').status < 500
    assert server.ask("/healthz").status == 200


@pytest.mark.parametrize(
    "other",
    [
        '{"a":1}',
        'theirs={"a":1}',
        'theirs={"a":1, "b":"c=d"}',
        "theirs",
        "=theirs",
        'theirs="not closed',
        "théirs=é",
        "theirs=[a, b]",
        'theirs="a\\054b"',
        'theirs="' + "\\" * (cookies.MAX_ESCAPES + 1) + '"',
        "theirs=" + "x" * cookies.MAX_BYTES,
    ],
    ids=range(11),
)
def test_the_cookies_of_other_programs_of_the_host_keep_nobody_out(server, other):
    signed = f"san_sang={server.sign_in('lead.an_ninh')}"
    for sent in (f"{other}; {signed}", f"{signed}; {other}", f"a=1;{signed};{other}"):
        assert server.ask("/account", Cookie=sent.encode()).status == 200


def test_cookies_under_our_names_that_no_browser_sends_are_no_sign_in(server):
    signed = f"san_sang={server.sign_in('lead.an_ninh')}"
    for odd in ("x" * cookies.MAX_BYTES, '"' + "\\" * (cookies.MAX_ESCAPES + 1) + '"'):
        assert server.ask("/account", Cookie=f"{signed}; san_sang_known={odd}").status == 303


def test_cookies_are_counted_over_all_their_headers():
    kept = [(b"cookie", b"san_sang=1; _streamlit_xsrf=2")]
    host = (b"host", b"a")
    split = [(b"cookie", b"a=1; san_sang=1"), host, (b"cookie", b"_streamlit_xsrf=2;b")]
    assert cookies.ours(split) == [host, *kept]
    assert cookies.ours([host, (b"cookie", b"a=1; san=2")]) == [host]
    assert cookies.ours([(b"cookie", b"san_sang" + b"a" * 2_000)] * 10) == []
    assert cookies.ours([(b"cookie", b"san_sang" + b"\\" * 60)] * 2) == []


def cookies_after(*told: str, scheme: str) -> list[str]:
    """What is left of an application's cookies once the guard has seen them."""
    sent = []

    async def application(_scope, _receive, send) -> None:
        headers = [(b"set-cookie", one.encode()) for one in told]
        await send({"type": "http.response.start", "status": 200, "headers": headers})

    async def keep(message) -> None:
        sent.extend(value.decode() for name, value in message["headers"] if name == b"set-cookie")

    scope = {
        "type": "http",
        "method": "GET",
        "path": "/",
        "scheme": scheme,
        "headers": [],
        "client": ("10.0.0.1", 1),
    }
    apart.run(Guard(application)(scope, None, keep))
    return sent


def test_over_tls_every_cookie_goes_over_tls_alone_streamlits_as_well():
    own = "san_sang=1; HttpOnly; Secure", "_streamlit_user=2; HttpOnly; SameSite=lax"
    assert cookies_after(*own, scheme="https") == [own[0], f"{own[1]}; Secure"]
    assert cookies_after(*own, scheme="http") == list(own)


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_a_providers_tokens_never_reach_the_browser(scheme):
    told = (
        "_streamlit_user_tokens=1; HttpOnly",
        "_streamlit_user_tokens_2=1",
        "san_sang=1; Secure",
    )
    assert cookies_after(*told, scheme=scheme) == ["san_sang=1; Secure"]
