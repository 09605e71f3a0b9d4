"""The desk in Chromium: Enter and its answer, the focus, the tones, what an answer asks for, a
delegation, the camera.
"""

import io
import re
import signal
from collections.abc import Callable, Iterator

import pytest
import segno
from PIL import Image
from playwright.sync_api import Page, expect
from sqlalchemy import func, select

from data.attendance.commands import announce_substitute
from data.attendance.queries import delegations
from data.storage import database
from data.words import LANGUAGES, catalogue
from models.attendance.badges import badge_of
from models.attendance.ledger import AttendanceFact, AttendanceState, Delegate, Expectation
from models.programme import ProgrammeItem
from tests import stage
from tests.browser.conftest import pointed_at
from tests.browser.screen import (
    SIDEWAYS,
    SIZES,
    SMALL_TARGETS,
    control,
    photograph,
    settle,
    type_as_scanner,
)
from tests.serving import Server

ITEM = "phien_chinh"
FIELD = f"{control('attendance.badge_typed')} input"
ANSWER = ".st-key-attendance_answer"
HEARD = """() => {
  window.heard = [];
  const make = AudioContext.prototype.createOscillator;
  AudioContext.prototype.createOscillator = function () {
    const voice = make.call(this);
    queueMicrotask(() => window.heard.push(voice.frequency.value));
    return voice;
  };
}"""
# The labels that are too low for a finger.
LOW = (
    "labels => labels.filter(one => one.getBoundingClientRect().height < 43.5)"
    ".map(one => one.textContent)"
)
# A decoder as some browsers have one: it finds what the test shows to it.
DECODER = """() => {
  window.shown = [];
  window.BarcodeDetector = class {
    static async getSupportedFormats() { return ['qr_code']; }
    async detect() { return window.shown.map(rawValue => ({ rawValue })); }
  };
  navigator.mediaDevices.getUserMedia = async () => {
    const canvas = document.createElement('canvas');
    canvas.getContext('2d').fillRect(0, 0, 9, 9);
    return canvas.captureStream();
  };
}"""


@pytest.fixture(scope="module")
def hall(servers) -> Server:
    """A server of this file's own: what is recorded here nobody else expects."""
    return servers()


@pytest.fixture(autouse=True)
def _same_database(hall) -> Iterator[None]:
    """This process reads and writes where the server does."""
    pointed_at(hall.database)
    yield
    database.dispose()


@pytest.fixture
def desk(hall, tab, new_tab) -> Callable[..., Page]:
    """The desk's page of somebody, settled; `before`: script that the browser runs before it."""

    def opened(
        person: str = "desk.ban_1", *, language: str = "vi", size: str = "desk", before: str = ""
    ) -> Page:
        opens = new_tab if before else tab
        page = opens(hall, size=SIZES[size], language=language, person=person)
        if before:
            page.add_init_script(f"({before})()")
        page.goto(f"{hall.address}/attendance")
        page.wait_for_selector(FIELD)
        expect(page.locator(FIELD)).to_be_focused()
        return settle(page)

    return opened


def missing(most: int = 1, *, forum: str | None = None) -> list[Delegate]:
    """Delegates of whom nothing is recorded at the main session; expected at a forum where one
    is named.
    """
    recorded = select(AttendanceState.delegate_id).where(
        AttendanceState.item_id == stage.item(ITEM)
    )
    query = select(Delegate).where(Delegate.id.not_in(recorded)).order_by(Delegate.id)
    if forum:
        query = query.join(Expectation, Expectation.delegate_id == Delegate.id).where(
            Expectation.item_id == stage.item(forum)
        )
    with database.reading() as session:
        found = list(session.execute(query.limit(most)).scalars())
        session.expunge_all()
        return found


def section_snapshots(delegate: Delegate, item: str = ITEM) -> list[str]:
    query = select(AttendanceFact.status).where(
        AttendanceFact.delegate_id == delegate.id, AttendanceFact.item_id == stage.item(item)
    )
    with database.reading() as session:
        return list(session.execute(query.order_by(AttendanceFact.id)).scalars())


def scan(page: Page, code: str) -> None:
    """What a scanner does: it types where the focus is, and ends with Enter."""
    type_as_scanner(page, code)


