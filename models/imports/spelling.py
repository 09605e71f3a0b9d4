"""One name in several spellings: where a tone sits (Hoà, Hòa), capitals, spaces."""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable

from models.text import TONES, clean, spelling_key

FIRST, SECOND = "ủy, hòa", "uỷ, hoà"
"""Where the tone of an open oa, oe, uy sits; the examples are what a person chooses by."""
_OPEN = [
    (unicodedata.normalize("NFC", a + tone + b), unicodedata.normalize("NFC", a + b + tone))
    for a, b in (("o", "a"), ("o", "e"), ("u", "y"))
    for tone in TONES
]
_OPEN += [
    pair
    for first, second in list(_OPEN)
    for pair in ((first.upper(), second.upper()), (first.capitalize(), second.capitalize()))
]
_TO = {FIRST: {second: first for first, second in _OPEN}, SECOND: dict(_OPEN)}
_PLACED = {
    style: re.compile(rf"(?<![qQ])(?:{'|'.join(map(re.escape, pairs))})(?!\w)")
    for style, pairs in _TO.items()
}
_CLOSED = re.compile(rf"(?<![qQ])(?:{'|'.join(_TO[SECOND])})(?=[cmnptCMNPT])")
_QUALIFIES = frozenset(
    ("của", "năm", "ngày", "tại", "trong", "về", "với", "và", "cho", "theo", "ở")
)
"""What begins a part that a name is whole without: "… kiến nghị năm 2025"."""


def closed(text: str) -> str:
    """The text with the tone on the last vowel of oan, oat, uynh, where no style has it on the
    first: Hoàng for Hòang."""
    return text if text.isascii() else _CLOSED.sub(lambda found: _TO[SECOND][found[0]], text)


def styled(text: str, style: str) -> str:
    """The text with the tones of open oa, oe, uy as one style places them; q-u-y stays."""
    pairs = _TO[style]
    return _PLACED[style].sub(lambda found: pairs[found[0]], text)


def styles(texts: Iterable[str]) -> Counter[str]:
    """How many words are written in each style."""
    counts: Counter[str] = Counter()
    for text in texts:
        if text.isascii():
            continue
        for style, other in ((FIRST, SECOND), (SECOND, FIRST)):
            counts[style] += len(_PLACED[other].findall(text))
    return counts


def usual(texts: Iterable[str]) -> dict[str, str]:
    """The most frequent spelling by its key; of equals the one that came first."""
    counts: dict[str, Counter[str]] = {}
    for text in texts:
        if text:
            counts.setdefault(spelling_key(text), Counter())[text] += 1
    return {key: counted.most_common(1)[0][0] for key, counted in counts.items()}


def slug(text: str, *, words: int = 6) -> str:
    """A key of ASCII letters: `hoi_truong_lon`."""
    plain = clean(text).lower().replace("đ", "d")
    bare = "".join(
        one for one in unicodedata.normalize("NFD", plain) if not unicodedata.combining(one)
    )
    parts = re.findall(r"[a-z0-9]+", bare)
    return "_".join(parts[:words]) or "muc"


def shortened(text: str, most: int) -> str:
    """A name for a narrow place: cut at a comma where there is one, else at a word. A name that no
    comma shortens may be half as long again, since a cut between words breaks its sense.
    """
    text = re.split(r"[(;:]", text)[0].strip() or text
    while len(text) > most and "," in text:
        text = text.rpartition(",")[0].strip()
    most += most // 2
    if len(text) <= most:
        return text
    whole, rest = _words_within(text, most)
    if rest[0].lower() in _QUALIFIES and whole:
        return whole
    return (_words_within(text, most - 1)[0] or text[: most - 1]) + "…"


def _words_within(text: str, most: int) -> tuple[str, list[str]]:
    """The words that so many letters hold, and those that they do not."""
    words = text.split()
    number = len(words)
    while number and len(" ".join(words[:number])) > most:
        number -= 1
    return " ".join(words[:number]), words[number:]
