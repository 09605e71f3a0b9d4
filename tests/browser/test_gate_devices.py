"""What the gate's devices do to it in Chromium: a scanner that types anywhere, a camera, a storage
that fails, a server that refuses. Devices are stubs; the server is real.
"""

import io
from datetime import timedelta

import pytest
from PIL import Image
from playwright.sync_api import Page, Route, expect
from sqlmodel import select

from data.attendance.commands import announce_substitute
from data.events import loading
from data.events.clock import real_now
from data.storage import database
from models.attendance.badges import badge_of
from models.attendance.ledger import AttendanceFact, Delegate
from models.events.event import zone
from tests import stage
from tests.browser.conftest import pointed_at
from tests.browser.gate import (
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
    kept_by_worker,
    missing,
    ready,
    wait_for_yes,
    waiting,
)
from tests.browser.screen import photograph, type_as_scanner
from tests.rows import every_row

pytestmark = pytest.mark.usefixtures("reads_with_gate")

ENDS = {
    "CR": ["Enter"],
    "TAB": ["Tab"],
    "CR LF": ["Enter", "Enter"],
    "CR, LF as Ctrl+J": ["Enter", "Control+j"],
}


def types(page: Page, code: str, end: str = "CR") -> None:
    """What a scanner does: it types where the focus is, and ends with what it was set up for."""
    type_as_scanner(page, code, ENDS[end])


# --- the scanner ----------------------------------------------------------------------------------

FIELDS = {  # where the focus is, and what somebody has typed there
    "the search": ("#query", "nghi"),
    "the badge field": ("#code", ""),
    "the list of items": ("#item", None),
    "a button": ("#camera", None),
    "the choice of a photograph": ("#photograph", None),
}


def test_a_scan_is_taken_wherever_the_focus_is_and_leaves_what_was_typed(at_gate):
    page = at_gate()
    chosen = page.input_value("#item")
    cases = [(name, end) for name in FIELDS for end in ENDS]
    for (name, end), badge in zip(cases, missing(len(cases)), strict=True):
        field, typed = FIELDS[name]
        if typed is not None:
            page.fill(field, typed)
        page.focus(field)
        if name == "the search":
            page.wait_for_timeout(150)  # it has been drawn
        types(page, badge, end)
        answered(page, "in", who=badge)
        assert typed is None or page.input_value(field) == typed, (name, end)
        assert page.input_value("#item") == chosen and page.input_value("#code") == ""
    waiting(page, 0)
    page.focus("#code")
    page.keyboard.press("Enter")
    answered(page, "in")  # an empty Enter is nothing
    page.fill("#query", "")
    page.focus("#query")
    page.keyboard.type(badge_of(4170), delay=200)  # a person looks for a code
    page.keyboard.press("Enter")
    assert page.input_value("#query") == badge_of(4170)
    answered(page, "in")


def announced(badge: str) -> None:
    facts = {"badge": badge, "item_id": stage.item(MAIN), "substitute": ""}
    stage.give(announce_substitute, by="command", when="D-1 09:00", **facts)


def words_of(badge: str) -> tuple[str, str]:
    """What was recorded last of a delegate, and the words with it."""
    query = select(AttendanceFact.status, AttendanceFact.words).join(Delegate)
    with database.reading() as session:
        query = query.where(Delegate.badge == badge, AttendanceFact.item_id == stage.item(MAIN))
        return session.execute(query.order_by(AttendanceFact.id.desc())).first()._tuple()


# A camera of which the test says what its decoder finds; `looks`: how often it was asked.
SHOWN = """() => {
  Object.assign(window, { shown: [], looks: 0, tracks: [], constraints: [] });
  window.BarcodeDetector = class {
    static async getSupportedFormats() { return ['qr_code']; }
    async detect() { window.looks++; return window.shown.map(rawValue => ({ rawValue })); }
  };
  window.opening = async () => {};
  navigator.mediaDevices.getUserMedia = async ({ video }) => {
    await window.opening();
    const canvas = document.createElement('canvas'), pen = canvas.getContext('2d');
    setInterval(() => pen.fillRect(0, 0, 9, 9), 50);
    const stream = canvas.captureStream(), [track] = stream.getTracks();
    window.constraints.push(video);
    track.getCapabilities = () => ({ torch: true });
    track.applyConstraints = async ({ advanced }) => { window.constraints.push(advanced[0]); };
    window.tracks.push(track);
    return stream;
  };
  navigator.mediaDevices.enumerateDevices = async () => ['front', 'back'].map(name => (
    { kind: 'videoinput', deviceId: name, label: `${name} camera` }));
  window.pulses = [];
  navigator.vibrate = pulses => window.pulses.push(pulses);
  window.locks = 0;
  const request = async () => { window.locks++; return { release: () => window.locks-- }; };
  Object.defineProperty(navigator, 'wakeLock', { value: { request } });
}"""


