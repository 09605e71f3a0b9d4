"""Commands on the event's venues: they are added and renamed."""

from sqlalchemy import func
from sqlmodel import Session, col, select

from data.commands import Context, command, overtaken
from models.events.event import Venue, VenueName, require_venue_name
from models.plan import VenueChange
from models.refusals import Refusal
from models.text import both, folded, following_vietnamese


def version_and_name(session: Session, venue_id: int) -> tuple[int, VenueName]:
    """The initial values of a form that renames a venue. Refuses `venue_unknown`."""
    venue = session.get(Venue, venue_id)
    if venue is None:
        raise Refusal("venue_unknown")
    return venue.version, VenueName(venue.name_vi, venue.name_en)


def _venue_before(session: Session, key: str) -> Venue | None:
    return session.exec(
        select(Venue)
        .join(VenueChange, col(VenueChange.venue_id) == col(Venue.id))
        .where(VenueChange.idempotency_key == key)
    ).first()


@command("add_venue", topic="event", subject="venue", permission="plan_item", replay=_venue_before)
def add_venue(ctx: Context, *, name_vi: str, name_en: str) -> Venue:
    """Add a venue. Refuses `venue_double`, and what `require_venue_name` does."""
    ctx.require()
    name = require_venue_name(VenueName(name_vi, name_en))
    _require_single(ctx, name)
    number = ctx.session.exec(
        select(func.count()).select_from(Venue).where(Venue.event_id == ctx.event.id)
    ).one()
    venue = Venue(
        event_id=ctx.event.id,
        key=f"venue_{number + 1}",
        name_vi=name.name_vi,
        name_en=name.name_en,
    )
    ctx.session.add(venue)
    ctx.session.flush()
    _record(ctx, venue, added=True)
    return venue


@command(
    "rename_venue", topic="event", subject="venue", permission="plan_item", replay=_venue_before
)
def rename_venue(ctx: Context, *, venue_id: int, version: int, name: VenueName) -> Venue:
    """Rename a venue, given the version that the form was drawn with.

    Refuses `venue_unknown`; `venue_moved` where it was renamed since, with `mine` and `theirs`
    (`VenueName`), its `version` and who renamed it; `venue_unchanged`, `venue_double`, and what
    `require_venue_name` does.
    """
    ctx.require()
    venue = ctx.session.get(Venue, venue_id)
    if venue is None or venue.event_id != ctx.event.id:
        raise Refusal("venue_unknown")
    theirs = VenueName(venue.name_vi, venue.name_en)
    mine = following_vietnamese(require_venue_name(name), theirs)
    if venue.version != version:
        raise overtaken(
            ctx.session,
            "venue_moved",
            VenueChange,
            col(VenueChange.venue_id) == venue.id,
            venue=both(venue, "name"),
            version=venue.version,
            mine=mine,
            theirs=theirs,
        )
    if mine == theirs:
        raise Refusal("venue_unchanged", venue=both(venue, "name"))
    _require_single(ctx, mine, other_than=venue.id)
    _record(ctx, venue)
    venue.name_vi, venue.name_en = mine.name_vi, mine.name_en
    venue.version += 1
    ctx.session.add(venue)
    return venue


def _require_single(ctx: Context, name: VenueName, *, other_than: int | None = None) -> None:
    for venue in ctx.session.exec(select(Venue).where(Venue.event_id == ctx.event.id)):
        if venue.id != other_than and folded(venue.name_vi) == folded(name.name_vi):
            raise Refusal("venue_double", venue=both(venue, "name"))


def _record(ctx: Context, venue: Venue, *, added: bool = False) -> None:
    fact = VenueChange(
        event_id=venue.event_id,
        venue_id=venue.id,
        version=venue.version,
        name_vi=venue.name_vi,
        name_en=venue.name_en,
        added=added,
    )
    ctx.record(fact)
