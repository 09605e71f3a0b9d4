"""Tests of jobs/distribution.py: e-mail leaves by a real SMTP server; failures and a kill in the
middle leave every row right, and send nothing twice.
"""

import subprocess

import pytest
from sqlmodel import select, update

from data.commands import Origin, run
from data.distribution.addresses import give_addresses
from data.distribution.commands import (
    distribute,
    queue_email,
    record_receipt,
    restore_distribution,
    withdraw_distribution,
)
from data.distribution.outbox import claim_email, settle_lost_email
from data.events import loading
from data.events.clock import real_now
from data.storage import database
from data.words import catalogue
from jobs.distribution import MAX_PAUSE, PAUSE_WITHOUT_SERVER, send
from models.distribution.ledger import DelegateAddress, DistributionState, State
from models.distribution.mailing import LEASE
from models.events.event import Event
from tests import stage, warm
from tests.data.distribution.stage import document, ledger
from tests.mail_server import MailServer, mail_server

BADGES = [
    "0001G", "0002K", "0003M", "0004P", "0005T", "0006C", "0007H", "0008L", "0009N", "0010H",
    "0011L", "0012N",
]  # fmt: skip
SAY = catalogue("vi")
PATIENCE = 120.0  # seconds for the whole list; the machine is shared


@pytest.fixture
def mail(monkeypatch):
    """A mail server, which the environment names."""
    with mail_server() as server:
        for name, value in server.settings.items():
            monkeypatch.setenv(name, value)
        yield server


@pytest.fixture
def real(db):
    """The small event as a real one, with everyone's address."""
    made = database.run(loading.load_event, folder=stage.SMALL, rehearsal=False, now=real_now())
    addresses = {badge: f"{badge.lower()}@vi-du.vn" for badge in BADGES}
    stage.give(give_addresses, by="command", when=real_now(), addresses=addresses)
    return made


def sent_out() -> int:
    sent = {"document": document(), "channels": ("email",)}
    return stage.give(distribute, by="command", when=real_now(), **sent).id


def states() -> dict[str, State]:
    """Address to the state of its row."""
    lines = (line for one in ledger(when="D+9000 00:00").delegations for line in one.lines)
    return {f"{line.badge.lower()}@vi-du.vn": line.state for line in lines}


def reasons() -> set[str]:
    lines = (line for one in ledger(when="D+9000 00:00").delegations for line in one.lines)
    return {reason for line in lines for reason in line.reasons}


def started() -> subprocess.Popen | warm.Copy:
    return warm.start("-m", "tests.mail_sender", stderr=subprocess.PIPE)


def ended(sender) -> None:
    with sender:
        assert sender.wait(PATIENCE) == 0, sender.stderr.read()


def test_failures_and_a_kill_leave_every_row_right_and_nothing_is_sent_twice(real, mail):
    for_good, for_now, killing = "0002k@vi-du.vn", "0003m@vi-du.vn", "0005t@vi-du.vn"
    mail.answers = {for_good: [f"550 5.1.1 <{for_good}> unknown"], for_now: ["451 later"]}
    number = sent_out()
    mail.at_data = lambda address: first.kill() if address == killing else None
    first = started()
    with first:
        assert first.wait(PATIENCE) != 0
    mail.at_data = lambda _address: None
    for sender in [started(), started()]:  # two processes, one outbox
        ended(sender)
    assert states()[killing] is State.SENDING  # who was killed may still be at it
    assert settled(mail) == 1
    found = states()
    assert found.pop(for_good) is State.FAILED and reasons() == {"550 5.1.1 … unknown"}
    assert found.pop(killing) is State.UNKNOWN
    assert set(found.values()) == {State.SENT} and len(found) == 10
    assert mail.by_address == dict.fromkeys([*found, killing], 1)
    assert len(mail.by_message) == 11

    stage.give(queue_email, by="command", when=real_now(), distribution_id=number)
    assert send() < 1
    assert set(states().values()) == {State.SENT}
    again = [message for address, message in mail.taken if address == killing]
    assert len(again) == 2 and len(set(again)) == 1  # whoever has it already can tell


def settled(mail: MailServer) -> int:
    """What was broken off is found once no attempt can still be under way."""
    assert system(settle_lost_email) == 0 and len(mail.taken) == 11
    return system(settle_lost_email, after=LEASE)


