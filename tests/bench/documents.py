"""The time of documents, from the tap to the file: the review's report and the minutes.

The review is that of the sample at its start against the beginning, so that it holds every changed
task, entry and silent section. Timed is the server's part of a tap: the content is read and the
export recorded, then the file is written.
"""

import time
from collections.abc import Callable
from pathlib import Path

from data.access.people import person_by_key
from data.attendance.minutes import minutes
from data.attendance.report import export_attendance
from data.commands import Origin, run
from data.documents.content import Document
from data.documents.docx import docx_bytes
from data.documents.pdf import pdf_bytes
from data.events.clock import event_now, real_now
from data.events.current import current_event
from data.programme import items_at
from data.reviews.commands import sign_review
from data.reviews.comparison import BEGINNING
from data.reviews.document import review_report
from data.reviews.report import export_review
from data.storage import database
from data.words import Words
from models.access.people import Person
from models.events.event import zone
from tests.bench import sample
from tests.bench.figures import Figure
from tests.bench.paper import pages_apart
from tests.bench.sample import Samples

RUNS, QUICK_RUNS = 20, 5
TARGET = 1_000  # ms
ITEM = "phien_chinh"  # every delegate is expected at it


def measure(folder: Path, samples: Samples, *, quick: bool) -> list[Figure]:
    sample.use(samples.fresh())
    runs = QUICK_RUNS if quick else RUNS
    with database.reading() as session:
        event = current_event(session)
        by, now, words = (
            person_by_key(session, "committee"),
            event_now(session, event),
            Words("vi", zone(event)),
        )
        (item,) = (
            one.id
            for one in items_at(session, event, sample.now_view(session, event))
            if one.key == ITEM
        )
        session.expunge_all()
    facts = {"conclusion": "Đủ điều kiện khai mạc", "since": BEGINNING}
    signed = run(Origin(by, at=now), sign_review, **facts)
    taken = Origin(by, at=now)

    def report() -> Document:
        return review_report(run(taken, export_review, review_id=signed.id), "vi")

    list_of_all = _taken(
        by, lambda *, by, now: minutes(run(Origin(by), export_attendance, item_ids=[item]), words)
    )
    figures = [
        Figure("a signed review as DOCX", "ms", timed(report, docx_bytes, runs), TARGET),
        Figure("  as PDF", "ms", timed(report, pdf_bytes, runs), TARGET),
        Figure("minutes of 1,121 delegates as DOCX", "ms", timed(list_of_all, docx_bytes, runs)),
        Figure("  as PDF", "ms", timed(list_of_all, pdf_bytes, runs)),
    ]
    if apart := pages_apart([report(), list_of_all()]):
        figures.append(
            Figure("pages apart, DOCX printed and PDF", "pages", apart, 0, judged="most")
        )
    database.dispose()
    return figures


def _taken(by: Person, read: Callable[..., Document]) -> Callable[[], Document]:
    return lambda: read(by=by, now=real_now())


def timed(
    read: Callable[[], Document], write: Callable[[Document], bytes], runs: int
) -> list[float]:
    """Milliseconds of each run; the first, which loads the typefaces, is thrown away."""
    times = []
    for _ in range(runs + 1):
        began = time.perf_counter()
        write(read())
        times.append(1000 * (time.perf_counter() - began))
    return times[1:]
