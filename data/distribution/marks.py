"""The rows of the distribution ledger: looking them up, and marking many in one act."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Executable, Select, insert, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session, col
from sqlmodel import select as select_rows

from data.commands import Context
from models.attendance.ledger import Delegate, Delegation
from models.distribution.ledger import (
    Channel,
    Distribution,
    DistributionMark,
    DistributionState,
    DistributionWithdrawal,
    State,
    Step,
    last_step,
    taken_back,
)
from models.events.event import Event
from models.refusals import Refusal

_STATES = DistributionState.__table__
_KEY = ("distribution_id", "delegate_id", "channel")
_MOVED = ("state", "mark_id", "due_at", "attempts")


def _putting(insert: Any) -> Executable:
    row = insert(_STATES)
    moved = {name: row.excluded[name] for name in _MOVED}
    statement: Executable = row.on_conflict_do_update(index_elements=_KEY, set_=moved)
    return statement


_PUT = {"sqlite": _putting(sqlite.insert), "postgresql": _putting(postgresql.insert)}


def mark(
    ctx: Context,
    distribution_id: int,
    delegate_ids: Collection[int],
    channel: Channel,
    state: State,
    *,
    reason: str = "",
    to_whom: str = "",
    due_at: datetime | None = None,
    attempts: int = 0,
) -> int:
    """Record a state of many rows, as one act; the number of rows. Decides nothing.

    Who took the copies stays with a row that is signed for, and that goes back to being sent.
    `due_at`, `attempts`: of the outbox, see `DistributionState`. The key of each fact is the act's,
    with the version, the channel and the delegate behind it.
    """
    if not delegate_ids:
        return 0
    key = f"{ctx.idempotency_key}/{distribution_id}/{channel.value}"
    taken_by: dict[int, str] = {}
    if channel is Channel.PAPER and state in (State.SENT, State.ACKNOWLEDGED) and not to_whom:
        taken_by = _taken_by(ctx.session, distribution_id, delegate_ids)
    facts = [
        {
            "distribution_id": distribution_id,
            "delegate_id": delegate_id,
            "channel": channel.value,
            "state": state.value,
            "reason": reason,
            "to_whom": taken_by.get(delegate_id, to_whom),
            "at": ctx.at,
            "person_id": ctx.origin.person.id if ctx.origin.person else None,
            "idempotency_key": f"{key}/{delegate_id}",
        }
        for delegate_id in delegate_ids
    ]
    connection = ctx.session.connection()
    table = DistributionMark.__table__
    made = connection.execute(insert(table).returning(table.c.id, table.c.delegate_id), facts)
    rows = [
        {
            "distribution_id": distribution_id,
            "delegate_id": delegate_id,
            "channel": channel.value,
            "state": state.value,
            "mark_id": mark_id,
            "due_at": due_at,
            "attempts": attempts,
            "message_id": "",
        }
        for mark_id, delegate_id in made
    ]
    connection.execute(_PUT[connection.dialect.name], rows)
    for known in [one for one in ctx.session if isinstance(one, DistributionState)]:
        ctx.session.expire(known)  # a row that was read before holds what it was
    return len(rows)


def _taken_by(
    session: Session, distribution_id: int, delegate_ids: Collection[int]
) -> dict[int, str]:
    """Delegate id to who took their paper copy, by the newest mark of the row."""
    marks = DistributionMark.__table__
    rows = session.execute(
        select(marks.c.delegate_id, marks.c.to_whom)
        .join(_STATES, _STATES.c.mark_id == marks.c.id)
        .where(
            _STATES.c.distribution_id == distribution_id,
            _STATES.c.channel == Channel.PAPER.value,
            _STATES.c.delegate_id.in_(delegate_ids),
        )
    )
    return {row.delegate_id: row.to_whom for row in rows}


def marked_by(session: Session, key: str) -> int | None:
    """How many rows the act with that key has marked; None where there was none."""
    named = col(DistributionMark.idempotency_key).startswith(f"{key}/", autoescape=True)
    return len(session.exec(select_rows(DistributionMark.id).where(named)).all()) or None


# --- looking up ----------------------------------------------------------------------------------


def distribution_of(ctx: Context, distribution_id: int) -> Distribution:
    """A version of the current event that goes on. Refuses `distribution_unknown` and
    `distribution_withdrawn`."""
    found = known_distribution(ctx, distribution_id)
    if is_withdrawn(ctx.session, found.id):
        raise Refusal("distribution_withdrawn", title=found.title)
    return found


def known_distribution(ctx: Context, distribution_id: int) -> Distribution:
    """A version of the current event. Refuses `distribution_unknown`."""
    found = ctx.session.get(Distribution, distribution_id)
    if found is None or found.event_id != ctx.event.id:
        raise Refusal("distribution_unknown")
    return found


def is_withdrawn(session: Session, distribution_id: int) -> bool:
    newest = (
        select_rows(DistributionWithdrawal)
        .where(DistributionWithdrawal.distribution_id == distribution_id)
        .order_by(col(DistributionWithdrawal.id).desc())
        .limit(1)
    )
    last = session.exec(newest).first()
    return last is not None and not last.undone


def delegation_of(ctx: Context, delegation_id: int) -> Delegation:
    """Refuses `delegation_unknown`."""
    found = ctx.session.get(Delegation, delegation_id)
    if found is None or found.event_id != ctx.event.id:
        raise Refusal("delegation_unknown", delegation=delegation_id)
    return found


def recipients(session: Session, event: Event, delegation_id: int | None = None) -> list[int]:
    """The ids of the delegates who are on the list now, of one delegation or of all."""
    query = (
        select(col(Delegate.id))
        .where(col(Delegate.event_id) == event.id, col(Delegate.retired).is_(False))
        .order_by(col(Delegate.id))
    )
    if delegation_id is not None:
        query = query.where(col(Delegate.delegation_id) == delegation_id)
    return list(session.execute(query).scalars())


def states_of(
    session: Session, distribution_id: int, channel: Channel, delegation_id: int | None = None
) -> dict[int, State]:
    """Delegate id to the state by one channel, of those of a delegation, or of all, who have a row
    there."""
    rows = session.execute(
        _rows(distribution_id, delegation_id, _STATES.c.delegate_id, _STATES.c.state).where(
            _STATES.c.channel == channel.value
        )
    )
    return {delegate_id: State(state) for delegate_id, state in rows}


def _rows(
    distribution_id: int, delegation_id: int | None, *columns: ColumnElement[Any]
) -> Select[*tuple[Any, ...]]:
    """Select columns of a version's rows, of one delegation or of all."""
    query = select(*columns).where(_STATES.c.distribution_id == distribution_id)
    if delegation_id is None:
        return query
    return query.join(Delegate, col(Delegate.id) == _STATES.c.delegate_id).where(
        col(Delegate.delegation_id) == delegation_id
    )


