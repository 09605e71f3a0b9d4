"""Near-duplicates among 2,000 questions: how long their search takes, and how many of 100 labelled
pairs it judges rightly.

The pairs are 60 ways of asking one thing and 40 that only sound alike
(tests/data/contributions/pairs.csv). They stand among made-up questions, so that no syllable is
rare only because the list is short.
"""

import csv
import random
import time
from dataclasses import astuple, dataclass
from pathlib import Path

from data.contributions.likeness import ALIKE, near_duplicates
from tests.bench.figures import Figure
from tests.bench.sample import Samples

PAIRS = Path(__file__).parents[1] / "data" / "contributions" / "pairs.csv"
QUESTIONS, MOST_MS = 2_000, 1_000
THRESHOLDS = (0.3, 0.35, 0.4, 0.45, 0.5, 0.55, 0.6, 0.65, 0.7)


def pairs() -> list[tuple[str, str, bool]]:
    """The labelled pairs: two texts, and whether they ask for the same."""
    with PAIRS.open(encoding="utf-8", newline="") as file:
        rows = csv.DictReader(file, delimiter=";")
        return [(row["one"], row["other"], row["same"] == "x") for row in rows]


def questions(number: int = QUESTIONS) -> list[tuple[int, str]]:
    """The texts of the pairs, two by two, and made-up ones of their parts: id and text."""
    texts = [text for one, other, _ in pairs() for text in (one, other)]
    parts = [part.strip() for text in texts for part in text.rstrip(".?").split(",")]
    dice = random.Random(20230721)
    made = [", ".join(dice.sample(parts, 3)) for _ in range(number - len(texts))]
    return list(enumerate([*texts, *made]))


@dataclass(frozen=True)
class Score:
    """How many pairs were proposed, how many of these rightly, and how many ask for the same."""

    proposed: int
    right: int
    same: int

    def __add__(self, other: "Score") -> "Score":
        added = (one + two for one, two in zip(astuple(self), astuple(other), strict=True))
        return Score(*added)

    @property
    def precision(self) -> float:
        return self.right / self.proposed if self.proposed else 0.0

    @property
    def recall(self) -> float:
        return self.right / self.same

    @property
    def worth(self) -> float:
        """F2 (van Rijsbergen): recall weighs twice, since a person decides on each proposal and
        dismisses a wrong one at a glance, and sees nothing of one that is missing."""
        return 5 * self.right / (self.proposed + 4 * self.same)


Likeness = list[tuple[float, bool]]
"""Of each labelled pair how alike it is (0 below every threshold), and whether it is the same."""


def likeness(number: int = QUESTIONS) -> Likeness:
    """The labelled pairs among so many questions."""
    every = near_duplicates(questions(number), alike=min(THRESHOLDS), most=10**6)
    found = {(one.first, one.other): one.likeness for one in every}
    return [
        (found.get((2 * place, 2 * place + 1), 0.0), same)
        for place, (_, _, same) in enumerate(pairs())
    ]


def score(of: Likeness, threshold: float) -> Score:
    right = sum(alike >= threshold and same for alike, same in of)
    return Score(sum(alike >= threshold for alike, _ in of), right, sum(same for _, same in of))


def chosen(of: Likeness) -> float:
    """The threshold that is worth most on some pairs."""
    return max(THRESHOLDS, key=lambda threshold: score(of, threshold).worth)


def held_out(number: int = QUESTIONS) -> Score:
    """Each half of the pairs by the threshold that the other half chose: the score of a threshold
    on the very pairs that it was chosen by says too much."""
    every = likeness(number)
    halves = every[::2], every[1::2]
    return score(halves[0], chosen(halves[1])) + score(halves[1], chosen(halves[0]))


def measure(folder: Path, samples: Samples, *, quick: bool) -> list[Figure]:
    every = questions()
    took = []
    for _ in range(3 if quick else 9):
        began = time.perf_counter()
        near_duplicates(every)
        took.append((time.perf_counter() - began) * 1000)
    told, used = held_out(), score(likeness(), ALIKE)
    return [
        Figure(f"near-duplicates among {QUESTIONS:,} questions", "ms", took, MOST_MS),
        Figure("… precision, each half by the other's threshold", "%", [100 * told.precision]),
        Figure("… recall, each half by the other's threshold", "%", [100 * told.recall]),
        Figure(f"… precision at {ALIKE}, on the pairs that chose it", "%", [100 * used.precision]),
        Figure(f"… recall at {ALIKE}, on the pairs that chose it", "%", [100 * used.recall]),
    ]
