"""The time of the synthesis of 2,000 contributions, from the tap to the file.

A petition each, of all units of the sample, over twenty topics and three levels, gathered into
paragraphs by the product itself. Timed is the server's part of a tap: the content is read and the
export recorded, then the file is written.
"""

from pathlib import Path

from sqlmodel import Session

from data.access.people import person_by_key
from data.commands import Origin, run
from data.contributions.topics import add_topic
from data.documents.content import Document
from data.documents.docx import docx_bytes
from data.documents.pdf import pdf_bytes
from data.events.clock import event_now
from data.events.current import require_event
from data.programme import items_at
from data.storage import database
from data.synthesis.commands import gather_paragraphs
from data.synthesis.documents import synthesis_document
from data.synthesis.report import export_synthesis
from models.contributions.contributions import Contribution, Level
from models.contributions.topics import TopicPlan
from tests.bench import sample
from tests.bench.documents import timed
from tests.bench.figures import Figure
from tests.bench.sample import Samples

NUMBER, TOPICS = 2_000, 20
RUNS, QUICK_RUNS = 5, 2
TARGET = 3_000  # ms
TEXT = (
    "Đề nghị quan tâm bố trí kinh phí nâng cấp tuyến đường liên xã số {number} đã xuống cấp, "
    "đi lại khó khăn vào mùa mưa, ảnh hưởng đến sản xuất và đời sống của Nhân dân."
)


def measure(folder: Path, samples: Samples, *, quick: bool) -> list[Figure]:
    sample.use(samples.fresh())
    with database.reading() as session:
        event, by = require_event(session), person_by_key(session, "command")
        now = event_now(session, event)
        session.expunge_all()
    topics = [
        run(Origin(by, at=now), add_topic, plan=TopicPlan(f"Nhóm vấn đề {number}")).id
        for number in range(TOPICS)
    ]
    database.run(_contribute, topics=topics)
    run(Origin(by, at=now), gather_paragraphs)

    def report() -> Document:
        content = run(Origin(by, at=now), export_synthesis)
        return synthesis_document(content, "synthesis", "vi")

    runs = QUICK_RUNS if quick else RUNS
    what = f"synthesis of {NUMBER:,} contributions as"
    figures = [
        Figure(f"{what} DOCX", "ms", timed(report, docx_bytes, runs), TARGET),
        Figure("  as PDF", "ms", timed(report, pdf_bytes, runs)),
    ]
    database.dispose()
    return figures


def _contribute(session: Session, *, topics: list[int]) -> None:
    event, by = require_event(session), person_by_key(session, "command")
    view = sample.now_view(session, event)
    forum = next(one.id for one in items_at(session, event, view) if one.kind == "forum")
    levels = [level.value for level in Level]
    for number in range(1, NUMBER + 1):
        session.add(
            Contribution(
                event_id=event.id,
                number=1_000 + number,
                text=TEXT.format(number=number),
                kind="petition",
                item_id=forum,
                topic_id=topics[number % TOPICS],
                unit=f"Xã số {number % 460}",
                body=f"Sở, ngành số {number % 25}",
                level=levels[number % len(levels)],
                channel="file",
                received_at=view.moment,
                at=view.moment,
                person_id=by.id,
                idempotency_key=f"bench-{number}",
            )
        )
