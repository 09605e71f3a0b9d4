"""What a wall needs beside its board to draw itself: words, marks, and what it says of trust."""

from data import certificates
from data.words import Words
from models.readiness.tasks import MARK_OF

GROUPS = ("level", "status", "entry", "age", "reason", "rung", "role", "stand", "outcome")


def look(words: Words) -> dict:
    """`words` by their keys, `marks` by level, `language`, and `trust`: a line, empty where there
    is nothing to trust.
    """
    texts = words.group("wall") | {
        f"{group}.{key}": text for group in GROUPS for key, text in words.group(group).items()
    }
    texts |= {name: words(f"app.{name}") for name in ("rehearsal", "trial", "past")}
    texts["level.at_risk"] = words("wall.at_risk")  # shorter: a tile's foot holds it from afar
    return {
        "words": texts,
        "marks": {level.value: mark for level, mark in MARK_OF.items()},
        "language": words.language,
        "trust": certificates.fingerprint_line(words),
    }
