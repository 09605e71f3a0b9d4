"""The report of a review in five parts, in sentences, with the facts behind them in an annex."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from data.documents import frozen
from data.documents.content import clean_end, listed, written_moment
from data.incidents import EntrySnapshot
from data.reviews.comparison import Comparison, ItemAttendance, Silence
from data.words import Words
from models.answers.answers import PetitionSnapshot
from models.attendance.ledger import Headcount
from models.documents import Content
from models.readiness.tasks import WORST_FIRST, Level, Status, TaskSnapshot
from models.reviews.directives import DirectiveSnapshot, Kind, State
from models.reviews.reviews import Part, Slip
from models.text import one_line

MAX_NAMED = 6  # matters of a kind that the sentences name; the others are in the annex
GRAVE = 2  # the priority of an incident from which the first part counts it by its name
COLUMNS = (
    ("place", 0.07, "center"),
    ("what", 0.4, "left"),
    ("who", 0.23, "left"),
    ("state", 0.3, "left"),
)
FIGURES = ("expected", "present", "substituted", "excused", "absent", "not_yet")
FIGURE_COLUMNS = (
    ("place", 0.07, "center"),
    ("item", 0.33, "left"),
    *((name, 0.1, "right") for name in FIGURES),
)


def text_of(found: Comparison, words: Words, *, conclusion: str) -> list[Content]:
    """The whole report as headed sections (their shape is in `models.reviews.reviews`)."""
    made = _Report(found, words)
    parts = {
        "general": made.general(),
        "trouble": made.trouble(),
        "results": made.results(),
        "next": made.ahead(),
        "conclusion": made.conclusion(conclusion),
    }
    sections: list[Content] = [
        frozen.section(words(f"document.report.part_{name}"), lines)
        for name, lines in parts.items()
    ]
    return [*sections, *made.annex()]


def frame_of(found: Comparison, words: Words, signer: dict[str, str] | None) -> Content:
    """The words around the parts: the summary, the opening and the closing sentence."""
    event = found.event
    at = written_moment(found.moment, words)
    issuer = event.documents.get(f"issuer_{words.language}") or words("document.committee")
    opening = words("document.report.opening", issuer=issuer, at=at)
    if signer:
        opening = words("document.report.opening_signed", issuer=issuer, signer=signer, at=at)
    name = {"vi": event.name_vi, "en": event.name_en}
    return {
        "summary": words(f"document.report.summary_{found.phase.value}", event=name),
        "opening": opening,
        "closing": words("document.report.closing", at=at),
    }


class _Report:
    """The sentences of one comparison in one language."""

    def __init__(self, found: Comparison, words: Words) -> None:
        self.found = found
        self.words = words
        self.names = {section.id: words.of(section, "name") for section in found.sections}
        turned = [turn.task for turn in found.turns]
        self.reds = _of_level(Level.RED, (*turned, *found.reds))
        self.ambers = _of_level(Level.AT_RISK, (*turned, *found.ambers))

    def say(self, name: str, **facts: object) -> str:
        return self.words(f"document.report.{name}", **facts)

    def number(self, value: int) -> str:
        """A number in a sentence: Vietnamese documents write 01 to 09."""
        return f"{value:02d}" if self.words.language == "vi" else self.words.number(value)

    def moment(self, at: datetime) -> str:
        return written_moment(at, self.words)

    # --- I. how matters stand ----------------------------------------------------------------

    def general(self) -> list[str]:
        attended = [self.attended(one) for one in self.begun()]
        counted = [*self.incidents_counted(), *self.media_counted()]
        return [self.tasks(), *self.changes_counted(), *attended, *counted]

    def changes_counted(self) -> list[str]:
        """What was changed since in the plan, the programme and the roster; nothing without any."""
        changes, since = self.found.changes, self.found.since
        numbers = {
            name: len(getattr(changes, name))
            for name in (
                "tasks_added",
                "tasks_retired",
                "tasks_changed",
                "items_added",
                "items_cancelled",
                "items_changed",
            )
        }
        numbers |= {f"delegates_{step.value}": number for step, number in changes.delegates}
        parts = [
            self.say(name, number=self.number(number)) for name, number in numbers.items() if number
        ]
        if since is None or not parts:
            return []
        return [self.say("changes", since=self.moment(since), changes=", ".join(parts))]

    def tasks(self) -> str:
        """The tasks done, the change since the last review, and what is in trouble."""
        figures = self.found.figures
        done, tasks = figures["done"], figures["tasks"]
        share = self.words.share(done / tasks if tasks else 0).replace(" ", "")
        facts = {"at": self.moment(self.found.moment), "done": done, "tasks": tasks}
        said = self.say("done", share=share, **facts) + self.compared(done)
        trouble = [
            self.say(name, number=self.number(number))
            for name, number in (("late", len(self.reds)), ("at_risk", len(self.ambers)))
            if number
        ]
        left = "; " + self.say("left", trouble=", ".join(trouble)) if trouble else ""
        return f"{said}{left}{self.overdue(figures['overdue'], of_those=bool(trouble))}."

    def overdue(self, number: int, *, of_those: bool) -> str:
        """How many tasks are overdue: of those in trouble that were just named, or of all."""
        if not number:
            return f"; {self.say('no_overdue')}"
        return self.say("overdue_of_those" if of_those else "overdue", number=self.number(number))

    def compared(self, done: int) -> str:
        before, since = self.found.done_before, self.found.since
        if since is None or before is None:
            return ""
        more = done - before
        name = "done_more" if more > 0 else "done_fewer" if more else "done_same"
        return self.say(name, number=self.number(abs(more)), since=self.moment(since))

    def begun(self) -> list[ItemAttendance]:
        """The items to which delegates have come; before that there is nothing to report."""
        return [one for one in self.found.attendance if one.after.here or one.after.absent]

    def attended(self, one: ItemAttendance) -> str:
        head = one.after
        here = head.here / head.expected
        facts = {"here": head.here, "expected": head.expected}
        share = self.words.share(here).replace(" ", "")
        said = [self.say("attended", item=self.words.of(one.item, "title"), share=share, **facts)]
        said += [
            self.say(name, number=number)
            for name in ("excused", "absent", "not_yet")
            if (number := getattr(head, name))
        ]
        return f"{', '.join(said)}."

    def incidents_counted(self) -> list[str]:
        if not self.found.entries:
            return []
        said = self.say("incidents", number=self.number(len(self.found.entries)))
        grave = [
            self.say(f"grave_{priority}", number=self.number(number))
            for priority in range(1, GRAVE + 1)
            if (number := sum(one.priority == priority for one in self.found.entries))
        ]
        return [said + (self.say("among", grave=", ".join(grave)) if grave else "") + "."]

    def media_counted(self) -> list[str]:
        figures = self.found.figures
        if not figures["media"]:
            return []
        said = self.say("media", published=figures["published"], media=figures["media"])
        late = figures["media_late"]
        return [said + (self.say("media_late", number=self.number(late)) if late else "") + "."]

    # --- II. difficulties --------------------------------------------------------------------

    def trouble(self) -> list[str]:
        found = self.found
        late = [one for one in found.directives if one.open and one.overdue]
        put_off = [one for one in found.slips if one.due_before != one.task.due_at]
        groups: Sequence[tuple[str, Iterable[str]]] = (
            ("trouble_late", map(self.task, self.reds)),
            ("trouble_at_risk", map(self.task, self.ambers)),
            ("trouble_incidents", map(self.incident, found.entries)),
            ("trouble_unready", found.unready),
            ("trouble_silent", map(self.silence, found.silent)),
            ("trouble_put_off", map(self.put_off, put_off)),
            ("trouble_directives", map(self.directive, late)),
            ("trouble_answers", map(self.answer, found.answers)),
        )
        return self.grouped(groups) or [self.say("no_trouble")]

    def task(self, task: TaskSnapshot) -> str:
        state = self.words(f"status.{task.status.value}")
        return self.say("state", what=self.titled(task), state=self.joined(state, self.due(task)))

    def titled(self, task: TaskSnapshot) -> str:
        title, owner = self.words.of(task, "title"), self.owner(task)
        return self.say("task", title=title, number=str(task.number), owner=owner)

    def owner(self, task: TaskSnapshot) -> str:
        return task.owner or self.names[task.section_id]

    def due(self, task: TaskSnapshot) -> str:
        """The due time of an open task, and what its section wrote of it."""
        return self.joined(self.due_at(task.due_at, overdue=task.overdue), task.note)

    def due_at(self, at: datetime, *, overdue: bool) -> str:
        if overdue:
            return self.words("review.overdue_by", span=self.words.age(self.found.moment - at))
        return self.say("due", at=self.moment(at))

    def incident(self, one: EntrySnapshot) -> str:
        section = self.names.get(one.section_id or 0, "")
        what = f"{one.text} ({section})" if section else one.text
        state = self.joined(self.words(f"entry.{one.status.value}"), one.said)
        named = self.say(f"incident_{one.priority}", number=str(one.number), what=what)
        return self.say("state", what=named, state=state)

    def silence(self, one: Silence) -> str:
        name = self.words.of(one.section, "name")
        if one.section.confirmed_at is None:
            return self.say("never_heard", section=name)
        return self.say("not_heard", section=name, at=self.moment(one.section.confirmed_at))

    def put_off(self, one: Slip) -> str:
        dues = {"before": self.moment(one.due_before), "after": self.moment(one.task.due_at)}
        return self.say("put_off", what=self.titled(one.task), **dues)

    def directive(self, one: DirectiveSnapshot) -> str:
        title = self.words(f"review.{one.kind.value}_line", number=str(one.number), text=one.text)
        who = self.words.fact(one.office) if one.office else self.names.get(one.section_id or 0, "")
        due = self.due_at(one.due_at, overdue=one.overdue) if one.due_at and one.open else ""
        state = "; ".join(clean_end(part) for part in (who, due, one.note) if part)
        return self.say("directive", what=clean_end(title), state=state) if state else title

    def answer(self, one: PetitionSnapshot) -> str:
        """A petition whose answer is overdue: whose it is to answer, and for how long."""
        what, who, state = self.answer_row(one)
        return self.say("directive", what=clean_end(what), state=f"{clean_end(who)}; {state}")

    # --- III. results ------------------------------------------------------------------------

    def results(self) -> list[str]:
        found = self.found
        of_part = {
            part: [turn.task for turn in found.turns if turn.part is part]
            for part in (Part.DONE, Part.RECOVERED, Part.STARTED)
        }
        reported = [one for one in found.directives if one.state is State.DONE]
        groups: Sequence[tuple[str, Iterable[str]]] = (
            ("results_done", map(self.titled, of_part[Part.DONE])),
            ("results_recovered", map(self.titled, of_part[Part.RECOVERED])),
            ("results_started", map(self.titled, of_part[Part.STARTED])),
            ("results_directives", map(self.directive, reported)),
        )
        published = sum(one.published_at is not None for one in found.media)
        media = [self.say("published", number=self.number(published))] if published else []
        return [*self.grouped(groups), *media] or [self.say("no_results")]

    # --- IV. what comes next -----------------------------------------------------------------

    def ahead(self) -> list[str]:
        found = self.found
        owed = {one.id for one in found.owed}
        due = [one for one in found.due_next if one.id not in owed]
        new = {one.id for one in self.new()}
        waiting = [
            one for one in found.directives if one.open and not one.overdue and one.id not in new
        ]
        groups: Sequence[tuple[str, Iterable[str]]] = (
            ("next_owed", map(self.ahead_of, found.owed)),
            ("next_due", map(self.ahead_of, due)),
            ("next_directives", map(self.directive, waiting)),
        )
        note = self.words("review.owed_note", delegates=found.event.expected_delegates)
        notes = [note] if found.owed else []
        return [*notes, *self.grouped(groups)] or [self.say("no_next")]

    def ahead_of(self, task: TaskSnapshot) -> str:
        due = self.due_at(task.due_at, overdue=task.overdue)
        return self.say("state", what=self.titled(task), state=due)

    # --- V. conclusion -----------------------------------------------------------------------

    def conclusion(self, written: str) -> list[str]:
        """The conclusion, what was decided since the last review, and what is asked for."""
        new = self.new()
        decided = [one for one in new if one.kind is Kind.DECISION]
        directed = [one for one in new if one.kind is Kind.DIRECTIVE]
        groups: Sequence[tuple[str, Iterable[str]]] = (
            ("decided", map(self.directive, decided)),
            ("directed", map(self.directive, directed)),
        )
        blocked = any(one.status is Status.BLOCKED for one in self.reds)
        asked = [self.say("asked")] if blocked else []
        ended = f"{written}." if written and written[-1] not in ".!?…" else written
        return [ended, *self.grouped(groups), *asked]

    def new(self) -> list[DirectiveSnapshot]:
        """What was decided and directed since the last review, and is not done yet."""
        since, over = self.found.since, (State.DONE, State.WITHDRAWN)
        given = [one for one in self.found.directives if one.state not in over]
        return [one for one in given if since is None or one.given_at > since]

    # --- annex -------------------------------------------------------------------------------

    def annex(self) -> list[Content]:
        """Every matter once, in tables: tasks, incidents, directives, sections, delegates, media.

        A section of an annex has `annex`.
        """
        found = self.found
        tables = {
            "tasks": self.table(self.task_rows()),
            "incidents": self.table(map(self.incident_row, found.entries)),
            "directives": self.table(map(self.directive_row, found.directives)),
            "answers": self.table(map(self.answer_row, found.answers)),
            "delegates": self.figures(self.begun()),
        }
        return [
            frozen.section(self.say(f"annex_{name}"), tables=[table], annex=True)
            for name, table in tables.items()
            if table["rows"]
        ]

    def task_rows(self) -> list[tuple[str, ...]]:
        """Every task of the review once, worst first."""
        found = self.found
        turned = [turn.task for turn in found.turns]
        every = (*turned, *found.reds, *found.ambers, *(one.task for one in found.slips))
        known = {task.id: task for task in (*every, *found.due_next, *found.owed)}
        worst = sorted(
            known.values(), key=lambda one: (WORST_FIRST.index(one.level), one.due_at, one.number)
        )
        return [self.task_row(task) for task in worst]

    def task_row(self, task: TaskSnapshot) -> tuple[str, ...]:
        title = self.words.of(task, "title")
        what = self.say("annex_task", title=title, number=str(task.number))
        status = self.words(f"status.{task.status.value}")
        due = "" if task.status is Status.DONE else self.due(task)
        return what, self.owner(task), self.joined(status, due)

    def incident_row(self, one: EntrySnapshot) -> tuple[str, ...]:
        what = self.say(f"incident_{one.priority}", number=str(one.number), what=one.text)
        opened = self.say("opened", at=self.moment(one.opened_at))
        state = self.joined(self.words(f"entry.{one.status.value}"), opened, one.said)
        return what, self.names.get(one.section_id or 0, ""), state

    def directive_row(self, one: DirectiveSnapshot) -> tuple[str, ...]:
        what = self.words(f"review.{one.kind.value}_line", number=str(one.number), text=one.text)
        who = self.words.fact(one.office) if one.office else self.names.get(one.section_id or 0, "")
        decided = one.kind is Kind.DECISION and one.state is State.GIVEN
        state = "" if decided else self.words(f"directive.{one.state.value}")
        due = self.due_at(one.due_at, overdue=one.overdue) if one.due_at and one.open else ""
        why = self.words("directive.why", why=one.why) if one.why else ""
        return what, who, self.joined(state, due, why, one.note)

    def answer_row(self, one: PetitionSnapshot) -> tuple[str, ...]:
        text = one_line(one.entered.text)
        what = self.words("review.answer_line", number=str(one.number), text=text)
        return what, one.entered.body, self.due_at(one.overdue_at, overdue=True)

    def table(self, rows: Iterable[tuple[str, ...]]) -> Content:
        written = [
            [str(place), what, who, _capital(state)]
            for place, (what, who, state) in enumerate(rows, start=1)
        ]
        return frozen.table(COLUMNS, written, lambda name: self.words(f"review.column_{name}"))

    def figures(self, attended: Sequence[ItemAttendance]) -> Content:
        rows = [
            [str(place), self.words.of(one.item, "title"), *self.counted(one.after)]
            for place, one in enumerate(attended, start=1)
        ]
        names = {"item": "document.minutes.item", "place": "review.column_place"}
        return frozen.table(
            FIGURE_COLUMNS,
            rows,
            lambda name: self.words(names.get(name, f"document.minutes.{name}")),
        )

    def counted(self, head: Headcount) -> list[str]:
        return [self.words.number(getattr(head, name)) for name in FIGURES]

    # --- lists -------------------------------------------------------------------------------

    def grouped(self, groups: Sequence[tuple[str, Iterable[str]]]) -> list[str]:
        """A numbered line for each kind that has matters, and below it each of them."""
        lines: list[str] = []
        filled = [(name, items) for name, given in groups if (items := list(given))]
        for place, (name, items) in enumerate(filled, start=1):
            label = self.say(name, number=self.number(len(items)))
            lines.append(f"{place}. {label}" if len(filled) > 1 else label)
            named, others = items[:MAX_NAMED], len(items) - MAX_NAMED
            if others > 0:
                named.append(self.say("others", number=self.number(others)))
            lines += [f"- {one}" for one in listed(named)]
        return lines

    def joined(self, *parts: str) -> str:
        """Facts of one matter; what its section wrote of it stays as it is written."""
        written = [clean_end(part) for part in parts if part]
        return "; ".join([written[0][:1].lower() + written[0][1:], *written[1:]]) if written else ""


def _of_level(level: Level, tasks: Iterable[TaskSnapshot]) -> list[TaskSnapshot]:
    """The tasks of a level, critical before others, then by due time."""
    known = {task.id: task for task in tasks if task.level is level}
    return sorted(known.values(), key=lambda one: (not one.critical, one.due_at, one.number))


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
