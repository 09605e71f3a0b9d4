"""Old Vietnamese encodings: TCVN3, VNI and text decoded by a wrong one, found by real syllables.

A character score takes TCVN3 for Windows-1258 and the other way round: what counts is how many
words are syllables that Vietnamese has.
"""

import io
import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache
from itertools import islice

JUDGED = 2_000
"""As much of a line or a cell tells its encoding."""
TONE_MARKS = "\u0300\u0301\u0303\u0309\u0323"

_ONSETS = "b c ch d đ g gh gi h k kh l m n ng ngh nh p ph qu r s t th tr v x"
_RIMES = (
    "a ac ach ai am an ang anh ao ap at au ay ă ăc ăm ăn ăng ăp ăt â âc âm ân âng âp ât âu ây "
    "e ec em en eng eo ep et ê êch êm ên ênh êp êt êu i ia ich im in inh ip it iu iêc iêm iên "
    "iêng iêp iêt iêu o oa oac oach oai oam oan oang oanh oao oap oat oay oe oen oeo oet oăc oăm "
    "oăn oăng oăt oc oi om on ong ooc oong op ot ô ôc ôi ôm ôn ông ôp ôt ơ ơi ơm ơn ơp ơt "
    "u ua uc ui um un ung up ut uy uya uych uyên uyêt uynh uyt uyu uân uâng uât uây uê uênh uôc "
    "uôi uôm uôn uông uôt uơ ư ưa ưc ưi ưm ưn ưng ưt ưu ươc ươi ươm ươn ương ươp ươt ươu "
    "y yêm yên yêng yêt yêu ynh yt"
)
_SYLLABLES = frozenset(onset + rime for onset in ["", *_ONSETS.split()] for rime in _RIMES.split())
_WORD = re.compile(r"[^\W\d_]+")

_TCVN3 = dict(
    zip(
        "µ¸¶·¹¨»¾¼½Æ©ÇÊÈÉË®ÌÐÎÏÑªÒÕÓÔÖ×ÝØÜÞßãáâä«åèæçé¬êíëìîïóñòô\xadõøö÷ùúýûüþ¡¢§£¤¥¦",
        "àáảãạăằắẳẵặâầấẩẫậđèéẻẽẹêềếểễệìíỉĩịòóỏõọôồốổỗộơờớởỡợùúủũụưừứửữựỳýỷỹỵĂÂĐÊÔƠƯ",
        strict=True,
    )
)

_VNI_SINGLE = dict(zip("ñÑôÔöÖîÎìíæóòÌÍÆÓÒ", "đĐơƠưƯỵỴìíỉĩịÌÍỈĨỊ", strict=True))
_VNI_TONES = {"ø": "\u0300", "ù": "\u0301", "û": "\u0309", "õ": "\u0303", "ï": "\u0323"}
_VNI_SHAPED = {
    "â": "\u0302", "à": "\u0302\u0300", "á": "\u0302\u0301", "å": "\u0302\u0309",
    "ã": "\u0302\u0303", "ä": "\u0302\u0323",
    "ê": "\u0306", "è": "\u0306\u0300", "é": "\u0306\u0301", "ú": "\u0306\u0309",
    "ü": "\u0306\u0303", "ë": "\u0306\u0323",
}  # fmt: skip
_VNI_MARKS = _VNI_TONES | _VNI_SHAPED
_VNI_PAIR = re.compile(f"[AaEeOoUuYyôÔöÖ][{''.join(_VNI_MARKS)}{''.join(_VNI_MARKS).upper()}]")


def from_tcvn3(text: str) -> str:
    """The text of a TCVN3 (ABC) font, whose bytes were read as Windows-1252."""
    return "".join(_TCVN3.get(one, one) for one in text)


def from_vni(text: str) -> str:
    """The text of a VNI font, whose bytes were read as Windows-1252."""
    paired = _VNI_PAIR.sub(_vni_letter, text)
    whole = "".join(_VNI_SINGLE.get(one, one) for one in paired)
    return "".join(_UNPROTECTED.get(one, one) for one in whole)


def _vni_letter(found: re.Match[str]) -> str:
    base, mark = found[0][0], found[0][1]
    letter = _VNI_SINGLE.get(base, base)
    composed = unicodedata.normalize("NFC", letter + _VNI_MARKS[mark.lower()])
    # A composed letter that is a VNI code itself (ô, ì, …) is hidden from the second pass.
    return "".join(_PROTECTED.get(one, one) for one in composed)


