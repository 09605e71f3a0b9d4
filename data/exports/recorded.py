"""What was recorded of an event's contents, as workbooks for its archive.

Contributions with every step and merge, papers, versions of the synthesis with the sources of each
paragraph, who received which document, and the register of answers. No address of a delegate and no
personal link is in them; what an erasure blanked is blank.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from data.answers.report import AnswersReport
from data.contributions.queries import ContributionSnapshot, contributions_at
from data.distribution.queries import Ledger, distributions_at, ledger_of
from data.documents.xlsx import Row, Sheet, Value, local_time, sheet_names, workbook_bytes
from data.exports.contributions import contribution_table
from data.exports.workbook import table_sheet
from data.programme import items_at
from data.script.papers import papers_at
from data.synthesis.queries import Synthesis, synthesis_at
from data.words import Words
from models.access.people import Person
from models.contributions.contributions import (
    Contribution,
    ContributionMerge,
    ContributionState,
    State,
)
from models.events.event import Event, View
from models.text import both

Columns = Sequence[tuple[str, int]]
"""Headings and widths in characters."""


@dataclass(frozen=True)
class Book:
    """A workbook of an archive; `name`: of its file, without the ending."""

    name: str
    title: str
    sheets: tuple[Sheet, ...]

    def as_bytes(self) -> bytes:
        return workbook_bytes(self.title, self.sheets)


def books(
    session: Session, event: Event, view: View, register: AnswersReport, words: Words
) -> Iterator[Book]:
    """The workbooks as at the view's moment; none of what an event has nothing of."""
    every = contributions_at(session, event, view)
    if sheets := _contributions(session, event, view, every, words):
        yield Book("y-kien-kien-nghi", words("exports.contributions"), sheets)
    if papers := _papers(session, event, view, words):
        yield Book("tham-luan", words("exports.papers"), (papers,))
    synthesis = synthesis_at(session, event, view)
    if synthesis.versions or synthesis.paragraphs:
        numbers = {one.id: one.number for one in every}
        yield Book(
            "bao-cao-tong-hop",
            words("archive.versions"),
            (_versions(event, synthesis, words), _paragraphs(event, synthesis, numbers, words)),
        )
    if sent := distributions_at(session, event, view):
        ledgers = [ledger_of(session, event, one) for one in reversed(sent)]
        yield Book("gui-tai-lieu", words("page.distribution"), _ledgers(event, ledgers, words))
    if register.petitions:
        yield Book("so-kien-nghi", words("page.answers"), (_register(register, words),))


def _table(
    event: Event, title: str, columns: Columns, rows: Sequence[Sequence[Value]], words: Words
) -> Sheet:
    (name,) = sheet_names([title])
    return Sheet(name, title, words.of(event, "name"), columns, [Row(row) for row in rows])


def _at(moment: datetime | None, words: Words) -> Value:
    return local_time(moment, words.time_zone) if moment else ""


# --- contributions and papers --------------------------------------------------------------------


def _contributions(
    session: Session,
    event: Event,
    view: View,
    every: Sequence[ContributionSnapshot],
    words: Words,
) -> tuple[Sheet, ...]:
    """All that a moderator has seen; and in the order of their moments what became of each."""
    table = contribution_table(session, event, view, words)
    if not table.lines:
        return ()
    seen = {one.id for one in every if one.state is not State.SUBMITTED}
    (name,) = sheet_names([words("exports.contributions")])
    columns = [
        (words("exports.contributions_number"), 8),
        (words("audit.at"), 20),
        (words("exports.contributions_progress"), 24),
        (words("exports.contributions_outcome"), 60),
        (words("archive.by"), 30),
    ]
    steps = [*_steps(session, event, seen, words), *_merges(session, event, seen, words)]
    rows = [row for _, row in sorted(steps, key=lambda step: step[0])]
    return (
        table_sheet(event, table, name, words),
        _table(event, words("archive.steps"), columns, rows, words),
    )


Step = tuple[tuple[datetime, int], Sequence[Value]]
"""When it was accepted, and its row."""


