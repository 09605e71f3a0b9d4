"""The command line's name up to version 0.9, for one release: `python -m data …`."""

import runpy
import sys

if __name__ == "__main__":
    # By its name: the floor of data imports nothing from the floors above it.
    sys.exit(runpy.run_module("cli.command_line")["main_by_former_name"]())
