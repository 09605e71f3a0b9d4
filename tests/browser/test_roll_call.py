"""A roll-call in Chromium: a lead answers on a telephone, the wall shows it, an entry voids it."""

from datetime import timedelta

import pytest
from playwright.sync_api import expect

from data.access.people import person_by_key
from data.events.clock import clock_of, real_now, record_setting
from data.events.current import current_event
from data.incidents import open_entry
from data.roll_calls.commands import end_roll_call, open_roll_call
from data.storage import database
from data.words import catalogue
from models.access.people import Person
from tests import stage
from tests.browser.conftest import pointed_at
from tests.browser.screen import (
    SIDEWAYS,
    SIZES,
    SMALL_TARGETS,
    UNCOVERED,
    WALL_FAULTS,
    control,
    photograph,
    settle,
    settle_wall,
)
from tests.stage import section

SAY = catalogue("vi")


@pytest.fixture(scope="module")
def doors(servers):
    """A server at 05:40 of the main day, before the scenario's roll-call; its clock is paused."""
    return servers("D+1 05:40")


def office(key: str) -> Person:
    with database.reading() as session:
        found = person_by_key(session, key)
        session.expunge(found)
        return found


def give(command, key: str, **facts):
    with database.reading() as session:
        now = clock_of(session, current_event(session)).shows(real_now())
    return stage.give(command, by=office(key), when=now, **facts)


def ask(minutes: int = 25, question: str = "Mở cửa hội trường"):
    with database.reading() as session:
        about = clock_of(session, current_event(session)).shows(real_now()) + timedelta(
            minutes=minutes
        )
    return give(
        open_roll_call,
        "committee",
        question=question,
        about_at=about,
        holds_minutes=30,
        section_ids=[],
    )


def run_clock(speed: float) -> None:
    with database.writing() as session:
        event, real = current_event(session), real_now()
        shown = clock_of(session, event).shows(real)
        record_setting(
            session, event, event_at=shown, speed=speed, resume_speed=1.0, real=real, by=None
        )


def test_a_lead_answers_on_the_telephone_the_wall_shows_it_and_a_grave_entry_voids_it(
    doors, tab, watch_tab
):
    pointed_at(doors.database)
    wall = tab(doors, size=SIZES["wall"])
    wall.goto(f"{doors.address}/tv")
    band = settle_wall(wall).locator(".wall .roll-call")
    expect(band).to_have_count(0)
    phone = tab(doors, size=SIZES["phone"], person="lead.an_ninh")
    watch = watch_tab(phone, doors.address)
    phone.goto(f"{doors.address}/update")
    settle(phone)
    call = ask(question="Mở cửa hội trường, bắt đầu đón các đoàn đại biểu vào")

    card = phone.locator(control("roll_call_card"))
    expect(card).to_contain_text("Mở cửa hội trường")
    expect(band.locator(".question")).to_contain_text("Mở cửa hội trường")
    expect(band.locator(".stand.silent .figure")).to_have_text("8")
    photograph(wall, "roll-call-asked.vi.1920x1080")
    assert wall.locator(".wall").evaluate(WALL_FAULTS)["faults"] == []
    settle(phone)
    photograph(phone, "roll-call-asked.vi.390x844")
    card.get_by_role("button", name=SAY["answer.go"], exact=True).click()
    expect(band.locator(".stand.go .figure")).to_have_text("1")
    expect(card).to_contain_text(SAY["stand.go"])

    give(
        open_entry,
        "command",
        section_id=section("an_ninh"),
        priority=1,
        text="Cổng số 2 chưa kiểm soát được người vào",
    )
    expect(band.locator(".who.voided")).to_have_text("✕ An ninh trật tự #024")
    expect(band.locator(".stand.go .figure")).to_have_text("0")
    expect(card).to_contain_text(SAY["roll_call.again"])
    card.get_by_role("button", name=SAY["answer.no_go"], exact=True).click()
    words = card.get_by_role("textbox")
    words.fill("Chờ xử lý cổng số 2")
    settle(phone)
    assert phone.evaluate(SMALL_TARGETS, 44) == []
    assert phone.evaluate(SIDEWAYS) == []
    photograph(phone, "roll-call-voided.vi.390x844")
    card.get_by_role("button", name=SAY["roll_call.send"]).click()
    expect(band.locator(".who.no_go")).to_have_text("✕ An ninh trật tự")

    assert wall.locator(".wall").evaluate(WALL_FAULTS)["faults"] == []
    assert wall.locator(".wall").evaluate(UNCOVERED) == []
    photograph(wall, "roll-call-running.vi.1920x1080")
    run_clock(1.0)
    before = band.locator(".left").inner_text()
    expect(band.locator(".left")).not_to_have_text(before)  # it ticks by itself
    run_clock(0.0)
    give(end_roll_call, "committee", roll_call_id=call.id)
    expect(band.locator(".result")).to_have_text(f"✕ {SAY['outcome.not_ready']}")
    assert wall.locator(".wall").evaluate(WALL_FAULTS)["faults"] == []
    photograph(wall, "roll-call-ended.vi.1920x1080")
    expect(card).to_contain_text(SAY["outcome.not_ready"])
    assert watch.foreign == [] and watch.complaints == []


@pytest.mark.parametrize("language", ["vi", "en"])
def test_the_chair_sees_every_section_in_every_size(doors, tab, language):
    pointed_at(doors.database)
    one = tab(doors, language=language, person="committee")
    one.goto(f"{doors.address}/roll_call")
    for size, (width, height) in SIZES.items():
        one.set_viewport_size({"width": width, "height": height})
        settle(one)
        photograph(one, f"roll-call-page.{language}.{width}x{height}")
        assert one.evaluate(SIDEWAYS) == [], size
