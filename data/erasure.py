"""Erasure of personal data after an event: what could identify a person goes, counts stay."""

import importlib
import pkgutil
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import (
    JSON,
    BindParameter,
    Column,
    ColumnElement,
    Delete,
    LargeBinary,
    Table,
    Update,
    and_,
    bindparam,
    case,
    cast,
    delete,
    exists,
    false,
    literal,
    null,
    or_,
    select,
    text,
    true,
    update,
)
from sqlalchemy import String as Text
from sqlalchemy.exc import OperationalError
from sqlmodel import Session, col

import models
from data.storage import changes, database
from models.access.people import OfficeChange, Role
from models.access.sign_ins import SignIn
from models.attendance.ledger import DelegationChange
from models.contributions import contributions
from models.events.event import Event, local_day
from models.plan import (
    DeskChange,
    EventChange,
    ItemPlan,
    SectionChange,
    TaskPlan,
    VenueChange,
)
from models.refusals import Refusal
from models.script import lines as script_lines
from models.storage import Change, Fact, Record, Topic

# A table whose module is not imported would not be erased.
for _module in pkgutil.walk_packages(models.__path__, "models."):
    importlib.import_module(_module.name)

KEEP_DAYS = 30
MARK = "—"  # replaces what a person wrote; what was empty stays empty
# The texts of a change that the rules wrote and no one typed.
RULE_TEXTS = {
    "command",
    "status",
    "level",
    "rung",
    "standing",
    "mark",
    "slug",
    "answer",
    "outcome",
    "fields",
    "to",
}
BATCH = 5000

AnyColumn = Column[Any]
Blanked = tuple[ColumnElement[Any], ColumnElement[bool]]
Token = ColumnElement[str]
Blanking = Callable[[AnyColumn, Token], Blanked]
"""Column and a token of this erasure to the new value and the rows that get it."""


def mark(column: AnyColumn, _token: Token) -> Blanked:
    return literal(MARK), column != ""


def empty(column: AnyColumn, _token: Token) -> Blanked:
    return literal(""), column != ""


def nothing(column: AnyColumn, _token: Token) -> Blanked:
    return null(), column.is_not(None)


def no_bytes(column: AnyColumn, _token: Token) -> Blanked:
    return literal(b"", column.type), column != literal(b"", column.type)


def code(column: AnyColumn, token: Token) -> Blanked:
    """Another text for each row, because the column allows none twice."""
    return token + cast(column.table.c.id, Text), true()


def no_facts(column: AnyColumn, _token: Token) -> Blanked:
    return literal({}, column.type), true()


def no_lines(column: AnyColumn, _token: Token) -> Blanked:
    return literal([], column.type), true()


def mark_written(
    fact: type[
        DelegationChange
        | DeskChange
        | EventChange
        | ItemPlan
        | OfficeChange
        | SectionChange
        | TaskPlan
        | VenueChange
    ],
    subject: str,
) -> Blanking:
    """What a person wrote over what the file says of the event, its plan or a venue, or added.

    `fact`: holds what was replaced; `subject`: its column that names whose it was.
    """

    change = fact.__table__.alias()

    def blanking(column: AnyColumn, _token: Token) -> Blanked:
        row = column.table.c
        replaced = and_(change.c.version < row.version, change.c[column.name] != column)
        own = change.c[subject] == row.get(subject, row.id)
        added = change.c.added if "added" in change.c else false()
        return literal(MARK), and_(column != "", exists().where(own, or_(added, replaced)))

    return blanking


mark_event = mark_written(EventChange, "event_id")
mark_task = mark_written(TaskPlan, "task_id")
mark_delegation = mark_written(DelegationChange, "delegation_id")
mark_desk = mark_written(DeskChange, "desk_id")
mark_section = mark_written(SectionChange, "section_id")
mark_item, mark_venue = mark_written(ItemPlan, "item_id"), mark_written(VenueChange, "venue_id")


def mark_entered(column: AnyColumn, _token: Token) -> Blanked:
    """What a person added to the media plan; an outlet that its file names is public and stays."""
    return literal(MARK), column.table.c.entered_at.is_not(None)


def mark_person(column: AnyColumn, token: Token) -> Blanked:
    """A display's name and that of an office, where a person typed it; all others are offices of
    the event's file."""
    value, written = mark_written(OfficeChange, "office_id")(column, token)
    return value, or_(column.table.c.role == Role.DISPLAY.value, written)


