"""Scans that reached the server later than they were made: what a gate let in while it had no network."""

from datetime import datetime, timedelta

from sqlalchemy import JSON, Index
from sqlmodel import Column, Field

from models.refusals import Refusal
from models.storage import Fact, moment_column
from models.text import clean

RECORDED = "recorded"
AHEAD = timedelta(minutes=2)  # a device's clock may be so much fast
OLDEST = timedelta(
    hours=36
)  # what is older is of another event, or of a device whose clock is wrong
SETTLED_LENGTH = 200


class LateScan(Fact, table=True):
    """A fact: a scan that a device had answered by itself arrived; what the ledger made of it.

    `outcome`: `recorded`, or the code of the refusal, with its facts in `told`: then somebody was let in whom the ledger would
    have stopped, and the command room has to look at it. `device_at` is the device's own clock (real time), `at` the event's
    when it arrived.
    """

    __table_args__ = (Index("ix_latescan_item", "item_id", "id"),)

    id: int = Field(default=None, primary_key=True)
    item_id: int = Field(foreign_key="programmeitem.id")
    badge: str
    desk_id: int | None = Field(default=None, foreign_key="desk.id")
    device_at: datetime = Field(sa_column=moment_column())
    outcome: str
    told: dict = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))


class LateScanSettled(Fact, table=True):
    """A fact: somebody of the command room looked at a conflict, and what he found."""

    id: int = Field(default=None, primary_key=True)
    late_scan_id: int = Field(foreign_key="latescan.id", unique=True)
    words: str


def own_age(device_at: datetime, *, real: datetime, sent_at: datetime | None = None) -> timedelta:
    """How long ago a device scanned, by its own clock: that clock may be wrong by hours where it says too what it shows on
    sending (`sent_at`), since the time between the two is right all the same.

    Refuses `device_clock_ahead` and `device_scan_old`: what the clock cannot have shown, or a scan that is of another event.
    """
    shown = sent_at if sent_at and abs(real - sent_at) <= OLDEST else real
    if device_at - shown > AHEAD:
        raise Refusal("device_clock_ahead", device_at=device_at)
    if shown - device_at > OLDEST:
        raise Refusal("device_scan_old", device_at=device_at)
    return max(shown - device_at, timedelta())


def require_finding(words: str) -> str:
    """The cleaned finding. Refuses `finding_needed` and `finding_too_long`."""
    written = clean(words)
    if not written:
        raise Refusal("finding_needed")
    if len(written) > SETTLED_LENGTH:
        raise Refusal("finding_too_long", length=len(written), limit=SETTLED_LENGTH)
    return written
