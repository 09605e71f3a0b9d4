"""The rows of an assignment table as sections and tasks of an event."""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from models.imports.frame import Frame
from models.imports.questions import Notebook, Place, Question, place
from models.imports.recognition import Table, heading, phase_of_group
from models.imports.sheets import Line, brief
from models.imports.spelling import shortened, slug, usual
from models.imports.times import END_OF_WORK, When, due_of
from models.imports.units import abolished
from models.imports.written import cells_of
from models.text import spelling_key

CADENCES = {"cadence_before_hours": "168", "cadence_near_hours": "24", "cadence_day_hours": "2"}
SHORT = 20
_CRITICAL = re.compile(
    r"\b(kich ban|phuong an|bao ve|giay (moi|trieu tap)|danh sach dai bieu|am thanh|hoi truong|"
    r"truyen hinh truc tiep|cap cuu|cuu thuong|phat bieu|bao cao trung tam|diem danh|"
    r"ke hoach to chuc|an ninh|pccc|may phat dien)\b"
)
_MARKED = ("x", "1", "co", "yes", "trong tam", "quan trong", "cao", "high", "critical", "true")
_PREFIX = re.compile(r"^(công tác|tiểu ban|tổ|nhóm|bộ phận|về)\s+", flags=re.IGNORECASE)
_SECTION_OF_OWNER = re.compile(r"^((?:tiểu ban|tổ|nhóm) [^(,;\n]+)", flags=re.IGNORECASE)


@dataclass(frozen=True)
class _Task:
    line: Line
    table: Table
    title: str
    owner: str
    section: str
    phase: str
    note: str

    @property
    def at(self) -> Place:
        return place(self.table.sheet, self.line.number, self.table.column("due"))


def task_files(
    tables: Iterable[Table], frame: Frame, notes: Notebook
) -> tuple[list[dict[str, str]], list[dict[str, str]]]:
    """The rows of `sections.csv` and of `tasks.csv`."""
    tasks = [task for table in tables for task in _tasks(table, notes)]
    spelled = usual(one.section for one in tasks)
    names = list(dict.fromkeys(spelled[spelling_key(one.section)] for one in tasks))
    keys = _keys(names)
    critical = set(map(id, _critical(tasks, notes)))
    numbers = _numbers(tasks)
    rows = [
        _row(task, number, keys[spelled[spelling_key(task.section)]], frame, notes)
        | {"critical": "1" if id(task) in critical else "0"}
        for task, number in zip(tasks, numbers, strict=True)
    ]
    return [_section(name, keys[name]) for name in names], rows


def _tasks(table: Table, notes: Notebook) -> list[_Task]:
    has_groups = any(_section_groups(groups) for groups in table.groups.values())
    tasks = []
    for line in table.rows:
        title = table.text(line, "title")
        if not title:
            at = place(table.sheet, line.number, table.column("title"))
            notes.error("task_untitled", at)
            continue
        owner = re.sub(r" ?; ?", "; ", table.text(line, "owner"))
        groups = table.groups.get(line.number, ())
        phase = next((found for one in groups if (found := phase_of_group(one))), "")
        section = _section_of(table, line, groups, owner, has_groups)
        tasks.append(_Task(line, table, title, owner, section, phase, _note(table, line)))
        now = abolished(owner)
        if now:
            at = place(table.sheet, line.number, table.column("owner"))
            notes.warn("body_abolished", at, written=owner, now=now)
    return tasks


def _section_groups(groups: tuple[str, ...]) -> list[str]:
    return [one for one in groups if not phase_of_group(one)]


def _section_of(
    table: Table, line: Line, groups: tuple[str, ...], owner: str, has_groups: bool
) -> str:
    """The section of a task: its column, the innermost heading, else who leads it."""
    written = table.text(line, "section")
    if written:
        return written
    named = _section_groups(groups)
    if named:
        return heading(named[-1])
    found = _SECTION_OF_OWNER.match(owner)
    if found:
        return found[1].strip()
    first = re.split(r"[;,(]", owner)[0].strip()
    return "Ban Tổ chức" if has_groups or not first else first


def _keys(names: list[str]) -> dict[str, str]:
    keys: dict[str, str] = {}
    used: Counter[str] = Counter()
    for name in names:
        short = slug(_PREFIX.sub("", name))
        used[short] += 1
        key = short if used[short] == 1 else f"{short}_{used[short]}"
        while used[key] and key != short:  # another name is called so by itself
            used[short] += 1
            key = f"{short}_{used[short]}"
        used[key] += key != short
        keys[name] = key
    return keys


def _section(name: str, key: str) -> dict[str, str]:
    plain = name.capitalize() if name.isupper() else name
    bare = _PREFIX.sub("", plain)
    short = shortened(bare[:1].upper() + bare[1:], SHORT)
    return {"key": key, "name_vi": plain, "short_vi": short, "illustrative": "", **CADENCES}


