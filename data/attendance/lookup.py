"""Lookups of attendance: where a fact is recorded, whose badge it is, and what counts of them.

Every scan takes this path, so its statements are built once and carry plain columns.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, and_, bindparam, func, select
from sqlmodel import Session, col
from sqlmodel import select as select_rows

from data.commands import Context
from data.programme import counts_attendance, recorded_end
from models.access.people import Role
from models.attendance.admission import Holder, ParallelItem, Previous, Stopped, decide, is_over
from models.attendance.badges import ReplacedBadge, badge_code
from models.attendance.delegates import DelegateChange, DelegateStep
from models.attendance.ledger import (
    Admission,
    AttendanceFact,
    AttendanceState,
    AttendanceStatus,
    Delegate,
    Delegation,
    Desk,
    DeskItem,
    Expectation,
    Place,
)
from models.events.event import Event
from models.programme import ProgrammeItem
from models.refusals import Refusal
from models.text import both


@dataclass(frozen=True)
class Door:
    """Where something is recorded: an item, the desk of the person who records (None: the command
    room), and when the item ended, if that was recorded."""

    item: ProgrammeItem
    desk_id: int | None
    finished_at: datetime | None = None

    def is_over(self, at: datetime) -> bool:
        """Whether the item is over at a moment of the event's clock."""
        return is_over(ends_at=self.item.ends_at, finished_at=self.finished_at, at=at)


# --- statements ----------------------------------------------------------------------------------

_DELEGATES, _DELEGATIONS, _DESKS, _SERVED, _EXPECTED, _ITEMS = (
    table.__table__.c
    for table in (Delegate, Delegation, Desk, DeskItem, Expectation, ProgrammeItem)
)
_FACTS, _STATE = AttendanceFact.__table__.c, AttendanceState.__table__.c
_OTHER_STATES = AttendanceState.__table__.alias("elsewhere")
_ELSEWHERE = _OTHER_STATES.c

_DESK = (
    select(_DESKS.id)
    .join(DeskItem.__table__, _SERVED.desk_id == _DESKS.id)
    .where(
        _DESKS.event_id == bindparam("event"),
        _DESKS.key == bindparam("desk"),
        _SERVED.item_id == _ITEMS.id,
    )
    .correlate(ProgrammeItem)
    .scalar_subquery()
)
_DOOR = select(
    ProgrammeItem,
    _DESK.label("desk_id"),
    recorded_end(bindparam("at")).label("finished_at"),
).where(
    _ITEMS.id == bindparam("item"),
    _ITEMS.event_id == bindparam("event"),
    counts_attendance(),
)
_FIRST_ANSWER = (
    select(
        *(
            _FACTS[name]
            for name in (
                "id",
                "item_id",
                "delegate_id",
                "undoes_id",
                "status",
                "place",
                "words",
                "at",
            )  # fmt: skip
        ),
        *(_DELEGATES[name] for name in ("badge", "title_vi", "title_en")),
        _DELEGATIONS.name_vi.label("delegation_vi"),
    )
    .join(Delegate.__table__, _DELEGATES.id == _FACTS.delegate_id)
    .join(Delegation.__table__, _DELEGATIONS.id == _DELEGATES.delegation_id)
    .where(_FACTS.idempotency_key == bindparam("key"))
)
_PREVIOUS = (
    _DELEGATES.delegation_id,
    _EXPECTED.item_id.is_not(None).label("assigned"),
    *(_STATE[name] for name in ("fact_id", "status", "place", "at", "came_at")),
)
_OF_ROSTER = and_(_EXPECTED.delegate_id == _DELEGATES.id, _EXPECTED.item_id == bindparam("item"))
_OF_ITEM = and_(_STATE.delegate_id == _DELEGATES.id, _STATE.item_id == bindparam("item"))
_IN_ANOTHER = and_(
    _ELSEWHERE.delegate_id == _DELEGATES.id,
    _ELSEWHERE.item_id != bindparam("item"),
    _ELSEWHERE.place != Place.OUTSIDE.value,
)
_BY_BADGE = (
    select(
        *(_DELEGATES[name] for name in ("id", "badge", "title_vi", "title_en")),
        _DELEGATIONS.name_vi.label("delegation_vi"),
        *_PREVIOUS,
        _ELSEWHERE.item_id.label("elsewhere"),
    )
    .join(Delegation.__table__, _DELEGATIONS.id == _DELEGATES.delegation_id)
    .outerjoin(Expectation.__table__, _OF_ROSTER)
    .outerjoin(AttendanceState.__table__, _OF_ITEM)
    .outerjoin(_OTHER_STATES, _IN_ANOTHER)
    .where(_DELEGATES.event_id == bindparam("event"), _DELEGATES.retired.is_(False))
)
_ONE_BADGE = _BY_BADGE.where(_DELEGATES.badge == bindparam("badge"))
MANY_BADGES = _BY_BADGE.where(_DELEGATES.badge.in_(bindparam("badges", expanding=True)))
"""The rows of several badges (`event`, `item`, `badges`), each as `row_by_badge` reads one."""

