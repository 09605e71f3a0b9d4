"""Whether an event keeps its delegates' names and telephone numbers: turned on, turned off, and
erased on their day.

What is erased are the values themselves, what imports replaced of them, and the import that is
being prepared, whose files hold them. The change log and the facts of the roster hold none. SQLite
overwrites what is freed (`secure_delete`), and its log is emptied (`database.note_erasure`);
PostgreSQL overwrites it at the latest when the event's own erasure compacts it. Backups hold it
until they are rotated out, and one that is restored after the day is erased again by the next look
of the job.
"""

from collections.abc import Iterable
from datetime import date, datetime

from sqlalchemy import or_
from sqlmodel import Session, col, select, update

from data.access.events import event_by_id, require_real_sign_in
from data.commands import Context, command
from data.events.clock import reread
from data.imports.drafts import forget_draft, open_draft
from data.storage import changes, database
from models.attendance.ledger import Delegate
from models.attendance.particulars import (
    DelegateParticulars,
    Particular,
    ParticularChoice,
    due_kinds,
    keepings,
    latest_day,
    require_keeping,
    require_particular,
)
from models.events.event import Event, local_day
from models.imports.difference import Part
from models.imports.imported import Import, ImportedRow, ImportStep
from models.refusals import Refusal
from models.storage import Topic

BATCH = 2_000
BLANK = {Particular.NAME: {"name": "", "folded": ""}, Particular.PHONE: {"phone": ""}}


@command("keep_particulars", topic="event", subject="settings", fact=ParticularChoice)
def keep_particulars(
    ctx: Context, *, kind: str, reason: str, erase_on: date | None
) -> ParticularChoice:
    """Keep the delegates' names or telephone numbers from now on, or for another reason or until
    another day. What its day has come for is erased first, should the job not have looked yet.
    Refuses `keeping_in_rehearsal`, which anyone may enter, `particular_unknown`, and
    what `require_keeping` does.
    """
    ctx.require()
    if ctx.event.rehearsal:
        raise Refusal("keeping_in_rehearsal")
    one = require_particular(kind)
    today = local_day(ctx.event, ctx.real)
    latest = latest_day(ctx.event.last_day)
    keeping = require_keeping(reason, erase_on, today=today, latest=latest)
    event = ctx.session.get_one(Event, ctx.event.id)
    if one in due_kinds(event, ctx.real):
        erase_kinds(ctx.session, event, [one])
    event.particulars = {**event.particulars, one.value: keeping.stored()}
    ctx.session.add(event)
    fact = ctx.record(
        ParticularChoice(
            event_id=event.id,
            kind=one.value,
            turned_on=True,
            reason=keeping.reason,
            erase_on=keeping.erase_on,
        ),
        about=event.id,
        kind=one.value,
        day=keeping.erase_on.isoformat(),
        text=keeping.reason,
    )
    reread(ctx.session)
    return fact


@command(
    "drop_particulars",
    topic="event",
    subject="settings",
    permission="keep_particulars",
    fact=ParticularChoice,
    when_over=True,
)
def drop_particulars(ctx: Context, *, kind: str, event_id: int | None = None) -> ParticularChoice:
    """Keep the delegates' names or telephone numbers no longer: what is held goes at once, and with
    it the import that is being prepared.

    `event_id`: of another event than the current one, which holds them until their day. Refuses
    `particular_unknown`, `event_unknown`, `keeping_off`, and `not_permitted` also from a
    rehearsal's sign-in, which anyone may have.
    """
    ctx.require()
    require_real_sign_in(ctx)
    one = require_particular(kind)
    event = event_by_id(ctx.session, ctx.event.id if event_id is None else event_id)
    if one not in keepings(event.particulars):
        raise Refusal("keeping_off", kind=one.value)
    rows = erase_kinds(ctx.session, event, [one])
    fact = ctx.record(
        ParticularChoice(event_id=event.id, kind=one.value, turned_on=False),
        about=event.id,
        kind=one.value,
        rows=rows,
    )
    for topic in (Topic.ATTENDANCE, Topic.IMPORTS):
        ctx.note_in(topic, event.id, rows=rows)
    reread(ctx.session)
    return fact


def erase_due(session: Session, now: datetime) -> int:
    """Erase in every event what its day has come for, by local days and the real clock; how many
    rows held it. It may be done by several processes at once.
    """
    found = 0
    for event in session.exec(select(Event)).all():
        due = due_kinds(event, now)
        if due:
            rows = erase_kinds(session, event, due)
            kinds = ",".join(sorted(due))
            what = {"command": "erase_particulars", "kind": kinds, "rows": rows}
            changes.note_of_event(session, event_id=event.id, at=now, what=what)
            found += rows
    return found


def erase_kinds(session: Session, event: Event, kinds: Iterable[Particular]) -> int:
    """Erase the values of some kinds and turn them off; how many rows held a value."""
    rows = 0
    kinds = list(kinds)
    database.note_erasure(session)
    _raise_versions(session, event, kinds)
    for kind in kinds:
        held = col(getattr(DelegateParticulars, kind.value)) != ""
        own = col(DelegateParticulars.event_id) == event.id
        blank = update(DelegateParticulars).where(own, held).values(**BLANK[kind])
        rows += session.connection().execute(blank).rowcount
    _forget_replaced(session, event, kinds)
    if draft := open_draft(session, event.id):
        forget_draft(session, draft.id)
    left = {name: one for name, one in event.particulars.items() if name not in set(kinds)}
    event.particulars = left
    session.add(event)
    session.flush()
    session.expire_all()
    return rows


def _raise_versions(session: Session, event: Event, kinds: Iterable[Particular]) -> None:
    """A form that was drawn with what is erased must not bring it back: its row has changed. What
    imports wrote of the row follows, since nothing was recorded upon it."""
    values = (col(getattr(DelegateParticulars, kind.value)) != "" for kind in kinds)
    held = select(DelegateParticulars.delegate_id).where(
        DelegateParticulars.event_id == event.id, or_(*values)
    )
    of_list = col(ImportedRow.part) == Part.DELEGATES.value
    for raised in (
        update(Delegate).where(col(Delegate.id).in_(held)).values(version=Delegate.version + 1),
        update(ImportedRow)
        .where(of_list, col(ImportedRow.row_id).in_(held))
        .values(version=ImportedRow.version + 1),
    ):
        session.connection().execute(raised)


def _forget_replaced(session: Session, event: Event, kinds: Iterable[Particular]) -> None:
    """What imports replaced: taking one back leaves what was erased as it is."""
    after = (0, 0)
    own = select(Import.id).where(Import.event_id == event.id)
    while True:
        page = session.exec(
            select(ImportedRow)
            .where(
                col(ImportedRow.import_id).in_(own),
                ImportedRow.part == Part.DELEGATES.value,
                ImportedRow.step == ImportStep.CHANGED.value,
                (col(ImportedRow.import_id) > after[0])
                | ((col(ImportedRow.import_id) == after[0]) & (col(ImportedRow.row_id) > after[1])),
            )
            .order_by(col(ImportedRow.import_id), col(ImportedRow.row_id))
            .limit(BATCH)
        ).all()
        if not page:
            return
        for row in page:
            row.before = {name: one for name, one in row.before.items() if name not in set(kinds)}
            session.add(row)
        after = (page[-1].import_id, page[-1].row_id)
        session.flush()
        for row in page:
            session.expunge(row)