def empty_renamed(column: AnyColumn, _token: Token) -> Blanked:
    """What lists went by, of a delegation that a person named."""
    change = DelegationChange.__table__.alias()
    return literal(""), exists().where(change.c.delegation_id == column.table.c.id)


def word_by_word(column: AnyColumn, token: Token) -> Blanked:
    """No statement of the database can do it: see `_blank_changes`."""
    raise NotImplementedError


@dataclass(frozen=True)
class Treatment:
    """What becomes of a table's rows.

    `of`: the column by which a row belongs to an event, directly or through another table's row;
    none where the rows belong to no event, and are treated with each. `deleted` deletes
    the rows, else the columns of `blanked` are blanked and those of `retained` stay.
    """

    retained: str
    of: str | None = None
    blanked: Mapping[str, Blanking] = field(default_factory=dict)
    deleted: bool = False


def _deleted(columns: str, *, of: str | None = "person_id") -> Treatment:
    return Treatment(retained=columns, of=of, deleted=True)


TEXT: Mapping[str, Blanking] = {"text": mark, "idempotency_key": code}
SCRIPT: Mapping[str, Blanking] = dict.fromkeys(script_lines.LENGTHS, mark)
CONTRIBUTION: Mapping[str, Blanking] = {
    **dict.fromkeys(contributions.LENGTHS, mark),
    "idempotency_key": code,
}
TOPIC_NAMES: Mapping[str, Blanking] = dict.fromkeys(("name_vi", "name_en"), mark)
DELEGATION_NAMES = ("name_vi", "name_en", "group_vi", "group_en")
SECTION_NAMES = ("name_vi", "name_en", "short_vi", "short_en")
EVENT_NAMES = (
    "name_vi",
    "name_en",
    "short_name_vi",
    "short_name_en",
    "place_vi",
    "place_en",
    "theme_vi",
    "theme_en",
)
TREATMENTS = {
    # The event, its places and its plan are public, and name offices; who chairs or owns something
    # could be a name.
    "event": Treatment(
        "id slug run folder time_zone first_day last_day expected_delegates "
        "day_from day_to rehearsal rehearsal_starts arrival_plan silence loaded_at version "
        "state origin_id event_noun section_noun forum_noun vietnamese_only",
        of="id",
        blanked={
            **dict.fromkeys(EVENT_NAMES, mark_event),
            "documents": no_facts,  # they may name who signs
            "particulars": no_facts,
        },
    ),
    # Headings and columns are public; what the cells hold besides may name people.
    "writtensheet": Treatment("event_id kind title columns", of="event_id"),
    "writtenrow": Treatment(
        "kind subject_id event_id position basis groups",
        of="event_id",
        blanked={"cells": no_facts},
    ),
    "clocksetting": Treatment(
        "id event_id real_at event_at speed resume_speed person_id", of="event_id"
    ),
    "eventchoice": Treatment("id event_id at person_id", of="event_id"),
    "eventstep": Treatment("id event_id state at person_id", of="event_id"),
    "rehearsalprogress": Treatment("event_id performed", of="event_id"),
    "venue": Treatment(
        "id event_id key illustrative version",
        of="event_id",
        blanked={"name_vi": mark_venue, "name_en": mark_venue},
    ),
    "section": Treatment(
        "id event_id key position cadence_before_hours cadence_near_hours cadence_day_hours "
        "illustrative version retired added_at",
        of="event_id",
        blanked=dict.fromkeys(SECTION_NAMES, mark_section),
    ),
    "sectionchange": Treatment(
        "id event_id section_id version position cadence_before_hours cadence_near_hours "
        "cadence_day_hours retired added at person_id",
        of="event_id",
        blanked={**dict.fromkeys(SECTION_NAMES, mark_section), "idempotency_key": code},
    ),
    "task": Treatment(
        "id event_id section_id number phase due due_at start start_at "
        "baseline_due baseline_due_at baseline_start baseline_start_at pinned carried_days version "
        "cadence_before_hours cadence_near_hours cadence_day_hours critical illustrative retired "
        "added_at",
        of="event_id",
        blanked={"owner": mark, "title_vi": mark_task, "title_en": mark_task},
    ),
    "eventchange": Treatment(
        "id event_id version expected_delegates day_from day_to arrival_plan "
        "event_noun section_noun forum_noun vietnamese_only silence at person_id",
        of="event_id",
        blanked={
            **dict.fromkeys(EVENT_NAMES, mark_event),
            "documents": no_facts,
            "idempotency_key": code,
        },
    ),
    "eventplan": Treatment(
        "id event_id first_day last_day at person_id",
        of="event_id",
        blanked={"idempotency_key": code},
    ),
    "taskplan": Treatment(
        "id event_id task_id version due due_at start start_at pinned "
        "carried_days critical needs section_id retired added at person_id move_id",
        of="event_id",
        blanked={
            "owner": mark,
            "reason": mark,
            "title_vi": mark_task,
            "title_en": mark_task,
            "idempotency_key": code,
        },
    ),
    "itemplan": Treatment(
        "id event_id item_id version venue_id starts_at ends_at pinned cancelled added at "
        "person_id move_id",
        of="event_id",
        blanked={
            **dict.fromkeys(("title_vi", "title_en", "short_vi", "short_en"), mark_item),
            "chair": mark,
            "reason": mark,
            "idempotency_key": code,
        },
    ),
    "deskchange": Treatment(
        "id event_id desk_id version items retired added at person_id",
        of="event_id",
        blanked={"name_vi": mark_desk, "name_en": mark_desk, "idempotency_key": code},
    ),
    "venuechange": Treatment(
        "id event_id venue_id version added at person_id",
        of="event_id",
        blanked={"name_vi": mark_venue, "name_en": mark_venue, "idempotency_key": code},
    ),
    # Names of files and former rows: a person may have written either.
    "import": Treatment(
        "id event_id counts at person_id",
        of="event_id",
        blanked={"files": no_lines, "idempotency_key": code},
    ),
    "importedrow": Treatment(
        "import_id part row_id step version", of="import_id", blanked={"before": no_facts}
    ),
    "importundo": Treatment(
        "id event_id import_id at person_id",
        of="event_id",
        blanked={"idempotency_key": code},
    ),
    "mediaplan": Treatment(
        "id event_id media_id planned_at pinned at person_id move_id",
        of="event_id",
        blanked={"idempotency_key": code},
    ),
    "taskprerequisite": Treatment("task_id needs_id", of="task_id"),
    "programmeitem": Treatment(
        "id event_id key position parent_id kind venue_id starts_at ends_at expects pinned "
        "illustrative version cancelled added_at",
        of="event_id",
        blanked={
            **dict.fromkeys(("title_vi", "title_en", "short_vi", "short_en"), mark_item),
            "chair": mark,
            "orientation": mark,
        },
    ),
    "programmemark": Treatment(
        "id item_id mark undone at person_id", of="item_id", blanked={"idempotency_key": code}
    ),
    # What is said and who says it may name anybody.
    "scriptline": Treatment("item_id version fixed", of="item_id", blanked=SCRIPT),
    "scriptchange": Treatment(
        "id item_id version fixed at person_id",
        of="item_id",
        blanked={**SCRIPT, "idempotency_key": code},
    ),
    "scriptmark": Treatment(
        "id item_id mark undone at person_id", of="item_id", blanked={"idempotency_key": code}
    ),
    "roomturn": Treatment(
        "id venue_id taken at person_id", of="venue_id", blanked={"idempotency_key": code}
    ),
    # No address leads anywhere any more.
    "calendaraddress": Treatment(
        "id event_id kind venue_id at person_id",
        of="event_id",
        blanked={"token_hash": code, "idempotency_key": code},
    ),
    "calendarend": Treatment(
        "id calendar_id at person_id", of="calendar_id", blanked={"idempotency_key": code}
    ),
    # An office, but a person may have typed a name.
    "paper": Treatment(
        "id item_id version added_at minutes position withdrawn",
        of="item_id",
        blanked={"who": mark, "title": mark},
    ),
    "paperchange": Treatment(
        "id paper_id version added minutes position withdrawn at person_id",
        of="paper_id",
        blanked={"who": mark, "title": mark, "idempotency_key": code},
    ),
    "papermark": Treatment(
        "id paper_id mark undone at person_id", of="paper_id", blanked={"idempotency_key": code}
    ),
    "speakermessage": Treatment("id venue_id at person_id", of="venue_id", blanked=TEXT),
    # What people ask names them or those it is about. How many came from where, about what, and
    # what became of each stays. The register of answers keeps its own text of what it answers.
    "topic": Treatment(
        "id event_id parent_id position retired version", of="event_id", blanked=TOPIC_NAMES
    ),
    "topicchange": Treatment(
        "id event_id topic_id version parent_id position retired added at person_id",
        of="event_id",
        blanked={**TOPIC_NAMES, "idempotency_key": code},
    ),
    "contribution": Treatment(
        "id event_id number kind item_id topic_id unit_id level channel received_at at person_id",
        of="event_id",
        blanked={**CONTRIBUTION, "delegate_id": nothing},
    ),
    "contributionedit": Treatment(
        "id contribution_id version kind item_id topic_id unit_id level at person_id",
        of="contribution_id",
        blanked=CONTRIBUTION,
    ),
    "contributionstate": Treatment(
        "id contribution_id state owed_level due_on undoes_id at person_id",
        of="contribution_id",
        blanked={
            **dict.fromkeys(("said_by", "said", "owed_by"), mark),
            "idempotency_key": code,
        },
    ),
    "forumorientation": Treatment("id item_id at person_id", of="item_id", blanked=TEXT),
    "phonequestions": Treatment(
        "id item_id closed at person_id",
        of="item_id",
        blanked={"token": code, "idempotency_key": code},
    ),
    # What was signed may name people; its digest stays, by which a paper copy can be recognised.
    "signedminutes": Treatment(
        "id item_id version digest at person_id",
        of="item_id",
        blanked={"content": no_facts, "idempotency_key": code},
    ),
    "minuteswithdrawal": Treatment(
        "id minutes_id at person_id",
        of="minutes_id",
        blanked={"reason": mark, "idempotency_key": code},
    ),
    "synthesisparagraph": Treatment("id event_id", of="event_id"),
    "paragraphedit": Treatment(
        "id paragraph_id version part topic_id position sources removed at person_id",
        of="paragraph_id",
        blanked=TEXT,
    ),
    "synthesisversion": Treatment(
        "id event_id number digest at person_id",
        of="event_id",
        blanked={"content": no_facts, "idempotency_key": code},
    ),
    "synthesisstep": Treatment(
        "id version_id step at person_id",
        of="version_id",
        blanked={"note": mark, "idempotency_key": code},
    ),
    # The register outlives the erasure, since what is owed is owed: its texts are its own, and are
    # refused where they seem to name a person. A letter's file bears the name of who signed it.
    "petition": Treatment("id event_id number contribution_id", of="event_id"),
    "petitionedit": Treatment(
        "id petition_id version text field unit body level due_on section_id struck at person_id",
        of="petition_id",
        blanked={"idempotency_key": code},
    ),
    "answer": Treatment(
        "id petition_id kind text number signed_on signer promised_on file_digest at person_id",
        of="petition_id",
        blanked={"idempotency_key": code},
    ),
    "answerfile": Treatment(
        "answer_id", of="answer_id", blanked={"name": empty, "content": no_bytes}
    ),
    "answerwithdrawal": Treatment(
        "id answer_id at person_id",
        of="answer_id",
        blanked={"reason": mark, "idempotency_key": code},
    ),
    "petitionreminder": Treatment("id petition_id due_on level at", of="petition_id"),
    # Reports: that, when and by which office stays, the words go. An idempotency_key may carry the
    # name of a telephone or a tablet.
    "taskreport": Treatment(
        "id task_id status at person_id",
        of="task_id",
        blanked={"note": mark, "idempotency_key": code},
    ),
    "taskstate": Treatment("task_id report_id status at", of="task_id", blanked={"note": mark}),
    "photograph": Treatment("id report_id place width height at", of="report_id"),
    "photographbytes": Treatment(
        "photograph_id", of="photograph_id", blanked={"thumbnail": no_bytes, "picture": no_bytes}
    ),
    "sectionreport": Treatment(
        "id section_id at person_id",
        of="section_id",
        blanked={"headline": mark, "idempotency_key": code},
    ),
    "sectionstate": Treatment(
        "section_id headline_at confirmed_at renewed_at",
        of="section_id",
        blanked={"headline": mark},
    ),
    "silencereminder": Treatment("id event_id section_id since level at", of="event_id"),
    "silenceacknowledgement": Treatment(
        "id reminder_id at person_id", of="reminder_id", blanked={"idempotency_key": code}
    ),
    "review": Treatment(
        "id event_id at person_id",
        of="event_id",
        blanked={"conclusion": mark, "idempotency_key": code},
    ),
    # The words of a signed review go with all others; its figures stay, and the digest by which a
    # paper copy can be recognised.
    "signedreview": Treatment(
        "review_id event_id number since phase figures digest",
        of="event_id",
        blanked={"content": no_facts},
    ),
    "reviewwithdrawal": Treatment(
        "id review_id at person_id",
        of="review_id",
        blanked={"reason": mark, "idempotency_key": code},
    ),
    "directive": Treatment(
        "id event_id number kind section_id office_id due_at at person_id",
        of="event_id",
        blanked={"text": mark, "why": mark, "idempotency_key": code},
    ),
    "directivestep": Treatment(
        "id directive_id step at person_id",
        of="directive_id",
        blanked={"note": mark, "idempotency_key": code},
    ),
    "entry": Treatment(
        "id event_id number section_id priority at person_id", of="event_id", blanked=TEXT
    ),
    "entryupdate": Treatment("id entry_id status at person_id", of="entry_id", blanked=TEXT),
    "entrystate": Treatment(
        "entry_id event_id status closed opened_at at", of="event_id", blanked={"text": mark}
    ),
    "rollcall": Treatment(
        "id event_id number about_at holds_minutes at person_id",
        of="event_id",
        blanked={"question": mark, "idempotency_key": code},
    ),
    "rollcallsection": Treatment("roll_call_id section_id", of="roll_call_id"),
    "rollcallanswer": Treatment(
        "id roll_call_id section_id answer entries_seen updates_seen at person_id",
        of="roll_call_id",
        blanked={"words": mark, "idempotency_key": code},
    ),
    "rollcallreminder": Treatment(
        "id roll_call_id at person_id", of="roll_call_id", blanked={"idempotency_key": code}
    ),
    "rollcallend": Treatment(
        "id roll_call_id outcome entry_id at person_id",
        of="roll_call_id",
        blanked={"idempotency_key": code},
    ),
    "rollcallresult": Treatment(
        "roll_call_id section_id stand answer_id entry_number", of="roll_call_id"
    ),
    "mediaitem": Treatment(
        "id event_id kind phase planned_at pinned entered_at illustrative",
        of="event_id",
        blanked={"key": code, "outlet": mark_entered, "title_vi": mark, "title_en": mark},
    ),
    "mediapublication": Treatment(
        "id media_id undone at person_id", of="media_id", blanked={"idempotency_key": code}
    ),
    # Attendance: how many of which delegation came when stays. An office with a unit is one person,
    # and so is a badge.
    "delegation": Treatment(
        "id event_id code kind_vi position version",
        of="event_id",
        blanked={
            "contact": mark,
            "vehicle": mark,
            "sort_key": empty_renamed,
            **dict.fromkeys(DELEGATION_NAMES, mark_delegation),
        },
    ),
    "delegationchange": Treatment(
        "id event_id delegation_id version position added at person_id",
        of="event_id",
        blanked={**dict.fromkeys(DELEGATION_NAMES, mark_delegation), "idempotency_key": code},
    ),
    "delegate": Treatment(
        "id event_id delegation_id position version retired",
        of="event_id",
        blanked={
            "badge": code,
            "title_vi": mark,
            "title_en": mark,
            "folded": empty,
            "sort_key": empty,
        },
    ),
    "delegateparticulars": Treatment(
        "delegate_id event_id",
        of="event_id",
        blanked={"name": empty, "folded": empty, "phone": empty},
    ),
    "particularchoice": Treatment(
        "id event_id kind turned_on erase_on at person_id",
        of="event_id",
        blanked={"reason": mark, "idempotency_key": code},
    ),
    "delegatechange": Treatment(
        "id event_id delegate_id step version delegation_id position after_fact_id at person_id",
        of="event_id",
        blanked={
            "title_vi": mark,
            "title_en": mark,
            "reason": mark,
            "idempotency_key": code,
        },
    ),
    "rosterstep": Treatment(
        "change_id item_id delegation_id assigned expected present substituted excused inside "
        "common",
        of="item_id",
    ),
    "desk": Treatment(
        "id event_id key version retired",
        of="event_id",
        blanked={"name_vi": mark_desk, "name_en": mark_desk},
    ),
    "deskitem": Treatment("desk_id item_id", of="item_id"),
    "expectation": Treatment("item_id delegate_id", of="item_id"),
    "attendancefact": Treatment(
        "id item_id delegate_id status place desk_id at came_at device_at before_id undoes_id "
        "caused_by_id person_id",
        of="item_id",
        blanked={"words": mark, "idempotency_key": code},
    ),
    "attendancestate": Treatment(
        "item_id delegate_id fact_id status place at came_at", of="item_id"
    ),
    "attendancecount": Treatment(
        "item_id delegation_id expected present substituted excused inside common", of="item_id"
    ),
    "attendancestep": Treatment(
        "item_id minute delegation_id came expected present substituted excused inside common "
        "arrived",
        of="item_id",
    ),
    "rollmark": Treatment(
        "id item_id closed at person_id", of="item_id", blanked={"idempotency_key": code}
    ),
    "guestfact": Treatment(
        "id item_id number desk_id at person_id",
        of="item_id",
        blanked={"words": mark, "idempotency_key": code},
    ),
    "doorcount": Treatment(
        "id item_id desk_id number at person_id", of="item_id", blanked={"idempotency_key": code}
    ),
    "replacedbadge": Treatment(
        "id event_id delegate_id at person_id",
        of="event_id",
        blanked={"badge": code, "idempotency_key": code},
    ),
    "latescan": Treatment(
        "id item_id desk_id device_at at person_id outcome",
        of="item_id",
        blanked={"badge": code, "idempotency_key": code, "facts": no_facts},
    ),
    "latescansettled": Treatment(
        "id late_scan_id at person_id",
        of="late_scan_id",
        blanked={"words": mark, "idempotency_key": code},
    ),
    "arrivalminute": Treatment("item_id minute arrived", of="item_id"),
    # Of a distribution stays which version was sent and how many received it; the digest is that of
    # the paper copies. The file may name people, and so may who took copies and why one failed.
    "distribution": Treatment(
        "id event_id kind version file_kind size digest at person_id",
        of="event_id",
        blanked={"title": mark, "file_name": mark, "idempotency_key": code},
    ),
    "distributionfile": Treatment(
        "distribution_id", of="distribution_id", blanked={"content": no_bytes}
    ),
    "distributionwithdrawal": Treatment(
        "id distribution_id undone at person_id",
        of="distribution_id",
        blanked={"idempotency_key": code},
    ),
    "distributionmark": Treatment(
        "id distribution_id delegate_id channel state at person_id",
        of="distribution_id",
        blanked={"reason": mark, "to_whom": mark, "idempotency_key": code},
    ),
    "distributionstate": Treatment(
        "distribution_id delegate_id channel state mark_id attempts due_at claimed_at",
        of="distribution_id",
        blanked={"message_id": empty},
    ),
    # No link opens anything any more: no token has that hash.
    "distributionlink": Treatment(
        "id distribution_id delegate_id channel made_at",
        of="distribution_id",
        blanked={"token_hash": code},
    ),
    "delegateaddress": Treatment("delegate_id at", of="delegate_id", blanked={"email": empty}),
    # The change log: which command when by which office, without its words and its browser.
    "change": Treatment(
        "id event_id at recorded_at person_id topic subject subject_id",
        of="event_id",
        blanked={"sign_in_id": nothing, "what": word_by_word},
    ),
    # People are offices and keep their rows; what they signed in with and from where goes.
    # The law keeps the record of a breach for five years; its text names no one.
    "breach": Treatment(
        "id event_id number detected_at text at person_id",
        of="event_id",
        blanked={"idempotency_key": code},
    ),
    "breachstep": Treatment(
        "id breach_id step done_at note at person_id",
        of="breach_id",
        blanked={"idempotency_key": code},
    ),
    "personalrequest": Treatment(
        "id event_id number kind delegate_id office_id received_at at person_id",
        of="event_id",
        blanked={"note": mark, "idempotency_key": code},
    ),
    "personalrequeststep": Treatment(
        "id request_id step done_at at person_id",
        of="request_id",
        blanked={"note": mark, "idempotency_key": code},
    ),
    "person": Treatment(
        "id event_slug key role section_key desk_key item_key more_sections retired version",
        of="event_slug",
        blanked={"name_vi": mark_person, "name_en": mark_person},
    ),
    "officechange": Treatment(
        "id event_id office_id version role section_keys desk_key item_key retired added at "
        "person_id",
        of="event_id",
        blanked={"name_vi": mark_person, "name_en": mark_person, "idempotency_key": code},
    ),
    # An import that is being prepared: its files hold names and telephone numbers.
    "importdraft": _deleted(
        "id event_id version step issuer desks choices answers begun_at at person_id",
        of="event_id",
    ),
    "importfile": _deleted("id draft_id name size digest content at", of="draft_id"),
    "importshape": Treatment("shape kind columns at"),  # digests and the names of fields
    "secret": Treatment("name value"),
    "account": _deleted("person_id rehearsal password_hash pin_hash email"),
    "invitation": _deleted("rehearsal id token_hash person_id how made_at expires_at used_at"),
    "failedtry": _deleted("id bucket at", of=None),
    "signin": _deleted(
        "rehearsal id token_hash person_id how address device started_at used_at expires_at "
        "locked_at wrong_pins ended_at"
    ),
}
"""Every column of every table: a new one is classified here, by what becomes of it.

But for facts that hold nothing that a person typed, see `_of_plain_fact`.
"""


