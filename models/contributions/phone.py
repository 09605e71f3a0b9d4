"""Questions from telephones: how often one delegate may send, and how long a question may be."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from models.access.accounts import counted_address
from models.contributions.contributions import LENGTHS
from models.refusals import Refusal
from models.text import clean, clean_block, folded, legible

QUESTION_LENGTH = 1000
MAX_QUESTIONS, GAP = 5, timedelta(minutes=1)
"""How many questions one delegate may send to a forum, and how long after the one before."""
FREE_OF_BADGE, FREE_OF_PHONE, FREE_OF_UNNAMED, FREE_OF_HALL = 5, 5, 20, 300
"""Wrong tries within a quarter of an hour before one has to wait: by badge code, by telephone, by
all of an address whose browsers return no cookie, and by address, which is a whole hall's: once
with a badge code and once without."""
KINDS = (
    "uy ban nhan dan|ubnd|hoi dong nhan dan|hdnd|uy ban mttq viet nam|uy ban mttq|ubmttq|mttq|"
    "dang uy|dang bo|huyen uy|thi uy|thanh uy|quan uy|tinh uy|doan dai bieu|doan|"
    "dac khu|thi tran|thi xa|thanh pho|phuong|xa|huyen|quan|tinh|tp|tx|tt|p|x|h|q"
)
"""What a unit is, before its name; folded."""
_KIND = re.compile(rf"^(?:{KINDS}) (?=.)")
_KIND_EN = re.compile(r"(?<=.) (?:commune|ward|township|town|district|city|province)$")


@dataclass(frozen=True)
class Telephone:
    """What a try comes from: its address, and the browser's name by our signed cookie, None where
    it returned none. `known`: a question was sent from it before.
    """

    address: str
    name: str | None = None
    known: bool = False


def counted_for(code: str | None, phone: Telephone) -> dict[str, int]:
    """What a try counts for, with its free tries: the telephone, the badge, and the address, which
    is a hall's; one telephone alone closes no hall. `code` None: what is no badge code guesses
    nothing, and counts apart from what does, so that it holds up no one who typed theirs. A known
    telephone counts for itself alone: neither the hall nor who guesses at its badge holds it up.

    Badge codes are serial numbers and the names of units are public, so the barrier is the door's
    address: 72 random bits that are shown in the room alone, 1 : 2⁷² for a try from outside. Inside
    a real badge with one of U units by chance is a hit with 1 : U. Of 130 units a telephone has 10
    tries in the first quarter of an hour (7 %) and 30 in an hour (21 %), each badge as many. A
    program in the room that throws its cookies away has the hall's 305 in a quarter of an hour,
    which is 2 hits; the hall then waits for it, but for the telephones that are known. A hit shows
    nothing of anyone: it is a question in that name, which waits for the moderator.
    """
    place = counted_address(phone.address)
    own = f"question:phone:{phone.name}" if phone.name else f"question:unnamed@{place}"
    counted = {own: FREE_OF_PHONE if phone.name else FREE_OF_UNNAMED}
    if phone.known:
        return counted
    if code is None:
        return counted | {f"question:typed@{place}": FREE_OF_HALL}
    hall = {f"question@{place}": FREE_OF_HALL}
    return counted | {f"question:{code}": FREE_OF_BADGE} | hall


def require_question(text: str) -> str:
    """The cleaned question. Refuses `contribution_text_needed` and `contribution_text_too_long`."""
    written = clean_block(text)
    if not legible(written):
        raise Refusal("contribution_text_needed")
    if len(written) > QUESTION_LENGTH:
        raise Refusal("contribution_text_too_long", length=len(written), limit=QUESTION_LENGTH)
    return written


def require_turn(sent: Sequence[datetime], *, now: datetime) -> None:
    """Refuses `questions_enough` past the most of a forum, and `question_too_soon` right after the
    one before; `sent`: when the delegate's questions to the forum came in."""
    if len(sent) >= MAX_QUESTIONS:
        raise Refusal("questions_enough", limit=MAX_QUESTIONS)
    if sent and (wait := max(sent) + GAP - now) > timedelta():
        raise Refusal("question_too_soon", seconds=max(round(wait.total_seconds()), 1))


def is_unit(typed: str, *names: str) -> bool:
    """Whether a person wrote the name of their unit, with or without accents and without what kind
    of unit it is: "nghi kim" and "UBND xã Nghi Kim" are both Nghi Kim, "an" is not Nghệ An."""
    written = _bare(clean(typed)[: LENGTHS["unit"]])
    return bool(written) and written in map(_bare, names)


def _bare(name: str) -> str:
    """A name folded, without signs and without the kinds of unit before or after it."""
    left = " ".join(re.findall(r"\w+", folded(name)))
    while (shorter := _KIND_EN.sub("", _KIND.sub("", left))) != left:
        left = shorter
    return left
