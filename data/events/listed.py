"""The events of an installation, side by side: what each is, where it stands, what it holds."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy import and_, func, or_
from sqlmodel import Session, col, select

from data.events.current import current_event, record_state
from data.files import Folder, read_toml
from models.attendance.particulars import Keeping, Particular, keepings
from models.events.event import Event, EventState, require_named
from models.refusals import Refusal
from models.storage import Change, Topic

# What is recorded about an event and not in it, so that a new run loses none of it: who may enter,
# what a rehearsal's clock shows, and that it was loaded, chosen or ended.
_NO_FACT = or_(
    col(Change.topic).in_((Topic.CLOCK.value, Topic.PEOPLE.value)),
    and_(col(Change.topic) == Topic.EVENT.value, col(Change.subject) == "state"),
    and_(col(Change.topic) == Topic.EVENT.value, col(Change.person_id).is_(None)),
)


@dataclass(frozen=True)
class Recorded:
    """How many facts an event holds, and when the last one was recorded (real time, aware UTC)."""

    count: int = 0
    last_at: datetime | None = None


@dataclass(frozen=True)
class Listed:
    """An event as the list of events shows it; names by language.

    `mark`: `trial`, `rehearsal`, or nothing of a real event. `replaced`: a later run of it was
    loaded; its rows stay to be read. `names_until`: the first day on which names or telephone
    numbers of any event here are erased, None without any: every backup holds all events.
    `keeps`: what it keeps of them itself, with why and until when.
    """

    id: int
    slug: str
    run: int
    name: dict[str, str]
    short_name: dict[str, str]
    first_day: date
    last_day: date
    state: EventState
    rehearsal: bool
    mark: str
    current: bool
    replaced: bool
    recorded: Recorded
    names_until: date | None = None
    keeps: Mapping[Particular, Keeping] = field(default_factory=dict)


def recorded_in(session: Session, event_ids: Iterable[int]) -> dict[int, Recorded]:
    """Event id to what was recorded in it; those without a fact are left out."""
    rows = session.execute(
        select(Change.event_id, func.count(), func.max(Change.recorded_at))
        .where(col(Change.event_id).in_(list(event_ids)), ~_NO_FACT)
        .group_by(col(Change.event_id))
    )
    return {event_id: Recorded(count, last) for event_id, count, last in rows}


def listed_events(session: Session) -> list[Listed]:
    """Every event: the current one first, then the newest; of a rehearsal only its newest run, of a
    trial none that was removed.
    """
    current = current_event(session)
    rows = list(session.exec(select(Event).order_by(col(Event.id).desc())).all())
    facts = recorded_in(session, [one.id for one in rows])
    days = (one.erase_on for event in rows for one in keepings(event.particulars).values())
    names_until = min(days, default=None)
    found, seen = [], set[tuple[str, bool]]()
    for one in rows:
        is_replaced = (one.slug, one.rehearsal) in seen
        seen.add((one.slug, one.rehearsal))
        is_current = current is not None and one.id == current.id
        is_put_away = one.rehearsal and (is_replaced or (one.is_trial and one.is_over))
        if is_current or not is_put_away:
            found.append(
                Listed(
                    one.id,
                    one.slug,
                    one.run,
                    {"vi": one.name_vi, "en": one.name_en},
                    {"vi": one.short_name_vi, "en": one.short_name_en},
                    one.first_day,
                    one.last_day,
                    EventState(one.state),
                    one.rehearsal,
                    one.mark,
                    is_current,
                    is_replaced,
                    facts.get(one.id, Recorded()),
                    names_until,
                    keepings(one.particulars),
                )
            )
    return sorted(found, key=lambda one: not one.current)


def earlier_run(
    session: Session, slug: str, *, rehearsal: bool = False, without: int = 0
) -> Event | None:
    """The newest run of a real event, or of its rehearsal, but for that of an id; None without."""
    query = (
        select(Event)
        .where(Event.slug == slug, col(Event.rehearsal).is_(rehearsal), col(Event.id) != without)
        .order_by(col(Event.id).desc())
        .limit(1)
    )
    return session.exec(query).first()


def earlier_run_of(session: Session, folder: Folder) -> Event | None:
    """The real run that loading a folder would take the place of. Refuses a file without a slug."""
    return earlier_run(session, read_toml(folder, "event.toml").required("slug"))


def require_replaceable(session: Session, earlier: Event, replaces: str | None) -> None:
    """Refuses `event_has_facts` with how many and the last one's moment, and `event_not_named`."""
    if replaces is not None:
        require_named(earlier, replaces)
        return
    facts = recorded_in(session, [earlier.id]).get(earlier.id)
    if facts:
        raise Refusal("event_has_facts", event=earlier.slug, count=facts.count, last=facts.last_at)


def replace_earlier(
    session: Session, event: Event, *, now: datetime, replaces: str | None = None
) -> None:
    """Archive the run that a new one takes the place of. Refuses what `require_replaceable` does.

    A rehearsal may begin again at any time.
    """
    earlier = earlier_run(session, event.slug, rehearsal=event.rehearsal, without=event.id)
    if earlier is None:
        return
    if not event.rehearsal:
        require_replaceable(session, earlier, replaces)
    if not earlier.is_over:
        record_state(session, earlier, EventState.ARCHIVED, now=now, by=None)
