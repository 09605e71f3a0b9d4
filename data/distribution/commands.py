"""The acts of the distribution ledger: sending a version out, handing copies over, signing for
them, what did not arrive, and what takes each of them back.
"""

from collections.abc import Collection
from typing import Any

from sqlmodel import select

from data.commands import Context, command
from data.distribution.addresses import addressed
from data.distribution.files import digest_of, require_file, shown_name
from data.distribution.mail import require_mail
from data.distribution.marks import (
    acknowledged,
    delegation_of,
    distribution_of,
    is_withdrawn,
    known_distribution,
    last_copies,
    mark,
    marked_by,
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
    DistributionWithdrawal,
    OutgoingDocument,
    State,
    may_become,
    require_channel,
    require_kind,
    require_reason,
    require_receiver,
    require_title,
    require_version,
    taken_back,
)
from models.refusals import Refusal
from models.text import both

# --- a version -----------------------------------------------------------------------------------


@command("distribute", topic="distribution", subject="distribution", fact=Distribution)
def distribute(
    ctx: Context, *, document: OutgoingDocument, channels: Collection[str]
) -> Distribution:
    """Send a version of a document to every delegate on the list, by one or several channels.

    E-mail goes to those with an address. Each version is counted by itself. Refuses what
    `require_file` does; `document_kind_unknown`, `document_title_needed`,
    `document_title_too_long`, `version_known`, `version_range`; `document_sent_already` for a file
    that is sent as this kind; `channel_unknown`, `channels_needed`; `recipients_none`; by e-mail
    what `require_mail` does, and `addresses_missing`.
    """
    ctx.require()
    kind, title = require_kind(document.kind), require_title(document.title)
    file_kind = require_file(document.file_name, document.content)
    chosen = {require_channel(one) for one in channels}
    if not chosen:
        raise Refusal("channels_needed")
    rows = _recipients_by_channel(ctx, chosen)
    digest = digest_of(document.content)
    fact = Distribution(
        event_id=ctx.event.id,
        kind=kind.value,
        version=require_version(document.version, _versions(ctx, kind.value, digest)),
        title=title,
        file_name=shown_name(document.file_name),
        file_kind=file_kind.value,
        size=len(document.content),
        digest=digest,
    )
    made = ctx.record(fact, text=title, version=fact.version)
    ctx.session.add(DistributionFile(distribution_id=made.id, content=document.content))
    ctx.session.flush()
    for channel, delegates in rows.items():
        due_at = ctx.real if channel is Channel.EMAIL else None
        mark(ctx, made.id, delegates, channel, State.TO_SEND, due_at=due_at)
    return made


def _recipients_by_channel(ctx: Context, channels: Collection[Channel]) -> dict[Channel, list[int]]:
    everyone = recipients(ctx.session, ctx.event)
    if not everyone:
        raise Refusal("recipients_none")
    found = {channel: everyone for channel in Channel if channel in channels}
    if Channel.EMAIL in found:
        found[Channel.EMAIL] = _with_address(ctx)
    return found


def _with_address(ctx: Context, delegation_id: int | None = None) -> list[int]:
    """The delegates of a delegation, or of all, to whom e-mail can go. Refuses what `require_mail`
    does, and `addresses_missing` where there is no one."""
    require_mail(ctx.event)
    found = addressed(ctx.session, ctx.event, delegation_id)
    if not found:
        raise Refusal("addresses_missing")
    return found


def _versions(ctx: Context, kind: str, digest: str) -> set[int]:
    """The versions of a kind. Refuses `document_sent_already` for the file of one that goes on."""
    same = select(Distribution).where(
        Distribution.event_id == ctx.event.id, Distribution.kind == kind
    )
    found = ctx.session.exec(same).all()
    for one in found:
        if one.digest == digest and not is_withdrawn(ctx.session, one.id):
            raise Refusal("document_sent_already", title=one.title, version=one.version)
    return {one.version for one in found}


@command(
    "withdraw_distribution",
    topic="distribution",
    subject="distribution",
    permission="distribute",
    fact=DistributionWithdrawal,
)
def withdraw_distribution(ctx: Context, *, distribution_id: int) -> DistributionWithdrawal:
    """Withdraw a version: it is counted and shown no more, its links and messages end.

    Refuses `distribution_unknown` and `distribution_withdrawn`.
    """
    ctx.require()
    found = distribution_of(ctx, distribution_id)
    fact = DistributionWithdrawal(distribution_id=found.id, undone=False)
    return ctx.record(fact, text=found.title, version=found.version)


