"""Signing in and out: only in a rehearsal without a password, never for another site, never on
to another host.
"""

import re
from urllib.parse import quote

import pytest

from data import audit
from data.access import invitations, people, sign_ins
from data.commands import Origin, run
from data.events.clock import real_now
from data.events.current import require_event
from data.storage import database, identity
from data.words import catalogue
from models.events.event import Event

pytestmark = pytest.mark.xdist_group("web")

ELSEWHERE = [
    "//evil.vn",
    "/\\evil.vn",
    "\\\\evil.vn",
    "https://evil.vn",
    "evil.vn",
    "/\t/evil.vn",
    "/\n//evil.vn",
    "javascript:alert(1)",
    "//[",
    "http://[evil.vn",
]


def enter(server, person="lead.an_ninh", **sent):
    return server.ask(
        "/sign-in", method="POST", form={"person": person, "next": sent.pop("next", "")}, **sent
    )


def who(token: str):
    with database.reading() as session:
        number = sign_ins.sign_in_of(session, token.rpartition(".")[0], now=real_now())
        person = sign_ins.visitor_of(session, number, now=real_now()).person
        return person.key if person else None


@pytest.mark.parametrize("language", ["vi", "en"])
def test_a_rehearsal_offers_every_role_in_one_tap(server, language):
    page = server.ask(f"/sign-in?lang={language}")
    assert page.status == 200 and page.headers["cache-control"] == "no-store"
    with database.reading() as session:
        for person in people.people(session):
            assert (f'value="{person.key}"' in page.text) is (person.role != "display"), person.key
    assert catalogue(language)["sign_in.rehearsal"] in page.text
    assert catalogue(language)["app.rehearsal"] in page.text


def test_the_language_of_the_cookie_is_spoken(server):
    assert (
        catalogue("en")["sign_in.title"]
        in server.ask("/sign-in", Cookie="san_sang_language=en").text
    )


@pytest.mark.parametrize("path", ["/sign-in", "/join/x", "/unlock"])
def test_a_plain_page_offers_the_other_language_and_keeps_the_one_asked_for(server, path):
    page = server.ask(path)
    if page.status == 303:  # no desk is locked here
        return
    assert f'href="{path}?lang=en"' in page.text and "language" not in str(page.set_cookies)
    english = server.ask(f"{path}?lang=en")
    assert f'href="{path}?lang=vi"' in english.text
    assert english.cookies["san_sang_language"] == "en"
    wanted = server.ask("/sign-in?next=/log")
    assert 'href="/sign-in?lang=en&amp;next=%2Flog"' in wanted.text


def test_signing_in_sets_a_cookie_that_no_script_can_read(server):
    answer = enter(server)
    assert answer.status == 303 and answer.headers["location"] == "/"
    cookie = answer.headers["set-cookie"]
    assert (
        cookie.startswith(f"{identity.cookie('san_sang')}=")
        and "HttpOnly" in cookie
        and "SameSite=lax" in cookie
        and "Path=/" in cookie
    )
    assert who(answer.cookies["san_sang"]) == "lead.an_ninh"


def test_only_the_hash_of_the_token_is_kept(server):
    token = enter(server).cookies["san_sang"]
    with database.reading() as session:
        kept = session.connection().exec_driver_sql("SELECT token_hash FROM signin").scalars().all()
    assert kept and token not in kept and token.rpartition(".")[0] not in kept


def test_one_goes_on_to_where_one_wanted(server):
    assert enter(server, next="/attendance?item=3").headers["location"] == "/attendance?item=3"


@pytest.mark.parametrize("address", ELSEWHERE)
def test_nobody_is_led_to_another_host(server, address):
    assert enter(server, next=address).headers["location"] == "/"


@pytest.mark.parametrize("address", ELSEWHERE)
def test_the_form_carries_no_address_of_another_host(server, address):
    assert "evil" not in server.ask(f"/sign-in?next={quote(address)}").text


def test_what_the_address_carries_is_no_markup(server):
    assert "<script" not in server.ask("/sign-in?next=/%22%3E%3Cscript%3E").text


def test_an_unknown_role_is_refused_in_one_sentence(server):
    answer = enter(server, person="nobody")
    assert answer.status == 403 and "set-cookie" not in answer.headers
    assert catalogue("vi")["refusal.person_unknown"].format(person="nobody") in answer.text


def test_a_real_event_offers_no_role_and_accepts_none(real_server):
    page = real_server.ask("/sign-in")
    assert catalogue("vi")["sign_in.real"] in page.text and 'name="person"' not in page.text
    answer = enter(real_server, person="command")
    assert answer.status == 403 and "set-cookie" not in answer.headers
    assert catalogue("vi")["refusal.not_a_rehearsal"] in answer.text


@pytest.mark.parametrize("origin", ["http://evil.vn", "https://127.0.0.1", "null", "http://["])
def test_another_sites_form_is_turned_away(server, origin):
    answer = enter(server, Origin=origin)
    assert answer.status == 403 and "set-cookie" not in answer.headers
    assert catalogue("vi")["refusal.other_site"] in answer.text


def test_our_own_form_is_accepted(server):
    assert enter(server, Origin=server.address).status == 303


def test_signing_out_ends_the_session_for_good(server):
    token = enter(server).cookies["san_sang"]
    answer = server.ask(
        "/sign-out", method="POST", Cookie=f"san_sang={token}", Origin=server.address
    )
    assert answer.status == 303 and answer.headers["location"] == "/"
    assert answer.cookies == {"san_sang": '""'}
    assert who(token) is None


