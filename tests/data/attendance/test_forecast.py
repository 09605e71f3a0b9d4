"""Tests of data/attendance/forecast.py: what an item's forecast is made of, and with whom to ask
about who is late.
"""

from sqlalchemy import text

from data.attendance import commands
from data.attendance.forecast import ItemForecast, forecast_at
from data.programme import finish_item, items_at, start_item
from data.storage import database
from models.attendance.forecast import EarlierItem, Party, expected_curve, forecast
from models.events.event import View
from tests.stage import DISTRICT, VAN, VAN_CHAIR, at, current, give, item

ITEM = "phien_chinh"
NGHI_LOC = (DISTRICT, "0002K", VAN, VAN_CHAIR, "0007H", "0008L")
QUY_HOP = ("0003M", "0004P", "0009N", "0010H", "0011L", "0012N")


def admit(*badges: str, when: str, to: str = ITEM) -> None:
    for badge in badges:
        give(commands.admit, badge=badge, item_id=item(to), by="command", when=when)


def forecast_of(when: str, *, key: str = ITEM, past: bool = False) -> ItemForecast:
    view = View(at(when), past=past)
    with database.reading() as session:
        items = items_at(session, current(), view)
        return forecast_at(
            session, current(), items, next(one for one in items if one.key == key), view
        )


def test_it_is_that_of_the_rules_by_the_plan_alone(event):
    numbers = forecast_of("D+0 09:40", key="dang_hoa").numbers
    curve = expected_curve(current().arrival_plan, [])
    assert numbers == forecast([Party(2, 0), Party(2, 0)], curve, minutes_before=20)


def test_who_is_excused_is_not_to_come_and_a_substitute_is_here(event):
    give(
        commands.excuse,
        badge=VAN,
        item_id=item(ITEM),
        reason="Đi học",
        by="command",
        when="D+1 06:30",
    )
    give(
        commands.admit_substitute,
        badge=VAN_CHAIR,
        item_id=item(ITEM),
        substitute="Phó",
        by="command",
        when="D+1 07:00",
    )
    admit(DISTRICT, when="D+1 07:01")
    numbers = forecast_of("D+1 07:10").numbers
    assert (numbers.here, numbers.coming) == (2, 11)


def test_earlier_items_are_learned_from(event):
    admit(DISTRICT, when="D+0 09:59", to="dang_hoa")
    admit("0002K", "0003M", when="D+0 10:10", to="dang_hoa")
    numbers = forecast_of("D+0 13:40", key="dien_dan_1").numbers
    curve = expected_curve(current().arrival_plan, [EarlierItem(4, (1.0, -10.0, -10.0))])
    assert numbers == forecast([Party(3, 0), Party(3, 0)], curve, minutes_before=20)


def test_the_past_is_forecast_as_it_was(event):
    admit(*NGHI_LOC[:3], when="D+1 07:00")
    then = forecast_of("D+1 07:05")
    admit(*NGHI_LOC[3:], *QUY_HOP, when="D+1 07:20")
    assert forecast_of("D+1 07:05", past=True) == then
    assert forecast_of("D+1 07:21").numbers.here == 12


def test_too_early_there_are_no_numbers(event):
    early = forecast_of("D+1 06:00")
    assert (
        not early.begun
        and early.numbers is None
        and early.nearly_all_at is None
        and early.late == ()
    )


def test_from_the_start_on_nothing_is_forecast(event):
    admit(VAN, when="D+1 07:00")
    assert not forecast_of("D+1 07:29").begun
    assert forecast_of("D+1 07:30").begun and forecast_of("D+1 07:30").numbers is None
    give(start_item, item_id=item(ITEM), by="command", when="D+1 07:20")
    assert forecast_of("D+1 07:25").begun, "it began early"
    give(finish_item, item_id=item(ITEM), by="command", when="D+1 07:26")
    assert forecast_of("D+1 07:27").begun


def test_with_the_roll_closed_nothing_is_forecast(event):
    give(commands.close_roll, item_id=item(ITEM), by="command", when="D+1 07:10")
    assert forecast_of("D+1 07:15").begun
    give(commands.open_roll, item_id=item(ITEM), by="command", when="D+1 07:16")
    assert not forecast_of("D+1 07:17").begun


def test_when_nearly_all_are_in_is_given_as_a_moment(event):
    admit(*NGHI_LOC, *QUY_HOP[:3], when="D+1 07:00")
    found = forecast_of("D+1 07:10")
    assert found.numbers.nearly_all is not None
    assert at("D+1 07:10") <= found.nearly_all_at <= at("D+1 08:15")
    assert (at("D+1 07:30") - found.nearly_all_at).total_seconds() / 60 == found.numbers.nearly_all


def test_a_delegation_late_as_a_group_comes_with_its_contact_and_vehicle(event):
    admit(*NGHI_LOC, when="D+1 07:00")
    (late,) = forecast_of("D+1 07:20").late
    assert (late.name_vi, late.here, late.coming) == ("Quỳ Hợp", 0, 6)
    assert (late.contact, late.vehicle) == ("", ""), "its file does not say"
    with database.writing() as session:
        session.execute(
            text(
                "UPDATE delegation SET contact = 'Văn phòng', vehicle = 'Xe số 3' WHERE code = "
                "'420'"
            )
        )
    (late,) = forecast_of("D+1 07:20").late
    assert (late.contact, late.vehicle) == ("Văn phòng", "Xe số 3")
    admit(*QUY_HOP[:3], when="D+1 07:21")
    assert forecast_of("D+1 07:22").late == ()
