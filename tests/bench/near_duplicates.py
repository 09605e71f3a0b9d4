"""Near-duplicates among 2,000 questions: how long their search takes, and how many of 100 labelled
pairs it judges rightly.

The pairs are 60 ways of asking one thing and 40 that only sound alike
(tests/data/contributions/pairs.csv). They stand among made-up questions, so that no syllable is
rare only because the list is short.
"""

import csv
import random
import time
from pathlib import Path

from data.contributions.likeness import near_duplicates
from tests.bench.figures import Figure
from tests.bench.sample import Samples

PAIRS = Path(__file__).parents[1] / "data" / "contributions" / "pairs.csv"
QUESTIONS, MOST_MS = 2_000, 1_000


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


def judged(number: int = QUESTIONS) -> tuple[float, float]:
    """Precision and recall over the labelled pairs, among so many questions."""
    found = {(one.first, one.other) for one in near_duplicates(questions(number), most=10**6)}
    same = [same for _, _, same in pairs()]
    proposed = [(2 * place, 2 * place + 1) in found for place in range(len(same))]
    right = sum(one and two for one, two in zip(proposed, same, strict=True))
    return right / sum(proposed), right / sum(same)


def measure(folder: Path, samples: Samples, *, quick: bool) -> list[Figure]:
    every = questions()
    took = []
    for _ in range(3 if quick else 9):
        began = time.perf_counter()
        near_duplicates(every)
        took.append((time.perf_counter() - began) * 1000)
    precision, recall = judged()
    return [
        Figure(f"near-duplicates among {QUESTIONS:,} questions", "ms", took, MOST_MS),
        Figure("… precision on 100 labelled pairs", "%", [100 * precision]),
        Figure("… recall on 100 labelled pairs", "%", [100 * recall]),
    ]
