"""The rehearsal: a scenario performed through the same commands that people use, up to what its clock shows."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path

from sqlmodel import Session, select

from data import incidents, media, programme
from data.access import people
from data.attendance import commands
from data.commands import Command, Origin, execute
from data.events.clock import clock_of, keep_clock
from data.events.current import require_event
from data.events.files import Row, read_csv
from data.events.loading import SAMPLE, load_event
from data.plan.history import first_days
from data.readiness import tasks
from data.reviews import commands as reviews_commands
from data.reviews import directives
from data.roll_calls import commands as roll_calls_commands
from data.roll_calls.queries import newest_answer
from models.access.people import Person, require_may
from models.attendance.badges import badge_code
from models.events.event import Event, require_rehearsal, zone
from models.incidents import Entry, EntryStatus
from models.media import MediaItem
from models.programme import ProgrammeItem
from models.readiness.tasks import Section, Status, Task
from models.refusals import Refusal
from models.rehearsal import RehearsalProgress
from models.reviews.directives import Directive, Kind
from models.roll_calls import Answer, RollCall

log = logging.getLogger(__name__)

COMMANDS = (
    "report_status",
    "confirm_section",
    "set_headline",
    "open_entry",
    "update_entry",
    "start_item",
    "finish_item",
    "publish_media",
    "hold_review",
    "open_roll_call",
    "answer_roll_call",
    "end_roll_call",
    "give_directive",
    "acknowledge_directive",
    "report_directive",
)
ROLL_CALL_HOLDS = 30  # minutes, of the scenario's roll-calls
ARRIVALS = ("present", "excused", "substitute")


@dataclass(frozen=True)
class Step:
    """One row of the scenario: at a moment, somebody gives a command."""

    at: datetime
    by: str
    command: str
    row: Row

    @property
    def place(self) -> str:
        return f"{self.row.file}:{self.row.line}"


@cache
def scenario(folder: Path, first_day, time_zone) -> tuple[Step, ...]:
    """The steps of `scenario.csv` and `arrivals.csv` by moment; none where an event has no such files.

    Refuses a malformed line with file, line and field.
    """
    acts, arrivals = [], []
    if (folder / "scenario.csv").exists():
        acts = read_csv(
            folder, "scenario.csv", ("when", "by", "command", "subject", "section", "value", "text")
        )
    if (folder / "arrivals.csv").exists():
        arrivals = read_csv(folder, "arrivals.csv", ("when", "by", "item", "badge", "kind", "text"))
    steps = [(row, row.one_of("command", COMMANDS)) for row in acts] + [
        (row, row.one_of("kind", ARRIVALS)) for row in arrivals
    ]
    made = [
        Step(
            at=row.moment("when", first_day=first_day, time_zone=time_zone),
            by=row.required("by"),
            command=command,
            row=row,
        )
        for row, command in steps
    ]
    return tuple(
        sorted(made, key=lambda step: step.at.replace(tzinfo=None))
    )  # an order that no move of the event changes


def steps_of(event: Event) -> tuple[Step, ...]:
    return scenario(Path(event.folder), event.first_day, zone(event))


def start_run(
    session: Session,
    *,
    real: datetime,
    folder: Path = SAMPLE,
    speed: float = 1.0,
    resume_speed: float = 1.0,
    until: datetime | None = None,
) -> Event:
    """Loads a folder's event as a new run and performs its scenario up to `until` (by default where its rehearsal starts).

    Refuses what `load_event` refuses, and a scenario that names somebody or something unknown, also further on.
    """
    event = load_event(session, folder, rehearsal=True, now=real)
    opening = until or event.rehearsal_starts
    session.add(RehearsalProgress(event_id=event.id))
    keep_clock(
        session,
        event,
        event_at=opening,
        speed=speed,
        resume_speed=speed or resume_speed,
        real=real,
        by=None,
    )
    cast = Cast(session, event)
    for step in steps_of(event):
        cast.order(step)
    perform_due(session, event, until=opening)
    return event


def restart(session: Session, *, by: Person, real: datetime) -> Event:
    """Begins the rehearsal anew, as a new run; the old one's facts stay."""
    event = _require_player(session, by)
    clock = clock_of(session, event)
    return start_run(
        session, real=real, folder=Path(event.folder), speed=clock.speed or clock.resume_speed
    )


