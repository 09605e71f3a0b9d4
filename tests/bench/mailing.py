"""E-mail to the sample's 1,121 delegates by a real SMTP server of this machine, which refuses one
in twenty (half of them for now, half for good); the sender is killed in the middle of a message.

The server runs in this process next to the senders. Any row that is wrong, or anything sent twice,
is an error and no figure: a row is `sent` exactly where the server took its message, `failed` where
it refused it for good, and `unknown` of the one message at which the sender was killed. The rate is
the highest that an operator can set, 100 a second; what a message costs is the sender's CPU time.
"""

import re
import subprocess
import time
from datetime import timedelta
from pathlib import Path

import pytest
from sqlmodel import select

from data.commands import Origin, run
from data.distribution.addresses import give_addresses
from data.distribution.commands import distribute
from data.distribution.outbox import settle_lost_email
from data.distribution.queries import distributions_at, ledger_of, received_at
from data.events import loading
from data.events.clock import event_now, real_now
from data.events.current import require_event
from data.storage import database, migrate
from models.attendance.ledger import Delegate
from models.distribution.ledger import OutgoingDocument, State
from models.distribution.mailing import LEASE
from models.events.event import View
from tests import stage, warm
from tests.bench import sample
from tests.bench.figures import Figure
from tests.bench.sample import Samples
from tests.mail_server import MailServer, mail_server

QUICK_DELEGATES = 120
FAILS = 20  # one in so many is refused
COUNT_TARGET = 20  # ms, of the count that the wall shows
COUNTS = 50
REPORT = Path(__file__).parent / "report.pdf"
LATER = timedelta(minutes=1)


def measure(folder: Path, samples: Samples, *, quick: bool) -> list[Figure]:
    sample.use(sample.sqlite_address(folder / "mailing.db"))
    migrate.upgrade()
    database.run(loading.load_event, folder=loading.SAMPLE, rehearsal=False, now=real_now())
    addresses = _addresses(quick=quick)
    with mail_server() as server, pytest.MonkeyPatch.context() as patch:
        for name, value in server.settings.items():
            patch.setenv(name, value)
        figures = _sent(server, addresses)
    database.dispose()
    return figures


def _addresses(*, quick: bool) -> dict[str, str]:
    """Badge to address."""
    with database.reading() as session:
        badges = session.exec(select(Delegate.badge).order_by(Delegate.badge)).all()
    chosen = badges[:QUICK_DELEGATES] if quick else badges
    return {badge: f"{badge.lower()}@vi-du.vn" for badge in chosen}


def _sent(server: MailServer, addresses: dict[str, str]) -> list[Figure]:
    by = {"by": "command", "when": real_now()}
    stage.give(give_addresses, addresses=addresses, **by)
    report = OutgoingDocument("synthesis", "Báo cáo tổng hợp", REPORT.name, REPORT.read_bytes())
    stage.give(distribute, document=report, channels=("email",), **by)
    everyone = list(addresses.values())
    refused = everyone[FAILS // 2 :: FAILS]
    for_good, for_now = refused[::2], refused[1::2]
    server.answers = {address: ["550 5.1.1 no such user"] for address in for_good}
    server.answers |= {address: ["451 4.7.1 try again"] for address in for_now}
    killing = everyone[len(everyone) // 2]
    began = time.monotonic()
    senders = [_started()]
    server.at_data = lambda address: senders[0].kill() if address == killing else None
    assert senders[0].wait() != 0
    before = len(server.taken)
    ended = _ended(_started())
    took = time.monotonic() - began
    run(Origin(real=real_now() + LEASE + LATER), settle_lost_email)
    _require_right(server, everyone, for_good, killing)
    spent = 1000 * float(re.fullmatch(r"([\d.]+)\n", ended)[1])
    return [
        Figure("e-mail to everyone: every row right, none twice, of", "", [len(everyone)]),
        Figure("  refused for good, refused for now", "", [len(for_good), len(for_now)]),
        Figure("  with a kill in the middle, unknown", "", [1]),
        Figure("  all of it", "s", [took]),
        Figure("  CPU of a message", "ms", [spent / (len(server.taken) - before)]),
        Figure("  the wall's count", "ms", _counts(), COUNT_TARGET, "median"),
    ]


def _started() -> subprocess.Popen | warm.Copy:
    return warm.start("-m", "tests.mail_sender", stdout=subprocess.PIPE, stderr=subprocess.PIPE)


def _ended(sender: subprocess.Popen | warm.Copy) -> str:
    """What it says: the seconds of CPU that it took."""
    said, failures = sender.communicate(timeout=600)
    assert sender.returncode == 0, failures
    return said


def _require_right(
    server: MailServer, everyone: list[str], for_good: list[str], killing: str
) -> None:
    assert set(server.by_message.values()) == {1} == set(server.by_address.values())
    assert set(server.by_address) == set(everyone) - set(for_good)
    expected = dict.fromkeys(everyone, State.SENT) | dict.fromkeys(for_good, State.FAILED)
    expected[killing] = State.UNKNOWN
    with database.reading() as session:
        event = require_event(session)
        version = distributions_at(session, event, View(event_now(session, event)))[0]
        whole = ledger_of(session, event, version)
    lines = (line for one in whole.delegations for line in one.lines)
    found = {f"{line.badge.lower()}@vi-du.vn": line.state for line in lines}
    assert {address: found[address] for address in everyone} == expected


def _counts() -> list[float]:
    """Milliseconds of the count that the wall shows, with its statements."""
    spent = []
    for _ in range(COUNTS):
        with database.reading() as session:
            event = require_event(session)
            view = View(event_now(session, event))
            began = time.perf_counter()
            assert received_at(session, event, view)
            spent.append(1000 * (time.perf_counter() - began))
    return spent
