"""The rows of a script as programme items, their segments, and the venues.

A row is an item where it is a session of its own; the rows within its time are its segments. Rows
of a half-day that belong to no session become segments of one that is made for them.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta

from models.imports.frame import Frame
from models.imports.questions import Notebook, Place, Question, place
from models.imports.recognition import Table
from models.imports.sheets import Line, brief
from models.imports.spelling import shortened, slug
from models.imports.times import Slot, dates_in, nth_day, slot_of
from models.imports.written import SAID, cells_of
from models.posts import booked, double_booked
from models.script.lines import LENGTHS
from models.text import clean, spelling_key

SHORT = 24
LAST_MINUTES = 30
MAX_SCRIPT = 2_000  # rows
_FORUM = re.compile(
    r"\b(thao luan (to|nhom|tai to)|to thao luan|dien dan|thao luan chuyen de|phien chuyen de|"
    r"thao luan\W{1,3}(to|nhom) \d|(to|nhom) \d{1,3}|breakout|workshop|forum)\b"
)
_SESSION = re.compile(
    r"\b(phien (toan the|khai mac|be mac|trong the|lam viec|thu|giao|chinh|tru bi|hop)\w*|phien\b|"
    r"le (dang|khai|be|ky|don|vieng|trao|cong bo|ra mat)\w*|hoi nghi toan the|toa dam|"
    r"hoi thao|tap huan|"
    r"tham quan|gap mat|giao luu|session|ceremony|plenary)"
)
_CEREMONY = re.compile(r"^(le |dang hoa|dang huong|vieng|ceremony)")
_RECEPTION = re.compile(
    r"\b(don tiep|don dai bieu|dang ky|nhan tai lieu|reception|registration|check-?in)\b"
)
_MEAL = re.compile(r"\b(an trua|an toi|an sang|nghi trua|lien hoan|tiec|com trua|lunch|dinner)\b")
_WORK = re.compile(
    r"\b(thu ky|tong hop|chuan bi|kiem tra|tong duyet|hop ban to chuc|rut kinh nghiem)\b"
)
_PLACE = re.compile(
    r"^\W*+((?:tại )?(?:sảnh|hội trường|phòng|nhà|trung tâm|quảng trường|sân|khách sạn|tầng|"
    r"hall|room)\b[^,;.\n]*)",
    flags=re.IGNORECASE,
)
_PLACES = re.compile(r"(?:địa điểm|nơi tổ chức|venue|place) ?: ?(.+)", flags=re.IGNORECASE)


@dataclass(frozen=True)
class _Row:
    table: Table
    line: Line
    title: str
    chair: str
    note: str
    venue: str
    start: datetime
    end: datetime | None
    exact_end: bool

    @property
    def at(self) -> Place:
        return place(self.table.sheet, self.line.number, self.table.column("title"))


@dataclass
class _Item:
    row: _Row
    kind: str
    parent: list["_Item"] = field(default_factory=list)
    made: bool = False
    key: str = ""


@dataclass
class Programme:
    """What a script gives: rows of `venues.csv` and `programme.csv`; which of them are forums."""

    venues: list[dict[str, str]] = field(default_factory=list)
    items: list[dict[str, str]] = field(default_factory=list)

    @property
    def forums(self) -> list[dict[str, str]]:
        return [one for one in self.items if one["expects"] == "forum"]

    @property
    def counted(self) -> list[dict[str, str]]:
        return [one for one in self.items if one["expects"] != "none"]


def programme_files(tables: Iterable[Table], frame: Frame, notes: Notebook) -> Programme:
    programme, tables = Programme(), list(tables)
    if sum(len(table.rows) for table in tables) > MAX_SCRIPT:
        # Each row is compared with those around it, and no event has so many.
        at = place(tables[0].sheet, tables[0].header)
        notes.error("script_too_long", at, limit=MAX_SCRIPT)
        return programme
    for table in tables:
        _add(programme, table, frame, notes)
    _compare_rooms(programme, notes, tables)
    _compare_people(programme, notes, tables)
    return programme


def _add(programme: Programme, table: Table, frame: Frame, notes: Notebook) -> None:
    venues = _venues_named(table)
    rows = _rows(table, frame, venues, notes)
    items = _items(rows, notes)
    items = _with_sessions(items, notes)
    _write(programme, items, venues, frame, notes)


# --- rows with their times -----------------------------------------------------------------------


def _rows(table: Table, frame: Frame, venues: list[str], notes: Notebook) -> list[_Row]:
    rows: list[_Row] = []
    day, base = frame.days.first, None
    for line in table.rows:
        title = table.text(line, "title")
        at = place(table.sheet, line.number, table.column("time"))
        if not title:
            notes.error("item_untitled", place(table.sheet, line.number, table.column("title")))
            continue
        day = _day(table, line, day, frame)
        slot = slot_of(table.value(line, "time"), frame.days)
        day = slot.day or day
        start = _start(slot, day, base, rows)
        if start is None or slot.doubt == "part_of_day":
            start = _asked(table, line, title, start or _after(rows, day), at, notes)
        if slot.minutes is None:
            base = start
        end, exact = _end(table, line, slot, day, start, base, frame)
        if (
            rows
            and start.date() == rows[-1].start.date()
            and start < rows[-1].start - timedelta(hours=1)
        ):
            notes.warn("time_backwards", at, written=table.text(line, "time"))
        chair = re.sub(
            r"^(chủ trì|điều hành|mc|thực hiện) ?: ?", "", table.text(line, "chair"), flags=re.I
        )
        note = table.text(line, "note")
        venue = table.text(line, "venue") or _venue_of(note, venues) or _venue_of(title, venues)
        rows.append(_Row(table, line, title, chair, note, venue, start, end, exact))
        if not frame.days.first <= start.date() <= frame.days.last:
            notes.warn("outside_days", at, title=title, day=start.date())
    return rows


def _day(table: Table, line: Line, day: date, frame: Frame) -> date:
    """The day of a row: by its column, the group above it, else that of the row before."""
    for text in (table.text(line, "day"), *reversed(table.groups.get(line.number, ()))):
        if not text:
            continue
        dates = dates_in(text, frame.days)
        if dates:
            return (
                max(day, dates[0]) if dates[0] <= day and not table.text(line, "day") else dates[0]
            )
        counted = nth_day(text)
        if counted:
            return max(day, frame.days.first + timedelta(days=counted - 1))
    return day


def _start(slot: Slot, day: date, base: datetime | None, rows: list[_Row]) -> datetime | None:
    if slot.minutes is not None:
        begun = base or (rows[-1].start if rows else datetime.combine(day, time(8, 0)))
        return begun + timedelta(minutes=slot.minutes[0])
    return datetime.combine(day, slot.start) if slot.start is not None else None


def _after(rows: list[_Row], day: date) -> datetime:
    """Where a row without a time begins: at the end of the one before it."""
    if rows and rows[-1].start.date() == day:
        return rows[-1].end or rows[-1].start
    return datetime.combine(day, time(8, 0))


def _asked(
    table: Table, line: Line, title: str, proposed: datetime, at: Place, notes: Notebook
) -> datetime:
    proposal = f"{proposed:%Y-%m-%d %H:%M}"
    written = table.text(line, "time")
    kind = "item_time" if written else "item_time_empty"
    answer = notes.ask(Question(kind, at, written, proposal, (proposal, "*"), {"task": title}))
    try:
        return datetime.strptime(answer, "%Y-%m-%d %H:%M")
    except ValueError:
        return proposed


def _end(
    table: Table,
    line: Line,
    slot: Slot,
    day: date,
    start: datetime,
    base: datetime | None,
    frame: Frame,
) -> tuple[datetime | None, bool]:
    """When a row ends where it says so, and whether it does."""
    if slot.minutes is not None:
        return start + timedelta(minutes=max(slot.minutes[1] - slot.minutes[0], 1)), True
    own = slot_of(table.value(line, "end"), frame.days).start
    end = slot.end or own
    if end is not None and datetime.combine(day, end) > start:
        return datetime.combine(day, end), True
    lasting = re.search(r"\((\d{1,3})\s*(?:phút|p|')\)", table.text(line, "title"))
    if lasting:
        return start + timedelta(minutes=max(int(lasting[1]), 1)), True
    return None, False


# --- what is an item, and what its segment -------------------------------------------------------


def _items(rows: list[_Row], notes: Notebook) -> list[_Item]:
    """Each row as an item of a kind, with the session that it is a segment of."""
    rows = [replace(row, end=row.end or _next_start(rows, index)) for index, row in enumerate(rows)]
    items = [_Item(row, _kind(row)) for row in rows]
    _settle_parallel(items)
    for index, item in enumerate(items):
        asked = _role(item, notes)
        if asked == "item" and item.kind == "segment":
            item.kind = "session"
        elif asked == "segment":
            item.kind = "segment"
        if item.kind == "segment":
            item.parent = _parents(items[:index], item)
    return items


def _role(item: _Item, notes: Notebook) -> str:
    proposal = "segment" if item.kind == "segment" else "item"
    question = Question(
        "item_or_segment", item.row.at, item.row.title, proposal, ("item", "segment")
    )
    return notes.ask(question)


def _next_start(rows: list[_Row], index: int) -> datetime:
    """The next later start of that day; the same row's neighbours of one start go by each other."""
    row = rows[index]
    later = [one.start for one in rows[index + 1 :] if one.start > row.start]
    same_day = [one for one in later if one.date() == row.start.date()]
    limit = row.start + timedelta(hours=4)
    if same_day and same_day[0] <= limit:
        return same_day[0]
    return row.start + timedelta(minutes=LAST_MINUTES)


