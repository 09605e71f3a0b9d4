"""Commands on the register: a petition is registered, written, struck, answered.

They may be given of an event that is over, and of an earlier event: the register outlives it.
"""

from collections.abc import Sequence
from dataclasses import asdict

from sqlalchemy import func
from sqlmodel import Session, col, select

from data.answers.queries import event_of_register, petitions_at, unregistered
from data.commands import Context, command, overtaken
from data.contributions.queries import ContributionSnapshot, contributions_at
from data.erasure import MARK
from data.words import DEFAULT, Words, event_words
from models.answers.answers import (
    Answer,
    AnswerFile,
    AnswerWithdrawal,
    Entered,
    Letter,
    LetterFile,
    Petition,
    PetitionEdit,
    PetitionSnapshot,
    Step,
    differing,
    personal_hints,
    require_allowed,
    require_due,
    require_entered,
    require_file,
    require_letter,
    require_reason,
)
from models.contributions.contributions import Contribution, Level
from models.events.event import View, local_day
from models.readiness.tasks import Section
from models.refusals import Refusal

# --- registering ---------------------------------------------------------------------------------


@command(
    "register_petition", topic="answers", subject="petition", fact=PetitionEdit, when_over=True
)
def register_petition(
    ctx: Context, *, entered: Entered, contribution_id: int | None = None, checked: bool = False
) -> PetitionEdit:
    """Register a petition of the current event: of a contribution, or by hand.

    Refuses `contribution_unknown`, `petition_registered` where the register holds that one or one
    that it stands for,
    `section_unknown`, `petition_due_past`, and what `require_entered` does.
    """
    ctx.require()
    mine = require_entered(entered, checked=checked)
    require_due(mine.due_on, today=local_day(ctx.event, ctx.at))
    _require_section(ctx, mine.section_id)
    _require_unregistered(ctx, contribution_id)
    petition = _new(ctx, contribution_id)
    edit = PetitionEdit(petition_id=petition.id, version=1, **asdict(mine))
    return ctx.record(edit, number=petition.number, section=mine.section_id)


def _require_section(ctx: Context, section_id: int | None) -> None:
    """Refuses `section_unknown`."""
    section = ctx.session.get(Section, section_id) if section_id is not None else None
    if section_id is not None and (section is None or section.event_id != ctx.event.id):
        raise Refusal("section_unknown", section=section_id)


def _require_unregistered(ctx: Context, contribution_id: int | None) -> None:
    if contribution_id is None:
        return
    found = ctx.session.get(Contribution, contribution_id)
    if found is None or found.event_id != ctx.event.id:
        raise Refusal("contribution_unknown", contribution=contribution_id)
    merged = (
        one.sources
        for one in contributions_at(ctx.session, ctx.event, View(ctx.at))
        if one.id == contribution_id
    )
    known = ctx.session.exec(
        select(Petition.number).where(
            col(Petition.contribution_id).in_((contribution_id, *next(merged, ())))
        )
    ).first()
    if known is not None:
        raise Refusal("petition_registered", number=known)


def _new(ctx: Context, contribution_id: int | None) -> Petition:
    highest = select(func.max(Petition.number)).where(Petition.event_id == ctx.event.id)
    number = (ctx.session.exec(highest).one() or 0) + 1
    petition = Petition(event_id=ctx.event.id, number=number, contribution_id=contribution_id)
    ctx.session.add(petition)
    ctx.session.flush()
    return petition


def entered_from(one: ContributionSnapshot, words: Words) -> Entered:
    """What the register is offered of a contribution whose answer is owed."""
    return Entered(
        text=one.text,
        body=one.owed_by or one.body,
        level=one.owed_level or one.level or Level.PROVINCE.value,
        due_on=one.due_on or one.since.date(),
        field=one.field,
        unit=words.of(one, "unit"),
    )


def _registered_by(session: Session, key: str) -> int | None:
    """How many petitions a command has registered by its key; None for none."""
    rows = select(PetitionEdit.id).where(
        col(PetitionEdit.idempotency_key).startswith(f"{key}/", autoescape=True)
    )
    return len(session.exec(rows).all()) or None


@command(
    "register_owed",
    topic="answers",
    subject="event",
    permission="register_petition",
    replay=_registered_by,
    when_over=True,
)
def register_owed(ctx: Context, *, section_id: int | None = None) -> int:
    """Register every contribution whose answer is owed, and whose text names no person; returns how
    many. The others are registered one by one, but for those whose text is erased.

    Refuses `section_unknown`, and `petitions_complete` where there is none.
    """
    ctx.require()
    _require_section(ctx, section_id)
    words, made = event_words(ctx.event, DEFAULT), 0
    for one in unregistered(ctx.session, ctx.event, View(ctx.at)):
        if one.text != MARK and not personal_hints(one.text):
            edit = _edit_from(ctx, one, section_id, words)
            edit.idempotency_key = f"{ctx.idempotency_key}/{made}"
            ctx.session.add(edit)
            made += 1
    if not made:
        raise Refusal("petitions_complete")
    ctx.note(ctx.event.id, rows=made)
    return made


def _edit_from(
    ctx: Context, one: ContributionSnapshot, section_id: int | None, words: Words
) -> PetitionEdit:
    columns = {**asdict(entered_from(one, words)), "section_id": section_id}
    petition = _new(ctx, one.id)
    edit = PetitionEdit(petition_id=petition.id, version=1, **columns)
    edit.at, edit.person_id = ctx.at, ctx.by.id
    return edit


# --- in the register -----------------------------------------------------------------------------


