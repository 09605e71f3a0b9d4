"""Official documents as PDF, to print and to sign."""

import io
from functools import partial
from html import escape

from reportlab.lib.enums import TA_CENTER, TA_JUSTIFY, TA_LEFT, TA_RIGHT
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import (
    BaseDocTemplate,
    CondPageBreak,
    Flowable,
    Frame,
    HRFlowable,
    KeepTogether,
    LongTable,
    PageTemplate,
    Spacer,
)
from reportlab.platypus import Paragraph as SetParagraph
from reportlab.platypus import Table as Grid

from data.documents import fonts, lengths
from data.documents.content import Document, Foot, Head, Paragraph, Table, rewritten
from data.documents.profiles import Profile, Style

ALIGN = {"left": TA_LEFT, "center": TA_CENTER, "right": TA_RIGHT, "justify": TA_JUSTIFY}
LEADING = 1.15  # of a single line: the height that the typeface asks for
PADDING = 3  # points on both sides of a cell's text
SIGNATURE = 60  # points left free for a signature
MARK = Style(size=11, bold=True)
TALL = 500  # about twice the height in points from which a cell may need a page break within
HEADING_ROOM = 120  # points on its page for a heading, a table's headings and some rows


def pdf_bytes(document: Document) -> bytes:
    """The document as a file with its letters embedded."""
    document = rewritten(document, fonts.drawable)
    profile = document.profile
    written = io.BytesIO()
    made = _template(written, document)
    body = _body(document, profile)
    ends_in_text = bool(document.blocks) and isinstance(document.blocks[-1], Paragraph)
    # The last line of the text stays on the signature's page.
    last = [body.pop()] if ends_in_text else []
    foot = KeepTogether([*last, *_foot(document.foot, profile)])
    made.build([*_head(document.head, profile), *body, foot])
    return written.getvalue()


def _template(written: io.BytesIO, document: Document) -> BaseDocTemplate:
    paper = document.profile.paper
    made = BaseDocTemplate(
        written,
        pagesize=(paper.width * mm, paper.height * mm),
        title=document.title,
        author=document.head.issuer,
        lang=document.language,
        creator="Sẵn Sàng",
        initialFontName=fonts.REGULAR,
    )
    frame = Frame(
        paper.left * mm,
        paper.bottom * mm,
        paper.text_width * mm,
        (paper.height - paper.top - paper.bottom) * mm,
        leftPadding=0,
        rightPadding=0,
        topPadding=0,
        bottomPadding=0,
    )
    made.addPageTemplates(PageTemplate(frames=[frame], onPage=partial(_margins, document=document)))
    return made


def _margins(canvas: Canvas, made: BaseDocTemplate, *, document: Document) -> None:
    """Draws the page's number in the upper margin, and a draft's mark in the lower one."""
    paper, number = document.profile.paper, document.profile.page_number
    middle = (paper.left + paper.text_width / 2) * mm
    if made.page > 1:
        canvas.setFont(fonts.REGULAR, number.size)
        canvas.drawCentredString(
            middle, (paper.height - number.from_top) * mm - number.size * 0.7, str(made.page)
        )
    if document.mark:
        canvas.setFont(fonts.BOLD, MARK.size)
        canvas.drawCentredString(middle, paper.bottom / 2 * mm, document.mark)


def _line(
    text: str, style: Style, align: str = "center", *, after: float = 0, indent: float = 0
) -> SetParagraph:
    """One line of head or foot."""
    setting = ParagraphStyle(
        "line",
        fontName=fonts.face(bold=style.bold, italic=style.italic),
        fontSize=style.size,
        leading=style.size * LEADING,
        alignment=ALIGN[align],
        leftIndent=indent,
        rightIndent=indent,
        spaceAfter=after,
    )
    written = escape(style.cased(text), quote=False)
    return SetParagraph(f"<u>{written}</u>" if style.underline else written, setting)


def _below(mark: str | float, text: str, style: Style, *, within: float) -> list[Flowable]:
    """The mark under a line: none, a plain text, or a rule; `within`: the line's room in mm."""
    if isinstance(mark, str):
        return [_line(mark, Style(style.size))] if mark else []
    length = lengths.rule(text, style, share=mark, within=within) * mm
    return [HRFlowable(width=length, thickness=0.75, color="black", spaceBefore=2, spaceAfter=3)]


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
    return [_halves([[left, right], second], widths), Spacer(1, 18), *_titles(head, profile)]


