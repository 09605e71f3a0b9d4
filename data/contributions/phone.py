"""Questions by telephone: a forum's door, off until it is opened, and what comes in by it."""

import secrets
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from data.access.accounts import count_try, take_back
from data.commands import Context, Origin, command, execute
from data.contributions.commands import record_contribution
from data.events.current import current_event
from data.storage import database
from models.access.people import Person
from models.attendance.badges import badge_code
from models.attendance.ledger import Delegate, Delegation
from models.contributions.contributions import (
    Channel,
    Contribution,
    ContributionState,
    PhoneQuestions,
    State,
    Submission,
)
from models.contributions.phone import (
    Telephone,
    counted_for,
    is_unit,
    require_question,
    require_turn,
)
from models.programme import ProgrammeItem
from models.refusals import Refusal
from models.text import both

TOKEN_BYTES = 9  # 12 letters: a small QR code, and no one guesses it


@dataclass(frozen=True)
class Door:
    """A forum that takes questions from telephones, and the office that opened it."""

    item_id: int
    title_vi: str
    title_en: str
    opener: Person


# --- opening and closing -------------------------------------------------------------------------


@command(
    "open_questions",
    topic="contributions",
    subject="item",
    permission="open_questions",
    fact=PhoneQuestions,
)
def open_questions(ctx: Context, *, item_id: int) -> PhoneQuestions:
    """Take questions from telephones for a forum, by a new address: one of before opens nothing.

    Refuses `item_unknown` and `questions_open`.
    """
    item = _item(ctx, item_id)
    newest = _newest(ctx.session, item_id)
    if newest is not None and not newest.closed:
        raise Refusal("questions_open", item=both(item, "title"))
    token = secrets.token_urlsafe(TOKEN_BYTES)
    return ctx.record(PhoneQuestions(item_id=item_id, token=token), item=item_id)


@command(
    "close_questions",
    topic="contributions",
    subject="item",
    permission="open_questions",
    fact=PhoneQuestions,
)
def close_questions(ctx: Context, *, item_id: int) -> PhoneQuestions:
    """Take no more questions from telephones. Refuses `item_unknown` and `questions_closed`."""
    _item(ctx, item_id)
    newest = _newest(ctx.session, item_id)
    if newest is None or newest.closed:
        raise Refusal("questions_closed")
    # Another text for each row: what had the address is known by the row before.
    token = f"closed-{secrets.token_urlsafe(TOKEN_BYTES)}"
    return ctx.record(PhoneQuestions(item_id=item_id, token=token, closed=True), item=item_id)


def _item(ctx: Context, item_id: int) -> ProgrammeItem:
    item = ctx.session.get(ProgrammeItem, item_id)
    if item is None or item.event_id != ctx.event.id:
        raise Refusal("item_unknown", item=item_id)
    ctx.require(item=item.key)
    return item


def _newest(session: Session, item_id: int) -> PhoneQuestions | None:
    return session.exec(
        select(PhoneQuestions)
        .where(PhoneQuestions.item_id == item_id)
        .order_by(col(PhoneQuestions.id).desc())
        .limit(1)
    ).first()


def door_of(session: Session, token: str) -> Door:
    """The forum of an address. Refuses `questions_closed` where it is of none, or closed by now."""
    event = current_event(session)
    found = session.exec(select(PhoneQuestions).where(PhoneQuestions.token == token)).first()
    newest = _newest(session, found.item_id) if found else None
    if found is None or event is None or newest is None or newest.id != found.id or found.closed:
        raise Refusal("questions_closed")
    item = session.get_one(ProgrammeItem, found.item_id)
    opener = session.get_one(Person, found.person_id)
    if item.event_id != event.id or item.cancelled or opener.retired or event.is_over:
        raise Refusal("questions_closed")
    return Door(item.id, item.title_vi, item.title_en, opener)


# --- what comes in -------------------------------------------------------------------------------


def send_question(
    *, token: str, badge: str, unit: str, text: str, consent: bool, phone: Telephone, now: datetime
) -> int:
    """Take a question from a telephone, for the moderators; the number that it got.

    `consent`: whether the delegate's office may be shown with it. Refuses `questions_closed`,
    `sender_unknown` without saying whether the badge or the unit was wrong, `sign_in_wait` after
    many such, and what `submit_question` does. Opens its own transactions.
    """
    with database.reading() as session:
        door = door_of(session, token)
    written = require_question(text)
    code = _code(badge)
    tries = count_try(counted_for(code, phone), now=now)
    with database.reading() as session:
        delegate_id = _sender(session, code, unit)
    database.run(take_back, tries=tries)
    origin = Origin(door.opener, real=now)

    def work(session: Session) -> int:
        return execute(
            session,
            origin,
            submit_question,
            item_id=door.item_id,
            delegate_id=delegate_id,
            text=written,
            consent=consent,
        ).number

    return database.run(work)


def _code(badge: str) -> str | None:
    """The badge code in what was typed; None where it is none."""
    try:
        return badge_code(badge)
    except Refusal:
        return None


def _sender(session: Session, code: str | None, unit: str) -> int:
    """Whose badge it is, where the unit is theirs. Refuses `sender_unknown`."""
    event = current_event(session)
    found = session.exec(
        select(Delegate, Delegation)
        .join(Delegation, col(Delegation.id) == col(Delegate.delegation_id))
        .where(
            Delegate.badge == code,
            Delegate.event_id == (event.id if event else 0),
            col(Delegate.retired).is_(False),
        )
    ).first()
    if found is None or not is_unit(unit, found[1].name_vi, found[1].name_en):
        raise Refusal("sender_unknown")
    return found[0].id


@command(
    "submit_question",
    topic="contributions",
    subject="contribution",
    permission="open_questions",
    fact=Contribution,
)
def submit_question(
    ctx: Context, *, item_id: int, delegate_id: int, text: str, consent: bool
) -> Contribution:
    """Record a delegate's question in the name of the office that opened the forum's door; asks no
    permission. No one but the moderators sees it before it is accepted.

    Refuses `question_too_soon` and `questions_enough`.
    """
    require_turn(_sent(ctx.session, item_id, delegate_id), now=ctx.at)
    delegate = ctx.session.get_one(Delegate, delegate_id)
    submission = Submission(
        text=text,
        item_id=item_id,
        unit_id=delegate.delegation_id,
        office=delegate.title_vi if consent else "",
    )
    row = record_contribution(
        ctx,
        submission,
        channel=Channel.PHONE.value,
        received_at=ctx.at,
        delegate_id=delegate_id,
    )
    submitted = ctx.of(submit_question, "submitted")
    ctx.session.add(
        ContributionState(
            contribution_id=row.id,
            state=State.SUBMITTED.value,
            at=ctx.at,
            person_id=ctx.by.id,
            idempotency_key=submitted.idempotency_key,
        )
    )
    return row


def _sent(session: Session, item_id: int, delegate_id: int) -> list[datetime]:
    return list(
        session.exec(
            select(Contribution.at).where(
                Contribution.item_id == item_id, Contribution.delegate_id == delegate_id
            )
        )
    )
