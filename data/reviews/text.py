"""A comparison of two moments in words: the lines of the page."""

from dataclasses import dataclass
from datetime import datetime

from data.incidents import EntrySnapshot
from data.media import MediaSnapshot
from data.reviews.comparison import Comparison, ItemAttendance, Silence
from data.words import Words
from models.answers.answers import PetitionSnapshot
from models.programme import ItemSnapshot
from models.readiness.tasks import TaskSnapshot
from models.reviews.directives import DirectiveSnapshot, Kind, State
from models.reviews.reviews import ORDER, Part, Slip, Turn
from models.text import one_line


@dataclass(frozen=True)
class Line:
    """One row of a review; `subject` and `id` are those of `data.reviews.history`."""

    subject: str
    id: int
    title: str
    who: str
    state: str


@dataclass(frozen=True)
class PartText:
    """A part of a review in words; `note` is about the whole part."""

    part: Part
    heading: str
    lines: tuple[Line, ...]
    note: str = ""


def parts_of(found: Comparison, words: Words) -> list[PartText]:
    """Every part of the comparison, also an empty one, in the order of its phase."""
    return [_part(found, part, words) for part in ORDER[found.phase]]


def _part(found: Comparison, part: Part, words: Words) -> PartText:
    rows = _Lines(found, words).of(part)
    note = ""
    if part is Part.OWED:
        note = words("review.owed_note", delegates=found.event.expected_delegates)
    return PartText(part, words(f"review.part_{part.value}"), tuple(rows), note)


