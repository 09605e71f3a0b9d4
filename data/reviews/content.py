"""The content that signing a review freezes; its shape is in `models.reviews.reviews`."""

from data.documents.frozen import event_facts
from data.reviews.comparison import Comparison
from data.reviews.five_parts import frame_of, text_of
from data.words import LANGUAGES, event_words
from models.documents import Content
from models.reviews.reviews import VERSION


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
            "event": event_facts(found.event, every[LANGUAGES[0]]),
        },
        "figures": found.figures,
        "frame": {language: frame_of(found, words, signer) for language, words in every.items()},
        "text": {
            language: text_of(found, words, conclusion=conclusion)
            for language, words in every.items()
        },
    }
