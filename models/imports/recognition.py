"""What a sheet is: its header row, its columns, its kind, and which lines are not of its table.

Column names are compared folded (no accents, no signs), in Vietnamese or English.
"""

import re
from dataclasses import dataclass, field, replace
from enum import StrEnum
from functools import lru_cache

from models.imports.sheets import OUTLINE, Line, Sheet, Value, brief, filled_down, shown
from models.imports.times import is_clock, is_day


class Kind(StrEnum):
    TASKS = "tasks"
    DELEGATES = "delegates"
    SCRIPT = "script"
    CONTRIBUTIONS = "contributions"  # of no event that is set up: it is sent to one that is there


OF_EVENT = (Kind.TASKS, Kind.DELEGATES, Kind.SCRIPT)
"""What an event is set up from."""


class Passed(StrEnum):
    """Why a line is no row of the table."""

    TITLE = "title"
    HEADER = "header"
    GROUP = "group"
    TOTAL = "total"
    REMARK = "remark"
    SIGNATURE = "signature"


NOTE, DROPPED = "note", ""
HEADER_WITHIN = 60
"""The header stands among the first so many lines that hold anything."""

# field -> names, folded; a name may end a longer header ("thoi gian hoan thanh (du kien)").
_COMMON = {
    "number": "tt|stt|so tt|so thu tu|no|number|#|order",
    "note": "ghi chu|luu y|note|notes|remark|remarks|comment",
}
FIELDS: dict[Kind, dict[str, str]] = {
    Kind.TASKS: {
        **_COMMON,
        "title": "noi dung cong viec|noi dung nhiem vu|noi dung thuc hien|noi dung|ten cong viec|"
        "cong viec|nhiem vu|dau viec|nhiem vu cu the|viec can lam|hang muc|task|tasks|activity|"
        "work|content|description",
        "owner": "don vi chu tri|chu tri|co quan chu tri|don vi thuc hien|co quan thuc hien|"
        "don vi chu tri thuc hien|don vi chu tri thuc hien chinh|nguoi thuc hien|bo phan thuc hien|"
        "nguoi phu trach|phu trach|phan cong|phan cong thuc hien|don vi phu trach|lead|owner|"
        "responsible|lead agency|in charge|assignee|chiu trach nhiem",
        "partner": "don vi phoi hop|phoi hop|co quan phoi hop|phoi hop thuc hien|support|"
        "coordinating agency|with|partners",
        "due": "thoi gian hoan thanh|thoi han hoan thanh|thoi han|han hoan thanh|thoi gian|han|"
        "tien do|tien do hoan thanh|tien do thuc hien|thoi gian thuc hien|ngay hoan thanh|"
        "hoan thanh|moc thoi gian|ket thuc|deadline|due|due date|time|date|finish|end",
        "start": "thoi gian bat dau|ngay bat dau|bat dau|tu ngay|start|start date|from",
        "product": "san pham|ket qua|san pham ket qua|dau ra|output|product|deliverable",
        "cost": "kinh phi|du toan|cost|budget",
        "section": "tieu ban|nhom viec|nhom cong viec|linh vuc|mang cong viec|section|workstream|"
        "bo phan|to giup viec",
        # What this program adds when a table goes out; it comes back as nothing.
        "progress": "trang thai thuc hien|trang thai tien do|progress",
        "confirmed": "cap nhat gan nhat|last update",
        "critical": "trong tam|quan trong|uu tien|muc do|critical|priority",
    },
    Kind.DELEGATES: {
        **_COMMON,
        "name": "ho va ten|ho ten|ho va ten dai bieu|ten dai bieu|ho ten dai bieu|dai bieu|ten|"
        "full name|name|ho va ten nguoi du|nguoi tham du|ho dem va ten",
        "title": "chuc vu|chuc danh|chuc vu chuc danh|chuc danh chuc vu|chuc vu cong tac|"
        "chuc vu hien nay|position|title|office|job title",
        "unit": "don vi|co quan|don vi cong tac|co quan don vi|don vi co quan|noi cong tac|"
        "ten don vi|co quan cong tac|xa phuong|dia phuong|dia ban|to chuc|unit|organisation|"
        "organization|agency|delegation|doan|company",
        "phone": "sdt|so dien thoai|dien thoai|so dt|dt|di dong|dien thoai di dong|phone|mobile|"
        "tel|telephone|dt lien he|so dien thoai lien he",
        "kind": "loai dai bieu|thanh phan|doi tuong|khoi|loai|kind|category",
        "forum": "to thao luan|to|tieu to|dien dan|phien thao luan|forum|breakout|nhom thao luan",
        "badge": "ma the|so the|ma dai bieu|badge|ma qr",
        "personal": "ngay sinh|nam sinh|ngay thang nam sinh|gioi tinh|cccd|so cccd|cmnd|email|"
        "thu dien tu|dan toc|ton giao|que quan|nam|nu|birthday|gender",
    },
    Kind.SCRIPT: {
        **_COMMON,
        "time": "thoi gian|gio|thoi gian bat dau|khung gio|thoi diem|bat dau|time|hour|start|from",
        "end": "ket thuc|thoi gian ket thuc|den|end|to|finish",
        "day": "ngay|ngay thang|thu ngay|date|day",
        "title": "noi dung|noi dung chuong trinh|noi dung cong viec|chuong trinh|hoat dong|"
        "noi dung hoat dong|tiet muc|content|item|activity|programme|program|agenda|session",
        "chair": "nguoi thuc hien|nguoi dieu hanh|nguoi thuc hien dieu hanh|thuc hien|dieu hanh|"
        "chu tri|nguoi chu tri|phu trach|nguoi phu trach|thuc hien dieu hanh|chu tri dieu hanh|"
        "don vi thuc hien|chair|by|speaker|presenter|who|responsible",
        "venue": "dia diem|noi to chuc|phong|vi tri|venue|place|room|location",
        "technical": "am thanh anh sang|ky thuat|am thanh|anh sang|am thanh anh sang ky thuat|"
        "technical|sound|sound light|hau can",
        "backstage": "hau truong|hau dai|canh ga|phia sau san khau|backstage",
        "speech": "loi dan|loi dan chuong trinh|mc|kich ban loi dan|speech|cue|words to be said",
    },
    Kind.CONTRIBUTIONS: {
        **_COMMON,
        "text": "noi dung|noi dung y kien|noi dung kien nghi|noi dung y kien kien nghi|y kien|"
        "kien nghi|y kien kien nghi|cau hoi|noi dung cau hoi|noi dung phan anh|question|petition|"
        "text|content",
        "unit": "don vi|don vi gui|don vi co y kien|don vi kien nghi|xa phuong|dia phuong|doan|"
        "co quan don vi|unit|delegation",
        "office": "chuc danh|chuc vu|nguoi co y kien|nguoi phat bieu|chuc danh nguoi phat bieu|"
        "dai bieu|office|position|speaker",
        "forum": "dien dan|phien|phien thao luan|to thao luan|thao luan to|forum|session|"
        "discussion group",
        "topic": "nhom van de|chu de|nhom noi dung|topic|topic group",
        "field": "linh vuc|field|subject area",
        "body": "co quan co tham quyen|co quan tham quyen|tham quyen|tham quyen giai quyet|"
        "don vi giai quyet|co quan giai quyet|co quan tra loi|competent body|body",
        "level": "cap tham quyen|cap|cap giai quyet|level|level of competence",
        "kind": "loai|loai y kien|phan loai|kind|type",
        "received": "ngay tiep nhan|ngay nhan|ngay gui|thoi gian tiep nhan|tiep nhan|thoi gian|"
        "received|date|day of receipt",
        # What this program adds when the table goes out; it comes back as nothing.
        "progress": "trang thai|trang thai xu ly|state|current state",
        "outcome": "ket qua|ket qua xu ly|outcome",
    },
}
NEEDED = {
    Kind.TASKS: ({"title"}, {"due", "owner", "partner", "section"}),
    Kind.DELEGATES: ({"unit", "title", "name"}, {"title", "name", "phone", "unit"}),
    Kind.SCRIPT: ({"time"}, {"title"}),
    Kind.CONTRIBUTIONS: ({"text"}, {"unit", "office", "forum", "field", "body"}),
}
PRIVATE = ("name", "phone", "personal")
ADDED = ("progress", "confirmed")
"""What this program puts beside a plan that goes out."""
_NAMED = {
    Kind.TASKS: ("phan cong", "nhiem vu", "ke hoach chi tiet", "cong viec"),
    Kind.DELEGATES: ("danh sach", "dai bieu", "thanh phan"),
    Kind.SCRIPT: ("kich ban", "chuong trinh", "agenda", "programme"),
    Kind.CONTRIBUTIONS: ("y kien", "kien nghi", "cau hoi"),
}
_TELLING = {
    Kind.TASKS: re.compile(r"\b(hoan thanh|thoi han|deadline|due|phoi hop|san pham)\b"),
    Kind.DELEGATES: re.compile(r"\b(ho va ten|ho ten|chuc vu|chuc danh|position)\b"),
    Kind.SCRIPT: re.compile(r"\b(loi dan|am thanh|anh sang|dieu hanh|ky thuat|agenda)\b"),
    Kind.CONTRIBUTIONS: re.compile(r"\b(y kien|kien nghi|cau hoi|linh vuc|tham quyen)\b"),
}