def show(page: Page, *codes: str) -> None:
    """Holds badges before the camera until it has looked at them several times."""
    page.evaluate("codes => { window.shown = codes; window.looks = 0; }", list(codes))
    page.wait_for_function("() => window.looks > 4")


def test_camera_and_scanner_rest_while_a_name_is_asked_and_nothing_typed_is_lost(at_gate):
    absent, other, third = missing(3)
    announced(absent)
    page = at_gate(before=SHOWN)
    page.click("#camera")
    show(page, absent)
    answered(page, "needs_name", who=absent)
    page.keyboard.type("Phó Chủ tịch ", delay=0)
    show(page, absent, other)
    for end in ENDS:
        types(page, third, end)
        assert page.evaluate("() => document.body.dataset.sounded") == "note"
    assert page.input_value("#ask_words") == "Phó Chủ tịch "
    page.wait_for_timeout(200)  # fingers are slower than a scanner
    page.fill("#code", third)  # by hand too: what was typed is not thrown away
    page.press("#code", "Enter")
    assert page.input_value("#ask_words") == "Phó Chủ tịch "
    photograph(page, "gate-asks")
    page.keyboard.type("xã")
    page.keyboard.press("Enter")
    answered(page, "in", who=other)  # it is still in view: it was not passed over for good
    waiting(page, 0)
    assert words_of(absent) == ("substitute", "Phó Chủ tịch xã")
    assert facts([other, third]).keys() == {other}


def test_a_reason_that_somebody_gives_is_not_wiped_and_one_that_nobody_gives_holds_nobody_up(
    at_gate,
):
    page = at_gate("desk.ban_1", before=SHOWN)
    choose(page, FORUM)
    elsewhere, second = missing(2, OTHER_FORUM, not_at=FORUM)
    (here,) = missing(1, FORUM)
    types(page, elsewhere)
    answered(page, "finished", who=elsewhere)  # the forum was yesterday, and is meant
    page.click("#ask_go")
    answered(page, "other_room", who=elsewhere)
    types(page, second)  # the first one has gone where they belong
    answered(page, "other_room", who=second)
    page.focus("#ask_words")
    page.keyboard.type("Đi", delay=0)
    types(page, here)
    page.keyboard.type("ều sang", delay=0)
    assert page.input_value("#ask_words") == "Điều sang"
    answered(page, "other_room", who=second)
    page.press("#ask_words", "Escape")
    types(page, elsewhere)
    answered(page, "other_room", who=elsewhere)


# --- the camera -----------------------------------------------------------------------------------

# What a camera reports of what it sees: looks as [ms, codes in view, whether it rests].
REPORTS = """async looks => {
  const { Camera } = await import('/assets/gate/camera.js');
  const seen = [], real = performance.now.bind(performance);
  let now = 0, rests = false;
  const report = code => seen.push(`${now} ${code}`);
  const camera = new Camera(null, { seen: report, rests: () => rests });
  performance.now = () => now;
  for (const [at, codes, resting] of looks) {
    [now, rests] = [at, resting ?? false];
    camera.found(codes);
  }
  performance.now = real;
  return seen;
}"""
LOOKS = {
    "a badge that stays in view is reported once": (
        [[at, ["A"]] for at in range(0, 60_000, 150)],
        ["0 A"],
    ),
    "two badges in view are reported once each": (
        [[at, ["A", "B"] if at % 300 else ["B", "A"]] for at in range(0, 60_000, 150)],
        ["0 B", "0 A"],
    ),
    "two badges of which each look finds another one": (
        [[at, ["A"] if at % 300 else ["B"]] for at in range(0, 60_000, 150)],
        ["0 B", "150 A"],
    ),
    "one that comes back after three seconds is a new scan": (
        [[0, ["A"]], [100, []], [2900, ["A"]], [3100, []], [5800, ["A"]], [8900, ["A"]]],
        ["0 A", "8900 A"],
    ),
    "while the camera rests nothing is reported, afterwards what is still there": (
        [[0, ["A"]], [150, ["A", "B"], True], [300, ["A", "C"], True], [3200, ["A"], True]]
        + [[5000, ["A", "C"]], [5150, ["A", "C"]]],
        ["0 A", "5000 C"],
    ),
}


