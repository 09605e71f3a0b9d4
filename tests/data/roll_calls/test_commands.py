"""Tests of data/roll_calls: asking, answering, voiding, ending once, and the frozen outcome."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from sqlmodel import Session, select

from data.events import loading
from data.incidents import entries_at, open_entry, update_entry
from data.roll_calls.commands import (
    answer_roll_call,
    end_due_roll_calls,
    end_roll_call,
    open_roll_call,
    remind_roll_call,
)
from data.roll_calls.queries import (
    newest_answer,
    next_end,
    roll_call_on_show,
    roll_call_outcome,
    roll_calls_at,
)
from data.storage import database
from data.wall.board import wall_document
from models.events.event import View
from models.refusals import Refusal
from models.roll_calls import Outcome, RollCall, RollCallEnd, Stand
from tests.stage import (
    REAL,
    SMALL,
    at,
    content,
    current,
    entry,
    give,
    nothing_written,
    one_change,
    person,
    refused,
    revision,
    row_counts,
    section,
)

DOORS = "D+1 06:30"


def call_up(
    *sections: str,
    by="committee",
    when="D+1 06:00",
    about=DOORS,
    holds=30,
    question="Mở cửa hội trường",
    once=None,
):
    facts = {"question": question, "about_at": at(about), "holds_minutes": holds}
    return give(
        open_roll_call,
        by=by,
        when=when,
        once=once,
        section_ids=[section(key) for key in sections],
        **facts,
    )


def newest_call() -> int:
    with database.reading() as session:
        return session.exec(select(RollCall.id).order_by(RollCall.id.desc())).first()


def reply(key="an_ninh", answer="go", words="", *, by=None, when="D+1 06:05", seen=None, once=None):
    which = {"roll_call_id": newest_call(), "section_id": section(key)}
    with database.reading() as session:
        known = newest_answer(session, **which) if seen is None else seen
    return give(
        answer_roll_call, by=by or f"lead.{key}", when=when, once=once, answer=answer, words=words,
        seen=known, **which
    )  # fmt: skip


def enter(key="an_ninh", priority=1, when="D+1 06:10"):
    return give(
        open_entry,
        by="command",
        when=when,
        section_id=section(key),
        priority=priority,
        text="Cháy ở cổng",
    )


def finish(when="D+1 06:20", by="committee", once=None):
    return give(end_roll_call, by=by, when=when, once=once, roll_call_id=newest_call())


def by_itself(when=DOORS) -> int:
    return give(end_due_roll_calls, by=None, when=when)


def snapshot(when: str):
    """The newest roll-call as at a moment."""
    with database.reading() as session:
        return roll_calls_at(session, current(), View(at(when), past=True))[0]


def stands(when: str) -> dict[str, str]:
    return {one.key: one.stand.value for one in snapshot(when).sections}


def outcome():
    with database.reading() as session:
        return roll_call_outcome(session, newest_call())


# --- asking --------------------------------------------------------------------------------------


def test_a_roll_call_asks_all_sections_unless_some_are_chosen(event):
    with one_change("open_roll_call"):
        call_up()
    assert stands("D+1 06:01") == {"an_ninh": "silent", "hau_can": "silent"}
    finish()
    call_up("hau_can", when="D+1 06:21")
    assert stands("D+1 06:22") == {"hau_can": "silent"}
    assert snapshot("D+1 06:22").number == 2


def test_one_runs_at_a_time_and_the_next_may_follow_its_end(event):
    call_up()
    with refused("roll_call_running", number=1, question="Mở cửa hội trường"):
        call_up(when="D+1 06:29")
    call_up(
        when=DOORS, about="D+1 07:00"
    )  # the first one is over by the clock, whether or not its end is written yet


@pytest.mark.one_database
@pytest.mark.parametrize(
    ("facts", "code"),
    [
        ({"about": "D+1 05:59"}, "roll_call_moment"),
        ({"about": "D+3 07:00"}, "roll_call_moment"),
        ({"question": " "}, "question_needed"),
        ({"holds": 7}, "holds_unknown"),
    ],
)
def test_what_makes_no_sense_is_not_asked(event, facts, code):
    with refused(code):
        call_up(**facts)


def test_a_section_of_another_run_is_not_asked(event):
    old = section("an_ninh")
    database.run(loading.load_event, folder=SMALL, rehearsal=True, now=REAL)
    with refused("section_unknown", section=old):
        facts = {"question": "Mở cửa", "about_at": at(DOORS), "holds_minutes": 30}
        give(open_roll_call, by="committee", when="D+1 06:00", section_ids=[old], **facts)


def test_a_repeated_tap_opens_it_once(event):
    first = call_up(once="tap")
    with nothing_written():
        assert call_up(once="tap").id == first.id


# --- answering -----------------------------------------------------------------------------------


def test_a_lead_or_a_deputy_answers_in_one_tap(event):
    call_up()
    with one_change("answer_roll_call"):
        reply("an_ninh", by="deputy.an_ninh")
    reply("hau_can", "conditional", "nếu  có điện")
    found = {one.key: one for one in snapshot("D+1 06:06").sections}
    assert found["an_ninh"].stand is Stand.GO and found["an_ninh"].expires_at == at("D+1 06:35")
    assert found["an_ninh"].last.by["en"] == "Deputy lead, Security"
    assert found["hau_can"].last.words == "nếu có điện"


def test_no_one_else_answers_for_a_section(event):
    call_up()
    for key in ("lead.hau_can", "committee", "command", "admin", "media", "desk.ban_1"):
        with refused("not_permitted"):
            reply("an_ninh", by=key)


def test_a_section_that_is_not_asked_has_nothing_to_answer(event):
    call_up("hau_can")
    with refused("section_not_asked", section="An ninh"):
        reply("an_ninh")


def test_an_answer_to_a_roll_call_that_ended_is_refused_also_before_its_end_is_written(event):
    call_up()
    finish(when="D+1 06:20")
    with refused("roll_call_ended", at=at("D+1 06:20")):
        reply(when="D+1 06:21")
    call_up(when="D+1 06:22")
    with refused("roll_call_ended", at=at(DOORS)):
        reply(when=DOORS)


def test_an_answer_that_the_deputy_overtook_is_refused_with_it(event):
    call_up()
    reply("an_ninh", "no_go", "Chưa đủ người", by="deputy.an_ninh")
    with refused(
        "roll_call_overtaken",
        who="Phó Trưởng Tiểu ban An ninh",
        answer="no_go",
        words="Chưa đủ người",
    ):
        reply("an_ninh", "go", seen=0)
    assert stands("D+1 06:06")["an_ninh"] == "no_go"
    reply("an_ninh", "go", when="D+1 06:08")  # having seen it
    (one,) = [one for one in snapshot("D+1 06:09").sections if one.key == "an_ninh"]
    assert one.stand is Stand.GO and [said.words for said in one.earlier] == ["Chưa đủ người"]


def test_a_repeated_tap_answers_once_even_after_the_end(event):
    call_up()
    first = reply(once="tap")
    finish()
    with nothing_written():
        assert reply(once="tap", when="D+1 06:40", seen=0).id == first.id


# --- voiding and expiring ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("priority", "stand"), [(1, "voided"), (2, "voided"), (3, "go"), (4, "go")]
)
def test_a_grave_entry_after_an_answer_voids_it(event, priority, stand):
    call_up()
    reply()
    enter(priority=priority)
    assert stands("D+1 06:11")["an_ninh"] == stand
    assert stands("D+1 06:09")["an_ninh"] == "go"  # as at before it


def test_a_voided_section_names_the_entry_and_may_answer_again(event):
    call_up()
    reply()
    enter("hau_can")
    enter("an_ninh", when="D+1 06:12")
    assert [(one.key, one.voided_by) for one in snapshot("D+1 06:13").sections] == [
        ("an_ninh", 2),
        ("hau_can", None),
    ]
    reply(when="D+1 06:14")
    assert stands("D+1 06:15")["an_ninh"] == "go"
    assert stands("D+1 06:13")["an_ninh"] == "voided"


def test_an_entry_that_was_open_before_the_answer_does_not_void_it_even_at_the_same_moment(event):
    call_up()
    enter(when="D+1 06:05")
    reply(when="D+1 06:05")
    assert stands("D+1 06:05")["an_ninh"] == "go"


def test_a_grave_entry_opened_again_voids_as_a_new_one_does(event):
    call_up()
    enter(when="D+1 06:01")
    give(update_entry, by="command", when="D+1 06:02", entry_id=entry(1), status="closed", text="")
    reply(when="D+1 06:05")
    assert stands("D+1 06:06")["an_ninh"] == "go"
    give(
        update_entry, by="command", when="D+1 06:07", entry_id=entry(1), status="reopened", text=""
    )
    assert stands("D+1 06:08")["an_ninh"] == "voided"


def test_an_answer_expires(event):
    call_up(holds=10)
    reply(when="D+1 06:05")
    assert [stands(when)["an_ninh"] for when in ("D+1 06:14", "D+1 06:15")] == ["go", "expired"]


# --- the end -------------------------------------------------------------------------------------


def test_the_chair_reminds_as_long_as_an_answer_is_missing(event):
    call_up()
    reply("an_ninh")

    def remind(when: str, by: str = "committee") -> None:
        give(remind_roll_call, by=by, when=when, roll_call_id=newest_call())

    with one_change("remind_roll_call"):
        remind("D+1 06:10")
    assert [one.key for one in snapshot("D+1 06:11").waited_for] == ["hau_can"]
    assert snapshot("D+1 06:09").reminded_at is None
    assert snapshot("D+1 06:11").reminded_at == at("D+1 06:10")
    with refused("not_permitted"):
        remind("D+1 06:12", by="lead.an_ninh")
    reply("hau_can", "no_go", "Thiếu nước", when="D+1 06:13")
    with refused("roll_call_answered", question="Mở cửa hội trường"):
        remind("D+1 06:14")
    finish()
    with refused("roll_call_ended"):
        remind("D+1 06:21")


def test_the_chair_ends_it_and_the_log_has_it_in_the_same_transaction(event):
    call_up()
    reply("an_ninh")
    finish()
    found = outcome()
    assert found.outcome is Outcome.NOT_READY and found.ended_at == at("D+1 06:20")
    assert found.ended_by["en"] == "Organising Committee"
    with database.reading() as session:
        (line,) = entries_at(session, event, View(at("D+1 06:21")))
    assert line.number == found.entry_number == 1
    assert (line.section_id, line.priority, line.open) == (None, 4, False)
    assert line.text == "Kiểm tra sẵn sàng “Mở cửa hội trường” 06:30: CHƯA SẴN SÀNG – Hậu cần"


def test_a_go_is_a_closed_note_for_the_record(event):
    call_up()
    reply("an_ninh")
    reply("hau_can")
    finish()
    assert outcome().outcome is Outcome.GO
    with database.reading() as session:
        for past in (False, True):
            (line,) = entries_at(session, event, View(at("D+1 06:21"), past=past))
            assert (line.priority, line.open) == (4, False)


def test_a_line_of_the_log_holds_as_many_sections_as_fit(event):
    with database.writing() as session:
        for table_row in session.exec(select(loading.Section)).all():
            table_row.short_vi = f"{table_row.short_vi} và mọi việc khác của tiểu ban này từ sáng"
            session.add(table_row)
    call_up(question="Mở cửa hội trường và bắt đầu đón các đoàn đại biểu vào")
    finish()
    with database.reading() as session:
        (line,) = entries_at(session, event, View(at("D+1 06:21")))
    assert len(line.text) <= 140 and "CHƯA SẴN SÀNG" in line.text


def test_it_ends_by_itself_at_its_moment(event):
    call_up()
    reply("an_ninh")
    reply("hau_can", "conditional", "nếu có điện", when="D+1 06:29")
    assert by_itself("D+1 06:29") == 0
    assert by_itself("D+1 06:31") == 1 and by_itself("D+1 06:32") == 0
    found = outcome()
    assert (found.outcome, found.ended_at, found.ended_by) == (Outcome.CONDITIONAL, at(DOORS), None)


def test_what_is_recorded_after_the_end_changes_nothing_of_it(event):
    call_up()
    reply("an_ninh")
    reply("hau_can")
    finish()
    before, frozen = outcome(), content("rollcallresult", "rollcallend")
    enter(when="D+1 06:10")  # recorded late, with a moment before the end
    enter("hau_can", when="D+1 06:25")
    assert outcome() == before and content("rollcallresult", "rollcallend") == frozen
    assert snapshot("D+1 06:40") == before


def test_before_its_end_is_written_it_reads_as_it_will_be(event):
    """A server that was down at the moment: a view of it before and after the restart agrees."""
    call_up()
    reply("an_ninh")
    enter(when="D+1 06:40")
    unwritten = snapshot("D+1 06:45")
    by_itself("D+1 06:50")
    assert unwritten == replace(snapshot("D+1 06:45"), entry_number=None)


def test_an_outcome_is_read_of_an_ended_one_only(event):
    call_up()
    with database.reading() as session, pytest.raises(Refusal, match="roll_call_running"):
        roll_call_outcome(session, newest_call())
    with database.reading() as session, pytest.raises(Refusal, match="roll_call_unknown"):
        roll_call_outcome(session, 4711)


def test_a_roll_call_of_an_earlier_run_is_none_of_this_one(event):
    call_up()
    old = newest_call()
    database.run(loading.load_event, folder=SMALL, rehearsal=True, now=REAL)
    with refused("roll_call_unknown"):
        give(end_roll_call, by="committee", when="D+1 06:20", roll_call_id=old)
    assert by_itself() == 0


def test_a_past_moment_reads_the_same_whatever_is_recorded_later(event):
    call_up()
    reply("an_ninh")
    reply("hau_can", "no_go", "Mất điện", when="D+1 06:07")
    moments = ["D+1 06:01", "D+1 06:06", "D+1 06:08"]
    before = [snapshot(when) for when in moments]
    reply("hau_can", "go", when="D+1 06:10")
    enter(when="D+1 06:11")
    finish()
    assert [snapshot(when) for when in moments] == before


# --- races ---------------------------------------------------------------------------------------


def test_eight_watchers_and_the_chair_end_it_once(event):
    call_up()
    who, number, now, doors = person("committee"), newest_call(), at("D+1 06:29"), at(DOORS)

    def attempt(place: int) -> str:
        try:
            if place:
                return f"ended {give(end_due_roll_calls, by=None, when=doors)}"
            give(end_roll_call, by=who, when=now, roll_call_id=number)
        except Refusal as refusal:
            return refusal.code
        return "ended 1"

    with ThreadPoolExecutor(9) as pool:
        answers = list(pool.map(attempt, range(9)))
    assert answers.count("ended 1") == 1
    assert row_counts()["rollcallend"] == 1 and row_counts()["entry"] == 1


def test_without_taking_turns_two_watchers_would_both_try(event):
    """The control: a read before the other's commit finds it due too; the unique key stops it."""
    call_up()
    with Session(database.engine()) as early:
        looked = next_end(early, current())
        early.rollback()
        by_itself()
        assert looked == at(DOORS)
    with pytest.raises(Exception, match="(?i)unique"), database.writing() as session:
        number = session.exec(select(RollCallEnd)).first()
        session.add(
            RollCallEnd(
                roll_call_id=number.roll_call_id,
                outcome="go",
                entry_id=number.entry_id,
                at=at(DOORS),
                idempotency_key="again",
            )
        )


