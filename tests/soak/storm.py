"""Forks writers and kills them: python -m tests.soak.storm FOLDER PLAN. The database is that of
`DATABASE_URL`.

A process of its own, with everything imported, without a thread and without a connection: from it a
new writer is there within milliseconds. PLAN is JSON: {"kills": …, "lives": …, "seed": …} for
writers that are killed at random moments, after so many seconds on average; or {"point": …,
"without": …} for one that kills itself at that point of each kind of command in turn.
"""

import json
import os
import random
import signal
import sys
import time
import traceback
from collections.abc import Callable
from pathlib import Path

from data.storage import database
from tests.soak.writers import ALONE, COMMANDS, POINTS, Place, Writer, the_place

SIDE_BY_SIDE = 4


def main() -> None:
    folder, plan = Path(sys.argv[1]), json.loads(sys.argv[2])
    place = the_place()
    Writer(place, folder, 0).practise()
    # A connection must not come into two processes by a fork; the engine without any may.
    database.engine().dispose()
    if "kills" in plan:
        strike(
            place,
            folder,
            kills=plan["kills"],
            lives=plan["lives"],
            chance=random.Random(plan["seed"]),
        )
    else:
        step_by_step(Writer(place, folder, 0, without=plan.get("without", "")), plan["point"])


def strike(place: Place, folder: Path, *, kills: int, lives: float, chance: random.Random) -> None:
    """Kills one of the writers at a random moment, now and then all at once; at last their
    successors finish what is open.
    """
    writers = [Writer(place, folder, number) for number in range(SIDE_BY_SIDE)]
    running = [fork(lambda one=one: live(one)) for one in writers]
    while kills > 0:
        time.sleep(chance.uniform(0, 2 * lives / SIDE_BY_SIDE))
        struck = (
            range(SIDE_BY_SIDE)
            if kills >= SIDE_BY_SIDE and not chance.randrange(10)
            else [chance.randrange(SIDE_BY_SIDE)]
        )
        for number in struck:
            os.kill(running[number], signal.SIGKILL)
        for number in struck:
            require_killed(running[number])
            running[number] = fork(lambda one=writers[number]: live(one))
        kills -= len(struck)
    for pid in running:
        os.kill(pid, signal.SIGKILL)
    for pid in running:
        require_killed(pid)
    for one in writers:
        require_ended(fork(one.repeat))


def step_by_step(writer: Writer, point: str) -> None:
    """Each writer repeats what its forerunner left open, then dies at that point of its own
    first order.
    """

    def one_step() -> None:
        writer.repeat()
        POINTS[point]()
        writer.work(1)

    for _ in range(ALONE if writer.without else len(COMMANDS)):
        require_killed(fork(one_step))
    require_ended(fork(writer.repeat))


def live(writer: Writer) -> None:
    writer.repeat()
    writer.work()


def fork(work: Callable[[], None]) -> int:
    """A new process that does this and ends; its id."""
    if pid := os.fork():
        return pid
    ended = 1
    try:
        work()
        ended = 0
    except Exception:
        traceback.print_exc()
    finally:
        sys.stderr.flush()
        os._exit(ended)


def require_killed(pid: int) -> None:
    _, status = os.waitpid(pid, 0)
    if os.waitstatus_to_exitcode(status) != -signal.SIGKILL:
        sys.exit(f"a writer ended by itself: {os.waitstatus_to_exitcode(status)}")


def require_ended(pid: int) -> None:
    _, status = os.waitpid(pid, 0)
    if code := os.waitstatus_to_exitcode(status):
        sys.exit(f"a writer failed: {code}")


if __name__ == "__main__":
    main()
