"""A figure: what was measured, its median, its 95th and 99th percentile, and whether the target
was reached.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil
from statistics import median

INFORMATION = "for information"


@dataclass(frozen=True)
class Figure:
    """One line of the table. `judged` names what the target is held against: `p95`, `p99`,
    `median`, or `most` of all values; with `at_least` the median has to reach it."""

    what: str
    unit: str
    values: Sequence[float]
    target: float | None = None
    judged: str = "p95"

    @property
    def median(self) -> float:
        return median(self.values)

    @property
    def p95(self) -> float | None:
        return self._percentile(95)

    @property
    def p99(self) -> float | None:
        return self._percentile(99)

    @property
    def most(self) -> float:
        return max(self.values)

    def _percentile(self, percent: int) -> float | None:
        """The smallest value that at least so many percent of all do not exceed; None for a
        single value.
        """
        ordered = sorted(self.values)
        return ordered[ceil(len(ordered) * percent / 100) - 1] if len(ordered) > 1 else None

    @property
    def verdict(self) -> str:
        if self.target is None:
            return INFORMATION
        if self.judged == "at_least":
            return "reached" if self.median >= self.target else "MISSED"
        held = getattr(self, self.judged)
        if held is None:
            held = self.median
        return "reached" if held <= self.target else "MISSED"

    def as_json(self) -> dict:
        return {
            "what": self.what,
            "unit": self.unit,
            "samples": len(self.values),
            "median": self.median,
            "p95": self.p95,
            "p99": self.p99,
            "least": min(self.values),
            "most": self.most,
            "target": self.target,
            "judged": self.judged,
            "verdict": self.verdict,
        }


def table(figures: list[Figure]) -> str:
    """The figures as text in columns."""
    rows = [("what", "median", "p95", "p99", "n", "target", "verdict")]
    rows += [
        (
            figure.what,
            _said(figure.median, figure.unit),
            _said(figure.p95, figure.unit),
            _said(figure.p99, figure.unit),
            str(len(figure.values)),
            _wanted(figure),
            figure.verdict,
        )
        for figure in figures
    ]
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    lines = [" | ".join(_padded(row, widths)) for row in rows]
    return "\n".join([lines[0], "-+-".join("-" * width for width in widths), *lines[1:]])


def _wanted(figure: Figure) -> str:
    if figure.target is None:
        return ""
    target = _said(figure.target, figure.unit)
    return f"median ≥ {target}" if figure.judged == "at_least" else f"{figure.judged} ≤ {target}"


def _padded(row: tuple[str, ...], widths: list[int]) -> list[str]:
    """Words to the left, numbers to the right."""
    left = {0, 5, 6}
    return [
        cell.ljust(width) if place in left else cell.rjust(width)
        for place, (cell, width) in enumerate(zip(row, widths))
    ]


def _said(value: float | None, unit: str) -> str:
    if value is None:
        return "–"
    digits = 0 if value >= 100 or value == int(value) else 2 if value < 10 else 1
    return f"{value:,.{digits}f} {unit}".strip()
