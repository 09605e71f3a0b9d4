"""The distribution ledger's tables: versions of documents, and each delegate's row by channel."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, Index, LargeBinary, UniqueConstraint, false
from sqlmodel import Column, Field

from models.refusals import Refusal
from models.storage import Fact, Record, UtcTime, moment_column
from models.text import clean, legible

TITLE_LENGTH, RECEIVER_LENGTH, REASON_LENGTH, NAME_LENGTH = 300, 200, 300, 120
MAX_VERSION = 999


class DocumentKind(StrEnum):
    """What is sent. The wall counts the synthesis, where there is one."""

    SYNTHESIS = "synthesis"
    MINUTES = "minutes"
    NOTICE = "notice"
    OTHER = "other"


class FileKind(StrEnum):
    PDF = "pdf"
    DOCX = "docx"


class Channel(StrEnum):
    """How a document reaches a delegate: `paper` goes through the delegation, `link` is a personal
    address that the secretariat passes on, `hand` is signed for by the delegate in person.
    """

    EMAIL = "email"
    PAPER = "paper"
    LINK = "link"
    HAND = "hand"


class State(StrEnum):
    """Where a document is on its way to a delegate by one channel.

    `sending`: a message was claimed and is being handed to the mail server. `unknown`: whether the
    server took it is not known, since the process ended or the line broke meanwhile. `acknowledged`
    is the only one that counts as received.
    """

    TO_SEND = "to_send"
    SENDING = "sending"
    SENT = "sent"
    UNKNOWN = "unknown"
    FAILED = "failed"
    ACKNOWLEDGED = "acknowledged"


IS_CHANNEL = "channel IN ('email','paper','link','hand')"
IS_STATE = "state IN ('to_send','sending','sent','unknown','failed','acknowledged')"


class Distribution(Fact, table=True):
    """A fact: a version of a document goes to all delegates. `digest`: SHA-256 of the file."""

    __table_args__ = (
        UniqueConstraint("event_id", "kind", "version"),
        CheckConstraint("kind IN ('synthesis','minutes','notice','other')"),
        CheckConstraint("file_kind IN ('pdf','docx')"),
    )

    id: int = Field(default=None, primary_key=True)
    event_id: int = Field(foreign_key="event.id")
    kind: str
    version: int
    title: str
    file_name: str
    file_kind: str
    size: int
    digest: str


class DistributionFile(Record, table=True):
    """The file of a version, in a table of its own, which no list reads."""

    distribution_id: int = Field(foreign_key="distribution.id", primary_key=True)
    content: bytes = Field(sa_column=Column(LargeBinary, nullable=False))


class DistributionWithdrawal(Fact, table=True):
    """A fact: a version was withdrawn, or (`undone`) counts again. The newest one counts."""

    __table_args__ = (Index("ix_distribution_withdrawal", "distribution_id", "id"),)

    id: int = Field(default=None, primary_key=True)
    distribution_id: int = Field(foreign_key="distribution.id")
    undone: bool = Field(default=False, sa_column_kwargs={"server_default": false()})


class DistributionMark(Fact, table=True):
    """A fact: a version's state for a delegate by a channel from now on.

    `person_id` is empty where the delegate acknowledged by their link, and where a message was
    sent. `reason`: why it failed; `to_whom`: who took a delegation's copies.
    """

    __table_args__ = (
        Index("ix_distribution_mark", "distribution_id", "delegate_id", "channel", "id"),
        CheckConstraint(IS_CHANNEL),
        CheckConstraint(IS_STATE),
    )

    id: int = Field(default=None, primary_key=True)
    distribution_id: int = Field(foreign_key="distribution.id")
    delegate_id: int = Field(foreign_key="delegate.id")
    channel: str
    state: str
    reason: str = ""
    to_whom: str = ""
    person_id: int | None = Field(  # type: ignore[assignment]  # nullable here
        default=None, foreign_key="person.id", nullable=True
    )


class DistributionState(Record, table=True):
    """The newest mark of each row of the ledger, written in its transaction; for e-mail also the
    outbox.

    `attempts`: how often a message was tried, those left out that the mail server refused to the
    sender; `due_at`, `claimed_at`: real time, of the next and
    of the last attempt; `message_id`: the same for every attempt, so that a mail server which has
    it already can tell.
    """

    __table_args__ = (
        # What leaves next, and when the last one was claimed, are each one step down an index.
        Index("ix_distribution_due", "channel", "state", "due_at", "delegate_id"),
        Index("ix_distribution_claimed", "channel", "claimed_at"),
        CheckConstraint(IS_CHANNEL),
        CheckConstraint(IS_STATE),
    )

    distribution_id: int = Field(foreign_key="distribution.id", primary_key=True)
    delegate_id: int = Field(foreign_key="delegate.id", primary_key=True)
    channel: str = Field(primary_key=True)
    state: str
    mark_id: int = Field(foreign_key="distributionmark.id")
    attempts: int = 0
    due_at: datetime | None = Field(default=None, sa_type=UtcTime)
    claimed_at: datetime | None = Field(default=None, sa_type=UtcTime)
    message_id: str = ""


class DistributionLink(Record, table=True):
    """A personal address of a document: the hash of its token, and whose row it acknowledges."""

    __table_args__ = (
        Index("ix_distribution_link", "distribution_id", "delegate_id"),
        CheckConstraint("channel IN ('email','link')"),
    )

    id: int = Field(default=None, primary_key=True)
    token_hash: str = Field(unique=True)
    distribution_id: int = Field(foreign_key="distribution.id")
    delegate_id: int = Field(foreign_key="delegate.id")
    channel: str
    made_at: datetime = Field(sa_column=moment_column())


class DelegateAddress(Record, table=True):
    """A delegate's e-mail address: personal data, given by the secretariat, empty once erased."""

    delegate_id: int = Field(foreign_key="delegate.id", primary_key=True)
    email: str
    at: datetime = Field(sa_column=moment_column())


