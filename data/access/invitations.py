"""Invitations: links that sign one browser in once, the ticket of an identity provider, withdrawal.

`hand_over` and `join` are plain functions, not commands: see `data.access.sign_ins`.
"""

import secrets
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, delete, or_, update
from sqlmodel import Session, col, select

from data.access.people import entrances, of_current, people, person_by_key, require_person
from data.access.sign_ins import (
    account_conditions,
    begin,
    hash_of,
    is_rehearsal_sign_in,
    mark_ended,
)
from data.commands import Context, command
from data.events.current import current_event
from models.access.accounts import Account
from models.access.people import Person, Role, may
from models.access.sign_ins import (
    INVITATION_LIFETIME,
    TICKET_LIFETIME,
    UNKNOWN_CLIENT,
    ClientInfo,
    Invitation,
    SignIn,
    SignInMethod,
)
from models.refusals import Refusal

# --- giving and taking back ----------------------------------------------------------------------


@command("invite", topic="people", subject="person")
def invite(ctx: Context, *, person_id: int) -> str:
    """Make a link's token for a person, valid for one browser and three days.

    Earlier links of that person become void. Refuses `person_unknown`.
    """
    person = require_person(ctx.session, person_id)
    ctx.require(role=person.role)
    return made_link(ctx, person)


@command("invite", topic="people", subject="person")
def invite_from_command_line(ctx: Context, *, key: str) -> str:
    """Do as `invite` on the server's command line, where no one is signed in; checks no permission.

    Refuses `person_unknown`.
    """
    return made_link(ctx, person_by_key(ctx.session, key))


@dataclass(frozen=True)
class Given:
    """A link's token and the office that it admits."""

    token: str
    name_vi: str
    name_en: str


@command("invite", topic="people", subject="person")
def invite_missing(ctx: Context) -> list[Given]:
    """Make a link for everyone who may be invited and has never come in, as `invite` does.

    Refuses `everybody_came` where there is no one.
    """
    rehearsal = is_rehearsal_sign_in(ctx.session, ctx.origin.sign_in_id)
    known = entrances(ctx.session, rehearsal_only=rehearsal)
    missing = [
        one
        for one in people(ctx.session)
        if one.role != Role.DISPLAY and not (one.id in known and known[one.id].used_at)
    ]
    ctx.require(role=Role.LEAD.value)
    mine = [one for one in missing if may(ctx.by, "invite", role=one.role)]
    if not mine:
        raise Refusal("everybody_came")
    return [Given(made_link(ctx, one), one.name_vi, one.name_en) for one in mine]


def made_link(ctx: Context, person: Person) -> str:
    """The token of a new link for a person. Asks no permission: the command has."""
    rehearsal = is_rehearsal_sign_in(ctx.session, ctx.origin.sign_in_id)
    _void_invitations(ctx.session, person.id, rehearsal=rehearsal, now=ctx.real)
    token = secrets.token_urlsafe(24)
    ctx.session.add(
        Invitation(
            token_hash=hash_of(token),
            person_id=person.id,
            how=SignInMethod.INVITATION.value,
            rehearsal=rehearsal,
            made_at=ctx.real,
            expires_at=ctx.real + INVITATION_LIFETIME,
        )
    )
    ctx.note(person.id)
    return token


@command("withdraw", topic="people", subject="person")
def withdraw(ctx: Context, *, person_id: int) -> int:
    """Take back everything that admits a person; return how many browsers it ended.

    These are sign-ins, invitations, password, PIN and e-mail address. From a rehearsal's sign-in
    only what a rehearsal gave. Refuses `person_unknown`.
    """
    person = require_person(ctx.session, person_id)
    ctx.require(role=person.role)
    from_rehearsal = is_rehearsal_sign_in(ctx.session, ctx.origin.sign_in_id)
    worlds = [True] if from_rehearsal else [True, False]
    for rehearsal in worlds:
        _void_invitations(ctx.session, person.id, rehearsal=rehearsal, now=ctx.real)
    own_accounts = (col(Account.person_id) == person.id, col(Account.rehearsal).in_(worlds))
    ctx.session.execute(delete(Account).where(*own_accounts))
    ended = _end_all(ctx, person, worlds)
    ctx.note(person.id, ended=ended)
    return ended


