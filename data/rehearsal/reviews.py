"""The reviews that a scenario holds, and the directives that they give."""

from data.events.scenario import Step
from data.rehearsal.cast import Act, Cast, Facts
from data.reviews import commands, directives
from models.reviews.directives import Directive, Kind


def _review(_cast: Cast, step: Step) -> Facts:
    return {"conclusion": step.row.text("text"), "number": step.row.text("value") or None}


def _directive(cast: Cast, step: Step) -> Facts:
    return {
        "kind": Kind.DIRECTIVE.value,
        "text": step.row.text("text"),
        "why": "",
        "due_at": cast.moment(step, "value"),
        "section_id": step.row.known("section", cast.sections),
        "office_id": None,
    }


def _opened_directive(cast: Cast, step: Step) -> Facts:
    return {"directive_id": cast.opened(step, Directive, "give_directive")}


def _directive_report(cast: Cast, step: Step) -> Facts:
    return {**_opened_directive(cast, step), "note": step.row.text("text")}


ACTS = {
    "hold_review": Act(commands.sign_review, _review),
    "give_directive": Act(directives.give_directive, _directive),
    "acknowledge_directive": Act(directives.acknowledge_directive, _opened_directive),
    "report_directive": Act(directives.report_directive, _directive_report),
}
