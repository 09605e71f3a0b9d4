"""What a scenario reports of tasks and sections."""

from data.events.scenario import Step
from data.readiness import tasks
from data.rehearsal.cast import Act, Cast, Facts
from data.rehearsal.subjects import section
from models.readiness.tasks import Status


def _status(cast: Cast, step: Step) -> Facts:
    return {
        "status": step.row.one_of("value", list(Status)),
        "task_id": step.row.known("subject", cast.tasks),
        "note": step.row.text("text"),
    }


def _headline(cast: Cast, step: Step) -> Facts:
    return {**section(cast, step), "headline": step.row.text("text")}


ACTS = {
    "report_status": Act(tasks.report_status, _status),
    "set_headline": Act(tasks.set_headline, _headline),
}
