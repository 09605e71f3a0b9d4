"""The API of check-in: who may what, batches, problems, idempotence, tokens; and its own
description, tried against it.
"""

import io
import json
from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta, timezone

import pytest
import schemathesis
import segno
from hypothesis import HealthCheck, given, settings
from markupsafe import escape
from PIL import Image
from schemathesis import checks
from schemathesis.specs.openapi import checks as described
from sqlmodel import select
from starlette.applications import Starlette
from starlette.testclient import TestClient

from data import audit
from data.access import accounts, invitations, sign_ins
from data.attendance import offline_scans, roster
from data.attendance.badges import replace_badge
from data.attendance.commands import admit, leave
from data.events.clock import real_now
from data.events.current import current_event
from data.programme import finish_item, start_item
from data.storage import database, identity
from data.words import LANGUAGES, catalogue
from models.access.accounts import FREE_OF_ADDRESS
from models.access.people import Person
from models.access.sign_ins import SignIn, SignInMethod
from models.attendance.badges import ReplacedBadge
from models.attendance.ledger import AttendanceFact, Delegate, DeskItem
from tests import stage
from tests.stage import (
    DISTRICT,
    REAL,
    VAN,
    VAN_CHAIR,
    VAN_WITH_DOT,
    at,
    content,
    give,
    idempotency_key,
    item,
    manage,
    person,
)
from tests.web.conftest import stop_clock
from web.api import pictures, scans
from web.api.app import app
from web.api.forms import MAX_SCANS
from web.api.problems import KIND, STATUS
from web.paths import address
from web.routes import middleware, routes

API = "/api/v1"
DESK, OTHER_DESK = "desk.ban_1", "desk.ban_2"
UNKNOWN = "9999B"


def visitor(**headers: str) -> TestClient:
    """Somebody's program or browser, before the application with all that stands before it."""
    told = Starlette(routes=routes, middleware=middleware)
    return TestClient(told, base_url="http://gate.test", headers=headers, follow_redirects=False)


def given_token(key: str = DESK) -> str:
    return manage(
        sign_ins.give_token, person_id=person(key).id, by=person("admin"), when=real_now()
    )


def program(key: str = DESK, **headers: str) -> TestClient:
    return visitor(Authorization=f"Bearer {given_token(key)}", **headers)


def browser(key: str, **headers: str) -> TestClient:
    """A browser that is signed in."""
    client = visitor(**headers)
    assert client.post("/sign-in", data={"person": key}).status_code == 303
    return client


@pytest.fixture(autouse=True)
def _stopped(request) -> Iterator[None]:
    """The clock of a rehearsal, stopped a while before its main session."""
    if "event" in request.fixturenames:
        request.getfixturevalue("event")
        stop_clock("D+1 07:00")
    yield


def row(badge: str = VAN, where: str = "phien_chinh", **facts) -> dict:
    told = {
        "scan_id": f"scan-{idempotency_key()}",
        "badge": badge,
        "item": item(where),
        "device_at": real_now().isoformat(),
    }
    return told | facts


def send(client: TestClient, told: object, path: str = "/scans", **headers: str):
    return client.post(
        API + path, content=json.dumps(told), headers={"Content-Type": "application/json"} | headers
    )


def problem(answer, status: int, code: str) -> dict:
    """The problem that an answer is, whole."""
    assert (answer.status_code, answer.headers["content-type"]) == (status, KIND), answer.text
    told = answer.json()
    assert (told["status"], told["code"], told["type"]) == (status, code, f"{API}/docs#{code}")
    assert told["title"] and told["detail"].endswith(".") and isinstance(told["facts"], dict)
    return told


def test_a_long_answer_is_compressed_for_who_takes_it(event):
    client = program()
    long = client.get(f"{API}/roster", headers={"accept-encoding": "gzip"})
    assert long.headers["content-encoding"] == "gzip" and long.json()["delegates"]
    plain = client.get(f"{API}/roster", headers={"accept-encoding": "identity"})
    assert "content-encoding" not in plain.headers and plain.json() == long.json()


# --- scans ----------------------------------------------------------------------------------------


def test_a_scan_is_recorded_with_the_devices_time_beside_the_servers(event):
    shown = real_now() - timedelta(seconds=20)
    told = send(program(), row(device_at=shown.isoformat())).json()
    assert (told["outcome"], told["standing"], told["place"], told["badge"]) == (
        "recorded",
        "present",
        "room",
        VAN,
    )
    with database.reading() as session:
        fact = session.exec(select(AttendanceFact)).one()
    assert fact.device_at == shown and fact.at == datetime.fromisoformat(told["at"]) != shown


