"""The petitions that a scenario registers, and their answers."""

from datetime import date

from data.answers import commands
from data.answers.queries import petition_by_number
from data.events.scenario import Step
from data.rehearsal.cast import Act, Cast, Facts
from data.rehearsal.subjects import section
from models.answers.answers import AnswerKind, Entered, Letter
from models.events.event import zone


def _parts(step: Step, number: int) -> list[str]:
    """The parts of a text between semicolons, the last one with any others in it."""
    parts = [part.strip() for part in step.row.text("text").split(";", number - 1)]
    if len(parts) < number:
        raise step.row.refuse("text", "parts_missing", number=number)
    return parts


def _local_day(cast: Cast, step: Step) -> date:
    return cast.moment(step, "value").date()


def _petition(cast: Cast, step: Step) -> Facts:
    body, level, text = _parts(step, 3)
    section_id = step.row.known("section", cast.sections)
    due_on = _local_day(cast, step)
    return {"entered": Entered(text, body, level, due_on, section_id=section_id)}


def _answer(cast: Cast, step: Step) -> Facts:
    """The value is the day that a roadmap promises; without one the petition is answered."""
    number, signer, text = _parts(step, 3)
    promised = _local_day(cast, step) if step.row.text("value") else None
    kind = AnswerKind.ROADMAP if promised else AnswerKind.ANSWERED
    signed_on = step.at.astimezone(zone(cast.event)).date()
    letter = Letter(kind.value, text, number, signed_on, signer, promised)
    petition = petition_by_number(cast.session, cast.event, step.row.whole("subject"))
    return {"petition_id": petition, "letter": letter}


ACTS = {
    "register_owed": Act(commands.register_owed, section),
    "register_petition": Act(commands.register_petition, _petition),
    "record_answer": Act(commands.record_answer, _answer),
}
