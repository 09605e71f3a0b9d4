"""The command line's name up to version 0.9, for one release: `python -m data …` is `python -m cli …`."""

import runpy

runpy.run_module("cli", run_name="__main__", alter_sys=True)
