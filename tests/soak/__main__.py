"""Runs the parts one after the other and prints what came out: python -m tests.soak [--only NAME …]
[--quick].

Ends with 1 where a bound was broken or something was lost.
"""

import argparse
import sys
import tempfile
import time
import traceback
from pathlib import Path

from data.storage import database
from tests.bench import machine
from tests.bench.figures import Figure, table
from tests.soak import half_open, imports, long_day, postgres_restarts, server_restarts, sigkill

PARTS = {
    "sigkill": sigkill,
    "postgres_restarts": postgres_restarts,
    "server_restarts": server_restarts,
    "half_open": half_open,
    "long_day": long_day,
    "imports": imports,
}


def main() -> int:
    asked = _asked()
    facts, began, figures, broken = machine.facts(), time.monotonic(), [], []
    with tempfile.TemporaryDirectory(prefix="san-sang-soak-", ignore_cleanup_errors=True) as place:
        for name in asked.only or PARTS:
            try:
                figures += _done(name, Path(place), quick=asked.quick)
            except Exception:  # whatever broke, the other parts are still worth knowing
                traceback.print_exc()
                broken.append(name)
            database.dispose()
    facts["took"] = f"{time.monotonic() - began:.0f} s{' (quick)' if asked.quick else ''}"
    print(
        "",
        table(figures) if figures else "",
        "",
        *(f"{name}: {fact}" for name, fact in facts.items()),
        sep="\n",
    )
    broken += [figure.what.strip() for figure in figures if figure.verdict == "MISSED"]
    if broken:
        print("BROKEN:", "; ".join(broken))
    return 1 if broken else 0


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.soak", description=__doc__)
    parser.add_argument("--only", nargs="+", choices=PARTS, metavar="NAME", help=", ".join(PARTS))
    parser.add_argument(
        "--quick", action="store_true", help="a few rounds of each: shows that it works"
    )
    return parser.parse_args()


def _done(name: str, place: Path, *, quick: bool) -> list[Figure]:
    part, own = PARTS[name], place / name
    own.mkdir()
    print(f"{name}: {part.__doc__.splitlines()[0]}", file=sys.stderr, flush=True)
    began = time.monotonic()
    figures = part.measure(own, quick=quick)
    print(f"  {time.monotonic() - began:.0f} s", file=sys.stderr, flush=True)
    return figures


if __name__ == "__main__":
    sys.exit(main())