def _numbers(tasks: list[_Task]) -> list[int]:
    """The numbers of the file where each is whole and its own, else in order from 1."""
    written = [one.table.text(one.line, "number").rstrip(".") for one in tasks]
    if all(re.fullmatch(r"[1-9]\d{0,4}", one) for one in written) and len(set(written)) == len(
        written
    ):
        return [int(one) for one in written]
    return list(range(1, len(tasks) + 1))


def _critical(tasks: list[_Task], notes: Notebook) -> list[_Task]:
    """The critical tasks: as a column says, else proposed by their words and asked once."""
    if any(one.table.column("critical") >= 0 for one in tasks):
        return [one for one in tasks if brief(one.table.text(one.line, "critical")) in _MARKED]
    proposed = [one for one in tasks if _CRITICAL.search(brief(one.title))]
    if not tasks:
        return []
    answer = notes.ask(
        Question(
            "critical",
            place(tasks[0].table.sheet, tasks[0].table.header),
            "",
            "proposed",
            ("proposed", "none", "*"),
            {
                "count": len(proposed),
                "proposed": ",".join(str(one.line.number) for one in proposed),
                "tasks": {str(one.line.number): one.title for one in tasks},
            },
        )
    )
    if answer == "none":
        return []
    if answer == "proposed":
        return proposed
    chosen = set(answer.split(","))
    return [one for one in tasks if str(one.line.number) in chosen]


def _row(task: _Task, number: int, section: str, frame: Frame, notes: Notebook) -> dict[str, str]:
    when = _when(task, frame, notes)
    phase = _phase(when.due, frame)
    start = when.start or _begun(task, frame)
    return {
        "id": str(number),
        "section": section,
        "task_vi": task.title,
        "phase": phase,
        "due": frame.offset(when.due),
        "start": frame.offset(start) if start and start <= when.due else "",
        "owner_role": task.owner or "Ban Tổ chức",
        "depends_on": "",
        "basis": "import",
        "note": task.note,
        **cells_of(task.table, task.line, own=("title", "owner")),
    }


def _begun(task: _Task, frame: Frame) -> datetime | None:
    found = due_of(task.table.value(task.line, "start"), frame.days)
    return datetime.combine(found.due.date(), time(8, 0)) if found else None


def _phase(due: datetime, frame: Frame) -> str:
    if due.date() > frame.days.last:
        return "after"
    return "during" if due.date() >= frame.days.first else "before"


def _when(task: _Task, frame: Frame, notes: Notebook) -> When:
    """When it is due: as read where that is plain, else as asked."""
    value = task.table.value(task.line, "due")
    written = task.table.text(task.line, "due")
    read = due_of(value, frame.days)
    if read is not None and not read.doubt:
        when = read
    else:
        doubt = read.doubt if read else ("time_unread" if written else "time_empty")
        when = _asked(task, written, read or When(_usual_due(task, frame)), doubt, frame, notes)
    if abs((when.due.date() - frame.days.first).days) > 400:
        notes.warn("time_far", task.at, written=written, day=when.due.date())
    return when


def _asked(
    task: _Task, written: str, proposed: When, doubt: str, frame: Frame, notes: Notebook
) -> When:
    kind = doubt if doubt.startswith("time_") else f"time_{doubt}"
    proposal = f"{proposed.due:%Y-%m-%d %H:%M}"
    eve = datetime.combine(frame.days.first - timedelta(days=1), END_OF_WORK)
    others = {
        "time_before": f"{proposed.due + timedelta(days=1):%Y-%m-%d %H:%M}",
        "time_ongoing": f"{eve:%Y-%m-%d %H:%M}",
    }
    # To all of a kind one answers by a word: the day itself, the day before.
    words = {"time_before": ("day_before", "same_day")}.get(kind, ())
    choices = (proposal, *([others[kind]] if kind in others else []), *words, "*")
    answer = notes.ask(Question(kind, task.at, written, proposal, choices, {"task": task.title}))
    if answer == "same_day":
        return When(proposed.due + timedelta(days=1), proposed.start)
    if answer in ("day_before", proposal):
        return When(proposed.due, proposed.start)
    chosen = due_of(answer, frame.days)
    return When(chosen.due) if chosen else proposed


def _usual_due(task: _Task, frame: Frame) -> datetime:
    """Without a time: five days after the event for what comes after it, else the eve."""
    words = brief(f"{task.phase} {task.title}")
    after = task.phase == "after" or re.search(
        r"\b(sau (hoi nghi|su kien|chuong trinh|dai hoi)|quyet toan|tong ket|rut kinh nghiem)\b",
        words,
    )
    if after:
        return datetime.combine(frame.days.last + timedelta(days=5), END_OF_WORK)
    if task.phase == "during":
        return datetime.combine(frame.days.last, END_OF_WORK)
    return datetime.combine(frame.days.first - timedelta(days=1), END_OF_WORK)


def _note(table: Table, line: Line) -> str:
    """The note of a row, with partners, product and cost, which have no column of their own."""
    names = ("partner", "product", "cost", "note")
    parts = [table.text(line, name) for name in names] + [
        f"{table.headers[column]}: {line.text(column)}"
        for column in table.unknown
        if line.text(column)
    ]
    return "; ".join(part.replace("\n", " ") for part in parts if part)
