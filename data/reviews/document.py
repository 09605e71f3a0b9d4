"""The daily review as an official report, made from its content alone."""

from datetime import date, datetime

from data.documents.content import Block, Column, Document, Paragraph, Table, numbered, official
from data.documents.profiles import profile_of
from data.words import Words
from models.events.event import Event, zone
from models.reviews.reviews import Content

BETWEEN = " · "  # between facts in a cell of the screen; a document has semicolons


def review_report(content: Content, language: str) -> Document:
    """The report from a review's content (see `models.reviews.reviews`).

    The same content gives the same document. Without a number it is not signed, and is marked as a
    draft; a withdrawn one is marked as such and says when, by whom and why.
    """
    meta = content["meta"]
    event = event_of(meta["event"])
    words = Words(language, zone(event))
    at = datetime.fromisoformat(meta["moment"])
    facts = {"time": words.time(at), **profile_of(event).day(at, words.time_zone)}
    sections = content["text"][words.language]
    parts = [(section["heading"], _blocks(section, words)) for section in sections]
    return official(
        event,
        words,
        kind="report",
        at=at,
        summary=words(f"document.report.summary_{meta['phase']}", event=meta["event"]["name"]),
        blocks=[
            *_withdrawn(content, words),
            Paragraph(_opening(meta, event, words, facts)),
            *numbered(parts),
            Paragraph(words("document.report.closing", **facts)),
        ],
        number=meta["number"],
        mark=_mark(content, words),
    )


def _mark(content: Content, words: Words) -> str:
    """What stands at the foot of every page of a report that does not count."""
    if content["meta"]["number"] is None:
        return words("document.draft")
    return words("document.withdrawn") if "withdrawal" in content else ""


def _withdrawn(content: Content, words: Words) -> list[Block]:
    """When, by whom and why the review was withdrawn; nothing of one that counts."""
    if "withdrawal" not in content:
        return []
    withdrawal = content["withdrawal"]
    facts = {"at": datetime.fromisoformat(withdrawal["at"]), "reason": withdrawal["reason"]}
    return [
        Paragraph(words("document.report.withdrawn", by=withdrawal["by"], **facts), italic=True)
    ]


def event_of(facts: Content) -> Event:
    """The event as the content has it, as far as documents need it; no row of the database."""
    columns = {name: facts[name] for name in ("slug", "run", "documents", "rehearsal", "time_zone")}
    for name in ("name", "place"):
        columns |= {f"{name}_{language}": text for language, text in facts[name].items()}
    for name in ("first_day", "last_day"):
        columns[name] = date.fromisoformat(facts[name])
    return Event(folder="", **columns)


def _opening(meta: Content, event: Event, words: Words, facts: dict[str, str]) -> str:
    issuer = event.documents.get(f"issuer_{words.language}") or words("document.committee")
    if meta["number"] is None:
        return words("document.report.opening", issuer=issuer, **facts)
    return words("document.report.opening_signed", issuer=issuer, signer=meta["signer"], **facts)


def _blocks(section: Content, words: Words) -> list[Block]:
    """The blocks of a section; a note where it has no text yet, as a draft's conclusion."""
    blocks: list[Block] = [Paragraph(text) for text in section["paragraphs"] if text]
    blocks += [_table(table) for table in section["tables"]]
    return blocks or [Paragraph(words("document.report.no_conclusion"), italic=True)]


def _table(table: Content) -> Table:
    columns = tuple(Column(one["heading"], one["width"], one["align"]) for one in table["columns"])
    return Table(columns, tuple(_row(row) for row in table["rows"]), total=table["total"])


def _row(cells: list[str]) -> tuple[str, ...]:
    return tuple(cell.replace(BETWEEN, "; ") for cell in cells)
