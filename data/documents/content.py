"""The content of an official document, independent of the kind of file."""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial

from data.documents.profiles import Profile, profile_of
from data.words import Words
from models.events.event import Event

# Of the word itself, as in Tỉnh ủy; names such as Thủy stay as their owners write them.
SPELLINGS = ("ủy", "uỷ")
_TO_SECOND = dict(zip(("ủy", "Ủy", "ỦY"), ("uỷ", "Uỷ", "UỶ"), strict=True))
REPLACED_FOR = {
    SPELLINGS[0]: {new: old for old, new in _TO_SECOND.items()},
    SPELLINGS[1]: _TO_SECOND,
}
NUMERALS = ((10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I"))
BLANK_NUMBER = "……"  # an office writes the document's number there


@dataclass(frozen=True)
class Paragraph:
    """Running text; `keep_with_next` keeps it on the page of the next block."""

    text: str
    bold: bool = False
    keep_with_next: bool = False
    italic: bool = False


@dataclass(frozen=True)
class Column:
    """A column: heading, part of the text's width, alignment (`left`, `center`, `right`)."""

    heading: str
    width: float
    align: str = "left"


@dataclass(frozen=True)
class Table:
    """Rows of texts; the headings repeat on every page; `total`: the last row is bold."""

    columns: tuple[Column, ...]
    rows: tuple[tuple[str, ...], ...]
    total: bool = False


Block = Paragraph | Table


@dataclass(frozen=True)
class Head:
    """The part above the text.

    Left: parent, issuer, number; right: heading, motto, place and date; below: kind and summary.
    """

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
    """The part below the text: the signature and the recipients.

    `by_hand`: the note for a signature by hand where the signer has no name here.
    """

    authority: str
    position: str
    by_hand: str
    signer: str
    recipients_label: str
    recipients: tuple[str, ...]

    @property
    def above_signature(self) -> list[tuple[str, str]]:
        """The lines above the signature, as (style, text)."""
        lines = {
            "authority": self.authority,
            "position": self.position,
            "place_date": self.by_hand,
        }
        return [(style, text) for style, text in lines.items() if text]


@dataclass(frozen=True)
class Document:
    """A whole document.

    `title`: of the file's properties; `language`: of the text; `mark`: at the foot of every page
    of a draft.
    """

    profile: Profile
    title: str
    head: Head
    blocks: tuple[Block, ...]
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
    blocks: Sequence[Block],
    number: int | None = None,
    mark: str = "",
) -> Document:
    """An event's document of a kind (`minutes`, `report`, `roll_call`), dated by the day of `at`.

    Without a number its place stays blank: an office gives it. The rules prescribe head, signature
    and recipients word for word, so those are Vietnamese in every language; an English text says
    that it is a translation.
    """
    profile, vietnamese = profile_of(event), Words("vi", words.time_zone)
    name, code = words(f"document.{kind}.kind"), words(f"document.{kind}.code")
    written = _number(event, profile, number, code)
    document = Document(
        profile=profile,
        title=f"{name} {summary}",
        head=_head(event, vietnamese, profile, number=written, at=at, kind=name, summary=summary),
        blocks=(*_notes(event, words), *blocks),
        foot=_foot(event, vietnamese, profile),
        language=words.language,
        mark=mark,
    )
    return with_spelling(document, event.documents.get("spelling", SPELLINGS[0]))


def _number(event: Event, profile: Profile, number: int | None, code: str) -> str:
    written = profile.number.format(
        number=BLANK_NUMBER if number is None else profile.numbered(number),
        code=code,
        symbol=event.documents.get("symbol", ""),
    )
    return written.rstrip("/-")


def _notes(event: Event, words: Words) -> list[Paragraph]:
    notes = []
    if event.rehearsal:
        notes.append(Paragraph(words("document.rehearsal"), bold=True))
    if words.language != "vi":
        notes.append(Paragraph(words("document.translation"), italic=True))
    return notes


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
    settings = event.documents
    place = settings.get("place_vi", "") or event.place_vi
    return Head(
        parent=settings.get("parent_vi", ""),
        issuer=settings.get("issuer_vi", "") or words("document.committee"),
        number=number,
        heading=profile.heading,
        motto=profile.motto,
        place_date=profile.place_date.format(place=place, **profile.day(at, words.time_zone)),
        kind=kind,
        summary=summary,
    )


def _foot(event: Event, words: Words, profile: Profile) -> Foot:
    """Without a signer in the event's file, the signature is on behalf of its committee."""
    settings = event.documents
    form, body = settings.get("authority", ""), settings.get("authority_body", "")
    if not any(settings.get(name) for name in ("authority", "position", "signer")):
        form, body = "on_behalf", words("document.committee")
    recipients = settings.get("recipients") or [
        words("document.recipients_committee"),
        words("document.recipients_file"),
    ]
    return Foot(
        authority=f"{profile.authority[form]} {body}".strip() if form in profile.authority else "",
        position=settings.get("position", ""),
        by_hand="" if settings.get("signer") else words("document.signature"),
        signer=settings.get("signer", ""),
        recipients_label=profile.recipients_label,
        recipients=listed(recipients),
    )


def listed(recipients: Sequence[str]) -> tuple[str, ...]:
    """Recipients as a list: each ends with a semicolon, the last with a full stop."""
    plain = [one.rstrip(" ;.") for one in recipients]
    return tuple(
        f"{one}{'.' if place == len(plain) else ';'}" for place, one in enumerate(plain, start=1)
    )


def heading(text: str) -> Paragraph:
    """A heading within the text."""
    return Paragraph(text, bold=True, keep_with_next=True)


def numbered(parts: Iterable[tuple[str, Sequence[Block]]]) -> list[Block]:
    """The blocks of parts, each under its title with a Roman numeral."""
    blocks: list[Block] = []
    for place, (title, part) in enumerate(parts, start=1):
        blocks += [heading(f"{roman(place)}. {title}"), *part]
    return blocks


def roman(number: int) -> str:
    """A Roman numeral, as the parts of a document are numbered."""
    for value, sign in NUMERALS:
        if number >= value:
            return sign + roman(number - value)
    return ""


# --- spelling ------------------------------------------------------------------------------------


def with_spelling(document: Document, spelling: str) -> Document:
    """The document with ủy spelled one way throughout."""
    return rewritten(document, partial(spelled_text, spelling=spelling))


def spelled_text(text: str, spelling: str) -> str:
    """The text with every ủy, as a word of its own, in a spelling of `SPELLINGS`."""
    replaced = REPLACED_FOR[spelling]
    if not any(one in text for one in replaced):  # most texts: a search is cheaper than a pattern
        return text
    return _any_of(tuple(replaced)).sub(lambda match: replaced[match[0]], text)


def _any_of(texts: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{'|'.join(texts)})\b")


# --- every text of a document --------------------------------------------------------------------

Rewrite = Callable[[str], str]


def rewritten(document: Document, rewrite: Rewrite) -> Document:
    """The document with each of its texts as `rewrite` returns it."""
    head = {name: rewrite(text) for name, text in vars(document.head).items()}
    foot = {
        name: rewrite(text) for name, text in vars(document.foot).items() if name != "recipients"
    }
    recipients = tuple(rewrite(one) for one in document.foot.recipients)
    return replace(
        document,
        title=rewrite(document.title),
        head=Head(**head),
        blocks=tuple(_rewritten_block(block, rewrite) for block in document.blocks),
        foot=Foot(**foot, recipients=recipients),
        mark=rewrite(document.mark),
    )


def _rewritten_block(block: Block, rewrite: Rewrite) -> Block:
    if isinstance(block, Paragraph):
        return replace(block, text=rewrite(block.text))
    columns = tuple(replace(column, heading=rewrite(column.heading)) for column in block.columns)
    rows = tuple(tuple(map(rewrite, row)) for row in block.rows)
    return replace(block, columns=columns, rows=rows)