def jump(session: Session, *, to: datetime, by: Person, real: datetime) -> Event:
    """Sets the rehearsal's clock to a moment, and performs what lies between; back in time means a new run up to there."""
    event = _require_player(session, by)
    clock = clock_of(session, event)
    steps, loaded = steps_of(event), _as_loaded(session, event)
    first = loaded[0].at if loaded else event.rehearsal_starts
    last = max(steps[-1].at if steps else first, clock.shows(real))
    if not first <= to <= last:
        raise Refusal("jump_outside", first=first, last=last)
    if to < clock.shows(real):
        return start_run(
            session,
            real=real,
            folder=Path(event.folder),
            speed=clock.speed,
            resume_speed=clock.resume_speed,
            until=to,
        )
    keep_clock(
        session,
        event,
        event_at=to,
        speed=clock.speed,
        resume_speed=clock.resume_speed,
        real=real,
        by=by,
    )
    perform_due(session, event, until=to)
    return event


def _as_loaded(session: Session, event: Event) -> tuple[Step, ...]:
    """The steps as a new run would perform them: by the days of the files, wherever the event was moved since."""
    return scenario(Path(event.folder), first_days(session, event)[0], zone(event))


def _require_player(session: Session, by: Person) -> Event:
    require_may(by, "set_clock")
    event = require_event(session)
    require_rehearsal(event)
    return event


def next_moment(session: Session, event: Event) -> datetime | None:
    """When the next step falls due; None after the last one."""
    progress = session.get(RehearsalProgress, event.id)
    steps = steps_of(event)
    return steps[progress.performed].at if progress and progress.performed < len(steps) else None


def perform_due(session: Session, event: Event, *, until: datetime, most: int | None = None) -> int:
    """Performs the steps due up to a moment, at most `most`; returns how many.

    Progress moves in the same transaction, so that a step happens once however often the player is killed. A step that the
    rules refuse (somebody may have done it by hand already) is passed over.
    """
    query = (
        select(RehearsalProgress).where(RehearsalProgress.event_id == event.id).with_for_update()
    )
    progress = session.exec(query.execution_options(populate_existing=True)).one()
    event = session.get(
        Event, event.id
    )  # the steps go by its days, and whoever calls may have read them before it was moved
    cast = Cast(session, event)
    done = 0
    for step in steps_of(event)[progress.performed :]:
        if step.at > until or done == most:
            break
        try:
            cast.perform(step)
        except Refusal as refusal:
            log.info("rehearsal step %s passed over: %s", step.place, refusal.code)
        done += 1
    progress.performed += done
    session.add(progress)
    return done


