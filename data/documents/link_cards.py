"""Cards on paper with a personal link as a QR code: of an invitation, of a document."""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm

from data.documents import cards, fonts
from data.documents.cards import HEIGHT, MARGIN, WIDTH, draw_code, write
from data.documents.content import tied
from data.documents.tagged import Element, TaggedCanvas
from models.text import writable

CODE = 34 * mm
NAME_SIZES, NAME_LINES = (15, 13, 11, 10), 2
SMALL = (9, 8, 7)
fitted = partial(cards.fitted, room=16 * mm)


@dataclass(frozen=True)
class LinkCard:
    """Whose card it is, and where its code leads."""

    name: str
    link: str


@dataclass(frozen=True)
class LinkSheets:
    """What every card of a file says. `how`: what to do with the code; `notice`: on the data of who
    uses it.
    """

    title: str
    event: str
    how: str
    language: str
    at: datetime
    notice: str = ""


def sheets_with_links(given: Sequence[LinkCard], sheets: LinkSheets) -> bytes:
    """A PDF of the cards, in order."""
    fonts.register()
    file = io.BytesIO()
    canvas = TaggedCanvas(file, pagesize=A4, pageCompression=1, lang=sheets.language)
    author = writable(sheets.event)
    canvas.describe(title=sheets.title, author=author, language=sheets.language, at=sheets.at)
    for sheet in cards.sheets_of(given):
        with canvas.artifact():
            cards.draw_cut_marks(canvas)
        for place, one in enumerate(sheet):
            canvas.saveState()
            cards.move_to(canvas, place)
            _draw(canvas, one, sheets)
            canvas.restoreState()
        canvas.showPage()
    canvas.save()
    return file.getvalue()


def _draw(canvas: TaggedCanvas, one: LinkCard, sheets: LinkSheets) -> None:
    """One card, its lower left corner at the origin."""
    inner, narrow = WIDTH - 2 * MARGIN, WIDTH - 3 * MARGIN - CODE
    with canvas.part(Element("P", canvas.structure)):
        canvas.setFillColorRGB(*cards.INK)
        y = write(canvas, *fitted(sheets.event, SMALL, 2, inner), HEIGHT - MARGIN)
        title = fitted(tied(one.name), NAME_SIZES, NAME_LINES, inner, bold=True)
        write(canvas, *title, y - mm, bold=True)
        write(canvas, *fitted(sheets.how, SMALL, 5, narrow), MARGIN + CODE)
        cards.draw_foot(canvas, sheets.notice, narrow)
    with canvas.part(Element("Figure", canvas.structure, one.name)):
        canvas.setFillColorRGB(0, 0, 0)
        place = (WIDTH - MARGIN - CODE, MARGIN)
        draw_code(canvas, one.link, *place, size=CODE, error="m")
