"""An event's delegations, its delegates, and who is expected at which item."""

from typing import Any

from sqlalchemy import func, insert
from sqlmodel import Session, col, select

from data.events.load import Load
from data.files import Row
from models.attendance.badges import badge_code
from models.attendance.ledger import AttendanceCount, Delegate, Delegation, Expectation
from models.imports.recognition import Kind
from models.programme import EXPECTS, ProgrammeItem
from models.text import folded, sort_key


def add_delegations(load: Load) -> None:
    columns = ("code", "name_vi", "name_en", "type_vi")
    for row in load.rows("delegations.csv", columns, unique="code", optional=True):
        delegation = Delegation(
            event_id=load.event.id,
            **row.texts("code", "name_vi", "name_en"),
            kind_vi=row.required("type_vi"),
            contact=row.text("contact"),
            vehicle=row.text("vehicle"),
            sort_key=sort_key(row.required("name_vi")),
        )
        load.delegations[delegation.code] = load.add(delegation).id
        load.delegation_names[delegation.code] = delegation.name_vi


def add_delegates(load: Load) -> None:
    """The roster may list more or fewer than the event expects: those are two numbers."""
    columns = ("badge", "delegation", "level", "title_vi", "title_en", "forum")
    rows = load.rows("roster.csv", columns, unique="badge", read=_badge, optional=True)
    delegates = [_delegate(load, row) for row in rows]
    forums = [_forum(load, row) for row in rows]
    if load.session is None or not rows:
        return
    load.session.execute(insert(Delegate), delegates)
    badges = select(Delegate.badge, Delegate.id).where(Delegate.event_id == load.event.id)
    ids = dict(load.session.execute(badges).tuples().all())
    for row in rows:
        level = row.text("level")
        load.note_written(Kind.DELEGATES, row, ids[_badge(row, "badge")], level=level)
    expected = _expectations(load, rows, forums, ids)
    if expected:  # a programme may count no one
        load.session.execute(insert(Expectation), expected)
        _add_counts(load.event.id, load.session)


def _badge(row: Row, field: str) -> str:
    return row.checked(field, badge_code, "")


def _forum(load: Load, row: Row) -> int | None:
    """The item that was chosen for a delegate, of those for which people are chosen."""
    return row.known("forum", load.forums) if load.forums and row.text("forum") else None


def delegate_levels(load: Load) -> list[str]:
    """The kinds of delegates that the roster names, by which an item may expect some of them."""
    rows = load.rows("roster.csv", ("level",), optional=True)
    return sorted({row.text("level") for row in rows} - {"", *EXPECTS})


def _delegate(load: Load, row: Row) -> dict[str, Any]:
    """A row of `Delegate`; `folded` is what a search looks through."""
    badge = _badge(row, "badge")
    title_vi = row.required("title_vi")
    name = load.delegation_names.get(row.text("delegation"), "")
    title_en = row.required("title_en")
    return {
        "event_id": load.event.id,
        "badge": badge,
        "delegation_id": row.known("delegation", load.delegations),
        "title_vi": title_vi,
        "title_en": title_en,
        "folded": f"{folded(title_vi)} {folded(title_en)} {folded(name)} {badge.lower()}",
        "sort_key": sort_key(title_vi),
    }


def _expectations(
    load: Load, rows: list[Row], forums: list[int | None], ids: dict[str, int]
) -> list[dict[str, int]]:
    """Who is expected where: at items for all, at those of their level, at the one chosen."""
    expected = []
    for row, forum in zip(rows, forums, strict=True):
        level, delegate_id = row.text("level"), ids[_badge(row, "badge")]
        for item in load.items.values():
            if _is_expected(item, level, forum):
                expected.append({"item_id": item.id, "delegate_id": delegate_id})
    return expected


def _is_expected(item: ProgrammeItem, level: str, forum: int | None) -> bool:
    of_level = item.expects == level and level not in EXPECTS
    return item.id == forum or item.expects == "all" or of_level


def _add_counts(event_id: int, session: Session) -> None:
    """The headcounts before anyone comes, by item and delegation."""
    expected = (
        select(Expectation.item_id, Delegate.delegation_id, func.count())
        .join(Delegate, col(Delegate.id) == Expectation.delegate_id)
        .where(Delegate.event_id == event_id)
        .group_by(col(Expectation.item_id), col(Delegate.delegation_id))
    )
    rows = [
        {
            "item_id": item_id,
            "delegation_id": delegation_id,
            "expected": number,
            "present": 0,
            "substituted": 0,
            "excused": 0,
        }
        for item_id, delegation_id, number in session.execute(expected)
    ]
    session.execute(insert(AttendanceCount), rows)
