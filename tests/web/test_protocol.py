"""Streamlit's own protocol in the hands of somebody who means ill: headers, sessions of others,
messages, uploads, connections.
"""

import json
import platform
import time
from collections import defaultdict, deque
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
import streamlit
from google.protobuf.descriptor import Descriptor, FieldDescriptor
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import connect

from data.access import accounts, invitations, sign_ins
from data.commands import Origin
from data.events import loading
from data.events.clock import real_now
from data.storage import database
from data.words import catalogue
from models.access.people import PERMISSIONS, Person, Role
from tests import apart, stage
from tests.serving import Server
from tests.stage import manage
from tests.web.page import Page, stream
from tests.web.visitors import House, change, sign_in_of
from web import client_messages
from web.access import uploads

pytestmark = pytest.mark.xdist_group("web")

HEADER = "x-san-sang-sign-in"
# Seconds: before the look that is taken every five seconds anyway, so that it is the ending itself
# that closes.
SOON = 4.0
LATER = 20.0


@pytest.fixture
def house(_rehearsal) -> Iterator[House]:
    """A rehearsal's server, with visitors of this test alone."""
    one = House(_rehearsal[0], rehearsal=True)
    one.enter()
    yield one
    database.dispose()


def number_of(cookie: str) -> int:
    return sign_in_of(cookie.removeprefix("san_sang="))


def asked_to_sign_in(tab: Page) -> bool:
    return [one["body"] for one in tab.elements("alert")] == [
        catalogue("vi")["frame.sign_in_first"]
    ]


# --- who it is: the cookie alone ------------------------------------------------------------------


def spoofed(number: int) -> list[list[tuple[str, str]]]:
    told = str(number)
    return [
        [(HEADER, told)],
        [("X-San-Sang-Sign-In", told)],
        [(HEADER.upper(), told)],
        [(HEADER, "0"), (HEADER, told)],
        [(HEADER, told), (HEADER, told)],
        [(HEADER.replace("-", "_"), told)],
        [("sign_in", told), ("Cookie", f"sign_in={told}")],
    ]


def test_a_clients_own_header_makes_nobody_of_it(house):
    number = number_of(house.cookie("admin"))
    for headers in spoofed(number):
        with Page(house.server, headers=headers) as tab:
            assert asked_to_sign_in(tab.open("people")), headers


def test_nor_somebody_else_of_whoever_is_signed_in(house):
    number = number_of(house.cookie("admin"))
    for headers in spoofed(number)[:5]:
        with Page(house.server, cookie=house.cookie("lead.an_ninh"), headers=headers) as tab:
            refused = [one["body"] for one in tab.open("people").elements("alert")]
            assert refused == [catalogue("vi")["frame.not_for_you"]], headers


def test_the_cookie_does(house):
    """The control: without any header of its own, the same page opens for whoever has the
    cookie.
    """
    with Page(house.server, cookie=house.cookie("admin")) as tab:
        assert not tab.open("people").elements("alert") and tab.widget(
            "button", "people.display_open"
        )


@pytest.mark.parametrize("path", ["/_stcore/upload_file/x/y", "/wall/_stcore/upload_file/x/y"])
def test_the_header_uploads_nothing_either(house, path):
    told = house.server.ask(
        path, method="PUT", X_San_Sang_Sign_In=str(number_of(house.cookie("admin")))
    )
    assert (told.status, told.text) == (403, "sign in first")


def upload(house: House, who: str, session: str) -> int:
    """Sends a file as a page does: with Streamlit's own token against foreign forms."""
    token = house.server.ask("/_stcore/health").cookies["_streamlit_xsrf"].strip('"')
    body = (
        b'--x\r\nContent-Disposition: form-data; name="f"; filename="a.csv"\r\n\r\n1,2\r\n--x--\r\n'
    )
    cookie = "; ".join(part for part in (house.cookie(who), f"_streamlit_xsrf={token}") if part)
    headers = {
        "Cookie": cookie,
        "X_Xsrftoken": token,
        "Content_Type": "multipart/form-data; boundary=x",
    }
    return house.server.ask(
        f"/_stcore/upload_file/{session}/f1", method="PUT", body=body, **headers
    ).status


def test_files_are_taken_from_whoever_reports_tasks_and_from_nobody_else(house):
    with Page(house.server, cookie=house.cookie("admin")) as tab:
        session = tab.open("people").session
        for who in ("admin", "lead.an_ninh"):
            assert upload(house, who, session) == 204
        for who in (*house.outsiders, "display", "locked", "media", "desk.ban_1"):
            assert upload(house, who, session) == 403, who


