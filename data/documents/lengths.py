"""How long the lines of an official document are, which its rules and the two halves of its head go by; in millimetres."""

from data.documents import fonts
from data.documents.content import Head
from data.documents.profiles import Profile, Style

POINTS_PER_MM = 72 / 25.4
SLACK = 3  # that a line has to spare in its half: a word processor may lack the typeface and take a wider one
WIDEST_LEFT, NARROWEST_LEFT = 0.43, 0.33  # parts of the text's width for the left half of the head
LEFT_OF_FOOT = 0.48
TITLE_INDENT = 8  # beside type and summary, so that a long summary stands centred


def as_long(text: str, style: Style) -> float:
    return (
        fonts.width(style.told(text), size=style.size, bold=style.bold, italic=style.italic)
        / POINTS_PER_MM
    )


def rule(text: str, style: Style, *, share: float, within: float) -> float:
    """The length of a rule under a line, by its longest part where the line has to be broken."""
    told, letters = (
        style.told(text),
        {"size": style.size, "bold": style.bold, "italic": style.italic},
    )
    lines = fonts.lines(told, width=within * POINTS_PER_MM, **letters)
    return share * min(max(fonts.width(line, **letters) for line in lines) / POINTS_PER_MM, within)


def halves_of_head(head: Head, profile: Profile) -> tuple[float, float]:
    """The widths of its left and right half: the right one holds its lines unbroken."""
    text_width, styles = profile.paper.text_width, profile.styles
    needed = SLACK + max(
        as_long(getattr(head, name), styles[name]) for name in ("heading", "motto", "place_date")
    )
    left = max(min(text_width * WIDEST_LEFT, text_width - needed), text_width * NARROWEST_LEFT)
    return left, text_width - left


def halves_of_foot(profile: Profile) -> tuple[float, float]:
    left = profile.paper.text_width * LEFT_OF_FOOT
    return left, profile.paper.text_width - left


def title_width(profile: Profile) -> float:
    return profile.paper.text_width - 2 * TITLE_INDENT
