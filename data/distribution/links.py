"""Personal addresses of a document: made and passed on, resolved, and the acknowledgement.

A token is 128 random bits; the database holds its hash alone. Who has the address can read the
document and say that it was received, and learns nothing else.
"""

import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from data.access.sign_ins import hash_of
from data.commands import Context, command
from data.distribution.marks import (
    acknowledged,
    delegation_of,
    distribution_of,
    is_withdrawn,
    mark,
    recipients,
    require_some,
    state_of,
    states_of,
)
from models.attendance.ledger import Delegate
from models.distribution.ledger import (
    Channel,
    Distribution,
    DistributionFile,
    DistributionLink,
    DistributionMark,
    DistributionState,
    FileKind,
    State,
    may_become,
)
from models.events.event import Event
from models.refusals import Refusal
from models.text import both

TOKEN_BYTES = 16


@dataclass(frozen=True)
class GivenLink:
    """A personal link's token, and whose it is."""

    token: str
    badge: str
    title_vi: str
    title_en: str


@dataclass(frozen=True)
class SharedDocument:
    """What a personal link shows; `received_at` (aware UTC) None: not acknowledged by it yet."""

    link_id: int
    distribution_id: int
    title: str
    version: int
    file_name: str
    file_kind: FileKind
    size: int
    digest: str
    sent_at: datetime
    received_at: datetime | None


# --- making and passing on -----------------------------------------------------------------------


@command("give_links", topic="distribution", subject="distribution", permission="distribute")
def give_links(ctx: Context, *, distribution_id: int, delegation_id: int) -> list[GivenLink]:
    """Make personal links for those of a delegation who have not acknowledged, in the organiser's
    order, to be passed on; their rows by link count as sent.

    Earlier links stay good. Refuses `distribution_unknown`, `distribution_withdrawn`,
    `delegation_unknown`, and `distribution_nothing` where everyone has acknowledged.
    """
    ctx.require()
    found, delegation = distribution_of(ctx, distribution_id), delegation_of(ctx, delegation_id)
    received = acknowledged(ctx.session, found.id, delegation.id)
    own = recipients(ctx.session, ctx.event, delegation.id)
    waiting = require_some(one for one in own if one not in received)
    states = states_of(ctx.session, found.id, Channel.LINK, delegation.id)
    sent = [one for one in waiting if may_become(states.get(one), State.SENT)]
    mark(ctx, found.id, sent, Channel.LINK, State.SENT)
    tokens = made_links(ctx.session, found.id, waiting, Channel.LINK, ctx.real)
    delegates = ctx.session.exec(
        select(Delegate)
        .where(col(Delegate.id).in_(waiting))
        .order_by(col(Delegate.position), col(Delegate.id))
    )
    given = [GivenLink(tokens[one.id], one.badge, one.title_vi, one.title_en) for one in delegates]
    ctx.note(found.id, name=both(delegation, "name"), rows=len(given))
    return given


def made_links(
    session: Session,
    distribution_id: int,
    delegate_ids: Iterable[int],
    channel: Channel,
    now: datetime,
) -> dict[int, str]:
    """Delegate id to the token of a new link; `now` is real. Asks no permission."""
    tokens = {one: secrets.token_urlsafe(TOKEN_BYTES) for one in delegate_ids}
    session.add_all(
        DistributionLink(
            token_hash=hash_of(token),
            distribution_id=distribution_id,
            delegate_id=one,
            channel=channel.value,
            made_at=now,
        )
        for one, token in tokens.items()
    )
    session.flush()
    return tokens


# --- from outside --------------------------------------------------------------------------------


def shared_document(session: Session, event: Event, token: str) -> SharedDocument | None:
    """What the link with that token shows, as long as its version goes on and the delegate is on
    the list of the current event; None for any other, whatever the reason.
    """
    row = session.execute(
        select(DistributionLink, Distribution)
        .join(Distribution, col(Distribution.id) == col(DistributionLink.distribution_id))
        .join(Delegate, col(Delegate.id) == col(DistributionLink.delegate_id))
        .where(
            DistributionLink.token_hash == hash_of(token),
            Distribution.event_id == event.id,
            col(Delegate.retired).is_(False),
        )
    ).first()
    if row is None or is_withdrawn(session, row.Distribution.id):
        return None
    link, found = row
    return SharedDocument(
        link.id,
        found.id,
        found.title,
        found.version,
        found.file_name,
        FileKind(found.file_kind),
        found.size,
        found.digest,
        found.at,
        _received_at(session, link),
    )


def _received_at(session: Session, link: DistributionLink) -> datetime | None:
    """When the row of a link was acknowledged (event time)."""
    return session.exec(
        select(DistributionMark.at)
        .join(DistributionState, col(DistributionState.mark_id) == col(DistributionMark.id))
        .where(
            DistributionState.distribution_id == link.distribution_id,
            DistributionState.delegate_id == link.delegate_id,
            DistributionState.channel == link.channel,
            DistributionState.state == State.ACKNOWLEDGED.value,
        )
    ).first()


def link_of(session: Session, *, distribution_id: int, delegate_id: int) -> int:
    """The id of a delegate's newest link of the channel `link`; 0 where none was given."""
    newest = (
        select(DistributionLink.id)
        .where(
            DistributionLink.distribution_id == distribution_id,
            DistributionLink.delegate_id == delegate_id,
            DistributionLink.channel == Channel.LINK.value,
        )
        .order_by(col(DistributionLink.id).desc())
        .limit(1)
    )
    return session.exec(newest).first() or 0


def content_of(session: Session, distribution_id: int) -> bytes:
    """A version's file; empty once it was erased."""
    found = session.get(DistributionFile, distribution_id)
    return found.content if found else b""


@command("acknowledge_link", topic="distribution", subject="distribution", when_over=True)
def acknowledge_link(ctx: Context, *, link_id: int) -> None:
    """Record that a delegate acknowledged the document by their personal link.

    Acknowledging again changes nothing. `web.distribution` gives it for who holds the token; it
    asks no permission. Refuses `link_unknown`, also where the version was withdrawn.
    """
    link = ctx.session.get(DistributionLink, link_id)
    found = ctx.session.get(Distribution, link.distribution_id) if link else None
    if link is None or found is None or found.event_id != ctx.event.id:
        raise Refusal("link_unknown")
    if is_withdrawn(ctx.session, found.id):
        raise Refusal("link_unknown")
    channel = Channel(link.channel)
    before = state_of(ctx.session, found.id, link.delegate_id, channel)
    if may_become(before, State.ACKNOWLEDGED):
        mark(ctx, found.id, [link.delegate_id], channel, State.ACKNOWLEDGED)
        ctx.note(found.id)
