"""Official documents as DOCX, for offices that go on writing in them."""

import copy
import io
from collections.abc import Sequence
from dataclasses import replace

from docx import Document as new_docx
from docx.document import Document as Docx
from docx.enum.section import WD_ORIENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING, WD_TAB_ALIGNMENT
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.opc.part import Part
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.oxml.xmlchemy import BaseOxmlElement
from docx.section import Section, _Footer, _Header
from docx.shared import Mm, Pt
from docx.table import Table as DocxTable
from docx.table import _Cell
from docx.text.paragraph import Paragraph as DocxParagraph

from data.documents import lengths
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
from data.documents.profiles import Profile, Style
from models.text import writable

ALIGN = {
    name: getattr(WD_ALIGN_PARAGRAPH, name.upper())
    for name in ("left", "center", "right", "justify")
}
LANGUAGES = {"vi": "vi-VN", "en": "en-GB"}
TEXT = qn("w:t")
TWIPS_PER_MM = 1440 / 25.4
CELL_MARGIN = round(lengths.PADDING * TWIPS_PER_MM)  # twips on both sides of a cell's text
CELL_SPACE = 20 * lengths.PADDING_ABOVE  # twips above and below it
RULE, ABOVE_RULE = 4, 2  # points: the height of a rule, and the space above it
MARK = Style(size=11, bold=True)
APPLICATION = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
    '<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/extended-properties">'
    "<Application>Sẵn Sàng</Application></Properties>"
)
# What the library's own empty document brings along, by the ends of its relationships' kinds.
LEFTOVERS = ("/thumbnail", "/customXml", "/stylesWithEffects")
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
# Those that have to come before mirrored margins in a document's settings.
BEFORE_MIRRORED = ("w:writeProtection", "w:view", "w:zoom")
Place = Docx | _Cell | _Footer
"""Where paragraphs are added."""


def docx_bytes(document: Document) -> bytes:
    """The document as a file of a word processor."""
    document = rewritten(document, writable)
    made = new_docx()
    _properties(made, document)
    _letters(made, document)
    _page(made, made.sections[0], document)
    _head(made, document.head, document.profile)
    for block in _with_last_block_at_foot(document.blocks):
        _block(made, block, document.profile)
    if document.blocks and isinstance(document.blocks[-1], Table):
        made.paragraphs[-1].paragraph_format.keep_with_next = True
    _foot(made, document.foot, document.profile)
    _annex(made, document)
    written = io.BytesIO()
    made.save(written)
    return written.getvalue()


def _properties(made: Docx, document: Document) -> None:
    """The file's own properties, and none of the library's: its dates, its program, its picture."""
    facts = made.core_properties
    facts.title, facts.author = document.title, document.head.issuer
    facts.comments, facts.language = "", LANGUAGES[document.language]
    facts.created = facts.modified = document.at.replace(tzinfo=None)
    facts.last_modified_by, facts.revision = document.head.issuer, 1
    package = made.part.package
    for relations in (package.rels, made.part.rels):
        for name, relation in list(relations.items()):
            if relation.reltype.endswith(LEFTOVERS):
                del relations[name]
            elif relation.reltype == RELATIONSHIP_TYPE.EXTENDED_PROPERTIES:
                known = relation.target_part
                own = Part(known.partname, known.content_type, APPLICATION.encode(), package)
                relation._target = own


def _with_last_block_at_foot(blocks: tuple[Block, ...]) -> tuple[Block, ...]:
    """Keeps the last line of the text on the signature's page."""
    if not blocks:
        return blocks
    last = blocks[-1]
    if isinstance(last, Table):
        return (*blocks[:-1], replace(last, at_foot=True))
    return (*blocks[:-1], replace(last, keep_with_next=True))


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