def state_of(
    session: Session, distribution_id: int, delegate_id: int, channel: Channel
) -> State | None:
    """The state of one row; None where there is none."""
    row = select(_STATES.c.state).where(
        _STATES.c.distribution_id == distribution_id,
        _STATES.c.delegate_id == delegate_id,
        _STATES.c.channel == channel.value,
    )
    state = session.execute(row).scalar_one_or_none()
    return State(state) if state else None


@dataclass(frozen=True)
class LastCopies:
    """What the last act recorded of a delegation's paper copies that can be taken back."""

    delegate_ids: tuple[int, ...] = ()
    state: State | None = None


def last_copies(
    session: Session, event: Event, distribution_id: int, delegation_id: int
) -> LastCopies:
    """The rows of that act which still have their state by it; what was taken back is none."""
    marks = DistributionMark.__table__
    own = recipients(session, event, delegation_id)
    rows = session.execute(
        select(marks.c.delegate_id, marks.c.id, marks.c.state, marks.c.idempotency_key)
        .where(
            marks.c.distribution_id == distribution_id,
            marks.c.channel == Channel.PAPER.value,
            marks.c.delegate_id.in_(own),
        )
        .order_by(marks.c.id)
    )
    steps: dict[int, list[Step]] = {}
    for delegate_id, number, state, key in rows:
        act = key.rpartition("/")[0]  # as `mark` writes it
        steps.setdefault(delegate_id, []).append(Step(State(state), number, act))
    current = {one: last_step(Channel.PAPER, made) for one, made in steps.items()}
    found = {one: step for one, step in current.items() if taken_back(Channel.PAPER, step.state)}
    if not found:
        return LastCopies()
    last = max(found.values(), key=lambda step: step.number)
    same = (one for one, step in found.items() if (step.act, step.state) == (last.act, last.state))
    return LastCopies(tuple(same), last.state)


def acknowledged(
    session: Session, distribution_id: int, delegation_id: int | None = None
) -> set[int]:
    """The delegates of a delegation, or of all, who acknowledged a version, by whichever
    channel."""
    rows = session.execute(
        _rows(distribution_id, delegation_id, _STATES.c.delegate_id).where(
            _STATES.c.state == State.ACKNOWLEDGED.value
        )
    )
    return set(rows.scalars())


def require_some(found: Iterable[int]) -> list[int]:
    """Refuses `distribution_nothing` where an act would change no row."""
    some = list(found)
    if not some:
        raise Refusal("distribution_nothing")
    return some