def answer(page: Page, word: str, *, language: str = "vi"):
    told = page.locator(ANSWER).locator("[data-testid=stAlert]")
    expect(told).to_contain_text(catalogue(language)[f"attendance.{word}"])
    return told


def show_item(page: Page, key: str, *, language: str = "vi") -> None:
    """Choose an item by its title, and go on to the badge field."""
    with database.reading() as session:
        item = session.get(ProgrammeItem, stage.item(key))
        title = {"vi": item.title_vi, "en": item.title_en}[language]
    chosen = page.locator("[data-testid=stSelectbox] input").first
    chosen.fill(title)
    chosen.press("Enter")
    expect(chosen).to_have_value(re.compile(re.escape(title)))
    settle(page)
    page.locator(FIELD).click()


def choose_tool(page: Page, tool: str, *, language: str = "vi") -> None:
    words = catalogue(language)
    page.locator(control("attendance.tool")).get_by_text(
        words[f"attendance.tool_{tool}"], exact=True
    ).click()
    shown = {
        "delegation": "attendance.choose_delegation",
        "doors": "attendance.heads_number_room",
        "badges": "badges.print",
    }
    expect(page.get_by_text(words[shown[tool]]).first).to_be_visible()


@pytest.mark.parametrize("language", LANGUAGES)
def test_scan_after_scan_is_answered_and_the_field_keeps_the_focus(desk, language):
    page = desk(language=language)
    expect(page.locator(FIELD)).to_be_focused()
    for one in missing(3):
        scan(page, one.badge)
        expect(answer(page, "in", language=language)).to_contain_text(one.badge)
        expect(page.locator(FIELD)).to_have_value("")
        expect(page.locator(FIELD)).to_be_focused()
        assert section_snapshots(one) == ["present"]


def test_a_second_scan_says_when_and_where_and_the_focus_stays(desk):
    (one,) = missing()
    page = desk()
    scan(page, one.badge)
    answer(page, "in")
    other = desk("desk.ban_7")
    scan(other, one.badge)
    expect(answer(other, "stop_already")).to_contain_text("Bàn điểm danh số 1")
    expect(other.locator(FIELD)).to_be_focused()
    assert section_snapshots(one) == ["present"]


def test_what_was_refused_is_overwritten_by_the_next_scan(desk):
    (one,) = missing()
    page = desk()
    scan(page, badge_of(9000))
    answer(page, "stop_unknown")
    scan(page, one.badge)
    answer(page, "in")
    assert section_snapshots(one) == ["present"]


def test_the_next_badge_does_not_wait_for_the_answer_to_a_refused_one(desk, hall):
    """Its letters take the place of the refused ones from the first, whenever the answer comes."""
    (one,) = missing()
    page = desk()
    hall.process.send_signal(signal.SIGSTOP)  # no answer for now
    try:
        scan(page, badge_of(9000))
        page.keyboard.type(one.badge)
        expect(page.locator(FIELD)).to_have_value(one.badge)
    finally:
        hall.process.send_signal(signal.SIGCONT)
    answer(page, "stop_unknown")
    expect(page.locator(FIELD)).to_have_value(one.badge)
    page.keyboard.press("Enter")
    answer(page, "in")


def test_a_scanner_finds_the_field_wherever_the_focus_is(desk):
    (one,) = missing()
    page = desk()
    page.locator(FIELD).evaluate("field => field.blur()")
    scan(page, one.badge)
    expect(answer(page, "in")).to_contain_text(one.badge)


ENDS = {
    "CR": ["Enter"],
    "TAB": ["Tab"],
    "CR LF": ["Enter", "Enter"],
    "CR, LF as Ctrl+J": ["Enter", "Control+j"],
}
# Where the focus is while a scanner types, and what somebody has typed there.
FOCUSED = {
    "the number of guests": ("attendance.guests.number", "12"),
    "the words on guests": ("attendance.guests.words", "Đoàn bạn"),
    "the head count": ("attendance.heads.number", "83"),
    "the search": ("attendance.query", "nghi"),
    "the choice of an item": (None, None),
    "the badge field": ("attendance.badge_typed", ""),
}


