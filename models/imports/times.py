"""Moments as people write them: `trước 05/12`, `17-18/12`, `20h00 ngày 17/12`, `thường xuyên`."""

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from models.imports.sheets import Value, brief, shown

END_OF_WORK = time(17, 0)
START_OF_WORK = time(8, 0)
PARTS = {"sang": time(11, 30), "trua": time(13, 0), "chieu": time(17, 0), "toi": time(21, 0),
         "dem": time(22, 0), "morning": time(11, 30), "afternoon": time(17, 0),
         "evening": time(21, 0)}  # fmt: skip
STARTS = {"sang": time(7, 30), "trua": time(11, 30), "chieu": time(14, 0), "toi": time(19, 0),
          "dem": time(20, 0), "morning": time(7, 30), "afternoon": time(14, 0),
          "evening": time(19, 0)}  # fmt: skip

_CLOCK = re.compile(r"\b(\d{1,2}) ?(?:h|g|gio|:) ?(\d{2})? ?(?:'|’|′|phut|p\b)?")
_NUMERIC = re.compile(
    r"\b(?:(\d{1,2}) ?/ ?(\d{1,2})(?: ?/ ?(\d{4}|\d{2})\b(?! ?[/.]\d))?"
    r"|(\d{1,2}) ?\. ?(\d{1,2})(?: ?\. ?(\d{4}|\d{2})\b(?! ?[/.]\d))?"
    r"|(\d{1,2}) ?- ?(\d{1,2})(?: ?- ?(\d{4}|\d{2})\b(?! ?[/.]\d))?)(?!\d)"
)
_ISO = re.compile(r"\b(\d{4})-(\d{1,2})-(\d{1,2})\b")
_WRITTEN = re.compile(r"\b(\d{1,2}) ?(?:thang|/ ?thang) ?(\d{1,2})(?: ?(?:,|nam|/)? ?(\d{4}))?")
_RANGE_OF_DAYS = re.compile(
    r"(?<![/.\d])(?<!thang )\b(\d{1,2}) ?(?:-|–|—|den|va|,|&|\bto\b) ?(?:ngay ?)?(\d{1,2})"
    r" ?(?:/|\.|thang) ?(\d{1,2})(?: ?(?:/|\.|nam) ?(\d{4}))?"
)
_WAY = re.compile(r"\b(truoc|sau|ke tu|before|after)\b")
_SPAN = re.compile(r"\b(\d{1,3}) ?(ngay|tuan|thang|gio|days?|weeks?)\b")
_EVENT = re.compile(
    r"\b(hoi nghi|su kien|chuong trinh|dai hoi|le|event|conference|khai mac|be mac|ket thuc|"
    r"to chuc)\b"
)
_WEEK = re.compile(r"\btuan ?(?:thu ?)?(\d|nhat|hai|ba|tu|bon|cuoi) ?(?:cua ?)?thang ?(\d{1,2})")
_MONTH = re.compile(r"\b(?:thang|month) ?(\d{1,2})(?: ?(?:/|nam|,)? ?(\d{4}))?")
_WEEKDAY = re.compile(r"\b(thu (?:hai|ba|tu|nam|sau|bay|[2-7])|chu nhat)\b,?")
_ONGOING = re.compile(
    r"\b(thuong xuyen|hang ngay|hang tuan|lien tuc|suot|trong qua trinh|theo tien do|dinh ky|"
    r"ongoing|daily|continuous)\b"
)
_AS_NEEDED = re.compile(
    r"\b(theo yeu cau|khi co|theo ke hoach|theo thuc te|sau khi|tbd|chua xac dinh)\b"
)


@dataclass(frozen=True)
class Days:
    """The event's first and last day, which relative times go by."""

    first: date
    last: date


@dataclass(frozen=True)
class When:
    """A moment as read, local: when it is due and, where that is written, when it begins.

    `doubt` names the question that it raises: `before` (the day itself or the one before it),
    `from`, `ongoing`, `vague`, `day_and_month`, `empty`, `unread`; empty where it is plain.
    """

    due: datetime
    start: datetime | None = None
    doubt: str = ""


