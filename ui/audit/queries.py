"""The cached reads of audit: each is computed once per revision for all viewers."""

from data import audit
from data.audit import Asked
from data.storage import database
from ui.shell.moment import Moment


def audit_subject(moment: Moment, told: str) -> tuple[str, int] | None:
    """The subject that somebody names (`data.audit.subject_named`)."""
    with database.reading() as session:
        return audit.subject_named(session, moment.event, told)


def audit_rows(moment: Moment, asked: Asked, *, most: int) -> list:
    """What was done, newest first (`data.audit.AuditRow`); not cached, since hardly two people ask the same."""
    with database.reading() as session:
        return audit.rows(session, moment.event, asked, most=most)


def audit_count(moment: Moment, asked: Asked) -> int:
    with database.reading() as session:
        return audit.count(session, moment.event, asked)
