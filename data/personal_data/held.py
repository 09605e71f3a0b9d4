"""What there is of one person: a delegate, or the one who holds an office; shown and taken out."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func
from sqlmodel import Session, col, select

from data.access.people import require_person
from data.commands import Context, command
from data.documents import xlsx
from data.documents.content import clean_end
from data.documents.xlsx import Row, Sheet, local_time
from data.personal_data.cases import delegate_of
from data.words import Words
from models.access.accounts import Account
from models.access.people import Person
from models.access.sign_ins import SignIn
from models.answers.answers import Petition, PetitionEdit
from models.attendance.badges import ReplacedBadge
from models.attendance.delegates import DelegateChange
from models.attendance.ledger import AttendanceFact, Delegate, Delegation, Expectation
from models.attendance.offline_scans import LateScan
from models.attendance.particulars import DelegateParticulars, Particular, Particulars
from models.contributions.contributions import (
    Contribution,
    ContributionEdit,
    ContributionState,
)
from models.distribution.ledger import DelegateAddress, Distribution, DistributionMark
from models.events.event import Event
from models.imports.difference import Part
from models.imports.imported import ImportedRow
from models.imports.recognition import Kind
from models.imports.written import WrittenRow
from models.programme import ProgrammeItem
from models.storage import Change
from models.synthesis.minutes import SignedMinutes
from models.synthesis.paragraphs import ParagraphEdit, SynthesisParagraph
from models.synthesis.versions import SynthesisVersion
from models.text import both, one_line

Text = str | dict[str, str]


@dataclass(frozen=True)
class Held:
    """One thing that is stored of a person: `kind` names the sentence; `at` is when it was recorded
    by the event's clock, None where it is no fact.
    """

    kind: str
    text: Text
    at: datetime | None = None


def held_of_delegate(session: Session, delegate: Delegate) -> list[Held]:
    """Everything that is stored of a delegate, oldest facts first; counts name no one."""
    return [*_on_the_roster(session, delegate), *_recorded(session, delegate)]


def _on_the_roster(session: Session, delegate: Delegate) -> Iterator[Held]:
    delegation = session.get_one(Delegation, delegate.delegation_id)
    yield Held("badge", delegate.badge)
    yield Held("title", both(delegate, "title"))
    yield Held("delegation", both(delegation, "name"))
    known = session.get(DelegateParticulars, delegate.id) or Particulars()
    for kind in Particular:
        if text := getattr(known, kind.value):
            yield Held(kind.value, text)
    yield from _replaced(session, delegate)
    written = session.get(WrittenRow, (Kind.DELEGATES.value, delegate.id))
    for name, text in (written.cells if written else {}).items():
        yield Held("written", f"{name}: {text}")
    address = session.get(DelegateAddress, delegate.id)
    if address and address.email:
        yield Held("email", address.email)
    expected = (
        select(ProgrammeItem)
        .join(Expectation, col(Expectation.item_id) == ProgrammeItem.id)
        .where(Expectation.delegate_id == delegate.id)
        .order_by(col(ProgrammeItem.starts_at))
    )
    for item in session.exec(expected):
        yield Held("expected", both(item, "title"))


def _replaced(session: Session, delegate: Delegate) -> Iterator[Held]:
    """Names and numbers that an import replaced, kept to take it back."""
    rows = select(ImportedRow).where(
        ImportedRow.part == Part.DELEGATES.value, ImportedRow.row_id == delegate.id
    )
    for row in session.exec(rows.order_by(col(ImportedRow.import_id))):
        for kind in Particular:
            if text := row.before.get(kind.value):
                yield Held(f"{kind.value}_before", str(text))


def _recorded(session: Session, delegate: Delegate) -> list[Held]:
    facts = session.exec(
        select(AttendanceFact, ProgrammeItem)
        .join(ProgrammeItem, col(ProgrammeItem.id) == AttendanceFact.item_id)
        .where(AttendanceFact.delegate_id == delegate.id)
    )
    found = [
        Held(f"fact_{fact.status}", _with(both(item, "short"), fact.words), fact.at)
        for fact, item in facts
    ]
    changes = select(DelegateChange).where(DelegateChange.delegate_id == delegate.id)
    found += [
        Held("change", _with(both(one, "title"), one.reason), one.at)
        for one in session.exec(changes)
    ]
    found += [
        Held("replaced", one.badge, one.at)
        for one in session.exec(
            select(ReplacedBadge).where(ReplacedBadge.delegate_id == delegate.id)
        )
    ]
    found += _asked(session, delegate)
    sent = (
        select(DistributionMark, Distribution)
        .join(Distribution, col(Distribution.id) == DistributionMark.distribution_id)
        .where(DistributionMark.delegate_id == delegate.id)
    )
    found += [
        Held(f"document_{one.state}", _joined(document.title, one.reason, one.to_whom), one.at)
        for one, document in session.exec(sent)
    ]
    late = select(LateScan).where(col(LateScan.badge).in_(badges_of(session, delegate)))
    found += [Held("late_scan", one.badge, one.at) for one in session.exec(late)]
    return sorted(found, key=lambda one: one.at or datetime.min)


def _asked(session: Session, delegate: Delegate) -> Iterator[Held]:
    """Their questions, and where these are repeated."""
    questions = select(Contribution).where(Contribution.delegate_id == delegate.id)
    ids = [one.id for one in session.exec(questions)]
    for one in session.exec(questions):
        yield Held("question", one.text, one.at)
    edits = select(ContributionEdit).where(col(ContributionEdit.contribution_id).in_(ids))
    for edit in session.exec(edits):
        yield Held("question", edit.text, edit.at)
    steps = select(ContributionState).where(col(ContributionState.contribution_id).in_(ids))
    for step in session.exec(steps):
        if step.said:
            yield Held("question_step", step.said, step.at)
    registered = (
        select(PetitionEdit)
        .join(Petition, col(Petition.id) == col(PetitionEdit.petition_id))
        .where(col(Petition.contribution_id).in_(ids))
    )
    for petition in session.exec(registered):
        yield Held("petition", petition.text, petition.at)
    for paragraph in paragraphs_of(session, delegate):
        yield Held("paragraph", paragraph.text, paragraph.at)
    yield from _in_records(session, delegate)


def _in_records(session: Session, delegate: Delegate) -> Iterator[Held]:
    """The signed minutes and the submitted versions that repeat their questions: these stay."""
    copies = copies_of(session, delegate)
    signed = (
        select(SignedMinutes, ProgrammeItem)
        .join(ProgrammeItem, col(ProgrammeItem.id) == col(SignedMinutes.item_id))
        .where(ProgrammeItem.event_id == delegate.event_id)
    )
    for minutes, item in session.exec(signed) if copies else ():
        if _repeats(minutes.content, copies):
            yield Held("minutes", _with(both(item, "title"), f"{minutes.version}"), minutes.at)
    submitted = select(SynthesisVersion).where(SynthesisVersion.event_id == delegate.event_id)
    for version in session.exec(submitted) if copies else ():
        if _repeats(version.content, copies):
            yield Held("version", f"{version.number}", version.at)


def _repeats(content: object, copies: list[str]) -> bool:
    """Whether a text anywhere in a content repeats one of the questions."""
    if isinstance(content, str):
        written = one_line(content)
        return any(copy in written for copy in copies)
    if isinstance(content, dict):
        return any(_repeats(one, copies) for one in content.values())
    return isinstance(content, list) and any(_repeats(one, copies) for one in content)


def copies_of(session: Session, delegate: Delegate) -> list[str]:
    """The texts of their questions, as minutes and paragraphs repeat them."""
    own = select(Contribution.id, Contribution.text).where(Contribution.delegate_id == delegate.id)
    texts = dict(session.exec(own).all())
    edits = select(ContributionEdit.text).where(col(ContributionEdit.contribution_id).in_(texts))
    every = (clean_end(one_line(text)) for text in (*texts.values(), *session.exec(edits)))
    return [text for text in dict.fromkeys(every) if text]


def paragraphs_of(session: Session, delegate: Delegate) -> list[ParagraphEdit]:
    """Every edit of a paragraph that rests on one of their questions."""
    own = select(Contribution.id).where(Contribution.delegate_id == delegate.id)
    ids = set(session.exec(own))
    edits = (
        select(ParagraphEdit)
        .join(SynthesisParagraph, col(SynthesisParagraph.id) == col(ParagraphEdit.paragraph_id))
        .where(SynthesisParagraph.event_id == delegate.event_id)
    )
    return [one for one in session.exec(edits) if ids.intersection(one.sources)] if ids else []


def badges_of(session: Session, delegate: Delegate) -> list[str]:
    """The badge of a delegate, and those that it replaced."""
    replaced = select(ReplacedBadge.badge).where(ReplacedBadge.delegate_id == delegate.id)
    return [delegate.badge, *session.exec(replaced)]


def _joined(*texts: str) -> str:
    return " · ".join(filter(None, texts))


def _with(name: dict[str, str], words: str) -> dict[str, str]:
    return {language: f"{text} · {words}" if words else text for language, text in name.items()}


def held_of_office(session: Session, event: Event, person: Person) -> list[Held]:
    """Everything that is stored of the one who holds an office, of this event."""
    found = [Held("office", both(person, "name"))]
    for account in session.exec(select(Account).where(Account.person_id == person.id)):
        secrets = (account.password_hash, account.pin_hash)
        found += [Held("secret", "")] if any(secrets) else []
        found += [Held("email", account.email)] if account.email else []
    own = select(SignIn).where(SignIn.person_id == person.id).order_by(col(SignIn.id))
    for one in session.exec(own):
        found.append(
            Held("sign_in", " · ".join(filter(None, (one.device, one.address))), one.started_at)
        )
    acts = select(func.count(col(Change.id))).where(
        Change.person_id == person.id, Change.event_id == event.id
    )
    return [*found, Held("acts", str(session.exec(acts).one()))]


@dataclass(frozen=True)
class HeldOf:
    """What there is of one person; `subject`: the office, or the delegate's."""

    subject: dict[str, str]
    rows: list[Held]


