"""What the browser tests know of the screen: when a page has settled, what it asked for, and
what is wrong with its looks.
"""

import time
from collections.abc import Sequence
from pathlib import Path

from playwright.sync_api import Locator, Page, expect

SHOTS = Path(__file__).parents[1] / "shots"
SIZES = {"phone": (390, 844), "desk": (1440, 900), "wall": (1920, 1080)}

# Before any letter is drawn nothing is asked for, and the fonts count as loaded.
FONTS_DRAWN = (
    "document.fonts.status === 'loaded' && [...document.fonts].some(one => one.status === 'loaded')"
)

SETTLED = """() => {
  const app = document.querySelector('[data-testid="stApp"]');
  if (!app)
    return document.readyState === 'complete'
      && Boolean(document.querySelector('main form, main h1'));
  const quiet = app.dataset.testScriptState === 'notRunning'
    && app.dataset.testConnectionState === 'CONNECTED';
  const drawn = [...document.querySelectorAll('[data-testid="stVegaLiteChart"]')].every(one =>
    one.querySelector('canvas, svg'));
  const missing = '[data-testid="stSkeleton"], '
    + '[data-testid="stBidiComponentIsolated"]:not([data-drawn])';
  const framed = document.querySelector('.st-key-frame_bar'); // what is hidden takes no focus
  const shown = !framed || document.documentElement.hasAttribute('data-shown');
  return quiet && drawn && shown && !document.querySelector(missing) && FONTS_DRAWN;
}""".replace("FONTS_DRAWN", FONTS_DRAWN)


def settle(page: Page) -> Page:
    """Waits until the page has shown all that it was going to show."""
    page.wait_for_function(SETTLED)
    return page


def hears(page: Page) -> Page:
    """Waits until the page's live feed has said its first word: from then on a loss is noticed."""
    page.wait_for_function("() => window.sanSangLive?.version")
    return page


SAME_ACT = 2_000  # ms; a second tap at the same place within it is the same act (taps.js)
# From now on the page's events say that they happen so much later.
LATER = """ms => {
  if (!window.later) {
    const { get } = Object.getOwnPropertyDescriptor(Event.prototype, 'timeStamp');
    Object.defineProperty(Event.prototype, 'timeStamp',
      { configurable: true, get() { return get.call(this) + window.later; } });
  }
  window.later = (window.later ?? 0) + ms;
}"""


def linger(page: Page) -> None:
    """As if a person had read the answer for a while: the next tap there is another act."""
    page.evaluate(LATER, SAME_ACT + 100)


def settle_wall(page: Page) -> Page:
    page.wait_for_selector(".wall .tile")
    page.wait_for_selector(".first-wall", state="detached")  # Streamlit's own stands now
    page.wait_for_function(f"() => {FONTS_DRAWN}")
    return page


PACE = 0.01  # seconds from one key of a scanner to the next
KEYS = {  # what a scanner may end with: its event, as `Input.dispatchKeyEvent` takes it
    "Enter": {"key": "Enter", "code": "Enter", "windowsVirtualKeyCode": 13, "text": "\r"},
    "Tab": {"key": "Tab", "code": "Tab", "windowsVirtualKeyCode": 9},
    "Control+j": {"key": "j", "code": "KeyJ", "windowsVirtualKeyCode": 74, "modifiers": 2},
}


def type_as_scanner(page: Page, code: str, ends: Sequence[str] = ("Enter",)) -> None:
    """Types where the focus is, as quickly as a scanner by the clock of the events, however late
    a busy browser hears of them.
    """
    keyboard, began = page.context.new_cdp_session(page), time.time()
    for number, one in enumerate([*code, *ends]):
        event = KEYS.get(one) or {"key": one, "text": one}
        moment = {"timestamp": began + PACE * number}
        down = "keyDown" if "text" in event else "rawKeyDown"
        keyboard.send("Input.dispatchKeyEvent", {"type": down} | event | moment)
        up = {name: told for name, told in event.items() if name != "text"}
        keyboard.send("Input.dispatchKeyEvent", {"type": "keyUp"} | up | moment)
    keyboard.detach()


UNFOLDED = """async details => {
  for (let height = -1, still = 0; still < 10; ) {
    await new Promise(requestAnimationFrame);
    const now = details.getBoundingClientRect().height,
      moves = details.getAnimations({ subtree: true }).length;
    still = details.open && now === height && !moves ? still + 1 : 0;
    height = now;
  }
}"""


def unfold(summary: Locator) -> None:
    """Opens what is folded away, and waits until it lies still: a tap on what still slides meets
    nothing.
    """
    summary.click()
    summary.locator("xpath=ancestor::details[1]").evaluate(UNFOLDED)
    settle(summary.page)  # what is folded away may be drawn for whoever opens it


