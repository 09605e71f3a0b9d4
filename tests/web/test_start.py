"""Starting: what would stop the server is said in one sentence in both languages, and nothing is started."""

import os
import socket
import subprocess
import sys
import time

import pytest

from data.words import LANGUAGES, catalogue
from tests.serving import ROOT, Server, free_port

pytestmark = pytest.mark.xdist_group("web")


def start(**told: str) -> subprocess.CompletedProcess:
    return subprocess.run(
        [sys.executable, "-m", "web"], cwd=ROOT, env=os.environ | told, capture_output=True, encoding="utf-8", timeout=30
    )


def test_an_occupied_port_is_named_and_nothing_starts(tmp_path):
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = str(other.getsockname()[1])
        ended = start(PORT=port, HOST="127.0.0.1", DATABASE_URL=f"sqlite:///{tmp_path / 'a.db'}")
    assert ended.returncode == 1
    for language in LANGUAGES:
        assert catalogue(language)["refusal.port_taken"].format(port=port) in ended.stderr
    assert "Traceback" not in ended.stderr and not (tmp_path / "a.db").exists()


@pytest.mark.parametrize("value", ["abc", "0", "70000", "-1", "８５０１"])
def test_a_malformed_port_is_refused(tmp_path, value):
    ended = start(PORT=value, DATABASE_URL=f"sqlite:///{tmp_path / 'a.db'}")
    assert ended.returncode == 1 and f"“{value}”" in ended.stderr and "Traceback" not in ended.stderr


def test_a_data_folder_that_cannot_be_written_is_named(tmp_path):
    (tmp_path / "file").write_text("")
    ended = start(PORT=str(free_port()), DATABASE_URL=f"sqlite:///{tmp_path / 'file' / 'a.db'}")
    assert ended.returncode == 1 and str(tmp_path / "file") in ended.stderr and "Traceback" not in ended.stderr


def test_a_database_that_cannot_be_reached_is_said_so(tmp_path):
    address = f"postgresql+psycopg://nobody@127.0.0.1:{free_port()}/none"
    ended = start(PORT=str(free_port()), DATABASE_URL=address)
    assert ended.returncode == 1 and "DATABASE_URL" in ended.stderr and "Traceback" not in ended.stderr


def test_the_first_start_loads_the_sample_and_the_second_answers_within_five_seconds(tmp_path):
    server = Server(f"sqlite:///{(tmp_path / 'a.db').as_posix()}", tmp_path / "server.log")
    try:
        server.start()
        for language in LANGUAGES:
            assert catalogue(language)["run.first"] in server.log
            assert f"{catalogue(language)['run.wall']}: {server.address}/tv" in server.log
        server.stop()
        started = time.monotonic()
        server.start()
        assert time.monotonic() - started < 5
        assert "Traceback" not in server.log
    finally:
        server.stop()
