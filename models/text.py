"""Vietnamese text: one stored form, folding for search, sorting by the Vietnamese alphabet."""

import re
import unicodedata
from dataclasses import fields, replace
from functools import lru_cache
from typing import TypeVar

T = TypeVar("T")
NONCHARACTERS = (
    *range(0xFDD0, 0xFDF0),
    *(plane + last for plane in range(0, 0x110000, 0x10000) for last in (0xFFFE, 0xFFFF)),
)
INKLESS = "\u115f\u1160\u3164\uffa0\u2800"  # letters and a pattern that show nothing
LOOK_ALIKES = str.maketrans({"Ð": "Đ", "ð": "đ", "Ɖ": "Đ", "\u00a0": " "})
DROPPED = dict.fromkeys((*NONCHARACTERS, *map(ord, INKLESS)))
# XML forbids most of these: no DOCX and no XLSX is made of a text that holds one.
UNWRITABLE = dict.fromkeys(
    (*NONCHARACTERS, *range(0xD800, 0xE000), *(set(range(0x20)) - set(b"\t\n\r")), 0x7F)
)
ALPHABET = "aăâbcdđeêfghijklmnoôơpqrstuưvwxyz"
RANKS = {letter: f"{rank:02d}" for rank, letter in enumerate(" -0123456789" + ALPHABET)}
TONES = {"\u0300": 1, "\u0309": 2, "\u0303": 3, "\u0301": 4, "\u0323": 5}  # huyền hỏi ngã sắc nặng


def writable(text: str) -> str:
    """The text without what no file can hold, for rows stored before `clean` dropped it."""
    return text.translate(UNWRITABLE)


def capitalised(text: str) -> str:
    """The text with a capital at its beginning, and nothing else changed."""
    return text[:1].upper() + text[1:]


def clean(text: str) -> str:
    """The text in NFC: look-alikes mapped, invisible characters dropped, single spaces.

    Invisible characters (zero width, direction marks, halves of a surrogate pair, noncharacters)
    would let an empty note pass as a written one, reverse a line on the wall, or fit neither into
    the database nor into a document.
    """
    known = text.translate(DROPPED).translate(LOOK_ALIKES)
    visible = known if known.isprintable() else _visible(known)  # nearly every text is printable
    return " ".join(unicodedata.normalize("NFC", visible).split())


def clean_block(text: str) -> str:
    """A text of several paragraphs, each cleaned, without empty ones at either end."""
    lines = [clean(line) for line in text.splitlines()]
    return "\n".join(lines).strip("\n")


def one_line(text: str) -> str:
    """A text of several paragraphs in one, for a list or a cell of a table."""
    return " ".join(text.split())


def following_vietnamese(form: T, before: T) -> T:
    """A form (a dataclass) with each English text that was only the Vietnamese one, and was left as
    it was, as the Vietnamese one is now."""
    names = [one.name for one in fields(form) if one.name.endswith("_en")]  # type: ignore[arg-type]
    changed = {
        name: getattr(form, vietnamese)
        for name, vietnamese in ((one, f"{one.removesuffix('_en')}_vi") for one in names)
        if getattr(form, name) == getattr(before, name) == getattr(before, vietnamese) != ""
    }
    return replace(form, **changed) if changed else form  # type: ignore[type-var]


def _visible(text: str) -> str:
    kinds = ((letter, unicodedata.category(letter)) for letter in text)
    return "".join(
        " " if kind in ("Cc", "Zl", "Zp") else letter
        for letter, kind in kinds
        if kind not in ("Cf", "Cs")
    )


def legible(text: str) -> bool:
    """Whether a cleaned text says anything: marks and signs alone are no name and no reason."""
    return any(unicodedata.category(letter)[0] in "LN" for letter in text)


def folded(text: str) -> str:
    """Lower case without accents, for searching.

    Never a key: Châu Bính and Châu Bình fold alike.
    """
    plain = clean(text).lower().replace("đ", "d")
    return "".join(
        mark for mark in unicodedata.normalize("NFD", plain) if not unicodedata.combining(mark)
    )


@lru_cache(maxsize=50_000)
def spelling_key(text: str) -> str:
    """The same for Hoà and Hòa, uỷ and ủy, whatever the capitals; another for Bính and Bình."""
    words = re.findall(r"\w+", clean(text).lower())
    return " ".join(_tone_last(word) for word in words)


def _tone_last(word: str) -> str:
    split = unicodedata.normalize("NFD", word)
    tones = "".join(str(TONES[one]) for one in split if one in TONES)
    return unicodedata.normalize("NFC", "".join(one for one in split if one not in TONES)) + tones


def sort_key(text: str) -> str:
    """A string whose binary order is the Vietnamese one: by letters, then by tones."""
    split = [_split_tone(letter) for letter in clean(text).lower()]
    letters = "".join(RANKS.get(letter, "99") for letter, _ in split)
    tones = "".join(str(tone) for _, tone in split)
    return f"{letters}/{tones}"


def _split_tone(letter: str) -> tuple[str, int]:
    marks = unicodedata.normalize("NFD", letter)
    tone = next((TONES[mark] for mark in marks if mark in TONES), 0)
    return unicodedata.normalize("NFC", "".join(mark for mark in marks if mark not in TONES)), tone


def both(record: object, name: str) -> dict[str, str]:
    """A record's text in both languages, for a sentence in either."""
    return {language: getattr(record, f"{name}_{language}") for language in ("vi", "en")}
