"""How the petitions of an event were resolved, as an official report."""

from collections.abc import Sequence

from data.answers.report import AnswersReport
from data.documents.content import (
    Block,
    Column,
    Document,
    Paragraph,
    Table,
    addressed,
    heading,
    numbered,
    official,
    with_source,
    written_moment,
)
from data.words import Words
from models.answers.answers import Letter, PetitionSnapshot, State
from models.contributions.contributions import Level
from models.text import both, one_line

RESULTS = {
    "place": (0.06, "center"),
    "what": (0.34, "left"),
    "body": (0.2, "left"),
    "result": (0.4, "left"),
}
OVERDUE = {
    "place": (0.06, "center"),
    "what": (0.44, "left"),
    "body": (0.3, "left"),
    "due": (0.2, "left"),
}
"""The columns: the end of their words' key to the part of the text's width, the setting."""


def answers_report(report: AnswersReport, words: Words) -> Document:
    """The report in the words' language and the event's profile, dated by the day of the export."""
    event, at = report.event, report.view.moment
    issuer = event.documents.get(f"issuer_{words.language}") or words("document.committee")
    facts = {
        "event": both(event, "name"),
        "issuer": issuer,
        "at": written_moment(at, words),
    }
    overdue = [one for one in report.petitions if one.overdue]
    parts: list[tuple[str, Sequence[Block]]] = [
        ("general", _general(report.petitions, words)),
        ("results", _results(report.petitions, words)),
    ]
    if overdue:
        rows = tuple(_overdue_row(place, one, words) for place, one in enumerate(overdue, start=1))
        parts.append(("overdue", [Table(_columns(OVERDUE, words), rows)]))
    headed = [(words(f"document.answers.part_{name}"), blocks) for name, blocks in parts]
    return official(
        event,
        words,
        kind="answers",
        at=at,
        summary=words("document.answers.summary", **facts),
        blocks=[
            *addressed(event, words),
            Paragraph(words("document.answers.opening", **facts)),
            *numbered(headed),
            Paragraph(words("document.answers.closing", **facts)),
        ],
    )


def _general(petitions: Sequence[PetitionSnapshot], words: Words) -> list[Block]:
    """How many petitions there are, in which state, and how many are overdue."""
    numbers = {
        state: sum(one.state is state for one in petitions)
        for state in (State.ANSWERED, State.EXPLAINED, State.ROADMAP, State.OWED)
    }
    parts = [
        words(f"document.answers.count_{state.value}", number=number)
        for state, number in numbers.items()
        if number
    ]
    lines = [words("document.answers.total", number=len(petitions))]
    if parts:
        lines.append(words("document.answers.of_those", parts="; ".join(parts)))
        late = sum(one.overdue for one in petitions)
        name = "overdue" if late else "none_overdue"
        lines.append(words(f"document.answers.{name}", number=late))
    return [Paragraph(line) for line in lines]


def _results(petitions: Sequence[PetitionSnapshot], words: Words) -> list[Block]:
    """What was answered, by the level of the competent body, then by the body."""
    blocks: list[Block] = []
    for place, level in enumerate(_levels_with(petitions), start=1):
        own = sorted(
            (one for one in petitions if one.entered.level == level),
            key=lambda one: (one.entered.body, one.number),
        )
        rows = tuple(_result_row(number, one, words) for number, one in enumerate(own, start=1))
        title = words(f"document.answers.level_{level}")
        blocks += [heading(f"{place}. {title}", 3), Table(_columns(RESULTS, words), rows)]
    return blocks or [Paragraph(words("document.answers.nothing"))]


def _levels_with(petitions: Sequence[PetitionSnapshot]) -> list[str]:
    """The levels that a petition is of, from the commune up."""
    known = {one.entered.level for one in petitions}
    return [level.value for level in Level if level.value in known]


def _columns(widths: dict[str, tuple[float, str]], words: Words) -> tuple[Column, ...]:
    return tuple(
        Column(words(f"document.answers.column_{name}"), width, align)
        for name, (width, align) in widths.items()
    )


def _what(one: PetitionSnapshot) -> str:
    return with_source(one.entered.text, one.entered.unit)


def _result_row(place: int, one: PetitionSnapshot, words: Words) -> tuple[str, ...]:
    return str(place), _what(one), one.entered.body, _result(one, words)


def _result(one: PetitionSnapshot, words: Words) -> str:
    """The kind of the answer, what it says, until when a roadmap reaches, and by which letter."""
    if one.answer is None:
        return words("document.answers.unanswered")
    letter = one.answer.letter
    kind = words(f"answer_kind.{letter.kind}")
    parts = [words("document.answers.result", kind=kind, text=one_line(letter.text))]
    if letter.promised_on:
        parts.append(words("document.answers.promised", day=letter.promised_on))
    if named := letter_named(letter, words):
        parts.append(words("document.answers.by_letter", letter=named))
    return "; ".join(part.rstrip(".;") for part in parts) + "."


def letter_named(letter: Letter, words: Words) -> str:
    """A letter by its number, its date and the office that signed it, as far as they are known."""
    day = words("answers.dated", day=letter.signed_on) if letter.signed_on else ""
    number = words("answers.numbered", number=letter.number) if letter.number else ""
    return ", ".join(part for part in (number, day, letter.signer) if part)


def _overdue_row(place: int, one: PetitionSnapshot, words: Words) -> tuple[str, ...]:
    return str(place), _what(one), one.entered.body, words.day(one.due_on)