def test_the_same_scan_again_changes_nothing_and_is_answered_as_before(event):
    client, told = program(), row()
    first = send(client, told).json()
    before = content("attendancefact", "attendancestate", "change", "latescan")
    for again in (told, told | {"offline": True}):
        answer = send(client, again).json()
        assert answer == first | {"repeated": True}
    assert content("attendancefact", "attendancestate", "change", "latescan") == before


@pytest.mark.parametrize("offline", [False, True])
def test_a_scans_id_with_another_badge_or_item_is_refused_with_both(event, offline):
    client, told = program(), row(offline=offline)
    send(client, told)
    before = content("attendancefact", "attendancestate", "latescan")
    for again in ({"badge": VAN_CHAIR}, {"item": item("dien_dan_1")}):
        facts = problem(send(client, told | again), 409, "key_used")["facts"]
        assert facts == {"badge": again.get("badge", VAN), "first": VAN}
    conflict = row(UNKNOWN, offline=True)
    assert send(client, conflict).json()["outcome"] == "conflict"
    problem(send(client, conflict | {"badge": VAN_CHAIR}), 409, "key_used")
    assert content("attendancefact", "attendancestate") == before[:2]


def test_a_badge_that_was_replaced_since_is_answered_as_the_first_time(event):
    client, told = program(), row()
    send(client, told)
    give(replace_badge, by="command", when="D+1 07:05", badge=VAN)
    assert send(client, told).json()["repeated"]


def test_an_item_that_is_over_is_named_and_admits_by_a_confirmation_alone(event):
    give(start_item, by="command", when="D+1 06:50", item_id=item("phien_chinh"))
    give(finish_item, by="command", when="D+1 06:55", item_id=item("phien_chinh"))
    client, told = program(), row(override="Đến muộn")
    for one in (told, told | {"substitute": "Bà Hoa"}):
        facts = problem(send(client, one), 409, "item_finished")["facts"]
        assert facts["item"]["vi"] and datetime.fromisoformat(facts["at"]) == at("D+1 06:55")
    assert client.get(f"{API}/standings").json()["finished"] == [item("phien_chinh")]
    late = row(VAN_CHAIR, offline=True)
    assert send(client, late).json()["problem"]["code"] == "item_finished"
    assert send(client, told | {"confirmed": True}).json()["standing"] == "present"
    before = row(VAN_WITH_DOT, offline=True, age=10 * 60_000)
    assert send(client, before).json()["outcome"] == "recorded", "it was made before the end"


def test_a_second_desk_is_told_when_and_where(event):
    send(program(OTHER_DESK), row())
    for language, desk in (("vi", "Bàn số 2"), ("en", "Desk 2")):
        answer = send(program(), row(), **{"Accept-Language": f"fr, {language};q=0.8"})
        told = problem(answer, 409, "already_in_at_desk")
        assert desk in told["detail"] and answer.headers["content-language"] == language
        assert datetime.fromisoformat(told["facts"]["at"]) and told["facts"]["desk"] == {
            "vi": "Bàn số 2",
            "en": "Desk 2",
        }


def test_a_substitute_and_an_override_carry_their_words(event):
    client = program()
    assert send(client, row(substitute="Phó Chánh Văn phòng")).json()["standing"] == "substitute"
    stop_clock("D+0 14:00")
    problem(send(client, row(VAN_CHAIR, "dien_dan_1")), 409, "wrong_item")
    said = {"override": "Tiểu ban điều sang"}
    told = send(client, row(VAN_CHAIR, "dien_dan_1", **said)).json()
    assert (told["outcome"], told["words"]) == ("recorded", "Tiểu ban điều sang")
    told = send(client, row(VAN_WITH_DOT, "dien_dan_1", substitute="Bà Hoa", **said)).json()
    assert (told["standing"], told["words"]) == ("substitute", "Bà Hoa (Tiểu ban điều sang)")


@pytest.mark.parametrize("said", ["0006C", " 0006-c", "…", "\u0301", "\u200b"])
def test_a_badge_code_and_what_says_nothing_are_no_name_and_no_reason(event, said):
    client = program()
    code = "words_are_badge" if "0006" in said else None
    problem(send(client, row(substitute=said)), 422 if code else 409, code or "substitute_needed")
    problem(send(client, row(override=said)), 422, code or "override_needed")


def test_undo_takes_back_what_was_recorded(event):
    client = program()
    send(client, row())
    told = {"scan_id": "undo-12345", "badge": VAN, "item": item("phien_chinh")}
    assert send(client, told, "/undo").json()["standing"] == "undone"
    assert send(client, told, "/undo").json()["repeated"]
    problem(send(client, told | {"scan_id": "undo-67890"}, "/undo"), 409, "nothing_to_undo")
    assert send(client, row()).json()["standing"] == "present"


