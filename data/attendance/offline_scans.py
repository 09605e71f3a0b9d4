"""Late scans: what a device admitted offline is recorded when it arrives; conflicts are settled.

The rule is that of any scan. Where it refuses, the person has been admitted all the same: the scan
is recorded as a conflict for the command room.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, and_
from sqlalchemy import select as select_columns
from sqlmodel import Session, col, select

from data.attendance.commands import admit, admit_substitute
from data.attendance.lookup import Door, require_door
from data.commands import Context, command
from models.attendance.ledger import (
    Admission,
    AttendanceFact,
    AttendanceState,
    Delegate,
    Delegation,
    Desk,
)
from models.attendance.offline_scans import (
    RECORDED,
    LateScan,
    LateScanSettled,
    minutes_wrong,
    own_age,
    require_finding,
)
from models.events.event import Event
from models.programme import ProgrammeItem
from models.refusals import Refusal
from models.text import both, clean

BADGE_LENGTH = 40
COUNTED = ("already_in", "already_in_at_desk")
"""Conflicts of a person who counts already: there is no one more to count."""


@dataclass(frozen=True)
class Arrived:
    """What became of a late scan: `recorded`, or the code of the ledger's refusal with its facts.

    `badge`: as it was scanned. `admission` is None for a conflict, and where the first answer is
    repeated.
    """

    badge: str
    item_id: int
    outcome: str
    facts: dict[str, Any]
    admission: Admission | None = None
    repeated: bool = False

    @property
    def refusal(self) -> Refusal:
        """Why it is a conflict."""
        return refusal_of(self.outcome, self.facts)


@dataclass(frozen=True)
class Seen:
    """One of the two scans of a conflict: when (by the event's clock, and by the device's own) and
    at which desk."""

    at: datetime | None
    device_at: datetime | None
    desk: dict[str, str] | None


@dataclass(frozen=True)
class Conflict:
    """A late scan that the ledger would have stopped.

    `title` and `delegation` are None where the badge is no one's.
    """

    id: int
    item_id: int
    item: dict[str, str]
    badge: str
    title: dict[str, str] | None
    delegation: dict[str, str] | None
    outcome: str
    facts: dict[str, Any]
    arrived_at: datetime
    late: Seen
    other: Seen | None

    @property
    def can_count(self) -> bool:
        """Whether settling can count the person: a known badge of one who does not count yet."""
        return self.title is not None and self.outcome not in COUNTED


# --- what arrives --------------------------------------------------------------------------------


def _first_arrival(session: Session, key: str) -> Arrived | None:
    query = select(LateScan).where(col(LateScan.idempotency_key) == key)
    late = session.exec(query).first()
    if late is None:
        return None
    return Arrived(late.badge, late.item_id, late.outcome, late.facts, repeated=True)


@command("take_late", topic="attendance", subject="item", permission="admit", replay=_first_arrival)
def take_late(
    ctx: Context,
    *,
    badge: str,
    item_id: int,
    device_at: datetime,
    sent_at: datetime | None = None,
    age: timedelta | None = None,
    substitute: str = "",
    override: str = "",
    confirmed: bool = False,
) -> Arrived:
    """Take a scan that a device answered by itself, at `device_at` of its own clock, offline.

    `sent_at`: what that clock showed on sending; `age`: how long before sending it scanned, by a
    clock that no one sets. Where the rule refuses, or a clock without such an age cannot be right,
    the scan is recorded as a conflict. Where `device_at` is wrong, the facts say by how many
    minutes (`clock_wrong`). Refuses only `item_unknown`, `desk_not_for_item` and without the
    permission.
    """
    door = require_door(ctx, item_id)
    came: dict[str, Any] = {}
    try:
        ago = own_age(device_at, real=ctx.real, sent_at=sent_at, age=age)
        came = _came(device_at, came_at=ctx.at - ago, shown=ctx.real - ago)
        scan = _Scan(badge, door.item.id, device_at, ctx.at - ago, substitute, override, confirmed)
        admission = scan.admit(ctx)
    except Refusal as refusal:  # the ledger refuses before it writes its first row
        facts = _as_json(refusal.facts) | came | _other_fact(ctx, door, badge)
        late = _add(ctx, door, badge, device_at, outcome=refusal.code, facts=facts)
        ctx.note(door.item.id, item=door.item.id, badge=late.badge, outcome=late.outcome)
        return Arrived(late.badge, door.item.id, late.outcome, facts)
    if admission.repeated:  # it had arrived online; only its answer was lost
        return Arrived(badge, door.item.id, RECORDED, {}, admission, repeated=True)
    _add(ctx, door, badge, device_at, outcome=RECORDED, facts=came)
    return Arrived(badge, door.item.id, RECORDED, came, admission)


def _came(device_at: datetime, *, came_at: datetime, shown: datetime) -> dict[str, Any]:
    """When a late scan was made, as the facts hold it; `shown`: what a right clock showed then."""
    wrong = minutes_wrong(device_at, shown=shown)
    return {"came_at": came_at.isoformat()} | ({"clock_wrong": wrong} if wrong else {})


@dataclass(frozen=True)
class _Scan:
    """The scan of a late scan, to be admitted as any other."""

    badge: str
    item_id: int
    device_at: datetime
    came_at: datetime
    substitute: str
    override: str
    confirmed: bool

    def admit(self, ctx: Context) -> Admission:
        if self.substitute:
            return ctx.perform(
                admit_substitute,
                badge=self.badge,
                item_id=self.item_id,
                substitute=self.substitute,
                override=self.override,
                confirmed=self.confirmed,
                device_at=self.device_at,
                came_at=self.came_at,
            )
        return ctx.perform(
            admit,
            badge=self.badge,
            item_id=self.item_id,
            override=self.override,
            confirmed=self.confirmed,
            device_at=self.device_at,
            came_at=self.came_at,
        )


def late_badge(badge: str) -> str:
    """A badge as a late scan stores it: what the device read, whatever it is."""
    return clean(badge[:BADGE_LENGTH])


def _add(
    ctx: Context,
    door: Door,
    badge: str,
    device_at: datetime,
    *,
    outcome: str,
    facts: dict[str, Any],
) -> LateScan:
    """Add the late scan without a change: only a conflict is one, else the admission itself is."""
    late = LateScan(
        at=ctx.at,
        person_id=ctx.by.id,
        idempotency_key=ctx.idempotency_key,
        item_id=door.item.id,
        badge=late_badge(badge),
        desk_id=door.desk_id,
        device_at=device_at,
        outcome=outcome,
        facts=facts,
    )
    ctx.session.add(late)
    return late


def _as_json(facts: dict[str, object]) -> dict[str, Any]:
    """A refusal's facts as JSON takes them."""
    return {
        name: value.isoformat() if isinstance(value, datetime) else value
        for name, value in facts.items()
    }