def _steps(session: Session, event: Event, seen: set[int], words: Words) -> Iterator[Step]:
    numbered = (
        select(ContributionState, Contribution.number, Person)
        .join(Contribution, col(Contribution.id) == col(ContributionState.contribution_id))
        .join(Person, col(Person.id) == col(ContributionState.person_id))
        .where(Contribution.event_id == event.id)
    )
    for step, number, person in session.exec(numbered):
        if step.contribution_id not in seen:
            continue
        state = words(f"contribution_state.{step.state}")
        done = state if step.undoes_id is None else words("archive.undone", what=state)
        parts = [step.said_by, step.said, step.owed_by]
        parts += [words.day(step.due_on)] if step.due_on else []
        said = " · ".join(part for part in parts if part)
        place = (step.at, step.id)
        yield place, [number, _at(step.at, words), done, said, words.fact(both(person, "name"))]


def _merges(session: Session, event: Event, seen: set[int], words: Words) -> Iterator[Step]:
    own = select(Contribution.id, Contribution.number).where(Contribution.event_id == event.id)
    numbers = dict(session.exec(own).all())
    merges = (
        select(ContributionMerge, Person)
        .join(Person, col(Person.id) == col(ContributionMerge.person_id))
        .where(col(ContributionMerge.contribution_id).in_(numbers))
    )
    for merge, person in session.exec(merges):
        if merge.contribution_id not in seen:
            continue
        merged = words(f"contribution_state.{State.MERGED.value}")
        if merge.into_id is None:
            done, said = words("archive.undone", what=merged), ""
        else:
            main = f"{numbers[merge.into_id]:03d}"
            done, said = merged, words("contributions.merged_into", number=main)
        row = [numbers[merge.contribution_id], _at(merge.at, words), done, said]
        yield (merge.at, merge.id), [*row, words.fact(both(person, "name"))]


def _papers(session: Session, event: Event, view: View, words: Words) -> Sheet | None:
    titles = {one.id: words.of(one, "title") for one in items_at(session, event, view)}
    rows: list[Sequence[Value]] = [
        [
            titles.get(item_id, ""),
            one.plan.position,
            one.plan.who,
            one.plan.title,
            one.plan.minutes,
            words(f"script.paper_state_{one.state.value}"),
            _at(one.received_at, words),
            _at(one.called_at, words),
            _at(one.ended_at, words),
        ]
        for item_id, papers in papers_at(session, event, view).items()
        for one in papers
    ]
    if not rows:
        return None
    columns = [
        (words("exports.papers_item"), 40),
        (words("exports.papers_position"), 8),
        (words("exports.papers_who"), 40),
        (words("exports.papers_title"), 60),
        (words("exports.papers_minutes"), 10),
        (words("archive.status"), 20),
        (words("archive.paper_received"), 20),
        (words("archive.paper_called"), 20),
        (words("archive.paper_ended"), 20),
    ]
    return _table(event, words("exports.papers"), columns, rows, words)


# --- the synthesis -------------------------------------------------------------------------------


def _versions(event: Event, synthesis: Synthesis, words: Words) -> Sheet:
    """Each version by its digest, with every step that was taken of it on a row of its own."""
    rows: list[Sequence[Value]] = []
    for one in synthesis.versions:
        taken = [("submit", one.at, one.by, "")]
        taken += [(step.step.value, step.at, step.by, step.note) for step in one.steps]
        validity = words(f"synthesis_validity.{one.validity.value}")
        rows += [
            [
                one.number,
                validity,
                words(f"synthesis_step.{step}"),
                _at(at, words),
                words.fact(by),
                note,
                one.digest,
            ]
            for step, at, by, note in taken
        ]
    columns = [
        (words("archive.version"), 8),
        (words("archive.validity"), 20),
        (words("archive.step"), 20),
        (words("audit.at"), 20),
        (words("archive.by"), 30),
        (words("archive.note"), 50),
        (words("archive.digest"), 70),
    ]
    return _table(event, words("archive.versions"), columns, rows, words)


