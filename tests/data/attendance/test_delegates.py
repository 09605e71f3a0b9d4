"""Changes of the roster: what is listed, counted and admitted follows, now and at past moments."""

from dataclasses import asdict, replace

import pytest
from sqlmodel import select

from data import audit
from data.attendance import projections
from data.attendance.badges import export_badge, export_badges, outdated_badges
from data.attendance.commands import admit, excuse, leave, undo_attendance
from data.attendance.delegates import (
    Entered,
    add_delegate,
    correct_delegate,
    restore_delegate,
    retire_delegate,
    roster_rows,
    roster_size,
    version_and_row,
)
from data.attendance.offline_scans import conflicts, take_late
from data.attendance.queries import headcounts_at
from data.attendance.roster import roster_for, roster_mark
from data.attendance.search import delegate_index, index_mark, search_delegates
from data.commands import export, run
from data.plan.items import edit_item, version_and_plan
from data.storage import database
from data.words import Words
from models.attendance.badges import badge_number, badge_of
from models.attendance.delegates import DelegateChange, DelegateStep, Listed
from models.attendance.ledger import AttendanceCount, Delegate, Delegation, Headcount
from models.events.event import View
from tests import stage
from tests.data.access.test_permissions import VINH
from tests.stage import VAN, VAN_CHAIR, one_change, refused, require_steps_equal_log

DAY = "D+1 06:30"
MAIN = "phien_chinh"
CLERK = "Chánh Văn phòng Huyện ủy Nghi Lộc"
NGHI_LOC, QUY_HOP = "429", "420"


def delegation(code: str) -> int:
    with database.reading() as session:
        return session.exec(select(Delegation.id).where(Delegation.code == code)).one()


def listed(badge: str, **changed: object) -> dict:
    """The facts of a form that was drawn with a delegate's row as it is, and then changed."""
    version, row = row_of(badge)
    return {
        "delegate_id": stage.delegate(badge),
        "version": version,
        "listed": replace(row, **changed),
    }


def row_of(badge: str) -> tuple[int, Listed]:
    with database.reading() as session:
        return version_and_row(session, stage.delegate(badge))


def clerk(**changed: object) -> Listed:
    row = Listed(CLERK, "", delegation(NGHI_LOC), (stage.item(MAIN),))
    return replace(row, **changed)


def add(by: str = "command", when: str = DAY, *, row: Listed | None = None, **facts) -> Entered:
    return stage.give(add_delegate, by=by, when=when, **asdict(row or clerk()), **facts)


def correct(badge: str, when: str = DAY, **changed: object) -> Entered:
    return stage.give(correct_delegate, by="command", when=when, **listed(badge, **changed))


def retire(badge: str, when: str = DAY, reason: str = "Nghỉ hưu") -> Entered:
    facts = {"delegate_id": stage.delegate(badge), "version": row_of(badge)[0]}
    return stage.give(retire_delegate, by="command", when=when, reason=reason, **facts)


def restore(badge: str, when: str = DAY) -> Entered:
    facts = {"delegate_id": stage.delegate(badge), "version": row_of(badge)[0]}
    return stage.give(restore_delegate, by="command", when=when, **facts)


def scan(badge: str, when: str, key: str = MAIN, **said):
    return stage.give(admit, by="command", when=when, badge=badge, item_id=stage.item(key), **said)


def heads(code: str, key: str = MAIN, *, when: str | None = None) -> Headcount:
    """A delegation's headcount at an item, as it is or as at a past moment."""
    view = View(stage.at(when or "D+1 12:00"), past=when is not None)
    with database.reading() as session:
        counts = headcounts_at(session, [stage.item(key)], view)
    return counts.get((stage.item(key), delegation(code)), Headcount())


def past() -> list[dict]:
    """The headcounts of every item at each quarter of the hour before the first change."""
    moments = [stage.at(f"D+1 06:{minute:02d}") for minute in (0, 5, 10, 15, 29)]
    keys = ("dang_hoa", "dien_dan_1", "dien_dan_2", MAIN)
    items = [stage.item(key) for key in keys]
    with database.reading() as session:
        found = [headcounts_at(session, items, View(one, past=True)) for one in moments]
    return [{key: head for key, head in one.items() if head != Headcount()} for one in found]