def refusal_of(outcome: str, facts: dict[str, Any]) -> Refusal:
    """Why a late scan is a conflict, as the refusal that the ledger gave."""
    moments = {
        name: datetime.fromisoformat(facts[name]) for name in ("at", "device_at") if name in facts
    }
    return Refusal(outcome, **facts | moments)


def _other_fact(ctx: Context, door: Door, badge: str) -> dict[str, int]:
    """The fact that counts of a badge at the item: the other of the two scans."""
    query = (
        select(AttendanceState.fact_id)
        .join(Delegate, col(Delegate.id) == col(AttendanceState.delegate_id))
        .where(
            col(AttendanceState.item_id) == door.item.id,
            col(Delegate.event_id) == ctx.event.id,
            col(Delegate.badge) == clean(badge).upper(),
        )
    )
    fact_id = ctx.session.exec(query).first()
    return {"fact": fact_id} if fact_id else {}


@dataclass(frozen=True)
class WrongClock:
    """How many scans of a desk's devices arrived with a wrong clock, and how wrong in minutes it
    was at most (negative: slow)."""

    desk: dict[str, str] | None
    number: int
    minutes: int


def wrong_clocks(session: Session, event: Event) -> list[WrongClock]:
    """The desks whose devices made offline scans by a wrong clock: counted, from when they were
    made by a clock that no one sets."""
    rows = session.execute(
        select_columns(col(LateScan.facts), Desk)
        .join(ProgrammeItem, col(ProgrammeItem.id) == col(LateScan.item_id))
        .outerjoin(Desk, col(Desk.id) == col(LateScan.desk_id))
        .where(col(ProgrammeItem.event_id) == event.id, col(LateScan.outcome) == RECORDED)
    )
    found: dict[int | None, list[int]] = {}
    desks: dict[int | None, dict[str, str] | None] = {}
    for facts, desk in rows:
        if wrong := facts.get("clock_wrong"):
            number = desk.id if desk else None
            found.setdefault(number, []).append(wrong)
            desks[number] = _named(desk, "name")
    return [
        WrongClock(desks[number], len(wrong), max(wrong, key=abs))
        for number, wrong in found.items()
    ]