def test_a_code_is_reported_once_for_as_long_as_it_stays_in_view(at_gate):
    page = at_gate()
    found = {name: page.evaluate(REPORTS, looks) for name, (looks, _) in LOOKS.items()}
    assert found == {name: expected for name, (_, expected) in LOOKS.items()}


def test_two_badges_in_view_are_two_answers_and_the_phone_stays_awake_and_shakes(at_gate):
    page = at_gate(before=SHOWN, size=(390, 844))
    one, other, photographed = missing(3)
    page.click("#camera")
    show(page, one, other)
    show(page, one, other)
    expect(page.locator("#newest li")).to_have_count(2)
    waiting(page, 0)
    assert set(facts([one, other])) == {one, other}
    assert page.evaluate("window.pulses") == [[80], [80]] and page.evaluate("window.locks") == 1
    page.click("#torch")
    page.wait_for_selector("#torch[aria-pressed=true]")
    photograph(page, "gate-camera-choice")
    page.select_option("#camera_choice", "back")
    page.wait_for_function("() => window.tracks.length === 2")
    asked = page.evaluate("window.constraints")
    assert asked[0]["facingMode"] == "environment" and asked[1] == {"torch": True}
    assert asked[2]["deviceId"] == {"exact": "back"}
    page.wait_for_selector("#torch[aria-pressed=false]")
    page.click("#camera")
    page.wait_for_selector("#view", state="hidden")
    assert page.evaluate("window.locks") == 0
    assert page.evaluate("window.tracks.map(one => one.readyState)") == ["ended", "ended"]
    picture = Image.new("L", (1280, 480), 160)
    picture.paste(code_picture(photographed), (0, 0))
    picture.paste(code_picture(one), (640, 0))
    told = io.BytesIO()
    picture.save(told, "png")
    page.set_input_files(
        "#photograph", {"name": "hai.png", "mimeType": "image/png", "buffer": told.getvalue()}
    )
    answered(page, "other_way", more=SAY["vi"]["photograph_several"])
    assert facts([photographed]) == {}


# Taps on the camera's button, in ms, while the browser takes a second to open it; what is on then.
TAPS = {
    "one": ([0], 1),
    "a double tap": ([0, 100], 1),
    "two, the second to stop": ([0, 900], 0),
    "a double tap and a third to stop": ([0, 100, 900], 0),
    "opened, stopped, opened": ([0, 900, 1800], 1),
}


def test_taps_on_the_cameras_button_leave_no_stream_on_that_the_page_does_not_show(at_gate):
    page = at_gate(before=SHOWN)
    page.evaluate(
        """() => {
          const real = performance.now.bind(performance);
          window.ahead = 0;
          performance.now = () => real() + window.ahead;
        }"""
    )
    for name, (taps, on) in TAPS.items():
        page.evaluate(
            """async taps => {
              const waiting = [];
              window.opening = () => new Promise(done => waiting.push(done));
              const start = window.ahead += 5000;
              for (const at of taps) {
                window.ahead = start + at;
                document.getElementById('camera').click();
                await new Promise(done => setTimeout(done, 20));
              }
              waiting.forEach(done => done());
              await new Promise(done => setTimeout(done, 100));
              window.ahead += 5000;
            }""",
            taps,
        )
        live = page.evaluate("window.tracks.filter(one => one.readyState === 'live').length")
        assert (live, int(page.is_visible("#view"))) == (on, on), name
        page.evaluate("() => { window.opening = async () => {}; }")
        if live:
            page.click("#camera")
            page.wait_for_selector("#view", state="hidden")


