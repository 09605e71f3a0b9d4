"""What the hot path of attendance does not load: what draws documents and badges."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
LOADED = (
    "import sys, {module}; print(sorted({{'reportlab', 'segno', 'openpyxl'}} & set(sys.modules)))"
)

pytestmark = pytest.mark.slow  # each starts a Python of its own


def loaded(module: str) -> str:
    code = LOADED.format(module=module)
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return done.stdout.strip()


@pytest.mark.parametrize("module", ["data.attendance.ledger", "data.attendance.scans"])
def test_a_scan_loads_nothing_that_draws(module):
    assert loaded(module) == "[]"


def test_what_prints_badges_would_be_seen():
    """The control: the test above can fail."""
    assert loaded("data.attendance.badges") == "['reportlab', 'segno']"
