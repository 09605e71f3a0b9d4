"""The plain scans of a queue: first arrivals at the item that expects them, in a few statements.

Nine of ten scans at a door are that case. `models.attendance.admission` says which are; whatever
else a scan may be (a replay, another room, a return, an announced substitute, a badge that is in
already) is left to `data.attendance.commands`, which alone knows what to answer. What is recorded
here is what `admit` would have recorded, row for row; a test compares the two.
"""

from collections import Counter, defaultdict
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Row, bindparam, select
from sqlmodel import Session

from data.attendance import lookup
from data.attendance.arrivals import PLACE, STATUS, Arrival, record
from data.attendance.commands import admit
from data.attendance.lookup import Door
from data.commands import Context, Origin, current_of
from models.attendance.admission import Admitted, Elsewhere, Holder, Previous, Scan, decide
from models.attendance.badges import badge_code
from models.attendance.ledger import Admission, AttendanceFact
from models.refusals import Refusal

_FACTS = AttendanceFact.__table__
_REPLAYED = select(_FACTS.c.idempotency_key).where(
    _FACTS.c.idempotency_key.in_(bindparam("keys", expanding=True))
)
# Whether any key is known comes with the badges: which ones is hardly ever asked.
_QUEUE = lookup.MANY_BADGES.add_columns(_REPLAYED.exists().label("any_replayed"))
_NO_WORDS = Scan()


@dataclass(frozen=True)
class PlainScan:
    """A badge at a door, with nothing said next to it. All scans of a call are of one moment
    (`origin.at`)."""

    origin: Origin
    badge: str
    item_id: int
    device_at: datetime | None = None

    @property
    def key(self) -> str:
        return self.origin.idempotency_key


def admit_plain(session: Session, scans: list[PlainScan]) -> list[Admission | None]:
    """The admission of each scan that is a plain one; None for the others, which record nothing."""
    answers: list[Admission | None] = [None] * len(scans)
    current = current_of(session)
    if current is None or current[0].is_over:  # `admit` says why
        return answers
    by_item: dict[int, dict[int, PlainScan]] = defaultdict(dict)
    for place, scan in _single(scans).items():
        by_item[scan.item_id][place] = scan
    for item_id, some in by_item.items():
        arrivals = _arrivals(session, item_id, some)
        for place, admission in _record(session, item_id, arrivals).items():
            answers[place] = admission
    return answers


def _single(scans: list[PlainScan]) -> dict[int, PlainScan]:
    """The first scan of each badge by its place in the list, where no other has its key.

    What comes second is not plain, and what a later answer depends on must not be recorded after
    it.
    """
    keys = Counter(scan.key for scan in scans)
    codes = [_code(scan.badge) for scan in scans]
    return {
        place: replace(scan, badge=code)
        for place, (scan, code) in enumerate(zip(scans, codes, strict=True))
        if code and code not in codes[:place] and keys[scan.key] == 1
    }


def _code(badge: str) -> str:
    try:
        return badge_code(badge)
    except Refusal:  # `admit` says why
        return ""


def _arrivals(session: Session, item_id: int, scans: dict[int, PlainScan]) -> dict[int, Arrival]:
    contexts = {place: Context(session, scan.origin, admit) for place, scan in scans.items()}
    doors = {place: door for place, ctx in contexts.items() if (door := _door(ctx, item_id))}
    if not doors:
        return {}
    connection = session.connection()
    first = next(iter(doors))
    event, over = contexts[first].event, doors[first].is_over(contexts[first].at)
    keys = [scans[place].key for place in doors]
    badges = [scans[place].badge for place in doors]
    asked = {"event": event.id, "item": item_id, "badges": badges, "keys": keys}
    rows: dict[str, list[Row[*tuple[Any, ...]]]] = defaultdict(list)
    replayed: set[str] = set()
    for row in connection.execute(_QUEUE, asked):
        if row.any_replayed and not replayed:
            replayed.update(connection.execute(_REPLAYED, {"keys": keys}).scalars())
        rows[row.badge].append(row)
    return {
        place: Arrival(contexts[place], door, previous, row, scans[place].device_at)
        for place, door in doors.items()
        if scans[place].key not in replayed
        for row in rows[scans[place].badge][:1]
        if _is_plain(previous := lookup.previous_of(row, item_id, row.id), row, over=over)
    }


def _door(ctx: Context, item_id: int) -> Door | None:
    try:
        return lookup.require_door(ctx, item_id)
    except Refusal:  # `admit` says why
        return None


def _is_plain(previous: Previous, row: Row[*tuple[Any, ...]], *, over: bool) -> bool:
    """Whether the rule admits a scan and nothing else comes with it.

    Who does not count here is left out: their parallel items are not looked up.
    """
    if not previous.counts:
        return False
    elsewhere = Elsewhere(inside=row.elsewhere)
    decision = decide(Holder.DELEGATE, previous, _NO_WORDS, elsewhere, over=over)
    return isinstance(decision, Admitted) and decision.plain


def _record(session: Session, item_id: int, arrivals: dict[int, Arrival]) -> dict[int, Admission]:
    if not arrivals:
        return {}
    at = next(iter(arrivals.values())).ctx.at
    facts = record(session.connection(), item_id, arrivals.values(), at)
    for one in arrivals.values():
        one.ctx.note(
            one.row.id,
            item=item_id,
            badge=one.row.badge,
            standing=STATUS.value,
        )
    return {place: _admission(one, facts[one.key]) for place, one in arrivals.items()}


def _admission(one: Arrival, fact_id: int) -> Admission:
    return Admission(
        fact_id=fact_id,
        item_id=one.door.item.id,
        delegate_id=one.row.id,
        badge=one.row.badge,
        title_vi=one.row.title_vi,
        title_en=one.row.title_en,
        delegation_vi=one.row.delegation_vi,
        status=STATUS,
        at=one.ctx.at,
        place=PLACE,
        previous=one.previous.status,
    )
