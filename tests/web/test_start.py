"""Starting for the first time and again; what stops a start is in test_starting.py."""

import pytest

from data.words import LANGUAGES, catalogue
from tests import warm
from tests.serving import Server

pytestmark = pytest.mark.xdist_group("web")


def test_the_first_start_loads_the_sample_and_the_second_answers_too(tmp_path, monkeypatch):
    server = Server(f"sqlite:///{(tmp_path / 'a.db').as_posix()}", tmp_path / "server.log")
    try:
        with monkeypatch.context() as patch:
            patch.setattr(warm, "COPIES", False)  # a new Python
            server.start()
            for language in LANGUAGES:
                assert catalogue(language)["run.first"] in server.log
                assert f"{catalogue(language)['run.wall']}: {server.address}/tv" in server.log
            server.stop()
            # As what a task on Windows prints; a copy of a running Python has its encoding.
            server.settings["PYTHONIOENCODING"] = "cp437"
            server.start()
        assert "You can now view" not in server.log, "an office reads its own language there"
        assert "Traceback" not in server.log and f"Trang dau: {server.address}/" in server.log
    finally:
        server.stop()
