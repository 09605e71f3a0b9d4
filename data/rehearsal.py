"""The rehearsal: its clock, and the scenario performed by the commands that people use."""

import inspect
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache, cached_property
from pathlib import Path
from typing import Any, TypeVar

from sqlmodel import Session, select

from data import incidents
from data.access import people
from data.access.events import event_by_id, require_real_sign_in
from data.answers import commands as answers_commands
from data.answers.queries import petition_by_number
from data.attendance import commands
from data.commands import Command, Context, Origin, command, execute, registered
from data.contributions import commands as contributions
from data.contributions import topics
from data.distribution import commands as distribution_commands
from data.distribution.links import acknowledge_link, give_links, link_of
from data.distribution.synthesis import outgoing_synthesis
from data.events.clock import record_setting
from data.events.copied import copy_event
from data.events.current import current_event, record_choice, record_state
from data.events.listed import replace_earlier
from data.events.loading import SAMPLE, load_event
from data.events.scenario import (
    ARRIVALS,
    CONTRIBUTIONS,
    NAMED_IN,
    SCENARIO,
    Step,
    scenario,
    steps_of,
)
from data.plan.history import first_days
from data.readiness import tasks
from data.reviews import commands as reviews_commands
from data.reviews import directives
from data.roll_calls import commands as roll_calls_commands
from data.roll_calls.queries import newest_answer
from data.script import papers as script_papers
from data.script import rooms as script_rooms
from data.storage import changes
from data.synthesis import commands as synthesis_commands
from data.synthesis.queries import version_in_force, versions_at
from models.access.people import Person
from models.answers.answers import AnswerKind, Entered, Letter
from models.attendance.badges import badge_code
from models.attendance.ledger import Delegate, Delegation
from models.contributions.contributions import (
    Channel,
    Contribution,
    ContributionKind,
    State,
    Submission,
)
from models.contributions.contributions import Step as ContributionStep
from models.contributions.topics import TopicChange, TopicPlan
from models.distribution.ledger import Channel as Delivery
from models.distribution.ledger import Distribution, DocumentKind, OutgoingDocument
from models.events.event import (
    Event,
    EventState,
    Venue,
    View,
    is_taken_over,
    require_origin,
    require_rehearsal,
    require_speed,
    zone,
)
from models.incidents import Entry, EntryStatus
from models.media import MediaItem
from models.programme import ProgrammeItem
from models.readiness.tasks import Section, Status, Task
from models.refusals import Refusal
from models.rehearsal import RehearsalProgress, reach
from models.reviews.directives import Directive, Kind
from models.roll_calls import Answer, RollCall
from models.script.papers import PaperChange, PaperMarkKind, PaperPlan
from models.synthesis.paragraphs import MAX_POSITION, Paragraph, Part
from models.text import both

log = logging.getLogger(__name__)

ROLL_CALL_HOLDS = 30  # minutes, of the scenario's roll-calls

Opened = TypeVar(
    "Opened", Entry, Directive, RollCall, Contribution, TopicChange, Distribution, PaperChange
)
Named = TypeVar("Named", Section, Task, ProgrammeItem, MediaItem, Delegation, Venue)
Facts = Mapping[str, object]


# --- the clock -----------------------------------------------------------------------------------


@command("set_clock", topic="clock", subject="clock")
def pause_clock(ctx: Context) -> None:
    """Stop the rehearsal's clock at what it shows. Refuses `not_a_rehearsal`."""
    _require_player(ctx)
    clock = ctx.clock
    _set_clock(
        ctx,
        event_at=clock.shows(ctx.real),
        speed=0.0,
        resume_speed=clock.speed or clock.resume_speed,
    )


@command("set_clock", topic="clock", subject="clock")
def run_clock(ctx: Context, *, speed: float) -> None:
    """Run the rehearsal's clock at `speed`. Refuses `not_a_rehearsal` and `speed_unknown`."""
    _require_player(ctx)
    require_speed(speed)
    _set_clock(ctx, event_at=ctx.clock.shows(ctx.real), speed=speed, resume_speed=speed)


