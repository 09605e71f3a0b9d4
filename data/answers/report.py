"""Exports of the register for its report, and of a letter; and the record of them."""

from dataclasses import dataclass

from sqlmodel import Session

from data.answers.queries import event_of_register, letter_file, petitions_at
from data.commands import Context, command
from models.answers.answers import Answer, LetterFile, Petition, PetitionSnapshot, State
from models.events.event import Event, View
from models.refusals import Refusal


@dataclass(frozen=True)
class AnswersReport:
    """A register as it is now, and its event; struck petitions are left out."""

    event: Event
    view: View
    petitions: tuple[PetitionSnapshot, ...]


@command("export_answers", topic="people", subject="export")
def export_answers(ctx: Context, *, event_id: int) -> AnswersReport:
    """Export the register of the current event or of an earlier one, for the report on how its
    petitions were resolved. Refuses `register_unknown`."""
    ctx.require()
    event = event_of_register(ctx.session, ctx.event, event_id)
    report = register_report(ctx.session, event, View(ctx.at))
    ctx.note(None, rows=len(report.petitions), document=event.slug)
    return report


def register_report(session: Session, event: Event, view: View) -> AnswersReport:
    """The register of an event as at the view's moment, by its numbers."""
    found = [one for one in petitions_at(session, event, view) if one.state is not State.STRUCK]
    return AnswersReport(event, view, tuple(sorted(found, key=lambda one: one.number)))


@command("export_answers", topic="people", subject="export")
def export_letter(ctx: Context, *, answer_id: int) -> LetterFile:
    """Export the file of an answer, as it was given. Refuses `answer_file_unknown_here` where there
    is none, or its bytes are erased."""
    ctx.require()
    answer = ctx.session.get(Answer, answer_id)
    if answer is None:
        raise Refusal("answer_file_unknown_here")
    petition = ctx.session.get_one(Petition, answer.petition_id)
    event_of_register(ctx.session, ctx.event, petition.event_id)
    file = letter_file(ctx.session, answer_id)
    if file is None:
        raise Refusal("answer_file_unknown_here")
    ctx.note(None, document=petition.number)
    return file
