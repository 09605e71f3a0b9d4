"""Which command a row of a scenario's files gives, and with which facts."""

import inspect
from dataclasses import dataclass
from functools import cache
from typing import Any

from data.commands import Command, Origin, execute, registered
from data.events.scenario import ARRIVALS, CONTRIBUTIONS, NAMED_IN, SCENARIO, Step
from data.rehearsal import (
    answers,
    attendance,
    contributions,
    distribution,
    incidents,
    readiness,
    reviews,
    roll_calls,
    script,
    synthesis,
)
from data.rehearsal.cast import Act, Cast, Facts
from data.rehearsal.subjects import SUBJECTS

ACTS: dict[str, dict[str, Act]] = {
    SCENARIO: {
        **readiness.ACTS,
        **incidents.ACTS,
        **reviews.ACTS,
        **script.ACTS,
        **roll_calls.ACTS,
        **synthesis.ACTS,
        **answers.ACTS,
        **distribution.ACTS,
    },
    ARRIVALS: attendance.ACTS,
    CONTRIBUTIONS: contributions.ACTS,
}
"""By file the commands that its rows give by more than the key of their subject."""


@dataclass(frozen=True)
class Order:
    """The command that a step gives: from where, and with which facts."""

    command: Command[..., Any]
    origin: Origin
    facts: Facts


@cache
def acts_of(file: str) -> dict[str, Act]:
    """What the rows of a file can give, by name.

    In the scenario also every command whose only fact is one of `SUBJECTS`: a new one of that kind
    needs no entry.
    """
    if file != SCENARIO:
        return ACTS[file]
    plain = {}
    for name, one in registered().items():
        _ctx, *facts = inspect.signature(one.function).parameters
        if len(facts) == 1 and facts[0] in SUBJECTS:
            plain[name] = Act(one, SUBJECTS[facts[0]])
    return plain | ACTS[SCENARIO]


def order(cast: Cast, step: Step) -> Order:
    """The command that a step gives.

    Refuses a name that stands for nothing, with file, line and field.
    """
    acts = acts_of(step.row.file)
    act = acts[step.row.one_of(NAMED_IN[step.row.file], acts)]
    by = step.row.known("by", cast.people)
    origin = Origin(by, idempotency_key=cast.idempotency_key(step), at=step.at)
    return Order(act.command, origin, act.facts(cast, step))


def perform(cast: Cast, step: Step) -> None:
    given = order(cast, step)
    execute(cast.session, given.origin, given.command, **given.facts)
