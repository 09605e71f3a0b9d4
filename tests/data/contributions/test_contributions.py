"""Contributions: registered, written again, sorted, merged, led through a forum and back."""

from dataclasses import replace
from datetime import timedelta

import pytest

from data.contributions.commands import (
    edit_contribution,
    merge_contribution,
    moderate_contribution,
    orient_forum,
    register_contribution,
    sort_contributions,
    step_contribution,
    undo_contribution_step,
    undo_merge,
)
from data.contributions.queries import contributions_at, forum_ids, topics
from data.contributions.topics import add_topic, edit_topic, restore_topic, retire_topic
from data.events.orientations import orientations
from data.storage import database
from data.synthesis.queries import order_asked
from models.contributions.contributions import State, Step, Submission
from models.contributions.topics import TopicPlan
from models.events.event import View, local_day
from tests.stage import at, current, give, item, one_change, refused

WHEN = "D-3 08:00"
HALL = "D+0 15:00"


def submission(text: str = "Đường vào bản hỏng, bao giờ sửa?", **facts: object) -> Submission:
    return Submission(text, **{"item_id": item("dien_dan_1"), "unit": "Xã Nghi Kim"} | facts)


def register(text: str = "Hỏi", when: str = WHEN, by: str = "command", **facts: object) -> int:
    asked = {name: facts.pop(name) for name in ("asked", "channel") if name in facts}
    written = submission(text, **facts)
    return give(register_contribution, by=by, when=when, submission=written, **asked).id


def seen(number: int, when: str = HALL, *, past: bool = False):
    with database.reading() as session:
        found = contributions_at(session, current(), View(at(when), past))
    return next((one for one in found if one.id == number), None)


def step(number: int, state: str, when: str = HALL, by: str = "rapporteur.dien_dan_1", **said):
    facts = {"contribution_id": number, "state": state, "step": Step(**said)}
    return give(step_contribution, by=by, when=when, **facts)


def test_a_contribution_is_registered_with_the_next_number_and_seen_from_then_on(event):
    with one_change("register_contribution"):
        first = register("Hỏi một")
    second = register("Hỏi hai", "D-2 08:00", office="Bí thư Đảng ủy", kind="petition")
    found = seen(second)
    assert (found.number, found.kind, found.state) == (2, "petition", State.WAITING)
    assert (found.unit_vi, found.office, found.channel) == (
        "Xã Nghi Kim",
        "Bí thư Đảng ủy",
        "unit",
    )
    assert found.registered_by_vi == "Phòng điều hành"
    assert seen(second, "D-3 09:00", past=True) is None and seen(first, "D-3 09:00", past=True)


@pytest.mark.one_database
def test_a_contribution_names_what_is_there(event):
    for facts, code in (
        ({"item_id": 999}, "item_unknown"),
        ({"topic_id": 999}, "topic_unknown"),
        ({"unit_id": 999}, "delegation_unknown"),
        ({"channel": "phone"}, "channel_unknown"),
    ):
        with refused(code):
            register(**facts)
    ahead = {"submission": submission(), "received_at": at(WHEN) + timedelta(hours=1)}
    with refused("received_later"):
        give(register_contribution, by="command", when=WHEN, **ahead)


def test_an_overtaken_form_gets_both_versions_and_the_past_stays(event):
    number = register("Hỏi")
    facts = {"contribution_id": number, "when": "D-2 08:00"}
    with one_change("edit_contribution"):
        give(edit_contribution, by="command", version=1, submission=submission("Mới"), **facts)
    theirs, mine = submission("Mới"), submission("Của tôi")
    with refused("contribution_moved", mine=mine, theirs=theirs, version=2):
        give(edit_contribution, by="admin", version=1, submission=mine, **facts)
    with refused("contribution_unchanged"):
        give(edit_contribution, by="admin", version=2, submission=theirs, **facts)
    assert (seen(number).text, seen(number).version) == ("Mới", 2)
    assert seen(number, "D-3 09:00", past=True).text == "Hỏi"


def test_several_are_sorted_at_once_and_what_is_not_given_stays(event):
    numbers = [register("Một", field="Y tế"), register("Hai"), register("Ba", field="Đất đai")]
    facts = {"by": "command", "when": WHEN, "contribution_ids": numbers, "field": "Đất đai"}
    give(sort_contributions, once="sorted", **facts)
    give(sort_contributions, once="sorted", **facts)  # the same act, answered again
    assert [(seen(one).field, seen(one).version) for one in numbers] == [
        ("Đất đai", 2),
        ("Đất đai", 2),
        ("Đất đai", 1),
    ]
    assert seen(numbers[0]).text == "Một"
    with refused("contributions_unchanged"):
        give(sort_contributions, **facts)


