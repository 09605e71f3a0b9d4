"""The typeface of documents: Liberation Serif, embedded.

It has the metrics of Times New Roman and every Vietnamese letter.
"""

from functools import cache
from pathlib import Path

from reportlab.lib.utils import simpleSplit
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont

REGULAR, BOLD, ITALIC = "LiberationSerif", "LiberationSerif-Bold", "LiberationSerif-Italic"
BOLD_ITALIC = "LiberationSerif-BoldItalic"

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
