"""The daily review as an official report, made from its content alone."""

from datetime import datetime
from typing import Any

from data.documents import frozen
from data.documents.content import (
    Block,
    Document,
    Paragraph,
    addressed,
    numbered,
    official,
    settings_of,
    written_moment,
)
from data.documents.profiles import profile_of
from data.words import Words, event_words
from models.documents import Content
from models.events.event import Event


def review_report(content: Content, language: str) -> Document:
    """The report from a review's content (see `models.reviews.reviews`).

    The same content gives the same document. Without a number it is not signed, and is marked as a
    draft; a withdrawn one is marked as such and says when, by whom and why. One that was signed in
    version 1 keeps the sentences that it was signed with.
    """
    meta = content["meta"]
    event = frozen.event_of(meta["event"])
    words = event_words(event, language)
    first = content["version"] == 1
    frame = _first_frame(meta, event, words) if first else content["frame"][words.language]
    sections = content["text"][words.language]
    parts = [one for one in sections if not one.get("annex")]
    return official(
        event,
        words,
        kind="report",
        at=datetime.fromisoformat(meta["moment"]),
        summary=frame["summary"],
        blocks=[
            *_withdrawn(content, words),
            *([] if first else addressed(event, words)),
            Paragraph(frame["opening"]),
            *numbered((one["heading"], _blocks(one, words)) for one in parts),
            Paragraph(frame["closing"]),
        ],
        number=meta["number"],
        mark=_mark(content, words),
        dated=first or meta["number"] is not None,
        urgency="" if first else event.documents.get("urgency", ""),
        settings=_first_settings(event, words) if first else None,
        annex=frozen.annex_of(sections),
    )


def _mark(content: Content, words: Words) -> str:
    """What stands on every page of a report that does not count."""
    if content["meta"]["number"] is None:
        return words("document.draft")
    return words("document.withdrawn") if "withdrawal" in content else ""


def _withdrawn(content: Content, words: Words) -> list[Block]:
    """When, by whom and why the review was withdrawn; nothing of one that counts."""
    if "withdrawal" not in content:
        return []
    withdrawal = content["withdrawal"]
    at = written_moment(datetime.fromisoformat(withdrawal["at"]), words)
    facts = {"by": withdrawal["by"], "at": at, "reason": withdrawal["reason"]}
    return [Paragraph(words("document.report.withdrawn", **facts), italic=True)]


def _blocks(section: Content, words: Words) -> list[Block]:
    """The blocks of a part; a note where it has no text yet, as a draft's conclusion."""
    note = Paragraph(words("document.report.no_conclusion"), italic=True)
    return frozen.blocks_of(section) or [note]


# --- version 1 -----------------------------------------------------------------------------------


def _first_frame(meta: Content, event: Event, words: Words) -> dict[str, str]:
    """The sentences around the parts of a review that was signed in version 1."""
    at = datetime.fromisoformat(meta["moment"])
    facts = {"time": words.time(at), **profile_of(event).day(at, words.time_zone)}
    issuer = event.documents.get(f"issuer_{words.language}") or words("document.committee")
    opening = words("document.first.opening", issuer=issuer, signer=meta["signer"] or "", **facts)
    name = f"document.report.summary_{meta['phase']}"
    return {
        "summary": words(name, event=meta["event"]["name"]),
        "opening": opening,
        "closing": words("document.first.closing", **facts),
    }


def _first_settings(event: Event, words: Words) -> dict[str, Any]:
    """Recipients and signature of a review that was signed in version 1."""
    words = words.vietnamese()
    settings = settings_of(event, words)
    if not event.documents.get("recipients"):
        settings["recipients"] = [
            words("document.recipients_committee"),
            words("document.first.recipients_file"),
        ]
    by_hand = "" if settings.get("signer") else words("document.first.signature")
    return settings | {"by_hand": by_hand}
