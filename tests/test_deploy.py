"""What deploy/ ships fits together: its files name each other's parts rightly, hold no secret, and every setting is told."""

import ast
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.proxy import VARIABLES

ROOT = Path(__file__).parent.parent
DEPLOY = ROOT / "deploy"
FLOORS = ("app.py", "data", "models", "pages", "ui", "web")
OF_OTHERS = {
    "FORWARDED_ALLOW_IPS",
    "STREAMLIT_SERVER_COOKIE_SECRET",
    "PGPASSWORD",
}  # set by us for a library, not by an organiser


def text(name: str) -> str:
    return (DEPLOY / name).read_text(encoding="utf-8")


def test_the_blanks_of_the_proxys_configuration_are_those_that_are_filled_in():
    blanks = set(re.findall(r"\$\{([A-Z_]+)\}", text("nginx.conf")))
    assert blanks == set(VARIABLES)
    assert set(re.findall(r"\$\$([A-Z_]+)", text("compose.yaml"))) == blanks
    proxy = text("compose.yaml").partition("  proxy:")[2].partition("    volumes:")[0]
    assert set(re.findall(r"^      ([A-Z_]+):", proxy, re.MULTILINE)) == blanks
    told = text("nginx.conf").partition("worker_processes")[0]
    assert all(
        name in text("README.md") and (name in told or name == "APPLICATION_B") for name in blanks
    )


def test_the_processes_names_are_those_that_the_proxy_knows():
    named = set(re.findall(r"PROCESS_NAME: (\w+)", text("compose.yaml")))
    assert named == {"a", "b"}
    assert set(re.findall(r"^\s+(\w)\s+process_\1;", text("nginx.conf"), re.MULTILINE)) == named


def test_nothing_secret_is_shipped():
    asked = set(re.findall(r"\$\{([A-Z_]+)[:}]", text("compose.yaml")))
    example = dict(
        line.split("=", 1)
        for line in text(".env.example").splitlines()
        if line and not line.startswith("#")
    )
    assert asked == set(example)
    assert example["POSTGRES_PASSWORD"] == ""
    for file in DEPLOY.iterdir():
        assert not re.search(
            r"BEGIN [A-Z ]*PRIVATE KEY|password\s*[:=]\s*['\"]?\w{6,}",
            file.read_text(encoding="utf-8"),
            re.I,
        ), file


def test_the_image_holds_every_floor_and_nothing_runs_as_root():
    dockerfile = text("Dockerfile")
    for floor in FLOORS:
        assert re.search(rf"^COPY .*\b{re.escape(floor)}\b", dockerfile, re.MULTILINE), floor
    assert re.search(r"^USER (?!root)\w", dockerfile, re.MULTILINE) and "HEALTHCHECK" in dockerfile
    for told in re.findall(r"^COPY (.+) \S+$", dockerfile, re.MULTILINE):
        for source in told.split():
            assert (ROOT / source).exists(), source


def test_systemd_takes_the_unit(tmp_path):
    tool = shutil.which("systemd-analyze")
    if tool is None:
        pytest.skip("no systemd here")
    unit = tmp_path / "san-sang.service"
    unit.write_text(
        text("san-sang.service").replace("/opt/san-sang/.venv/bin/python", shutil.which("true")),
        encoding="utf-8",
    )
    checked = subprocess.run([tool, "verify", str(unit)], capture_output=True, text=True)
    assert (checked.returncode, checked.stderr) == (0, "")


def settings() -> set[str]:
    """Every environment variable that the product reads: by name, or by a constant that holds the name."""
    found = set()
    for floor in FLOORS:
        for path in [ROOT / floor] if floor.endswith(".py") else (ROOT / floor).rglob("*.py"):
            module = ast.parse(path.read_text(encoding="utf-8"))
            constants = {
                target.id: node.value.value
                for node in module.body
                if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant)
                for target in node.targets
                if isinstance(target, ast.Name)
            }
            for node in ast.walk(module):
                if isinstance(node, ast.Call) and ast.unparse(node.func) in (
                    "os.environ.get",
                    "os.getenv",
                ):
                    found |= (
                        {ast.literal_eval(ast.unparse(node.args[0]))}
                        if isinstance(node.args[0], ast.Constant)
                        else set()
                    )
                    if isinstance(node.args[0], ast.Name):
                        found |= {constants.get(node.args[0].id)} - {None}
    return found - OF_OTHERS


@pytest.mark.parametrize("name", sorted(settings()))
def test_every_setting_is_told(name):
    assert f"`{name}`" in (ROOT / "README.md").read_text(encoding="utf-8")
