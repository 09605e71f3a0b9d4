"""What a scenario says to a room, its lines and its papers."""

from dataclasses import replace
from typing import Any

from data.events.scenario import Step
from data.rehearsal.cast import Act, Cast, Facts
from data.rehearsal.subjects import item, venue
from data.script import lines, papers, rooms
from models.script.lines import COLUMNS, Line
from models.script.papers import PaperChange, PaperMarkKind, PaperPlan


def _message(cast: Cast, step: Step) -> Facts:
    return {**venue(cast, step), "text": step.row.text("text")}


def _line(cast: Cast, step: Step) -> Facts:
    """One column of an item's line; the others stay as they are."""
    where, text = item(cast, step), step.row.text("text")
    column = step.row.one_of("value", COLUMNS)
    version, line = lines.lines(cast.session, cast.event).get(where["item_id"], (0, Line()))
    written: dict[str, Any] = {column: bool(text) if column == "fixed" else text}
    return {**where, "version": version, "line": replace(line, **written)}


def _paper(cast: Cast, step: Step) -> dict[str, Any]:
    """A paper `item/2` is the second one of an item; `value`: its minutes, `text`: who; title."""
    at, _, place = step.row.required("subject").rpartition("/")
    if at not in cast.items or not place.isdecimal():
        raise step.row.refuse("subject", "unknown_key")
    who, _, title = step.row.text("text").partition(";")
    plan = PaperPlan(who, title, step.row.whole("value"), int(place))
    return {"item_id": cast.items[at], "plan": plan}


def _registered(cast: Cast, step: Step) -> int:
    """The paper that an earlier step registered under the same reference, or that the event came
    with; 0 before that."""
    fact = cast.opening_fact(step, PaperChange, "register_paper")
    if fact:
        return fact.paper_id
    known = papers.same_paper(cast.session, **_paper(cast, cast.opening(step, "register_paper")))
    return known.id if known else 0


def _paper_mark(cast: Cast, step: Step) -> Facts:
    return {
        "paper_id": _registered(cast, step),
        "mark": step.row.one_of("value", list(PaperMarkKind)),
    }


ACTS = {
    "write_script_line": Act(lines.write_script_line, _line),
    "message_speaker": Act(rooms.message_speaker, _message),
    "register_paper": Act(papers.register_paper, _paper),
    "mark_paper": Act(papers.mark_paper, _paper_mark),
}
