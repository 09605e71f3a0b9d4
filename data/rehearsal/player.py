"""The player: the scenario's steps performed as they fall due, each once."""

import logging
from datetime import datetime

from sqlmodel import Session, select

from data.commands import Context, Origin, command, execute
from data.events.scenario import steps_of
from data.rehearsal.acts import perform
from data.rehearsal.cast import Cast
from models.refusals import Refusal
from models.rehearsal import RehearsalProgress

log = logging.getLogger(__name__)


def perform_until(session: Session, moment: datetime, *, real: datetime) -> None:
    execute(session, Origin(at=moment, real=real), perform_due)


@command("perform_due", topic="clock", subject="clock")
def perform_due(ctx: Context, *, most: int | None = None) -> int:
    """Perform the scenario's steps due by now, at most `most`; the answer is how many.

    Progress moves in the same transaction, so that a step happens once however often the player is
    killed. A step that the rules refuse is passed over: a person may have done it by hand already.
    """
    query = select(RehearsalProgress).where(RehearsalProgress.event_id == ctx.event.id)
    fresh = query.with_for_update().execution_options(populate_existing=True)
    progress = ctx.session.exec(fresh).first()
    if progress is None:  # a real event took the rehearsal's place meanwhile
        return 0
    rest = steps_of(ctx.event)[progress.performed :]
    due = [step for step in rest if step.at <= ctx.at][:most]
    cast = Cast(ctx.session, ctx.event)
    for step in due:
        try:
            perform(cast, step)
        except Refusal as refusal:
            log.info("rehearsal step %s passed over: %s", step.place, refusal.code)
    progress.performed += len(due)
    ctx.session.add(progress)
    return len(due)