def _titles(head: Head, profile: Profile) -> list[Flowable]:
    style = profile.styles["summary"]
    summary = _line(head.summary, style, indent=lengths.TITLE_INDENT * mm)
    mark = _below(profile.below.summary, head.summary, style, within=lengths.title_width(profile))
    return [_line(head.kind, profile.styles["kind"]), summary, *mark, Spacer(1, 12)]


def _body(document: Document, profile: Profile) -> list[Flowable]:
    flow: list[Flowable] = []
    for block in document.blocks:
        if isinstance(block, Table):
            flow += [_table(block, profile), Spacer(1, profile.body.gap)]
            continue
        if block.keep_with_next:  # reportlab's own would keep it with the whole of a long table
            flow.append(CondPageBreak(HEADING_ROOM))
        flow.append(SetParagraph(escape(block.text, quote=False), _setting(profile, block)))
    return flow


def _setting(profile: Profile, block: Paragraph) -> ParagraphStyle:
    body = profile.body
    return ParagraphStyle(
        "body",
        fontName=fonts.face(bold=block.bold, italic=block.italic),
        fontSize=body.size,
        leading=body.line if body.line_unit == "points" else body.line * body.size * LEADING,
        alignment=TA_JUSTIFY,
        firstLineIndent=body.first_line * mm,
        spaceAfter=body.gap,
    )


def _table(table: Table, profile: Profile) -> Flowable:
    size = profile.styles["table"].size
    widths = [column.width * profile.paper.text_width * mm for column in table.columns]
    tall = any(_has_tall(row, widths, size) for row in table.rows)
    headings = [
        _cell(column.heading, "center", width, size, bold=True)
        for column, width in zip(table.columns, widths, strict=True)
    ]
    last = len(table.rows) - 1
    rows = [
        _row(row, table, widths, size, bold=table.total and place == last)
        for place, row in enumerate(table.rows)
    ]
    return LongTable(
        [headings, *rows],
        colWidths=widths,
        repeatRows=1,
        style=_table_style(table, size, tall=tall),
        splitInRow=int(tall),
    )


def _row(
    row: tuple[str, ...], table: Table, widths: list[float], size: float, *, bold: bool
) -> list[str | SetParagraph]:
    cells = zip(row, table.columns, widths, strict=True)
    return [_cell(text, column.align, width, size, bold=bold) for text, column, width in cells]


def _table_style(table: Table, size: float, *, tall: bool) -> list[tuple[object, ...]]:
    style: list[tuple[object, ...]] = [
        ("GRID", (0, 0), (-1, -1), 0.5, "black"),
        ("FONT", (0, 0), (-1, -1), fonts.REGULAR, size, size * LEADING),
        ("FONT", (0, 0), (-1, 0), fonts.BOLD, size, size * LEADING),
        ("VALIGN", (0, 0), (-1, 0), "MIDDLE"),
        ("VALIGN", (0, 1), (-1, -1), "TOP"),
    ]
    for side, padding in (("LEFT", PADDING), ("RIGHT", PADDING), ("TOP", 2), ("BOTTOM", 2)):
        style.append((f"{side}PADDING", (0, 0), (-1, -1), padding))
    for place, column in enumerate(table.columns):
        style.append(("ALIGN", (place, 0), (place, -1), column.align.upper()))
    style.append(("ALIGN", (0, 0), (-1, 0), "CENTER"))
    if table.total:
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
    """Recipients and signature."""
    styles = profile.styles
    left: list[Flowable] = [_line(foot.recipients_label, styles["recipients_label"], "left")]
    left += [_line(f"- {one}", styles["recipients"], "left") for one in foot.recipients]
    right: list[Flowable] = [_line(text, styles[style]) for style, text in foot.above_signature]
    right += [Spacer(1, SIGNATURE), _line(foot.signer, styles["signer"])]
    return [Spacer(1, 12), _halves([[left, right]], lengths.halves_of_foot(profile))]