def _of_plain_fact(table: Table) -> Treatment:
    """The treatment of a fact of references, numbers and moments alone: only its key is blanked.

    It belongs to an event by its first reference to a table that does.
    """
    own = [
        column for column in table.columns if column.name not in ("person_id", "idempotency_key")
    ]
    typed = [column.name for column in own if isinstance(column.type, (Text, JSON, LargeBinary))]
    if typed:
        raise LookupError(f"what becomes of {table.name}: {', '.join(typed)}?")
    of = next(column.name for column in own if column.foreign_keys)
    retained = " ".join([*(column.name for column in own), "person_id"])
    return Treatment(retained, of=of, blanked={"idempotency_key": code})


for _fact in Fact.__subclasses__():
    _table = _fact.__table__
    if _table.name not in TREATMENTS:
        TREATMENTS[_table.name] = _of_plain_fact(_table)


@dataclass(frozen=True)
class Erased:
    """What an erasure did.

    `rows`: rows changed or deleted by table; `folders`: where the event was loaded from, whose
    files stay untouched.
    """

    slug: str
    rows: dict[str, int]
    folders: tuple[str, ...]


# --- the erasure ---------------------------------------------------------------------------------


def erase_event(session: Session, *, slug: str, keep: timedelta | None, now: datetime) -> Erased:
    """Erase what could identify a person in all runs of an event; only the command line does.

    Accounts and sign-ins of its people go as well, and those of another event's stay. Refuses
    `event_unknown`, and `erase_too_early` before `keep` has passed since the event's last day
    (None: at once). PostgreSQL's free space holds the texts until `compact` has run. It is no
    command of the registry: those are about the current event, this one is about one that is over.
    """
    own = select(Event).where(col(Event.slug) == slug).order_by(col(Event.id))
    runs = list(session.execute(own).scalars())
    if not runs:
        raise Refusal("event_unknown", event=slug[:60])
    last = max(runs, key=lambda run: run.id)
    if keep is not None:
        require_over(max(run.last_day for run in runs), keep, today=local_day(last, now))
    session.flush()
    database.note_erasure(session)
    rows = _erase(session, [run.id for run in runs])
    what = {"command": "erase_event", "slug": slug, "rows": sum(rows.values())}
    changes.note_of_event(session, event_id=last.id, at=now, what=what)
    return Erased(slug, rows, folders=tuple(sorted({run.folder for run in runs})))


