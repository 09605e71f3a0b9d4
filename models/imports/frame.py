"""The frame of an event: what a person states before any file, which all rows go by."""

from dataclasses import dataclass
from datetime import date, datetime

from models.attendance.particulars import Particular
from models.imports.times import Days
from models.refusals import Refusal
from models.text import clean, legible

MAX_DAYS = 31
OWN_ITEM = "#"
"""Before the id of an item of the event, where the files of an import do not name it themselves."""


@dataclass(frozen=True)
class Frame:
    """Name and days, with place, issuing body, and about how many delegates are expected.

    `expected` 0: as many as are listed. Days and hours are local to `time_zone`. `groups`: the
    groups that the event has already, as (key, title): a list without a script names these.
    `particulars`: which of the delegates' particulars the event keeps. `begun`: the event holds
    rows already, so that a list alone leaves nothing out.
    """

    name: str
    days: Days
    short_name: str = ""
    place: str = ""
    issuer: str = ""
    parent: str = ""
    theme: str = ""
    expected: int = 0
    desks: int = 0
    time_zone: str = "Asia/Ho_Chi_Minh"
    groups: tuple[tuple[str, str], ...] = ()
    particulars: frozenset[Particular] = frozenset()
    begun: bool = False

    def offset(self, moment: datetime) -> str:
        """`D-16 17:00`: a local moment as counted from the first day."""
        return f"D{(moment.date() - self.days.first).days:+d} {moment:%H:%M}"


def require_frame(frame: Frame) -> Frame:
    """Refuses `import_name_needed`, `import_days_reversed`, `import_days_many`."""
    if not legible(clean(frame.name)):
        raise Refusal("import_name_needed")
    if frame.days.last < frame.days.first:
        raise Refusal("import_days_reversed", first=frame.days.first, last=frame.days.last)
    if (frame.days.last - frame.days.first).days >= MAX_DAYS:
        raise Refusal("import_days_many", limit=MAX_DAYS)
    return frame


def is_past(frame: Frame, today: date) -> bool:
    return frame.days.last < today