@dataclass
class Table:
    """A sheet as recognised.

    `columns`: field by column number; `unknown`: columns with a header that is no known name.
    `rows`: the lines of the table, merges filled down; `groups`: by the number of a line the group
    rows above it, outermost first. `passed`: what was left out, by line.
    """

    sheet: Sheet
    kind: Kind
    header: int
    columns: dict[int, str]
    headers: dict[int, str]
    rows: list[Line] = field(default_factory=list)
    groups: dict[int, tuple[str, ...]] = field(default_factory=dict)
    passed: list[tuple[int, Passed, str]] = field(default_factory=list)
    stated: int | None = None
    joined: list[int] = field(default_factory=list)
    counted: int | None = None

    @property
    def count(self) -> int:
        """How many rows the table has, also where an outline holds the first ones alone."""
        return len(self.rows) if self.counted is None else self.counted

    def outline(self) -> "Table":
        """The table with its first rows alone: as much as a page shows of one."""
        first = self.rows[:OUTLINE]
        return replace(self, sheet=self.sheet.outline(), rows=first, groups={}, counted=self.count)

    @property
    def unknown(self) -> list[int]:
        return [column for column in self.headers if column not in self.columns]

    def column(self, name: str) -> int:
        """The first column of a field; -1 without one."""
        return next((column for column, one in self.columns.items() if one == name), -1)

    def text(self, line: Line, name: str) -> str:
        return line.text(self.column(name))

    def value(self, line: Line, name: str) -> Value:
        return line.value(self.column(name))


