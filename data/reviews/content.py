"""The content that signing a review freezes; its shape is in `models.reviews.reviews`."""

from data.documents.content import settings_of
from data.reviews.comparison import Comparison
from data.reviews.five_parts import frame_of, text_of
from data.words import LANGUAGES, Words, event_words
from models.events.event import Event
from models.reviews.reviews import VERSION, Content
from models.text import both

SPEECH = ("event_noun", "section_noun", "forum_noun", "vietnamese_only")
"""How the event speaks; a review that was signed before these holds none of them."""


def content_of(
    found: Comparison, *, conclusion: str, number: int | None, signer: dict[str, str] | None
) -> Content:
    """The whole text of a review of a comparison; a draft has no number and no signer."""
    every = {language: event_words(found.event, language) for language in LANGUAGES}
    return {
        "version": VERSION,
        "meta": {
            "number": number,
            "moment": found.moment.isoformat(),
            "since": found.since.isoformat() if found.since else None,
            "phase": found.phase.value,
            "signer": signer,
            "conclusion": conclusion,
            "event": _event(found.event, every[LANGUAGES[0]]),
        },
        "figures": found.figures,
        "frame": {language: frame_of(found, words, signer) for language, words in every.items()},
        "text": {
            language: text_of(found, words, conclusion=conclusion)
            for language, words in every.items()
        },
    }


def _event(event: Event, words: Words) -> Content:
    """The facts of the event that a document needs."""
    return {
        "slug": event.slug,
        "run": event.run,
        "name": both(event, "name"),
        "place": both(event, "place"),
        "documents": settings_of(event, words),
        "rehearsal": event.rehearsal,
        "time_zone": event.time_zone,
        "first_day": event.first_day.isoformat(),
        "last_day": event.last_day.isoformat(),
        **{name: getattr(event, name) for name in SPEECH},
    }
