"""Words of plain pages and of the theme stand out from their grounds, in light and in dark."""

import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LEAST = 4.5  # WCAG 2.2, 1.4.3
ON_GROUNDS = {
    "text": ("ground", "card", "calm", "pressed", "ask"),
    "quiet": ("ground", "card"),
    "link": ("ground", "card"),
    "on-main": ("main",),
    "on-bad": ("bad",),
    "on-good": ("good",),
}


def luminance(colour: str) -> float:
    """Relative luminance of #rgb or #rrggbb (WCAG 2.2)."""
    digits = colour.removeprefix("#")
    digits = digits if len(digits) == 6 else "".join(one * 2 for one in digits)
    parts = [int(digits[place : place + 2], 16) / 255 for place in (0, 2, 4)]
    linear = [one / 12.92 if one <= 0.04045 else ((one + 0.055) / 1.055) ** 2.4 for one in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def palettes() -> list[dict[str, str]]:
    """The colours of the plain pages: light, then dark."""
    style = (ROOT / "web" / "assets" / "sign_in.css").read_text(encoding="utf-8")
    blocks = re.findall(r":root \{(.+?)\}", style, re.DOTALL)
    return [dict(re.findall(r"--([\w-]+): (#\w+)", block)) for block in blocks]


def test_the_rule_is_that_of_the_standard():
    assert contrast("#fff", "#000000") == pytest.approx(21)
    assert contrast("#727982", "#ffffff") == pytest.approx(4.39, abs=0.01)


@pytest.mark.parametrize("palette", palettes(), ids=["light", "dark"])
def test_words_of_plain_pages_stand_out(palette):
    pairs = [(text, ground) for text, grounds in ON_GROUNDS.items() for ground in grounds]
    assert [pair for pair in pairs if contrast(*(palette[one] for one in pair)) < LEAST] == []


@pytest.mark.parametrize(("name", "on_primary"), [("light", "#ffffff"), ("dark", "#06203f")])
def test_words_of_the_theme_stand_out(name, on_primary):
    config = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text(encoding="utf-8"))
    theme = config["theme"][name]
    for text in ("textColor", "grayTextColor"):
        for ground in ("backgroundColor", "secondaryBackgroundColor"):
            assert contrast(theme[text], theme[ground]) >= LEAST, (text, ground)
    assert contrast(on_primary, theme["primaryColor"]) >= LEAST