_PROTECTED = {one: f"{chr(0xE100 + index)}" for index, one in enumerate(_VNI_SINGLE)}
_UNPROTECTED = {value: key for key, value in _PROTECTED.items()}


def from_utf8_read_as_1252(text: str) -> str:
    """`Nguyá»…n` back to Nguyễn; the text itself where it is not that."""
    try:
        return _bytes_1252(text).decode("utf-8")
    except UnicodeError:
        return text


def _bytes_1252(text: str) -> bytes:
    """The bytes that Windows-1252 showed as this text, with its five holes as themselves."""
    return b"".join(
        one.encode("latin-1") if 0x80 <= ord(one) < 0xA0 else one.encode("cp1252") for one in text
    )


DECODERS = {
    "tcvn3": from_tcvn3,
    "vni": from_vni,
    "mojibake": from_utf8_read_as_1252,
}
"""How text that came as Windows-1252 is read again, by the name that a person is shown."""


@lru_cache(maxsize=20_000)
def _worth(word: str) -> int:
    """2 for a Vietnamese syllable with marks, -2 for a word with marks that is none, else 0."""
    lower = word.lower()
    if lower.isascii():
        return 0
    split = unicodedata.normalize("NFD", lower)
    tones = sum(split.count(mark) for mark in TONE_MARKS)
    bare = unicodedata.normalize("NFC", "".join(one for one in split if one not in TONE_MARKS))
    mixed = word not in (word.lower(), word.upper(), word.capitalize())
    return 2 if tones <= 1 and bare in _SYLLABLES and not mixed else -2


def score(texts: Iterable[str]) -> int:
    """How Vietnamese the words are: real syllables with marks less words with marks that are none.

    Signs that no office writes count against it, as TCVN3 and VNI leave them in words.
    """
    total = 0
    for text in texts:
        joined = text.replace("\u00ad", "\u00a4")  # ư of TCVN3, which is no letter
        total += sum(_worth(word) for word in _WORD.findall(unicodedata.normalize("NFC", text)))
        total -= 2 * sum(joined.count(one) for one in "¸¹»¼½¾¨©®¬¤¦§¥£¢¡¶·×÷\ufffd€„†‡‰")
    return total


def best_decoder(texts: list[str]) -> str:
    """The decoder that makes most of the texts; empty where they are good as they are.

    `texts`: cells with a letter outside ASCII, a few hundred at most.
    """
    marked = [one[:JUDGED] for one in texts if not one.isascii()][:400]
    if not marked:
        return ""
    scores = {"": score(marked)}
    for name, decode in DECODERS.items():
        scores[name] = score([decode(one) for one in marked])
    best = max(scores, key=lambda name: scores[name])
    return best if scores[best] > scores[""] + 2 and scores[best] > 0 else ""


def decoded(raw: bytes) -> tuple[str, str]:
    """The text of a file without a stated encoding, and the name of its encoding.

    The name is empty for UTF-8, the one that needs no question. UTF-16 goes by its mark or by its
    zero bytes; the others by how many real syllables they give.
    """
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        return raw.decode("utf-16", errors="replace"), ""
    if raw.startswith(b"\xef\xbb\xbf"):
        return raw.decode("utf-8-sig", errors="replace"), ""
    zeros = (raw[0:2000:2].count(0), raw[1:2000:2].count(0))
    if max(zeros) > len(raw[:2000]) // 8:
        return raw.decode("utf-16-be" if zeros[0] > zeros[1] else "utf-16-le", "replace"), ""
    try:
        return raw.decode("utf-8"), ""
    except UnicodeDecodeError:
        pass
    windows = raw.decode("cp1252", errors="replace")
    vietnamese = unicodedata.normalize("NFC", raw.decode("cp1258", errors="replace"))
    lines = _judged(windows)
    scores = {"cp1258": score(_judged(vietnamese))}
    for name in ("tcvn3", "vni"):
        scores[name] = score([DECODERS[name](line) for line in lines])
    best = max(scores, key=lambda name: scores[name])
    return (vietnamese if best == "cp1258" else DECODERS[best](windows)), best


def _judged(text: str) -> list[str]:
    """The starts of the first lines with a letter outside ASCII: what an encoding is judged by."""
    lines = (line for line in io.StringIO(text) if not line.isascii())
    return [line[:JUDGED] for line in islice(lines, 400)]
