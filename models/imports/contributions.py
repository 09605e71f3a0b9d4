"""The rows of a table of questions and petitions, as contributions; each that is none says why."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, tzinfo

from models.contributions.contributions import (
    ContributionKind,
    Level,
    Submission,
    require_submission,
)
from models.imports.recognition import Table
from models.imports.sheets import Line, brief
from models.imports.times import Days, dates_in
from models.refusals import Refusal
from models.text import spelling_key

MAX_CONTRIBUTIONS = 5_000
"""Rows of a file; more are a mistake, and would hold up the other writers."""
NOON = time(12, 0)
_LEVELS = {
    Level.COMMUNE: ("xa", "phuong", "co so", "commune"),
    Level.PROVINCE: ("tinh", "thanh pho", "province"),
    Level.CENTRE: ("trung uong", "bo nganh", "centre", "central"),
}
_PETITION = ("kien nghi", "petition", "de nghi")


@dataclass(frozen=True)
class Received:
    """A row as a contribution; `received_at` is None where the file gives no day."""

    submission: Submission
    received_at: datetime | None = None


@dataclass(frozen=True)
class Known:
    """What rows are matched with, each by the spelling of its names (`known_names`)."""

    forums: Mapping[str, int]
    topics: Mapping[str, int]
    units: Mapping[str, int]
    days: Days
    time_zone: tzinfo


@dataclass
class Rows:
    """What a file gives: the contributions, and (file, line, refusal) of each row that is none."""

    received: list[Received] = field(default_factory=list)
    refused: list[tuple[str, int, Refusal]] = field(default_factory=list)


def known_names(rows: Sequence[tuple[int, Sequence[str]]]) -> dict[str, int]:
    """Spelling to id, of (id, names); a name that two of them have stands for neither."""
    found: dict[str, int] = {}
    double = set()
    for number, names in rows:
        for key in {spelling_key(name) for name in names if name}:
            if found.setdefault(key, number) != number:
                double.add(key)
    return {key: number for key, number in found.items() if key not in double}


def received_rows(tables: Sequence[Table], known: Known, *, now: datetime) -> Rows:
    """The contributions of the tables of an office's files."""
    rows = Rows()
    for table in tables:
        for line in table.rows:
            try:
                rows.received.append(_received(table, line, known, now))
            except Refusal as refusal:
                rows.refused.append((table.sheet.file, line.number, refusal))
    return rows


def _received(table: Table, line: Line, known: Known, now: datetime) -> Received:
    """Refuses `forum_not_found`, `topic_not_found`, `level_not_found`, `received_unclear`,
    `received_later`, and what `require_submission` does."""
    unit = table.text(line, "unit") or _group(table, line)
    unit_id = known.units.get(spelling_key(unit))
    raw = table.value(line, "text")
    kind = ContributionKind.QUESTION
    if any(word in brief(table.text(line, "kind")) for word in _PETITION):
        kind = ContributionKind.PETITION
    submission = Submission(
        text=raw if isinstance(raw, str) else table.text(line, "text"),
        kind=kind.value,
        item_id=_named(table.text(line, "forum"), known.forums, "forum_not_found"),
        topic_id=_named(table.text(line, "topic"), known.topics, "topic_not_found"),
        unit_id=unit_id,
        unit="" if unit_id is not None else unit,
        office=table.text(line, "office"),
        field=table.text(line, "field"),
        body=table.text(line, "body"),
        level=_level(table.text(line, "level")),
    )
    return Received(require_submission(submission), _day(table, line, known, now))


def _group(table: Table, line: Line) -> str:
    """The heading above a row, where the units stand above their rows."""
    groups = table.groups.get(line.number, ())
    return groups[-1] if groups else ""


def _named(name: str, known: Mapping[str, int], code: str) -> int | None:
    if not name:
        return None
    found = known.get(spelling_key(name))
    if found is None:
        raise Refusal(code, name=name[:80])
    return found


def _level(text: str) -> str:
    if not text:
        return ""
    words = brief(text)
    for level, names in _LEVELS.items():
        if any(name in words for name in names):
            return level.value
    raise Refusal("level_not_found", name=text[:80])


def _day(table: Table, line: Line, known: Known, now: datetime) -> datetime | None:
    value, text = table.value(line, "received"), table.text(line, "received")
    if not text:
        return None
    if isinstance(value, datetime):
        found = value.replace(tzinfo=known.time_zone)
        if found.time() == time():
            found = found.replace(hour=NOON.hour)
    else:
        days = [value] if isinstance(value, date) else dates_in(text, known.days)
        if not days:
            raise Refusal("received_unclear", written=text[:80])
        found = datetime.combine(days[0], NOON, known.time_zone)
    if found.date() > now.astimezone(known.time_zone).date():
        raise Refusal("received_later", at=found)
    return min(found, now)


def without_known(
    received: Sequence[Received], known: Sequence[Submission]
) -> tuple[list[Received], int]:
    """The contributions that are not there yet, and how many are: the same text of the same unit.

    So a file that was corrected and sent again brings what is new alone.
    """
    seen = {_mark(one) for one in known}
    fresh: list[Received] = []
    for one in received:
        if (mark := _mark(one.submission)) not in seen:
            seen.add(mark)
            fresh.append(one)
    return fresh, len(received) - len(fresh)


def _mark(submission: Submission) -> tuple[int | None, str, str]:
    plain = replace(submission, text=" ".join(submission.text.split()).casefold())
    return plain.unit_id, spelling_key(plain.unit), plain.text
