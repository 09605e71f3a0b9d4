"""The people and subjects that a scenario's keys stand for, and how a step's facts are read."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any, TypeVar

from sqlmodel import Session, select

from data.access import people
from data.commands import Command
from data.events.scenario import Step, steps_of
from models.access.people import Person
from models.attendance.ledger import Delegate, Delegation
from models.contributions.contributions import Contribution
from models.contributions.topics import TopicChange
from models.distribution.ledger import Distribution
from models.events.event import Event, Venue, zone
from models.incidents import Entry
from models.media import MediaItem
from models.programme import ProgrammeItem
from models.readiness.tasks import Section, Task
from models.reviews.directives import Directive
from models.roll_calls import RollCall
from models.script.papers import PaperChange

Opened = TypeVar(
    "Opened", Entry, Directive, RollCall, Contribution, TopicChange, Distribution, PaperChange
)
Named = TypeVar("Named", Section, Task, ProgrammeItem, MediaItem, Delegation, Venue)
Facts = Mapping[str, object]


class Cast:
    """The people and subjects that the scenario's keys stand for in one run."""

    def __init__(self, session: Session, event: Event) -> None:
        self.session = session
        self.event = event
        self.people: dict[str, Person] = {person.key: person for person in people.people(session)}
        self.sections = self._ids(Section, "key")
        self.tasks = self._ids(Task, "number")
        self.items = self._ids(ProgrammeItem, "key")
        self.media = self._ids(MediaItem, "key")
        self.delegations = self._ids(Delegation, "code")
        self.venues = self._ids(Venue, "key")

    @cached_property
    def delegates(self) -> dict[str, int]:
        query = select(Delegate.badge, Delegate.id).where(Delegate.event_id == self.event.id)
        return dict(self.session.execute(query).all())

    def _ids(self, table: type[Named], key: str) -> dict[str, int]:
        query = select(getattr(table, key), table.id).where(table.event_id == self.event.id)
        return {str(name): number for name, number in self.session.execute(query)}

    def idempotency_key(self, step: Step) -> str:
        """The same for the same step of the same run, so that a step can never count twice."""
        return f"rehearsal-{self.event.id}-{step.place}"

    def opened(self, step: Step, table: type[Opened], *by: str, field: str = "subject") -> int:
        """The row that an earlier step of this run opened under the same reference, by one of the
        commands `by`.

        0 while that step is not performed.
        """
        row = self.opening_fact(step, table, *by, field=field)
        return row.id if row else 0

    def opening_fact(
        self, step: Step, table: type[Opened], *by: str, field: str = "subject"
    ) -> Opened | None:
        """The fact of that earlier step; None while it is not performed, or was refused."""
        key = self.idempotency_key(self.opening(step, *by, field=field))
        return self.session.exec(select(table).where(table.idempotency_key == key)).first()

    def opening(self, step: Step, *by: str, field: str = "subject") -> Step:
        """The earlier step that gave one of the commands `by` about the reference in a field."""
        reference = step.row.required(field)
        found = (self._openings.get((one, reference)) for one in by)
        opening = next((one for one in found if one is not None), None)
        if opening is None:
            raise step.row.refuse(field, "unknown_key")
        return opening

    @cached_property
    def _openings(self) -> dict[tuple[str, str], Step]:
        """The first step of each command about each reference."""
        last_first = reversed(steps_of(self.event))
        return {(step.command, step.row.text("subject")): step for step in last_first}

    def moment(self, step: Step, field: str) -> datetime:
        first_day, time_zone = self.event.first_day, zone(self.event)
        return step.row.moment(field, first_day=first_day, time_zone=time_zone)


@dataclass(frozen=True)
class Act:
    """A command of the scenario, and how its facts are read from a row."""

    command: Command[..., Any]
    facts: Callable[[Cast, Step], Facts]