# The permission that the page of each uploader asks for.
UPLOADERS = {
    "ui/answers/petition.py": "record_answer",
    "ui/contributions/files.py": "register_contribution",
    "ui/distribution/email.py": "handle_addresses",
    "ui/distribution/versions.py": "distribute",
    "ui/imports/files.py": "prepare_import",
    "ui/readiness/photographs.py": "report_status",
}


def test_whoever_sees_an_uploader_may_send_what_it_takes():
    root = Path(__file__).parents[2]
    every = (file for folder in ("ui", "pages") for file in (root / folder).rglob("*.py"))
    found = {
        file.relative_to(root).as_posix()
        for file in every
        if "st.file_uploader(" in file.read_text()
    }
    assert found == set(UPLOADERS)
    for permission in UPLOADERS.values():
        for role in PERMISSIONS[permission]:
            assert uploads.may_upload(Person(role=role)), (permission, role)
    assert not uploads.may_upload(Person(role=Role.DISPLAY)) and not uploads.may_upload(None)


def test_a_sign_in_sends_so_many_files_and_then_none_for_a_while(monkeypatch):
    now = [0.0]
    monkeypatch.setattr(uploads.time, "monotonic", lambda: now[0])
    monkeypatch.setattr(uploads, "_sent", defaultdict(deque))
    assert all(uploads.admit(1) for _ in range(uploads.MAX_FILES))
    assert not uploads.admit(1) and uploads.admit(2)
    now[0] = uploads.WINDOW + 1
    assert uploads.admit(1)


def test_no_socket_is_told_versions_or_where_the_server_lies(house):
    for cookie in ("", house.cookie("admin")):
        with Page(house.server, cookie=cookie) as tab:
            told = tab.open("people").told[0].new_session
            facts = told.initialize.environment_info, told.initialize.user_info
            assert told.initialize.session_id and not any(one.ByteSize() for one in facts)
            assert told.custom_theme.ByteSize() and not told.app_pages
            for fact in (
                streamlit.__version__,
                platform.python_version(),
                str(Path(__file__).parents[2]),
            ):
                assert fact.encode() not in tab.raw


# --- sessions of others ---------------------------------------------------------------------------


def with_a_secret(tab: Page, name: str) -> str:
    """Opens a display's address on the page of people, which that session alone then shows;
    returns its token.
    """
    tab.open("people")
    filled = WidgetState(id=tab.widget("text_input", "people.display_name"), string_value=name)
    pressed = WidgetState(id=tab.widget("button", "people.display_open"), trigger_value=True)
    tab.open("people", "", filled, pressed)
    (address,) = [one["codeText"] for one in tab.elements("code")]
    return address.rpartition("/")[2]


def test_nobody_takes_over_the_session_of_another(house):
    """The id of a session travels as the third entry of `Sec-WebSocket-Protocol`; knowing it
    must not be enough.
    """
    others = ("nobody", "lead.an_ninh", "command", "display", "locked")
    with Page(house.server, cookie=house.cookie("admin")) as owner:
        secret, session = with_a_secret(owner, "Cổng A"), owner.session
        for who in (*others, "another browser"):
            cookie = house.anew("admin") if who == "another browser" else house.cookie(who)
            with Page(house.server, cookie=cookie, session=session) as thief:
                for page in ("people", "wall"):
                    assert not thief.open(page).shows(secret), who
                assert thief.session != session, who
        assert owner.open("people").shows(secret), "and its owner notices nothing"


def test_nor_when_its_owner_is_away(house):
    with Page(house.server, cookie=house.cookie("admin")) as owner:
        secret, session = with_a_secret(owner, "Cổng B"), owner.session
    for who in ("nobody", "command"):
        with Page(house.server, cookie=house.cookie(who), session=session) as thief:
            assert not thief.open("people").shows(secret) and thief.session != session, who


def test_nor_by_its_own_browser_once_the_sign_in_has_ended(house):
    cookie = house.anew("admin")
    with Page(house.server, cookie=cookie) as owner:
        secret, session = with_a_secret(owner, "Cổng C"), owner.session
    manage(
        sign_ins.end_sign_in,
        sign_in_id=number_of(cookie),
        by=house.person("admin"),
        when=real_now(),
    )
    with Page(house.server, cookie=cookie, session=session) as back:
        assert (
            asked_to_sign_in(back.open("people"))
            and not back.shows(secret)
            and back.session != session
        )


