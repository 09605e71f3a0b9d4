"""Lengths of lines in an official document, for its rules, its columns and the halves of its head.

In millimetres, and the same for every kind of file: so that a document has the same lines in each.
"""

from collections.abc import Iterable, Sequence

from data.documents import fonts
from data.documents.content import Head, Table
from data.documents.profiles import Profile, Style

POINTS_PER_MM = 72 / 25.4
SLACK = 3  # to spare for a line in its half: a word processor may substitute a wider typeface
MAX_LEFT, MIN_LEFT = 0.43, 0.33  # of the text's width, for the left half of the head
LEFT_OF_FOOT = 0.48
TITLE_INDENT = 8  # on both sides of the summary, so that a long one looks centred
PADDING = 1.25  # on both sides of a cell's text
LINE = 1.15  # the height of a single line, as the typeface asks for, by the size of its letters
PADDING_ABOVE = 2  # points above and below a cell's text
ABOVE_FOOT = 12  # points between the text and its signature
ABOVE_TITLE, BELOW_TITLE = 18, 12  # points
MEASURED = 30  # the longest texts of a column, of which one is the widest
SPARE = 0.5  # that a width of a cell's text has beyond the text


def length_of(text: str, style: Style) -> float:
    """The length of a line."""
    written = style.cased(text)
    points = fonts.width(written, size=style.size, bold=style.bold, italic=style.italic)
    return points / POINTS_PER_MM


def rule(text: str, style: Style, *, share: float, within: float) -> float:
    """The length of a rule under a line, by its longest part where the line is broken.

    `share`: the rule's part of the line's length; `within`: the room.
    """
    lines = fonts.lines(
        style.cased(text),
        width=within * POINTS_PER_MM,
        size=style.size,
        bold=style.bold,
        italic=style.italic,
    )
    longest = max(
        fonts.width(line, size=style.size, bold=style.bold, italic=style.italic) for line in lines
    )
    return share * min(longest / POINTS_PER_MM, within)


def halves_of_head(head: Head, profile: Profile) -> tuple[float, float]:
    """The widths of the left and right half; the right one holds its lines unbroken."""
    text_width, styles = profile.paper.text_width, profile.styles
    needed = SLACK + max(
        length_of(getattr(head, name), styles[name]) for name in ("heading", "motto", "place_date")
    )
    left = max(min(text_width * MAX_LEFT, text_width - needed), text_width * MIN_LEFT)
    return left, text_width - left


def halves_of_foot(profile: Profile) -> tuple[float, float]:
    """The widths of the left and right half."""
    left = profile.paper.text_width * LEFT_OF_FOOT
    return left, profile.paper.text_width - left


def title_width(profile: Profile) -> float:
    """The width of the summary."""
    return profile.paper.text_width - 2 * TITLE_INDENT


def columns(table: Table, profile: Profile) -> list[float]:
    """The widths of a table's columns, together that of the text.

    A column that needs less than its part gets what it needs, and what is left goes to those that
    need more, so that nothing wraps beside an empty column. None is narrower than its longest word.
    """
    size, room = profile.styles["table"].size, profile.paper.text_width
    rows = [row for place, row in enumerate(table.rows) if place not in table.wide]
    cells = list(zip(*rows, strict=True)) or [()] * len(table.columns)
    bold = Style(size, bold=True)
    plain = [_widest(texts, bold if table.total else Style(size)) for texts in cells]
    whole = [length_of(column.heading, bold) for column in table.columns]
    wanted = [max(pair) + _extra() for pair in zip(plain, whole, strict=True)]
    if sum(wanted) > room:
        broken = [_heading(column.heading, bold) for column in table.columns]
        wanted = [max(pair) + _extra() for pair in zip(plain, broken, strict=True)]
    least = [
        _widest(_words((*texts, column.heading)), bold) + _extra()
        for texts, column in zip(cells, table.columns, strict=True)
    ]
    shares = [column.width for column in table.columns]
    return _shared(room, wanted, least, shares)


def _extra() -> float:
    return 2 * PADDING + SPARE


def _words(texts: Iterable[str]) -> list[str]:
    return [word for text in texts for word in text.split(" ")]


def _widest(texts: Sequence[str], style: Style) -> float:
    longest = sorted(set(texts), key=len, reverse=True)[:MEASURED]
    return max((length_of(text, style) for text in longest), default=0)


def _heading(text: str, style: Style) -> float:
    """What a heading needs in two lines."""
    return max(_widest(text.split(" "), style), length_of(text, style) * 0.55)


def _shared(
    room: float, wanted: Sequence[float], least: Sequence[float], shares: Sequence[float]
) -> list[float]:
    widths = list(wanted)
    if sum(wanted) <= room:
        part = (room - sum(wanted)) / sum(shares)
        return [width + part * share for width, share in zip(widths, shares, strict=True)]
    short = set(range(len(widths)))
    while short:
        left = room - sum(width for place, width in enumerate(widths) if place not in short)
        part = left / sum(shares[place] for place in short)
        content = {place for place in short if wanted[place] <= part * shares[place]}
        if not content:
            break
        short -= content
    for place in short:
        widths[place] = part * shares[place]
    return _widened(widths, least, room)


def _widened(widths: list[float], least: Sequence[float], room: float) -> list[float]:
    """The widths with none below its least, taken from those that have more than theirs."""
    if sum(least) >= room:
        return [width * room / sum(least) for width in least]
    lacking = sum(max(need - width, 0) for width, need in zip(widths, least, strict=True))
    spare = sum(max(width - need, 0) for width, need in zip(widths, least, strict=True))
    if not lacking:
        return widths
    return [
        need if width < need else width - (width - need) * lacking / spare
        for width, need in zip(widths, least, strict=True)
    ]