class Cast:
    """Who and what the scenario's keys stand for in one run, and the commands that its steps give."""

    def __init__(self, session: Session, event: Event) -> None:
        self.session = session
        self.event = event
        self.people = {person.key: person for person in people.people(session)}
        self.sections = self._ids(Section, Section.key)
        self.tasks = self._ids(Task, Task.number)
        self.items = self._ids(ProgrammeItem, ProgrammeItem.key)
        self.media = self._ids(MediaItem, MediaItem.key)

    def _ids(self, table, key) -> dict[str, int]:
        rows = self.session.execute(select(key, table.id).where(table.event_id == self.event.id))
        return {str(name): number for name, number in rows}

    def idempotency_key(self, step: Step) -> str:
        """The same for the same step of the same run, so that a step can never count twice."""
        return f"rehearsal-{self.event.id}-{step.place}"

    def opened(self, step: Step, table: type[Entry | Directive | RollCall], *, by: str) -> int:
        """The row that an earlier step of this run opened by a command under the same reference; 0 while it was not performed."""
        reference = step.row.required("subject")
        acts = (
            act
            for act in steps_of(self.event)
            if act.command == by and act.row.text("subject") == reference
        )
        opened = next(acts, None)
        if opened is None:
            raise step.row.refuse("subject", "unknown_key")
        found = self.session.exec(
            select(table).where(table.idempotency_key == self.idempotency_key(opened))
        ).first()
        return found.id if found else 0

    def perform(self, step: Step) -> None:
        command, facts = self.order(step)
        if not isinstance(command, Command):
            command(self.session, **facts)
            return
        by, at, key = facts.pop("by"), facts.pop("now"), facts.pop("idempotency_key")
        origin = Origin(by, idempotency_key=key, at=at)
        execute(self.session, origin, command, **facts)

    def order(self, step: Step) -> tuple[Callable, dict]:
        """The command that a step gives and its facts. Refuses a name that stands for nothing, with file, line and field."""
        row = step.row
        who = {"by": row.known("by", self.people), "now": step.at}
        if step.command in ARRIVALS:
            return self._arrival(step, who)
        once = {"idempotency_key": self.idempotency_key(step), **who}
        words = row.text("text")
        match step.command:
            case "report_status":
                status = row.one_of("value", list(Status))
                return tasks.report_status, {
                    "task_id": row.known("subject", self.tasks),
                    "status": status,
                    "note": words,
                    **once,
                }
            case "confirm_section":
                return tasks.confirm_section, {
                    "section_id": row.known("subject", self.sections),
                    **once,
                }
            case "set_headline":
                section_id = row.known("subject", self.sections)
                return tasks.set_headline, {"section_id": section_id, "headline": words, **once}
            case "open_entry":
                facts = {
                    "section_id": row.known("section", self.sections),
                    "priority": row.whole("value"),
                }
                return incidents.open_entry, {"text": words, **facts, **once}
            case "update_entry":
                status = row.one_of("value", list(EntryStatus))
                return incidents.update_entry, {
                    "entry_id": self.opened(step, Entry, by="open_entry"),
                    "status": status,
                    "text": words,
                    **once,
                }
            case "start_item":
                return programme.start_item, {"item_id": row.known("subject", self.items), **once}
            case "finish_item":
                return programme.finish_item, {"item_id": row.known("subject", self.items), **once}
            case "publish_media":
                return media.publish_media, {"media_id": row.known("subject", self.media), **once}
            case "open_roll_call" | "answer_roll_call" | "end_roll_call":
                return self._roll_call(step, once)
            case "give_directive":
                return directives.give_directive, {**self._order(row), "text": words, **once}
            case "acknowledge_directive":
                return directives.acknowledge_directive, {
                    "directive_id": self.opened(step, Directive, by="give_directive"),
                    **once,
                }
            case "report_directive":
                return directives.report_directive, {
                    "directive_id": self.opened(step, Directive, by="give_directive"),
                    "note": words,
                    **once,
                }
            case _:
                return reviews_commands.sign_review, {
                    "conclusion": words,
                    "number": row.text("value") or None,
                    **once,
                }

    def _order(self, row: Row) -> dict:
        due_at = row.moment("value", first_day=self.event.first_day, time_zone=zone(self.event))
        owner = {"section_id": row.known("section", self.sections), "office_id": None}
        return {"kind": Kind.DIRECTIVE.value, "why": "", "due_at": due_at, **owner}

    def _roll_call(self, step: Step, once: dict) -> tuple[Callable, dict]:
        row, words = step.row, step.row.text("text")
        if step.command == "open_roll_call":
            about_at = row.moment(
                "value", first_day=self.event.first_day, time_zone=zone(self.event)
            )
            asked = row.known_all("section", self.sections)
            facts = {
                "question": words,
                "about_at": about_at,
                "holds_minutes": ROLL_CALL_HOLDS,
                "section_ids": asked,
            }
            return roll_calls_commands.open_roll_call, {**facts, **once}
        call_id = self.opened(step, RollCall, by="open_roll_call")
        if step.command == "end_roll_call":
            return roll_calls_commands.end_roll_call, {"roll_call_id": call_id, **once}
        which = {"roll_call_id": call_id, "section_id": row.known("section", self.sections)}
        seen = newest_answer(self.session, **which)
        said = {"answer": row.one_of("value", list(Answer)), "words": words, "seen": seen}
        return roll_calls_commands.answer_roll_call, {**which, **said, **once}

    def _arrival(self, step: Step, who: dict) -> tuple[Callable, dict]:
        row = step.row
        badge = row.checked("badge", badge_code)
        scan = {
            "badge": badge,
            "item_id": row.known("item", self.items),
            "idempotency_key": self.idempotency_key(step),
            **who,
        }
        if step.command == "excused":
            return commands.excuse, {"reason": row.required("text"), **scan}
        if step.command == "substitute":
            return commands.admit_substitute, {"substitute": row.required("text"), **scan}
        return commands.admit, scan