def test_the_same_browser_comes_back_to_what_it_had(house):
    """The control: the session is there, and its owner gets it."""
    with Page(house.server, cookie=house.cookie("admin")) as owner:
        secret, session = with_a_secret(owner, "Cổng D"), owner.session
    with Page(house.server, cookie=house.cookie("admin"), session=session) as back:
        assert back.open("people").shows(secret) and back.session == session


# --- messages -------------------------------------------------------------------------------------

DANGEROUS = (
    "clear_cache",
    "set_run_on_save",
    "load_git_info",
    "debug_disconnect_websocket",
    "debug_shutdown_runtime",
)
HARMLESS = ("stop_script", "app_heartbeat")


def message(kind: str) -> bytes:
    return BackMsg(**{kind: True}).SerializeToString()


def received(*frames: dict, through=client_messages.only_known) -> list[dict]:
    """What Streamlit would be given of some frames."""
    waiting = [*frames, {"type": "websocket.disconnect", "code": 1000}]

    async def receive() -> dict:
        return waiting.pop(0)

    async def all_of_them() -> list[dict]:
        given, receive_next = [], through(receive)
        while not given or given[-1]["type"] != "websocket.disconnect":
            given.append(await receive_next())
        return given[:-1]

    return apart.run(all_of_them())


def frame(content: bytes | str) -> dict:
    return {"type": "websocket.receive", "text" if isinstance(content, str) else "bytes": content}


@pytest.mark.parametrize("kind", DANGEROUS)
def test_what_no_page_needs_to_say_does_not_reach_streamlit(kind):
    assert received(frame(message(kind))) == []
    assert received(frame(message(kind)), through=lambda receive: receive) == [
        frame(message(kind))
    ], "the control"


@pytest.mark.parametrize(
    "content", ["text", "", b"", b"\xff\xff\xff", b"\x08", message("clear_cache").hex()]
)
def test_nor_does_what_is_no_message_at_all(content):
    assert received(frame(content)) == []


@pytest.mark.parametrize("kind", HARMLESS)
def test_what_pages_say_does(kind):
    opened = {"type": "websocket.connect"}
    assert received(opened, frame(message(kind))) == [opened, frame(message(kind))]


def test_every_kind_of_message_is_known_to_be_harmful_or_not():
    """An upgrade may bring new ones: they are dropped until somebody has looked at them."""
    told = {one.name for one in BackMsg.DESCRIPTOR.oneofs_by_name["type"].fields}
    assert told == client_messages.KNOWN | set(DANGEROUS) and not client_messages.KNOWN & set(
        DANGEROUS
    )


def texts(
    message: Descriptor, before: tuple[FieldDescriptor, ...] = ()
) -> Iterator[tuple[FieldDescriptor, ...]]:
    """Where a message has text: the fields that lead there from the outermost."""
    for field in message.fields:
        if field.type == field.TYPE_STRING:
            yield *before, field
        elif field.type == field.TYPE_MESSAGE and (before or field.name in client_messages.KNOWN):
            yield from texts(field.message_type, (*before, field))


TEXTS = {".".join(field.name for field in path): path for path in texts(BackMsg.DESCRIPTOR)}


def saying(where: str, text: str) -> bytes:
    """A message with that text in that place."""
    said = inner = BackMsg()
    for field in TEXTS[where][:-1]:
        inner = getattr(inner, field.name)
        inner = inner.add() if hasattr(inner, "add") else inner
    name = TEXTS[where][-1].name
    if isinstance(getattr(inner, name), str):
        setattr(inner, name, text)
    else:
        getattr(inner, name).append(text)
    return said.SerializeToString()


@pytest.mark.parametrize("where", TEXTS)
def test_a_name_that_is_longer_than_any_of_ours_does_not_reach_streamlit(where):
    """What people type does, of any length; so does a name that is just not too long."""
    typed = TEXTS[where][-1].full_name in client_messages.TYPED
    longest, longer = (saying(where, "a" * (client_messages.MAX_NAME + more)) for more in (0, 1))
    assert received(frame(longest)) == [frame(longest)]
    assert received(frame(longer)) == ([frame(longer)] if typed else [])


def test_it_is_told_what_people_type():
    """All else is a name, also what an upgrade brings."""
    assert {path[-1].full_name for path in TEXTS.values()} >= client_messages.TYPED
    written = "rerun_script.widget_states.widgets.string_value"
    assert received(frame(saying(written, "ghi chú " * 50_000))), "what somebody writes into a box"
    for where in (
        "rerun_script.fragment_id",
        "rerun_script.widget_states.widgets.id",
        "backend_operation_request.request_id",
    ):
        assert TEXTS[where][-1].full_name not in client_messages.TYPED


