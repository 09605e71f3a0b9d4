"""The synthesis as at a moment: minutes of forums, paragraphs with their sources, versions."""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import select as select_columns
from sqlmodel import Session, col, select

from data.contributions.queries import ContributionSnapshot, contributions_at, topics
from data.storage.newest import newest, recorded, recorded_until
from models.access.people import Person
from models.contributions.contributions import Contribution, ContributionState
from models.contributions.contributions import State as ContributionStatus
from models.contributions.topics import TopicSnapshot
from models.documents import Content, digest_of
from models.events.event import Event, View
from models.programme import ProgrammeItem
from models.refusals import Refusal
from models.synthesis.minutes import MinutesSnapshot, MinutesWithdrawal, SignedMinutes
from models.synthesis.paragraphs import (
    Paragraph,
    ParagraphEdit,
    ParagraphSnapshot,
    SynthesisParagraph,
    in_no_paragraph,
)
from models.synthesis.versions import (
    State,
    Step,
    StepTaken,
    SynthesisStep,
    SynthesisVersion,
    Validity,
    VersionSnapshot,
    state_after,
    validities,
)
from models.text import both

COUNTED = set(ContributionStatus) - {
    ContributionStatus.SUBMITTED,
    ContributionStatus.REJECTED,
    ContributionStatus.MERGED,
}
"""The states of the contributions that a synthesis has to tell of."""


@dataclass(frozen=True)
class Synthesis:
    """The synthesis of an event as at a moment.

    `paragraphs`: in the order of reading, by the tree of `topics`. `contributions`: those that it
    has to tell of, by id. `unplaced`: of these the ones in no paragraph, in the order in which they
    were received. `versions`: the oldest first.
    """

    state: State
    topics: tuple[TopicSnapshot, ...]
    paragraphs: tuple[ParagraphSnapshot, ...]
    contributions: dict[int, ContributionSnapshot]
    unplaced: tuple[ContributionSnapshot, ...]
    versions: tuple[VersionSnapshot, ...]


def synthesis_at(session: Session, event: Event, view: View) -> Synthesis:
    """The synthesis as at the view's moment."""
    every = contributions_at(session, event, view)
    counted = {one.id: one for one in every if one.state in COUNTED}
    merged = {one.id: one.merged_into for one in every if one.merged_into is not None}
    tree = topics(session, event)
    paragraphs = paragraphs_at(session, event, view, tree)
    sources = {number for one in paragraphs for number in one.paragraph.sources}
    versions = versions_at(session, event, view)
    return Synthesis(
        state=_state(versions),
        topics=tuple(tree),
        paragraphs=tuple(paragraphs),
        contributions=counted,
        unplaced=tuple(counted[one] for one in in_no_paragraph(counted, merged, sources)),
        versions=tuple(versions),
    )


# --- paragraphs ----------------------------------------------------------------------------------


def paragraphs_at(
    session: Session, event: Event, view: View, tree: Iterable[TopicSnapshot]
) -> list[ParagraphSnapshot]:
    """The paragraphs that are in the synthesis, in the order of reading: opinions before the
    conclusion, by the tree of topics, those of none last."""
    order = {topic.id: place for place, topic in enumerate(tree)}
    found = [one for one in _paragraphs(session, event, view) if not one.removed]
    return sorted(found, key=lambda one: _place(one, order))


def _place(one: ParagraphSnapshot, order: dict[int, int]) -> tuple[bool, int, int, int]:
    written = one.paragraph
    topic = order.get(written.topic_id or 0, len(order))
    return (written.part != "opinions", topic, written.position, one.id)


def removed_paragraphs(session: Session, event: Event, view: View) -> list[ParagraphSnapshot]:
    """The paragraphs that were taken out, the last one first."""
    found = [one for one in _paragraphs(session, event, view) if one.removed]
    return sorted(found, key=lambda one: one.at, reverse=True)


def _paragraphs(session: Session, event: Event, view: View) -> list[ParagraphSnapshot]:
    latest = newest(ParagraphEdit, ParagraphEdit.paragraph_id, until=recorded_until(view))
    rows = session.exec(
        select(ParagraphEdit, Person)
        .join(SynthesisParagraph, col(SynthesisParagraph.id) == col(ParagraphEdit.paragraph_id))
        .join(Person, col(Person.id) == col(ParagraphEdit.person_id))
        .where(SynthesisParagraph.event_id == event.id, col(ParagraphEdit.id).in_(latest))
    )
    return [
        ParagraphSnapshot(
            id=edit.paragraph_id,
            version=edit.version,
            paragraph=paragraph_of(edit),
            removed=edit.removed,
            at=edit.at,
            by=both(person, "name"),
        )
        for edit, person in rows
    ]


def paragraph_of(edit: ParagraphEdit) -> Paragraph:
    """The editable part of an edit."""
    return Paragraph(edit.text, edit.part, edit.topic_id, edit.position, tuple(edit.sources))


# --- versions ------------------------------------------------------------------------------------


