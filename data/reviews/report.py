"""A review as it goes into its report: what was signed, word for word, or a draft of now; and that it was taken."""

from datetime import datetime

from sqlmodel import Session

from data.audit import note_export
from data.events.clock import event_now
from data.events.current import require_event
from data.reviews.commands import content_of, signed_review
from data.reviews.comparison import compare
from models.access.people import Person, require_may
from models.events.event import Event, View
from models.refusals import Refusal


def export_review(session: Session, *, review_id: int, by: Person, now: datetime) -> dict:
    """The content of a signed review (its shape is in `models.reviews`), for a file; that it was taken is recorded in the same
    transaction.

    Refuses `review_unknown`, `review_erased` where its words went with the event's personal data, and `review_altered` where
    what is kept is no longer what was signed: no file is made of that.
    """
    require_may(by, "export_review")
    event = require_event(session)
    kept = signed_review(session, event, review_id)
    if kept.erased:
        raise Refusal("review_erased")
    if not kept.intact:
        raise Refusal("review_altered")
    return _noted(session, event, kept.content, by)


def export_review_draft(
    session: Session, *, since: datetime, conclusion: str, by: Person, now: datetime
) -> dict:
    """What signing would keep now: the same content, without a number and a signer. `conclusion` is what is typed so far."""
    require_may(by, "export_review")
    event = require_event(session)
    found = compare(session, event, since, View(event_now(session, event)))
    return _noted(
        session,
        event,
        content_of(found, conclusion=conclusion.strip(), number=None, signer=None),
        by,
    )


def _noted(session: Session, event: Event, content: dict, by: Person) -> dict:
    """The content, once it is recorded with the number of its tables' rows that it was taken."""
    rows = sum(
        len(table["rows"]) for section in content["text"]["vi"] for table in section["tables"]
    )
    note_export(session, event, what="review", rows_taken=rows, by=by)
    return content
