"""The outbox: which message leaves next, claimed before it is handed over, and what became of it.

A row is claimed in a transaction of its own (`sending`), then handed to the mail server, then its
outcome is recorded. Where the process ends between the first and the last, no one knows whether the
server took the message: after `LEASE` the row is `unknown`. It is never sent again by itself, so no
one gets it twice; a person may queue it again, and it then carries the same Message-ID, by which
the receiving side drops what it has.
"""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import exists, func
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from data.commands import Context, command
from data.distribution.links import TOKEN_BYTES, made_links
from data.distribution.marks import mark
from models.attendance.ledger import Delegate
from models.distribution.ledger import (
    Channel,
    DelegateAddress,
    Distribution,
    DistributionState,
    DistributionWithdrawal,
    FileKind,
    State,
)
from models.distribution.mailing import LEASE, RETRIES, Attempt, Outcome, retry_after
from models.events.event import Event


@dataclass(frozen=True)
class Envelope:
    """A message that was claimed at a real moment. `token`: of the personal link; `message`: what
    its Message-ID holds.
    """

    distribution_id: int
    delegate_id: int
    claimed_at: datetime
    attempt: int
    to: str
    token: str
    message: str
    title: str
    version: int
    file_name: str
    file_kind: FileKind


Row = tuple[DistributionState, Distribution, str]


def next_due(session: Session, event: Event) -> datetime | None:
    """When the next message may leave (real time); None where none waits."""
    row = _next(session, event)
    return row[0].due_at if row else None


def has_lost(session: Session, event: Event, now: datetime) -> bool:
    """Whether an attempt was broken off, at a real moment."""
    return session.exec(_lost(event, now).limit(1)).first() is not None


@command("claim_email", topic="distribution", subject="distribution")
def claim_email(ctx: Context, *, event_id: int, pause: timedelta) -> Envelope | timedelta | None:
    """Claim the message that is due, as an act of the installation: it is `sending` from now on.

    Returns how long to wait where the last claim, by whichever process, is younger than `pause`;
    None where nothing is due, and where another event is the current one meanwhile, or a
    rehearsal began.
    """
    if ctx.event.id != event_id or ctx.event.rehearsal:
        return None
    row = _next(ctx.session, ctx.event)
    if row is None or row[0].due_at is None or row[0].due_at > ctx.real:
        return None
    wait = pause - (ctx.real - _last_claim(ctx.session, ctx.real))
    if wait > timedelta():
        return wait
    state, found, address = row
    message = state.message_id or secrets.token_urlsafe(TOKEN_BYTES)
    key = (found.id, state.delegate_id, Channel.EMAIL)
    attempt = state.attempts + 1
    mark(ctx, key[0], [key[1]], key[2], State.SENDING, attempts=attempt)
    claimed = ctx.session.get_one(DistributionState, (key[0], key[1], key[2].value))
    claimed.claimed_at, claimed.message_id = ctx.real, message
    ctx.session.add(claimed)
    token = made_links(ctx.session, found.id, [key[1]], Channel.EMAIL, ctx.real)[key[1]]
    return Envelope(
        found.id,
        key[1],
        ctx.real,
        attempt,
        address,
        token,
        message,
        found.title,
        found.version,
        found.file_name,
        FileKind(found.file_kind),
    )


@command("record_email", topic="distribution", subject="distribution", when_over=True)
def record_email(ctx: Context, *, envelope: Envelope, attempt: Attempt) -> None:
    """Record what became of a claimed message, as an act of the installation.

    What was acknowledged meanwhile, or claimed again, stays as it is.
    """
    key = (envelope.distribution_id, envelope.delegate_id, Channel.EMAIL.value)
    row = ctx.session.get(DistributionState, key)
    if row is None or row.claimed_at != envelope.claimed_at:
        return
    if row.state not in (State.SENDING, State.UNKNOWN):
        return
    state, due_at = _after(attempt, envelope.attempt, ctx.real)
    # What is refused to the sender does not use up what a recipient's message may be tried.
    attempts = envelope.attempt - 1 if attempt.of_sender else envelope.attempt
    reason = "" if state is State.SENT else attempt.reason
    mark(
        ctx,
        envelope.distribution_id,
        [envelope.delegate_id],
        Channel.EMAIL,
        state,
        reason=reason,
        due_at=due_at,
        attempts=attempts,
    )
    ctx.note(envelope.distribution_id, status=state.value)


