"""Sends what the outbox holds, as the job of a server does, until nothing waits in it, and prints
the seconds of CPU that it took: `python -m tests.mail_sender`.
"""

import time
from datetime import timedelta

from data.distribution.outbox import next_due
from data.events.current import require_event
from data.storage import database
from jobs.distribution import send
from models.distribution import mailing

RETRIES = (timedelta(milliseconds=50),) * 5  # what takes hours takes moments here


def waits() -> bool:
    with database.reading() as session:
        return next_due(session, require_event(session)) is not None


def main() -> None:
    mailing.RETRIES, began = RETRIES, time.process_time()
    while waits():
        time.sleep(min(send(), 0.05))
    print(f"{time.process_time() - began:.3f}", flush=True)


if __name__ == "__main__":
    main()
