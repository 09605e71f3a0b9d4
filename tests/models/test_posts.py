"""Which texts name one person, and who is booked in two rooms at once."""

from collections import Counter
from dataclasses import replace
from datetime import datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.posts import Booking, booked, double_booked, posts

EIGHT = datetime(2026, 12, 17, 8, tzinfo=timezone.utc)


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("Bí thư Tỉnh ủy", ["Bí thư Tỉnh ủy"]),
        ("Chủ trì: Phó Bí thư Thường trực Tỉnh ủy", ["Phó Bí thư Thường trực Tỉnh ủy"]),
        ("Phó Bí thư Tỉnh ủy, Chủ tịch UBND tỉnh", ["Chủ tịch UBND tỉnh"]),
        ("Bí thư Tỉnh ủy và Chủ tịch UBND tỉnh", ["Bí thư Tỉnh ủy", "Chủ tịch UBND tỉnh"]),
        ("Chánh Văn phòng Tỉnh ủy, MC", ["Chánh Văn phòng Tỉnh ủy"]),
        ("Giám đốc Sở Văn hóa, Thể thao và Du lịch",) * 2,
        ("Đ/c Nguyễn Văn A – Bí thư Tỉnh ủy", ["Nguyễn Văn A", "Bí thư Tỉnh ủy"]),
        ("Bí thư Đảng ủy xã Châu Khê", ["Bí thư Đảng ủy xã Châu Khê"]),
        # Several people may be meant, or anybody.
        ("Bí thư Đảng ủy xã", []),
        ("Phó Chủ tịch UBND tỉnh; Nguyên Bí thư Tỉnh ủy", []),
        ("Các đồng chí Bí thư Huyện ủy", []),
        ("Người đứng đầu cấp ủy, chủ tịch UBND cấp xã", []),
        ("Thường trực Tỉnh ủy; Chủ tịch đoàn; Lãnh đạo UBND tỉnh", []),
        ("Tổ Thư ký; Ban Lễ tân; Thư ký Tổ; Chủ trì Tổ", []),
        ("MC, BTC, Đại biểu; everyone; Đồng chí đại biểu", []),
        ("", []),
        # An address makes a person of a personal name alone.
        ("Đ/c Đoàn Văn Hậu chủ trì; Bà Lê Thị Ánh", ["Lê Thị Ánh"]),
        ("Đồng chí chủ trì; Đồng chí Chủ Trì; ĐỒNG CHÍ CHỦ TRÌ; Đ/c Thư ký 1", []),
        ("Đồng chí chủ tọa hội nghị; Bà con nhân dân; Ông Nam; Đ/c Trưởng nhóm", []),
        # What kind of body it is does not say which one.
        ("Trưởng nhóm 1; Trưởng Nhóm Thư ký; Trưởng bộ phận kỹ thuật", []),
        ("Giám đốc doanh nghiệp; Giám đốc Công ty; Giám đốc hợp tác xã nông nghiệp", []),
        ("Giám đốc Công ty cổ phần Dầu khí",) * 2,
        ("Hiệu trưởng trường THPT; Hiệu trưởng Trường Mầm non", []),
        ("Hiệu trưởng trường THPT Phan Bội Châu",) * 2,
        ("Chủ nhiệm câu lạc bộ; Chủ tịch Hội Nông dân; CHỦ TỊCH HỘI NÔNG DÂN", []),
        ("Chủ tịch Hội Nông dân tỉnh",) * 2,
        ("Chủ tịch Công đoàn; Bí thư Đoàn Thanh niên; Chủ tịch HĐND; Trưởng phòng Nội vụ", []),
        ("Chủ tịch UBND xã Đại Đồng",) * 2,
        ("Chủ tịch UBND xã nông thôn mới; Trưởng thôn tiêu biểu; Bí thư 5 xã", []),
        ("Chủ tịch đoàn điều hành; Đồng chí Đoàn Chủ Tịch", []),
    ],
)
def test_only_what_one_person_holds_is_a_post(text, named):
    assert list(posts(text).values()) == ([named] if isinstance(named, str) else named)


def test_capitals_spaces_tones_and_known_short_forms_are_folded_and_nothing_else():
    same = ("Chủ tịch UBND tỉnh", "CHỦ TỊCH  Uỷ ban nhân dân tỉnh", "chủ tịch Ủy Ban Nhân Dân tỉnh")
    assert len({key for one in same for key in posts(one)}) == 1
    apart = ("Bí thư Đảng ủy xã Nghi Vạn", "Bí thư Đảng ủy xã Nghi Văn")
    assert len({key for one in apart for key in posts(one)}) == 2


def booking(room: int, item: int, begins: int, ends: int, **facts: object) -> Booking:
    post = facts.pop("post", "Bí thư Tỉnh ủy")
    at, to = (EIGHT + timedelta(minutes=number) for number in (begins, ends))
    (one,) = booked((post,), room=room, item=item, begins_at=at, ends_at=to, **facts)
    return one


def pairs(*bookings: Booking) -> Counter:
    found = double_booked(bookings)
    return Counter((one.key, frozenset({one.item, other.item})) for one, other in found)


def test_an_item_and_its_part_are_no_pair_and_a_whole_speaks_for_its_parts():
    whole, part = booking(1, 1, 0, 60), booking(2, 2, 10, 20, whole=1)
    assert not double_booked((whole, part))
    other, its_part = booking(3, 3, 0, 60), booking(3, 4, 0, 60, whole=3)
    assert [{one.item, two.item} for one, two in double_booked((whole, other, its_part))] == [
        {1, 3}
    ]


minutes = st.integers(0, 30)
some = st.builds(
    lambda room, item, begins, length, post: booking(
        room, item, begins, begins + length, post=post
    ),
    st.integers(1, 3),
    st.integers(1, 99),
    minutes,
    minutes,
    st.sampled_from(("Bí thư Tỉnh ủy", "Chủ tịch UBND tỉnh")),
)


@given(st.lists(some, max_size=8, unique_by=lambda one: one.item), st.randoms())
def test_exactly_what_overlaps_in_another_room_is_found_whatever_the_order(bookings, chance):
    expected = Counter(
        (one.key, frozenset({one.item, other.item}))
        for place, one in enumerate(bookings)
        for other in bookings[place:]
        if one.key == other.key
        and one.room != other.room
        and max(one.begins_at, other.begins_at) < min(one.ends_at, other.ends_at)
    )
    shuffled = chance.sample(bookings, len(bookings))
    assert pairs(*bookings) == pairs(*shuffled) == expected


@given(some, minutes)
def test_times_that_touch_and_one_room_are_no_clash(one, length):
    after = replace(
        one,
        room=9,
        item=100,
        begins_at=one.ends_at,
        ends_at=one.ends_at + timedelta(minutes=length),
    )
    assert not double_booked((one, after))
    assert not double_booked((one, replace(one, item=100)))


def test_what_shares_a_room_is_never_compared():
    compared = []

    class Room(str):
        __hash__ = str.__hash__

        def __ne__(self, other):
            compared.append(other)
            return str.__ne__(self, other)

    rows = [booking(Room("hall"), item, 0, 60) for item in range(500)]
    last = booking(Room("other"), 500, 30, 60)
    assert len(double_booked([*rows, last])) == 500 and len(compared) < 1_010
