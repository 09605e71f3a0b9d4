"""The questions and petitions of a scenario: topics, orientations, and what becomes of them."""

from collections.abc import Callable

from sqlmodel import col, select

from data.contributions import commands, topics
from data.events.scenario import Step
from data.rehearsal.cast import Act, Cast, Facts
from models.contributions.contributions import (
    Channel,
    Contribution,
    ContributionKind,
    State,
    Submission,
)
from models.contributions.contributions import Step as ContributionStep
from models.contributions.topics import Topic, TopicChange, TopicPlan
from models.events.event import zone

OPENED = ("register_contribution", "ask_contribution")


def _topic(cast: Cast, step: Step, field: str) -> int | None:
    """The topic that an earlier step added under this reference, or that the event came with; None
    for none."""
    if not step.row.text(field):
        return None
    fact = cast.opening_fact(step, TopicChange, "add_topic", field=field)
    if fact:
        return fact.topic_id
    name = cast.opening(step, "add_topic", field=field).row.required("text")
    known = select(Topic.id).where(Topic.event_id == cast.event.id, Topic.name_vi == name)
    return cast.session.exec(known.order_by(col(Topic.id))).first()


def _new_topic(cast: Cast, step: Step) -> Facts:
    return {"plan": TopicPlan(step.row.required("text"), parent_id=_topic(cast, step, "into"))}


def _orientation(cast: Cast, step: Step) -> Facts:
    return {"item_id": step.row.known("forum", cast.items), "text": step.row.required("text")}


def _submission(cast: Cast, step: Step) -> Submission:
    row = step.row
    return Submission(
        text=row.required("text"),
        kind=row.one_of("kind", list(ContributionKind)),
        item_id=row.known("forum", cast.items) if row.text("forum") else None,
        topic_id=_topic(cast, step, "topic"),
        unit_id=row.known("unit", cast.delegations),
        **{name: row.text(name) for name in ("office", "field", "body", "level")},
    )


def _registered(cast: Cast, step: Step) -> Facts:
    return {"submission": _submission(cast, step), "channel": Channel.UNIT.value}


def _asked(cast: Cast, step: Step) -> Facts:
    channel = Channel.FORUM.value
    return {"submission": _submission(cast, step), "channel": channel, "asked": True}


def _led_to(state: State) -> Callable[[Cast, Step], Facts]:
    """The facts of a step that leads a contribution to a state."""

    def facts(cast: Cast, step: Step) -> Facts:
        row = step.row
        until = cast.moment(step, "until") if row.text("until") else None
        said = ContributionStep(
            said_by=row.text("office"),
            said=row.text("text"),
            owed_by=row.text("body"),
            owed_level=row.text("level"),
            due_on=until.astimezone(zone(cast.event)).date() if until else None,
        )
        number = cast.opened(step, Contribution, *OPENED)
        return {"contribution_id": number, "state": state.value, "step": said}

    return facts


def _merged(cast: Cast, step: Step) -> Facts:
    return {
        "contribution_id": cast.opened(step, Contribution, *OPENED),
        "into_id": cast.opened(step, Contribution, *OPENED, field="into"),
    }


ACTS = {
    "add_topic": Act(topics.add_topic, _new_topic),
    "orient_forum": Act(commands.orient_forum, _orientation),
    "register_contribution": Act(commands.register_contribution, _registered),
    "ask_contribution": Act(commands.register_contribution, _asked),
    "merge_contribution": Act(commands.merge_contribution, _merged),
    "put_contribution": Act(commands.step_contribution, _led_to(State.PUT)),
    "mark_asked": Act(commands.step_contribution, _led_to(State.ASKED)),
    "answer_here": Act(commands.step_contribution, _led_to(State.ANSWERED_HERE)),
    "owe_answer": Act(commands.step_contribution, _led_to(State.ANSWER_OWED)),
    "leave_unasked": Act(commands.step_contribution, _led_to(State.LEFT)),
}
