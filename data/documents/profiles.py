"""Layouts of official documents: the profiles of `profiles.toml` and of an event's folder."""

from collections.abc import Iterable
from dataclasses import dataclass, fields, replace
from datetime import datetime
from functools import cache
from pathlib import Path
from string import Formatter
from typing import Any
from zoneinfo import ZoneInfo

from data.files import Folder, MemoryFolder, Row, read_toml
from models.events.event import Event

DEFAULT = "party"
FILE = "profiles.toml"
HERE = Path(__file__).parent
PLACES = {"number": ("number", "code", "symbol"), "place_date": ("place", "day", "month", "year")}
OWN_PLACES = {"basis": ("text",)}  # of a template that a profile may leave out
LINE_UNITS = ("points", "lines")
SWITCHES = ("bold", "italic", "capitals", "underline")
STYLES = (
    "heading",
    "motto",
    "parent",
    "issuer",
    "number",
    "place_date",
    "kind",
    "summary",
    "authority",
    "position",
    "signer",
    "recipients_label",
    "recipients",
    "table",
)
URGENCIES = ("urgent", "very_urgent", "express")
MIN_TEXT = 80  # millimetres of text that the margins leave, each way


@dataclass(frozen=True)
class Style:
    """Letters: the size in points, and their emphasis."""

    size: float
    bold: bool = False
    italic: bool = False
    capitals: bool = False
    underline: bool = False

    def cased(self, text: str) -> str:
        """The text in the style's case."""
        return text.upper() if self.capitals else text


# A profile may leave these out, as those stored by earlier versions do.
OWN_STYLES = {
    "urgency": Style(size=14, bold=True, capitals=True),
    "addressed": Style(size=14, italic=True),
    "basis": Style(size=14),
}


@dataclass(frozen=True)
class Paper:
    """The sheet and its margins, in millimetres.

    `mirrored`: printed on both sides, so that `left` is at the right of every even page.
    """

    width: float
    height: float
    top: float
    bottom: float
    left: float
    right: float
    mirrored: bool = False

    @property
    def text_width(self) -> float:
        return self.width - self.left - self.right

    def turned(self) -> "Paper":
        """The same sheet on its side, for a table of many columns."""
        return replace(self, width=self.height, height=self.width)


@dataclass(frozen=True)
class Below:
    """The mark under a line: a text, a rule by its share of the line's length, or "" for none."""

    heading: str | float
    motto: str | float
    issuer: str | float
    summary: str | float


@dataclass(frozen=True)
class Body:
    """Running text, justified.

    `first_line`: indent in millimetres; `gap`: between paragraphs, in points; `line`: the line's
    height in `points`, or in `lines` of the letters' own height (`line_unit`).
    """

    size: float
    first_line: float
    gap: float
    line: float
    line_unit: str


@dataclass(frozen=True)
class PageNumber:
    """Centred, `from_top` in millimetres; never on the first page."""

    size: float
    from_top: float


@dataclass(frozen=True)
class Profile:
    """One set of rules.

    `number` and `place_date` are templates with the places of `PLACES`; `authority`: the forms
    before a body (T/M, TM.) by their keys; `basis`: of a line that names a legal basis, with the
    place `text`; `signature`: the height left free for a signature and a seal, in points.
    """

    key: str
    font: str
    heading: str
    motto: str
    number: str
    place_date: str
    pad_numbers_below: int
    pad_days_below: int
    pad_months_below: int
    recipients_label: str
    paper: Paper
    below: Below
    authority: dict[str, str]
    body: Body
    page_number: PageNumber
    styles: dict[str, Style]
    basis: str = "{text};"
    signature: float = 60

    def numbered(self, number: int) -> str:
        """A document's number in writing."""
        return _padded(number, below=self.pad_numbers_below)

    def day(self, moment: datetime, time_zone: ZoneInfo) -> dict[str, str]:
        """A local day in writing, with zeros where a figure could be added in front."""
        local = moment.astimezone(time_zone)
        return {
            "day": _padded(local.day, below=self.pad_days_below),
            "month": _padded(local.month, below=self.pad_months_below),
            "year": str(local.year),
        }

    def blank_day(self, moment: datetime, time_zone: ZoneInfo) -> dict[str, str]:
        """The day of a draft: its year alone."""
        return self.day(moment, time_zone) | {"day": "…", "month": "…"}


def _padded(number: int, *, below: int) -> str:
    return f"{number:02d}" if number < below else str(number)


Kind = type[Profile | Paper | Below | Body | PageNumber | Style]
"""A dataclass that is read from a table."""


@cache
def profiles() -> dict[str, Profile]:
    """The profiles of the product, by their keys."""
    file = read_toml(HERE, FILE)
    return {key: read_profile(key, file.values[key]) for key in file.values}


def profile_of(event: Event) -> Profile:
    """The profile of an event: its own, stored when it was loaded, or the one that it names."""
    key = event.documents.get("profile", DEFAULT)
    own = event.documents.get("rules")
    return read_profile(key, own) if own else profiles()[key]


def own_profiles(folder: Path) -> dict[str, dict[str, object]]:
    """The tables of the profiles in an event's folder, validated.

    Refuses what `read_profile` does, and a malformed file.
    """
    if not (folder / FILE).exists():
        return {}
    tables = read_toml(folder, FILE).values
    for key, table in tables.items():
        read_profile(key, table)
    return tables


