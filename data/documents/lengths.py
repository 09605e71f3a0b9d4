"""Lengths of lines in an official document, for its rules and the halves of its head; in mm."""

from data.documents import fonts
from data.documents.content import Head
from data.documents.profiles import Profile, Style

POINTS_PER_MM = 72 / 25.4
SLACK = 3  # to spare for a line in its half: a word processor may substitute a wider typeface
MAX_LEFT, MIN_LEFT = 0.43, 0.33  # of the text's width, for the left half of the head
LEFT_OF_FOOT = 0.48
TITLE_INDENT = 8  # on both sides of the summary, so that a long one looks centred


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