def erasure_day(last_day: date, keep: timedelta = timedelta(days=KEEP_DAYS)) -> date:
    """The first day on which an event's personal data may be erased, and should be."""
    return last_day + keep + timedelta(days=1)


def erased_at(session: Session, slug: str) -> datetime | None:
    """When an event's personal data was erased last (real time); None where it was not."""
    log, own = Change.__table__.c, Event.__table__.c
    erasures = session.execute(
        select(log.recorded_at, log.what)
        .where(
            log.event_id.in_(select(own.id).where(own.slug == slug)),
            log.topic == Topic.EVENT.value,
            log.person_id.is_(None),
        )
        .order_by(log.id.desc())
    )
    return next((at for at, what in erasures if what.get("command") == "erase_event"), None)


def require_over(last_day: date, keep: timedelta, *, today: date) -> None:
    """Refuses `erase_too_early` with the first day on which it is allowed."""
    if today <= last_day + keep:
        raise Refusal("erase_too_early", last=last_day, day=erasure_day(last_day, keep))


# --- how -----------------------------------------------------------------------------------------


# Of a statement that is built once: the ids of the events, and what is unique to an erasure. No
# column has such a name.
RUNS: BindParameter[Any] = bindparam("erased_runs", expanding=True)
TOKEN = bindparam("erasure_token", type_=Text)


