"""The moments that a rehearsal is led to, by its programme."""

from datetime import date, datetime, timedelta, timezone

from models.events.event import Event
from models.programme import ItemSnapshot
from models.rehearsal import MAX_ITEMS, points

START = datetime(2026, 12, 17, 1, 0, tzinfo=timezone.utc)  # 08:00 in Vietnam
EVENT = Event(
    slug="a", first_day=date(2026, 12, 17), last_day=date(2026, 12, 18),
    time_zone="Asia/Ho_Chi_Minh",
)  # fmt: skip


def item(number: int, *, hours: float = 0, expects: str = "all", of: int | None = None):
    at, short = START + timedelta(hours=hours), f"Phiên {number}"
    empty = dict.fromkeys(
        ("key", "kind", "title_vi", "title_en", "venue_vi", "venue_en", "chair", "illustrative"), ""
    )
    return ItemSnapshot(
        id=number, parent_id=of, short_vi=short, short_en=short, expects=expects, starts_at=at,
        ends_at=at + timedelta(hours=1), started_at=None, finished_at=None, drift=0, **empty,
    )  # fmt: skip


def shown(*items: ItemSnapshot) -> list[tuple[str, str, str | None]]:
    local = timezone(timedelta(hours=7))
    return [
        (one.kind, f"{one.at.astimezone(local):%d %H:%M}", one.item and one.item["vi"])
        for one in points(EVENT, items)
    ]


def test_doors_and_start_of_each_item_that_counts_who_comes():
    forums = [item(number, hours=5, expects="forum") for number in (2, 3)]
    uncounted = [item(4, hours=2, expects="none"), item(5, hours=1, expects="none", of=1)]
    assert shown(item(1), *forums, *uncounted) == [
        ("week", "10 08:00", None),
        ("doors", "17 07:00", "Phiên 1"),
        ("start", "17 08:00", "Phiên 1"),
        ("doors", "17 12:00", "Phiên 2 + 1"),
        ("start", "17 13:00", "Phiên 2 + 1"),
        ("after", "19 09:00", None),
    ]


def test_where_no_item_counts_who_comes_the_first_ones_are_named():
    uncounted = [item(number, hours=number, expects="none") for number in range(9)]
    found = shown(*uncounted, item(20, hours=1, expects="none", of=1))
    assert [kind for kind, *_ in found] == ["week", *["start"] * MAX_ITEMS, "after"]
    assert shown() == [("week", "10 08:00", None), ("after", "19 09:00", None)]