def _page(made: Docx, section: Section, document: Document) -> None:
    paper, number = document.profile.paper, document.profile.page_number
    section.page_width, section.page_height = Mm(paper.width), Mm(paper.height)
    if paper.width > paper.height:
        section.orientation = WD_ORIENT.LANDSCAPE
    for side in ("top", "bottom", "left", "right"):
        setattr(section, f"{side}_margin", Mm(getattr(paper, side)))
    if paper.mirrored:
        settings = made.settings.element
        before = [one for one in settings if one.tag in map(qn, BEFORE_MIRRORED)]
        settings.insert(len(before), _make("mirrorMargins"))
    section.header_distance = Mm(number.from_top)
    section.footer_distance = Mm(paper.bottom / 2)
    section.different_first_page_header_footer = True
    _page_head(section.header, document, numbered=True)
    if document.mark:
        _page_head(section.first_page_header, document, numbered=False)
    for footer in (section.first_page_footer, section.footer) if document.note else ():
        _line(footer, document.note, MARK, paragraph=footer.paragraphs[0])


def _page_head(header: _Header, document: Document, *, numbered: bool) -> None:
    """The page's number in the middle of the upper margin, and a mark at its left."""
    paragraph = header.paragraphs[0]
    paragraph.alignment = ALIGN["center"]
    if document.mark:
        paragraph.alignment = ALIGN["left"]
        middle = Mm(document.profile.paper.text_width / 2)
        paragraph.paragraph_format.tab_stops.add_tab_stop(middle, WD_TAB_ALIGNMENT.CENTER)
        font = paragraph.add_run(document.mark).font
        font.size, font.bold = Pt(MARK.size), MARK.bold
    if not numbered:
        return
    run = paragraph.add_run()
    run.font.size = Pt(document.profile.page_number.size)
    if document.mark:
        run.add_tab()
    for kind, text in (("begin", ""), ("", "PAGE"), ("end", "")):
        run._r.append(_field(kind, text))


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
        row._tr.get_or_add_trPr().append(_make("cantSplit"))
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
    paragraph._p.get_or_add_pPr().append(_make("rPr", *_sizes(style.size)))
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
    if head.urgency:
        _line(number, head.urgency, styles["urgency"])
    _line(day, head.place_date, styles["place_date"])
    _titles(made, head, profile)


def _titles(made: Docx, head: Head, profile: Profile) -> None:
    style, indent = profile.styles["summary"], lengths.TITLE_INDENT
    kind = _line(made, head.kind, profile.styles["kind"])
    kind.paragraph_format.space_before = Pt(lengths.ABOVE_TITLE)
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
    _spacer(made, lengths.BELOW_TITLE)


def _paragraph(made: Docx, block: Paragraph, profile: Profile) -> None:
    paragraph, body = made.add_paragraph(), profile.body
    layout = paragraph.paragraph_format
    paragraph.alignment = ALIGN[block.align]
    layout.space_after = Pt(body.gap)
    if block.align == "justify":
        layout.first_line_indent = Mm(body.first_line)
    layout.line_spacing = Pt(body.line) if body.line_unit == "points" else body.line
    if body.line_unit == "points":
        layout.line_spacing_rule = WD_LINE_SPACING.EXACTLY
    layout.keep_with_next = block.keep_with_next
    if block.level:  # so that a reader of the file can go from heading to heading
        layout_level = _make("outlineLvl", val=block.level - 1)
        paragraph._p.get_or_add_pPr().insert_element_before(layout_level, "w:rPr")
    style = profile.styles[block.style] if block.style else None
    run = paragraph.add_run(style.cased(block.text) if style else block.text)
    run.font.bold, run.font.italic = block.bold, block.italic
    if style:
        run.font.size = Pt(style.size)
        run.font.bold, run.font.italic = style.bold, style.italic


# --- tables: XML made directly, since the library needs a second for every few hundred rows ------


def _make(name: str, *children: BaseOxmlElement, **values: object) -> BaseOxmlElement:
    element = OxmlElement(f"w:{name}")
    for key, value in values.items():
        element.set(qn(f"w:{key}"), str(value))
    element.extend(children)
    return element


