"""The typeface of documents: Liberation Serif, embedded.

It has the metrics of Times New Roman and every Vietnamese letter.
"""

import unicodedata
from functools import cache
from pathlib import Path

from reportlab.lib.utils import simpleSplit
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont

from models.text import writable

REGULAR, BOLD, ITALIC = "LiberationSerif", "LiberationSerif-Bold", "LiberationSerif-Italic"
BOLD_ITALIC = "LiberationSerif-BoldItalic"

# Signs that people type or paste and the typeface lacks -> what it has of the same meaning.
_SIGNS = {
    **dict.fromkeys("\uf0b7\u2023\u2043\u204c", "•"),  # the first is a word processor's own bullet
    **dict.fromkeys("\uf0a7\uf06e", "▪"),
    **dict.fromkeys("✓✔✅☑🗸", "√"),
    **dict.fromkeys("✗✘❌❎☒", "×"),
    **dict.fromkeys("⚠❗❕‼🚨", "(!)"),
    **dict.fromkeys("❓❔", "(?)"),
    **dict.fromkeys("🔴🟠🟡🟢🔵🟣🟤⚫", "●"),
    **dict.fromkeys("⚪⭕", "○"),
    **dict.fromkeys("🟥🟧🟨🟩🟦⬛", "■"),
    **dict.fromkeys("⬜☐", "□"),
    **dict.fromkeys("★⭐☆🌟", "*"),
    **dict.fromkeys("➔➜➡⇒", "→"),
    "👍": "(+)",
    "👎": "(–)",
}
_MISSING = "□"  # stands for any other, so that a reader sees that there was one

_FOLDER = Path(__file__).parent / "fonts"


@cache
def register() -> None:
    """Registers the four faces with reportlab, once per process; a file embeds used letters."""
    for name, file in (
        (REGULAR, "Regular"),
        (BOLD, "Bold"),
        (ITALIC, "Italic"),
        (BOLD_ITALIC, "BoldItalic"),
    ):
        pdfmetrics.registerFont(TTFont(name, _FOLDER / f"LiberationSerif-{file}.ttf"))
    pdfmetrics.registerFontFamily(
        REGULAR, normal=REGULAR, bold=BOLD, italic=ITALIC, boldItalic=BOLD_ITALIC
    )


@cache
def _drawn(letter: str) -> str:
    """What stands for a letter: itself where the typeface has it; nothing for what is invisible."""
    register()
    kind = unicodedata.category(letter)
    if kind == "Cf":
        return ""
    if letter.isspace() or ord(letter) in pdfmetrics.getFont(REGULAR).face.charToGlyph:
        return letter
    return "" if kind in ("Mn", "Me") else _SIGNS.get(letter, _MISSING)


def drawable(text: str) -> str:
    """The text in letters that the typeface has: another sign leaves a gap in a PDF."""
    return "".join(map(_drawn, writable(text)))


def face(*, bold: bool = False, italic: bool = False) -> str:
    """The name of a face."""
    if bold:
        return BOLD_ITALIC if italic else BOLD
    return ITALIC if italic else REGULAR


def width(text: str, *, size: float, bold: bool = False, italic: bool = False) -> float:
    """The width of a line of text, in points."""
    register()
    return float(pdfmetrics.stringWidth(text, face(bold=bold, italic=italic), size))


def lines(
    text: str, *, width: float, size: float, bold: bool = False, italic: bool = False
) -> list[str]:
    """A text broken into lines of a width in points; at least one line."""
    register()
    found: list[str] = simpleSplit(text, face(bold=bold, italic=italic), size, width)
    return found or [""]
