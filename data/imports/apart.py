"""A long import in a process of its own: the server answers everybody else meanwhile, and what was
read goes with it.

`python -m data.imports.apart` takes requests (`data.imports.requests`) on its standard input and
answers on its standard output (`data.imports.pipe`): how far it is, then what came of it. It keeps
what it read for the next request, and ends when it has waited for `SECONDS`, whatever for, with the
server, and where it fails.
"""

import os
import queue
import sys
import threading
from typing import Any, BinaryIO

from data.imports import pipe
from data.imports.requests import GO, Done, Phase, Progress, Request
from models.refusals import Refusal

SECONDS = 300


def main() -> None:
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what anything prints is no answer
    requests: queue.Queue[Any] = queue.Queue()
    threading.Thread(target=_take, args=(requests,), daemon=True).start()
    while True:
        try:
            request = requests.get(timeout=SECONDS)
        except queue.Empty:
            return
        pipe.say(answers, _answer(request, requests, answers))


def _answer(request: Request, requests: "queue.Queue[Any]", answers: BinaryIO) -> object:
    def say(progress: Progress) -> None:
        pipe.say(answers, progress)
        if progress == Progress(Phase.WRITES) and requests.get(timeout=SECONDS) != GO:
            raise SystemExit("what came was not the turn to write")

    try:
        return Done(request.do(say))
    except Refusal as refusal:
        return refusal


def _take(requests: "queue.Queue[Any]") -> None:
    """Hand on what comes in; the end of it is the end of the server, and of what is not done.

    So is whatever cannot be read: else the process would wait for what never comes.
    """
    try:
        while True:
            requests.put(pipe.take_request(sys.stdin.buffer))
    finally:
        os._exit(1)


if __name__ == "__main__":
    main()
