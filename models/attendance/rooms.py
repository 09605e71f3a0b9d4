"""Who else is in a room: guests and walk-ins, and what a clicker counted at a door."""

import re

from sqlalchemy import CheckConstraint, Index
from sqlmodel import Field

from models.attendance.badges import require_no_badge
from models.refusals import Refusal
from models.storage import Fact
from models.text import clean

WORDS_LENGTH = 200
MAX_AT_ONCE = 500
MAX_COUNTED = 100_000
WHOLE = re.compile(r"[+-]?[0-9]{1,9}")


class GuestFact(Fact, table=True):
    """A fact: guests came to an item who are not on the roster, or (a negative number) were counted
    in error or left."""

    __table_args__ = (Index("ix_guestfact_item", "item_id", "at"), CheckConstraint("number != 0"))

    id: int = Field(default=None, primary_key=True)
    item_id: int = Field(foreign_key="programmeitem.id")
    number: int
    words: str = ""
    desk_id: int | None = Field(default=None, foreign_key="desk.id")


class DoorCount(Fact, table=True):
    """A fact: a number of people was counted by hand as inside, at the door of a desk (None: in
    the whole room)."""

    __table_args__ = (Index("ix_doorcount_item", "item_id", "at"), CheckConstraint("number >= 0"))

    id: int = Field(default=None, primary_key=True)
    item_id: int = Field(foreign_key="programmeitem.id")
    desk_id: int | None = Field(default=None, foreign_key="desk.id")
    number: int


def require_number(typed: str) -> int:
    """The whole number that was typed, with a sign or without.

    Refuses `number_needed`, `words_are_badge`, and `number_malformed` for anything else: a number
    that is read as another one falsifies.
    """
    written = require_no_badge(clean(typed)).replace("\u2212", "-")
    if not written:
        raise Refusal("number_needed")
    if not WHOLE.fullmatch(written):
        raise Refusal("number_malformed", typed=written[:20])
    return int(written)


def require_guests(number: int, words: str, *, known: int) -> str:
    """The cleaned words.

    Refuses `guests_number` (0, more than 500 at once, more out than there are) and
    `guests_words_too_long`, `words_are_badge`.
    """
    if number == 0 or abs(number) > MAX_AT_ONCE or known + number < 0:
        raise Refusal("guests_number", number=number, known=known, limit=MAX_AT_ONCE)
    written = clean(words)
    if len(written) > WORDS_LENGTH:
        raise Refusal("guests_words_too_long", length=len(written), limit=WORDS_LENGTH)
    return require_no_badge(written)


def require_count(number: int) -> None:
    """Refuses `count_number` for what no clicker shows."""
    if not 0 <= number <= MAX_COUNTED:
        raise Refusal("count_number", number=number, limit=MAX_COUNTED)
