"""Near-duplicates: which contributions ask for the same, by the words that they share.

TF-IDF over syllables and cosine, on numpy, which pandas brings: no further package is needed for
it, and neither rapidfuzz nor scikit-learn was measured against it. What it finds of the labelled
pairs of `tests/data/contributions/pairs.csv` is printed by `make bench`: each half of the pairs by
the threshold that the other half chose, and `ALIKE` on all of them.
"""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from models.text import clean

ALIKE = 0.5
"""From which likeness on (of 0 to 1) two contributions are proposed as the same. The halves of the
labelled pairs choose 0.45 and 0.5 (`tests/bench/near_duplicates.py`)."""

MAX_PROPOSED = 500
BLOCK = 1000  # rows at a time: what is compared at once takes 8 MB for 2,000 texts
SYLLABLE = re.compile(r"\w+")


@dataclass(frozen=True)
class Alike:
    """Two contributions by their ids, the one that came first as `first`; `likeness`: 0 to 1."""

    first: int
    other: int
    likeness: float


def near_duplicates(
    texts: Sequence[tuple[int, str]], *, alike: float = ALIKE, most: int = MAX_PROPOSED
) -> list[Alike]:
    """The pairs of (id, text) that are alike, the most alike first, at most so many."""
    if len(texts) < 2:
        return []
    vectors = _vectors([text for _, text in texts])
    found: list[tuple[float, int, int]] = []
    for begin in range(0, len(texts), BLOCK):
        likeness = vectors[begin : begin + BLOCK] @ vectors.T
        rows, columns = np.nonzero(likeness >= alike)
        later = columns > rows + begin  # each pair once, and none with itself
        pairs = zip(rows[later], columns[later], strict=True)
        found += [
            (float(likeness[row, column]), int(row) + begin, int(column)) for row, column in pairs
        ]
    found.sort(key=lambda one: (-one[0], one[1], one[2]))
    return [
        Alike(texts[first][0], texts[other][0], min(likeness, 1.0))
        for likeness, first, other in found[:most]
    ]


def _vectors(texts: Sequence[str]) -> np.ndarray:
    """A row for each text, of length 1 (0 for one without letters); a column for each syllable that
    stands in two texts at least.

    Weight: (1 + ln count) · (1 + ln((1 + texts) / (1 + texts with it))), as in Salton and Buckley,
    smoothed so that a syllable of every text still counts.
    """
    counts = [Counter(SYLLABLE.findall(clean(text).lower())) for text in texts]
    spread = Counter(syllable for count in counts for syllable in count)
    names = {name: place for place, name in enumerate(sorted(spread))}
    rows: list[int] = []
    columns: list[int] = []
    numbers: list[int] = []
    for row, count in enumerate(counts):
        rows += [row] * len(count)
        columns += [names[name] for name in count]
        numbers += count.values()
    widths = np.array([spread[name] for name in names], dtype=np.float32)
    weights = 1 + np.log((1 + len(texts)) / (1 + widths))
    found = np.zeros((len(texts), len(names)), dtype=np.float32)
    found[rows, columns] = (1 + np.log(np.array(numbers, dtype=np.float32))) * weights[columns]
    lengths = np.linalg.norm(found, axis=1, keepdims=True)
    return (found / np.where(lengths > 0, lengths, 1))[:, widths > 1]
