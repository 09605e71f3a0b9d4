"""What the tests of the distribution share: a document that is sent out, and who has it."""

from datetime import datetime

from data.commands import Origin, run
from data.distribution.commands import distribute
from data.distribution.queries import Ledger, Received, distributions_at, ledger_of, received_at
from data.storage import database
from models.distribution.ledger import OutgoingDocument
from models.events.event import View
from tests import stage
from tests.stage import at

SENT, LATER = "D+2 08:00", "D+2 10:00"
PDF = b"%PDF-1.7 b\xc3\xa1o c\xc3\xa1o"
NGHI_LOC, QUY_HOP = "429", "420"  # six delegates each


def document(content: bytes = PDF, kind: str = "synthesis", **facts: object) -> OutgoingDocument:
    return OutgoingDocument(kind, "Báo cáo tổng hợp", "bao-cao.pdf", content, **facts)


def sent_out(*channels: str, when: str = SENT, **facts: object) -> int:
    """A version that goes out to everyone; its id."""
    by = channels or ("paper",)
    sent = {"document": document(**facts), "channels": by}
    return stage.give(distribute, by="command", when=when, **sent).id


def delegation(code: str) -> int:
    return next(one.id for one in ledger().delegations if one.name["vi"] == NAMES[code])


NAMES = {NGHI_LOC: "Huyện Nghi Lộc", QUY_HOP: "Huyện Quỳ Hợp"}


def ledger(number: int | None = None, when: str = LATER) -> Ledger:
    """The ledger of a version, of the newest one by default."""
    event = stage.current()
    with database.reading() as session:
        found = distributions_at(session, event, View(at(when)))
        version = next(one for one in found if number in (None, one.id))
        return ledger_of(session, event, version)


def received(when: str = LATER, *, past: bool = False) -> Received | None:
    with database.reading() as session:
        return received_at(session, stage.current(), View(at(when), past))


def count(when: str = LATER) -> tuple[int, int]:
    """Received and expected, which the facts say as well as what is stored of them."""
    now, then = received(when), received(when, past=True)
    assert now == then
    return now.acknowledged, now.expected


def system(command, *, real: datetime, when: str = LATER, **facts: object):
    """Gives a command as the installation itself."""
    return run(Origin(at=at(when), real=real), command, **facts)
