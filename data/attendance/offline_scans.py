"""Late scans: what a gate let in while it had no network, recorded when it arrives, and what of it the command room has to settle."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_
from sqlalchemy.orm import aliased
from sqlmodel import Session, select

from data.attendance.commands import admit, admit_substitute
from data.attendance.ledger import Door, require_door
from data.events.current import require_event
from data.storage import changes
from models.access.people import Person, require_may
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
    own_age,
    require_finding,
)
from models.events.event import Event
from models.programme import ProgrammeItem
from models.refusals import Refusal
from models.text import clean

BADGE_LENGTH = 40


@dataclass(frozen=True)
class Arrived:
    """What became of a late scan: `recorded` with the admission, or the code of the ledger's refusal with its facts."""

    idempotency_key: str
    outcome: str
    told: dict
    admission: Admission | None = None
    repeated: bool = False

    @property
    def refusal(self) -> Refusal:
        """Why it is a conflict, as the ledger said it."""
        return refusal_of(self.outcome, self.told)


@dataclass(frozen=True)
class Seen:
    """One of the two scans of a conflict: when (by the event's clock, and by the device's own) and at which desk."""

    at: datetime | None
    device_at: datetime | None
    desk: dict[str, str] | None


@dataclass(frozen=True)
class Conflict:
    """A late scan that the ledger would have stopped. `title` and `delegation` are None where the badge is nobody's."""

    id: int
    item_id: int
    item: dict[str, str]
    badge: str
    title: dict[str, str] | None
    delegation: dict[str, str] | None
    outcome: str
    told: dict
    arrived_at: datetime
    late: Seen
    other: Seen | None


def take_late(
    session: Session,
    *,
    badge: str,
    item_id: int,
    idempotency_key: str,
    device_at: datetime,
    by: Person,
    now: datetime,
    real: datetime,
    sent_at: datetime | None = None,
    substitute: str = "",
    override: str = "",
) -> Arrived:
    """Takes a scan that a device answered by itself, at `device_at` of its own clock, while it was offline.

    Where the ledger refuses it, or the device's clock cannot be right, the scan itself is kept as a conflict: somebody was let in.
    `real` is the real time, which the device's clock should show too, `sent_at` what it did show on sending, `now` the event's
    time. The same `idempotency_key` changes nothing and returns
    the first answer. Refuses only whoever may not let anybody in there, and an item that is none of the event's or of his desk's.
    """
    door = require_door(session, by, item_id, "admit")
    if earlier := _earlier(session, idempotency_key):
        return earlier
    facts = {
        "badge": badge,
        "item_id": item_id,
        "idempotency_key": idempotency_key,
        "by": by,
        "now": now,
        "override": override,
    }
    kept = {"badge": badge, "idempotency_key": idempotency_key, "device_at": device_at, "now": now}
    came = {}
    try:
        came_at = now - own_age(device_at, real=real, sent_at=sent_at)
        came = {"came_at": came_at.isoformat()}
        facts |= {"device_at": device_at, "came_at": came_at}
        admission = (
            admit_substitute(session, substitute=substitute, **facts)
            if substitute
            else admit(session, **facts)
        )
    except Refusal as refusal:  # the ledger refuses before it writes its first row
        told = _plain(refusal.facts) | came | _other_fact(session, door, badge)
        return _keep(session, door, outcome=refusal.code, told=told, **kept)
    if admission.repeated:  # it had arrived before the network went, and only its answer was lost
        return Arrived(idempotency_key, RECORDED, {}, admission, repeated=True)
    _keep(session, door, outcome=RECORDED, told=came, **kept)
    return Arrived(idempotency_key, RECORDED, came, admission)


def _earlier(session: Session, idempotency_key: str) -> Arrived | None:
    found = session.exec(
        select(LateScan).where(LateScan.idempotency_key == idempotency_key)
    ).first()
    return Arrived(idempotency_key, found.outcome, found.told, repeated=True) if found else None


def _keep(
    session: Session,
    door: Door,
    *,
    badge: str,
    idempotency_key: str,
    device_at: datetime,
    now: datetime,
    outcome: str,
    told: dict,
) -> Arrived:
    late = LateScan(
        item_id=door.item.id,
        badge=clean(badge[:BADGE_LENGTH]),
        desk_id=door.desk_id,
        device_at=device_at,
        at=now,
        person_id=door.by.id,
        idempotency_key=idempotency_key,
        outcome=outcome,
        told=told,
    )
    session.add(late)
    session.flush()
    if outcome != RECORDED:
        _note(
            session,
            door.event,
            door.by,
            "take_late",
            door.item.id,
            now,
            badge=late.badge,
            outcome=outcome,
        )
    return Arrived(idempotency_key, outcome, told)


def _note(
    session: Session,
    event: Event,
    by: Person,
    command: str,
    item_id: int,
    now: datetime,
    **facts: object,
) -> None:
    what = {"command": command, "item": item_id, **facts}
    changes.note(
        session,
        event_id=event.id,
        at=now,
        by=by,
        topic="attendance",
        subject="item",
        subject_id=item_id,
        what=what,
    )


