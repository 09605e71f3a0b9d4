"""Reads of the distribution ledger: versions, each delegate's rows, and who has received."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any

from sqlalchemy import Select, func, select
from sqlmodel import Session, col

from data.storage.newest import recorded
from models.attendance.ledger import Delegate, Delegation
from models.attendance.unit_names import official_name
from models.distribution.counting import Tally, Version, best, is_failing, on_wall, one_of, tally
from models.distribution.ledger import (
    Channel,
    Distribution,
    DistributionMark,
    DistributionState,
    DistributionWithdrawal,
    DocumentKind,
    State,
)
from models.events.event import Event, View
from models.text import both


@dataclass(frozen=True)
class DistributionSnapshot:
    """A version as it was sent out; `at` is event time. `size`: of the file, in bytes."""

    id: int
    kind: DocumentKind
    version: int
    title: str
    file_name: str
    file_kind: str
    size: int
    digest: str
    at: datetime
    withdrawn: bool

    @property
    def as_version(self) -> Version:
        return Version(self.id, self.kind, self.withdrawn)


@dataclass(frozen=True)
class ChannelState:
    """A row of the ledger: how far one channel got, when, why it failed, who took the copies."""

    channel: Channel
    state: State
    at: datetime
    reason: str = ""
    to_whom: str = ""


@dataclass(frozen=True)
class LedgerLine:
    """A delegate of the list with their channels; `state` is the one that counts."""

    delegate_id: int
    badge: str
    title: dict[str, str]
    channels: tuple[ChannelState, ...]

    @cached_property
    def state(self) -> State:
        return best(one.state for one in self.channels)

    @property
    def is_failing(self) -> bool:
        """Whether something failed on the way to them, and nothing has reached them."""
        return is_failing(one.state for one in self.channels)

    @property
    def reasons(self) -> tuple[str, ...]:
        """Why what failed did, each once."""
        failed = (one.reason for one in self.channels if one.state is State.FAILED and one.reason)
        return tuple(dict.fromkeys(failed))


@dataclass(frozen=True)
class DelegationLedger:
    """A delegation with its delegates, both in the organiser's order."""

    id: int
    name: dict[str, str]
    lines: tuple[LedgerLine, ...]

    @cached_property
    def count(self) -> Tally:
        return sum((one_of(one.state) for one in self.lines), Tally())

    @cached_property
    def failing(self) -> tuple[LedgerLine, ...]:
        """Those whom nothing has reached and something failed to, also where another way is still
        open: who waits for a paper copy counts as to be sent, and their e-mail came back."""
        return tuple(one for one in self.lines if one.is_failing)

    @property
    def reasons(self) -> tuple[str, ...]:
        """Why what failed did, each once, of those whom nothing has reached."""
        reasons = (reason for line in self.failing for reason in line.reasons)
        return tuple(dict.fromkeys(reasons))


@dataclass(frozen=True)
class Ledger:
    """One version with every delegation that has a delegate on the list."""

    version: DistributionSnapshot
    delegations: tuple[DelegationLedger, ...] = field(default=())

    @cached_property
    def count(self) -> Tally:
        return sum((one.count for one in self.delegations), Tally())


@dataclass(frozen=True)
class Received:
    """What the wall shows of the version that it counts."""

    title: str
    version: int
    acknowledged: int
    expected: int


def distributions_at(session: Session, event: Event, view: View) -> list[DistributionSnapshot]:
    """The versions of an event as at a view's moment, the newest first."""
    newest = (
        select(func.max(col(DistributionWithdrawal.id)))
        .where(recorded(DistributionWithdrawal, view))
        .group_by(col(DistributionWithdrawal.distribution_id))
    )
    withdrawn = select(col(DistributionWithdrawal.distribution_id)).where(
        col(DistributionWithdrawal.id).in_(newest), col(DistributionWithdrawal.undone).is_(False)
    )
    rows = session.execute(
        select(Distribution, col(Distribution.id).in_(withdrawn).label("withdrawn"))
        .where(col(Distribution.event_id) == event.id, recorded(Distribution, view))
        .order_by(col(Distribution.id).desc())
    )
    return [snapshot_of(found, withdrawn=bool(gone)) for found, gone in rows]


