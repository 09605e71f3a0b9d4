"""The gate in Chromium: it answers by itself, loses nothing without the network, and wipes
itself when its access is withdrawn.
"""

import io
from collections.abc import Iterator
from datetime import timedelta

import pytest
import segno
from PIL import Image, ImageChops, ImageFilter
from playwright.sync_api import Browser, BrowserContext, Page, expect
from sqlmodel import func, select

from data.access import invitations
from data.attendance import offline_scans
from data.attendance.badges import replace_badge
from data.attendance.commands import announce_substitute, excuse
from data.events.clock import real_now
from data.events.current import current_event
from data.storage import database
from data.words import catalogue
from models.attendance.badges import ReplacedBadge, badge_of, check_letter
from models.attendance.ledger import Delegate
from tests import stage
from tests.browser.conftest import OPTIONS, pointed_at, program
from tests.browser.gate import (
    DESK,
    FORUM,
    KEPT,
    MAIN,
    OTHER_FORUM,
    PATIENCE,
    SAY,
    TYPED,
    WHEN,
    answered,
    as_text,
    choose,
    code_picture,
    facts,
    film,
    kept_by_worker,
    latest,
    let_in,
    missing,
    ready,
    scan,
    wait_for_yes,
    waiting,
)
from tests.browser.screen import SIDEWAYS, photograph, type_as_scanner
from tests.stage import manage

pytestmark = pytest.mark.usefixtures("reads_with_gate")

WITHIN = 2_000  # ms in which withdrawn access has to end
SMALL = """() => [...document.querySelectorAll('button, a, input, select, label.button')]
  .filter(one => one.checkVisibility({ visibilityProperty: true, opacityProperty: true }))
  .map(one => [one.id || one.textContent.slice(0, 30), one.getBoundingClientRect()])
  .filter(([, { width, height }]) => width && (width < 43.5 || height < 43.5))
  .map(([name, { width, height }]) => `${name} ${width}×${height}`)"""
# Whether the gate has taken in, and kept, the newest that the server says of a badge: where its
# delegate stands, and that it was replaced.
KNOWS = f"""async badge => {{
  const told = await (await fetch('/api/v1/standings')).json();
  return told.standings.some(one => one.badge === badge)
    && (await ({KEPT})()).includes(`"last":${{told.last}},`);
}}"""
REFUSES = f"""async badge => {{
  const answer = await fetch('/api/v1/roster'), told = await answer.json();
  const etag = answer.headers.get('etag').replace(/^W[/]/, '');
  return told.replaced.includes(badge) && (await ({KEPT})()).includes(JSON.stringify(etag));
}}"""
# Which of some words stand in the page, its fields, or what a browser keeps beside the database.
EVERYWHERE = """async words => {
  const told = [document.documentElement.outerHTML, ...Object.values(localStorage),
    ...Object.values(sessionStorage), location.href, document.cookie];
  for (const field of document.querySelectorAll('input, select')) told.push(field.value);
  for (const name of await caches.keys()) {
    const cache = await caches.open(name);
    for (const request of await cache.keys())
      told.push(request.url, await (await cache.match(request)).text());
  }
  return words.filter(word => told.some(text => text.includes(word)));
}"""


# --- answers --------------------------------------------------------------------------------------


def test_a_badge_is_let_in_at_once_and_the_second_time_it_is_already_in(at_gate):
    page = at_gate()
    (badge,) = missing(1)
    scan(page, badge, "in")
    assert page.get_attribute("body", "data-sounded") == "good"
    waiting(page, 0)
    assert facts([badge])[badge].device_at is not None
    scan(page, badge.lower(), "already", who=badge, more="06:52")
    assert page.get_attribute("body", "data-sounded") == "bad"
    expect(page.locator("#newest li")).to_have_count(1)


def test_what_another_desk_recorded_is_known_with_when_and_where(at_gate):
    page = at_gate()
    (badge,) = missing(1)
    let_in(badge)
    wait_for_yes(page, KNOWS, badge)
    scan(page, badge, "already", more="Bàn điểm danh số 8")
    expect(page.locator("#answer_more")).to_contain_text("06:52")


