"""An old workbook (XLS) read in a process of its own: a damaged one makes its reader ask for more
memory than there is, which ends the process that it runs in.
"""

import json
import subprocess
import sys
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

from data.imports import spreadsheets
from models.imports.sheets import Line, Sheet, Span, Value
from models.refusals import Refusal

ROOT = Path(__file__).parents[2]
SECONDS = 60


def read(name: str, raw: bytes) -> list[Sheet]:
    """Refuses what `spreadsheets.read_xls` does, and `import_broken` where its process ended."""
    command = [sys.executable, "-m", "data.imports.xls_apart"]
    try:
        done = subprocess.run(
            command, input=raw, capture_output=True, timeout=SECONDS, check=True, cwd=ROOT
        )
        answer = json.loads(done.stdout)
    except (subprocess.SubprocessError, ValueError):
        raise Refusal("import_broken", file=name) from None
    if "code" in answer:
        raise Refusal(answer["code"], **answer["facts"] | {"file": name})
    return [_sheet(name, one) for one in answer["sheets"]]


def _sheet(name: str, stored: dict[str, Any]) -> Sheet:
    lines = [Line(number, tuple(map(_value, cells))) for number, cells in stored["lines"]]
    return Sheet(name, stored["name"], lines, [Span(*one) for one in stored["merged"]])


def _value(stored: Any) -> Value:
    if not isinstance(stored, list):
        return stored  # type: ignore[no-any-return]
    kinds: dict[str, Any] = {"datetime": datetime, "date": date, "time": time}
    value: Value = kinds[stored[0]].fromisoformat(stored[1])
    return value


def _stored(value: Value) -> Any:
    if isinstance(value, datetime | date | time):
        return [type(value).__name__, value.isoformat()]
    return value


def _answer(raw: bytes) -> dict[str, Any]:
    try:
        sheets = spreadsheets.read_xls("a.xls", raw)
    except Refusal as refusal:
        return {"code": refusal.code, "facts": refusal.facts}
    return {
        "sheets": [
            {
                "name": one.name,
                "lines": [[line.number, list(map(_stored, line.cells))] for line in one.lines],
                "merged": [[span.top, span.left, span.bottom, span.right] for span in one.merged],
            }
            for one in sheets
        ]
    }


if __name__ == "__main__":
    json.dump(_answer(sys.stdin.buffer.read()), sys.stdout)
