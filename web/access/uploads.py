"""Uploads: who may send files to the pages' store in memory, and how many."""

import time
from collections import defaultdict, deque

from models.access.people import PERMISSIONS, Person

# A report takes four photographs of up to 10 MB, and a lead sends some reports in a row.
MAX_FILES, WINDOW = 30, 600.0  # of one sign-in, within so many seconds

_sent: defaultdict[int | None, deque[float]] = defaultdict(deque)


TAKING = (
    "report_status",
    "prepare_import",
    "register_contribution",
    "record_answer",
    "distribute",
    "handle_addresses",
)
"""The permissions of what takes files: photographs of a task, an office's files, contributions of a
unit, letters, documents that are sent out, and a list of addresses."""


def may_upload(person: Person | None) -> bool:
    """Whether a person has a page that takes files."""
    return person is not None and any(person.role in PERMISSIONS[name] for name in TAKING)


def admit(sign_in_id: int | None) -> bool:
    """Count a file, unless its sign-in has sent too many."""
    now, sent = time.monotonic(), _sent[sign_in_id]
    while sent and now - sent[0] > WINDOW:
        sent.popleft()
    if len(sent) >= MAX_FILES:
        return False
    sent.append(now)
    return True