def test_an_undo_by_the_scans_own_id_is_refused_and_undoes_nothing(event):
    client, told = program(), row()
    send(client, told)
    undo = {name: told[name] for name in ("scan_id", "badge", "item")}
    problem(send(client, undo, "/undo"), 409, "key_used")
    own = undo | {"scan_id": "undo-12345", "undoes": told["scan_id"]}
    assert send(client, own, "/undo").json()["standing"] == "undone"
    problem(send(client, row(scan_id="undo-12345")), 409, "key_used")
    problem(send(client, own | {"badge": VAN_CHAIR}, "/undo"), 409, "key_used")


def test_an_undo_names_its_scan_and_is_refused_with_what_has_come_since(event):
    client, told = program(), row()
    send(client, told)
    give(
        leave, by=OTHER_DESK, when="D+1 07:02", badge=VAN, item_id=item("phien_chinh"), to="outside"
    )
    undo = {"scan_id": "undo-12345", "undoes": told["scan_id"], "badge": VAN, "item": told["item"]}
    refusal = problem(send(client, undo, "/undo"), 409, "undo_overtaken_at_desk")
    assert "Bàn số 2" in refusal["detail"] and "07:02" in refusal["detail"]
    unknown = undo | {"scan_id": "undo-67890", "undoes": "no-such-scan"}
    problem(send(client, unknown, "/undo"), 409, "undo_overtaken_at_desk")


def test_what_a_device_answered_offline_is_recorded_and_a_conflict_listed(event):
    send(program(OTHER_DESK), row())
    told = send(
        program(), row(offline=True, device_at=(real_now() - timedelta(minutes=9)).isoformat())
    ).json()
    assert told["outcome"] == "conflict" and told["problem"]["code"] == "already_in_at_desk"
    with database.reading() as session:
        (conflict,) = offline_scans.conflicts(session, current_event(session))
    assert (conflict.late.desk["vi"], conflict.other.desk["vi"]) == ("Bàn số 1", "Bàn số 2")


# --- batches --------------------------------------------------------------------------------------

BROKEN = (
    ({"badge": VAN}, {"scan_id", "item", "device_at"}),
    ({"item": "three"}, {"item"}),
    ({"item": 0}, {"item"}),
    ({"item": 10**30}, {"item"}),
    ({"device_at": "yesterday"}, {"device_at"}),
    ({"device_at": "2026-01-05T08:00:00"}, {"device_at"}),
    ({"device_at": 1700000000}, {"device_at"}),
    ({"device_at": "1700000000"}, {"device_at"}),
    ({"sent_at": "1700000000000"}, {"sent_at"}),
    ({"age": -1}, {"age"}),
    ({"age": 2**60}, {"age"}),
    ({"device_at": "0001-01-01T00:00:00+14:00"}, {"device_at"}),
    ({"offline": "yes"}, {"offline"}),
    ({"scan_id": "a/b"}, {"scan_id"}),
    ({"badge": None}, {"badge"}),
    ({"badge": "\ud800"}, {"badge"}),
    ({"substitute": "x" * 201}, {"substitute"}),
    ({"colour": "red"}, {"colour"}),
    ("0005T", {"–"}),
    (None, {"–"}),
)


@pytest.mark.parametrize(
    ("broken", "fields"),
    BROKEN,
    ids=lambda one: json.dumps(one)[:30] if not isinstance(one, set) else "",
)
def test_a_broken_row_does_not_stop_the_others_and_is_named(event, broken, fields):
    rest = {} if broken == {"badge": VAN} else row(VAN_CHAIR)
    bad = rest | broken if isinstance(broken, dict) else broken
    answer = send(program(), {"scans": [row(), bad, row(VAN_WITH_DOT)]}).json()
    assert (answer["recorded"], answer["conflicts"], answer["refused"]) == (2, 0, 1)
    assert [one["outcome"] for one in answer["answers"]] == ["recorded", "refused", "recorded"]
    told = answer["answers"][1]
    assert told["index"] == 1 and told["problem"]["code"] == "scan_malformed"
    assert {one["field"] for one in told["problem"]["errors"]} == fields
    if isinstance(bad, dict):
        assert problem(send(program(), bad), 422, "scan_malformed")["errors"]


