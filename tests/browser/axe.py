"""axe-core over an open page: what it finds against WCAG 2.2 (A, AA) and its own best practices."""

from importlib.resources import files

from playwright.sync_api import Page

AXE = files("axe_playwright_python").joinpath("axe.min.js").read_text(encoding="utf-8")

# What only the framework could mend: (rule, selector of the element).
EXCEPTIONS: tuple[tuple[str, str], ...] = ()

RUN = """async exceptions => {
  const excepted = (rule, node) => exceptions.some(([id, selector]) =>
    id === rule && node.element.matches(selector));
  const { violations } = await axe.run(document, { elementRef: true,
    resultTypes: ['violations'], rules: { 'target-size': { enabled: true } } });
  return violations.flatMap(({ id, nodes }) => nodes.filter(one => !excepted(id, one)).map(one =>
    `${id}: ${one.html.slice(0, 200)} (${one.failureSummary.replace(/\\s+/g, ' ')})`));
}"""

# The theme follows the system without a new load of the page; the wall is dark in either.
DRESSED = """theme => {
  const ground = getComputedStyle(document.querySelector('[data-testid="stApp"]') ?? document.body)
    .backgroundColor.match(/\\d+/g).map(Number);
  const within = one => one.shadowRoot?.querySelector('.wall');
  return [...document.querySelectorAll('*')].some(within)
    || (ground[0] < 128) === (theme === 'dark');
}"""

# Colours that still change from one theme to the other.
STILL = "() => !document.getAnimations().some(one => one.playState === 'running')"


def violations(page: Page) -> list[str]:
    """Each violation on the page as it is drawn now: the rule, the element and why."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE)
    page.wait_for_function(STILL)
    return page.evaluate(RUN, EXCEPTIONS)


def in_both_themes(page: Page) -> list[str]:
    """The violations in the light theme and in the dark one; the page is left in the light one."""
    found = violations(in_theme(page, "dark"))
    return found + violations(in_theme(page, "light"))


def in_theme(page: Page, theme: str) -> Page:
    """The same page in the other theme, as the system of a reader may ask at any time."""
    page.emulate_media(color_scheme=theme)
    page.wait_for_function(DRESSED, arg=theme)
    return page
