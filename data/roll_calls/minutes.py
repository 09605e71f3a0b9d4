"""The minutes of a roll-call of readiness: what was asked for when, what it came to, and what each section said."""

from data.documents.content import Column, Document, Paragraph, Table, official, roman
from data.roll_calls.commands import RollCallSnapshot, Said, SectionAnswer
from data.roll_calls.report import RollCallReport
from data.words import Words
from models.roll_calls import STANDS, Stand

WIDTHS = {
    "place": (0.07, "center"),
    "section": (0.24, "left"),
    "stand": (0.17, "left"),
    "told": (0.28, "left"),
    "who": (0.24, "left"),
}


def roll_call_minutes(report: RollCallReport, words: Words) -> Document:
    """The document of an ended roll-call, in the words' language and its event's profile, dated by the day of its end."""
    call = report.call
    parts = {
        "asked": _asked(call, words),
        "outcome": _outcome(call, words),
        "answers": [_answers(call, words)],
    }
    if any(one.earlier for one in call.sections):
        parts["earlier"] = [_earlier(call, words)]
    blocks: list[Paragraph | Table] = []
    for place, (name, told) in enumerate(parts.items(), start=1):
        heading = f"{roman(place)}. {words(f'document.roll_call.{name}')}"
        blocks += [Paragraph(heading, bold=True, kept=True), *told]
    summary = words("document.roll_call.summary", question=call.question, at=call.about_at)
    return official(
        report.event, words, kind="roll_call", at=call.ended_at, summary=summary, blocks=blocks
    )


def _asked(call: RollCallSnapshot, words: Words) -> list[Paragraph]:
    opened = {"who": call.opened_by, "at": call.opened_at, "number": call.holds_minutes}
    return [
        Paragraph(words("document.roll_call.question", question=call.question, at=call.about_at)),
        Paragraph(words("document.roll_call.opened", **opened)),
        Paragraph(_ended(call, words)),
    ]


def _ended(call: RollCallSnapshot, words: Words) -> str:
    by = "ended" if call.ended_by else "ended_itself"
    ended = words(
        f"document.roll_call.{by}",
        **({"who": call.ended_by} if call.ended_by else {}),
        at=call.ended_at,
    )
    logged = (
        words("document.roll_call.in_log", number=f"{call.entry_number:03d}")
        if call.entry_number
        else ""
    )
    return f"{ended} {logged}".strip()


def _outcome(call: RollCallSnapshot, words: Words) -> list[Paragraph]:
    """What it came to, and how many sections stand where."""
    counts = [
        words(
            "document.roll_call.count",
            stand=words(f"stand.{stand.value}"),
            count=call.counts[stand],
        )
        for stand in reversed(STANDS)
        if call.counts[stand]
    ]
    told = words("document.roll_call.counts", asked=len(call.sections), counts="; ".join(counts))
    return [
        Paragraph(
            words("document.roll_call.came_to", outcome=words(f"outcome.{call.outcome.value}")),
            bold=True,
            kept=True,
        ),
        Paragraph(told),
    ]


def _columns(words: Words) -> tuple[Column, ...]:
    return tuple(
        Column(words(f"document.roll_call.{name}"), width, align)
        for name, (width, align) in WIDTHS.items()
    )


def _answers(call: RollCallSnapshot, words: Words) -> Table:
    """Every section's stand, those that hold it up first, as the wall shows them."""
    waiting = {one.section_id for one in call.held_up_by}
    ordered = [*call.held_up_by, *(one for one in call.sections if one.section_id not in waiting)]
    rows = (_row(place, one, words) for place, one in enumerate(ordered, start=1))
    return Table(_columns(words), tuple(rows))


def _row(place: int, one: SectionAnswer, words: Words) -> tuple[str, ...]:
    parts = [one.said.words] if one.said else []
    if one.voided_by is not None:
        parts.append(words("roll_call.voided_by", number=f"{one.voided_by:03d}"))
    elif one.stand is Stand.EXPIRED:
        parts.append(words("roll_call.expired_at", at=words.time(one.said.at)))
    told = "; ".join(part for part in parts if part)
    return (
        str(place),
        words.fact(one.name),
        words(f"stand.{one.stand.value}"),
        told,
        _spoken(one.said, words),
    )


def _spoken(said: Said | None, words: Words) -> str:
    return words("roll_call.said", who=said.by, at=words.time(said.at)) if said else ""


def _earlier(call: RollCallSnapshot, words: Words) -> Table:
    """What sections said before their last answer, in the order in which it was said."""
    found = [(said, one) for one in call.sections for said in one.earlier]
    found.sort(key=lambda pair: (pair[0].at, pair[0].id))
    rows = (
        (
            str(place),
            words.fact(one.name),
            words(f"answer.{said.answer.value}"),
            said.words,
            _spoken(said, words),
        )
        for place, (said, one) in enumerate(found, start=1)
    )
    return Table(_columns(words), tuple(rows))