def test_a_full_batch_arrives_once_however_often_it_is_sent(event):
    with database.reading() as session:
        badges = list(session.exec(select(Delegate.badge)))
    rows = [row(badge, offline=True) for badge in badges] * (MAX_SCANS // len(badges))
    client = program()
    first, second = send(client, {"scans": rows}).json(), send(client, {"scans": rows}).json()
    assert [one["outcome"] for one in first["answers"]] == [
        one["outcome"] for one in second["answers"]
    ]
    with database.reading() as session:
        facts = session.exec(select(AttendanceFact.idempotency_key)).all()
    assert sorted(facts) == sorted({one["scan_id"] for one in rows})


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b"3",
        b'{"scans": []}',
        b'{"scans": {}}',
        b'{"scans": [1], "x": 1}',
        b"[" * 50_000,
        b"\xff\xfe",
        b"1" * 5000,
    ],
    ids=lambda body: repr(body[:12]),
)
def test_a_body_that_is_no_scan_and_no_batch_is_refused_as_a_whole(event, body):
    answer = program().post(
        f"{API}/scans", content=body, headers={"Content-Type": "application/json"}
    )
    assert problem(answer, 422, answer.json()["code"])["code"] in (
        "batch_malformed",
        "scan_malformed",
    )


@pytest.mark.one_database
def test_one_scan_too_many_is_refused(event):
    problem(send(program(), {"scans": [{}] * (MAX_SCANS + 1)}), 422, "batch_malformed")
    assert send(program(), {"scans": [{}] * MAX_SCANS}).json()["refused"] == MAX_SCANS


# --- bad input ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "badge",
    [
        "",
        " ",
        "0005",
        "0005Ư",
        "https://example.org/0005T",
        "7" * 10_000,
        "ă" * 20_000,
        "\u0000",
        "'; DROP TABLE change",
        "٠٠٠٥T",
    ],
    ids=lambda badge: repr(badge[:10]),
)
def test_a_code_that_is_no_badge_is_refused_in_words_online_and_kept_offline(event, badge):
    client = program()

    def sent(**facts):
        body = json.dumps(row("BADGE", **facts)).replace('"BADGE"', json.dumps(badge))
        return client.post(
            f"{API}/scans", content=body, headers={"Content-Type": "application/json"}
        )

    problem(sent(), 409, "badge_malformed")
    assert sent(offline=True).json()["outcome"] == "conflict"


@pytest.mark.parametrize("typed", ["0005t", " 0005T ", "0005-T", "0 0 0 5 T", "\u200b0005T\r"])
def test_a_code_from_a_keyboard_is_read_as_it_was_meant(event, typed):
    assert send(program(), row(typed)).json()["badge"] == VAN


@pytest.mark.parametrize(
    ("age", "code"), [(timedelta(days=7), "device_scan_old"), (timedelta(days=-7),
    "device_clock_ahead"), (real_now() - datetime(1970, 1, 1, tzinfo=timezone.utc),
    "device_scan_old")]
)  # fmt: skip
def test_a_replay_from_last_week_and_a_wrong_clock_let_nobody_in(event, age, code):
    told = send(program(), row(offline=True, device_at=(real_now() - age).isoformat())).json()
    assert (told["outcome"], told["problem"]["code"]) == ("conflict", code)


def test_a_device_whose_clock_is_a_day_off_is_recorded_with_the_right_time(event):
    wrong = real_now() + timedelta(days=1)
    told = send(
        program(),
        row(
            offline=True,
            device_at=(wrong - timedelta(minutes=9)).isoformat(),
            sent_at=wrong.isoformat(),
        ),
    )
    assert told.json()["outcome"] == "recorded"
    with database.reading() as session:
        fact = session.exec(select(AttendanceFact)).one()
    assert fact.at - fact.came_at == timedelta(minutes=9) and fact.device_at == wrong - timedelta(
        minutes=9
    )


# --- who may --------------------------------------------------------------------------------------

READS = ("/roster", "/standings", "/attendance")


@pytest.mark.one_database
@pytest.mark.parametrize("key", ["admin", "command", DESK, OTHER_DESK])
def test_whoever_lets_people_in_may_scan_and_hold_a_roster(event, key):
    client = browser(key)
    assert send(client, row()).json()["outcome"] == "recorded"
    assert {client.get(API + path).status_code for path in READS} == {200}


@pytest.mark.one_database
@pytest.mark.parametrize(
    "key",
    ["committee", "lead.an_ninh", "deputy.an_ninh", "rapporteur.dien_dan_1", "media", "display"],
)
def test_everybody_else_may_not_and_sees_figures_only_where_his_pages_show_them(event, key):
    if key == "display":
        client = visitor()
        token = manage(sign_ins.open_display, name="Sảnh", by=person("admin"), when=real_now())
        assert client.get(f"/d/{token}").status_code == 303
    else:
        client = browser(key)
    for path in ("/roster", "/standings"):
        problem(client.get(API + path), 403, "not_permitted")
    for path, told in (
        ("/scans", row()),
        ("/scans", {"scans": [row()]}),
        ("/scans", row(offline=True)),
    ):
        problem(send(client, told, path), 403, "not_permitted")
    problem(
        send(client, {"scan_id": "undo-12345", "badge": VAN, "item": item("phien_chinh")}, "/undo"),
        403,
        "not_permitted",
    )
    problem(
        client.post(f"{API}/decode", content=b"x", headers={"Content-Type": "image/png"}),
        403,
        "not_permitted",
    )
    seen = client.get(f"{API}/attendance").status_code
    assert seen == (403 if key in ("media", "display") else 200)
    assert content("attendancefact", "latescan") == [[], []]


