"""Switching the current event by its form: only an administrator, by its name, and back again; into
a trial and out of it.
"""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from data.access import events, invitations, sign_ins
from data.commands import Origin, run
from data.events import loading
from data.events.clock import real_now
from data.events.current import current_event
from data.rehearsal import trials
from data.storage import database
from data.words import catalogue
from models.events.event import Event
from tests import stage

pytestmark = pytest.mark.xdist_group("web")


@pytest.fixture
def other(real_server, tmp_path) -> Iterator[Event]:
    """Another real event beside the server's own, which is the current one again afterwards."""
    database.dispose()
    os.environ["DATABASE_URL"] = real_server.database
    first, folder = stage.current(), tmp_path / "other"
    shutil.copytree(stage.SMALL, folder)
    renamed(folder / "event.toml", 'slug = "nho"', 'slug = "khac"')
    yield database.run(loading.load_event, folder=folder, rehearsal=False, now=real_now())
    if stage.current().id != first.id:
        command = events.switch_from_command_line
        run(Origin(), command, event_id=first.id, name=first.slug)
    database.dispose()


def renamed(file: Path, old: str, new: str) -> None:
    file.write_text(file.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")


def joined(server, key: str) -> str:
    link = run(Origin(real=real_now()), invitations.invite_from_command_line, key=key)
    return f"san_sang={server.ask(f'/join/{link}', method='POST').cookies['san_sang']}"


def who(cookie: str) -> str | None:
    with database.reading() as session:
        token = cookie.removeprefix("san_sang=").rpartition(".")[0]
        number = sign_ins.sign_in_of(session, token, now=real_now())
        person = sign_ins.visitor_of(session, number, now=real_now()).person
        return person.key if person else None


def test_an_administrator_switches_by_the_events_name_and_goes_along(real_server, other):
    server, path = real_server, f"/switch/{other.id}"
    admin, lead = joined(server, "admin"), joined(server, "lead.an_ninh")
    page = server.ask(path, Cookie=admin)
    assert page.status == 200 and catalogue("vi")["events.switch_why"] in page.text
    for cookie in (lead, ""):
        sent = {"Cookie": cookie} if cookie else {}
        answer = server.ask(path, method="POST", form={"name": "khac"}, **sent)
        assert (answer.status, answer.headers["location"]) == (303, "/sign-in?next=/events")
    for name, origin in (("khác", server.address), ("khac", "http://evil.vn")):
        sent = {"Cookie": admin, "Origin": origin}
        assert server.ask(path, method="POST", form={"name": name}, **sent).status == 403
    with database.reading() as session:
        assert current_event(session).slug == "nho"
    answer = server.ask(path, method="POST", form={"name": "khac"}, Cookie=admin)
    assert (answer.status, answer.headers["location"]) == (303, "/events")
    with database.reading() as session:
        assert current_event(session).slug == "khac"
    entered = f"san_sang={answer.cookies['san_sang']}"
    assert (who(entered), who(admin), who(lead)) == ("admin", None, None)
    assert server.ask("/account", Cookie=entered).status == 200
    assert server.ask("/account", Cookie=lead).status == 303


@pytest.fixture
def trial(real_server) -> Iterator[Event]:
    """A trial of the server's own event, which is the current one again afterwards."""
    database.dispose()
    os.environ["DATABASE_URL"] = real_server.database
    first = stage.current()
    yield run(Origin(stage.person("admin")), trials.make_trial, event_id=first.id)
    if stage.current().id != first.id:
        command = events.switch_from_command_line
        run(Origin(), command, event_id=first.id, name=first.slug)
    database.dispose()


def test_a_trial_is_entered_by_the_own_sign_in_and_by_nobody_else(real_server, trial):
    server, vi = real_server, catalogue("vi")
    admin, lead = joined(server, "admin"), joined(server, "lead.an_ninh")
    first, path = stage.current(), f"/switch/{trial.id}"
    assert vi["events.trial_switch_why"] in server.ask(path, Cookie=admin).text
    answer = server.ask(path, method="POST", form={"name": "nho"}, Cookie=admin)
    assert (answer.status, answer.headers["location"], answer.cookies) == (303, "/", {})
    assert (stage.current().id, who(admin), who(lead)) == (trial.id, "admin", "lead.an_ninh")
    entrance = server.ask("/sign-in").text
    assert vi["app.trial"] in entrance and 'name="person"' not in entrance
    refused = server.ask("/sign-in", method="POST", form={"person": "lead.an_ninh"})
    assert refused.status == 403 and "san_sang" not in refused.cookies
    back = {"form": {"name": "nho"}, "Cookie": admin}
    answer = server.ask(f"/switch/{first.id}", method="POST", **back)
    assert (answer.status, stage.current().id, who(admin)) == (303, first.id, "admin")
    assert vi["app.trial"] not in server.ask("/sign-in").text
