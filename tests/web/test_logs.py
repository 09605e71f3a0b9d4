"""Tests of the log: what it tells, in which form, and that nothing secret or personal ever gets
into it.
"""

import asyncio
import http.client
import json
import logging
import re
import sys
import time
from collections.abc import Callable

import pytest
from websockets.exceptions import WebSocketException
from websockets.sync.client import connect

from data.storage import database
from models.refusals import Refusal
from tests import apart
from tests.serving import ROOT, Server
from tests.web.hostile import HOSTILE, repeated
from web import logs
from web.logs import TextLines
from web.requests_log import RequestsLog, route
from web.routes import routes

pytestmark = pytest.mark.xdist_group("web")

TOKEN = "Xk3vT9_bLq-7mZpR2sWyN8cHdJf4GuQa5EoKiV1tB6M"  # as `secrets.token_urlsafe` makes them
SHORT = "Zq81"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (f"GET /join/{TOKEN} 200", "GET /join/[hidden] 200"),
        (f"GET /read/{TOKEN}/file 200", "GET /read/[hidden]/file 200"),
        (f"GET /d/{SHORT}?lang=en", "GET /d/[hidden]?[hidden]"),
        (f"POST /ask/{SHORT} 303", "POST /ask/[hidden] 303"),
        ("GET /join/{token} 200", "GET /join/{token} 200"),
        ("GET /wall?embed=true&x=1 HTTP", "GET /wall?[hidden] HTTP"),
        (f"Cookie: san_sang={SHORT}; other=1", "Cookie: [hidden]"),
        (f"set-cookie: san_sang={SHORT}", "set-cookie: [hidden]"),
        (f"[(b'cookie', b'san_sang={SHORT}')]", "[(b'cookie', [hidden]"),
        (f"Authorization: Bearer {SHORT}", "Authorization: [hidden]"),
        (f"a san_sang={SHORT}; b", "a san_sang=[hidden]; b"),
        (f"{{'token': '{SHORT}', 'n': 1}}", "{'token': [hidden]', 'n': 1}"),
        (f"password={SHORT}&next=/", "password=[hidden]&next=/"),
        (f"pin={SHORT}", "pin=[hidden]"),
        (f"session {TOKEN} ended", "session [hidden] ended"),
        (f"signed {TOKEN}.{TOKEN}", "signed [hidden].[hidden]"),
        ("hash 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b", "hash [hidden]"),
        ("postgresql+psycopg://app:Zq81@db:5432/x", "postgresql+psycopg://[hidden]@db:5432/x"),
        (
            "DETAIL:  Key (token_hash)=(Zq81) already exists.",
            "DETAIL:  Key (token_hash)=([hidden]) already exists.",
        ),
        ("the listener lost the database (OperationalError); trying again",) * 2,
        (
            'File "/srv/app/.venv/lib/python3.11/site-packages/streamlit/runtime/'
            'scriptrunner_utils/exec_code.py", line 12',
        )
        * 2,
        ("in test_a_second_scan_at_another_desk_is_refused_by_2_rules",) * 2,
        ("rehearsal step arrivals.csv:1121 passed over: not_invited",) * 2,
        ("Started server process [7646]",) * 2,
    ],
)
def test_whatever_looks_like_a_secret_is_hidden_and_the_rest_is_not(text, told):
    assert logs.redacted(text) == told


@pytest.mark.parametrize(
    ("path", "told"),
    [
        ("/", "/"),
        ("/wall", "/wall"),
        ("/sign-in", "/sign-in"),
        (f"/join/{TOKEN}", "/join/{token}"),
        (f"/d/{TOKEN}/more", "/d/{token}"),
        (f"/read/{TOKEN}/file", "/read/{token}"),
        ("/join/", "/*"),
        ("/join", "/join"),
        ("/_stcore/upload_file/abc/def", "/_stcore/*"),
        (f"/{TOKEN}", "/*"),
        (f"/joi/{TOKEN}", "/*"),
        (f"/wall/{TOKEN}", "/*"),
        (f"//join/{TOKEN}", "/*"),
        ("/" + "a" * 43, "/*"),
        ("/Nguyễn", "/*"),
        ("", "/*"),
    ],
)
def test_a_route_is_told_without_what_varies(path, told):
    assert route(path) == told