def _erase(session: Session, ids: list[int]) -> dict[str, int]:
    rows = dict[str, int]()
    given = {RUNS.key: ids, TOKEN.key: f"erased-{secrets.token_hex(4)}-"}
    _forget_sign_ins(session, ids)
    for table in reversed(Record.metadata.sorted_tables):
        statement, changed = _statement(table), 0
        if statement is not None:
            changed = session.connection().execute(statement, given).rowcount
        if word_by_word in TREATMENTS[table.name].blanked.values():
            changed = max(changed, _blank_changes(session, ids))
        rows[table.name] = changed
    return {name: number for name, number in rows.items() if number}


def _forget_sign_ins(session: Session, ids: list[int]) -> None:
    """Nothing may refer to a deleted sign-in, also not what it gave at another event."""
    log, sign_ins = Change.__table__, SignIn.__table__
    deleted = select(sign_ins.c.id).where(belongs(sign_ins, ids))
    named = log.c.sign_in_id.in_(deleted)
    session.connection().execute(update(log).values(sign_in_id=None).where(named))


@cache
def _statement(table: Table) -> Delete | Update | None:
    """What erases a table's rows of some events, in one go; None where all of them stay."""
    treatment, own = TREATMENTS[table.name], belongs(table, RUNS)
    if treatment.deleted:
        return delete(table).where(own)
    blanked = {
        name: blanking(table.c[name], TOKEN)
        for name, blanking in treatment.blanked.items()
        if blanking is not word_by_word
    }
    if not blanked:
        return None
    values = {
        name: case((where, value), else_=table.c[name]) for name, (value, where) in blanked.items()
    }
    return update(table).values(values).where(own, or_(*(where for _, where in blanked.values())))