def test_nobody_gets_anything_without_signing_in(event):
    client = visitor()
    for path in READS:
        answer = client.get(API + path)
        problem(answer, 401, "sign_in_needed")
        assert answer.headers["www-authenticate"].startswith("Bearer")
    for path in ("/scans", "/undo"):
        problem(send(client, row(), path), 401, "sign_in_needed")


def test_a_desk_sees_its_own_items_and_of_others_nothing_but_where_a_badge_belongs(event):
    told = program().get(f"{API}/roster").json()
    assert [one["key"] for one in told["items"]] == ["dang_hoa", "dien_dan_1", "phien_chinh"]
    assert told["desk"] == {"key": "ban_1", "name": {"vi": "Bàn số 1", "en": "Desk 1"}}
    assert told["event"]["rehearsal"] is True and told["person"] == DESK
    assert told["elsewhere"][VAN_CHAIR] == [item("dien_dan_2")]
    assert [one["title"]["vi"] for one in told["right"]] == ["Diễn đàn 2"]
    assert {one["key"] for one in program().get(f"{API}/attendance").json()["items"]} == {
        "dang_hoa",
        "dien_dan_1",
        "phien_chinh",
    }
    problem(send(program(), row(VAN_CHAIR, "dien_dan_2")), 403, "desk_not_for_item")
    problem(send(program(), row(VAN_CHAIR, "don_tiep")), 404, "item_unknown")


def test_who_is_expected_only_elsewhere_is_not_named_to_a_desk(event):
    """Of the small event the main session expects everybody: without it the second forum's
    people are strangers to desk 1.
    """
    with database.writing() as session:
        for link in session.exec(
            select(DeskItem).where(DeskItem.item_id.in_([item("phien_chinh"), item("dang_hoa")]))
        ):
            session.delete(link)
    told = program().get(f"{API}/roster").json()
    assert VAN in {one["badge"] for one in told["delegates"]} and VAN_CHAIR not in {
        one["badge"] for one in told["delegates"]
    }
    assert VAN_CHAIR in told["elsewhere"]


# --- the roster and the standings -----------------------------------------------------------------


def test_a_list_of_delegates_that_a_device_takes_is_in_the_trail_and_an_unchanged_one_is_not(event):
    client = program()
    before = stage.revision()
    first = client.get(f"{API}/roster")
    assert stage.revision() == before + 1
    with database.reading() as session:
        newest = audit.rows(session, event, audit.Filter(), limit=1)[0]
    assert (newest.command, newest.what["rows"]) == (
        "export_roster",
        len(first.json()["delegates"]),
    )
    client.get(f"{API}/roster", headers={"If-None-Match": first.headers["etag"]})
    assert stage.revision() == before + 1


def test_the_roster_is_sent_again_only_when_it_is_another(event):
    client = program()
    first = client.get(f"{API}/roster")
    tag = first.headers["etag"]
    for shown in (tag, f'"x", {tag}', f"W/{tag}"):
        again = client.get(f"{API}/roster", headers={"If-None-Match": shown})
        assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", tag)
    send(client, row())
    assert client.get(f"{API}/roster", headers={"If-None-Match": tag}).status_code == 304, (
        "a scan does not change it"
    )
    with database.writing() as session:
        found = session.exec(select(Delegate).where(Delegate.badge == VAN)).one()
        facts = {
            "event_id": event.id,
            "badge": "0099C",
            "delegate_id": found.id,
            "at": REAL,
            "person_id": 1,
            "idempotency_key": "n",
        }
        session.add(ReplacedBadge(**facts))
    assert client.get(f"{API}/standings").json()["roster"] != tag, "a gate learns of it at once"
    told = client.get(f"{API}/roster", headers={"If-None-Match": tag})
    assert told.headers["etag"] == client.get(f"{API}/standings").json()["roster"]
    assert told.status_code == 200 and told.json()["replaced"] == ["0099C"]
    assert (
        browser(OTHER_DESK)
        .get(f"{API}/roster", headers={"If-None-Match": told.headers["etag"]})
        .status_code
        == 200
    )