def test_every_route_with_a_token_hides_it():
    for one in routes:
        before, token, _ = getattr(one, "path", "").partition("{token}")
        if token:
            assert route(f"{before}{SHORT}") == f"{before}{{token}}"
            assert SHORT not in logs.redacted(f"GET {before}{SHORT} 200")


def test_a_record_is_cleaned_whatever_formats_it():
    before = logging.getLogRecordFactory()
    logging.setLogRecordFactory(logs._record)
    try:
        try:
            raise ValueError(f"no such token: {TOKEN}")
        except ValueError:
            made = logging.getLogger("x").makeRecord(
                "x", 30, "f", 1, "asked for %s", (f"/join/{SHORT}",), sys.exc_info()
            )
    finally:
        logging.setLogRecordFactory(before)
    plain = logging.Formatter("%(message)s").format(made)
    assert plain.startswith("asked for /join/[hidden]\nTraceback") and plain.endswith(
        "ValueError: no such token: [hidden]"
    )
    told = json.loads(logs.JsonLines().format(made))
    assert told["message"] == "asked for /join/[hidden]" and TOKEN not in told["trace"]


@pytest.mark.parametrize("end", ["\n", "\r", "\r\n", "\x0b", "\x85", "\u2028"])
def test_a_text_from_outside_forges_no_line(end):
    """Neither in the message nor in an exception's."""
    forged = f"/x{end}2026-01-01 00:00:00 ERROR data.storage: all is lost"
    lines = TextLines("%(levelname)s %(name)s: %(message)s")
    try:
        raise ValueError(forged)
    except ValueError:
        record = logs._record("a", 30, "f", 1, "asked for %s", (forged,), sys.exc_info())
    first, *trace = lines.format(record).splitlines()
    assert first.startswith("WARNING a: asked for /x\\") and first.endswith("all is lost")
    assert trace and all(line.startswith("  ") for line in trace)


def test_a_line_whose_facts_do_not_fit_is_told_all_the_same():
    made = logs._record("x", 30, "f", 1, "%d of %d", ("one",), None)
    assert made.getMessage() == "%d of %d ('one',)"


def test_an_object_holds_the_fields_and_hides_what_is_secret_in_them():
    made = logs._record("x", 30, "f", 1, "line\nbreak", (), None)
    made.route, made.ms, made.note = "/wall", 5, f"token={SHORT}"
    told = logs.JsonLines().format(made)
    assert "\n" not in told
    assert {
        "message": "line\nbreak",
        "level": "warning",
        "route": "/wall",
        "ms": 5,
    }.items() <= json.loads(told).items()
    assert json.loads(told)["note"] == "token=[hidden]"


@pytest.mark.parametrize(
    ("name", "value"), [("LOG_FORMAT", "xml"), ("LOG_LEVEL", "loud"), ("LOG_LEVEL", "INFO ")]
)
def test_a_setting_with_a_slip_in_it_is_refused(monkeypatch, name, value):
    monkeypatch.setenv(name, value)
    with pytest.raises(Refusal) as refused:
        logs.require_settings()
    assert refused.value.code == "setting_unknown"


# --- whoever sends a request decides how long a text is: it is cut, and nothing of a secret is left


def test_a_long_text_is_cut_and_says_so():
    assert logs.redacted("asked for " + "-a" * 12_000) == "asked for … [24001 characters left out]"
    assert logs.redacted("-a" * 12_000) == "… [24000 characters left out]"
    assert (
        logs.redacted("a word " * 1_000).startswith("a word a word")
        and len(logs.redacted("a word " * 1_000)) < 2_100
    )
    assert logs.redacted("a " * 1_000) == "a " * 1_000, "the control: what is not long is whole"


def test_a_trace_keeps_its_first_lines_and_its_last():
    frames = "".join(
        f'  File "/srv/app/{number}.py", line {number}, in page\n' for number in range(1_000)
    )
    failure = f"LookupError: nothing is called {'-a' * 12_000}"
    told = logs.redacted(f"Traceback (most recent call last):\n{frames}{failure}")
    assert told.startswith('Traceback (most recent call last):\n  File "/srv/app/0.py", line 0')
    lines = told.splitlines()
    assert lines[-2] == '  File "/srv/app/999.py", line 999, in page' and lines.count("…") == 1
    assert re.fullmatch(r"LookupError: nothing is called … \[\d+ characters left out\]", lines[-1])
    assert len(told) < logs.MAX_TEXT + 200