def test_a_rapporteur_writes_of_the_own_forum_alone(event):
    own, other = {"by": "rapporteur.dien_dan_1"}, item("dien_dan_2")
    number = register("Hỏi", HALL, **own)
    with refused("not_permitted"):
        register("Hỏi", HALL, item_id=other, **own)
    with refused("not_permitted"):
        facts = {"contribution_id": number, "version": 1, "submission": submission(item_id=other)}
        give(edit_contribution, when=HALL, **facts, **own)
    theirs = register("Hỏi", HALL, item_id=other)
    with refused("not_permitted"):
        step(theirs, "asked")


def test_merged_ones_stay_as_sources_of_the_one_that_stands_for_them(event):
    one, two, three = (register(text) for text in ("Một", "Hai", "Ba"))
    merge = {"by": "command", "when": WHEN}
    with one_change("merge_contribution"):
        give(merge_contribution, contribution_id=one, into_id=two, **merge)
    give(merge_contribution, contribution_id=two, into_id=three, **merge)
    assert (seen(one).state, seen(one).merged_into) == (State.MERGED, three)
    assert seen(three).sources == (one, two)
    with refused("contribution_is_merged"):
        give(merge_contribution, contribution_id=three, into_id=one, **merge)
    with refused("merge_itself"):
        give(merge_contribution, contribution_id=three, into_id=three, **merge)
    with refused("contribution_step"):
        step(one, "asked")
    give(undo_merge, contribution_id=two, **merge)
    assert seen(two).sources == (one,) and seen(three).sources == ()
    with refused("contribution_not_merged"):
        give(undo_merge, contribution_id=three, **merge)


def test_no_merge_hides_what_was_asked_nor_what_stands_for_others(event):
    main, other, owed, out = (register(text) for text in ("Một", "Hai", "Ba", "Bốn"))
    until = local_day(current(), at(HALL)) + timedelta(days=30)
    led = step(owed, "answer_owed", owed_by="UBND tỉnh", due_on=until)
    merge = {"by": "command", "when": HALL}
    with refused("merge_from_state", number=3, state="answer_owed"):
        give(merge_contribution, contribution_id=owed, into_id=main, **merge)
    no = {"accepted": False, "why": "Không thuộc nội dung"}
    rejected = give(moderate_contribution, contribution_id=out, **no, **merge)
    with refused("merge_into_state", number=4, state="rejected"):
        give(merge_contribution, contribution_id=main, into_id=out, **merge)
    accepted = give(moderate_contribution, contribution_id=out, accepted=True, **merge)
    for into in (main, owed):
        give(merge_contribution, contribution_id=other, into_id=into, **merge)
        assert seen(into).sources == (other,)
        give(undo_merge, contribution_id=other, **merge)
    give(merge_contribution, contribution_id=other, into_id=out, **merge)
    with refused("contribution_has_sources", number=4):
        give(moderate_contribution, contribution_id=out, **no, **merge)
    with refused("contribution_has_sources", number=4):
        give(undo_contribution_step, step_id=accepted.id, **merge)
    assert rejected.id < accepted.id and seen(owed).step_id == led.id


def test_what_a_clock_ahead_recorded_counts_now_and_not_in_the_past(event):
    first, second = register("Một", HALL), register("Hai", HALL)
    step(first, "asked")
    give(merge_contribution, by="command", when=HALL, contribution_id=second, into_id=first)
    give(orient_forum, by="command", when=HALL, item_id=item("dien_dan_1"), text="Đất đai")
    behind = "D+0 14:59"
    assert (seen(first, behind).state, seen(first, behind).sources) == (State.ASKED, (second,))
    assert seen(first, behind, past=True) is None
    with database.reading() as session:
        view = View(at(behind))
        assert orientations(session, current(), view) == {item("dien_dan_1"): "Đất đai"}
        assert order_asked(session, current(), view) == {first: 0}