def test_the_standings_tell_what_changed_since(event):
    client = program()
    empty = client.get(f"{API}/standings").json()
    assert (empty["standings"], empty["last"]) == ([], 0)
    send(client, row())
    first = client.get(f"{API}/standings").json()
    send(program(OTHER_DESK), row(VAN_WITH_DOT))
    since = client.get(f"{API}/standings?after={first['last']}").json()
    assert [(one["badge"], one["desk"]["vi"]) for one in since["standings"]] == [
        (VAN_WITH_DOT, "Bàn số 2")
    ]
    send(client, {"scan_id": "undo-12345", "badge": VAN, "item": item("phien_chinh")}, "/undo")
    undone = client.get(f"{API}/standings?after={since['last']}").json()
    assert [(one["badge"], one["standing"], one["place"]) for one in undone["standings"]] == [
        (VAN, "undone", "outside")
    ]
    assert [one["badge"] for one in client.get(f"{API}/standings").json()["standings"]] == [
        VAN_WITH_DOT
    ]
    for wrong in ("-1", "x", "", str(2**40)):
        problem(client.get(f"{API}/standings?after={wrong}"), 422, "parameter_malformed")


def test_the_figures_keep_the_equation_for_each_item_and_delegation(event):
    send(program(), {"scans": [row(), row(VAN_CHAIR, substitute="Phó"), row(DISTRICT, "dang_hoa")]})
    told = browser("command").get(f"{API}/attendance").json()
    assert len(told["items"]) > 3
    for one in told["items"]:
        for heads in (one, *one["delegations"]):
            parts = sum(
                heads[name] for name in ("present", "substituted", "excused", "absent", "not_yet")
            )
            assert heads["expected"] == parts, one["key"]
        assert one["present"] == sum(heads["present"] for heads in one["delegations"])
    main = next(one for one in told["items"] if one["key"] == "phien_chinh")
    assert (main["present"], main["substituted"], main["inside"]) == (1, 1, 2)


# --- tokens ---------------------------------------------------------------------------------------


def ended(token_of: str, by: str = "admin") -> None:
    with database.reading() as session:
        number = session.exec(
            select(SignIn.id)
            .join(Person, Person.id == SignIn.person_id)
            .where(Person.key == token_of, SignIn.how == SignInMethod.TOKEN.value)
        ).one()
    manage(sign_ins.end_sign_in, sign_in_id=number, by=person(by), when=real_now())


def test_a_token_is_listed_noted_as_used_from_and_ends_at_once(event):
    client = program()
    assert client.get(f"{API}/roster").status_code == 200
    with database.reading() as session:
        assert [one.how for one in sign_ins.browsers(session, now=real_now())] == [
            SignInMethod.TOKEN.value
        ]
    ended(DESK, by="command")
    problem(client.get(f"{API}/roster"), 401, "token_wrong")
    problem(send(client, row()), 401, "token_wrong")


def test_withdrawing_a_desk_ends_its_tokens_and_its_browsers(event):
    clients = program(), browser(DESK)
    manage(invitations.withdraw, person_id=person(DESK).id, by=person("admin"), when=real_now())
    problem(clients[0].get(f"{API}/roster"), 401, "token_wrong")
    problem(clients[1].get(f"{API}/roster"), 401, "sign_in_over")


def test_a_token_signs_no_browser_in_and_a_browsers_is_no_token(event):
    token = given_token()
    assert visitor().get(f"/d/{token}").status_code == 403
    assert visitor().post(f"/join/{token}").status_code == 403
    client = visitor(Cookie=f"san_sang={token}")
    problem(client.get(f"{API}/roster"), 401, "sign_in_needed")
    cookie = browser(DESK).cookies[identity.cookie("san_sang")].rpartition(".")[0]
    problem(visitor(Authorization=f"Bearer {cookie}").get(f"{API}/roster"), 401, "token_wrong")


@pytest.mark.parametrize("header", ["Bearer", "Bearer ", "Basic eDp5", "Bearer \xe9\xe9", "x"])
def test_a_header_that_is_no_token_is_refused(event, header):
    problem(
        visitor().get(f"{API}/roster", headers={"Authorization": header.encode("latin-1")}),
        401,
        "token_wrong",
    )


def test_whoever_tries_tokens_has_to_wait_and_whoever_has_one_has_not(event):
    wrong, right = visitor(Authorization="Bearer guess"), program()
    for _ in range(FREE_OF_ADDRESS):
        problem(wrong.get(f"{API}/roster"), 401, "token_wrong")
    answer = wrong.get(f"{API}/roster")
    problem(answer, 429, "sign_in_wait")
    assert int(answer.headers["retry-after"]) > 0
    assert right.get(f"{API}/roster").status_code == 200


