"""Every control of every page that gives a command is tapped again and again at one place, 50, 300,
700 and 1,500 ms after the first tap, and records one act.

The controls are collected from the pages as they are shown, so that a new one is tried by itself.
"""

import re
import shutil
import time
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, CDPSession, Locator, Page, TimeoutError
from sqlalchemy import func, select

from data import incidents, media, programme
from data.attendance import offline_scans
from data.commands import Origin, registered, run
from data.readiness import escalation
from data.reviews import commands as reviews
from data.reviews import directives
from data.script import rooms
from data.storage import database
from models.access.sign_ins import SignIn
from models.programme import ProgrammeItem
from models.storage import Change
from tests import stage
from tests.browser.conftest import introduce, new_context, pointed_at
from tests.browser.screen import linger, settle
from tests.pages.conftest import stand
from tests.pages.visitor import FRAMED
from tests.serving import ROOT, Server
from tests.shared import alone

GAPS = (0.05, 0.3, 0.7, 1.5)  # seconds after the first tap
NOW = "D+1 07:00"

PERSON = {
    "review": "committee",
    "roll_call": "committee",
    "plan": "committee",
    "update": "lead.an_ninh",
}
# The walk in two parts, each on a server of its own: pages that are open at once, a few of them,
# since what one records draws all others anew. Two tabs where there is most to tap. What changes
# the event or the browsers of the other pages is tried after them.
PARTS = {
    "day": (
        ("attendance", "attendance"),
        ("log", "programme"),
        ("roll_call", "review"),
    ),
    "plan": (
        ("update", "update"),
        ("media", "roster"),
        ("people", "plan"),
        ("rehearsal", "rehearsal"),
    ),
}
NAMED = {name for part in PARTS.values() for phase in part for name in phase}
PARTS["day"] += (tuple(name for name in FRAMED if name not in NAMED),)

TYPED = {  # what is typed into an empty field, by the beginning of its key
    "attendance-badge_typed": "0002K",
    "attendance-badges-code": "0010H",
    "attendance-query": "Nghi",
    "audit-subject": "1",
    "people-email": "ai@vi-du.vn",
}
ANYTHING = "Thử hai lần"
NUMBER = "5"
ANEW = {"-owner": "Đơn vị khác"}  # what is typed over what is there, by the end of its key
CHOSEN = {  # what is chosen of a list, by the beginning of its key
    "attendance-many-delegation": "Nghi",
    "contributions-new-unit": "Nghi",
    "contributions-typed-": "Nghi",
    "directive-owner": "An ninh",
    "plan-move-first": "6/3",
}
OPENED = {"people": "bàn số 1"}  # the rows of a page's table that are opened: those with this text
MAX_ROWS = 4
ENDS = "people-devices-end"  # signs out other browsers, those of the walk too: the last of its page

