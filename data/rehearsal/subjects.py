"""The facts of a step that gives no more than its subject."""

from collections.abc import Callable

from data.events.scenario import Step
from data.rehearsal.cast import Cast, Facts


def section(cast: Cast, step: Step) -> Facts:
    return {"section_id": step.row.known("subject", cast.sections)}


def item(cast: Cast, step: Step) -> dict[str, int]:
    return {"item_id": step.row.known("subject", cast.items)}


def media(cast: Cast, step: Step) -> Facts:
    return {"media_id": step.row.known("subject", cast.media)}


def venue(cast: Cast, step: Step) -> Facts:
    return {"venue_id": step.row.known("subject", cast.venues)}


def delegation(cast: Cast, step: Step) -> Facts:
    return {"delegation_id": step.row.known("subject", cast.delegations)}


def nothing(_cast: Cast, _step: Step) -> Facts:
    return {}


SUBJECTS: dict[str, Callable[[Cast, Step], Facts]] = {
    "section_id": section,
    "item_id": item,
    "media_id": media,
    "venue_id": venue,
    "delegation_id": delegation,
}
