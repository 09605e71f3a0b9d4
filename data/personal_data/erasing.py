"""Erasure on request, while the server runs: one delegate, or the one who holds an office.

What an event's erasure blanks of all is blanked of one, by the same treatments: that something was
recorded stays, and so does every count. The files of an import that is being prepared cannot be
erased in part: they go as a whole. SQLite overwrites what an update or a deletion frees
(`secure_delete`), and its write-ahead log is emptied (`database.note_erasure`); PostgreSQL's free
space holds it at the latest until the event's own erasure compacts it. Backups hold it until they
are rotated out.
"""

import secrets
from typing import Any

from sqlalchemy import ColumnElement, String, Table, and_, cast, literal, or_, select, update
from sqlmodel import Session, col, delete

from data.access.invitations import withdraw
from data.access.people import require_person
from data.attendance.delegates import retire_delegate
from data.commands import Context, command
from data.erasure import MARK, TREATMENTS, Blanking, Token, mark, retained_of
from data.imports.drafts import forget_draft, open_draft
from data.personal_data.cases import delegate_of
from data.personal_data.held import badges_of, copies_of, paragraphs_of
from data.storage import database
from data.words import catalogue
from models.access.sign_ins import Invitation, SignIn
from models.answers.answers import Petition, PetitionEdit
from models.attendance.ledger import Delegate
from models.attendance.offline_scans import LateScan, LateScanSettled
from models.contributions.contributions import (
    Contribution,
    ContributionEdit,
    ContributionState,
)
from models.imports.difference import Part
from models.imports.imported import ImportedRow
from models.imports.recognition import Kind
from models.imports.written import WrittenRow
from models.personal_data import PersonalRequest
from models.storage import Change, Record, Topic

# Of what repeats a question, or answers it, goes what was said; the body that owes an answer and
# its last day stay, in the state and in the register.
OF_QUESTIONS: dict[str, dict[str, Blanking]] = {
    "contributionstate": {"said": mark},
    "petitionedit": {"text": mark},
}


@command("erase_delegate", topic="attendance", subject="delegate", when_over=True)
def erase_delegate(ctx: Context, *, delegate_id: int) -> None:
    """Erase what could identify a delegate; while the event goes on they are retired first. An
    import that is being prepared is dropped: its files may name them. Minutes that were signed and
    syntheses that were submitted stay word for word, as the evidence that they are.

    Refuses `delegate_unknown`, and what `retire_delegate` does of one who is inside.
    """
    ctx.require()
    database.note_erasure(ctx.session)
    delegate = delegate_of(ctx, delegate_id)
    if not delegate.retired and not ctx.event.is_over:
        reason = catalogue("vi")["personal.erased_reason"]
        retiring = ctx.of(retire_delegate, "retire")
        version = delegate.version
        retire_delegate(retiring, delegate_id=delegate_id, version=version, reason=reason)
    badges = badges_of(ctx.session, delegate)
    _blank_paragraphs(ctx.session, delegate)
    ctx.session.flush()
    token = literal(f"erased-{secrets.token_hex(4)}-")
    for table, condition in _rows_of(delegate, badges):
        _blank(ctx.session, table, condition, token)
    _blank_changes(ctx.session, delegate, badges)
    if draft := open_draft(ctx.session, ctx.event.id):
        forget_draft(ctx.session, draft.id)
        ctx.note_in(Topic.IMPORTS, draft.id)
    ctx.session.expire_all()
    ctx.note(delegate_id)


def _rows_of(delegate: Delegate, badges: list[str]) -> list[tuple[Table, ColumnElement[bool]]]:
    """Every table that holds a row about one delegate, with the condition of it."""
    own = [
        (table, column == delegate.id)
        for table in Record.metadata.sorted_tables
        for column in table.columns
        if any(key.column is Delegate.__table__.c.id for key in column.foreign_keys)
        and table is not PersonalRequest.__table__  # which shows that the law was followed
    ]
    late = LateScan.__table__
    settled, rows = LateScanSettled.__table__, ImportedRow.__table__
    written = WrittenRow.__table__
    edits, steps = ContributionEdit.__table__, ContributionState.__table__
    petitions = PetitionEdit.__table__
    asked = select(col(Contribution.id)).where(col(Contribution.delegate_id) == delegate.id)
    registered = select(col(Petition.id)).where(col(Petition.contribution_id).in_(asked))
    scans = select(late.c.id).where(late.c.badge.in_(badges))
    # What is found by the badge goes before the badge itself.
    return [
        (settled, settled.c.late_scan_id.in_(scans)),
        (late, late.c.badge.in_(badges)),
        (rows, and_(rows.c.part == Part.DELEGATES.value, rows.c.row_id == delegate.id)),
        (
            written,
            and_(written.c.kind == Kind.DELEGATES.value, written.c.subject_id == delegate.id),
        ),
        (petitions, petitions.c.petition_id.in_(registered)),
        (steps, steps.c.contribution_id.in_(asked)),
        (edits, edits.c.contribution_id.in_(asked)),
        *own,
        (Delegate.__table__, Delegate.__table__.c.id == delegate.id),
    ]


def _blank_paragraphs(session: Session, delegate: Delegate) -> None:
    """Of each paragraph that rests on their questions the lines that repeat one, and the whole text
    where none does: in new wording no one can tell which words are theirs."""
    copies = copies_of(session, delegate)
    for edit in paragraphs_of(session, delegate):
        lines = edit.text.splitlines()
        left = [MARK if any(copy in line for copy in copies) else line for line in lines]
        edit.text = "\n".join(left) if left != lines else MARK
        session.add(edit)


def _blank(session: Session, table: Table, condition: ColumnElement[bool], token: Token) -> None:
    for name, blanking in OF_QUESTIONS.get(table.name, TREATMENTS[table.name].blanked).items():
        value, where = blanking(table.c[name], token)
        session.connection().execute(update(table).values({name: value}).where(condition, where))


def _blank_changes(session: Session, delegate: Delegate, badges: list[str]) -> None:
    """Of the log what names them: what is about their row, and what holds one of their badges."""
    log = Change.__table__
    text: Any = cast(log.c.what, String)
    named = or_(
        and_(log.c.subject == "delegate", log.c.subject_id == delegate.id),
        *(text.contains(f'"{badge}"', autoescape=True) for badge in badges),
    )
    found = session.execute(
        select(log.c.id, log.c.what).where(log.c.event_id == delegate.event_id, named)
    ).all()
    for row in found:
        rest = retained_of(row.what)
        session.execute(update(log).where(log.c.id == row.id).values(what=rest))


@command("erase_office", topic="people", subject="person", permission="erase_delegate")
def erase_office(ctx: Context, *, person_id: int) -> None:
    """Erase what could identify the one who holds an office: everything that admits them, and from
    where they came in. What they recorded stays, as the office's. Refuses `person_unknown`.
    """
    ctx.require()
    database.note_erasure(ctx.session)
    person = require_person(ctx.session, person_id)
    withdraw(ctx.of(withdraw, "withdraw"), person_id=person.id)
    ctx.session.exec(delete(Invitation).where(col(Invitation.person_id) == person.id))
    blank = update(SignIn).where(col(SignIn.person_id) == person.id)
    ctx.session.execute(blank.values(address="", device=""))
    ctx.note(person.id)
