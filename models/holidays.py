"""The working days of Vietnamese offices: Monday to Friday but for public holidays.

Labour Code 2019, article 112, and Vietnam Culture Day (from 2026): what the Code fixes by rule, the
lunar days by a table, one that falls on a weekend on the next working day (article 111). Of what
the Government still chooses each year (the further days of Tết, the second National Day, days that
are swapped) only what is announced counts: a clock of the law errs to the early side.
"""

from collections.abc import Iterator
from datetime import date, timedelta
from functools import cache

FIXED = ((1, 1), (4, 30), (5, 1), (9, 2))
CULTURE_DAY, CULTURE_DAY_SINCE = (11, 24), 2026
TET = {
    2025: (1, 29), 2026: (2, 17), 2027: (2, 6), 2028: (1, 26), 2029: (2, 13), 2030: (2, 2),
    2031: (1, 23), 2032: (2, 11), 2033: (1, 31), 2034: (2, 19), 2035: (2, 8), 2036: (1, 28),
    2037: (2, 15), 2038: (2, 4), 2039: (1, 24), 2040: (2, 12),
}  # fmt: skip
"""The first day of the lunar year; with Hùng Vương as the package `holidays` 0.109 (MIT) has it."""
TET_DAYS = range(-1, 3)  # the eve and three days are off whichever days the Government chooses
HUNG_VUONG = {
    2025: (4, 7), 2026: (4, 26), 2027: (4, 16), 2028: (4, 4), 2029: (4, 23), 2030: (4, 12),
    2031: (4, 1), 2032: (4, 19), 2033: (4, 9), 2034: (4, 28), 2035: (4, 17), 2036: (4, 6),
    2037: (4, 24), 2038: (4, 13), 2039: (4, 3), 2040: (4, 20),
}  # fmt: skip
ANNOUNCED = {2026: ((2, 20), (8, 31), (9, 1))}
"""Further days off that the Government has named."""


@cache
def holidays_of(year: int) -> frozenset[date]:
    """The days of a year on which offices are closed, besides weekends."""
    days = sorted(_by_law(year))
    off = {day for day in days if day.weekday() < 5}
    for day in days:
        if day.weekday() >= 5:
            off.add(_next_open(day, off | set(days)))
    return frozenset(off | {date(year, *one) for one in ANNOUNCED.get(year, ())})


def _by_law(year: int) -> Iterator[date]:
    yield from (date(year, *one) for one in FIXED)
    if year >= CULTURE_DAY_SINCE:
        yield date(year, *CULTURE_DAY)
    if year in TET:
        yield from (date(year, *TET[year]) + timedelta(days=one) for one in TET_DAYS)
        yield date(year, *HUNG_VUONG[year])


def _next_open(day: date, off: set[date]) -> date:
    while day.weekday() >= 5 or day in off:
        day += timedelta(days=1)
    return day


def is_working_day(day: date) -> bool:
    return day.weekday() < 5 and day not in holidays_of(day.year)
