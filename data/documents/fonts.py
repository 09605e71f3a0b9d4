"""The typeface of documents: Liberation Serif, embedded; it has the metrics of Times New Roman and every Vietnamese letter."""

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
    """Makes the four faces known to reportlab, once for the process; only the letters used are embedded in a file."""
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
    return (BOLD_ITALIC if italic else BOLD) if bold else ITALIC if italic else REGULAR


def width(text: str, *, size: float, bold: bool = False, italic: bool = False) -> float:
    """How wide a line of text is, in points."""
    register()
    return pdfmetrics.stringWidth(text, face(bold=bold, italic=italic), size)


def lines(
    text: str, *, width: float, size: float, bold: bool = False, italic: bool = False
) -> list[str]:
    """How a text is broken into lines of a width in points; one line at least."""
    register()
    return simpleSplit(text, face(bold=bold, italic=italic), size, width) or [""]
