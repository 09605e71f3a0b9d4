"""Badges on paper: eight to an A4 sheet with cut marks, each with its code as a QR code."""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import segno
from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm

from data.documents import fonts
from data.documents.content import tied
from data.documents.tagged import Element, TaggedCanvas
from models.text import writable

COLUMNS, ROWS = 2, 4
WIDTH, HEIGHT = 90 * mm, 65 * mm
LEFT, BOTTOM = (A4[0] - COLUMNS * WIDTH) / 2, (A4[1] - ROWS * HEIGHT) / 2
MARGIN = 5 * mm
BAR = 9 * mm  # the height of the group's colour, with what its bearer is
CODE = 24 * mm  # the QR code's side, without the quiet zone, which the margin gives
MARK = 5 * mm
TITLE_SIZES = (18, 16, 14, 12.5, 11.5, 10)  # the first at which an office fits
TITLE_LINES, TITLE_ROOM = 3, 16 * mm
EVENT_SIZES, EVENT_LINES = (9, 8, 7), 2
GROUP_SIZES, GROUP_LINES = (9, 8, 7), 1  # of the group and of its room
LINE = 1.22  # the height of a line by the size of its letters
Colour = tuple[float, float, float]
INK, WHITE = (0.08, 0.13, 0.18), (1, 1, 1)
PLAIN = (0.10, 0.24, 0.40)  # of a badge without a group
COLOURS: tuple[Colour, ...] = (
    (0.09, 0.33, 0.68),
    (0.05, 0.42, 0.24),
    (0.62, 0.12, 0.20),
    (0.42, 0.18, 0.55),
    (0.55, 0.30, 0.02),
    (0.00, 0.38, 0.43),
)
"""Of the groups, in the programme's order; white letters can be read on each of them."""


@dataclass(frozen=True)
class Group:
    """A forum with its room; `place`: in the programme, which gives its colour."""

    name: str
    room: str
    place: int


@dataclass(frozen=True)
class PrintedBadge:
    """What a badge shows of a delegate; `group`: their own forum, None where they have none."""

    badge: str
    title: str
    delegation: str
    group: Group | None = None


@dataclass(frozen=True)
class Sheets:
    """What every badge of a file shows, and the file's own facts.

    `event`: printed on each badge; `bearer`: what one is (delegate); `title`: the file's; `mark`:
    REHEARSAL or nothing; `at`: when the file is made.
    """

    event: str
    bearer: str
    title: str
    language: str
    at: datetime
    mark: str = ""


