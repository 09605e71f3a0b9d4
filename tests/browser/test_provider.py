"""Signing in through an identity provider, in a browser: whose word counts, for whom, in which
browser, and what is left of it.
"""

import re
import secrets
import shutil
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from playwright.sync_api import BrowserContext, Page, expect
from sqlmodel import select

from data import audit
from data.access import accounts, invitations, sign_ins
from data.commands import Origin, run
from data.events import loading
from data.events.clock import real_now
from data.events.current import current_event
from data.storage import database
from data.words import LANGUAGES, catalogue
from models.access.sign_ins import PROVIDER_COOKIES, Invitation
from tests import stage
from tests.browser.conftest import pointed_at
from tests.browser.screen import SIZES, control, photograph, settle
from tests.serving import Server
from tests.stage import manage
from tests.web.provider import (
    BY_A_SHARED_SECRET,
    FAULTS,
    MOVED,
    SIGNED_BY_ANOTHER,
    UNSIGNED,
    WITH_ITS_OWN_KEY,
    Provider,
)

EMAIL, LEAD = "an.ninh@vi-du.vn", "lead.an_ninh"
TICKET, LOGIN = "**/join/*", "**/auth/login*"


@pytest.fixture(scope="module")
def provider() -> Iterator[Provider]:
    one = Provider().start()
    yield one
    one.stop()


@pytest.fixture(scope="module")
def believing(provider, sqlite_databases, tmp_path_factory) -> Iterator[Callable[..., Server]]:
    """Starts servers of the small event, loaded for real, that let in whom the provider vouches
    for; they log all they can.
    """
    started: list[Server] = []

    def start(**settings: str) -> Server:
        folder = tmp_path_factory.mktemp("provider")
        address, told = f"sqlite:///{(folder / 'live.db').as_posix()}", folder / "secrets.toml"
        shutil.copy(sqlite_databases.template_file("tables"), folder / "live.db")
        pointed_at(address)
        database.run(loading.load_event, folder=stage.SMALL, rehearsal=False, now=real_now())
        number = stage.person(LEAD).id
        manage(
            accounts.set_email,
            person_id=number,
            email=EMAIL,
            by=stage.person("admin"),
            when=real_now(),
        )
        loud = {
            "STREAMLIT_SECRETS_FILES": str(told),
            "LOG_LEVEL": "debug",
            "STREAMLIT_LOGGER_LEVEL": "debug",
        }
        started.append(Server(address, folder / "server.log", **loud, **settings))
        told.write_text(provider.registered(started[-1]), encoding="utf-8")
        return started[-1].start()

    yield start
    for server in started:
        server.stop()


@pytest.fixture(scope="module")
def _house(believing) -> Server:
    return believing()


@pytest.fixture(scope="module")
def _trusting(believing) -> Server:
    return believing(PROVIDER_VOUCHES_FOR_EMAILS="1")


@pytest.fixture
def house(_house) -> Iterator[Server]:
    """The server, and its database as the one that this process reads and writes."""
    pointed_at(_house.database)
    yield _house
    database.dispose()


@pytest.fixture
def trusting(_trusting) -> Iterator[Server]:
    """One whose operator says that the provider's addresses are all its organisation's own."""
    pointed_at(_trusting.database)
    yield _trusting
    database.dispose()


def way_in(page: Page, language: str = "vi") -> Page:
    """Takes the way to the provider that the sign-in page offers."""
    page.get_by_role("link", name=catalogue(language)["sign_in.by_provider"]).click()
    return page


def signed_in(page: Page, at: Server) -> Page:
    """Signs in, and waits until the lead's own page is there."""
    page.goto(f"{at.address}/sign-in")
    way_in(page).locator(control("home_waiting")).wait_for()
    return settle(page)


def kept(one: Page | BrowserContext) -> set[str]:
    """The names of the cookies of somebody who signed in, ours or Streamlit's."""
    browser = one.context if isinstance(one, Page) else one
    names = {cookie["name"].partition(".")[0] for cookie in browser.cookies()}
    return {name for name in names if name == "san_sang" or name.startswith(PROVIDER_COOKIES)}


