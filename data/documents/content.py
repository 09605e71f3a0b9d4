"""What stands in an official document, whatever kind of file it becomes."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from data.documents.profiles import Profile, profile_of
from data.words import Words
from models.events.event import Event

SPELLINGS = (
    "ủy",
    "uỷ",
)  # of the word itself, as in Tỉnh ủy; names such as Thủy stay as their owners write them
OTHER_SPELLING = dict(zip(("ủy", "Ủy", "ỦY"), ("uỷ", "Uỷ", "UỶ"), strict=True))
NUMERALS = ((10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I"))
OPEN = "……"  # where an office writes the document's number


@dataclass(frozen=True)
class Paragraph:
    """Running text; `bold` for a heading within the text, `kept` keeps it on the page of what follows."""

    text: str
    bold: bool = False
    kept: bool = False
    italic: bool = False


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
    """What stands below it: for whom and as what somebody signs, his name or that it is written by hand, and who receives it."""

    authority: str
    position: str
    by_hand: str
    signer: str
    recipients_label: str
    recipients: tuple[str, ...]


@dataclass(frozen=True)
class Document:
    """A whole document. `title` names the file in its properties, `language` is that of its text, `mark` stands at the foot of
    every page of what is no document yet."""

    profile: Profile
    title: str
    head: Head
    blocks: tuple[Paragraph | Table, ...]
    foot: Foot
    language: str = "vi"
    mark: str = ""


def official(
    event: Event,
    words: Words,
    *,
    kind: str,
    at: datetime,
    summary: str,
    blocks: Sequence[Paragraph | Table],
    number: int | None = None,
    mark: str = "",
) -> Document:
    """An event's document of a kind (`minutes`, `report`, `roll_call`), dated by the day of `at`; without a number its place stays
    open, since an office gives it.

    Head, signature and recipients are what the rules prescribe word for word, hence Vietnamese in every language; an English text
    says that it is a translation.
    """
    profile, vietnamese = profile_of(event), Words("vi", words.time_zone)
    notes = [Paragraph(words("document.rehearsal"), bold=True)] if event.rehearsal else []
    notes += (
        [Paragraph(words("document.translation"), italic=True)] if words.language != "vi" else []
    )
    name, code = words(f"document.{kind}.kind"), words(f"document.{kind}.code")
    symbol = event.documents.get("symbol", "")
    told = profile.number.format(
        number=OPEN if number is None else profile.numbered(number), code=code, symbol=symbol
    )
    document = Document(
        profile=profile,
        title=f"{name} {summary}",
        head=_head(
            event, vietnamese, profile, number=told.rstrip("/-"), at=at, kind=name, summary=summary
        ),
        blocks=(*notes, *blocks),
        foot=_foot(event, vietnamese, profile),
        language=words.language,
        mark=mark,
    )
    return spelled(document, event.documents.get("spelling", SPELLINGS[0]))


def _head(
    event: Event,
    words: Words,
    profile: Profile,
    *,
    number: str,
    at: datetime,
    kind: str,
    summary: str,
) -> Head:
    told = event.documents
    place = told.get("place_vi", "") or event.place_vi
    return Head(
        parent=told.get("parent_vi", ""),
        issuer=told.get("issuer_vi", "") or words("document.committee"),
        number=number,
        heading=profile.heading,
        motto=profile.motto,
        place_date=profile.place_date.format(place=place, **profile.day(at, words.time_zone)),
        kind=kind,
        summary=summary,
    )


def _foot(event: Event, words: Words, profile: Profile) -> Foot:
    """Where the event tells nobody who signs, it is done on behalf of its committee."""
    told = event.documents
    form, body = told.get("authority", ""), told.get("authority_body", "")
    if not any(told.get(name) for name in ("authority", "position", "signer")):
        form, body = "on_behalf", words("document.committee")
    recipients = told.get("recipients") or [
        words("document.recipients_committee"),
        words("document.recipients_file"),
    ]
    return Foot(
        authority=f"{profile.authority[form]} {body}".strip() if form in profile.authority else "",
        position=told.get("position", ""),
        by_hand="" if told.get("signer") else words("document.signature"),
        signer=told.get("signer", ""),
        recipients_label=profile.recipients_label,
        recipients=listed(recipients),
    )


def listed(recipients: Sequence[str]) -> tuple[str, ...]:
    """Recipients as a list in words: each ends with a semicolon, the last with a full stop."""
    plain = [one.rstrip(" ;.") for one in recipients]
    return tuple(
        f"{one}{'.' if place == len(plain) else ';'}" for place, one in enumerate(plain, start=1)
    )


def roman(number: int) -> str:
    """A Roman numeral, as the parts of a document are counted."""
    for value, sign in NUMERALS:
        if number >= value:
            return sign + roman(number - value)
    return ""


# --- spelling --------------------------------------------------------------------------------------------------------


def spelled(document: Document, spelling: str) -> Document:
    """The document with ủy spelled one way throughout."""
    head = {name: spelled_text(text, spelling) for name, text in vars(document.head).items()}
    foot = {
        name: spelled_text(text, spelling)
        for name, text in vars(document.foot).items()
        if name != "recipients"
    }
    recipients = tuple(spelled_text(one, spelling) for one in document.foot.recipients)
    return replace(
        document,
        title=spelled_text(document.title, spelling),
        head=Head(**head),
        blocks=tuple(_spelled_block(block, spelling) for block in document.blocks),
        foot=Foot(**foot, recipients=recipients),
    )


def spelled_text(text: str, spelling: str) -> str:
    """The text with every ủy, as a word of its own, spelled as told."""
    known = (
        OTHER_SPELLING
        if spelling == SPELLINGS[1]
        else {new: old for old, new in OTHER_SPELLING.items()}
    )
    return (
        _any_of(tuple(known)).sub(lambda found: known[found[0]], text)
        if any(one in text for one in known)
        else text
    )


def _any_of(found: tuple[str, ...]) -> re.Pattern:
    return re.compile(rf"\b(?:{'|'.join(found)})\b")


def _spelled_block(block: Paragraph | Table, spelling: str) -> Paragraph | Table:
    if isinstance(block, Paragraph):
        return replace(block, text=spelled_text(block.text, spelling))
    columns = tuple(
        replace(column, heading=spelled_text(column.heading, spelling)) for column in block.columns
    )
    return replace(
        block,
        columns=columns,
        rows=tuple(tuple(spelled_text(cell, spelling) for cell in row) for row in block.rows),
    )