def badge_sheets(badges: Sequence[PrintedBadge], sheets: Sheets) -> bytes:
    """A PDF of the badges, in order.

    Fonts are embedded, and codes are drawn as shapes: nothing is asked of the printer.
    """
    fonts.register()
    file = io.BytesIO()
    canvas = TaggedCanvas(file, pagesize=A4, pageCompression=1, lang=sheets.language)
    author, title = writable(sheets.event), writable(sheets.title)
    canvas.describe(title=title, author=author, language=sheets.language, at=sheets.at)
    heading = _fitted(sheets.event, EVENT_SIZES, EVENT_LINES, WIDTH - 2 * MARGIN)
    for sheet in _sheets(badges):
        with canvas.artifact():
            _draw_cut_marks(canvas)
        for place, one in enumerate(sheet):
            canvas.saveState()
            canvas.translate(
                LEFT + place % COLUMNS * WIDTH, BOTTOM + (ROWS - 1 - place // COLUMNS) * HEIGHT
            )
            _draw(canvas, one, sheets, heading)
            canvas.restoreState()
        canvas.showPage()
    canvas.save()
    return file.getvalue()


def _sheets(badges: Sequence[PrintedBadge]) -> list[Sequence[PrintedBadge]]:
    """The badges of each sheet; one empty sheet where there are none, since a PDF needs a page."""
    each = COLUMNS * ROWS
    return [badges[first : first + each] for first in range(0, max(len(badges), 1), each)]


def _draw_cut_marks(canvas: TaggedCanvas) -> None:
    """Short lines at the sheet's edges where it is cut; none on a badge itself."""
    canvas.setLineWidth(0.4)
    canvas.setStrokeColorRGB(*INK)
    top, right = BOTTOM + ROWS * HEIGHT, LEFT + COLUMNS * WIDTH
    upright = [LEFT + column * WIDTH for column in range(COLUMNS + 1)]
    across = [BOTTOM + row * HEIGHT for row in range(ROWS + 1)]
    canvas.lines([(x, y, x, y + MARK) for x in upright for y in (BOTTOM - MARK - mm, top + mm)])
    canvas.lines([(x, y, x + MARK, y) for y in across for x in (LEFT - MARK - mm, right + mm)])


def _draw(
    canvas: TaggedCanvas,
    one: PrintedBadge,
    sheets: Sheets,
    heading: tuple[list[str], float],
) -> None:
    """One badge, its lower left corner at the origin."""
    inner, narrow = WIDTH - 2 * MARGIN, WIDTH - 3 * MARGIN - CODE
    with canvas.part(Element("P", canvas.structure)):
        _draw_bar(canvas, one, sheets)
        y = _write(canvas, *heading, HEIGHT - BAR - 1.5 * mm, bold=False)
        title = _fitted(tied(one.title), TITLE_SIZES, TITLE_LINES, inner, bold=True)
        _write(canvas, *title, y - mm, bold=True)
        y = _write(canvas, *_fitted(one.delegation, (11, 10, 9), 1, narrow), MARGIN + CODE)
        if one.group:
            y = _write(canvas, *_fitted(one.group.name, GROUP_SIZES, GROUP_LINES, narrow), y)
            room = _fitted(one.group.room, GROUP_SIZES, GROUP_LINES, narrow, bold=True)
            _write(canvas, *room, y, bold=True)
        canvas.setFont(fonts.SANS_BOLD, 22)
        canvas.drawString(MARGIN, MARGIN, one.badge)
    with canvas.part(Element("Figure", canvas.structure, one.badge)):
        canvas.setFillColorRGB(0, 0, 0)
        _draw_code(canvas, one.badge, WIDTH - MARGIN - CODE, MARGIN)


def _draw_bar(canvas: TaggedCanvas, one: PrintedBadge, sheets: Sheets) -> None:
    """The group's colour with what the bearer is, and at its right that it is a rehearsal."""
    colour = COLOURS[one.group.place % len(COLOURS)] if one.group else PLAIN
    canvas.setFillColorRGB(*colour)
    canvas.rect(0, HEIGHT - BAR, WIDTH, BAR, stroke=0, fill=1)
    canvas.setFillColorRGB(*WHITE)
    line = HEIGHT - BAR + 2.6 * mm
    canvas.setFont(fonts.SANS_BOLD, 15)
    canvas.drawString(MARGIN, line, fonts.drawable(sheets.bearer.upper(), fonts.SANS_BOLD))
    if sheets.mark:
        canvas.setFont(fonts.SANS_BOLD, 10)
        canvas.drawRightString(WIDTH - MARGIN, line + 0.5 * mm, sheets.mark)
    canvas.setFillColorRGB(*INK)


def _fitted(
    text: str, sizes: Sequence[float], most: int, width: float, *, bold: bool = False
) -> tuple[list[str], float]:
    """A text in the first size at which it fits into so many lines and their room; what does not
    fit even in the last ends in dots."""
    for size in sizes:
        found = _lines(text, size, width, bold=bold)
        if len(found) <= most and len(found) * size * LINE <= TITLE_ROOM:
            return found, size
    return [*found[: most - 1], f"{found[most - 1]}…"], size


def _lines(text: str, size: float, width: float, *, bold: bool) -> list[str]:
    typeface = fonts.SANS_BOLD if bold else fonts.SANS
    return fonts.lines(fonts.drawable(text, typeface), width=width, size=size, typeface=typeface)


def _write(
    canvas: TaggedCanvas, lines: list[str], size: float, top: float, *, bold: bool = False
) -> float:
    """Writes lines downwards from `top`; returns where the next would begin."""
    canvas.setFont(fonts.SANS_BOLD if bold else fonts.SANS, size)
    for line in lines:
        top -= size * LINE
        canvas.drawString(MARGIN, top + size * 0.25, line)
    return top


def _draw_code(canvas: TaggedCanvas, code: str, x: float, y: float) -> None:
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