def is_out(page: Page, at: Server) -> None:
    """Nobody is signed in here: not by a cookie, not on a page that was loaded again, and a page
    for those who are signed in leads to where one signs in."""
    assert kept(page) == set()
    page.goto(at.address)
    settle(page).get_by_role("button", name=catalogue("vi")["sign_in.by_provider"]).wait_for()
    expect(page.locator(".st-key-frame_who")).to_have_count(0)
    told = page.context.request.get(f"{at.address}/account", max_redirects=0)
    assert (told.status, told.headers["location"]) == (303, "/sign-in?next=/account")


def sign_ins_of_lead() -> list[audit.AuditRow]:
    with database.reading() as session:
        rows = audit.rows(
            session,
            current_event(session),
            audit.Filter(person_id=stage.person(LEAD).id),
            limit=1000,
        )
    return [row for row in rows if row.command == "sign_in"]


# --- in -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
def test_whom_the_provider_vouches_for_is_signed_in_as_the_person_with_that_address(
    house, provider, tab, language, watch_tab
):
    provider.expects(EMAIL.upper(), email_verified=True, asks=True)
    one, before = tab(house, size=SIZES["phone"], language=language), len(sign_ins_of_lead())
    seen = watch_tab(one, house.address)
    one.goto(f"{house.address}/sign-in")
    photograph(one, f"sign-in-provider.{language}.390x844")
    way_in(one, language)
    one.get_by_role("button", name="Allow").click()
    one.locator(control("home_waiting")).wait_for()
    person = stage.person(LEAD)
    settle(one).locator(".st-key-frame_who button").first.click()
    one.get_by_text(person.name_vi if language == "vi" else person.name_en).first.wait_for()
    assert kept(one) == {"san_sang"}, (
        "our own sign-in counts, and nothing is left of the provider's"
    )
    assert len(sign_ins_of_lead()) == before + 1
    newest = sign_ins_of_lead()[0]
    assert (newest.what["how"], newest.address) == ("provider", "127.0.0.1")
    assert seen.foreign and {address.partition("?")[0] for address in seen.foreign} <= {
        f"{provider.address}/{path}" for path in ("authorize", "consent", "favicon.ico")
    }, "nobody is asked but the provider, by the browser's own way there"
    assert [said for said in seen.complaints if "favicon" not in said] == []


def test_the_first_page_offers_the_provider_too(house, provider, tab):
    provider.expects(EMAIL, email_verified=True)
    one = tab(house)
    one.goto(house.address)
    settle(one).get_by_role("button", name=catalogue("vi")["sign_in.by_provider"]).click()
    one.locator(control("home_waiting")).wait_for()
    assert kept(one) == {"san_sang"}


@pytest.mark.parametrize("groups", [60, 120])
def test_somebody_of_whom_the_provider_tells_much_gets_in_as_well(house, provider, tab, groups):
    """The framework cuts what it keeps of him into several cookies; all of them are taken away
    again.
    """
    provider.expects(
        EMAIL, email_verified=True, groups=[secrets.token_hex(18) for _ in range(groups)]
    )
    assert kept(signed_in(tab(house), house)) == {"san_sang"}


def test_ending_it_closes_the_open_page_as_with_any_other_sign_in(house, provider, tab):
    provider.expects(EMAIL, email_verified=True)
    one = signed_in(tab(house), house)
    with database.reading() as session:
        newest = max(browser.id for browser in sign_ins.browsers(session, now=real_now()))
    manage(sign_ins.end_sign_in, sign_in_id=newest, by=stage.person("admin"), when=real_now())
    one.wait_for_url("**/sign-in?ended")
    one.goto(f"{house.address}/update")
    one.wait_for_url("**/sign-in?ended")


# --- not in ---------------------------------------------------------------------------------------


NOT_LET_IN = (  # what the provider says of somebody, and the refusal
    ({"email": "nguoi.la@vi-du.vn", "email_verified": True}, "email_unknown"),
    ({"email": EMAIL, "email_verified": False}, "email_unverified"),
    ({"email": EMAIL, "email_verified": "true"}, "email_unverified"),
    ({"email": EMAIL}, "email_unverified"),
    ({"email": None}, "email_unverified"),
)
# Each refusal in both languages; the other ways to the same refusal in one of them.
TOLD = [(*NOT_LET_IN[number], language) for number in (0, 1) for language in LANGUAGES]
TOLD += [(*one, LANGUAGES[number % 2]) for number, one in enumerate(NOT_LET_IN[2:])]