def require_rebuilt() -> None:
    """The steps of the minutes are those that the log makes, and now is the sum of the past."""
    before = stage.content("attendancestep")
    with database.writing() as session:
        projections.rebuild(session)
    assert stage.content("attendancestep") == before
    require_steps_equal_log(stage.at("D+2 08:00"))
    with database.reading() as session:
        items = [stage.item(key) for key in ("dang_hoa", "dien_dan_1", "dien_dan_2", MAIN)]
        now, then = (
            headcounts_at(session, items, View(stage.at("D+2 08:00"), one)) for one in (False, True)
        )
    empty = Headcount()
    assert {key: one for key, one in now.items() if one != empty} == {
        key: one for key, one in then.items() if one != empty
    }


# --- adding --------------------------------------------------------------------------------------


def test_a_delegate_is_added_at_a_desk_with_the_next_badge_and_counts_at_once(event):
    before = heads(NGHI_LOC)
    with one_change("add_delegate"):
        added = add(by="desk.ban_1")
    assert added.badge == badge_of(13)
    assert row_of(added.badge)[1] == clerk(title_en=CLERK), "an empty English title is the other"
    assert heads(NGHI_LOC) == before + Headcount(expected=1)
    assert heads(NGHI_LOC, when="D+1 06:29").expected == before.expected
    assert scan(added.badge, "D+1 06:40").title_vi == CLERK
    with database.reading() as session:
        index = delegate_index(session, event)
        found = search_delegates(session, index, item_id=stage.item(MAIN), query="chanh van phong")
        assert [one.badge for one in found] == [added.badge]
        size = roster_size(session, event)
    assert (size.expected, size.listed, size.added, size.retired) == (12, 13, 1, 0)
    require_rebuilt()


def test_the_same_key_adds_one_delegate_and_a_double_is_asked_about(event):
    title = row_of(VAN)[1].title_vi
    with refused("delegate_double", badge=VAN):
        add(row=clerk(title_vi=title.upper()))
    doubled = add(row=clerk(title_vi=title), confirmed=True)
    first = add(once="one")
    with stage.nothing_written():
        assert add(once="one") == first
    assert badge_number(first.badge) == badge_number(doubled.badge) + 1


@pytest.mark.one_database
def test_what_is_no_row_of_the_roster_is_refused(event):
    with refused("delegate_title_needed"):
        add(row=clerk(title_vi=" … "))
    with refused("delegate_title_too_long", limit=300):
        add(row=clerk(title_vi="x" * 301))
    with refused("words_are_badge", badge=VAN):
        add(row=clerk(title_vi=VAN))
    with refused("position_unknown"):
        add(row=clerk(position=-1))
    with refused("delegation_unknown"):
        add(row=clerk(delegation_id=999))
    with refused("item_unknown"):
        add(row=clerk(items=(stage.item("don_tiep"),)))
    with refused("delegate_unknown"):
        facts = listed(VAN) | {"delegate_id": 999}
        stage.give(correct_delegate, by="command", when=DAY, **facts)
    with refused("delegate_unchanged", badge=VAN):
        correct(VAN)
    with refused("retirement_needed"):
        retire(VAN, reason=" ")


# --- correcting ----------------------------------------------------------------------------------


def test_a_corrected_title_is_found_printed_and_told_and_the_past_counts_as_it_did(event):
    scan(VAN, "D+1 06:10")
    then, mark = past(), []
    with database.reading() as session:
        mark.append(
            (index_mark(session, event), roster_mark(session, event, stage.person("desk.ban_1")))
        )
    with one_change("correct_delegate"):
        correct(VAN, title_vi="Phó Bí thư Đảng ủy xã Nghi Văn", position=3)
    with database.reading() as session:
        now = (index_mark(session, event), roster_mark(session, event, stage.person("desk.ban_1")))
        found = search_delegates(
            session, delegate_index(session, event), item_id=stage.item(MAIN), query="pho bi thu"
        )
        told = audit.rows(session, event, audit.Filter(), limit=1)[0]
    assert all(one != other for one, other in zip(now, mark[0], strict=True))
    assert VAN in [one.badge for one in found]
    assert told.what["fields"] == ["roster.title_vi", "roster.position"]
    assert past() == then


