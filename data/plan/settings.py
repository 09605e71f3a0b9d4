"""Commands on the event's settings: its names and nouns, place, expected number, waking hours,
arrival plan and reminders; and how its documents are headed and signed.
"""

from dataclasses import asdict, replace

from sqlmodel import Session, col

from data.commands import Context, command, overtaken
from data.documents.content import choices_of
from data.documents.profiles import profile_of, profiles
from data.events.clock import reread
from models.events.event import (
    HEAD_FIELDS,
    HEAD_LISTS,
    SETTINGS,
    DocumentHead,
    Event,
    Settings,
    require_document_head,
    require_settings,
)
from models.plan import EventChange
from models.readiness.escalation import all_delays, require_delays
from models.refusals import Refusal
from models.text import following_vietnamese


def settings_of(event: Event) -> Settings:
    """The editable part of an event's row."""
    rows = {name: getattr(event, name) for name in SETTINGS}
    plan, silence = tuple(map(tuple, event.arrival_plan)), all_delays(event.silence)
    return Settings(**rows | {"arrival_plan": plan, "silence": silence})


def version_and_settings(session: Session, event_id: int) -> tuple[int, Settings]:
    """The initial values of a form that changes the event."""
    event = session.get_one(Event, event_id)
    return event.version, settings_of(event)


@command("edit_event", topic="event", subject="event", fact=EventChange)
def edit_event(ctx: Context, *, version: int, settings: Settings) -> EventChange:
    """Change what the event is called and expects, given the version of the form.

    What was signed stays as it was. Refuses `event_changed` where the row has changed since, with
    `mine` and `theirs` (`Settings`), its `version` and who changed it last; `event_unchanged`, and
    what `require_settings` and `require_delays` do.
    """
    ctx.require()
    event = ctx.session.get_one(Event, ctx.event.id)
    theirs = settings_of(event)
    mine = following_vietnamese(require_settings(settings), theirs)
    mine = replace(mine, silence=require_delays(mine.silence))
    _require_version(ctx, event, version, mine, theirs)
    fields = [name for name in SETTINGS if getattr(mine, name) != getattr(theirs, name)]
    if not fields:
        raise Refusal("event_unchanged")
    fact = _record(ctx, event, [f"event.{name}" for name in fields])
    for name in fields:
        value = getattr(mine, name)
        setattr(event, name, [*map(list, value)] if name == "arrival_plan" else value)
    return _at_new_version(ctx, event, fact)


# --- the documents -------------------------------------------------------------------------------


def head_of(event: Event) -> DocumentHead:
    """How an event's documents are headed, as far as it says."""
    known = {name: event.documents[name] for name in HEAD_FIELDS if name in event.documents}
    lists = {name: tuple(known.get(name, ())) for name in HEAD_LISTS}
    return DocumentHead(**known | lists)


def version_and_head(session: Session, event_id: int) -> tuple[int, DocumentHead]:
    """The initial values of a form that changes how documents are headed."""
    event = session.get_one(Event, event_id)
    return event.version, head_of(event)


def choices_of_head(event: Event, profile: str) -> dict[str, tuple[str, ...]]:
    """What the choices of a head may be: the profiles of the program and the event's own, and what
    the chosen one offers."""
    own = [event.documents["profile"]] if event.documents.get("rules") else []
    found = profiles().get(profile) or profile_of(event)
    offered = {name: tuple(one) for name, one in choices_of(found).items()}
    return {**offered, "profile": tuple(dict.fromkeys([*profiles(), *own]))}


@command(
    "edit_documents", topic="event", subject="event", permission="edit_event", fact=EventChange
)
def edit_documents(ctx: Context, *, version: int, head: DocumentHead) -> EventChange:
    """Change how the event's documents are headed and signed, given the version of the form.

    What was signed stays as it was. Refuses `event_changed` where the event has changed since, with
    `mine` and `theirs` (`DocumentHead`), its `version` and who changed it last; `event_unchanged`,
    and what `require_document_head` does.
    """
    ctx.require()
    event = ctx.session.get_one(Event, ctx.event.id)
    theirs = head_of(event)
    mine = require_document_head(head, choices_of_head(event, head.profile))
    mine = following_vietnamese(mine, theirs)
    _require_version(ctx, event, version, mine, theirs)
    fields = [name for name in HEAD_FIELDS if getattr(mine, name) != getattr(theirs, name)]
    if not fields:
        raise Refusal("event_unchanged")
    fact = _record(ctx, event, [f"documents.{name}" for name in fields])
    others = {name: one for name, one in event.documents.items() if name not in HEAD_FIELDS}
    if "profile" in fields:
        others.pop("rules", None)
    texts = {name: one for name in HEAD_FIELDS if (one := getattr(mine, name))}
    lists = {name: list(texts.get(name, ())) for name in HEAD_LISTS}
    event.documents = others | texts | lists
    return _at_new_version(ctx, event, fact)


def head_with_issuer(ctx: Context, issuer: str) -> None:
    """Head the event's documents by an issuing body, within another command; no act where it is
    empty or heads them already."""
    event = ctx.session.get_one(Event, ctx.event.id)
    if issuer and issuer != head_of(event).issuer_vi:
        head = replace(head_of(event), issuer_vi=issuer)
        ctx.perform(edit_documents, "issuer", version=event.version, head=head)


# --- what both share -----------------------------------------------------------------------------


def _require_version(
    ctx: Context, event: Event, version: int, mine: object, theirs: object
) -> None:
    if event.version != version:
        raise overtaken(
            ctx.session,
            "event_changed",
            EventChange,
            col(EventChange.event_id) == event.id,
            version=event.version,
            mine=mine,
            theirs=theirs,
        )


def _record(ctx: Context, event: Event, fields: list[str]) -> EventChange:
    replaced = EventChange(
        event_id=event.id,
        version=event.version,
        documents=event.documents,
        **asdict(settings_of(event)),
    )
    return ctx.record(replaced, about=event.id, fields=fields)


def _at_new_version(ctx: Context, event: Event, fact: EventChange) -> EventChange:
    event.version += 1
    ctx.session.add(event)
    ctx.session.flush()
    reread(ctx.session)
    return fact