# Controls of which one act is several changes, and which: None for any number of one command.
MAX_MISSES = 3
SEVERAL = {
    "roll_call-end": {"end_roll_call": 1, "open_entry": 1},
    "attendance-many-go": None,
    "attendance-many-undo": None,
    "attendance-many-finished_mean": None,
    "plan-pins-save": {"pin_item": 1, "pin_media": 1},
    "programme-cancel": None,  # with the parts of the item
    "programme-restore-#": None,
    "people-office_retire": {"retire_office": 1, "withdraw": 1},
    "contributions-typed-#go": {"register_contribution": 1, "step_contribution": 1},
    "contributions-sort-go": None,
}
# The name of who came instead of a delegate just admitted also takes that admission back.
INSTEAD = "FormSubmitter-attendance-substitute_name_form"
# Commands of the pages that this walk does not reach, and why.
REACHED = 0.8  # of the other commands at least: a page that moves on a busy machine hides some
UNREACHED = {
    "lock": "leaves the page",
    "set_email": "needs an identity provider",
    # Forms that are sent with something changed alone: their commands have tests of their own.
    "correct_delegate": "a form that was not changed",
    "edit_event": "a form that was not changed",
    "rename_venue": "a form that was not changed",
    "change_section": "a form that was not changed",
    "edit_office": "a form that was not changed",
    "edit_paper": "a form that was not changed",
    "edit_desk": "a form that was not changed",
    "edit_delegation": "a form that was not changed",
    "edit_documents": "a form that was not changed",
    "edit_contribution": "a form that was not changed",
    "edit_topic": "a form that was not changed",
    # What takes them back, or what they take back, stands behind a row that is not opened.
    "sort_contributions": "needs something chosen",
    "restore_topic": "needs a retired topic",
    "import_contributions": "needs a file",
    "retire_delegate": "needs a reason",
    "restore_delegate": "needs a retired delegate",
    "retire_task": "needs a reason",
    "restore_task": "needs a retired task",
    "retire_section": "needs a section without open work",
    "restore_section": "needs a dissolved section",
    "retire_desk": "needs a desk at which no office works",
    "restore_desk": "needs a retired desk",
    "restore_office": "needs a retired office",
    "cancel_item": "is asked in a form of its own",
    "restore_item": "needs a cancelled item",
    "set_event_state": "ends the event for the other tabs",
    "make_trial": "is made of a real event",
    "erase_delegate": "needs a retired delegate",
    "erase_office": "needs a retired office",
    "keep_particulars": "the administrator's alone",
    "drop_particulars": "the administrator's alone",
    "export_archive": "needs an archived event",
    "remove_trial": "is made of a real event",
    # The synthesis and its register need forums that are over: `tests/browser/test_synthesis.py`.
    "sign_minutes": "needs a forum with contributions",
    "withdraw_minutes": "needs signed minutes",
    "add_paragraph": "is written in a form of its own",
    "edit_paragraph": "needs a paragraph",
    "remove_paragraph": "needs a paragraph",
    "restore_paragraph": "needs a paragraph that was taken out",
    "gather_paragraphs": "needs contributions in no paragraph",
    "submit_synthesis": "needs a paragraph",
    "recall_synthesis": "needs a submitted synthesis",
    "return_synthesis": "needs a submitted synthesis",
    "approve_synthesis": "needs a submitted synthesis",
    "reopen_synthesis": "needs an approved synthesis",
    "withdraw_synthesis": "needs an approved synthesis",
    "export_synthesis": "needs a synthesis",
    "register_owed": "needs an answer that is owed",
    "edit_petition": "needs a registered petition",
    "strike_petition": "needs a registered petition",
    "restore_petition": "needs a struck petition",
    "record_answer": "needs a registered petition",
    "withdraw_answer": "needs an answer",
    # `tests/pages/test_distribution.py` taps them.
    **dict.fromkeys(
        (
            "distribute",
            "withdraw_distribution",
            "restore_distribution",
            "hand_over_copies",
            "sign_for_copies",
            "take_copies_back",
            "record_receipt",
            "undo_receipt",
            "fail_delivery",
            "queue_email",
            "give_links",
            "give_addresses",
            "forget_addresses",
        ),
        "needs a file that is sent to everyone",
    ),
    # The way from files to the event is the administrator's alone: `tests/pages/test_imports.py`.
    "begin_import": "the administrator's page",
    "add_import_files": "the administrator's page",
    "drop_import_file": "the administrator's page",
    "choose_import_columns": "the administrator's page",
    "answer_import": "the administrator's page",
    "reach_import_step": "the administrator's page",
    "stop_import": "the administrator's page",
    "read_import_again": "the administrator's page",
    "drop_import": "the administrator's page",
    "apply_import": "the administrator's page",
    "undo_import": "the administrator's page",
    "export_import_errors": "the administrator's page",
}

