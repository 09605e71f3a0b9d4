"""Badges: their codes, and those that were replaced and open nothing any more."""

import re

from sqlalchemy import UniqueConstraint
from sqlmodel import Field

from models.refusals import Refusal
from models.storage import Fact
from models.text import clean


class ReplacedBadge(Fact, table=True):
    """A fact: a delegate's badge was replaced by another one."""

    __table_args__ = (UniqueConstraint("event_id", "badge"),)

    id: int = Field(default=None, primary_key=True)
    event_id: int = Field(foreign_key="event.id")
    badge: str
    delegate_id: int = Field(foreign_key="delegate.id")


# No vowels, and none of the letters that the Telex and VNI input methods turn into accents: a desk
# whose keyboard is left in Vietnamese mode still types a badge code unharmed.
BADGE_LETTERS = "BCGHKLMNPQT"

# Counted from the right, so that codes of four digits keep their letters.
BADGE_WEIGHTS = (7, 6, 5, 4, 3, 2)

# One serial, one code: no zeros before five digits.
BADGE = re.compile(rf"([0-9]{{4}}|[1-9][0-9]{{4,5}})([{BADGE_LETTERS}])")


def check_letter(serial: str) -> str:
    """The letter that ends a badge code; it catches every single wrong digit and every swap of two
    neighbours.

    It does so because the modulus is a prime: it divides none of the weights, and no difference of
    two neighbours.
    """
    total = sum(
        weight * int(digit)
        for weight, digit in zip(BADGE_WEIGHTS[-len(serial) :], serial, strict=True)
    )
    return BADGE_LETTERS[total % len(BADGE_LETTERS)]


def badge_of(number: int) -> str:
    """The code of a serial number: at least four digits, and the letter.

    Refuses `badges_used_up` past six digits.
    """
    serial = f"{number:04d}"
    if len(serial) > len(BADGE_WEIGHTS):
        raise Refusal("badges_used_up", limit=10 ** len(BADGE_WEIGHTS) - 1)
    return serial + check_letter(serial)


def badge_number(code: str) -> int:
    """The serial number of a badge code."""
    return int(code[:-1])


def badge_code(typed: str) -> str:
    """The badge code in what was typed or scanned. Refuses `badge_malformed`, `badge_mistyped`."""
    shown = clean(typed[:40])
    found = BADGE.fullmatch(shown.upper().replace(" ", "").replace("-", ""))
    if not found or len(typed) > 40:
        raise Refusal("badge_malformed", badge=shown[:20])
    if check_letter(found[1]) != found[2]:
        raise Refusal("badge_mistyped", badge=found[0])
    return found[0]


def require_no_badge(written: str) -> str:
    """The text itself. Refuses `words_are_badge` for a badge code: a scanner types into any
    field, and the next badge is no name and no reason."""
    if is_badge_code(written):
        raise Refusal("words_are_badge", badge=written.upper())
    return written


def is_badge_code(text: str) -> bool:
    """Whether a text is a badge code and nothing else: no name, no reason, no number."""
    try:
        badge_code(text)
    except Refusal:
        return False
    return True
