"""Files that never change: in which coding, by which address, and for how long they are kept."""

import gzip

import brotli
import pytest
from fontTools.ttLib import TTFont
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.routing import Mount
from starlette.staticfiles import StaticFiles
from starlette.testclient import TestClient

from docs import icons
from web import static_files
from web.paths import ASSETS, address, version_of
from web.security import HEADERS, Guard
from web.static_files import FILES, File, MemoryFiles

SCRIPT = next(path for path in FILES if path.startswith("/static/js/Toast."))
OURS = "/assets/live.js"
FONT = address("fonts/icons.woff2")
DECODED = {"br": brotli.decompress, "gzip": gzip.decompress, None: bytes}


@pytest.fixture
def client(tmp_path, monkeypatch):
    """The files before an application that compresses by itself, as Streamlit's does."""
    monkeypatch.setattr(static_files.forms, "folder", tmp_path)
    for path in (SCRIPT, OURS):
        static_files.forms.make(FILES[path].load())
    folders = [Mount("/assets", StaticFiles(directory=ASSETS))]
    middleware = [Middleware(Guard), Middleware(MemoryFiles), Middleware(GZipMiddleware)]
    return TestClient(Starlette(routes=folders, middleware=middleware))


def sent(client, path, accepted=None, **headers):
    """An answer, and its body as it was sent."""
    headers = {"accept-encoding": accepted or "", **headers}
    with client.stream("GET", path, headers=headers) as answer:
        return answer, b"".join(answer.iter_raw())


@pytest.mark.parametrize("path", [SCRIPT, OURS])
@pytest.mark.parametrize("coding", DECODED)
def test_a_file_comes_in_the_coding_that_is_asked_for_and_compressed_once(client, path, coding):
    answer, body = sent(client, path, coding)
    assert answer.status_code == 200 and answer.headers.get("content-encoding") == coding
    assert DECODED[coding](body) == FILES[path].path.read_bytes()
    assert int(answer.headers["content-length"]) == len(body)
    assert answer.headers["content-type"] == "text/javascript; charset=utf-8"
    assert answer.headers["vary"] == "Accept-Encoding"
    assert {name: answer.headers[name] for name in HEADERS} == HEADERS
    assert "frame-ancestors 'none'" in answer.headers["content-security-policy"]


def test_who_takes_no_coding_that_there_is_gets_none(client):
    answer, body = sent(client, SCRIPT, "zstd, identity;q=0")
    assert (answer.status_code, body) == (406, b"")
    assert answer.headers["cache-control"] == "no-store"


def test_who_excludes_the_file_as_it_is_waits_for_its_form(client, monkeypatch):
    fresh = File(FILES[OURS].path)
    monkeypatch.setitem(FILES, OURS, fresh)
    monkeypatch.setattr(static_files.forms, "ask", lambda content: None)
    assert sent(client, OURS, "br")[0].headers.get("content-encoding") is None  # none is ready yet
    assert sent(client, OURS, "br, identity;q=0")[0].headers["content-encoding"] == "br"
    assert sent(client, OURS, "br")[0].headers["content-encoding"] == "br"


def test_a_head_says_what_a_get_would_send(client):
    asked = {"accept-encoding": "br"}
    got, head = client.get(OURS, headers=asked), client.head(OURS, headers=asked)
    assert head.status_code == 200 and head.content == b""
    assert dict(head.headers) == dict(got.headers)


@pytest.mark.parametrize("path", [SCRIPT, OURS, FONT])
def test_a_copy_that_is_current_is_not_sent_again(client, path):
    etag = sent(client, path, "br")[0].headers["etag"]
    for named in (etag, f"W/{etag}", f'"other", {etag}', "*"):
        answer, body = sent(client, path, "br", **{"if-none-match": named})
        assert (answer.status_code, body) == (304, b"")
        assert answer.headers["etag"] == etag and "cache-control" in answer.headers
    assert sent(client, path, "br", **{"if-none-match": '"other"'})[0].status_code == 200


def test_each_coding_has_its_own_etag(client):
    etags = {coding: sent(client, OURS, coding)[0].headers["etag"] for coding in DECODED}
    assert len(set(etags.values())) == 3
    answer, _body = sent(client, OURS, "gzip", **{"if-none-match": etags["br"]})
    assert answer.status_code == 200


@pytest.mark.parametrize("path", [OURS, address("live.js")])
def test_a_part_of_a_file_comes_as_before(client, path):
    answer, body = sent(client, path, "br", range="bytes=3-9")
    assert answer.status_code == 206 and body == FILES[OURS].path.read_bytes()[3:10]
    assert "content-encoding" not in answer.headers


@pytest.mark.parametrize("path", ["/assets/none.js", address("none.js"), "/static/js/none.js"])
def test_an_unknown_name_is_not_found(client, path):
    assert client.get(path).status_code == 404
    assert client.post(OURS).status_code == 405


@pytest.mark.parametrize(
    ("path", "caching"),
    [
        (SCRIPT, static_files.FOR_GOOD),
        (address("live.js"), static_files.FOR_GOOD),
        (FONT, static_files.FOR_GOOD),
        (OURS, static_files.ASK_FIRST),
        ("/assets/0123456789ab/live.js", static_files.ASK_FIRST),  # of before an upgrade
    ],
)
def test_a_browser_keeps_for_good_what_its_address_says_the_version_of(client, path, caching):
    answer = client.get(path)
    assert answer.status_code == 200 and answer.headers["cache-control"] == caching
    if path.endswith("live.js"):
        assert answer.content == FILES[OURS].path.read_bytes()


def test_fonts_and_pictures_are_not_compressed_again(client):
    for path in (FONT, address("icon.png")):
        answer, _body = sent(client, path, "br, gzip")
        assert "content-encoding" not in answer.headers and "vary" not in answer.headers


def test_a_file_that_changes_makes_another_version(tmp_path):
    script = tmp_path / "a.js"
    script.write_text("1")
    first = version_of(tmp_path)
    script.write_text("2")
    changed = version_of(tmp_path)
    script.rename(tmp_path / "b.js")
    assert len({first, changed, version_of(tmp_path)}) == 3 and len(first) == 12


def test_the_font_of_icons_holds_every_icon_that_is_used():
    known = icons.icons(icons.original())
    missing = icons.used(known) - icons.icons(TTFont(icons.TARGET)).keys()
    assert not missing, f"run `python -m docs.icons`: {missing}"


def test_no_font_is_declared_that_no_page_draws_with(client):
    style = next(path for path in FILES if path.startswith("/static/css/index."))
    text = client.get(style).text
    for family in ("Source Sans", "Source Serif", "Material Symbols Rounded"):
        assert f"font-family:{family}" in FILES[style].path.read_text(encoding="utf-8")
        assert f"font-family:{family}" not in text
    assert ".katex{" in text and "font-family:Source Code Pro" in text


def test_the_tab_shows_our_icon_where_streamlit_would_show_its_own(client):
    assert client.get("/favicon.png").content == (ASSETS / "icon.png").read_bytes()