def test_of_lead_and_deputy_at_once_one_sees_the_other(event):
    call_up()
    which = {
        "roll_call_id": newest_call(),
        "section_id": section("an_ninh"),
        "words": "",
        "seen": 0,
    }
    when = at("D+1 06:05")
    people = [person("lead.an_ninh"), person("deputy.an_ninh")]

    def attempt(who) -> str:
        try:
            give(answer_roll_call, by=who, when=when, answer="go", **which)
        except Refusal as refusal:
            return refusal.code
        return "recorded"

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(attempt, people)) == ["recorded", "roll_call_overtaken"]


# --- the wall ------------------------------------------------------------------------------------


def band(when: str) -> dict | None:
    with database.reading() as session:
        return wall_document(session, current(), View(at(when)))["roll_call"]


def test_the_wall_shows_it_while_it_runs_and_five_minutes_more(event):
    assert band("D+1 06:00") is None
    call_up()
    reply("an_ninh")
    shown = band("D+1 06:06")
    assert shown["question"] == "Mở cửa hội trường" and shown["outcome"] is None
    assert shown["counts"] == {
        "go": 1,
        "silent": 1,
        "conditional": 0,
        "no_go": 0,
        "voided": 0,
        "expired": 0,
    }
    assert [one["name"]["vi"] for one in shown["waiting"]] == ["Hậu cần"]
    finish()
    assert band("D+1 06:21")["outcome"] == "not_ready"
    assert band("D+1 06:24") and band("D+1 06:25") is None
    with database.reading() as session:
        assert roll_call_on_show(session, event, View(at("D+1 06:19"), past=True)).running


def test_the_wall_comes_back_when_an_answer_expires_and_when_it_ends(event):
    call_up(holds=10)
    reply("an_ninh", when="D+1 06:05")
    with database.reading() as session:
        turns = []
        moment = at("D+1 06:06")
        while moment and moment <= at("D+1 06:35"):
            turns.append(moment)
            until = wall_document(session, event, View(moment))["valid_until"]
            moment = type(moment).fromtimestamp(until / 1000, tz=moment.tzinfo) if until else None
    assert {at("D+1 06:15"), at(DOORS), at("D+1 06:35")} <= set(turns)


def test_a_wall_without_one_is_woken_by_no_change_of_its_own(event):
    before = revision()
    assert band("D+1 05:00") is None and revision() == before