def is_clock(text: str) -> bool:
    """Whether a cell of a script holds a time of day."""
    words = brief(text)
    if _CLOCK.search(words) or any(re.search(rf"\b{part}\b", words) for part in STARTS):
        return True
    return bool(re.fullmatch(r"\d{1,3} ?[-–] ?\d{1,3}", text))


def is_day(text: str) -> bool:
    """Whether a text names a day: a date, or the event's first or second day."""
    words = brief(text)
    return (
        bool(_NUMERIC.search(words) and not _CLOCK.fullmatch(words))
        or bool(_WRITTEN.search(words))
        or bool(_ISO.search(words))
        or nth_day(words) is not None
    )


_NTH = {"nhat": 1, "hai": 2, "ba": 3, "tu": 4, "nam": 5}


def nth_day(text: str) -> int | None:
    """2 of `Ngày thứ hai` or `Ngày 2`; None where no day of the event is counted."""
    found = re.match(
        r"^\W*+(?:ngay|day) ?(?:thu ?)?(\d|nhat|hai|ba|tu|nam)\b(?! ?[/.\-\d])", brief(text)
    )
    if not found or _WRITTEN.search(brief(text)):
        return None
    return int(found[1]) if found[1].isdigit() else _NTH[found[1]]


def date_near(day: int, month: int, year: int | None, days: Days) -> date | None:
    """The date; without a year that next to the event. None where there is no such day."""
    if year is not None:
        return _date(year + 2000 if year < 100 else year, month, day)
    near = (_date(one, month, day) for one in (days.first.year + step for step in (0, -1, 1)))
    found = [one for one in near if one]
    return min(found, key=lambda one: abs((one - days.first).days), default=None)


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def dates_in(text: str, days: Days) -> list[date]:
    """Every day that a text names, in its order; a range as its two ends."""
    words = _WEEKDAY.sub(" ", brief(text))
    found: list[tuple[int, date | None]] = []
    for match in _RANGE_OF_DAYS.finditer(words):
        first, last, month = int(match[1]), int(match[2]), int(match[3])
        year = int(match[4]) if match[4] else None
        if first <= 31 and month <= 12:
            found += [(match.start(), date_near(first, month, year, days)),
                      (match.start() + 1, date_near(last, month, year, days))]  # fmt: skip
            words = (
                words[: match.start()] + " " * (match.end() - match.start()) + words[match.end() :]
            )
    for match in _ISO.finditer(words):
        found.append((match.start(), _date(int(match[1]), int(match[2]), int(match[3]))))
        words = words[: match.start()] + " " * (match.end() - match.start()) + words[match.end() :]
    for pattern in (_WRITTEN, _NUMERIC):
        for match in pattern.finditer(words):
            day, month, *years = (int(one) for one in match.groups() if one)
            year = years[0] if years else None
            if month > 12 >= day:
                day, month = month, day
            found.append((match.start(), date_near(day, month, year, days)))
        words = pattern.sub(" ", words)
    return [one for _, one in sorted(found, key=lambda pair: pair[0]) if one]


def clocks_in(text: str) -> list[time]:
    """Every time of day that a text names."""
    found = []
    for match in _CLOCK.finditer(brief(text)):
        hour, minute = int(match[1]), int(match[2] or 0)
        if hour == 24 and minute == 0:
            hour, minute = 23, 59
        if hour < 24 and minute < 60:
            found.append(time(hour, minute))
    return found


def due_of(value: Value, days: Days) -> When | None:
    """When a task is due; None for an empty cell or one that says nothing of time."""
    plain = _plain_date(value)
    if plain:
        clock = plain.time() if plain.time() != time() else END_OF_WORK
        return When(datetime.combine(plain.date(), clock))
    text = shown(value)
    return _written(brief(text), days) if text else None


