"""The minutes of a roll-call: its question and moment, its outcome, and every section's answers."""

from datetime import datetime

from data.documents.content import Block, Column, Document, Paragraph, Table, numbered, official
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
    parts: dict[str, list[Block]] = {
        "asked": [*_asked(call, call.ended_at, words)],
        "outcome": [*_outcome(call, call.outcome, words)],
        "answers": [_answers(call, words)],
    }
    if any(one.earlier for one in call.sections):
        parts["earlier"] = [_earlier(call, words)]
    headed = [(words(f"document.roll_call.{name}"), blocks) for name, blocks in parts.items()]
    return official(
        report.event,
        words,
        kind="roll_call",
        at=call.ended_at,
        summary=words("document.roll_call.summary", question=call.question, at=call.about_at),
        blocks=numbered(headed),
    )


def _asked(call: RollCallSnapshot, ended_at: datetime, words: Words) -> list[Paragraph]:
    opened = {"who": call.opened_by, "at": call.opened_at, "number": call.holds_minutes}
    return [
        Paragraph(words("document.roll_call.question", question=call.question, at=call.about_at)),
        Paragraph(words("document.roll_call.opened", **opened)),
        Paragraph(_ended(call, ended_at, words)),
    ]


def _ended(call: RollCallSnapshot, at: datetime, words: Words) -> str:
    if call.ended_by:
        ended = words("document.roll_call.ended", who=call.ended_by, at=at)
    else:
        ended = words("document.roll_call.ended_itself", at=at)
    if call.entry_number is None:
        return ended
    return f"{ended} {words('document.roll_call.in_log', number=f'{call.entry_number:03d}')}"


def _outcome(call: RollCallSnapshot, outcome: Outcome, words: Words) -> list[Paragraph]:
    """The outcome, and how many sections have which stand."""
    counts = [
        words(
            "document.roll_call.count",
            stand=words(f"stand.{stand.value}"),
            count=call.counts[stand],
        )
        for stand in reversed(STANDS)
        if call.counts[stand]
    ]
    asked = len(call.sections)
    came_to = words("document.roll_call.came_to", outcome=words(f"outcome.{outcome.value}"))
    return [
        Paragraph(came_to, bold=True, keep_with_next=True),
        Paragraph(words("document.roll_call.counts", asked=asked, counts="; ".join(counts))),
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
        void = words("roll_call.voided_by", number=f"{one.voided_by:03d}")
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
