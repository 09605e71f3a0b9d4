"""The event: where and when it takes place, its phases, and the clock that all reads go by."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta, timezone
from enum import StrEnum
from itertools import chain
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import JSON, CheckConstraint, UniqueConstraint, false
from sqlmodel import Column, Field

from models.events.nouns import Nouns, require_nouns
from models.refusals import Refusal
from models.storage import Record, moment_column
from models.text import both, clean, folded, legible

OFFSET = re.compile(r"D([+-]\d{1,4}) (\d{1,2}):(\d{2})(?::(\d{2}))?")
SPEEDS = (1.0, 2.0, 5.0, 20.0, 60.0, 600.0)


class Phase(StrEnum):
    """Weeks before the event, the last two days before it, the event's own days, after them."""

    BEFORE = "before"
    NEAR = "near"
    DURING = "during"
    AFTER = "after"


class EventState(StrEnum):
    """Where an event stands: the first two are worked on, the last two are only read."""

    PREPARING = "preparing"
    RUNNING = "running"
    DONE = "done"
    ARCHIVED = "archived"


OVER = (EventState.DONE, EventState.ARCHIVED)


class Event(Record, table=True):
    """One run of one event. A restarted rehearsal is a new run: the rows of the old one stay.

    The current event is that of the newest `EventChoice`. `state` is that of the newest
    `EventStep`, kept here since every command asks for it. `first_day` is a local date; every due
    date is an offset from it. Between `day_to` and `day_from` (local) no one is asked to confirm
    anything. `folder` holds the files that the event was loaded from, and the scenario of its
    rehearsal. A rehearsal with an `origin_id` is a trial ("Tập thử"): it was made from what that
    event held, and is for the event's own people alone.

    `documents` holds how its documents are headed and signed: `profile` (`party`, `state`, or one
    whose table is stored as `rules`), `parent_vi`, `issuer_vi`, `place_vi` with their English,
    `symbol`, `spelling`, `authority` with `authority_body`, `position`, `signer`, `recipients`,
    and of its reports `addressed`, `basis` and `urgency`; empty where the file says nothing.

    `silence` holds by phase how many minutes after a section falls silent its `lead`, its `deputy`
    and the `command` room are reminded; what the file leaves out follows
    `models.readiness.escalation.DELAYS`.

    `event_noun`, `section_noun`, `forum_noun`: what its sentences call it, a section and a forum
    (`models.events.nouns`). `vietnamese_only`: nothing of it is shown in English.

    `particulars`: which of its delegates' names and telephone numbers it keeps, by kind with
    `reason` and `erase_on` (`models.attendance.particulars`); empty where it keeps neither.
    """

    __table_args__ = (UniqueConstraint("slug", "run"), CheckConstraint("last_day >= first_day"))

    id: int = Field(default=None, primary_key=True)
    slug: str
    run: int = 1
    folder: str
    name_vi: str
    name_en: str
    short_name_vi: str
    short_name_en: str
    theme_vi: str
    theme_en: str
    place_vi: str
    place_en: str
    time_zone: str
    first_day: date
    last_day: date
    expected_delegates: int
    day_from: time = time(0, 0)
    day_to: time = time(23, 59, 59)
    rehearsal: bool = False
    rehearsal_starts: datetime | None = Field(default=None, sa_column=moment_column(nullable=True))
    arrival_plan: list[list[float]] = Field(
        default_factory=list, sa_column=Column(JSON, nullable=False)
    )
    documents: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
    silence: dict[str, dict[str, float]] = Field(
        default_factory=dict, sa_column=Column(JSON, nullable=False)
    )
    loaded_at: datetime = Field(sa_column=moment_column())
    version: int = Field(default=1, sa_column_kwargs={"server_default": "1"})
    state: str = Field(
        default=EventState.PREPARING.value, sa_column_kwargs={"server_default": "preparing"}
    )

    origin_id: int | None = Field(default=None, foreign_key="event.id")
    event_noun: str = Field(default=Nouns.event, sa_column_kwargs={"server_default": Nouns.event})
    section_noun: str = Field(
        default=Nouns.section, sa_column_kwargs={"server_default": Nouns.section}
    )
    forum_noun: str = Field(default=Nouns.forum, sa_column_kwargs={"server_default": Nouns.forum})
    vietnamese_only: bool = Field(default=False, sa_column_kwargs={"server_default": false()})
    particulars: dict[str, dict[str, str]] = Field(
        default_factory=dict, sa_column=Column(JSON, nullable=False, server_default="{}")
    )

    @property
    def nouns(self) -> Nouns:
        """What its sentences call it, a section and a forum."""
        return Nouns(self.event_noun, self.section_noun, self.forum_noun)

    @property
    def is_over(self) -> bool:
        """Whether its pages are only read."""
        return self.state in OVER

    @property
    def is_trial(self) -> bool:
        """Whether it is a rehearsal made from a real event, with that event's people and lists."""
        return self.origin_id is not None

    @property
    def is_open(self) -> bool:
        """Whether anyone may look on and take a role: a rehearsal of no real event."""
        return self.rehearsal and not self.is_trial

    @property
    def mark(self) -> str:
        """What every screen says of it: `trial`, `rehearsal`, or nothing of a real event."""
        return "trial" if self.is_trial else "rehearsal" if self.rehearsal else ""


