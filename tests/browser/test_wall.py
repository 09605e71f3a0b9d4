"""The wall's looks in every state that it has, on four screens and a telephone, in both
languages.
"""

from copy import deepcopy
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import expect

from data.events.clock import real_now, record_setting
from data.events.current import current_event
from data.storage import database
from data.wall.board import wall_document
from data.words import LANGUAGES, Words, catalogue
from models.attendance.ledger import planned_share
from models.events.event import View
from tests import stage
from tests.browser.conftest import pointed_at
from tests.browser.screen import FONTS_DRAWN, UNCOVERED, WALL_FAULTS, photograph, settle_wall

SCREENS = [(1920, 1080), (1440, 900), (3840, 2160), (1280, 1024)]
PHONE = (390, 844)
MINUTE = 60_000  # ms
LATE = {
    "vi": ("chậm 12 phút, dự kiến xong 07:42", "dự kiến 07:42, muộn 12 phút"),
    "en": ("12 min late, ends about 07:42", "about 07:42, 12 min late"),
}
LONG = "Điều chỉnh phương án phân luồng, bố trí lực lượng và phương tiện tại các nút giao thông"


def board(moment: str, *, past: bool) -> dict:
    """A document of the sample, as a wall of that moment gets it; its clock stands."""
    with database.reading() as session:
        document = wall_document(session, stage.current(), View(stage.at(moment), past))
    document["clock"] = {"real": 0, "event": document["moment"], "speed": 0}
    return document | {"past": False, "revision": 10**9}


def new_event(document: dict) -> dict:
    """The first day of an event that was just loaded: everything is late, no one has reported."""
    for number, one in enumerate(document["sections"]):
        one |= {"level": "late", "level_when_silent": "late", "declared": "not_started"}
        one |= {"trouble": "reason", "silent": True, "silent_at": 0, "confirmed": None}
        one |= {"since": document["moment"] - 25 * 86_400_000, "headline": "", "done": 0}
        one["why"] = {"concern": "overdue", "number": number + 40, "needs": [], "priority": None}
    return document | {"counts": {"late": 8}}


def long_names(document: dict) -> dict:
    """Texts as long as they may be, and every tile with all that it can say."""
    for one in document["sections"]:
        one |= {"headline": LONG, "silent": True, "silent_at": 0, "declared": "at_risk"}
        one |= {"trouble": "reason", "level": "at_risk", "level_when_silent": "at_risk", "done": 38}
        one |= {"total": 40, "since": document["moment"] - 3 * 86_400_000}
        one["why"] = {"concern": "prerequisite", "number": 38, "needs": [35, 36, 37]}
    document["sections"][0]["level"] = document["sections"][0]["level_when_silent"] = "late"
    for one in document["entries"] + document["newest"]:
        one["text"] = f"{LONG} – {LONG}"
    document["event"]["theme"] = {"vi": f"{LONG}, {LONG}", "en": f"{LONG}, {LONG}"}
    first, *rest = document["programme"]
    brief = first | {"ends": first["starts"] + 5 * MINUTE}  # too short for a word of its name
    document["programme"] = [brief, first | {"starts": brief["ends"]}, *rest]
    return document


def quiet_green(document: dict) -> dict:
    """All is well but for what a green tile says beside its level."""
    for one in document["sections"]:
        one |= {"level": "ready", "level_when_silent": "silent", "silent": False, "trouble": ""}
        one |= {"silent_at": None, "headline": LONG, "aside": {"tasks": 1, "incidents": 2}}
    return document | {"counts": {"fine": 8}, "entries": [], "entries_open": 0}


def many_tasks(document: dict) -> dict:
    task = document["work"]["tasks"][0] | {"title": {"vi": LONG, "en": LONG}}
    document["work"] |= {"tasks": [task] * 10, "named": 40, "late": 33, "due": 7, "total": 1_240}
    return document


def running_late(document: dict) -> dict:
    """What is on began 7 minutes late and stands still for 5 by now, which pushes what follows."""
    (item,), following = document["running"], document["next"]
    item["due"], item["held"] = item["ends"] + 7 * MINUTE, document["moment"] - 5 * MINUTE
    following["begins"] = following["starts"] + 12 * MINUTE
    return document


def roll_call(document: dict) -> dict:
    names = [one["name"] for one in document["sections"]]
    stands = ["no_go", "voided", "expired", "silent", "conditional", "no_go"]
    waiting = [
        {"name": name, "stand": stand, "entry": 24 if stand == "voided" else None}
        for name, stand in zip(names, stands, strict=False)
    ]
    counts = {"no_go": 2, "voided": 1, "expired": 1, "silent": 1, "conditional": 1, "go": 2}
    call = {"question": "Mở cửa hội trường, bắt đầu đón các đoàn đại biểu", "outcome": None}
    call |= {"about": document["moment"] + 1_500_000, "counts": counts, "waiting": waiting}
    return document | {"roll_call": call}