ALL_UNFOLDED = """async () => {
  const folded = '[data-testid="stMain"] details:not([open]) > summary';
  for (const one of document.querySelectorAll(folded)) one.click();
  for (let frame = 0; frame < 10; frame++) await new Promise(requestAnimationFrame);
}"""


def unfold_all(page: Page) -> Page:
    """Opens all that is folded away on the page."""
    page.evaluate(ALL_UNFOLDED)
    return settle(page)


def open_row(page: Page, row: int | str) -> None:
    """Opens a row of a table that is not open: by its id, or the first one that holds a text."""
    rows = page.locator("tr.row" if isinstance(row, str) else f'tr.row[data-id="{row}"]')
    rows.filter(has_text=row if isinstance(row, str) else None).first.locator("td.opens").click()
    page.locator("tr.row.chosen").wait_for()  # the server has drawn what was asked for
    settle(page)


def choose(radio: Locator) -> None:
    """Taps one of a row of choices that stays where it is.

    A pointer may meet nothing while a busy machine still moves the page; then the choice does not
    show as taken, and a person taps again. One that shows as taken has reached the page: what comes
    of it is the test's to see.
    """
    for _ in range(2):
        radio.click()
        try:
            expect(radio).to_be_checked(timeout=8000)
            return
        except AssertionError:
            continue
    radio.click()


def control(key: str) -> str:
    """The selector of a widget or container by its key."""
    return ".st-key-" + "".join(
        letter if letter.isalnum() or letter in "_-" else "-" for letter in key
    )


def photograph(page: Page, name: str) -> None:
    SHOTS.mkdir(exist_ok=True)
    page.screenshot(path=SHOTS / f"{name}.png", animations="disabled")


class Watch:
    """Everything that a tab asks for and complains of."""

    # Streamlit looks for its server below the page's own path first, whatever the path is.
    PROBES = ("/_stcore/health", "/_stcore/host-config")

    def __init__(self, page: Page, address: str) -> None:
        self.page, self.address = page, address
        self.foreign: list[str] = []
        self.complaints: list[str] = []
        self.hearing = {
            "request": lambda request: self._asked(request.url),
            "websocket": lambda socket: self._asked(socket.url.replace("ws://", "http://")),
            "console": self._said,
            "pageerror": lambda error: self.complaints.append(str(error)),
        }
        for kind, hear in self.hearing.items():
            page.on(kind, hear)

    def end(self) -> None:
        for kind, hear in self.hearing.items():
            self.page.remove_listener(kind, hear)

    def _asked(self, url: str) -> None:
        if not url.startswith((f"{self.address}/", "data:", f"blob:{self.address}/")):
            self.foreign.append(url)

    def _said(self, message) -> None:
        path = (message.location or {}).get("url", "").removeprefix(self.address)
        probe = (
            any(path.endswith(known) and path != known for known in self.PROBES)
            and "404" in message.text
        )
        if message.type in ("error", "warning") and not probe:
            self.complaints.append(f"{message.type}: {message.text} ({path})")

    def forget(self) -> None:
        self.foreign.clear()
        self.complaints.clear()


SIDEWAYS = """() => {
  const wide = [];
  const parts = ['[data-testid="stMain"]', '[data-testid="stAppViewContainer"]', 'main'].join();
  for (const one of [document.scrollingElement, ...document.querySelectorAll(parts)])
    if (one.scrollWidth > one.clientWidth + 1)
      wide.push(`${one.tagName} ${one.dataset.testid ?? ''} `
        + `${one.scrollWidth} > ${one.clientWidth}`);
  return wide;
}"""

# What has moved from the page's first frame on without anybody's doing, where that is more than so
# much in all: how far, and what.
SHIFTED = """async most => {
  const shifts = await new Promise(resolve => {
    const seen = new PerformanceObserver(list => resolve(list.getEntries()));
    seen.observe({ type: 'layout-shift', buffered: true });
    setTimeout(() => resolve(seen.takeRecords()), 100); // nothing has moved at all
  });
  const own = shifts.filter(one => !one.hadRecentInput);
  if (own.reduce((sum, one) => sum + one.value, 0) <= most) return [];
  const name = one => `${one?.dataset?.testid ?? one?.nodeName}`
    + ` "${(one?.textContent ?? '').slice(0, 30)}"`;
  const moves = one => `${name(one.node)} ${one.previousRect.y} > ${one.currentRect.y}`;
  return own.map(one => `${one.value.toFixed(3)}: ${one.sources.map(moves).join(', ')}`);
}"""