def _kind(row: _Row) -> str:
    words = brief(row.title)
    start = words[:60]
    if _RECEPTION.search(start):
        return "reception"
    if _FORUM.search(start):
        return "segment" if _is_part(words) else "forum"
    if _MEAL.search(start):
        return "segment"
    if _CEREMONY.match(words):
        return "ceremony"
    if _SESSION.search(start) and not _is_part(words):
        return "session"
    return "segment"


def _is_part(words: str) -> bool:
    """What speaks of a session but is a step of it: its conclusion, its hints, its report."""
    return bool(
        re.match(
            r"(ket luan|goi y|bao cao|dai bieu thao luan|thu ky|tong hop|trinh bay|phat bieu|"
            r"gioi thieu|tuyen bo|chao co|van nghe|moi|thong qua|chuyen|giai lao)\b",
            words,
        )
    )


def _settle_parallel(items: list[_Item]) -> None:
    """Sessions that begin at one time end together where only one says when."""
    for item in items:
        if item.kind == "segment" or item.row.exact_end:
            continue
        twins = [
            one
            for one in items
            if one.kind == item.kind and one.row.start == item.row.start and one.row.exact_end
        ]
        if twins and twins[0].row.end:
            item.row = replace(item.row, end=twins[0].row.end)
            continue
        if item.kind in ("forum", "session", "ceremony"):
            item.row = replace(item.row, end=_end_of_session(items, item))


