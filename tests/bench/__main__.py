"""Runs the measurements, prints their table and writes it as JSON: python -m tests.bench [--only
NAME …] [--quick].
"""

import argparse
import json
import sys
import tempfile
import time
import traceback
from datetime import datetime, timezone
from pathlib import Path

from tests.bench import (
    backup_cost,
    board_time,
    check_ins,
    documents,
    event_day,
    first_paint,
    forecast,
    imports,
    machine,
    mailing,
    many_walls,
    more_walls,
    near_duplicates,
    redaction,
    replay,
    review_time,
    scan_storm,
    scans,
    scoring,
    script_clock,
    set_up,
    slow_line,
    synthesis,
    wall_bytes,
    wall_delay,
)
from tests.bench.figures import Figure, table
from tests.bench.sample import Samples

MEASUREMENTS = {
    "wall_delay": wall_delay,
    "wall_bytes": wall_bytes,
    "many_walls": many_walls,
    "event_day": event_day,
    "more_walls": more_walls,
    "first_paint": first_paint,
    "script_clock": script_clock,
    "slow_line": slow_line,
    "board_time": board_time,
    "review_time": review_time,
    "replay": replay,
    "check_ins": check_ins,
    "scans": scans,
    "scan_storm": scan_storm,
    "backup_cost": backup_cost,
    "forecast": forecast,
    "scoring": scoring,
    "documents": documents,
    "synthesis": synthesis,
    "redaction": redaction,
    "imports": imports,
    "near_duplicates": near_duplicates,
    "mailing": mailing,
    "set_up": set_up,
}


def main() -> None:
    asked = _asked()
    facts, began = machine.facts(), time.monotonic()
    figures: list[Figure] = []
    failed: list[str] = []
    with tempfile.TemporaryDirectory(prefix="san-sang-bench-", ignore_cleanup_errors=True) as place:
        samples = Samples(Path(place))
        for name in asked.only or MEASUREMENTS:
            try:
                figures += _measured(name, Path(place), samples, quick=asked.quick)
            except Exception:  # the others' figures are not to be lost with it
                traceback.print_exc()
                failed.append(name)
    facts["took"] = f"{time.monotonic() - began:.0f} s{' (quick)' if asked.quick else ''}"
    print()
    print(table(figures))
    print()
    print("\n".join(f"{name}: {fact}" for name, fact in facts.items()))
    _write(asked.json, facts, figures)
    if failed:
        sys.exit(f"not measured: {', '.join(failed)}")


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument(
        "--only", nargs="+", choices=MEASUREMENTS, metavar="NAME", help=", ".join(MEASUREMENTS)
    )
    parser.add_argument(
        "--quick",
        action="store_true",
        help="fewer samples: shows that it works, not how fast it is",
    )
    parser.add_argument(
        "--json", type=Path, default=machine.ROOT / "var" / "bench.json", metavar="FILE"
    )
    return parser.parse_args()


def _measured(name: str, place: Path, samples: Samples, *, quick: bool) -> list[Figure]:
    measurement = MEASUREMENTS[name]
    print(f"{name}: {measurement.__doc__.splitlines()[0]}", file=sys.stderr, flush=True)
    began = time.monotonic()
    figures = measurement.measure(place, samples, quick=quick)
    print(f"  {time.monotonic() - began:.0f} s", file=sys.stderr, flush=True)
    return figures


def _write(file: Path, facts: dict[str, str], figures: list[Figure]) -> None:
    at = datetime.now(timezone.utc).isoformat(timespec="seconds")
    file.parent.mkdir(parents=True, exist_ok=True)
    payload = {"at": at, "machine": facts, "figures": [figure.as_json() for figure in figures]}
    file.write_text(json.dumps(payload, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    print(f"written: {file}")


if __name__ == "__main__":
    main()
