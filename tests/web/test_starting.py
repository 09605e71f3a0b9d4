"""Tests of `python -m web`: what it says when it cannot start, before any server runs."""

import os
import socket
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path

import pytest

from tests import warm
from tests.serving import free_port
from tests.stage import SMALL

ROOT = Path(__file__).parents[2]


def start(**settings: str) -> subprocess.CompletedProcess:
    return warm.run("-m", "web", env=os.environ | {"HOST": "127.0.0.1"} | settings)


def said(failed: subprocess.CompletedProcess) -> str:
    assert failed.returncode == 1
    assert "Traceback" not in failed.stderr
    vietnamese, english = failed.stderr.strip().splitlines()
    return f"{vietnamese}\n{english}"


def test_an_occupied_port_is_named_and_nothing_starts():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        told = said(start(PORT=port))
    assert f"Cổng {port} đang có chương trình khác dùng" in told
    assert f"port {port}" in told


@pytest.mark.parametrize("port", ["http", "0", "70000", "-1", "８５０１"])
def test_what_is_no_port_is_refused(port):
    told = said(start(PORT=port))
    assert port in told and "65535" in told


def test_a_folder_that_cannot_be_written_is_named(tmp_path):
    blocked = tmp_path / "a file, not a folder"
    blocked.write_text("", encoding="utf-8")
    address = f"sqlite:///{(blocked / 'x.db').as_posix()}"
    told = said(start(PORT=str(free_port()), DATABASE_URL=address))
    assert str(blocked) in told


def test_a_database_that_does_not_answer_is_said_without_its_password():
    told = said(
        start(
            PORT=str(free_port()),
            DATABASE_URL="postgresql+psycopg://somebody:secret-word@127.0.0.1:1/nothing",
        )
    )
    assert "DATABASE_URL" in told
    assert "secret-word" not in told


def test_the_sample_never_takes_the_place_of_a_real_event_whose_database_is_gone(tmp_path):
    """It is a rehearsal, open to everybody, and would stand under the real event's address."""
    file = tmp_path / "san_sang.db"
    where = {"DATABASE_URL": f"sqlite:///{file.as_posix()}", "PORT": str(free_port())}
    warm.run("-m", "cli", "load", str(SMALL), env=os.environ | where).check_returncode()
    for left in tmp_path.glob("san_sang.db*"):
        left.unlink()
    for _ in range(2):  # the first start has made an empty file
        told = said(start(**where))
        assert "restore" in told and str(tmp_path / ".san_sang.db.event") in told
    with closing(sqlite3.connect(file)) as made:
        assert made.execute("SELECT count(*) FROM event").fetchone() == (0,)


def test_a_damaged_database_is_one_sentence(tmp_path):
    file = tmp_path / "san_sang.db"
    file.write_bytes(b"no database at all" * 1000)
    told = said(start(DATABASE_URL=f"sqlite:///{file.as_posix()}", PORT=str(free_port())))
    assert str(file) in told and "restore" in told


def test_a_database_of_a_newer_version_is_one_sentence(tmp_path):
    file = tmp_path / "san_sang.db"
    with closing(sqlite3.connect(file)) as made:
        made.execute("CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL)")
        made.execute("INSERT INTO alembic_version VALUES ('later')")
        made.commit()
    where = {"DATABASE_URL": f"sqlite:///{file.as_posix()}"}
    assert "(later)" in said(start(**where, PORT=str(free_port())))
    assert "(later)" in said(warm.run("-m", "cli", "load", str(SMALL), env=os.environ | where))