@command("export_personal_data", topic="people", subject="export")
def export_personal_data(
    ctx: Context, *, delegate_id: int | None = None, office_id: int | None = None
) -> HeldOf:
    """What there is of a delegate or of an office, for the one who asked; its taking is noted.

    Refuses `delegate_unknown`, `person_unknown`.
    """
    ctx.require()
    if delegate_id is not None:
        delegate = delegate_of(ctx, delegate_id)
        found = HeldOf(both(delegate, "title"), held_of_delegate(ctx.session, delegate))
    else:
        person = require_person(ctx.session, office_id or 0)
        found = HeldOf(both(person, "name"), held_of_office(ctx.session, ctx.event, person))
    ctx.note(None, rows=len(found.rows))
    return found


def workbook_of(found: HeldOf, words: Words) -> bytes:
    """The same as a workbook, in words and local times."""
    columns = [
        (words("personal.what"), 34),
        (words("personal.at"), 20),
        (words("personal.text"), 70),
    ]
    rows = [
        Row(
            [
                words(f"personal.kind_{one.kind}"),
                local_time(one.at, words.time_zone) if one.at else None,
                words.fact(one.text),
            ]
        )
        for one in found.rows
    ]
    title = words("personal.title")
    subject = words.fact(found.subject)
    return xlsx.workbook_bytes(title, [Sheet(title[:31], title, subject, columns, rows)])
