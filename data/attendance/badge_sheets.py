"""Badges on paper: eight to an A4 sheet with cut marks, each with its code as a QR code."""

import io
from collections.abc import Sequence
from dataclasses import dataclass

import segno
from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.lib.utils import simpleSplit
from reportlab.pdfgen.canvas import Canvas

from data.documents import fonts
from models.text import writable

COLUMNS, ROWS = 2, 4
WIDTH, HEIGHT = 90 * mm, 65 * mm
LEFT, BOTTOM = (A4[0] - COLUMNS * WIDTH) / 2, (A4[1] - ROWS * HEIGHT) / 2
MARGIN = 6 * mm
CODE = 26 * mm  # the QR code's side, without the quiet zone, which the margin gives
MARK = 5 * mm
TITLE_SIZES = (16, 14, 12.5, 11, 10)  # the first at which an office fits into three lines
TITLE_LINES = 3
EVENT_SIZES, EVENT_LINES = (9.5, 8.5, 7.5), 2
INK, BLUE, AMBER = (0.08, 0.13, 0.18), (0.12, 0.37, 0.75), (0.72, 0.33, 0.0)


@dataclass(frozen=True)
class PrintedBadge:
    """What a badge shows of a delegate."""

    badge: str
    title: str
    delegation: str


def badge_sheets(
    badges: Sequence[PrintedBadge], *, event: str, title: str, mark: str = ""
) -> bytes:
    """A PDF of the badges, in order.

    `event` is printed on each of them, `title` is the document's, `mark` says REHEARSAL or nothing.

    Fonts are embedded, and codes are drawn as shapes: nothing is asked of the printer.
    """
    fonts.register()
    file = io.BytesIO()
    canvas = Canvas(file, pagesize=A4, pageCompression=1)
    canvas.setTitle(writable(title))
    canvas.setAuthor(writable(event))
    heading, size = _fitted(event, EVENT_SIZES, EVENT_LINES)
    for sheet in _sheets(badges):
        _draw_cut_marks(canvas)
        for place, one in enumerate(sheet):
            canvas.saveState()
            canvas.translate(
                LEFT + place % COLUMNS * WIDTH, BOTTOM + (ROWS - 1 - place // COLUMNS) * HEIGHT
            )
            _draw(canvas, one, (heading, size), mark)
            canvas.restoreState()
        canvas.showPage()
    canvas.save()
    return file.getvalue()


def _sheets(badges: Sequence[PrintedBadge]) -> list[Sequence[PrintedBadge]]:
    """The badges of each sheet; one empty sheet where there are none, since a PDF needs a page."""
    each = COLUMNS * ROWS
    return [badges[first : first + each] for first in range(0, max(len(badges), 1), each)]


def _draw_cut_marks(canvas: Canvas) -> None:
    """Short lines at the sheet's edges where it is cut; none on a badge itself."""
    canvas.setLineWidth(0.4)
    canvas.setStrokeColorRGB(*INK)
    top, right = BOTTOM + ROWS * HEIGHT, LEFT + COLUMNS * WIDTH
    upright = [LEFT + column * WIDTH for column in range(COLUMNS + 1)]
    across = [BOTTOM + row * HEIGHT for row in range(ROWS + 1)]
    canvas.lines([(x, y, x, y + MARK) for x in upright for y in (BOTTOM - MARK - mm, top + mm)])
    canvas.lines([(x, y, x + MARK, y) for y in across for x in (LEFT - MARK - mm, right + mm)])


def _draw(canvas: Canvas, one: PrintedBadge, heading: tuple[list[str], float], mark: str) -> None:
    """One badge, its lower left corner at the origin."""
    inner = WIDTH - 2 * MARGIN
    canvas.setFillColorRGB(*BLUE)
    canvas.rect(0, HEIGHT - 2 * mm, WIDTH, 2 * mm, stroke=0, fill=1)
    y = _write(canvas, *heading, HEIGHT - 4 * mm, bold=True)
    canvas.setFillColorRGB(*INK)
    _write(canvas, *_fitted(one.title, TITLE_SIZES, TITLE_LINES), y - 2 * mm, bold=True)
    text_width = inner - CODE - 3 * mm
    delegation = _lines(one.delegation, 11, text_width, bold=False)[:2]
    _write(canvas, delegation, 11, MARGIN + CODE, bold=False)
    canvas.setFont(fonts.face(bold=True), 24)
    canvas.drawString(MARGIN, MARGIN + 1 * mm, one.badge)
    if mark:
        canvas.setFillColorRGB(*AMBER)
        canvas.setFont(fonts.face(bold=True), 9)
        canvas.drawString(MARGIN, MARGIN + 10 * mm, mark)
    canvas.setFillColorRGB(0, 0, 0)
    _draw_code(canvas, one.badge, WIDTH - MARGIN - CODE, MARGIN)


def _fitted(text: str, sizes: Sequence[float], most: int) -> tuple[list[str], float]:
    """A bold text in the first size at which it fits into so many lines; what does not fit even in
    the last ends in dots."""
    inner = WIDTH - 2 * MARGIN
    for size in sizes:
        if len(found := _lines(text, size, inner)) <= most:
            return found, size
    return [*found[: most - 1], f"{found[most - 1]}…"], size


def _lines(text: str, size: float, width: float, *, bold: bool = True) -> list[str]:
    lines: list[str] = simpleSplit(fonts.drawable(text), fonts.face(bold=bold), size, width)
    return lines


def _write(canvas: Canvas, lines: list[str], size: float, top: float, *, bold: bool) -> float:
    """Writes lines downwards from `top`; returns where the next would begin."""
    canvas.setFont(fonts.face(bold=bold), size)
    for line in lines:
        top -= size * 1.15
        canvas.drawString(MARGIN, top + size * 0.2, line)
    return top


def _draw_code(canvas: Canvas, code: str, x: float, y: float) -> None:
    """The QR code's dark modules as rectangles, neighbours of one row in one piece."""
    matrix = segno.make_qr(code, error="q", boost_error=False).matrix
    side = CODE / len(matrix)
    shape = canvas.beginPath()
    for row, cells in enumerate(matrix):
        begin = None
        for column, dark in enumerate((*cells, 0)):
            if dark and begin is None:
                begin = column
            elif not dark and begin is not None:
                shape.rect(
                    x + begin * side, y + CODE - (row + 1) * side, (column - begin) * side, side
                )
                begin = None
    canvas.drawPath(shape, stroke=0, fill=1)