def test_each_kind_of_badge_has_its_word_and_colour(at_gate):
    excused, announced, named, dead, stranger = missing(5)
    item = stage.item(MAIN)
    stage.give(excuse, by="command", when="D-1 09:00", badge=excused, item_id=item, reason="Ốm")
    stage.give(
        announce_substitute,
        by="command",
        when="D-1 09:00",
        badge=announced,
        item_id=item,
        substitute="",
    )
    stage.give(
        announce_substitute,
        by="command",
        when="D-1 09:00",
        badge=named,
        item_id=item,
        substitute="Phó Chánh Văn phòng",
    )
    with database.writing() as session:
        event = current_event(session)
        owner = session.exec(select(Delegate.id).where(Delegate.badge == stranger)).one()
        told = {
            "event_id": event.id,
            "delegate_id": owner,
            "at": stage.REAL,
            "person_id": 1,
            "idempotency_key": stage.idempotency_key(),
        }
        session.add(ReplacedBadge(badge=dead, **told))
    page = at_gate()
    scan(page, mistyped(), "mistyped")
    scan(page, "https://vi-du.vn/0001", "malformed", who="HTTPS")
    scan(page, unknown(), "unknown")
    scan(page, dead, "replaced")
    scan(page, excused, "excused")
    assert page.get_attribute("#answer", "data-tone") == "good"
    scan(page, named, "substitute")
    scan(page, announced, "needs_name")
    assert page.get_attribute("#answer", "data-tone") == "note"
    page.fill("#ask_words", "Phó Chủ tịch UBND xã")
    page.click("#ask_go")
    answered(page, "substitute", who=announced)
    waiting(page, 0)
    section_snapshots = {
        badge: one.status for badge, one in latest([excused, announced, named]).items()
    }
    assert section_snapshots == {excused: "present", announced: "substitute", named: "substitute"}


def unknown() -> str:
    """A well-formed code that is nobody's."""
    return f"9990{check_letter('9990')}"


def mistyped() -> str:
    return f"9991{check_letter('9990')}"


def test_another_rooms_delegate_is_told_the_right_room_and_let_in_with_a_reason(at_gate):
    page = at_gate("desk.ban_1")
    choose(page, FORUM)
    (badge,) = missing(1, OTHER_FORUM, not_at=FORUM)
    scan(page, badge, "finished", more=SAY["vi"]["finished_why"].partition("}")[2])
    photograph(page, "gate-finished")
    page.click("#ask_go")
    answered(page, "other_room", who=badge, more="Diễn đàn về phát triển kinh tế")
    for wrong in ("…", "0942P"):
        page.fill("#ask_words", wrong)
        page.click("#ask_go")
        assert page.evaluate("document.getElementById('ask_words').validationMessage")
    page.fill("#ask_words", "Tiểu ban điều sang")
    page.click("#ask_go")
    answered(page, "in", who=badge)
    waiting(page, 0)
    assert facts([badge], FORUM)[badge].words == "Tiểu ban điều sang"
    (other,) = missing(1, OTHER_FORUM, not_at=FORUM)
    page.fill("#query", other)
    row = page.locator("#found li", has_text=other)
    if not row.count():  # the desk does not hold who they are: by their badge then
        return
    row.get_by_role("button", name=SAY["vi"]["substitute"], exact=True).click()
    page.fill("#ask_words", "Bà Hoa")
    page.click("#ask_go")
    answered(page, "other_room", who=other)
    page.fill("#ask_words", "Được điều sang")
    page.click("#ask_go")
    answered(page, "substitute", who=other)
    waiting(page, 0)
    assert facts([other], FORUM)[other].words == "Bà Hoa (Được điều sang)"


