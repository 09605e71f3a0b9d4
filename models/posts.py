"""Posts that one person alone holds, in texts on who acts; which are needed in two rooms.

The comparison is exact: only capitals, spaces, punctuation and the place of a tone are folded. A
name that several people may bear (a deputy, a body, "Đại biểu", "Tổ Thư ký", MC) is no post: a
false warning costs more trust than a missing one.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from heapq import heappop, heappush
from itertools import groupby, islice

from models.text import clean, spelling_key


def _keys(*texts: str) -> tuple[str, ...]:
    return tuple(spelling_key(one) for one in texts)


_HEADS = _keys(
    "Tổng Bí thư", "Bí thư", "Phó Bí thư Thường trực", "Chủ tịch", "Phó Chủ tịch Thường trực",
    "Thủ tướng", "Bộ trưởng", "Chủ nhiệm", "Phó Chủ nhiệm Thường trực", "Trưởng",
    "Phó Trưởng Ban Thường trực", "Chánh", "Chánh án", "Giám đốc", "Tổng Giám đốc",
    "Tổng Biên tập", "Hiệu trưởng", "Viện trưởng", "Cục trưởng", "Vụ trưởng", "Tư lệnh",
    "Chính ủy", "Chỉ huy trưởng",
)  # fmt: skip
"""How the name of a post begins that one person holds, of a body that is named behind it."""
_ROLES = _keys(
    "Chủ trì", "Chủ tọa", "Điều hành", "Thư ký", "Đại diện", "Lãnh đạo", "Thường trực", "Ủy viên",
    "Phó", "Nguyên", "Ban", "Hội", "Toàn thể", "Phóng viên",
)  # fmt: skip
"""How a role begins, which is no personal name."""
_SEVERAL = _keys(
    "các", "những", "mỗi", "từng", "một số", "cấp", "hoặc", "đại biểu", "chủ tịch đoàn",
    "đoàn chủ tịch", "đoàn điều hành",
)  # fmt: skip
"""Words of a name that means several people."""
_UNNAMED = _keys(
    "xã", "phường", "thị trấn", "huyện", "thị xã", "xóm", "thôn", "bản", "khối", "sở", "ngành",
    "ban", "phòng", "tổ", "nhóm", "đoàn", "đội", "tiểu ban", "đơn vị", "cơ quan", "cơ sở",
    "trường", "huyện ủy", "thị ủy", "đảng ủy", "cấp ủy", "chi bộ", "thanh tra", "HĐQT",
    "hội đồng quản trị", "hội nghị", "diễn đàn",
)  # fmt: skip
"""How a name ends that does not say which commune, department or team is meant."""
_KINDS = _keys(
    "xã", "phường", "thị trấn", "thị xã", "huyện", "quận", "xóm", "thôn", "bản", "khối", "đảng ủy",
    "đảng bộ", "chi bộ", "huyện ủy", "công ty", "tổng công ty", "cổ phần", "TNHH", "MTV",
    "tập đoàn", "doanh nghiệp", "hợp tác xã", "HTX", "câu lạc bộ", "CLB", "trường", "THPT", "THCS",
    "trung học phổ thông", "trung học cơ sở", "tiểu học", "mầm non", "đại học", "cao đẳng",
    "trung tâm", "bệnh viện", "chi nhánh", "ngân hàng",
)  # fmt: skip
"""Kinds of body of which there are many: a word with a capital behind them says which."""
_EVERYWHERE = _keys(
    "hội", "chi hội", "hội đồng", "ủy ban", "mặt trận", "đoàn", "chi đoàn", "công đoàn",
    "liên đoàn", "liên minh", "công an", "văn phòng", "phòng", "tổ", "nhóm", "đội", "bộ phận",
    "ban chỉ huy", "ban CHQS", "tòa án", "TAND", "viện kiểm sát", "viện KSND",
)  # fmt: skip
"""Kinds of body that many a place or room has: only a place behind them says which."""
_OTHERS = _keys(
    "MC", "BTC", "Ban", "Tổ", "Đội", "Đoàn", "Sở", "Các", "Toàn thể", "Đại diện", "Đại biểu",
    "Lãnh đạo", "Thường trực", "Thư ký", "Ủy viên", "Phó", "Nguyên",
)  # fmt: skip
"""How another name begins behind a comma, which is no further word of the one before it."""
_SHORT = {"ubnd": "Ủy ban nhân dân", "hđnd": "Hội đồng nhân dân", "mttq": "Mặt trận Tổ quốc"}
MAX_PAIRS = 1_000
_ADDRESS = re.compile(r"^(?:đồng chí|đ/c|đc|ông|bà)\.?\s+", flags=re.IGNORECASE)
_APART = re.compile(r"[;:()\n]|\s[-–—]\s")
_PLACE = re.compile(
    r"\b(?:tỉnh|thành phố|trung ương|việt nam|quốc hội)\b"
    r"|\b(?:xã|phường|thị trấn|huyện|quận|thôn|xóm|bản|khối)(?: ủy)? (?P<name>\w)",
    flags=re.IGNORECASE,
)
_JOINED = re.compile(r"(,\s{0,9}|\s{1,9}(?:và|cùng)\s{1,9})", flags=re.IGNORECASE)


def posts(text: str) -> dict[str, str]:
    """What is compared of each post that a text names, to the post as it is written.

    `Đồng chí` (`Đ/c`, `Ông`, `Bà`) with a personal name behind it is a person, whatever the post.
    """
    found: dict[str, str] = {}
    for name in _names(text):
        plain = _ADDRESS.sub("", name)
        key = _key(plain)
        if any(f" {one} " in f" {key} " for one in _SEVERAL) or re.search(r"\d", plain):
            continue
        if (plain != name and _is_personal(plain)) or _says_which(plain):
            found.setdefault(key, plain)
    return found


def _is_personal(name: str) -> bool:
    """Whether it is two or more words that begin with capitals. Where all is written in capitals,
    they say nothing."""
    words, key = re.findall(r"\w+", name), spelling_key(name)
    if len(words) < 2 or not all(word[0].isupper() for word in words) or name.isupper():
        return False
    return not any(_begins(key, one) for one in (*_HEADS, *_ROLES))


def _says_which(name: str) -> bool:
    """Whether it is a post that one person holds, of a body that no other is meant by."""
    key = _key(name)
    head = max((one for one in _HEADS if _begins(key, one)), key=len, default=key)
    if head == key or any(f" {key}".endswith(f" {one}") for one in _UNNAMED):
        return False
    words, behind = _spelled(name).split(), len(head.split())
    kinds = []
    while kind := _kind(words[behind : behind + 4]):
        kinds.append(kind)
        behind += len(kind.split())
    if not kinds:
        return True
    mixed = not name.isupper()  # where all is written in capitals, they say nothing
    places = (found["name"] for found in _PLACE.finditer(_spelled(name)))
    if any(first is None or (mixed and first.isupper()) for first in places):
        return True
    capital = mixed and any(word[0].isupper() for word in words[behind : behind + 1])
    return capital and not any(kind in _EVERYWHERE for kind in kinds)


def _kind(words: list[str]) -> str:
    """The longest kind of body, of at most four words, that the words begin with."""
    key = spelling_key(" ".join(words))
    return max((one for one in (*_KINDS, *_EVERYWHERE) if _begins(key, one)), key=len, default="")


def _names(text: str) -> Iterator[str]:
    """The names in a text: a comma or `và` parts two of them only where another name begins."""
    for part in _APART.split(text):
        name = ""
        between = ""
        for piece in _JOINED.split(clean(part)):
            if _JOINED.fullmatch(piece):
                between = piece
            elif name and not _begins_a_name(piece):
                name += between + piece
            else:
                if name:
                    yield name
                name = piece
        if name:
            yield name


def _begins_a_name(text: str) -> bool:
    key = spelling_key(text)
    return bool(_ADDRESS.match(text)) or any(_begins(key, one) for one in (*_HEADS, *_OTHERS))


def _spelled(name: str) -> str:
    return " ".join(_SHORT.get(word.lower(), word) for word in re.findall(r"\w+", name))


def _key(name: str) -> str:
    return spelling_key(_spelled(name))


def _begins(key: str, head: str) -> bool:
    return f"{key} ".startswith(f"{head} ")


# --- in two rooms at once ------------------------------------------------------------------------


@dataclass(frozen=True)
class Booking:
    """A post is needed in a room, from `begins_at` until before `ends_at`, for an item, which is a
    part of `whole`. Rooms and items go by what names them in their list."""

    key: str
    post: str
    room: int | str
    item: int | str
    begins_at: datetime
    ends_at: datetime
    whole: int | str | None = None


def booked(
    texts: Iterable[str],
    *,
    room: int | str,
    item: int | str,
    begins_at: datetime,
    ends_at: datetime,
    whole: int | str | None = None,
) -> list[Booking]:
    """A booking of each post that the texts on an item name."""
    named: dict[str, str] = {}
    for text in texts:
        named = posts(text) | named
    return [
        Booking(key, post, room, item, begins_at, ends_at, whole) for key, post in named.items()
    ]


def double_booked(bookings: Iterable[Booking]) -> list[tuple[Booking, Booking]]:
    """The pairs of bookings of one post in two rooms whose times overlap, by their begin.

    An item and its part are no pair, and what a whole has said its parts do not say again. Of a
    file that names one post in every row at least the first `MAX_PAIRS` are found.
    """
    found: dict[tuple[str, frozenset[int | str]], tuple[Booking, Booking]] = {}
    for one, other in islice(_clashes(bookings), MAX_PAIRS):
        found.setdefault((one.key, frozenset({one.item, other.item})), (one, other))
    pairs = (
        pair
        for (key, _), pair in found.items()
        if not any((key, frozenset(said)) in found for said in _wholes(*pair))
    )
    return sorted(pairs, key=lambda pair: pair[0].begins_at)


def _clashes(bookings: Iterable[Booking]) -> Iterator[tuple[Booking, Booking]]:
    """Each booking behind those of the same post that last in other rooms when it begins.

    Those of its own room are never gone through, so the time grows with the rows.
    """
    lasting = [one for one in bookings if one.begins_at < one.ends_at]
    lasting.sort(key=lambda one: (one.key, one.begins_at, one.ends_at, str(one.item)))
    for _, group in groupby(lasting, key=lambda one: one.key):
        under_way: dict[int | str, list[tuple[datetime, int, Booking]]] = {}
        for place, one in enumerate(group):
            for room, ends in list(under_way.items()):
                while ends and ends[0][0] <= one.begins_at:
                    heappop(ends)
                if not ends:
                    del under_way[room]
                elif room != one.room:
                    for _, _, earlier in ends:
                        if earlier.whole != one.item and one.whole != earlier.item:
                            yield earlier, one
            heappush(under_way.setdefault(one.room, []), (one.ends_at, place, one))


def _wholes(one: Booking, other: Booking) -> Iterator[tuple[int | str, int | str]]:
    """The pairs that a whole of one of the two, or both wholes, would make."""
    if one.whole is not None:
        yield one.whole, other.item
    if other.whole is not None:
        yield one.item, other.whole
    if one.whole is not None and other.whole is not None:
        yield one.whole, other.whole
