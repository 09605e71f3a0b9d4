"""The communes of today, from the list that comes with the program.

Source: `units_2025.csv`, as of November 2026, under the licences beside it.
"""

import csv
from functools import cache
from pathlib import Path

from models.imports.units import Register, Unit

FILE = Path(__file__).parent / "units_2025.csv"


@cache
def register() -> Register:
    """Read once: 3,321 communes."""
    with FILE.open(encoding="utf-8-sig", newline="") as source:
        rows = csv.DictReader(source)
        return Register(
            [
                Unit(row["unit_code"], row["unit_name"], row["unit_type"], row["province"])
                for row in rows
            ]
        )
