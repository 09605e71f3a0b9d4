"""Official documents as PDF, to print and to sign: tagged, and PDF/A-2a for an archive."""

import io
from collections.abc import Sequence
from functools import partial
from html import escape
from typing import Any

from reportlab.lib.enums import TA_CENTER, TA_JUSTIFY, TA_LEFT, TA_RIGHT
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.platypus import (
    BaseDocTemplate,
    CondPageBreak,
    Flowable,
    Frame,
    HRFlowable,
    KeepTogether,
    LongTable,
    NextPageTemplate,
    PageBreak,
    PageTemplate,
    Spacer,
)
from reportlab.platypus import Paragraph as SetParagraph
from reportlab.platypus import Table as Grid
from reportlab.platypus.tables import TableRenderCB

from data.documents import fonts, lengths
from data.documents.content import (
    Block,
    Document,
    Foot,
    Head,
    Paragraph,
    Signature,
    Table,
    rewritten,
)
from data.documents.profiles import Paper, Profile, Style
from data.documents.tagged import CREATOR, PRODUCER, Element, TaggedCanvas

ALIGN = {"left": TA_LEFT, "center": TA_CENTER, "right": TA_RIGHT, "justify": TA_JUSTIFY}
LEADING = lengths.LINE
PADDING = lengths.PADDING * mm  # on both sides of a cell's text
RULED = 0.5  # points: the lines of a table, which a word processor adds to the height of a row
ABOVE = lengths.PADDING_ABOVE + RULED / 2
MARK = Style(size=11, bold=True)
SIDES = ("front", "back")  # of a sheet, which follow each other
LAST_ROWS = 2  # of a table at the end, on the page of the signature
TALL = 500  # about twice the height in points from which a cell may need a page break within
MAX_HEIGHT = 10_000  # points, more than a page


# --- what is tagged ------------------------------------------------------------------------------


class Tagged(SetParagraph):  # type: ignore[misc]
    """A paragraph of a kind of the structure; on two pages it is still one."""

    def __init__(self, text: str, setting: ParagraphStyle, kind: str = "P", **facts: Any) -> None:
        super().__init__(text, setting, **facts)
        self.kind = kind
        self.element: Element | None = None

    def split(self, width: float, height: float) -> list[Flowable]:
        parts: list[Flowable] = super().split(width, height)
        if len(parts) > 1:  # else it is the paragraph itself
            shared = Element(self.kind)
            for part in parts:
                part.kind, part.element = self.kind, self.element or shared
        return parts

    def draw(self) -> None:
        element = self.element or Element(self.kind)
        if element.parent is None:
            element.parent = self.canv.structure
            element.parent.children.append(element)
        with self.canv.part(element):
            super().draw()


class Rule(HRFlowable):  # type: ignore[misc]
    """A rule, which is not read out."""

    def draw(self) -> None:
        with self.canv.artifact():
            super().draw()


class TaggedRows(TableRenderCB):  # type: ignore[misc]
    """Tags a table's cells: one table over all its pages, its headings read out once."""

    def __init__(self) -> None:
        self.table: Element | None = None
        self.row: Element | None = None
        self.headed = False

    def startTable(self, table: Grid) -> None:
        if self.table is None:
            self.table = Element("Table", table.canv.structure)

    def startRow(self, table: Grid, number: int) -> None:
        heading = number < table.repeatRows
        self.kind = "TH" if heading else "TD"
        self.row = None if heading and self.headed else Element("TR", self.table)
        self.headed = self.headed or heading

    def startCell(self, table: Grid, *_: object) -> None:
        canvas = table.canv
        cell = canvas.artifact() if self.row is None else self._cell(canvas)
        self.cell = cell
        self.cell.__enter__()

    def _cell(self, canvas: TaggedCanvas) -> Any:
        return canvas.part(Element(self.kind, self.row))

    def endCell(self, table: Grid) -> None:
        self.cell.__exit__(None, None, None)

    def startLines(self, table: Grid) -> None:
        self.lines = table.canv.artifact()
        self.lines.__enter__()

    def endLines(self, table: Grid) -> None:
        self.lines.__exit__(None, None, None)

    def _nothing(self, table: Grid) -> None:
        """Nothing is drawn there."""

    startBG = endBG = endRow = endTable = _nothing


# --- the file ------------------------------------------------------------------------------------


def pdf_bytes(document: Document) -> bytes:
    """The document as a file with its letters embedded."""
    document = rewritten(document, fonts.drawable)
    profile = document.profile
    written = io.BytesIO()
    made = _template(written, document)
    flow, last = _with_last_apart(document.blocks, profile)
    foot = KeepTogether([*last, *_foot(document.foot, profile)])
    annex = [PageBreak(), *_flow(document.annex, profile)] if document.annex else []
    back_next = NextPageTemplate([*reversed(SIDES)])
    story = [back_next, *_head(document.head, profile), *flow, foot, *annex]
    made.build(story, canvasmaker=partial(_canvas, document=document))
    return written.getvalue()


