"""The escape of typed text; what a browser makes of it is in tests/browser/test_typed.py."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ui.shell.plain import JOINER, plain

pytestmark = pytest.mark.one_database


def read(shown: str) -> str:
    return re.sub(r"\\(.)", r"\1", shown, flags=re.DOTALL).replace(JOINER, "")


@given(st.text().filter(lambda text: JOINER not in text))
def test_what_is_read_is_what_was_typed(typed):
    assert read(plain(typed)) == typed


@pytest.mark.parametrize(
    "typed", ["https://x.vn", "HTTP://x", "www.x.vn", "a@x.vn", ":tada:", ":material/home:", "->"]
)
def test_what_streamlit_finds_after_escapes_is_broken_up(typed):
    assert JOINER in plain(typed)


@pytest.mark.parametrize("typed", ["14:00–16:30", "D+1", "Phòng 3, tầng 2", "5 - 3 = 2", "a/b"])
def test_plain_words_get_no_joiner(typed):
    assert JOINER not in plain(typed)
