"""The floors and the bans of the house, read from the source itself."""

import ast
import io
import re
import tokenize
from pathlib import Path

import pytest

from tests.rows import every_row
from tests.source import nodes, tree

ROOT = Path(__file__).parent.parent
BELOW = {  # floor -> the floors that it may import from
    "app": {"pages", "ui", "web", "jobs", "data", "models"},
    "pages": {"ui", "data", "models"},
    "ui": {"ui", "data", "models"},
    "web": {"web", "data", "models"},
    "jobs": {"jobs", "data", "models"},
    "cli": {"cli", "data", "models"},
    "data": {"data", "models"},
    "models": {"models"},
}
BANNED = {  # floor -> packages that it may not touch
    "app": {"sqlmodel", "altair"},
    "pages": {"sqlmodel", "sqlalchemy", "altair"},
    "ui": {"sqlmodel", "sqlalchemy"},
    "web": {"streamlit"},  # but for what its messages look like, see ALLOWED
    "jobs": {"streamlit", "starlette", "altair", "sqlmodel", "sqlalchemy"},
    "cli": {"streamlit", "starlette", "altair", "sqlmodel"},
    "data": {"streamlit", "starlette", "altair"},
    "models": {"streamlit", "starlette", "altair", "pandas"},
}
# It reads Streamlit's own messages, to drop the dangerous ones.
ALLOWED = {"web/client_messages.py": {"streamlit"}}
# Written by Alembic, and never edited.
SHIPPED = ROOT / "data" / "storage" / "migrations" / "versions"
PAGE_LINES, APP_LINES = 120, 80

# A subject has one name on every floor; a new one is added here, once.
SUBJECTS = {
    "access",
    "answers",
    "attendance",
    "audit",
    "backup",
    "certificates",
    "contributions",
    "distribution",
    "documents",
    "erasure",
    "events",
    "exports",
    "imports",
    "incidents",
    "media",
    "personal_data",
    "plan",
    "programme",
    "readiness",
    "rehearsal",
    "reviews",
    "roll_calls",
    "script",
    "synthesis",
    "calendars",
    "waiting",
    "wall",
}
OF_A_FLOOR = {  # what a floor holds besides subjects
    "pages": {"clock", "home", "roster"},
    "ui": {"shell"},
    "web": {
        "api",
        "client_messages",
        "compression",
        "connections",
        "feed_frames",
        "gate",
        "half_requests",
        "health",
        "live",
        "logs",
        "metrics",
        "paths",
        "preload",
        "proxies",
        "questions",
        "requests_log",
        "routes",
        "security",
        "start_page",
        "starting",
        "static_files",
    },
    "jobs": {"backups", "escalation", "runner", "scenario", "sessions"},  # each names what it does
    "cli": {"command_line", "progress", "words"},
    "data": {"bootstrap", "commands", "files", "monitoring", "storage", "words"},
    "models": {"holidays", "posts", "refusals", "storage", "text"},
}
# A reader of foreign files meets whatever a broken one makes a library raise; it says so in one
# refusal. Nothing else may.
READERS = {"data/imports/reading.py", "data/imports/spreadsheets.py"}
SYNONYMS = {
    "board",
    "check_in",
    "copies",
    "event",
    "evidence",
    "log",
    "people",
    "retention",
    "review",
    "roll_call",
    "sign_ins",
    "silence",
    "standing",
    "together",
    "update",
    "upkeep",
}

# Words that a name may not hold, and what prose says in their place: whoever carries on reads
# plain English. `kept` is a state or a projection, `told` a payload, `nonce` an idempotency_key.
NOT_IN_NAMES = {
    "anew",
    "beside",
    "crowd",
    "kept",
    "ladder",
    "linger",
    "nobody",
    "nonce",
    "retention",
    "rung",
    "somebody",
    "spoken",
    "standing",
    "stood",
    "tell",
    "told",
    "together",
    "upkeep",
    "whence",
    "whoever",
}
NOT_AS_NAMES = {"LATE", "LEAST", "LOOK", "MOST", "NAP", "REST"}
NOT_IN_PROSE = re.compile(
    r"\b(anew|nobody|nonce|somebody|stood|told|whence|whoever)\b", re.IGNORECASE
)


