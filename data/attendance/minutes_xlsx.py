"""The minutes of attendance as a workbook: figures by item and delegation on the first sheet,
then a sheet for each item.
"""

from collections.abc import Iterator

from data.attendance.minutes import FIGURES, figures, note
from data.attendance.report import AttendanceReport, DelegationReport, ItemReport, Line
from data.documents import xlsx
from data.documents.content import written_moment
from data.documents.xlsx import Row, Sheet, Value, local_time, sheet_names
from data.words import Words


def workbook_bytes(report: AttendanceReport, words: Words) -> bytes:
    """The workbook. Figures are numbers, times are local times, and what people typed stays
    text, whatever it begins with.
    """
    return xlsx.workbook_bytes(words("document.minutes.kind"), _sheets(report, words))


def _sheets(report: AttendanceReport, words: Words) -> Iterator[Sheet]:
    yield _figures(report, words)
    names = sheet_names([words.of(item.item, "short") for item in report.items])
    for item, name in zip(report.items, names, strict=True):
        yield _everybody(name, report, item, words)


def _figures(report: AttendanceReport, words: Words) -> Sheet:
    columns = [(words("attendance.item"), 44), (words("document.minutes.delegation"), 26)]
    columns += [(words(f"document.minutes.{name}"), 13) for name in FIGURES]
    rows = []
    for item in report.items:
        title = words.of(item.item, "title")
        rows += [Row([title, words.fact(one.name), *figures(one.head)]) for one in item.delegations]
        rows.append(Row([title, words("document.minutes.total"), *figures(item.head)], bold=True))
    title = words("document.minutes.summary", event=words.of(report.event, "short_name"))
    name = words("document.minutes.by_delegation")
    return Sheet(name, title, _as_at(report, words), columns, rows, _rehearsal(report, words))


def _everybody(name: str, report: AttendanceReport, item: ItemReport, words: Words) -> Sheet:
    widths = {
        "place": 7,
        "delegation": 24,
        "delegate": 52,
        "badge": 10,
        "stands": 24,
        "came_at": 20,
        "note": 44,
    }
    columns = [(words(f"document.minutes.{key}"), width) for key, width in widths.items()]
    lines = [(one, line) for one in item.delegations for line in one.lines]
    rows = [
        Row([place, *_cells(one, line, words)]) for place, (one, line) in enumerate(lines, start=1)
    ]
    title, mark = words.of(item.item, "title"), _rehearsal(report, words)
    return Sheet(name, title, _as_at(report, words), columns, rows, mark)


def _cells(one: DelegationReport, line: Line, words: Words) -> list[Value]:
    """A delegate's cells after their number."""
    stands = words(f"document.minutes.{line.status.value}_of_one")
    came = local_time(line.came_at, words.time_zone) if line.came_at else None
    return [
        words.fact(one.name),
        words.fact(line.title),
        line.badge,
        stands,
        came,
        note(line, words),
    ]


def _as_at(report: AttendanceReport, words: Words) -> str:
    at = written_moment(report.taken_at, words)
    taken = words("document.minutes.taken_at", at=at)
    return f"{_rehearsal(report, words)} {taken}".strip()


def _rehearsal(report: AttendanceReport, words: Words) -> str:
    return words("document.rehearsal") if report.event.rehearsal else ""
