"""Where an identity provider is offered, and what stops a start; signing in through one is
tested in tests/browser/test_provider.py.
"""

import pytest

from data.words import LANGUAGES, catalogue
from tests.web.page import Page
from tests.web.test_starting import said, start

pytestmark = pytest.mark.xdist_group("web")


@pytest.mark.parametrize("language", LANGUAGES)
def test_without_a_provider_none_is_offered(server, real_server, language):
    for one in (server, real_server):
        assert (
            catalogue(language)["sign_in.by_provider"]
            not in one.ask(f"/sign-in?lang={language}").text
        )
        with Page(one, cookie=f"san_sang_language={language}") as tab:
            tab.open("home", "provider")
            assert not tab.shows(catalogue(language)["sign_in.by_provider"])
            assert [
                message for message in tab.told if message.WhichOneof("type") == "auth_redirect"
            ] == []


def test_half_a_provider_stops_the_start_and_names_what_is_missing_but_no_secret(tmp_path):
    secrets = tmp_path / "secrets.toml"
    secrets.write_text(
        '[auth]\nclient_id = "x"\nclient_secret = "Zq81"\ncookie_secret = "Wn27"\n',
        encoding="utf-8",
    )
    told = said(start(STREAMLIT_SECRETS_FILES=str(secrets)))
    assert "redirect_uri, cookie_secret, server_metadata_url" in told
    assert "Zq81" not in told and "Wn27" not in told