_PREVIOUS_AT = (
    select(*_PREVIOUS)
    .select_from(Delegate.__table__)
    .outerjoin(Expectation.__table__, _OF_ROSTER)
    .outerjoin(AttendanceState.__table__, _OF_ITEM)
    .where(_DELEGATES.id == bindparam("delegate"))
)
_FACT = select(*_FACTS).where(_FACTS.id == bindparam("fact"))
_SIDE_FACTS = select(*_FACTS).where(_FACTS.caused_by_id == bindparam("fact")).order_by(_FACTS.id)
_PARALLEL = (
    select(
        _ITEMS.id.label("item_id"),
        _EXPECTED.delegate_id.is_not(None).label("assigned"),
        _STATE.status,
    )
    .outerjoin(
        Expectation.__table__,
        and_(_EXPECTED.item_id == _ITEMS.id, _EXPECTED.delegate_id == bindparam("delegate")),
    )
    .outerjoin(
        AttendanceState.__table__,
        and_(_STATE.item_id == _ITEMS.id, _STATE.delegate_id == bindparam("delegate")),
    )
    .where(
        _ITEMS.event_id == bindparam("event"),
        _ITEMS.id != bindparam("item"),
        _ITEMS.cancelled.is_(False),
        _ITEMS.starts_at < bindparam("ends_at"),
        _ITEMS.ends_at > bindparam("starts_at"),
        func.coalesce(_EXPECTED.delegate_id, _STATE.delegate_id).is_not(None),
    )
)


# --- where ---------------------------------------------------------------------------------------


def require_door(ctx: Context, item_id: int) -> Door:
    """Where the person records attendance. Refuses `item_unknown`, `not_permitted`, and
    `desk_not_for_item` where their desk does not serve the item.

    Looked up once per transaction, which may hold many scans of one desk.
    """
    doors = ctx.session.info.setdefault("doors", {})
    person = ctx.origin.person
    key = (person.id if person else None, item_id, ctx.command.permission)
    if key not in doors:
        doors[key] = _door(ctx, item_id)
    found: Door = doors[key]
    return found


def _door(ctx: Context, item_id: int) -> Door:
    person = ctx.origin.person
    desk = person.desk_key if person and Role(person.role) is Role.DESK else None
    asked = {"event": ctx.event.id, "item": item_id, "desk": desk, "at": ctx.at}
    found = ctx.session.execute(_DOOR, asked).first()
    if found is None:
        raise Refusal("item_unknown", item=item_id)
    item, desk_id, finished_at = found
    require_own_desk(ctx)
    if Role(ctx.by.role) is Role.DESK and desk_id is None:
        raise Refusal("desk_not_for_item", item=both(item, "title"))
    return Door(item, desk_id, finished_at)


def require_open_door(ctx: Context, item_id: int, *, confirmed: bool) -> Door:
    """The same for what is counted at the door. Refuses `item_finished` unless `confirmed`."""
    door = require_door(ctx, item_id)
    if door.is_over(ctx.at) and not confirmed:
        raise finished(door)
    return door


def finished(door: Door, **about: object) -> Refusal:
    """The refusal at an item that is over, with when it ended, else should have."""
    ended_at = door.finished_at or door.item.ends_at
    return Refusal("item_finished", item=both(door.item, "title"), at=ended_at, **about)


def item_of(ctx: Context, item_id: int) -> ProgrammeItem:
    """An item at which attendance is recorded. Refuses `no_event` and `item_unknown`."""
    event = ctx.event
    item = ctx.session.get(ProgrammeItem, item_id)
    if item is None or item.event_id != event.id or item.expects == "none" or item.cancelled:
        raise Refusal("item_unknown", item=item_id)
    return item


def require_own_desk(ctx: Context) -> None:
    """Refuses `sign_in_needed` and `not_permitted`; a desk has the permission as its own."""
    person = ctx.origin.person
    ctx.require(desk=person.desk_key if person else None)


# --- who, and what counts of them ----------------------------------------------------------------


def first_answer(session: Session, idempotency_key: str) -> Admission | None:
    """The answer that was given to the same key before."""
    row = session.connection().execute(_FIRST_ANSWER, {"key": idempotency_key}).first()
    if row is None:
        return None
    return Admission(
        row.id,
        row.item_id,
        row.delegate_id,
        row.badge,
        row.title_vi,
        row.title_en,
        row.delegation_vi,
        AttendanceStatus(row.status),
        row.at,
        Place(row.place),
        row.words,
        repeated=True,
        undoing=row.undoes_id is not None,
    )


def require_same_act(
    session: Session, event: Event, answer: Admission, *, badge: str, item_id: int, undoing: bool
) -> Admission:
    """The answer to a key that was sent once more, if it is the answer to this very act.

    Refuses `key_used` (naming both badges) for a key that recorded another badge, item or kind of
    act: a device that makes one key twice must not take the first answer for its own.
    """
    code = badge_code(badge)
    former = replaced_badge(session, event, code) if code != answer.badge else None
    same_badge = code == answer.badge or (former and former.delegate_id == answer.delegate_id)
    if same_badge and answer.item_id == item_id and answer.undoing == undoing:
        return answer
    raise Refusal("key_used", badge=code, first=answer.badge)


