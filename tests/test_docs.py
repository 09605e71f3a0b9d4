"""What the documents say is so: files exist, generated parts are current, settings and topics
are named.
"""

import re
import tomllib

import pytest

from docs import build
from tests.test_architecture import MODULES, ROOT

DOCS = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/*.md"), *ROOT.glob("deploy/*.md")])
README = (ROOT / "README.md").read_text(encoding="utf-8")
FLOORS = "app|cli|data|deploy|docs|jobs|models|pages|tests|ui|web"
FILE = re.compile(rf"(?<![\w/])((?:{FLOORS})/[\w./-]*[\w/])")
OTHERS = {"FORWARDED_ALLOW_IPS"}  # uvicorn's, which is only switched off
MADE = ("data/my_event", "data/var", "tests/shots")  # made by a person or at run time


def files_named(text: str) -> set[str]:
    """The paths of this project that stand in code spans of a document."""
    spans = re.findall(r"`([^`\n]+)`", text)
    return {path for span in spans for path in FILE.findall(span)}


@pytest.mark.parametrize("document", DOCS, ids=lambda path: path.name)
def test_every_file_that_a_document_names_exists(document):
    named = files_named(document.read_text(encoding="utf-8"))
    ours = {path for path in named if not path.startswith(MADE)}
    assert not {path for path in ours if not (ROOT / path).exists()}


def test_a_file_that_does_not_exist_would_be_found():
    """The control: the test above can fail."""
    assert files_named("`data/storage/no_such.py`, `make test`") == {"data/storage/no_such.py"}


@pytest.mark.parametrize("name", ["data_model.md", "reference.md"])
def test_what_follows_from_the_code_is_current(name):
    """`make docs` writes it again."""
    written = (build.HERE / name).read_text(encoding="utf-8")
    assert written == build.documents()[name]


def read_from_environment() -> set[str]:
    text = "\n".join(path.read_text(encoding="utf-8") for _, path in MODULES)
    return set(re.findall(r'environ(?:\.get\(|\[)\s*"([A-Z_0-9]+)"', text))


def test_every_setting_is_in_the_readme_or_that_of_the_operator():
    told = README + (ROOT / "deploy" / "README.md").read_text(encoding="utf-8")
    unnamed = {name for name in read_from_environment() - OTHERS if f"`{name}`" not in told}
    assert not unnamed


def test_the_changelog_lists_this_version():
    version = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"][
        "version"
    ]
    assert f"## {version} " in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
