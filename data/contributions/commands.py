"""Commands on contributions: registered, written again, sorted, merged, and led through a forum."""

from collections.abc import Sequence
from dataclasses import asdict, replace
from datetime import datetime
from typing import Any

from sqlalchemy import func
from sqlmodel import Session, col, select

from data.commands import Context, command, overtaken
from data.contributions.queries import submission_of
from data.storage.newest import newest
from models.attendance.ledger import Delegation
from models.contributions.contributions import (
    Channel,
    Contribution,
    ContributionEdit,
    ContributionMerge,
    ContributionState,
    ForumOrientation,
    State,
    Step,
    Submission,
    counting_steps,
    differing,
    require_covering,
    require_merge,
    require_next,
    require_orientation,
    require_step,
    require_submission,
)
from models.contributions.topics import Topic
from models.events.event import local_day
from models.programme import ProgrammeItem
from models.refusals import Refusal
from models.text import both

# --- registering and writing ---------------------------------------------------------------------


@command("register_contribution", topic="contributions", subject="contribution", fact=Contribution)
def register_contribution(
    ctx: Context,
    *,
    submission: Submission,
    channel: str = Channel.UNIT.value,
    received_at: datetime | None = None,
    asked: bool = False,
) -> Contribution:
    """Register a contribution. `received_at`: now where it is None; `asked`: it was just asked in
    its forum.

    Refuses `item_unknown`, `topic_unknown`, `topic_is_retired`, `delegation_unknown`,
    `channel_unknown`, `received_later` than now, and what `require_submission` does.
    """
    written = require_references(ctx, submission)
    if channel not in set(Channel) - {Channel.PHONE}:
        raise Refusal("channel_unknown", channel=channel[:20])
    if received_at is not None and received_at > ctx.at:
        raise Refusal("received_later", at=received_at)
    row = record_contribution(ctx, written, channel=channel, received_at=received_at or ctx.at)
    if asked:
        ctx.perform(step_contribution, "asked", contribution_id=row.id, state=State.ASKED.value)
    return row


def record_contribution(
    ctx: Context,
    submission: Submission,
    *,
    channel: str,
    received_at: datetime,
    delegate_id: int | None = None,
) -> Contribution:
    """Record a contribution that the rules have accepted, with the next number."""
    row = Contribution(
        event_id=ctx.event.id,
        number=last_number(ctx.session, ctx.event.id) + 1,
        channel=channel,
        received_at=received_at,
        delegate_id=delegate_id,
        **asdict(submission),
    )
    return ctx.record(row, number=row.number, item=submission.item_id, channel=channel)


def last_number(session: Session, event_id: int) -> int:
    """The highest number of an event's contributions; 0 without one."""
    highest = select(func.max(Contribution.number)).where(Contribution.event_id == event_id)
    return session.exec(highest).one() or 0


@command(
    "edit_contribution",
    topic="contributions",
    subject="contribution",
    permission="register_contribution",
    fact=ContributionEdit,
)
def edit_contribution(
    ctx: Context, *, contribution_id: int, version: int, submission: Submission
) -> ContributionEdit:
    """Write a contribution again, given the version that the form was drawn with.

    Refuses `contribution_unknown`; `contribution_moved` where it was written since, with `mine` and
    `theirs` (`Submission`), its `version` and who wrote it; `contribution_unchanged`, and what
    `register_contribution` does of a submission.
    """
    row, now, theirs = _written(ctx, contribution_id)
    ctx.require(item=_item_key(ctx, submission.item_id))
    mine = _required(ctx, submission, before=theirs)
    if now != version:
        raise overtaken(
            ctx.session,
            "contribution_moved",
            ContributionEdit,
            col(ContributionEdit.contribution_id) == row.id,
            number=row.number,
            version=now,
            mine=mine,
            theirs=theirs,
        )
    if mine == theirs:
        raise Refusal("contribution_unchanged", number=row.number)
    return _edited(ctx, row, now, mine, theirs)


def _edited(
    ctx: Context, row: Contribution, version: int, mine: Submission, theirs: Submission
) -> ContributionEdit:
    return ctx.record(
        ContributionEdit(contribution_id=row.id, version=version + 1, **asdict(mine)),
        number=row.number,
        fields=[f"contributions.{name}" for name in differing(mine, theirs)],
    )