FINDING = """
window.nameOf = one => {
  const key = one.closest('[class*="st-key-"]')?.className.match(/st-key-(\\S+)/)?.[1] ?? '?';
  const choice = one.closest('[data-testid="stButtonGroup"]') ? `:${one.textContent}` : '';
  return (key + choice).replace(/\\d[\\d-]*/g, '#');
};
window.shown = selector => [...document.querySelectorAll(selector)].filter(one =>
  one.checkVisibility({ visibilityProperty: true }) && one.getBoundingClientRect().width);
// Every control that can be tapped now and that may give a command: first those that lie open above
// the page, which another tap would close, and choices last.
window.controls = () => {
  const kinds = ['stButton', 'stFormSubmitButton', 'stDownloadButton', 'stButtonGroup'];
  const rank = one => one.closest('[data-testid="stPopoverBody"]') ? 0
    : one.closest('[data-testid="stButtonGroup"]') ? 2 : 1;
  return shown(kinds.map(one => `[data-testid="${one}"] button`).join())
    .filter(one => !one.disabled && one.ariaChecked !== 'true'
      && !one.closest('.st-key-frame_bar, .st-key-travel, [class*="st-key-frame-"]'))
    .sort((a, b) => rank(a) - rank(b));
};
window.keyOf = one => one.closest('[class*="st-key-"]').className.match(/st-key-(\\S+)/)[1];
// The keys of the first shown of each kind.
window.firstKeys = found => [...new Map(found.map(one => [nameOf(one), one])
  .reverse()).values()].map(one =>
    one.closest('[class*="st-key-"]').className.match(/st-key-(\\S+)/)[1]);
// Before anything of the page hears of it: what was tapped.
window.taps = [];
addEventListener('click', event => {
  const button = event.target.closest?.('button');
  taps.push(button && nameOf(button));
}, true);
"""
NAMES = "() => controls().map(nameOf)"
CHOICES = (
    """() => controls().filter(one => one.closest('[data-testid="stButtonGroup"]')).map(nameOf)"""
)
TICKS = '() => firstKeys(shown(\'[data-testid="stForm"] [data-testid="stCheckbox"] label\'))'
PLACE = """name => {
  const one = controls().find(one => nameOf(one) === name);
  if (!one) return null;
  one.scrollIntoView({ block: 'center', behavior: 'instant' });
  const { left, top, width, height } = one.getBoundingClientRect();
  const x = left + width / 2, y = top + height / 2;
  return one.contains(document.elementFromPoint(x, y)) ? [x, y] : null;
}"""
FOLDED = "() => firstKeys(shown('[data-testid=\"stExpander\"] details:not([open]) > summary'))"
EMPTY = """() => {
  const fields = ['stTextInput', 'stTextArea', 'stNumberInput'].map(one =>
    `[data-testid="${one}"] :is(input, textarea)`).join();
  return firstKeys(shown(fields).filter(one => !one.value));
}"""
POPOVERS = """() => shown('[data-testid="stPopoverButton"]')
  .filter(one => !one.closest('.st-key-frame_bar')).map(keyOf)"""


def kind(key: str) -> str:
    """A control's key without what differs from row to row."""
    return re.sub(r"\d[\d-]*", "#", key)


