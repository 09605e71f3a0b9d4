"""The reads of the audit trail."""

from data import audit
from data.audit import AuditRow, Filter
from data.storage import database
from ui.shell.moment import Moment


def audit_subject(moment: Moment, typed: str) -> tuple[str, int] | None:
    """The subject of a typed name (`data.audit.subject_named`)."""
    with database.reading() as session:
        return audit.subject_named(session, moment.event, typed)


def audit_rows(moment: Moment, wanted: Filter, *, limit: int) -> list[AuditRow]:
    """What was done, newest first; not cached, since hardly two people ask the same."""
    with database.reading() as session:
        return audit.rows(session, moment.event, wanted, limit=limit)


def audit_count(moment: Moment, wanted: Filter) -> int:
    with database.reading() as session:
        return audit.count(session, moment.event, wanted)
