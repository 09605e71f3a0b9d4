"""Tables as CSV, for office programs: no cell of it is a formula, whatever separator they take."""

import csv
import io
import re
from collections.abc import Iterable, Sequence

from models.text import writable

# What begins a formula, at the beginning of a cell or after what another program takes for the end
# of one: Vietnamese settings separate by semicolons, and would compute the rest of "x;=1+1".
FORMULA = re.compile(r"((?:^|[,;|\t\r\n])[ \"]*)(?=[=+\-@＝＋－＠])")


def csv_bytes(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    """UTF-8 with a BOM, without which an office program takes another encoding; commas."""
    written = io.StringIO()
    table = csv.writer(written)
    table.writerow(map(harmless, headings))
    table.writerows([harmless(cell) for cell in row] for row in rows)
    return written.getvalue().encode("utf-8-sig")


def harmless(cell: str) -> str:
    """The cell with an apostrophe before whatever a spreadsheet would take for a formula."""
    return FORMULA.sub(r"\1'", writable(cell))
