"""The documents of a synthesis, each made from a frozen content alone."""

from collections.abc import Sequence
from datetime import datetime

from data.documents import frozen
from data.documents.content import (
    Block,
    Document,
    Paragraph,
    addressed,
    fact,
    numbered,
    of_minutes,
    official,
)
from data.words import Words, event_words
from models.documents import Content
from models.events.event import Event
from models.synthesis.versions import Validity

KINDS = ("synthesis", "conclusion", "petitions")
"""The documents of a synthesis: the report, the notice of the conclusion, the list of petitions."""


def forum_minutes(content: Content, language: str) -> Document:
    """The minutes of a forum; not signed off, they are a draft. `withdrawn` in the content says why
    they were withdrawn."""
    meta, event, words = _of(content, language)
    frame, sections = content["frame"][language], content["text"][language]
    return official(
        event,
        words,
        kind="forum",
        at=datetime.fromisoformat(meta["moment"]),
        summary=frame["summary"],
        blocks=[
            *_why_withdrawn(content, words),
            *(fact(label, text) for label, text in frame["facts"]),
            *_parts(sections),
            Paragraph(frame["closing"]),
        ],
        mark=_mark_of_minutes(content, words),
        dated=meta["version"] is not None,
        signatures=of_minutes(event, words),
    )


def _why_withdrawn(content: Content, words: Words) -> list[Paragraph]:
    if not content.get("withdrawn"):
        return []
    why = words("document.forum.withdrawn", reason=content["withdrawn"])
    return [Paragraph(why, italic=True)]


def _mark_of_minutes(content: Content, words: Words) -> str:
    if content.get("withdrawn"):
        return words("document.withdrawn")
    return words("document.draft") if content["meta"]["version"] is None else ""


MARKS = {
    Validity.PENDING: "document.draft",
    Validity.DROPPED: "document.draft",
    Validity.SUPERSEDED: "document.superseded",
    Validity.WITHDRAWN: "document.withdrawn",
}
"""What stands on every page of a version that does not count."""


def synthesis_document(content: Content, kind: str, language: str) -> Document:
    """One of the `KINDS`, from the content of a version, or of a draft of now.

    `validity` in the content says what the version counts for; without it, or before it is
    approved, the document is a draft.
    """
    meta, event, words = _of(content, language)
    validity = Validity(content.get("validity", Validity.PENDING))
    frame, sections = content["frame"][language][kind], content["text"][language][kind]
    mark = MARKS.get(validity)
    return official(
        event,
        words,
        kind=kind,
        at=datetime.fromisoformat(meta["moment"]),
        summary=frame["summary"],
        blocks=[
            *(addressed(event, words) if kind == "synthesis" else []),
            Paragraph(frame["opening"]),
            *_parts(sections),
            Paragraph(frame["closing"]),
        ],
        mark=words(mark) if mark else "",
        dated=validity not in (Validity.PENDING, Validity.DROPPED),
        annex=frozen.annex_of(sections),
    )


def _of(content: Content, language: str) -> tuple[Content, Event, Words]:
    event = frozen.event_of(content["meta"]["event"])
    return content["meta"], event, event_words(event, language)


def _parts(sections: Sequence[Content]) -> list[Block]:
    """The sections before the annex, under Roman numerals."""
    return numbered(
        (one["heading"], frozen.blocks_of(one)) for one in sections if not one.get("annex")
    )