# What a page says in English by itself, to the eye or to a screen reader. None of these words is a
# Vietnamese one without its accents, nor stands in a name of the sample.
ENGLISH = """() => {
  const english = new RegExp('\\\\b(' + `add|app|apply|available|axis|browse|calendar|chart|choose
    |clear|click|close|collapse|container|copy|data|date|decrease|decrement|deploy|dismiss|download
    |drag|drop|edit|empty|enter|error|expand|field|file|files|filter|fullscreen|heading|hide|icon
    |image|increase|increment|input|legend|link|list|loading|main|mark|month|navigate|next|number
    |notification|notifications|of|open|option|options|page|pages|password|picker|press|previous
    |range|remove|required|reset|results|row|rows|running|scroll|search|select|selected|settings
    |show|sidebar|skip|slider|sort|step|submit|suggestions|table|text|the|theme|time|toggle|upload
    |value|values|view|visualization|with|year`.replace(/\\s/g, '') + ')\\\\b', 'i');
  const silent = '[aria-hidden="true"], [data-icon], script, style, noscript, [lang]:not(html)';
  const names = ['aria-label', 'title', 'placeholder', 'alt', 'aria-roledescription',
    'aria-description', 'aria-valuetext'];
  const found = [];
  const look = root => {
    const said = one => !one.closest(silent) && one.checkVisibility({ visibilityProperty: true });
    for (const one of root.querySelectorAll('*')) {
      for (const name of names)
        if (english.test(one.getAttribute(name) ?? '') && said(one))
          found.push(`${name}: ${one.getAttribute(name)}`);
      if (one.shadowRoot) look(one.shadowRoot);
    }
    const texts = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
    while (texts.nextNode()) {
      const text = texts.currentNode;
      if (english.test(text.data) && said(text.parentElement)) found.push(text.data);
    }
  };
  look(document.body);
  return found;
}"""

# What a finger meets: the part of each control that its boxes leave visible.
SMALL_TARGETS = """least => {
  const found = [];
  const controls = ':is(button, a, input, textarea, summary, [role="slider"])';
  for (const one of document.querySelectorAll(`[data-testid="stApp"] ${controls}`)) {
    if (!one.checkVisibility({ visibilityProperty: true, opacityProperty: true })
      || one.closest('[inert]') || one.tabIndex < 0) continue;
    let { left, right, top, bottom } = one.getBoundingClientRect();
    for (let box = one.parentElement; box && getComputedStyle(box).overflow === 'hidden';
      box = box.parentElement) {
      const edge = box.getBoundingClientRect();
      left = Math.max(left, edge.left), right = Math.min(right, edge.right),
        top = Math.max(top, edge.top), bottom = Math.min(bottom, edge.bottom);
    }
    if (right <= 0 || left >= innerWidth || right - left < 2) continue;
    if (right - left < least - 0.5 || bottom - top < least - 0.5)
      found.push(`${one.tagName} ${one.dataset.testid ?? ''} `
        + `"${(one.innerText || one.ariaLabel || '').slice(0, 30)}" `
        + `${Math.round(right - left)}×${Math.round(bottom - top)}`);
  }
  return found;
}"""

