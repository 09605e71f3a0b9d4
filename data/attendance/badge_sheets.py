"""Badges on paper: eight to an A4 sheet with cut marks, each with its code as a QR code."""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm

from data.documents import cards, fonts
from data.documents.cards import HEIGHT, INK, MARGIN, WIDTH, draw_code, write
from data.documents.content import tied
from data.documents.tagged import Element, TaggedCanvas
from models.text import writable

BAR = 9 * mm  # the height of the group's colour, with what its bearer is
CODE = 24 * mm  # the QR code's side, without the quiet zone, which the margin gives
TITLE_SIZES = (18, 16, 14, 12.5, 11.5, 10)  # the first at which an office fits
TITLE_LINES, TITLE_ROOM = 3, 16 * mm
NAME_SIZES, NAME_ROOM = (15, 13, 11.5, 10), 7 * mm  # of the room of the office, above it
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
        room = TITLE_ROOM
        if one.name:
            named = cards.fitted(one.name, NAME_SIZES, 1, inner, room=NAME_ROOM, bold=True)
            top, y = y, write(canvas, *named, y - mm, bold=True)
            room -= top - mm - y
        title = cards.fitted(
            tied(one.title), TITLE_SIZES, TITLE_LINES, inner, room=room, bold=not one.name
        )
        write(canvas, *title, y if one.name else y - mm, bold=not one.name)
        y = write(canvas, *fitted(one.delegation, (11, 10, 9), 1, narrow), MARGIN + CODE)
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
