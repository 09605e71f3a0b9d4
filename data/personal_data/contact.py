"""Whom people ask about their data: a setting of the event, which its notices name."""

from data.commands import Context, command
from data.documents.notice import CONTACT
from data.events.clock import reread
from models.events.event import Event
from models.personal_data import require_note


@command(
    "set_privacy_contact",
    topic="event",
    subject="settings",
    permission="handle_personal_data",
    when_over=True,
)
def set_privacy_contact(ctx: Context, *, contact: str) -> None:
    """Set whom people ask about their data; empty is the committee. Refuses `note_too_long`."""
    ctx.require()
    written = require_note(contact)
    event = ctx.session.get_one(Event, ctx.event.id)
    event.documents = {**event.documents, CONTACT: written}
    ctx.session.add(event)
    ctx.session.flush()
    reread(ctx.session)
    ctx.note(event.id, text=written)