class _Lines:
    """The lines of one comparison in one language."""

    def __init__(self, found: Comparison, words: Words) -> None:
        self.found = found
        self.words = words
        self.names = {section.id: words.of(section, "short") for section in found.sections}

    def of(self, part: Part) -> list[Line]:
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
            case Part.ANSWERS:
                return [self.answer(one) for one in found.answers]
            case Part.ATTENDANCE:
                return [self.attended(one) for one in found.attendance]
            case Part.MEDIA:
                return [self.media(one) for one in found.media]
            case Part.RED:
                return [self.task(one) for one in found.reds]
            case Part.AMBER:
                return [self.task(one) for one in found.ambers]
            case Part.DUE_NEXT:
                return [self.task(one) for one in found.due_next]
            case Part.OWED:
                return [self.task(one) for one in found.owed]
            case Part.CHANGED:
                return [*self.tasks_changed(), *self.items_changed(), *self.delegates_changed()]
            case _:
                return [self.turn(one) for one in found.turns if one.part is part]

    def task_line(self, task: TaskSnapshot, *state: str) -> Line:
        title = f"{task.number}. {self.words.of(task, 'title')}"
        who = _joined(self.section_name(task.section_id), task.owner)
        return Line("task", task.id, title, who, _joined(*state))

    def tasks_changed(self) -> list[Line]:
        changes, words = self.found.changes, self.words
        lines = [self.task_line(one, words("review.added")) for one in changes.tasks_added]
        lines += [self.task_line(one, words("review.retired")) for one in changes.tasks_retired]
        for before, now in changes.tasks_changed:
            was = [f"{before.number}. {words.of(before, 'title')}"]
            was += [self.section_name(before.section_id), before.owner]
            lines.append(self.task_line(now, words("review.changed_from", was=_joined(*was))))
        return lines

    def items_changed(self) -> list[Line]:
        changes, words = self.found.changes, self.words
        lines = [self.item_line(one, words("review.added")) for one in changes.items_added]
        lines += [self.item_line(one, words("review.cancelled")) for one in changes.items_cancelled]
        for before, now in changes.items_changed:
            when, venue = words.moment(before.starts_at), words.of(before, "venue")
            was = _joined(words.of(before, "title"), when, venue, before.chair)
            lines.append(self.item_line(now, words("review.changed_from", was=was)))
        return lines

    def item_line(self, item: ItemSnapshot, *state: str) -> Line:
        when = self.words.moment(item.starts_at)
        venue = self.words.of(item, "venue")
        return Line("item", item.id, self.words.of(item, "title"), venue, _joined(when, *state))

    def delegates_changed(self) -> list[Line]:
        words, steps = self.words, self.found.changes.delegates
        if not steps:
            return []
        state = [f"{words(f'roster.step_{step.value}')} {number}" for step, number in steps]
        return [Line("roster", 0, words("review.roster"), "", _joined(*state))]

    def section_name(self, section_id: int | None) -> str:
        return "" if section_id is None else self.names.get(section_id, "")

    def due(self, task: TaskSnapshot) -> str:
        if task.overdue:
            return self.overdue(task.due_at)
        return self.words("review.due", at=task.due_at)

    def overdue(self, due_at: datetime) -> str:
        return self.words("review.overdue_by", span=self.words.age(self.found.moment - due_at))

    def task(self, task: TaskSnapshot) -> Line:
        status = self.words(f"status.{task.status.value}")
        return self.task_line(task, status, self.due(task), task.note)

    def turn(self, one: Turn) -> Line:
        level = self.words(f"level.{one.previous.value}")
        previous = self.words("review.was", level=level)
        late = self.due(one.task) if one.task.overdue else ""
        status = self.words(f"status.{one.task.status.value}")
        return self.task_line(one.task, status, previous, late, one.task.note)

    def slip(self, one: Slip) -> Line:
        moved = one.due_before != one.task.due_at
        before = self.words("review.due_before", at=one.due_before) if moved else ""
        return self.task_line(one.task, self.due(one.task), before, one.task.note)

    def silence(self, one: Silence) -> Line:
        section = one.section
        last = self.words("wall.never")
        if section.confirmed_at:
            last = self.words("review.last_heard", at=section.confirmed_at)
        state = _joined(last, self.words("review.newly") if one.new else "")
        name, short = self.words.of(section, "name"), self.names[section.id]
        return Line("section", section.id, name, short, state)

    def entry(self, one: EntrySnapshot) -> Line:
        opened = self.words("review.opened", at=one.opened_at)
        title = f"P{one.priority} #{one.number:03d} {one.text}"
        state = _joined(self.words(f"entry.{one.status.value}"), opened, one.said)
        return Line("entry", one.id, title, self.section_name(one.section_id), state)

    def directive(self, one: DirectiveSnapshot) -> Line:
        who = self.words.fact(one.office) if one.office else self.section_name(one.section_id)
        title = self.words(f"review.{one.kind.value}_line", number=str(one.number), text=one.text)
        return Line("directive", one.id, title, who, _joined(*self.directive_state(one)))

    def directive_state(self, one: DirectiveSnapshot) -> tuple[str, ...]:
        words, state, due = self.words, "", ""
        if one.kind is Kind.DIRECTIVE or one.state is not State.GIVEN:
            state = words(f"directive.{one.state.value}")
        if one.due_at and one.overdue:
            due = self.overdue(one.due_at)
        elif one.open:
            due = words("review.due", at=one.due_at)
        return (state, due, words("directive.why", why=one.why) if one.why else "", one.note)

    def answer(self, one: PetitionSnapshot) -> Line:
        title = self.words(
            "review.answer_line", number=str(one.number), text=one_line(one.entered.text)
        )
        state = self.words(f"petition_state.{one.state.value}")
        late = self.overdue(one.overdue_at)
        return Line("petition", one.id, title, one.entered.body, _joined(state, late))

    def attended(self, one: ItemAttendance) -> Line:
        after, words = one.after, self.words
        said = [words("review.attended", here=after.here, expected=after.expected)]
        said += [
            words(f"document.report.{name}", number=number)
            for name in ("excused", "absent", "not_yet")
            if (number := getattr(after, name))
        ]
        if one.before.here != after.here:
            said.append(words("review.attended_before", here=one.before.here))
        title, venue = words.of(one.item, "title"), words.of(one.item, "venue")
        return Line("item", one.item.id, title, venue, _joined(*said))

    def media(self, one: MediaSnapshot) -> Line:
        words = self.words
        planned = words("media.planned_at", at=one.planned_at)
        state = _joined(words("media.late"), planned)
        if one.published_at:
            state = words("media.published_at", at=one.published_at)
        return Line("media", one.id, words.of(one, "title"), one.outlet, state)


def _joined(*parts: str) -> str:
    return " · ".join(part for part in parts if part)


def general(found: Comparison, words: Words) -> str:
    """The figures in one sentence."""
    return words("review.figures", **found.figures)
