"""Official documents as DOCX, for offices that go on writing in them."""

import copy
import io
from collections.abc import Sequence
from dataclasses import replace

from docx import Document as new_docx
from docx.document import Document as Docx
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.oxml.xmlchemy import BaseOxmlElement
from docx.section import Section, _Footer
from docx.shared import Mm, Pt
from docx.table import Table as DocxTable
from docx.table import _Cell
from docx.text.paragraph import Paragraph as DocxParagraph

from data.documents import lengths
from data.documents.content import Block, Document, Foot, Head, Paragraph, Table, rewritten
from data.documents.profiles import Profile, Style
from models.text import writable

ALIGN = {
    name: getattr(WD_ALIGN_PARAGRAPH, name.upper())
    for name in ("left", "center", "right", "justify")
}
LANGUAGES = {"vi": "vi-VN", "en": "en-GB"}
TEXT = qn("w:t")
TWIPS_PER_MM = 1440 / 25.4
CELL_MARGIN = 70  # twips on both sides of a cell's text
RULE, ABOVE_RULE = 4, 2  # points: the height of a rule, and the space above it
SIGNATURE = 60  # points left free for a signature
ABOVE_FOOT = 12  # points
MARK = Style(size=11, bold=True)
# The elements that have to come after a border in a paragraph's properties.
AFTER_BORDER = (
    "w:shd",
    "w:tabs",
    "w:suppressAutoHyphens",
    "w:spacing",
    "w:ind",
    "w:contextualSpacing",
    "w:jc",
    "w:rPr",
)
Place = Docx | _Cell | _Footer
"""Where paragraphs are added."""


def docx_bytes(document: Document) -> bytes:
    """The document as a file of a word processor."""
    document = rewritten(document, writable)
    made = new_docx()
    made.core_properties.title, made.core_properties.author = document.title, document.head.issuer
    made.core_properties.comments, made.core_properties.language = "", LANGUAGES[document.language]
    _letters(made, document)
    _page(made.sections[0], document)
    _head(made, document.head, document.profile)
    for block in _with_last_block_at_foot(document.blocks):
        _block(made, block, document.profile)
    _foot(made, document.foot, document.profile)
    written = io.BytesIO()
    made.save(written)
    return written.getvalue()


def _with_last_block_at_foot(blocks: tuple[Block, ...]) -> tuple[Block, ...]:
    """Keeps the last line of the text on the signature's page."""
    if not blocks or isinstance(blocks[-1], Table):
        return blocks
    return (*blocks[:-1], replace(blocks[-1], keep_with_next=True))


def _block(made: Docx, block: Block, profile: Profile) -> None:
    if isinstance(block, Table):
        made.element.body.insert_element_before(_table(block, profile), "w:sectPr")
        _spacer(made, profile.body.gap)
    else:
        _paragraph(made, block, profile)


def _letters(made: Docx, document: Document) -> None:
    """One typeface for every script, and no extra space between lines.

    Without this a word processor takes its theme's typeface for some letters, and the spacing of
    the library's empty document.
    """
    normal, profile = made.styles["Normal"], document.profile
    normal.font.name, normal.font.size = profile.font, Pt(profile.body.size)
    for script in ("ascii", "hAnsi", "eastAsia", "cs"):
        normal.element.rPr.rFonts.set(qn(f"w:{script}"), profile.font)
    normal.element.rPr.append(_make("lang", val=LANGUAGES[document.language]))
    layout = normal.paragraph_format
    layout.space_before = layout.space_after = Pt(0)
    layout.line_spacing, layout.widow_control = 1.0, True


def _page(section: Section, document: Document) -> None:
    paper, number = document.profile.paper, document.profile.page_number
    section.page_width, section.page_height = Mm(paper.width), Mm(paper.height)
    for side in ("top", "bottom", "left", "right"):
        setattr(section, f"{side}_margin", Mm(getattr(paper, side)))
    section.header_distance = Mm(number.from_top)
    section.footer_distance = Mm(paper.bottom / 2)
    section.different_first_page_header_footer = True
    paragraph = section.header.paragraphs[0]
    paragraph.alignment = ALIGN["center"]
    run = paragraph.add_run()
    run.font.size = Pt(number.size)
    for kind, text in (("begin", ""), ("", "PAGE"), ("end", "")):
        run._r.append(_field(kind, text))
    for footer in (section.first_page_footer, section.footer) if document.mark else ():
        _line(footer, document.mark, MARK, paragraph=footer.paragraphs[0])


