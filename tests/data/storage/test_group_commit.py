"""Tests of the group commit: requests share a transaction, and each gets its own answer."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import text

from data.access import sign_ins
from data.attendance.commands import admit
from data.commands import Origin, submit
from data.storage import changes, database, group_commit
from models.access.sign_ins import UNKNOWN_CLIENT, SignInMethod
from models.refusals import Refusal
from tests import stage
from tests.stage import VAN, VAN_CHAIR, VAN_WITH_DOT, at, item, person


@pytest.fixture
def held(event):
    """The queue is held up until the fixture is called: what is submitted meanwhile is one
    batch.
    """
    turn = threading.Event()
    group_commit._writer.submit(turn.wait)
    yield turn.set
    turn.set()


def scan(badge, idempotency_key, where):
    given = stage.origin("command", at("D+1 07:00"), idempotency_key)
    return submit(given, admit, badge=badge, item_id=where).result()


def all_at_once(held, *given) -> list:
    """The answers, or refusals, of commands that all wait for the same turn."""
    with ThreadPoolExecutor(len(given)) as pool:
        pending = [pool.submit(command) for command in given]
        while len(group_commit._queue) < len(given):
            threading.Event().wait(0.01)
        held()
        return [one.exception() or one.result() for one in pending]


def test_commands_of_one_batch_are_written_in_one_transaction(held):
    where, woken = item("phien_chinh"), []
    stop = changes.subscribe(lambda revision, topics: woken.append(revision))
    try:
        badges = (VAN, VAN_CHAIR, VAN_WITH_DOT)
        answers = all_at_once(
            held, *(lambda badge=badge: scan(badge, f"scan {badge}", where) for badge in badges)
        )
    finally:
        stop()
    assert [one.badge for one in answers] == list(badges)
    assert len(woken) == 1  # one commit
    assert stage.row_counts()["attendancefact"] == 3


def test_a_refusal_reaches_the_one_it_belongs_to_and_the_others_go_on(held):
    where = item("phien_chinh")
    first, second, unknown = all_at_once(
        held,
        lambda: scan(VAN, "a", where),
        lambda: scan(VAN, "b", where),
        lambda: scan("9999", "c", where),
    )
    outcomes = sorted(
        one.code if isinstance(one, Refusal) else one.badge for one in (first, second)
    )
    assert outcomes == [VAN, "already_in"]
    assert unknown.code == "badge_malformed"
    assert stage.row_counts()["attendancefact"] == 1


def test_a_command_that_breaks_the_transaction_costs_no_other_command_anything(held):
    where = item("phien_chinh")

    def broken(session):
        session.execute(text("INSERT INTO attendancefact (id) VALUES (NULL)"))

    fine, failed = all_at_once(
        held, lambda: scan(VAN, "a", where), lambda: group_commit.submit(broken).result()
    )
    assert fine.badge == VAN
    assert not isinstance(failed, Refusal) and isinstance(failed, Exception)
    assert stage.row_counts()["attendancefact"] == 1


def test_each_change_carries_the_sign_in_that_it_was_given_from(held):
    where, now, by = item("phien_chinh"), at("D+1 07:00"), person("command")

    numbers = [database.run(_sign_in, by=by, now=now) for _ in range(2)]
    all_at_once(
        held,
        *(
            lambda badge=badge, number=number: submit(
                Origin(by, number, badge, now), admit, badge=badge, item_id=where
            ).result()
            for badge, number in zip((VAN, VAN_CHAIR), numbers, strict=True)
        ),
    )
    with database.reading() as session:
        query = text("SELECT subject_id, sign_in_id FROM change WHERE topic = 'attendance'")
        assert dict(session.execute(query).all()) == {
            stage.delegate(badge): number
            for badge, number in zip((VAN, VAN_CHAIR), numbers, strict=True)
        }


def _sign_in(session, *, by, now) -> int:
    begun = sign_ins.begin(
        session, by, how=SignInMethod.INVITATION, client_info=UNKNOWN_CLIENT, now=now
    )
    return sign_ins.sign_in_of(session, begun, now=now)


def test_more_than_one_transaction_holds_are_all_answered(held, monkeypatch):
    monkeypatch.setattr(group_commit, "MAX_BATCH", 2)
    where = item("phien_chinh")
    answers = all_at_once(held, *(lambda n=n: scan(VAN, f"scan {n}", where) for n in range(7)))
    assert sum(not isinstance(one, Exception) for one in answers) == 1
    assert {one.code for one in answers if isinstance(one, Refusal)} == {"already_in"}


def given(badge, where):
    """A scan that waits for its turn."""
    origin = stage.origin("command", at("D+1 07:00"), f"scan {badge}")
    return submit(origin, admit, badge=badge, item_id=where)


@pytest.fixture
def patient(monkeypatch):
    """Transactions whose commit delay is longer than a test."""
    group_commit._writer.submit(lambda: None).result()  # what was given before is over
    monkeypatch.setattr(group_commit, "COMMIT_DELAY", 60)
    return lambda number: monkeypatch.setattr(group_commit, "_batch", number)


@pytest.mark.slow
def test_a_batch_is_complete_again_before_its_next_transaction(event, patient):
    """Requests of a batch come back together: the first waits for the rest, one commit takes
    both.
    """
    where, woken = item("phien_chinh"), []
    stop = changes.subscribe(lambda revision, topics: woken.append(revision))
    patient(2)
    try:
        assert [one.result(30).badge for one in (given(VAN, where), given(VAN_CHAIR, where))] == [
            VAN,
            VAN_CHAIR,
        ]
    finally:
        stop()
    assert len(woken) == 1


def test_a_request_that_comes_alone_waits_for_no_other(event, patient):
    where = item("phien_chinh")
    patient(0)
    assert [given(badge, where).result(30).badge for badge in (VAN, VAN_CHAIR)] == [VAN, VAN_CHAIR]
