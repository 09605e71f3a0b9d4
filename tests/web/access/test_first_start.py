"""The first start: nothing is loaded by itself, and only whose machine it is chooses what is."""

import os

import pytest

from data import bootstrap
from data.events.current import current_event
from data.storage import database
from data.words import catalogue
from tests.serving import Server

pytestmark = pytest.mark.xdist_group("web")

SAY = catalogue("vi")
PATH = "/first-start"
AFAR = {"X_Forwarded_For": "10.1.1.7"}  # as through a proxy that nobody named as trusted
OWN = {
    "what": "own",
    "name": "Hội nghị tổng kết năm 2026",
    "first_day": "2026-12-17",
    "last_day": "2026-12-18",
    "place": "Vinh",
    "expected": "565",
}


def test_the_first_start_asks_and_an_own_event_begins_with_its_name_and_days(tmp_path):
    server = Server(f"sqlite:///{tmp_path / 'first.db'}", tmp_path / "first.log")
    server.options = ()
    os.environ["DATABASE_URL"] = server.database
    server.start()
    try:
        code = bootstrap.setup_code()
        assert server.log.count(code) == 2, "printed in both languages"
        assert 'name="code"' not in server.ask(PATH).text
        assert 'name="code"' in server.ask(PATH, **AFAR).text
        for form, sent, why in (
            (OWN | {"code": "0000000000"}, AFAR, "setup_code_wrong"),
            ({"what": "sample"}, AFAR, "setup_code_wrong"),
            (OWN | {"name": " - "}, {}, "event_name_needed"),
            (OWN | {"last_day": "2026-12-16"}, {}, "event_days_malformed"),
            (OWN | {"first_day": "mai"}, {}, "event_days_malformed"),
            (OWN | {"expected": "nhiều"}, {}, "event_expected_malformed"),
            (OWN, {"Origin": "http://evil.vn"}, "other_site"),
        ):
            answer = server.ask(PATH, method="POST", form=form, **sent)
            assert answer.status == 403, why
            assert SAY[f"refusal.{why}"].partition("{")[0] in answer.text, why
        with database.reading() as session:
            assert current_event(session) is None
        answer = server.ask(PATH, method="POST", form=OWN | {"code": f" {code} "}, **AFAR)
        assert (answer.status, answer.headers["location"]) == (303, "/event")
        cookie = f"san_sang={answer.cookies['san_sang']}"
        assert server.ask("/account", Cookie=cookie).status == 200
        for method in ("GET", "POST"):  # and never again
            over = server.ask(PATH, method=method, form={"what": "sample"})
            assert (over.status, over.headers["location"]) == (303, "/")
        with database.reading() as session:
            event = current_event(session)
        assert (event.slug, event.rehearsal) == ("hoi_nghi_tong_ket_nam_2026", False)
        assert event.state == "preparing" and bootstrap.mark().exists()
    finally:
        server.stop()
        database.dispose()
