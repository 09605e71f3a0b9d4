"""Tests of deploy/: its files fit together and hold no secret, and every setting is documented."""

import ast
import re
import shutil
import subprocess
from functools import cache
from pathlib import Path

import pytest
import yaml

from tests.proxy import VARIABLES
from tests.source import nodes, tree
from web.logs import TOKEN_FOLDERS

ROOT = Path(__file__).parent.parent
DEPLOY = ROOT / "deploy"
FLOORS = ("app.py", "cli", "data", "jobs", "models", "pages", "ui", "web")
# Set by us for a library, not by an organiser.
OF_OTHERS = {"FORWARDED_ALLOW_IPS", "STREAMLIT_SERVER_COOKIE_SECRET", "PGPASSWORD"}


def text(name: str) -> str:
    return (DEPLOY / name).read_text(encoding="utf-8")


def test_the_blanks_of_the_proxys_configuration_are_those_that_are_filled_in():
    blanks = set(re.findall(r"\$\{([A-Z_]+)\}", text("nginx.conf")))
    assert blanks == set(VARIABLES)
    assert set(re.findall(r"\$\$([A-Z_]+)", text("compose.yaml"))) == blanks
    proxy = text("compose.yaml").partition("  proxy:")[2].partition("    volumes:")[0]
    assert set(re.findall(r"^      ([A-Z_]+):", proxy, re.MULTILINE)) == blanks
    opening = text("nginx.conf").partition("worker_processes")[0]
    assert all(name in text("README.md") for name in blanks)
    assert all(name in opening or name == "APPLICATION_B" for name in blanks)


def test_the_processes_names_are_those_that_the_proxy_knows():
    named = set(re.findall(r"PROCESS_NAME: (\w+)", text("compose.yaml")))
    assert named == {"a", "b"}
    assert set(re.findall(r"^\s+(\w)\s+process_\1;", text("nginx.conf"), re.MULTILINE)) == named


def test_the_proxy_logs_no_token_of_any_address_that_holds_one():
    folders = "|".join(TOKEN_FOLDERS)
    assert f"location ~ ^/({folders})/ {{" in text("nginx.conf")
    assert f'"~^/(?<secret>{folders})/."' in text("nginx.conf")


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
    for sources in re.findall(r"^COPY (.+) \S+$", dockerfile, re.MULTILINE):
        for source in sources.split():
            assert (ROOT / source).exists(), source


def test_what_the_processes_write_and_the_events_lie_in_volumes_that_are_theirs():
    """An image is read-only and replaced by the next one."""
    compose = yaml.safe_load(text("compose.yaml"))
    mounted = dict(one.split(":") for one in compose["services"]["application-a"]["volumes"])
    assert compose["services"]["application-b"]["volumes"] == [
        ":".join(one) for one in mounted.items()
    ]
    assert {"events", "var", "backups"} == set(mounted) <= set(compose["volumes"])
    assert mounted["events"].endswith("/events") and mounted["var"] == "/srv/san-sang/var"
    made = re.search(r"mkdir -p (.*) \\", text("Dockerfile"))[1].split()
    owned = re.search(r"chown -R san-sang (.*)", text("Dockerfile"))[1].split()
    assert set(mounted.values()) == set(made)
    assert all(any(folder.startswith(one) for one in owned) for folder in made)


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


READS = {"get": "os.environ.get", "getenv": "os.getenv"}


@cache
def settings() -> set[str]:
    """Every environment variable that the product reads: by name, or by a constant with the
    name.
    """
    names: set[str] = set()
    for floor in FLOORS:
        for path in [ROOT / floor] if floor.endswith(".py") else (ROOT / floor).rglob("*.py"):
            names |= settings_of(tree(path))
    return names - OF_OTHERS


def settings_of(module: ast.Module) -> set[str]:
    constants = {
        target.id: node.value.value
        for node in module.body
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    calls = [node for node in nodes(module) if isinstance(node, ast.Call)]
    asked = [call.args[0] for call in calls if reads(call.func)]
    named = {one.value for one in asked if isinstance(one, ast.Constant)}
    return named | {constants.get(one.id) for one in asked if isinstance(one, ast.Name)} - {None}


def reads(function: ast.expr) -> bool:
    """Whether a call of it reads the environment."""
    is_method = isinstance(function, ast.Attribute) and function.attr in READS
    return is_method and ast.unparse(function) == READS[function.attr]


def test_every_setting_is_documented():
    told = "".join(
        (ROOT / place).read_text(encoding="utf-8") for place in ("README.md", "deploy/README.md")
    )
    assert len(settings()) > 10
    assert [name for name in sorted(settings()) if f"`{name}`" not in told] == []


def test_every_setting_of_mail_is_handed_on_to_the_processes():
    mail = {name for name in settings() if name.startswith("SMTP_")}
    handed = yaml.safe_load(text("compose.yaml"))["services"]["application-a"]["environment"]
    assert len(mail) == 7 and mail <= set(handed)
