"""The minutes of attendance as an official document: when, where, who, and who was absent.

Everybody by name, by delegation, is in the annex.
"""

from collections.abc import Iterator
from datetime import datetime

from data.attendance.report import AttendanceReport, DelegationReport, ItemReport, Line, LineStatus
from data.documents.content import (
    Block,
    Column,
    Document,
    Paragraph,
    Table,
    fact,
    heading,
    numbered,
    of_minutes,
    official,
    roman,
    written_moment,
    written_span,
)
from data.words import Words
from models.attendance.ledger import Headcount

FIGURES = ("expected", "present", "substituted", "excused", "absent", "not_yet")
MISSING = (LineStatus.EXCUSED, LineStatus.ABSENT)
CAME = (LineStatus.PRESENT, LineStatus.SUBSTITUTE)


def minutes(report: AttendanceReport, words: Words) -> Document:
    """The document in the words' language and its event's profile."""
    event, several = report.event, len(report.items) > 1
    level = 3 if several else 2  # of the headings within an item
    parts = [
        (words.of(item.item, "title"), _item(report, item, words, level)) for item in report.items
    ]
    blocks = numbered(parts) if several else [block for _, part in parts for block in part]
    taken = written_moment(report.taken_at, words)
    annex: list[Block] = []
    for place, item in enumerate(report.items, start=1):
        if several:
            annex.append(heading(f"{roman(place)}. {words.of(item.item, 'title')}", 3))
        annex += _everybody(item, words, level + 1)
    return official(
        event,
        words,
        kind="minutes",
        at=report.taken_at,
        summary=words("document.minutes.summary", event=words.of(event, "name")),
        blocks=[*blocks, Paragraph(words("document.minutes.closing", at=taken))],
        signatures=of_minutes(event, words),
        annex=annex,
    )


def figures(head: Headcount) -> tuple[int, ...]:
    """A headcount in the order of `FIGURES`; the first is the sum of the others."""
    return tuple(getattr(head, name) for name in FIGURES)


def note(line: Line, words: Words) -> str:
    """The note of a line: the substitute, or the reason of an absence."""
    return (
        words("document.minutes.announced", who=line.words).rstrip(" :")
        if line.announced
        else line.words
    )


# --- an item -------------------------------------------------------------------------------------


def _item(report: AttendanceReport, item: ItemReport, words: Words, level: int) -> list[Block]:
    """When and where, what, who leads and who writes, who is there, who is absent, its course."""
    facts = {
        "when": _when(item, words),
        "where": words.of(item.item, "venue"),
        "what": words("document.minutes.subject", item=words.of(item.item, "title")),
        "chair": item.item.chair,
        "secretary": "",
        "who": f"{_state(item.head, words)} {_taken(report, words)}",
    }
    missing = _missing(item, words)
    course = heading(f"3. {words('document.minutes.course')}", level)
    return [
        *(fact(words(f"document.minutes.{name}"), text) for name, text in facts.items()),
        heading(f"1. {words('document.minutes.by_delegation')}", level),
        _by_delegation(item, words),
        heading(f"2. {words('document.minutes.missing')}", level),
        missing if missing.rows else Paragraph(words("document.minutes.none_missing")),
        course,
        Paragraph(_course(item, words)),
    ]


def _when(item: ItemReport, words: Words) -> str:
    """When the item began and ended; without both, when it was planned."""
    begun, over = item.item.started_at, item.item.finished_at
    if begun and over:
        return written_span(begun, over, words)
    planned = written_span(item.item.starts_at, item.item.ends_at, words)
    return words("document.minutes.planned", span=planned)


def _state(head: Headcount, words: Words) -> str:
    """The headcount in a sentence; what is nought is left out."""
    share = words.share(head.here / head.expected if head.expected else 0).replace(" ", "")
    said = words("document.minutes.state", expected=head.expected, here=head.here, share=share)
    if head.substituted:
        parts = {"present": head.present, "substituted": head.substituted}
        said += words("document.minutes.state_of_here", **parts)
    others = [
        words(f"document.minutes.state_{name}", number=number)
        for name in ("excused", "absent", "not_yet")
        if (number := getattr(head, name))
    ]
    return "; ".join([said, *others]) + "."


