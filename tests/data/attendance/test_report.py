"""Tests of data/attendance/report.py: everybody stands in the report once, as the counts say, in
the Vietnamese order.
"""

from data.attendance import commands
from data.attendance.queries import headcounts_at
from data.attendance.report import (
    AttendanceReport,
    LineStatus,
    attendance_report,
    export_attendance,
)
from data.commands import run
from data.storage import database
from models.events.event import View
from tests.stage import (
    VAN,
    VAN_CHAIR,
    VAN_WITH_DOT,
    at,
    content,
    current,
    give,
    item,
    one_change,
    origin,
    refused,
)

ITEM = "phien_chinh"


def admit(badge: str, when: str = "D+1 07:00", **facts) -> None:
    give(commands.admit, badge=badge, item_id=item(ITEM), by="command", when=when, **facts)


def report(*keys: str, when: str = "D+1 07:30") -> AttendanceReport:
    with database.reading() as session:
        return attendance_report(
            session, current(), [item(key) for key in keys or (ITEM,)], at(when)
        )


def lines(made: AttendanceReport) -> dict:
    """Badge to its line, of a report on one item."""
    (one,) = made.items
    found = [line for delegation in one.delegations for line in delegation.lines]
    assert len({line.badge for line in found}) == len(found)
    return {line.badge: line for line in found}


def everything_happened() -> None:
    """One of each: present, substituted, excused, announced, undone, moved and nothing at all."""
    admit(VAN)
    give(
        commands.admit_substitute,
        badge=VAN_CHAIR,
        item_id=item(ITEM),
        substitute="Phó Chủ tịch",
        by="command",
        when="D+1 07:05",
    )
    give(
        commands.excuse,
        badge=VAN_WITH_DOT,
        item_id=item(ITEM),
        reason="Đi học",
        by="command",
        when="D+1 06:00",
    )
    give(
        commands.announce_substitute,
        badge="0009N",
        item_id=item(ITEM),
        substitute="Bà Ấ",
        by="command",
        when="D+1 06:10",
    )
    admit("0010H")
    give(
        commands.undo_attendance, badge="0010H", item_id=item(ITEM), by="command", when="D+1 07:10"
    )


def test_everybody_is_in_it_as_they_were_recorded(event):
    everything_happened()
    found = lines(report())
    assert len(found) == 12
    assert (found[VAN].status, found[VAN].came_at, found[VAN].words) == (
        LineStatus.PRESENT,
        at("D+1 07:00"),
        "",
    )
    assert (found[VAN_CHAIR].status, found[VAN_CHAIR].words) == (
        LineStatus.SUBSTITUTE,
        "Phó Chủ tịch",
    )
    assert (found[VAN_WITH_DOT].status, found[VAN_WITH_DOT].came_at, found[VAN_WITH_DOT].words) == (
        LineStatus.EXCUSED,
        None,
        "Đi học",
    )
    assert (found["0009N"].status, found["0009N"].announced, found["0009N"].words) == (
        LineStatus.NOT_YET,
        True,
        "Bà Ấ",
    )
    assert (found["0010H"].status, found["0010H"].came_at, found["0010H"].words) == (
        LineStatus.NOT_YET,
        None,
        "",
    )
    assert found["0001G"].status is LineStatus.NOT_YET


def test_once_the_roll_is_closed_who_is_missing_is_absent_without_reason(event):
    everything_happened()
    give(commands.close_roll, item_id=item(ITEM), by="command", when="D+1 07:20")
    made = report()
    found = lines(made)
    assert {line.status for line in found.values()} == {
        LineStatus.PRESENT,
        LineStatus.SUBSTITUTE,
        LineStatus.EXCUSED,
        LineStatus.ABSENT,
    }
    assert made.items[0].closed and found["0001G"].status is LineStatus.ABSENT


def test_its_figures_are_those_of_the_screen_and_of_its_lines(event):
    everything_happened()
    for when in ("D+1 07:15", "D+1 07:30"):
        made = report(when=when)
        with database.reading() as session:
            counts = headcounts_at(session, [item(ITEM)], View(at(when)))
        (one,) = made.items
        assert sorted(map(str, (delegation.head for delegation in one.delegations))) == sorted(
            map(str, counts.values())
        )
        head = one.head
        assert (
            head.expected
            == head.present + head.substituted + head.excused + head.absent + head.not_yet
            == made.rows
        )
        stands = [line.status for line in lines(made).values()]
        assert [head.present, head.substituted, head.excused, head.not_yet, head.absent] == [
            stands.count(kind)
            for kind in (
                LineStatus.PRESENT,
                LineStatus.SUBSTITUTE,
                LineStatus.EXCUSED,
                LineStatus.NOT_YET,
                LineStatus.ABSENT,
            )
        ]
        give(commands.close_roll, item_id=item(ITEM), by="command", when="D+1 07:20")


def test_who_counts_at_another_forum_stands_there_only(event):
    give(
        commands.admit,
        badge=VAN,
        item_id=item("dien_dan_2"),
        override="Đổi chỗ",
        by="command",
        when="D+0 13:50",
    )
    assert VAN not in lines(report("dien_dan_1", when="D+0 14:00"))
    moved = lines(report("dien_dan_2", when="D+0 14:00"))[VAN]
    assert (moved.status, moved.words) == (LineStatus.PRESENT, "Đổi chỗ")


def test_delegations_and_their_delegates_are_in_the_order_of_the_organisers_lists(event):
    """By rank and unit by unit; by the alphabet of titles a secretary would follow a chair."""
    (one,) = report().items
    assert [delegation.name["vi"] for delegation in one.delegations] == ["Nghi Lộc", "Quỳ Hợp"]
    assert [line.badge for delegation in one.delegations for line in delegation.lines] == [
        "0001G", "0002K", "0005T", "0006C", "0007H", "0008L",
        "0003M", "0004P", "0009N", "0010H", "0011L", "0012N",
    ]  # fmt: skip


def test_several_items_come_by_planned_start(event):
    assert [one.item.key for one in report(ITEM, "dang_hoa", "dien_dan_1").items] == [
        "dang_hoa",
        "dien_dan_1",
        ITEM,
    ]


def test_taking_it_is_recorded_with_the_number_of_lines(event):
    with one_change("export_attendance"):
        made = run(
            origin("committee", at("D+1 07:30")),
            export_attendance,
            item_ids=[item(ITEM), item("dang_hoa")],
        )
    assert made.rows == 12 + 4
    assert "'rows': 16" in str(content("change")) or '"rows": 16' in str(content("change"))


def test_a_desk_gets_the_lists_that_it_serves_and_all_or_nothing_is_written(event):
    run(origin("desk.ban_2", at("D+1 07:30")), export_attendance, item_ids=[item(ITEM)])
    with refused("desk_not_for_item"):
        run(
            origin("desk.ban_2", at("D+1 07:30")),
            export_attendance,
            item_ids=[item(ITEM), item("dien_dan_1")],
        )
    with refused("item_unknown"):
        run(origin("command", at("D+1 07:30")), export_attendance, item_ids=[item("khai_mac")])
