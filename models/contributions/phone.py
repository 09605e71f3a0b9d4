"""Questions from telephones: how often one delegate may send, and how long a question may be."""

import re
from collections.abc import Sequence
from datetime import datetime, timedelta

from models.contributions.contributions import LENGTHS
from models.refusals import Refusal
from models.text import clean, clean_block, folded, legible

QUESTION_LENGTH = 1000
MAX_QUESTIONS, GAP = 5, timedelta(minutes=1)
"""How many questions one delegate may send to a forum, and how long after the one before."""
FREE_OF_BADGE, FREE_OF_ROOM = 5, 200
"""Wrong tries before one has to wait, by badge code and by address: a hall has one address."""
KINDS = (
    "uy ban nhan dan|ubnd|hoi dong nhan dan|hdnd|uy ban mttq viet nam|uy ban mttq|ubmttq|mttq|"
    "dang uy|dang bo|huyen uy|thi uy|thanh uy|quan uy|tinh uy|doan dai bieu|doan|"
    "dac khu|thi tran|thi xa|thanh pho|phuong|xa|huyen|quan|tinh|tp|tx|tt|p|x|h|q"
)
"""What a unit is, before its name; folded."""
_KIND = re.compile(rf"^(?:{KINDS}) (?=.)")
_KIND_EN = re.compile(r"(?<=.) (?:commune|ward|township|town|district|city|province)$")


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
