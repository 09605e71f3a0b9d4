"""The delegates that come in a scenario, or do not."""

from data.attendance import commands
from data.events.scenario import Step
from data.rehearsal.cast import Act, Cast, Facts
from models.attendance.badges import badge_code


def _scan(cast: Cast, step: Step) -> Facts:
    return {
        "badge": step.row.checked("badge", badge_code, ""),
        "item_id": step.row.known("item", cast.items),
    }


def _excuse(cast: Cast, step: Step) -> Facts:
    return {**_scan(cast, step), "reason": step.row.required("text")}


def _substitute(cast: Cast, step: Step) -> Facts:
    return {**_scan(cast, step), "substitute": step.row.required("text")}


ACTS = {
    "present": Act(commands.admit, _scan),
    "excused": Act(commands.excuse, _excuse),
    "substitute": Act(commands.admit_substitute, _substitute),
}
