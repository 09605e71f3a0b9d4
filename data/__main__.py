"""The command line's name up to version 0.9, for one release: `python -m data …`."""

import runpy
import sys

if __name__ == "__main__":
    # By its name: the floor of data imports nothing from the floors above it.
    sys.exit(runpy.run_module("cli.__main__", run_name="cli.__main__")["main_by_former_name"]())
