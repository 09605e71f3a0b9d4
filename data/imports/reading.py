"""Reading an office's file: which format it is, within which bounds, and its sheets.

Formulas and links are never evaluated. Whatever is wrong with a file is one refusal (`import_…`)
with the file's name; memory and time are bounded before a format's own reader sees a byte.
"""

import io
import logging
import zipfile
import zlib
from collections.abc import Callable
from functools import partial
from pathlib import PurePath

from data.imports import csv_text, docx_tables, spreadsheets, xls_apart, xlsx_cells
from data.imports.bounds import require_bounded, require_unfolded
from models.imports.encodings import DECODERS, best_decoder
from models.imports.sheets import Line, Sheet
from models.refusals import Refusal
from models.text import clean

log = logging.getLogger(__name__)

MAX_BYTES = 20 * 2**20
OLE, ZIP = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"PK\x03\x04"
PICTURES = (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"BM", b"II*\x00", b"MM\x00*", b"%PDF", b"RIFF")

Reader = Callable[[str, bytes], list[Sheet]]
Progress = Callable[[int], None]
"""Takes how many rows of a file were read so far."""


def read_file(name: str, raw: bytes, progress: Progress = lambda rows: None) -> list[Sheet]:
    """The sheets of a file that hold anything, decoded. `progress`: of a workbook of Excel, the
    format that takes its time, as it is read.

    Refuses `import_…`: what is empty, too large, encrypted, broken, no table, a picture or a scan,
    another format than its name says, or one that is not read here.
    """
    shown_name = clean(PurePath(name.replace("\\", "/")).name)[:80] or "?"
    sheets = _sheets(shown_name, raw, partial(_read, progress=progress))
    found = [_legible(sheet) for sheet in sheets if sheet.lines]
    if not found:
        raise Refusal("import_no_table", file=shown_name)
    return found


def hidden_sheets(name: str, raw: bytes) -> list[Sheet]:
    """The sheets of a workbook of Excel that no person sees, as they stand; none of another file.

    Refuses `import_…` as `read_file` does.
    """
    return _sheets(clean(PurePath(name).name)[:80] or "?", raw, _hidden)


def _read(name: str, raw: bytes, progress: Progress) -> list[Sheet]:
    reader = _reader(name, raw)
    if reader is xlsx_cells.read:
        return xlsx_cells.read(name, raw, progress)
    return reader(name, raw)


def _hidden(name: str, raw: bytes) -> list[Sheet]:
    if _reader(name, raw) is not xlsx_cells.read:
        return []
    return xlsx_cells.read(name, raw, hidden=True)