def test_another_site_cannot_sign_anybody_out(server):
    token = enter(server).cookies["san_sang"]
    assert (
        server.ask(
            "/sign-out", method="POST", Cookie=f"san_sang={token}", Origin="http://evil.vn"
        ).status
        == 403
    )
    assert who(token) == "lead.an_ninh"


def test_signing_out_needs_a_post(server):
    token = enter(server).cookies["san_sang"]
    server.ask("/sign-out", Cookie=f"san_sang={token}")
    assert who(token) == "lead.an_ninh"


def test_an_invitation_signs_one_browser_in_once(server):
    link = run(Origin(real=real_now()), invitations.invite_from_command_line, key="lead.hau_can")
    with database.reading() as session:
        name = people.person_by_key(session, "lead.hau_can").name_vi
    told = catalogue("vi")["sign_in.invited_as"].format(person=name)
    assert told in server.ask(f"/join/{link}").text and told not in server.ask("/join/x").text
    page = server.ask(f"/join/{link}")
    assert page.status == 200 and 'method="post"' in page.text
    assert set(page.cookies) == {"san_sang_trial"}
    browser = {"Origin": server.address, "Cookie": "san_sang_trial=1"}
    first = server.ask(f"/join/{link}", method="POST", **browser)
    assert first.status == 303 and who(first.cookies["san_sang"]) == "lead.hau_can"
    second = server.ask(f"/join/{link}", method="POST", **browser)
    assert second.status == 403 and "set-cookie" not in second.headers
    assert catalogue("vi")["refusal.invitation_unknown"] in second.text


def test_another_site_cannot_use_an_invitation_up(server):
    link = run(Origin(real=real_now()), invitations.invite_from_command_line, key="lead.hau_can")
    browser = {"method": "POST", "Cookie": "san_sang_trial=1"}
    assert server.ask(f"/join/{link}", **browser, Origin="http://evil.vn").status == 403
    assert server.ask(f"/join/{link}", **browser, Origin=server.address).status == 303


def test_a_browser_that_returns_no_cookies_does_not_use_an_invitation_up(server):
    link = run(Origin(real=real_now()), invitations.invite_from_command_line, key="lead.hau_can")
    browser = {"method": "POST", "Origin": server.address}
    for kept in ({}, {"Cookie": 'theirs={"a":1}'}):
        refused = server.ask(f"/join/{link}", **browser, **kept)
        assert refused.status == 403 and "set-cookie" not in refused.headers
        assert catalogue("vi")["refusal.cookies_needed"] in refused.text
    kept = {"Cookie": 'theirs={"a":1}; san_sang_trial=1'}
    assert server.ask(f"/join/{link}", **browser, **kept).status == 303


def test_one_browser_holds_several_offices_and_acts_by_one_at_a_time(server):
    browser = {"Origin": server.address}
    jar = enter(server).cookies
    form = {"person": "desk.ban_1", "keep": "1"}
    page = server.ask("/sign-in?keep=1", Cookie=shown(jar))
    assert 'name="keep"' in page.text and "keep" not in server.ask("/sign-in?keep=1").text
    jar |= server.ask("/sign-in", method="POST", form=form, Cookie=shown(jar)).cookies
    assert who(jar["san_sang"]) == "desk.ban_1"
    other = server.ask("/account", Cookie=shown(jar)).text
    (number,) = re.findall(r'name="office" value="(\d+)"', other)

    stranger = {"san_sang": server.sign_in("media")}
    for held in (stranger, stranger | {"san_sang_offices": "made.up"}):
        answer = server.ask(
            "/account", method="POST", form={"office": number}, Cookie=shown(held), **browser
        )
        assert answer.status == 403 and "set-cookie" not in answer.headers

    answer = server.ask(
        "/account", method="POST", form={"office": number}, Cookie=shown(jar), **browser
    )
    assert answer.status == 303
    before, jar = jar, jar | answer.cookies
    assert (who(jar["san_sang"]), who(before["san_sang"])) == ("lead.an_ninh", "desk.ban_1")
    with database.reading() as session:
        event = require_event(session)
        (row,) = audit.rows(session, event, audit.Filter(topic="people"), limit=1)
        left = people.person_by_key(session, "desk.ban_1")
    assert (row.command, row.person["vi"]) == ("switch_office", left.name_vi)

    out = server.ask("/sign-out", method="POST", Cookie=shown(jar), **browser)
    assert set(out.cookies) == {"san_sang", "san_sang_offices"}
    assert who(jar["san_sang"]) is None and who(before["san_sang"]) is None


def shown(jar: dict[str, str]) -> str:
    return "; ".join(f"{name}={value}" for name, value in jar.items())


def test_an_event_in_vietnamese_only_offers_no_other_language_on_its_plain_pages(server):
    def speak(*, only: bool) -> None:
        with database.writing() as session:
            event = session.get_one(Event, require_event(session).id)
            event.vietnamese_only = only
            session.add(event)

    speak(only=True)
    try:
        for path in ("/sign-in?lang=en", "/join/x?lang=en", "/gate?lang=en"):
            page = server.ask(path)
            assert '<html lang="vi"' in page.text and "lang=vi" not in page.text, path
        assert 'data-word="language" hidden' in server.ask("/gate").text
    finally:
        speak(only=False)
    assert '<html lang="en"' in server.ask("/sign-in?lang=en").text
