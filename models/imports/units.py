"""The units on a list checked against those of today: found, similar, abolished."""

import difflib
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from models.imports.sheets import brief
from models.text import spelling_key

TYPES = {"xã": "Xã", "phường": "Phường", "đặc khu": "Đặc khu"}
ABOLISHED_TYPES = ("thị trấn", "huyện", "thị xã", "quận", "huyện ủy", "thị ủy", "quận ủy")
_TYPED = re.compile(
    r"^(?:UBND|ủy ban nhân dân|uỷ ban nhân dân|đảng ủy|đảng uỷ|HĐND|UBMTTQ|đoàn|đoàn đại biểu)? ?"
    r"(xã|phường|đặc khu|thị trấn|huyện|thị xã|quận|p\.|x\.) ?(.+)",
    flags=re.IGNORECASE,
)
# Bodies and titles that the reforms of 2025 ended, and what does their work now.
ABOLISHED_BODIES = {
    "Ban Dân vận": "Ban Tuyên giáo và Dân vận",
    "Ban Tuyên giáo": "Ban Tuyên giáo và Dân vận",
    "Sở Kế hoạch và Đầu tư": "Sở Tài chính",
    "Sở Giao thông vận tải": "Sở Xây dựng",
    "Sở Thông tin và Truyền thông": "Sở Khoa học và Công nghệ",
    "Sở Tài nguyên và Môi trường": "Sở Nông nghiệp và Môi trường",
    "Sở Nông nghiệp và Phát triển nông thôn": "Sở Nông nghiệp và Môi trường",
    "Sở Lao động Thương binh và Xã hội": "Sở Nội vụ",
    "Ban Dân tộc": "Sở Dân tộc và Tôn giáo",
    "Đảng ủy Khối": "Đảng ủy các cơ quan Đảng tỉnh, Đảng ủy UBND tỉnh",
    "Huyện ủy": "Đảng ủy xã, phường",
    "Thị ủy": "Đảng ủy xã, phường",
    "Quận ủy": "Đảng ủy xã, phường",
    "Công an huyện": "Công an tỉnh, Công an xã",
    "UBND huyện": "UBND xã, phường",
    "HĐND huyện": "HĐND xã, phường",
    "Phòng Giáo dục và Đào tạo huyện": "UBND xã, phường",
}
_STILL = tuple(map(spelling_key, ("Ban Tuyên giáo và Dân vận", "Ban Dân tộc và Tôn giáo")))
_ENDED = {spelling_key(was): now for was, now in ABOLISHED_BODIES.items()}


@dataclass(frozen=True)
class Unit:
    """A commune of today: its code, its bare name, its type, its province's name."""

    code: str
    name: str
    type: str
    province: str

    @property
    def full_name(self) -> str:
        return f"{self.type} {self.name}"


@dataclass
class Register:
    """The communes of today by the key of their full names."""

    units: list[Unit]
    _by_key: dict[str, list[Unit]] = field(default_factory=dict)
    _by_name: dict[str, list[Unit]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for unit in self.units:
            self._by_key.setdefault(spelling_key(unit.full_name), []).append(unit)
            self._by_name.setdefault(brief(unit.name), []).append(unit)

    def province_of(self, names: Iterable[str]) -> str:
        """The province that most of the names lie in, of equals the first; empty without any."""
        counts: Counter[str] = Counter()
        for name in dict.fromkeys(names):
            for unit in self._by_key.get(spelling_key(name), []):
                counts[unit.province] += 1
        return counts.most_common(1)[0][0] if counts else ""

    def find(self, name: str, province: str) -> Unit | None:
        """The unit of that name and type in a province."""
        parts = typed(name)
        full = f"{parts[0]} {parts[1]}" if parts else name
        return next(
            (one for one in self._by_key.get(spelling_key(full), []) if one.province == province),
            None,
        )

    def similar(self, name: str, province: str) -> list[str]:
        """Full names of up to three units that may be meant, the likeliest first."""
        parts = typed(name)
        bare = brief(parts[1] if parts else name)
        same = [one.full_name for one in self._by_name.get(bare, []) if one.province == province]
        near = [one for one in self.units if one.province == province]
        by_fold = {brief(one.name): one.full_name for one in near}
        close = difflib.get_close_matches(bare, by_fold, n=3, cutoff=0.7)
        return list(dict.fromkeys([*same, *(by_fold[one] for one in close)]))[:3]


def typed(name: str) -> tuple[str, str] | None:
    """(Xã, Anh Sơn) of `UBND xã Anh Sơn`; None for a body that is no commune's."""
    found = _TYPED.match(name.strip())
    if not found:
        return None
    kind = found[1].lower()
    kind = {"x.": "xã", "p.": "phường"}.get(kind, kind)
    return kind.capitalize(), found[2].strip()


def abolished(text: str) -> str:
    """What takes the place of an abolished body that a text names; empty where none is named."""
    words = f" {spelling_key(text)} "
    for body in _STILL:
        words = words.replace(body, "")
    return next((now for was, now in _ENDED.items() if f" {was} " in words), "")


def is_abolished_type(name: str) -> bool:
    parts = typed(name)
    return parts is not None and parts[0].lower() in ABOLISHED_TYPES
