"""The content of an official document, independent of the kind of file."""

import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from typing import Any

from data.documents.profiles import URGENCIES, Profile, profile_of
from data.words import Words
from models.attendance.unit_names import locality, within_sentence
from models.events.event import Event
from models.text import one_line

# Of the word itself, as in Tỉnh ủy; names such as Thủy stay as their owners write them.
SPELLINGS = ("ủy", "uỷ")
_TO_SECOND = dict(zip(("ủy", "Ủy", "ỦY"), ("uỷ", "Uỷ", "UỶ"), strict=True))
REPLACED_FOR = {
    SPELLINGS[0]: {new: old for old, new in _TO_SECOND.items()},
    SPELLINGS[1]: _TO_SECOND,
}
NUMERALS = ((10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I"))
BLANK = "……"  # an office writes the document's number there, and a draft has no day
MAX_DOTS = 22  # the room of a name, to be filled in
LINE = 29  # what a line holds after its indent, in dots of a name's room
# Where a line must not break: after a number, before one, and within short compounds.
TIED = re.compile(
    r"(?<=\d) (?=(?:giờ|phút|việc|đại biểu|tiểu ban|sự cố|%)\b)"
    r"|(?<=\d giờ) (?=\d\d phút)"
    r"|(?<=\bngày) (?=\d)|(?<=\btháng) (?=\d)|(?<=\bnăm) (?=\d)|(?<=\b[Ss]ố) (?=\d)"
    r"|(?<=\b[Tt]hị) (?=trấn\b|xã\b)|(?<=\b[Tt]hành) (?=phố\b)|(?<=\btrực) (?=tiếp\b)"
)
NO_BREAK = "\u00a0"


@dataclass(frozen=True)
class Paragraph:
    """Running text; `keep_with_next` keeps it on the page of the next block.

    `level`: of a heading, 0 for text. `style`: a style of the profile for its letters, else those
    of the body; `align`: as `Column.align`, or `justify` with an indented first line.
    """

    text: str
    bold: bool = False
    keep_with_next: bool = False
    italic: bool = False
    level: int = 0
    style: str = ""
    align: str = "justify"


@dataclass(frozen=True)
class Column:
    """A column: heading, part of the text's width, alignment (`left`, `center`, `right`).

    The width is what the column gets where every column has more text than room; see
    `data.documents.lengths.columns`.
    """

    heading: str
    width: float
    align: str = "left"


@dataclass(frozen=True)
class Table:
    """Rows of texts; the headings repeat on every page; `total`: the last row is bold.

    `at_foot`: its last rows stay on the page of the signature. `wide`: the rows, by their places,
    that are headings within the table: the first text over the whole width, bold.
    """

    columns: tuple[Column, ...]
    rows: tuple[tuple[str, ...], ...]
    total: bool = False
    at_foot: bool = False
    wide: frozenset[int] = frozenset()


Block = Paragraph | Table


@dataclass(frozen=True)
class Head:
    """The part above the text.

    Left: parent, issuer, number, urgency; right: heading, motto, place and date; below: kind and
    summary.
    """

    parent: str
    issuer: str
    number: str
    heading: str
    motto: str
    place_date: str
    kind: str
    summary: str
    urgency: str = ""


@dataclass(frozen=True)
class Signature:
    """The lines above a signature, as (style, text), and the name below it, "" by hand."""

    above: tuple[tuple[str, str], ...]
    signer: str = ""


@dataclass(frozen=True)
class Foot:
    """The part below the text: one signature beside the recipients, or two above them."""

    signatures: tuple[Signature, ...]
    recipients_label: str
    recipients: tuple[str, ...]


@dataclass(frozen=True)
class Document:
    """A whole document.

    `title`, `at`: of the file's properties; `language`: of the text. On every page `mark` is at
    the head (a draft, a rehearsal) and `note` at the foot. `annex`: what follows the signature, on
    pages of its own.
    """

    profile: Profile
    title: str
    head: Head
    blocks: tuple[Block, ...]
    foot: Foot
    at: datetime
    language: str = "vi"
    mark: str = ""
    note: str = ""
    annex: tuple[Block, ...] = ()


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
    dated: bool = True,
    urgency: str = "",
    signatures: Sequence[Signature] = (),
    settings: Mapping[str, Any] | None = None,
    annex: Sequence[Block] = (),
) -> Document:
    """An event's document of a kind (`minutes`, `report`, `roll_call`), dated by the day of `at`.

    Without a number its place stays blank: an office gives it; so does the day where it is not
    `dated`. Without `signatures` it is signed as the event's file says; `settings` are those of
    the event unless others are given. The rules prescribe head, signature and recipients word for
    word, so those are Vietnamese in every language; an English text says that it is a translation.
    """
    profile, vietnamese = profile_of(event), words.vietnamese()
    name, code = words(f"document.{kind}.kind"), words(f"document.{kind}.code")
    settings = settings_of(event, words) if settings is None else settings
    written = _number(event, profile, number, code)
    head = _head(event, vietnamese, profile, number=written, kind=name, summary=summary)
    day = profile.day(at, words.time_zone) if dated else profile.blank_day(at, words.time_zone)
    document = Document(
        profile=profile,
        title=f"{name} {summary}",
        head=replace(
            head,
            place_date=profile.place_date.format(place=head.place_date, **day),
            urgency=vietnamese(f"document.urgency_{urgency}") if urgency else "",
        ),
        blocks=(*_translated(words), *blocks),
        foot=_foot(settings, vietnamese, profile, signatures),
        at=at,
        language=words.language,
        mark=_marks(event, words, mark),
        note=_rehearsal(event, words, "rehearsal"),
        annex=_annexed(annex, words, name, written),
    )
    spelled = with_spelling(document, event.documents.get("spelling", SPELLINGS[0]))
    return _tied(spelled)


def _annexed(annex: Sequence[Block], words: Words, kind: str, number: str) -> tuple[Block, ...]:
    """The annex under its title, which says to which document it belongs."""
    if not annex:
        return ()
    belongs = words("document.annex_to", kind=kind, number=number[:1].lower() + number[1:])
    title = Paragraph(words("document.annex"), level=2, style="kind", align="center")
    return (title, Paragraph(belongs, italic=True, align="center"), *annex)


def choices_of(profile: Profile) -> dict[str, Collection[str]]:
    """What some settings of an event's documents may be, by the profile that it has."""
    return {"spelling": SPELLINGS, "authority": profile.authority, "urgency": URGENCIES}


def settings_of(event: Event, words: Words) -> dict[str, Any]:
    """How an event's documents are headed and signed, with what its file leaves out."""
    words = words.vietnamese()
    settings = dict(event.documents)
    settings["issuer_vi"] = settings.get("issuer_vi") or words("document.committee")
    settings["recipients"] = settings.get("recipients") or [
        words("document.recipients_committee"),
        words("document.recipients_file"),
    ]
    if not any(settings.get(name) for name in ("authority", "position", "signer")):
        # Without a signer the signature is on behalf of the event's committee.
        settings |= {"authority": "on_behalf", "authority_body": words("document.committee")}
    return settings


def _number(event: Event, profile: Profile, number: int | None, code: str) -> str:
    written = profile.number.format(
        number=BLANK if number is None else profile.numbered(number),
        code=code,
        symbol=event.documents.get("symbol", ""),
    )
    return written.rstrip("/-")


def _translated(words: Words) -> list[Paragraph]:
    if words.language == "vi":
        return []
    return [Paragraph(words("document.translation"), italic=True)]


def _marks(event: Event, words: Words, mark: str) -> str:
    """A mark of the document's own, with those of a rehearsal and of a translation."""
    translated = "" if words.language == "vi" else words("document.translation_mark")
    return " · ".join(filter(None, (_rehearsal(event, words, "mark"), mark, translated)))


def _rehearsal(event: Event, words: Words, name: str) -> str:
    return words(f"document.{name}") if event.rehearsal else ""


def _head(
    event: Event, words: Words, profile: Profile, *, number: str, kind: str, summary: str
) -> Head:
    """The head; `place_date` is the place alone."""
    settings = event.documents
    return Head(
        parent=settings.get("parent_vi", ""),
        issuer=settings.get("issuer_vi", "") or words("document.committee"),
        number=number,
        heading=profile.heading,
        motto=profile.motto,
        place_date=settings.get("place_vi", "") or locality(event.place_vi),
        kind=kind,
        summary=summary,
    )


def _foot(
    settings: Mapping[str, Any], words: Words, profile: Profile, signatures: Sequence[Signature]
) -> Foot:
    return Foot(
        signatures=tuple(signatures) or (_signature(settings, profile),),
        recipients_label=profile.recipients_label,
        recipients=listed(settings["recipients"]),
    )


def _signature(settings: Mapping[str, Any], profile: Profile) -> Signature:
    form, body = settings.get("authority", ""), settings.get("authority_body", "")
    lines = {
        "authority": f"{profile.authority[form]} {body}".strip() if form else "",
        "position": settings.get("position", ""),
        "place_date": settings.get("by_hand", ""),
    }
    above = tuple((style, text) for style, text in lines.items() if text)
    return Signature(above, settings.get("signer", ""))


def of_minutes(event: Event, words: Words) -> tuple[Signature, Signature]:
    """The two who sign minutes: who wrote them at the left, who chaired at the right."""
    words = words.vietnamese()
    left, right = words("document.signed_secretary"), words("document.signed_chair")
    return Signature((("authority", left),)), Signature((("authority", right),))


def addressed(event: Event, words: Words) -> list[Paragraph]:
    """To whom a report goes, and by which acts it is made, as far as the event's file says."""
    settings, profile = event.documents, profile_of(event)
    to = [clean_end(one) for one in settings.get("addressed", [])]
    lines = [words("document.addressed", to=to[0])] if len(to) == 1 else []
    if len(to) > 1:
        lines = [words("document.addressed", to="").rstrip(), *(f"- {one}" for one in listed(to))]
    bases = [profile.basis.format(text=clean_end(one)) for one in settings.get("basis", [])]
    return [
        *(Paragraph(line, style="addressed", align="center") for line in lines),
        *(Paragraph(line, style="basis") for line in bases),
    ]


def clean_end(text: str) -> str:
    """The text without the sign that ends it in a list."""
    return text.rstrip(" ;.,")


def with_source(text: str, who: str) -> str:
    """What was asked as one sentence, with who asks behind it: `Đề nghị sửa đường (xã Nghi Văn).`
    Just what was asked, where it is not known by whom."""
    line = one_line(text)
    return f"{clean_end(line)} ({within_sentence(who)})." if who else line


def listed(recipients: Sequence[str]) -> tuple[str, ...]:
    """Recipients as a list: each ends with a semicolon, the last with a full stop."""
    plain = [clean_end(one) for one in recipients]
    return tuple(
        f"{one}{'.' if place == len(plain) else ';'}" for place, one in enumerate(plain, start=1)
    )


def heading(text: str, level: int = 2) -> Paragraph:
    """A heading within the text; the kind of the document is the first level."""
    return Paragraph(text, bold=True, keep_with_next=True, level=level)


def fact(label: str, text: str) -> Paragraph:
    """A line of minutes: what it is about, and what there is of it; dots to be filled by hand."""
    return Paragraph(f"{label}: {text or dots_after(label)}")


def dots_after(label: str) -> str:
    """The room of a name after its label, to be filled in by hand: within one line, since a broken
    one would be set wide."""
    return "…" * min(MAX_DOTS, LINE - (len(label) + 1) // 2)


# --- moments -------------------------------------------------------------------------------------


def written_time(at: datetime, words: Words) -> str:
    """A time of day as documents have it: 06 giờ 50 phút."""
    local = at.astimezone(words.time_zone)
    return words("document.time", hour=f"{local:%H}", minute=f"{local:%M}")


def written_moment(at: datetime, words: Words) -> str:
    """A moment as documents have it: 06 giờ 50 phút, ngày 22/7/2023."""
    return words("document.moment", time=written_time(at, words), day=words.day(at))


def written_span(begins: datetime, ends: datetime, words: Words) -> str:
    """From one moment to another: from … to …, on one day or on two."""
    same = words.day(begins) == words.day(ends)
    return words(
        "document.span",
        begins=written_time(begins, words) if same else written_moment(begins, words),
        ends=written_moment(ends, words),
    )


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


def tied(text: str) -> str:
    """The text with spaces that do not break where a line's end would tear it."""
    return TIED.sub(NO_BREAK, text)


def rewritten(document: Document, rewrite: Rewrite) -> Document:
    """The document with each of its texts as `rewrite` returns it."""
    foot = document.foot
    return replace(
        document,
        title=rewrite(document.title),
        head=Head(**{name: rewrite(text) for name, text in vars(document.head).items()}),
        blocks=_rewritten_blocks(document.blocks, rewrite),
        foot=replace(
            foot,
            signatures=tuple(_rewritten_signature(one, rewrite) for one in foot.signatures),
            recipients_label=rewrite(foot.recipients_label),
            recipients=tuple(map(rewrite, foot.recipients)),
        ),
        mark=rewrite(document.mark),
        note=rewrite(document.note),
        annex=_rewritten_blocks(document.annex, rewrite),
    )


def _tied(document: Document) -> Document:
    """The document with the lines of its text torn nowhere; those of its head are short."""
    summary = tied(document.head.summary)
    return replace(
        document,
        head=replace(document.head, summary=summary),
        blocks=_rewritten_blocks(document.blocks, tied),
        annex=_rewritten_blocks(document.annex, tied),
    )


def _rewritten_signature(signature: Signature, rewrite: Rewrite) -> Signature:
    above = tuple((style, rewrite(text)) for style, text in signature.above)
    return Signature(above, rewrite(signature.signer))


def _rewritten_blocks(blocks: Sequence[Block], rewrite: Rewrite) -> tuple[Block, ...]:
    return tuple(_rewritten_block(block, rewrite) for block in blocks)


def _rewritten_block(block: Block, rewrite: Rewrite) -> Block:
    if isinstance(block, Paragraph):
        return replace(block, text=rewrite(block.text))
    columns = tuple(replace(column, heading=rewrite(column.heading)) for column in block.columns)
    rows = tuple(tuple(map(rewrite, row)) for row in block.rows)
    return replace(block, columns=columns, rows=rows)