def test_nor_does_a_message_that_no_page_is_long_enough_for():
    crowded, empty, long = BackMsg(), BackMsg(), BackMsg()
    crowded.rerun_script.cached_message_hashes.extend(["a"] * (client_messages.MAX_NAMES + 1))
    for _ in range(client_messages.MAX_NAMES):
        empty.rerun_script.widget_states.widgets.add()
    long.rerun_script.widget_states.widgets.add(
        id="a", string_value="a" * client_messages.MAX_MESSAGE
    )
    for said in (crowded, empty, long):
        assert received(frame(said.SerializeToString())) == []


@pytest.mark.parametrize(
    ("who", "pages"),
    [
        ("admin", ("people", "rehearsal", "audit", "plan")),
        ("command", ("home", "log", "review", "roll_call", "programme")),
        ("lead.an_ninh", ("update",)),
        ("desk.ban_1", ("attendance",)),
        ("media", ("media", "wall")),
    ],
)
def test_no_name_that_a_page_gives_is_half_as_long_as_is_let_through(house, who, pages):
    with Page(house.server, cookie=house.cookie(who)) as tab:
        for page in pages:
            given = [
                name
                for one in tab.open(page).told
                for name in client_messages.names(one)
                if name.startswith("$$")
            ]
            assert given and max(map(len, given)) < client_messages.MAX_NAME / 2, page


