"""Official documents as PDF, to print and to sign."""

import io
from functools import partial
from html import escape

from reportlab.lib.enums import TA_CENTER, TA_JUSTIFY, TA_LEFT, TA_RIGHT
from reportlab.lib.pagesizes import A4
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
    PageTemplate,
    Spacer,
)
from reportlab.platypus import Paragraph as Set
from reportlab.platypus import Table as Grid

from data.documents import fonts
from data.documents.content import Document, Foot, Head, Table
from data.documents.profiles import Profile, Style

ALIGN = {"left": TA_LEFT, "center": TA_CENTER, "right": TA_RIGHT, "justify": TA_JUSTIFY}
LEFT_PART = 0.43  # of the text's width, for the left half of head and foot
LEADING = 1.2
PADDING = 3  # points beside a cell's text
SIGNED_IN = 60  # points left free for a signature
KEPT = 120  # points that a heading needs below it on its page: itself, the table's headings and some rows


def pdf_bytes(document: Document, *, language: str = "vi") -> bytes:
    """The document as a file with its letters embedded."""
    fonts.register()
    profile, margins = document.profile, document.profile.margins
    written = io.BytesIO()
    made = BaseDocTemplate(
        written,
        pagesize=A4,
        title=document.title,
        author=document.head.issuer,
        lang=language,
        creator="Sẵn Sàng",
        initialFontName=fonts.REGULAR,
    )
    frame = Frame(
        margins.left * mm,
        margins.bottom * mm,
        margins.text_width * mm,
        A4[1] - (margins.top + margins.bottom) * mm,
        leftPadding=0,
        rightPadding=0,
        topPadding=0,
        bottomPadding=0,
    )
    made.addPageTemplates(PageTemplate(frames=[frame], onPage=partial(_page_number, profile=profile)))
    made.build([*_head(document.head, profile), *_body(document, profile), *_foot(document.foot, profile)])
    return written.getvalue()


def _page_number(canvas, made, *, profile: Profile) -> None:
    if made.page > 1:
        canvas.setFont(fonts.REGULAR, profile.page_number.size)
        middle = (profile.margins.left + profile.margins.text_width / 2) * mm
        canvas.drawCentredString(
            middle, A4[1] - profile.page_number.from_top * mm - profile.page_number.size * 0.7, str(made.page)
        )


def _line(text: str, style: Style, align: str = "center", *, after: float = 0) -> Set:
    """One line of head or foot."""
    setting = ParagraphStyle(
        "line",
        fontName=fonts.face(bold=style.bold, italic=style.italic),
        fontSize=style.size,
        leading=style.size * LEADING,
        alignment=ALIGN[align],
        spaceAfter=after,
    )
    told = escape(style.told(text), quote=False)
    return Set(f"<u>{told}</u>" if style.underline else told, setting)


def _rule(length: float) -> Flowable:
    return HRFlowable(width=length, thickness=0.7, color="black", spaceBefore=1, spaceAfter=3)


def _as_long(text: str, style: Style) -> float:
    return fonts.width(style.told(text), size=style.size, bold=style.bold, italic=style.italic)


def _halves(rows: list[list[list[Flowable]]], profile: Profile) -> Grid:
    width = profile.margins.text_width * mm
    plain = [
        ("VALIGN", (0, 0), (-1, -1), "TOP"),
        ("FONTNAME", (0, 0), (-1, -1), fonts.REGULAR),
        ("ALIGN", (0, 0), (-1, -1), "CENTER"),
    ] + [(f"{side}PADDING", (0, 0), (-1, -1), 0) for side in ("LEFT", "RIGHT", "TOP", "BOTTOM")]
    return Grid(rows, colWidths=[width * LEFT_PART, width * (1 - LEFT_PART)], style=plain)


def _head(head: Head, profile: Profile) -> list[Flowable]:
    styles = profile.styles
    left = [_line(head.parent, styles["parent"])] if head.parent else []
    left.append(_line(head.issuer, styles["issuer"]))
    ruled = profile.issuer_mark == "rule"
    left.append(_rule(_as_long(head.issuer, styles["issuer"]) * 0.4) if ruled else _line("*", styles["number"]))
    right: list[Flowable] = []
    for name in ("heading", "motto"):
        if text := getattr(head, name):
            right.append(_line(text, styles[name]))
            right += [_rule(_as_long(text, styles[name]))] if name == profile.rule_under else []
    second = [[_line(head.number, styles["number"])], [_line(head.place_date, styles["place_date"])]]
    return [_halves([[left, right], second], profile), Spacer(1, 18), *_titles(head, profile)]


