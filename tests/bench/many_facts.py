"""The sample with a long past before it: as many facts as asked for, written straight into the
tables.

The past lies before the first step of the scenario: reports of every task and section over sixty
days, log entries that were opened and closed, and one morning on which delegates were checked in
and out again over and over. Each fact has its change row, and the current states are those that the
commands would have left. Then the scenario is performed on top through the product's own commands.
So the board of now is the same at every size, and only what lies behind it grows.
"""

from datetime import datetime, timedelta

from sqlalchemy import text
from sqlmodel import Session

from data.attendance import projections
from data.commands import Origin, execute
from data.events.clock import real_now, record_setting
from data.events.loading import SAMPLE, load_event
from data.events.scenario import steps_of
from data.rehearsal.player import perform_due
from data.storage import database, migrate
from models.events.event import Event
from models.rehearsal import RehearsalProgress
from tests.bench import sample

SHARES = {
    "task reports": 0.25,
    "section reports": 0.20,
    "attendance": 0.45,
    "entries": 0.05,
}  # and 0.05 entry updates
SCENARIO = 2500  # facts that the scenario adds, about
PAST = timedelta(days=60)
MORNING = timedelta(hours=5)

# Per kind of database: how a moment is made of seconds since 1970, cut to its minute, and how JSON
# is written. A backslash keeps a colon from being a parameter.
WAYS = {
    "sqlite": {
        "moment": r"strftime('%Y-%m-%d %H\:%M\:%f', {seconds}, 'unixepoch') || '000'",
        "minute": r"strftime('%Y-%m-%d %H\:%M\:00.000000', at)",
        "json": "{text}",
    },
    "postgresql": {
        "moment": "to_timestamp({seconds})",
        "minute": "date_trunc('minute', at)",
        "json": "CAST({text} AS json)",
    },
}

NUMBERS = """WITH RECURSIVE numbers(i) AS (
    SELECT 0 UNION ALL SELECT i + 1 FROM numbers WHERE i + 1 < :count)"""


def make(address: str, facts: int) -> None:
    """Makes such a database. The clock stands at the rehearsal's start."""
    sample.use(address)
    migrate.upgrade()
    database.run(_fill, facts=facts)
    if (
        database.engine().dialect.name == "postgresql"
    ):  # what autovacuum would do by itself within minutes
        with (
            database.engine()
            .execution_options(isolation_level="AUTOCOMMIT")
            .connect() as connection
        ):
            connection.execute(text("VACUUM ANALYZE"))
    database.dispose()


def _fill(session: Session, *, facts: int) -> None:
    event = load_event(session, SAMPLE, rehearsal=True, now=real_now())
    session.flush()
    Past(session, event, until=steps_of(event)[0].at).write(facts - SCENARIO)
    session.add(RehearsalProgress(event_id=event.id))
    opening = event.rehearsal_starts
    record_setting(
        session, event, event_at=opening, speed=0.0, resume_speed=1.0, real=real_now(), by=None
    )
    execute(session, Origin(at=opening), perform_due)


