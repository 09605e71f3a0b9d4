"""Late scans: scans of a device that answered by itself offline, and conflicts among them."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import JSON, Index
from sqlmodel import Column, Field

from models.attendance.badges import require_no_badge
from models.refusals import Refusal
from models.storage import Fact, moment_column
from models.text import clean, legible

RECORDED = "recorded"
MAX_AHEAD = timedelta(minutes=2)  # a device's clock may be this much fast
# What is older is of another event, or of a device whose clock is wrong.
MAX_AGE = timedelta(hours=36)
SETTLED_LENGTH = 200


class LateScan(Fact, table=True):
    """A fact: a scan that a device had answered offline arrived, and what the ledger made of it.

    `outcome`: `recorded`, or the code of the refusal, with its `facts`: then the device admitted
    a badge that the ledger would have stopped, and the command room has to look at it.
    `device_at` is the device's own clock (real time), `at` the event's when it arrived.
    """

    __table_args__ = (Index("ix_latescan_item", "item_id", "id"),)

    id: int = Field(default=None, primary_key=True)
    item_id: int = Field(foreign_key="programmeitem.id")
    badge: str
    desk_id: int | None = Field(default=None, foreign_key="desk.id")
    device_at: datetime = Field(sa_column=moment_column())
    outcome: str
    facts: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))


class LateScanSettled(Fact, table=True):
    """A fact: a person of the command room looked at a conflict, and what they found."""

    id: int = Field(default=None, primary_key=True)
    late_scan_id: int = Field(foreign_key="latescan.id", unique=True)
    words: str


def own_age(
    device_at: datetime,
    *,
    real: datetime,
    sent_at: datetime | None = None,
    age: timedelta | None = None,
) -> timedelta:
    """How long ago a device scanned, by its own clocks.

    `age` comes from a clock that no one sets, so it holds also where `device_at` was shown before
    the device's clock was put right. Without it that clock may be wrong by hours where the device
    says too what it shows on sending (`sent_at`): the time between the two is right all the same.
    Refuses `device_clock_ahead` and `device_scan_old`: what the clock cannot have shown, or a scan
    of another event.
    """
    if age is not None:
        if age > MAX_AGE:
            raise Refusal("device_scan_old", device_at=device_at)
        return max(age, timedelta())
    shown = sent_at if sent_at and abs(real - sent_at) <= MAX_AGE else real
    if device_at - shown > MAX_AHEAD:
        raise Refusal("device_clock_ahead", device_at=device_at)
    if shown - device_at > MAX_AGE:
        raise Refusal("device_scan_old", device_at=device_at)
    return max(shown - device_at, timedelta())


def minutes_wrong(device_at: datetime, *, shown: datetime) -> int:
    """By how many minutes a device's clock was fast (negative: slow) against what a right one has
    `shown`; 0 within two minutes, which a clock may be off."""
    wrong = device_at - shown
    return 0 if abs(wrong) <= MAX_AHEAD else round(wrong / timedelta(minutes=1))


def require_finding(words: str) -> str:
    """The cleaned finding. Refuses `finding_needed`, `finding_too_long` and `words_are_badge`."""
    written = clean(words)
    if not legible(written):
        raise Refusal("finding_needed")
    if len(written) > SETTLED_LENGTH:
        raise Refusal("finding_too_long", length=len(written), limit=SETTLED_LENGTH)
    return require_no_badge(written)