def _plain_date(value: Value) -> datetime | None:
    """A real date of the workbook, also as a serial number whose format was lost."""
    if isinstance(value, datetime):
        return value.replace(tzinfo=None)
    if isinstance(value, date):
        return datetime.combine(value, time())
    if isinstance(value, str) and re.fullmatch(r"4[3-9]\d{3}|5[0-4]\d{3}", value.strip()):
        value = int(value)
    if isinstance(value, int | float) and not isinstance(value, bool) and 43000 < value < 55000:
        return datetime(1899, 12, 30) + timedelta(minutes=round(value * 1440))
    return None


def _written(words: str, days: Days) -> When | None:
    week = _WEEK.search(words)
    if week:
        return _week(week, days)
    dates = dates_in(words, days)
    if dates:
        return _dated(words, dates)
    around = _around(words, days)
    if around:
        return around
    return _vague(words, days)


def _dated(words: str, dates: list[date]) -> When:
    clocks = clocks_in(_NUMERIC.sub(" ", words))
    part = next((name for name in PARTS if re.search(rf"\b{name}\b", words)), "")
    first, last = dates[0], dates[-1]
    # A list of days may run backwards by a typing error: the later one is when it is due.
    first, last = min(first, last), max(first, last)
    clock = clocks[-1] if clocks else PARTS.get(part, END_OF_WORK)
    if first != last:
        return When(datetime.combine(last, clock), datetime.combine(first, START_OF_WORK))
    if len(clocks) > 1 and clocks[0] < clocks[-1]:
        return When(datetime.combine(last, clocks[-1]), datetime.combine(last, clocks[0]))
    if re.search(r"\btruoc\b(?! ?\d{1,2} ?(?:h|g|:))|\bbefore\b", words) and not clocks:
        return When(datetime.combine(last - timedelta(days=1), END_OF_WORK), doubt="before")
    if re.match(r"^\W*(tu|bat dau|from)\b", words):
        due = max(datetime.combine(last, END_OF_WORK), datetime.combine(last, clock))
        return When(due, datetime.combine(last, clock if clocks else START_OF_WORK), doubt="from")
    if re.search(r"\b(sau|after)\b", words) and not clocks:
        return When(datetime.combine(last + timedelta(days=1), END_OF_WORK), doubt="vague")
    return When(datetime.combine(last, clock))


def _around(words: str, days: Days) -> When | None:
    """`sau Hội nghị 5 ngày`, `trước sự kiện 1 tuần`, `chậm nhất 3 ngày sau khi kết thúc`, `D-3`."""
    offset = re.fullmatch(r"\W*+(?:d|n|t) ?([+-]) ?(\d{1,3})\W*", words)
    if offset:
        step = timedelta(days=int(offset[1] + offset[2]))
        base = days.first if step.days <= 0 else days.last
        return When(datetime.combine(base + step, END_OF_WORK))
    found = _way_and_span(words)
    if not found or not _EVENT.search(words):
        return None
    way, number, unit = found
    size = {"tuan": 7, "week": 7, "weeks": 7, "thang": 30, "gio": 0}.get(unit, 1)
    if way in ("truoc", "before"):
        return When(datetime.combine(days.first - timedelta(days=number * size), END_OF_WORK))
    return When(datetime.combine(days.last + timedelta(days=number * size), END_OF_WORK))


def _way_and_span(words: str) -> tuple[str, int, str] | None:
    """(`sau`, 5, `ngay`): the first way with a span after it, or span with a way after it."""
    ways, spans = list(_WAY.finditer(words)), list(_SPAN.finditer(words))
    for one in sorted([*ways, *spans], key=lambda found: found.start()):
        others = ways if one in spans else [] if one[0] == "ke tu" else spans
        other = next((found for found in others if found.start() >= one.end()), None)
        if other:
            way, span = (other, one) if one in spans else (one, other)
            return way[0], int(span[1]), span[2]
    return None


