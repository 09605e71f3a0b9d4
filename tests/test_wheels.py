"""An installation without a network: which wheels are collected, and what the start scripts do."""

import os
import runpy
import shutil
import subprocess
from importlib import metadata
from pathlib import Path
from types import SimpleNamespace

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parent.parent
DEPLOY = ROOT / "deploy"
wheels = SimpleNamespace(**runpy.run_path(str(DEPLOY / "wheels.py")))
PLATFORM = {"windows": "Windows", "linux": "Linux"}


def test_each_system_gets_what_it_runs_on():
    linux, windows = (set(wheels.wanted(system)) for system in ("linux", "windows"))
    assert {one.partition("==")[0] for one in linux - windows} == {"uvloop"}
    assert windows < linux
    asked = wheels.command("windows", "3.12", Path("stick"))
    assert {"--no-deps", "--only-binary=:all:", "--platform=win_amd64"} <= set(asked)
    assert "--python-version=3.12" in asked and f"--dest={Path('stick')}" in asked


@pytest.mark.parametrize("system", wheels.SYSTEMS)
def test_nothing_that_a_pinned_package_needs_is_missing_among_them(system):
    """Else the installation would look for it on the network."""
    platform = wheels.SYSTEMS[system][0]
    environment = {"sys_platform": platform, "platform_system": PLATFORM[system]}
    lines = (ROOT / "requirements.txt").read_text(encoding="utf-8").splitlines()
    pinned = [Requirement(line) for line in lines if line and not line.startswith("#")]
    known = {canonicalize_name(one.name) for one in pinned}
    needed = {
        canonicalize_name(need.name)
        for one in pinned
        for text in metadata.requires(one.name) or []
        for extra in ("", *one.extras)
        if (need := Requirement(text)).marker is None
        or need.marker.evaluate(environment | {"extra": extra})
    }
    assert needed - known == set()


def project(folder: Path) -> Path:
    """A project of the start script alone, with a Python that notes what it is asked."""
    (folder / "deploy").mkdir(parents=True)
    shutil.copy(DEPLOY / "san-sang.sh", folder / "deploy")
    (folder / "requirements.txt").write_text("pandas==3.1.1\n", encoding="utf-8")
    python = folder / ".venv" / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.write_text('#!/bin/sh\necho "$@" >> asked\n', encoding="utf-8")
    python.chmod(0o755)
    return folder


@pytest.mark.skipif(os.name == "nt", reason="a shell's script")
def test_it_installs_once_without_the_network_where_there_are_wheels(tmp_path):
    here = project(tmp_path / "Sẵn Sàng 1")  # a folder's name may hold anything
    (here / "wheels").mkdir()
    start = ["sh", str(here / "deploy" / "san-sang.sh"), "--sample"]
    for _ in range(2):
        subprocess.run(start, check=True, cwd=tmp_path)
    installs, *served = (here / "asked").read_text(encoding="utf-8").splitlines()
    assert "--no-index --find-links wheels -r requirements.txt" in installs
    assert served == ["-m web --https --sample"] * 2
    (here / "requirements.txt").write_text("pandas==3.1.2\n", encoding="utf-8")
    shutil.rmtree(here / "wheels")
    subprocess.run(start, check=True, cwd=tmp_path)
    again = (here / "asked").read_text(encoding="utf-8").splitlines()[3]
    assert "pip install" in again and "--no-index" not in again


@pytest.mark.parametrize("path", sorted(DEPLOY.glob("*.bat")), ids=lambda path: path.name)
def test_a_script_for_windows_is_plain_ascii_and_stays_in_its_folder(path):
    """A window of an old code page would take an accented letter for another, or for a command."""
    text = path.read_bytes().decode("ascii")
    assert text.startswith("@echo off") and "setlocal" in text
    assert "*.bat text eol=crlf" in (ROOT / ".gitattributes").read_text(encoding="utf-8")
    assert "chcp" not in text
