"""Official documents as DOCX, for offices that go on writing in them."""

import io

from docx import Document as new_docx
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt

from data.documents import fonts
from data.documents.content import Document, Foot, Head, Paragraph, Table
from data.documents.profiles import Profile, Style

FONT = "Times New Roman"
ALIGN = {name: getattr(WD_ALIGN_PARAGRAPH, name.upper()) for name in ("left", "center", "right", "justify")}
LEFT_PART = 0.43  # of the text's width, for the left half of head and foot
TWIPS_PER_MM = 1440 / 25.4
POINTS_PER_MM = 72 / 25.4
CELL_MARGIN = 70  # twips beside a cell's text
SLACK = 2  # millimetres that a ruled line has to spare: a word processor may lack the typeface and take a wider one
SIGNED_IN = 60  # points left free for a signature


def docx_bytes(document: Document) -> bytes:
    """The document as a file of a word processor."""
    made = new_docx()
    made.core_properties.title, made.core_properties.author = document.title, document.head.issuer
    _letters(made, document.profile)
    _page(made.sections[0], document.profile)
    _head(made, document.head, document.profile)
    for block in document.blocks:
        if isinstance(block, Table):
            made.element.body.insert_element_before(_table(block, document.profile), "w:sectPr")
            _spacer(made, document.profile)
        else:
            _paragraph(made, block, document.profile)
    _foot(made, document.foot, document.profile)
    written = io.BytesIO()
    made.save(written)
    return written.getvalue()


def _letters(made, profile: Profile) -> None:
    """One typeface for every script; else a word processor takes its theme's for some letters."""
    normal = made.styles["Normal"]
    normal.font.name, normal.font.size = FONT, Pt(profile.body.size)
    for script in ("ascii", "hAnsi", "eastAsia", "cs"):
        normal.element.rPr.rFonts.set(qn(f"w:{script}"), FONT)
    language = OxmlElement("w:lang")
    language.set(qn("w:val"), "vi-VN")
    normal.element.rPr.append(language)


def _page(section, profile: Profile) -> None:
    section.page_width, section.page_height = Mm(210), Mm(297)
    for side in ("top", "bottom", "left", "right"):
        setattr(section, f"{side}_margin", Mm(getattr(profile.margins, side)))
    section.header_distance = Mm(profile.page_number.from_top)
    section.different_first_page_header_footer = True
    number = section.header.paragraphs[0]
    number.alignment = ALIGN["center"]
    run = number.add_run()
    run.font.size = Pt(profile.page_number.size)
    for kind, text in (("begin", ""), ("", "PAGE"), ("end", "")):
        run._r.append(_field(kind, text))


def _field(kind: str, text: str):
    if kind:
        mark = OxmlElement("w:fldChar")
        mark.set(qn("w:fldCharType"), kind)
        return mark
    told = OxmlElement("w:instrText")
    told.text = text
    return told


def _halves(made, profile: Profile, rows: int):
    """A table without lines that holds what stands side by side; its two widths in millimetres."""
    widths = [profile.margins.text_width * part for part in (LEFT_PART, 1 - LEFT_PART)]
    table = made.add_table(rows=rows, cols=2)
    table.autofit = False
    table._tbl.tblPr.insert_element_before(_cell_margins(0), "w:tblLook")  # in the order that the format asks for
    for column, width in zip(table.columns, widths, strict=True):
        column.width = Mm(width)  # some word processors go by the columns, others by the cells
    for row in table.rows:
        for cell, width in zip(row.cells, widths, strict=True):
            cell.width = Mm(width)
            cell._tc.remove(cell.paragraphs[0]._p)
    return table, widths


def _cell_margins(twips: int):
    margins = OxmlElement("w:tblCellMar")
    for side in ("left", "right"):
        one = OxmlElement(f"w:{side}")
        one.set(qn("w:w"), str(twips))
        one.set(qn("w:type"), "dxa")
        margins.append(one)
    return margins


def _line(cell, text: str, style: Style, align: str = "center"):
    """One line of head or foot; an empty one keeps its height."""
    paragraph = cell.add_paragraph()
    paragraph.alignment = ALIGN[align]
    paragraph.paragraph_format.space_after = Pt(0)
    run = paragraph.add_run(style.told(text))
    run.font.size, run.font.bold, run.font.italic, run.font.underline = (
        Pt(style.size),
        style.bold,
        style.italic,
        style.underline,
    )
    return paragraph


def _ruled(paragraph, *, within: float, length: float) -> None:
    """Draws a rule of a length under a paragraph that is `within` wide, both in millimetres."""
    paragraph.paragraph_format.left_indent = paragraph.paragraph_format.right_indent = Mm(max((within - length - SLACK) / 2, 0))
    borders, rule = OxmlElement("w:pBdr"), OxmlElement("w:bottom")
    for name, value in (("val", "single"), ("sz", "6"), ("space", "1"), ("color", "000000")):
        rule.set(qn(f"w:{name}"), value)
    borders.append(rule)
    paragraph._p.get_or_add_pPr().insert_element_before(
        borders, "w:shd", "w:tabs", "w:suppressAutoHyphens", "w:spacing", "w:ind", "w:contextualSpacing", "w:jc", "w:rPr"
    )


