"""The floors and the bans of the house, read from the source itself."""

import ast
from functools import cache
from pathlib import Path

import pytest

from tests.rows import every_row

ROOT = Path(__file__).parent.parent
BELOW = {  # floor -> the floors that it may import from
    "app": {"pages", "ui", "web", "jobs", "data", "models"},
    "pages": {"ui", "data", "models"},
    "ui": {"ui", "data", "models"},
    "web": {"web", "data", "models"},
    "data": {"data", "models"},
    "models": {"models"},
}
BANNED = {  # floor -> packages that it may not touch
    "app": {"sqlmodel", "altair"},
    "pages": {"sqlmodel", "sqlalchemy", "altair"},
    "ui": {"sqlmodel", "sqlalchemy"},
    "web": {"streamlit"},  # but for what its messages look like, see ALLOWED
    "data": {"streamlit", "starlette", "altair"},
    "models": {"streamlit", "starlette", "altair", "pandas"},
}
ALLOWED = {
    "web/client_messages.py": {"streamlit"}
}  # it reads Streamlit's own messages, to drop the dangerous ones
SHIPPED = (
    ROOT / "data" / "storage" / "migrations" / "versions"
)  # written by Alembic, and never edited
PAGE_LINES, APP_LINES = 120, 80


def sources(floor: str) -> list[Path]:
    """The modules of a floor, as far as they exist."""
    if floor == "app":
        return [path for path in [ROOT / "app.py"] if path.exists()]
    return sorted(path for path in (ROOT / floor).rglob("*.py") if SHIPPED not in path.parents)


MODULES = [(floor, path) for floor in BELOW for path in sources(floor)]
NAMES = [str(path.relative_to(ROOT).as_posix()) for _, path in MODULES]
every_module = every_row(("floor", "path"), MODULES, ids=NAMES)


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def imported(module: ast.Module) -> set[str]:
    """The first name of every import, wherever in the module it stands."""
    names = set()
    for node in ast.walk(module):
        if isinstance(node, ast.Import):
            names |= {one.name.split(".")[0] for one in node.names}
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            names.add(node.module.split(".")[0])
    return names


def told(module: ast.Module) -> set[str]:
    """Every attribute, imported name and keyword argument that the module uses."""
    names = set()
    for node in ast.walk(module):
        if isinstance(node, ast.Attribute):
            names.add(node.attr)
        elif isinstance(node, ast.alias):
            names.add(node.name)
        elif isinstance(node, ast.keyword) and node.arg:
            names.add(node.arg)
    return names


@every_module
def test_a_module_imports_only_from_the_floors_below(floor, path):
    assert imported(tree(path)) & set(BELOW) <= BELOW[floor]


@every_module
def test_a_module_touches_no_package_that_its_floor_may_not(floor, path):
    assert not imported(tree(path)) & (
        BANNED[floor] - ALLOWED.get(path.relative_to(ROOT).as_posix(), set())
    )


@every_module
def test_a_module_imports_by_full_names(floor, path):
    """A relative import would slip past the two tests above."""
    relative = [
        node for node in ast.walk(tree(path)) if isinstance(node, ast.ImportFrom) and node.level
    ]
    assert not relative


@every_module
def test_every_module_opens_with_a_sentence(floor, path):
    sentence = ast.get_docstring(tree(path))
    assert sentence, "no docstring"
    assert sentence.split("\n\n")[0].rstrip().endswith(".")


@every_module
def test_no_module_lets_untrusted_text_meet_html(floor, path):
    assert "unsafe_allow_html" not in told(tree(path))


@every_module
def test_cached_reads_are_declared_beside_their_subject(floor, path):
    if path.name != "queries.py" and path.parent != ROOT / "ui" / "shell":
        assert not told(tree(path)) & {"cache_data", "cache_resource", "shared"}


@every_module
def test_nobody_catches_every_exception(floor, path):
    """A bug goes to the log; a bare `except` would also swallow Streamlit's own way to stop a run."""
    caught = [node.type for node in ast.walk(tree(path)) if isinstance(node, ast.ExceptHandler)]
    assert None not in caught
    assert not {name.id for name in caught if isinstance(name, ast.Name)} & {
        "Exception",
        "BaseException",
    }


@every_row("path", sources("models"), ids=lambda path: path.name)
def test_a_rule_reads_no_clock(path):
    calls = {node.attr for node in ast.walk(tree(path)) if isinstance(node, ast.Attribute)}
    assert not calls & {"now", "utcnow", "today"}


@every_row("path", [*sources("pages"), *sources("app")], ids=lambda path: path.name)
def test_a_page_and_the_entry_are_short(path):
    lines = len(path.read_text(encoding="utf-8").splitlines())
    assert lines < APP_LINES if path.name == "app.py" else lines <= PAGE_LINES


@pytest.mark.parametrize("floor", ["models", "data"])
def test_the_floors_that_everything_stands_on_are_there(floor):
    assert len(sources(floor)) > 8


@pytest.mark.parametrize(
    ("source", "first", "used"),
    [
        (
            "import streamlit as st\nst.cache_data(max_entries=3)",
            {"streamlit"},
            {"cache_data", "max_entries"},
        ),
        ("def f():\n    from sqlalchemy.orm import Session", {"sqlalchemy"}, {"Session"}),
        ("from streamlit import cache_data", {"streamlit"}, {"cache_data"}),
        ("import models.text, ui.frame", {"models", "ui"}, set()),
        ("st.markdown(x, unsafe_allow_html=True)", set(), {"unsafe_allow_html"}),
    ],
)
def test_what_is_banned_would_be_found(source, first, used):
    """The control: the tests above can fail."""
    module = ast.parse(source)
    assert imported(module) == first
    assert used <= told(module)