def test_a_gate_left_at_yesterdays_item_goes_to_the_one_that_runs_by_one_tap(at_gate):
    page = at_gate("desk.ban_1")
    choose(page, FORUM)
    (badge,) = missing(1)
    before = facts([badge], FORUM).keys()  # of yesterday, if they were there
    scan(page, badge, "finished")
    assert facts([badge], FORUM).keys() == before
    page.click("#ask_switch")
    answered(page, "in", who=badge)
    assert page.input_value("#item") == str(stage.item(MAIN))
    waiting(page, 0)
    assert facts([badge])[badge].words == ""


# A device's clock that shows another time from now on, by `wrong` ms.
WRONG_CLOCK = """wrong => {
  const Right = globalThis.Right ??= Date;
  globalThis.Date = class extends Right {
    constructor(...given) { given.length ? super(...given) : super(Right.now() + wrong); }
    static now() { return Right.now() + wrong; }
  };
}"""
HOUR = 3_600_000
# Whether the page has noted its clocks since a moment, as it does every few seconds.
NOTED = f"""async since => [...(await ({KEPT})()).matchAll(/"shown":(\\d+)/g)]
  .some(([, shown]) => shown >= since && shown < since + {HOUR} / 2)"""


def test_a_clock_put_right_between_scan_and_sending_counts_everybody_at_the_right_time(at_gate):
    page = at_gate()
    kept_by_worker(page)
    badges = missing(3)
    page.context.set_offline(True)
    page.wait_for_selector("#line[data-state=offline]")
    for badge, wrong in zip(badges, (HOUR, -HOUR, -24 * HOUR), strict=True):
        page.evaluate(WRONG_CLOCK, wrong)
        scan(page, badge, "in")
    page.evaluate(WRONG_CLOCK, 0)  # somebody puts it right
    wait_for_yes(page, NOTED, page.evaluate("Date.now()"))
    page.reload()
    ready(page, "offline")
    page.context.set_offline(False)
    waiting(page, 0)
    late = select(offline_scans.LateScan).where(offline_scans.LateScan.badge.in_(badges))
    with database.reading() as session:
        wrong = {one.badge: one.facts["clock_wrong"] for one in session.exec(late)}
    assert wrong == dict(zip(badges, (60, -60, -1440), strict=True))
    for one in facts(badges).values():
        assert abs(one.at - one.came_at) < timedelta(minutes=2)


def test_a_search_without_accents_finds_and_lets_in_and_undo_takes_back(at_gate):
    page = at_gate()
    (badge,) = missing(1)
    page.fill("#query", badge[:4])
    row = page.locator("#found li", has_text=badge)
    row.get_by_role("button", name=SAY["vi"]["admit"]).click()
    answered(page, "in", who=badge)
    waiting(page, 0)
    page.fill("#query", "uy ban")
    page.locator("#found li").nth(5).wait_for()  # the list follows what is typed after a moment
    page.locator("#newest li").first.get_by_role("button").click()
    answered(page, "undone", who=badge)
    assert latest([badge])[badge].status == "undone"
    scan(page, badge, "in")


def test_what_a_scanner_types_is_taken_wherever_the_finger_was_last(at_gate):
    page = at_gate()
    (badge,) = missing(1)
    page.locator("#desk").click()
    page.evaluate("() => document.activeElement.blur()")
    type_as_scanner(page, f"{badge[:2]} {badge[2:].lower()}")
    answered(page, "in", who=badge)


# --- without the network --------------------------------------------------------------------------