def ended(document: dict) -> dict:
    document["roll_call"]["outcome"] = "not_ready"
    return document


@pytest.fixture(scope="module")
def states(server) -> dict[str, dict]:
    pointed_at(server.database)
    before, near = board("D-30 09:00", past=True), board("D-1 20:00", past=True)
    forums, rush = board("D+0 14:20", past=True), board("D+1 06:52", past=False)
    after = board("D+4 10:00", past=False)  # no one has reported since the main session
    database.dispose()
    made = {"before": before, "near": near, "forums": forums, "rush": rush, "after": after}
    made["new event"] = new_event(deepcopy(before))
    made["long names"] = long_names(deepcopy(rush))
    made["quiet green"] = quiet_green(deepcopy(rush))
    made["running late"] = running_late(deepcopy(rush))
    made["40 tasks"] = many_tasks(deepcopy(before))
    made["40 tasks owed"] = many_tasks(deepcopy(after))
    made["roll-call"] = roll_call(deepcopy(rush))
    made["roll-call ended"] = ended(roll_call(deepcopy(rush)))
    return made


# Draws a document on the wall that is open, and waits for the letters that it needs.
DRAW = """async ([board, framed]) => {
  const root = [...document.querySelectorAll('*')].map(one => one.shadowRoot)
    .find(one => one?.querySelector('.wall'));
  const { wall } = [root, ...root.querySelectorAll('*')].find(one => one.wall);
  wall.framed = framed;
  wall.draw(board);
  for (let was = ''; was !== document.fonts.status || was !== 'loaded'; ) {
    was = document.fonts.status;
    await document.fonts.ready;
    await new Promise(requestAnimationFrame);
  }
}"""


@pytest.mark.parametrize("language", LANGUAGES)
def test_in_every_state_everything_can_be_read_and_nothing_is_cut(server, tab, states, language):
    wall = tab(server, size=SCREENS[0])
    wall.goto(f"{server.address}/tv?lang={language}")
    settle_wall(wall)
    found: list[str] = []
    for width, height in SCREENS:
        wall.set_viewport_size({"width": width, "height": height})
        for name, state in states.items():
            wall.evaluate(DRAW, [state, True])
            audit = wall.locator(".wall").evaluate(WALL_FAULTS)
            found += [f"{name}, {width}×{height}: {one}" for one in audit["faults"]]
            assert audit["texts"] > 60, name
            if name == "running late":
                going = wall.locator(".going").inner_text()
                assert all(told in going for told in LATE[language]), going
            if width == 1920:
                photograph(wall, f"wall-{name.replace(' ', '-')}.{language}.1920x1080")
    assert not found, "\n".join(found)
    assert wall.locator(".wall").evaluate(UNCOVERED) == []


def test_each_phase_has_its_own_panel_and_the_whole_comes_first(server, tab, states):
    say = catalogue("vi")
    wall = tab(server, size=SCREENS[0])
    wall.goto(f"{server.address}/tv")
    settle_wall(wall)

    def texts(name: str, part: str, framed: bool = True) -> str:
        wall.evaluate(DRAW, [states[name], framed])
        return wall.locator(part).first.inner_text().replace("\n", " ")

    before = texts("before", ".people")
    for told in (say["wall.days_left"], "30 ngày", say["wall.work_done"], "đúng kế hoạch (8)"):
        assert told in before
    assert "còn 30 ngày" in texts("before", ".going")
    assert wall.locator(".curve .plan, .curve .actual").count() >= 2
    after = texts("after", ".people")
    assert say["wall.work_owed"] in after and "12 việc" in after and "hạn hôm nay 17:00" in after
    assert say["wall.present"] not in after and wall.locator(".programme").count() == 0
    assert say["wall.event_over"] in texts("after", ".going")
    assert states["after"]["sections"][1]["level"] and "Sẵn sàng" not in texts("after", ".tiles")

    # The second forum began 8 minutes late: the server's own forecast.
    assert "chậm 8 phút, dự kiến xong 17:08" in texts("forums", ".going")
    assert wall.locator(".going .until.late").count() == 1
    assert "muộn" not in texts("rush", ".going") and "chậm" not in texts("rush", ".going")

    rush = texts("rush", ".people")
    assert " / 1.121" in rush and "so với kế hoạch (" in rush
    behind = wall.locator(".behind .row").first.inner_text()
    assert "thiếu" in behind and "/" not in behind
    assert texts("new event", ".verdict") == "✕ 8 chậm"
    assert "? chưa báo lần nào" in texts("new event", ".tile")
    assert wall.locator(".tile .age").first.inner_text() == "? 25 ngày"
    assert "! 1 việc có nguy cơ · 2 sự cố" in texts("quiet green", ".tile")
    assert "báo: có nguy cơ · ? chưa cập nhật" in texts("long names", ".tile")
    assert wall.locator(".tile .tasks").first.inner_text() == f"38/40 {say['wall.tasks']}"
    assert say["wall.home"] in texts("roll-call", ".head .ways")
    texts("roll-call", ".head", framed=False)
    assert wall.locator(".ways").count() == 0  # a television has none