def test_all_of_a_record_is_cut():
    """Its message, what it is told of by name, its trace, and the stack that it was asked for
    with.
    """
    long = "-a " * 30_000
    try:
        raise ValueError(long)
    except ValueError:
        made = logs._record(
            "x", 30, "f", 1, "%s", (long,), sys.exc_info(), "f", f"Stack: {long} token={SHORT}"
        )
    made.note = long
    told = json.loads(logs.JsonLines().format(made))
    for text in (told["message"], told["note"], told["trace"], made.stack_info):
        assert len(text) < logs.MAX_TEXT and text.endswith("characters left out]")


SECRET = "Zq81vX"
WITH_SECRETS = (
    f"postgresql://app:{SECRET}-{SECRET}@db:5432/x",
    f"/join/{SECRET}{SECRET} 200",
    f"/wall?embed=true&t={SECRET} HTTP",
    f"cookie: a=1; san_sang={SECRET}; b={SECRET}",
    f"password = {SECRET}",
    f"DETAIL:  Key (name, mail)=(Nguyễn {SECRET}, {SECRET} an) already exists.",
    f"session {SECRET}{SECRET}{SECRET}{SECRET} ended",
    f"token:\n  {SECRET}",
    f"authorization\n\n = {SECRET}",
)
WORDS = "a word and another one, " * 2_000


def around(end: int, secret: str) -> list[str]:
    """Texts with a secret at every place where a line that long may be cut, and then more of the
    line and more lines.
    """
    return [
        f"{WORDS[:place]} {secret} {WORDS[:3_000]}\n{WORDS[:30]}"
        for place in range(end - 80, end + 4)
    ]


@pytest.mark.parametrize("secret", WITH_SECRETS)
def test_nothing_of_a_secret_is_left_where_a_line_is_cut(secret):
    for text in around(logs.MAX_LINE, secret):
        assert SECRET[:2] not in logs.redacted(text)


@pytest.mark.parametrize("secret", WITH_SECRETS)
def test_nor_where_lines_are_left_out(secret):
    """At each place around the last of the first lines and the first of the last ones."""
    lines = [WORDS[:70]] * 300
    first = logs.MAX_TEXT // 2 // 71
    for place in (*range(first - 5, first + 5), *range(300 - first - 5, 300 - first + 5)):
        assert SECRET[:2] not in logs.redacted(
            "\n".join([*lines[:place], secret, *lines[place:]])
        ), place


def test_nor_behind_a_line_whose_end_is_cut_off():
    for name in ("token:", "token=", "cookie,", "token:\n", "token\n:", 'the "token"\n  :'):
        assert SECRET not in logs.redacted(f"{WORDS[:3_000]} {name}\n{SECRET}\n{WORDS[:100]}")


def test_a_cut_at_any_character_would_leave_some(monkeypatch):
    """The control of the three."""
    monkeypatch.setattr(logs, "cut", lambda text: (text[: logs.MAX_LINE], 1))
    left = [
        secret
        for secret in WITH_SECRETS
        if any(SECRET[:2] in logs.redacted(text) for text in around(logs.MAX_LINE, secret))
    ]
    assert len(left) >= 2


# --- what it costs: in proportion to the length, whatever the text ---

TIMES = 8  # so much longer is the longer text; the square of it is what backtracking would cost
# Seconds of the longer text, at which nobody is kept waiting and a comparison tells little.
UNNOTICED = 0.03


def seconds(work: Callable[[str], object], text: str) -> float:
    """Of the processor, for this thread alone: what else this machine does counts little."""
    began = time.thread_time()
    work(text)
    return time.thread_time() - began


def is_in_proportion(work: Callable[[str], object], fragment: str, *, length: int) -> bool:
    """Whether a text of a repeated fragment that is longer takes longer in proportion; three
    times that is let pass.
    """
    short, long = repeated(fragment, length), repeated(fragment, TIMES * length)
    longer = min(seconds(work, long) for _ in range(2))
    if longer < UNNOTICED:
        return True
    allowed = 3 * TIMES * min(seconds(work, short) for _ in range(5))
    return longer < allowed or min(seconds(work, long) for _ in range(3)) < allowed