def test_it_answers_without_the_network_and_sends_when_it_is_back(at_gate):
    page = at_gate()
    kept_by_worker(page)
    badges = missing(3)
    page.context.set_offline(True)
    page.wait_for_selector("#line[data-state=offline]")
    assert SAY["vi"]["offline"].partition("{")[0].strip() in page.inner_text("#state")
    for badge in badges[:2]:
        scan(page, badge, "in")
    scan(page, badges[0], "already", more=SAY["vi"]["here"])
    waiting(page, 2)
    photograph(page, "gate-offline")
    since = page.inner_text("#state")
    page.reload()
    ready(page, "offline")
    assert page.inner_text("#state") <= since, "since it was lost, not since the page was opened"
    waiting(page, 2)
    scan(page, badges[1], "already")
    scan(page, badges[2], "in")
    assert facts(badges) == {}
    page.context.set_offline(False)
    waiting(page, 0)
    found = facts(badges)
    assert set(found) == set(badges) and all(one.device_at for one in found.values())
    with database.reading() as session:
        late = session.exec(
            select(func.count())
            .select_from(offline_scans.LateScan)
            .where(offline_scans.LateScan.badge.in_(badges))
        ).one()
    assert late == 3


def test_a_server_that_is_killed_and_comes_back_gets_every_scan_once(servers, at_gate):
    server = servers(WHEN)
    pointed_at(server.database)
    page = at_gate(server=server)
    badges = missing(6)
    scan(page, badges[0], "in")
    server.kill()
    for badge in badges[1:]:
        scan(page, badge, "in")
    page.wait_for_selector("#line[data-state=offline]")
    server.start()
    ready(page)
    waiting(page, 0)
    assert set(facts(badges)) == set(badges)
    assert page.is_hidden("#refused_number")


def test_a_gate_that_was_cut_off_with_400_scans_sends_each_once(servers, at_gate):
    server = servers(WHEN)
    pointed_at(server.database)
    page = at_gate(server=server)
    page.context.set_offline(True)
    page.wait_for_selector("#line[data-state=offline]")
    badges = missing(400)
    page.evaluate(TYPED, badges)
    waiting(page, 400)
    page.context.set_offline(False)
    waiting(page, 0)
    assert set(facts(badges)) == set(badges)
    assert page.is_hidden("#refused_number")


def test_one_badge_at_two_doors_is_said_on_arrival_and_listed_for_the_command_room(at_gate):
    page = at_gate()
    (badge,) = missing(1)
    page.context.set_offline(True)
    page.wait_for_selector("#line[data-state=offline]")
    scan(page, badge, "in")
    let_in(badge)
    page.context.set_offline(False)
    page.wait_for_selector("#refused_number:not([hidden])", timeout=PATIENCE)
    waiting(page, 0)
    told = page.inner_text("#refused_list")
    assert badge in told and "Bàn điểm danh số 8" in told and SAY["vi"]["conflict"] in told
    with database.reading() as session:
        assert badge in [
            one.badge for one in offline_scans.conflicts(session, current_event(session))
        ]
    page.click("#refused_clear")
    page.wait_for_selector("#refused_number", state="hidden")


def test_a_replaced_badge_opens_nothing_at_a_gate_either_and_is_listed_where_it_had_no_network(
    at_gate,
):
    page = at_gate()
    first, second = missing(2)
    replaced(first)
    wait_for_yes(page, REFUSES, first)
    scan(page, first, "replaced")
    waiting(page, 0)
    page.context.set_offline(True)
    page.wait_for_selector("#line[data-state=offline]")
    replaced(second)
    scan(page, second, "in")  # it cannot know
    page.context.set_offline(False)
    page.wait_for_selector("#refused_number:not([hidden])", timeout=PATIENCE)
    waiting(page, 0)
    assert second in page.inner_text("#refused_list")
    with database.reading() as session:
        assert second in [
            one.badge for one in offline_scans.conflicts(session, current_event(session))
        ]
    page.click("#refused_clear")


def replaced(badge: str) -> None:
    stage.give(replace_badge, by="command", when=WHEN, badge=badge)


# --- access ---------------------------------------------------------------------------------------


def withdraw(person: str) -> None:
    manage(
        invitations.withdraw,
        person_id=stage.person(person).id,
        by=stage.person("admin"),
        when=real_now(),
    )


