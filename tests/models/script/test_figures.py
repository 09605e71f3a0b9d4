"""Figures in the words that are read aloud: filled, honest where unknown; a slip is left to see."""

import pytest

from models.attendance.ledger import Headcount
from models.script.figures import filled, has_figures

COUNTS = Headcount(expected=1121, present=1070, substituted=11, excused=25)


@pytest.mark.parametrize(
    ("text", "counts", "read"),
    [
        ("Có mặt {có mặt} trên {triệu tập}.", COUNTS, "Có mặt 1081 trên 1121."),
        ("Vắng { Vắng }, {vắng có lý do} có lý do", COUNTS, "Vắng 40, 25 có lý do"),
        ("{chưa đến} đại biểu, {tỷ lệ}", COUNTS, "15 đại biểu, 96.4%"),
        ("Có mặt {có mặt}", None, "Có mặt …"),
        ("Có mặt {có mặt}", Headcount(expected=1121), "Có mặt …"),
        ("Kính thưa {ông bà}, {có mặt", COUNTS, "Kính thưa {ông bà}, {có mặt"),
    ],
)
def test_a_figure_stands_where_the_words_ask_for_it(text, counts, read):
    assert filled(text, counts, number=str, unknown="…") == read


def test_words_without_a_figure_ask_for_none():
    assert has_figures("Có mặt { có  mặt}") and not has_figures("Kính thưa {ông bà}")
