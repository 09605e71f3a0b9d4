"""Cards on paper: eight to an A4 sheet with cut marks, with codes that are drawn as shapes."""

from collections.abc import Sequence
from typing import TypeVar

import segno
from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm

from data.documents import fonts
from data.documents.tagged import TaggedCanvas

Card = TypeVar("Card")

COLUMNS, ROWS = 2, 4
WIDTH, HEIGHT = 90 * mm, 65 * mm
LEFT, BOTTOM = (A4[0] - COLUMNS * WIDTH) / 2, (A4[1] - ROWS * HEIGHT) / 2
MARGIN = 5 * mm
MARK = 5 * mm
FOOT, FOOT_TOP, FOOT_SIZES, FOOT_LINES = 1.7 * mm, 9 * mm, (6.5, 6, 5.5), 3
LINE = 1.22  # the height of a line by the size of its letters
INK = (0.08, 0.13, 0.18)


def sheets_of(cards: Sequence[Card]) -> list[Sequence[Card]]:
    """The cards of each sheet; one empty sheet where there are none, since a PDF needs a page."""
    each = COLUMNS * ROWS
    return [cards[first : first + each] for first in range(0, max(len(cards), 1), each)]


def move_to(canvas: TaggedCanvas, place: int) -> None:
    """Puts the origin at the lower left corner of a card by its place on the sheet."""
    canvas.translate(
        LEFT + place % COLUMNS * WIDTH, BOTTOM + (ROWS - 1 - place // COLUMNS) * HEIGHT
    )


def draw_cut_marks(canvas: TaggedCanvas) -> None:
    """Short lines at the sheet's edges where it is cut; none on a card itself."""
    canvas.setLineWidth(0.4)
    canvas.setStrokeColorRGB(*INK)
    top, right = BOTTOM + ROWS * HEIGHT, LEFT + COLUMNS * WIDTH
    upright = [LEFT + column * WIDTH for column in range(COLUMNS + 1)]
    across = [BOTTOM + row * HEIGHT for row in range(ROWS + 1)]
    canvas.lines([(x, y, x, y + MARK) for x in upright for y in (BOTTOM - MARK - mm, top + mm)])
    canvas.lines([(x, y, x + MARK, y) for y in across for x in (LEFT - MARK - mm, right + mm)])


def fitted(
    text: str,
    sizes: Sequence[float],
    most: int,
    width: float,
    *,
    room: float,
    bold: bool = False,
) -> tuple[list[str], float]:
    """A text in the first size at which it fits into so many lines and their room; what does not
    fit even in the last ends in dots."""
    for size in sizes:
        found = _lines(text, size, width, bold=bold)
        if len(found) <= most and len(found) * size * LINE <= room:
            return found, size
    return [*found[: most - 1], f"{found[most - 1]}…"], size


def _lines(text: str, size: float, width: float, *, bold: bool) -> list[str]:
    typeface = fonts.SANS_BOLD if bold else fonts.SANS
    return fonts.lines(fonts.drawable(text, typeface), width=width, size=size, typeface=typeface)


def write(
    canvas: TaggedCanvas, lines: list[str], size: float, top: float, *, bold: bool = False
) -> float:
    """Writes lines downwards from `top`; returns where the next would begin."""
    canvas.setFont(fonts.SANS_BOLD if bold else fonts.SANS, size)
    for line in lines:
        top -= size * LINE
        canvas.drawString(MARGIN, top + size * 0.25, line)
    return top


def draw_foot(canvas: TaggedCanvas, text: str, width: float) -> None:
    """Up to three lines in small letters at the foot of a card, left of its code: what stands
    around a code has to stay empty."""
    if text:
        lines, size = fitted(text, FOOT_SIZES, FOOT_LINES, width, room=FOOT_TOP - FOOT)
        write(canvas, lines, size, FOOT + len(lines) * size * LINE)


def draw_code(
    canvas: TaggedCanvas, code: str, x: float, y: float, *, size: float, error: str = "q"
) -> None:
    """The QR code's dark modules as rectangles, neighbours of one row in one piece."""
    matrix = segno.make_qr(code, error=error, boost_error=False).matrix
    side = size / len(matrix)
    shape = canvas.beginPath()
    for row, cells in enumerate(matrix):
        begin = None
        for column, dark in enumerate((*cells, 0)):
            if dark and begin is None:
                begin = column
            elif not dark and begin is not None:
                shape.rect(
                    x + begin * side, y + size - (row + 1) * side, (column - begin) * side, side
                )
                begin = None
    canvas.drawPath(shape, stroke=0, fill=1)
