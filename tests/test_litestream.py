"""Tests of deploy/litestream.yml: it is what Litestream reads, and names the file that the product writes."""

from pathlib import Path

import yaml

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
    told = read()
    assert set(told) == {"snapshot", "dbs"} and set(told["snapshot"]) <= KNOWN["snapshot"]
    for one in told["dbs"]:
        assert set(one) == KNOWN["db"] and set(one["replica"]) <= KNOWN["replica"]


def test_it_copies_the_file_that_the_product_writes_by_default(monkeypatch):
    monkeypatch.delenv("DATABASE_URL")
    (one,) = read()["dbs"]
    assert (
        one["path"]
        == "${SAN_SANG_DATA}/" + database.make_url(database.url()).database.rpartition("/")[2]
    )


def test_it_holds_no_key():
    assert "secret-access-key:" not in FILE.read_text(encoding="utf-8")
