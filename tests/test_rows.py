"""Tests of tests/rows.py: a table of cases that is one test can fail, by each of its rows."""

import pytest

from tests.rows import every_row


def checked(*rows: object) -> None:
    @every_row("number", rows)
    def check(number):
        assert number < 3

    check()


def test_a_table_without_a_fault_passes():
    checked(0, 1, 2)


def test_each_row_that_fails_is_named_and_those_after_it_are_checked():
    with pytest.raises(ExceptionGroup, match="2 of 4 rows: 3; 5") as caught:
        checked(3, 1, 5, 2)
    assert [one.__notes__ for one in caught.value.exceptions] == [["row: 3"], ["row: 5"]]


def test_rows_of_the_same_name_are_distinguished():
    with pytest.raises(ExceptionGroup, match=r"2 of 3 rows: 4 \(row 1\); 4 \(row 3\)"):
        checked(4, 1, 4)


def test_a_refusal_that_does_not_come_is_a_failure_of_its_row():
    @every_row(("code", "number"), [("ValueError", "x"), ("no error", "1")])
    def check(code, number):
        with pytest.raises(ValueError):
            int(number)

    with pytest.raises(ExceptionGroup, match="1 of 2 rows: no error-1"):
        check()


def test_an_empty_table_fails():
    with pytest.raises(AssertionError, match="no row"):
        checked()


@every_row("name", ["a", "b"])
def test_fixtures_are_given_besides_the_row(tmp_path, name):
    (tmp_path / name).touch(exist_ok=False)
