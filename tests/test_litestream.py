"""Tests of deploy/litestream.yml: it is what Litestream reads, and names the file that the product
writes.
"""

from pathlib import Path

import yaml
from sqlalchemy.engine import make_url

from data.storage import database

FILE = Path(__file__).parent.parent / "deploy" / "litestream.yml"
KNOWN = {
    "snapshot": {"interval", "retention"},
    "db": {"path", "replica"},
    "replica": {"type", "path", "sync-interval"},
}


def read() -> dict:
    return yaml.safe_load(FILE.read_text(encoding="utf-8"))


def test_it_holds_only_settings_that_litestream_knows():
    settings = read()
    assert set(settings) == {"snapshot", "dbs"} and set(settings["snapshot"]) <= KNOWN["snapshot"]
    for one in settings["dbs"]:
        assert set(one) == KNOWN["db"] and set(one["replica"]) <= KNOWN["replica"]


def test_it_copies_the_file_that_the_product_writes_by_default(monkeypatch):
    monkeypatch.delenv("DATABASE_URL")
    (one,) = read()["dbs"]
    file = make_url(database.url()).database.rpartition("/")[2]
    assert one["path"] == "${SAN_SANG_DATA}/" + file


def test_it_holds_no_key():
    assert "secret-access-key:" not in FILE.read_text(encoding="utf-8")