def _end_all(ctx: Context, person: Person, worlds: list[bool]) -> int:
    query = select(SignIn).where(
        SignIn.person_id == person.id,
        col(SignIn.rehearsal).in_(worlds),
        col(SignIn.ended_at).is_(None),
    )
    active = ctx.session.exec(query).all()
    for one in active:
        mark_ended(ctx.session, one, now=ctx.real)
    return len(active)


def _void_invitations(session: Session, person_id: int, *, rehearsal: bool, now: datetime) -> None:
    waiting = (
        col(Invitation.person_id) == person_id,
        col(Invitation.rehearsal).is_(rehearsal),
        col(Invitation.used_at).is_(None),
        col(Invitation.expires_at) > now,
    )
    session.execute(update(Invitation).where(*waiting).values(expires_at=now))


# --- from outside --------------------------------------------------------------------------------


def hand_over(
    session: Session, *, email: str | None, verified: bool, fingerprint: str, now: datetime
) -> str:
    """A link's token for a person whom an identity provider confirmed.

    It is valid for a minute, in the browser of that `fingerprint` (`provider_fingerprint`).
    Refuses `email_unverified`, `email_unknown`.
    """
    if not email or not verified or not fingerprint:
        raise Refusal("email_unverified")
    # Lower case makes an ordinary letter of some others, and so another person's address.
    if not email.isascii():
        raise Refusal("email_unknown")
    account = _account_of(session, email.strip().casefold())
    token = secrets.token_urlsafe(24)
    session.add(
        Invitation(
            token_hash=hash_of(fingerprint + token),
            person_id=account.person_id,
            how=SignInMethod.PROVIDER.value,
            rehearsal=account.rehearsal,
            made_at=now,
            expires_at=now + TICKET_LIFETIME,
        )
    )
    return token


def _account_of(session: Session, email: str) -> Account:
    """The valid account of an address, a real one first. Refuses `email_unknown`."""
    query = (
        select(Account)
        .join(Person, col(Person.id) == Account.person_id)
        .where(Account.email == email, of_current(), *account_conditions(current_event(session)))
        .order_by(col(Account.rehearsal))
    )
    account = session.exec(query).first()
    if account is None:
        raise Refusal("email_unknown")
    return account


def join(
    session: Session,
    *,
    token: str,
    now: datetime,
    client_info: ClientInfo = UNKNOWN_CLIENT,
    fingerprint: str = "",
) -> str:
    """Sign a browser in with an invitation, or with the ticket of `hand_over`; return its token.

    Refuses `invitation_unknown`, also for one that was used, has expired, was followed by another,
    or is another browser's.
    """
    # One statement takes it and tells by its answer that it was there, so that two browsers cannot
    # use one link at once.
    taken = session.execute(
        update(Invitation)
        .where(*_valid(token, fingerprint, now))
        .values(used_at=now)
        .returning(col(Invitation.person_id), col(Invitation.how), col(Invitation.rehearsal))
    ).first()
    if taken is None:
        raise Refusal("invitation_unknown")
    return begin(
        session,
        require_person(session, taken.person_id),
        how=SignInMethod(taken.how),
        rehearsal=taken.rehearsal,
        client_info=client_info,
        now=now,
    )


def invited(session: Session, *, token: str, fingerprint: str, now: datetime) -> Person | None:
    """Whom a link that is still good admits; it stays good. None for any other."""
    query = select(Person).join(Invitation).where(*_valid(token, fingerprint, now))
    return session.exec(query).first()


def _valid(token: str, fingerprint: str, now: datetime) -> tuple[ColumnElement[bool], ...]:
    """The conditions on an invitation that admits: not used, not expired, of this token, and of a
    person of the current event.
    """
    unused, lasts = col(Invitation.used_at).is_(None), col(Invitation.expires_at) > now
    own = col(Invitation.person_id).in_(select(Person.id).where(of_current()))
    return _of_token(token, fingerprint), unused, lasts, own


def _of_token(token: str, fingerprint: str) -> ColumnElement[bool]:
    """The condition on the invitation of a token: a link's, or the ticket of that browser."""
    link = and_(
        col(Invitation.how) == SignInMethod.INVITATION.value,
        col(Invitation.token_hash) == hash_of(token),
    )
    ticket = and_(
        col(Invitation.how) == SignInMethod.PROVIDER.value,
        col(Invitation.token_hash) == hash_of(fingerprint + token),
    )
    return or_(link, ticket)
