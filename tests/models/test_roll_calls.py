"""Tests of models/roll_calls.py: the stand of an answer, and that no sequence makes a false GO."""

from datetime import datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.refusals import Refusal
from models.roll_calls import (
    MAX_AHEAD,
    QUESTION_LENGTH,
    WORDS_LENGTH,
    Alarm,
    Answer,
    GivenAnswer,
    Outcome,
    SectionStand,
    Stand,
    outcome_of,
    require_about,
    require_answer,
    require_holds,
    require_question,
    stand_at,
)

START = datetime(2023, 7, 21, 23, 0, tzinfo=timezone.utc)
HOLDS = timedelta(minutes=30)
SECTIONS = (1, 2, 3)


def minute(number: float) -> datetime:
    return START + timedelta(minutes=number)


def said(
    answer: str = "go",
    *,
    at: float = 0,
    section: int = 1,
    number: int = 1,
    seen: int = 0,
    updates: int = 0,
) -> GivenAnswer:
    return GivenAnswer(
        number,
        section,
        Answer(answer),
        "vì",
        minute(at),
        7,
        entries_seen=seen,
        updates_seen=updates,
    )


def alarm(number: int = 1, *, at: float = 1, section: int = 1, update: int | None = None) -> Alarm:
    return Alarm(section, number, minute(at), update)


def stand(answers=(), alarms=(), at: float = 5) -> SectionStand:
    return stand_at(1, list(answers), list(alarms), holds=HOLDS, moment=minute(at))


@pytest.mark.parametrize(
    ("answers", "alarms", "at", "expected"),
    [
        ([], [], 5, Stand.SILENT),
        ([said()], [], 5, Stand.GO),
        ([said("conditional")], [], 5, Stand.CONDITIONAL),
        ([said("no_go")], [], 5, Stand.NO_GO),
        ([said(at=6)], [], 5, Stand.SILENT),  # not said yet
        ([said(section=2)], [], 5, Stand.SILENT),  # another section's answer
        ([said()], [], 29.9, Stand.GO),
        ([said()], [], 30, Stand.EXPIRED),
        ([said("conditional")], [], 30, Stand.EXPIRED),
        ([said("no_go")], [], 300, Stand.NO_GO),  # a NO-GO does not turn better by waiting
        ([said()], [alarm()], 5, Stand.VOIDED),
        ([said("conditional")], [alarm()], 5, Stand.VOIDED),
        ([said("no_go")], [alarm()], 5, Stand.NO_GO),
        ([said()], [alarm(at=6)], 5, Stand.GO),  # not entered yet
        ([said()], [alarm(section=2)], 5, Stand.GO),
        ([said(seen=1)], [alarm(1)], 5, Stand.GO),  # the section knew of it
        (
            [said(at=3)],
            [alarm(at=1)],
            5,
            Stand.VOIDED,
        ),  # entered with an earlier moment, but after the answer was accepted
        (
            [said(seen=4, updates=2)],
            [alarm(3, update=3)],
            5,
            Stand.VOIDED,
        ),  # opened again afterwards
        ([said(seen=4, updates=3)], [alarm(3, update=3)], 5, Stand.GO),
        ([said()], [alarm()], 40, Stand.VOIDED),  # the first of two reasons
        ([said(number=1), said("no_go", number=2)], [], 5, Stand.NO_GO),
        ([said("no_go", number=1), said(number=2)], [], 5, Stand.GO),
        (
            [said(number=1), said(number=2, at=2, seen=1)],
            [alarm(1)],
            5,
            Stand.GO,
        ),  # said again, knowing it
    ],
)
def test_what_an_answer_is_worth(answers, alarms, at, expected):
    assert stand(answers, alarms, at).stand is expected


def test_a_voided_answer_names_the_first_entry_and_one_that_counts_names_its_end():
    assert stand([said()], [alarm(9), alarm(4)]).voided_by == 4
    assert stand([said(at=2)]).expires_at == minute(32)


def section_stands(*stands: str) -> list[SectionStand]:
    return [SectionStand(number, Stand(one)) for number, one in enumerate(stands)]


@pytest.mark.parametrize(
    ("stands", "expected"),
    [
        (["go", "go"], Outcome.GO),
        (["go", "conditional"], Outcome.CONDITIONAL),
        (["go", "silent"], Outcome.NOT_READY),
        (["conditional", "no_go"], Outcome.NOT_READY),
        (["go", "voided"], Outcome.NOT_READY),
        (["go", "expired"], Outcome.NOT_READY),
        ([], Outcome.NOT_READY),
    ],
)
def test_the_outcome_is_the_worst_and_never_a_majority(stands, expected):
    assert outcome_of(section_stands(*stands)) is expected


# --- no sequence makes a GO of what is not one ---------------------------------------------------