# Looks at every visible text of the wall: its size, its contrast, whether it is cut, and whether it
# lies on another one.
WALL_FAULTS = """wall => {
  const unit = Math.min(innerWidth / 1920, innerHeight / 1080), faults = [];
  const colour = text => {
    const [r, g, b, a = 1] = text.match(/[\\d.]+/g).map(Number);
    return { r, g, b, a };
  };
  const over = (top, under) => ({
    r: top.r * top.a + under.r * (1 - top.a), g: top.g * top.a + under.g * (1 - top.a),
    b: top.b * top.a + under.b * (1 - top.a), a: 1 });
  const light = ({ r, g, b }) => {
    const [x, y, z] = [r, g, b].map(v => v / 255)
      .map(v => (v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4));
    return 0.2126 * x + 0.7152 * y + 0.0722 * z;
  };
  const contrast = (one, other) => {
    const [a, b] = [light(one), light(other)].sort((p, q) => q - p);
    return (a + 0.05) / (b + 0.05);
  };
  // Every ground that the text may lie on: the flat colours below it, and each stop of a gradient
  // on top of them.
  const grounds = element => {
    const chain = [];
    for (let one = element; one; one = one === wall ? null : one.parentElement)
      chain.unshift(getComputedStyle(one));
    return chain.reduce((under, style) => {
      const flat = under.map(ground => over(colour(style.backgroundColor), ground));
      const stops = style.backgroundImage.includes('gradient')
        ? style.backgroundImage.match(/rgba?\\([^)]*\\)/g).map(colour) : [];
      return stops.length ? flat.flatMap(ground => stops.map(stop => over(stop, ground))) : flat;
    }, [{ r: 0, g: 0, b: 0, a: 1 }]);
  };
  const pen = document.createElement('canvas').getContext('2d');
  const inked = (rect, style, said) => { // where the letters are: a line's box is taller than they
    pen.font = `${style.fontWeight} ${style.fontSize} ${style.fontFamily}`;
    const size = pen.measureText(said), base = rect.top + size.fontBoundingBoxAscent;
    return { left: rect.left, right: rect.right, width: rect.width,
      top: base - size.actualBoundingBoxAscent, bottom: base + size.actualBoundingBoxDescent };
  };
  // what people typed may end in an ellipsis; nothing else may
  const free = '.theme, .headline, .why .reason, .entry .text, .change > div, .due .text';
  const texts = [];
  const walker = document.createTreeWalker(wall, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const said = node.textContent.trim(), element = node.parentElement;
    if (!said || !element.checkVisibility({ visibilityProperty: true,
      opacityProperty: true })) continue;
    const style = getComputedStyle(element),
      name = `"${said.slice(0, 40)}" (${element.getAttribute('class') ?? element.tagName})`;
    const drawing = element instanceof SVGElement;
    if (parseFloat(style.fontSize) < 20 * unit - 0.01)
      faults.push(`${name}: ${parseFloat(style.fontSize) / unit} px`);
    const ink = colour(drawing ? style.fill : style.color);
    const least = Math.min(...grounds(element).map(ground => contrast(over(ink, ground), ground)));
    if (least < 7) faults.push(`${name}: contrast ${least.toFixed(2)}`);
    const range = document.createRange();
    range.selectNodeContents(node);
    const clamped = element.closest(free);
    const rects = (clamped ? [clamped.getBoundingClientRect()]
      : [...range.getClientRects()].map(rect => inked(rect, style, said)))
        .filter(rect => rect.width > 0);
    for (const rect of rects) {
      for (let box = clamped ?? element; box && box !== wall.parentElement;
        box = box.parentElement) {
        const edge = box.getBoundingClientRect(),
          clips = getComputedStyle(box).overflow !== 'visible' || box.matches('.panel, .tile');
        if (clips && !(box === clamped)
          && (rect.left < edge.left - unit || rect.right > edge.right + unit
            || rect.top < edge.top - unit || rect.bottom > edge.bottom + unit)) {
          const sides = one => [one.left, one.top, one.right, one.bottom].map(Math.round).join();
          const cutter = box.getAttribute('class');
          faults.push(`${name}: cut by ${cutter} (${sides(rect)} in ${sides(edge)})`);
          break;
        }
      }
      texts.push({ name, element, clamped, left: rect.left + unit, right: rect.right - unit,
        top: rect.top + unit, bottom: rect.bottom - unit });
    }
    if (!drawing && !clamped && element.scrollWidth > element.clientWidth + 1
      && style.overflow !== 'visible') faults.push(`${name}: ends in an ellipsis`);
    if (!drawing && !clamped && style.webkitLineClamp !== 'none'
      && element.scrollHeight > element.clientHeight + 0.3 * parseFloat(style.fontSize))
      faults.push(`${name}: lines are left out`);
  }
  for (let i = 0; i < texts.length; i++)
    for (let j = i + 1; j < texts.length; j++) {
      const a = texts[i], b = texts[j];
      if (a.element === b.element || (a.clamped && a.clamped === b.clamped)) continue;
      if (a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom)
        faults.push(`${a.name} lies on ${b.name}`);
    }
  for (const line of wall.querySelectorAll('.now-line')) { // it may pass behind a text
    const { left, right, top, bottom } = line.getBoundingClientRect();
    const across = (left + right) / 2;
    for (const one of texts.filter(one => one.left < across && across < one.right
      && one.top > top && one.bottom < bottom))
      if (wall.getRootNode().elementFromPoint(across, (one.top + one.bottom) / 2) === line)
        faults.push(`the line of now runs through ${one.name}`);
  }
  for (const one of [document.scrollingElement, wall])
    if (one.scrollHeight > one.clientHeight + 1
      || one.scrollWidth > one.clientWidth + 1)
        faults.push(`${one.className || one.tagName} scrolls: `
          + `${one.scrollWidth}×${one.scrollHeight}`);
  return { faults, texts: texts.length };
}"""

# The points of the screen that something other than the wall lies on.
UNCOVERED = """wall => {
  const host = wall.getRootNode().host ?? wall, found = [];
  for (let x = 5; x < innerWidth; x += innerWidth / 24)
    for (let y = 5; y < innerHeight; y += innerHeight / 24) {
      const top = document.elementFromPoint(x, y);
      if (top !== host && !wall.contains(top))
        found.push(`${top?.tagName} ${top?.dataset?.testid ?? ''} `
          + `at ${Math.round(x)},${Math.round(y)}`);
    }
  return found;
}"""
