"""What a window, or a file that a window's output goes to, can hold of Vietnamese."""

import codecs
import io
import sys
import unicodedata

UNMARKED = "san_sang.unmarked"
_WRITTEN_OTHERWISE = str.maketrans(
    {"đ": "d", "Đ": "D", "“": '"', "”": '"', "‘": "'", "’": "'", "–": "-", "—": "-", "…": "...",
     "·": "-", "›": ">", "≤": "<=", "≥": ">=", "×": "x"}
)  # fmt: skip


def readable() -> None:
    """From now on standard output takes any text: what its code page lacks loses its marks.

    The first call of every program. On Windows what a task prints, or what goes to a file, is in a
    code page from before Unicode (cp1258, cp437), and the first Vietnamese letter ended it.
    """
    codecs.register_error(UNMARKED, _unmarked)
    for stream in (sys.stdout, sys.stderr):
        # A program without a window has none.
        if isinstance(stream, io.TextIOWrapper) and codecs.lookup(stream.encoding).name != "utf-8":
            stream.reconfigure(errors=UNMARKED)


def _unmarked(failure: UnicodeError) -> tuple[str, int]:
    if not isinstance(failure, UnicodeEncodeError):
        raise failure
    lacking = failure.object[failure.start : failure.end].translate(_WRITTEN_OTHERWISE)
    letters = unicodedata.normalize("NFD", lacking)
    bare = "".join(letter for letter in letters if not unicodedata.combining(letter))
    return bare.encode("ascii", "replace").decode("ascii"), failure.end