@dataclass(eq=False)
class Tab:
    """A page as one person has it open, and what of the page was tried, in this tab or another."""

    name: str
    page: Page
    mouse: CDPSession
    sign_in_id: int
    tried: set[str]
    silent: set[str]
    """The rows of choices of which one was tried and gave no command."""
    opened: set[str] = field(default_factory=set)
    looked_into: set[str] = field(default_factory=set)
    """The kinds of popovers that were opened since the last act."""
    queue: list[str] = field(default_factory=list)
    rows: int = 0
    """How many rows of the page's table were opened."""
    change: int = 0  # the newest that was looked at
    last: tuple[str, Counter] = ("", Counter())
    """The control that was tapped last, and what was recorded since."""

    def next_control(self) -> str | None:
        """A control that was not tried; opens what is folded, and makes choices, to find one.

        What a tap has brought comes before what was there, else another tap might take it away;
        of it what takes it away comes last.
        """
        settle(self.page)
        self.make_ready()
        while True:
            while self.open_popover():
                self.make_ready()
                if set(self.page.evaluate(NAMES)) - self.tried - set(self.queue):
                    break
            names = self.page.evaluate(NAMES)
            found = [name for name in names if name not in self.queue]
            self.queue = sorted(found, key=lambda name: "cancel" in name) + self.queue
            for name in [name for name in self.queue if name in names]:
                if self.is_due(name):
                    return name
            if not (self.open_row() or self.make_choice()):
                return next((name for name in names if self.is_due(name, at_last=True)), None)
            self.make_ready()

    def is_due(self, name: str, *, at_last: bool = False) -> bool:
        """Whether a control was not tried; now it is. `at_last`: of those that wait for the end."""
        tried = name in self.tried or name.partition(":")[0] in self.silent
        if tried or name.startswith(ENDS) != at_last:
            return False
        self.tried.add(name)
        return True

    def open_row(self) -> bool:
        """Open the next row of the page's table, for the controls of its panel."""
        rows = self.page.locator("tr.row td.opens", has_text=OPENED.get(self.name, ""))
        if self.rows >= min(MAX_ROWS, rows.count()):
            return False
        try:
            rows.nth(self.rows).click(timeout=2000)
        except TimeoutError:  # the page moves: another try, another row
            pass
        self.rows += 1
        settle(self.page)
        return True

    def make_choice(self) -> bool:
        """Choose what no command follows from, for what it opens."""
        for name in self.page.evaluate(CHOICES):
            if name not in self.tried:
                self.tried.add(name)
                if place := self.place(name):
                    self.page.mouse.click(*place)
                settle(self.page)
                return True
        return False

    def make_ready(self) -> None:
        """Unfold, choose and type where that was not done."""
        for key in self.page.evaluate(FOLDED):
            if self.is_new(key):
                self.tap_first(f".st-key-{key} summary")
        for key, text in CHOSEN.items():
            one = self.page.locator(f"[class*='st-key-{key}']").get_by_role("combobox")
            if key not in self.opened and one.count() and one.first.is_visible():
                self.choose(key, one.first, text)
        for key in self.page.evaluate(TICKS):
            if self.is_new(key):
                self.tap_first(f".st-key-{key} label")
        for key in self.page.evaluate(EMPTY):
            if key.endswith("-find"):  # it would leave no row of a table
                continue
            typed = {**TYPED, "attendance-guests-number": NUMBER, "attendance-heads-number": NUMBER}
            text = next((text for name, text in typed.items() if key.startswith(name)), ANYTHING)
            self.write(f".st-key-{key} :is(input, textarea)", text)
        for end, text in ANEW.items():
            selector = f"[class*='{end}'] input[type=text]"
            if any(one.input_value() != text for one in self.page.locator(selector).all()):
                self.write(selector, text)

    def tap_first(self, selector: str) -> None:
        try:
            self.page.locator(selector).first.click(timeout=3000)
        except TimeoutError:  # the page no longer has it, or something lies above it
            self.page.keyboard.press("Escape")
        settle(self.page)

    def write(self, selector: str, text: str) -> None:
        try:
            self.page.locator(selector).first.fill(text, timeout=2000)
        except TimeoutError:  # the page no longer has it
            return
        self.page.keyboard.press("Tab")
        settle(self.page)

    def place(self, name: str) -> list[float] | None:
        """Where a control can be tapped; closes what lies open above it."""
        if found := self.page.evaluate(PLACE, name):
            return found
        self.page.keyboard.press("Escape")
        settle(self.page)
        return self.page.evaluate(PLACE, name)

    def choose(self, key: str, one: Locator, text: str) -> None:
        """Choose of a list. A change that another tab recorded may close it: then next time."""
        try:
            one.fill(text, timeout=2000)
            if one.get_attribute("aria-expanded") != "true":
                one.press("ArrowDown")
            self.page.get_by_role("option").first.click(timeout=2000)
            self.opened.add(key)
        except TimeoutError:
            self.page.keyboard.press("Escape")
        settle(self.page)

    def open_popover(self) -> bool:
        """Open one popover of each kind, and after an act another: it may offer other things."""
        for key in self.page.evaluate(POPOVERS):
            if kind(key) not in self.looked_into and key not in self.opened:
                self.looked_into.add(kind(key))
                self.opened.add(key)
                self.tap_first(f".st-key-{key} [data-testid='stPopoverButton']")
                return True
        return False

    def is_new(self, key: str) -> bool:
        """Whether none of a key's kind was opened before; now one is."""
        new = kind(key) not in self.opened
        self.opened.add(kind(key))
        return new

    def tap(self, x: float, y: float, at: float) -> None:
        """A tap of the mouse that happened at a moment, however late the browser hears of it."""
        for kind in ("mouseMoved", "mousePressed", "mouseReleased"):
            event = {"type": kind, "x": x, "y": y, "timestamp": at}
            button = {} if kind == "mouseMoved" else {"button": "left", "clickCount": 1}
            self.mouse.send("Input.dispatchMouseEvent", event | button)

    def recorded(self) -> Counter:
        """The commands recorded from this tab since the last look, with how often."""
        query = (
            select(Change.id, Change.what)
            .where(Change.sign_in_id == self.sign_in_id, Change.id > self.change)
            .order_by(Change.id)
        )
        found: Counter = Counter()
        with database.reading() as session:
            for self.change, what in session.execute(query).all():
                found[what["command"]] += 1
        return found

    def outcome(self) -> Counter:
        """The commands recorded since the last look, once the page has shown what it was going to
        show."""
        settle(self.page)
        return self.recorded()

    def faults(self) -> list[str]:
        """What the last control recorded beyond one act; some of it may come late."""
        name, found = self.last
        found.update(self.recorded())
        return [] if is_one_act(name, found) else [f"{self.name}: {name}: {dict(found)}"]