def test_withdrawn_access_wipes_the_device_and_says_so(servers, at_gate):
    server = servers(WHEN)
    pointed_at(server.database)
    page = at_gate(server=server)
    (badge,) = missing(1)
    scan(page, badge, "in")
    waiting(page, 0)
    assert len(page.evaluate(KEPT)) > 50_000
    withdraw(DESK)
    page.get_by_text(SAY["vi"]["ended"]).first.wait_for()
    assert page.inner_text("#closed_why") == SAY["vi"]["ended_why"]
    wait_for_yes(page, "() => indexedDB.databases().then(all => all.length === 0)")
    assert badge not in page.content() and page.is_hidden("#desk_work")
    photograph(page, "gate-ended")
    page.reload()
    page.get_by_text(SAY["vi"]["ended"]).first.wait_for()


def test_what_was_not_sent_when_access_ended_is_sent_by_the_same_desk_later(servers, at_gate):
    """What it let in is recorded all the same; until then the device keeps a code and a moment
    of each, and no typed word.
    """
    server = servers(WHEN)
    pointed_at(server.database)
    page = at_gate(server=server)
    badges, typed = missing(3), "Bà Nguyễn Thị Kín"
    page.context.set_offline(True)
    page.wait_for_selector("#line[data-state=offline]")
    for badge in badges[:2]:
        scan(page, badge, "in")
    send_instead(page, badges[2], typed)
    page.locator("#found li").get_by_role("button", name=SAY["vi"]["substitute"]).click()
    page.fill("#ask_words", typed)
    assert typed in page.evaluate(KEPT)
    withdraw(DESK)
    page.wait_for_timeout(WITHIN)  # until then it may still be let through
    page.context.set_offline(False)
    page.get_by_text(SAY["vi"]["ended"]).first.wait_for(timeout=PATIENCE)
    assert SAY["vi"]["ended_waits"].format(number=3) in page.inner_text("#closed_why")
    left = page.evaluate(KEPT)
    assert (
        badges[0] in left
        and "UBND" not in left
        and typed not in left
        and len(left) < 2_000
        and facts(badges) == {}
    )
    assert page.evaluate(EVERYWHERE, [*badges, typed]) == []
    page.context.add_cookies(
        [{"name": "san_sang", "value": server.sign_in(DESK), "url": server.address}]
    )
    page.reload()
    ready(page)
    waiting(page, 0)
    found = facts(badges)
    assert set(found) == set(badges) and found[badges[2]].status == "substitute"
    assert found[badges[2]].words == SAY["vi"]["words_wiped"]


def send_instead(page: Page, badge: str, who: str) -> None:
    """Somebody comes in a delegate's place, found by the search."""
    page.fill("#query", badge)
    page.locator("#found li", has_text=badge).get_by_role(
        "button", name=SAY["vi"]["substitute"]
    ).click()
    page.fill("#ask_words", who)
    page.click("#ask_go")
    answered(page, "substitute", who=badge)


def test_whoever_takes_the_device_over_finds_nothing_of_its_desk(servers, at_gate):
    server = servers(WHEN)
    pointed_at(server.database)
    page = at_gate(server=server)
    (badge,) = missing(1)
    scan(page, badge, "in")
    waiting(page, 0)
    page.context.add_cookies(
        [{"name": "san_sang", "value": server.sign_in("desk.ban_1"), "url": server.address}]
    )
    page.reload()
    ready(page)
    page.get_by_text(SAY["vi"]["newest_none"]).wait_for()
    assert badge not in page.inner_text("main#desk_work")
    page.context.add_cookies(
        [{"name": "san_sang", "value": server.sign_in("media"), "url": server.address}]
    )
    page.reload()
    page.get_by_role("heading", name=SAY["vi"]["not_for_you"]).wait_for()
    wait_for_yes(page, f"() => ({KEPT})().then(kept => !kept.includes('UBND'))")
    assert page.evaluate(EVERYWHERE, [badge, "UBND"]) == []