@pytest.mark.parametrize(("claims", "code", "language"), TOLD)
def test_whoever_may_not_enter_is_told_why_in_one_sentence(
    house, provider, tab, claims, code, language
):
    provider.expects(**claims)
    one, words = tab(house, language=language), catalogue(language)
    one.goto(f"{house.address}/sign-in")
    way_in(one, language)
    told = one.get_by_test_id("stAlert")
    told.wait_for()
    expect(told).to_have_text(re.compile(re.escape(words[f"refusal.{code}"])))
    expect(told).to_have_count(1)
    assert kept(one) <= {PROVIDER_COOKIES}, (
        "what he said of himself, and none of the provider's tokens"
    )
    photograph(settle(one), f"provider-{code}.{language}.1440x900")
    settle(one).get_by_role("button", name=words["frame.sign_out"]).click()
    one.get_by_role("button", name=words["sign_in.by_provider"]).wait_for()
    assert kept(one) == set()


@pytest.mark.parametrize("claims", [{}, {"email_verified": False}])
def test_an_unverified_address_counts_where_the_provider_vouches_for_all(
    trusting, provider, tab, claims
):
    provider.expects(EMAIL, **claims)
    assert kept(signed_in(tab(trusting), trusting)) == {"san_sang"}


def test_a_token_that_is_not_the_providers_word_leads_back_to_the_first_page(house, provider, tab):
    provider.expects(EMAIL, email_verified=True, fault=SIGNED_BY_ANOTHER)
    one = tab(house)
    one.goto(f"{house.address}/sign-in")
    with one.expect_response(lambda answer: "/oauth2callback" in answer.url):
        way_in(one)
    settle(one).get_by_role("button", name=catalogue("vi")["sign_in.by_provider"]).wait_for()
    is_out(one, house)


@pytest.mark.filterwarnings("ignore:JWS algorithm")
def test_a_token_that_is_not_the_providers_word_for_us_and_now_signs_nobody_in(
    house, provider, tab, open_context
):
    """Each fault on the way that a page has taken, asked without drawing the page it leads to."""
    one = tab(house)
    one.route(LOGIN, lambda route: route.abort())
    with one.expect_request(LOGIN) as caught:
        one.goto(f"{house.address}/sign-in")
        way_in(one)
    faults = [*FAULTS, SIGNED_BY_ANOTHER, UNSIGNED, WITH_ITS_OWN_KEY, BY_A_SHARED_SECRET, MOVED]
    for fault in (*faults, None):
        provider.expects(EMAIL, email_verified=True, fault=fault)
        given, browser = len(provider.given), open_context(house)
        led = browser.request.get(caught.value.url)
        assert (led.status, led.url.partition("?")[0]) == (200, f"{house.address}/"), fault
        assert len(provider.given) > given, f"{fault}: the provider was asked"
        # The control: without a fault the same way is one in.
        assert bool(kept(browser)) is (fault is None), fault
        account = browser.request.get(f"{house.address}/account", max_redirects=0)
        assert (account.status, account.headers["location"]) == (303, "/sign-in?next=/account")


def test_who_refuses_at_the_provider_is_where_he_was(house, provider, tab):
    provider.expects(EMAIL, email_verified=True, asks=True)
    one = tab(house)
    one.goto(f"{house.address}/sign-in")
    with one.expect_response(lambda answer: "/oauth2callback" in answer.url):
        way_in(one).get_by_role("button", name="Refuse").click()
    settle(one).get_by_role("button", name=catalogue("vi")["sign_in.by_provider"]).wait_for()
    is_out(one, house)


def test_an_answer_that_this_browser_did_not_ask_for_signs_nobody_in(house, provider, tab):
    """Another's code, handed to somebody so that he works under another's name."""
    provider.expects(EMAIL, email_verified=True)
    his, hers = tab(house), tab(house)
    with his.expect_request("**/oauth2callback*") as caught:
        his.route("**/oauth2callback*", lambda route: route.abort())
        his.goto(f"{house.address}/sign-in")
        way_in(his)
    hers.goto(caught.value.url)
    settle(hers).get_by_role("button", name=catalogue("vi")["sign_in.by_provider"]).wait_for()
    is_out(hers, house)