def sources(floor: str) -> list[Path]:
    """The modules of a floor, as far as they exist."""
    if floor == "app":
        return [path for path in [ROOT / "app.py"] if path.exists()]
    return sorted(path for path in (ROOT / floor).rglob("*.py") if SHIPPED not in path.parents)


MODULES = [(floor, path) for floor in BELOW for path in sources(floor)]
NAMES = [str(path.relative_to(ROOT).as_posix()) for _, path in MODULES]
every_module = every_row(("floor", "path"), MODULES, ids=NAMES)
every_floor = pytest.mark.parametrize("floor", [floor for floor in BELOW if floor != "app"])


def imported_names(module: ast.Module) -> set[str]:
    """The full name of every import, wherever in the module it stands: `data.storage.changes`."""
    names: set[str] = set()
    for node in nodes(module):
        if isinstance(node, ast.Import):
            names |= {one.name for one in node.names}
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            names |= {f"{node.module}.{one.name}" for one in node.names}
    return names


def imported(module: ast.Module) -> set[str]:
    """The first part of every import's name."""
    return {name.partition(".")[0] for name in imported_names(module)}


def used(module: ast.Module) -> set[str]:
    """Every attribute, imported name and keyword argument that the module uses."""
    names = set()
    for node in nodes(module):
        if isinstance(node, ast.Attribute):
            names.add(node.attr)
        elif isinstance(node, ast.alias):
            names.add(node.name)
        elif isinstance(node, ast.keyword) and node.arg:
            names.add(node.arg)
    return names


# --- the floors ----------------------------------------------------------------------------------


@every_module
def test_a_module_imports_only_from_the_floors_below(floor, path):
    assert imported(tree(path)) & set(BELOW) <= BELOW[floor]


@every_module
def test_a_module_touches_no_package_that_its_floor_may_not(floor, path):
    allowed = ALLOWED.get(path.relative_to(ROOT).as_posix(), set())
    assert not imported(tree(path)) & (BANNED[floor] - allowed)


@every_module
def test_a_module_imports_by_full_names(floor, path):
    """A relative import would slip past the two tests above."""
    relative = [
        node for node in nodes(tree(path)) if isinstance(node, ast.ImportFrom) and node.level
    ]
    assert not relative


@pytest.mark.parametrize("floor", ["models", "data"])
def test_the_floors_that_everything_stands_on_are_there(floor):
    assert len(sources(floor)) > 8


# --- the packages of a floor ---------------------------------------------------------------------

Graph = dict[str, set[str]]


def package_of(path: Path) -> str:
    """The package or file of a floor that a module belongs to: `attendance`, `commands`."""
    return path.relative_to(ROOT).parts[1].removesuffix(".py")


def packages(floor: str) -> set[str]:
    """The names of a floor's packages and files."""
    return {package_of(path) for path in sources(floor)} - {"__init__", "__main__"}


def package_graph(modules: list[tuple[str, ast.Module]], floor: str) -> Graph:
    """Which packages of a floor each of them imports, from (package, module) of all its modules."""
    graph: Graph = {}
    for package, module in modules:
        inside = {name.split(".")[1] for name in imported_names(module) if _is_in(name, floor)}
        graph.setdefault(package, set()).update(inside - {package})
    return graph


def _is_in(name: str, floor: str) -> bool:
    return name.startswith(f"{floor}.")


def reachable(graph: Graph, start: str) -> set[str]:
    reached: set[str] = set()
    waiting = [start]
    while waiting:
        further = graph.get(waiting.pop(), set()) - reached
        reached |= further
        waiting += further
    return reached


def circles(graph: Graph) -> set[frozenset[str]]:
    """The strongly connected components of more than one package."""
    reached = {package: reachable(graph, package) for package in graph}
    components = {
        frozenset(other for other in reached[package] if package in reached.get(other, set()))
        for package in graph
    }
    return {one for one in components if len(one) > 1}


# Packages that still form circles; whoever dissolves one takes it out of here.
IN_CIRCLES: dict[str, set[str]] = {}