def versions_at(session: Session, event: Event, view: View) -> list[VersionSnapshot]:
    """The versions that were submitted up to the view's moment, the oldest first."""
    # Columns and not rows: a content is long.
    submitted = session.execute(
        select_columns(
            col(SynthesisVersion.id),
            col(SynthesisVersion.number),
            col(SynthesisVersion.digest),
            col(SynthesisVersion.at),
            Person,
        )
        .join(Person, col(Person.id) == col(SynthesisVersion.person_id))
        .where(col(SynthesisVersion.event_id) == event.id, recorded(SynthesisVersion, view))
        .order_by(col(SynthesisVersion.number))
    ).all()
    steps = _steps(session, event, view)
    taken = [tuple(steps.get(row[0], ())) for row in submitted]
    counted = validities([[one.step for one in of_one] for of_one in taken])
    return [
        VersionSnapshot(number_id, number, digest, at, both(person, "name"), of_one, validity)
        for (number_id, number, digest, at, person), of_one, validity in zip(
            submitted, taken, counted, strict=True
        )
    ]


def _steps(session: Session, event: Event, view: View) -> dict[int, list[StepTaken]]:
    found: dict[int, list[StepTaken]] = {}
    for step, person in session.exec(
        select(SynthesisStep, Person)
        .join(SynthesisVersion, col(SynthesisVersion.id) == col(SynthesisStep.version_id))
        .join(Person, col(Person.id) == col(SynthesisStep.person_id))
        .where(SynthesisVersion.event_id == event.id, recorded(SynthesisStep, view))
        .order_by(col(SynthesisStep.id))
    ):
        taken = StepTaken(Step(step.step), step.at, both(person, "name"), step.note)
        found.setdefault(step.version_id, []).append(taken)
    return found


def _state(versions: Iterable[VersionSnapshot]) -> State:
    steps: list[Step] = []
    for one in versions:
        steps += [Step.SUBMIT, *(taken.step for taken in one.steps)]
    return state_after(steps)


def state_of(versions: Iterable[VersionSnapshot]) -> State:
    """The state of the synthesis by all of its versions, the oldest first."""
    return _state(versions)


@dataclass(frozen=True)
class FrozenVersion:
    """A version with its content; `intact`: the stored content is the one that was submitted."""

    version: VersionSnapshot
    content: Content

    @property
    def erased(self) -> bool:
        return not self.content

    @property
    def intact(self) -> bool:
        return not self.erased and digest_of(self.content) == self.version.digest

    @property
    def printed(self) -> Content:
        """The content that its documents are made of: with what the version counts for."""
        return self.content | {"validity": self.version.validity.value}


def frozen_version(session: Session, event: Event, version_id: int, view: View) -> FrozenVersion:
    """A version, word for word. Refuses `synthesis_version_unknown`."""
    known = {one.id: one for one in versions_at(session, event, view)}
    if version_id not in known:
        raise Refusal("synthesis_version_unknown")
    row = session.get_one(SynthesisVersion, version_id)
    return FrozenVersion(known[version_id], row.content)


def version_in_force(session: Session, event: Event, view: View) -> FrozenVersion | None:
    """The approved version that counts, word for word; None for none, and for one that was altered
    or erased."""
    for version in versions_at(session, event, view):
        if version.validity is Validity.IN_FORCE:
            frozen = frozen_version(session, event, version.id, view)
            return frozen if frozen.intact else None
    return None


# --- minutes -------------------------------------------------------------------------------------


def minutes_at(session: Session, event: Event, view: View) -> dict[int, MinutesSnapshot]:
    """Item id to the newest minutes of each forum that were signed."""
    latest = newest(SignedMinutes, SignedMinutes.item_id, until=recorded_until(view))
    rows = session.exec(
        select(SignedMinutes, Person)
        .join(ProgrammeItem, col(ProgrammeItem.id) == col(SignedMinutes.item_id))
        .join(Person, col(Person.id) == col(SignedMinutes.person_id))
        .where(ProgrammeItem.event_id == event.id, col(SignedMinutes.id).in_(latest))
    ).all()
    reasons = dict(
        session.exec(
            select(MinutesWithdrawal.minutes_id, MinutesWithdrawal.reason).where(
                col(MinutesWithdrawal.minutes_id).in_([one.id for one, _ in rows]),
                recorded(MinutesWithdrawal, view),
            )
        ).all()
    )
    return {
        one.item_id: MinutesSnapshot(
            id=one.id,
            item_id=one.item_id,
            version=one.version,
            digest=one.digest,
            at=one.at,
            by=both(person, "name"),
            withdrawn=reasons.get(one.id),
            content=one.content,
        )
        for one, person in rows
    }


def forums_asked(session: Session, event: Event, view: View) -> set[int]:
    """The ids of the forums where something was asked."""
    order = order_asked(session, event, view)
    every = contributions_at(session, event, view) if order else []
    return {one.item_id for one in every if one.id in order and one.item_id is not None}


def order_asked(session: Session, event: Event, view: View) -> dict[int, int]:
    """Contribution id to its place in the order in which they were asked, of those that were."""
    asked = (
        select(ContributionState.id, ContributionState.contribution_id, ContributionState.undoes_id)
        .join(Contribution, col(Contribution.id) == col(ContributionState.contribution_id))
        .where(
            Contribution.event_id == event.id,
            ContributionState.state == ContributionStatus.ASKED.value,
            recorded(ContributionState, view),
        )
        .order_by(col(ContributionState.id))
    )
    rows = session.exec(asked).all()
    undone = {undoes for _, _, undoes in rows if undoes is not None}
    counted = [of for step, of, undoes in rows if undoes is None and step not in undone]
    return {of: place for place, of in enumerate(dict.fromkeys(counted))}