@lru_cache(maxsize=4096)
def plain(text: str) -> str:
    """Folded, without signs and without what stands in brackets: a column's name to compare."""
    bare = re.sub(r"\([^()]*\)", " ", brief(text)) or brief(text)
    return " ".join(re.sub(r"[^\w#]+", " ", bare).split())


_NAMES = {
    kind: {name: one for one, names in fields.items() for name in names.split("|")}
    for kind, fields in FIELDS.items()
}


def field_of(kind: Kind, header: str) -> str:
    """The field that a header names; empty where none is known."""
    name = plain(header)
    if not name or len(name) > 60:
        return ""
    names = _NAMES[kind]
    if name in names:
        return names[name]
    longest = [
        one
        for one in names
        if len(one) > 5 and (name.startswith(one + " ") or name.endswith(" " + one))
    ]
    return names[max(longest, key=len)] if longest else ""


def _columns_of(kind: Kind, cells: dict[int, str]) -> dict[int, str]:
    """Field by column; a field that two columns name goes to the first."""
    columns: dict[int, str] = {}
    for column, header in cells.items():
        name = field_of(kind, header)
        if name and (name not in columns.values() or name == "personal"):
            columns[column] = name
    return columns


def _is_enough(kind: Kind, columns: dict[int, str]) -> bool:
    found = set(columns.values())
    first, second = NEEDED[kind]
    if kind is Kind.DELEGATES:
        return len(found & first) >= 2 or ("name" in found and len(found & second) >= 2)
    return first <= found and bool(found & second)


def _headers(sheet: Sheet, index: int) -> dict[int, str]:
    """The header cells of a line, those over two lines put one after the other."""
    line = sheet.lines[index]
    cells = {column: line.text(column) for column in line.filled()}
    wide = [one for one in sheet.merged if one.top == line.number]
    for span in wide:
        for column in range(span.left, min(span.right, 100)):
            if span.left - 1 in cells and span.bottom == span.top:
                cells.setdefault(column, cells[span.left - 1])
    return cells


