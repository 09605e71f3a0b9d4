"""An event's own file, `event.toml`: read, checked, and added as a new run of the event."""

from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import func
from sqlmodel import Session, select

from data.documents.content import choices_of
from data.documents.notice import CONTACT
from data.documents.profiles import known_profile
from data.files import Folder, MemoryFolder, Problems, Row, read_toml
from models.attendance.particulars import Particular, latest_day, require_keeping
from models.events.event import Event, EventState, Phase, require_arrival_plan
from models.events.nouns import CHOICES
from models.readiness.escalation import EscalationLevel, delays
from models.refusals import Refusal
from models.text import clean


def add_event(
    session: Session, folder: Folder, *, rehearsal: bool, now: datetime, keep_names: bool = False
) -> Event:
    """Adds the event of a folder's `event.toml` as a new run.

    `keep_names`: it keeps the particulars that the file states, unless it is a rehearsal. Refuses
    the first problem with its table and field (`file_…`).
    """
    file = read_toml(folder, "event.toml")
    event = _event(file, folder, rehearsal=rehearsal, now=now)
    if rehearsal or not keep_names:
        event.particulars = {}
    event.run = _last_run(session, event.slug) + 1
    session.add(event)
    session.flush()
    return event


def particulars_in(folder: Folder) -> list[Particular]:
    """Which particulars a folder's `event.toml` states as kept."""
    table = read_toml(folder, "event.toml").values.get("particulars", {})
    return [kind for kind in Particular if kind in table]


def checked_event(folder: Folder, problems: Problems, *, now: datetime) -> Event:
    """The event of a folder's file, which is not added; what is wrong with it is noted.

    Where the file cannot be read at all, it has a day to which the other files are read.
    """
    try:
        file = read_toml(folder, "event.toml", problems)
    except Refusal as refusal:
        problems.note(refusal)
        file = Row("event.toml", 0, {"time_zone": "UTC"}, Problems())
    return _event(file, folder, rehearsal="rehearsal" in file.values, now=now)


def _event(file: Row, folder: Folder, *, rehearsal: bool, now: datetime) -> Event:
    """The event as its file describes it; which run it is, is not known here."""
    slug = file.required("slug")
    first_day, last_day = file.day("first_day"), file.day("last_day")
    file.require(last_day >= first_day, "last_day", "before_first_day")
    time_zone = file.zone("time_zone")
    return Event(
        slug=slug,
        folder="" if isinstance(folder, MemoryFolder) else str(folder.resolve()),
        **_names(file),
        time_zone=time_zone.key,
        first_day=first_day,
        last_day=last_day,
        expected_delegates=file.whole("expected_delegates", least=1),
        **_hours(file),
        rehearsal=rehearsal,
        rehearsal_starts=_starts(file, first_day, time_zone) if rehearsal else None,
        arrival_plan=_arrival_plan(file),
        documents=_documents(file, folder),
        silence=_silence(file),
        **_nouns(file),
        particulars=_particulars(file, last_day, time_zone, now=now),
        vietnamese_only=file.values.get("vietnamese_only") is True,
        loaded_at=now,
        state=(EventState.RUNNING if rehearsal else EventState.PREPARING).value,
    )


def _starts(file: Row, first_day: date, time_zone: ZoneInfo) -> datetime:
    """The moment by the event's clock at which its rehearsal starts."""
    return _table(file, "rehearsal").moment("starts", first_day=first_day, time_zone=time_zone)


def _last_run(session: Session, slug: str) -> int:
    return session.exec(select(func.max(Event.run)).where(Event.slug == slug)).one() or 0


def _table(file: Row, name: str) -> Row:
    table = file.values.get(name)
    if not isinstance(table, dict):
        file.instead(None, file.refuse(name, "empty"))
        return Row(file.file, 0, {}, Problems())  # that its fields are empty says nothing more
    return file.table(f"[{name}]", table)


def _names(file: Row) -> dict[str, Any]:
    names = {}
    for name in ("name", "short_name", "theme", "place"):
        table = _table(file, name)
        for language in ("vi", "en"):
            names[f"{name}_{language}"] = table.required(language)
    return names


def _nouns(file: Row) -> dict[str, Any]:
    """What the event calls itself, its sections and its forums, as far as its file says."""
    if "nouns" not in file.values:
        return {}
    table = _table(file, "nouns")
    named = {name: choices for name, choices in CHOICES.items() if name in table.values}
    return {f"{name}_noun": table.one_of(name, list(choices)) for name, choices in named.items()}


