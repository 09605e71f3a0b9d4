"""The daily review as an official report: what was signed, word for word, or a draft of what would be."""

from datetime import date, datetime

from data.documents.content import Column, Document, Paragraph, Table, official, roman
from data.documents.profiles import profile_of
from data.words import Words
from models.events.event import Event, zone

BETWEEN = " · "  # what parts the facts in a cell on the screen; a document parts them by semicolons


def review_report(content: dict, language: str) -> Document:
    """The report from the content of a review (its shape is in `models.reviews`), from which alone it is made: the same content
    gives the same document. Without a number in it nothing was signed, and it is marked as a draft.
    """
    meta = content["meta"]
    event = event_of(meta["event"])
    words = Words(language, zone(event))
    at = datetime.fromisoformat(meta["moment"])
    facts = {"time": words.time(at), **profile_of(event).day(at, words.time_zone)}
    blocks = [Paragraph(_opening(meta, event, words, facts))]
    for place, section in enumerate(content["text"][words.language], start=1):
        blocks += _section(section, roman(place), words)
    blocks.append(Paragraph(words("document.report.closing", **facts)))
    return official(
        event,
        words,
        kind="report",
        at=at,
        summary=words(f"document.report.summary_{meta['phase']}", event=meta["event"]["name"]),
        blocks=blocks,
        number=meta["number"],
        mark="" if meta["number"] else words("document.draft"),
    )


def event_of(told: dict) -> Event:
    """The event as it was when the content was made, as far as documents need it; no row of the database."""
    names = {
        f"{name}_{language}": text
        for name in ("name", "place")
        for language, text in told[name].items()
    }
    days = {name: date.fromisoformat(told[name]) for name in ("first_day", "last_day")}
    plain = {name: told[name] for name in ("slug", "run", "documents", "rehearsal", "time_zone")}
    return Event(folder="", **plain, **names, **days)


def _opening(meta: dict, event: Event, words: Words, facts: dict[str, str]) -> str:
    issuer = event.documents.get(f"issuer_{words.language}") or words("document.committee")
    if meta["number"] is None:
        return words("document.report.opening", issuer=issuer, **facts)
    return words("document.report.opening_signed", issuer=issuer, signer=meta["signer"], **facts)


def _section(section: dict, numeral: str, words: Words) -> list[Paragraph | Table]:
    """A part under its numeral; one without any text says that it has none yet, as a draft's conclusion."""
    told = [Paragraph(text) for text in section["paragraphs"] if text]
    tables = [_table(table) for table in section["tables"]]
    if not told and not tables:
        told = [Paragraph(words("document.report.no_conclusion"), italic=True)]
    return [Paragraph(f"{numeral}. {section['heading']}", bold=True, kept=True), *told, *tables]


def _table(table: dict) -> Table:
    columns = tuple(Column(one["heading"], one["width"], one["align"]) for one in table["columns"])
    rows = tuple(tuple(cell.replace(BETWEEN, "; ") for cell in row) for row in table["rows"])
    return Table(columns, rows, total=table["total"])
