"""Text tables (CSV, TSV): the encoding scored, the delimiter counted, the lines of `csv`."""

import csv
import io
from collections.abc import Iterator
from itertools import islice

from models.imports.encodings import decoded
from models.imports.sheets import MAX_COLUMNS, MAX_ROWS, Line, Sheet, Value
from models.refusals import Refusal

DELIMITERS = ",;\t|"
MAX_LINE = 1_000_000  # characters


def read(name: str, raw: bytes) -> list[Sheet]:
    """The one sheet of a text file.

    Refuses `import_broken` for what is no text, `import_no_table` for text without columns.
    """
    text, encoding = decoded(raw)
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if "\x00" in text or _is_noise(text):
        raise Refusal("import_broken", file=name)
    if text[:4].lower() == "sep=":
        first, _, text = text.partition("\n")
        delimiter = first[4:5] or ","
        skipped = 1
    else:
        delimiter, skipped = _delimiter(text), 0
    if not delimiter:
        raise Refusal("import_no_table", file=name)
    sheet = Sheet(name, "CSV", [], encoding=encoding)
    _fill(sheet, text, delimiter, skipped)
    return [sheet]


def _fill(sheet: Sheet, text: str, delimiter: str, skipped: int) -> None:
    reader = csv.reader(_bounded(sheet.file, text), delimiter=delimiter)
    start = 1 + skipped
    while True:
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error:
            raise Refusal("import_broken", file=sheet.file) from None
        if any(cell.strip() for cell in cells):
            if len(sheet.lines) >= MAX_ROWS:
                raise Refusal("import_too_many_rows", file=sheet.file, limit=MAX_ROWS)
            values: list[Value] = [cell or None for cell in cells[:MAX_COLUMNS]]
            sheet.lines.append(Line(start, tuple(values)))
        start = reader.line_num + 1 + skipped


def _bounded(name: str, text: str) -> Iterator[str]:
    """The lines of a text. Refuses `import_broken` for one that no table has."""
    for line in io.StringIO(text, newline=""):
        if len(line) > MAX_LINE:
            raise Refusal("import_broken", file=name)
        yield line


def _is_noise(text: str) -> bool:
    """Whether it is no text: more than a tenth of control characters and signs of a wrong byte."""
    start = text[:4000]
    bad = sum(1 for one in start if (ord(one) < 32 and one not in "\n\t") or one == "\ufffd")
    return bad * 10 > len(start)


def _delimiter(text: str) -> str:
    """The delimiter that the most lines have in common; empty where none has one."""
    lines = [line for line in islice(io.StringIO(text), 200) if line.strip()]
    counts = {one: sorted(_outside_quotes(line).count(one) for line in lines) for one in DELIMITERS}
    best = max(DELIMITERS, key=lambda one: _weight(counts[one]))
    return best if _weight(counts[best]) > 0 else ""


def _outside_quotes(line: str) -> str:
    return "".join(part for index, part in enumerate(line.split('"')) if index % 2 == 0)


def _weight(counts: list[int]) -> float:
    """How many lines agree on a number of delimiters, and how many that is."""
    having = [one for one in counts if one]
    if not having:
        return 0
    usual = max(set(having), key=having.count)
    return having.count(usual) * (1 + usual / 10)