def _second_line(sheet: Sheet, index: int, cells: dict[int, str]) -> dict[int, str] | None:
    """Headers with those of the line below, where that is the header's second line."""
    if index + 1 >= len(sheet.lines):
        return None
    line, top = sheet.lines[index + 1], sheet.lines[index].number
    tall = {one.left - 1 for one in sheet.merged if one.top == top and one.bottom > top}
    below = {column: line.text(column) for column in line.filled()}
    if not tall or not below or set(below) & tall or line.number != top + 1:
        return None
    return cells | {
        column: f"{cells[column]} {text}" if column in cells else text
        for column, text in below.items()
    }


@dataclass(frozen=True)
class _Guess:
    index: int
    lines: int
    kind: Kind
    columns: dict[int, str]
    headers: dict[int, str]
    weight: float


def recognised(sheet: Sheet, kind: Kind | None = None) -> Table | None:
    """The table of a sheet; None where no line of the first 60 is a header that is known.

    `kind`: what a person says that it is.
    """
    guesses = []
    for index in range(min(len(sheet.lines), HEADER_WITHIN)):
        if len(sheet.lines[index].filled()) < 2:
            continue
        one = _headers(sheet, index)
        both = _second_line(sheet, index, one)
        for cells, lines in [(one, 1), *([(both, 2)] if both else [])]:
            for candidate in [kind] if kind else OF_EVENT:
                columns = _columns_of(candidate, cells)
                if _is_enough(candidate, columns):
                    weight = _weight(sheet, index, candidate, columns, cells, lines)
                    guesses.append(_Guess(index, lines, candidate, columns, cells, weight))
    if not guesses:
        return None
    best = max(guesses, key=lambda one: (one.weight, -one.index))
    # A header that stands again on the next page is the same header.
    best = next(one for one in guesses if (one.kind, one.columns) == (best.kind, best.columns))
    return _table(sheet, best)


def headers_at(sheet: Sheet, index: int) -> tuple[dict[int, str], int]:
    """The header cells that begin with the line of an index, and over how many lines they stand."""
    one = _headers(sheet, index)
    both = _second_line(sheet, index, one)
    return (both, 2) if both else (one, 1)


def guessed_columns(kind: Kind, headers: dict[int, str]) -> dict[int, str]:
    """Field by column, as the headers of a table of that kind name them."""
    return _columns_of(kind, headers)


def table_at(sheet: Sheet, index: int, kind: Kind, columns: dict[int, str]) -> Table:
    """The table whose header begins with the line of an index, as a person says what it holds."""
    headers, lines = headers_at(sheet, index)
    return _table(sheet, _Guess(index, lines, kind, columns, headers, 0))


def _weight(
    sheet: Sheet,
    index: int,
    kind: Kind,
    columns: dict[int, str],
    headers: dict[int, str],
    lines: int,
) -> float:
    """How well a kind fits: its columns, the words above the header, what the cells below hold."""
    names = _NAMES[kind]
    known = {column: plain(text) in names for column, text in headers.items()}
    weight = sum(1 if known[column] else 0.6 for column in columns) + 0.1 * lines
    above = [shown(cell) for line in sheet.lines[:index] for cell in line.cells if cell]
    words = plain(
        " ".join([sheet.file.replace("_", " "), sheet.name, *sheet.before[:20], *above[:30]])
    )
    weight += 2 * any(_TELLING[kind].search(plain(text)) for text in headers.values())
    weight += 1.5 * any(name in words for name in _NAMED[kind])
    if kind is Kind.DELEGATES:
        return weight + 2 * ("name" in columns.values()) + 2 * ("phone" in columns.values())
    when = next((column for column, one in columns.items() if one in ("time", "due")), None)
    if when is None:
        return weight
    below = [line.text(when) for line in sheet.lines[index + lines : index + lines + 60]]
    written = [one for one in below if one]
    clocks = sum(is_clock(one) for one in written)
    days = sum(is_day(one) and not is_clock(one) for one in written)
    share = (clocks - days) / (len(written) + 3)  # a few cells alone say little
    return weight + 3 * (share if kind is Kind.SCRIPT else -share)


# --- the lines below the header ------------------------------------------------------------------

