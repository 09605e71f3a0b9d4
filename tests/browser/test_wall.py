"""The wall's looks at several moments of the event, on a full-HD and on a 4K screen, in both
languages.
"""

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from data.events.clock import real_now, record_setting
from data.events.current import current_event
from data.rehearsal import jump
from data.storage import database
from data.words import LANGUAGES, Words
from tests import stage
from tests.browser.conftest import pointed_at
from tests.browser.screen import UNCOVERED, WALL_FAULTS, photograph, settle_wall

SCREENS = [(1920, 1080), (3840, 2160)]
MOMENTS = {  # what the wall has to say then, in the order of the event
    "before": ("D-7 08:00", "08:00"),
    "forums": ("D+0 14:20", "14:20"),
    "rush": ("D+1 07:12", "07:12"),
    "after": ("D+2 09:00", "09:00"),
}


@pytest.fixture(scope="module")
def travelling(servers):
    """A server whose event goes on from moment to moment; the tests ask for them in order."""
    server, reached = servers("D-7 08:00"), ["before"]

    def at(name: str):
        if name not in reached:
            pointed_at(server.database)
            stage.manage(jump, by="command", when=real_now(), to=stage.at(MOMENTS[name][0]))
            database.dispose()
            reached.append(name)
        return server

    return at


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("moment", MOMENTS)
def test_everything_can_be_read_and_nothing_is_cut(travelling, tab, moment, language):
    server = travelling(moment)
    wall = tab(server, size=SCREENS[0])
    for width, height in SCREENS:
        wall.set_viewport_size({"width": width, "height": height})
        wall.goto(f"{server.address}/tv?lang={language}")
        settle_wall(wall)
        wall.locator(".clock .time", has_text=MOMENTS[moment][1]).wait_for()
        if width == 1920:
            photograph(wall, f"wall-{moment}.{language}.1920x1080")
        found = wall.locator(".wall").evaluate(WALL_FAULTS)
        assert found["faults"] == [], (width, height)
        assert found["texts"] > 60
        assert wall.locator(".wall").evaluate(UNCOVERED) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_on_a_phone_the_wall_is_read_by_scrolling_down_only(server, tab, language):
    wall = tab(server, size=(390, 844))
    wall.goto(f"{server.address}/tv?lang={language}")
    settle_wall(wall)
    wide = wall.locator(".wall").evaluate(
        "wall => [...wall.querySelectorAll('.head *, .people *')]"
        ".filter(one => one.getBoundingClientRect().right > innerWidth + 1)"
        ".map(one => one.className)"
    )
    assert wide == []


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
    wall.locator(".clock .time", has_text="06:5").wait_for()
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