@command("set_clock", topic="clock", subject="clock")
def jump(ctx: Context, *, to: datetime) -> Event:
    """Set the rehearsal's clock to a moment and perform what lies between.

    Back in time means a new run up to there. Refuses `not_a_rehearsal` and `jump_outside`.
    """
    _require_player(ctx)
    event, clock = ctx.event, ctx.clock
    now = clock.shows(ctx.real)
    _require_inside(ctx, to, now=now)
    if to < now:
        speeds = {"speed": clock.speed, "resume_speed": clock.resume_speed}
        return _run_again(ctx, until=to, **speeds)
    _set_clock(ctx, event_at=to, speed=clock.speed, resume_speed=clock.resume_speed)
    _perform_until(ctx.session, to, real=ctx.real)
    return event


@command("set_clock", topic="clock", subject="clock")
def restart(ctx: Context) -> Event:
    """Begin the rehearsal again, as a new run; the facts of the old one stay.

    Refuses `not_a_rehearsal`.
    """
    _require_player(ctx)
    clock = ctx.clock
    return _run_again(ctx, speed=clock.speed or clock.resume_speed)


def _run_again(ctx: Context, **clock: Any) -> Event:
    """A new run: of a trial from what its origin holds by now, of any other from its files."""
    event = ctx.event
    if not event.is_trial:
        return start_run(ctx.session, real=ctx.real, folder=Path(event.folder), **clock)
    origin = ctx.session.get_one(Event, event.origin_id)
    return start_trial(ctx.session, origin, real=ctx.real, **clock)


def _require_player(ctx: Context) -> None:
    ctx.require()
    require_rehearsal(ctx.event)


def _require_inside(ctx: Context, to: datetime, *, now: datetime) -> None:
    """Refuses a moment before the first step or after both the last one and now.

    A new run performs the steps by the days of the files, wherever the event was moved since. A
    trial, which has none, goes anywhere within a year of the event.
    """
    event = ctx.event
    if event.is_trial:
        first, last = reach(event)
        if not first <= to <= last:
            raise Refusal("jump_outside", first=first, last=last)
        return
    steps = steps_of(event)
    loaded = scenario(Path(event.folder), first_days(ctx.session, event)[0], zone(event))
    first = loaded[0].at if loaded else _opening(event)
    last = max(steps[-1].at if steps else first, now)
    if not first <= to <= last:
        raise Refusal("jump_outside", first=first, last=last)


def _set_clock(ctx: Context, *, event_at: datetime, speed: float, resume_speed: float) -> None:
    record_setting(
        ctx.session,
        ctx.event,
        event_at=event_at,
        speed=speed,
        resume_speed=resume_speed,
        real=ctx.real,
        by=ctx.by,
        sign_in_id=ctx.origin.sign_in_id,
    )


# --- a run ---------------------------------------------------------------------------------------