def _taken(report: AttendanceReport, words: Words) -> str:
    at = written_moment(report.taken_at, words)
    return words("document.minutes.taken_at", at=at)


def _course(item: ItemReport, words: Words) -> str:
    """When the first and the last of those present came, and how many had come by the start."""
    came = sorted(line.came_at for line in _lines(item) if line.status in CAME and line.came_at)
    if not came:
        return words("document.minutes.nobody")
    start = item.item.started_at or item.item.starts_at
    facts = {"first": written_moment(came[0], words), "last": written_moment(came[-1], words)}
    if came[-1] < start:
        return words("document.minutes.came", **facts)
    by_start = _by(came, start)
    facts |= {"start": written_moment(start, words), "here": words.number(by_start)}
    return words("document.minutes.came_by_start", **facts)


def _by(came: list[datetime], moment: datetime) -> int:
    return sum(one <= moment for one in came)


def _lines(item: ItemReport) -> Iterator[Line]:
    return (line for one in item.delegations for line in one.lines)


# --- tables --------------------------------------------------------------------------------------


def _by_delegation(item: ItemReport, words: Words) -> Table:
    named = [(words.fact(one.name), one.head) for one in item.delegations]
    rows = [
        (str(place), name, *map(words.number, figures(head)))
        for place, (name, head) in enumerate(named, start=1)
    ]
    total = ("", words("document.minutes.total"), *map(words.number, figures(item.head)))
    columns = [
        Column(words("document.minutes.place"), 0.06, "center"),
        Column(words("document.minutes.delegation"), 0.28),
    ]
    columns += [Column(words(f"document.minutes.{name}"), 0.11, "right") for name in FIGURES]
    return Table(tuple(columns), (*rows, total), total=True)


def _missing(item: ItemReport, words: Words) -> Table:
    """Who is absent, with the reason where there is one."""
    absent = [
        (words.fact(one.name), line)
        for one in item.delegations
        for line in one.lines
        if line.status in MISSING
    ]
    columns = (
        Column(words("document.minutes.place"), 0.06, "center"),
        Column(words("document.minutes.delegation"), 0.17),
        Column(words("document.minutes.delegate"), 0.42),
        Column(words("document.minutes.reason"), 0.35),
    )
    without = words("document.minutes.no_reason")
    rows = (
        (str(place), name, words.fact(line.title), line.words or without)
        for place, (name, line) in enumerate(absent, start=1)
    )
    return Table(columns, tuple(rows))


def _everybody(item: ItemReport, words: Words, level: int) -> list[Block]:
    blocks: list[Block] = []
    for place, one in enumerate(item.delegations, start=1):
        facts = {"delegation": one.name, "expected": one.head.expected}
        title = words("document.minutes.of_delegation", **facts)
        blocks += [heading(f"{place}. {title}", level), _delegation(one, words)]
    return blocks


def _delegation(one: DelegationReport, words: Words) -> Table:
    columns = (
        Column(words("document.minutes.place"), 0.06, "center"),
        Column(words("document.minutes.delegate"), 0.4),
        Column(words("document.minutes.badge"), 0.1, "center"),
        Column(words("document.minutes.stands"), 0.14),
        Column(words("document.minutes.came_at"), 0.1, "center"),
        Column(words("document.minutes.note"), 0.2),
    )
    rows = (
        (
            str(place),
            words.fact(line.title),
            line.badge,
            words(f"document.minutes.{line.status.value}_of_one"),
            words.time(line.came_at) if line.came_at else "",
            note(line, words),
        )
        for place, line in enumerate(one.lines, start=1)
    )
    return Table(columns, tuple(rows))