def test_what_was_recorded_goes_with_a_delegate_to_another_delegation(event):
    scan(VAN, "D+1 06:05")
    stage.give(
        excuse,
        by="command",
        when="D+1 06:07",
        badge=VAN_CHAIR,
        item_id=stage.item(MAIN),
        reason="Ốm",
    )
    then, nghi, quy = past(), heads(NGHI_LOC), heads(QUY_HOP)
    for badge in (VAN, VAN_CHAIR):
        correct(badge, delegation_id=delegation(QUY_HOP))
    assert past() == then, "what a past moment showed is what it shows"
    one = Headcount(expected=2, present=1, excused=1, inside=1)
    assert heads(NGHI_LOC) == nghi - one and heads(QUY_HOP) == quy + one
    assert heads(NGHI_LOC, when="D+1 06:29") == nghi
    stage.give(
        leave, by="command", when="D+1 06:40", badge=VAN, item_id=stage.item(MAIN), to="common"
    )
    assert heads(QUY_HOP).common == 1
    require_rebuilt()


def test_a_moment_within_the_minute_of_a_change_counts_each_fact_by_the_roster_of_its_time(event):
    """The minute's own facts are read one by one: some before the change, some after it."""
    scan(VAN, "D+1 06:30:05")
    correct(VAN, "D+1 06:30:20", delegation_id=delegation(QUY_HOP))
    stage.give(
        undo_attendance, by="command", when="D+1 06:30:40", badge=VAN, item_id=stage.item(MAIN)
    )
    nghi, quy = 6, 6
    for when, expected in (
        ("06:30:10", ((nghi, 1), (quy, 0))),
        ("06:30:30", ((nghi - 1, 0), (quy + 1, 1))),
        ("06:30:50", ((nghi - 1, 0), (quy + 1, 0))),
    ):
        shown = (heads(code, when=f"D+1 {when}") for code in (NGHI_LOC, QUY_HOP))
        assert tuple((one.expected, one.present) for one in shown) == expected, when
    require_rebuilt()


def test_another_group_is_expected_elsewhere_from_then_on(event):
    one, other = stage.item("dien_dan_1"), stage.item("dien_dan_2")
    then = past()
    items = {*row_of(VAN)[1].items} - {one} | {other}
    correct(VAN, items=tuple(items))
    assert (heads(NGHI_LOC, "dien_dan_1").expected, heads(NGHI_LOC, "dien_dan_2").expected) == (
        2,
        4,
    )
    assert past() == then
    with refused("wrong_item", right="Diễn đàn 2"):
        scan(VAN, "D+0 14:05", "dien_dan_1")
    require_rebuilt()


def test_a_form_that_was_overtaken_is_refused_with_both_versions(event):
    stale = listed(VAN, title_vi="Bí thư xã Nghi Văn")
    correct(VAN, title_vi="Quyền Bí thư Đảng ủy xã Nghi Văn")
    with refused("delegate_moved", badge=VAN, version=2, by="Phòng điều hành"):
        stage.give(correct_delegate, by="admin", when=DAY, **stale)
    with refused("delegate_moved"):
        facts = {name: stale[name] for name in ("delegate_id", "version")}
        stage.give(retire_delegate, by="admin", when=DAY, reason="Nghỉ", **facts)


# --- retiring ------------------------------------------------------------------------------------


def test_a_retired_delegate_is_expected_nowhere_and_a_scan_of_the_badge_says_so(event):
    scan(VAN, "D+1 06:05")
    with refused("delegate_inside", badge=VAN):
        retire(VAN, "D+1 06:06")
    stage.give(
        leave, by="command", when="D+1 06:08", badge=VAN, item_id=stage.item(MAIN), to="outside"
    )
    then, before = past(), heads(NGHI_LOC)
    with one_change("retire_delegate"):
        retire(VAN_CHAIR)
    retire(VAN)
    assert past() == then
    after = heads(NGHI_LOC)
    assert (after.expected, after.present) == (before.expected - 1, 1), "who came has come"
    about = {"badge": VAN_CHAIR, "reason": "Nghỉ hưu", "at": stage.at(DAY)}
    with refused("badge_retired", **about):
        scan(VAN_CHAIR, "D+1 06:40", override="Vẫn đến")
    with database.reading() as session:
        held = roster_for(session, event, stage.person("desk.ban_1"))
        names = {one.badge for one, _ in held.delegates}
        size = roster_size(session, event)
        found = search_delegates(
            session, delegate_index(session, event), item_id=stage.item(MAIN), query=VAN_CHAIR
        )
    assert held.retired == [VAN, VAN_CHAIR] and not names & {VAN, VAN_CHAIR}
    assert (size.listed, size.retired) == (10, 2)
    assert [(one.badge, one.retired) for one in found] == [(VAN_CHAIR, True)]
    require_rebuilt()