# Decoders that some browsers have, none of which reads anything.
DECODERS = {
    "rejects": "async detect() { window.looks++; throw new Error('no service'); }",
    "hangs": "detect() { window.looks++; return new Promise(() => {}); }",
    "finds nothing": "async detect() { window.looks++; return []; }",
    "throws": "detect() { window.looks++; throw new Error('no service'); }",
    "cannot be made": "constructor() { throw new Error('no service'); }",
    "does not say what it reads": "static getSupportedFormats() { return new Promise(() => {}); }",
    "says nothing of what it reads": "static getSupportedFormats = undefined",
}
READS = """async picture => {
  const { Camera } = await import('/assets/gate/camera.js');
  const bytes = Uint8Array.from(atob(picture), letter => letter.charCodeAt(0));
  const image = await createImageBitmap(new Blob([bytes], { type: 'image/png' }));
  const { width, height } = image;
  const canvas = Object.assign(document.createElement('canvas'), { width, height });
  canvas.getContext('2d').drawImage(image, 0, 0);
  // Time runs ten times as fast: the test does not wait for what hangs.
  const now = performance.now.bind(performance), later = setTimeout.bind(window);
  const rest = wait => new Promise(done => later(done, wait));
  performance.now = () => 10 * now();
  window.setTimeout = (work, wait) => later(work, wait / 10);
  window.looks = 0;
  window.BarcodeDetector = DECODER;
  const codes = [], seen = code => codes.push(code);
  canvas.play = async () => {};
  Object.defineProperty(canvas, 'videoWidth', { value: canvas.width });
  Object.defineProperty(canvas, 'videoHeight', { value: canvas.height });
  const camera = new Camera(canvas, { seen, decode: async () => [] });
  await camera.start();
  for (let round = 0; round < 1000 && (!codes.length || (window.looks && camera.reader)); round++)
    await rest(5);
  const asked = window.looks;
  await rest(100);
  camera.stop();
  Object.assign(performance, { now });
  window.setTimeout = later;
  return { codes, asked, more: window.looks - asked };
}"""


def test_a_decoder_that_does_not_read_is_given_up_and_the_gate_reads_by_itself(at_gate):
    page = at_gate(before=SHOWN)
    picture = as_text(code_picture(badge_of(417)))
    for name, decoder in DECODERS.items():
        formats = "static async getSupportedFormats() { return ['qr_code']; }"
        kind = f"class {{ {'' if 'getSupported' in decoder else formats} {decoder} }}"
        found = page.evaluate(READS.replace("DECODER", kind), picture)
        assert found["codes"] == [badge_of(417)], name
        assert found["more"] == 0, (name, found)


# Whether the device's storage holds some codes.
STORED = f"codes => ({KEPT})().then(kept => codes.every(code => kept.includes(code)))"

# --- the device's storage -------------------------------------------------------------------------

# Ways in which the storage of a device fails, and whether the gate has to say so.
STORES = {
    "never answers": "indexedDB.open = () => ({})",
    "cannot be opened": "indexedDB.open = () => { throw new DOMException('', 'SecurityError'); }",
    "is closed for good": "IDBDatabase.prototype.transaction = function () {"
    " throw new DOMException('', 'InvalidStateError'); }",
    "is full": "IDBObjectStore.prototype.put = function () {"
    " this.transaction.abort(); throw new DOMException('', 'QuotaExceededError'); }",
    "never ends a transaction": "Object.defineProperty(IDBTransaction.prototype, 'oncomplete',"
    " { set() {} })",
}


@every_row("name", STORES)
def test_the_gate_works_and_says_so_where_its_storage_fails(at_gate, name):
    (badge,) = missing(1)
    page = at_gate(before=f"() => {{ {STORES[name]} }}")
    types(page, badge)
    answered(page, "in", who=badge)
    waiting(page, 0)
    assert facts([badge]).keys() == {badge}
    words = [SAY["vi"]["no_store"], SAY["vi"]["store_fails"]]
    page.wait_for_function(
        "words => words.some(word => document.getElementById('notice').textContent.includes(word))",
        arg=words,
    )
    page.close()