@command(
    "sort_contributions",
    topic="contributions",
    subject="contribution",
    permission="register_contribution",
    fact=ContributionEdit,
)
def sort_contributions(
    ctx: Context,
    *,
    contribution_ids: Sequence[int],
    item_id: int | None = None,
    topic_id: int | None = None,
    field: str | None = None,
    body: str | None = None,
    level: str | None = None,
) -> ContributionEdit:
    """Sort several contributions at once: what is None stays as it is in each.

    Returns the last edit. Refuses `contribution_unknown`, `contributions_unchanged`, and what
    `register_contribution` does of a submission.
    """
    given = {"item_id": item_id, "topic_id": topic_id, "field": field, "body": body, "level": level}
    said: dict[str, Any] = {name: value for name, value in given.items() if value is not None}
    if item_id is not None:
        ctx.require(item=_item_key(ctx, item_id))
    last: ContributionEdit | None = None
    for number in dict.fromkeys(contribution_ids):
        row, version, theirs = _written(ctx, number)
        mine = _required(ctx, replace(theirs, **said), before=theirs)
        if mine != theirs:
            # The last one has the command's own key: by it the whole is found again.
            last = _edited(ctx.of(sort_contributions, str(number)), row, version, mine, theirs)
    if last is None:
        raise Refusal("contributions_unchanged")
    last.idempotency_key = ctx.idempotency_key
    ctx.session.add(last)
    return last


def require_references(ctx: Context, submission: Submission) -> Submission:
    """The submission by its rules, where the person may register it, with what it names there.

    Refuses what `register_contribution` does of a submission.
    """
    ctx.require(item=_item_key(ctx, submission.item_id))
    return _required(ctx, submission)


def _required(ctx: Context, submission: Submission, before: Submission | None = None) -> Submission:
    """The submission by its rules and with references that are there.

    A topic that has been retired stays where it was `before`.
    """
    written = require_submission(submission)
    if written.topic_id is not None:
        topic = ctx.session.get(Topic, written.topic_id)
        if topic is None or topic.event_id != ctx.event.id:
            raise Refusal("topic_unknown")
        if topic.retired and (before is None or before.topic_id != topic.id):
            raise Refusal("topic_is_retired", topic=both(topic, "name"))
    if written.unit_id is not None:
        unit = ctx.session.get(Delegation, written.unit_id)
        if unit is None or unit.event_id != ctx.event.id:
            raise Refusal("delegation_unknown", delegation=written.unit_id)
    return written


def _item_key(ctx: Context, item_id: int | None) -> str | None:
    """The key of an item of the event, for the permission. Refuses `item_unknown`."""
    if item_id is None:
        return None
    item = ctx.session.get(ProgrammeItem, item_id)
    if item is None or item.event_id != ctx.event.id:
        raise Refusal("item_unknown", item=item_id)
    return item.key


def _written(ctx: Context, contribution_id: int) -> tuple[Contribution, int, Submission]:
    """A contribution that the person may give the command for, its version and its texts."""
    row = ctx.session.get(Contribution, contribution_id)
    if row is None or row.event_id != ctx.event.id:
        raise Refusal("contribution_unknown", contribution=contribution_id)
    version, submission = submission_of(ctx.session, row)
    ctx.require(item=_item_key(ctx, submission.item_id))
    return row, version, submission


# --- merging -------------------------------------------------------------------------------------


@command(
    "merge_contribution",
    topic="contributions",
    subject="contribution",
    fact=ContributionMerge,
)
def merge_contribution(ctx: Context, *, contribution_id: int, into_id: int) -> ContributionMerge:
    """Let one contribution stand for another; both stay, and the merge can be taken back.

    Refuses `contribution_unknown`, `merge_itself`, and what `require_merge` does.
    """
    row, _, _ = _written(ctx, contribution_id)
    into, _, _ = _written(ctx, into_id)
    if row.id == into.id:
        raise Refusal("merge_itself", number=row.number)
    require_merge(
        _state_of(ctx, row), _state_of(ctx, into), number=row.number, into_number=into.number
    )
    return ctx.record(
        ContributionMerge(contribution_id=row.id, into_id=into.id),
        number=row.number,
        into=into.number,
    )


@command(
    "undo_merge",
    topic="contributions",
    subject="contribution",
    permission="merge_contribution",
    fact=ContributionMerge,
)
def undo_merge(ctx: Context, *, contribution_id: int) -> ContributionMerge:
    """Let a contribution stand for itself again. Refuses `contribution_unknown` and
    `contribution_not_merged`."""
    row, _, _ = _written(ctx, contribution_id)
    if _merged_into(ctx, row) is None:
        raise Refusal("contribution_not_merged", number=row.number)
    return ctx.record(ContributionMerge(contribution_id=row.id), number=row.number)


def _stands_for_others(ctx: Context, row: Contribution) -> bool:
    latest = newest(ContributionMerge, ContributionMerge.contribution_id)
    sources = select(ContributionMerge.id).where(
        ContributionMerge.into_id == row.id, col(ContributionMerge.id).in_(latest)
    )
    return ctx.session.exec(sources.limit(1)).first() is not None