class EventChoice(Record, table=True):
    """A fact: at a real moment this event became the current one. The newest row counts.

    `person_id` is empty where the command line or a load chose.
    """

    id: int = Field(default=None, primary_key=True)
    event_id: int = Field(foreign_key="event.id")
    at: datetime = Field(sa_column=moment_column())
    person_id: int | None = Field(default=None, foreign_key="person.id")


class EventStep(Record, table=True):
    """A fact: at a real moment this event entered a state.

    `person_id` is empty where the command line or a replacement did it.
    """

    __table_args__ = (CheckConstraint("state IN ('preparing','running','done','archived')"),)

    id: int = Field(default=None, primary_key=True)
    event_id: int = Field(foreign_key="event.id", index=True)
    state: str
    at: datetime = Field(sa_column=moment_column())
    person_id: int | None = Field(default=None, foreign_key="person.id")


class ClockSetting(Record, table=True):
    """A fact: at the real moment `real_at` the clock showed `event_at` and ran at `speed`.

    Speed 0 is paused; `resume_speed` is the speed before that. The newest setting counts; without
    one the clock shows real time.
    """

    __table_args__ = (CheckConstraint("speed >= 0"),)

    id: int = Field(default=None, primary_key=True)
    event_id: int = Field(foreign_key="event.id", index=True)
    real_at: datetime = Field(sa_column=moment_column())
    event_at: datetime = Field(sa_column=moment_column())
    speed: float
    resume_speed: float = 1.0
    person_id: int | None = Field(default=None, foreign_key="person.id")


class Venue(Record, table=True):
    """A place of the event."""

    __table_args__ = (UniqueConstraint("event_id", "key"),)

    id: int = Field(default=None, primary_key=True)
    event_id: int = Field(foreign_key="event.id")
    key: str
    name_vi: str
    name_en: str
    illustrative: bool = False
    version: int = Field(default=1, sa_column_kwargs={"server_default": "1"})


NAME_LENGTH = 200
EVENT_NAME_LENGTH = 500
MAX_EXPECTED = 1_000_000


ArrivalPlan = tuple[tuple[float, float], ...]
"""Pairs of minutes before the start of an item and the share of its delegates who should be in."""
ARRIVAL_LINE = re.compile(r"(\d{1,4}) ?[:; ] ?(\d{1,3}(?:[.,]\d{1,2})?) ?%?")


def require_arrival_plan(plan: ArrivalPlan) -> ArrivalPlan:
    """Refuses `arrival_plan_not_rising`: it goes from early to late, its shares rise up to 1."""
    minutes, shares = [pair[0] for pair in plan], [pair[1] for pair in plan]
    rising = minutes == sorted(minutes, reverse=True) and shares == sorted(shares)
    if not rising or any(not 0 <= share <= 1 for share in shares):
        raise Refusal("arrival_plan_not_rising")
    return tuple((before, share) for before, share in plan)


def arrival_plan_of(written: str) -> ArrivalPlan:
    """The plan of a text with a line for each pair: `45: 15%`. Refuses `arrival_plan_malformed`."""
    pairs = []
    for line in filter(str.strip, written.splitlines()):
        found = ARRIVAL_LINE.fullmatch(line.strip())
        if not found:
            raise Refusal("arrival_plan_malformed", line=line.strip()[:40])
        pairs.append((float(found[1]), float(found[2].replace(",", ".")) / 100))
    return tuple(pairs)