def _petition(ctx: Context, petition_id: int) -> PetitionSnapshot:
    """A petition as it is now. Refuses `petition_unknown`."""
    row = ctx.session.get(Petition, petition_id)
    if row is None:
        raise Refusal("petition_unknown")
    event = event_of_register(ctx.session, ctx.event, row.event_id)
    (one,) = petitions_at(ctx.session, event, View(ctx.at), petition_id)
    return one


@command(
    "edit_petition",
    topic="answers",
    subject="petition",
    permission="register_petition",
    fact=PetitionEdit,
    when_over=True,
)
def edit_petition(
    ctx: Context, *, petition_id: int, version: int, entered: Entered, checked: bool = False
) -> PetitionEdit:
    """Write a petition again, given the version that the form was drawn with.

    Refuses `petition_unknown`; `petition_moved` where it was written since, with `mine` and
    `theirs` (`Entered`), its `version` and who wrote it; `petition_step` once it is answered or
    struck, `petition_unchanged`, and what `register_petition` does.
    """
    ctx.require()
    one = _petition(ctx, petition_id)
    mine = require_entered(entered, checked=checked)
    require_allowed(one.state, Step.EDIT, number=one.number)
    if one.version != version:
        raise overtaken(
            ctx.session,
            "petition_moved",
            PetitionEdit,
            col(PetitionEdit.petition_id) == petition_id,
            number=one.number,
            version=one.version,
            mine=mine,
            theirs=one.entered,
        )
    fields = differing(mine, one.entered)
    if not fields:
        raise Refusal("petition_unchanged", number=one.number)
    if "due_on" in fields:
        require_due(mine.due_on, today=local_day(ctx.event, ctx.at))
    if "section_id" in fields:
        _require_section(ctx, mine.section_id)
    return _write(ctx, one, mine, fields=[f"answers.{name}" for name in fields])


def _write(
    ctx: Context,
    one: PetitionSnapshot,
    entered: Entered,
    *,
    struck: bool = False,
    fields: Sequence[str] = (),
) -> PetitionEdit:
    edit = PetitionEdit(
        petition_id=one.id, version=one.version + 1, struck=struck, **asdict(entered)
    )
    return ctx.record(edit, number=one.number, section=entered.section_id, fields=list(fields))


@command(
    "strike_petition",
    topic="answers",
    subject="petition",
    permission="register_petition",
    fact=PetitionEdit,
    when_over=True,
)
def strike_petition(ctx: Context, *, petition_id: int) -> PetitionEdit:
    """Take a petition that is not answered out of the register.

    Refuses `petition_unknown` and `petition_step`.
    """
    ctx.require()
    one = _petition(ctx, petition_id)
    require_allowed(one.state, Step.STRIKE, number=one.number)
    return _write(ctx, one, one.entered, struck=True)


@command(
    "restore_petition",
    topic="answers",
    subject="petition",
    permission="register_petition",
    fact=PetitionEdit,
    when_over=True,
)
def restore_petition(ctx: Context, *, petition_id: int) -> PetitionEdit:
    """Put a petition back that was struck. Refuses `petition_unknown` and `petition_step`."""
    ctx.require()
    one = _petition(ctx, petition_id)
    require_allowed(one.state, Step.RESTORE, number=one.number)
    return _write(ctx, one, one.entered)


# --- answers -------------------------------------------------------------------------------------


def _answer_by_key(session: Session, key: str) -> Answer | None:
    return session.exec(select(Answer).where(Answer.idempotency_key == key)).first()


@command(
    "record_answer",
    topic="answers",
    subject="petition",
    replay=_answer_by_key,
    when_over=True,
)
def record_answer(
    ctx: Context,
    *,
    petition_id: int,
    letter: Letter,
    file: LetterFile | None = None,
    checked: bool = False,
) -> Answer:
    """Record the answer to a petition, with the letter's file where there is one.

    Refuses `petition_unknown`, `petition_step` where it is answered or struck, and what
    `require_letter` and `require_file` do.
    """
    one = _petition(ctx, petition_id)
    ctx.require(section=one.section_key)
    require_allowed(one.state, Step.ANSWER, number=one.number)
    mine = require_letter(letter, today=local_day(ctx.event, ctx.at), checked=checked)
    given = require_file(file) if file else None
    answer = Answer(
        petition_id=petition_id, file_digest=given.digest if given else "", **asdict(mine)
    )
    ctx.record(
        answer, about=petition_id, number=one.number, section=one.entered.section_id,
        status=mine.kind,
    )  # fmt: skip
    if given:
        ctx.session.add(AnswerFile(answer_id=answer.id, name=given.name, content=given.content))
    return answer


@command(
    "withdraw_answer",
    topic="answers",
    subject="petition",
    permission="record_answer",
    fact=AnswerWithdrawal,
    when_over=True,
)
def withdraw_answer(
    ctx: Context, *, petition_id: int, answer_id: int, reason: str
) -> AnswerWithdrawal:
    """Take the answer of a petition back that was recorded by mistake; `answer_id`: the one shown.

    Refuses `petition_unknown`, `petition_step` where it is not answered, `answer_moved` where
    another answer counts by now, `answer_reason_needed` and `answer_reason_too_long`.
    """
    one = _petition(ctx, petition_id)
    ctx.require(section=one.section_key)
    require_allowed(one.state, Step.TAKE_BACK, number=one.number)
    if one.answer is None or one.answer.id != answer_id:
        raise Refusal("answer_moved", number=one.number)
    written = require_reason(reason)
    return ctx.record(
        AnswerWithdrawal(answer_id=answer_id, reason=written),
        about=petition_id,
        number=one.number,
        section=one.entered.section_id,
        text=written,
    )