def _merged_into(ctx: Context, row: Contribution) -> int | None:
    return ctx.session.exec(
        select(ContributionMerge.into_id)
        .where(ContributionMerge.contribution_id == row.id)
        .order_by(col(ContributionMerge.id).desc())
        .limit(1)
    ).first()


# --- in the forum --------------------------------------------------------------------------------


@command(
    "step_contribution",
    topic="contributions",
    subject="contribution",
    permission="lead_forum",
    fact=ContributionState,
)
def step_contribution(
    ctx: Context, *, contribution_id: int, state: str, step: Step | None = None
) -> ContributionState:
    """Lead a contribution on: put to the chair, asked, answered on the spot, an answer owed, left,
    or waiting again.

    Refuses `contribution_unknown`, `contribution_state_unknown`, `contribution_step` where the
    state that it is in does not lead there, and what `require_step` does.
    """
    if state == State.REJECTED:
        raise Refusal("contribution_state_unknown", state=state)
    return _stepped(ctx, contribution_id, state, step or Step(), moderated=False)


@command(
    "moderate_contribution",
    topic="contributions",
    subject="contribution",
    fact=ContributionState,
)
def moderate_contribution(
    ctx: Context, *, contribution_id: int, accepted: bool, why: str = ""
) -> ContributionState:
    """Accept a contribution, or reject it and say why: it stays in the list of those rejected.

    Refuses as `step_contribution` does, `rejection_needed` without why, and
    `contribution_has_sources` where it stands for others.
    """
    state = State.WAITING if accepted else State.REJECTED
    return _stepped(ctx, contribution_id, state.value, Step(said=why), moderated=True)


def _stepped(
    ctx: Context, contribution_id: int, state: str, step: Step, *, moderated: bool
) -> ContributionState:
    row, _, _ = _written(ctx, contribution_id)
    now = _state_of(ctx, row)
    to = require_next(now, state, number=row.number)
    if not moderated and now in (State.SUBMITTED, State.REJECTED):
        raise Refusal("contribution_step", number=row.number, state=now.value, next=state)
    require_covering(to, stands_for=_stands_for_others(ctx, row), number=row.number)
    said = require_step(to, step, today=local_day(ctx.event, ctx.at))
    return ctx.record(
        ContributionState(contribution_id=row.id, state=to.value, **asdict(said)),
        number=row.number,
        status=to.value,
    )


@command(
    "undo_contribution_step",
    topic="contributions",
    subject="contribution",
    permission="lead_forum",
    fact=ContributionState,
)
def undo_contribution_step(ctx: Context, *, step_id: int) -> ContributionState:
    """Take the newest step of a contribution back: the one before counts again.

    Refuses `contribution_unknown`, `contribution_step_undone` where it is not the newest that
    counts any more, `contribution_is_merged`, and `contribution_has_sources` where it stands for
    others and was not accepted before.
    """
    made = ctx.session.get(ContributionState, step_id)
    if made is None:
        raise Refusal("contribution_unknown", contribution=step_id)
    row, _, _ = _written(ctx, made.contribution_id)
    steps = _steps(ctx, row)
    if not steps or steps[-1].id != step_id or made.state == State.SUBMITTED:
        raise Refusal("contribution_step_undone", number=row.number)
    if _merged_into(ctx, row) is not None:
        raise Refusal("contribution_is_merged", number=row.number)
    before = State(steps[-2].state) if len(steps) > 1 else State.WAITING
    require_covering(before, stands_for=_stands_for_others(ctx, row), number=row.number)
    return ctx.record(
        ContributionState(contribution_id=row.id, state=made.state, undoes_id=step_id),
        number=row.number,
        status=made.state,
    )


def _steps(ctx: Context, row: Contribution) -> list[ContributionState]:
    return counting_steps(
        ctx.session.exec(
            select(ContributionState)
            .where(ContributionState.contribution_id == row.id)
            .order_by(col(ContributionState.id))
        )
    )


def _state_of(ctx: Context, row: Contribution) -> State:
    if _merged_into(ctx, row) is not None:
        return State.MERGED
    steps = _steps(ctx, row)
    return State(steps[-1].state) if steps else State.WAITING


@command(
    "orient_forum",
    topic="contributions",
    subject="item",
    permission="orient_forum",
    fact=ForumOrientation,
)
def orient_forum(ctx: Context, *, item_id: int, text: str) -> ForumOrientation:
    """Write what a forum is to be about; an empty text takes it back. Refuses `item_unknown` and
    `orientation_too_long`."""
    ctx.require(item=_item_key(ctx, item_id))
    written = require_orientation(text)
    return ctx.record(ForumOrientation(item_id=item_id, text=written), item=item_id)