def _field(kind: str, text: str) -> BaseOxmlElement:
    """A part of a field that a word processor fills in."""
    if kind:
        return _make("fldChar", fldCharType=kind)
    instruction = _make("instrText")
    instruction.text = text
    return instruction


def _halves(made: Docx, widths: tuple[float, float], rows: int) -> DocxTable:
    """A table without lines for two columns of text; its widths in millimetres."""
    table: DocxTable = made.add_table(rows=rows, cols=2)
    table.autofit = False
    # In the order of the format.
    table._tbl.tblPr.insert_element_before(_cell_margins(0), "w:tblLook")
    for column, width in zip(table.columns, widths, strict=True):
        column.width = Mm(width)  # some word processors go by the columns, others by the cells
    for row in table.rows:
        for cell, width in zip(row.cells, widths, strict=True):
            cell.width = Mm(width)
            cell._tc.remove(cell.paragraphs[0]._p)
    return table


def _cell_margins(twips: int) -> BaseOxmlElement:
    return _make("tblCellMar", *(_make(side, w=twips, type="dxa") for side in ("left", "right")))


def _line(
    where: Place,
    text: str,
    style: Style,
    align: str = "center",
    *,
    paragraph: DocxParagraph | None = None,
) -> DocxParagraph:
    """One line of head or foot; an empty one has its height too."""
    paragraph = paragraph or where.add_paragraph()
    paragraph.alignment = ALIGN[align]
    font = paragraph.add_run(style.cased(text)).font
    font.size, font.bold, font.italic = Pt(style.size), style.bold, style.italic
    font.underline = style.underline
    return paragraph


def _below(
    where: Place,
    mark: str | float,
    text: str,
    style: Style,
    *,
    within: float,
    indent: float = 0,
) -> None:
    """The mark under a line: none, a text in plain letters, or a rule.

    `within`: the line's room in millimetres, `indent`: that on each side of it. A rule is the
    border of a paragraph that is indented to its length: an underline would break with the line.
    """
    if isinstance(mark, str):
        if mark:
            _line(where, mark, Style(style.size))
        return
    rule = _spacer(where, RULE)
    rule.paragraph_format.space_before = Pt(ABOVE_RULE)
    length = lengths.rule(text, style, share=mark, within=within)
    side = Mm(indent + (within - length) / 2)
    rule.paragraph_format.left_indent = rule.paragraph_format.right_indent = side
    border = _make("pBdr", _make("top", val="single", sz=6, space=0, color="000000"))
    rule._p.get_or_add_pPr().insert_element_before(border, *AFTER_BORDER)


def _spacer(where: Place, height: float) -> DocxParagraph:
    """An empty paragraph, its height in points; two adjacent tables would merge without one."""
    paragraph = where.add_paragraph()
    paragraph.paragraph_format.line_spacing_rule = WD_LINE_SPACING.EXACTLY
    paragraph.paragraph_format.line_spacing = Pt(height)
    return paragraph


def _head(made: Docx, head: Head, profile: Profile) -> None:
    widths = lengths.halves_of_head(head, profile)
    table = _halves(made, widths, 2)
    styles, below = profile.styles, profile.below
    (left, right), (number, day) = (row.cells for row in table.rows)
    if head.parent:
        _line(left, head.parent, styles["parent"])
    _line(left, head.issuer, styles["issuer"])
    _below(left, below.issuer, head.issuer, styles["issuer"], within=widths[0])
    for name in ("heading", "motto"):
        if text := getattr(head, name):
            _line(right, text, styles[name])
            _below(right, getattr(below, name), text, styles[name], within=widths[1])
    _line(number, head.number, styles["number"])
    _line(day, head.place_date, styles["place_date"])
    _titles(made, head, profile)


def _titles(made: Docx, head: Head, profile: Profile) -> None:
    style, indent = profile.styles["summary"], lengths.TITLE_INDENT
    _line(made, head.kind, profile.styles["kind"]).paragraph_format.space_before = Pt(18)
    layout = _line(made, head.summary, style).paragraph_format
    layout.left_indent = layout.right_indent = Mm(indent)
    _below(
        made,
        profile.below.summary,
        head.summary,
        style,
        within=lengths.title_width(profile),
        indent=indent,
    )
    _spacer(made, 12)


