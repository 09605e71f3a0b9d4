"""The command line of the product: `python -m cli`, with the command's name.

check | load | rehearse | import | events | switch | state
export | archive | link | backup | backups | restore | erase
"""

import argparse

from cli import access, backup, erasure, events, exports, imports
from cli.words import explain, warn
from data.storage import database
from data.words import console
from models.refusals import Refusal


def main() -> int:
    """Run the command of `sys.argv`; 0, or 1 where it was refused."""
    console.readable()
    parser = argparse.ArgumentParser(prog="python -m cli", description=__doc__)
    commands = parser.add_subparsers(required=True)
    for subject in (events, imports, exports, access, backup, erasure):
        subject.add_to(commands)
    arguments = parser.parse_args()
    try:
        database.require_place()
        with database.refusing_faults():
            arguments.run(arguments)
    except Refusal as refusal:
        explain(refusal)
        return 1
    return 0


def main_by_former_name() -> int:
    """The same for `python -m data`, the name up to version 0.9; says the new one."""
    console.readable()
    warn("run.command_renamed")
    return main()