def test_a_question_is_led_through_its_forum_and_each_tap_can_be_taken_back(event):
    number, until = register("Hỏi"), local_day(current(), at("D+0 15:00")) + timedelta(days=30)
    step(number, "put")
    with one_change("step_contribution"):
        asked = step(number, "asked")
    step(number, "answered_here", said_by="Sở Xây dựng", said="Sửa trong quý 4")
    last = step(
        number, "answer_owed", owed_by="UBND tỉnh", owed_level="province", due_on=until, said="Ý 2"
    )
    found = seen(number)
    assert (found.state, found.owed_by, found.due_on) == (State.ANSWER_OWED, "UBND tỉnh", until)
    undo = {"by": "rapporteur.dien_dan_1", "when": HALL}
    with refused("contribution_step_undone"):
        give(undo_contribution_step, step_id=asked.id, **undo)
    give(undo_contribution_step, step_id=last.id, **undo)
    with refused("contribution_step_undone"):
        give(undo_contribution_step, step_id=last.id, **undo)
    found = seen(number)
    assert (found.state, found.said_by, found.said) == (
        State.ANSWERED_HERE,
        "Sở Xây dựng",
        "Sửa trong quý 4",
    )
    with refused("contribution_step"):
        step(number, "put")


def test_what_is_typed_while_someone_speaks_is_asked_at_once(event):
    number = register("Hỏi ngay", HALL, "rapporteur.dien_dan_1", asked=True, channel="forum")
    assert (seen(number).state, seen(number).channel) == (State.ASKED, "forum")


def test_what_is_rejected_stays_and_is_accepted_again(event):
    number = register("Hỏi")
    facts = {"by": "command", "when": WHEN, "contribution_id": number}
    with refused("rejection_needed"):
        give(moderate_contribution, accepted=False, **facts)
    give(moderate_contribution, accepted=False, why="Không thuộc nội dung diễn đàn", **facts)
    assert (seen(number).state, seen(number).said) == (
        State.REJECTED,
        "Không thuộc nội dung diễn đàn",
    )
    with refused("contribution_step"):
        step(number, "waiting")
    give(moderate_contribution, accepted=True, **facts)
    assert seen(number).state is State.WAITING


def test_topics_form_a_tree_that_the_secretariat_edits(event):
    top = give(add_topic, by="command", when=WHEN, plan=TopicPlan("Đất đai"))
    with one_change("add_topic"):
        below = give(
            add_topic, by="command", when=WHEN, plan=TopicPlan("Mặt bằng", parent_id=top.id)
        )
    with refused("topic_double"):
        give(add_topic, by="command", when=WHEN, plan=TopicPlan("đất đai"))
    plan = TopicPlan("Y tế", "Health", position=1)
    give(edit_topic, by="command", when=WHEN, topic_id=below.id, version=1, plan=plan)
    with refused("topic_moved", mine=replace(plan, name_vi="Khác"), version=2):
        stale = {"version": 1, "plan": replace(plan, name_vi="Khác")}
        give(edit_topic, by="admin", when=WHEN, topic_id=below.id, **stale)
    with refused("topic_unchanged"):
        give(edit_topic, by="admin", when=WHEN, topic_id=below.id, version=2, plan=plan)
    with refused("topic_below_itself"):
        own = TopicPlan("Đất đai", parent_id=top.id)
        give(edit_topic, by="admin", when=WHEN, topic_id=top.id, version=1, plan=own)
    number = register("Hỏi", topic_id=top.id)
    give(retire_topic, by="command", when=WHEN, topic_id=top.id)
    with refused("topic_is_retired"):
        register("Hỏi", topic_id=top.id)
    unsorted = {"version": 1, "submission": submission("Khác", topic_id=top.id)}
    give(edit_contribution, by="command", when=WHEN, contribution_id=number, **unsorted)
    with database.reading() as session:
        found = topics(session, current())
    assert [(one.name_vi, one.depth, one.retired) for one in found] == [
        ("Đất đai", 0, True),
        ("Y tế", 0, False),
    ]
    give(restore_topic, by="command", when=WHEN, topic_id=top.id)
    with refused("topic_not_retired"):
        give(restore_topic, by="command", when=WHEN, topic_id=top.id)


def test_a_forum_is_oriented_and_the_newest_text_counts(event):
    forum = item("dien_dan_1")
    for text in ("Đất đai, mặt bằng", "Đất đai"):
        give(orient_forum, by="command", when=WHEN, item_id=forum, text=text)
    with database.reading() as session:
        assert orientations(session, current(), View(at(HALL))) == {forum: "Đất đai"}
        assert forum_ids(session, current()) == {forum, item("dien_dan_2")}
    give(orient_forum, by="command", when=WHEN, item_id=forum, text=" ")
    with database.reading() as session:
        assert orientations(session, current(), View(at(HALL))) == {}