def written_arrival_plan(plan: ArrivalPlan) -> str:
    """The text that `arrival_plan_of` reads."""
    return "\n".join(f"{before:g}: {share * 100:g}%" for before, share in plan)


@dataclass(frozen=True)
class Settings:
    """What an event is called and by which nouns, where it takes place, about how many delegates it
    expects, between which local times people are asked to confirm on its days, how delegates should
    arrive, and after how many minutes of a silence who is reminded, by phase and level."""

    name_vi: str
    name_en: str
    short_name_vi: str
    short_name_en: str
    place_vi: str
    place_en: str
    expected_delegates: int
    day_from: time
    day_to: time
    arrival_plan: ArrivalPlan = ()
    theme_vi: str = ""
    theme_en: str = ""
    event_noun: str = Nouns.event
    section_noun: str = Nouns.section
    forum_noun: str = Nouns.forum
    vietnamese_only: bool = False
    silence: Mapping[str, Mapping[str, float]] = field(default_factory=dict)

    @property
    def nouns(self) -> Nouns:
        return Nouns(self.event_noun, self.section_noun, self.forum_noun)


SETTINGS = tuple(Settings.__dataclass_fields__)


def require_settings(settings: Settings) -> Settings:
    """The settings with their texts cleaned; an English one that is empty is the Vietnamese one.

    Refuses `event_name_needed`, `event_name_too_long`, `expected_unknown`, `hours_unknown`, and
    what `require_arrival_plan` and `require_nouns` do. The minutes of a silence are another rule's
    (`models.readiness.escalation.require_delays`).
    """
    texts: dict[str, Any] = {}
    for name in ("name", "short_name", "place", "theme"):
        vi, en = (clean(getattr(settings, f"{name}_{language}")) for language in ("vi", "en"))
        if name in ("name", "short_name") and not legible(vi):  # it begins without the others
            raise Refusal("event_name_needed")
        if (longest := max(len(vi), len(en))) > EVENT_NAME_LENGTH:
            raise Refusal("event_name_too_long", length=longest, limit=EVENT_NAME_LENGTH)
        texts |= {f"{name}_vi": vi, f"{name}_en": en or vi}
    if not 0 <= settings.expected_delegates <= MAX_EXPECTED:
        raise Refusal("expected_unknown", limit=MAX_EXPECTED)
    if settings.day_to <= settings.day_from:
        raise Refusal("hours_unknown")
    require_nouns(settings.nouns)
    plan = require_arrival_plan(settings.arrival_plan)
    return replace(settings, **texts, arrival_plan=plan)


@dataclass(frozen=True)
class DocumentHead:
    """How the event's documents are headed and signed.

    `profile`: by whose rules; `authority`: the form before the body on behalf of which it is
    signed; `recipients`: a line each. Of its reports, `urgency`, to whom they are `addressed` and
    the acts that are their `basis`. What is empty is as the program has it.
    """

    profile: str = ""
    spelling: str = ""
    symbol: str = ""
    parent_vi: str = ""
    parent_en: str = ""
    issuer_vi: str = ""
    issuer_en: str = ""
    place_vi: str = ""
    place_en: str = ""
    authority: str = ""
    authority_body: str = ""
    position: str = ""
    signer: str = ""
    recipients: tuple[str, ...] = ()
    urgency: str = ""
    addressed: tuple[str, ...] = ()
    basis: tuple[str, ...] = ()


HEAD_FIELDS = tuple(DocumentHead.__dataclass_fields__)
HEAD_CHOICES = ("profile", "spelling", "authority", "urgency")
HEAD_LISTS = ("recipients", "addressed", "basis")
HEAD_LENGTH, MAX_LINES = 300, 40