# --- the ticket -----------------------------------------------------------------------------------


@pytest.fixture
def ticket(house, provider, tab) -> tuple[Page, str]:
    """A browser just before it hands its ticket in, and the address that it would have handed it
    in at.
    """
    provider.expects(EMAIL, email_verified=True)
    one = tab(house)
    one.route(TICKET, lambda route: route.abort())
    with one.expect_request(TICKET) as caught:
        one.goto(f"{house.address}/sign-in")
        way_in(one)
    assert kept(one) and "san_sang" not in kept(one)
    return one, caught.value.url


def handed_in(page: Page, address: str, at: Server) -> int:
    return page.context.request.post(
        address, headers={"Origin": at.address}, max_redirects=0
    ).status


def test_a_ticket_is_good_once_and_only_in_its_own_browser(house, ticket, tab):
    one, address = ticket
    other = tab(house)
    assert handed_in(other, address, house) == 403 and kept(other) == set()
    assert handed_in(one, address, house) == 303 and kept(one) == {"san_sang"}
    assert handed_in(one, address, house) == 403
    assert handed_in(other, address, house) == 403 and kept(other) == set()


def test_a_ticket_is_good_for_a_minute(house, ticket):
    one, address = ticket
    with database.writing() as session:
        given = session.exec(select(Invitation).order_by(Invitation.id.desc())).first()
        assert given.expires_at - given.made_at == timedelta(minutes=1)
        given.expires_at = real_now()
        session.add(given)
    assert handed_in(one, address, house) == 403 and "san_sang" not in kept(one)


def test_another_site_cannot_hand_a_ticket_in(house, ticket):
    one, address = ticket
    told = one.context.request.post(address, headers={"Origin": "http://evil.vn"}, max_redirects=0)
    assert told.status == 403 and "san_sang" not in kept(one)
    assert handed_in(one, address, house) == 303


# --- out ------------------------------------------------------------------------------------------


def test_signing_out_leaves_nobody_signed_in(house, provider, tab):
    provider.expects(EMAIL, email_verified=True)
    one = signed_in(tab(house), house)
    provider.expects("nguoi.la@vi-du.vn", email_verified=True)
    one.locator(".st-key-frame_who button").first.click()
    one.get_by_role("button", name=catalogue("vi")["frame.sign_out"]).click()
    one.get_by_role("button", name=catalogue("vi")["sign_in.by_provider"]).wait_for()
    is_out(one, house)


def test_a_tab_from_before_signs_nobody_in_again(house, ticket):
    """It still knows what the provider said; the browser does not any more."""
    before, address = ticket
    now = before.context.new_page()
    assert handed_in(before, address, house) == 303
    now.goto(f"{house.address}/update")
    settle(now).locator(".st-key-frame_who button").first.click()
    now.get_by_role("button", name=catalogue("vi")["frame.sign_out"]).click()
    now.wait_for_url(f"{house.address}/")
    before.unroute(TICKET)
    before.bring_to_front()
    settle(before)
    with before.expect_response(TICKET) as caught:
        before.get_by_role("button", name=catalogue("vi")["app.language"]).click()
    assert caught.value.status == 403
    assert "san_sang" not in kept(before)


def test_any_other_way_in_or_out_forgets_the_provider_as_well(house, provider, tab):
    provider.expects("nguoi.la@vi-du.vn", email_verified=True)
    for way in ("in", "out"):
        one = tab(house)
        one.goto(f"{house.address}/sign-in")
        way_in(one)
        one.get_by_test_id("stAlert").wait_for()
        assert kept(one) != set()
        link = run(Origin(real=real_now()), invitations.invite_from_command_line, key="media")
        path, left = ("/sign-out", set()) if way == "out" else (f"/join/{link}", {"san_sang"})
        assert handed_in(one, f"{house.address}{path}", house) == 303
        assert kept(one) == left


# --- the log --------------------------------------------------------------------------------------


def test_the_log_holds_nothing_that_was_given_to_anybody(house, provider):
    assert provider.given and "web.requests_log" in house.log
    found = [
        secret
        for secret in (*provider.given, provider.client_secret, EMAIL, "nguoi.la@vi-du.vn")
        if secret in house.log
    ]
    assert found == []
    assert "a page failed" not in house.log
