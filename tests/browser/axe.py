"""axe-core over an open page: what it finds against WCAG 2.2 (A, AA) and its own best practices."""

from importlib.resources import files

from playwright.sync_api import Page

AXE = (files("axe_playwright_python") / "axe.min.js").read_text(encoding="utf-8")
RUN = """async () => {
  const { violations } = await axe.run(document, { resultTypes: ['violations'] });
  return violations.flatMap(({ id, nodes }) => nodes.map(one =>
    [id, one.target.join(" "), one.html.slice(0, 160), one.failureSummary].join("\n")));
}"""


def violations(page: Page) -> list[str]:
    """Each violation on the page as it is drawn now: the rule, the element and why."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE)
    return page.evaluate(RUN)