def system(command, *, after=LEASE * 0):
    return run(Origin(real=real_now() + after), command)


def test_nothing_of_a_rehearsal_and_nothing_of_a_withdrawn_version_leaves(real, mail):
    number = sent_out()
    by = {"by": "command", "when": real_now(), "distribution_id": number}
    stage.give(withdraw_distribution, **by)
    assert send() == MAX_PAUSE and not mail.taken
    stage.give(restore_distribution, **by)
    with database.writing() as session:
        session.execute(update(Event).values(rehearsal=True))
    assert send() == MAX_PAUSE and not mail.taken
    with database.writing() as session:
        session.execute(update(Event).values(rehearsal=False))
    assert send() < 1 and len(mail.taken) == 12  # the control


def test_a_lost_server_or_a_wrong_password_claims_nothing_and_is_said_without_it(
    real, mail, monkeypatch, caplog
):
    sent_out()
    monkeypatch.setenv("SMTP_USER", "may")
    monkeypatch.setenv("SMTP_PASSWORD", "sai-mat-khau")
    assert send() == PAUSE_WITHOUT_SERVER
    monkeypatch.setenv("SMTP_PORT", "1")
    assert send() == PAUSE_WITHOUT_SERVER
    assert set(states().values()) == {State.TO_SEND} and not mail.taken
    assert caplog.text.count("the mail server takes no mail") == 2
    assert "sai-mat-khau" not in caplog.text and "may" not in caplog.messages[0].split()


def test_what_the_server_does_not_answer_is_unknown_and_the_others_still_leave(
    real, mail, monkeypatch
):
    monkeypatch.setenv("SMTP_USER", "may")
    monkeypatch.setenv("SMTP_PASSWORD", "dung")
    mail.silent = {"0001g@vi-du.vn"}
    sent_out()
    assert send() < 1 and send() < 1  # over a second connection
    found = states()
    assert found.pop("0001g@vi-du.vn") is State.UNKNOWN
    assert set(found.values()) == {State.SENT} and set(mail.by_address.values()) == {1}


@pytest.mark.one_database
def test_a_limit_or_a_lost_sign_in_fails_no_one_and_uses_up_no_attempt(real, mail, caplog):
    sent_out()
    mail.to_sender = ["550 5.4.5 Daily limit of ban.to.chuc@vi-du.vn exceeded"]
    assert send() == PAUSE_WITHOUT_SERVER and not mail.taken
    assert set(states().values()) == {State.TO_SEND}
    with database.reading() as session:
        assert set(session.exec(select(DistributionState.attempts))) == {0}
    assert caplog.messages == ["the mail server takes no mail: 550"]
    assert send() < 1 and len(mail.taken) == 11  # the first one a minute later


@pytest.mark.one_database
def test_who_acknowledged_by_another_channel_meanwhile_gets_no_message(real, mail):
    one = {"distribution_id": sent_out(), "delegate_id": stage.delegate("0005T")}
    stage.give(record_receipt, by="command", when=real_now(), **one)
    assert send() < 1
    assert set(mail.by_address) == set(states()) - {"0005t@vi-du.vn"} and len(mail.taken) == 11


@pytest.mark.one_database
def test_a_message_that_cannot_be_made_fails_alone_and_says_so(real, mail):
    sent_out()
    with database.writing() as session:
        broken = DelegateAddress.delegate_id == stage.delegate("0005T")
        session.execute(update(DelegateAddress).where(broken).values(email="x\n@vi-du.vn"))
    assert send() < 1
    found = states()
    assert found.pop("0005t@vi-du.vn") is State.FAILED and set(found.values()) == {State.SENT}
    assert reasons() == {SAY["distribution.mail_unmade"]}


@pytest.mark.one_database
def test_a_batch_ends_where_a_rehearsal_begins_or_another_event_is_current(real, mail):
    sent_out()

    def rehearse(_address: str) -> None:
        with database.writing() as session:
            session.execute(update(Event).values(rehearsal=True))

    mail.at_data = rehearse
    send()
    assert len(mail.taken) == 1 and sorted(states().values()) == ["sent"] + ["to_send"] * 11
    with database.writing() as session:
        session.execute(update(Event).values(rehearsal=False))
    other = {"event_id": real.id + 1, "pause": LEASE * 0}
    assert run(Origin(real=real_now()), claim_email, **other) is None
