"""Tests of data/incidents.py: the log's entries and what became of them."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlmodel import Session

from data import incidents
from data.commands import execute
from data.events import loading
from data.incidents import open_entry, update_entry
from data.storage import database
from models.events.event import View
from models.incidents import EntryState, EntryStatus
from models.refusals import Refusal
from tests.stage import (
    REAL,
    SMALL,
    at,
    entry,
    give,
    nothing_written,
    one_change,
    origin,
    person,
    refused,
    row_counts,
    section,
)


def enter(text="Mất điện", *, priority=2, key="hau_can", by="command", when="D+0 08:00", **facts):
    return give(
        open_entry, by=by, when=when, section_id=section(key), priority=priority, text=text, **facts
    )


def update(
    number=1, status="handling", text="Đang xử lý", *, by="command", when="D+0 08:10", **facts
):
    return give(
        update_entry, by=by, when=when, entry_id=entry(number), status=status, text=text, **facts
    )


def logged(event, when="D+0 12:00", *, past=False):
    with database.reading() as session:
        return incidents.entries_at(session, event, View(at(when), past))


def still_open(event, when="D+0 12:00", *, past=False):
    with database.reading() as session:
        return [one.number for one in incidents.open_entries(session, event, View(at(when), past))]


def test_an_entry_is_recorded_with_the_next_number(event):
    with one_change("open_entry"):
        assert enter().number == 1
    assert enter(" Kẹt\nxe ").number == 2
    assert [(one.number, one.text, one.status) for one in logged(event)] == [
        (2, "Kẹt xe", EntryStatus.OPEN),
        (1, "Mất điện", EntryStatus.OPEN),
    ]


def test_an_entry_is_handled_closed_and_reopened(event):
    enter()
    for minute, status in enumerate(
        ["handling", "handling", "closed", "reopened", "handling", "closed"], 10
    ):
        with one_change("update_entry"):
            update(1, status, f"bước {minute}", when=f"D+0 08:{minute}")
        assert logged(event)[0].status == status
    assert [one.said for one in logged(event)] == ["bước 15"]
    assert still_open(event) == []


@pytest.mark.parametrize("text", ["", "  ", "\n"])
def test_an_update_needs_no_words(event, text):
    enter()
    assert update(text=text).text == ""


def test_numbers_count_within_an_event(event):
    enter()
    database.run(loading.load_event, folder=SMALL, rehearsal=True, now=REAL)
    assert enter().number == 1


@pytest.mark.parametrize("command", [enter, update])
def test_a_repeated_key_returns_the_first_answer_and_writes_nothing(event, command):
    enter()
    first = command(once="same")
    with nothing_written():
        assert command(once="same").model_dump() == first.model_dump()


def test_an_entry_that_breaks_a_rule_is_refused(event):
    with refused("entry_text_needed"):
        enter(" \u200b")
    with refused("entry_text_too_long", length=141, limit=140):
        enter("x" * 141)
    with refused("priority_unknown", priority=5):
        enter(priority=5)
    with refused("sign_in_needed"):
        enter(by=None)
    with refused("section_unknown", section=4711):
        give(open_entry, by="command", when="D+0 08:00", section_id=4711, priority=1, text="x")


def test_everybody_who_is_signed_in_may_enter(event):
    for key in (
        "admin",
        "committee",
        "command",
        "media",
        "lead.an_ninh",
        "deputy.an_ninh",
        "desk.ban_1",
    ):
        enter(by=key)


def test_an_update_that_breaks_a_rule_is_refused(event):
    enter()
    with refused("entry_step", number=1, now="open", to="reopened"):
        update(status="reopened")
    with refused("entry_step", to="nonsense"):
        update(status="nonsense")
    with refused("entry_text_too_long"):
        update(text="x" * 141)
    for key in ("lead.an_ninh", "committee", "media", "desk.ban_1"):
        with refused("not_permitted"):
            update(by=key)
    with refused("sign_in_needed"):
        update(by=None)
    update(status="closed", by="lead.hau_can")
    with refused("entry_step", now="closed", to="closed"):
        update(status="closed", when="D+0 08:11")


def test_an_entry_that_does_not_exist_or_is_of_an_earlier_run_is_refused(event):
    enter()
    old = entry(1)
    database.run(loading.load_event, folder=SMALL, rehearsal=True, now=REAL)
    for number in (old, 4711):
        with refused("entry_unknown", entry=number):
            give(
                update_entry,
                by="admin",
                when="D+0 09:00",
                entry_id=number,
                status="closed",
                text="",
            )


def test_open_entries_come_worst_first_then_newest(event):
    for priority in (3, 1, 2, 1):
        enter(priority=priority)
    enter(priority=1)
    update(5, "closed")
    for past in (False, True):
        assert still_open(event, past=past) == [4, 2, 3, 1]


def test_a_past_moment_shows_what_was_open_then(event):
    enter(when="D+0 08:00")
    update(1, "handling", when="D+0 08:10")
    update(1, "closed", when="D+0 08:20")
    update(1, "reopened", when="D+0 08:30")
    moments = ["D+0 07:59", "D+0 08:00", "D+0 08:15", "D+0 08:20", "D+0 08:30"]
    assert [still_open(event, when, past=True) for when in moments] == [[], [1], [1], [], [1]]
    statuses = [[one.status.value for one in logged(event, when, past=True)] for when in moments]
    assert statuses == [[], ["open"], ["handling"], ["closed"], ["reopened"]]


def test_steps_by_clocks_that_disagree_keep_the_order_of_their_acceptance(event):
    enter(when="D+0 08:00")
    update(1, "handling", when="D+0 08:11")
    update(1, "closed", when="D+0 08:10")
    for past in (False, True):
        assert [one.status for one in logged(event, past=past)] == [EntryStatus.CLOSED]


# --- races ---------------------------------------------------------------------------------------


def test_sixteen_entries_at_once_get_sixteen_numbers(event):
    who, where, now = person("command"), section("hau_can"), at("D+0 08:00")

    def attempt(number: int) -> int:
        facts = {"section_id": where, "priority": 1, "text": f"Việc {number}"}
        return give(open_entry, by=who, when=now, **facts).number

    with ThreadPoolExecutor(16) as pool:
        numbers = list(pool.map(attempt, range(16)))
    assert sorted(numbers) == list(range(1, 17))


def test_sixteen_at_once_close_an_entry_once(event):
    enter()
    who, number, now = person("command"), entry(1), at("D+0 08:10")

    def attempt(_) -> str:
        try:
            give(update_entry, by=who, when=now, entry_id=number, status="closed", text="")
        except Refusal as refusal:
            return refusal.code
        return "closed"

    with ThreadPoolExecutor(16) as pool:
        answers = sorted(pool.map(attempt, range(16)))
    assert answers == ["closed"] + ["entry_step"] * 15
    assert row_counts()["entryupdate"] == 1


def test_without_taking_turns_an_entry_is_closed_twice(event):
    """The control: a session that read before another's commit and takes no turns closes it
    again.
    """
    enter()
    who, now = person("command"), at("D+0 08:10")
    facts = {"entry_id": entry(1), "status": "closed", "text": ""}
    with Session(database.engine()) as early:
        looked = early.get(EntryState, facts["entry_id"])
        early.rollback() if database.engine().dialect.name == "sqlite" else None
        give(update_entry, by=who, when=now, once="first", **facts)
        if looked in early and database.engine().dialect.name == "postgresql":
            execute(early, origin(who, now, "second"), update_entry, **facts)
            early.commit()
            assert row_counts()["entryupdate"] == 2
            return
        with pytest.raises(Refusal):  # SQLite: its new transaction reads again
            execute(early, origin(who, now, "second"), update_entry, **facts)