def _end_of_session(items: list[_Item], item: _Item) -> datetime:
    """A session without an end lasts to the next session of that day, or to its last segment."""
    after = [
        one
        for one in items[items.index(item) + 1 :]
        if one.row.start.date() == item.row.start.date()
    ]
    end = item.row.start
    for one in after:
        if one.kind != "segment" and one.row.start > item.row.start:
            return max(one.row.start, item.row.start + timedelta(minutes=5))
        if one.row.start - end > timedelta(hours=2, minutes=30):
            break
        end = max(end, one.row.end or one.row.start)
    return end if end > item.row.start else item.row.start + timedelta(minutes=60)


def _parents(before: list[_Item], item: _Item) -> list[_Item]:
    """The sessions whose time holds a segment: the latest, with those that run beside it."""
    holding = [
        one
        for one in before
        if one.kind not in ("segment", "reception")
        and one.row.end
        and one.row.start <= item.row.start < one.row.end
    ]
    if not holding:
        return []
    latest = holding[-1].row.start
    return [one for one in holding if one.row.start == latest]


def _with_sessions(items: list[_Item], notes: Notebook) -> list[_Item]:
    """Rows that belong to no session get one, made for their half-day."""
    made: list[_Item] = []
    result: list[_Item] = []
    for item in items:
        if item.kind != "segment" or item.parent:
            result.append(item)
            continue
        if _WORK.match(brief(item.row.title)) or _MEAL.search(brief(item.row.title)):
            item.kind = "session"
            item.made = True  # an item of its own that expects no one
            result.append(item)
            continue
        half = _half(item)
        session = next((one for one in made if _half(one) == half), None)
        if session is None:
            session = _Item(replace(item.row, title=_name(half), chair="", note=""), "session")
            made.append(session)
            result.append(session)
        end = max(session.row.end or item.row.start, item.row.end or item.row.start)
        session.row = replace(session.row, end=end)
        item.parent = [session]
        result.append(item)
    for session in made:
        notes.warn("session_made", session.row.at, title=session.row.title)
    return result