def _sheets(shown_name: str, raw: bytes, read: Reader) -> list[Sheet]:
    """What a reader finds in a file; whatever it raises is one refusal."""
    if not raw:
        raise Refusal("import_empty", file=shown_name)
    if len(raw) > MAX_BYTES:
        raise Refusal("import_too_large", file=shown_name, megabytes=MAX_BYTES // 2**20)
    try:
        return read(shown_name, raw)
    except Refusal:
        raise
    except (RecursionError, MemoryError):
        raise Refusal("import_too_large", file=shown_name, megabytes=MAX_BYTES // 2**20) from None
    except Exception as failure:  # the readers of formats raise whatever a broken file meets
        log.info("a file could not be read: %s", type(failure).__name__)
        raise Refusal("import_broken", file=shown_name) from None


MAX_PAGE_ROWS = 10_000
"""More rows are read by the command line alone: a page would hold up the server's other visitors
at each answer."""
_ROWS = (b"<row", b"<table:table-row", b"<w:tr ", b"<w:tr>")
_ROW_OF_XLS = 60  # bytes: the least that a row of an old workbook takes


def require_for_page(name: str, raw: bytes) -> None:
    """Refuses `import_rows_for_page` for a file of more rows than a page looks through.

    The rows are counted by their marks, without reading a cell; what is broken passes, and is
    refused by its reader.
    """
    if rows_at_most(name, raw) > MAX_PAGE_ROWS:
        raise Refusal("import_rows_for_page", file=clean(name)[:80], limit=MAX_PAGE_ROWS)


def rows_at_most(name: str, raw: bytes) -> int:
    """About how many rows a file holds; 0 for what its reader refuses."""
    if raw.startswith(OLE):
        return len(raw) // _ROW_OF_XLS
    if not raw.startswith(ZIP):
        return raw.count(b"\n")
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as archive:
            require_unfolded(name, archive)
            parts = (archive.read(part) for part in archive.namelist() if part.endswith(".xml"))
            return sum(text.count(mark) for text in parts for mark in _ROWS)
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, zlib.error, EOFError):
        return 0
    except Refusal:  # said by its reader, beside what the other files hold
        return 0


def _reader(name: str, raw: bytes) -> Reader:
    """The reader for what the file is, whatever its name says."""
    if raw.startswith(PICTURES):
        raise Refusal("import_picture", file=name)
    if raw.startswith(OLE):
        return _ole(name, raw)
    if raw.startswith(ZIP):
        return _zipped(name, raw)
    if PurePath(name).suffix.lower() in (".xlsx", ".xlsm", ".ods", ".docx", ".xls"):
        start = raw[:400].lstrip().lower()
        if start.startswith((b"<html", b"<!doctype", b"<?xml", b"<table")):
            raise Refusal("import_web_page", file=name)
        if b"\x00" in raw[:400] and not raw.startswith((b"\xff\xfe", b"\xfe\xff")):
            raise Refusal("import_broken", file=name)
    if raw.lstrip()[:6].lower() in (b"<html>", b"<!doct", b"<table") or raw.startswith(b"{\\rtf"):
        raise Refusal("import_web_page", file=name)
    return csv_text.read


def _ole(name: str, raw: bytes) -> Reader:
    """An old binary file: a workbook, or what a password or another program made."""
    if "EncryptedPackage".encode("utf-16-le") in raw:
        raise Refusal("import_encrypted", file=name)
    if "WordDocument".encode("utf-16-le") in raw:
        raise Refusal("import_old_word", file=name)
    if not any(part.encode("utf-16-le") in raw for part in ("Workbook", "Book")):
        raise Refusal("import_unknown_format", file=name)
    return xls_apart.read


def _zipped(name: str, raw: bytes) -> Reader:
    with zipfile.ZipFile(io.BytesIO(raw)) as archive:
        require_bounded(name, archive)
        return _kind_of_zip(name, archive, set(archive.namelist()))


def _kind_of_zip(name: str, archive: zipfile.ZipFile, parts: set[str]) -> Reader:
    if "xl/workbook.xml" in parts or any(part.startswith("xl/workbook") for part in parts):
        if "xl/workbook.bin" in parts:
            raise Refusal("import_unknown_format", file=name)
        return xlsx_cells.read
    if "word/document.xml" in parts:
        return docx_tables.read
    if "content.xml" in parts and "mimetype" in parts:
        mimetype = archive.read("mimetype")[:100]
        if b"spreadsheet" not in mimetype:
            raise Refusal("import_unknown_format", file=name)
        manifest = (
            archive.read("META-INF/manifest.xml") if "META-INF/manifest.xml" in parts else b""
        )
        if b"encryption-data" in manifest:
            raise Refusal("import_encrypted", file=name)
        return spreadsheets.read_ods
    raise Refusal("import_unknown_format", file=name)


def _legible(sheet: Sheet) -> Sheet:
    """The sheet with its cells decoded where they came in an old font's encoding."""
    texts = [cell for line in sheet.lines[:400] for cell in line.cells if isinstance(cell, str)]
    name = best_decoder(texts)
    if not name:
        return sheet
    decode = DECODERS[name]

    def read(line: Line) -> Line:
        cells = (decode(one) if isinstance(one, str) else one for one in line.cells)
        return Line(line.number, tuple(cells))

    sheet.lines = [read(line) for line in sheet.lines]
    sheet.before = [decode(one) for one in sheet.before]
    sheet.encoding = name
    return sheet