def _hours(file: Row) -> dict[str, Any]:
    """The waking hours on event days; the whole day where the file names none."""
    if "hours" not in file.values:
        return {}
    table = _table(file, "hours")
    day_from, day_to = table.time_of_day("from"), table.time_of_day("to")
    table.require(day_to > day_from, "to", "not_after_start")
    return {"day_from": day_from, "day_to": day_to}


def _documents(file: Row, folder: Folder) -> dict[str, object]:
    """How the event's documents are headed and signed; nothing where the file does not say."""
    if "documents" not in file.values:
        return {}
    table = _table(file, "documents")
    try:
        profile, own = known_profile(table, folder)
    except Refusal as refusal:  # of the folder's own profiles
        return table.instead({}, refusal)
    settings: dict[str, object] = {"profile": profile.key, "symbol": table.text("symbol")}
    if own:
        settings["rules"] = own
    for party in ("parent", "issuer", "place"):
        names = [f"{party}_{language}" for language in ("vi", "en")]
        settings |= {name: table.text(name) for name in names}
    settings |= {name: table.text(name) for name in ("authority_body", "position", "signer")}
    for name, choices in choices_of(profile).items():
        if name in table.values:
            settings[name] = table.one_of(name, choices)
    if CONTACT in table.values:
        settings[CONTACT] = table.text(CONTACT)
    listed = ("recipients", "addressed", "basis")
    return settings | {name: _lines(table, name) for name in listed if name in table.values}


def _lines(table: Row, name: str) -> list[str]:
    """Texts, a line each: whom a document is sent to, or what it is based on."""
    lines = table.values[name]
    if not isinstance(lines, list) or not all(isinstance(one, str) and clean(one) for one in lines):
        return table.instead([], table.refuse(name, "not_texts"))
    return [clean(line) for line in lines]


def _particulars(
    file: Row, last_day: date, time_zone: ZoneInfo, *, now: datetime
) -> dict[str, dict[str, str]]:
    """Which of the delegates' particulars are kept; what its day has come for is not any more."""
    if "particulars" not in file.values:
        return {}
    table = _table(file, "particulars")
    today, found = now.astimezone(time_zone).date(), {}
    latest = latest_day(last_day)
    for name in table.values:
        if name not in set(Particular):
            table.instead(None, table.refuse(name, "unknown_field"))
            continue
        row = _table(table, name)
        erase_on = row.day("erase_on")
        if erase_on <= today:
            continue
        try:
            keeping = require_keeping(row.text("reason"), erase_on, today=today, latest=latest)
        except Refusal as refusal:
            row.instead(None, refusal)
            continue
        found[name] = keeping.stored()
    return found


def _silence(file: Row) -> dict[str, dict[str, float]]:
    """By phase the minutes after which each level is reminded when a section falls silent.

    Nothing where the file does not say.
    """
    if "silence" not in file.values:
        return {}
    table = _table(file, "silence")
    for phase in table.values:
        if phase not in list(Phase):
            table.instead(None, table.refuse(phase, "unknown_field"))
    known = [phase for phase in table.values if phase in list(Phase)]
    return {phase: _delays(_table(table, phase), Phase(phase)) for phase in known}


def _delays(row: Row, phase: Phase) -> dict[str, float]:
    """Minutes by level; refuses a level that is reminded before the one below it."""
    for name in row.values:
        if name not in list(EscalationLevel):
            row.instead(None, row.refuse(name, "unknown_field"))
    own = {name: row.number(name) for name in row.values if name in list(EscalationLevel)}
    minutes = list(delays({phase.value: own}, phase).values())
    for earlier, later, level in zip(minutes, minutes[1:], list(EscalationLevel)[1:], strict=False):
        row.require(later >= earlier, level.value, "out_of_turn")
    return own


def _arrival_plan(file: Row) -> list[list[float]]:
    """Pairs of minutes before the start and share, earliest first."""
    tables = file.values.get("arrival_plan", [])
    if not isinstance(tables, list) or not all(isinstance(table, dict) for table in tables):
        return file.instead([], file.refuse("arrival_plan", "not_a_list"))
    rows = [file.table("[[arrival_plan]]", table) for table in tables]
    plan = tuple((row.number("minutes_before"), row.number("share")) for row in rows)
    try:
        return [list(pair) for pair in require_arrival_plan(plan)]
    except Refusal:
        return file.instead([], file.refuse("arrival_plan", "not_rising"))
