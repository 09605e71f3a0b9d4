"""An event's delegations, its delegates, and who is expected at which item."""

from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import islice
from types import ModuleType
from typing import Any, TypeVar

from sqlalchemy import Executable, insert
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import select

from data.events.load import Load
from data.files import Row, read_csv, require_unique
from models.attendance.badges import badge_code
from models.attendance.ledger import AttendanceCount, Delegate, Delegation, Expectation
from models.programme import EXPECTS, ProgrammeItem
from models.text import folded, sort_key

R = TypeVar("R")
BATCH = 5_000


def add_delegations(load: Load) -> None:
    columns = ("code", "name_vi", "name_en", "type_vi")
    rows = read_csv(load.folder, "delegations.csv", columns, optional=True)
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
    columns = ("badge", "delegation", "level", "title_vi", "title_en", "forum")
    rows = read_csv(load.folder, "roster.csv", columns, optional=True)
    require_unique(rows, "badge", read=lambda row, field: row.checked(field, badge_code))
    names = _delegation_names(load)
    for some in batched(rows):
        load.session.execute(insert(Delegate), [_delegate(load, row, names) for row in some])
    counts: Counter[tuple[int, int]] = Counter()
    for expected in batched(_expectations(load, rows, counts)):
        load.session.execute(insert(Expectation), expected)
    if counts:  # a programme may count no one
        _add_counts(load, counts)


def batched(rows: Iterable[R]) -> Iterator[list[R]]:
    """The rows, as many at a time as are written by one statement: the memory stays bounded."""
    left = iter(rows)
    while some := list(islice(left, BATCH)):
        yield some


def delegate_levels(load: Load) -> list[str]:
    """The kinds of delegates that the roster names, by which an item may expect some of them."""
    rows = read_csv(load.folder, "roster.csv", ("level",), optional=True)
    return sorted({row.text("level") for row in rows} - {"", *EXPECTS})


def _delegation_names(load: Load) -> dict[int, str]:
    """The names of the event's delegations by id, whether they come with this roster or not."""
    rows = select(Delegation.id, Delegation.name_vi).where(Delegation.event_id == load.event.id)
    return dict(load.session.execute(rows).tuples().all())


def _delegate(load: Load, row: Row, names: dict[int, str]) -> dict[str, Any]:
    """A row of `Delegate`; `folded` is what a search looks through."""
    badge = row.checked("badge", badge_code)
    title_vi, title_en = row.required("title_vi"), row.required("title_en")
    delegation_id = row.known("delegation", load.delegations)
    name = names[delegation_id]
    return {
        "event_id": load.event.id,
        "badge": badge,
        "delegation_id": delegation_id,
        "title_vi": title_vi,
        "title_en": title_en,
        "folded": f"{folded(title_vi)} {folded(title_en)} {folded(name)} {badge.lower()}",
        "sort_key": sort_key(title_vi),
    }


def _expectations(
    load: Load, rows: list[Row], counts: Counter[tuple[int, int]]
) -> Iterator[dict[str, int]]:
    """Who is expected where: at items for all, at those of their level, at the one chosen.

    `counts` receives how many of a delegation are expected at an item, by (item, delegation).
    """
    badges = select(Delegate.badge, Delegate.id).where(Delegate.event_id == load.event.id)
    ids = dict(load.session.execute(badges).tuples().all())
    forums = {key: item for key, item in load.items.items() if item.expects == "forum"}
    items = list(load.items.values())
    for row in rows:
        level = row.text("level")
        forum = row.known("forum", forums) if forums and row.text("forum") else None
        delegate_id = ids[row.checked("badge", badge_code)]
        delegation_id = load.delegations[row.text("delegation")]
        for item in items:
            if _is_expected(item, level, forum):
                counts[item.id, delegation_id] += 1
                yield {"item_id": item.id, "delegate_id": delegate_id}


def _is_expected(item: ProgrammeItem, level: str, forum: ProgrammeItem | None) -> bool:
    of_level = item.expects == level and level not in EXPECTS
    return item is forum or item.expects == "all" or of_level


def _add_counts(load: Load, counts: Counter[tuple[int, int]]) -> None:
    """The headcounts before any of them comes, by item and delegation, next to those there are."""
    nothing = ("present", "substituted", "excused", "inside", "common")
    rows = [
        {"item_id": item_id, "delegation_id": delegation_id, "expected": number}
        | dict.fromkeys(nothing, 0)
        for (item_id, delegation_id), number in counts.items()
    ]
    load.session.execute(_ADD_COUNTS[load.session.get_bind().dialect.name], rows)


def _adding_counts(dialect: ModuleType) -> Executable:
    """Adds to a count in one statement, whether there is a row of it or not."""
    added = dialect.insert(AttendanceCount.__table__)
    statement: Executable = added.on_conflict_do_update(
        index_elements=("item_id", "delegation_id"),
        set_={"expected": AttendanceCount.__table__.c.expected + added.excluded.expected},
    )
    return statement


_ADD_COUNTS = {"sqlite": _adding_counts(sqlite), "postgresql": _adding_counts(postgresql)}
