"""Tests of data/access/oidc_config.py: what has to be said of an identity provider before anybody
may sign in through it.
"""

from collections.abc import Callable, Iterator

import pytest

from data.access import oidc_config
from models.refusals import Refusal

WHOLE = {
    "redirect_uri": "https://san-sang.vi-du.vn/oauth2callback",
    "cookie_secret": "Xk3vT9_bLq-7mZpR2sWyN8cHdJf4GuQa",
    "client_id": "san_sang",
    "client_secret": "s",
    "server_metadata_url": "https://id.vi-du.vn/.well-known/openid-configuration",
}


@pytest.fixture
def secrets(tmp_path, monkeypatch) -> Iterator[Callable[..., None]]:
    """Writes what Streamlit's secrets say, a file for each text."""

    def say(*texts: str) -> None:
        files = [tmp_path / f"secrets{number}.toml" for number in range(len(texts))]
        for file, text in zip(files, texts):
            file.write_text(text, encoding="utf-8")
        monkeypatch.setenv(
            "STREAMLIT_SECRETS_FILES", " ".join(map(str, [*files, tmp_path / "missing.toml"]))
        )
        oidc_config.provider.cache_clear()

    yield say
    oidc_config.provider.cache_clear()


def table(settings: dict) -> str:
    return "\n".join(["[auth]", *(f'{name} = "{value}"' for name, value in settings.items())])


def test_a_whole_table_is_a_provider(secrets):
    secrets(table(WHOLE))
    oidc_config.require_provider()
    assert oidc_config.has_provider()


@pytest.mark.parametrize("texts", [(), ("",), ("[other]\nx = 1",)])
def test_without_the_table_there_is_none_and_that_is_no_fault(secrets, texts):
    secrets(*texts)
    oidc_config.require_provider()
    assert not oidc_config.has_provider()


def test_what_a_later_file_says_counts(secrets):
    secrets(table(WHOLE | {"client_id": "first"}), table(WHOLE), "[other]\nx = 1")
    assert oidc_config.provider()["client_id"] == "san_sang"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        *((name, "") for name in WHOLE),
        *((name, None) for name in WHOLE),
        ("cookie_secret", "Xk3vT9_bLq-7mZpR2sWyN8cHdJf4GuQ"),
        ("redirect_uri", "https://san-sang.vi-du.vn/"),
        ("server_metadata_url", "http://id.vi-du.vn/.well-known/openid-configuration"),
        ("server_metadata_url", "http://127.0.0.1.evil.vn/"),
    ],
)
def test_what_is_missing_or_not_fit_is_named(secrets, name, value):
    secrets(table({key: one for key, one in (WHOLE | {name: value}).items() if one is not None}))
    with pytest.raises(Refusal) as refused:
        oidc_config.require_provider()
    assert (refused.value.code, refused.value.facts["names"]) == ("provider_incomplete", name)


def test_a_provider_that_only_has_a_name_of_its_own_is_not_what_is_asked_for(secrets):
    secrets('[auth.microsoft]\nclient_id = "x"')
    with pytest.raises(Refusal):
        oidc_config.require_provider()


def test_a_file_that_cannot_be_read_is_named(secrets):
    secrets("[auth")
    with pytest.raises(Refusal) as refused:
        oidc_config.require_provider()
    assert refused.value.code == "secrets_malformed" and refused.value.facts["file"].endswith(
        "secrets0.toml"
    )


@pytest.mark.parametrize(
    ("setting", "vouches"), [(None, False), ("", False), ("0", False), ("true", False), ("1", True)]
)
def test_a_provider_vouches_for_addresses_only_where_that_is_said(monkeypatch, setting, vouches):
    monkeypatch.delenv("PROVIDER_VOUCHES_FOR_EMAILS", raising=False)
    if setting is not None:
        monkeypatch.setenv("PROVIDER_VOUCHES_FOR_EMAILS", setting)
    assert oidc_config.vouches_for_emails() is vouches
