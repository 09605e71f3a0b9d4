"""What the programs print in a code page from before Unicode: readable, and no failure."""

import ast
import io
import sys
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from pathlib import Path

import pytest

from cli.command_line import main, main_by_former_name
from data.words import console
from tests.source import nodes, tree
from tests.test_architecture import ROOT


def started_by(program: Path) -> Path:
    """The module whose `main` a program runs."""
    (begun,) = [node for node in nodes(tree(program)) if isinstance(node, ast.ImportFrom)]
    return ROOT / begun.module / f"{begun.names[0].name}.py"


PROGRAMS = sorted(
    started_by(path)
    for path in ROOT.glob("*/__main__.py")
    if path.parent.name not in ("data", "tests")  # the former's is cli's; the latter is no program
)


@contextmanager
def printing_in(page: str) -> Iterator[list[str]]:
    """What a program prints inside, in a code page, as who reads that page sees it."""
    written = io.BytesIO()
    stream = io.TextIOWrapper(written, encoding=page, write_through=True)
    shown: list[str] = []
    with redirect_stdout(stream), redirect_stderr(stream):
        yield shown
    shown.append(written.getvalue().decode(page))


@pytest.mark.parametrize(
    ("page", "shown"),
    [
        ("utf-8", "Sẵn Sàng: “Đã nạp” · 565 đại biểu…"),
        ("cp1258", "San Sàng: “Đa nap” · 565 đai bieu…"),
        ("cp1252", "San Sàng: “Dã nap” · 565 dai bieu…"),
        ("cp437", 'San Sàng: "Da nap" · 565 dai bieu...'),
        ("ascii", 'San Sang: "Da nap" - 565 dai bieu...'),
    ],
)
def test_vietnamese_loses_marks_where_the_page_has_none(page, shown):
    with printing_in(page) as printed:
        console.readable()
        print("Sẵn Sàng: “Đã nạp” · 565 đại biểu…")
    assert "".join(printed) == f"{shown}\n"


def test_what_no_letter_stands_for_is_a_question_mark():
    with printing_in("cp437") as printed:
        console.readable()
        print("例 ✓")
    assert "".join(printed) == "? ?\n"


@pytest.mark.parametrize("page", ["cp437", "cp1258"])
@pytest.mark.parametrize("command", [main, main_by_former_name])
def test_the_command_line_prints_in_an_old_code_page(page, command, monkeypatch, tmp_path):
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{(tmp_path / 'x.db').as_posix()}")
    monkeypatch.setattr(sys, "argv", ["cli", "restore", str(tmp_path / "đại biểu.db")])
    with printing_in(page) as printed:
        assert command() == 1
    assert "ai bieu" in printed[0]


@pytest.mark.parametrize("path", PROGRAMS, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_every_program_begins_so(path):
    """The first statement of its `main`, before anything can be printed."""
    begun = next(one for one in tree(path).body if getattr(one, "name", "") == "main")
    first = next(one for one in begun.body if not isinstance(one.value, ast.Constant))
    assert ast.unparse(first) == "console.readable()"
