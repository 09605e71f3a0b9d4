"""The start page of the installed Streamlit speaks the visitor's language from its first byte."""

import importlib.util
from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.responses import FileResponse, PlainTextResponse
from starlette.routing import Route
from starlette.testclient import TestClient

from data.words import catalogue
from web.start_page import StartPage

PAGE = Path(importlib.util.find_spec("streamlit").origin).parent / "static" / "index.html"


@pytest.fixture
def client():
    routes = [
        Route("/", lambda request: FileResponse(PAGE)),
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
    headers = {"accept": "text/html,*/*", "if-none-match": '"x"'}
    headers |= {"cookie": f"san_sang_language={cookie}"} if cookie else {}
    answer = client.get(address, headers=headers)
    assert f'<html lang="{language}" translate="no">' in answer.text
    assert f"<title>{catalogue(language)['app.name']}</title>" in answer.text
    assert catalogue(language)["live.waiting"] in answer.text
    assert "etag" not in answer.headers  # of the file, which is in no language
    assert int(answer.headers["content-length"]) == len(answer.content)


def test_every_other_answer_passes_untouched(client):
    assert client.get("/plain").text == '<html lang="en">'
    assert client.head("/").headers["content-length"] == str(PAGE.stat().st_size)
