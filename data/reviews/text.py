"""A comparison of two moments in words: the lines that the page shows and that a signed review keeps."""

from dataclasses import dataclass

from data.incidents import EntrySnapshot
from data.media import MediaSnapshot
from data.reviews.comparison import Attended, Comparison, Silence
from data.words import Words
from models.readiness.tasks import TaskSnapshot
from models.reviews.directives import DirectiveSnapshot, Kind
from models.reviews.reviews import ORDER, Part, Slip, Turned

ALWAYS = (
    Part.NEW_RED,
    Part.INCIDENTS,
    Part.SILENT,
    Part.DIRECTIVES,
)  # what a signed review says even where there is nothing
COLUMNS = (
    ("place", 0.07, "center"),
    ("what", 0.43, "left"),
    ("who", 0.18, "left"),
    ("state", 0.32, "left"),
)


@dataclass(frozen=True)
class Line:
    """One row of a review: what it is about, whose it is, how it stands; `subject` and `id` lead to its history."""

    subject: str
    id: int
    title: str
    who: str
    state: str


@dataclass(frozen=True)
class Told:
    """A part of a review in words; `note` is what is to be known of the whole part."""

    part: Part
    heading: str
    lines: tuple[Line, ...]
    note: str = ""


def told(found: Comparison, words: Words) -> list[Told]:
    """The parts of the comparison in the order in which its phase asks for them, empty ones with them."""
    return [_part(found, part, words) for part in ORDER[found.phase]]


def _part(found: Comparison, part: Part, words: Words) -> Told:
    teller = _Teller(found, words)
    rows = teller.rows(part)
    note = (
        words("review.owed_note", delegates=found.event.expected_delegates)
        if part is Part.OWED
        else ""
    )
    return Told(part, words(f"review.part_{part.value}"), tuple(rows), note)