class Known:
    """What the walk has found: by page the controls tried, and the commands that followed."""

    def __init__(self) -> None:
        self.tried: dict[str, set[str]] = defaultdict(set)
        self.silent: dict[str, set[str]] = defaultdict(set)
        self.loud: set[str] = set()  # rows of choices that give a command
        self.missed: Counter = Counter()
        self.recorded: set[str] = set()

    def note(self, tab: Tab, name: str, found: Counter) -> None:
        """Take in the commands that followed from the taps on a control. One that the first tap
        missed, since the page moved, is tried again."""
        tab.last = (name, found)
        self.recorded |= set(found)
        if found:
            tab.looked_into.clear()
        if tab.page.evaluate("taps[0]") != name and self.missed[tab.name, name] < MAX_MISSES:
            self.missed[tab.name, name] += 1
            tab.tried.discard(name)
        elif ":" in name:
            row = name.partition(":")[0]
            (self.loud if found else tab.silent).add(row)
            tab.silent -= self.loud


@pytest.fixture
def prepared(sqlite_databases, tmp_path_factory) -> Iterator[Server]:
    """A server with the small event, and something to do on every page."""
    folder = tmp_path_factory.mktemp("taps")
    shutil.copy(sqlite_databases.template_file("small"), folder / "live.db")
    pointed_at(f"sqlite:///{(folder / 'live.db').as_posix()}")
    prepare()
    server = Server(f"sqlite:///{(folder / 'live.db').as_posix()}", folder / "server.log").start()
    yield server
    server.stop()
    database.dispose()


def venue(item: str) -> int:
    with database.reading() as session:
        return session.get_one(ProgrammeItem, stage.item(item)).venue_id


def prepare() -> None:
    stand(NOW)
    escalation.send_due_reminders(stage.at(NOW))
    for section in ("an_ninh", "hau_can") * 2:
        facts = {"section_id": stage.section(section), "priority": 1, "text": "Sự cố"}
        stage.give(incidents.open_entry, by="command", when=NOW, **facts)
    done = {"entry_id": stage.entry(4), "status": "closed", "text": ""}
    stage.give(incidents.update_entry, by="command", when=NOW, **done)
    for number in range(4):
        order = {
            "kind": "directive",
            "text": f"Rà soát {number}",
            "why": "",
            "section_id": stage.section("an_ninh"),
            "office_id": None,
            "due_at": stage.at("D+1 17:00"),
        }
        stage.give(directives.give_directive, by="committee", when=NOW, **order)
    hall = {"venue_id": venue("doi_thoai")}  # whoever runs a room begins with it
    stage.give(rooms.take_room, by="command", when=NOW, **hall)
    for command, key in (
        (programme.start_item, "phien_chinh"),
        (programme.start_item, "khai_mac"),
        (programme.finish_item, "khai_mac"),
    ):
        stage.give(command, by="command", when=NOW, item_id=stage.item(key))
    stage.give(reviews.sign_review, by="committee", when="D+0 07:00", conclusion="Đạt")
    stage.give(media.publish_media, by="media", when=NOW, media_id=stage.media("m1"))
    late = {"badge": "9999B", "item_id": stage.item("phien_chinh"), "device_at": stage.at(NOW)}
    now = stage.at(NOW)
    run(Origin(stage.person("command"), at=now, real=now), offline_scans.take_late, **late)


@pytest.fixture
def browser(chromium, prepared) -> Iterator[BrowserContext]:
    """One browser for all tabs, so that its assets are loaded once."""
    context = new_context(chromium)
    introduce(context, prepared)
    context.add_init_script(FINDING)
    yield context
    context.close()


