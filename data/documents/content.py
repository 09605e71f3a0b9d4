"""What stands in an official document, whatever kind of file it becomes."""

from dataclasses import dataclass

from data.documents.profiles import Profile
from data.words import Words
from models.event import Event


@dataclass(frozen=True)
class Paragraph:
    """Running text; `bold` for a heading within the text, `kept` keeps it on the page of what follows."""

    text: str
    bold: bool = False
    kept: bool = False


@dataclass(frozen=True)
class Column:
    """A table's column: its heading, its part of the text's width, and how its cells are set (`left`, `center`, `right`)."""

    heading: str
    width: float
    align: str = "left"


@dataclass(frozen=True)
class Table:
    """Rows of texts under headings that are repeated on every page; `total`: the last row is bold."""

    columns: tuple[Column, ...]
    rows: tuple[tuple[str, ...], ...]
    total: bool = False


@dataclass(frozen=True)
class Head:
    """What stands above the text: to the left whose document it is and its number, to the right whose rules, place and date."""

    parent: str
    issuer: str
    number: str
    heading: str
    motto: str
    place_date: str
    kind: str
    summary: str


@dataclass(frozen=True)
class Foot:
    """What stands below it: for whom somebody signs (his name is written by hand), and who receives it."""

    authority: str
    position: str
    recipients_label: str
    recipients: tuple[str, ...]


@dataclass(frozen=True)
class Document:
    """A whole document. `title` names the file in its properties."""

    profile: Profile
    title: str
    head: Head
    blocks: tuple[Paragraph | Table, ...]
    foot: Foot


def head_of(event: Event, words: Words, profile: Profile, *, kind: str, day: dict[str, str], summary: str) -> Head:
    """The head of an event's document of a kind (`minutes`). The number's place stays open: an office gives it.

    `day`: day, month and year as `padded_day` writes them.
    """
    issuer = event.documents.get(f"issuer_{words.language}", "") or words("document.committee")
    place = event.documents.get(f"place_{words.language}", "") or words.of(event, "place")
    number = {"code": words(f"document.{kind}.code"), "symbol": event.documents.get("symbol", "")}
    return Head(
        parent=event.documents.get(f"parent_{words.language}", ""),
        issuer=issuer,
        number=words(f"document.{profile.key}.number", **number).rstrip("/-"),
        heading=words(f"document.{profile.key}.heading"),
        motto=words(f"document.{profile.key}.motto") if profile.motto else "",
        place_date=words("document.place_date", place=place, **day),
        kind=words(f"document.{kind}.kind"),
        summary=summary,
    )


def padded_day(words: Words, moment) -> dict[str, str]:
    """A local day as documents write it: a day below 10 and the months 1 and 2 with a zero before them, so that nothing can be
    put before the figure."""
    local = moment.astimezone(words.time_zone)
    return {
        "day": f"{local.day:02d}",
        "month": f"{local.month:02d}" if local.month < 3 else str(local.month),
        "year": str(local.year),
    }