def _half(item: _Item) -> tuple[date, bool, bool]:
    return item.row.start.date(), item.row.start.hour >= 12, item.row.start.hour >= 18


def _name(half: tuple[date, bool, bool]) -> str:
    day, afternoon, evening = half
    part = "tối" if evening else "chiều" if afternoon else "sáng"
    return f"Phiên {part} {day.day}/{day.month}"


# --- venues --------------------------------------------------------------------------------------


def _venues_named(table: Table) -> list[str]:
    """The venues named above the table: `Địa điểm: Hội trường lớn, Phòng họp số 1 – …`."""
    above = [*table.sheet.before, *(text for _, _, text in table.passed[:20])]
    names: list[str] = []
    for text in above:
        found = _PLACES.search(text)
        if found:
            rooms = re.split(r"\s[–-]\s", found[1])[0]
            names += [clean(one).strip(" .") for one in re.split(r"[,;]", rooms)]
    return [name for name in dict.fromkeys(names) if name]


def _venue_of(text: str, venues: list[str]) -> str:
    words = spelling_key(text)
    named = [one for one in venues if spelling_key(one) in words]
    if named and not _PLACE.match(text):
        return max(named, key=len)
    found = _PLACE.match(text)
    if not found:
        return ""
    name = re.sub(r"^tại\s+", "", clean(found[1]), flags=re.IGNORECASE)
    same = next((one for one in venues if spelling_key(one) == spelling_key(name)), "")
    return same or (name[:1].upper() + name[1:] if len(name) <= 60 else "")


# --- rows of the files ---------------------------------------------------------------------------


def _write(
    programme: Programme, items: list[_Item], venues: list[str], frame: Frame, notes: Notebook
) -> None:
    keys = {one["key"] for one in programme.items}
    rooms = {spelling_key(one["name_vi"]): one["key"] for one in programme.venues}
    for name in [*venues, *(item.row.venue for item in items)]:
        if name and spelling_key(name) not in rooms:
            key = _free(slug(name), set(rooms.values()))
            rooms[spelling_key(name)] = key
            programme.venues.append({"key": key, "name_vi": name, "illustrative": ""})
    hall = rooms[spelling_key(venues[0])] if venues else ""
    for item in items:
        parents: list[_Item | None] = [*item.parent] or [None]
        for parent in parents:
            item.key = _free(slug(item.row.title, words=5), keys)
            keys.add(item.key)
            programme.items.append(_written(item, parent, rooms, hall, frame))


def _free(key: str, used: set[str]) -> str:
    free, number = key, 2
    while free in used:
        free, number = f"{key}_{number}", number + 1
    return free