def test_what_waits_is_not_called_sent_where_the_storage_fails_and_is_stored_once_it_works(at_gate):
    page = at_gate()
    first, second = missing(2)
    page.evaluate(
        """() => {
          window.put = IDBObjectStore.prototype.put;
          const full = () => { throw new DOMException('', 'QuotaExceededError'); };
          IDBObjectStore.prototype.put = full;
        }"""
    )
    page.context.set_offline(True)
    page.wait_for_selector("#line[data-state=offline]")
    types(page, first)
    waiting(page, 1)
    assert SAY["vi"]["sent_all"] not in page.inner_text("#line")
    page.wait_for_function(
        "word => document.getElementById('notice').textContent.includes(word)",
        arg=SAY["vi"]["store_fails"],
    )
    photograph(page, "gate-store-fails")
    page.evaluate(
        """() => {
          const now = performance.now.bind(performance);
          performance.now = () => now() + 6000;
          IDBObjectStore.prototype.put = window.put;
        }"""
    )
    types(page, second)
    wait_for_yes(page, STORED, [first, second])
    page.wait_for_function(
        "word => !document.getElementById('notice').textContent.includes(word)",
        arg=SAY["vi"]["store_fails"],
    )
    page.context.set_offline(False)
    waiting(page, 0)
    assert facts([first, second]).keys() == {first, second}


def test_a_storage_that_the_browser_deletes_under_the_gate_is_made_again(at_gate):
    page = at_gate()
    kept_by_worker(page)
    page.context.set_offline(True)
    page.wait_for_selector("#line[data-state=offline]")
    first, second = missing(2)
    types(page, first)
    page.evaluate("""() => new Promise(done => {
      indexedDB.deleteDatabase('san-sang-gate').onsuccess = done;
    })""")
    types(page, second)
    answered(page, "in", who=second)
    wait_for_yes(page, STORED, [first, second])
    page.reload()
    ready(page, "offline")
    waiting(page, 2)
    page.context.set_offline(False)
    waiting(page, 0)
    assert facts([first, second]).keys() == {first, second}


# --- a server that refuses ------------------------------------------------------------------------

PROBLEM = '{"code": "x", "detail": "Máy chủ nói vì sao."}'
# What refuses a batch as a whole: its status, and whether the server itself says why.
REFUSALS = {
    "not permitted from here": (403, True),
    "no event": (404, True),
    "not of the right form": (422, True),
    "too many tries": (429, True),
    "a proxy that knows no such page": (404, False),
    "a proxy to which one scan is too much": (413, False),
    "a database that takes nothing": (503, True),
}


def refusing(status: int, ours: bool, asked: list[Route]):
    """Refuses every batch, as the server or a proxy before it does, and notes it."""
    kind = "application/problem+json" if ours else "text/html"

    def refuse(route: Route) -> None:
        asked.append(route)
        route.fulfill(status=status, content_type=kind, body=PROBLEM if ours else "<h1>no</h1>")

    return refuse


def test_a_batch_that_is_refused_is_said_with_the_reason_and_not_sent_on_and_on(at_gate):
    page = at_gate()
    page.evaluate(
        """() => {
          const now = performance.now.bind(performance);
          window.ahead = 0;
          performance.now = () => now() + window.ahead;
        }"""
    )
    for name, (status, ours) in REFUSALS.items():
        (badge,) = missing(1)
        asked: list[Route] = []
        page.route("**/api/v1/scans", refusing(status, ours, asked))
        types(page, badge)
        answered(page, "in", who=badge)
        page.wait_for_selector("#line[data-held]")
        waiting(page, 1)
        told = page.inner_text("#notice")
        assert ("Máy chủ nói vì sao." if ours else f"HTTP {status}.") in told, name
        for _ in range(3):  # each look at the server would send them again
            with page.expect_response("**/api/v1/standings**"):
                page.evaluate("dispatchEvent(new Event('online'))")
        assert len(asked) == 1, name
        photograph(page, "gate-refused")
        page.unroute("**/api/v1/scans")
        page.evaluate("() => { window.ahead += 61000; dispatchEvent(new Event('online')); }")
        waiting(page, 0)
        page.wait_for_selector("#line:not([data-held])")
        assert facts([badge]).keys() == {badge}


