"""Run a command: `python -m cli` (`cli.command_line`)."""

import gc
import sys

if __name__ == "__main__":
    # Nothing that an import makes is garbage: to look for it took a third of a command's start.
    gc.disable()
    from cli import command_line

    gc.freeze()
    gc.enable()
    sys.exit(command_line.main())
