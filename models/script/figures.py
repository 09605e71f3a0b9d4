"""Figures of the attendance ledger in the words that are read aloud: `{có mặt}` becomes 1.081."""

import re
from collections.abc import Callable, Mapping

from models.attendance.ledger import Headcount

NAMES: Mapping[str, str] = {
    "triệu tập": "expected",
    "có mặt": "here",
    "vắng": "away",
    "vắng có lý do": "excused",
    "chưa đến": "missing",
    "tỷ lệ": "share",
}
"""What a person writes between braces, and the figure that it stands for: how many are invited,
are here, are not (with or without a reason), have excused themselves, are neither here nor excused;
and the share of those here."""
_WRITTEN = re.compile(r"\{([^{}\n]{1,40})\}")


def has_figures(text: str) -> bool:
    """Whether a text asks for a figure."""
    return any(_name(found) in NAMES for found in _WRITTEN.findall(text))


def filled(
    text: str, counts: Headcount | None, *, number: Callable[[int | float], str], unknown: str
) -> str:
    """The text with its figures; `unknown` where nothing was recorded yet, or no one counts.

    A name that stands for no figure is left as it is, so that a slip of the pen is seen.
    """
    known = counts if counts is not None and (counts.here or counts.excused) else None

    def figure(found: re.Match[str]) -> str:
        name = NAMES.get(_name(found[1]))
        if name is None:
            return found[0]
        return unknown if known is None else _figure(name, known, number)

    return _WRITTEN.sub(figure, text)


def _name(written: str) -> str:
    return " ".join(written.casefold().split())


def _figure(name: str, counts: Headcount, number: Callable[[int | float], str]) -> str:
    if name == "share":
        return (
            f"{number(round(100 * counts.here / counts.expected, 1))}%" if counts.expected else ""
        )
    if name == "away":
        return number(counts.expected - counts.here)
    found: int = getattr(counts, name)
    return number(found)