def _canvas(*arguments: Any, document: Document, **settings: Any) -> TaggedCanvas:
    canvas = TaggedCanvas(*arguments, **settings)
    canvas.describe(
        title=document.title,
        author=document.head.issuer,
        language=document.language,
        at=document.at,
    )
    return canvas


def _with_last_apart(
    blocks: tuple[Block, ...], profile: Profile
) -> tuple[list[Flowable], list[Flowable]]:
    """The text, and apart from it its last line or rows, which stay with the signature."""
    if not blocks:
        return [], []
    flow, last = _flow(blocks[:-1], profile), blocks[-1]
    if isinstance(last, Paragraph):
        return flow, _flow([last], profile)
    cut, rows = max(len(last.rows) - LAST_ROWS, 0), TaggedRows()
    above = [_table(last, profile, rows, until=cut)] if cut else []
    return [*flow, *above], [_table(last, profile, rows, since=cut)]


def _template(written: io.BytesIO, document: Document) -> BaseDocTemplate:
    paper = document.profile.paper
    made = BaseDocTemplate(
        written,
        pagesize=(paper.width * mm, paper.height * mm),
        lang=document.language,
        initialFontName=fonts.REGULAR,
        # The template sets these again, after the canvas has been described.
        title=document.title,
        subject=document.title,
        author=document.head.issuer,
        creator=CREATOR,
        producer=PRODUCER,
    )
    draw = partial(_margins, document=document)
    pages = [
        PageTemplate(side, frames=[_frame(paper, _left(paper, page=page))], onPage=draw)
        for page, side in enumerate(SIDES, start=1)
    ]
    made.addPageTemplates(pages)
    return made


def _left(paper: Paper, *, page: int) -> float:
    """The left margin of a page in millimetres."""
    return paper.right if paper.mirrored and page % 2 == 0 else paper.left


def _frame(paper: Paper, left: float) -> Frame:
    return Frame(
        left * mm,
        paper.bottom * mm,
        paper.text_width * mm,
        (paper.height - paper.top - paper.bottom) * mm,
        leftPadding=0,
        rightPadding=0,
        topPadding=0,
        bottomPadding=0,
    )


def _margins(canvas: TaggedCanvas, made: BaseDocTemplate, *, document: Document) -> None:
    """Draws the page's number and a mark in the upper margin, and a note in the lower one."""
    paper, number = document.profile.paper, document.profile.page_number
    left = _left(paper, page=made.page) * mm
    middle = left + paper.text_width / 2 * mm
    line = (paper.height - number.from_top) * mm - number.size * 0.7
    with canvas.artifact():
        if made.page > 1:
            canvas.setFont(fonts.REGULAR, number.size)
            canvas.drawCentredString(middle, line, str(made.page))
        canvas.setFont(fonts.BOLD, MARK.size)
        if document.mark:
            canvas.drawString(left, line, document.mark)
        if document.note:
            canvas.drawCentredString(middle, paper.bottom / 2 * mm, document.note)


def _line(
    text: str, style: Style, align: str = "center", *, indent: float = 0, kind: str = "P"
) -> Tagged:
    """One line of head or foot."""
    setting = ParagraphStyle(
        "line",
        fontName=fonts.face(bold=style.bold, italic=style.italic),
        fontSize=style.size,
        leading=style.size * LEADING,
        alignment=ALIGN[align],
        leftIndent=indent,
        rightIndent=indent,
    )
    written = escape(style.cased(text), quote=False)
    return Tagged(f"<u>{written}</u>" if style.underline else written, setting, kind)


def _below(mark: str | float, text: str, style: Style, *, within: float) -> list[Flowable]:
    """The mark under a line: none, a plain text, or a rule; `within`: the line's room in mm."""
    if isinstance(mark, str):
        return [_line(mark, Style(style.size))] if mark else []
    length = lengths.rule(text, style, share=mark, within=within) * mm
    return [Rule(width=length, thickness=0.75, color="black", spaceBefore=2, spaceAfter=3)]


def _halves(rows: list[list[list[Flowable]]], widths: tuple[float, float]) -> Grid:
    plain = [
        ("VALIGN", (0, 0), (-1, -1), "TOP"),
        ("FONTNAME", (0, 0), (-1, -1), fonts.REGULAR),
        ("ALIGN", (0, 0), (-1, -1), "CENTER"),
    ] + [(f"{side}PADDING", (0, 0), (-1, -1), 0) for side in ("LEFT", "RIGHT", "TOP", "BOTTOM")]
    return Grid(rows, colWidths=[width * mm for width in widths], style=plain)


