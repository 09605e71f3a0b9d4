"""Near-duplicates: the labelled pairs are found, and nothing is like itself or like nothing."""

import pytest

from data.contributions.likeness import ALIKE, near_duplicates
from tests.bench.near_duplicates import held_out, likeness, score

pytestmark = pytest.mark.one_database


def test_nine_of_ten_labelled_pairs_are_found_and_four_of_five_proposals_are_right():
    """On pairs that did not choose the threshold; and the one in use is worth no less."""
    told, used = held_out(400), score(likeness(400), ALIKE)
    assert told.recall > 0.9 and told.precision > 4 / 5
    assert used.worth >= told.worth


def test_each_pair_is_proposed_once_the_first_first_and_the_most_alike_before_the_others():
    texts = [
        (7, "Đường vào bản hỏng nặng, đề nghị sửa"),
        (3, "Trạm y tế xã thiếu bác sĩ"),
        (9, "Đề nghị sửa đường vào bản, hỏng nặng"),
        (4, "Đường vào bản hỏng, đề nghị sửa chữa"),
    ]
    found = near_duplicates(texts)
    assert [(one.first, one.other) for one in found][0] == (7, 9)
    assert {3} & {number for one in found for number in (one.first, one.other)} == set()
    assert [one.likeness for one in found] == sorted((one.likeness for one in found), reverse=True)
    assert near_duplicates(texts, most=1) == found[:1]


def test_too_few_texts_and_texts_without_letters_are_alike_to_nothing():
    assert near_duplicates([]) == near_duplicates([(1, "Một")]) == []
    assert near_duplicates([(1, "…"), (2, "…"), (3, "")]) == []