def read_profile(key: str, table: object) -> Profile:
    """A profile from its table.

    Refuses (`file_setting`) a field that is missing, unknown or out of bounds, by its name.
    """
    if not isinstance(table, dict):
        raise Row(FILE, 0, {key: table}).refuse(key, "not_a_table")
    row = Row(f"{FILE} [{key}]", 0, table)
    _require_known(row, _names(Profile) - {"key"})
    texts: dict[str, Any] = {
        name: row.required(name) for name in ("font", "heading", "recipients_label")
    }
    return Profile(
        key=key,
        motto=row.text("motto"),
        pad_numbers_below=row.whole("pad_numbers_below", most=100),
        pad_days_below=row.whole("pad_days_below", most=32),
        pad_months_below=row.whole("pad_months_below", most=13),
        paper=_paper(_part(row, "paper", Paper)),
        below=_below(_part(row, "below", Below)),
        authority=_authority(row),
        body=_body(_part(row, "body", Body)),
        page_number=_page_number(_part(row, "page_number", PageNumber)),
        styles=_styles(row),
        **texts | {name: _template(row, name) for name in PLACES} | _own(row),
    )


def _own(row: Row) -> dict[str, Any]:
    """The fields that a profile may leave out, as far as it has them."""
    own: dict[str, Any] = {}
    if "basis" in row.values:
        own["basis"] = _template(row, "basis")
    if "signature" in row.values:
        own["signature"] = row.number("signature", least=30, most=200)
    return own


def _part(row: Row, name: str, kind: Kind | None = None) -> Row:
    """A table within a profile's; with a kind, one that has only the kind's fields."""
    table = row.values.get(name)
    if not isinstance(table, dict):
        raise row.refuse(name, "not_a_table" if name in row.values else "empty")
    part = Row(f"{row.file[:-1]}.{name}]", 0, table)
    if kind is not None:
        _require_known(part, _names(kind))
    return part


def _names(kind: Kind) -> set[str]:
    return {field.name for field in fields(kind)}


def _require_known(row: Row, names: Iterable[str]) -> None:
    """Refuses `unknown_field`: most often a mistyped name."""
    for name in row.values:
        if name not in names:
            raise row.refuse(name, "unknown_field")


def _template(row: Row, name: str) -> str:
    """A template with its own places only."""
    text, places = row.required(name), (PLACES | OWN_PLACES)[name]
    allowed = [(place, "", None) for place in places]
    try:
        used = [part[1:] for part in Formatter().parse(text) if part[1] is not None]
    except ValueError:
        used = [("", "", None)]
    if any(part not in allowed for part in used):
        raise row.refuse(name, "places_malformed", places=", ".join(places))
    return text


def _paper(row: Row) -> Paper:
    sides = {name: row.number(name, least=MIN_TEXT, most=1000) for name in ("width", "height")}
    margins = {name: row.number(name, most=100) for name in ("top", "bottom", "left", "right")}
    mirrored = "mirrored" in row.values and _switch(row, "mirrored")
    paper = Paper(**sides, **margins, mirrored=mirrored)
    if paper.text_width < MIN_TEXT:
        raise row.refuse("right", "too_large")
    if paper.height - paper.top - paper.bottom < MIN_TEXT:
        raise row.refuse("bottom", "too_large")
    return paper


def _below(row: Row) -> Below:
    return Below(**{name: _mark(row, name) for name in _names(Below)})


def _mark(row: Row, name: str) -> str | float:
    value = row.values.get(name)
    if value is None:
        raise row.refuse(name, "empty")
    return row.text(name) if isinstance(value, str) else row.number(name, least=0.05, most=1)


def _authority(row: Row) -> dict[str, str]:
    part = _part(row, "authority")
    return {name: part.required(name) for name in part.values}


def _body(row: Row) -> Body:
    unit = row.one_of("line_unit", LINE_UNITS)
    size = _size(row)
    least, most = (size, 60) if unit == "points" else (1, 3)
    return Body(
        size=size,
        first_line=row.number("first_line", most=50),
        gap=row.number("gap", most=60),
        line=row.number("line", least=least, most=most),
        line_unit=unit,
    )


def _page_number(row: Row) -> PageNumber:
    return PageNumber(size=_size(row), from_top=row.number("from_top", least=3, most=50))


def _styles(row: Row) -> dict[str, Style]:
    part = _part(row, "styles")
    _require_known(part, (*STYLES, *OWN_STYLES))
    given = [name for name in (*STYLES, *OWN_STYLES) if name in STYLES or name in part.values]
    return OWN_STYLES | {name: _style(_part(part, name, Style)) for name in given}


def _style(row: Row) -> Style:
    return Style(
        size=_size(row), **{name: _switch(row, name) for name in SWITCHES if name in row.values}
    )


def _size(row: Row) -> float:
    return row.number("size", least=6, most=40)


def _switch(row: Row, name: str) -> bool:
    value = row.values[name]
    if not isinstance(value, bool):
        raise row.refuse(name, "not_a_switch")
    return value


def known_profile(row: Row, folder: Folder) -> tuple[Profile, dict[str, object] | None]:
    """The profile that an event's file names, and its table where it is the folder's own.

    Refuses (`not_among`) an unknown name.
    """
    own = folder.profiles if isinstance(folder, MemoryFolder) else own_profiles(folder)
    key = row.one_of("profile", [*profiles(), *(name for name in own if name not in profiles())])
    if key in own:
        return read_profile(key, own[key]), own[key]
    return profiles()[key], None