@pytest.mark.parametrize("number", range(len(logs.SECRETS)))
def test_no_pattern_takes_longer_than_in_proportion(number):
    pattern, instead = logs.SECRETS[number]
    for fragment in HOSTILE:
        assert is_in_proportion(lambda text: pattern.sub(instead, text), fragment, length=4_000), (
            fragment
        )


def logged(text: str) -> str:
    """All that becomes of a text in a log: in a message, in a field, in the exception of a
    trace.
    """
    try:
        raise ValueError(text)
    except ValueError:
        made = logs._record("x", 30, "f", 1, "asked for %s", (text,), sys.exc_info())
    made.note = text
    return logs.JsonLines().format(made)


def test_neither_does_a_record():
    for fragment in HOSTILE:
        assert is_in_proportion(logged, fragment, length=5_000), fragment


def test_nor_what_is_printed_piece_by_piece():
    def printed(text: str) -> None:
        out = logs.Printed()
        for piece in text:
            out.write(piece)
        out.write("\n")

    assert is_in_proportion(printed, "-a", length=20_000)


def test_what_backtracks_would_be_found():
    """The control: two patterns that hid secrets before."""
    names = re.compile(
        r"(?i)\b([\w-]*(?:token|password|passwd|secret|pin|san_sang\w*))(\\?[\"']?\s*[=:]\s*)[^\s]+"
    )
    columns = re.compile(r"(Key \([^)]*\)=)\(.*\)")
    assert not is_in_proportion(lambda text: names.sub("", text), "-a", length=200)
    assert not is_in_proportion(lambda text: columns.sub("", text), "Key (", length=3_000)


# --- a running server is told secrets wherever a request can hold one ---


@pytest.fixture(params=["json", "text"])
def talkative(request, sqlite_databases, tmp_path, monkeypatch):
    """A server of the small event, rehearsed, that logs all it can."""
    name = sqlite_databases.store.copy(sqlite_databases.template("small"))
    monkeypatch.setenv("LOG_FORMAT", request.param)
    monkeypatch.setenv("LOG_LEVEL", "debug")
    monkeypatch.setenv("STREAMLIT_LOGGER_LEVEL", "debug")
    server = Server(sqlite_databases.store.address(name), tmp_path / "server.log")
    yield server.start()
    server.stop()
    sqlite_databases.use(name)
    database.dispose()
    sqlite_databases.store.drop(name)


def send_secrets(server: Server) -> None:
    for path in (
        f"/join/{TOKEN}",
        f"/d/{TOKEN}",
        f"/{TOKEN}",
        f"/wall?token={TOKEN}",
        f"/wall/{TOKEN}",
        f"/assets/{TOKEN}",
        f"/_stcore/upload_file/{TOKEN}/{TOKEN}",
        f"/media/{TOKEN}",
        f"//join/{TOKEN}",
        f"/%6aoin/{TOKEN}",
    ):
        for method in ("GET", "POST", "PUT"):
            told = {
                "Cookie": f"san_sang={TOKEN}; x={TOKEN}",
                "Authorization": f"Bearer {TOKEN}",
                "Referer": f"http://x/?t={TOKEN}",
            }
            server.ask(
                path, method=method, form={"person": TOKEN, "password": TOKEN, "pin": TOKEN}, **told
            )
    for odd in (
        f"{TOKEN} / HTTP/1.1\r\nHost: x\r\n\r\n",
        f"GET / HTTP/1.1\r\n{TOKEN}\r\n\r\n",
        f"{TOKEN}\r\n\r\n",
    ):
        connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=20)
        connection.connect()
        connection.sock.sendall(odd.encode())
        connection.sock.recv(1000)
        connection.close()
    for path in (f"/live?topics={TOKEN}", f"/{TOKEN}", f"/_stcore/stream?{TOKEN}", f"/d/{TOKEN}"):
        for origin in (server.address, f"http://{TOKEN}.vn"):
            told = {"Cookie": f"san_sang={TOKEN}", "Sec-WebSocket-Protocol": f"streamlit, {TOKEN}"}
            try:
                with connect(
                    f"ws://{server.host}{path}",
                    origin=origin,
                    additional_headers=told,
                    open_timeout=20,
                ) as socket:
                    socket.send(f'{{"watch": ["{TOKEN}"]}}')
                    socket.send(TOKEN.encode())
            except (WebSocketException, OSError, TimeoutError):
                pass