def test_a_desk_that_is_locked_is_told_so_and_its_token_is_not(event):
    client, own = browser(DESK), program()
    pin_of = person(DESK).id
    with database.reading() as session:
        number = session.exec(
            select(SignIn.id).where(SignIn.how == SignInMethod.REHEARSAL.value)
        ).one()

    manage(accounts.set_pin, by=person("admin"), when=real_now(), from_id=number, person_id=pin_of)
    manage(accounts.lock, by=person(DESK), when=real_now(), from_id=number)
    problem(client.get(f"{API}/roster"), 423, "desk_locked")
    problem(send(client, row()), 423, "desk_locked")
    assert own.get(f"{API}/roster").status_code == 200


# --- at the doorway -------------------------------------------------------------------------------


@pytest.mark.one_database
def test_another_sites_page_cannot_scan_for_a_signed_in_desk(event):
    client = browser(DESK)
    problem(send(client, row(), Origin="http://evil.vn"), 403, "other_site")
    assert send(client, row(), Origin="http://gate.test").status_code == 200
    for path in ("/scans", "/undo", "/decode"):
        problem(
            client.post(API + path, content=b"{}", headers={"Content-Type": "text/plain"}),
            415,
            "body_kind",
        )


@pytest.mark.one_database
@pytest.mark.parametrize(
    ("path", "most"),
    [
        ("/scans", 1_500_000),
        ("/undo", 1_500_000),
        ("/decode", 8_000_000),
        ("/roster", 0),
        ("/x", 0),
    ],
)
def test_a_body_that_is_too_long_is_not_read(event, path, most):
    problem(program().post(API + path, content=b" " * (most + 1)), 413, "body_too_long")


@pytest.mark.one_database
def test_a_body_that_will_not_say_how_long_it_is_is_not_read(event):
    answer = program().post(
        f"{API}/scans", content=iter([b"{}"]), headers={"Content-Type": "application/json"}
    )
    problem(answer, 413, "body_too_long")


@pytest.mark.one_database
def test_an_address_or_a_method_that_is_not_there_is_a_problem_too(event):
    problem(program().get(f"{API}/made-up"), 404, "not_found")
    problem(program().get(f"{API}/scans"), 405, "method_not_allowed")


@pytest.mark.one_database
def test_every_answer_carries_the_policy_and_none_is_kept_by_a_proxy(event):
    client = program()
    for answer in (
        client.get(f"{API}/roster"),
        client.get(f"{API}/attendance"),
        client.get(f"{API}/x"),
        send(client, row()),
    ):
        assert "default-src 'self'" in answer.headers["content-security-policy"]
        assert answer.headers["cache-control"] in ("private, no-cache", "no-store")
        assert "access-control-allow-origin" not in answer.headers


def test_a_lost_database_is_told_as_that_and_never_as_an_ended_access(event, monkeypatch, tmp_path):
    """A gate that took it for the latter would wipe itself."""
    client = browser(DESK)
    database.dispose()
    monkeypatch.setenv("DATABASE_URL", "postgresql+psycopg://x:y@127.0.0.1:9/nothing")
    problem(client.get(f"{API}/standings"), 503, "database_lost")
    problem(send(client, {"scans": [{}]}), 503, "database_lost")
    database.dispose()


# --- photographs ----------------------------------------------------------------------------------