# --- what the command room settles ---------------------------------------------------------------


def conflicts(session: Session, event: Event) -> list[Conflict]:
    """The late scans that the ledger would have stopped and that no one has settled yet, newest
    first."""
    rows = session.execute(
        select_columns(LateScan, ProgrammeItem, Delegate, Delegation, Desk)
        .join(ProgrammeItem, col(ProgrammeItem.id) == col(LateScan.item_id))
        .outerjoin(
            Delegate,
            and_(
                col(Delegate.event_id) == col(ProgrammeItem.event_id),
                col(Delegate.badge) == col(LateScan.badge),
            ),
        )
        .outerjoin(Delegation, col(Delegation.id) == col(Delegate.delegation_id))
        .outerjoin(Desk, col(Desk.id) == col(LateScan.desk_id))
        .outerjoin(LateScanSettled, col(LateScanSettled.late_scan_id) == col(LateScan.id))
        .where(
            col(ProgrammeItem.event_id) == event.id,
            col(LateScan.outcome) != RECORDED,
            col(LateScanSettled.id).is_(None),
        )
        .order_by(col(LateScan.id).desc())
    ).all()
    others = _seen(session, {row.LateScan.facts.get("fact") for row in rows} - {None})
    return [_conflict(row, others.get(row.LateScan.facts.get("fact"))) for row in rows]


def _seen(session: Session, fact_ids: set[int]) -> dict[int, Seen]:
    rows = session.exec(
        select(AttendanceFact, Desk)
        .outerjoin(Desk, col(Desk.id) == col(AttendanceFact.desk_id))
        .where(col(AttendanceFact.id).in_(fact_ids))
    )
    return {
        fact.id: Seen(fact.came_at or fact.at, fact.device_at, _named(desk, "name"))
        for fact, desk in rows
    }


def _named(record: object | None, name: str) -> dict[str, str] | None:
    return both(record, name) if record else None


def _conflict(row: Row[*tuple[Any, ...]], other: Seen | None) -> Conflict:
    """A row of `conflicts`: its tables' records by their names."""
    late: LateScan = row.LateScan
    came_at = datetime.fromisoformat(late.facts["came_at"]) if "came_at" in late.facts else None
    return Conflict(
        id=late.id,
        item_id=row.ProgrammeItem.id,
        item=both(row.ProgrammeItem, "title"),
        badge=late.badge,
        title=_named(row.Delegate, "title"),
        delegation=_named(row.Delegation, "name"),
        outcome=late.outcome,
        facts=late.facts,
        arrived_at=late.at,
        late=Seen(came_at, late.device_at, _named(row.Desk, "name")),
        other=other,
    )


@command("settle_conflict", topic="attendance", subject="item", fact=LateScanSettled)
def settle_conflict(
    ctx: Context, *, late_scan_id: int, words: str, came: bool = False
) -> LateScanSettled:
    """Record what was found of a conflict; `came`: the person really came in, and counts.

    Refuses `conflict_unknown`, `conflict_settled`, `finding_needed`, `finding_too_long`, and for
    one who came what `admit` refuses of their badge.
    """
    ctx.require()
    late = ctx.session.get(LateScan, late_scan_id)
    if late is None or late.outcome == RECORDED or not _is_of_event(ctx, late):
        raise Refusal("conflict_unknown")
    settled = select(LateScanSettled.id).where(col(LateScanSettled.late_scan_id) == late.id)
    if ctx.session.exec(settled).first():
        raise Refusal("conflict_settled", badge=late.badge)
    found = LateScanSettled(late_scan_id=late.id, words=require_finding(words))
    if came and late.outcome not in COUNTED:
        _admit_settled(ctx, late, found.words)
    return ctx.record(found, about=late.item_id, item=late.item_id, badge=late.badge)


def _admit_settled(ctx: Context, late: LateScan, words: str) -> None:
    """Admit the person of a conflict from when they came, else from when the scan arrived.

    What was found is the substitute's name or the reason that the ledger had missed.
    """
    came_at = datetime.fromisoformat(late.facts["came_at"]) if "came_at" in late.facts else late.at
    override = words if late.outcome in ("wrong_item", "not_expected") else ""
    substitute = words if late.outcome == "substitute_needed" else ""
    scan = _Scan(
        late.badge, late.item_id, late.device_at, came_at, substitute, override, confirmed=True
    )
    scan.admit(ctx)


def _is_of_event(ctx: Context, late: LateScan) -> bool:
    return ctx.session.get_one(ProgrammeItem, late.item_id).event_id == ctx.event.id