def require_document_head(
    head: DocumentHead, choices: Mapping[str, Collection[str]]
) -> DocumentHead:
    """The head with its texts cleaned, without empty lines.

    `choices`: what each of `HEAD_CHOICES` may be, but for nothing. Refuses
    `document_choice_unknown`, `document_text_too_long`, `document_lines_too_many`.
    """
    texts: dict[str, Any] = {
        name: clean(getattr(head, name)) for name in HEAD_FIELDS if name not in HEAD_LISTS
    }
    for name in HEAD_CHOICES:
        if texts[name] and texts[name] not in choices[name]:
            raise Refusal("document_choice_unknown", value=texts[name][:40])
    lists: dict[str, Any] = {
        name: tuple(filter(None, map(clean, getattr(head, name)))) for name in HEAD_LISTS
    }
    if any(len(lines) > MAX_LINES for lines in lists.values()):
        raise Refusal("document_lines_too_many", limit=MAX_LINES)
    if (longest := max(map(len, chain(texts.values(), *lists.values())))) > HEAD_LENGTH:
        raise Refusal("document_text_too_long", length=longest, limit=HEAD_LENGTH)
    return DocumentHead(**texts, **lists)


@dataclass(frozen=True)
class VenueName:
    """What a venue is called."""

    name_vi: str
    name_en: str


def require_venue_name(name: VenueName) -> VenueName:
    """The name cleaned; an English one that is empty is the Vietnamese one.

    Refuses `venue_needed` and `venue_too_long`.
    """
    name_vi, name_en = clean(name.name_vi), clean(name.name_en)
    if not legible(name_vi):
        raise Refusal("venue_needed")
    if (longest := max(len(name_vi), len(name_en))) > NAME_LENGTH:
        raise Refusal("venue_too_long", length=longest, limit=NAME_LENGTH)
    return VenueName(name_vi, name_en or name_vi)


@dataclass(frozen=True)
class Clock:
    """What the event's clock shows follows from one setting and the real time; nothing ticks."""

    real_at: datetime
    event_at: datetime
    speed: float
    resume_speed: float = 1.0

    @property
    def paused(self) -> bool:
        return self.speed == 0

    def shows(self, real: datetime) -> datetime:
        """What the event's clock shows at the real moment `real` (aware UTC)."""
        return self.event_at + (real - self.real_at) * self.speed

    def real_time_until(self, moment: datetime, *, real: datetime) -> float | None:
        """Seconds of real time until the clock shows `moment`; None while it is paused."""
        if self.paused:
            return None
        return (moment - self.shows(real)).total_seconds() / self.speed


def real_clock(real: datetime) -> Clock:
    """A clock that shows real time; `real` is any moment of it."""
    return Clock(real_at=real, event_at=real, speed=1.0)


def zone(event: Event) -> ZoneInfo:
    return ZoneInfo(event.time_zone)


def moment_of(offset: str, *, first_day: date, time_zone: ZoneInfo) -> datetime:
    """The aware moment of `D-58 17:00`: days from the event's first day, local time.

    Refuses `offset_malformed`.
    """
    parts = OFFSET.fullmatch(offset.strip())
    if not parts:
        raise Refusal("offset_malformed", value=offset)
    days, hours, minutes, seconds = (int(part or 0) for part in parts.groups())
    if hours > 23 or minutes > 59 or seconds > 59:
        raise Refusal("offset_malformed", value=offset)
    try:
        day = first_day + timedelta(days=days)
    except OverflowError:
        raise Refusal("offset_malformed", value=offset) from None
    return datetime.combine(day, time(hours, minutes, seconds), tzinfo=time_zone)


def local_day(event: Event, moment: datetime) -> date:
    return moment.astimezone(zone(event)).date()


def phase_at(event: Event, moment: datetime) -> Phase:
    """The phase that the local date of `moment` lies in."""
    day = local_day(event, moment)
    if day > event.last_day:
        return Phase.AFTER
    if day >= event.first_day:
        return Phase.DURING
    return Phase.NEAR if day >= event.first_day - timedelta(days=2) else Phase.BEFORE


def phase_began(event: Event, moment: datetime) -> datetime | None:
    """When the phase of `moment` began: a local midnight, in UTC; None for the first phase."""
    first = {
        Phase.NEAR: event.first_day - timedelta(days=2),
        Phase.DURING: event.first_day,
        Phase.AFTER: event.last_day + timedelta(days=1),
    }.get(phase_at(event, moment))
    if first is None:
        return None
    return datetime.combine(first, time(), tzinfo=zone(event)).astimezone(timezone.utc)


def require_rehearsal(event: Event) -> None:
    if not event.rehearsal:
        raise Refusal("not_a_rehearsal")


