"""An event's delegations, its delegates, and who is expected at which item."""

from typing import Any

from sqlalchemy import func, insert
from sqlmodel import col, select

from data.events.load import Load
from data.files import Row, read_csv, require_unique
from models.attendance.badges import badge_code
from models.attendance.ledger import AttendanceCount, Delegate, Delegation, Expectation
from models.programme import EXPECTS, ProgrammeItem
from models.text import folded, sort_key


def add_delegations(load: Load) -> None:
    rows = read_csv(load.folder, "delegations.csv", ("code", "name_vi", "name_en", "type_vi"))
    require_unique(rows, "code")
    for row in rows:
        delegation = Delegation(
            event_id=load.event.id,
            **row.texts("code", "name_vi", "name_en"),
            kind_vi=row.required("type_vi"),
            contact=row.text("contact"),
            vehicle=row.text("vehicle"),
            sort_key=sort_key(row.required("name_vi")),
        )
        load.delegations[delegation.code] = load.add(delegation).id


def add_delegates(load: Load) -> None:
    """The roster may list more or fewer than the event expects: those are two numbers."""
    rows = read_csv(
        load.folder, "roster.csv", ("badge", "delegation", "level", "title_vi", "title_en", "forum")
    )
    require_unique(rows, "badge", read=lambda row, field: row.checked(field, badge_code))
    names = _delegation_names(load)
    if rows:
        load.session.execute(insert(Delegate), [_delegate(load, row, names) for row in rows])
    expected = _expectations(load, rows)
    if expected:  # a programme may count no one
        load.session.execute(insert(Expectation), expected)
        _add_counts(load)


def delegate_levels(load: Load) -> list[str]:
    """The kinds of delegates that the roster names, by which an item may expect some of them."""
    rows = read_csv(load.folder, "roster.csv", ("level",))
    return sorted({row.text("level") for row in rows} - {"", *EXPECTS})


def _delegation_names(load: Load) -> dict[str, str]:
    rows = read_csv(load.folder, "delegations.csv", ("code", "name_vi"))
    return {row.required("code"): row.required("name_vi") for row in rows}


def _delegate(load: Load, row: Row, names: dict[str, str]) -> dict[str, Any]:
    """A row of `Delegate`; `folded` is what a search looks through."""
    badge = row.checked("badge", badge_code)
    title_vi = row.required("title_vi")
    name = names[row.required("delegation")] if row.text("delegation") in names else ""
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


def _expectations(load: Load, rows: list[Row]) -> list[dict[str, int]]:
    """Who is expected where: at items for all, at those of their level, at the one chosen."""
    badges = select(Delegate.badge, Delegate.id).where(Delegate.event_id == load.event.id)
    ids = dict(load.session.execute(badges).tuples().all())
    forums = {key: item for key, item in load.items.items() if item.expects == "forum"}
    expected = []
    for row in rows:
        level = row.text("level")
        forum = row.known("forum", forums) if forums and row.text("forum") else None
        delegate_id = ids[row.required("badge")]
        for item in load.items.values():
            if _is_expected(item, level, forum):
                expected.append({"item_id": item.id, "delegate_id": delegate_id})
    return expected


def _is_expected(item: ProgrammeItem, level: str, forum: ProgrammeItem | None) -> bool:
    of_level = item.expects == level and level not in EXPECTS
    return item is forum or item.expects == "all" or of_level


def _add_counts(load: Load) -> None:
    """The headcounts before anyone comes, by item and delegation."""
    expected = (
        select(Expectation.item_id, Delegate.delegation_id, func.count())
        .join(Delegate, col(Delegate.id) == Expectation.delegate_id)
        .where(Delegate.event_id == load.event.id)
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
        for item_id, delegation_id, number in load.session.execute(expected)
    ]
    load.session.execute(insert(AttendanceCount), rows)