class Past:
    """Writes the facts before a moment, and the current states that follow."""

    def __init__(self, session: Session, event: Event, *, until: datetime) -> None:
        self.session = session
        self.until = until - timedelta(minutes=1)
        self.ways = WAYS[session.get_bind().dialect.name]
        self.event = {"event": event.id}
        self.person = {
            "person": session.execute(
                text("SELECT id FROM person WHERE key = 'command'")
            ).scalar_one()
        }

    def write(self, facts: int) -> None:
        counts = {name: int(facts * share) // 2 * 2 for name, share in SHARES.items()}
        self.task_reports(counts["task reports"])
        self.section_reports(counts["section reports"])
        self.attendance(counts["attendance"])
        self.entries(counts["entries"])
        self.changes()

    def run(self, statement: str, **values: object) -> None:
        for name, way in (("MINUTE", self.ways["minute"]), ("NUMBERS", NUMBERS)):
            statement = statement.replace(name, way)
        self.session.execute(text(statement), values)

    def spread(self, span: timedelta, count: int) -> str:
        """The moment of fact `i`, evenly spread over the span before the scenario."""
        begins, step = (self.until - span).timestamp(), span.total_seconds() / count
        return self.ways["moment"].format(seconds=f"({begins!r} + i * {step!r})")

    def task_reports(self, count: int) -> None:
        self.run(
            f"""NUMBERS, tasks AS (
                SELECT id, row_number() OVER (ORDER BY id) - 1 AS place FROM task
                WHERE event_id = :event)
            INSERT INTO taskreport (task_id, status, note, at, person_id, idempotency_key)
            SELECT tasks.id,
                CASE i % 3 WHEN 0 THEN 'on_track' WHEN 1 THEN 'at_risk' ELSE 'off_track' END,
                'Ghi chú số ' || i, {self.spread(PAST, count)}, :person, 'past-task-' || i
            FROM numbers JOIN tasks ON tasks.place = i % (SELECT count(*) FROM tasks) ORDER BY i""",
            count=count, **self.event, **self.person,
        )  # fmt: skip
        self.run(
            """INSERT INTO taskstate (task_id, report_id, status, note, at)
            SELECT task_id, id, status, note, at FROM taskreport
            WHERE id IN (SELECT max(id) FROM taskreport GROUP BY task_id)"""
        )

    def section_reports(self, count: int) -> None:
        self.run(
            f"""NUMBERS, places AS (
                SELECT id, row_number() OVER (ORDER BY id) - 1 AS place FROM section
                WHERE event_id = :event)
            INSERT INTO sectionreport (section_id, headline, at, person_id, idempotency_key)
            SELECT places.id, CASE WHEN i % 5 = 0 THEN 'Tiến độ lần ' || i END,
                {self.spread(PAST, count)}, :person, 'past-section-' || i
            FROM numbers JOIN places ON places.place = i % (SELECT count(*) FROM places)
            ORDER BY i""",
            count=count, **self.event, **self.person,
        )  # fmt: skip
        self.run(
            """INSERT INTO sectionstate (section_id, headline, headline_at, confirmed_at)
            SELECT said.section_id, said.headline, said.at, (SELECT max(at) FROM (
                SELECT at FROM sectionreport WHERE section_id = said.section_id UNION ALL
                SELECT taskreport.at FROM taskreport JOIN task ON task.id = taskreport.task_id
                WHERE task.section_id = said.section_id) AS confirmations)
            FROM sectionreport AS said
            WHERE said.id IN (
                SELECT max(id) FROM sectionreport WHERE headline IS NOT NULL GROUP BY section_id)"""
        )

    def attendance(self, count: int) -> None:
        """Everybody who is expected somewhere comes and is taken back, in turns: no one is in
        when the scenario starts.
        """
        self.run(
            f"""NUMBERS, expected AS (
                SELECT item_id, delegate_id,
                    row_number() OVER (ORDER BY item_id, delegate_id) - 1 AS place
                FROM expectation)
            INSERT INTO attendancefact (item_id, delegate_id, status, place, words, desk_id, at,
                came_at, person_id, idempotency_key)
            SELECT item_id, delegate_id, CASE i % 2 WHEN 0 THEN 'present' ELSE 'undone' END,
                CASE i % 2 WHEN 0 THEN 'room' ELSE 'outside' END, '', NULL,
                {self.spread(MORNING, count)},
                CASE i % 2 WHEN 0 THEN {self.spread(MORNING, count)} END, :person, 'past-scan-' || i
            FROM numbers
                JOIN expected ON expected.place = (i / 2) % (SELECT count(*) FROM expected)
            ORDER BY i""",
            count=count, **self.person,
        )  # fmt: skip
        self.run(
            """INSERT INTO attendancestate (item_id, delegate_id, fact_id, status, place, at,
                came_at)
            SELECT item_id, delegate_id, id, status, place, at, came_at FROM attendancefact
            WHERE id IN (SELECT max(id) FROM attendancefact GROUP BY item_id, delegate_id)"""
        )
        self.run(
            """INSERT INTO arrivalminute (item_id, minute, arrived)
            SELECT DISTINCT item_id, MINUTE, 0 FROM attendancefact WHERE status = 'present'"""
        )
        projections.rebuild(self.session)

    def entries(self, count: int) -> None:
        """Log entries, each closed."""
        self.run(
            f"""NUMBERS, places AS (
                SELECT id, row_number() OVER (ORDER BY id) - 1 AS place FROM section
                WHERE event_id = :event)
            INSERT INTO entry (event_id, number, section_id, priority, text, at, person_id,
                idempotency_key)
            SELECT :event, i + 1, places.id, 1 + i % 4, 'Sự việc số ' || i,
                {self.spread(PAST, count)}, :person, 'past-entry-' || i
            FROM numbers JOIN places ON places.place = i % (SELECT count(*) FROM places)
            ORDER BY i""",
            count=count, **self.event, **self.person,
        )  # fmt: skip
        self.run(
            """INSERT INTO entryupdate (entry_id, status, text, at, person_id, idempotency_key)
            SELECT id, 'closed', 'Đã xong', at, person_id, 'past-close-' || id FROM entry
            ORDER BY id"""
        )
        self.run(
            """INSERT INTO entrystate (entry_id, event_id, status, closed, text, opened_at, at)
            SELECT id, event_id, 'closed', TRUE, 'Đã xong', at, at FROM entry"""
        )

    def changes(self) -> None:
        """A change row for every fact, in the order in which they happened."""
        what = self.ways["json"].format(text="what")
        self.run(
            f"""INSERT INTO change (event_id, at, recorded_at, person_id, topic, subject,
                subject_id, what)
            SELECT :event, at, at, :person, topic, subject, subject_id, {what} FROM (
                SELECT r.at, 'readiness' AS topic, 'task' AS subject, r.task_id AS subject_id,
                    '{{"command"\\: "report_status", "section"\\: ' || t.section_id
                    || ', "status"\\: "' || r.status || '", "text"\\: "' || r.note || '"}}' AS what
                FROM taskreport r JOIN task t ON t.id = r.task_id
                UNION ALL SELECT at, 'readiness', 'section', section_id,
                    '{{"command"\\: "'
                    || CASE WHEN headline IS NULL THEN 'confirm_section' ELSE 'set_headline' END
                    || '", "section"\\: ' || section_id
                    || ', "text"\\: "' || coalesce(headline, '') || '"}}'
                FROM sectionreport
                UNION ALL SELECT at, 'attendance', 'delegate', delegate_id,
                    '{{"command"\\: "admit", "item"\\: ' || item_id
                    || ', "standing"\\: "' || status || '"}}'
                FROM attendancefact
                UNION ALL SELECT at, 'incidents', 'entry', id,
                    '{{"command"\\: "open_entry", "section"\\: ' || section_id
                    || ', "number"\\: ' || number || ', "text"\\: "' || text || '"}}'
                FROM entry
                UNION ALL SELECT u.at, 'incidents', 'entry', u.entry_id,
                    '{{"command"\\: "update_entry", "section"\\: ' || e.section_id
                    || ', "number"\\: ' || e.number || ', "status"\\: "closed", "text"\\: ""}}'
                FROM entryupdate u JOIN entry e ON e.id = u.entry_id
            ) AS facts ORDER BY at""",
            **self.event, **self.person,
        )  # fmt: skip
