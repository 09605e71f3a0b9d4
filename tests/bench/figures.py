"""A figure: what was measured, its median, its 95th and 99th percentile, its ratio to a floor taken
in the same run, and whether the target was reached.

Machines differ by a factor of two and more in what an operation costs, so an absolute figure says
little about another one. A floor is what the same would cost without the product, on the same
machine in the same minutes: plain SQL on the same disk, an empty Streamlit application, a page that
polls. The ratio of the medians is what can be compared.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil
from statistics import median

INFORMATION = "for information"


@dataclass(frozen=True)
class Floor:
    """What a figure is compared with: its name, and its values in the figure's own unit.

    `target`: the ratio to it that is to be held, in the direction of the figure's own target.
    """

    what: str
    values: Sequence[float]
    target: float | None = None

    @property
    def median(self) -> float:
        return median(self.values)


@dataclass(frozen=True)
class Figure:
    """One line of the table. `judged` names what the target is held against: `p95`, `p99`,
    `median`, or `most` of all values; with `at_least` the median has to reach it. A floor with a
    target of its own is judged as well."""

    what: str
    unit: str
    values: Sequence[float]
    target: float | None = None
    judged: str = "p95"
    floor: Floor | None = None

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
    def ratio(self) -> float | None:
        """The median divided by that of the floor; None without a floor, or with one of 0."""
        return self.median / self.floor.median if self.floor and self.floor.median else None

    @property
    def verdict(self) -> str:
        judged = self._judgements()
        return INFORMATION if not judged else "reached" if all(judged) else "MISSED"

    def _judgements(self) -> list[bool]:
        """Whether each target that there is was reached."""
        held = self.median if self.judged == "at_least" else getattr(self, self.judged)
        pairs = [(self.median if held is None else held, self.target)]
        if self.floor and self.ratio is not None:
            pairs.append((self.ratio, self.floor.target))
        return [
            value >= target if self.judged == "at_least" else value <= target
            for value, target in pairs
            if target is not None
        ]

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
            "floor": self._floor_as_json(),
        }

    def _floor_as_json(self) -> dict | None:
        if self.floor is None:
            return None
        return {
            "what": self.floor.what,
            "samples": len(self.floor.values),
            "median": self.floor.median,
            "ratio": self.ratio,
            "target": self.floor.target,
        }


def table(figures: list[Figure]) -> str:
    """The figures as text in columns."""
    rows = [("what", "median", "p95", "p99", "n", "÷ floor", "target", "verdict")]
    rows += [
        (
            figure.what,
            _said(figure.median, figure.unit),
            _said(figure.p95, figure.unit),
            _said(figure.p99, figure.unit),
            str(len(figure.values)),
            _compared(figure),
            _wanted(figure),
            figure.verdict,
        )
        for figure in figures
    ]
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    lines = [" | ".join(_padded(row, widths)) for row in rows]
    return "\n".join([lines[0], "-+-".join("-" * width for width in widths), *lines[1:]])


def _compared(figure: Figure) -> str:
    """The ratio to the floor, and the floor with its own median."""
    if figure.floor is None:
        return ""
    floor = f"{figure.floor.what} ({_said(figure.floor.median, figure.unit)})"
    return floor if figure.ratio is None else f"{figure.ratio:.2f} × {floor}"


def _wanted(figure: Figure) -> str:
    sign, held = ("≥", "median") if figure.judged == "at_least" else ("≤", figure.judged)
    wanted = []
    if figure.target is not None:
        wanted.append(f"{held} {sign} {_said(figure.target, figure.unit)}")
    if figure.floor and figure.floor.target is not None:
        wanted.append(f"{sign} {figure.floor.target:g} × floor")
    return ", ".join(wanted)


def _padded(row: tuple[str, ...], widths: list[int]) -> list[str]:
    """Words to the left, numbers to the right."""
    left = {0, 5, 6, 7}
    return [
        cell.ljust(width) if place in left else cell.rjust(width)
        for place, (cell, width) in enumerate(zip(row, widths))
    ]


def _said(value: float | None, unit: str) -> str:
    if value is None:
        return "–"
    digits = 0 if value >= 100 or value == int(value) else 2 if value < 10 else 1
    return f"{value:,.{digits}f} {unit}".strip()