def belongs(table: Table, ids: list[int] | BindParameter[Any]) -> ColumnElement[bool]:
    """The condition that a row belongs to one of the events."""
    of = TREATMENTS[table.name].of
    if of is None:
        return true()
    column = table.c[of]
    if column.name == "event_slug":
        return column.in_(select(col(Event.slug)).where(col(Event.id).in_(ids)))
    if column.name in ("id", "event_id"):
        return column.in_(ids)
    owner = next(iter(column.foreign_keys)).column
    return column.in_(select(owner).where(belongs(owner.table, ids)))


def _blank_changes(session: Session, ids: list[int]) -> int:
    """Blank the log in batches: it may hold a million changes."""
    table, changed, after = Change.__table__, 0, 0
    put = update(table).where(table.c.id == bindparam("change")).values(what=bindparam("rest"))
    while True:
        page = session.execute(
            select(table.c.id, table.c.what)
            .where(table.c.event_id.in_(ids), table.c.id > after)
            .order_by(table.c.id)
            .limit(BATCH)
        ).all()
        if not page:
            return changed
        after = page[-1].id
        blanked = [
            {"change": row.id, "rest": rest}
            for row in page
            if (rest := retained_of(row.what)) != row.what
        ]
        if blanked:
            session.connection().execute(put, blanked)
        changed += len(blanked)