def _vague(words: str, days: Days) -> When | None:
    end = datetime.combine(days.last, END_OF_WORK)
    if _ONGOING.search(words):
        return When(end, doubt="ongoing")
    month = _MONTH.search(words)
    if month and int(month[1]) in range(1, 13):
        return _month(words, int(month[1]), int(month[2]) if month[2] else None, days)
    clocks = clocks_in(words)
    if _EVENT.search(words):
        if re.search(r"\b(sau|after)\b", words):
            return When(datetime.combine(days.last + timedelta(days=1), END_OF_WORK), doubt="vague")
        if re.search(r"\b(truoc|before)\b", words):
            return When(
                datetime.combine(days.first - timedelta(days=1), END_OF_WORK), doubt="vague"
            )
        if re.search(r"\b(trong|trong thoi gian|during|dien ra)\b", words):
            return When(end, datetime.combine(days.first, START_OF_WORK), doubt="vague")
    if clocks:
        return When(datetime.combine(days.first, clocks[-1]), doubt="vague")
    if _AS_NEEDED.search(words):
        return When(datetime.combine(days.first - timedelta(days=1), END_OF_WORK), doubt="vague")
    return None


def _week(found: re.Match[str], days: Days) -> When:
    month = int(found[2])
    base = date_near(1, min(max(month, 1), 12), None, days) or days.first
    number = {"nhat": 1, "hai": 2, "ba": 3, "tu": 4, "bon": 4, "cuoi": 4}.get(found[1]) or int(
        found[1]
    )
    friday = base + timedelta(days=7 * (number - 1) + (4 - base.weekday()) % 7)
    return When(datetime.combine(friday, END_OF_WORK), doubt="vague")


def _month(words: str, month: int, year: int | None, days: Days) -> When | None:
    first = date_near(1, month, year, days)
    if first is None:
        return None
    following = (first + timedelta(days=32)).replace(day=1)
    if re.search(r"\bdau thang\b|\bearly\b", words):
        day = first + timedelta(days=9)
    elif re.search(r"\bgiua thang\b|\bmid\b", words):
        day = first + timedelta(days=14)
    else:
        day = following - timedelta(days=1)
    if re.search(r"\btruoc thang\b", words):
        day = first - timedelta(days=1)
    return When(datetime.combine(day, END_OF_WORK), doubt="vague")


# --- a script's times ----------------------------------------------------------------------------


@dataclass(frozen=True)
class Slot:
    """When a row of a script takes place: its own day where it names one, start, end."""

    day: date | None
    start: time | None
    end: time | None
    minutes: tuple[int, int] | None = None  # counted from the start of what it belongs to
    doubt: str = ""


def slot_of(value: Value, days: Days) -> Slot:
    """The time of a script's row: `7h30'`, `14h20-16h45`, `Tối 17/12`, `05-15`, a real time."""
    if isinstance(value, time):
        return Slot(None, value, None)
    if isinstance(value, datetime):
        return Slot(value.date() if value.year > 1900 else None, value.time(), None)
    if isinstance(value, int | float) and not isinstance(value, bool) and 0 < value < 1:
        minutes = round(value * 1440)
        return Slot(None, time(minutes // 60, minutes % 60), None)
    words = brief(shown(value))
    dates = dates_in(_CLOCK.sub(" ", words), days)
    clocks = clocks_in(words)
    day = dates[0] if dates else None
    if clocks:
        end = clocks[1] if len(clocks) > 1 and clocks[1] > clocks[0] else None
        return Slot(day, clocks[0], end)
    ranged = re.fullmatch(r"\W*+(\d{1,3}) ?[-–] ?(\d{1,3}) ?(?:phut|p|')?\W*", words)
    if ranged and not dates:
        return Slot(None, None, None, (int(ranged[1]), int(ranged[2])))
    part = next((name for name in STARTS if re.search(rf"\b{name}\b", words)), "")
    if part:
        return Slot(day, STARTS[part], PARTS[part], doubt="part_of_day")
    return Slot(day, None, None, doubt="unread" if words else "empty")