@pytest.mark.parametrize(
    ("person", "text"), [(None, "ended"), ("media", "not_for_you"), ("lead.an_ninh", "not_for_you")]
)
def test_whoever_lets_nobody_in_gets_an_empty_gate(gate_server, new_tab, person, text):
    page = new_tab(gate_server, person=person)
    page.goto(f"{gate_server.address}/gate")
    page.wait_for_selector("#closed:not([hidden])")
    assert page.inner_text("#closed_title") == SAY["vi"][text] and page.is_hidden("#desk_work")


# --- the camera -----------------------------------------------------------------------------------


@pytest.fixture
def filmed(chromium, gate_server, tmp_path) -> Iterator[tuple[BrowserContext, str]]:
    """A browser whose camera sees the badge of somebody who has not come."""
    (badge,) = missing(1)
    shown = film(code_picture(badge), tmp_path / "camera.y4m")
    options = (
        *OPTIONS,
        "--use-fake-ui-for-media-stream",
        "--use-fake-device-for-media-stream",
        f"--use-file-for-fake-video-capture={shown}",
    )
    found: Browser = chromium.browser_type.launch(executable_path=program(), args=list(options))
    context = found.new_context(
        viewport={"width": 390, "height": 844}, locale="vi-VN", permissions=["camera"]
    )
    context.set_default_timeout(15_000)
    context.add_cookies(
        [{"name": "san_sang", "value": gate_server.sign_in(DESK), "url": gate_server.address}]
    )
    yield context, badge
    found.close()


def test_the_camera_lets_in_whose_badge_it_sees_without_the_network_too(filmed, gate_server):
    context, badge = filmed
    page = context.new_page()
    page.goto(f"{gate_server.address}/gate")
    ready(page)
    page.context.set_offline(True)
    page.wait_for_selector("#line[data-state=offline]")
    page.click("#camera")
    answered(page, "in", who=badge)
    photograph(page, "gate-camera")
    page.context.set_offline(False)
    waiting(page, 0)
    assert badge in facts([badge])
    page.wait_for_timeout(700)  # a second tap within it is the same tap
    page.click("#camera")
    page.wait_for_selector("#view", state="hidden")


# Reads pictures as the gate does where the browser has no decoder.
READ = """async pictures => {
  const { readAll } = await import('/assets/gate/qr.js');
  const found = [];
  for (const told of pictures) {
    const bytes = Uint8Array.from(atob(told), letter => letter.charCodeAt(0));
    const picture = await createImageBitmap(new Blob([bytes], { type: 'image/png' }));
    found.push(readAll(picture, picture.width, picture.height)[0] ?? null);
  }
  return found;
}"""