@every_floor
def test_the_packages_of_a_floor_form_no_circle(floor):
    graph = package_graph([(package_of(path), tree(path)) for path in sources(floor)], floor)
    found = circles(graph)
    assert not {one for one in found if not one <= IN_CIRCLES.get(floor, set())}


def test_a_circle_would_be_found():
    """The control."""
    written = {
        "plan": "from data.readiness import tasks\nfrom data.storage import database",
        "readiness": "def late():\n    import data.audit",
        "audit": "from data import plan",
        "storage": "import data.storage.changes",
    }
    modules = [(package, ast.parse(source)) for package, source in written.items()]
    graph = package_graph(modules, "data")
    assert graph["plan"] == {"readiness", "storage"} and graph["storage"] == set()
    assert circles(graph) == {frozenset({"plan", "readiness", "audit"})}
    assert circles(graph | {"audit": set()}) == set()


@every_floor
def test_a_subject_has_one_name_on_every_floor(floor):
    unknown = packages(floor) - SUBJECTS - OF_A_FLOOR[floor]
    assert not unknown, f"a new subject, or an old one by another name: {unknown}"


@every_floor
def test_the_tests_go_by_the_names_of_the_subjects(floor):
    names = {path.name.removesuffix(".py") for path in (ROOT / "tests" / floor).glob("*")}
    assert not {name.removeprefix("test_") for name in names} & SYNONYMS


def test_a_synonym_is_no_subject():
    known = SUBJECTS.union(*OF_A_FLOOR.values())
    assert not known & SYNONYMS


# --- names and prose -----------------------------------------------------------------------------


def defined(module: ast.Module) -> set[str]:
    """Every name that the module itself gives: functions, classes, arguments, variables, fields."""
    names = set()
    for node in nodes(module):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            names.add(node.name)
        elif isinstance(node, ast.arg):
            names.add(node.arg)
        elif isinstance(node, ast.Name | ast.Attribute) and isinstance(node.ctx, ast.Store):
            names.add(node.id if isinstance(node, ast.Name) else node.attr)
    return names


def badly_named(module: ast.Module) -> set[str]:
    return {name for name in defined(module) if _words(name) & NOT_IN_NAMES} | (
        defined(module) & NOT_AS_NAMES
    )


def _words(name: str) -> set[str]:
    return {part.lower() for part in re.findall(r"[A-Z]?[a-z]+|[A-Z]+", name)}


def prose(source: str) -> list[str]:
    """The comments and docstrings of a module."""
    comments = [
        token.string
        for token in tokenize.generate_tokens(io.StringIO(source).readline)
        if token.type == tokenize.COMMENT
    ]
    documented = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    nodes = [node for node in ast.walk(ast.parse(source)) if isinstance(node, documented)]
    return comments + [ast.get_docstring(node) or "" for node in nodes]


def badly_put(source: str) -> list[str]:
    if not NOT_IN_PROSE.search(source):
        return []
    return [
        line for text in prose(source) for line in text.splitlines() if NOT_IN_PROSE.search(line)
    ]


# What has not been gone through yet: once it has been, its line goes.
NOT_YET_PLAIN: tuple[str, ...] = ()


def plain_modules() -> list[Path]:
    modules = [*sources("models"), *sources("data")]
    names = [path.relative_to(ROOT).as_posix() for path in modules]
    return [
        path
        for path, name in zip(modules, names, strict=True)
        if not name.startswith(NOT_YET_PLAIN)
    ]


every_plain_module = every_row("path", plain_modules(), ids=lambda path: str(path))


@every_plain_module
def test_names_are_plain_words(path):
    assert not badly_named(tree(path))


@every_plain_module
def test_prose_is_plain(path):
    assert not badly_put(path.read_text(encoding="utf-8"))


def test_a_banned_word_would_be_found():
    """The control."""
    source = (
        '"""Told anew."""\ndef f(told_first, *, x):\n    keptRow = x  # by somebody\n    MOST = 3'
    )
    assert badly_named(ast.parse(source)) == {"told_first", "keptRow", "MOST"}
    assert badly_put(source) == ["# by somebody", "Told anew."]


