"""Compares what was acknowledged to writers with what is in the database: nothing lost, nothing
twice, nothing half, nothing broken.
"""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import ForeignKey, func, select, text

from data.storage import database
from models.attendance.ledger import AttendanceFact
from models.incidents import Entry, EntryUpdate
from models.readiness.escalation import SilenceReminder
from models.readiness.tasks import SectionReport, TaskReport
from models.storage import Change, Record
from tests import stage
from tests.soak.journal import journals
from tests.soak.writers import CLOSES, OPENS

FACTS = {
    "delegate": [AttendanceFact],
    "section": [SectionReport],
    "task": [TaskReport],
    "entry": [Entry, EntryUpdate],
}
SUBJECT = {
    "confirm_section": "section",
    "set_headline": "section",
    "report_status": "task",
    "admit": "delegate",
    "undo_attendance": "delegate",
    "open_entry": "entry",
    "update_entry": "entry",
}


@dataclass(frozen=True)
class Tally:
    """How much was at stake."""

    acknowledged: int
    repeated: int  # how often a successor gave again what a killed writer had left open


def require_whole(folder: Path) -> Tally:
    """All that was acknowledged to the writers of a folder is recorded exactly once and whole, and
    the database is sound.
    """
    require_recorded_once(folder)
    require_no_halves(stage.at(OPENS))
    stage.require_state_equals_facts(stage.at(CLOSES))
    require_sound()
    written = journals(folder)
    return Tally(
        sum(len(one.acknowledged) for one in written),
        sum(len(list(one.entries("repeated"))) for one in written),
    )


def require_recorded_once(folder: Path) -> None:
    """Every order that was acknowledged is one fact, recognized by its moment; and every fact was
    ordered.
    """
    written = journals(folder)
    refused = [refusal for one in written for refusal in one.entries("refused")]
    acknowledged_facts = {
        (SUBJECT[order.command], order.moment)
        for one in written
        for order in one.meant
        if order.once in one.acknowledged
    }
    meant = {(SUBJECT[order.command], order.moment) for one in written for order in one.meant}
    recorded = facts_since(stage.at(OPENS))
    lost = acknowledged_facts - recorded.keys()
    assert not lost, (
        f"acknowledged and lost: {len(lost)} of {len(acknowledged_facts)}, {sorted(lost)[:3]}"
    )
    twice = {fact: number for fact, number in recorded.items() if number > 1}
    assert not twice, (
        f"recorded twice: {len(twice)} of {len(acknowledged_facts)}, {sorted(twice)[:3]}"
    )
    assert not recorded.keys() - meant, "recorded and never ordered"
    assert not refused, f"refused: {refused[:3]}"


def require_no_halves(since: datetime) -> None:
    """Every fact has its change row and every change row its fact."""
    facts, rows = facts_since(since) + reminders_since(since), changes_since(since)
    assert not facts - rows, f"half: facts without their change row: {len(facts - rows)}"
    assert not rows - facts, f"half: change rows without their fact: {len(rows - facts)}"


def facts_since(moment: datetime) -> Counter:
    """(subject, moment) of each fact that people recorded."""
    found: Counter = Counter()
    with database.reading() as session:
        for subject, tables in FACTS.items():
            for table in tables:
                found.update(
                    (subject, at)
                    for at in session.scalars(select(table.at).where(table.at >= moment))
                )
    return found


def reminders_since(moment: datetime) -> Counter:
    """(subject, moment) of each reminder that the server recorded by itself because a section
    was silent.
    """
    with database.reading() as session:
        return Counter(
            ("section", at)
            for at in session.scalars(
                select(SilenceReminder.at).where(SilenceReminder.at >= moment)
            )
        )


def changes_since(moment: datetime) -> Counter:
    with database.reading() as session:
        query = select(Change.subject, Change.at).where(
            Change.at >= moment, Change.subject.in_(FACTS)
        )
        return Counter(tuple(row) for row in session.execute(query))


def require_sound() -> None:
    """What the database itself can check: SQLite's own check of every page and index; on both,
    rows whose parent is missing.
    """
    with database.reading() as session:
        if session.get_bind().dialect.name == "sqlite":
            assert session.execute(text("PRAGMA integrity_check")).scalars().all() == ["ok"]
        for table in Record.metadata.sorted_tables:
            rows = session.execute(select(table)).all()  # every row can be read
            assert (
                len(rows) == session.execute(select(func.count()).select_from(table)).scalar_one()
            )
            for key in table.foreign_keys:
                assert not orphans(session, key), f"{key.parent} without its {key.column}"


def orphans(session, key: ForeignKey) -> list:
    """What refers to a row that is not there."""
    child, parent = key.parent, key.column.table.alias().c[key.column.name]
    query = select(child).select_from(child.table.outerjoin(parent.table, parent == child))
    return session.execute(query.where(child.is_not(None), parent.is_(None))).all()