def _head(head: Head, profile: Profile) -> list[Flowable]:
    styles, below = profile.styles, profile.below
    widths = lengths.halves_of_head(head, profile)
    left = [_line(head.parent, styles["parent"])] if head.parent else []
    left.append(_line(head.issuer, styles["issuer"]))
    left += _below(below.issuer, head.issuer, styles["issuer"], within=widths[0])
    right: list[Flowable] = []
    for name in ("heading", "motto"):
        if text := getattr(head, name):
            right.append(_line(text, styles[name]))
            right += _below(getattr(below, name), text, styles[name], within=widths[1])
    second = [
        [_line(head.number, styles["number"])],
        [_line(head.place_date, styles["place_date"])],
    ]
    if head.urgency:
        second[0].append(_line(head.urgency, styles["urgency"]))
    grid = _halves([[left, right], second], widths)
    return [grid, Spacer(1, lengths.ABOVE_TITLE), *_titles(head, profile)]


def _titles(head: Head, profile: Profile) -> list[Flowable]:
    style = profile.styles["summary"]
    summary = _line(head.summary, style, indent=lengths.TITLE_INDENT * mm)
    mark = _below(profile.below.summary, head.summary, style, within=lengths.title_width(profile))
    kind = _line(head.kind, profile.styles["kind"], kind="H1")
    return [kind, summary, *mark, Spacer(1, lengths.BELOW_TITLE)]


def _flow(blocks: Sequence[Block], profile: Profile) -> list[Flowable]:
    flow: list[Flowable] = []
    for place, block in enumerate(blocks):
        if isinstance(block, Table):
            flow += [_table(block, profile, TaggedRows()), Spacer(1, profile.body.gap)]
            continue
        if block.keep_with_next and place + 1 < len(blocks):
            # reportlab's own would keep it with the whole of a long table
            flow.append(CondPageBreak(_room(block, blocks[place + 1], profile)))
        flow.append(_paragraph(block, profile))
    return flow


def _paragraph(block: Paragraph, profile: Profile) -> Flowable:
    style = profile.styles[block.style] if block.style else None
    text = escape(style.cased(block.text) if style else block.text, quote=False)
    kind = f"H{block.level}" if block.level else "P"
    return Tagged(text, _setting(profile, block, style), kind)


def _room(block: Paragraph, following: Block, profile: Profile) -> float:
    """The height of a paragraph with what stays on its page of the next block, as in a word
    processor: two lines of a text, of which none is left alone, of a table its headings and its
    first row.
    """
    width, body = profile.paper.text_width * mm, profile.body
    line = float(_setting(profile, block, None).leading)
    own = _wrapped(block, profile, width) + body.gap
    if isinstance(following, Paragraph):
        lines = _wrapped(following, profile, width)
        return own + (lines if lines < 3.5 * line else 2 * line)
    widths = [one * mm for one in lengths.columns(following, profile)]
    headings = [column.heading for column in following.columns]
    own += _height(headings, widths, profile, bold=True)
    for row in following.rows[:1]:
        own += _height(row, widths, profile, bold=False)
    return own


def _wrapped(block: Paragraph, profile: Profile, width: float) -> float:
    _, height = _paragraph(block, profile).wrap(width, MAX_HEIGHT)
    return float(height)


def _height(
    texts: Sequence[str], widths: Sequence[float], profile: Profile, *, bold: bool
) -> float:
    """The height of a row of a table."""
    size = profile.styles["table"].size
    lines = max(
        len(fonts.lines(text, width=width - 2 * PADDING, size=size, bold=bold))
        for text, width in zip(texts, widths, strict=True)
    )
    return lines * size * LEADING + 2 * ABOVE


def _setting(profile: Profile, block: Paragraph, style: Style | None) -> ParagraphStyle:
    body = profile.body
    letters = style or Style(body.size, bold=block.bold, italic=block.italic)
    return ParagraphStyle(
        "body",
        fontName=fonts.face(bold=letters.bold, italic=letters.italic),
        fontSize=letters.size,
        leading=body.line if body.line_unit == "points" else body.line * body.size * LEADING,
        alignment=ALIGN[block.align],
        firstLineIndent=body.first_line * mm if block.align == "justify" else 0,
        spaceAfter=body.gap,
        spaceShrinkage=0,  # else a line holds more than that of a word processor
        allowWidows=0,  # no single line of a paragraph stands at the top or the foot of a page
        allowOrphans=0,
    )


