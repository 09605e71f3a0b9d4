"""Two processes of one machine on one SQLite file: each sees what the other writes, and the
rehearsal is played once.
"""

import time

import pytest
from sqlalchemy import text

from data.commands import Origin, execute
from data.events import scenario
from data.events.clock import clock_of, real_now, record_setting
from data.events.current import current_event
from data.readiness.tasks import confirm_section
from data.rehearsal import player
from data.storage import database
from models.rehearsal import RehearsalProgress
from tests import stage
from tests.serving import Server
from tests.web.test_live import tab
from tests.writer import Writer

pytestmark = pytest.mark.xdist_group("web")

PATIENCE = 30.0


@pytest.fixture
def both(sqlite_databases, tmp_path):
    """Two servers of the sample event, rehearsed, with its clock stopped where the rehearsal
    starts.
    """
    name = sqlite_databases.store.copy(sqlite_databases.template("sample"))
    sqlite_databases.use(name)
    with database.reading() as session:
        opening = current_event(session).rehearsal_starts
    set_clock(opening, speed=0.0)
    servers = [
        Server(sqlite_databases.store.address(name), tmp_path / f"{number}.txt")
        for number in range(2)
    ]
    yield [server.start() for server in servers]
    for server in servers:
        server.stop()
    database.dispose()
    sqlite_databases.store.drop(name)


def set_clock(moment, *, speed: float) -> None:
    with database.writing() as session:
        facts = {"speed": speed, "resume_speed": 1.0, "real": real_now(), "by": None}
        record_setting(session, current_event(session), event_at=moment, **facts)


def test_a_commit_of_one_wakes_who_watches_the_other(both):
    """By its topic: the heartbeat, which would catch it later, names all of them."""
    with tab(both[0], "readiness") as here, tab(both[1], "readiness") as there:
        here.next("beat"), there.next("beat")
        before = stage.revision()
        stage.give(
            confirm_section, by="command", when="D+0 08:00", section_id=stage.section("an_ninh")
        )
        for one in (here, there):
            told = one.next("changed")
            while told["revision"] <= before:  # a busy server may tell once more what was before
                told = one.next("changed")
            assert told["topics"] == ["readiness"]
            assert told["revision"] <= stage.revision()


def test_a_wall_shows_what_another_process_wrote(both):
    other = Writer()
    try:
        with tab(both[0], "wall") as here, tab(both[1], "wall") as there:
            before = [one.next("board")["board"]["entries_open"] for one in (here, there)]
            other.open_entry()
            assert [one.next("board")["board"]["entries_open"] for one in (here, there)] == [
                count + 1 for count in before
            ]
    finally:
        other.stop()


def test_two_players_perform_each_step_once(both, sqlite_databases):
    with database.reading() as session:
        event = current_event(session)
        start = clock_of(session, event).shows(real_now())
    before = stage.revision()
    set_clock(start, speed=300.0)
    until = time.monotonic() + PATIENCE
    while performed(event) < played(event, start) + 40:
        assert time.monotonic() < until, performed(event)
        time.sleep(0.1)
    with database.reading() as session:
        set_to = clock_of(session, event).shows(real_now())
    set_clock(set_to, speed=0.0)
    settled = settled_count(event)
    by_two = told(before)

    once = sqlite_databases.store.copy(sqlite_databases.template("sample"))
    sqlite_databases.use(once)
    before = stage.revision()
    steps = scenario.steps_of(stage.current())
    reached = steps[settled - 1].at
    with database.writing() as session:
        execute(session, Origin(at=reached), player.perform_due)
        assert session.get(RehearsalProgress, stage.current().id).performed == settled
    assert told(before) == by_two
    for server in both:
        assert "Traceback" not in server.log


def performed(event) -> int:
    with database.reading() as session:
        return session.get(RehearsalProgress, event.id).performed


def played(event, moment) -> int:
    return sum(step.at <= moment for step in scenario.steps_of(event))


def settled_count(event) -> int:
    """How many steps were performed, once nobody performs any more."""
    before = -1
    while before != (now := performed(event)):
        before = now
        time.sleep(1)
    return now


def told(after: int) -> list[tuple]:
    """What the steps changed, in order, but for the clock's own settings, for what a job called for
    meanwhile by nobody's order, and for what differs between two databases.
    """
    query = text(
        'SELECT topic, subject, subject_id, what FROM "change"'
        " WHERE id > :after AND topic <> :clock AND person_id IS NOT NULL ORDER BY id"
    )
    with database.reading() as session:
        return [tuple(row) for row in session.execute(query, {"after": after, "clock": "clock"})]