def _titles(head: Head, profile: Profile) -> list[Flowable]:
    styles = profile.styles
    ruled = profile.summary_mark == "rule"
    mark = _rule(profile.margins.text_width * mm * 0.25) if ruled else _line("-----", styles["summary"])
    return [_line(head.kind, styles["kind"], after=4), _line(head.summary, styles["summary"]), mark, Spacer(1, 12)]


def _body(document: Document, profile: Profile) -> list[Flowable]:
    found: list[Flowable] = []
    for block in document.blocks:
        if isinstance(block, Table):
            found += [_table(block, profile), Spacer(1, profile.body.gap)]
            continue
        if block.kept:  # reportlab's own `keepWithNext` would keep it with the whole of a long table
            found.append(CondPageBreak(KEPT))
        found.append(Set(escape(block.text, quote=False), _setting(profile, bold=block.bold)))
    return found


def _setting(profile: Profile, *, bold: bool) -> ParagraphStyle:
    return ParagraphStyle(
        "body",
        fontName=fonts.face(bold=bold),
        fontSize=profile.body.size,
        leading=profile.body.line,
        alignment=TA_JUSTIFY,
        firstLineIndent=profile.body.first_line * mm,
        spaceAfter=profile.body.gap,
    )


def _table(table: Table, profile: Profile) -> Flowable:
    size = profile.styles["table"].size
    widths = [column.width * profile.margins.text_width * mm for column in table.columns]
    last = len(table.rows) - 1
    rows = [
        [_cell(column.heading, "center", width, size, bold=True) for column, width in zip(table.columns, widths, strict=True)]
    ]
    for place, row in enumerate(table.rows):
        bold = table.total and place == last
        cells = zip(row, table.columns, widths, strict=True)
        rows.append([_cell(text, column.align, width, size, bold=bold) for text, column, width in cells])
    style = [
        ("GRID", (0, 0), (-1, -1), 0.5, "black"),
        ("FONT", (0, 0), (-1, -1), fonts.REGULAR, size, size * LEADING),
        ("FONT", (0, 0), (-1, 0), fonts.BOLD, size, size * LEADING),
        ("VALIGN", (0, 0), (-1, -1), "TOP"),
        *((f"{side}PADDING", (0, 0), (-1, -1), PADDING) for side in ("LEFT", "RIGHT")),
        *((f"{side}PADDING", (0, 0), (-1, -1), 2) for side in ("TOP", "BOTTOM")),
        *(("ALIGN", (place, 0), (place, -1), column.align.upper()) for place, column in enumerate(table.columns)),
        ("ALIGN", (0, 0), (-1, 0), "CENTER"),
        *([("FONT", (0, -1), (-1, -1), fonts.BOLD, size, size * LEADING)] if table.total else []),
    ]
    return LongTable(rows, colWidths=widths, repeatRows=1, style=style)


def _cell(text: str, align: str, width: float, size: float, *, bold: bool) -> str | Set:
    """A text that fits as it is, since that is far cheaper; any other is broken into lines."""
    if fonts.width(text, size=size, bold=bold) <= width - 2 * PADDING:
        return text
    setting = ParagraphStyle(
        "cell", fontName=fonts.face(bold=bold), fontSize=size, leading=size * LEADING, alignment=ALIGN[align]
    )
    return Set(escape(text, quote=False), setting)


def _foot(foot: Foot, profile: Profile) -> list[Flowable]:
    """Whoever signs and whoever receives it stay together on one page."""
    styles = profile.styles
    left = [_line(foot.recipients_label, styles["recipients_label"], "left")]
    left += [_line(f"- {one}", styles["recipients"], "left") for one in foot.recipients]
    right = [_line(foot.authority, styles["authority"]), _line(foot.position, styles["place_date"], after=SIGNED_IN)]
    return [Spacer(1, 12), KeepTogether([_halves([[left, right]], profile)])]