_NUMBERED = re.compile(r"^([IVXLC]++|[A-ZĐ]|\d{1,2}) ?[.)/:–-] ?\S")
_ROMAN = re.compile(r"^([IVXLC]+|[A-ZĐ])[.)]?$")
_TOTAL = re.compile(r"^(tong( cong| so)?|cong)\b|^total\b|^(an dinh|danh sach (nay )?(gom|co))\b")
_SIGNED = re.compile(
    r"^(nguoi lap|noi nhan|nguoi tong hop|thu truong|ky ten|t ?m\b|k ?t\b|t ?l\b|xac nhan|"
    r"phe duyet|chu tich$|bi thu$|chanh van phong$|truong ban$|da ky|ky ghi ro ho ten|"
    r"nguoi duyet|signature|"
    r"prepared by)"
)
_PLACE_DATE = re.compile(r"ngay [\d .…]*+thang [\d .…]*+nam")
_PAGE = re.compile(r"^(trang ?)?\d{1,3}( ?/ ?\d{1,3})?$|^page \d")
_REMARK = re.compile(r"^(ghi chu|luu y|note|chu thich)\b")


def _table(sheet: Sheet, guess: _Guess) -> Table:
    lines = filled_down(sheet)
    table = Table(
        sheet,
        guess.kind,
        lines[guess.index].number,
        guess.columns,
        dict(guess.headers),
    )
    for line in lines[: guess.index]:
        table.passed.append((line.number, Passed.TITLE, _first(line)))
    rest = lines[guess.index + guess.lines :]
    if guess.lines == 2:
        table.passed.append((lines[guess.index + 1].number, Passed.HEADER, ""))
    _Walk(table, rest).run()
    return table


def _first(line: Line) -> str:
    return next((shown(cell) for cell in line.cells if shown(cell)), "")