def picture(text: str, kind: str = "png", size: int = 900) -> bytes:
    """A photograph: the code somewhere in a grey picture."""
    code = io.BytesIO()
    segno.make(text, error="m").save(code, kind="png", scale=8, border=4)
    page = Image.new("RGB", (size, size), (150, 140, 120))
    page.paste(
        Image.open(code).convert("RGB").rotate(7, expand=True, fillcolor=(150, 140, 120)),
        (size // 4, size // 4),
    )
    told = io.BytesIO()
    page.save(told, kind)
    return told.getvalue()


@pytest.mark.one_database
@pytest.mark.parametrize("kind", ["png", "jpeg", "webp"])
def test_the_code_in_a_photograph_is_read(event, kind):
    told = program().post(
        f"{API}/decode", content=picture(VAN, kind), headers={"Content-Type": f"image/{kind}"}
    )
    assert told.json() == {"codes": [VAN]}


@pytest.mark.one_database
def test_a_photograph_without_a_code_has_none_and_what_is_no_picture_is_refused(event):
    client = program()

    def read(body: bytes):
        return client.post(f"{API}/decode", content=body, headers={"Content-Type": "image/png"})

    plain = io.BytesIO()
    Image.new("L", (300, 300), 200).save(plain, "png")
    assert read(plain.getvalue()).json() == {"codes": []}
    bomb = io.BytesIO()
    Image.new("1", (20_000, 20_000)).save(bomb, "png")
    assert len(bomb.getvalue()) < 100_000 and pictures.MAX_PIXELS < 20_000**2
    gif = io.BytesIO()
    Image.new("L", (10, 10)).save(gif, "gif")
    for body in (b"", b"no picture", picture(VAN)[:200], bomb.getvalue(), gif.getvalue()):
        problem(read(body), 422, "picture_malformed")


# --- its description ------------------------------------------------------------------------------


@pytest.mark.one_database
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_description_is_served_from_here_alone_and_names_every_problem(event, language):
    answer = visitor().get(f"{API}/docs", headers={"Accept-Language": language})
    assert (
        answer.status_code == 200
        and "http://" not in answer.text
        and "https://" not in answer.text.replace("https://json-schema.org", "")
    )
    assert address("sign_in.css") in answer.text and all(
        f"{API}{path}" in answer.text for path in app.openapi()["paths"]
    )
    assert all(f'id="{code}"' in answer.text for code in ("already_in_at_desk", "scan_malformed"))
    assert (
        visitor().get(f"{API}/openapi.json").json()["paths"].keys() == app.openapi()["paths"].keys()
    )


def described_texts() -> dict[str, str]:
    """Every text of the description that the page shows, by its key in the catalogues."""
    told, found = app.openapi(), {}
    for path, methods in told["paths"].items():
        (one,) = methods.values()
        found |= {
            f"path.{path[1:]}": one["summary"],
            f"path.{path[1:]}_more": one.get("description"),
        }
        found |= {
            f"path.{path[1:]}_{asked['name']}": asked["description"]
            for asked in one.get("parameters", [])
        }
        for body in one.get("requestBody", {}).get("content", {}).values():
            forms = body["schema"].get("oneOf", [body["schema"]])
            found |= described_forms(
                {form["title"]: form for form in forms if form.get("properties")}
            )
        found |= {
            f"status.{status}": answer["description"]
            for status, answer in one["responses"].items()
            if status != "200"
        }
    found |= described_forms(
        {name: one for name, one in told["components"]["schemas"].items() if one.get("properties")}
    )
    return {f"api.{key}": " ".join(text.split()) for key, text in found.items() if text}


def described_forms(forms: dict[str, dict]) -> dict[str, str]:
    fields = {
        f"field.{name}_{field}": one.get("description")
        for name, form in forms.items()
        for field, one in form["properties"].items()
    }
    return {f"form.{name}": form["description"] for name, form in forms.items()} | fields


def test_whatever_is_described_is_said_in_vietnamese_too(event):
    texts = described_texts()
    assert len(texts) > 40
    assert texts == {key: catalogue("en").get(key) for key in texts}, (
        "the catalogue says what the description says"
    )
    vi = visitor().get(f"{API}/docs", headers={"Accept-Language": "vi"}).text
    for key, text in texts.items():
        said = catalogue("vi")[key]
        assert shown(said) in vi, key
        assert said == text or len(text) < 20 or shown(text) not in vi, f"{key} is English"


def shown(text: str) -> str:
    """The longest part of a text as the page has it, names of fields left out."""
    return escape(max(text.split("`"), key=len).strip())


def test_every_problem_that_a_door_gives_is_listed():
    unlisted = {"no_event", "not_found", "method_not_allowed", "other_site", "reason_too_long"}
    assert set(STATUS) - unlisted <= set(scans.CODES)


CHECKS = settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))


def test_nothing_that_can_be_sent_breaks_it_or_is_answered_as_it_is_not_described(event):
    """schemathesis makes requests of the description, good and bad ones, and holds the answers
    against it.
    """
    asked = Starlette(routes=routes, middleware=middleware)
    headers = {"Authorization": f"Bearer {given_token()}", "Host": "gate.test"}
    schema = schemathesis.openapi.from_asgi(f"{API}/openapi.json", asked)
    held = (
        checks.not_a_server_error,
        described.status_code_conformance,
        described.content_type_conformance,
        described.response_schema_conformance,
    )
    tried = Counter()
    for result in schema.get_all_operations():
        operation = result.ok()
        formed = [
            *operation.query,
            *(body for body in operation.body if body.media_type == "application/json"),
        ]
        for mode in (
            schemathesis.GenerationMode if formed else [schemathesis.GenerationMode.POSITIVE]
        ):

            @CHECKS
            @given(case=operation.as_strategy(generation_mode=mode))
            def hold(case):
                tried[case.operation.label] += 1
                case.call_and_validate(headers=headers, checks=held)

            hold()
    assert set(tried) == {
        f"{method.upper()} {path}"
        for path, methods in app.openapi()["paths"].items()
        for method in methods
    }
    assert sum(tried.values()) > 100, "what takes nothing has one form only"
    assert roster.may_scan(person(DESK)), "and the desk is still there"


def test_a_scan_by_the_api_is_seen_by_the_ledger_and_the_other_way_round(event):
    give(admit, by=OTHER_DESK, when="D+1 06:50", badge=VAN, item_id=item("phien_chinh"))
    problem(send(program(), row()), 409, "already_in_at_desk")
