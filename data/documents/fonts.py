"""The typefaces of documents, embedded: Liberation Serif, and Be Vietnam Pro for badges.

The first has the metrics of Times New Roman; both have every Vietnamese letter.
"""

import unicodedata
from functools import cache
from pathlib import Path

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont

from models.text import writable

REGULAR, BOLD, ITALIC = "LiberationSerif", "LiberationSerif-Bold", "LiberationSerif-Italic"
BOLD_ITALIC = "LiberationSerif-BoldItalic"
SANS, SANS_BOLD = "BeVietnamPro", "BeVietnamPro-Bold"
FILES = {
    REGULAR: "LiberationSerif-Regular",
    BOLD: "LiberationSerif-Bold",
    ITALIC: "LiberationSerif-Italic",
    BOLD_ITALIC: "LiberationSerif-BoldItalic",
    SANS: "BeVietnamPro-Regular",
    SANS_BOLD: "BeVietnamPro-Bold",
}

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
    """Registers the faces with reportlab, once per process; a file embeds used letters."""
    for name, file in FILES.items():
        pdfmetrics.registerFont(TTFont(name, _FOLDER / f"{file}.ttf"))
    pdfmetrics.registerFontFamily(
        REGULAR, normal=REGULAR, bold=BOLD, italic=ITALIC, boldItalic=BOLD_ITALIC
    )


@cache
def _drawn(letter: str, typeface: str) -> str:
    """What stands for a letter: itself where the typeface has it; nothing for what is invisible."""
    register()
    kind, has = unicodedata.category(letter), pdfmetrics.getFont(typeface).face.charToGlyph
    if kind == "Cf":
        return ""
    if letter.isspace() or ord(letter) in has:
        return letter
    if kind in ("Mn", "Me"):
        return ""
    other = _SIGNS.get(letter, _MISSING)
    return other if all(ord(sign) in has for sign in other) else "?"


def drawable(text: str, typeface: str = REGULAR) -> str:
    """The text in letters that a typeface has: another sign leaves a gap in a PDF."""
    return "".join(_drawn(letter, typeface) for letter in writable(text))


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
    text: str,
    *,
    width: float,
    size: float,
    bold: bool = False,
    italic: bool = False,
    typeface: str = "",
) -> list[str]:
    """A text broken into lines of a width in points; at least one line.

    It is broken at plain spaces alone: the library's own way breaks at those that do not break.
    """
    register()
    drawn = pdfmetrics.getFont(typeface or face(bold=bold, italic=italic))
    found = [""]
    for word in text.split(" "):
        longer = f"{found[-1]} {word}" if found[-1] else word
        if not found[-1] or drawn.stringWidth(longer, size) <= width:
            found[-1] = longer
        else:
            found.append(word)
    return found