def test_a_batch_that_is_too_large_is_split_and_a_scan_that_was_taken_back_does_not_wait(at_gate):
    page = at_gate()
    page.context.set_offline(True)
    page.wait_for_selector("#line[data-state=offline]")
    *badges, taken_back = missing(21)
    page.evaluate(TYPED, [*badges, taken_back])
    waiting(page, 21)
    row = page.locator("#newest li", has_text=taken_back)
    row.get_by_role("button").click()
    answered(page, "undone", who=taken_back)
    assert SAY["vi"]["not_sent"] not in row.inner_text()
    waiting(page, 20)
    sizes = []

    def limit(route):
        sizes.append(route.request.post_data.count("scan_id"))
        if sizes[-1] > 6:
            return route.fulfill(status=413, content_type="text/html", body="too large")
        return route.continue_()

    page.route("**/api/v1/scans", limit)
    page.context.set_offline(False)
    waiting(page, 0)
    assert sizes == [20, 10, 5, 5, 5, 5]
    assert facts([*badges, taken_back]).keys() == set(badges)
    assert page.is_hidden("#refused_number")


# --- clock and upgrade ----------------------------------------------------------------------------


def test_since_when_it_is_cut_off_is_said_in_the_events_time(at_gate):
    page = at_gate()  # of a device that stands at Lisbon's time
    now = real_now().astimezone(zone(stage.current()))
    near = [now + timedelta(minutes=late) for late in (-1, 0, 1)]
    page.context.set_offline(True)
    page.wait_for_selector("#line[data-state=offline]")
    assert page.inner_text("#state").split()[-1] in [f"{one:%H:%M}" for one in near]


# A device that refuses the service worker, as one without room or with a rule against it does;
# and one whose worker begins and does not get all files.
REFUSED = {
    "register": "ServiceWorkerContainer.prototype.register = () => Promise.reject(new Error())",
    "cache": "caches.match = () => Promise.resolve(undefined)",
}


@every_row("name", REFUSED)
def test_the_gate_says_where_it_is_not_installed_for_use_without_the_network(at_gate, name):
    page = at_gate(before=f"() => {{ {REFUSED[name]} }}")
    page.wait_for_function(
        "words => document.getElementById('notice').textContent.includes(words)",
        arg=SAY["vi"]["not_installed"],
    )
    photograph(page, "gate-not-installed")
    page.close()


def test_a_gate_that_is_installed_says_nothing_of_it(at_gate):
    page = at_gate()
    page.wait_for_selector("html[data-installed=true]", state="attached", timeout=PATIENCE)
    assert SAY["vi"]["not_installed"] not in page.inner_text("body")
    page.close()


# The page is one of before the upgrade until it has been loaded again.
OLDER = """() => document.addEventListener('readystatechange', () => {
  if (!history.state) document.documentElement.dataset.version = 'older';
})"""


def test_a_gate_that_stays_open_takes_the_files_of_an_upgrade_as_soon_as_nobody_types(at_gate):
    page = at_gate(before=OLDER)
    page.fill("#query", "nghi")
    page.wait_for_function("() => history.state?.tried?.length")
    kept_by_worker(page)
    assert page.get_attribute("html", "data-version") == "older"
    page.fill("#query", "")
    page.wait_for_selector("html:not([data-version=older])", state="attached")
    ready(page)


def test_a_gate_that_is_open_says_that_the_event_was_loaded_anew(servers, at_gate):
    """Its people are the same; those of another event would have to sign in again."""
    server = servers(WHEN)
    pointed_at(server.database)
    page = at_gate("desk.ban_1", server=server)
    (badge,) = missing(1)
    types(page, badge)
    answered(page, "in", who=badge)
    waiting(page, 0)
    page.context.set_offline(True)
    page.wait_for_selector("#line[data-state=offline]")
    (late,) = missing(1)
    types(page, late)
    former = stage.item(MAIN)
    database.run(loading.load_event, folder=loading.SAMPLE, rehearsal=True, now=stage.REAL)
    page.context.set_offline(False)
    answered(page, "other_event", more=SAY["vi"]["other_event_why"])
    assert page.input_value("#item") != str(former) and badge not in page.inner_text("#newest")
    waiting(page, 0)
    assert late in page.inner_text("#refused_list")  # it is not passed over in silence
    photograph(page, "gate-other-event")
