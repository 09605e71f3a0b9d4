"""How documents name a unit, who speaks for it, and the place where they are dated."""

from models.attendance.ledger import Delegation
from models.text import folded

TERRITORIES = frozenset(
    ("tinh", "thanh pho", "quan", "huyen", "thi xa", "thi tran", "xa", "phuong", "dac khu")
)
"""The kinds of delegation that stand before a name as documents have it; folded."""


def official_name(delegation: Delegation) -> dict[str, str]:
    """The name as documents have it: Huyện Kỳ Sơn, where a list or a wall says Kỳ Sơn."""
    kind, name = folded(delegation.kind_vi), delegation.name_vi
    if kind in TERRITORIES and not folded(name).startswith(f"{kind} "):
        name = f"{delegation.kind_vi} {name}"
    return {"vi": name, "en": delegation.name_en}


def _kind_of(unit: str) -> str:
    """The kind that an official name begins with, as written; empty for Sở Y tế and Tỉnh đoàn."""
    words = unit.split()
    for number in (2, 1):
        kind, name = " ".join(words[:number]), words[number : number + 1]
        if folded(kind) in TERRITORIES and name and name[0][0].isupper():
            return "" if folded(name[0]) in ("doan", "uy") else kind
    return ""


def within_sentence(unit: str) -> str:
    """An official name where no sentence begins: huyện Kỳ Sơn, Sở Y tế."""
    return unit[0].lower() + unit[1:] if _kind_of(unit) else unit


def locality(address: str) -> str:
    """Where a document is dated: Nghệ An of "Vinh, Nghệ An", Trường Vinh of a house's address in
    phường Trường Vinh."""
    last = address.rpartition(",")[2].strip()
    named = last[:1].upper() + last[1:]
    return named[len(_kind_of(named)) :].strip()


def office_in_unit(office: str, unit: str) -> str:
    """Who speaks as documents have it: Bí thư Đảng ủy xã Kim Liên, of an office that ends in what
    its unit is; else Bí thư Đảng ủy xã, huyện Kỳ Sơn. Either may be empty.
    """
    kind = _kind_of(unit)
    if not office or not unit or folded(unit) in folded(office):
        return office or unit
    if kind and folded(office).endswith(f" {folded(kind)}"):
        return f"{office}{unit[len(kind) :]}"
    return f"{office}, {within_sentence(unit)}"