def _plain(facts: dict) -> dict:
    """A refusal's facts as JSON takes them."""
    return {
        name: value.isoformat() if isinstance(value, datetime) else value
        for name, value in facts.items()
    }


def refusal_of(outcome: str, told: dict) -> Refusal:
    """Why a late scan is a conflict, as the refusal that the ledger gave."""
    moments = {
        name: datetime.fromisoformat(told[name]) for name in ("at", "device_at") if name in told
    }
    return Refusal(outcome, **told | moments)


def _other_fact(session: Session, door: Door, badge: str) -> dict:
    """The fact that counts of a badge at the item, by which the other of the two scans is found again."""
    query = (
        select(AttendanceState.fact_id)
        .join(Delegate, Delegate.id == AttendanceState.delegate_id)
        .where(
            AttendanceState.item_id == door.item.id,
            Delegate.event_id == door.event.id,
            Delegate.badge == clean(badge).upper(),
        )
    )
    found = session.exec(query).first()
    return {"fact": found} if found else {}


# --- what the command room settles -----------------------------------------------------------------------------------


def conflicts(session: Session, event: Event) -> list[Conflict]:
    """The late scans that nobody has looked at yet and that the ledger would have stopped, newest first."""
    desk = aliased(Desk)
    rows = session.execute(
        select(LateScan, ProgrammeItem, Delegate, Delegation, desk)
        .join(ProgrammeItem, ProgrammeItem.id == LateScan.item_id)
        .outerjoin(
            Delegate,
            and_(Delegate.event_id == ProgrammeItem.event_id, Delegate.badge == LateScan.badge),
        )
        .outerjoin(Delegation, Delegation.id == Delegate.delegation_id)
        .outerjoin(desk, desk.id == LateScan.desk_id)
        .outerjoin(LateScanSettled, LateScanSettled.late_scan_id == LateScan.id)
        .where(
            ProgrammeItem.event_id == event.id,
            LateScan.outcome != RECORDED,
            LateScanSettled.id.is_(None),
        )
        .order_by(LateScan.id.desc())
    ).all()
    others = _seen(session, {late.told["fact"] for late, *_ in rows if "fact" in late.told})
    return [_conflict(*row, other=others.get(row[0].told.get("fact"))) for row in rows]


def _seen(session: Session, fact_ids: set[int]) -> dict[int, Seen]:
    rows = session.execute(
        select(AttendanceFact, Desk)
        .outerjoin(Desk, Desk.id == AttendanceFact.desk_id)
        .where(AttendanceFact.id.in_(fact_ids))
    )
    return {
        fact.id: Seen(fact.came_at or fact.at, fact.device_at, _named(desk, "name"))
        for fact, desk in rows
    }


def _named(record, name: str) -> dict[str, str] | None:
    return (
        {language: getattr(record, f"{name}_{language}") for language in ("vi", "en")}
        if record
        else None
    )


def _conflict(
    late: LateScan,
    item: ProgrammeItem,
    delegate: Delegate | None,
    delegation: Delegation | None,
    desk: Desk | None,
    *,
    other: Seen | None,
) -> Conflict:
    came_at = datetime.fromisoformat(late.told["came_at"]) if "came_at" in late.told else None
    return Conflict(
        id=late.id,
        item_id=item.id,
        item=_named(item, "title"),
        badge=late.badge,
        title=_named(delegate, "title"),
        delegation=_named(delegation, "name"),
        outcome=late.outcome,
        told=late.told,
        arrived_at=late.at,
        late=Seen(came_at, late.device_at, _named(desk, "name")),
        other=other,
    )


def settle_conflict(
    session: Session,
    *,
    late_scan_id: int,
    words: str,
    idempotency_key: str,
    by: Person,
    now: datetime,
) -> LateScanSettled:
    """Records what was found of a conflict. Refuses `conflict_unknown`, `conflict_settled`, `finding_needed`, `finding_too_long`."""
    require_may(by, "settle_conflict")
    event = require_event(session)
    if earlier := session.exec(
        select(LateScanSettled).where(LateScanSettled.idempotency_key == idempotency_key)
    ).first():
        return earlier
    late = session.get(LateScan, late_scan_id)
    if (
        late is None
        or late.outcome == RECORDED
        or session.get(ProgrammeItem, late.item_id).event_id != event.id
    ):
        raise Refusal("conflict_unknown")
    if session.exec(
        select(LateScanSettled.id).where(LateScanSettled.late_scan_id == late.id)
    ).first():
        raise Refusal("conflict_settled", badge=late.badge)
    found = LateScanSettled(
        late_scan_id=late.id,
        words=require_finding(words),
        at=now,
        person_id=by.id,
        idempotency_key=idempotency_key,
    )
    session.add(found)
    _note(session, event, by, "settle_conflict", late.item_id, now, badge=late.badge)
    return found
