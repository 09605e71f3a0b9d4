"""How much a file of an office may hold, counted by a parser that keeps nothing.

The readers of formats keep elements until their parent ends, so that a file of 300 KB can take
gigabytes: what is counted here is refused before any of them sees a byte.
"""

import zipfile
from pathlib import PurePath
from typing import IO
from xml.parsers import expat

from models.imports.sheets import MAX_ROWS
from models.refusals import Refusal

MAX_UNFOLDED = 160 * 2**20
MAX_PARTS = 2_000
STREAMED = ("xl/worksheets/", "xl/sharedStrings.xml", "content.xml")
"""Parts that are read as a stream; any other one is kept whole by its reader."""
MAX_WHOLE, MAX_WHOLE_ELEMENTS = 20 * 2**20, 1_000_000
MAX_ELEMENTS = 6_000_000
MAX_CHILDREN = 20_000
MAX_DEPTH = 200
WIDE = {
    "sheetData": 1_048_576,
    "sst": 1_200_000,
    "table": 400_000,
    "tbl": 400_000,
    "cellXfs": 70_000,
    "cellStyleXfs": 70_000,
}
"""What may have more children than `MAX_CHILDREN`: rows, the texts of a workbook, its formats."""
TABLE = "urn:oasis:names:tc:opendocument:xmlns:table:1.0"
MAX_CELLS = 8_000_000
"""As many cells a sheet's rectangle may hold: calamine keeps it whole."""
CHUNK = 2**16
LEFT = {".png", ".jpg", ".jpeg", ".gif", ".bmp", ".tif", ".tiff", ".emf", ".wmf", ".bin", ".vml"}
"""Pictures, macros and settings of printers: no reader opens them."""


def require_unfolded(name: str, archive: zipfile.ZipFile) -> None:
    """Refuses `import_encrypted`, and `import_bomb` for what unfolds to more than the bounds, by
    the archive's own list of parts, at whose sizes the readers stop.
    """
    parts = archive.infolist()
    if any(part.flag_bits & 1 for part in parts):
        raise Refusal("import_encrypted", file=name)
    if len(parts) > MAX_PARTS or sum(part.file_size for part in parts) > MAX_UNFOLDED:
        raise Refusal("import_bomb", file=name)


def require_bounded(name: str, archive: zipfile.ZipFile) -> None:
    """Refuses what `require_unfolded` and `_Scan` do."""
    require_unfolded(name, archive)
    left = MAX_ELEMENTS
    for part in archive.infolist():
        streamed = part.filename.startswith(STREAMED)
        if streamed or part.file_size <= MAX_WHOLE:
            most = left if streamed else min(left, MAX_WHOLE_ELEMENTS)
            with archive.open(part) as source:
                left -= _Scan(name, most).run(source)
        elif PurePath(part.filename).suffix.lower() not in LEFT:
            raise Refusal("import_bomb", file=name)


class _Scan:
    """Goes through a part of an archive, if it is XML, and counts its elements.

    Refuses `import_bomb` for too many, too deep or too many in one, and `import_broken` for a part
    with a document type of its own.
    """

    def __init__(self, name: str, most: int) -> None:
        self.name, self.left = name, most
        self.depth: list[int] = []  # how many more children each open element may have
        self.rows = self.cells = 0
        self.row: list[int] | None = None  # an ODS row: how often, how wide, and its open cell

    def run(self, source: IO[bytes]) -> int:
        """How many elements there were; 0 for what is no XML."""
        first = source.read(CHUNK)
        if not first.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<"):
            if first.startswith((b"\xff\xfe", b"\xfe\xff", b"\x00<", b"<\x00")):
                raise Refusal("import_broken", file=self.name)  # no office writes a part so
            return 0
        parser = expat.ParserCreate(namespace_separator=" ")
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.StartDoctypeDeclHandler = self._doctype
        before = self.left
        try:
            parser.Parse(first, False)
            while chunk := source.read(CHUNK):
                parser.Parse(chunk, False)
            parser.Parse(b"", True)
        except expat.ExpatError:
            raise Refusal("import_broken", file=self.name) from None
        return before - self.left

    def _doctype(self, *_: object) -> None:
        raise Refusal("import_broken", file=self.name)

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        self.left -= 1
        if self.depth:
            self.depth[-1] -= 1
            if self.depth[-1] < 0:
                raise Refusal("import_bomb", file=self.name)
        if self.left < 0 or len(self.depth) > MAX_DEPTH:
            raise Refusal("import_bomb", file=self.name)
        space, _, local = tag.rpartition(" ")
        self.depth.append(WIDE.get(local, MAX_CHILDREN))
        if space == TABLE:
            self._start_ods(local, attributes)
        elif self.row is not None and self.row[2]:
            self.row[1] += self.row[2]  # an open cell that holds anything
            self.row[2] = 0

    def _start_ods(self, local: str, attributes: dict[str, str]) -> None:
        """What a repeated row or cell of a workbook of LibreOffice would unfold to."""
        if local == "table-row":
            self.row = [_number(attributes, "rows"), 0, 0]
        elif local == "table-cell" and self.row is not None:
            self.row[2] = _number(attributes, "columns")

    def _end(self, tag: str) -> None:
        self.depth.pop()
        if tag == f"{TABLE} table-cell" and self.row is not None:
            self.row[2] = 0
        if tag == f"{TABLE} table-row" and self.row is not None:
            times, width, _ = self.row
            if width:
                self.rows, self.cells = self.rows + times, self.cells + times * width
            self.row = None
            if self.rows > MAX_ROWS or self.cells > MAX_CELLS:
                raise Refusal("import_bomb", file=self.name)


def _number(attributes: dict[str, str], what: str) -> int:
    written = attributes.get(f"{TABLE} number-{what}-repeated", "1")
    return int(written) if written.isdecimal() and len(written) < 10 else 1
