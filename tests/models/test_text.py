"""Tests of models/text.py."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from models.attendance.badges import BADGE_LETTERS, badge_code, badge_number, badge_of, check_letter
from models.refusals import Refusal
from models.text import clean, folded, sort_key, writable

VIETNAMESE = (
    "aàảãáạăằẳẵắặâầẩẫấậbcdđeèẻẽéẹêềểễếệghiìỉĩíịklmnoòỏõóọôồổỗốộơờởỡớợpqrstuùủũúụưừửữứựvxyỳỷỹýỵ"
)
SERIALS = st.one_of(st.integers(0, 9999), st.integers(0, 999_999)).map(
    "{:04d}".format
)  # four to six digits


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("  Nghi   Vạn ", "Nghi Vạn"),
        ("một\r\nhai\tba", "một hai ba"),
        ("một\u2028hai\x00ba", "một hai ba"),
        ("Nghi\u00a0Vạn", "Nghi Vạn"),
        ("Ðảng ủy", "Đảng ủy"),  # the Icelandic letter
        ("ðảng ủy", "đảng ủy"),
        ("Ɖảng ủy", "Đảng ủy"),  # the African letter
        ("a\u200bb\ufeffc", "abc"),
        ("\u202eđỏ", "đỏ"),
        ("e\u200b\u0302\u0323", "ệ"),
        ("\ud800nửa", "nửa"),
        ("\u200b\u2060 \u00ad", ""),
        ("a\ufffe\uffffb\ufdd0\ufdefc\U0001fffe\U0010ffffd", "abcd"),  # noncharacters
        ("\u3164\u2800\u115f", ""),  # letters and a pattern without ink
        ("", ""),
    ],
)
def test_text_is_cleaned_before_it_is_stored(typed, stored):
    assert clean(typed) == stored


@given(st.text(max_size=40))
def test_cleaned_text_is_nfc_and_cleaning_it_again_changes_nothing(typed):
    once = clean(typed)
    assert unicodedata.is_normalized("NFC", once)
    assert clean(once) == once
    assert writable(once) == once
    once.encode("utf-8")


@given(st.text(max_size=40))
def test_what_is_written_to_a_file_is_what_xml_allows(stored):
    element = etree.Element("t")
    element.text = writable(stored)
    assert (etree.fromstring(etree.tostring(element)).text or "") == writable(stored)
    assert writable("một\n\thai\x00\ufffe ⚠ 👍") == "một\n\thai ⚠ 👍"


@given(st.text(VIETNAMESE + " ", max_size=30))
def test_decomposed_and_composed_vietnamese_are_one_text(typed):
    assert clean(unicodedata.normalize("NFD", typed)) == clean(typed) == " ".join(typed.split())


@pytest.mark.parametrize(
    ("written", "plain"),
    [
        ("Nghi Vạn", "nghi van"),
        ("Nghi Văn", "nghi van"),
        ("Đô Lương", "do luong"),
        ("Ðô Lương", "do luong"),
        ("HƯNG NGUYÊN", "hung nguyen"),
        ("Quỳ Hợp", "quy hop"),
        (unicodedata.normalize("NFD", "Đặng Sơn"), "dang son"),
        ("xã 12-B", "xa 12-b"),
    ],
)
def test_folding_drops_case_and_accents_and_makes_d_of_đ(written, plain):
    assert folded(written) == plain


@given(st.text(VIETNAMESE + VIETNAMESE.upper(), max_size=30))
def test_folded_vietnamese_is_plain_ascii(written):
    assert folded(written).isascii()


def test_châu_bính_and_châu_bình_fold_alike_but_sort_apart():
    assert folded("Châu Bính") == folded("Châu Bình")
    assert sort_key("Châu Bình") < sort_key("Châu Bính")


@pytest.mark.parametrize(
    "ordered",
    [
        ["an", "ăn", "ân", "ba"],  # a, ă, â are letters of their own
        ["da", "dy", "đa", "e"],
        ["e", "ê"],
        ["oa", "ôa", "ơa", "pa"],
        ["ua", "ưa", "va"],
        ["ma", "mà", "mả", "mã", "má", "mạ"],  # ngang, huyền, hỏi, ngã, sắc, nặng
        ["ứ", "ựa"],
        ["bính an", "bình b"],  # a tone decides only between equal letters
        [
            "Anh Sơn",
            "Con Cuông",
            "Cửa Lò",
            "Diễn Châu",
            "Đô Lương",
            "Hoàng Mai",
            "Hưng Nguyên",
            "Kỳ Sơn",
            "Vinh",
            "Yên Thành",
        ],
        ["Nghi Văn", "Nghi Vạn"][::-1],  # a before ă
        ["Nghi", "Nghi Ân", "Nghĩa Đàn"],
        ["bàn 2", "bàn 9"],
    ],
)
def test_vietnamese_names_sort_by_the_vietnamese_alphabet(ordered):
    assert sorted(set(ordered), key=sort_key) == ordered


@given(st.text(VIETNAMESE, min_size=1, max_size=8), st.text(VIETNAMESE, min_size=1, max_size=8))
def test_different_words_never_share_a_place_in_the_order(one, other):
    assert (sort_key(one) == sort_key(other)) == (one == other)


@given(SERIALS, st.integers(0, 5), st.integers(0, 9))
def test_the_check_letter_catches_every_single_wrong_digit(serial, place, digit):
    place %= len(serial)
    wrong = serial[:place] + str(digit) + serial[place + 1 :]
    assert (check_letter(wrong) == check_letter(serial)) == (wrong == serial)


@given(SERIALS, st.integers(0, 4))
def test_the_check_letter_catches_every_swap_of_two_neighbours(serial, place):
    place %= len(serial) - 1
    swapped = serial[:place] + serial[place + 1] + serial[place] + serial[place + 2 :]
    assert (check_letter(swapped) == check_letter(serial)) == (swapped == serial)


def test_a_sum_of_digits_would_not_catch_a_swap():
    """The control: without weights a swap goes through, so the two tests above can fail."""
    assert sum(map(int, "1234")) == sum(map(int, "1243"))


def test_no_input_method_turns_a_badge_letter_into_an_accent():
    telex = set("AEOUIYDWSFRXJZ")  # doubled vowels, dd, w, the tones and their removal
    assert not telex & set(BADGE_LETTERS)
    assert len(set(BADGE_LETTERS)) == 11


@given(SERIALS)
def test_a_badge_is_read_however_it_was_typed(serial):
    code = serial + check_letter(serial)
    assert (
        badge_code(code)
        == badge_code(f" {code.lower()} ")
        == badge_code(f"{serial}-{code[-1]}")
        == code
    )


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "0001",
        "G0001",
        "001G",
        "00001G",
        "1000000B",
        "0001A",
        "٠٠٠١G",
        "0001G" * 20,
        "0001\u200b",
        "x" * 5000,
    ],
)
def test_what_is_no_badge_is_refused(typed):
    with pytest.raises(Refusal) as caught:
        badge_code(typed)
    assert caught.value.code == "badge_malformed"
    assert len(caught.value.facts["badge"]) <= 20


@pytest.mark.parametrize(
    ("number", "code"),
    [
        (1, "0001G"),
        (417, "0417B"),
        (1121, "1121M"),
        (9999, "9999L"),
        (10_000, "10000M"),
        (999_999, "999999C"),
    ],
)
def test_a_serial_of_four_to_six_digits_has_one_code(number, code):
    assert badge_of(number) == badge_code(code) == code
    assert badge_number(code) == number


def test_serials_end_at_six_digits():
    with pytest.raises(Refusal, match="badges_used_up"):
        badge_of(1_000_000)


def test_a_mistyped_badge_differs_from_a_malformed_one():
    with pytest.raises(Refusal) as caught:
        badge_code("0001k")
    assert (caught.value.code, caught.value.facts) == ("badge_mistyped", {"badge": "0001K"})
