"""Travelling through an event's time: where a slider over its history stops, how far a tap goes."""

from datetime import date, datetime, time, timedelta
from math import ceil

from models.events.event import Event, Phase, phase_at, zone

MAX_STOPS = 60  # on a telephone each has the six pixels that a thumb can tell apart
NEAR_START = 14  # days before and after the event with a stop of their own
HOURS = {
    Phase.BEFORE: (7,),
    Phase.NEAR: (6, 10, 14, 18, 22),
    Phase.DURING: tuple(range(6, 22, 2)),
    Phase.AFTER: (7,),
}
TAP = {
    Phase.BEFORE: timedelta(hours=6),
    Phase.NEAR: timedelta(hours=1),
    Phase.DURING: timedelta(minutes=10),
    Phase.AFTER: timedelta(hours=6),
}
"""How far a tap on "one step back" goes in each phase."""


def stops(event: Event, first: datetime, now: datetime) -> list[datetime]:
    """The moments between the first fact and now at which a slider stops, in order, at most 60.

    Many on the event's days, one a day in the two weeks around them, one every third day beyond.
    """
    moments = [
        moment
        for day in _days(event, first, now)
        for hour in HOURS[phase_at(event, _at(event, day, 12))]
        if first <= (moment := _at(event, day, hour)) < now
    ]
    return moments[:: ceil(len(moments) / MAX_STOPS)] if moments else []


def _days(event: Event, first: datetime, now: datetime) -> list[date]:
    begins, ends = (moment.astimezone(zone(event)).date() for moment in (first, now))
    days = [begins + timedelta(days=number) for number in range((ends - begins).days + 1)]
    return [day for day in days if (far := _away(event, day)) <= NEAR_START or far % 3 == 0]


def _away(event: Event, day: date) -> int:
    """Days between a day and the event; 0 on its own days."""
    return max((event.first_day - day).days, (day - event.last_day).days, 0)


def _at(event: Event, day: date, hour: int) -> datetime:
    return datetime.combine(day, time(hour), tzinfo=zone(event))


def step(event: Event, moment: datetime, *, back: bool) -> datetime:
    """The moment one tap away, by the phase of `moment`."""
    distance = TAP[phase_at(event, moment)]
    return moment - distance if back else moment + distance