def retained_of(what: Mapping[str, object]) -> dict[str, object]:
    """What may stay of a change: numbers, and the texts that the rules wrote.

    A text that is not known to be one goes.
    """
    return {name: _retained_value(name, value) for name, value in what.items()}


def _retained_value(name: str, value: object) -> object:
    if value is None or isinstance(value, bool | int | float) or name in RULE_TEXTS:
        return value
    return MARK if value else value


# --- afterwards ----------------------------------------------------------------------------------


def compact() -> None:
    """Rewrite the database's files, so that free space holds nothing that was erased.

    Refuses `compact_busy`. On PostgreSQL the server's own write-ahead log holds it until the server
    has overwritten it.
    """
    if database.engine().dialect.name == "sqlite":
        _compact_sqlite()
        return
    try:
        with (
            database.engine()
            .execution_options(isolation_level="AUTOCOMMIT")
            .connect() as connection
        ):
            connection.execute(text("VACUUM FULL"))
    except OperationalError:  # another connection holds a table for longer than `lock_timeout`
        raise Refusal("compact_busy") from None


def _compact_sqlite() -> None:
    database.dispose()  # a connection of ours would hold the write-ahead log
    engine = database.engine()
    connection = engine.raw_connection()
    try:
        for statement in (
            "PRAGMA wal_checkpoint(TRUNCATE)",
            "VACUUM",
            "PRAGMA wal_checkpoint(TRUNCATE)",
        ):
            cursor = connection.cursor()
            cursor.execute(statement)
            row = cursor.fetchone()
            if row and row[0]:  # the checkpoint's first column: whether it was blocked
                raise Refusal("compact_busy")
    except engine.dialect.loaded_dbapi.OperationalError:
        raise Refusal("compact_busy") from None
    finally:
        connection.close()
        database.dispose()