def test_a_scan_is_taken_wherever_the_focus_is_and_leaves_what_was_typed(desk):
    page = desk("command")
    choose_tool(page, "doors")
    cases = [(name, end) for name in FOCUSED for end in ENDS]
    for number, (one, (name, end)) in enumerate(zip(missing(len(cases)), cases, strict=True)):
        key, typed = FOCUSED[name]
        inputs = f"{control(key)} input" if key else "[data-testid=stSelectbox] input"
        field = page.locator(inputs).first
        if typed:
            field.fill(typed)
        field.focus()
        before = field.input_value()
        type_as_scanner(page, one.badge, ENDS[end])
        expect(answer(page, "in")).to_contain_text(one.badge)
        settle(page)
        assert field.input_value() == before == (typed if key else before), (name, end)
        expect(page.locator(FIELD)).to_have_value("")
        if number == 0:
            photograph(page, "desk-scan-in-guests.vi.1440x900")
        assert section_snapshots(one) == ["present"], (name, end)
    page.locator(FIELD).press("Enter")
    settle(page)
    answer(page, "in")  # an empty Enter is nothing


def test_two_scans_while_the_server_is_slow_are_both_recorded(desk, hall):
    first, second = missing(2)
    page = desk()
    hall.process.send_signal(signal.SIGSTOP)
    try:
        scan(page, first.badge)
        page.wait_for_timeout(200)
        scan(page, second.badge)
    finally:
        hall.process.send_signal(signal.SIGCONT)
    expect(answer(page, "in")).to_contain_text(second.badge)
    assert section_snapshots(first) == section_snapshots(second) == ["present"]


def test_the_enter_that_ends_a_composition_keeps_what_was_typed(desk):
    page = desk()
    page.keyboard.type("0417", delay=200)
    page.locator(FIELD).evaluate(
        """field => field.dispatchEvent(new KeyboardEvent('keydown', {
          key: 'Enter', keyCode: 229, isComposing: true, bubbles: true, cancelable: true }))"""
    )
    page.keyboard.type("B")
    expect(page.locator(FIELD)).to_have_value("0417B")


def test_an_answer_is_heard_until_somebody_turns_it_off(desk):
    first, second, third = missing(3)
    page = desk(before=HEARD)
    scan(page, first.badge)
    answer(page, "in")
    page.wait_for_function("() => window.heard.length == 2 && window.heard[1] > window.heard[0]")
    page.evaluate("window.heard = []")
    scan(page, badge_of(9000))
    answer(page, "stop_unknown")
    page.wait_for_function("() => window.heard.length == 1")
    page.evaluate("window.heard = []")
    scan(page, first.badge)
    answer(page, "stop_already")
    page.wait_for_function("() => window.heard.length == 1 && window.heard[0] < 300")
    page.get_by_role("button", name=catalogue("vi")["attendance.sound_off"]).click()
    page.evaluate("window.heard = []")
    scan(page, second.badge)
    expect(answer(page, "in")).to_contain_text(second.badge)
    assert page.evaluate("window.heard") == []
    page.reload()
    settle(page)
    page.get_by_role("button", name=catalogue("vi")["attendance.sound_on"]).click()
    page.wait_for_function("() => window.heard.length == 2")  # it says how it sounds
    page.locator(FIELD).click()
    scan(page, third.badge)
    expect(answer(page, "in")).to_contain_text(third.badge)


def top(page: Page, selector: str) -> int:
    return round(page.locator(selector).bounding_box()["y"])


@pytest.mark.parametrize("size", ["phone", "desk"])
def test_nothing_jumps_whatever_the_answer(desk, size):
    (one,) = missing()
    page = desk(size=size)
    page.locator(FIELD).click()
    before = top(page, control("attendance.query"))
    for typed, word in (
        (one.badge, "in"),
        (badge_of(9000), "stop_unknown"),
        (one.badge, "stop_already"),
        ("BEGIN:VCARD", "stop_unknown"),
    ):
        scan(page, typed)
        expect(answer(page, word)).to_contain_text(typed)
        expect(page.locator(FIELD)).to_be_focused()
        assert top(page, control("attendance.query")) == before, typed


