"""Who is wanted in two rooms at once, by the forecast."""

from dataclasses import replace
from datetime import datetime, timedelta, timezone

from models.programme import ItemSnapshot
from models.script.lanes import lanes
from models.script.lines import Line
from models.script.papers import PaperPlan, PaperSnapshot
from models.script.people import in_two_rooms

NINE = datetime(2026, 12, 17, 9, tzinfo=timezone.utc)
CHAIR, READER = "Phó Bí thư Thường trực Tỉnh ủy", "Bí thư Đảng ủy xã Châu Khê"


def at(minutes: int) -> datetime:
    return NINE + timedelta(minutes=minutes)


def item(number: int, room: int | None, begins: int, ends: int, **facts) -> ItemSnapshot:
    texts = dict.fromkeys(
        ("title_vi", "title_en", "short_vi", "short_en", "venue_vi", "venue_en"), f"{number}"
    )
    told = {"chair": "", "parent_id": None, "started_at": None, "finished_at": None} | facts
    return ItemSnapshot(
        id=number, key=f"i{number}", kind="session", expects="none", illustrative="", drift=0,
        starts_at=at(begins), ends_at=at(ends), venue_id=room, **texts, **told,
    )  # fmt: skip


def found(items, now, lines=None, papers=None) -> list[tuple]:
    written = {number: (1, line) for number, line in (lines or {}).items()}
    by_room = lanes(items, written, {}, papers or {}, now=at(now))
    return [
        (one.post, one.item, other.item, *((moment - NINE).seconds // 60 for moment in times))
        for one, other in in_two_rooms(items, by_room, now=at(now))
        for times in [(one.begins_at, one.ends_at, other.begins_at, other.ends_at)]
    ]


def test_an_overrun_makes_a_clash_that_the_plan_does_not_have():
    first, then = item(1, 1, 0, 30, started_at=at(0)), item(3, 1, 30, 45, chair=CHAIR)
    elsewhere, lines = item(2, 2, 45, 60), {2: Line(who=f"MC; {CHAIR}")}
    assert found([first, then, elsewhere], 30, lines) == []
    assert found([first, then, elsewhere], 35, lines) == [(CHAIR, 3, 2, 35, 50, 45, 60)]
    over = replace(then, started_at=at(35), finished_at=at(44))
    assert found([over, elsewhere], 44, lines) == []


def test_who_chairs_a_whole_is_wanted_there_for_what_is_left_of_it():
    whole = item(1, 1, 0, 60, chair=CHAIR)
    parts = [item(2, 1, 0, 30, parent_id=1), item(3, 1, 30, 60, parent_id=1)]
    elsewhere = item(4, 2, 10, 20, chair=CHAIR)
    assert found([whole, *parts, elsewhere], 0) == [(CHAIR, 1, 4, 0, 60, 10, 20)]
    nowhere = item(4, None, 10, 20, chair=CHAIR)
    assert found([whole, *parts, nowhere], 0) == []


def test_who_reads_a_paper_is_wanted_while_it_is_read_alone():
    session, elsewhere = item(1, 1, 0, 60), item(2, 2, 7, 12, chair=READER)
    plans = (PaperPlan("Bí thư Đảng ủy phường Hưng Dũng"), PaperPlan(READER, position=2))
    papers = {1: tuple(PaperSnapshot(number, 1, 1, plan) for number, plan in enumerate(plans))}
    assert found([session, elsewhere], 0, papers=papers) == [(READER, 2, 1, 7, 12, 7, 14)]
    early = item(2, 2, 0, 7, chair=READER)
    assert found([session, early], 0, papers=papers) == []
