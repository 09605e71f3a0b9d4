"""The content that signing a review freezes; its shape is in `models.reviews.reviews`."""

from data.documents.content import settings_of
from data.reviews.comparison import Comparison
from data.reviews.five_parts import frame_of, text_of
from data.words import LANGUAGES, Words
from models.events.event import Event, zone
from models.reviews.reviews import VERSION, Content
from models.text import both


def content_of(
    found: Comparison, *, conclusion: str, number: int | None, signer: dict[str, str] | None
) -> Content:
    """The whole text of a review of a comparison; a draft has no number and no signer."""
    every = [Words(language, zone(found.event)) for language in LANGUAGES]
    return {
        "version": VERSION,
        "meta": {
            "number": number,
            "moment": found.moment.isoformat(),
            "since": found.since.isoformat() if found.since else None,
            "phase": found.phase.value,
            "signer": signer,
            "conclusion": conclusion,
            "event": _event(found.event, every[0]),
        },
        "figures": found.figures,
        "frame": {words.language: frame_of(found, words, signer) for words in every},
        "text": {words.language: text_of(found, words, conclusion=conclusion) for words in every},
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
    }
