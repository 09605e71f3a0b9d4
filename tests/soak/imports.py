"""Readers of an office's files meet any bytes: none of 10,000 makes them fail otherwise than by a
refusal, take long, or write.

Half of them are bytes at random, half are good files of each format with some bytes damaged, cut
or moved. What a reader does within a second is bounded; the whole is one process.
"""

import random
import time
from pathlib import Path

from data.imports.preview import preview
from models.imports.frame import Frame
from tests.bench.figures import Figure
from tests.bench.imports import DAYS, NAME
from tests.data.imports.quirks import PLAIN, SCRIPT, docx, ods, text, xls, xlsx
from tests.stage import REAL

TRIES, QUICK_TRIES = 10_000, 300
LONGEST = 5.0  # seconds of CPU for one small file
SEED = 2026


def measure(folder: Path, *, quick: bool) -> list[Figure]:
    dice = random.Random(SEED)
    good = {
        "a.xlsx": xlsx(PLAIN),
        "a.xls": xls(PLAIN),
        "a.ods": ods(PLAIN),
        "a.csv": text(PLAIN).encode(),
        "a.docx": docx([SCRIPT, ["1", "8h00", "Phiên toàn thể", "", ""]]),
    }
    took, crashes, read = [], 0, 0
    for _ in range(QUICK_TRIES if quick else TRIES):
        name, raw = dice.choice([*good.items()])
        damaged = dice.randbytes(dice.randrange(1, 4_000)) if dice.random() < 0.5 else raw
        damaged = _damaged(dice, damaged)
        began = time.process_time()
        try:
            read += not preview([(name, damaged)], Frame(NAME, DAYS), {}, now=REAL).refused
        except Exception:  # what is counted here is what a reader must not let through
            (folder / f"crash-{crashes}-{name}").write_bytes(damaged)
            crashes += 1
        took.append(time.process_time() - began)
    return [
        Figure("damaged files: crashes", "", [crashes], 0, "most"),
        Figure("  a file's time", "s", took, LONGEST, "most"),
        Figure("  still read", "", [read]),
    ]


def _damaged(dice: random.Random, raw: bytes) -> bytes:
    """The bytes with up to eight of them changed, a part left out, or one moved."""
    changed = bytearray(raw)
    for _ in range(dice.randrange(9)):
        changed[dice.randrange(len(changed))] = dice.randrange(256)
    if dice.random() < 0.3:
        start = dice.randrange(len(changed))
        del changed[start : start + dice.randrange(1, 200)]
    if dice.random() < 0.1:
        changed = changed[: dice.randrange(len(changed) + 1)]
    return bytes(changed)
