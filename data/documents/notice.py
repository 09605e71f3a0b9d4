"""The notice on a person's data: what it is for, who sees it, how long it stays, whom to ask.

It stands on invitations, badges and the sign-in page of every event. Where names or telephone
numbers are kept it says so, until when, and in full why.
"""

from datetime import datetime

from data.erasure import erasure_day
from data.words import Words
from models.attendance.particulars import Particular, active_keepings
from models.events.event import Event

CONTACT = "contact"
"""The setting of an event's documents that says whom to ask."""


def contact_of(event: Event, words: Words) -> str:
    """Whom to ask: as the event says, else its committee."""
    return str(event.documents.get(CONTACT) or words("notice.committee"))


def notice(event: Event, words: Words, now: datetime) -> str:
    """The notice in full, as of a real moment, for a page or a letter."""
    name, day = words.of(event, "short_name"), erasure_day(event.last_day)
    said = words("notice.full", event=name, day=day, contact=contact_of(event, words))
    more = (
        words("notice.full_kept", what=_kind(words, kind), reason=one.reason, day=one.erase_on)
        for kind, one in active_keepings(event, now).items()
    )
    return " ".join([said, *more])


def short_notice(event: Event, words: Words, now: datetime) -> str:
    """The notice in one line, for a card."""
    said = words("notice.short", day=erasure_day(event.last_day), contact=contact_of(event, words))
    more = (
        words("notice.short_kept", what=_kind(words, kind), day=one.erase_on)
        for kind, one in active_keepings(event, now).items()
    )
    return " ".join([said, *more])


def _kind(words: Words, kind: Particular) -> str:
    return words(f"particulars.{kind.value}")
