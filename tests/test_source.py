"""What the source itself must not hold: code made of text, commands made of text, queries made of
what people type, weak hashes.
"""

import ast
import re
import tomllib
from importlib.metadata import distribution, requires
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.rows import every_row
from tests.source import nodes, tree
from tests.test_architecture import MODULES, NAMES, ROOT, imported

NOT_CALLED = {"eval", "exec", "compile", "system", "popen", "md5", "sha1", "mktemp"}
NOT_IMPORTED = {
    "pickle",
    "marshal",
    "shelve",
    "xml",
    "lxml",
    "yaml",
    "random",
    "telnetlib",
    "ftplib",
    "smtplib",
    "ldap",
}
ALLOWED = {
    # It made the sample's files, and runs nowhere.
    "data/events/samples/nghe_an_2023/generate.py": {"random"},
    # It hands messages to the mail server that the operator names, by TLS unless told otherwise.
    "data/distribution/smtp.py": {"smtplib"},
    # It counts elements before a reader keeps any, and refuses a document type.
    "data/imports/bounds.py": {"xml"},
    # The server and the process that it starts speak to each other; no one else has their pipe.
    "data/imports/pipe.py": {"pickle"},
}
QUERIES = {"execute", "exec", "exec_driver_sql", "text"}
OUR_OWN = {
    "name",
    "schema",
    "setting",
    "ONE_WRITER",
    "BUSY_TIMEOUT",
    "LOG_TIMEOUT",
    "changes.CHANNEL",
}  # tables, PRAGMAs and their numbers, a lock's number, a channel

every_module = every_row("path", [path for _, path in MODULES], ids=NAMES)


def forbidden(module: ast.Module) -> set[str]:
    """The calls that no module makes: by a bare name, or of another module than `re` (whose
    `compile` is harmless).
    """
    found = set()
    for node in nodes(module):
        if not isinstance(node, ast.Call):
            continue
        if isinstance(node.func, ast.Name) and node.func.id in NOT_CALLED:
            found.add(node.func.id)
        if isinstance(node.func, ast.Attribute) and node.func.attr in NOT_CALLED - {
            "exec",
            "compile",
        }:
            found.add(node.func.attr)
        if any(word.arg == "shell" for word in node.keywords):
            found.add("shell")
    return found


def put_together(module: ast.Module) -> set[str]:
    """What queries are put together from, other than by the database's own parameters: the names
    within an f-string, or `+`, `%`.
    """
    found = set()
    for node in nodes(module):
        named = (
            getattr(node.func, "attr", getattr(node.func, "id", ""))
            if isinstance(node, ast.Call)
            else ""
        )
        if named not in QUERIES or not node.args:
            continue
        query = node.args[0]
        if isinstance(query, ast.JoinedStr):
            parts = [part.value for part in query.values if isinstance(part, ast.FormattedValue)]
            found |= {
                part.id if isinstance(part, ast.Name) else ast.unparse(part) for part in parts
            }
        elif isinstance(query, ast.BinOp) and any(
            isinstance(one, ast.Constant) for one in ast.walk(query)
        ):
            found.add(ast.unparse(query))
    return found


@every_module
def test_no_module_runs_what_was_text_or_starts_a_shell(path):
    assert forbidden(tree(path)) == set()


@every_module
def test_no_module_reads_objects_or_markup_from_outside_or_draws_lots(path):
    assert not imported(tree(path)) & (
        NOT_IMPORTED - ALLOWED.get(path.relative_to(ROOT).as_posix(), set())
    )


@every_row("path", [path for floor, path in MODULES if floor == "data"], ids=lambda path: path.name)
def test_no_query_is_put_together_from_what_people_type(path):
    """Only `data` speaks to the database; see tests/test_architecture.py."""
    assert put_together(tree(path)) <= OUR_OWN


@pytest.mark.parametrize(
    ("source", "calls", "parts"),
    [
        ("eval(typed)", {"eval"}, set()),
        ("os.system(typed)", {"system"}, set()),
        ("subprocess.run(typed, shell=True)", {"shell"}, set()),
        ("hashlib.md5(x)", {"md5"}, set()),
        ("re.compile(x)\nsession.exec(select(x))", set(), set()),
        ("session.execute(text(f'SELECT {typed}'))", set(), {"typed"}),
        ("session.execute('SELECT ' + typed)", set(), {"'SELECT ' + typed"}),
        ("session.execute('SELECT %s' % typed)", set(), {"'SELECT %s' % typed"}),
        ("text(f'SELECT {form.typed}')", set(), {"form.typed"}),
        ("session.execute(text('SELECT :x'), {'x': typed})", set(), set()),
    ],
)
def test_what_is_forbidden_would_be_found(source, calls, parts):
    module = ast.parse(source)
    assert forbidden(module) == calls and put_together(module) == parts


# --- what it stands on ----------------------------------------------------------------------------


def pinned() -> dict[str, str]:
    """The packages of `requirements.txt`, each with its one version."""
    lines = (ROOT / "requirements.txt").read_text(encoding="utf-8").splitlines()
    listed = [Requirement(line) for line in lines if line and not line.startswith("#")]
    return {canonicalize_name(one.name): str(one.specifier) for one in listed}


def test_every_package_that_the_product_runs_on_is_pinned_to_one_version():
    """What a package brings along as well: nothing is installed in a version that no one looked
    at.
    """
    listed = pinned()
    assert all(version.startswith("==") and "*" not in version for version in listed.values())
    wanted = {
        canonicalize_name(needed.name)
        for name in listed
        for needed in map(Requirement, requires(name) or ())
        if needed.marker is None
        or needed.marker.evaluate({"extra": "binary" if name == "psycopg" else ""})
    }
    assert wanted <= set(listed) | {"tzdata"}, wanted - set(listed)
    assert {name: f"=={distribution(name).version}" for name in listed} == listed


