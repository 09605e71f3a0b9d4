"""The minutes of a roll-call: when, who, its question, every section's answers, its outcome."""

from datetime import datetime

from data.documents.content import (
    Block,
    Column,
    Document,
    Paragraph,
    Table,
    fact,
    numbered,
    of_minutes,
    official,
    written_moment,
    written_span,
)
from data.roll_calls.queries import AnswerSnapshot, RollCallSnapshot, SectionAnswer
from data.roll_calls.report import RollCallReport
from data.words import Words
from models.refusals import Refusal
from models.roll_calls import STANDS, Outcome, Stand

WIDTHS = {
    "place": (0.07, "center"),
    "section": (0.24, "left"),
    "stand": (0.17, "left"),
    "told": (0.28, "left"),
    "who": (0.24, "left"),
}
"""Of the columns, by the ends of their words' keys: the part of the text's width, the setting."""


def roll_call_minutes(report: RollCallReport, words: Words) -> Document:
    """The minutes in the words' language and the event's profile, dated by the day of the end.

    Refuses `roll_call_running`.
    """
    call = report.call
    if call.ended_at is None or call.outcome is None:
        raise Refusal("roll_call_running", number=call.number, question=call.question)
    course: list[Block] = [_answers(call, words)]
    if any(one.earlier for one in call.sections):
        earlier = Paragraph(words("document.roll_call.earlier"), keep_with_next=True)
        course += [earlier, _earlier(call, words)]
    parts: dict[str, list[Block]] = {
        "course": [*_opened(call, words), *course],
        "outcome": [*_outcome(call, call.outcome, words)],
    }
    headed = [(words(f"document.roll_call.{name}"), blocks) for name, blocks in parts.items()]
    return official(
        report.event,
        words,
        kind="roll_call",
        at=call.ended_at,
        summary=words("document.roll_call.summary", question=call.question),
        blocks=[
            *_facts(report, call.ended_at, words),
            *numbered(headed),
            Paragraph(_ended(call, call.ended_at, words)),
        ],
        signatures=of_minutes(report.event, words),
    )


def _facts(report: RollCallReport, ended_at: datetime, words: Words) -> list[Paragraph]:
    """When and where, what, who leads and who writes, and who took part."""
    call = report.call
    about = written_moment(call.about_at, words)
    facts = {
        "when": written_span(call.opened_at, ended_at, words),
        "where": "",
        "what": words("document.roll_call.question", question=call.question, at=about),
        "chair": words.fact(call.opened_by),
        "secretary": "",
        "who_took_part": _took_part(call, words),
    }
    return [fact(words(f"document.roll_call.{name}"), text) for name, text in facts.items()]


def _took_part(call: RollCallSnapshot, words: Words) -> str:
    """How many sections were asked, and which of them never answered."""
    silent = [words.fact(one.name) for one in call.sections if one.last is None]
    said = words("document.roll_call.asked", number=len(call.sections))
    if silent:
        said += words("document.roll_call.silent", number=len(silent), names=", ".join(silent))
    return f"{said}."


def _opened(call: RollCallSnapshot, words: Words) -> list[Paragraph]:
    at = written_moment(call.opened_at, words)
    opened = {"who": call.opened_by, "at": at, "number": call.holds_minutes}
    return [
        Paragraph(words("document.roll_call.opened", **opened)),
        Paragraph(words("document.roll_call.answers"), keep_with_next=True),
    ]


def _ended(call: RollCallSnapshot, ended_at: datetime, words: Words) -> str:
    at = written_moment(ended_at, words)
    if call.ended_by:
        ended = words("document.roll_call.ended", who=call.ended_by, at=at)
    else:
        ended = words("document.roll_call.ended_itself", at=at)
    if call.entry_number is not None:
        ended += " " + words("document.roll_call.in_log", number=str(call.entry_number))
    return f"{ended} {words('document.roll_call.closing', at=at)}"


def _outcome(call: RollCallSnapshot, outcome: Outcome, words: Words) -> list[Paragraph]:
    """The outcome, and how many sections have which stand."""
    counts = [
        words(
            "document.roll_call.count",
            stand=words(f"stand.{stand.value}").lower(),
            count=call.counts[stand],
        )
        for stand in reversed(STANDS)
        if call.counts[stand]
    ]
    came_to = words("document.roll_call.came_to", outcome=words(f"outcome.{outcome.value}"))
    return [
        Paragraph(came_to, bold=True, keep_with_next=True),
        Paragraph(words("document.roll_call.counts", counts="; ".join(counts))),
    ]


def _columns(words: Words) -> tuple[Column, ...]:
    return tuple(
        Column(words(f"document.roll_call.{name}"), width, align)
        for name, (width, align) in WIDTHS.items()
    )


def _answers(call: RollCallSnapshot, words: Words) -> Table:
    """Every section's stand, those that hold it up first, as the wall shows them."""
    rows = (_row(place, one, words) for place, one in enumerate(call.worst_first, start=1))
    return Table(_columns(words), tuple(rows))


def _row(place: int, one: SectionAnswer, words: Words) -> tuple[str, ...]:
    return (
        str(place),
        words.fact(one.name),
        words(f"stand.{one.stand.value}"),
        "; ".join(part for part in _reasons(one, words) if part),
        _by_whom(one.last, words),
    )


def _reasons(one: SectionAnswer, words: Words) -> list[str]:
    """The words of a section's last answer, and why it no longer counts."""
    if one.last is None:
        return []
    if one.voided_by is not None:
        void = words("document.roll_call.voided_by", number=str(one.voided_by))
        return [one.last.words, void]
    if one.stand is Stand.EXPIRED:
        return [one.last.words, words("roll_call.expired_at", at=words.time(one.last.at))]
    return [one.last.words]


def _by_whom(answer: AnswerSnapshot | None, words: Words) -> str:
    if answer is None:
        return ""
    return words("roll_call.said", who=answer.by, at=words.time(answer.at))


def _earlier(call: RollCallSnapshot, words: Words) -> Table:
    """The answers before each section's last one, in the order in which they were given."""
    given = [(answer, one) for one in call.sections for answer in one.earlier]
    given.sort(key=lambda pair: (pair[0].at, pair[0].id))
    rows = (
        (
            str(place),
            words.fact(one.name),
            words(f"answer.{answer.answer.value}"),
            answer.words,
            _by_whom(answer, words),
        )
        for place, (answer, one) in enumerate(given, start=1)
    )
    return Table(_columns(words), tuple(rows))
