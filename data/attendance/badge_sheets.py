"""Badges on paper: eight to an A4 sheet with cut marks, each with its code as a QR code."""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm

from data.documents import cards, fonts
from data.documents.cards import HEIGHT, INK, LINE, MARGIN, WIDTH, draw_code, write
from data.documents.content import tied
from data.documents.tagged import Element, TaggedCanvas
from models.text import writable

BAR = 9 * mm  # the height of the group's colour, with what its bearer is
CODE = 24 * mm  # the QR code's side, without the quiet zone, which the margin gives
TITLE_SIZES = (18, 16, 14, 12.5, 11.5, 10)  # the first at which an office fits
TITLE_LINES, TITLE_ROOM = 3, 16 * mm
NAMED_TITLE_SIZES = (*TITLE_SIZES, 9, 8)  # below a name, and smaller than it
NAME_SIZES = (15, 13), (12, 11, 10, 9)  # in one line, else in two: no part of a name is left out
UNIT_SIZES = (11, 10, 9), (9, 8)  # the same of a delegation
EVENT_SIZES, EVENT_LINES = (9, 8, 7), 2
GROUP_SIZES, GROUP_LINES = (9, 8, 7), 1  # of the group and of its room
Colour = tuple[float, float, float]
WHITE = (1, 1, 1)
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

fitted = partial(cards.fitted, room=TITLE_ROOM)


@dataclass(frozen=True)
class Group:
    """A forum with its room; `place`: in the programme, which gives its colour."""

    name: str
    room: str
    place: int


@dataclass(frozen=True)
class PrintedBadge:
    """What a badge shows of a delegate; `group`: their own forum, None where they have none;
    `name`: where the event keeps names."""

    badge: str
    title: str
    delegation: str
    group: Group | None = None
    name: str = ""


@dataclass(frozen=True)
class Sheets:
    """What every badge of a file shows, and the file's own facts.

    `event`: printed on each badge; `bearer`: what one is (delegate); `title`: the file's; `mark`:
    REHEARSAL or nothing; `at`: when the file is made; `notice`: on the bearer's data.
    """

    event: str
    bearer: str
    title: str
    language: str
    at: datetime
    mark: str = ""
    notice: str = ""


def badge_sheets(badges: Sequence[PrintedBadge], sheets: Sheets) -> bytes:
    """A PDF of the badges, in order.

    Fonts are embedded, and codes are drawn as shapes: nothing is asked of the printer.
    """
    fonts.register()
    file = io.BytesIO()
    canvas = TaggedCanvas(file, pagesize=A4, pageCompression=1, lang=sheets.language)
    author, title = writable(sheets.event), writable(sheets.title)
    canvas.describe(title=title, author=author, language=sheets.language, at=sheets.at)
    heading = fitted(sheets.event, EVENT_SIZES, EVENT_LINES, WIDTH - 2 * MARGIN)
    for sheet in cards.sheets_of(badges):
        with canvas.artifact():
            cards.draw_cut_marks(canvas)
        for place, one in enumerate(sheet):
            canvas.saveState()
            cards.move_to(canvas, place)
            _draw(canvas, one, sheets, heading)
            canvas.restoreState()
        canvas.showPage()
    canvas.save()
    return file.getvalue()


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
        y = write(canvas, *heading, HEIGHT - BAR - 1.5 * mm, bold=False)
        unit = _whole(tied(one.delegation), UNIT_SIZES, narrow)
        floor = MARGIN + CODE + (len(unit[0]) - 1) * unit[1] * LINE
        _draw_bearer(canvas, one, y - mm, floor, inner)
        y = write(canvas, *unit, floor)
        if one.group:
            y = write(canvas, *fitted(one.group.name, GROUP_SIZES, GROUP_LINES, narrow), y)
            room = fitted(one.group.room, GROUP_SIZES, GROUP_LINES, narrow, bold=True)
            write(canvas, *room, y, bold=True)
        canvas.setFont(fonts.SANS_BOLD, 22)
        canvas.drawString(MARGIN, cards.FOOT_TOP if sheets.notice else MARGIN, one.badge)
        cards.draw_foot(canvas, sheets.notice, narrow)
    with canvas.part(Element("Figure", canvas.structure, one.badge)):
        canvas.setFillColorRGB(0, 0, 0)
        draw_code(canvas, one.badge, WIDTH - MARGIN - CODE, MARGIN, size=CODE)


def _draw_bearer(
    canvas: TaggedCanvas, one: PrintedBadge, top: float, floor: float, width: float
) -> None:
    """The bearer between two heights: by name, with the office below it in smaller letters, where
    the event keeps names; else by the office."""
    if not one.name:
        room = min(TITLE_ROOM, top - floor)
        title = cards.fitted(tied(one.title), TITLE_SIZES, TITLE_LINES, width, room=room, bold=True)
        write(canvas, *title, top, bold=True)
        return
    named = _whole(one.name, NAME_SIZES, width, bold=True)
    y = write(canvas, *named, top, bold=True)
    smaller = tuple(size for size in NAMED_TITLE_SIZES if size < named[1])
    title = cards.fitted(tied(one.title), smaller, TITLE_LINES, width, room=y - floor)
    write(canvas, *title, y)


def _whole(
    text: str, sizes: tuple[Sequence[float], Sequence[float]], width: float, *, bold: bool = False
) -> tuple[list[str], float]:
    """A text in one line by the first sizes, else in two by the others."""
    one, two = sizes
    found = fitted(text, one, 1, width, bold=bold)
    is_cut = found[0][-1].endswith("…") and not text.endswith("…")
    return fitted(text, two, 2, width, bold=bold) if is_cut else found


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