class _Teller:
    """Tells the rows of one comparison in one language."""

    def __init__(self, found: Comparison, words: Words) -> None:
        self.found = found
        self.words = words
        self.names = {section.id: words.of(section, "short") for section in found.sections}

    def rows(self, part: Part) -> list[Line]:
        found = self.found
        match part:
            case Part.INCIDENTS:
                return [self.entry(one) for one in found.entries]
            case Part.SLIPPED:
                return [self.slip(one) for one in found.slips]
            case Part.SILENT:
                return [self.silence(one) for one in found.silent]
            case Part.DIRECTIVES:
                return [self.directive(one) for one in found.directives]
            case Part.ATTENDANCE:
                return [self.attended(one) for one in found.attendance]
            case Part.MEDIA:
                return [self.media(one) for one in found.media]
            case Part.RED | Part.AMBER | Part.DUE_NEXT | Part.OWED:
                lists = {
                    Part.RED: found.reds,
                    Part.AMBER: found.ambers,
                    Part.DUE_NEXT: found.due_next,
                    Part.OWED: found.owed,
                }
                return [self.task(one) for one in lists[part]]
            case _:
                return [self.turn(one) for one in found.turns if one.part is part]

    def joined(self, *parts: str) -> str:
        return " · ".join(part for part in parts if part)

    def task_line(self, task: TaskSnapshot, *state: str) -> Line:
        who = self.joined(self.names[task.section_id], task.owner)
        return Line(
            "task",
            task.id,
            f"{task.number}. {self.words.of(task, 'title')}",
            who,
            self.joined(*state),
        )

    def due(self, task: TaskSnapshot) -> str:
        if task.overdue:
            return self.words(
                "review.overdue_by", span=self.words.age(self.found.moment - task.due_at)
            )
        return self.words("review.due", at=task.due_at)

    def task(self, task: TaskSnapshot) -> Line:
        return self.task_line(
            task, self.words(f"status.{task.status.value}"), self.due(task), task.note
        )

    def turn(self, one: Turned) -> Line:
        was = self.words("review.was", level=self.words(f"level.{one.was.value}"))
        late = self.due(one.task) if one.task.overdue else ""
        return self.task_line(
            one.task, self.words(f"status.{one.task.status.value}"), was, late, one.task.note
        )

    def slip(self, one: Slip) -> Line:
        moved = one.due_before != one.task.due_at
        before = self.words("review.due_before", at=one.due_before) if moved else ""
        return self.task_line(one.task, self.due(one.task), before, one.task.note)

    def silence(self, one: Silence) -> Line:
        section = one.section
        last = (
            self.words("review.last_heard", at=section.confirmed_at)
            if section.confirmed_at
            else self.words("wall.never")
        )
        new = self.words("review.newly") if one.new else ""
        return Line(
            "section",
            section.id,
            self.words.of(section, "name"),
            self.names[section.id],
            self.joined(last, new),
        )

    def entry(self, one: EntrySnapshot) -> Line:
        opened = self.words("review.opened", at=one.opened_at)
        title = f"P{one.priority} #{one.number:03d} {one.text}"
        state = self.joined(self.words(f"entry.{one.status.value}"), opened, one.said)
        return Line("entry", one.id, title, self.names.get(one.section_id, ""), state)

    def directive(self, one: DirectiveSnapshot) -> Line:
        who = self.words.fact(one.office) if one.office else self.names.get(one.section_id, "")
        title = self.words(f"review.{one.kind.value}_line", number=str(one.number), text=one.text)
        return Line("directive", one.id, title, who, self.joined(*self.directive_state(one)))

    def directive_state(self, one: DirectiveSnapshot) -> tuple[str, ...]:
        words = self.words
        stands = (
            ""
            if one.kind is Kind.DECISION and one.state.value == "given"
            else words(f"directive.{one.state.value}")
        )
        if one.overdue:
            due = words("review.overdue_by", span=words.age(self.found.moment - one.due_at))
        else:
            due = words("review.due", at=one.due_at) if one.open else ""
        return (stands, due, words("directive.why", why=one.why) if one.why else "", one.said)

    def attended(self, one: Attended) -> Line:
        after, words = one.after, self.words
        state = words(
            "review.attended",
            here=after.here,
            expected=after.expected,
            excused=after.excused,
            missing=after.missing,
        )
        before = (
            words("review.attended_before", here=one.before.here)
            if one.before.here != after.here
            else ""
        )
        return Line(
            "item",
            one.item.id,
            words.of(one.item, "title"),
            words.of(one.item, "venue"),
            self.joined(state, before),
        )

    def media(self, one: MediaSnapshot) -> Line:
        words = self.words
        planned = words("media.planned_at", at=one.planned_at)
        state = (
            words("media.published_at", at=one.published_at)
            if one.published_at
            else self.joined(words("media.late"), planned)
        )
        return Line("media", one.id, words.of(one, "title"), one.outlet, state)


# --- what a signed review keeps --------------------------------------------------------------------------------------


def text_of(found: Comparison, words: Words, *, conclusion: str) -> list[dict]:
    """The whole review as headed sections of paragraphs and tables (see `models.reviews`)."""
    parts = [
        _section(part, words) for part in told(found, words) if part.lines or part.part in ALWAYS
    ]
    head = {"heading": words("review.general"), "paragraphs": _general(found, words), "tables": []}
    end = {"heading": words("review.conclusion_heading"), "paragraphs": [conclusion], "tables": []}
    return [head, *parts, end]


def general(found: Comparison, words: Words) -> str:
    """How the event stands, in one sentence."""
    return words("review.figures", **found.figures)


def _general(found: Comparison, words: Words) -> list[str]:
    when = {"at": found.moment, "phase": words(f"phase.{found.phase.value}")}
    since = (
        words("review.compared_with", at=found.since)
        if found.since
        else words("review.compared_with_start")
    )
    return [words("review.stands_at", **when), since, general(found, words)]


def _section(part: Told, words: Words) -> dict:
    paragraphs = [text for text in (part.note, "" if part.lines else words("review.none")) if text]
    return {
        "heading": part.heading,
        "paragraphs": paragraphs,
        "tables": [_table(part, words)] if part.lines else [],
    }


def _table(part: Told, words: Words) -> dict:
    columns = [
        {"heading": words(f"review.column_{name}"), "width": width, "align": align}
        for name, width, align in COLUMNS
    ]
    rows = [
        [str(place), line.title, line.who, line.state]
        for place, line in enumerate(part.lines, start=1)
    ]
    return {"columns": columns, "rows": rows, "total": False}