def test_no_secret_that_a_request_holds_gets_into_the_log(talkative):
    send_secrets(talkative)
    cookie = talkative.sign_in("lead.an_ninh")
    talkative.ask("/update", Cookie=f"san_sang={cookie}")
    talkative.stop()
    told = talkative.log
    assert "/join/{token}" in told and "/d/{token}" in told  # the requests are in it
    for secret in (TOKEN, TOKEN[:12], TOKEN[-12:], cookie, cookie[:20]):
        assert secret not in told, [line for line in told.splitlines() if secret in line][:3]
    for personal in ("Trưởng Tiểu ban", "lead.an_ninh", "127.0.0.1:"):
        assert personal not in told.replace(talkative.host, ""), [
            line for line in told.splitlines() if personal in line
        ][:3]


CARELESS = """
import sys
sys.path.insert(0, {root!r})
from web import logs, requests_log
logs.SECRETS = ()
requests_log.route = lambda path: path
"""


def test_without_its_safeguards_the_same_requests_would_put_secrets_there(
    tmp_path, sqlite_databases, monkeypatch
):
    """The control: the requests do carry the secrets to where lines are written."""
    (tmp_path / "sitecustomize.py").write_text(CARELESS.format(root=str(ROOT)), encoding="utf-8")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    name = sqlite_databases.store.copy(sqlite_databases.template("small"))
    server = Server(
        sqlite_databases.store.address(name), tmp_path / "server.log", LOG_LEVEL="debug"
    )
    try:
        send_secrets(server.start())
    finally:
        server.stop()
        sqlite_databases.store.drop(name)
    assert f"/join/{TOKEN}" in server.log and f"/d/{TOKEN}" in server.log


def test_without_the_rules_a_line_would_tell_its_secret(monkeypatch):
    """The control of the rules alone."""
    monkeypatch.setattr(logs, "SECRETS", ())
    for text in (f"GET /join/{TOKEN} 200", f"pin={SHORT}", f"Cookie: san_sang={SHORT}"):
        assert logs._record("x", 30, "f", 1, text, (), None).getMessage() == text


def test_every_line_is_an_object(talkative):
    if '"level"' not in talkative.log:
        return  # the other form
    talkative.ask("/wall")
    talkative.stop()
    lines = [json.loads(line) for line in talkative.log.splitlines() if line]
    assert all({"time", "level", "logger", "message"} <= set(line) for line in lines)
    asked = [line for line in lines if line.get("route") == "/wall"]
    assert (
        asked and (asked[0]["method"], asked[0]["status"]) == ("GET", 200) and asked[0]["ms"] >= 0
    )
    assert {"uvicorn.error", "web.requests_log"} <= {line["logger"] for line in lines}


async def _bug(*_):
    raise KeyError("a bug")


async def _slow(*_):
    raise asyncio.CancelledError


@pytest.mark.parametrize(
    ("app", "raised", "level", "status"),
    [(_bug, KeyError, "WARNING", 500), (_slow, asyncio.CancelledError, "INFO", 499)],
)
def test_a_caller_who_left_before_the_answer_is_no_error(app, raised, level, status, caplog):
    caplog.set_level(logging.DEBUG)
    scope = {"type": "http", "method": "GET", "path": "/"}
    with pytest.raises(raised):
        apart.run(RequestsLog(app)(scope, None, None))
    (line,) = (one for one in caplog.records if one.name == "web.requests_log")
    assert (line.levelname, line.status) == (level, status)


def test_what_libraries_print_becomes_lines_as_well(caplog):
    caplog.set_level(logging.INFO)
    out = logs.Printed()
    out.write("half")
    out.write(" a line\n\n  and another\n")
    assert [one.getMessage() for one in caplog.records] == ["half a line", "and another"]
