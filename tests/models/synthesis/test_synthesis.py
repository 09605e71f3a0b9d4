"""Tests of models/synthesis: no contribution is lost, each transition, what versions count for."""

from datetime import datetime, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.documents import digest_of
from models.refusals import Refusal
from models.synthesis.minutes import (
    MinutesSnapshot,
    require_signable,
    require_withdrawable,
)
from models.synthesis.paragraphs import (
    Paragraph,
    differing,
    gathered,
    in_no_paragraph,
    require_paragraph,
)
from models.synthesis.versions import (
    NEXT,
    Change,
    State,
    Step,
    Validity,
    differences,
    require_draft,
    require_note,
    require_step,
    state_after,
    validities,
)

NOW = datetime(2026, 12, 18, tzinfo=timezone.utc)
FORUM = {"vi": "Diễn đàn 1", "en": "Forum 1"}
lines = st.lists(st.text(alphabet="abcđê ", min_size=1, max_size=8), max_size=12)
ids = st.integers(min_value=1, max_value=12)


def code_of(act, *args, **facts) -> str:
    with pytest.raises(Refusal) as caught:
        act(*args, **facts)
    return caught.value.code


# --- paragraphs ----------------------------------------------------------------------------------


@given(
    st.lists(ids, unique=True),
    st.dictionaries(ids, ids),
    st.lists(st.lists(ids, max_size=4), max_size=4),
)
def test_each_contribution_stands_in_a_paragraph_or_in_the_rest(contributions, merged, paragraphs):
    sources = {one for paragraph in paragraphs for one in paragraph}
    rest = in_no_paragraph(contributions, merged, sources)
    assert rest == [one for one in contributions if not stands_for(one, merged) & sources]


def stands_for(one: int, merged: dict[int, int]) -> set[int]:
    """A contribution, and every one that it was merged into, one after the other."""
    found = set()
    while one not in found:
        found.add(one)
        one = merged.get(one, one)
    return found


@given(st.lists(st.tuples(ids, st.text(alphabet="ab", min_size=1, max_size=30)), max_size=20))
def test_first_drafts_hold_each_contribution_once_in_its_order_and_fit(contributions):
    made = gathered(contributions, limit=40)
    assert [one for _, numbers in made for one in numbers] == [one for one, _ in contributions]
    assert "\n".join(text for text, _ in made).split("\n") == (
        [line for _, line in contributions] or [""]
    )
    assert all(len(text) <= 40 for text, _ in made)


def test_a_paragraph_says_something_fits_and_rests_on_known_contributions():
    written = require_paragraph(
        Paragraph(" Đất\u200b đai \n\n giao đất ", sources=(3, 1, 3)), known={1, 3}
    )
    assert (written.text, written.sources) == ("Đất đai\n\ngiao đất", (3, 1))
    cases = {
        "paragraph_text_needed": Paragraph(" – "),
        "paragraph_too_long": Paragraph("x" * 6001),
        "paragraph_part_unknown": Paragraph("x", part="khac"),
        "paragraph_position_unknown": Paragraph("x", position=-1),
        "paragraph_source_unknown": Paragraph("x", sources=(4,)),
    }
    assert {code: code_of(require_paragraph, one, known={1}) for code, one in cases.items()} == {
        code: code for code in cases
    }
    assert differing(Paragraph("a", sources=(1,)), Paragraph("b", sources=(1,))) == ["text"]


# --- states --------------------------------------------------------------------------------------


@pytest.mark.parametrize("state", State)
@pytest.mark.parametrize("step", Step)
def test_each_step_is_allowed_or_refused_by_its_name(state, step):
    if step in NEXT[state]:
        assert require_step(state, step) is NEXT[state][step]
        return
    with pytest.raises(Refusal) as caught:
        require_step(state, step)
    assert caught.value.code == "synthesis_step"
    assert caught.value.facts == {"synthesis_step": step.value, "synthesis_state": state.value}


def test_paragraphs_are_written_in_a_draft_alone_and_a_return_says_why():
    require_draft(State.DRAFT)
    assert {code_of(require_draft, state) for state in (State.SUBMITTED, State.APPROVED)} == {
        "synthesis_closed"
    }
    assert code_of(require_note, Step.RETURN, " \u200b") == "synthesis_note_needed"
    assert code_of(require_note, Step.RETURN, "x" * 301) == "synthesis_note_too_long"
    assert require_note(Step.APPROVE, "") == ""


@given(st.lists(st.sampled_from(Step), max_size=12))
def test_at_most_one_version_is_in_force_and_the_last_one_approved_is(tried):
    """Whatever is tried in whichever order: what is not allowed changes nothing."""
    state, versions = State.DRAFT, []
    for step in tried:
        if step not in NEXT[state]:
            continue
        state = require_step(state, step)
        if step is Step.SUBMIT:
            versions.append([])
        else:
            versions[-1].append(step)
    found = validities(versions)
    assert state is state_after([one for steps in versions for one in (Step.SUBMIT, *steps)])
    assert found.count(Validity.IN_FORCE) <= 1
    assert found.count(Validity.PENDING) == (state is State.SUBMITTED)
    valid = [
        place
        for place, steps in enumerate(versions)
        if Step.APPROVE in steps and Step.WITHDRAW not in steps
    ]
    assert [place for place, one in enumerate(found) if one is Validity.IN_FORCE] == valid[-1:]


# --- differences and digests ---------------------------------------------------------------------


@given(lines, lines)
def test_differences_hold_both_texts_in_their_order(before, after):
    found = differences(before, after)
    assert [line for kind, line in found if kind is not Change.ADDED] == before
    assert [line for kind, line in found if kind is not Change.REMOVED] == after
    assert (before == after) is all(kind is Change.SAME for kind, _ in found)


@given(st.lists(st.text(max_size=6), min_size=1, max_size=5), st.data())
def test_the_digest_changes_with_any_text_and_with_nothing_else(texts, data):
    content = {"paragraphs": [{"text": text} for text in texts], "meta": {"number": 1}}
    place = data.draw(st.integers(0, len(texts) - 1))
    other = data.draw(st.text(max_size=6).filter(lambda text: text != texts[place]))
    changed = {
        "meta": {"number": 1},
        "paragraphs": [
            {"text": other if number == place else text} for number, text in enumerate(texts)
        ],
    }
    assert digest_of(content) == digest_of(dict(reversed(content.items())))
    assert digest_of(content) != digest_of(changed)


# --- minutes -------------------------------------------------------------------------------------


def signed(text: str, *, withdrawn: str | None = None) -> MinutesSnapshot:
    content = {"text": text}
    return MinutesSnapshot(
        1, 1, 2, digest_of(content), NOW, FORUM, withdrawn=withdrawn, content=content
    )


def test_minutes_are_signed_again_where_they_say_something_else_or_were_withdrawn():
    assert require_signable(None, "a", forum=FORUM) == 1
    assert require_signable(signed("a"), "b", forum=FORUM) == 3
    assert require_signable(signed("a", withdrawn="Nhầm"), "a", forum=FORUM) == 3
    assert code_of(require_signable, signed("a"), "a", forum=FORUM) == "minutes_signed"
    assert require_withdrawable(signed("a"), forum=FORUM).version == 2
    for last in (None, signed("a", withdrawn="Nhầm")):
        assert code_of(require_withdrawable, last, forum=FORUM) == "minutes_not_signed"