class _Walk:
    """Goes through the lines below a header and says of each what it is."""

    def __init__(self, table: Table, lines: list[Line]) -> None:
        self.table, self.lines = table, lines
        self.number = table.column("number")
        self.main = self._main()
        self.names = {plain(text) for text in table.headers.values()}
        self.wide = {
            one.top: one.width
            for one in table.sheet.merged
            if one.top == one.bottom and one.width > 1
        }
        self.original = {line.number: line for line in table.sheet.lines}
        self.levels: list[tuple[int, str]] = []
        self.last = self._last_numbered()

    def _main(self) -> set[int]:
        wanted = {
            Kind.TASKS: ("title",),
            Kind.DELEGATES: ("name", "title", "unit"),
            Kind.SCRIPT: ("title",),
            Kind.CONTRIBUTIONS: ("text",),
        }[self.table.kind]
        return {column for column, one in self.table.columns.items() if one in wanted}

    def _last_numbered(self) -> int:
        """The number of the last line that has a number of its own and more than that."""
        numbered = [
            line.number
            for line in self.lines
            if line.text(self.number).rstrip(".").isdigit() and len(line.filled()) > 1
        ]
        return numbered[-1] if len(numbered) * 2 > len(self.lines) * 0.6 and numbered else 0

    def run(self) -> None:
        ended = False
        for line in self.lines:
            own = self.original[line.number]
            what = self._passed(own, ended)
            text = _first(own)
            if what is None:
                self._row(line, own)
                continue
            if what is Passed.GROUP:
                self._enter(own)
            if what is Passed.TOTAL:
                self._state(own)
            ended = (
                ended
                or what is Passed.SIGNATURE
                or (what is Passed.TOTAL and line.number > self.last)
            )
            self.table.passed.append((line.number, what, text))

    def _passed(self, line: Line, ended: bool) -> Passed | None:
        filled = line.filled()
        texts = [line.text(column) for column in filled]
        words = [plain(one) for one in texts]
        first = next((one for one in words if one), "")
        numbered = line.text(self.number).rstrip(".").isdigit() if self.number >= 0 else False
        if not first or (len(filled) == 1 and _PAGE.match(first)):
            return Passed.REMARK
        if len(set(words) & self.names) >= max(2, len(filled) - 1):
            return Passed.HEADER
        if len(filled) > 2 and all(re.fullmatch(r"\d{1,2}|[a-h]", one) for one in words):
            return Passed.HEADER  # the numbers of the columns
        if _TOTAL.match(first) and not numbered and len(filled) <= 3:
            return Passed.TOTAL
        if line.number > self.last and not numbered and len(filled) <= 3:
            if any(_SIGNED.match(one) or _PLACE_DATE.search(one) for one in words):
                return Passed.SIGNATURE
            if ended or _REMARK.match(first):
                return Passed.REMARK
        if self._is_group(line, filled, numbered):
            return Passed.GROUP
        if self.last and line.number > self.last and not numbered and len(filled) == 1:
            return Passed.REMARK
        return None

    def _is_group(self, line: Line, filled: list[int], numbered: bool) -> bool:
        """A merged line over most of the width, or a numbered heading with nothing beside it."""
        if not filled:
            return False
        text = line.text(filled[0])
        wide = self.wide.get(line.number, 1)
        if len(filled) == 1:
            if len(text) > 200 or _REMARK.match(plain(text)):
                return False
            if wide * 2 > max(len(self.table.headers), 2) or filled[0] == self.number:
                return True
            if _NUMBERED.match(text) and not text[0].isdigit():
                return True
            is_heading = text.isupper() and len(text) > 3
            return is_heading or (self.table.kind is Kind.SCRIPT and is_day(text))
        if len(filled) == 2 and filled[0] == self.number and not numbered:
            return bool(_ROMAN.match(text)) and filled[1] in (self.main | {self.number + 1})
        return False

    def _enter(self, line: Line) -> None:
        """Opens a group; those of the same level and below end."""
        text = " ".join(line.text(column) for column in line.filled())
        level = _level(text)
        self.levels = [one for one in self.levels if one[0] < level]
        self.levels.append((level, text))

    def _state(self, line: Line) -> None:
        numbers = [
            int(one)
            for one in re.findall(r"\d+", " ".join(map(shown, line.cells)).replace(".", ""))
        ]
        if numbers and self.table.stated is None:
            self.table.stated = numbers[0]

    def _row(self, line: Line, own: Line) -> None:
        rows = self.table.rows
        filled = own.filled()
        torn = (
            rows
            and self.last
            and line.number <= self.last
            and self.number >= 0
            and not own.text(self.number)
            and filled
            and self.table.kind is not Kind.DELEGATES
            and len(filled) <= 2
            and not any(self.table.columns.get(column) in ("due", "time") for column in filled)
        )
        if torn and rows[-1].number not in self.wide:
            rows[-1] = _joined(rows[-1], own)
            self.table.joined.append(line.number)
            return
        rows.append(line)
        self.table.groups[line.number] = tuple(text for _, text in self.levels)


def _joined(line: Line, torn: Line) -> Line:
    """A row and its end, which a page or an empty cell tore off."""
    width = max(len(line.cells), len(torn.cells))
    cells: list[Value] = []
    for column in range(width):
        end = torn.text(column)
        cells.append(f"{line.text(column)} {end}".strip() if end else line.value(column))
    return Line(line.number, tuple(cells))


def _level(text: str) -> int:
    """How deep a heading is: days and phases outermost, then A, then I, then 1."""
    if is_day(text) or phase_of_group(text):
        return 0
    found = _NUMBERED.match(text) or re.match(r"^([IVXLC]+|[A-ZĐ]|\d{1,2})\s", text)
    if not found:
        return 1
    mark = found[1]
    if mark.isdigit():
        return 4
    return 3 if re.fullmatch(r"[IVX]+", mark) else 2


def heading(text: str) -> str:
    """A heading without its number: `I. Công tác nội dung` is Công tác nội dung."""
    bare = re.sub(r"^([IVXLC]++|[A-ZĐ]|\d{1,2})( ?[.)/:–-]++ ?| (?=[A-ZĐÀ-Ỹ]))", "", text)
    return bare.strip(" .:;-–") or text.strip()


_PHASES = (
    ("truoc", "before"),
    ("trong", "during"),
    ("sau", "after"),
    ("before", "before"),
    ("during", "during"),
    ("after", "after"),
)


def phase_of_group(text: str) -> str:
    """before, during or after where a heading names a phase of the event and no section."""
    words = plain(heading(text))
    for start, phase in _PHASES:
        if re.match(rf"^(giai doan |cong tac |cac viec )?{start}\b", words) and len(words) < 60:
            return phase
    return ""