@command(
    "restore_distribution",
    topic="distribution",
    subject="distribution",
    permission="distribute",
    fact=DistributionWithdrawal,
)
def restore_distribution(ctx: Context, *, distribution_id: int) -> DistributionWithdrawal:
    """Take a withdrawal back. Refuses `distribution_unknown` and `distribution_not_withdrawn`."""
    ctx.require()
    found = known_distribution(ctx, distribution_id)
    if not is_withdrawn(ctx.session, found.id):
        raise Refusal("distribution_not_withdrawn", title=found.title)
    fact = DistributionWithdrawal(distribution_id=found.id, undone=True)
    return ctx.record(fact, text=found.title, version=found.version)


# --- copies of a delegation ----------------------------------------------------------------------


@command(
    "hand_over_copies",
    topic="distribution",
    subject="distribution",
    permission="distribute",
    replay=marked_by,
)
def hand_over_copies(
    ctx: Context, *, distribution_id: int, delegation_id: int, to_whom: str
) -> int:
    """Record that a delegation's paper copies were handed over, and to whom; for how many.

    Refuses `distribution_unknown`, `distribution_withdrawn`, `delegation_unknown`,
    `receiver_needed`, `receiver_too_long`; `distribution_nothing` where they were before.
    """
    ctx.require()
    found, delegation = (
        distribution_of(ctx, distribution_id),
        delegation_of(ctx, delegation_id),
    )
    receiver = require_receiver(to_whom)
    rows = require_some(_open_to(ctx, found.id, delegation.id, Channel.PAPER, State.SENT))
    made = mark(ctx, found.id, rows, Channel.PAPER, State.SENT, to_whom=receiver)
    ctx.note(found.id, name=both(delegation, "name"), rows=made, text=receiver)
    return made


@command(
    "sign_for_copies",
    topic="distribution",
    subject="distribution",
    permission="distribute",
    replay=marked_by,
)
def sign_for_copies(
    ctx: Context, *, distribution_id: int, delegation_id: int, unsigned: Collection[int] = ()
) -> int:
    """Record the signed list of a delegation: all but the `unsigned` (delegate ids) received it.

    Refuses as `hand_over_copies` does, and `distribution_nothing` where no one is left to sign.
    """
    ctx.require()
    found, delegation = (
        distribution_of(ctx, distribution_id),
        delegation_of(ctx, delegation_id),
    )
    waiting = _open_to(ctx, found.id, delegation.id, Channel.PAPER, State.ACKNOWLEDGED)
    rows = require_some(one for one in waiting if one not in set(unsigned))
    made = mark(ctx, found.id, rows, Channel.PAPER, State.ACKNOWLEDGED)
    ctx.note(found.id, name=both(delegation, "name"), rows=made)
    return made


@command(
    "take_copies_back",
    topic="distribution",
    subject="distribution",
    permission="distribute",
    replay=marked_by,
)
def take_copies_back(ctx: Context, *, distribution_id: int, delegation_id: int) -> int:
    """Take back what the last act recorded of a delegation's paper copies (`last_copies`), and
    nothing of an earlier one.

    Refuses `distribution_unknown`, `distribution_withdrawn`, `delegation_unknown`, and
    `distribution_nothing`.
    """
    ctx.require()
    found, delegation = (
        distribution_of(ctx, distribution_id),
        delegation_of(ctx, delegation_id),
    )
    last = last_copies(ctx.session, ctx.event, found.id, delegation.id)
    rows = require_some(last.delegate_ids)
    before = taken_back(Channel.PAPER, last.state)
    assert before is not None
    made = mark(ctx, found.id, rows, Channel.PAPER, before)
    ctx.note(found.id, name=both(delegation, "name"), rows=made)
    return made


def _open_to(
    ctx: Context, distribution_id: int, delegation_id: int, channel: Channel, state: State
) -> list[int]:
    """The delegates of a delegation whose row by a channel may become this state."""
    states = states_of(ctx.session, distribution_id, channel, delegation_id)
    own = recipients(ctx.session, ctx.event, delegation_id)
    return [one for one in own if may_become(states.get(one), state)]


# --- one delegate --------------------------------------------------------------------------------