def _paragraphs(event: Event, synthesis: Synthesis, numbers: dict[int, int], words: Words) -> Sheet:
    """The paragraphs in the order of reading, each with the numbers of its contributions."""
    topics = {one.id: words.of(one, "name") for one in synthesis.topics}
    rows = [
        [
            words(f"synthesis.part_{one.paragraph.part}"),
            topics.get(one.paragraph.topic_id or 0, words("synthesis.no_topic")),
            one.paragraph.text,
            ", ".join(str(numbers[source]) for source in one.paragraph.sources),
        ]
        for one in synthesis.paragraphs
    ]
    columns = [
        (words("synthesis.field_part"), 20),
        (words("synthesis.field_topic_id"), 40),
        (words("synthesis.field_text"), 80),
        (words("synthesis.field_sources"), 24),
    ]
    return _table(event, words("archive.paragraphs"), columns, rows, words)


# --- distribution and answers --------------------------------------------------------------------


def _ledgers(event: Event, ledgers: Sequence[Ledger], words: Words) -> tuple[Sheet, ...]:
    """A sheet a version: each delegate on the list with each channel, also those without any."""
    columns = [
        (words("distribution.delegation"), 36),
        (words("archive.badge"), 10),
        (words("distribution.delegate"), 48),
        (words("distribution.channel"), 24),
        (words("distribution.state"), 20),
        (words("audit.at"), 20),
        (words("distribution.reason"), 40),
        (words("archive.to_whom"), 36),
    ]
    titles = [_title(one, words) for one in ledgers]
    named = zip(sheet_names(titles), titles, ledgers, strict=True)
    return tuple(
        Sheet(name, title, _digest(one, words), columns, _rows(one, words))
        for name, title, one in named
    )


def _digest(ledger: Ledger, words: Words) -> str:
    return words("archive.of_file", digest=ledger.version.digest)


def _title(ledger: Ledger, words: Words) -> str:
    version = ledger.version
    kind = words(f"distribution.kind_{version.kind.value}")
    named = words("distribution.named", kind=kind, version=version.version, title=version.title)
    return f"{named} ({words('distribution.withdrawn')})" if version.withdrawn else named


def _rows(ledger: Ledger, words: Words) -> list[Row]:
    return [
        Row([words.fact(of.name), line.badge, words.fact(line.title), *cells])
        for of in ledger.delegations
        for line in of.lines
        for cells in (
            [
                [
                    words(f"distribution.channel_{one.channel.value}"),
                    words(f"distribution.state_{one.state.value}"),
                    _at(one.at, words),
                    one.reason,
                    one.to_whom,
                ]
                for one in line.channels
            ]
            or [["", words("archive.no_channel"), "", "", ""]]
        )
    ]


def _register(report: AnswersReport, words: Words) -> Sheet:
    rows: list[Sequence[Value]] = []
    for one in report.petitions:
        entered, given = one.entered, one.answer
        letter = given.letter if given else None
        rows.append(
            [
                one.number,
                entered.text,
                entered.unit,
                entered.field,
                entered.body,
                words(f"competence.{entered.level}") if entered.level else "",
                words.day(one.due_on),
                words(f"petition_state.{one.state.value}"),
                letter.text if letter else "",
                letter.number if letter else "",
                words.day(letter.signed_on) if letter and letter.signed_on else "",
                letter.signer if letter else "",
                words.day(letter.promised_on) if letter and letter.promised_on else "",
                given.file_digest or "" if given else "",
            ]
        )
    columns = [
        (words("answers.column_number"), 8),
        (words("answers.text"), 60),
        (words("answers.unit"), 30),
        (words("answers.field"), 24),
        (words("answers.body"), 30),
        (words("answers.level"), 20),
        (words("answers.due_on"), 14),
        (words("answers.column_state"), 24),
        (words("answers.answer_text"), 60),
        (words("answers.number"), 20),
        (words("answers.signed_on"), 14),
        (words("answers.signer"), 30),
        (words("answers.promised_on"), 16),
        (words("archive.digest"), 70),
    ]
    return _table(report.event, words("page.answers"), columns, rows, words)
