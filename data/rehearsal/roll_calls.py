"""The roll-calls that a scenario opens and answers."""

from data.events.scenario import Step
from data.rehearsal.cast import Act, Cast, Facts
from data.roll_calls import commands
from data.roll_calls.queries import newest_answer
from models.roll_calls import Answer, RollCall

ROLL_CALL_HOLDS = 30  # minutes


def _roll_call(cast: Cast, step: Step) -> Facts:
    return {
        "question": step.row.text("text"),
        "about_at": cast.moment(step, "value"),
        "holds_minutes": ROLL_CALL_HOLDS,
        "section_ids": step.row.known_all("section", cast.sections),
    }


def _opened_roll_call(cast: Cast, step: Step) -> dict[str, int]:
    return {"roll_call_id": cast.opened(step, RollCall, "open_roll_call")}


def _roll_call_answer(cast: Cast, step: Step) -> Facts:
    section = step.row.known("section", cast.sections)
    where = {**_opened_roll_call(cast, step), "section_id": section}
    return {
        **where,
        "answer": step.row.one_of("value", list(Answer)),
        "words": step.row.text("text"),
        "seen": newest_answer(cast.session, **where),
    }


ACTS = {
    "open_roll_call": Act(commands.open_roll_call, _roll_call),
    "answer_roll_call": Act(commands.answer_roll_call, _roll_call_answer),
    "end_roll_call": Act(commands.end_roll_call, _opened_roll_call),
}