def _after(attempt: Attempt, number: int, now: datetime) -> tuple[State, datetime | None]:
    """The state after an attempt, and when the message is tried again."""
    if attempt.of_sender:
        return State.TO_SEND, now + RETRIES[0]
    if attempt.outcome is Outcome.LATER:
        wait = retry_after(number)
        return (State.FAILED, None) if wait is None else (State.TO_SEND, now + wait)
    return State(attempt.outcome.value), None


@command("settle_lost_email", topic="distribution", subject="distribution", when_over=True)
def settle_lost_email(ctx: Context) -> int:
    """Record of each attempt that was broken off that its outcome is not known; how many."""
    rows = ctx.session.exec(_lost(ctx.event, ctx.real)).all()
    for distribution_id, delegate_id, attempts in [
        (one.distribution_id, one.delegate_id, one.attempts) for one in rows
    ]:
        mark(ctx, distribution_id, [delegate_id], Channel.EMAIL, State.UNKNOWN, attempts=attempts)
        ctx.note(distribution_id, status=State.UNKNOWN.value)
    return len(rows)


# --- queries -------------------------------------------------------------------------------------


def _next(session: Session, event: Event) -> Row | None:
    """The message that waits longest, of a version that goes on, to who is on the list and has
    not acknowledged it by another channel."""
    newest = (
        select(DistributionWithdrawal.undone)
        .where(DistributionWithdrawal.distribution_id == Distribution.id)
        .order_by(col(DistributionWithdrawal.id).desc())
        .limit(1)
        .correlate(Distribution)
        .scalar_subquery()
    )
    withdrawn = exists().where(
        col(DistributionWithdrawal.distribution_id) == col(Distribution.id), newest.is_(False)
    )
    other = aliased(DistributionState)
    received = exists().where(
        col(other.distribution_id) == col(DistributionState.distribution_id),
        col(other.delegate_id) == col(DistributionState.delegate_id),
        col(other.state) == State.ACKNOWLEDGED.value,
    )
    query = (
        select(DistributionState, Distribution, DelegateAddress.email)
        .join(Distribution, col(Distribution.id) == col(DistributionState.distribution_id))
        .join(Delegate, col(Delegate.id) == col(DistributionState.delegate_id))
        .join(DelegateAddress, col(DelegateAddress.delegate_id) == col(Delegate.id))
        .where(
            DistributionState.channel == Channel.EMAIL.value,
            DistributionState.state == State.TO_SEND.value,
            col(DistributionState.due_at).is_not(None),
            Distribution.event_id == event.id,
            col(Delegate.retired).is_(False),
            DelegateAddress.email != "",
            ~withdrawn,
            ~received,
        )
        .order_by(col(DistributionState.due_at), col(DistributionState.delegate_id))
        .limit(1)
    )
    row = session.exec(query).first()
    return (row[0], row[1], row[2]) if row else None


def _last_claim(session: Session, now: datetime) -> datetime:
    """When a message was claimed last, by whichever process; long ago where none was."""
    newest = select(func.max(DistributionState.claimed_at)).where(
        DistributionState.channel == Channel.EMAIL.value
    )
    return session.exec(newest).one() or now - timedelta(days=1)


def _lost(event: Event, now: datetime) -> SelectOfScalar[DistributionState]:
    return (
        select(DistributionState)
        .join(Distribution, col(Distribution.id) == col(DistributionState.distribution_id))
        .where(
            Distribution.event_id == event.id,
            DistributionState.channel == Channel.EMAIL.value,
            DistributionState.state == State.SENDING.value,
            col(DistributionState.claimed_at) < now - LEASE,
        )
    )