# Frame by frame, whether a wall is drawn: the one before Streamlit's, and Streamlit's.
WALLS = """window.walls = [];
const drawn = place => Boolean(place?.shadowRoot?.querySelector('.tile'));
const look = () => {
  const own = [...document.querySelectorAll('[data-testid="stBidiComponentIsolated"]')].some(drawn);
  walls.push([drawn(document.querySelector('.first-wall')), own]);
  requestAnimationFrame(look);
};
requestAnimationFrame(look);"""


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_television_has_its_wall_before_streamlit_has_loaded(server, new_tab, language):
    wall = new_tab(server, size=SCREENS[0])
    wall.route("**/static/js/**", lambda route: route.abort())  # Streamlit's scripts never come
    wall.goto(f"{server.address}/tv?lang={language}")
    wall.wait_for_selector(".first-wall .tile")
    wall.wait_for_function(f"() => {FONTS_DRAWN}")
    assert wall.locator(".wall").evaluate(WALL_FAULTS)["faults"] == []
    assert wall.locator(".wall").evaluate(UNCOVERED) == []
    assert wall.evaluate("document.documentElement.lang") == language
    wall.unroute("**/static/js/**")
    wall.add_init_script(WALLS)
    wall.reload()
    settle_wall(wall)
    walls = wall.evaluate("walls")
    assert [True, False] in walls and walls[-1] == [False, True]
    assert [False, False] not in walls[walls.index([True, False]) :], "the wall went out between"


def test_whom_the_feed_sends_no_board_the_first_wall_shows_nothing(server, new_tab):
    wall = new_tab(server, size=SCREENS[0])
    wall.route_web_socket("**/live?*", lambda socket: socket.close())
    wall.add_init_script(WALLS)
    wall.goto(f"{server.address}/tv")
    settle_wall(wall)
    assert [True, False] not in wall.evaluate("walls")


