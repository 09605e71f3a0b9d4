"""Who there is, who is signed in, and who may do what."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint
from sqlmodel import Field

from models.base import Record, moment_column
from models.errors import Refusal


class Role(StrEnum):
    ADMIN = "admin"
    COMMITTEE = "committee"
    COMMAND = "command"
    LEAD = "lead"
    DEPUTY = "deputy"
    DESK = "desk"
    MEDIA = "media"


class Person(Record, table=True):
    """An office that acts: a role, with the section or the desk that it is for. Named by office, never by a personal name."""

    __table_args__ = (CheckConstraint("role IN ('admin','committee','command','lead','deputy','desk','media')"),)

    id: int | None = Field(default=None, primary_key=True)
    key: str = Field(unique=True)
    role: str
    section_key: str | None = None
    desk_key: str | None = None
    name_vi: str
    name_en: str


class SignIn(Record, table=True):
    """A signed-in browser. Only the hash of its token is kept; ending it is a moment, not a deletion.

    A `rehearsal` sign-in needed no password, so it counts for nothing as soon as the current event is a real one.
    """

    id: int | None = Field(default=None, primary_key=True)
    token_hash: str = Field(unique=True)
    person_id: int = Field(foreign_key="person.id")
    rehearsal: bool = False
    started_at: datetime = Field(sa_column=moment_column())
    ended_at: datetime | None = Field(default=None, sa_column=moment_column(nullable=True))


class Invitation(Record, table=True):
    """A link that signs one browser in, once. Only the hash of its token is kept."""

    id: int | None = Field(default=None, primary_key=True)
    token_hash: str = Field(unique=True)
    person_id: int = Field(foreign_key="person.id")
    made_at: datetime = Field(sa_column=moment_column())
    used_at: datetime | None = Field(default=None, sa_column=moment_column(nullable=True))


EVERYWHERE = {Role.ADMIN, Role.COMMAND}
OWN_SECTION = {Role.LEAD, Role.DEPUTY}

# command -> (roles that may anywhere, roles that may within their own section or desk)
PERMISSIONS: dict[str, tuple[set[Role], set[Role]]] = {
    "report_status": (EVERYWHERE, OWN_SECTION),
    "confirm_section": (EVERYWHERE, OWN_SECTION),
    "set_headline": (EVERYWHERE, OWN_SECTION),
    "admit": (EVERYWHERE, {Role.DESK}),
    "excuse": (EVERYWHERE, {Role.DESK}),
    "undo_attendance": (EVERYWHERE, {Role.DESK}),
    "open_entry": (EVERYWHERE | {Role.COMMITTEE, Role.MEDIA, Role.DESK, Role.LEAD, Role.DEPUTY}, set()),
    "update_entry": (EVERYWHERE, OWN_SECTION),
    "start_item": (EVERYWHERE, set()),
    "finish_item": (EVERYWHERE, set()),
    "plan_media": (EVERYWHERE | {Role.MEDIA}, set()),
    "publish_media": (EVERYWHERE | {Role.MEDIA}, set()),
    "hold_review": (EVERYWHERE | {Role.COMMITTEE}, set()),
    "set_clock": (EVERYWHERE, set()),
}


def may(person: Person | None, command: str, *, section: str | None = None, desk: str | None = None) -> bool:
    """Whether the person may give the command, for a section or at a desk where the command has such a scope."""
    if person is None:
        return False
    anywhere, own = PERMISSIONS[command]
    role = Role(person.role)
    if role in anywhere:
        return True
    if role not in own:
        return False
    scope, theirs = (desk, person.desk_key) if role is Role.DESK else (section, person.section_key)
    return scope is not None and scope == theirs


def require_may(person: Person | None, command: str, *, section: str | None = None, desk: str | None = None) -> None:
    """Refuses `sign_in_needed` or `not_permitted`."""
    if person is None:
        raise Refusal("sign_in_needed")
    if not may(person, command, section=section, desk=desk):
        raise Refusal("not_permitted", command=command)