def _paragraph(made: Docx, block: Paragraph, profile: Profile) -> None:
    paragraph, body = made.add_paragraph(), profile.body
    layout = paragraph.paragraph_format
    paragraph.alignment = ALIGN["justify"]
    layout.first_line_indent, layout.space_after = Mm(body.first_line), Pt(body.gap)
    layout.line_spacing = Pt(body.line) if body.line_unit == "points" else body.line
    if body.line_unit == "points":
        layout.line_spacing_rule = WD_LINE_SPACING.EXACTLY
    layout.keep_with_next = block.keep_with_next
    run = paragraph.add_run(block.text)
    run.font.bold, run.font.italic = block.bold, block.italic


# --- tables: XML made directly, since the library needs a second for every few hundred rows ------


def _make(name: str, *children: BaseOxmlElement, **values: object) -> BaseOxmlElement:
    element = OxmlElement(f"w:{name}")
    for key, value in values.items():
        element.set(qn(f"w:{key}"), str(value))
    element.extend(children)
    return element


def _table(table: Table, profile: Profile) -> BaseOxmlElement:
    widths = [
        round(column.width * profile.paper.text_width * TWIPS_PER_MM) for column in table.columns
    ]
    lines = [
        _make(side, val="single", sz=4, space=0, color="000000")
        for side in ("top", "left", "bottom", "right", "insideH", "insideV")
    ]
    layout = (
        _make("tblW", w=sum(widths), type="dxa"),
        _make("tblInd", w=CELL_MARGIN, type="dxa"),
        _make("tblBorders", *lines),
        _make("tblLayout", type="fixed"),
        _cell_margins(CELL_MARGIN),
    )
    made = _make(
        "tbl",
        _make("tblPr", *layout),
        _make("tblGrid", *(_make("gridCol", w=width) for width in widths)),
    )
    _fill_table(made, table, widths, profile.styles["table"].size)
    return made


def _fill_table(made: BaseOxmlElement, table: Table, widths: list[int], size: float) -> None:
    """Adds the headings, repeated on every page, and the rows; no last row is alone on a page."""
    settings = [(width, column.align) for width, column in zip(widths, table.columns, strict=True)]
    headings = _row([(width, "center") for width in widths], size, bold=True, keep=True)
    headings.find(qn("w:trPr")).append(_make("tblHeader"))
    made.append(_filled(headings, [column.heading for column in table.columns]))
    plain, keep, total = (
        _row(settings, size, bold=bold, keep=keep)
        for bold, keep in ((False, False), (False, True), (True, False))
    )
    last = len(table.rows)
    for place, texts in enumerate(table.rows, start=1):
        shape = total if table.total and place == last else keep if place == last - 1 else plain
        made.append(_filled(copy.deepcopy(shape), texts))


def _row(
    settings: list[tuple[int, str]], size: float, *, bold: bool, keep: bool
) -> BaseOxmlElement:
    """An empty row that stays on one page; `keep` keeps it with the next row."""
    cells = (_cell(width, align, size, bold=bold, keep=keep) for width, align in settings)
    return _make("tr", _make("trPr", _make("cantSplit")), *cells)


def _cell(width: int, align: str, size: float, *, bold: bool, keep: bool) -> BaseOxmlElement:
    weight = [_make("b")] if bold else []
    letters = _make(
        "rPr", *weight, _make("sz", val=round(size * 2)), _make("szCs", val=round(size * 2))
    )
    written = _make("t")
    written.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
    layout = [_make("keepNext")] if keep else []
    setting = _make("pPr", *layout, _make("spacing", before=20, after=20), _make("jc", val=align))
    shape = _make("tcPr", _make("tcW", w=width, type="dxa"))
    return _make("tc", shape, _make("p", setting, _make("r", letters, written)))


def _filled(row: BaseOxmlElement, texts: Sequence[str]) -> BaseOxmlElement:
    """The row with its texts. To copy and fill a row takes a tenth of the time of making one."""
    for place, text in zip(row.iter(TEXT), texts, strict=True):
        place.text = text
    return row


def _foot(made: Docx, foot: Foot, profile: Profile) -> None:
    """Recipients and signature, on one page."""
    _spacer(made, ABOVE_FOOT).paragraph_format.keep_with_next = True
    table = _halves(made, lengths.halves_of_foot(profile), 1)
    left, right = table.rows[0].cells
    table.rows[0]._tr.get_or_add_trPr().append(_make("cantSplit"))
    styles = profile.styles
    _line(left, foot.recipients_label, styles["recipients_label"], "left")
    for one in foot.recipients:
        _line(left, f"- {one}", styles["recipients"], "left")
    for style, text in foot.above_signature:
        _line(right, text, styles[style])
    _spacer(right, SIGNATURE)
    _line(right, foot.signer, styles["signer"])
