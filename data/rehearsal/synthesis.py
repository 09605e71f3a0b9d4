"""The synthesis that a scenario writes, submits and approves."""

from data.events.scenario import Step
from data.rehearsal.cast import Act, Cast, Facts
from data.rehearsal.subjects import nothing
from data.synthesis import commands
from data.synthesis.queries import versions_at
from models.events.event import View
from models.synthesis.paragraphs import MAX_POSITION, Paragraph, Part


def _paragraph(_cast: Cast, step: Step) -> Facts:
    part = step.row.one_of("value", list(Part))
    return {"paragraph": Paragraph(step.row.text("text"), part=part, position=MAX_POSITION)}


def _newest_version(cast: Cast, step: Step) -> Facts:
    versions = versions_at(cast.session, cast.event, View(step.at))
    return {"digest": versions[-1].digest if versions else ""}


def _noted(cast: Cast, step: Step) -> Facts:
    return {**_newest_version(cast, step), "note": step.row.required("text")}


ACTS = {
    "gather_paragraphs": Act(commands.gather_paragraphs, nothing),
    "add_paragraph": Act(commands.add_paragraph, _paragraph),
    "submit_synthesis": Act(commands.submit_synthesis, nothing),
    "return_synthesis": Act(commands.return_synthesis, _noted),
    "approve_synthesis": Act(commands.approve_synthesis, _newest_version),
}
