"""People and permissions: offices that act, and one table of role, command and scope."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import JSON, CheckConstraint, Index, UniqueConstraint, false
from sqlmodel import Column, Field

from models.refusals import Refusal
from models.storage import Fact, Record
from models.text import clean, legible


class Role(StrEnum):
    ADMIN = "admin"
    COMMITTEE = "committee"
    COMMAND = "command"
    LEAD = "lead"
    DEPUTY = "deputy"
    RAPPORTEUR = "rapporteur"
    DESK = "desk"
    MEDIA = "media"
    DISPLAY = "display"


SCOPE_OF = {
    Role.LEAD: "section",
    Role.DEPUTY: "section",
    Role.RAPPORTEUR: "item",
    Role.DESK: "desk",
}
"""What a role is bound to: a person of that role names its key."""


class Person(Record, table=True):
    """An office that acts: a role, with its sections, its desk or its forum. Never a personal name.

    A display is one as well: a screen that shows the wall. People belong to an event, in all of its
    runs: those of another event are not listed and cannot sign in to this one, nor can who is
    `retired`. `section_key` is the main one of a lead who has `more_sections`.
    """

    __table_args__ = (
        UniqueConstraint("event_slug", "key"),
        CheckConstraint(
            "role IN ('admin','committee','command','lead','deputy','rapporteur','desk',"
            "'media','display')"
        ),
    )

    id: int = Field(default=None, primary_key=True)
    event_slug: str = Field(default="", sa_column_kwargs={"server_default": ""})
    key: str
    role: str
    section_key: str | None = None
    desk_key: str | None = None
    item_key: str | None = None
    name_vi: str
    name_en: str
    more_sections: list[str] = Field(
        default_factory=list, sa_column=Column(JSON, nullable=False, server_default="[]")
    )
    retired: bool = Field(default=False, sa_column_kwargs={"server_default": false()})
    version: int = Field(default=1, sa_column_kwargs={"server_default": "1"})

    @property
    def section_keys(self) -> tuple[str, ...]:
        """The keys of the sections that the office leads, its main one first."""
        return (self.section_key, *(self.more_sections or ())) if self.section_key else ()

    def keys_of(self, kind: str) -> tuple[str | None, ...]:
        """The keys of what the office is bound to, by the kinds of `SCOPE_OF`."""
        return self.section_keys if kind == "section" else (getattr(self, f"{kind}_key"),)


class OfficeChange(Fact, table=True):
    """A fact: an office (`office_id`) was added, changed, retired or restored.

    The columns hold what was replaced; of one that was added (`added`), the office itself.
    """

    __table_args__ = (Index("ix_office_change", "office_id", "id"),)

    id: int = Field(default=None, primary_key=True)
    event_id: int = Field(foreign_key="event.id")
    office_id: int = Field(foreign_key="person.id")
    version: int
    role: str
    section_keys: list[str] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    desk_key: str | None = None
    item_key: str | None = None
    name_vi: str
    name_en: str
    retired: bool = False
    added: bool = False


@dataclass(frozen=True)
class Office:
    """The editable part of an office: its names, and the keys of what it is bound to."""

    name_vi: str
    name_en: str
    section_keys: tuple[str, ...] = ()
    desk_key: str | None = None
    item_key: str | None = None


OFFICE_FIELDS = tuple(Office.__dataclass_fields__)
OFFICE_LENGTH = 200


def require_role(role: str) -> Role:
    """A role that an office can have. Refuses `role_unknown`, also for a display."""
    if role not in set(Role) - {Role.DISPLAY}:
        raise Refusal("role_unknown", role=role[:40])
    return Role(role)


def require_office(role: Role, office: Office) -> Office:
    """The office with its texts cleaned and bound to what its role is bound to, and nothing else;
    an English name that is empty is the Vietnamese one.

    Refuses `office_name_needed`, `office_name_too_long`, `office_unbound`.
    """
    name_vi, name_en = clean(office.name_vi), clean(office.name_en)
    if not legible(name_vi):
        raise Refusal("office_name_needed")
    if (longest := max(len(name_vi), len(name_en))) > OFFICE_LENGTH:
        raise Refusal("office_name_too_long", length=longest, limit=OFFICE_LENGTH)
    kind = SCOPE_OF.get(role)
    sections = tuple(dict.fromkeys(office.section_keys)) if kind == "section" else ()
    desk = office.desk_key if kind == "desk" else None
    item = office.item_key if kind == "item" else None
    if kind and not (sections or desk or item):
        raise Refusal("office_unbound", role=role.value)
    return Office(name_vi, name_en or name_vi, sections, desk, item)


OWN_PAGES: Mapping[Role, tuple[str, ...]] = {
    Role.ADMIN: ("people", "audit"),
    Role.COMMITTEE: ("review", "roll_call"),
    Role.COMMAND: ("log", "wall"),
    Role.LEAD: ("update", "log"),
    Role.DEPUTY: ("update", "log"),
    Role.RAPPORTEUR: ("contributions", "programme"),
    Role.DESK: ("attendance", "programme"),
    Role.MEDIA: ("media", "programme"),
    Role.DISPLAY: ("wall",),
}
"""The pages that a role works with; its own one first."""


@dataclass(frozen=True)
class Visitor:
    """Who a browser is signed in as, by which sign-in. A locked desk has no person until unlocked.

    `rehearsal`: the sign-in is a rehearsal's; `used_at`: its last recorded use, aware UTC.
    """

    person: Person | None = None
    sign_in_id: int | None = None
    used_at: datetime | None = None
    rehearsal: bool = False
    locked: bool = False
    has_pin: bool = False


ANONYMOUS = Visitor()


class Scope(StrEnum):
    """How far a permission reaches."""

    ANY = "any"
    OWN = "own"  # the own section, desk or forum
    BELOW = "below"  # people of any role but the two that manage access


Row = Mapping[Role, Scope]

_EVERY_ROLE: Row = dict.fromkeys(Role, Scope.ANY)
_STAFF: Row = {role: Scope.ANY for role in Role if role != Role.DISPLAY}
_HOUSE: Row = {Role.ADMIN: Scope.ANY, Role.COMMAND: Scope.ANY}
_MANAGED: Row = {Role.ADMIN: Scope.ANY, Role.COMMAND: Scope.BELOW}
_SECTION: Row = {Role.LEAD: Scope.OWN, Role.DEPUTY: Scope.OWN}
_ROOM: Row = {**_HOUSE, Role.COMMITTEE: Scope.ANY}
_FORUM: Row = {**_ROOM, Role.RAPPORTEUR: Scope.OWN}
_TEAMS: Row = {**_ROOM, Role.LEAD: Scope.ANY, Role.DEPUTY: Scope.ANY}

# command -> role -> scope; a role that is not named may not. `see_…` opens the page of that name.
PERMISSIONS: dict[str, Row] = {
    "see_wall": _EVERY_ROLE,
    "see_update": _TEAMS,
    "see_plan": _TEAMS,
    "see_attendance": {**_TEAMS, Role.DESK: Scope.ANY, Role.RAPPORTEUR: Scope.ANY},
    "see_roster": _ROOM,
    "see_log": _STAFF,
    "see_programme": _STAFF,
    "see_script": _STAFF,
    "see_clock": _EVERY_ROLE,
    "see_contributions": {**_TEAMS, Role.RAPPORTEUR: Scope.ANY},
    "see_synthesis": {**_TEAMS, Role.RAPPORTEUR: Scope.ANY},
    "see_answers": _TEAMS,
    "see_distribution": _ROOM,
    "see_media": _STAFF,
    "see_review": _TEAMS,
    "see_rehearsal": _STAFF,
    "see_people": _HOUSE,
    "see_events": {Role.ADMIN: Scope.ANY},
    "see_event": {Role.ADMIN: Scope.ANY},
    "see_audit": _ROOM,
    "see_roll_call": _TEAMS,
    "prepare_import": {Role.ADMIN: Scope.ANY},
    "edit_task": _ROOM,  # not the leads: the plan is what their sections are measured by
    "plan_section": _ROOM,
    "move_event": _ROOM,
    "edit_event": _ROOM,
    "pin_item": _ROOM,
    "pin_media": _ROOM,
    "plan_item": _ROOM,
    "report_status": {**_HOUSE, **_SECTION},
    "confirm_section": {**_HOUSE, **_SECTION},
    "set_headline": {**_HOUSE, **_SECTION},
    "acknowledge_silence": {**_HOUSE, **_SECTION},
    "admit": {**_HOUSE, Role.DESK: Scope.OWN},
    "excuse": {**_HOUSE, Role.DESK: Scope.OWN},
    "undo_attendance": {**_HOUSE, Role.DESK: Scope.OWN},
    "settle_conflict": _HOUSE,
    "close_roll": _ROOM,
    "replace_badge": {**_HOUSE, Role.DESK: Scope.OWN},
    "export_badges": _HOUSE,
    "add_delegate": {**_HOUSE, Role.DESK: Scope.OWN},
    "change_delegate": _HOUSE,
    "open_entry": _STAFF,
    "update_entry": {**_HOUSE, **_SECTION},
    "start_item": {**_HOUSE, Role.RAPPORTEUR: Scope.OWN},
    "finish_item": {**_HOUSE, Role.RAPPORTEUR: Scope.OWN},
    "run_script": {**_HOUSE, Role.RAPPORTEUR: Scope.OWN},
    "run_room": {**_HOUSE, Role.RAPPORTEUR: Scope.OWN},
    "write_script": _FORUM,
    "register_contribution": _FORUM,
    "merge_contribution": _FORUM,
    "moderate_contribution": _FORUM,
    "lead_forum": _FORUM,
    "edit_topics": _ROOM,
    "orient_forum": _ROOM,
    "open_questions": _ROOM,
    "sign_minutes": {**_HOUSE, Role.RAPPORTEUR: Scope.OWN},
    "write_synthesis": _HOUSE,
    "approve_synthesis": {Role.COMMITTEE: Scope.ANY},
    "register_petition": _ROOM,
    "record_answer": {**_ROOM, **_SECTION},
    "distribute": _HOUSE,
    "handle_addresses": _HOUSE,
    "open_calendar": _STAFF,
    "publish_programme": _HOUSE,
    "plan_media": {**_HOUSE, Role.MEDIA: Scope.ANY},
    "publish_media": {**_HOUSE, Role.MEDIA: Scope.ANY},
    "open_roll_call": _ROOM,
    "answer_roll_call": _SECTION,
    "sign_review": {Role.COMMITTEE: Scope.ANY},
    "withdraw_review": {Role.COMMITTEE: Scope.ANY},
    "give_directive": _ROOM,
    "acknowledge_directive": _SECTION,
    "report_directive": _SECTION,
    "withdraw_directive": {Role.COMMITTEE: Scope.ANY},
    "set_clock": _HOUSE,
    "apply_import": {Role.ADMIN: Scope.ANY},
    "undo_import": {Role.ADMIN: Scope.ANY},
    "switch_event": {Role.ADMIN: Scope.ANY},
    "set_event_state": {Role.ADMIN: Scope.ANY},
    "make_trial": {Role.ADMIN: Scope.ANY},
    "change_office": _MANAGED,
    "invite": _MANAGED,
    "withdraw": _MANAGED,
    "set_pin": _MANAGED,
    "give_token": _MANAGED,
    "set_email": _MANAGED,
    "end_sign_in": _MANAGED,
    "open_display": _HOUSE,
    "set_password": _STAFF,  # one's own
    "lock": _EVERY_ROLE,  # the own browser; only a desk with a PIN has something to lock
    "export_audit": _ROOM,
    "export_plan": _TEAMS,
    "export_delegates": _ROOM,
    "export_contributions": _ROOM,
    "handle_personal_data": _HOUSE,
    "export_personal_data": _HOUSE,
    "erase_delegate": {Role.ADMIN: Scope.ANY},
    "keep_particulars": {Role.ADMIN: Scope.ANY},
    "export_event": {Role.ADMIN: Scope.ANY},
    "export_archive": {Role.ADMIN: Scope.ANY},
    "export_distribution": _ROOM,
    "export_review": _ROOM,
    "export_roll_call": _ROOM,
    "export_synthesis": _FORUM,
    "export_answers": _ROOM,
    "export_attendance": {**_ROOM, Role.DESK: Scope.OWN},
}


def may(
    person: Person | None,
    command: str,
    *,
    section: str | None = None,
    desk: str | None = None,
    item: str | None = None,
    role: str | None = None,
) -> bool:
    """Whether the person may give the command, by the keys of what it is about.

    `section`, `desk` and `item` name what the subject belongs to, `role` the managed person's.
    """
    if person is None:
        return False
    scope = PERMISSIONS[command].get(Role(person.role))
    if scope is Scope.BELOW:
        return role is not None and Role(role) not in (Role.ADMIN, Role.COMMAND)
    if scope is Scope.OWN:
        kind = SCOPE_OF[Role(person.role)]
        key = {"section": section, "desk": desk, "item": item}[kind]
        return key is not None and key in person.keys_of(kind)
    return scope is Scope.ANY


def require_may(person: Person | None, command: str, **scope: str | None) -> None:
    """Refuses `sign_in_needed` or `not_permitted`; `scope` is that of `may`."""
    if person is None:
        raise Refusal("sign_in_needed")
    if not may(person, command, **scope):
        raise Refusal("not_permitted", command=command)
