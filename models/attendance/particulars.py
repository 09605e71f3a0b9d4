"""A delegate's particulars: name and telephone number, which an event keeps only where the
administrator turned them on, with the reason and the date on which they are erased.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, Index
from sqlmodel import Field

from models.events.event import Event, local_day
from models.refusals import Refusal
from models.storage import Fact, Record
from models.text import clean, folded, legible

NAME_LENGTH, PHONE_LENGTH = 120, 40
REASON_LENGTH = 200
MAX_AGE = timedelta(days=365)
"""From the event's last day: the law keeps data no longer than its purpose needs, and complaints
and reports of an event are over within a year."""
MOBILE_DIGITS = 9
"""Of a number whose leading zero a table of numbers has lost."""


class Particular(StrEnum):
    NAME = "name"
    PHONE = "phone"


class ParticularChoice(Fact, table=True):
    """A fact: an event keeps its delegates' names, or their telephone numbers, because of `reason`
    until `erase_on`; or (`turned_on` false) no longer, and what it held was erased.

    That they were erased on their day is in the change log alone: no person did it.
    """

    __table_args__ = (
        Index("ix_particular_choice", "event_id", "id"),
        CheckConstraint("kind IN ('name','phone')"),
        CheckConstraint("NOT turned_on OR (length(reason) > 0 AND erase_on IS NOT NULL)"),
    )

    id: int = Field(default=None, primary_key=True)
    event_id: int = Field(foreign_key="event.id")
    kind: str
    turned_on: bool
    reason: str = ""
    erase_on: date | None = None


class DelegateParticulars(Record, table=True):
    """A delegate's name and telephone number; `folded`: the name, for the search only.

    They stand in no other table, but for what an import replaced of them. No query finds them that
    does not ask for this one: the lists of gates and walls cannot hold them.
    """

    delegate_id: int = Field(
        foreign_key="delegate.id", primary_key=True, sa_column_kwargs={"autoincrement": False}
    )
    event_id: int = Field(foreign_key="event.id", index=True)
    name: str = ""
    folded: str = ""
    phone: str = ""


@dataclass(frozen=True)
class Particulars:
    """What is known of a delegate; empty is unknown or not kept."""

    name: str = ""
    phone: str = ""


@dataclass(frozen=True)
class Keeping:
    """Why a kind is kept, and the local day on which it is erased."""

    reason: str
    erase_on: date

    def stored(self) -> dict[str, str]:
        return {"reason": self.reason, "erase_on": self.erase_on.isoformat()}


def keepings(stored: Mapping[str, Any]) -> dict[Particular, Keeping]:
    """What an event keeps, by `Event.particulars`; also what is due to be erased."""
    return {
        Particular(kind): Keeping(str(one["reason"]), date.fromisoformat(one["erase_on"]))
        for kind, one in stored.items()
        if kind in set(Particular)
    }


def active_keepings(event: Event, now: datetime) -> dict[Particular, Keeping]:
    """What an event keeps at a real moment, by its local days. A rehearsal keeps nothing: anyone
    who opens it may enter as the command room.
    """
    if event.rehearsal:
        return {}
    found, today = keepings(event.particulars), local_day(event, now)
    return {kind: one for kind, one in found.items() if today < one.erase_on}


def active_kinds(event: Event, now: datetime) -> frozenset[Particular]:
    return frozenset(active_keepings(event, now))


def due_kinds(event: Event, now: datetime) -> frozenset[Particular]:
    """What is erased: on its day nothing of it is shown any more."""
    return frozenset(keepings(event.particulars)) - active_kinds(event, now)


def latest_day(last_day: date) -> date:
    """The last day for which something may be kept."""
    return last_day + MAX_AGE


def require_particular(kind: str) -> Particular:
    """Refuses `particular_unknown`."""
    if kind not in set(Particular):
        raise Refusal("particular_unknown", kind=kind[:20])
    return Particular(kind)


def require_keeping(reason: str, erase_on: date | None, *, today: date, latest: date) -> Keeping:
    """Refuses `keeping_reason_needed`, `reason_too_long`, `keeping_day_needed`,
    `keeping_day_past`, and `keeping_day_late` with the `latest` day.
    """
    written = clean(reason)
    if not legible(written):
        raise Refusal("keeping_reason_needed")
    if len(written) > REASON_LENGTH:
        raise Refusal("reason_too_long", length=len(written), limit=REASON_LENGTH)
    if erase_on is None:
        raise Refusal("keeping_day_needed")
    if erase_on <= today:
        raise Refusal("keeping_day_past", day=erase_on)
    if erase_on > latest:
        raise Refusal("keeping_day_late", day=erase_on, latest=latest)
    return Keeping(written, erase_on)


def require_particulars(name: str, phone: str, kinds: Iterable[Particular]) -> Particulars:
    """Both cleaned. Refuses `particulars_off` for what the event does not keep,
    `delegate_name_too_long`, and `phone_too_long`.
    """
    given = Particulars(clean(name), clean(phone))
    for kind in Particular:
        if getattr(given, kind) and kind not in set(kinds):
            raise Refusal("particulars_off", kind=kind.value)
    if len(given.name) > NAME_LENGTH:
        raise Refusal("delegate_name_too_long", length=len(given.name), limit=NAME_LENGTH)
    if len(given.phone) > PHONE_LENGTH:
        raise Refusal("phone_too_long", length=len(given.phone), limit=PHONE_LENGTH)
    return given


def written_name(text: str) -> str:
    """A name as a list writes it, in one line."""
    return clean(" ".join(text.split()))[:NAME_LENGTH]


def written_phone(text: str) -> str:
    """A number as a list writes it; a table of numbers drops the zero before it."""
    written = clean(" ".join(text.split()))[:PHONE_LENGTH]
    lost = written.isascii() and written.isdecimal() and len(written) == MOBILE_DIGITS
    return f"0{written}" if lost and not written.startswith("0") else written


def row_of(event_id: int, delegate_id: int, one: Particulars) -> dict[str, Any]:
    """A row of `DelegateParticulars`."""
    return {
        "delegate_id": delegate_id,
        "event_id": event_id,
        "name": one.name,
        "folded": folded(one.name),
        "phone": one.phone,
    }
