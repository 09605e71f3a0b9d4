"""An event's delegations, its delegates, and who is expected at which item."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from itertools import islice
from types import ModuleType
from typing import Any, TypeVar

from sqlalchemy import Executable, insert
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session, select

from data.events.clock import real_now
from data.events.load import Load
from data.events.written import store_written
from data.files import Row
from models.attendance.badges import badge_code
from models.attendance.ledger import (
    MAX_POSITION,
    AttendanceCount,
    Delegate,
    Delegation,
    Expectation,
)
from models.attendance.particulars import (
    DelegateParticulars,
    Particulars,
    active_kinds,
    row_of,
)
from models.imports.recognition import Kind
from models.programme import EXPECTS, ProgrammeItem
from models.text import folded, sort_key

R = TypeVar("R")
BATCH = 5_000
# By tables and not by objects: of a hundred thousand rows those took most of the time.
_ADD_DELEGATES, _ADD_EXPECTATIONS = (insert(one.__table__) for one in (Delegate, Expectation))
# A list repeats its titles and its units.
_folded, _sort_key = (lru_cache(maxsize=10_000)(one) for one in (folded, sort_key))


def add_delegations(load: Load) -> None:
    columns = ("code", "name_vi", "name_en", "type_vi")
    for row in load.rows("delegations.csv", columns, unique="code", optional=True):
        delegation = Delegation(
            event_id=load.event.id,
            **row.texts("code", "name_vi", "name_en"),
            kind_vi=row.required("type_vi"),
            contact=row.text("contact"),
            vehicle=row.text("vehicle"),
            group_vi=row.text("group_vi"),
            group_en=row.text("group_en") or row.text("group_vi"),
            position=place_of(row),
            sort_key=sort_key(row.required("name_vi")),
        )
        load.delegations[delegation.code] = load.add(delegation).id


def place_of(row: Row) -> int:
    """The place in a list by the organiser's order; 0 where the file says none."""
    return row.whole("position", most=MAX_POSITION) if row.text("position") else 0


def add_delegates(load: Load) -> None:
    """The roster may list more or fewer than the event expects: those are two numbers."""
    columns = ("badge", "delegation", "level", "title_vi", "title_en", "forum")
    rows = load.rows("roster.csv", columns, unique="badge", read=_badge, optional=True)
    forums = load.forums
    chosen = [_forum(row, forums) for row in rows]
    names = _delegation_names(load)
    session = load.session
    if session is None:
        for row in rows:
            _delegate(load, row, names)
        return
    for some in batched(rows):
        session.execute(_ADD_DELEGATES, [_delegate(load, row, names) for row in some])
    badges = select(Delegate.badge, Delegate.id).where(Delegate.event_id == load.event.id)
    ids = dict(session.execute(badges).all())
    for some in batched(rows):
        for row in some:
            level = row.text("level")
            load.note_written(Kind.DELEGATES, row, ids[_badge(row, "badge")], level=level)
        store_written(load)
    _add_particulars(load, rows, ids)
    counts: Counter[tuple[int, int]] = Counter()
    for expected in batched(_expectations(load, zip(rows, chosen, strict=True), ids, counts)):
        session.execute(_ADD_EXPECTATIONS, expected)
    if counts:  # a programme may count no one
        add_counts(session, counts)


def _add_particulars(load: Load, rows: Iterable[Row], ids: Mapping[str, int]) -> None:
    """Names and telephone numbers, as far as the event keeps them; others go no further."""
    if load.session is None:
        return
    kinds = active_kinds(load.event, real_now())
    read = {kind: kind.value for kind in kinds}
    found = (
        (ids[_badge(row, "badge")], Particulars(**{name: row.text(name) for name in read.values()}))
        for row in (rows if kinds else ())
    )
    known = (row_of(load.event.id, *one) for one in found if one[1] != Particulars())
    for some in batched(known):
        load.session.execute(insert(DelegateParticulars), some)


def _badge(row: Row, field: str) -> str:
    return row.checked(field, badge_code, "")