def test_a_lost_server_pushes_the_wall_down_and_the_clock_stays(server, tab, states):
    wall = tab(server, size=SCREENS[0])
    wall.goto(f"{server.address}/tv")
    settle_wall(wall)
    wall.evaluate(DRAW, [states["rush"], False])
    wall.evaluate("() => Object.defineProperty(window.sanSangLive, 'lost', { value: true })")
    wall.locator(".notice .cut").wait_for()
    assert wall.locator(".wall").evaluate(WALL_FAULTS)["faults"] == []
    notice, clock = (wall.locator(part).bounding_box() for part in (".notice", ".clock .time"))
    assert notice["y"] + notice["height"] <= clock["y"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_on_a_phone_trouble_comes_first_and_one_scrolls_down_only(server, tab, states, language):
    wall = tab(server, size=PHONE)
    wall.goto(f"{server.address}/tv?lang={language}")
    settle_wall(wall)
    for name in ("rush", "before", "after", "roll-call"):
        wall.evaluate(DRAW, [states[name], True])
        wide = wall.locator(".wall").evaluate(
            "wall => [...wall.querySelectorAll(':not(.programme *)')]"
            ".filter(one => one.getBoundingClientRect().right > innerWidth + 1)"
            ".map(one => one.className)"
        )
        assert wide == [], name
        photograph(wall, f"wall-{name}.{language}.390x844")
    wall.evaluate(DRAW, [states["rush"], True])
    tops = [
        wall.locator(part).first.bounding_box()["y"]
        for part in (".verdict", ".tile.late", ".entries", ".tile.at_risk", ".people", ".newest")
    ]
    assert tops == sorted(tops) and tops[0] < 250


def test_the_audit_itself_finds_faults(server, tab):
    """A check that cannot fail is worth nothing: small, pale, cut and overlapping texts are
    found.
    """
    wall = tab(server, size=SCREENS[0])
    wall.goto(f"{server.address}/tv")
    settle_wall(wall)
    wall.locator(".wall").evaluate("""wall => {
      const tile = wall.querySelector('.tile');
      tile.querySelector('.title').style.fontSize = '15px';
      tile.querySelector('.headline').style.color = '#556';
      wall.querySelector('.people .row span').style.cssText =
        'width:40px;overflow:hidden;white-space:nowrap;text-overflow:ellipsis;display:block';
      wall.querySelector('.here').style.marginLeft = '400px';
    }""")
    told = " ".join(wall.locator(".wall").evaluate(WALL_FAULTS)["faults"])
    for fault in ("15 px", "contrast", "ellipsis", "cut by"):
        assert fault in told


def test_the_wall_shows_what_the_issue_asks_for(server, tab):
    wall = tab(server, size=SCREENS[0])
    wall.goto(f"{server.address}/tv")
    settle_wall(wall)
    assert wall.locator(".tile").count() == 8
    assert wall.locator(".count").inner_text().replace("\n", "").replace(" ", "").endswith("/1.121")
    for part in (
        ".curve .actual",
        ".curve .plan",
        ".now-line",
        ".entry.p1",
        ".change",
        ".countdown",
        ".rehearsal",
        ".behind .row",
    ):
        assert wall.locator(part).first.is_visible() or part == ".now-line", part
    for chip in wall.locator(".chip").all_inner_texts():
        assert chip[0] in "✕!?–✓" and len(chip) > 3  # a mark and a word beside the colour
    silent = wall.locator(".tile.hatched")
    assert silent.count() >= 1 and "Chưa cập nhật" in silent.first.inner_text()


def test_the_clock_of_a_running_rehearsal_ticks_by_itself(servers, tab):
    server = servers()
    pointed_at(server.database)
    with database.writing() as session:
        event = current_event(session)
        told = {
            "event_at": stage.at("D+1 06:52"),
            "speed": 60.0,
            "resume_speed": 60.0,
            "real": real_now(),
            "by": None,
        }
        record_setting(session, event, **told)
    database.dispose()
    wall = tab(server, size=SCREENS[0])
    wall.goto(f"{server.address}/tv")
    settle_wall(wall)
    before = int(wall.locator(".here").inner_text().replace(".", ""))
    wall.wait_for_function(
        "before => [...document.querySelectorAll('*')].some(one => one.shadowRoot"
        " && Number(one.shadowRoot.querySelector('.here')?.textContent.replace('.', ''))"
        " > before + 20)",
        arg=before,
    )
    clock = wall.locator(".clock .time")
    shown = clock.inner_text()
    expect(clock).not_to_have_text(shown)
    assert shown > "06:52"
    server.stop()


AGES = [0, 59_999, 60_000, 60 * 60_000, 111 * 60_000, 24 * 3_600_000 - 1, 24 * 3_600_000, -5_000]


def test_ages_on_the_wall_are_those_of_every_page(server, tab):
    """The one rule that runs in the browser as well: on the same cases as the Python function."""
    wall = tab(server)
    wall.goto(server.address + "/tv")
    shown = wall.evaluate(
        "async cases => { const { age } = await import('/assets/wall.js');"
        " return cases.map(age); }",
        AGES,
    )
    for language in ("vi", "en"):
        words = Words(language, ZoneInfo("Asia/Ho_Chi_Minh"))
        for ms, one in zip(AGES, shown, strict=True):
            assert words(one["key"], **one["facts"]) == words.age(timedelta(milliseconds=ms)), ms


def test_a_tile_is_hatched_by_the_servers_word_and_from_the_moment_that_it_named(server, tab):
    cases = [(False, None), (False, 5), (False, 10), (False, 11), (True, 5), (True, None)]
    sections = [{"silent": silent, "silent_at": at} for silent, at in cases]
    wall = tab(server)
    wall.goto(server.address + "/tv")
    script = (
        "async sections => { const { isSilent } = await import('/assets/tile.js');"
        " return sections.map(one => isSilent(one, 10)); }"
    )
    assert wall.evaluate(script, sections) == [False, True, True, False, True, True]


def test_what_the_plan_expects_by_now_is_computed_as_on_every_page(server, tab):
    """The other rule that runs in the browser: on the same cases as `planned_share`."""
    plan = [[90, 0.0], [60, 0.2], [30, 0.5], [0, 0.95]]
    minutes = [120, 90, 75, 60, 31, 0, -20]
    wall = tab(server)
    wall.goto(server.address + "/tv")
    script = (
        "async ([plan, cases]) => { const { plannedBy } = await import('/assets/panel.js');"
        " return cases.map(one => plannedBy(plan, one)); }"
    )
    shown = wall.evaluate(
        script, [[[-early, share] for early, share in plan], [-m for m in minutes]]
    )
    expected = [planned_share(plan, minutes_before=before) for before in minutes]
    assert shown == pytest.approx(expected)
