"""The start page of the installed Streamlit speaks the visitor's language from its first byte."""

import base64
import hashlib
import importlib.util
import json
import re
from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.responses import FileResponse, PlainTextResponse
from starlette.routing import Route
from starlette.testclient import TestClient

from data.words import catalogue
from web import compression, preload, security
from web.paths import VERSION
from web.start_page import StartPage

PAGE = Path(importlib.util.find_spec("streamlit").origin).parent / "static" / "index.html"


@pytest.fixture
def client():
    routes = [
        Route("/", lambda request: FileResponse(PAGE)),
        Route("/update", lambda request: FileResponse(PAGE)),
        Route("/plain", lambda request: PlainTextResponse('<html lang="en">')),
    ]
    middleware = [Middleware(StartPage), Middleware(GZipMiddleware)]  # as Streamlit compresses
    return TestClient(Starlette(routes=routes, middleware=middleware))


@pytest.mark.parametrize(
    ("address", "cookie", "language"),
    [("/", None, "vi"), ("/", "en", "en"), ("/?lang=en", "vi", "en"), ("/", "fr", "vi")],
)
def test_the_first_html_names_its_language_and_is_not_to_be_translated(
    client, address, cookie, language
):
    headers = {"accept": "text/html,*/*", "accept-encoding": "", "if-none-match": '"x"'}
    headers |= {"cookie": f"san_sang_language={cookie}"} if cookie else {}
    answer = client.get(address, headers=headers)
    assert f'<html lang="{language}" translate="no">' in answer.text
    assert f"<title>{catalogue(language)['app.name']}</title>" in answer.text
    words = json.loads(re.search(r"<script [^>]*data-words>(.+?)</script>", answer.text)[1])
    assert words["live"][language]["waiting"] == catalogue(language)["live.waiting"]
    assert ["No results", catalogue("vi")["framework.no_results"]] in words["framework"]
    again = client.get(address, headers=headers | {"if-none-match": answer.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


def page(client, path="/", **headers) -> str:
    return client.get(path, headers={"accept": "text/html", **headers}).text


def test_it_is_compressed_as_soon_as_its_form_is_ready(client, tmp_path, monkeypatch):
    monkeypatch.setattr(compression.forms, "folder", tmp_path)
    monkeypatch.setattr(compression.forms, "later", lambda work: work())
    answer = client.get("/", headers={"accept": "text/html", "accept-encoding": "gzip"})
    assert answer.headers["content-encoding"] == "gzip" and len(answer.content) > 3000
    assert int(answer.headers["content-length"]) < 3400
    assert answer.headers["vary"] == "Accept-Encoding, Cookie"


def test_what_has_to_come_before_the_first_script_does(client):
    text = page(client)
    first = text.index('<script type="module"')
    for inline in preload.INLINE:
        assert f">{inline}</script>" in text[:first]
        digest = base64.b64encode(hashlib.sha256(inline.encode()).digest()).decode()
        assert f"'sha256-{digest}'" in security.policy("gate.test")
    assert text.index("charset") < 200 and text.index("modulepreload") > first


def test_it_names_no_font_that_is_not_used_and_every_address_with_its_version(client):
    text = page(client, "/update")
    assert "SourceSans" not in text
    own = re.findall(r'(?:src|href)="(/assets/[^"]+)"', text)
    assert len(own) >= 5 and all(one.startswith(f"/assets/{VERSION}/") for one in own)
    assert text.index("style.css") > text.index('id="root"')


def test_every_other_answer_passes_untouched(client):
    assert client.get("/plain").text == '<html lang="en">'
    assert client.head("/").headers["content-length"] == str(PAGE.stat().st_size)