def held(text: str, level: str, number: int) -> Image.Image:
    """A code as somebody holds it before a camera: turned, leaning away, and lit from one side."""
    told = io.BytesIO()
    segno.make_qr(text, error=level, boost_error=False).save(told, kind="png", scale=6, border=4)
    card = (
        Image.open(told)
        .convert("L")
        .resize((150 + 20 * (number % 6),) * 2, Image.Resampling.BICUBIC)
    )
    side, lean = card.width, card.width * 0.03 * (number % 4)
    corners = (
        -lean,
        0,
        0,
        side + lean,
        side + lean,
        side,
        side,
        -lean,
    )  # upper left, lower left, lower right, upper right
    turned = card.convert("LA").transform(
        card.size, Image.Transform.QUAD, corners, Image.Resampling.BICUBIC
    )
    turned = turned.rotate(37 * number, expand=True, resample=Image.Resampling.BICUBIC)
    scene = Image.new("L", (640, 480), 120 + 10 * (number % 9))
    scene.paste(turned.getchannel(0), (40 + 15 * (number % 10), 30), turned.getchannel(1))
    light = (
        Image.linear_gradient("L")
        .rotate(90)
        .resize(scene.size)
        .point(lambda value: 128 + value // 2)
    )
    return ImageChops.multiply(scene, light).filter(ImageFilter.GaussianBlur(0.6))


def test_the_gate_reads_badges_by_itself_however_they_are_held(at_gate):
    page = at_gate()
    texts = [
        *(badge_of(37 * number + 1) for number in range(24)),
        "https://vi-du.vn/the",
        "Bí thư Đảng ủy",
        "0" * 30,
    ]
    pictures = [
        as_text(held(text, "LMQH"[number % 4], number)) for number, text in enumerate(texts)
    ]
    assert page.evaluate(READ, pictures) == texts
    nothing = [
        Image.new("L", (640, 480), 130),
        Image.effect_noise((640, 480), 90),
        Image.linear_gradient("L"),
    ]
    spoiled = held(texts[0], "L", 0)
    spoiled.paste(60, (90, 80, 150, 140))
    assert page.evaluate(READ, [as_text(one) for one in [*nothing, spoiled]]) == [None] * 4


def test_a_photograph_of_a_badge_is_read_by_the_device_or_by_the_server(at_gate):
    page = at_gate()
    (badge,) = missing(1)
    told = io.BytesIO()
    code_picture(badge).save(told, "jpeg")
    page.set_input_files(
        "#photograph", {"name": "the.jpg", "mimeType": "image/jpeg", "buffer": told.getvalue()}
    )
    answered(page, "in", who=badge)
    long = io.BytesIO()
    code_picture("https://vi-du.vn/" + "x" * 60).save(long, "jpeg")  # more than the device reads
    page.set_input_files(
        "#photograph", {"name": "the.jpg", "mimeType": "image/jpeg", "buffer": long.getvalue()}
    )
    answered(page, "malformed", who="HTTPS")
    plain = io.BytesIO()
    Image.new("L", (200, 200), 90).save(plain, "jpeg")
    page.set_input_files(
        "#photograph", {"name": "the.jpg", "mimeType": "image/jpeg", "buffer": plain.getvalue()}
    )
    answered(page, "other_way", more=SAY["vi"]["photograph_none"])


# --- looks ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize(("name", "size"), [("phone", (390, 844)), ("tablet", (1024, 768))])
def test_it_fits_its_screen_and_the_finger_and_asks_no_other_host(
    gate_server, new_tab, name, size, language, watch_tab
):
    page = new_tab(gate_server, person=DESK, size=size, language=language)
    watch = watch_tab(page, gate_server.address)
    page.goto(f"{gate_server.address}/gate")
    ready(page)
    words = SAY[language]
    assert page.inner_text("h1") == words["title"]
    assert (
        page.is_visible("#rehearsal")
        and page.inner_text("#rehearsal") == catalogue(language)["app.rehearsal"]
    )
    (badge,) = missing(1)
    page.fill("#code", badge)
    page.press("#code", "Enter")
    page.wait_for_selector("#answer[data-kind=in]")
    assert page.inner_text("#answer_word") == words["answer_in"]
    page.fill("#query", "hung nguyen")
    waiting(page, 0)
    page.wait_for_function("() => document.fonts.status === 'loaded'")
    photograph(page, f"gate-{name}-{language}")
    assert page.evaluate(SIDEWAYS) == [] and page.evaluate(SMALL) == []
    page.click("#language")
    page.get_by_role("heading", name=SAY["en" if language == "vi" else "vi"]["title"]).wait_for()
    assert watch.foreign == [] and watch.complaints == []


def test_it_can_be_installed(gate_server):
    told = gate_server.ask("/gate/manifest.webmanifest")
    assert (
        told.headers["content-type"].startswith("application/manifest+json")
        and '"start_url":"/gate"' in told.text
    )
    for size in (192, 512):
        assert gate_server.ask(f"/assets/gate/icon-{size}.png").status == 200
    worker = gate_server.ask("/gate/worker.js")
    assert worker.headers["service-worker-allowed"] == "/gate" and "{version}" not in worker.text
    policy = gate_server.ask("/gate").headers["content-security-policy"]
    assert (
        "default-src 'none'" in policy
        and "unsafe-inline" not in policy
        and "blob:" not in policy.split("script-src")[1].split(";")[0]
    )
    assert gate_server.ask("/gate/words/xx.json").status == 404