def _table(table: Table, profile: Profile) -> BaseOxmlElement:
    widths = [round(width * TWIPS_PER_MM) for width in lengths.columns(table, profile)]
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
        for bold, keep in ((False, False), (False, True), (table.total, table.at_foot))
    )
    heading = _row([(sum(widths), "left")], size, bold=True, keep=True)
    heading.find(qn("w:tc")).find(qn("w:tcPr")).append(_make("gridSpan", val=len(widths)))
    last = len(table.rows)
    for place, texts in enumerate(table.rows, start=1):
        if place - 1 in table.wide:
            made.append(_filled(copy.deepcopy(heading), texts[:1]))
            continue
        shape = total if place == last else keep if place == last - 1 else plain
        made.append(_filled(copy.deepcopy(shape), texts))


def _row(
    settings: list[tuple[int, str]], size: float, *, bold: bool, keep: bool
) -> BaseOxmlElement:
    """An empty row that stays on one page; `keep` keeps it with the next row."""
    cells = (_cell(width, align, size, bold=bold, keep=keep) for width, align in settings)
    return _make("tr", _make("trPr", _make("cantSplit")), *cells)


def _cell(width: int, align: str, size: float, *, bold: bool, keep: bool) -> BaseOxmlElement:
    weight = [_make("b")] if bold else []
    letters = _make("rPr", *weight, *_sizes(size))
    written = _make("t")
    written.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
    layout = [_make("keepNext")] if keep else []
    spacing = _make("spacing", before=CELL_SPACE, after=CELL_SPACE)
    # The end of a paragraph has a height too, and an empty cell has nothing else.
    mark = _make("rPr", *_sizes(size))
    setting = _make("pPr", *layout, spacing, _make("jc", val=align), mark)
    shape = _make("tcPr", _make("tcW", w=width, type="dxa"))
    return _make("tc", shape, _make("p", setting, _make("r", letters, written)))


def _sizes(size: float) -> list[BaseOxmlElement]:
    """A size of letters, in the half points of the format."""
    return [_make(name, val=round(size * 2)) for name in ("sz", "szCs")]


def _filled(row: BaseOxmlElement, texts: Sequence[str]) -> BaseOxmlElement:
    """The row with its texts. To copy and fill a row takes a tenth of the time of making one."""
    for place, text in zip(row.iter(TEXT), texts, strict=True):
        place.text = text
    return row


# --- signature and annex -------------------------------------------------------------------------


def _foot(made: Docx, foot: Foot, profile: Profile) -> None:
    """Recipients and signature side by side, or two signatures and the recipients below them."""
    _spacer(made, lengths.ABOVE_FOOT).paragraph_format.keep_with_next = True
    two = len(foot.signatures) > 1
    table = _halves(made, lengths.halves_of_foot(profile), 2 if two else 1)
    left, right = table.rows[0].cells
    for cell, signature in zip((left, right) if two else (right,), foot.signatures, strict=True):
        _signature(cell, signature, profile)
    if two:
        for paragraph in (*left.paragraphs, *right.paragraphs):
            paragraph.paragraph_format.keep_with_next = True
        left, right = table.rows[1].cells
        _spacer(right, 1)
    styles = profile.styles
    _line(left, foot.recipients_label, styles["recipients_label"], "left")
    for one in foot.recipients:
        _line(left, f"- {one}", styles["recipients"], "left")


def _signature(cell: _Cell, signature: Signature, profile: Profile) -> None:
    for style, text in signature.above:
        _line(cell, text, profile.styles[style])
    _spacer(cell, profile.signature)
    _line(cell, signature.signer, profile.styles["signer"])


def _annex(made: Docx, document: Document) -> None:
    """What follows the signature, on pages of its own.

    A word processor needs a paragraph after the last table, and would make one as high as a line.
    """
    begins = _spacer(made, 1)
    for block in document.annex:
        begins.paragraph_format.page_break_before = True
        _block(made, block, document.profile)
