"""Contributions as at a moment, with all that became of each; the forums and the topics."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlmodel import Session, col, select

from data.storage.newest import newest, recorded, recorded_until
from models.access.people import Person
from models.attendance.ledger import Delegation
from models.attendance.unit_names import official_name
from models.contributions.contributions import (
    COLUMNS,
    OPEN,
    Contribution,
    ContributionEdit,
    ContributionMerge,
    ContributionState,
    PhoneQuestions,
    State,
    Submission,
    counting_steps,
    main_of,
)
from models.contributions.topics import Topic, TopicSnapshot, tree
from models.events.event import Event, View
from models.programme import ProgrammeItem
from models.refusals import Refusal


@dataclass(frozen=True)
class ContributionSnapshot:
    """A contribution as at a moment.

    `unit_vi`, `unit_en`: the delegation's official name, or the unit as it was written. `state`
    since `since`, by the step `step_id` (None while it only waits) that the office `step_by`
    recorded; `said_by`, `said`, `owed_by`, `owed_level`, `due_on`: as of `ContributionState`.
    `merged_into`: the id of the one that stands for it in the end; `sources`: the ids of those that
    it stands for.
    """

    id: int
    number: int
    version: int
    text: str
    kind: str
    item_id: int | None
    topic_id: int | None
    unit_id: int | None
    unit_vi: str
    unit_en: str
    office: str
    field: str
    body: str
    level: str
    channel: str
    received_at: datetime
    registered_at: datetime
    registered_by: int
    registered_by_vi: str
    registered_by_en: str
    state: State
    since: datetime
    step_id: int | None
    step_by_vi: str
    step_by_en: str
    said_by: str
    said: str
    owed_by: str
    owed_level: str
    due_on: date | None
    merged_into: int | None
    sources: tuple[int, ...]

    @property
    def open(self) -> bool:
        """Whether something is still to be done with it in a forum."""
        return self.state in OPEN


def contributions_at(session: Session, event: Event, view: View) -> list[ContributionSnapshot]:
    """The contributions as at the view's moment, in the order in which they were received.

    Those from telephones that no moderator has accepted are among them, as `submitted`.
    """
    rows = session.exec(
        select(Contribution)
        .where(Contribution.event_id == event.id, recorded(Contribution, view))
        .order_by(col(Contribution.received_at), col(Contribution.number))
    ).all()
    edits, steps = _edits(session, event, view), _steps(session, event, view)
    merged, names = _merged(session, event, view), _names(session, event)
    sources: dict[int, list[int]] = {}
    for row in rows:
        if (main := main_of(row.id, merged)) != row.id:
            sources.setdefault(main, []).append(row.id)
    return [
        _snapshot(
            row,
            edits.get(row.id),
            counting_steps(steps.get(row.id, ())),
            main_of(row.id, merged),
            tuple(sources.get(row.id, ())),
            names,
        )
        for row in rows
    ]


@dataclass(frozen=True)
class _Names:
    people: dict[int, Person]
    units: dict[int, Delegation]


def _names(session: Session, event: Event) -> _Names:
    people = session.exec(select(Person).where(Person.event_slug == event.slug))
    units = session.exec(select(Delegation).where(Delegation.event_id == event.id))
    return _Names({one.id: one for one in people}, {one.id: one for one in units})


def _edits(session: Session, event: Event, view: View) -> dict[int, ContributionEdit]:
    latest = newest(ContributionEdit, ContributionEdit.contribution_id, until=recorded_until(view))
    rows = session.exec(
        select(ContributionEdit)
        .join(Contribution, col(Contribution.id) == col(ContributionEdit.contribution_id))
        .where(Contribution.event_id == event.id, col(ContributionEdit.id).in_(latest))
    )
    return {row.contribution_id: row for row in rows}


def _steps(session: Session, event: Event, view: View) -> dict[int, list[ContributionState]]:
    found: dict[int, list[ContributionState]] = {}
    for step in session.exec(
        select(ContributionState)
        .join(Contribution, col(Contribution.id) == col(ContributionState.contribution_id))
        .where(Contribution.event_id == event.id, recorded(ContributionState, view))
        .order_by(col(ContributionState.id))
    ):
        found.setdefault(step.contribution_id, []).append(step)
    return found


def _merged(session: Session, event: Event, view: View) -> dict[int, int]:
    """Contribution id to the one that it is merged into."""
    latest = newest(
        ContributionMerge, ContributionMerge.contribution_id, until=recorded_until(view)
    )
    rows = session.exec(
        select(ContributionMerge)
        .join(Contribution, col(Contribution.id) == col(ContributionMerge.contribution_id))
        .where(Contribution.event_id == event.id, col(ContributionMerge.id).in_(latest))
    )
    return {row.contribution_id: row.into_id for row in rows if row.into_id is not None}


def _snapshot(
    row: Contribution,
    edit: ContributionEdit | None,
    steps: list[ContributionState],
    main_id: int,
    sources: tuple[int, ...],
    names: _Names,
) -> ContributionSnapshot:
    written = edit or row
    step = steps[-1] if steps else None
    unit = names.units.get(written.unit_id) if written.unit_id is not None else None
    official = official_name(unit) if unit else {"vi": written.unit, "en": written.unit}
    registrar = names.people.get(row.person_id)
    by = names.people.get(step.person_id) if step else None
    return ContributionSnapshot(
        id=row.id,
        number=row.number,
        version=edit.version if edit else 1,
        text=written.text,
        kind=written.kind,
        item_id=written.item_id,
        topic_id=written.topic_id,
        unit_id=written.unit_id,
        unit_vi=official["vi"],
        unit_en=official["en"],
        office=written.office,
        field=written.field,
        body=written.body,
        level=written.level,
        channel=row.channel,
        received_at=row.received_at,
        registered_at=row.at,
        registered_by=row.person_id,
        registered_by_vi=registrar.name_vi if registrar else "",
        registered_by_en=registrar.name_en if registrar else "",
        state=_state(step, merged=main_id != row.id),
        since=step.at if step else row.received_at,
        step_id=step.id if step else None,
        step_by_vi=by.name_vi if by else "",
        step_by_en=by.name_en if by else "",
        said_by=step.said_by if step else "",
        said=step.said if step else "",
        owed_by=step.owed_by if step else "",
        owed_level=step.owed_level if step else "",
        due_on=step.due_on if step else None,
        merged_into=main_id if main_id != row.id else None,
        sources=sources,
    )


def _state(step: ContributionState | None, *, merged: bool) -> State:
    if merged:
        return State.MERGED
    return State(step.state) if step else State.WAITING


def submission_of(session: Session, row: Contribution) -> tuple[int, Submission]:
    """The version of a contribution and what is written of it now."""
    edit = session.exec(
        select(ContributionEdit)
        .where(ContributionEdit.contribution_id == row.id)
        .order_by(col(ContributionEdit.id).desc())
        .limit(1)
    ).first()
    written: Contribution | ContributionEdit = edit or row
    return edit.version if edit else 1, Submission(
        **{name: getattr(written, name) for name in COLUMNS}
    )


def version_and_submission(session: Session, contribution_id: int) -> tuple[int, Submission]:
    """The initial values of a form that edits a contribution. Refuses `contribution_unknown`."""
    row = session.get(Contribution, contribution_id)
    if row is None:
        raise Refusal("contribution_unknown", contribution=contribution_id)
    return submission_of(session, row)


# --- topics and forums ---------------------------------------------------------------------------


def topics(session: Session, event: Event) -> list[TopicSnapshot]:
    """The tree of the event's topics as it is, also those retired."""
    return tree(session.exec(select(Topic).where(Topic.event_id == event.id)))


def open_doors(session: Session, event: Event) -> dict[int, str]:
    """Item id to the token of its address for telephones, of the forums that take questions now."""
    latest = newest(PhoneQuestions, PhoneQuestions.item_id)
    rows = session.exec(
        select(PhoneQuestions)
        .join(ProgrammeItem, col(ProgrammeItem.id) == col(PhoneQuestions.item_id))
        .where(ProgrammeItem.event_id == event.id, col(PhoneQuestions.id).in_(latest))
    )
    return {row.item_id: row.token for row in rows if not row.closed}


def forum_ids(session: Session, event: Event) -> set[int]:
    """The ids of the items that take contributions: forums, and what has a rapporteur."""
    keys = select(Person.item_key).where(
        Person.event_slug == event.slug,
        Person.role == "rapporteur",
        col(Person.retired).is_(False),
    )
    rows = session.exec(
        select(ProgrammeItem.id).where(
            ProgrammeItem.event_id == event.id,
            col(ProgrammeItem.cancelled).is_(False),
            (col(ProgrammeItem.kind) == "forum") | col(ProgrammeItem.key).in_(keys),
        )
    )
    return set(rows)