def snapshot_of(found: Distribution, *, withdrawn: bool) -> DistributionSnapshot:
    return DistributionSnapshot(
        found.id,
        DocumentKind(found.kind),
        found.version,
        found.title,
        found.file_name,
        found.file_kind,
        found.size,
        found.digest,
        found.at,
        withdrawn,
    )


def ledger_of(session: Session, event: Event, version: DistributionSnapshot) -> Ledger:
    """The rows of a version now, of every delegate on the list, also of those without any."""
    channels: dict[int, list[ChannelState]] = {}
    for row in session.execute(_marks_now(version.id)):
        one = ChannelState(Channel(row.channel), State(row.state), row.at, row.reason, row.to_whom)
        channels.setdefault(row.delegate_id, []).append(one)
    lines: dict[int, list[LedgerLine]] = {}
    names: dict[int, dict[str, str]] = {}
    for delegate, delegation in session.execute(_listed(event)):
        names.setdefault(delegation.id, official_name(delegation))
        found = LedgerLine(
            delegate.id,
            delegate.badge,
            both(delegate, "title"),
            tuple(channels.get(delegate.id, ())),
        )
        lines.setdefault(delegation.id, []).append(found)
    delegations = (DelegationLedger(one, names[one], tuple(lines[one])) for one in names)
    return Ledger(version, tuple(delegations))


def _marks_now(distribution_id: int) -> Select[*tuple[Any, ...]]:
    """The mark that counts of each row, by channel."""
    return (
        select(
            col(DistributionMark.delegate_id),
            col(DistributionMark.channel),
            col(DistributionMark.state),
            col(DistributionMark.at),
            col(DistributionMark.reason),
            col(DistributionMark.to_whom),
        )
        .join(DistributionState, col(DistributionState.mark_id) == col(DistributionMark.id))
        .where(col(DistributionState.distribution_id) == distribution_id)
        .order_by(col(DistributionMark.channel))
    )


def _listed(event: Event) -> Select[*tuple[Any, ...]]:
    return (
        select(Delegate, Delegation)
        .join(Delegation, col(Delegation.id) == col(Delegate.delegation_id))
        .where(col(Delegate.event_id) == event.id, col(Delegate.retired).is_(False))
        .order_by(
            col(Delegation.position),
            col(Delegation.sort_key),
            col(Delegation.id),
            col(Delegate.position),
            col(Delegate.id),
        )
    )


def received_at(session: Session, event: Event, view: View) -> Received | None:
    """The count of the version that the wall shows (`on_wall`), as at a view's moment; None before
    anything was sent out.

    Of the past it counts those who are on the list now.
    """
    versions = distributions_at(session, event, view)
    shown = on_wall(one.as_version for one in versions)
    found = next((one for one in versions if one.id == shown), None)
    if found is None:
        return None
    delegates = session.execute(
        select(col(Delegate.id)).where(
            col(Delegate.event_id) == event.id, col(Delegate.retired).is_(False)
        )
    ).scalars()
    counted = tally(list(delegates), _rows(session, found.id, view))
    return Received(found.title, found.version, counted.acknowledged, counted.expected)


def _rows(session: Session, distribution_id: int, view: View) -> Iterable[tuple[int, State]]:
    """(delegate id, state) of each row: of now by the state that is stored with every mark, of
    the past by the marks."""
    if view.past:
        newest = (
            select(func.max(col(DistributionMark.id)))
            .where(
                col(DistributionMark.distribution_id) == distribution_id,
                col(DistributionMark.at) <= view.moment,
            )
            .group_by(col(DistributionMark.delegate_id), col(DistributionMark.channel))
        )
        query = select(col(DistributionMark.delegate_id), col(DistributionMark.state)).where(
            col(DistributionMark.id).in_(newest)
        )
    else:
        query = select(col(DistributionState.delegate_id), col(DistributionState.state)).where(
            col(DistributionState.distribution_id) == distribution_id
        )
    return [(delegate_id, State(state)) for delegate_id, state in session.execute(query)]