def _as_long(text: str, style: Style) -> float:
    """The width of a line in millimetres."""
    return fonts.width(style.told(text), size=style.size, bold=style.bold, italic=style.italic) / POINTS_PER_MM


def _head(made, head: Head, profile: Profile) -> None:
    table, (left_width, right_width) = _halves(made, profile, 2)
    styles = profile.styles
    (left, right), (number, day) = (row.cells for row in table.rows)
    if head.parent:
        _line(left, head.parent, styles["parent"])
    issuer = _line(left, head.issuer, styles["issuer"])
    if profile.issuer_mark == "rule":
        _ruled(issuer, within=left_width, length=_as_long(head.issuer, styles["issuer"]) * 0.4)
    else:
        _line(left, "*", styles["number"])
    for name in ("heading", "motto"):
        if text := getattr(head, name):
            line = _line(right, text, styles[name])
            if name == profile.rule_under:
                _ruled(line, within=right_width, length=_as_long(text, styles[name]))
    _line(number, head.number, styles["number"])
    _line(day, head.place_date, styles["place_date"])
    _titles(made, head, profile)


def _titles(made, head: Head, profile: Profile) -> None:
    styles = profile.styles
    kind = _line(made, head.kind, styles["kind"])
    kind.paragraph_format.space_before = Pt(18)
    summary = _line(made, head.summary, styles["summary"])
    if profile.summary_mark == "rule":
        _ruled(summary, within=profile.margins.text_width, length=profile.margins.text_width * 0.25)
    else:
        summary = _line(made, "-----", styles["summary"])
    summary.paragraph_format.space_after = Pt(12)


def _paragraph(made, block: Paragraph, profile: Profile) -> None:
    paragraph = made.add_paragraph()
    layout = paragraph.paragraph_format
    paragraph.alignment = ALIGN["justify"]
    layout.first_line_indent, layout.space_after = Mm(profile.body.first_line), Pt(profile.body.gap)
    layout.line_spacing_rule, layout.line_spacing = WD_LINE_SPACING.EXACTLY, Pt(profile.body.line)
    layout.keep_with_next = block.kept
    paragraph.add_run(block.text).font.bold = block.bold


def _spacer(made, profile: Profile) -> None:
    """Two tables without a paragraph between them would become one."""
    paragraph = made.add_paragraph()
    paragraph.paragraph_format.space_after = Pt(0)
    paragraph.paragraph_format.line_spacing = Pt(profile.body.gap)


# --- tables: their XML is made directly, since the library needs a second for every few hundred rows ---------------------


def _make(name: str, *children, **values: object):
    element = OxmlElement(f"w:{name}")
    for key, value in values.items():
        element.set(qn(f"w:{key}"), str(value))
    element.extend(children)
    return element


def _table(table: Table, profile: Profile):
    widths = [round(column.width * profile.margins.text_width * TWIPS_PER_MM) for column in table.columns]
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
    made = _make("tbl", _make("tblPr", *layout), _make("tblGrid", *(_make("gridCol", w=width) for width in widths)))
    size = profile.styles["table"].size
    headings = [(column.heading, "center") for column in table.columns]
    made.append(_row(headings, widths, size, bold=True, heading=True))
    for place, row in enumerate(table.rows, start=1):
        cells = [(text, column.align) for text, column in zip(row, table.columns, strict=True)]
        made.append(_row(cells, widths, size, bold=table.total and place == len(table.rows)))
    return made


def _row(cells: list[tuple[str, str]], widths: list[int], size: float, *, bold: bool, heading: bool = False):
    layout = _make("trPr", _make("cantSplit"), *([_make("tblHeader")] if heading else []))
    return _make(
        "tr", layout, *(_cell(text, align, width, size, bold=bold) for (text, align), width in zip(cells, widths, strict=True))
    )


def _cell(text: str, align: str, width: int, size: float, *, bold: bool):
    letters = _make(
        "rPr", *([_make("b")] if bold else []), _make("sz", val=round(size * 2)), _make("szCs", val=round(size * 2))
    )
    told = _make("t")
    told.text = text
    told.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
    setting = _make("pPr", _make("spacing", before=20, after=20), _make("jc", val=align))
    return _make("tc", _make("tcPr", _make("tcW", w=width, type="dxa")), _make("p", setting, _make("r", letters, told)))


def _foot(made, foot: Foot, profile: Profile) -> None:
    """Whoever signs and whoever receives it stay together on one page."""
    table, _ = _halves(made, profile, 1)
    left, right = table.rows[0].cells
    table.rows[0]._tr.get_or_add_trPr().append(_make("cantSplit"))
    styles = profile.styles
    _line(left, foot.recipients_label, styles["recipients_label"], "left")
    for one in foot.recipients:
        _line(left, f"- {one}", styles["recipients"], "left")
    _line(right, foot.authority, styles["authority"])
    _line(right, foot.position, styles["place_date"]).paragraph_format.space_after = Pt(SIGNED_IN)