# --- rules ---------------------------------------------------------------------------------------

STEPS: dict[State | None, set[State]] = {
    None: {State.TO_SEND, State.SENT, State.FAILED, State.ACKNOWLEDGED},
    State.TO_SEND: {State.SENDING, State.SENT, State.FAILED, State.ACKNOWLEDGED},
    State.SENDING: {
        State.TO_SEND,
        State.SENT,
        State.UNKNOWN,
        State.FAILED,
        State.ACKNOWLEDGED,
    },
    State.SENT: {State.FAILED, State.ACKNOWLEDGED},
    State.UNKNOWN: {State.TO_SEND, State.SENT, State.FAILED, State.ACKNOWLEDGED},
    State.FAILED: {State.TO_SEND, State.SENT, State.ACKNOWLEDGED},
    State.ACKNOWLEDGED: set(),
}
"""What a row may become by an act; what takes an act back is `BACK`."""

BACK = {
    Channel.PAPER: {
        State.ACKNOWLEDGED: State.SENT,
        State.SENT: State.TO_SEND,
        State.FAILED: State.TO_SEND,
    },
    Channel.HAND: {State.ACKNOWLEDGED: State.TO_SEND, State.FAILED: State.TO_SEND},
}
"""What a person recorded by mistake goes back to. A message that was sent cannot be taken back,
nor what a delegate acknowledged by their own link."""


def may_become(before: State | None, after: State) -> bool:
    """Whether a row in this state (None: none yet) may become that one by an act."""
    return after in STEPS[before]


def taken_back(channel: Channel, state: State | None) -> State | None:
    """The state before a person's act; None where there is nothing to take back."""
    return BACK.get(channel, {}).get(state) if state else None


@dataclass(frozen=True)
class Step:
    """A mark of a row: its state, its place in the order of acceptance, and the act it is of."""

    state: State
    number: int
    act: str


def last_step(channel: Channel, steps: Sequence[Step]) -> Step:
    """The step by which a row has its state, of its steps in their order, at least one.

    What was taken back does not count, nor that it was: the step before it counts again.
    """
    current: list[Step] = []
    for step in steps:
        if current and taken_back(channel, current[-1].state) is step.state:
            current.pop()
        if not current or current[-1].state is not step.state:
            current.append(step)
    return current[-1]


@dataclass(frozen=True)
class OutgoingDocument:
    """A document as it is sent out: `content` is its file; `version` None: the next one."""

    kind: str
    title: str
    file_name: str
    content: bytes
    version: int | None = None


def require_kind(kind: str) -> DocumentKind:
    """Refuses `document_kind_unknown`."""
    try:
        return DocumentKind(kind)
    except ValueError:
        raise Refusal("document_kind_unknown", kind=clean(kind)[:20]) from None


def require_title(title: str) -> str:
    """The cleaned title. Refuses `document_title_needed` and `document_title_too_long`."""
    written = clean(title)
    if not legible(written):
        raise Refusal("document_title_needed")
    if len(written) > TITLE_LENGTH:
        raise Refusal("document_title_too_long", length=len(written), limit=TITLE_LENGTH)
    return written


def require_version(asked: int | None, known: set[int]) -> int:
    """The version that is asked for, or the next one. Refuses `version_known`, `version_range`."""
    version = max(known, default=0) + 1 if asked is None else asked
    if version in known:
        raise Refusal("version_known", version=version)
    if not 1 <= version <= MAX_VERSION:
        raise Refusal("version_range", limit=MAX_VERSION)
    return version


def require_channel(channel: str) -> Channel:
    """Refuses `channel_unknown`."""
    try:
        return Channel(channel)
    except ValueError:
        raise Refusal("channel_unknown", channel=clean(channel)[:20]) from None


def require_receiver(to_whom: str) -> str:
    """Who takes copies, cleaned. Refuses `receiver_needed` and `receiver_too_long`."""
    written = clean(to_whom)
    if not legible(written):
        raise Refusal("receiver_needed")
    if len(written) > RECEIVER_LENGTH:
        raise Refusal("receiver_too_long", length=len(written), limit=RECEIVER_LENGTH)
    return written


def require_reason(reason: str) -> str:
    """Why it did not arrive, cleaned. Refuses `delivery_reason_needed` and `reason_too_long`."""
    written = clean(reason)
    if not legible(written):
        raise Refusal("delivery_reason_needed")
    if len(written) > REASON_LENGTH:
        raise Refusal("reason_too_long", length=len(written), limit=REASON_LENGTH)
    return written