steps = st.lists(
    st.tuples(
        st.sampled_from(["go", "conditional", "no_go", "alarm", "again"]),
        st.sampled_from(SECTIONS),
        st.integers(
            min_value=0, max_value=40
        ),  # minutes that pass before it; also none: a rehearsal's clock may stand
    ),
    max_size=25,
)


def played(
    steps: list[tuple[str, int, int]],
) -> tuple[list[GivenAnswer], list[Alarm], list[tuple[str, int, float]]]:
    """The facts that a sequence leaves, and each step with its minute."""
    answers, alarms, when, recorded = [], [], 0, []
    for kind, section, waited in steps:
        when += waited
        entries, updates = len([one for one in alarms if one.update_id is None]), len(alarms)
        if kind == "alarm":
            alarms.append(Alarm(section, entries + 1, minute(when)))
        elif kind == "again":
            alarms.append(Alarm(section, max(entries, 1), minute(when), updates + 1))
        else:
            answers.append(
                said(
                    kind,
                    at=when,
                    section=section,
                    number=len(answers) + 1,
                    seen=entries,
                    updates=updates,
                )
            )
        recorded.append((kind, section, when))
    return answers, alarms, recorded


def last_word(
    recorded: list[tuple[str, int, float]], section: int, until: float
) -> tuple[str, float, bool]:
    """A section's last answer, its moment, and whether an alarm came after: by the sequence."""
    word, at, alarmed = "", 0.0, False
    for kind, whose, when in recorded:
        if whose != section or when > until:
            continue
        if kind in ("alarm", "again"):
            alarmed = True
        else:
            word, at, alarmed = kind, when, False
    return word, at, alarmed


@given(steps, st.integers(min_value=0, max_value=600))
def test_no_sequence_gives_go_while_a_section_is_silent_expired_voided_or_no_go(steps, at):
    answers, alarms, recorded = played(steps)
    stands = [stand_at(one, answers, alarms, holds=HOLDS, moment=minute(at)) for one in SECTIONS]
    words = [last_word(recorded, section, at) for section in SECTIONS]
    holding = [
        word in ("go", "conditional") and not alarmed and at < when + 30
        for word, when, alarmed in words
    ]
    assert (outcome_of(stands) is not Outcome.NOT_READY) is all(holding)
    assert (outcome_of(stands) is Outcome.GO) is (
        all(holding) and all(word == "go" for word, *_ in words)
    )


@given(steps, steps, st.integers(min_value=0, max_value=300))
def test_a_past_moment_reads_the_same_whatever_is_recorded_later(steps, later, at):
    answers, alarms, _ = played(steps)
    moved = [
        (kind, section, waited + (at + 1 if number == 0 else 0))
        for number, (kind, section, waited) in enumerate(later)
    ]
    known = (
        [one for one in answers if one.at <= minute(at)],
        [one for one in alarms if one.at <= minute(at)],
    )
    more_answers, more_alarms, _ = played(moved)
    more_answers = [
        GivenAnswer(one.id + 100, *list(vars(one).values())[1:]) for one in more_answers
    ]
    for section in SECTIONS:
        then = stand_at(section, *known, holds=HOLDS, moment=minute(at))
        now = stand_at(
            section, answers + more_answers, alarms + more_alarms, holds=HOLDS, moment=minute(at)
        )
        assert then == now


# --- what people type ----------------------------------------------------------------------------


def refused(code: str, check, *values, **named) -> None:
    with pytest.raises(Refusal) as caught:
        check(*values, **named)
    assert caught.value.code == code


def test_a_question_is_one_short_line():
    assert require_question("  Mở   cửa ") == "Mở cửa"
    assert require_question("ạ" * QUESTION_LENGTH)
    refused("question_needed", require_question, " \u200b ")
    refused("question_too_long", require_question, "ạ" * (QUESTION_LENGTH + 1))


def test_a_moment_lies_ahead_and_within_a_day():
    require_about(minute(1), now=minute(0))
    require_about(minute(0) + MAX_AHEAD, now=minute(0))
    refused("roll_call_moment", require_about, minute(0), now=minute(0))
    refused("roll_call_moment", require_about, minute(1) + MAX_AHEAD, now=minute(0))


def test_an_answer_holds_for_one_of_a_few_spans():
    require_holds(30)
    refused("holds_unknown", require_holds, 31)


def test_a_condition_and_a_no_go_need_words():
    assert require_answer("go", "") == (Answer.GO, "")
    assert require_answer("conditional", " nếu  tạnh mưa") == (Answer.CONDITIONAL, "nếu tạnh mưa")
    refused("condition_needed", require_answer, "conditional", "  ")
    refused("no_go_reason_needed", require_answer, "no_go", "")
    refused("answer_unknown", require_answer, "maybe", "x")
    refused("answer_too_long", require_answer, "no_go", "ạ" * (WORDS_LENGTH + 1))
