"""Where an event day's CPU goes: by function, by SQL statement, by message, as one text.

A day of its own, since looking costs time: py-spy looks from outside at the threads of the server
that hold the interpreter lock, the server (`counted`) counts its statements, the clients count
what they are sent.
"""

import shutil
import subprocess
import sys
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from tests.bench.servers import Server

RATE = 200  # looks per second
LINES = 45  # per table
LETTERS = 160  # of a statement
TABLE = "{:>8}  {:>8}  {}"


class Stacks:
    """A sampling of a server's stacks for some seconds, by a process of its own."""

    def __init__(self, server: Server, file: Path, seconds: float) -> None:
        self.file, self.seconds = file, round(seconds)
        spy = shutil.which("py-spy", path=str(Path(sys.executable).parent)) or "py-spy"
        asked = {"pid": server.process.pid, "duration": self.seconds, "rate": RATE, "output": file}
        options = [f"--{name}={value}" for name, value in asked.items()]
        self.process = subprocess.Popen(
            [spy, "record", "--gil", "--function", "--format=raw", *options],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
        )
        # It reads the process's symbols first, of which the server must not be the slower.
        time.sleep(1)

    def by_function(self) -> str:
        """The functions by their own share of one core, and by the share with what they call."""
        _, trouble = self.process.communicate(timeout=self.seconds + 30)
        if not self.file.exists():  # some systems let only an administrator look into a process
            return f"no stacks could be read:\n{trouble[-500:]}"
        own: Counter[str] = Counter()
        whole: Counter[str] = Counter()
        for line in self.file.read_text(encoding="utf-8").splitlines():
            stack, _, count = line.rpartition(" ")
            frames = stack.split(";")
            own[frames[-1]] += int(count)
            whole.update(dict.fromkeys(frames, int(count)))
        looks = self.seconds * RATE
        return "\n".join(
            [
                f"{sum(own.values()) / looks:.1%} of one core with the interpreter lock",
                *_functions("by their own time", own, looks),
                *_functions("with what they call", whole, looks),
            ]
        )


def _functions(title: str, counts: Counter[str], looks: int) -> list[str]:
    rows = [
        TABLE.format(f"{count / looks:.2%}", count, name)
        for name, count in counts.most_common(LINES)
    ]
    return ["", title, TABLE.format("of core", "looks", "function"), *rows]


@dataclass(frozen=True)
class Seen:
    """What a profiled day showed; `statements` as `counted` answers, `messages` kind to
    (number, bytes).
    """

    seconds: float
    reruns: float  # per second
    functions: str
    statements: list[tuple[str, int, float]]
    messages: dict[str, tuple[int, int]]


def text(seen: Seen) -> str:
    """The profile as one text: functions, statements, messages."""
    return "\n\n".join(
        [
            f"{seen.seconds:.0f} s of the event day, {seen.reruns:.1f} reruns a second",
            "FUNCTIONS\n" + seen.functions,
            "STATEMENTS\n" + "\n".join(_statements(seen)),
            "MESSAGES to all clients\n" + "\n".join(_messages(seen)),
        ]
    )


def _statements(seen: Seen) -> list[str]:
    ordered = sorted(seen.statements, key=lambda row: -row[2])
    total, took = sum(row[1] for row in ordered), sum(row[2] for row in ordered)
    return [
        f"{total / seen.seconds:.0f} a second, {took / seen.seconds:.2%} of one core in the driver",
        TABLE.format("per s", "ms per s", "statement"),
        *(
            TABLE.format(
                f"{number / seen.seconds:.1f}", f"{spent / seen.seconds * 1e3:.2f}", sql[:LETTERS]
            )
            for sql, number, spent in ordered[:LINES]
        ),
    ]


def _messages(seen: Seen) -> list[str]:
    ordered = sorted(seen.messages.items(), key=lambda pair: -pair[1][1])
    return [
        TABLE.format("per s", "kB per s", "kind"),
        *(
            TABLE.format(f"{number / seen.seconds:.1f}", f"{size / seen.seconds / 1e3:.2f}", kind)
            for kind, (number, size) in ordered[:LINES]
        ),
    ]
