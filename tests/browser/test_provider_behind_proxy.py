"""Signing in through an identity provider where two processes stand behind the shipped proxy,
and one begins what the other ends.
"""

import secrets
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page

from data.access import accounts
from data.events import loading
from data.events.clock import real_now
from data.storage import database, migrate
from data.words import catalogue
from models.access.sign_ins import PROVIDER_COOKIES
from tests import stage
from tests.browser.conftest import pointed_at
from tests.browser.screen import control, settle
from tests.proxy import Process, Proxy
from tests.stage import manage
from tests.web.provider import Provider

EMAIL = "an.ninh@vi-du.vn"
SAY = catalogue("vi")


@pytest.fixture(scope="module")
def house(tmp_path_factory) -> Iterator[tuple[Proxy, Provider]]:
    """The proxy before two processes of a real event, and the provider that they believe."""
    folder = tmp_path_factory.mktemp("proxy")
    address, told = f"sqlite:///{(folder / 'live.db').as_posix()}", folder / "secrets.toml"
    pointed_at(address)
    migrate.upgrade()
    database.run(loading.load_event, folder=stage.SMALL, rehearsal=False, now=real_now())
    number = stage.person("lead.an_ninh").id
    manage(
        accounts.set_email, person_id=number, email=EMAIL, by=stage.person("admin"), when=real_now()
    )
    database.dispose()
    provider = Provider().start()
    both = [Process(name, address, folder / f"process_{name}.txt") for name in "ab"]
    proxy = Proxy(folder, *both)
    told.write_text(provider.registered(proxy), encoding="utf-8")
    try:
        for process in both:
            process.settings["STREAMLIT_SECRETS_FILES"] = str(told)
            process.start()
        yield proxy.start(), provider
    finally:
        for one in (proxy, *both, provider):
            one.stop()


@pytest.fixture
def tab(chromium, house) -> Iterator[Page]:
    context = chromium.new_context(ignore_https_errors=True)
    context.set_default_timeout(15_000)
    keep_to("a", context, house[0])
    yield context.new_page()
    context.close()


def keep_to(process: str, context, proxy: Proxy) -> None:
    """Sends this browser to that process from here on."""
    context.add_cookies([{"name": proxy.way, "value": process, "url": proxy.address}])


def begin(tab: Page, proxy: Proxy) -> None:
    tab.goto(f"{proxy.address}/sign-in")
    tab.get_by_role("link", name=SAY["sign_in.by_provider"]).click()


@pytest.mark.parametrize("groups", [0, 120])
def test_what_one_process_began_the_other_one_ends(house, tab, groups):
    """And much that the provider tells of somebody passes the proxy as well."""
    proxy, provider = house
    provider.expects(
        EMAIL, email_verified=True, asks=True, groups=[secrets.token_hex(18) for _ in range(groups)]
    )
    begin(tab, proxy)
    tab.get_by_role("button", name="Allow").wait_for()
    keep_to("b", tab.context, proxy)
    tab.get_by_role("button", name="Allow").click()
    tab.locator(control("home_waiting")).wait_for()
    settle(tab).locator(".st-key-frame_who").wait_for()
    names = {cookie["name"].partition(".")[0] for cookie in tab.context.cookies()}
    assert "san_sang" in names and not [name for name in names if name.startswith(PROVIDER_COOKIES)]


def test_no_cookie_of_the_providers_sign_in_goes_without_tls(house, tab):
    proxy, provider = house
    provider.expects("nguoi.la@vi-du.vn", email_verified=True)
    begin(tab, proxy)
    tab.get_by_test_id("stAlert").wait_for()
    cookies = [
        cookie
        for cookie in tab.context.cookies()
        if not cookie["name"].startswith(("san_sang_language", "san_sang_way"))
    ]
    assert [cookie for cookie in cookies if cookie["name"].startswith(PROVIDER_COOKIES)]
    assert [cookie["name"] for cookie in cookies if not cookie["secure"]] == []