def open_tab(browser: BrowserContext, server: Server, name: str, known: Known) -> Tab:
    """A tab with a sign-in of its own, which it keeps: a page says who it is when it connects."""
    token = server.sign_in(PERSON.get(name, "command"))
    browser.add_cookies([{"name": "san_sang", "value": token, "url": server.address}])
    with database.reading() as session:
        sign_in_id = session.execute(select(func.max(SignIn.id))).scalar_one()
    page = browser.new_page()
    page.goto(server.address + ("/" if name == "home" else f"/{name}"))
    settle(page)
    mouse = browser.new_cdp_session(page)
    tab = Tab(name, page, mouse, sign_in_id, known.tried[name], known.silent[name])
    tab.recorded()  # the sign-in itself
    return tab


def tap_all(names: dict[Tab, str]) -> None:
    """Tap each tab's control at one place, at each of the gaps after its first tap.

    The taps after the first answer come as soon as the page shows it, and say when they happen.
    """
    first: dict[Tab, tuple[float, float, float]] = {}
    for tab, name in names.items():
        linger(tab.page)
        tab.page.evaluate("taps.length = 0")
        if place := tab.place(name):
            first[tab] = (*place, time.time())
            tab.tap(*first[tab])
            tab.tap(*place, first[tab][2] + GAPS[0])
    for tab, (x, y, at) in first.items():
        if (early := at + GAPS[1] - time.time()) > 0:
            tab.page.wait_for_timeout(1000 * early)
        tab.tap(x, y, at + GAPS[1])
    for tab, (x, y, at) in first.items():
        settle(tab.page)
        for gap in GAPS[2:]:
            tab.tap(x, y, at + gap)


def outcomes(tabs: Iterable[Tab]) -> dict[Tab, Counter]:
    """The commands that followed from the taps in each tab."""
    found = {tab: tab.outcome() for tab in tabs}
    late = [tab for tab, recorded in found.items() if not recorded]
    if late:  # a long act, which is not under way yet as the taps end
        late[0].page.wait_for_timeout(250)
    return found | {tab: tab.outcome() for tab in late}


def given_by_pages() -> set[str]:
    """The names of the commands that the pages give."""
    files = [*Path(ROOT, "ui").rglob("*.py"), *Path(ROOT, "pages").rglob("*.py")]
    words = set(re.findall(r"\w+", "".join(one.read_text(encoding="utf-8") for one in files)))
    return {command.name for name, command in registered().items() if name in words}


def is_one_act(control: str, recorded: Counter) -> bool:
    if control.startswith(INSTEAD) and recorded["undo_attendance"]:
        return recorded == {"admit": 1, "undo_attendance": 1}
    if control in SEVERAL and recorded:
        return recorded == SEVERAL[control] if SEVERAL[control] else len(recorded) == 1
    return recorded.total() <= 1


def require_reached(shared: Path, part: str, recorded: set[str]) -> None:
    """Most commands that the pages give were recorded in one of the walk's parts: asked of the
    one that ends last."""
    with alone(shared / "second_taps"):
        (shared / f"second_taps_{part}.txt").write_text("\n".join(recorded), encoding="utf-8")
        ended = [shared / f"second_taps_{one}.txt" for one in PARTS]
        if not all(file.exists() for file in ended):
            return
        reached = {name for file in ended for name in file.read_text(encoding="utf-8").split()}
    given = given_by_pages() - set(UNREACHED)
    unreached = ", ".join(sorted(given - reached))
    assert len(given & reached) >= REACHED * len(given), unreached


@pytest.mark.parametrize(
    "part", [pytest.param(one, marks=pytest.mark.xdist_group(f"taps_{one}")) for one in PARTS]
)
def test_taps_at_one_place_within_two_seconds_are_one_act(browser, prepared, shared, part):
    known = Known()
    faults: list[str] = []
    for phase in PARTS[part]:
        tabs = [open_tab(browser, prepared, name, known) for name in phase]
        left = list(tabs)
        while left:
            names = {tab: tab.next_control() for tab in left}
            for tab in [tab for tab in left if not names[tab]]:
                tab.page.close()  # what others record would draw it anew
                left.remove(tab)
                del names[tab]
            for tab in left:
                faults += tab.faults()
            tap_all(names)
            for tab, found in outcomes(names).items():
                known.note(tab, names[tab], found)
        for tab in tabs:
            faults += tab.faults()
    assert faults == []
    require_reached(shared, part, known.recorded)