def test_the_image_takes_along_no_secret_no_live_data_and_no_history():
    ignored = set((ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines())
    assert {".git", ".streamlit/secrets.toml", "var", "data/var", "deploy/.env", "tests"} <= ignored


def test_nothing_secret_is_stored_with_the_source():
    """Known shapes of keys, in whatever the project holds."""
    shapes = (
        "BEGIN " + "PRIVATE KEY",
        "BEGIN RSA " + "PRIVATE",
        "BEGIN EC " + "PRIVATE",
        "AKIA" + "IOSFODNN",
    )
    for folder in (*{floor for floor, _ in MODULES if floor != "app"}, "deploy", ".streamlit"):
        for file in (ROOT / folder).rglob("*"):
            if file.is_file() and file.suffix in (
                ".py",
                ".toml",
                ".yaml",
                ".yml",
                ".conf",
                ".md",
                ".service",
                ".example",
                ".js",
            ):
                assert not [
                    shape for shape in shapes if shape in file.read_text(encoding="utf-8")
                ], file
    assert not Path(ROOT / "deploy" / ".env").exists() or "deploy/.env" in (
        ROOT / ".gitignore"
    ).read_text(encoding="utf-8")


# --- what the browser runs, and how the servers are set up ----------------------------------------

NOT_IN_SCRIPTS = (
    "innerHTML", "outerHTML", "insertAdjacentHTML", "document.write",
    "eval(", "new Function", "localStorage", "sessionStorage",
    "indexedDB", "postMessage", "__proto__", "srcdoc",
)  # fmt: skip


KEEPS = {
    "gate/store.js": [
        "indexedDB"
    ],  # the gate works without the network; what it keeps it wipes, see tests/browser/test_gate.py
    "typing.js": ["sessionStorage"],  # half a sentence, in its tab, until it is saved
    "desk.js": ["localStorage"],  # whether this device may sound, and nothing else
}


@every_row("script", sorted((ROOT / "web" / "assets").rglob("*.js")), ids=lambda path: path.name)
def test_no_script_of_ours_makes_markup_or_code_of_text_or_keeps_anything(script):
    text = script.read_text(encoding="utf-8")
    allowed = KEEPS.get(script.relative_to(ROOT / "web" / "assets").as_posix(), [])
    assert [word for word in NOT_IN_SCRIPTS if word in text] == allowed
    assert re.findall(r"document\.cookie = `(\w+)=", text) in ([], ["san_sang_language"])


def test_what_is_for_developers_is_off():
    config = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text(encoding="utf-8"))
    assert (
        config["client"]["showErrorDetails"] == "none"
        and config["client"]["toolbarMode"] == "minimal"
    )
    assert (
        config["browser"]["gatherUsageStats"] is False
        and config["server"]["fileWatcherType"] == "none"
    )
    assert "developmentMode" not in config.get("global", {}) and not {
        "enableCORS",
        "enableXsrfProtection",
    } & set(config["server"])


def test_the_proxy_speaks_only_ciphers_that_stay_secret_when_its_key_does_not():
    (ciphers,) = re.findall(
        r"ssl_ciphers ([^;]+);", (ROOT / "deploy" / "nginx.conf").read_text(encoding="utf-8")
    )
    for cipher in ciphers.split(":"):
        assert cipher.startswith("ECDHE-") and ("GCM" in cipher or "CHACHA20" in cipher), cipher


def test_a_test_runs_coroutines_where_no_loop_of_a_browser_is():
    """Playwright keeps a loop on the thread of a worker that has had a browser."""
    apart, alone = ROOT / "tests" / "apart.py", {"bench", "soak"}  # those are no tests of a worker
    tests = [one for one in (ROOT / "tests").rglob("*.py") if one != apart]
    found = [
        str(path.relative_to(ROOT))
        for path in tests
        if not alone & set(path.parts)
        for call in nodes(tree(path))
        if isinstance(call, ast.Call) and getattr(call.func, "attr", "") == "run"
        if ast.unparse(call.func) == "asyncio.run"
    ]
    assert found == []


PROMISED = re.compile(r"\basync\b|\.then\(")


def waits_for_a_promise(module: ast.Module) -> list[int]:
    """The lines on which `wait_for_function` is asked what a promise answers: it takes any promise
    for a yes, and waits for nothing (`tests.browser.gate.wait_for_yes` does).
    """
    scripts = {
        target.id: ast.unparse(one.value)
        for one in module.body
        if isinstance(one, ast.Assign)
        for target in one.targets
        if isinstance(target, ast.Name)
    }
    return [
        call.lineno
        for call in nodes(module)
        if isinstance(call, ast.Call) and getattr(call.func, "attr", "") == "wait_for_function"
        if any(
            PROMISED.search(scripts.get(ast.unparse(one), ast.unparse(one))) for one in call.args
        )
    ]


def test_no_test_takes_a_promise_for_a_yes():
    files = [*(ROOT / "tests" / "browser").glob("*.py"), *(ROOT / "tests" / "soak").glob("*.py")]
    assert {file.name: found for file in files if (found := waits_for_a_promise(tree(file)))} == {}
    control = (
        "KEPT = 'async () => 1'\npage.wait_for_function(KEPT)\npage.wait_for_function('() => 1')"
    )
    assert waits_for_a_promise(ast.parse(control)) == [2]