@command(
    "record_receipt",
    topic="distribution",
    subject="distribution",
    permission="distribute",
    replay=marked_by,
)
def record_receipt(ctx: Context, *, distribution_id: int, delegate_id: int) -> int:
    """Record that a delegate received the document by hand and signed for it; 1.

    Refuses `distribution_unknown`, `distribution_withdrawn`, `delegate_unknown`,
    `delegate_retired`, and `receipt_recorded` where that was recorded.
    """
    ctx.require()
    found, delegate = (
        distribution_of(ctx, distribution_id),
        _delegate(ctx, delegate_id),
    )
    _require_step(ctx, found, delegate, Channel.HAND, State.ACKNOWLEDGED)
    made = mark(ctx, found.id, [delegate.id], Channel.HAND, State.ACKNOWLEDGED)
    ctx.note(found.id, badge=delegate.badge)
    return made


@command(
    "undo_receipt",
    topic="distribution",
    subject="distribution",
    permission="distribute",
    replay=marked_by,
)
def undo_receipt(ctx: Context, *, distribution_id: int, delegate_id: int, channel: str) -> int:
    """Take back what a person recorded last of a delegate's row, by hand or on paper; 1.

    Refuses as `record_receipt` does, `channel_unknown`, and `receipt_not_recorded` where there is
    nothing that a person can take back.
    """
    ctx.require()
    found, delegate = (
        distribution_of(ctx, distribution_id),
        _delegate(ctx, delegate_id),
    )
    by = require_channel(channel)
    before = taken_back(by, state_of(ctx.session, found.id, delegate.id, by))
    if before is None:
        raise Refusal("receipt_not_recorded", badge=delegate.badge)
    made = mark(ctx, found.id, [delegate.id], by, before)
    ctx.note(found.id, badge=delegate.badge)
    return made


@command(
    "fail_delivery",
    topic="distribution",
    subject="distribution",
    permission="distribute",
    replay=marked_by,
)
def fail_delivery(
    ctx: Context, *, distribution_id: int, delegate_id: int, channel: str, reason: str
) -> int:
    """Record that a copy or a message did not arrive, and why; 1.

    Refuses as `record_receipt` does, `channel_unknown`, `delivery_reason_needed`, and
    `reason_too_long`.
    """
    ctx.require()
    found, delegate = (
        distribution_of(ctx, distribution_id),
        _delegate(ctx, delegate_id),
    )
    by, why = require_channel(channel), require_reason(reason)
    _require_step(ctx, found, delegate, by, State.FAILED)
    made = mark(ctx, found.id, [delegate.id], by, State.FAILED, reason=why)
    ctx.note(found.id, badge=delegate.badge, text=why)
    return made


def _delegate(ctx: Context, delegate_id: int) -> Delegate:
    found = ctx.session.get(Delegate, delegate_id)
    if found is None or found.event_id != ctx.event.id:
        raise Refusal("delegate_unknown")
    if found.retired:
        raise Refusal("delegate_retired", badge=found.badge, delegate=both(found, "title"))
    return found


def _require_step(
    ctx: Context, found: Distribution, delegate: Delegate, channel: Channel, after: State
) -> None:
    """Refuses `receipt_recorded`: a row that got as far, or further."""
    before = state_of(ctx.session, found.id, delegate.id, channel)
    if not may_become(before, after):
        raise Refusal("receipt_recorded", badge=delegate.badge)


# --- e-mail --------------------------------------------------------------------------------------


@command(
    "queue_email",
    topic="distribution",
    subject="distribution",
    permission="distribute",
    replay=marked_by,
)
def queue_email(ctx: Context, *, distribution_id: int, delegation_id: int | None = None) -> int:
    """Queue e-mail to those who have an address, have not acknowledged, and to whom none was sent.

    Also to those whose message failed, and to those of whom it is not known: a person decides
    that, no program. Returns how many. Refuses `distribution_unknown`, `distribution_withdrawn`,
    `delegation_unknown`, what `require_mail` does, `addresses_missing`, `distribution_nothing`.
    """
    ctx.require()
    found = distribution_of(ctx, distribution_id)
    about: dict[str, Any] = {}
    if delegation_id is not None:
        about["name"] = both(delegation_of(ctx, delegation_id), "name")
    delegates = _with_address(ctx, delegation_id)
    states = states_of(ctx.session, found.id, Channel.EMAIL, delegation_id)
    received = acknowledged(ctx.session, found.id, delegation_id)
    again = (None, State.FAILED, State.UNKNOWN)
    rows = require_some(
        one for one in delegates if states.get(one) in again and one not in received
    )
    made = mark(ctx, found.id, rows, Channel.EMAIL, State.TO_SEND, due_at=ctx.real)
    ctx.note(found.id, rows=made, **about)
    return made