def require_open(event: Event) -> None:
    """Refuses `not_a_rehearsal` where only the event's own people enter."""
    if not event.is_open:
        raise Refusal("not_a_rehearsal")


def require_origin(event: Event) -> None:
    """Refuses `trial_of_rehearsal` and `event_is_over`: a trial is made of a real event to come."""
    if event.rehearsal:
        raise Refusal("trial_of_rehearsal", name=both(event, "short_name"))
    require_going_on(event)


def require_going_on(event: Event) -> None:
    """Refuses `event_is_over` where an event is done or archived."""
    if event.is_over:
        raise Refusal("event_is_over", state=event.state)


def require_archived(event: Event) -> None:
    """Refuses `event_not_archived`: what goes on changing is no archive."""
    if event.state != EventState.ARCHIVED:
        raise Refusal("event_not_archived", event=event.slug)


@dataclass(frozen=True)
class Draft:
    """What an event begins with; `expected` is about how many delegates."""

    name: str
    first_day: date
    last_day: date
    place: str = ""
    expected: int = 0


MAX_NAME, MAX_DAYS, MAX_EXPECTED = 200, 60, 100_000
WAKING_HOURS = time(5, 0), time(22, 0)
"""When people are asked to confirm at an event of which nobody said other: not at night."""


def require_draft(draft: Draft) -> Draft:
    """The draft with clean texts. Refuses `event_name_needed`, `event_name_too_long`,
    `event_days_malformed` and `event_expected_malformed`.
    """
    name = clean(draft.name)
    if not legible(name):
        raise Refusal("event_name_needed")
    if len(name) > MAX_NAME:
        raise Refusal("event_name_too_long", length=len(name), limit=MAX_NAME)
    if not timedelta() <= draft.last_day - draft.first_day <= timedelta(days=MAX_DAYS):
        raise Refusal("event_days_malformed", limit=MAX_DAYS)
    if not 0 <= draft.expected <= MAX_EXPECTED:
        raise Refusal("event_expected_malformed")
    place = clean(draft.place)[:MAX_NAME]
    return Draft(name, draft.first_day, draft.last_day, place, draft.expected)


def slug_of(name: str) -> str:
    """A key of letters, digits and `_` made of a name: `hoi_nghi_tong_ket_2026`."""
    return re.sub(r"[^a-z0-9]+", "_", folded(name)).strip("_")[:40].rstrip("_") or "event"


def require_state(value: str) -> EventState:
    """Refuses `event_state_unknown`."""
    try:
        return EventState(value)
    except ValueError:
        raise Refusal("event_state_unknown", value=value[:20]) from None


def require_named(event: Event, typed: str) -> None:
    """Refuses `event_not_named` unless the event's short name or its slug was typed.

    What hides or ends something must not be one slip of a finger.
    """
    names = (event.slug, event.short_name_vi, event.short_name_en)
    if clean(typed).casefold() not in {name.casefold() for name in names if name}:
        raise Refusal("event_not_named", name=event.short_name_vi)


def is_taken_over(current: Event | None, loaded: Event) -> bool:
    """Whether a loaded event becomes the current one.

    A real event never hides another one, a rehearsal no real one, and a trial only its own former
    run.
    """
    if loaded.is_trial:
        return current is not None and current.origin_id == loaded.origin_id
    if current is None or current.rehearsal:
        return True
    return not loaded.rehearsal and loaded.slug == current.slug


def is_real_in_use(current: Event | None) -> bool:
    """Whether a real event is in use: it is current, or a trial of it is."""
    return current is not None and (not current.rehearsal or current.is_trial)


def hides(chosen: Event, left: Event) -> bool:
    """Whether switching would put a rehearsal in the place of a real event.

    A trial may take that of the event that it was made from, while that is prepared; its people
    and their sign-ins are the same, and one of them switches back.
    """
    if not chosen.rehearsal:
        return False
    if chosen.is_trial:
        return left.id != chosen.origin_id or left.state != EventState.PREPARING
    return is_real_in_use(left)


def require_speed(speed: float) -> None:
    if speed not in SPEEDS:
        raise Refusal("speed_unknown", value=speed)


@dataclass(frozen=True)
class View:
    """Which moment a screen shows.

    `past`: the reads go by the facts up to that moment and not by the current state.
    """

    moment: datetime
    past: bool = False