def test_nobody_waits_for_what_is_written_into_the_log(house):
    """Of somebody who is not signed in: names that are looked up and not found, such as keep a
    pattern that backtracks busy.
    """
    with Page(house.server) as tab:
        for length in (client_messages.MAX_NAME, 60_000):
            for fragment in ("-a", "/", "Key (", "token "):
                name = fragment * (length // len(fragment))
                for where in ("backend_operation_request.request_id", "rerun_script.fragment_id"):
                    tab.socket.send(saying(where, name))
        assert (
            house.server.ask("/healthz").status == 200
        )  # within its patience; with such patterns it took minutes
        assert asked_to_sign_in(tab.open("update"))
    assert "Rejecting backend operation request -a-a-a" in house.server.log, (
        "the control: it is written"
    )


def test_the_connection_lives_on_and_the_server_too(house):
    with Page(house.server, cookie=house.cookie("lead.an_ninh")) as tab:
        tab.open("update")
        for kind in DANGEROUS:
            tab.socket.send(message(kind))
        for content in ("text", b"", b"\xff\xff\xff"):
            tab.socket.send(content)
        assert tab.open("update").elements("heading")
    assert house.server.ask("/healthz").status == 200


# --- connections that have to end -----------------------------------------------------------------


def feed(house: House, cookie: str, topics: str = "readiness"):
    sent = [("Cookie", cookie)] if cookie else []
    return connect(
        f"ws://{house.server.host}/live?topics={topics}",
        origin=house.server.address,
        additional_headers=sent,
    )


def closed_with(socket, *, within: float = SOON) -> int | None:
    """The code with which the server closes a connection; whatever it still says before is
    passed over. None where it does not.
    """
    until = time.monotonic() + within
    try:
        while (left := until - time.monotonic()) > 0:
            socket.recv(timeout=left)
    except ConnectionClosed as closed:
        return closed.rcvd.code
    except TimeoutError:
        pass
    return None


def test_ending_a_sign_in_closes_its_open_pages_and_no_others(house):
    """By a commit of another process, as on another machine."""
    cookie, others = house.anew("lead.an_ninh"), house.anew("lead.an_ninh")
    with (
        Page(house.server, cookie=cookie) as tab,
        feed(house, cookie) as live,
        Page(house.server, cookie=others) as other,
    ):
        tab.open("update"), other.open("update"), live.recv(timeout=LATER)
        manage(
            sign_ins.end_sign_in,
            sign_in_id=number_of(cookie),
            by=house.person("admin"),
            when=real_now(),
        )
        assert closed_with(live) == 4401 and closed_with(tab.socket) == 4401
        assert other.open("update").elements("heading")
    with Page(house.server, cookie=cookie) as back:
        assert asked_to_sign_in(back.open("update"))


@pytest.mark.parametrize("how", ["withdraw", "password"])
def test_so_does_withdrawing_somebody_and_his_new_password(house, how):
    person, cookie, here = (
        house.person("deputy.an_ninh"),
        house.anew("deputy.an_ninh"),
        house.anew("deputy.an_ninh"),
    )
    with feed(house, cookie) as live:
        live.recv(timeout=LATER)
        if how == "withdraw":
            manage(
                invitations.withdraw, person_id=person.id, by=house.person("admin"), when=real_now()
            )
        else:
            chosen = "bốn con vịt lội sông"
            accounts.change_password(
                Origin(person, number_of(here), real=real_now()), password=chosen, current=""
            )
        assert closed_with(live) == 4401
        if how == "password":
            manage(
                invitations.withdraw, person_id=person.id, by=house.person("admin"), when=real_now()
            )


def test_a_withdrawn_display_goes_dark(house):
    cookie = house.anew("display")
    with feed(house, cookie, "wall") as live:
        live.recv(timeout=LATER)
        manage(
            sign_ins.end_sign_in,
            sign_in_id=number_of(cookie),
            by=house.person("command"),
            when=real_now(),
        )
        assert closed_with(live) == 4401


def test_a_sign_in_that_expires_while_a_page_is_open_closes_it(house):
    """Nothing is committed then: the server has to look by itself."""
    cookie = house.anew("media")
    with feed(house, cookie) as live, Page(house.server, cookie=cookie) as tab:
        live.recv(timeout=LATER), tab.open("media")
        change(number_of(cookie), expires_at=real_now())
        assert closed_with(live, within=LATER) == closed_with(tab.socket, within=LATER) == 4401


def test_a_desk_that_is_locked_loses_its_page_and_gets_it_back_by_its_pin(house):
    desk = house.person("desk.ban_2")
    pin = manage(accounts.set_pin, person_id=desk.id, by=house.person("admin"), when=real_now())
    cookie = f"san_sang={house.joined(desk.key)}"
    with feed(house, cookie, "attendance") as live:
        live.recv(timeout=LATER)
        assert (
            house.server.ask("/lock", method="POST", Cookie=cookie).headers["location"] == "/unlock"
        )
        assert closed_with(live) == 4423
    wrong = house.server.ask("/unlock", method="POST", form={"pin": "x"}, Cookie=cookie)
    assert wrong.status == 403 and catalogue("vi")["refusal.pin_wrong"].split("{")[0] in wrong.text
    assert (
        house.server.ask("/unlock", method="POST", form={"pin": pin}, Cookie=cookie).headers[
            "location"
        ]
        == "/gate?start"
    )
    with feed(house, cookie, "attendance") as live:
        assert json.loads(live.recv(timeout=LATER))["kind"] == "beat"


# --- how many connections -------------------------------------------------------------------------


@pytest.fixture
def small_server(sqlite_databases, tmp_path, monkeypatch) -> Iterator[House]:
    """A rehearsal's server of its own that allows three connections per address."""
    monkeypatch.setenv("CONNECTIONS_PER_ADDRESS", "3")
    for _ in sqlite_databases.fresh("tables"):
        database.run(loading.load_event, folder=stage.SMALL, rehearsal=True, now=real_now())
        address = database.url()
        one = House(Server(address, tmp_path / "server.log").start(), rehearsal=True)
        one.enter()
        yield one
        one.server.stop()


def test_an_address_opens_so_many_connections_and_no_more(small_server):
    """Whatever they are for, and whatever address their headers name."""
    server = small_server.server
    with ExitStack() as open_ones:
        for _ in range(2):
            open_ones.enter_context(stream(server))
        last = open_ones.enter_context(feed(small_server, ""))
        for headers in ([], [("X-Forwarded-For", "203.0.113.7")], [("X-Real-IP", "203.0.113.7")]):
            with pytest.raises(InvalidStatus) as refused:
                stream(server, headers=headers).close()
            assert refused.value.response.status_code == 403
        last.close()
        open_ones.enter_context(eventually(lambda: stream(server)))


def eventually(attempt):
    """What is tried again until it is let in: the server learns of a closed connection a moment
    later.
    """
    for _ in range(100):
        try:
            return attempt()
        except InvalidStatus:
            pass
    raise AssertionError("nobody was let in again")


def test_when_the_event_becomes_a_real_one_the_open_house_is_over(small_server):
    """Who had not signed in watched the wall, and a role was taken with one tap."""
    cookie = f"san_sang={small_server.server.sign_in('admin')}"
    with feed(small_server, "", "wall") as stranger, feed(small_server, cookie, "people") as tapped:
        stranger.recv(timeout=LATER), tapped.recv(timeout=LATER)
        database.run(loading.load_event, folder=stage.SMALL, rehearsal=False, now=real_now())
        assert closed_with(stranger, within=LATER) == closed_with(tapped, within=LATER) == 4401
