"""What people typed stays text where Markdown is read, and a bug tells the visitor nothing of
itself.
"""

import pytest
from streamlit.testing.v1 import AppTest

from data.words import catalogue
from ui.shell.plain import plain

MARKUP = [
    "**b**",
    "[x](http://evil.vn)",
    "![x](http://evil.vn/x.png)",
    "<img src=x onerror=1>",
    ":red[x]",
    "# x",
    "`x`",
    "$x$",
    "~x~",
    "_x_",
]


@pytest.mark.parametrize("typed", MARKUP)
def test_every_mark_of_markdown_is_escaped(typed):
    """Each character with a meaning in Markdown has a backslash before it."""
    escaped = plain(typed)
    for place, sign in enumerate(escaped):
        if sign in "*[]()!<>:#`$~_":
            assert escaped[place - 1 : place] == "\\", escaped


def test_a_bug_shows_one_sentence_and_no_details():
    def page():
        import app

        app.on_error(RuntimeError("postgresql://app:Zq81@db/x in /srv/app.py"))

    shown = AppTest.from_function(page).run()
    assert [one.value for one in shown.error] == [catalogue("vi")["app.failed"]]
    assert "Zq81" not in str(shown.main) and "srv" not in str(shown.main)
