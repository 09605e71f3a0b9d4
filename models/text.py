"""Vietnamese text: one form at the door, folding for search, sorting by the Vietnamese alphabet, badge codes."""

import re
import unicodedata

from models.refusals import Refusal

LOOK_ALIKES = str.maketrans({"Ð": "Đ", "ð": "đ", "Ɖ": "Đ", "\u00a0": " "})
ALPHABET = "aăâbcdđeêfghijklmnoôơpqrstuưvwxyz"
RANKS = {letter: f"{rank:02d}" for rank, letter in enumerate(" -0123456789" + ALPHABET)}
TONES = {"\u0300": 1, "\u0309": 2, "\u0303": 3, "\u0301": 4, "\u0323": 5}  # huyền hỏi ngã sắc nặng

# No vowels, and none of the letters that the Telex and VNI input methods turn into accents: a desk whose keyboard is
# left in Vietnamese mode still types a badge code unharmed.
BADGE_LETTERS = "BCGHKLMNPQT"
BADGE_WEIGHTS = (7, 6, 5, 4, 3, 2)  # counted from the right, so that codes of four digits keep their letters
BADGE = re.compile(rf"([0-9]{{4}}|[1-9][0-9]{{4,5}})([{BADGE_LETTERS}])")  # one serial, one code: no zeros before five digits


def clean(text: str) -> str:
    """The text in NFC, look-alike letters mapped, what cannot be seen dropped, white space folded to single spaces.

    Invisible letters (zero width, direction marks, halves of a surrogate pair) would let an empty note pass as a written
    one, turn a line on the wall around, or not fit into the database.
    """
    kinds = ((letter, unicodedata.category(letter)) for letter in text.translate(LOOK_ALIKES))
    seen = "".join(" " if kind in ("Cc", "Zl", "Zp") else letter for letter, kind in kinds if kind not in ("Cf", "Cs"))
    return " ".join(unicodedata.normalize("NFC", seen).split())


def folded(text: str) -> str:
    """Lower case without accents, for searching; never a key: Châu Bính and Châu Bình fold alike."""
    plain = clean(text).lower().replace("đ", "d")
    return "".join(mark for mark in unicodedata.normalize("NFD", plain) if not unicodedata.combining(mark))


def sort_key(text: str) -> str:
    """A string whose binary order is the Vietnamese one: letter by letter first, tones only between equals."""
    split = [_split_tone(letter) for letter in clean(text).lower()]
    return "".join(RANKS.get(letter, "99") for letter, _ in split) + "/" + "".join(str(tone) for _, tone in split)


def _split_tone(letter: str) -> tuple[str, int]:
    marks = unicodedata.normalize("NFD", letter)
    tone = next((TONES[mark] for mark in marks if mark in TONES), 0)
    return unicodedata.normalize("NFC", "".join(mark for mark in marks if mark not in TONES)), tone


def check_letter(serial: str) -> str:
    """The letter that ends a badge code; catches every single wrong digit and every swap of two neighbours.

    It does so because the weights are those of a prime: none of them, and no difference of two neighbours, divides by 11.
    """
    total = sum(weight * int(digit) for weight, digit in zip(BADGE_WEIGHTS[-len(serial) :], serial, strict=True))
    return BADGE_LETTERS[total % len(BADGE_LETTERS)]


def badge_of(number: int) -> str:
    """The code of a serial number: four digits at least, and its letter. Refuses `badges_used_up` past six digits."""
    serial = f"{number:04d}"
    if len(serial) > len(BADGE_WEIGHTS):
        raise Refusal("badges_used_up", limit=10 ** len(BADGE_WEIGHTS) - 1)
    return serial + check_letter(serial)


def badge_number(code: str) -> int:
    """The serial number of a badge code."""
    return int(code[:-1])


def badge_code(typed: str) -> str:
    """The badge code in what somebody typed or scanned. Refuses `badge_malformed` and `badge_mistyped`."""
    shown = clean(typed[:40])
    found = BADGE.fullmatch(shown.upper().replace(" ", "").replace("-", ""))
    if not found or len(typed) > 40:
        raise Refusal("badge_malformed", badge=shown[:20])
    if check_letter(found[1]) != found[2]:
        raise Refusal("badge_mistyped", badge=found[0])
    return found[0]
