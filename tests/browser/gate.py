"""What the tests of the gate share: its page, its answers, and what the server holds afterwards."""

import base64
import io
import time
from pathlib import Path

import segno
from PIL import Image
from playwright.sync_api import Page, expect
from sqlmodel import select

from data.attendance.commands import admit
from data.storage import database
from data.words import catalogue
from models.attendance.badges import ReplacedBadge
from models.attendance.ledger import AttendanceFact, AttendanceState, Delegate, Expectation
from tests import stage

SAY = {
    language: {key.removeprefix("gate."): text for key, text in catalogue(language).items()}
    for language in ("vi", "en")
}
MAIN, FORUM, OTHER_FORUM = "phien_chinh", "dien_dan_1", "dien_dan_2"
DESK, OTHER_DESK = "desk.ban_7", "desk.ban_8"
WHEN = "D+1 06:52"
PATIENCE = 40_000  # ms; what was cut off comes back by itself
# What the device's databases hold.
KEPT = """async () => {
  const found = {};
  for (const { name } of await indexedDB.databases()) {
    const database = await new Promise(done => {
      const asked = indexedDB.open(name);
      asked.onsuccess = () => done(asked.result);
    });
    for (const store of database.objectStoreNames)
      found[store] = await new Promise(done => {
        const asked = database.transaction(store).objectStore(store).getAll();
        asked.onsuccess = () => done(asked.result);
      });
    database.close();
  }
  return JSON.stringify(found);
}"""
# Badges typed one after the other, as fast as the page takes them.
TYPED = """async badges => {
  for (const badge of badges) {
    document.getElementById('code').value = badge;
    document.getElementById('scan').requestSubmit();
    await new Promise(done => setTimeout(done));
  }
}"""


def ready(page: Page, state: str = "online") -> Page:
    page.wait_for_selector(f"#line[data-state={state}]", timeout=PATIENCE)
    page.wait_for_selector("#desk_work:not([hidden])")
    return page


def wait_for_yes(page: Page, question: str, arg: object = None) -> None:
    """Waits until the page answers a question with yes that it takes a while to answer.

    `wait_for_function` takes any promise for a yes.
    """
    until = time.monotonic() + PATIENCE / 1000
    while not page.evaluate(question, arg):
        assert time.monotonic() < until, question
        page.wait_for_timeout(100)


def kept_by_worker(page: Page) -> None:
    """Waits until the gate's files are on the device."""
    page.evaluate("() => navigator.serviceWorker.ready.then(() => undefined)")
    wait_for_yes(
        page, "() => caches.keys().then(names => names.some(name => name.startsWith('gate-')))"
    )


def scan(page: Page, code: str, answer: str, *, who: str = "", more: str = "") -> None:
    page.fill("#code", code)
    page.press("#code", "Enter")
    answered(page, answer, who=who or code, more=more)


def answered(page: Page, answer: str, *, who: str = "", more: str = "") -> None:
    """Waits for this answer: one of the same kind may still stand there from the scan before."""
    expect(page.locator(f"#answer[data-kind={answer}]")).to_be_attached()
    expect(page.locator("#answer_word")).to_have_text(SAY["vi"][f"answer_{answer}"])
    expect(page.locator("#answer_who")).to_contain_text(who)
    expect(page.locator("#answer_more")).to_contain_text(more)


def waiting(page: Page, number: int) -> None:
    page.wait_for_selector(f'#waiting[data-number="{number}"]', timeout=PATIENCE, state="attached")


def choose(page: Page, where: str) -> None:
    page.select_option("#item", str(stage.item(where)))


def missing(number: int, where: str = MAIN, *, not_at: str | None = None) -> list[str]:
    """Badges of delegates whom an item expects and of whom nothing is recorded there."""
    there = select(AttendanceState.delegate_id).where(AttendanceState.item_id == stage.item(where))
    told = select(Delegate.badge).join(Expectation, Expectation.delegate_id == Delegate.id)
    told = told.where(Expectation.item_id == stage.item(where), Delegate.id.not_in(there))
    if not_at:
        told = told.where(
            Delegate.id.not_in(
                select(Expectation.delegate_id).where(Expectation.item_id == stage.item(not_at))
            )
        )
    told = told.where(Delegate.badge.not_in(select(ReplacedBadge.badge)))
    with database.reading() as session:
        found = list(session.exec(told.order_by(Delegate.badge.desc()).limit(number)))
    assert len(found) == number
    return found


def facts(badges: list[str], where: str = MAIN) -> dict[str, AttendanceFact]:
    query = select(Delegate.badge, AttendanceFact).join(
        AttendanceFact, AttendanceFact.delegate_id == Delegate.id
    )
    with database.reading() as session:
        rows = session.execute(
            query.where(Delegate.badge.in_(badges), AttendanceFact.item_id == stage.item(where))
        ).all()
    assert len(rows) == len({badge for badge, _ in rows}), "none was recorded twice"
    return dict(rows)


def latest(badges: list[str]) -> dict[str, AttendanceState]:
    query = select(Delegate.badge, AttendanceState).join(
        AttendanceState, AttendanceState.delegate_id == Delegate.id
    )
    with database.reading() as session:
        return dict(
            session.execute(
                query.where(Delegate.badge.in_(badges), AttendanceState.item_id == stage.item(MAIN))
            ).all()
        )


def let_in(badge: str, by: str = OTHER_DESK, where: str = MAIN) -> None:
    stage.give(admit, by=by, when=WHEN, badge=badge, item_id=stage.item(where))


# --- pictures ---


def code_picture(text: str) -> Image.Image:
    told = io.BytesIO()
    segno.make_qr(text, error="m").save(told, kind="png", scale=10, border=4)  # as a badge has it
    page = Image.new("L", (640, 480), 160)
    page.paste(Image.open(told).convert("L").resize((330, 330)), (150, 80))
    return page


def film(picture: Image.Image, path: Path) -> Path:
    """A second of video that shows a picture, as Chromium's fake camera plays it."""
    wide, high = picture.size
    frame = b"FRAME\n" + picture.tobytes() + bytes([128]) * (wide * high // 2)
    path.write_bytes(f"YUV4MPEG2 W{wide} H{high} F10:1 Ip A0:0 C420jpeg\n".encode() + frame * 10)
    return path


def as_text(picture: Image.Image) -> str:
    told = io.BytesIO()
    picture.save(told, "png")
    return base64.b64encode(told.getvalue()).decode()
