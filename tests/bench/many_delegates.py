"""The sample with a hundred thousand delegates at its main session, and a million scans behind
them.

The delegates and their scans are written straight into the tables, as the commands would have left
them: everybody came and was taken back again five times over, so that no one is in when the doors
open. Offices and units are those of the sample, over and over, with the number of a block, so that
a search meets as many equal words as a real roster has.
"""

from datetime import datetime, timedelta

from sqlalchemy import func, insert, select, text, update
from sqlmodel import Session

from data.access.people import person_by_key
from data.events.clock import real_now
from data.events.current import require_event
from data.rehearsal import runs
from data.storage import database, migrate
from models.attendance.badges import badge_of
from models.attendance.ledger import (
    AttendanceCount,
    AttendanceFact,
    AttendanceState,
    Delegate,
    Expectation,
)
from models.programme import ProgrammeItem
from models.text import folded, sort_key
from tests.bench import sample

DELEGATES = 100_000
SCANS = 1_000_000
ITEM = "phien_chinh"
AT_ONCE = 20_000


def make(address: str, *, until: datetime, delegates: int = DELEGATES, scans: int = SCANS) -> None:
    """Makes such a database; no one has come, and from here on only people act."""
    sample.use(address)
    migrate.upgrade()
    database.run(runs.start_run, real=real_now(), until=until)
    database.run(_fill, delegates=delegates, scans=scans, until=until)
    if (
        database.engine().dialect.name == "postgresql"
    ):  # what autovacuum would do by itself within minutes
        with (
            database.engine()
            .execution_options(isolation_level="AUTOCOMMIT")
            .connect() as connection
        ):
            connection.execute(text("VACUUM ANALYZE"))
    sample.let_people_act(address)


def _fill(session: Session, *, delegates: int, scans: int, until: datetime) -> None:
    event = require_event(session)
    item = session.execute(
        select(ProgrammeItem.id).where(
            ProgrammeItem.event_id == event.id, ProgrammeItem.key == ITEM
        )
    ).scalar_one()
    known = session.execute(
        select(Delegate.delegation_id, Delegate.title_vi, Delegate.title_en, Delegate.badge).where(
            Delegate.event_id == event.id
        )
    ).all()
    highest = max(int(one.badge[:-1]) for one in known)
    _add_delegates(
        session, event.id, known, numbers=range(highest + 1, highest + 1 + delegates - len(known))
    )
    session.execute(
        insert(Expectation).from_select(
            ["item_id", "delegate_id"],
            select(text(str(item)), Delegate.id).where(
                Delegate.event_id == event.id,
                Delegate.id.not_in(
                    select(Expectation.delegate_id).where(Expectation.item_id == item)
                ),
            ),
        )
    )
    _count_expected(session, item)
    delegate_ids = (
        session.execute(select(Expectation.delegate_id).where(Expectation.item_id == item))
        .scalars()
        .all()
    )
    _add_scans(
        session,
        item,
        delegate_ids,
        scans=scans,
        until=until,
        person=person_by_key(session, "command").id,
    )


def _add_delegates(session: Session, event_id: int, known: list, *, numbers: range) -> None:
    rows = []
    for place, number in enumerate(numbers):
        like, block = known[place % len(known)], place // len(known) + 1
        title_vi, title_en, badge = (
            f"{like.title_vi}, khối {block}",
            f"{like.title_en}, block {block}",
            badge_of(number),
        )
        rows.append(
            {
                "event_id": event_id,
                "badge": badge,
                "delegation_id": like.delegation_id,
                "title_vi": title_vi,
                "title_en": title_en,
                "folded": folded(f"{title_vi} {title_en} {badge}"),
                "sort_key": sort_key(title_vi),
            }
        )
    _insert(session, Delegate, rows)


def _insert(session: Session, table, rows: list[dict]) -> None:
    for start in range(0, len(rows), AT_ONCE):
        session.execute(insert(table.__table__), rows[start : start + AT_ONCE])


def _count_expected(session: Session, item: int) -> None:
    number = (
        select(func.count())
        .select_from(Expectation)
        .join(Delegate, Delegate.id == Expectation.delegate_id)
        .where(Expectation.item_id == item, Delegate.delegation_id == AttendanceCount.delegation_id)
        .scalar_subquery()
    )
    session.execute(
        update(AttendanceCount).where(AttendanceCount.item_id == item).values(expected=number)
    )


def _add_scans(
    session: Session,
    item: int,
    delegate_ids: list[int],
    *,
    scans: int,
    until: datetime,
    person: int,
) -> None:
    begins, step = until - timedelta(hours=6), timedelta(hours=5) / scans
    rows, number = [], 0
    while number < scans:
        for delegate in delegate_ids[: scans - number]:
            came = number // len(delegate_ids) % 2 == 0
            at = begins + number * step
            rows.append(
                {
                    "item_id": item,
                    "delegate_id": delegate,
                    "status": "present" if came else "undone",
                    "place": "room" if came else "outside",
                    "words": "",
                    "at": at,
                    "came_at": at if came else None,
                    "person_id": person,
                    "idempotency_key": f"past-{number}",
                }
            )
            number += 1
        _insert(session, AttendanceFact, rows)
        rows = []
    newest = (
        select(func.max(AttendanceFact.id))
        .where(AttendanceFact.item_id == item)
        .group_by(AttendanceFact.delegate_id)
    )
    columns = ("item_id", "delegate_id", "id", "status", "place", "at")
    session.execute(
        insert(AttendanceState.__table__).from_select(
            ["item_id", "delegate_id", "fact_id", "status", "place", "at"],
            select(*(AttendanceFact.__table__.c[name] for name in columns)).where(
                AttendanceFact.id.in_(newest)
            ),
        )
    )
