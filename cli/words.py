"""What the command line says: every sentence in both languages."""

import sys
from zoneinfo import ZoneInfo

from data.words import LANGUAGES, Words
from models.refusals import Refusal

# A backup is read before there is an event that could name another zone.
ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
BOTH = [Words(language, ZONE) for language in LANGUAGES]


def say(key: str, **facts: object) -> None:
    for words in BOTH:
        print(words(key, **facts))


def warn(key: str, **facts: object) -> None:
    """The same on standard error, which a script's output does not hold."""
    for words in BOTH:
        print(words(key, **facts), file=sys.stderr)


def explain(refusal: Refusal) -> None:
    """Say why nothing was done."""
    for words in BOTH:
        print(words.refusal(refusal), file=sys.stderr)
