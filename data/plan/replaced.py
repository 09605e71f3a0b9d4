"""What a change of the plan replaces, as the columns of the facts that keep it."""

from typing import Any

from models.media import MediaItem
from models.plan import ItemPlan, MediaPlan
from models.programme import ProgrammeItem
from models.readiness.tasks import Task

TASK_COLUMNS = (
    "event_id",
    "version",
    "title_vi",
    "title_en",
    "due",
    "due_at",
    "start",
    "start_at",
    "pinned",
    "carried_days",
    "owner",
    "critical",
    "section_id",
    "retired",
)


def task_columns(task: Task, needs: list[int]) -> dict[str, Any]:
    """The columns of a `TaskPlan`; `needs`: ids of the task's prerequisites."""
    columns = {name: getattr(task, name) for name in TASK_COLUMNS}
    return {**columns, "task_id": task.id, "needs": needs}


ITEM_COLUMNS = (
    "event_id",
    "version",
    "title_vi",
    "title_en",
    "short_vi",
    "short_en",
    "venue_id",
    "chair",
    "starts_at",
    "ends_at",
    "pinned",
    "cancelled",
)


def item_plan(
    item: ProgrammeItem, move_id: int | None = None, *, reason: str = "", added: bool = False
) -> ItemPlan:
    columns = {name: getattr(item, name) for name in ITEM_COLUMNS}
    return ItemPlan(item_id=item.id, move_id=move_id, reason=reason, added=added, **columns)


def media_plan(item: MediaItem, move_id: int | None = None) -> MediaPlan:
    return MediaPlan(
        event_id=item.event_id,
        media_id=item.id,
        planned_at=item.planned_at,
        pinned=item.pinned,
        move_id=move_id,
    )
