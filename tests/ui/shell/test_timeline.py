"""A time axis: where moments lie on it, and its labels, also where a clock is set on."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from ui.shell.timeline import Scale

BERLIN = ZoneInfo("Europe/Berlin")


def local(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=BERLIN)


def test_moments_lie_in_order_within_the_axis():
    scale = Scale([local("2026-03-01 12:00"), local("2026-03-05 12:00")], at_least=timedelta(1))
    places = [scale.at(local(f"2026-03-0{day} 12:00")) for day in range(1, 6)]
    assert places == sorted(places) and 0 < places[0] < 0.05 and 0.95 < places[-1] < 1
    assert scale.at(local("2020-01-01 00:00")) == 0 and scale.at(local("2030-01-01 00:00")) == 1


def test_one_moment_alone_has_an_axis_of_the_least_length():
    noon = local("2026-03-01 12:00")
    assert Scale([noon, noon], at_least=timedelta(days=1)).at(noon + timedelta(hours=12)) < 0.6


def test_labels_stand_at_local_midnights_also_over_a_change_of_the_clock():
    scale = Scale([local("2026-03-27 12:00"), local("2026-03-31 12:00")], at_least=timedelta(1))
    ticks = scale.ticks(local("2026-03-27 00:00"), timedelta(days=1), lambda at: f"{at:%d %H:%M}")
    assert [text for _, text in ticks] == [f"{day} 00:00" for day in (28, 29, 30, 31)]
