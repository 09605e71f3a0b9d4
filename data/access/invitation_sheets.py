"""Invitations on paper: a card for each office, with the QR code that signs a telephone in."""

import io
from collections.abc import Sequence
from datetime import datetime
from functools import partial

from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm

from data.access.invitations import Given
from data.documents import cards, fonts
from data.documents.cards import HEIGHT, MARGIN, WIDTH, draw_code, write
from data.documents.content import tied
from data.documents.tagged import Element, TaggedCanvas
from data.words import Words
from models.text import writable

CODE = 34 * mm
NAME_SIZES, NAME_LINES = (15, 13, 11, 10), 2
SMALL = (9, 8, 7)
fitted = partial(cards.fitted, room=16 * mm)


def invitation_sheets(
    given: Sequence[Given],
    *,
    address: str,
    event: str,
    words: Words,
    at: datetime,
    notice: str = "",
) -> bytes:
    """A PDF of the links in order. `address`: of this server, as telephones reach it; `notice`: on
    the data of who comes in by them.
    """
    fonts.register()
    file = io.BytesIO()
    canvas = TaggedCanvas(file, pagesize=A4, pageCompression=1, lang=words.language)
    title, author = words("event_page.invitations_title"), writable(event)
    canvas.describe(title=title, author=author, language=words.language, at=at)
    for sheet in cards.sheets_of(given):
        with canvas.artifact():
            cards.draw_cut_marks(canvas)
        for place, one in enumerate(sheet):
            canvas.saveState()
            cards.move_to(canvas, place)
            _draw(canvas, one, f"{address}/join/{one.token}", event, words, notice)
            canvas.restoreState()
        canvas.showPage()
    canvas.save()
    return file.getvalue()


def _draw(
    canvas: TaggedCanvas, one: Given, link: str, event: str, words: Words, notice: str
) -> None:
    """One card, its lower left corner at the origin."""
    inner, narrow = WIDTH - 2 * MARGIN, WIDTH - 3 * MARGIN - CODE
    name = words.of(one, "name")
    with canvas.part(Element("P", canvas.structure)):
        canvas.setFillColorRGB(*cards.INK)
        y = write(canvas, *fitted(event, SMALL, 2, inner), HEIGHT - MARGIN)
        title = fitted(tied(name), NAME_SIZES, NAME_LINES, inner, bold=True)
        write(canvas, *title, y - mm, bold=True)
        how = fitted(words("event_page.invitations_how"), SMALL, 5, narrow)
        write(canvas, *how, MARGIN + CODE)
        cards.draw_foot(canvas, notice, narrow)
    with canvas.part(Element("Figure", canvas.structure, name)):
        canvas.setFillColorRGB(0, 0, 0)
        place = (WIDTH - MARGIN - CODE, MARGIN)
        draw_code(canvas, link, *place, size=CODE, error="m")