# --- every module --------------------------------------------------------------------------------


@every_module
def test_every_module_opens_with_a_sentence(floor, path):
    sentence = ast.get_docstring(tree(path))
    assert sentence, "no docstring"
    assert sentence.split("\n\n")[0].rstrip().endswith(".")


@every_module
def test_no_module_lets_untrusted_text_meet_html(floor, path):
    assert "unsafe_allow_html" not in used(tree(path))


@every_module
def test_cached_reads_are_declared_beside_their_subject(floor, path):
    if path.name != "queries.py" and path.parent != ROOT / "ui" / "shell":
        assert not used(tree(path)) & {"cache_data", "cache_resource", "shared"}


@every_module
def test_no_module_catches_every_exception(floor, path):
    """A bug goes to the log; a bare `except` would also swallow Streamlit's own way to stop a
    run.
    """
    caught = [node.type for node in nodes(tree(path)) if isinstance(node, ast.ExceptHandler)]
    assert None not in caught
    names = {name.id for name in caught if isinstance(name, ast.Name)}
    reads = path.relative_to(ROOT).as_posix() in READERS
    assert reads or not names & {"Exception", "BaseException"}


LABELLED = re.compile(r'st\.(selectbox|multiselect|radio|pills)\(|on_change="rerun"')


@every_row("path", [*sources("pages"), *sources("ui")], ids=lambda path: str(path))
def test_choices_and_what_is_folded_survive_new_labels(path):
    """Streamlit knows a choice by its label: only `ui.shell.choices` survives another language."""
    assert path.name == "choices.py" or not LABELLED.search(path.read_text(encoding="utf-8"))


@every_row("path", sources("models"), ids=lambda path: path.name)
def test_a_rule_reads_no_clock(path):
    calls = {node.attr for node in nodes(tree(path)) if isinstance(node, ast.Attribute)}
    assert not calls & {"now", "utcnow", "today"}


@every_row("path", [*sources("pages"), *sources("ui")], ids=lambda path: str(path))
def test_a_part_of_a_page_that_draws_itself_again_is_handed_no_snapshot(path):
    """It would draw again what it was handed at first, whatever has changed since."""
    lasting = {"int", "str", "Groups"}  # ids, keys, and the menu
    parts = [
        node
        for node in ast.walk(tree(path))
        if isinstance(node, ast.FunctionDef)
        and any("st.fragment" in ast.unparse(one) for one in node.decorator_list)
    ]
    handed = {ast.unparse(arg.annotation or arg) for part in parts for arg in part.args.args}
    assert handed <= lasting


def read_as_imported(node: ast.AST) -> set[str]:
    """The names that a module reads as it is imported: not within a function, but in what it is
    declared with.
    """
    parts = ast.iter_child_nodes(node)
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
        parts = [node.args, *getattr(node, "decorator_list", [])]
    name = {getattr(node, "attr", None), getattr(node, "id", None)}
    return name.union(*map(read_as_imported, parts))


@every_module
def test_a_module_reads_no_setting_as_it_is_imported(floor, path):
    """Else it could not be imported before its settings are known, as the tests' servers are."""
    assert not read_as_imported(tree(path)) & {"environ", "getenv"}


def test_a_setting_read_as_a_module_is_imported_would_be_found():
    assert "environ" in read_as_imported(ast.parse("class A:\n    b = os.environ['X']"))
    assert "environ" in read_as_imported(ast.parse("def f(a=os.environ['X']):\n    pass"))
    assert "environ" not in read_as_imported(ast.parse("def f():\n    return os.environ['X']"))


@every_row("path", [*sources("pages"), *sources("app")], ids=lambda path: path.name)
def test_a_page_and_the_entry_are_short(path):
    lines = len(path.read_text(encoding="utf-8").splitlines())
    assert lines < APP_LINES if path.name == "app.py" else lines <= PAGE_LINES


@pytest.mark.parametrize(
    ("source", "first", "names"),
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
def test_what_is_banned_would_be_found(source, first, names):
    """The control: the tests above can fail."""
    module = ast.parse(source)
    assert imported(module) == first
    assert names <= used(module)