def start_run(
    session: Session,
    *,
    real: datetime,
    folder: Path = SAMPLE,
    speed: float = 1.0,
    resume_speed: float = 1.0,
    until: datetime | None = None,
) -> Event:
    """Loads a folder's event as a new run and performs its scenario up to `until`.

    `until` None: up to where its rehearsal starts. Refuses what `load_event` refuses, and a
    scenario that names anything unknown, also further on.
    """
    event = load_event(session, folder, rehearsal=True, now=real)
    opening = until or _opening(event)
    session.add(RehearsalProgress(event_id=event.id))
    record_setting(
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
    _perform_until(session, opening, real=real)
    return event


def start_trial(
    session: Session,
    origin: Event,
    *,
    real: datetime,
    speed: float = 1.0,
    resume_speed: float = 1.0,
    until: datetime | None = None,
) -> Event:
    """Makes a trial of a real event from what it holds now, and returns it; `until` is what its
    clock shows at first, else the real time.

    A former trial is archived. The new one becomes current where the former was, and nowhere else.
    """
    current = current_event(session)
    event = copy_event(session, origin, now=real)
    record_state(session, event, EventState(event.state), now=real, by=None)
    replace_earlier(session, event, now=real)
    if is_taken_over(current, event):
        record_choice(session, event, now=real, by=None)
    moment, again = until or real, speed or resume_speed
    record_setting(
        session, event, event_at=moment, speed=speed, resume_speed=again, real=real, by=None
    )
    what = {"command": "make_trial", "slug": event.slug, "run": event.run}
    changes.note_of_event(session, event_id=event.id, at=real, what=what)
    session.flush()
    session.expunge(event)
    return event


@command("make_trial", topic="event", subject="state")
def make_trial(ctx: Context, *, event_id: int) -> Event:
    """Make a trial of a real event from what it holds now; it stays aside until it is chosen.

    Refuses `event_unknown`, `trial_of_rehearsal`, `event_is_over`, and `not_permitted` also from a
    rehearsal's sign-in, which anyone may have.
    """
    ctx.require()
    require_real_sign_in(ctx)
    origin = event_by_id(ctx.session, event_id)
    require_origin(origin)
    made = start_trial(ctx.session, origin, real=ctx.real)
    ctx.note(origin.id, name=both(origin, "short_name"), run=made.run)
    return made


@command("remove_trial", topic="event", subject="state", permission="make_trial", when_over=True)
def remove_trial(ctx: Context, *, event_id: int) -> None:
    """Put a trial away: it is listed no more. What was recorded in it stays until the event is
    erased.

    Refuses `event_unknown`, `not_a_trial`, `event_is_current` and, from a rehearsal's sign-in,
    `not_permitted`.
    """
    ctx.require()
    require_real_sign_in(ctx)
    event = event_by_id(ctx.session, event_id)
    if not event.is_trial:
        raise Refusal("not_a_trial", name=both(event, "short_name"))
    if event.id == ctx.event.id:
        raise Refusal("event_is_current", name=both(event, "short_name"))
    record_state(ctx.session, event, EventState.ARCHIVED, now=ctx.real, by=ctx.by)
    ctx.note(event.id, name=both(event, "short_name"))


def _opening(event: Event) -> datetime:
    if event.rehearsal_starts is None:
        raise Refusal("not_a_rehearsal")
    return event.rehearsal_starts


def _perform_until(session: Session, moment: datetime, *, real: datetime) -> None:
    execute(session, Origin(at=moment, real=real), perform_due)


@command("perform_due", topic="clock", subject="clock")
def perform_due(ctx: Context, *, most: int | None = None) -> int:
    """Perform the scenario's steps due by now, at most `most`; the answer is how many.

    Progress moves in the same transaction, so that a step happens once however often the player is
    killed. A step that the rules refuse is passed over: a person may have done it by hand already.
    """
    query = select(RehearsalProgress).where(RehearsalProgress.event_id == ctx.event.id)
    fresh = query.with_for_update().execution_options(populate_existing=True)
    progress = ctx.session.exec(fresh).first()
    if progress is None:  # a real event took the rehearsal's place meanwhile
        return 0
    rest = steps_of(ctx.event)[progress.performed :]
    due = [step for step in rest if step.at <= ctx.at][:most]
    cast = Cast(ctx.session, ctx.event)
    for step in due:
        try:
            cast.perform(step)
        except Refusal as refusal:
            log.info("rehearsal step %s passed over: %s", step.place, refusal.code)
    progress.performed += len(due)
    ctx.session.add(progress)
    return len(due)


# --- a step --------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Order:
    """The command that a step gives: from where, and with which facts."""

    command: Command[..., Any]
    origin: Origin
    facts: Facts


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
        """The fact of that earlier step; None while it is not performed."""
        reference = step.row.required(field)
        found = (self._openings.get((one, reference)) for one in by)
        opening = next((one for one in found if one is not None), None)
        if opening is None:
            raise step.row.refuse(field, "unknown_key")
        key = self.idempotency_key(opening)
        return self.session.exec(select(table).where(table.idempotency_key == key)).first()

    @cached_property
    def _openings(self) -> dict[tuple[str, str], Step]:
        """The first step of each command about each reference."""
        last_first = reversed(steps_of(self.event))
        return {(step.command, step.row.text("subject")): step for step in last_first}

    def paper(self, step: Step) -> int:
        """The paper that an earlier step registered under the same reference; 0 before that."""
        registered = self.opening_fact(step, PaperChange, "register_paper")
        return registered.paper_id if registered else 0

    def moment(self, step: Step, field: str) -> datetime:
        first_day, time_zone = self.event.first_day, zone(self.event)
        return step.row.moment(field, first_day=first_day, time_zone=time_zone)

    def order(self, step: Step) -> Order:
        """The command that a step gives.

        Refuses a name that stands for nothing, with file, line and field.
        """
        acts = acts_of(step.row.file)
        act = acts[step.row.one_of(NAMED_IN[step.row.file], acts)]
        by = step.row.known("by", self.people)
        origin = Origin(by, idempotency_key=self.idempotency_key(step), at=step.at)
        return Order(act.command, origin, act.facts(self, step))

    def perform(self, step: Step) -> None:
        order = self.order(step)
        execute(self.session, order.origin, order.command, **order.facts)


# --- the commands that a step can give -----------------------------------------------------------


@dataclass(frozen=True)
class Act:
    """A command of the scenario, and how its facts are read from a row."""

    command: Command[..., Any]
    facts: Callable[[Cast, Step], Facts]


def _status(cast: Cast, step: Step) -> Facts:
    return {
        "status": step.row.one_of("value", list(Status)),
        "task_id": step.row.known("subject", cast.tasks),
        "note": step.row.text("text"),
    }


def _section(cast: Cast, step: Step) -> Facts:
    return {"section_id": step.row.known("subject", cast.sections)}


def _delegation(cast: Cast, step: Step) -> Facts:
    return {"delegation_id": step.row.known("subject", cast.delegations)}


def _headline(cast: Cast, step: Step) -> Facts:
    return {**_section(cast, step), "headline": step.row.text("text")}


def _entry(cast: Cast, step: Step) -> Facts:
    return {
        "section_id": step.row.known("section", cast.sections),
        "priority": step.row.whole("value"),
        "text": step.row.text("text"),
    }


def _entry_step(cast: Cast, step: Step) -> Facts:
    return {
        "status": step.row.one_of("value", list(EntryStatus)),
        "entry_id": cast.opened(step, Entry, "open_entry"),
        "text": step.row.text("text"),
    }


def _item(cast: Cast, step: Step) -> Facts:
    return {"item_id": step.row.known("subject", cast.items)}


def _media(cast: Cast, step: Step) -> Facts:
    return {"media_id": step.row.known("subject", cast.media)}


def _review(_cast: Cast, step: Step) -> Facts:
    return {"conclusion": step.row.text("text"), "number": step.row.text("value") or None}


def _venue(cast: Cast, step: Step) -> Facts:
    return {"venue_id": step.row.known("subject", cast.venues)}


def _message(cast: Cast, step: Step) -> Facts:
    return {**_venue(cast, step), "text": step.row.text("text")}


def _paper(cast: Cast, step: Step) -> Facts:
    """A paper `item/2` is the second one of an item; `value`: its minutes, `text`: who; title."""
    item, _, place = step.row.required("subject").rpartition("/")
    if item not in cast.items or not place.isdecimal():
        raise step.row.refuse("subject", "unknown_key")
    who, _, title = step.row.text("text").partition(";")
    plan = PaperPlan(who, title, step.row.whole("value"), int(place))
    return {"item_id": cast.items[item], "plan": plan}


def _paper_mark(cast: Cast, step: Step) -> Facts:
    return {
        "paper_id": cast.paper(step),
        "mark": step.row.one_of("value", list(PaperMarkKind)),
    }


def _roll_call(cast: Cast, step: Step) -> Facts:
    return {
        "question": step.row.text("text"),
        "about_at": cast.moment(step, "value"),
        "holds_minutes": ROLL_CALL_HOLDS,
        "section_ids": step.row.known_all("section", cast.sections),
    }


def _opened_roll_call(cast: Cast, step: Step) -> dict[str, int]:
    return {"roll_call_id": cast.opened(step, RollCall, "open_roll_call")}


def _roll_call_answer(cast: Cast, step: Step) -> Facts:
    section = step.row.known("section", cast.sections)
    where = {**_opened_roll_call(cast, step), "section_id": section}
    return {
        **where,
        "answer": step.row.one_of("value", list(Answer)),
        "words": step.row.text("text"),
        "seen": newest_answer(cast.session, **where),
    }


def _directive(cast: Cast, step: Step) -> Facts:
    return {
        "kind": Kind.DIRECTIVE.value,
        "text": step.row.text("text"),
        "why": "",
        "due_at": cast.moment(step, "value"),
        "section_id": step.row.known("section", cast.sections),
        "office_id": None,
    }


def _opened_directive(cast: Cast, step: Step) -> Facts:
    return {"directive_id": cast.opened(step, Directive, "give_directive")}


def _directive_report(cast: Cast, step: Step) -> Facts:
    return {**_opened_directive(cast, step), "note": step.row.text("text")}


def _nothing(_cast: Cast, _step: Step) -> Facts:
    return {}


def _paragraph(_cast: Cast, step: Step) -> Facts:
    part = step.row.one_of("value", list(Part))
    return {"paragraph": Paragraph(step.row.text("text"), part=part, position=MAX_POSITION)}


def _newest_version(cast: Cast, step: Step) -> Facts:
    versions = versions_at(cast.session, cast.event, View(step.at))
    return {"digest": versions[-1].digest if versions else ""}


def _noted(cast: Cast, step: Step) -> Facts:
    return {**_newest_version(cast, step), "note": step.row.required("text")}


def _parts(step: Step, number: int) -> list[str]:
    """The parts of a text between semicolons, the last one with any others in it."""
    parts = [part.strip() for part in step.row.text("text").split(";", number - 1)]
    if len(parts) < number:
        raise step.row.refuse("text", "parts_missing", number=number)
    return parts


def _local_day(cast: Cast, step: Step) -> date:
    return cast.moment(step, "value").date()


def _petition(cast: Cast, step: Step) -> Facts:
    body, level, text = _parts(step, 3)
    section_id = step.row.known("section", cast.sections)
    due_on = _local_day(cast, step)
    return {"entered": Entered(text, body, level, due_on, section_id=section_id)}


def _answer(cast: Cast, step: Step) -> Facts:
    """The value is the day that a roadmap promises; without one the petition is answered."""
    number, signer, text = _parts(step, 3)
    promised = _local_day(cast, step) if step.row.text("value") else None
    kind = AnswerKind.ROADMAP if promised else AnswerKind.ANSWERED
    signed_on = step.at.astimezone(zone(cast.event)).date()
    letter = Letter(kind.value, text, number, signed_on, signer, promised)
    petition = petition_by_number(cast.session, cast.event, step.row.whole("subject"))
    return {"petition_id": petition, "letter": letter}


def _scan(cast: Cast, step: Step) -> Facts:
    return {
        "badge": step.row.checked("badge", badge_code, ""),
        "item_id": step.row.known("item", cast.items),
    }


def _excuse(cast: Cast, step: Step) -> Facts:
    return {**_scan(cast, step), "reason": step.row.required("text")}


def _substitute(cast: Cast, step: Step) -> Facts:
    return {**_scan(cast, step), "substitute": step.row.required("text")}


# --- contributions -------------------------------------------------------------------------------


def _topic(cast: Cast, step: Step, field: str) -> int | None:
    """The topic that an earlier step added under this reference; None for none."""
    if not step.row.text(field):
        return None
    fact = cast.opening_fact(step, TopicChange, "add_topic", field=field)
    return fact.topic_id if fact else None


def _new_topic(cast: Cast, step: Step) -> Facts:
    return {"plan": TopicPlan(step.row.required("text"), parent_id=_topic(cast, step, "into"))}


def _orientation(cast: Cast, step: Step) -> Facts:
    return {"item_id": step.row.known("forum", cast.items), "text": step.row.required("text")}


def _submission(cast: Cast, step: Step) -> Submission:
    row = step.row
    return Submission(
        text=row.required("text"),
        kind=row.one_of("kind", list(ContributionKind)),
        item_id=row.known("forum", cast.items) if row.text("forum") else None,
        topic_id=_topic(cast, step, "topic"),
        unit_id=row.known("unit", cast.delegations),
        **{name: row.text(name) for name in ("office", "field", "body", "level")},
    )


def _registered(cast: Cast, step: Step) -> Facts:
    return {"submission": _submission(cast, step), "channel": Channel.UNIT.value}


def _asked(cast: Cast, step: Step) -> Facts:
    channel = Channel.FORUM.value
    return {"submission": _submission(cast, step), "channel": channel, "asked": True}


OPENED = ("register_contribution", "ask_contribution")


def _led_to(state: State) -> Callable[[Cast, Step], Facts]:
    """The facts of a step that leads a contribution to a state."""

    def facts(cast: Cast, step: Step) -> Facts:
        row = step.row
        until = cast.moment(step, "until") if row.text("until") else None
        said = ContributionStep(
            said_by=row.text("office"),
            said=row.text("text"),
            owed_by=row.text("body"),
            owed_level=row.text("level"),
            due_on=until.astimezone(zone(cast.event)).date() if until else None,
        )
        number = cast.opened(step, Contribution, *OPENED)
        return {"contribution_id": number, "state": state.value, "step": said}

    return facts


def _merged(cast: Cast, step: Step) -> Facts:
    return {
        "contribution_id": cast.opened(step, Contribution, *OPENED),
        "into_id": cast.opened(step, Contribution, *OPENED, field="into"),
    }


# --- distribution --------------------------------------------------------------------------------


def _document(cast: Cast, step: Step) -> Facts:
    """A synthesis, on paper and by personal links: no message of a rehearsal leaves. The value is a
    file that lies next to the scenario; without one it is the version that was approved."""
    title = step.row.required("text")
    name = Path(step.row.text("value")).name
    document = _of_folder(cast, step, title, name) if name else _approved(cast, step, title)
    return {"document": document, "channels": (Delivery.PAPER.value, Delivery.LINK.value)}


def _of_folder(cast: Cast, step: Step, title: str, name: str) -> OutgoingDocument:
    file = Path(cast.event.folder) / name
    if not file.is_file():
        raise step.row.refuse("value", "unknown_key")
    return OutgoingDocument(DocumentKind.SYNTHESIS.value, title, name, file.read_bytes())


def _approved(cast: Cast, step: Step, title: str) -> OutgoingDocument:
    """Before one is approved a document without a file, which is refused."""
    approved = version_in_force(cast.session, cast.event, View(step.at))
    if approved is None:
        return OutgoingDocument(DocumentKind.SYNTHESIS.value, title, "", b"")
    return outgoing_synthesis(approved, title)


def _sent(cast: Cast, step: Step) -> dict[str, int]:
    return {"distribution_id": cast.opened(step, Distribution, "distribute")}


def _sent_to(cast: Cast, step: Step) -> dict[str, int]:
    return {**_sent(cast, step), "delegation_id": step.row.known("value", cast.delegations)}


def _copies(cast: Cast, step: Step) -> Facts:
    return {**_sent_to(cast, step), "to_whom": step.row.required("text")}


def _signatures(cast: Cast, step: Step) -> Facts:
    return {**_sent_to(cast, step), "unsigned": step.row.known_all("text", cast.delegates)}


def _receipt(cast: Cast, step: Step) -> dict[str, int]:
    return {**_sent(cast, step), "delegate_id": step.row.known("value", cast.delegates)}


def _link(cast: Cast, step: Step) -> Facts:
    return {"link_id": link_of(cast.session, **_receipt(cast, step))}


def _failure(cast: Cast, step: Step) -> Facts:
    reason = step.row.required("text")
    return {**_receipt(cast, step), "channel": Delivery.PAPER.value, "reason": reason}


ACTS: dict[str, dict[str, Act]] = {
    SCENARIO: {
        "report_status": Act(tasks.report_status, _status),
        "set_headline": Act(tasks.set_headline, _headline),
        "open_entry": Act(incidents.open_entry, _entry),
        "update_entry": Act(incidents.update_entry, _entry_step),
        "hold_review": Act(reviews_commands.sign_review, _review),
        "message_speaker": Act(script_rooms.message_speaker, _message),
        "register_paper": Act(script_papers.register_paper, _paper),
        "mark_paper": Act(script_papers.mark_paper, _paper_mark),
        "open_roll_call": Act(roll_calls_commands.open_roll_call, _roll_call),
        "answer_roll_call": Act(roll_calls_commands.answer_roll_call, _roll_call_answer),
        "end_roll_call": Act(roll_calls_commands.end_roll_call, _opened_roll_call),
        "give_directive": Act(directives.give_directive, _directive),
        "acknowledge_directive": Act(directives.acknowledge_directive, _opened_directive),
        "report_directive": Act(directives.report_directive, _directive_report),
        "gather_paragraphs": Act(synthesis_commands.gather_paragraphs, _nothing),
        "add_paragraph": Act(synthesis_commands.add_paragraph, _paragraph),
        "submit_synthesis": Act(synthesis_commands.submit_synthesis, _nothing),
        "return_synthesis": Act(synthesis_commands.return_synthesis, _noted),
        "approve_synthesis": Act(synthesis_commands.approve_synthesis, _newest_version),
        "register_owed": Act(answers_commands.register_owed, _section),
        "register_petition": Act(answers_commands.register_petition, _petition),
        "record_answer": Act(answers_commands.record_answer, _answer),
        "distribute": Act(distribution_commands.distribute, _document),
        "hand_over_copies": Act(distribution_commands.hand_over_copies, _copies),
        "sign_for_copies": Act(distribution_commands.sign_for_copies, _signatures),
        "record_receipt": Act(distribution_commands.record_receipt, _receipt),
        "fail_delivery": Act(distribution_commands.fail_delivery, _failure),
        "give_links": Act(give_links, _sent_to),
        "acknowledge_link": Act(acknowledge_link, _link),
    },
    ARRIVALS: {
        "present": Act(commands.admit, _scan),
        "excused": Act(commands.excuse, _excuse),
        "substitute": Act(commands.admit_substitute, _substitute),
    },
    CONTRIBUTIONS: {
        "add_topic": Act(topics.add_topic, _new_topic),
        "orient_forum": Act(contributions.orient_forum, _orientation),
        "register_contribution": Act(contributions.register_contribution, _registered),
        "ask_contribution": Act(contributions.register_contribution, _asked),
        "merge_contribution": Act(contributions.merge_contribution, _merged),
        "put_contribution": Act(contributions.step_contribution, _led_to(State.PUT)),
        "mark_asked": Act(contributions.step_contribution, _led_to(State.ASKED)),
        "answer_here": Act(contributions.step_contribution, _led_to(State.ANSWERED_HERE)),
        "owe_answer": Act(contributions.step_contribution, _led_to(State.ANSWER_OWED)),
        "leave_unasked": Act(contributions.step_contribution, _led_to(State.LEFT)),
    },
}
"""By file the commands that its rows give by more than the key of their subject."""

SUBJECTS: dict[str, Callable[[Cast, Step], Facts]] = {
    "section_id": _section,
    "item_id": _item,
    "media_id": _media,
    "venue_id": _venue,
    "delegation_id": _delegation,
}


@cache
def acts_of(file: str) -> dict[str, Act]:
    """What the rows of a file can give, by name.

    In the scenario also every command whose only fact is one of `SUBJECTS`: a new one of that kind
    needs no entry.
    """
    if file != SCENARIO:
        return ACTS[file]
    plain = {}
    for name, one in registered().items():
        _ctx, *facts = inspect.signature(one.function).parameters
        if len(facts) == 1 and facts[0] in SUBJECTS:
            plain[name] = Act(one, SUBJECTS[facts[0]])
    return plain | ACTS[SCENARIO]
