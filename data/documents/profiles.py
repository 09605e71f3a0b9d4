"""How an official document looks: the profiles of `profiles.toml` (the Party's, the State's)."""

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

DEFAULT = "party"


@dataclass(frozen=True)
class Style:
    """Letters: the size in points, and what is done to them."""

    size: float
    bold: bool = False
    italic: bool = False
    capitals: bool = False
    underline: bool = False

    def told(self, text: str) -> str:
        return text.upper() if self.capitals else text


@dataclass(frozen=True)
class Margins:
    """In millimetres, of A4 upright."""

    top: float
    bottom: float
    left: float
    right: float

    @property
    def text_width(self) -> float:
        return 210 - self.left - self.right


@dataclass(frozen=True)
class Body:
    """Running text, justified: the first line's indent in millimetres; the gap between paragraphs and the exact line in points."""

    size: float
    first_line: float
    gap: float
    line: float


@dataclass(frozen=True)
class PageNumber:
    """Centred, so many millimetres from the top; never on the first page."""

    size: float
    from_top: float


@dataclass(frozen=True)
class Profile:
    """`rule_under` names the line at the top right under which a rule as long as it is drawn (`heading` or `motto`)."""

    key: str
    motto: bool
    rule_under: str
    issuer_mark: str
    summary_mark: str
    margins: Margins
    body: Body
    page_number: PageNumber
    styles: dict[str, Style]


@cache
def profiles() -> dict[str, Profile]:
    """Every profile by its key."""
    told = tomllib.loads((Path(__file__).parent / "profiles.toml").read_text(encoding="utf-8"))
    return {key: _profile(key, table) for key, table in told.items()}


def _profile(key: str, table: dict) -> Profile:
    plain = {name: table[name] for name in ("motto", "rule_under", "issuer_mark", "summary_mark")}
    return Profile(
        key=key,
        **plain,
        margins=Margins(**table["margins"]),
        body=Body(**table["body"]),
        page_number=PageNumber(**table["page_number"]),
        styles={name: Style(**style) for name, style in table["styles"].items()},
    )