def row_by_badge(ctx: Context, door: Door, code: str) -> Row[*tuple[Any, ...]] | None:
    """A delegate by badge code: id, badge, title_vi, title_en, delegation_vi, their state at the
    door's item (see `previous_of`), and `elsewhere`, the other item whose room they are in."""
    asked = {"event": ctx.event.id, "item": door.item.id, "badge": code}
    return ctx.session.connection().execute(_ONE_BADGE, asked).first()


def delegate_by_badge(
    ctx: Context, door: Door, badge: str
) -> tuple[Previous, Row[*tuple[Any, ...]]]:
    """A delegate's previous status, and their row (see `row_by_badge`).

    Refuses `badge_malformed`, `badge_mistyped`, `badge_replaced`, `badge_unknown`.
    """
    code = badge_code(badge)
    row = row_by_badge(ctx, door, code)
    if row is None:
        raise no_such_badge(ctx.session, ctx.event, code)
    return previous_of(row, door.item.id, row.id), row


def previous_of(row: Row[*tuple[Any, ...]], item_id: int, delegate_id: int) -> Previous:
    """The previous status in a row of these lookups; no row of the state is `undone`."""
    return Previous(
        item_id,
        delegate_id,
        row.delegation_id,
        bool(row.assigned),
        row.fact_id,
        AttendanceStatus(row.status) if row.status else AttendanceStatus.UNDONE,
        Place(row.place) if row.place else Place.OUTSIDE,
        row.came_at,
    )


def previous_at(session: Session, item_id: int, delegate_id: int) -> Previous:
    """A delegate's status at an item."""
    asked = {"item": item_id, "delegate": delegate_id}
    row = session.connection().execute(_PREVIOUS_AT, asked).one()
    return previous_of(row, item_id, delegate_id)


def words_of(session: Session, previous: Previous) -> str:
    """What was said with the fact that counts: a substitute, a reason, why they were admitted."""
    if previous.fact_id is None:
        return ""
    words: str = fact_of(session, previous.fact_id).words
    return words


def fact_of(session: Session, fact_id: int) -> Row[*tuple[Any, ...]]:
    """A fact's columns."""
    return session.connection().execute(_FACT, {"fact": fact_id}).one()


def fact_by_key(session: Session, idempotency_key: str) -> int | None:
    """The id of the fact that a key recorded."""
    asked = select_rows(AttendanceFact.id).where(
        col(AttendanceFact.idempotency_key) == idempotency_key
    )
    return session.exec(asked).first()


def side_facts(session: Session, fact_id: int) -> list[Row[*tuple[Any, ...]]]:
    """The facts at other items that a fact brought about: moved from there, left that room."""
    return list(session.connection().execute(_SIDE_FACTS, {"fact": fact_id}))


def parallel_items(ctx: Context, door: Door, delegate_id: int) -> tuple[ParallelItem, ...]:
    """The items at the same time that expect a delegate or have a status of them."""
    asked = {
        "delegate": delegate_id,
        "event": ctx.event.id,
        "item": door.item.id,
        "starts_at": door.item.starts_at,
        "ends_at": door.item.ends_at,
    }
    return tuple(
        ParallelItem(
            row.item_id,
            bool(row.assigned),
            AttendanceStatus(row.status) if row.status else AttendanceStatus.UNDONE,
        )
        for row in ctx.session.connection().execute(_PARALLEL, asked)
    )


def replaced_badge(session: Session, event: Event, code: str) -> ReplacedBadge | None:
    """The fact by which a badge was replaced."""
    query = select_rows(ReplacedBadge).where(
        col(ReplacedBadge.event_id) == event.id, col(ReplacedBadge.badge) == code
    )
    return session.exec(query).first()


def no_such_badge(session: Session, event: Event, code: str) -> Refusal:
    """Why a code opens nothing: `badge_replaced` (whose it was and when), `badge_retired` (whose,
    when and why they were taken from the roster), else `badge_unknown`."""
    former = replaced_badge(session, event, code)
    retired = None if former else retirement(session, event, code)
    holder = Holder.FORMER if former else Holder.RETIRED if retired else Holder.NO_ONE
    decision = decide(holder, None)
    assert isinstance(decision, Stopped)
    found = former or retired
    if found is None:
        return Refusal(decision.code, badge=code)
    about: dict[str, object] = {"badge": code, "at": found.at}
    about["delegate"] = both(session.get_one(Delegate, found.delegate_id), "title")
    if retired:
        about["reason"] = retired.reason
    return Refusal(decision.code, **about)


def retirement(session: Session, event: Event, code: str) -> DelegateChange | None:
    """The fact by which the delegate of a badge was retired; None of one who is on the roster."""
    query = (
        select_rows(DelegateChange)
        .join(Delegate, col(Delegate.id) == col(DelegateChange.delegate_id))
        .where(
            col(Delegate.event_id) == event.id,
            col(Delegate.badge) == code,
            col(Delegate.retired).is_(True),
            col(DelegateChange.step) == DelegateStep.RETIRED.value,
        )
        .order_by(col(DelegateChange.id).desc())
    )
    return session.exec(query).first()
