"""Which backups are retained: many of the last day, hourly for two days, daily for two months."""

from collections.abc import Iterable
from datetime import datetime, timedelta, timezone

LATEST, LATEST_SPAN = 48, timedelta(hours=24)
HOURS, DAYS = 48, 60

# Never more than these are retained; a span begins and ends within an hour or a day.
MAX_RETAINED = LATEST + (HOURS + 1) + (DAYS + 1)


def retained(moments: Iterable[datetime], *, now: datetime) -> set[datetime]:
    """The moments (aware) of the backups that stay.

    The newest always does, however old it is. Of an hour or a day (UTC) the last one stays. A
    moment after `now` (the machine's clock was set) counts as one of the last day.
    """
    newest_first = sorted(set(moments), reverse=True)
    latest = [moment for moment in newest_first if now - moment < LATEST_SPAN][:LATEST]
    hourly = _last_of_each(newest_first, "%Y-%m-%d %H", within=timedelta(hours=HOURS), now=now)
    daily = _last_of_each(newest_first, "%Y-%m-%d", within=timedelta(days=DAYS), now=now)
    return {*newest_first[:1], *latest, *hourly, *daily}


def _last_of_each(
    newest_first: list[datetime], span: str, *, within: timedelta, now: datetime
) -> list[datetime]:
    last: dict[str, datetime] = {}
    for moment in newest_first:
        if timedelta() <= now - moment < within:
            last.setdefault(f"{moment.astimezone(timezone.utc):{span}}", moment)
    return list(last.values())
