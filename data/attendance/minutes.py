"""The minutes of attendance as an official document: figures, then names, by delegation."""

from data.attendance.report import AttendanceReport, DelegationReport, ItemReport, Line
from data.documents.content import Column, Document, Paragraph, Table, heading, official, roman
from data.documents.profiles import profile_of
from data.words import Words
from models.attendance.ledger import Headcount

FIGURES = ("expected", "present", "substituted", "excused", "absent", "not_yet")


def minutes(report: AttendanceReport, words: Words) -> Document:
    """The document in the words' language and its event's profile."""
    event = report.event
    summary = words("document.minutes.summary", event={"vi": event.name_vi, "en": event.name_en})
    blocks: list[Paragraph | Table] = []
    for place, item in enumerate(report.items, start=1):
        blocks += _item(report, item, words, roman(place))
    return official(
        event, words, kind="minutes", at=report.taken_at, summary=summary, blocks=blocks
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


def _item(
    report: AttendanceReport, item: ItemReport, words: Words, numeral: str
) -> list[Paragraph | Table]:
    facts = dict(zip(FIGURES, figures(item.head), strict=True))
    when = {
        "time": words.time(report.taken_at),
        **profile_of(report.event).day(report.taken_at, words.time_zone),
    }
    venue = {"vi": item.item.venue_vi, "en": item.item.venue_en}
    sentence = words(
        "document.minutes.state_at_venue" if item.item.venue_vi else "document.minutes.state",
        venue=venue,
        **when,
        **facts,
    )
    blocks: list[Paragraph | Table] = [
        heading(f"{numeral}. {words.of(item.item, 'title')}"),
        Paragraph(sentence),
        heading(f"1. {words('document.minutes.by_delegation')}"),
        _by_delegation(item, words),
        heading(f"2. {words('document.minutes.everybody')}"),
    ]
    for place, delegation in enumerate(item.delegations, start=1):
        blocks += _delegation(delegation, words, f"2.{place}")
    return blocks


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


def _delegation(one: DelegationReport, words: Words, number: str) -> list[Paragraph | Table]:
    title = words("document.minutes.of_delegation", delegation=one.name, expected=one.head.expected)
    columns = (
        Column(words("document.minutes.place"), 0.06, "center"),
        Column(words("document.minutes.delegate"), 0.36),
        Column(words("document.minutes.badge"), 0.1, "center"),
        Column(words("document.minutes.stands"), 0.15),
        Column(words("document.minutes.came_at"), 0.11, "center"),
        Column(words("document.minutes.note"), 0.22),
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
    return [heading(f"{number}. {title}"), Table(columns, tuple(rows))]