def _table(
    table: Table,
    profile: Profile,
    tags: TaggedRows,
    *,
    since: int = 0,
    until: int | None = None,
) -> Flowable:
    """A table, or the rows of one `since` and `until` a place; its headings are with the first."""
    size = profile.styles["table"].size
    widths = [width * mm for width in lengths.columns(table, profile)]
    shown, last = table.rows[since:until], len(table.rows) - 1
    tall = any(_has_tall(row, widths, size) for row in shown)
    headings = [
        _cell(column.heading, "center", width, size, bold=True)
        for column, width in zip(table.columns, widths, strict=True)
    ]
    rows = [
        _wide(row[0], widths, size)
        if place in table.wide
        else _row(row, table, widths, size, bold=table.total and place == last)
        for place, row in enumerate(shown, start=since)
    ]
    headed, ends = since == 0, until is None
    style = _table_style(table, size, tall=tall, headed=headed, ends=ends)
    for place in table.wide:
        if since <= place < since + len(shown):
            line = place - since + headed
            own = (0, line), (-1, line)
            style.append(("SPAN", *own))
            style.append(("ALIGN", *own, "LEFT"))
            style.append(("FONT", *own, fonts.BOLD, size, size * LEADING))
    return LongTable(
        [headings, *rows] if headed else rows,
        colWidths=widths,
        repeatRows=int(headed),
        style=style,
        splitInRow=int(tall),
        renderCB=tags,
    )


def _wide(text: str, widths: list[float], size: float) -> list[str | SetParagraph]:
    """A heading within a table, over all of its columns."""
    return [_cell(text, "left", sum(widths), size, bold=True), *[""] * (len(widths) - 1)]


def _row(
    row: tuple[str, ...], table: Table, widths: list[float], size: float, *, bold: bool
) -> list[str | SetParagraph]:
    cells = zip(row, table.columns, widths, strict=True)
    return [_cell(text, column.align, width, size, bold=bold) for text, column, width in cells]


def _table_style(
    table: Table, size: float, *, tall: bool, headed: bool, ends: bool
) -> list[tuple[object, ...]]:
    style: list[tuple[object, ...]] = [
        ("GRID", (0, 0), (-1, -1), RULED, "black"),
        ("FONT", (0, 0), (-1, -1), fonts.REGULAR, size, size * LEADING),
        ("VALIGN", (0, 0), (-1, -1), "TOP"),
    ]
    for side, padding in (("LEFT", PADDING), ("RIGHT", PADDING), ("TOP", ABOVE), ("BOTTOM", ABOVE)):
        style.append((f"{side}PADDING", (0, 0), (-1, -1), padding))
    for place, column in enumerate(table.columns):
        style.append(("ALIGN", (place, 0), (place, -1), column.align.upper()))
    if headed:
        style.append(("FONT", (0, 0), (-1, 0), fonts.BOLD, size, size * LEADING))
        style.append(("VALIGN", (0, 0), (-1, 0), "MIDDLE"))
        style.append(("ALIGN", (0, 0), (-1, 0), "CENTER"))
    if table.total and ends:
        style.append(("FONT", (0, -1), (-1, -1), fonts.BOLD, size, size * LEADING))
    if len(table.rows) > 1 and not tall:  # no last row alone on a page
        style.append(("NOSPLIT", (0, -2), (-1, -1)))
    return style


def _has_tall(row: tuple[str, ...], widths: list[float], size: float) -> bool:
    return any(_is_tall(text, width, size) for text, width in zip(row, widths, strict=True))


def _is_tall(text: str, width: float, size: float) -> bool:
    """Whether a cell may not fit on a page, by its letters (about half as wide as high)."""
    return len(text) * size > TALL * width / size


def _cell(text: str, align: str, width: float, size: float, *, bold: bool) -> str | SetParagraph:
    """A text that fits as it is, which is far cheaper; any other as a paragraph that breaks."""
    if fonts.width(text, size=size, bold=bold) <= width - 2 * PADDING:
        return text
    setting = ParagraphStyle(
        "cell",
        fontName=fonts.face(bold=bold),
        fontSize=size,
        leading=size * LEADING,
        alignment=ALIGN[align],
    )
    return SetParagraph(escape(text, quote=False), setting)


def _foot(foot: Foot, profile: Profile) -> list[Flowable]:
    """Recipients and signature side by side, or two signatures and the recipients below them."""
    styles = profile.styles
    recipients: list[Flowable] = [
        _line(foot.recipients_label, styles["recipients_label"], "left"),
        *(_line(f"- {one}", styles["recipients"], "left") for one in foot.recipients),
    ]
    signatures = [_signature(one, profile) for one in foot.signatures]
    rows = [[recipients, *signatures]]
    if len(signatures) > 1:
        rows = [signatures, [recipients, []]]
    return [Spacer(1, lengths.ABOVE_FOOT), _halves(rows, lengths.halves_of_foot(profile))]


def _signature(signature: Signature, profile: Profile) -> list[Flowable]:
    styles = profile.styles
    above: list[Flowable] = [_line(text, styles[style]) for style, text in signature.above]
    return [*above, Spacer(1, profile.signature), _line(signature.signer, styles["signer"])]