def test_a_late_scan_of_a_retired_badge_is_a_conflict(event):
    retire(VAN)
    facts = {"badge": VAN, "item_id": stage.item(MAIN), "device_at": stage.REAL - stage.minutes(5)}
    by = replace(stage.origin("desk.ban_1", stage.at("D+1 06:40")), real=stage.REAL)
    run(by, take_late, **facts)
    with database.reading() as session:
        assert [one.outcome for one in conflicts(session, event)] == ["badge_retired"]


def test_a_retirement_is_taken_back_and_everything_counts_as_before(event):
    items, counts = row_of(VAN)[1].items, stage.content("attendancecount")
    retire(VAN)
    with refused("delegate_retired", badge=VAN):
        correct(VAN, title_vi="Người khác")
    with refused("delegate_retired"):
        retire(VAN)
    restore(VAN, "D+1 06:35")
    with refused("delegate_not_retired"):
        restore(VAN, "D+1 06:36")
    assert row_of(VAN)[1].items == items and stage.content("attendancecount") == counts
    assert scan(VAN, "D+1 06:40").badge == VAN
    with database.reading() as session:
        steps = [one.step for one in session.exec(select(DelegateChange))]
        shown = roster_rows(session, event, changed=True, limit=9)
    assert steps == ["retired", "restored"]
    assert [(one.badge, one.step, one.retired) for one in shown] == [
        (VAN, DelegateStep.RESTORED, False)
    ]
    require_rebuilt()


def test_counts_follow_where_a_delegation_was_expected_nowhere_before(event):
    with database.writing() as session:
        empty = Delegation(
            event_id=event.id, code="1", name_vi="Tỉnh", name_en="", kind_vi="", sort_key=""
        )
        session.add(empty)
    correct(VAN, delegation_id=delegation("1"))
    assert heads("1") == Headcount(expected=1)
    with database.reading() as session:
        rows = session.exec(select(AttendanceCount)).all()
    assert all(row.expected >= 0 for row in rows)
    require_rebuilt()


# --- on paper ------------------------------------------------------------------------------------


def print_badges(when: str, **facts: object) -> bytes:
    given = {"delegation_id": None, "words": Words("vi", VINH)} | facts
    by = stage.origin("command", stage.at(when))
    return export(by, export_badges, bytes, **given)


def outdated() -> list[str]:
    with database.reading() as session:
        ids = outdated_badges(session, stage.current())
        return [session.get_one(Delegate, one).badge for one in ids]


def test_printed_badges_that_are_out_of_date_are_told_and_printed_again_by_themselves(event):
    correct(VAN, "D-2 08:00", position=1)
    assert outdated() == [], "nothing was printed yet"
    print_badges("D-2 09:00")
    assert outdated() == []
    correct(VAN, "D-2 10:00", title_vi="Phó Bí thư Đảng ủy xã Nghi Văn")
    added = add(when="D-2 10:00")
    retire(VAN_CHAIR, "D-2 10:00")
    assert outdated() == [VAN, added.badge]
    stage.give(export_badge, by="command", when="D-2 10:30", badge=VAN, words=Words("vi", VINH))
    assert outdated() == [added.badge]
    print_badges("D-2 11:00", outdated=True)
    assert outdated() == []
    forum = stage.item("dien_dan_1")
    with database.reading() as session:
        version, planned = version_and_plan(session, forum)
    moved = replace(planned, venue_id=None)
    stage.give(
        edit_item, by="command", when="D-2 12:00", item_id=forum, version=version, planned=moved
    )
    assert len(outdated()) == 6 and VAN in outdated()
