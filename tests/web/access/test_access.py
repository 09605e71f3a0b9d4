"""Every route against everybody who may come to it: at a rehearsal and at a real event, with
good cookies and with bad ones.
"""

import http.client
import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest
from sqlmodel import select
from starlette.routing import Mount, WebSocketRoute
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import connect

from data.access import invitations, sign_ins
from data.commands import Origin, run
from data.events.clock import real_now
from data.storage import database
from data.words import catalogue
from models.access.people import OWN_PAGES, Person, Role
from models.attendance.ledger import Delegate
from models.media import MediaItem
from models.readiness.tasks import Section, Task
from tests import warm
from tests.models.access.test_people import MATRIX, ROLES
from tests.pages.visitor import PAGES
from tests.serving import Answer
from tests.stage import manage, revision
from tests.web.page import Page
from tests.web.visitors import MEMBERS, House, sign_in_of
from ui.shell import menu
from web.routes import routes

pytestmark = pytest.mark.xdist_group("web")

ROOT = Path(__file__).parents[3]
WALL = "/wall?embed=true&embed_options=dark_theme"


@dataclass(frozen=True)
class Answered:
    """What a kind of visitor is answered: a status, and where it leads."""

    status: int
    to: str | None = None


@dataclass(frozen=True, eq=False)
class Row:
    """One route: how it is asked, and what everybody is answered. The last three default to what
    outsiders get.
    """

    method: str
    path: str
    outsider: Answered
    member: Answered | None = None
    display: Answered | None = None
    locked: Answered | None = None
    admin: Answered | None = None  # where that differs from members
    sending: Answered | None = None  # whose pages take files, where that differs from members
    sample: Answered | None = None  # of everybody, where only the sample is looked at
    form: dict | None = None
    route: str = ""  # as the application declares it, where `path` fills something in
    spends: bool = False  # it ends the sign-in that asks it

    def expected(self, who: str, *, rehearsal: bool) -> Answered:
        if self.sample and rehearsal:
            return self.sample
        if self.admin and who == "admin":
            return self.admin
        if self.sending and who.partition(".")[0] in SENDERS:
            return self.sending
        kind = {"display": self.display, "locked": self.locked}.get(
            who, self.member if who in MEMBERS else None
        )
        return kind or self.outsider


SENDERS = {"admin", "committee", "command", "lead", "deputy", "rapporteur"}
OK, MISSING, DENIED = Answered(200), Answered(404), Answered(403)
HOME = Answered(303, "/")


