"""The scans of desks' devices: the requests that wait are recorded together, in a group commit.

A refusal leaves the transaction as it found it, so the other scans go on in it.
"""

from concurrent.futures import Future
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlmodel import Session

from data.access import sign_ins
from data.attendance import lookup
from data.attendance.bulk_admit import PlainScan, admit_plain
from data.attendance.commands import admit, admit_substitute
from data.attendance.offline_scans import Arrived, late_badge, take_late
from data.commands import Context, Origin, execute
from data.events.current import require_event
from data.storage import group_commit, measures
from models.access.people import Visitor
from models.attendance.ledger import Admission
from models.refusals import Refusal

Outcome = Admission | Arrived | Refusal


@dataclass(frozen=True)
class DeviceScan:
    """A badge at an item as a device sends it; `device_at` and `sent_at` are its own clock.

    `age`: how long before sending it scanned, by a clock that no one sets. `offline`: the device
    has answered by itself, so the scan is recorded in any case, as a conflict if need be.
    """

    key: str
    badge: str
    item_id: int
    device_at: datetime
    sent_at: datetime | None = None
    age: timedelta | None = None
    offline: bool = False
    substitute: str = ""
    override: str = ""
    confirmed: bool = False

    @property
    def plain(self) -> bool:
        """Whether nothing is said next to the badge."""
        return not (self.offline or self.substitute or self.override or self.confirmed)


@dataclass(frozen=True)
class ScanRequest:
    """The scans of one visitor."""

    visitor: Visitor
    scans: tuple[DeviceScan, ...]


def submit(request: ScanRequest) -> "Future[list[Outcome]]":
    """Submit scans to a transaction that others share: what became of each, in their order."""
    return group_commit.submit_batched(_take, request, weight=len(request.scans))


@group_commit.batched
def _take(session: Session, requests: list[ScanRequest]) -> list[list[Outcome] | Refusal]:
    """The plain scans of all requests in a few statements, then each of the others."""
    moment = Context(session, Origin(), admit)
    now = Origin(at=moment.at, real=moment.real)
    for request in requests:
        number = request.visitor.sign_in_id
        if request.visitor.has_pin and number is not None:  # a desk in use does not lock itself
            sign_ins.note_use(session, sign_in_id=number, now=moment.real)
    given = [
        (_origin(now, request.visitor, scan), scan)
        for request in requests
        for scan in request.scans
    ]
    outcomes = iter(_outcomes(session, given))
    return [[next(outcomes) for _ in request.scans] for request in requests]


def _origin(now: Origin, visitor: Visitor, scan: DeviceScan) -> Origin:
    return replace(
        now,
        person=visitor.person,
        sign_in_id=visitor.sign_in_id,
        idempotency_key=scan.key,
    )


def _outcomes(session: Session, given: list[tuple[Origin, DeviceScan]]) -> list[Outcome]:
    plain = {
        place: PlainScan(origin, scan.badge, scan.item_id, scan.device_at)
        for place, (origin, scan) in enumerate(given)
        if scan.plain
    }
    admitted = dict(zip(plain, admit_plain(session, list(plain.values())), strict=True))
    return [
        admitted.get(place) or _take_one(session, origin, scan)
        for place, (origin, scan) in enumerate(given)
    ]


def _take_one(session: Session, origin: Origin, scan: DeviceScan) -> Outcome:
    try:
        with measures.counting_refusals():
            return _first_of(session, scan, _execute(session, origin, scan))
    except Refusal as refusal:
        return refusal


def _first_of(
    session: Session, scan: DeviceScan, outcome: Admission | Arrived
) -> Admission | Arrived:
    """The first answer to a scan that is sent once more. Refuses `key_used` for another's."""
    if not outcome.repeated:
        return outcome
    admission = outcome if isinstance(outcome, Admission) else outcome.admission
    if admission:
        lookup.require_same_act(
            session,
            require_event(session),
            admission,
            badge=scan.badge,
            item_id=scan.item_id,
            undoing=False,
        )
    elif isinstance(outcome, Arrived) and (outcome.badge, outcome.item_id) != (
        late_badge(scan.badge),
        scan.item_id,
    ):
        raise Refusal("key_used", badge=late_badge(scan.badge), first=outcome.badge)
    return outcome


def _execute(session: Session, origin: Origin, scan: DeviceScan) -> Admission | Arrived:
    if scan.offline:
        return execute(
            session,
            origin,
            take_late,
            badge=scan.badge,
            item_id=scan.item_id,
            device_at=scan.device_at,
            sent_at=scan.sent_at,
            age=scan.age,
            substitute=scan.substitute,
            override=scan.override,
            confirmed=scan.confirmed,
        )
    if scan.substitute:
        return execute(
            session,
            origin,
            admit_substitute,
            badge=scan.badge,
            item_id=scan.item_id,
            substitute=scan.substitute,
            override=scan.override,
            confirmed=scan.confirmed,
            device_at=scan.device_at,
        )
    return execute(
        session,
        origin,
        admit,
        badge=scan.badge,
        item_id=scan.item_id,
        override=scan.override,
        confirmed=scan.confirmed,
        device_at=scan.device_at,
    )
