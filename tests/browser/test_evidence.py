"""Photographs in Chromium: chosen on a telephone, kept with the note, shown small, and whole on
a tap.
"""

import io
from itertools import count

import pytest
from PIL import Image
from playwright.sync_api import Locator, Response, expect

from data.words import LANGUAGES, catalogue
from tests.browser.screen import (
    SIDEWAYS,
    SIZES,
    SMALL_TARGETS,
    choose,
    control,
    linger,
    photograph,
    settle,
    unfold,
)

BROKEN = {
    "name": "hỏng.jpg",
    "mimeType": "image/jpeg",
    "buffer": b"\xff\xd8\xff nothing of a picture",
}


def taken(name: str, colour: str = "teal") -> dict:
    exif = Image.Exif()
    exif.get_ifd(34853).update({1: "N", 2: (18.0, 40.0, 24.0)})
    written = io.BytesIO()
    Image.new("RGB", (900, 600), colour).save(written, "JPEG", exif=exif)
    return {"name": name, "mimeType": "image/jpeg", "buffer": written.getvalue()}


@pytest.fixture(scope="module")
def server(servers):
    """Of its own: a status in trouble would show on the walls of other tests."""
    return servers()


def upload(field: Locator, files: list) -> None:
    """Chooses files, and waits until the server has all of them: what is saved before goes without
    those that are still on their way.
    """
    arrived = count(1)

    def is_last(answer: Response) -> bool:
        return answer.request.method == "PUT" and next(arrived) == len(files)

    with field.page.expect_response(is_last):
        field.locator("input[type=file]").set_input_files(files)
    settle(field.page)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_photograph_goes_with_a_note_and_opens_whole_on_a_tap(server, tab, language, watch_tab):
    say = catalogue(language)
    person = {"vi": "lead.chinh_trang", "en": "lead.y_te"}[language]  # each has its own first task
    one = tab(server, size=SIZES["phone"], language=language, person=person)
    watch = watch_tab(one, server.address)
    one.goto(f"{server.address}/update")
    settle(one)
    for fold in one.locator(control("update.rest")).locator("summary").all():
        unfold(fold)
    card = one.locator("[class*='st-key-task_']").first
    card.get_by_role("button", name=say["evidence.add"]).click()
    field = card.get_by_test_id("stFileUploader")
    field.wait_for()
    settle(one)
    field.scroll_into_view_if_needed()
    photograph(one, f"evidence-choosing.{language}.390x844")
    assert one.evaluate(SIDEWAYS) == []
    assert one.evaluate(SMALL_TARGETS, 44) == []
    assert not [
        word
        for word in ("Drag", "Browse", "Upload", "Limit", "per file")
        if word in field.inner_text()
    ]

    choose(card.get_by_role("radio", name=say["status.blocked"]))
    note = card.get_by_role("textbox", name=say["status.blocked"])
    note.wait_for()
    upload(field, [BROKEN])
    note.fill("Mưa lớn, cờ rơi")
    card.get_by_role("button", name=say["update.note_save"], exact=True).click()
    expect(card).to_contain_text(say["refusal.photograph_broken"].format(file=BROKEN["name"]))
    expect(note).to_have_value("Mưa lớn, cờ rơi")
    photograph(one, f"evidence-refused.{language}.390x844")

    field.get_by_test_id("stFileChipDeleteBtn").get_by_role(
        "button"
    ).click()  # the broken one is taken away
    upload(field, [taken("a.jpg"), taken("b.jpg", "orange")])
    expect(field.get_by_test_id("stFileChip")).to_have_count(2)
    linger(one)
    card.get_by_role("button", name=say["update.note_save"], exact=True).click()
    small = one.locator("[class*='st-key-evidence_task_'] img")
    expect(small).to_have_count(2)
    small.first.scroll_into_view_if_needed()
    assert small.first.evaluate("one => one.decode().then(() => one.naturalWidth)") == 320
    photograph(one, f"evidence-shown.{language}.390x844")
    with one.context.expect_page() as opened:
        small.first.click()
    whole = opened.value
    whole.wait_for_load_state()
    assert whole.evaluate("document.images[0].naturalWidth") == 900
    assert b"Exif" not in whole.request.get(whole.url).body()
    assert watch.foreign == [] and watch.complaints == []