def _forum(row: Row, forums: Mapping[str, int]) -> int | None:
    """The item that was chosen for a delegate, of those for which people are chosen."""
    return row.known("forum", forums) if forums and row.text("forum") else None


def batched(rows: Iterable[R]) -> Iterator[list[R]]:
    """The rows, as many at a time as are written by one statement: the memory stays bounded."""
    left = iter(rows)
    while some := list(islice(left, BATCH)):
        yield some


def delegate_levels(load: Load) -> list[str]:
    """The kinds of delegates that the roster names, by which an item may expect some of them."""
    rows = load.rows("roster.csv", ("level",), optional=True)
    return sorted({row.text("level") for row in rows} - {"", *EXPECTS})


def _delegation_names(load: Load) -> dict[int, str]:
    """The names of the event's delegations by id, whether they come with this roster or not."""
    if load.session is None:
        return {}
    rows = select(Delegation.id, Delegation.name_vi).where(Delegation.event_id == load.event.id)
    return dict(load.session.execute(rows).all())


def _delegate(load: Load, row: Row, names: dict[int, str]) -> dict[str, Any]:
    """A row of `Delegate`; `folded` is what a search looks through."""
    badge = _badge(row, "badge")
    title_vi, title_en = row.required("title_vi"), row.required("title_en")
    delegation_id = row.known("delegation", load.delegations)
    name = names.get(delegation_id, "")
    return {
        "event_id": load.event.id,
        "badge": badge,
        "delegation_id": delegation_id,
        "title_vi": title_vi,
        "title_en": title_en,
        "folded": f"{_folded(title_vi)} {_folded(title_en)} {_folded(name)} {badge.lower()}",
        "sort_key": _sort_key(title_vi),
        "position": place_of(row),
    }


def _expectations(
    load: Load,
    rows: Iterable[tuple[Row, int | None]],
    ids: Mapping[str, int],
    counts: Counter[tuple[int, int]],
) -> Iterator[dict[str, int]]:
    """Who is expected where: at items for all, at those of their level, at the one chosen.

    `counts` receives how many of a delegation are expected at an item, by (item, delegation).
    """
    by_choice: dict[tuple[str, int | None], list[int]] = {}  # most rows say the same
    for row, forum in rows:
        level, delegate_id = row.text("level"), ids[_badge(row, "badge")]
        delegation_id = load.delegations[row.text("delegation")]
        if (level, forum) not in by_choice:
            by_choice[level, forum] = [
                item.id for item in load.items.values() if _is_expected(item, level, forum)
            ]
        for item_id in by_choice[level, forum]:
            counts[item_id, delegation_id] += 1
            yield {"item_id": item_id, "delegate_id": delegate_id}


def _is_expected(item: ProgrammeItem, level: str, forum: int | None) -> bool:
    of_level = item.expects == level and level not in EXPECTS
    return item.id == forum or item.expects == "all" or of_level


def add_counts(session: Session, counts: Counter[tuple[int, int]]) -> None:
    """The headcounts before any of them comes, by item and delegation, next to those there are."""
    nothing = ("present", "substituted", "excused", "inside", "common")
    rows = [
        {"item_id": item_id, "delegation_id": delegation_id, "expected": number}
        | dict.fromkeys(nothing, 0)
        for (item_id, delegation_id), number in counts.items()
    ]
    session.execute(_ADD_COUNTS[session.get_bind().dialect.name], rows)


def _adding_counts(dialect: ModuleType) -> Executable:
    """Adds to a count in one statement, whether there is a row of it or not."""
    added = dialect.insert(AttendanceCount.__table__)
    statement: Executable = added.on_conflict_do_update(
        index_elements=("item_id", "delegation_id"),
        set_={"expected": AttendanceCount.__table__.c.expected + added.excluded.expected},
    )
    return statement


_ADD_COUNTS = {"sqlite": _adding_counts(sqlite), "postgresql": _adding_counts(postgresql)}
