"""Tests of the command line: both its names, and refusals in both languages."""

import subprocess
import sys

import pytest

from data.words import LANGUAGES, catalogue
from tests.test_architecture import ROOT

COMMANDS = ["load", "rehearse", "link", "backup", "backups", "restore", "erase"]
RENAMED = [catalogue(language)["run.command_renamed"] for language in LANGUAGES]


def asked(module: str, *words: str) -> subprocess.CompletedProcess:
    command = [sys.executable, "-m", module, *words]
    options = {"capture_output": True, "text": True, "encoding": "utf-8", "timeout": 120}
    return subprocess.run(command, cwd=ROOT, **options)


@pytest.fixture(scope="module")
def help_texts() -> dict[str, subprocess.CompletedProcess]:
    return {module: asked(module, "--help") for module in ("cli", "data")}


@pytest.mark.parametrize("command", COMMANDS)
def test_the_help_names_every_command(help_texts, command):
    assert f"\n    {command} " in help_texts["cli"].stdout


def test_the_former_name_does_the_same_and_says_the_new_one(help_texts):
    assert help_texts["data"].stdout == help_texts["cli"].stdout
    assert help_texts["data"].stderr.splitlines() == RENAMED
    assert help_texts["cli"].stderr == ""
    assert all("python -m cli" in text for text in RENAMED)


@pytest.mark.parametrize("module", ["cli", "data"])
def test_a_refusal_is_said_in_both_languages(module, tmp_path, monkeypatch):
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path / 'x.db'}")
    monkeypatch.setenv("BACKUP_TO", str(tmp_path / "nowhere"))
    answer = asked(module, "restore", str(tmp_path / "missing.db"))
    assert answer.returncode == 1 and answer.stdout == ""
    lines = [line for line in answer.stderr.splitlines() if line not in RENAMED]
    assert len(lines) == len(LANGUAGES) and "missing.db" in lines[0]
