"""An event's tasks and what each of them needs first."""

from typing import Any

from data.events.load import Load, is_pinned
from data.files import Row
from models.imports.recognition import Kind
from models.imports.written import basis_of
from models.plan import canonical_offset
from models.readiness.prerequisites import require_no_cycle
from models.readiness.tasks import Task, TaskPrerequisite
from models.refusals import Refusal

CADENCES = ("cadence_before_hours", "cadence_near_hours", "cadence_day_hours")
COLUMNS = (
    "id",
    "section",
    "task_vi",
    "task_en",
    "phase",
    "due",
    "owner_role",
    "critical",
    "depends_on",
    "basis",
)


def add_tasks(load: Load) -> None:
    rows = load.rows("tasks.csv", COLUMNS, unique="id", read=Row.whole, optional=True)
    tasks = {row.required("id"): load.add(_task(load, row)) for row in rows}
    for row in rows:
        task = tasks[row.required("id")]
        load.note_written(Kind.TASKS, row, task.id, basis=basis_of(task.due_at))
    needs = {}
    for row in rows:
        task = tasks[row.required("id")]
        needed = row.known_all("depends_on", tasks)
        needs[task.number] = [other.number for other in needed]
        for other in needed:
            load.put(TaskPrerequisite(task_id=task.id, needs_id=other.id))
    _require_no_cycle(rows, needs)


def _require_no_cycle(rows: list[Row], needs: dict[int, list[int]]) -> None:
    """Refuses a circle of prerequisites at the line of its first task."""
    try:
        require_no_cycle(needs)
    except Refusal as refusal:
        cycle = refusal.facts["cycle"]
        first = int(str(cycle).split(" ")[0])
        row = next(row for row in rows if row.whole("id") == first)
        row.instead(None, row.refuse("depends_on", "cycle", cycle=cycle))


def _task(load: Load, row: Row) -> Task:
    """A task, planned as its baseline says."""
    planned = _planned(load, row)
    return Task(
        event_id=load.event.id,
        section_id=row.known("section", load.sections),
        number=row.whole("id", least=1),
        title_vi=row.required("task_vi"),
        title_en=row.required("task_en"),
        phase=row.one_of("phase", ("before", "during", "after")),
        **planned,
        **{f"baseline_{name}": value for name, value in planned.items()},
        pinned=is_pinned(row),
        **_own_cadence(row),
        owner=row.required("owner_role"),
        critical=row.one_of("critical", ("0", "1")) == "1",
        illustrative="illustrative" in row.text("basis"),
        added_at=load.added_at.get("tasks.csv"),
    )


def _planned(load: Load, row: Row) -> dict[str, Any]:
    due_at = load.moment(row, "due")
    start_at = load.moment(row, "start") if row.text("start") else None
    row.require(not start_at or start_at <= due_at, "start", "after_due")
    return {
        "due": row.checked("due", canonical_offset, ""),
        "due_at": due_at,
        "start": row.checked("start", canonical_offset, "") if start_at else None,
        "start_at": start_at,
    }


def _own_cadence(row: Row) -> dict[str, Any]:
    """How often a critical task must be confirmed, by phase, where it is not as its section.

    Refuses one of a task that is not critical.
    """
    own = [name for name in CADENCES if row.text(name)]
    row.require(not own or row.text("critical") == "1", own[0] if own else "", "only_critical")
    return {name: row.number(name, least=0.1) for name in own}