def test_a_substitutes_name_is_asked_for_at_once_and_the_badge_is_kept(desk):
    (one,) = missing()
    stage.give(
        announce_substitute,
        by="command",
        when="D+1 06:51",
        badge=one.badge,
        item_id=stage.item(ITEM),
        substitute="",
    )
    page = desk()
    scan(page, one.badge)
    answer(page, "stop_substitute")
    name = page.locator(f"{control('attendance.substitute_name')} input")
    expect(name).to_be_focused()
    other = missing(2)[-1]
    page.keyboard.type("Phó Chánh", delay=1)
    scan(page, other.badge)
    rests = page.get_by_text(catalogue("vi")["attendance.scan_rests"])
    expect(rests).to_be_visible()
    expect(name).to_have_value("Phó Chánh")
    photograph(page, "desk-substitute.vi.1440x900")
    scan(page, " Văn phòng")
    expect(answer(page, "in_substitute")).to_contain_text(one.badge)
    expect(page.locator(FIELD)).to_be_focused()
    assert section_snapshots(one) == ["announced", "substitute"]
    assert section_snapshots(other) == []


def test_a_question_that_nobody_answers_is_cancelled_and_the_next_badge_goes_on(desk):
    one, other = missing(2)
    facts = {"badge": one.badge, "item_id": stage.item(ITEM), "substitute": ""}
    stage.give(announce_substitute, by="command", when="D+1 06:51", **facts)
    page = desk()
    scan(page, one.badge)
    answer(page, "stop_substitute")
    expect(page.locator(f"{control('attendance.substitute_name')} input")).to_be_focused()
    page.get_by_role("button", name=catalogue("vi")["gate.cancel"], exact=True).click()
    expect(page.locator(FIELD)).to_be_focused()
    scan(page, other.badge)
    expect(answer(page, "in")).to_contain_text(other.badge)
    assert section_snapshots(one) == ["announced"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_another_room_is_named_and_overridden_with_a_reason(desk, language):
    one = missing(2, forum="dien_dan_1")[
        LANGUAGES.index(language)
    ]  # the other language's is in already
    page = desk("command", language=language)
    show_item(page, "dien_dan_2", language=language)
    scan(page, one.badge)
    answer(page, "stop_finished", language=language)  # the forum was yesterday
    page.locator(f"{control('attendance.answer.finished_mean')} button").click()
    answer(page, "stop_room", language=language)
    reason = page.locator(f"{control('attendance.override')} input")
    reason.click()
    scan(page, "Phát biểu tham luận")
    expect(answer(page, "in", language=language)).to_contain_text(one.badge)
    photograph(page, f"desk-override.{language}.1440x900")


def test_the_last_one_is_taken_back_at_one_tap(desk):
    (one,) = missing()
    page = desk()
    scan(page, one.badge)
    answer(page, "in")
    page.locator(f"{control('attendance.undo_last')} button").click()
    answer(page, "undone")
    expect(page.locator(FIELD)).to_be_focused()
    assert section_snapshots(one) == ["present", "undone"]


def test_a_delegation_comes_in_at_one_tap_but_for_who_was_unticked(desk):
    (first,) = missing()
    page = desk()
    choose_tool(page, "delegation")
    with database.reading() as session:
        names = [
            one.name_vi
            for one in delegations(session, stage.current())
            if one.id == first.delegation_id
        ]
        left = session.execute(
            select(func.count())
            .select_from(Expectation)
            .join(Delegate, Delegate.id == Expectation.delegate_id)
            .outerjoin(
                AttendanceState,
                (AttendanceState.delegate_id == Delegate.id)
                & (AttendanceState.item_id == Expectation.item_id),
            )
            .where(
                Expectation.item_id == stage.item(ITEM),
                Delegate.delegation_id == first.delegation_id,
                func.coalesce(AttendanceState.status, "undone") == "undone",
            )
        ).scalar_one()
    chosen = page.locator(f"{control('attendance.many.delegation')} input")
    chosen.fill(names[0])
    chosen.press("Enter")
    tick = page.locator(control(f"attendance.many.tick.{first.id}"))
    tick.locator("label").click()
    go = page.locator(f"{control('attendance.many.go')} button")
    expect(go).to_have_text(catalogue("vi")["attendance.many_go_admit"].format(number=left - 1))
    photograph(page, "desk-delegation.vi.1440x900")
    go.click()
    done = catalogue("vi")["attendance.many_done"].format(delegation=names[0], number=left - 1)
    expect(page.locator("[data-testid=stAlert]").filter(has_text=done)).to_be_visible()
    assert section_snapshots(first) == []


def picture(code: str) -> bytes:
    made = io.BytesIO()
    segno.make_qr(code).save(made, kind="png", scale=12, border=4)
    return made.getvalue()


def open_camera(page: Page) -> None:
    page.locator(f"{control('attendance.camera')} label").first.click()


def test_a_photograph_of_a_badge_is_read_where_the_browser_cannot(desk):
    (one,) = missing()
    page = desk(before="() => { delete window.BarcodeDetector; }")
    open_camera(page)
    expect(page.get_by_text(catalogue("vi")["attendance.camera_denied"])).to_be_visible()
    pictures = page.locator("input[type=file]")
    pictures.set_input_files(
        {"name": "badge.png", "mimeType": "image/png", "buffer": picture(one.badge)}
    )
    expect(answer(page, "in")).to_contain_text(one.badge)
    pictures.set_input_files(
        {"name": "other.png", "mimeType": "image/png", "buffer": picture("https://example.org")}
    )
    answer(page, "stop_unknown")
    white = io.BytesIO()
    Image.new("L", (300, 300), 255).save(white, "PNG")
    pictures.set_input_files(
        {"name": "white.png", "mimeType": "image/png", "buffer": white.getvalue()}
    )
    expect(page.get_by_text(catalogue("vi")["attendance.camera_nothing"])).to_be_visible()
    assert section_snapshots(one) == ["present"]


def test_the_camera_reads_on_and_on_where_the_browser_can_and_tells_a_badge_once(desk):
    first, second, third = missing(3)
    page = desk(before=DECODER)
    open_camera(page)
    expect(page.get_by_text(catalogue("vi")["attendance.camera_aim"])).to_be_visible()
    page.evaluate("code => { window.shown = [code]; }", first.badge)
    expect(answer(page, "in")).to_contain_text(first.badge)
    page.evaluate("codes => { window.shown = codes; }", [first.badge, second.badge, third.badge])
    expect(answer(page, "in")).to_contain_text(third.badge)
    settle(page)
    assert [section_snapshots(one) for one in (first, second, third)] == [["present"]] * 3


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_desk_fits_every_screen(desk, language):
    (one,) = missing()
    page = desk("command", language=language, size="phone")
    page.locator(FIELD).click()
    scan(page, one.badge)
    answer(page, "in", language=language)
    for tool in (None, "doors", "badges", "delegation"):
        if tool:
            choose_tool(page, tool, language=language)
            settle(page)
        for size, (width, height) in SIZES.items():
            page.set_viewport_size({"width": width, "height": height})
            name = f"desk-{tool}" if tool else "desk"
            photograph(settle(page), f"{name}.{language}.{width}x{height}")
            assert page.evaluate(SIDEWAYS) == [], (tool, size)
            if size == "phone":
                assert page.evaluate(SMALL_TARGETS, 44) == []
                assert page.locator("[data-testid=stCheckbox] label").evaluate_all(LOW) == []


def test_a_desk_left_at_yesterdays_item_is_asked_and_goes_to_the_one_that_runs(desk):
    """Also its number fields: what is no number is said in our words, and nothing else."""
    page = desk("command", size="phone")
    show_item(page, "dien_dan_1")
    (one,) = missing()
    scan(page, one.badge)
    answer(page, "stop_finished")
    photograph(page, "desk-finished-phone")
    page.locator(f"{control('attendance.answer.finished_switch')} button").click()
    answer(page, "in")
    assert section_snapshots(one) == ["present"]
    chosen = page.locator("[data-testid=stSelectbox] input").first
    expect(chosen).to_have_value(re.compile("Phiên|trọng thể|chính"))
    choose_tool(page, "doors")
    heads = page.locator(f"{control('attendance.heads.number')} input")
    heads.fill("1e2")
    heads.press("Enter")
    expect(page.get_by_text("“1e2”")).to_be_visible()
    expect(heads).to_have_value("1e2")
    photograph(page, "desk-number-phone")