def _written(
    item: _Item, parent: _Item | None, rooms: dict[str, str], hall: str, frame: Frame
) -> dict[str, str]:
    row = item.row
    own = rooms.get(spelling_key(row.venue), "") if row.venue else ""
    inherited = rooms.get(spelling_key(parent.row.venue), hall) if parent else ""
    end = row.end if row.end and row.end > row.start else row.start + timedelta(minutes=5)
    if parent and parent.row.end and row.start < parent.row.end:
        end = min(end, parent.row.end)
    counts = item.kind in ("session", "ceremony", "forum") and not item.made
    expects = "forum" if item.kind == "forum" else "all" if counts else "none"
    return {
        "key": item.key,
        "parent": parent.key if parent else "",
        "kind": item.kind,
        "title_vi": row.title,
        "short_vi": shortened(row.title, SHORT),
        "venue": own or inherited or (hall if counts else ""),
        "start": frame.offset(row.start),
        "end": frame.offset(end),
        "chair": row.chair if row.chair != "0" else "",
        "expects": expects,
        "illustrative": "",
        **(said := _said(row) if _is_own(row) else {}),
        "line": str(row.line.number),
        # A session that was made for a half-day stands in no row of the script.
        **(cells_of(row.table, row.line, own=_homes(said)) if _is_own(row) else {}),
    }


def _said(row: _Row) -> dict[str, str]:
    """What the script says at the row, by the columns of its line.

    A text that is longer than a line holds stays as the office wrote it, and goes out so.
    """
    texts = {name: row.table.text(row.line, field) for name, field in SAID.items()}
    return {name: text for name, text in texts.items() if text and len(text) <= LENGTHS[name]}


def _homes(said: dict[str, str]) -> tuple[str, ...]:
    """The fields of a script's sheet that have a column of their own in the files."""
    return ("title", *(SAID[name] for name in said))


def _is_own(row: _Row) -> bool:
    return row.title == row.table.text(row.line, "title")


def _compare_rooms(programme: Programme, notes: Notebook, tables: list[Table]) -> None:
    """Warns of two items in one room at a time."""
    items = [one for one in programme.items if not one["parent"] and one["venue"]]
    if not tables:
        return
    for index, one in enumerate(items):
        for other in items[index + 1 :]:
            if one["venue"] == other["venue"] and _overlap(one, other):
                at = place(tables[0].sheet, int(other["line"]), tables[0].column("title"))
                notes.warn("room_twice", at, title=other["title_vi"], other=one["title_vi"])


def _compare_people(programme: Programme, notes: Notebook, tables: list[Table]) -> None:
    """Warns of a person in two rooms at a time. One row that stands for several rooms is no clash:
    it names who acts in each."""
    rows = {one["key"]: one for one in programme.items}
    bookings = [
        one
        for row in programme.items
        if row["venue"]
        for one in booked(
            (row["chair"],),
            room=row["venue"],
            item=row["key"],
            begins_at=_moment(row["start"]),
            ends_at=_moment(row["end"]),
            whole=row["parent"] or None,
        )
    ]
    for one, other in double_booked(bookings):
        first, second = rows[str(one.item)], rows[str(other.item)]
        if first["line"] != second["line"]:
            at = place(tables[0].sheet, int(second["line"]), tables[0].column("chair"))
            notes.warn(
                "person_twice", at, who=one.post, title=second["title_vi"], other=first["title_vi"]
            )


def _overlap(one: dict[str, str], other: dict[str, str]) -> bool:
    return _minutes(one["start"]) < _minutes(other["end"]) and _minutes(other["start"]) < _minutes(
        one["end"]
    )


def _moment(offset: str) -> datetime:
    return datetime(2000, 1, 1) + timedelta(minutes=_minutes(offset))


def _minutes(offset: str) -> int:
    day, clock = offset[1:].split()
    hour, minute = clock.split(":")
    return int(day) * 1440 + int(hour) * 60 + int(minute)
