"""The rules of contributions: what is accepted, where each state leads, how a topic is placed."""

from datetime import date, timedelta

import pytest

from models.contributions.contributions import (
    NEXT,
    ContributionState,
    State,
    Step,
    Submission,
    counting_steps,
    main_of,
    require_next,
    require_step,
    require_submission,
)
from models.contributions.topics import Topic, TopicPlan, require_place, require_topic, tree
from models.refusals import Refusal

TODAY = date(2023, 7, 21)


def code(act, *given, **named) -> str:
    with pytest.raises(Refusal) as caught:
        act(*given, **named)
    return caught.value.code


def test_every_state_is_led_where_the_table_says_and_nowhere_else():
    for now in State:
        for to in State:
            if to in NEXT[now]:
                assert require_next(now, to.value, number=1) is to
            elif to in (State.MERGED, State.SUBMITTED):
                assert code(require_next, now, to.value, number=1) == "contribution_state_unknown"
            else:
                assert code(require_next, now, to.value, number=1) == "contribution_step"


def test_what_a_step_needs_is_asked_for_by_name():
    later = TODAY + timedelta(days=30)
    for state, step, refusal in (
        (State.ANSWERED_HERE, Step(said=" … "), "answer_needed"),
        (State.ANSWER_OWED, Step(due_on=later), "owed_by_needed"),
        (State.ANSWER_OWED, Step(owed_by="Sở Y tế"), "owed_until_needed"),
        (
            State.ANSWER_OWED,
            Step(owed_by="Sở Y tế", due_on=TODAY - timedelta(days=1)),
            "owed_until_past",
        ),
        (State.ANSWER_OWED, Step(owed_by="Sở Y tế", due_on=later, owed_level="x"), "level_unknown"),
        (State.REJECTED, Step(), "rejection_needed"),
        (State.ANSWERED_HERE, Step(said="x" * 4001), "said_too_long"),
    ):
        assert code(require_step, state, step, today=TODAY) == refusal
    said = Step("Sở Y tế", "Đã trả lời", "Sở Nội vụ", "province", later)
    assert require_step(State.ANSWERED_HERE, said, today=TODAY) == Step("Sở Y tế", "Đã trả lời")
    assert require_step(State.ANSWER_OWED, said, today=TODAY) == said
    assert require_step(State.ASKED, said, today=TODAY) == Step()


def test_a_submission_is_cleaned_and_says_what_and_from_whom():
    assert require_submission(Submission("  Hỏi\n\n đường ", unit_id=3, unit="x")) == Submission(
        "Hỏi\n\nđường", unit_id=3
    )
    for given, refusal in (
        (Submission(" … ", unit="Xã A"), "contribution_text_needed"),
        (Submission("Hỏi", unit=" - "), "contribution_from_needed"),
        (Submission("Hỏi", kind="x", unit="Xã A"), "contribution_kind_unknown"),
        (Submission("Hỏi", level="x", unit="Xã A"), "level_unknown"),
        (Submission("Hỏi", unit="Xã A", field="x" * 121), "contribution_field_too_long"),
    ):
        assert code(require_submission, given) == refusal


def test_an_undone_step_does_not_count_and_those_around_it_do():
    steps = [ContributionState(id=1, state="put"), ContributionState(id=2, state="asked")]
    undo = ContributionState(id=3, state="asked", undoes_id=2)
    assert [one.id for one in counting_steps([*steps, undo])] == [1]
    again = ContributionState(id=4, state="left")
    assert [one.id for one in counting_steps([*steps, undo, again])] == [1, 4]


def test_a_merge_is_followed_to_its_end():
    merged = {1: 2, 2: 5}
    assert [main_of(one, merged) for one in (1, 2, 5, 7)] == [5, 5, 5, 7]


def test_a_tree_lists_each_topic_after_its_parent():
    rows = [
        Topic(id=number, parent_id=parent, name_vi=name, name_en=name, position=position)
        for number, parent, name, position in (
            (1, None, "Đất đai", 2),
            (2, None, "Y tế", 1),
            (3, 1, "Giải phóng mặt bằng", 0),
        )
    ]
    assert [(one.name_vi, one.depth) for one in tree(rows)] == [
        ("Y tế", 0),
        ("Đất đai", 0),
        ("Giải phóng mặt bằng", 1),
    ]


def test_a_topic_stands_neither_below_itself_nor_too_deep():
    parents = {1: None, 2: 1, 3: 2, 4: None}
    require_place(4, 2, parents)
    assert code(require_place, 1, 3, parents) == "topic_below_itself"
    assert code(require_place, 4, 3, parents) == "topic_too_deep"
    assert code(require_place, 1, 4, parents) == "topic_too_deep"  # its own two levels count
    assert code(require_place, None, 3, parents) == "topic_too_deep"
    assert require_topic(TopicPlan(" Y  tế ")) == TopicPlan("Y tế", "Y tế")
    for plan, refusal in (
        (TopicPlan("…"), "topic_name_needed"),
        (TopicPlan("x" * 201), "topic_name_too_long"),
        (TopicPlan("Y tế", position=-1), "position_unknown"),
    ):
        assert code(require_topic, plan) == refusal