ROWS = (
    # ours; `sign-in` with a role that does not exist, since right ones are tested in
    # `test_sign_in.py`
    Row("GET", "/tv", Answered(307, WALL)),
    Row("GET", "/d/made-up", DENIED, route="/d/{token}"),
    # what a right one shows is told in test_calendars.py
    Row("GET", "/calendar/made-up", MISSING, route="/calendar/{token}"),
    Row("GET", "/calendar/made-up.ics", MISSING, route="/calendar/{token}.ics"),
    Row("GET", "/healthz", OK),
    Row("GET", "/readyz", OK),
    Row("GET", "/metrics", OK),  # by the address that asks, see `test_metrics.py`
    Row("GET", "/sign-in", OK),
    Row("POST", "/sign-in", DENIED, form={"person": "somebody"}),
    Row("GET", "/join/made-up", OK, route="/join/{token}"),
    Row("POST", "/join/made-up", DENIED, route="/join/{token}"),
    # a forum that takes questions by telephone: anyone with its address, who shows badge and unit
    Row("GET", "/ask/made-up", MISSING, route="/ask/{token}"),
    Row("POST", "/ask/made-up", MISSING, route="/ask/{token}"),
    Row("GET", "/read/made-up", MISSING, route="/read/{token}"),
    Row("POST", "/read/made-up", MISSING, route="/read/{token}"),
    Row("GET", "/read/made-up/file", MISSING, route="/read/{token}/file"),
    Row("POST", "/sign-out", HOME, spends=True),
    Row("GET", "/account", Answered(303, "/sign-in?next=/account"), member=OK,
    display=Answered(303, "/wall"), locked=Answered(303, "/unlock")),
    Row("POST", "/account", Answered(303, "/sign-in?next=/account"), member=DENIED,
    display=Answered(303, "/wall"), locked=Answered(303, "/unlock")),
    Row("POST", "/lock", Answered(303, "/unlock")),
    Row("GET", "/unlock", HOME, locked=OK),
    Row("POST", "/unlock", HOME, locked=DENIED, form={"pin": ""}),
    # there is an event; from the sample one comes to an own one, see `test_first_start.py`
    Row("GET", "/first-start", HOME, sample=OK),
    Row("POST", "/first-start", HOME, sample=DENIED, form={"what": "sample"}),
    # what an administrator can do there is told in `test_events.py`
    Row("GET", "/switch/1", Answered(303, "/sign-in?next=/events"), admin=OK,
    route="/switch/{event_id:int}"),
    Row("POST", "/switch/1", Answered(303, "/sign-in?next=/events"), admin=DENIED,
    route="/switch/{event_id:int}"),
    Row("GET", "/assets/live.js", OK, route="/assets"),
    # who may see one is told in test_evidence.py; nobody is told that there is one which he may not
    # see
    Row("GET", "/evidence/4711/picture", MISSING, route="/evidence/{number:int}/{size}"),
    # the gate's shell is the same for everybody; what it shows comes by the API, which test_api.py
    # asks as every role
    Row("GET", "/trust", MISSING),  # by plain http there is nothing to trust, see `test_https.py`
    Row("GET", "/trust/san-sang.crt", MISSING),
    Row("GET", "/gate", OK),
    Row("GET", "/gate/worker.js", OK),
    Row("GET", "/gate/manifest.webmanifest", OK),
    Row("GET", "/gate/words/vi.json", OK, route="/gate/words/{language}.json"),
    Row("GET", "/api/v1/docs", OK, route="/api/v1"),
    Row("GET", "/api/v1/openapi.json", OK, route=""),
    # Streamlit's: what no page needs is not there, and files are taken from whoever is signed in
    Row("GET", "/_stcore/health", OK),
    Row("OPTIONS", "/_stcore/health", Answered(204)),
    Row("GET", "/_stcore/host-config", OK),
    Row("GET", "/_stcore/metrics", MISSING),
    Row("OPTIONS", "/_stcore/metrics", MISSING),
    Row("GET", "/media/made-up.png", MISSING, route="/media/{file_id:path}"),
    Row("OPTIONS", "/media/made-up.png", Answered(204), route="/media/{file_id:path}"),
    Row("PUT", "/_stcore/upload_file/x/y", DENIED,
    route="/_stcore/upload_file/{session_id}/{file_id}"),
    Row("DELETE", "/_stcore/upload_file/x/y", DENIED,
    route="/_stcore/upload_file/{session_id}/{file_id}"),
    Row("OPTIONS", "/_stcore/upload_file/x/y", DENIED, sending=Answered(204),
    route="/_stcore/upload_file/{session_id}/{file_id}"),
    Row("GET", "/component/made-up/x.js", MISSING, route="/component/{path:path}"),
    Row("OPTIONS", "/component/made-up/x.js", Answered(204), route="/component/{path:path}"),
    Row("GET", "/_stcore/bidi-components/x", MISSING, route="/_stcore/bidi-components/{path:path}"),
    Row("OPTIONS", "/_stcore/bidi-components/x", MISSING,
    route="/_stcore/bidi-components/{path:path}"),
    Row("GET", "/auth/login", Answered(302, "/")),  # without a provider
    Row("GET", "/auth/logout", Answered(302, "/")),
    Row("GET", "/oauth2callback", Answered(302, "/")),
    *(
        Row(method, f"/_stcore/agent/{path}", MISSING)
        for path in ("interact", "openapi.json", "mcp")
        for method in ("GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
    ),
    Row("GET", "/_stcore/made-up", MISSING, route=""),
    Row("GET", "/wall/_stcore/metrics", MISSING, route=""),
    Row("PUT", "/wall/_stcore/upload_file/x/y", DENIED, sending=Answered(405), route=""),
    # The same empty shell for everybody.
    *(Row("GET", "/" if page == "home" else f"/{page}", OK, route="") for page in PAGES),
)  # fmt: skip
SOCKETS = {"/live", "/_stcore/stream"}


@pytest.fixture(scope="module")
def _rehearsed(_rehearsal) -> House:
    return House(_rehearsal[0], rehearsal=True)


@pytest.fixture(scope="module")
def _real(real_server) -> House:
    return House(real_server, rehearsal=False)


@pytest.fixture(params=["rehearsed", "real"])
def house(request) -> Iterator[House]:
    """A rehearsal, and a real event."""
    yield from entered(request.getfixturevalue(f"_{request.param}"))


@pytest.fixture
def real(_real) -> Iterator[House]:
    yield from entered(_real)


def entered(house: House) -> Iterator[House]:
    house.enter()
    yield house
    database.dispose()


def answered(house: House, row: Row, who: str) -> Answer:
    """What a visitor is answered, asked once for all tests that look at the answer."""
    if row.spends or who not in house.outsiders:
        return ask(house, row, who)
    if (row, who) not in house.answers:
        house.answers[row, who] = ask(house, row, who)
    return house.answers[row, who]


def ask(house: House, row: Row, who: str, **headers: str) -> Answer:
    cookie = house.anew(who) if row.spends else house.cookie(who)
    sent = {"Cookie": cookie} if cookie else {}
    return house.server.ask(row.path, method=row.method, form=row.form, **sent, **headers)


def names_of(row: Row) -> str:
    return f"{row.method} {row.path}"


every_row = pytest.mark.parametrize("row", ROWS, ids=names_of)


# --- HTTP -----------------------------------------------------------------------------------------


@every_row
def test_everybody_is_answered_as_the_table_says(house, row):
    for who in (*house.outsiders, *MEMBERS, "display", "locked"):
        told = answered(house, row, who)
        wanted = row.expected(who, rehearsal=house.rehearsal)
        assert (told.status, told.headers.get("location")) == (wanted.status, wanted.to), who


@every_row
def test_no_answer_to_an_outsider_names_anything_of_a_real_event(real, row):
    secrets = told_to_nobody()
    for who in real.outsiders:
        text = answered(real, row, who).text
        assert not [name for name in secrets if name in text], who


@pytest.mark.parametrize(
    "row", [row for row in ROWS if row.method not in ("GET", "OPTIONS")], ids=names_of
)
def test_another_sites_page_cannot_act_for_whoever_is_signed_in(house, row):
    for who in ("command", "locked"):
        told = ask(house, row, who, Origin="http://evil.vn")
        moved = row.expected(who, rehearsal=house.rehearsal).status == told.status == 303
        assert told.status in (403, 404, 405) or moved, (who, told.status)
        assert (
            "set-cookie" not in told.headers and "access-control-allow-origin" not in told.headers
        )
        number = sign_in_of(house.cookie(who).removeprefix("san_sang="))
        with database.reading() as session:
            assert sign_ins.visitor_of(session, number, now=real_now()).sign_in_id == number, (
                "still signed in"
            )


@pytest.mark.parametrize(
    "row", [row for row in ROWS if row.method in ("GET", "OPTIONS")], ids=names_of
)
def test_another_sites_page_may_read_nothing(house, row):
    told = ask(house, row, "command", Origin="http://evil.vn")
    allowed = told.headers.get("access-control-allow-origin", "")
    assert "evil" not in allowed and allowed != "*"
    assert told.headers.get("cross-origin-resource-policy") == "same-origin"


def test_every_route_of_ours_has_its_row():
    """Whoever adds a route adds its row above."""
    declared = set()
    for one in routes:
        if isinstance(one, WebSocketRoute):
            assert one.path in SOCKETS
        else:
            methods = {"GET"} if isinstance(one, Mount) else one.methods - {"HEAD"}
            declared |= {(method, one.path) for method in methods}
    assert declared <= {(row.method, row.route or row.path) for row in ROWS}


def test_every_route_of_streamlit_has_its_row(tmp_path):
    """An upgrade may bring new ones; they are asked of the application itself."""
    script = (
        "import app, json\n"
        "told = [(type(one).__name__, one.path, sorted(getattr(one, 'methods', None) or ())) for "
        "one in app.app._build_starlette_app().routes]\n"
        "print('ROUTES' + json.dumps(told))"
    )
    told = warm.run("-c", script)
    found = json.loads(told.stdout.split("ROUTES")[1])
    rows = {(row.method, row.route or row.path) for row in ROWS}
    for kind, path, methods in found:
        if kind == "WebSocketRoute":
            assert path in SOCKETS, path
        elif kind == "Route":
            assert {(method, path) for method in methods if method != "HEAD"} <= rows, path
    assert len(found) > len(routes)


@pytest.mark.parametrize("method", ["HEAD", "TRACE", "PROPFIND", "PUT", "post"])
def test_another_method_opens_nothing_and_does_nothing(house, method):
    for path in ("/account", "/sign-out", "/lock", "/_stcore/metrics", "/_stcore/upload_file/x/y"):
        told = house.server.ask(path, method=method, Cookie=house.cookie("nobody"))
        assert told.status in (303, 400, 403, 404, 405) or told.text == "", (path, told.status)
        house.server.ask(path, method=method, Cookie=house.cookie("media"))
    assert house.server.ask("/account", Cookie=house.cookie("media")).status == 200


# --- how long a body may be -----------------------------------------------------------------------


@pytest.mark.parametrize(
    "path", ["/sign-in", "/join/made-up", "/account", "/unlock", "/lock", "/sign-out", "/update"]
)
def test_a_body_longer_than_any_form_is_not_read(house, path):
    told = house.server.ask(path, method="POST", form={"person": "x" * 20_000})
    assert told.status == 413 and "content-security-policy" in told.headers


@pytest.mark.parametrize(
    "headers",
    [{"Transfer-Encoding": "chunked"}, {"Content-Length": "1e3"}, {"Content-Length": "-1"}],
)
def test_a_body_that_will_not_say_how_long_it_is_is_not_read(house, headers):
    connection = http.client.HTTPConnection("127.0.0.1", house.server.port, timeout=20)
    try:
        connection.putrequest("POST", "/sign-in")
        for name, value in headers.items():
            connection.putheader(name, value)
        connection.endheaders()
        if "Transfer-Encoding" in headers:
            connection.send(b"5\r\nhello\r\n0\r\n\r\n")
        assert connection.getresponse().status in (400, 413)
    finally:
        connection.close()


def test_a_short_form_is_read(house):
    """The control."""
    assert house.server.ask("/sign-in", method="POST", form={"person": "x" * 19_000}).status == 403


# --- the live feed --------------------------------------------------------------------------------


def feed(house: House, who: str, topics: str = "wall,readiness,people"):
    cookie = house.cookie(who)
    sent = [("Cookie", cookie)] if cookie else []
    return connect(
        f"ws://{house.server.host}/live?topics={topics}",
        origin=house.server.address,
        additional_headers=sent,
    )


def hears(house: House, who: str) -> set[str] | int:
    """The kinds of message that the feed begins with; or the code with which it is closed."""
    with feed(house, who) as socket:
        found: set[str] = set()
        try:
            while len(found) < 2:
                found.add(json.loads(socket.recv(timeout=20))["kind"])
        except ConnectionClosed as closed:
            return closed.rcvd.code
        return found


def test_the_feed_tells_who_is_not_signed_in_nothing_at_a_real_event(house):
    for who in house.outsiders:
        forged = who in (
            "nobody",
            "garbage",
            "unsigned",
            "wrong signature",
            "another secret",
            "signed for another purpose",
        )
        told = hears(house, who)
        assert told == ({"beat", "board"} if house.rehearsal else 4403 if forged else 4401), who


def test_the_feed_tells_a_locked_desk_nothing(house):
    assert hears(house, "locked") == 4423


def test_the_feed_tells_everybody_else_what_happens(house):
    for who in (*MEMBERS, "display"):
        assert hears(house, who) == {"beat", "board"}, who


@pytest.mark.parametrize("path", sorted(SOCKETS))
@pytest.mark.parametrize("origin", ["http://evil.vn", "null", "https://127.0.0.1"])
def test_another_sites_page_opens_no_connection_as_whoever_is_signed_in(house, path, origin):
    sent = [("Cookie", house.cookie("command"))]
    with pytest.raises(InvalidStatus) as refused:
        connect(f"ws://{house.server.host}{path}", origin=origin, additional_headers=sent).close()
    assert refused.value.response.status_code == 403


# --- the pages ------------------------------------------------------------------------------------


def told_to_nobody() -> list[str]:
    """What a real event has to say that is none of a stranger's business, as far as no general
    sentence says it too.
    """
    return _told_to_nobody(database.url(), revision())


@cache
def _told_to_nobody(_database: str, _revision: int) -> list[str]:
    columns = (
        Task.title_vi,
        Delegate.title_vi,
        MediaItem.title_vi,
        Section.name_vi,
        Section.short_vi,
        Person.name_vi,
    )
    with database.reading() as session:
        found = {name for column in columns for name in session.exec(select(column))}
    general = " ".join(catalogue("vi").values())
    told = sorted(name for name in found if name not in general)
    assert len(told) > 25
    return told


def named(page: Page, *, but: str = "") -> list[str]:
    return [name for name in told_to_nobody() if page.shows(name) and name not in but]


FIGURES = {
    "metric",
    "vega_lite_chart",
    "arrow_data_frame",
    "arrow_table",
    "progress",
    "imgs",
    "download_button",
}


@pytest.mark.parametrize("page", PAGES)
def test_who_is_not_signed_in_gets_the_way_in_and_no_data(house, page):
    for who in ("nobody", "expired", "another secret", "locked"):
        with Page(house.server, cookie=house.cookie(who)) as tab:
            tab.open(page)
            if house.rehearsal and who != "locked" and page in ("home", "wall"):
                continue
            assert named(tab) == [], who
            assert not tab.kinds() & FIGURES, who
            asked = "frame.locked" if who == "locked" else "frame.sign_in_first"
            assert page == "home" or [one["body"] for one in tab.elements("alert")] == [
                catalogue("vi")[asked]
            ]


def test_a_rehearsal_shows_anybody_the_wall_and_the_figures_of_the_first_page(house):
    """The control: the search above finds what is there."""
    for page, who in (
        (("wall", "nobody"), ("home", "nobody"))
        if house.rehearsal
        else (("wall", "media"), ("home", "media"))
    ):
        with Page(house.server, cookie=house.cookie(who)) as tab:
            tab.open(page)
            assert (page == "wall" and "Hậu cần" in named(tab)) or (
                page == "home" and tab.kinds() & FIGURES
            )


KEYS = {
    "lead": "lead.an_ninh",
    "deputy": "deputy.an_ninh",
    "desk": "desk.ban_1",
    "rapporteur": "rapporteur.dien_dan_1",
}


@pytest.mark.parametrize("role", ROLES)
def test_a_page_that_is_not_for_a_role_tells_it_so_and_nothing_else(house, role):
    who = KEYS.get(role, role)
    own = "Sảnh" if role == "display" else house.person(who).name_vi
    with Page(house.server, cookie=house.cookie(who)) as tab:
        for page in PAGES:
            seen = page == "home" or MATRIX[f"see_{page}"][ROLES.index(role)] == "yes"
            tab.open(page)
            refused = catalogue("vi")["frame.not_for_you"] in [
                one["body"] for one in tab.elements("alert")
            ]
            assert refused is not seen, page
            if refused:
                assert named(tab, but=own) == [] and not tab.kinds() & FIGURES, page


@pytest.mark.parametrize("role", ROLES)
def test_the_menu_lists_what_a_role_may_see_and_nothing_else(real, role):
    """As the server sends it; as it is drawn: tests/browser/test_access.py."""
    seen = [
        page
        for page in PAGES
        if page == "home" or MATRIX[f"see_{page}"][ROLES.index(role)] == "yes"
        if page != "rehearsal"  # a real event has none
    ]
    with Page(real.server, cookie=real.cookie(KEYS.get(role, role))) as tab:
        tab.open("home")
        (sent,) = [one for one in tab.told if one.WhichOneof("type") == "navigation"]
    listed: dict[str, list[str]] = {}
    for page in sent.navigation.app_pages:
        if not page.is_hidden:
            listed.setdefault(page.section_header, []).append(page.page_name)
    words = catalogue("vi")
    assert listed == {
        group and words[f"menu.{group}"]: [words[f"page.{page}"] for page in pages]
        for group, pages in menu.grouped(seen, OWN_PAGES[Role(role)][0]).items()
    }


# --- displays -------------------------------------------------------------------------------------


def test_a_displays_address_leads_to_the_wall_and_sets_its_cookie(house):
    token = manage(sign_ins.open_display, name="Sảnh B", by=house.person("admin"), when=real_now())
    told = house.server.ask(f"/d/{token}")
    assert (told.status, told.headers["location"]) == (303, WALL) and "HttpOnly" in told.headers[
        "set-cookie"
    ]
    with Page(house.server, cookie=f"san_sang={told.cookies['san_sang']}") as tab:
        assert "Hậu cần" in named(tab.open("wall"))
    manage(
        invitations.withdraw,
        person_id=house.person(display_of(token)).id,
        by=house.person("admin"),
        when=real_now(),
    )
    again = house.server.ask(f"/d/{token}")
    assert again.status == 403 and "set-cookie" not in again.headers
    assert catalogue("vi")["refusal.display_unknown"] in again.text


def display_of(token: str) -> str:
    with database.reading() as session:
        number = sign_ins.sign_in_of(session, token, now=real_now())
        return sign_ins.visitor_of(session, number, now=real_now()).person.key


def test_somebody_elses_token_is_no_displays_address(house):
    token = house.cookie("command").removeprefix("san_sang=").rpartition(".")[0]
    told = house.server.ask(f"/d/{token}")
    assert told.status == 403 and "set-cookie" not in told.headers


def test_a_display_watches_the_wall_and_cannot_ask_for_more(house):
    with (
        feed(house, "display", "readiness,attendance,people") as socket,
        feed(house, "admin", "people") as other,
    ):
        socket.send(json.dumps({"watch": ["people", "incidents"]}))
        json.loads(other.recv(timeout=20))
        run(Origin(real=real_now()), invitations.invite_from_command_line, key="media")
        while json.loads(other.recv(timeout=20))["kind"] != "changed":
            pass
        kinds = [json.loads(socket.recv(timeout=20))["kind"] for _ in range(2)]
        assert kinds == ["beat", "beat"], "the second one comes three seconds later"


# --- signing in -----------------------------------------------------------------------------------


def test_an_unknown_account_and_a_wrong_password_are_answered_alike(house):
    told = [
        house.server.ask(
            "/sign-in", method="POST", form={"account": name, "password": "sai rồi", "next": "/log"}
        )
        for name in ("lead.an_ninh", "nobody")
    ]
    assert {one.status for one in told} == {403} and not any(one.set_cookies for one in told)
    assert (
        told[0].text.replace('name="account" value="lead.an_ninh"', 'name="account" value="nobody"')
        == told[1].text
    )
    assert {name for one in told for name in one.headers} == set(told[0].headers)


def test_the_cookie_goes_over_tls_alone_where_there_is_tls(house):
    """The scheme is believed of a trusted proxy only; `test_proxies.py` tests whom that is."""
    link = run(Origin(real=real_now()), invitations.invite_from_command_line, key="media")
    told = house.server.ask(f"/join/{link}", method="POST", X_Forwarded_Proto="https")
    (cookie,) = [one for one in told.set_cookies if one.startswith("san_sang.")]
    assert (
        "HttpOnly" in cookie
        and "SameSite=lax" in cookie
        and "Path=/" in cookie
        and "Domain" not in cookie
    )
    assert "Secure" not in cookie, "a stranger's word for the scheme"


def test_each_sign_in_has_a_token_of_its_own_and_the_one_before_ends(house):
    first = house.joined("media")
    link = run(Origin(real=real_now()), invitations.invite_from_command_line, key="media")
    second = house.server.ask(f"/join/{link}", method="POST", Cookie=f"san_sang={first}").cookies[
        "san_sang"
    ]
    assert first != second
    assert house.server.ask("/account", Cookie=f"san_sang={first}").status == 303
    assert house.server.ask("/account", Cookie=f"san_sang={second}").status == 200


def test_the_server_wrote_no_token_to_its_log(house):
    """Last in this file: after all that was tried above."""
    tokens = [
        cookie.removeprefix("san_sang=") for cookie in house.cookies.values() if len(cookie) > 40
    ]
    assert tokens and not [token for token in tokens if token.partition(".")[0] in house.server.log]
    assert "Traceback" not in house.server.log
