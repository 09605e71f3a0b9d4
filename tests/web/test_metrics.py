"""Tests of /metrics: what is counted, that Prometheus takes it, and who may read it."""

import shutil
import subprocess
import time

import pytest
from prometheus_client import generate_latest
from prometheus_client.parser import text_string_to_metric_families as parsed

from data import monitoring
from data.backup import backup
from data.readiness.tasks import confirm_section, report_status
from data.storage import database
from models.refusals import Refusal
from tests import stage
from tests.web.test_live import NOW, confirm, tab
from web import metrics

pytestmark = pytest.mark.xdist_group("web")

MISSING = "promtool is missing: sudo apt-get install prometheus (or `make test`, which tries to)"


def values(text: str) -> dict:
    """Every sample by its name and its labels' values."""
    return {
        (one.name, *one.labels.values()): one.value
        for family in parsed(text)
        for one in family.samples
    }


def here() -> dict:
    """What this process would tell."""
    return values(generate_latest(metrics.Scrape(monitoring.status())).decode())


def grown(before: dict, *sample: str) -> float:
    return here().get(sample, 0) - before.get(sample, 0)


def test_prometheus_takes_it(server):
    tool = shutil.which("promtool")
    assert tool, MISSING
    told = server.ask("/metrics")
    assert told.status == 200 and told.headers["content-type"].startswith("text/plain; version=")
    checked = subprocess.run(
        [tool, "check", "metrics"], input=told.text, capture_output=True, text=True
    )
    assert (checked.returncode, checked.stdout + checked.stderr) == (0, "")


def test_everything_promised_is_there(server):
    told = values(server.ask("/metrics").text)
    assert told["san_sang_database_up",] == told["san_sang_listener_up",] == 1
    assert told["san_sang_revision",] == stage.revision()
    names = {name for name, *_ in told}
    assert {
        "process_resident_memory_bytes",
        "process_cpu_seconds_total",
        "python_gc_collections_total",
    } <= names
    assert {"san_sang_build_info", "san_sang_viewers", "san_sang_delivery_seconds_bucket"} <= names


def test_walls_and_pages_are_counted_and_what_they_wait(server):
    before = values(server.ask("/metrics").text)["san_sang_delivery_seconds_count",]
    with tab(server, "wall") as wall, tab(server, "readiness") as page:
        wall.next("board"), page.next("beat")
        told = values(server.ask("/metrics").text)
        assert told["san_sang_viewers", "wall"] == 1 and told["san_sang_viewers", "page"] == 1
        stage.give(
            report_status,
            by="command",
            when=NOW,
            task_id=stage.task(1),
            status="at_risk",
            note=stage.idempotency_key(),
        )
        wall.next("board")
        until = time.monotonic() + 20
        while (after := values(server.ask("/metrics").text))[
            "san_sang_delivery_seconds_count",
        ] == before:
            assert time.monotonic() < until
    assert after["san_sang_delivery_seconds_count",] == before + 1
    waited = after["san_sang_delivery_seconds_sum",] - told["san_sang_delivery_seconds_sum",]
    assert waited > 0


def test_a_new_wall_alone_is_no_delivery(server):
    """What was recorded while nobody looked has waited for a viewer, not for the server."""
    before = values(server.ask("/metrics").text)["san_sang_delivery_seconds_count",]
    with tab(server, "readiness") as page:
        page.next("beat")
        confirm()
        page.next("changed")
    with tab(server, "wall") as wall:
        wall.next("board")
        wall.next("beat")
    assert values(server.ask("/metrics").text)["san_sang_delivery_seconds_count",] == before


def test_writes_and_refusals_are_counted_where_they_happen(event):
    before = here()
    stage.give(confirm_section, by="command", when="D+0 08:00", section_id=stage.section("an_ninh"))
    with pytest.raises(Refusal) as refused:
        stage.give(
            report_status,
            by="command",
            when="D-1 08:00",
            task_id=stage.task(1),
            status="blocked",
            note="",
        )
    assert grown(before, "san_sang_writes_total", "confirm_section") == 1
    assert grown(before, "san_sang_writes_total", "report_status") == 0
    assert grown(before, "san_sang_refusals_total", refused.value.code) == 1


def test_the_age_of_a_sections_last_fact_goes_by_the_events_clock(event):
    stage.give(confirm_section, by="command", when="D+0 08:00", section_id=stage.section("an_ninh"))
    with database.reading() as session:
        told = monitoring.last_facts(session, event, now=stage.at("D+0 08:30"))
    assert told["an_ninh"] == 1800


def test_the_newest_backup_tells_its_age(event, monkeypatch, tmp_path):
    if database.engine().dialect.name == "postgresql":
        return  # needs the tools of its very version; tests/data/test_backup.py has them
    monkeypatch.setenv("BACKUP_TO", str(tmp_path / "copies"))
    monkeypatch.setenv("BACKUP_EVERY", "60")
    assert ("san_sang_last_backup_age_seconds",) not in here()
    assert here()["san_sang_backup_overdue",] == 1, "none since the event was loaded"
    backup.make(backup.folder())
    assert 0 <= here()["san_sang_last_backup_age_seconds",] < 600
    assert here()["san_sang_backup_overdue",] == 0


def test_a_lost_database_leaves_what_the_process_knows():
    told = values(generate_latest(metrics.Scrape(None)).decode())
    assert told["san_sang_database_up",] == 0 and ("san_sang_revision",) not in told
    assert any(name == "process_cpu_seconds_total" for name, *_ in told)


def test_whoever_comes_through_a_proxy_is_refused(server):
    assert server.ask("/metrics", X_Forwarded_For="127.0.0.1").status == 403
    assert server.ask("/metrics", X_Forwarded_For="203.0.113.7").status == 403
    assert server.ask("/metrics", X_Real_IP="127.0.0.1").status == 403


@pytest.mark.parametrize(
    ("told", "count"), [("", 2), ("10.1.0.0/16", 1), ("127.0.0.1, ::1,10.1.0.0/16", 3)]
)
def test_the_setting_lists_who_may(monkeypatch, told, count):
    monkeypatch.setenv("METRICS_ALLOW", told)
    assert len(metrics.allowed()) == count


def test_it_carries_no_personal_data(server):
    told = server.ask("/metrics").text
    for personal in ("lead.an_ninh", "Trưởng", "127.0.0.1", stage.VAN):
        assert personal not in told
