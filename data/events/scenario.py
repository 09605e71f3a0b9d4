"""The scenario of an event's rehearsal: the steps that its files describe, and which is next."""

from dataclasses import dataclass
from datetime import date, datetime
from functools import cache, cached_property
from pathlib import Path
from zoneinfo import ZoneInfo

from sqlmodel import Session

from data.files import Problems, Row, read_csv
from models.events.event import Event, zone
from models.refusals import Refusal
from models.rehearsal import RehearsalProgress

SCENARIO, ARRIVALS, CONTRIBUTIONS = "scenario.csv", "arrivals.csv", "contributions.csv"
COLUMNS = {
    SCENARIO: ("when", "by", "command", "subject", "section", "value", "text"),
    ARRIVALS: ("when", "by", "item", "badge", "kind", "text"),
    CONTRIBUTIONS: (
        "when",
        "by",
        "command",
        "subject",
        "forum",
        "topic",
        "into",
        "unit",
        "office",
        "field",
        "body",
        "level",
        "kind",
        "text",
        "until",
    ),
}
NAMED_IN = {SCENARIO: "command", ARRIVALS: "kind", CONTRIBUTIONS: "command"}
"""The field of each file that names the command."""


@dataclass(frozen=True)
class Step:
    """One row of the scenario: at a moment, a person gives a command."""

    at: datetime
    by: str
    row: Row

    @cached_property
    def command(self) -> str:
        """The scenario's name of the command; `data.rehearsal.acts` knows which it stands for."""
        return self.row.text(NAMED_IN[self.row.file])

    @property
    def place(self) -> str:
        return f"{self.row.file}:{self.row.line}"


@cache
def scenario(folder: Path, first_day: date, time_zone: ZoneInfo) -> tuple[Step, ...]:
    """The steps of the files of `COLUMNS` by moment; none where there are no such files.

    Refuses a malformed line with file, line and field.
    """
    steps = [
        Step(
            at=row.moment("when", first_day=first_day, time_zone=time_zone),
            by=row.required("by"),
            row=row,
        )
        for name, columns in COLUMNS.items()
        if (folder / name).exists()
        for row in read_csv(folder, name, columns)
    ]
    # By local time: an order that no move of the event changes.
    return tuple(sorted(steps, key=lambda step: step.at.replace(tzinfo=None)))


def check_scenario(folder: Path, event: Event, problems: Problems) -> None:
    """Note what `scenario` refuses of a folder's files, each line's moment and person."""
    for name, columns in COLUMNS.items():
        if not (folder / name).exists():
            continue
        try:
            rows = read_csv(folder, name, columns, optional=True, problems=problems)
        except Refusal as refusal:
            problems.note(refusal)
            continue
        for row in rows:
            row.moment("when", first_day=event.first_day, time_zone=zone(event))
            row.required("by")


def steps_of(event: Event) -> tuple[Step, ...]:
    """The steps by moment, by the event's days as they are planned now."""
    return scenario(Path(event.folder), event.first_day, zone(event))


def next_moment(session: Session, event: Event) -> datetime | None:
    """When the next step falls due; None after the last one, and where there is no rehearsal."""
    progress = session.get(RehearsalProgress, event.id)
    steps = steps_of(event)
    return steps[progress.performed].at if progress and progress.performed < len(steps) else None
