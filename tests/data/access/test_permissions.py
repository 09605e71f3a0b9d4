"""The permission table against every command that writes: each is tried by every person,
on their own and on another's.
"""

import importlib
import inspect
import os
import pkgutil
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from copy import copy
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from sqlmodel import Session, col, select, update

import data
from data import audit, calendars, incidents, media, programme
from data.access import accounts, events, invitations, offices, sign_ins
from data.access.people import people
from data.answers import commands as answers
from data.answers import reminders as answers_reminders
from data.answers import report as answers_report
from data.attendance import (
    badges,
    commands,
    delegates,
    delegations,
    offline_scans,
    report,
    rooms,
    roster,
    vehicles,
)
from data.commands import COMMANDS, Command, Origin, execute, run
from data.contributions import commands as contributions
from data.contributions import phone, topics
from data.distribution import addresses as distribution_addresses
from data.distribution import commands as distribution_commands
from data.distribution import links as distribution_links
from data.distribution import outbox as distribution_outbox
from data.distribution import report as distribution_report
from data.events.current import current_event
from data.exports import archive
from data.exports import commands as exports
from data.exports import contributions as exports_contributions
from data.files import read_csv
from data.imports import commands as imports_commands
from data.imports import contributions as imports_contributions
from data.imports import drafts
from data.imports.commands import imports_of
from data.imports.preview import preview
from data.personal_data import cases, contact, erasing, held, particulars
from data.plan import commands as plan_commands
from data.plan import desks as plan_desks
from data.plan import items as plan_items
from data.plan import move as plan_move
from data.plan import sections as plan_sections
from data.plan import settings as plan_settings
from data.plan import venues as plan_venues
from data.readiness import escalation, photographs, tasks
from data.rehearsal import clock, player, trials
from data.reviews import commands as reviews_commands
from data.reviews import directives
from data.reviews import report as reviews_report
from data.roll_calls import commands as roll_calls_commands
from data.roll_calls import report as roll_calls_report
from data.script import lines as script_lines
from data.script import papers as script_papers
from data.script import rooms as script_rooms
from data.storage import database
from data.synthesis import commands as synthesis
from data.synthesis import report as synthesis_report
from data.words import Words
from models.access.people import PERMISSIONS, Office, Person
from models.access.sign_ins import UNKNOWN_CLIENT, SignIn, SignInMethod
from models.answers.answers import Answer, Entered, Letter, LetterFile, Petition
from models.attendance.delegates import Listed
from models.attendance.ledger import (
    AttendanceState,
    Delegate,
    DelegationPlan,
    Desk,
    DeskPlan,
    Expectation,
)
from models.contributions.contributions import (
    Contribution,
    ContributionState,
    Step,
    Submission,
)
from models.contributions.topics import Topic, TopicPlan
from models.distribution.ledger import DelegateAddress, Distribution, OutgoingDocument
from models.events.event import DocumentHead, Event, EventState, VenueName
from models.imports.contributions import Received
from models.imports.drafts import ImportDraft, ImportFile
from models.imports.frame import Frame
from models.imports.times import Days
from models.incidents import EntryState
from models.personal_data import Breach, PersonalRequest
from models.programme import PlannedItem, ProgrammeItem
from models.readiness.photographs import Picture
from models.readiness.tasks import Section, SectionPlan, Task
from models.refusals import Refusal
from models.rehearsal import RehearsalProgress
from models.reviews.directives import Directive, DirectiveStep
from models.reviews.reviews import SignedReview
from models.roll_calls import RollCall
from models.script.lines import Line
from models.script.papers import Paper, PaperMarkKind, PaperPlan
from models.storage import Record
from models.synthesis.paragraphs import Paragraph, SynthesisParagraph
from models.synthesis.versions import SynthesisVersion
from tests import stage
from tests.models.access.test_people import MATRIX, ROLES
from tests.stage import REAL, manage
from ui.shell import menu

ROOT = Path(__file__).parents[3]
VINH = ZoneInfo("Asia/Ho_Chi_Minh")
DENIED = ("not_permitted", "sign_in_needed")


class Undone(Exception):
    """Ends a transaction whose command was accepted, so that the next one finds everything as it
    was.
    """


@dataclass(frozen=True)
class Target:
    """What a command is given for, and whose that is. `refusals`: the code that
    answers a person who has the permission, by their key or by `anybody`.

    `first`: what has to be so for this command, done in its transaction.
    """

    facts: Callable[[], dict] = dict
    section: str | None = None
    desks: tuple[str, ...] = ()
    item: str | None = None
    role: str | None = None
    own: str | None = None  # the person whose own it is, whatever their role
    refusals: dict[str, str] = field(default_factory=dict)
    first: Callable[[Session], object] | None = None


@dataclass(frozen=True)
class Write:
    """A command that a person gives: by which row of the permission table, and what it is
    tried on.
    """

    function: Command
    command: str
    targets: tuple[Target, ...]


def section_targets(facts: Callable[[str], dict]) -> tuple[Target, ...]:
    return tuple(Target(lambda key=key: facts(key), section=key) for key in ("an_ninh", "hau_can"))


def desk_targets(
    status: str, *, named: Callable[[str, str], dict] | None = None, **facts: object
) -> tuple[Target, ...]:
    """At three items: one that both desks serve, and one of each. `named`: what names whom, from
    an item's key and a status.
    """
    named = named or (
        lambda key, status: {"badge": badge_of(key, status), "item_id": stage.item(key)}
    )
    served = {"phien_chinh": ("ban_1", "ban_2"), "dien_dan_1": ("ban_1",), "dien_dan_2": ("ban_2",)}
    return tuple(
        Target(
            lambda key=key: {**named(key, status), **facts},
            desks=desks,
            refusals={
                f"desk.{other}": "desk_not_for_item"
                for other in ("ban_1", "ban_2")
                if other not in desks
            },
        )
        for key, desks in served.items()
    )


def without_badge(key: str, _status: str) -> dict:
    return {"item_id": stage.item(key)}


def facts_of(key: str, status: str) -> dict:
    """The fact that counts of a delegate at an item."""
    here = select(AttendanceState.fact_id).where(AttendanceState.item_id == stage.item(key))
    owner = select(Delegate.id).where(Delegate.badge == badge_of(key, status))
    with database.reading() as session:
        fact_id = session.exec(here.where(AttendanceState.delegate_id.in_(owner))).one()
    return {"fact_ids": [fact_id]}


def several(key: str, status: str) -> dict:
    return {"badges": [badge_of(key, status)], "item_ids": [stage.item(key)]}


def roll_targets() -> tuple[Target, ...]:
    """The lists of the items of `desk_targets`, by themselves."""
    served = {"phien_chinh": (), "dien_dan_1": ("ban_2",), "dien_dan_2": ("ban_1",)}
    return tuple(
        Target(
            lambda key=key: {"item_ids": [stage.item(key)]},
            refusals={f"desk.{desk}": "desk_not_for_item" for desk in others},
        )
        for key, others in served.items()
    )


OFFICES = ("lead.an_ninh", "desk.ban_1", "command")
NEW_OFFICE = Office("Tổ trực", "", ("an_ninh",), "ban_1")


def offices_retired(session: Session) -> None:
    session.execute(update(Person).where(col(Person.key).in_(OFFICES)).values(retired=True))


def desks_retired(session: Session) -> None:
    session.execute(update(Desk).values(retired=True))


def person_targets(
    *keys: str,
    refusals: dict[str, dict] | None = None,
    first: Callable[[Session], object] | None = None,
    **facts: object,
) -> tuple[Target, ...]:
    return tuple(
        Target(
            lambda key=key: {"person_id": stage.person(key).id, **facts},
            role=key.partition(".")[0],
            refusals=(refusals or {}).get(key, {}),
            first=first,
        )
        for key in keys
    )


def sign_in_targets(*keys: str) -> tuple[Target, ...]:
    return tuple(
        Target(lambda key=key: {"sign_in_id": sign_in_id(key)}, role=key.partition(".")[0], own=key)
        for key in keys
    )


def badge_of(item: str, status: str) -> str:
    """Of those who are expected at an item, the one whom `prepare` let in, or one whom it did
    not.
    """
    expected = (
        select(Delegate.badge)
        .join(Expectation, Expectation.delegate_id == Delegate.id)
        .where(Expectation.item_id == stage.item(item))
        .order_by(Delegate.badge)
    )
    with database.reading() as session:
        found = session.exec(expected).all()
    return (
        found[0 if item != "phien_chinh" else len(found) // 2] if status == "in" else found[-1]
    )  # each is in one room


def sign_in_id(key: str) -> int:
    with database.reading() as session:
        return session.exec(
            select(SignIn.id).where(SignIn.person_id == stage.person(key).id).order_by(SignIn.id)
        ).first()


def task_of(section: str) -> dict:
    return {
        "task_id": stage.task({"an_ninh": 1, "hau_can": 3}[section]),
        "status": "at_risk",
        "note": "Chậm",
    }


def edit_of(section: str) -> dict:
    number = {"an_ninh": 1, "hau_can": 3}[section]
    with database.reading() as session:
        task = session.get(Task, stage.task(number))
        planned = replace(plan_commands.planned_of(session, task), owner="Ban Tổ chức")
    return {"task_id": task.id, "version": task.version, "planned": planned}


def new_task() -> dict:
    return {"planned": edit_of("an_ninh")["planned"]}


def task_row(section: str, **facts: object) -> dict:
    edited = edit_of(section)
    return {"task_id": edited["task_id"], "version": edited["version"], **facts}


def task_retired(session: Session) -> None:
    origin = Origin(stage.person("command"), at=REAL)
    facts = task_row("an_ninh", reason="Không còn cần")
    execute(session, origin, plan_commands.retire_task, **facts)


SEATING = SectionPlan("Tiểu ban Chỗ ngồi", "", "Chỗ ngồi", "")


def section_row(key: str, **facts: object) -> dict:
    return {"section_id": stage.section(key), "version": 1} | facts


def section_emptied(session: Session) -> None:
    """Nothing of the section's is open."""
    section = session.exec(select(Section.id).where(Section.key == "hau_can")).one()
    session.execute(update(Task).where(Task.section_id == section).values(retired=True))
    session.execute(update(EntryState).values(closed=True))
    withdrawn(session)


def section_dissolved(session: Session) -> None:
    session.execute(update(Section).where(Section.key == "hau_can").values(retired=True))


def move() -> dict:
    days = {"first_day": date(2024, 3, 12), "last_day": date(2024, 3, 13)}
    with database.reading() as session:
        return {**days, "seal": plan_move.move_of(session, current_event(session), **days).seal}


def entry_of(section: str) -> dict:
    return {
        "entry_id": stage.entry({"an_ninh": 1, "hau_can": 2}[section]),
        "status": "handling",
        "text": "",
    }


def forum(key: str) -> dict:
    return {"item_id": stage.item(key)}


def roll_call() -> dict:
    with database.reading() as session:
        return {
            "roll_call_id": session.exec(select(RollCall.id).order_by(RollCall.id.desc())).first()
        }


def no_roll_call_runs(session: Session) -> None:
    session.execute(update(RollCall).values(about_at=REAL))


def ended_roll_call() -> dict:
    with database.reading() as session:
        return {"roll_call_id": session.exec(select(RollCall.id).order_by(RollCall.id)).first()}


def signed_review() -> dict:
    with database.reading() as session:
        return {"review_id": session.exec(select(SignedReview.review_id)).first()}


def conflict_id() -> int:
    with database.reading() as session:
        return offline_scans.conflicts(session, current_event(session))[0].id


def other_event() -> dict:
    """An event next to the current one, with its name typed."""
    with database.reading() as session:
        another = select(Event.id).where(Event.id != current_event(session).id)
        return {"event_id": session.exec(another).first(), "name": "khac"}


def one_delegate() -> dict:
    return {"delegate_id": stage.delegate(stage.VAN)}


def asked_about() -> dict:
    return {**one_delegate(), "kind": "access", "note": ""}


def a_request(session: Session) -> None:
    facts = {**one_delegate(), "kind": "access", "number": 1, "received_at": REAL, "note": ""}
    session.add(PersonalRequest(id=7, event_id=current_event(session).id, **facts, **given()))
    session.flush()


def a_breach(session: Session) -> None:
    facts = {"number": 1, "detected_at": REAL, "text": "Mất máy"}
    session.add(Breach(id=7, event_id=current_event(session).id, **facts, **given()))
    session.flush()


def names_kept() -> dict:
    return {"kind": "name", "reason": "Gọi xe", "erase_on": date.today() + timedelta(days=30)}


def keeps_names(session: Session) -> None:
    stored = {"name": {"reason": "Gọi xe", "erase_on": "2999-01-01"}}
    session.get_one(Event, stage.current().id).particulars = stored
    session.flush()


def given() -> dict:
    return {"at": REAL, "person_id": stage.person("admin").id, "idempotency_key": "given"}


def archived_event() -> dict:
    return {"event_id": other_event()["event_id"]}


def archive_it(session: Session) -> None:
    session.execute(update(Event).where(col(Event.slug) == "khac").values(state="archived"))


def other_id() -> dict:
    return {"event_id": other_event()["event_id"]}


def other_is_real(session: Session) -> None:
    session.execute(update(Event).where(Event.slug == "khac").values(rehearsal=False))


def other_is_a_trial(session: Session) -> None:
    origin_id = current_event(session).id
    session.execute(update(Event).where(Event.slug == "khac").values(origin_id=origin_id))


def one_who_never_came(session: Session) -> None:
    slug = current_event(session).slug
    names = {"key": "lead.moi", "role": "lead", "name_vi": "Mới", "name_en": "New"}
    session.add(Person(event_slug=slug, section_key="hau_can", **names))
    session.flush()


def draft_id() -> int:
    with database.reading() as session:
        return session.exec(select(ImportDraft.id)).one()


def file_id() -> int:
    with database.reading() as session:
        return session.exec(select(ImportFile.id)).one()


def said_of_columns() -> dict:
    return {"kind": "tasks", "header": 1, "columns": {1: "title"}, "shape": "0" * 64}


def ordered(section: str) -> dict:
    payload = {
        "kind": "directive",
        "text": "Rà soát",
        "why": "",
        "office_id": None,
        "due_at": REAL + timedelta(days=9),
    }
    return payload | {"section_id": stage.section(section) if section else None}


def directive_targets(
    *,
    own: str | None = "command",
    first: Callable[[Session], object] | None = None,
    **facts: str,
) -> tuple[Target, ...]:
    """One directive to each of two sections, and one to an office: who holds that (`own`) owns
    it, whatever their role.
    """
    numbers = {"an_ninh": 1, "hau_can": 2}
    owned = tuple(
        Target(
            lambda number=number: {"directive_id": directive_id(number), **facts},
            section=key,
            first=first,
        )
        for key, number in numbers.items()
    )
    of_office = Target(lambda: {"directive_id": directive_id(3), **facts}, own=own, first=first)
    return (*owned, of_office)


def withdrawn(session: Session) -> None:
    """Every directive as it was withdrawn."""
    stepped(session, "withdrawn")


def acknowledged(session: Session) -> None:
    """Every directive as its owner acknowledged it."""
    stepped(session, "acknowledged")


def stepped(session: Session, step: str) -> None:
    by = {"at": REAL, "person_id": stage.person("command").id}
    session.add_all(
        DirectiveStep(
            directive_id=number,
            step=step,
            idempotency_key=stage.idempotency_key(),
            **by,
        )
        for number in session.exec(select(Directive.id)).all()
    )


def directive_id(number: int) -> int:
    with database.reading() as session:
        return session.exec(select(Directive.id).where(Directive.number == number)).one()


PEOPLE = ("lead.an_ninh", "desk.ban_1", "display.1", "committee", "command", "admin")


def finished(session: Session) -> None:
    origin = Origin(stage.person("command"), at=REAL)
    execute(session, origin, programme.finish_item, **forum("dang_hoa"))


def perform_by_command(command: Command, **facts: object) -> Callable[[Session], object]:
    def first(session: Session) -> None:
        execute(session, Origin(stage.person("command"), at=REAL), command, **facts)

    return first


def in_turn(
    acts: Iterable[Callable[[str], Callable[[Session], object]]], key: str
) -> Callable[[Session], object]:
    return lambda session: [act(key)(session) for act in acts]


def forum_targets(*before: Callable[[str], Callable[[Session], object]]) -> tuple[Target, ...]:
    """Two forums, each of another rapporteur; `before`: what has to be so, in order."""
    return tuple(
        Target(lambda key=key: forum(key), item=key, first=in_turn(before, key))
        for key in ("dien_dan_1", "dien_dan_2")
    )


def submission(key: str, text: str) -> Submission:
    return Submission(text, item_id=stage.item(key), unit="Xã Nghi Kim")


def contribution(key: str, text: str = "Hỏi") -> int:
    """The id of the contribution to a forum that says this."""
    with database.reading() as session:
        return session.exec(
            select(Contribution.id).where(
                Contribution.item_id == stage.item(key), Contribution.text == text
            )
        ).one()


def contribution_targets(
    facts: Callable[[str], dict], *before: Callable[[str], Callable[[Session], object]]
) -> tuple[Target, ...]:
    """A contribution to each of two forums; `before`: what has to be so, in order."""
    return tuple(
        Target(
            lambda key=key: {"contribution_id": contribution(key), **facts(key)},
            item=key,
            first=in_turn(before, key),
        )
        for key in ("dien_dan_1", "dien_dan_2")
    )


def step_of(key: str) -> dict:
    """The step by which a contribution was put."""
    with database.reading() as session:
        own = ContributionState.contribution_id == contribution(key, "Đã trình")
        return {"step_id": session.exec(select(ContributionState.id).where(own)).one()}


def topic_id() -> dict:
    with database.reading() as session:
        return {"topic_id": session.exec(select(Topic.id)).one()}


def paragraph_id() -> dict:
    with database.reading() as session:
        return {"paragraph_id": session.exec(select(SynthesisParagraph.id)).one()}


def both_signed(session: Session) -> None:
    for key in ("dien_dan_1", "dien_dan_2"):
        perform_by_command(synthesis.sign_minutes, item_id=stage.item(key))(session)


def submitted(session: Session) -> None:
    both_signed(session)
    perform_by_command(synthesis.submit_synthesis)(session)


def approved(session: Session) -> None:
    submitted(session)
    digest = session.exec(select(SynthesisVersion.digest)).one()
    origin = Origin(stage.person("committee"), at=REAL)
    execute(session, origin, synthesis.approve_synthesis, digest=digest)


def of_one_digest(session: Session) -> None:
    """What was submitted by a digest that a test knows beforehand."""
    submitted(session)
    session.execute(update(SynthesisVersion).values(digest="known"))


def approved_by_digest(session: Session) -> None:
    approved(session)
    session.execute(update(SynthesisVersion).values(digest="known"))


def paragraph_removed(session: Session) -> None:
    perform_by_command(synthesis.remove_paragraph, version=1, **paragraph_id())(session)


def an_answer_owed(session: Session) -> None:
    owed = Step(owed_by="Sở Y tế", owed_level="province", due_on=date(2027, 1, 1))
    facts = {"contribution_id": contribution("dien_dan_1"), "state": "answer_owed", "step": owed}
    perform_by_command(contributions.step_contribution, **facts)(session)


def entered(section: str, text: str = "Sửa đường") -> Entered:
    return Entered(
        text, "Sở Xây dựng", "province", date(2027, 1, 1), section_id=stage.section(section)
    )


def petition(number: int) -> dict:
    with database.reading() as session:
        own = select(Petition.id).where(Petition.number == number)
        return {"petition_id": session.exec(own).one()}


def answer_id(number: int) -> dict:
    with database.reading() as session:
        own = select(Answer.id).where(Answer.petition_id == petition(number)["petition_id"])
        return {"answer_id": session.exec(own).one()}


LETTER = Letter("answered", "Đã bố trí vốn")


def room_targets(
    *before: Callable[[str], Callable[[Session], object]], **facts: object
) -> tuple[Target, ...]:
    """The rooms of two forums; `before`: what has to be so, in order."""
    return tuple(
        Target(lambda key=key: {**room_of(key), **facts}, item=key, first=in_turn(before, key))
        for key in ("dien_dan_1", "dien_dan_2")
    )


HOUSE = ("admin", "command", "committee")


def calendar_of_committee() -> dict:
    with database.reading() as session:
        made = calendars.addresses(session, current_event(session))
        return {"calendar_id": made[0].id}


def not_theirs() -> dict[str, str]:
    """Who has no part in the committee's address is not told that there is one."""
    rows = read_csv(stage.SMALL, "people.csv", ("key", "role"))
    keys = [row.text("key") for row in rows if row.text("role") not in HOUSE]
    return dict.fromkeys([*keys, "rapporteur.dang_hoa"], "calendar_unknown")


def paper_of(key: str) -> int:
    with database.reading() as session:
        return session.exec(select(Paper.id).where(Paper.item_id == stage.item(key))).one()


def paper_targets(
    *before: Callable[[str], Callable[[Session], object]],
) -> tuple[Target, ...]:
    """The papers of two forums, of which the text comes; `before`: what has to be so."""
    mark = PaperMarkKind.RECEIVED
    return tuple(
        Target(
            lambda key=key: {"paper_id": paper_of(key), "mark": mark},
            item=key,
            first=in_turn(before, key),
        )
        for key in ("dien_dan_1", "dien_dan_2")
    )


def room_of(key: str) -> dict:
    with database.reading() as session:
        item = session.get(ProgrammeItem, stage.item(key))
        return {"venue_id": item.venue_id}


def published(session: Session) -> None:
    origin = Origin(stage.person("command"), at=REAL)
    execute(session, origin, media.publish_media, media_id=stage.media("m1"))


def vehicle() -> dict:
    return {"delegation_id": 1}


def vehicle_there(session: Session) -> None:
    origin = Origin(stage.person("command"), at=REAL)
    execute(session, origin, vehicles.record_vehicle, **vehicle())


def new_delegate() -> dict:
    return {"title_vi": "Chánh Văn phòng", "title_en": "", "delegation_id": 1, "items": ()}


def settings() -> dict:
    with database.reading() as session:
        version, row = plan_settings.version_and_settings(session, stage.current().id)
    return {"version": version, "settings": replace(row, expected_delegates=565)}


def item_plan(**changed: object) -> PlannedItem:
    with database.reading() as session:
        planned = plan_items.version_and_plan(session, stage.item("phien_chinh"))[1]
    return replace(planned, **changed)


def item_of(key: str, **facts: object) -> dict:
    return {"item_id": stage.item(key), "version": 1} | facts


def cancelled(session: Session) -> None:
    origin = Origin(stage.person("command"), at=REAL)
    execute(session, origin, plan_items.cancel_item, **item_of("phien_chinh", reason="Mưa bão"))


def new_item() -> dict:
    times = {"starts_at": REAL, "ends_at": REAL + timedelta(hours=1)}
    return {"title_vi": "Họp báo", "title_en": "", "kind": "session", **times}


def task_file(title: str) -> bytes:
    """An office's file with one task that the event does not have."""
    with database.reading() as session:
        section = session.get(Section, stage.section("an_ninh")).name_vi
    columns = "TT,Nội dung công việc,Tiểu ban,Đơn vị chủ trì,Thời gian hoàn thành"
    return f"{columns}\n77,{title},{section},Công an,{stage.current().first_day:%d/%m/%Y}".encode()


def imported(title: str) -> dict:
    event = stage.current()
    frame = Frame(event.name_vi, Days(event.first_day, event.last_day))
    return {"shown": preview([("a.csv", task_file(title))], frame, {}, now=REAL)}


def prepared_import() -> dict:
    with database.reading() as session:
        draft = drafts.draft_by_id(session, draft_id())
        return {"draft_id": draft.id, "version": draft.version}


def last_import() -> dict:
    with database.reading() as session:
        return {"import_id": imports_of(session, current_event(session))[0].id}


def delegate_row() -> tuple[int, Listed]:
    with database.reading() as session:
        return delegates.version_and_row(session, stage.delegate(badge_of("phien_chinh", "out")))


def changed_delegate(**facts: object) -> dict:
    delegate_id = stage.delegate(badge_of("phien_chinh", "out"))
    return {"delegate_id": delegate_id, "version": delegate_row()[0]} | facts


def retired(session: Session) -> None:
    origin = Origin(stage.person("command"), at=REAL)
    execute(session, origin, delegates.retire_delegate, **changed_delegate(reason="Nghỉ hưu"))


PAPER = OutgoingDocument("synthesis", "Báo cáo tổng hợp", "bao-cao.pdf", b"%PDF-1.7 bao cao")


def outgoing() -> dict:
    return {
        "document": replace(PAPER, content=b"%PDF-1.7 lan sau"),
        "channels": ("paper", "link"),
    }


def sent_out(**facts: object) -> dict:
    """The version that `prepare` sent out."""
    with database.reading() as session:
        return {"distribution_id": session.exec(select(Distribution.id)).one(), **facts}


def sent_to_delegate(**facts: object) -> dict:
    return {**sent_out(), **one_delegate(), **facts}


def received_by_hand(session: Session) -> None:
    origin = Origin(stage.person("command"), at=REAL)
    execute(session, origin, distribution_commands.record_receipt, **sent_to_delegate())


def handed_over(session: Session) -> None:
    origin = Origin(stage.person("command"), at=REAL)
    facts = sent_out(delegation_id=1, to_whom="Văn thư")
    execute(session, origin, distribution_commands.hand_over_copies, **facts)


def withdrawn_version(session: Session) -> None:
    origin = Origin(stage.person("command"), at=REAL)
    execute(session, origin, distribution_commands.withdraw_distribution, **sent_out())


def address_known(session: Session) -> None:
    """One delegate's address is known, in an event that sends e-mail (`prepared`)."""
    session.execute(update(Event).values(rehearsal=False))
    delegate_id = one_delegate()["delegate_id"]
    session.add(DelegateAddress(delegate_id=delegate_id, email="ai@vi-du.vn", at=REAL))
    session.flush()
    session.info.pop("event_and_clock", None)


MAIL = {
    "SMTP_HOST": "localhost",
    "SMTP_FROM": "ban.to.chuc@vi-du.vn",
    "PUBLIC_ADDRESS": "https://vi-du.vn",
}

WRITES = (
    Write(tasks.report_status, "report_status", section_targets(task_of)),
    Write(plan_commands.edit_task, "edit_task", section_targets(edit_of)),
    Write(plan_commands.add_task, "edit_task", (Target(new_task),)),
    Write(
        plan_commands.retire_task,
        "edit_task",
        section_targets(lambda key: task_row(key, reason="Không còn cần")),
    ),
    Write(
        plan_commands.restore_task,
        "edit_task",
        (Target(lambda: task_row("an_ninh") | {"version": 2}, first=task_retired),),
    ),
    Write(plan_sections.add_section, "plan_section", (Target(lambda: {"plan": SEATING}),)),
    Write(
        plan_sections.change_section,
        "plan_section",
        (Target(lambda: section_row("an_ninh", plan=SEATING)),),
    ),
    Write(
        plan_sections.retire_section,
        "plan_section",
        (
            Target(
                lambda: section_row("hau_can", to_section_id=stage.section("an_ninh")),
                first=section_emptied,
            ),
        ),
    ),
    Write(
        plan_sections.restore_section,
        "plan_section",
        (Target(lambda: section_row("hau_can"), first=section_dissolved),),
    ),
    Write(plan_move.move_event, "move_event", (Target(move),)),
    Write(plan_settings.edit_event, "edit_event", (Target(settings),)),
    Write(
        plan_settings.edit_documents,
        "edit_event",
        (Target(lambda: {"version": 1, "head": DocumentHead(symbol="BTC")}),),
    ),
    Write(
        plan_items.edit_item,
        "plan_item",
        (Target(lambda: item_of("phien_chinh", planned=item_plan(chair="Phó Bí thư"))),),
    ),
    Write(
        plan_items.cancel_item,
        "plan_item",
        (Target(lambda: item_of("phien_chinh", reason="Mưa bão")),),
    ),
    Write(
        plan_items.restore_item,
        "plan_item",
        (Target(lambda: item_of("phien_chinh", version=2), first=cancelled),),
    ),
    Write(
        plan_items.add_item,
        "plan_item",
        (Target(new_item),),
    ),
    Write(
        plan_venues.add_venue,
        "plan_item",
        (Target(lambda: {"name_vi": "Phòng số 9", "name_en": ""}),),
    ),
    Write(
        plan_venues.rename_venue,
        "plan_item",
        (Target(lambda: {"venue_id": 1, "version": 1, "name": VenueName("Phòng số 9", "")}),),
    ),
    Write(
        delegations.add_delegation,
        "change_delegate",
        (Target(lambda: {"plan": DelegationPlan("Đoàn khách mời", "")}),),
    ),
    Write(
        delegations.edit_delegation,
        "change_delegate",
        (
            Target(
                lambda: {
                    "delegation_id": 1,
                    "version": 1,
                    "plan": DelegationPlan("Đoàn khách mời", ""),
                }
            ),
        ),
    ),
    Write(plan_desks.add_desk, "plan_item", (Target(lambda: {"plan": DeskPlan("Bàn 9", "")}),)),
    Write(
        plan_desks.edit_desk,
        "plan_item",
        (Target(lambda: {"desk_id": 1, "version": 1, "plan": DeskPlan("Bàn 9", "")}),),
    ),
    Write(
        plan_desks.retire_desk,
        "plan_item",
        (Target(lambda: {"desk_id": 1, "version": 1}, first=offices_retired),),
    ),
    Write(
        plan_desks.restore_desk,
        "plan_item",
        (Target(lambda: {"desk_id": 1, "version": 1}, first=desks_retired),),
    ),
    Write(
        plan_commands.pin_item,
        "pin_item",
        (Target(lambda: {"item_id": stage.item("phien_chinh"), "pinned": True}),),
    ),
    Write(
        plan_commands.pin_media,
        "pin_media",
        (Target(lambda: {"media_id": stage.media("m1"), "pinned": True}),),
    ),
    Write(
        escalation.acknowledge_silence,
        "acknowledge_silence",
        section_targets(lambda key: {"section_id": stage.section(key)}),
    ),
    Write(
        photographs.report_with_photographs,
        "report_status",
        section_targets(
            lambda key: {**task_of(key), "photographs": [Picture(1, 1, b"\xff", b"\xff")]}
        ),
    ),
    Write(
        tasks.confirm_section,
        "confirm_section",
        section_targets(lambda key: {"section_id": stage.section(key)}),
    ),
    Write(
        tasks.set_headline,
        "set_headline",
        section_targets(lambda key: {"section_id": stage.section(key), "headline": "Ổn định"}),
    ),
    Write(incidents.update_entry, "update_entry", section_targets(entry_of)),
    Write(
        incidents.open_entry,
        "open_entry",
        section_targets(
            lambda key: {"section_id": stage.section(key), "priority": 2, "text": "Mất điện"}
        ),
    ),
    Write(commands.admit, "admit", desk_targets("out", confirmed=True)),
    Write(
        commands.admit_substitute,
        "admit",
        desk_targets("out", substitute="Phó Chánh Văn phòng", confirmed=True),
    ),
    Write(
        commands.undo_many,
        "undo_attendance",
        desk_targets("in", named=facts_of),
    ),
    Write(commands.excuse, "excuse", desk_targets("out", reason="Ốm")),
    Write(
        commands.announce_substitute,
        "excuse",
        desk_targets("out", substitute="Phó Chánh Văn phòng"),
    ),
    Write(commands.leave, "admit", desk_targets("in", to="common")),
    Write(
        rooms.add_guests,
        "admit",
        desk_targets("", named=without_badge, number=2, words="Báo chí", confirmed=True),
    ),
    Write(
        rooms.count_heads,
        "admit",
        desk_targets("", named=without_badge, number=40, confirmed=True),
    ),
    Write(
        commands.admit_delegation,
        "admit",
        desk_targets("", named=without_badge, delegation_id=1, unticked=[], confirmed=True),
    ),
    Write(commands.excuse_many, "excuse", desk_targets("out", named=several, reason="Ốm")),
    Write(commands.announce_many, "excuse", desk_targets("out", named=several, substitute="")),
    Write(
        commands.close_roll, "close_roll", (Target(lambda: {"item_id": stage.item("phien_chinh")}),)
    ),
    Write(
        commands.open_roll, "close_roll", (Target(lambda: {"item_id": stage.item("phien_chinh")}),)
    ),
    Write(
        offline_scans.take_late,
        "admit",
        desk_targets("out", device_at=REAL + timedelta(hours=23), confirmed=True),
    ),
    Write(
        offline_scans.settle_conflict,
        "settle_conflict",
        (Target(lambda: {"late_scan_id": conflict_id(), "words": "Đã xem"}),),
    ),
    Write(
        badges.replace_badge,
        "replace_badge",
        (Target(lambda: {"badge": badge_of("phien_chinh", "in")}),),
    ),
    Write(delegates.add_delegate, "add_delegate", (Target(new_delegate),)),
    Write(
        delegates.correct_delegate,
        "change_delegate",
        (Target(lambda: changed_delegate(listed=replace(delegate_row()[1], position=7))),),
    ),
    Write(
        delegates.retire_delegate,
        "change_delegate",
        (Target(lambda: changed_delegate(reason="Nghỉ hưu")),),
    ),
    Write(
        delegates.restore_delegate,
        "change_delegate",
        (Target(lambda: changed_delegate(version=2), first=retired),),
    ),
    Write(vehicles.record_vehicle, "admit", (Target(vehicle),)),
    Write(vehicles.undo_vehicle, "admit", (Target(vehicle, first=vehicle_there),)),
    Write(
        badges.export_badges,
        "export_badges",
        (Target(lambda: {"delegation_id": None, "words": Words("vi", VINH)}),),
    ),
    Write(
        badges.export_badge,
        "replace_badge",
        (Target(lambda: {"badge": badge_of("phien_chinh", "in"), "words": Words("vi", VINH)}),),
    ),
    Write(commands.undo_attendance, "undo_attendance", desk_targets("in")),
    Write(
        programme.start_item,
        "start_item",
        tuple(Target(lambda key=key: forum(key), item=key) for key in ("dien_dan_1", "dien_dan_2")),
    ),
    Write(
        programme.finish_item,
        "finish_item",
        (
            Target(
                lambda: forum("dien_dan_1"),
                item="dien_dan_1",
                refusals={"anybody": "item_not_started"},
            ),
            Target(lambda: forum("dang_hoa"), item="dang_hoa"),
        ),
    ),
    Write(script_rooms.skip_item, "run_script", forum_targets()),
    Write(
        script_rooms.undo_skip,
        "run_script",
        forum_targets(lambda key: perform_by_command(script_rooms.skip_item, **forum(key))),
    ),
    Write(
        script_rooms.hold_item,
        "run_script",
        forum_targets(lambda key: perform_by_command(programme.start_item, **forum(key))),
    ),
    Write(
        script_rooms.release_item,
        "run_script",
        forum_targets(
            lambda key: perform_by_command(programme.start_item, **forum(key)),
            lambda key: perform_by_command(script_rooms.hold_item, **forum(key)),
        ),
    ),
    Write(script_rooms.take_room, "run_room", room_targets()),
    Write(
        script_rooms.leave_room,
        "run_room",
        room_targets(
            lambda key: perform_by_command(script_rooms.take_room, **room_of(key)),
        ),
    ),
    Write(script_rooms.message_speaker, "run_room", room_targets(text="Còn 5 phút")),
    Write(
        script_lines.write_script_line,
        "write_script",
        tuple(
            Target(
                lambda key=key: {**forum(key), "version": 0, "line": Line(who="Thư ký")}, item=key
            )
            for key in ("dien_dan_1", "dien_dan_2")
        ),
    ),
    Write(calendars.open_calendar, "open_calendar", (Target(),)),
    Write(calendars.publish_programme, "publish_programme", (Target(),)),
    Write(
        calendars.close_calendar,
        "open_calendar",
        (Target(calendar_of_committee, refusals=not_theirs()),),
    ),
    Write(
        script_papers.register_paper,
        "write_script",
        tuple(
            Target(
                lambda key=key: {**forum(key), "plan": PaperPlan(stage.idempotency_key())},
                item=key,
            )
            for key in ("dien_dan_1", "dien_dan_2")
        ),
    ),
    Write(
        script_papers.edit_paper,
        "write_script",
        tuple(
            Target(
                lambda key=key: {
                    "paper_id": paper_of(key),
                    "version": 1,
                    "plan": PaperPlan("UBND xã"),
                },
                item=key,
            )
            for key in ("dien_dan_1", "dien_dan_2")
        ),
    ),
    Write(script_papers.mark_paper, "run_script", paper_targets()),
    Write(
        script_papers.undo_paper_mark,
        "run_script",
        paper_targets(
            lambda key: perform_by_command(
                script_papers.mark_paper, paper_id=paper_of(key), mark=PaperMarkKind.RECEIVED
            )
        ),
    ),
    Write(
        contributions.register_contribution,
        "register_contribution",
        tuple(
            Target(lambda key=key: {"submission": submission(key, "Mới")}, item=key)
            for key in ("dien_dan_1", "dien_dan_2")
        ),
    ),
    Write(
        contributions.edit_contribution,
        "register_contribution",
        contribution_targets(lambda key: {"version": 1, "submission": submission(key, "Khác")}),
    ),
    Write(
        contributions.sort_contributions,
        "register_contribution",
        tuple(
            Target(
                lambda key=key: {"contribution_ids": [contribution(key)], "field": "Đất đai"},
                item=key,
            )
            for key in ("dien_dan_1", "dien_dan_2")
        ),
    ),
    Write(
        contributions.merge_contribution,
        "merge_contribution",
        contribution_targets(lambda key: {"into_id": contribution(key, "Đã trình")}),
    ),
    Write(
        contributions.undo_merge,
        "merge_contribution",
        contribution_targets(
            lambda key: {},
            lambda key: perform_by_command(
                contributions.merge_contribution,
                contribution_id=contribution(key),
                into_id=contribution(key, "Đã trình"),
            ),
        ),
    ),
    Write(
        contributions.step_contribution,
        "lead_forum",
        contribution_targets(lambda key: {"state": "asked"}),
    ),
    Write(
        contributions.undo_contribution_step,
        "lead_forum",
        tuple(
            Target(lambda key=key: step_of(key), item=key) for key in ("dien_dan_1", "dien_dan_2")
        ),
    ),
    Write(
        contributions.moderate_contribution,
        "moderate_contribution",
        contribution_targets(lambda key: {"accepted": False, "why": "Không thuộc nội dung"}),
    ),
    Write(
        contributions.orient_forum,
        "orient_forum",
        (Target(lambda: {**forum("dien_dan_1"), "text": "Đất đai"}),),
    ),
    Write(phone.open_questions, "open_questions", (Target(lambda: forum("dien_dan_1")),)),
    Write(
        phone.close_questions,
        "open_questions",
        (
            Target(
                lambda: forum("dien_dan_1"),
                first=in_turn(
                    (lambda key: perform_by_command(phone.open_questions, **forum(key)),),
                    "dien_dan_1",
                ),
            ),
        ),
    ),
    Write(topics.add_topic, "edit_topics", (Target(lambda: {"plan": TopicPlan("Y tế")}),)),
    Write(
        topics.edit_topic,
        "edit_topics",
        (Target(lambda: {**topic_id(), "version": 1, "plan": TopicPlan("Y tế")}),),
    ),
    Write(topics.retire_topic, "edit_topics", (Target(topic_id),)),
    Write(
        topics.restore_topic,
        "edit_topics",
        (
            Target(
                topic_id,
                first=lambda session: session.execute(update(Topic).values(retired=True)),
            ),
        ),
    ),
    Write(synthesis.sign_minutes, "sign_minutes", forum_targets()),
    Write(
        synthesis.withdraw_minutes,
        "sign_minutes",
        tuple(
            replace(target, facts=lambda facts=target.facts: {**facts(), "reason": "Nhầm"})
            for target in forum_targets(
                lambda key: perform_by_command(synthesis.sign_minutes, item_id=stage.item(key))
            )
        ),
    ),
    Write(
        synthesis.add_paragraph,
        "write_synthesis",
        (Target(lambda: {"paragraph": Paragraph("Mới")}),),
    ),
    Write(
        synthesis.edit_paragraph,
        "write_synthesis",
        (Target(lambda: {**paragraph_id(), "version": 1, "paragraph": Paragraph("Khác")}),),
    ),
    Write(
        synthesis.remove_paragraph,
        "write_synthesis",
        (Target(lambda: {**paragraph_id(), "version": 1}),),
    ),
    Write(
        synthesis.restore_paragraph,
        "write_synthesis",
        (Target(paragraph_id, first=paragraph_removed),),
    ),
    Write(synthesis.gather_paragraphs, "write_synthesis", (Target(),)),
    Write(synthesis.submit_synthesis, "write_synthesis", (Target(first=both_signed),)),
    Write(synthesis.recall_synthesis, "write_synthesis", (Target(first=submitted),)),
    Write(
        synthesis.return_synthesis,
        "approve_synthesis",
        (Target(lambda: {"digest": "known", "note": "Nêu rõ"}, first=of_one_digest),),
    ),
    Write(
        synthesis.approve_synthesis,
        "approve_synthesis",
        (Target(lambda: {"digest": "known"}, first=of_one_digest),),
    ),
    Write(synthesis.reopen_synthesis, "write_synthesis", (Target(first=approved),)),
    Write(
        synthesis.withdraw_synthesis,
        "approve_synthesis",
        (Target(lambda: {"digest": "known", "note": "Sai"}, first=approved_by_digest),),
    ),
    Write(synthesis_report.export_minutes, "export_synthesis", forum_targets()),
    Write(synthesis_report.export_synthesis, "export_synthesis", (Target(),)),
    Write(
        answers.register_petition,
        "register_petition",
        (Target(lambda: {"entered": entered("an_ninh", "Mới")}),),
    ),
    Write(answers.register_owed, "register_petition", (Target(first=an_answer_owed),)),
    Write(
        answers.edit_petition,
        "register_petition",
        (Target(lambda: {**petition(1), "version": 1, "entered": entered("hau_can")}),),
    ),
    Write(answers.strike_petition, "register_petition", (Target(lambda: petition(1)),)),
    Write(
        answers.restore_petition,
        "register_petition",
        (
            Target(
                lambda: petition(1),
                first=lambda session: perform_by_command(answers.strike_petition, **petition(1))(
                    session
                ),
            ),
        ),
    ),
    Write(
        answers.record_answer,
        "record_answer",
        tuple(
            Target(lambda number=number: {**petition(number), "letter": LETTER}, section=key)
            for number, key in ((1, "an_ninh"), (2, "hau_can"))
        ),
    ),
    Write(
        answers.withdraw_answer,
        "record_answer",
        tuple(
            Target(
                lambda number=number: {**petition(number), **answer_id(number), "reason": "Nhầm"},
                section=key,
            )
            for number, key in ((3, "an_ninh"), (4, "hau_can"))
        ),
    ),
    Write(
        answers_report.export_answers,
        "export_answers",
        (Target(lambda: {"event_id": stage.current().id}),),
    ),
    Write(answers_report.export_letter, "export_answers", (Target(lambda: answer_id(3)),)),
    Write(
        programme.undo_start,
        "start_item",
        (
            Target(lambda: forum("dang_hoa"), item="dang_hoa"),
            Target(
                lambda: forum("dien_dan_1"),
                item="dien_dan_1",
                refusals={"anybody": "start_not_recorded"},
            ),
        ),
    ),
    Write(
        programme.undo_finish,
        "finish_item",
        (Target(lambda: forum("dang_hoa"), item="dang_hoa", first=finished),),
    ),
    Write(
        media.undo_publication,
        "publish_media",
        (Target(lambda: {"media_id": stage.media("m1")}, first=published),),
    ),
    Write(media.publish_media, "publish_media", (Target(lambda: {"media_id": stage.media("m1")}),)),
    Write(
        media.plan_media,
        "plan_media",
        (Target(lambda: {"outlet": "Báo", "kind": "article", "title": "Bài", "planned_at": REAL}),),
    ),
    Write(
        roll_calls_commands.open_roll_call,
        "open_roll_call",
        (
            Target(
                lambda: {
                    "question": "Mở cửa",
                    "about_at": REAL + timedelta(hours=30),
                    "holds_minutes": 30,
                    "section_ids": [],
                },
                first=no_roll_call_runs,
            ),
        ),
    ),
    Write(
        roll_calls_commands.answer_roll_call,
        "answer_roll_call",
        section_targets(
            lambda key: {
                **roll_call(),
                "section_id": stage.section(key),
                "answer": "go",
                "words": "",
                "seen": 0,
            }
        ),
    ),
    Write(roll_calls_commands.remind_roll_call, "open_roll_call", (Target(lambda: roll_call()),)),
    Write(roll_calls_commands.end_roll_call, "open_roll_call", (Target(lambda: roll_call()),)),
    Write(
        reviews_commands.sign_review,
        "sign_review",
        (Target(lambda: {"conclusion": "Đạt", "number": "7"}),),
    ),
    Write(
        reviews_commands.withdraw_review,
        "withdraw_review",
        (Target(lambda: signed_review() | {"reason": "Ký nhầm"}),),
    ),
    Write(
        directives.undo_directive_step,
        "acknowledge_directive",
        directive_targets(seen="acknowledged", first=acknowledged),
    ),
    Write(directives.give_directive, "give_directive", (Target(lambda: ordered("an_ninh")),)),
    Write(directives.acknowledge_directive, "acknowledge_directive", directive_targets()),
    Write(directives.report_directive, "report_directive", directive_targets(note="Xong")),
    Write(
        directives.withdraw_directive, "withdraw_directive", directive_targets(own=None, note="")
    ),
    Write(clock.pause_clock, "set_clock", (Target(),)),
    Write(clock.run_clock, "set_clock", (Target(lambda: {"speed": 2.0}),)),
    Write(clock.restart, "set_clock", (Target(),)),
    Write(clock.jump, "set_clock", (Target(lambda: {"to": stage.at("D+1 07:30")}),)),
    Write(
        offices.add_office,
        "change_office",
        tuple(
            Target(lambda role=role: {"role": role, "office": NEW_OFFICE}, role=role)
            for role in ("lead", "desk", "command")
        ),
    ),
    Write(
        offices.edit_office,
        "change_office",
        person_targets(*OFFICES, version=1, office=NEW_OFFICE),
    ),
    Write(offices.retire_office, "change_office", person_targets(*OFFICES, version=1)),
    Write(
        offices.restore_office,
        "change_office",
        person_targets(*OFFICES, first=offices_retired, version=1),
    ),
    Write(invitations.invite, "invite", person_targets(*PEOPLE)),
    Write(invitations.withdraw, "withdraw", person_targets(*PEOPLE)),
    Write(
        accounts.set_pin,
        "set_pin",
        person_targets(
            "desk.ban_1",
            "desk.ban_2",
            "lead.an_ninh",
            "admin",
            "command",
            refusals={
                key: {"anybody": "pin_for_desks"} for key in ("lead.an_ninh", "admin", "command")
            },
        ),
    ),
    Write(
        sign_ins.give_token,
        "give_token",
        person_targets(
            "desk.ban_1",
            "desk.ban_2",
            "lead.an_ninh",
            "admin",
            "command",
            refusals={
                key: {"anybody": "token_for_desks"} for key in ("lead.an_ninh", "admin", "command")
            },
        ),
    ),
    Write(invitations.invite_missing, "invite", (Target(role="lead", first=one_who_never_came),)),
    Write(accounts.set_email, "set_email", person_targets(*PEOPLE, email="ai@vi-du.vn")),
    Write(sign_ins.end_sign_in, "end_sign_in", sign_in_targets(*PEOPLE)),
    Write(sign_ins.open_display, "open_display", (Target(lambda: {"name": "Sảnh"}),)),
    Write(imports_commands.apply_import, "apply_import", (Target(prepared_import),)),
    Write(
        imports_commands.apply_files,
        "apply_import",
        (Target(lambda: imported("Kiểm tra cổng phụ")),),
    ),
    Write(imports_commands.undo_import, "undo_import", (Target(last_import),)),
    Write(
        events.switch_event,
        "switch_event",
        (Target(other_event),),
    ),
    Write(
        events.set_event_state,
        "set_event_state",
        (Target(lambda: {"event_id": stage.current().id, "state": EventState.PREPARING}),),
    ),
    Write(trials.make_trial, "make_trial", (Target(other_id, first=other_is_real),)),
    Write(trials.remove_trial, "make_trial", (Target(other_id, first=other_is_a_trial),)),
    Write(drafts.begin_import, "prepare_import", (Target(lambda: {"issuer": "Sở", "desks": 2}),)),
    Write(
        drafts.add_import_files,
        "prepare_import",
        (Target(lambda: {"draft_id": draft_id(), "files": [("a.csv", b"a,b")]}),),
    ),
    Write(
        drafts.drop_import_file,
        "prepare_import",
        (Target(lambda: {"draft_id": draft_id(), "file_id": file_id()}),),
    ),
    Write(
        drafts.choose_import_columns,
        "prepare_import",
        (Target(lambda: {"draft_id": draft_id(), "sheet": "a.csv/CSV", **said_of_columns()}),),
    ),
    Write(
        drafts.answer_import,
        "prepare_import",
        (Target(lambda: {"draft_id": draft_id(), "answers": {"groups": "none"}}),),
    ),
    Write(
        drafts.reach_import_step,
        "prepare_import",
        (Target(lambda: {"draft_id": draft_id(), "step": "columns"}),),
    ),
    Write(
        drafts.export_import_errors,
        "prepare_import",
        (Target(lambda: {"draft_id": draft_id(), "file": "danh-sach.csv"}),),
    ),
    Write(drafts.stop_import, "prepare_import", (Target(lambda: {"draft_id": draft_id()}),)),
    Write(drafts.read_import_again, "prepare_import", (Target(lambda: {"draft_id": draft_id()}),)),
    Write(drafts.drop_import, "prepare_import", (Target(lambda: {"draft_id": draft_id()}),)),
    Write(
        audit.export_audit,
        "export_audit",
        (Target(lambda: {"wanted": audit.Filter()}),),
    ),
    Write(
        archive.export_archive,
        "export_archive",
        (Target(archived_event, first=archive_it),),
    ),
    Write(exports.export_event, "export_event", (Target(lambda: {"language": "vi"}),)),
    Write(cases.record_request, "handle_personal_data", (Target(asked_about),)),
    Write(
        cases.step_request,
        "handle_personal_data",
        (Target(lambda: {"request_id": 7, "step": "answered", "note": ""}, first=a_request),),
    ),
    Write(cases.record_breach, "handle_personal_data", (Target(lambda: {"text": "Mất máy"}),)),
    Write(
        cases.step_breach,
        "handle_personal_data",
        (Target(lambda: {"breach_id": 7, "step": "done", "note": ""}, first=a_breach),),
    ),
    Write(
        contact.set_privacy_contact,
        "handle_personal_data",
        (Target(lambda: {"contact": "Văn phòng"}),),
    ),
    Write(
        particulars.keep_particulars,
        "keep_particulars",
        (Target(names_kept, first=stage.make_real),),
    ),
    Write(
        particulars.drop_particulars,
        "keep_particulars",
        (Target(lambda: {"kind": "name"}, first=keeps_names),),
    ),
    Write(held.export_personal_data, "export_personal_data", (Target(one_delegate),)),
    Write(erasing.erase_delegate, "erase_delegate", (Target(one_delegate),)),
    Write(
        erasing.erase_office,
        "erase_delegate",
        (Target(lambda: {"person_id": stage.person("desk.ban_1").id}),),
    ),
    Write(distribution_commands.distribute, "distribute", (Target(outgoing),)),
    Write(distribution_commands.withdraw_distribution, "distribute", (Target(sent_out),)),
    Write(
        distribution_commands.restore_distribution,
        "distribute",
        (Target(sent_out, first=withdrawn_version),),
    ),
    Write(
        distribution_commands.hand_over_copies,
        "distribute",
        (Target(lambda: sent_out(delegation_id=1, to_whom="Văn thư")),),
    ),
    Write(
        distribution_commands.sign_for_copies,
        "distribute",
        (Target(lambda: sent_out(delegation_id=1, unsigned=())),),
    ),
    Write(
        distribution_commands.take_copies_back,
        "distribute",
        (Target(lambda: sent_out(delegation_id=1), first=handed_over),),
    ),
    Write(distribution_commands.record_receipt, "distribute", (Target(sent_to_delegate),)),
    Write(
        distribution_commands.undo_receipt,
        "distribute",
        (Target(lambda: sent_to_delegate(channel="hand"), first=received_by_hand),),
    ),
    Write(
        distribution_commands.fail_delivery,
        "distribute",
        (Target(lambda: sent_to_delegate(channel="paper", reason="Trả lại")),),
    ),
    Write(
        distribution_commands.queue_email,
        "distribute",
        (Target(sent_out, first=address_known),),
    ),
    Write(
        distribution_links.give_links,
        "distribute",
        (Target(lambda: sent_out(delegation_id=1)),),
    ),
    Write(
        distribution_addresses.give_addresses,
        "handle_addresses",
        (Target(lambda: {"addresses": {stage.VAN: "ai@vi-du.vn"}}),),
    ),
    Write(
        distribution_addresses.forget_addresses,
        "handle_addresses",
        (Target(first=address_known),),
    ),
    Write(
        distribution_report.export_distribution,
        "export_distribution",
        (Target(lambda: sent_out(delegation_id=None, missing=True)),),
    ),
    Write(exports.export_plan, "export_plan", (Target(lambda: {"language": "vi"}),)),
    Write(
        exports_contributions.export_contributions,
        "export_contributions",
        (Target(lambda: {"language": "vi"}),),
    ),
    Write(
        imports_contributions.import_contributions,
        "register_contribution",
        tuple(
            Target(lambda key=key: {"received": [Received(submission(key, "Mới"))]}, item=key)
            for key in ("dien_dan_1", "dien_dan_2")
        ),
    ),
    Write(exports.export_delegates, "export_delegates", (Target(lambda: {"language": "vi"}),)),
    Write(reviews_report.export_review, "export_review", (Target(signed_review),)),
    Write(
        reviews_report.export_review_draft,
        "export_review",
        (Target(lambda: {"since": REAL - timedelta(days=1), "conclusion": ""}),),
    ),
    Write(roll_calls_report.export_roll_call, "export_roll_call", (Target(ended_roll_call),)),
    Write(report.export_attendance, "export_attendance", roll_targets()),
    Write(roster.export_roster, "admit", (Target(),)),
)

# Acts of the installation itself, which no person gives and which ask no permission.
SYSTEM: set[Command] = {
    answers_reminders.send_petition_reminder,
    distribution_links.acknowledge_link,
    distribution_outbox.claim_email,
    distribution_outbox.record_email,
    distribution_outbox.settle_lost_email,
    escalation.send_reminder,
    events.set_state_from_command_line,
    events.switch_from_command_line,
    archive.export_archive_from_command_line,
    exports.export_event_from_command_line,
    incidents.record_entry,
    phone.submit_question,
    invitations.invite_from_command_line,
    player.perform_due,
    roll_calls_commands.end_due_roll_calls,
}
# What each signed-in person does with their own account and browser, tested in test_accounts.py.
ONES_OWN = {accounts.set_password, accounts.lock}
# These write down what a command has decided, and check nothing: no floor above `data` calls them.
UNCHECKED = {
    "data.storage.changes": {"note"},
    "data.attendance.lookup": {"require_door"},
    "data.events.clock": {"record_setting"},
    "data.access.sign_ins": {"note_access", "begin", "mark_ended"},
    "data.access.events": {"set_state_from_command_line", "switch_from_command_line"},
    "data.exports.archive": {"export_archive_from_command_line"},
    "data.exports.commands": {"export_event_from_command_line", "exported"},
    "data.access.invitations": {"invite_from_command_line", "made_link"},
    "data.events.current": {"record_choice", "record_state"},
}


@pytest.fixture(scope="module")
def _prepared(sqlite_databases) -> Iterator[str]:
    for _ in sqlite_databases.fresh("prepared", prepare, of="small"):
        yield os.environ["DATABASE_URL"]


@pytest.fixture
def prepared(_prepared) -> Iterator[None]:
    """One database for all of these tests: each command's transaction is taken back."""
    database.dispose()
    os.environ["DATABASE_URL"] = _prepared
    with sending_mail():
        yield
    database.dispose()


@pytest.fixture
def prepared_on_postgres(postgres_databases) -> Iterator[None]:
    for _ in postgres_databases.fresh("small"):
        prepare()
        with sending_mail():
            yield


@contextmanager
def sending_mail() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        for name, value in MAIL.items():
            patch.setenv(name, value)
        yield


def prepare() -> None:
    """What there has to be for the commands to mean something."""
    with database.writing() as session:
        own = {name: value for name, value in stage.current().model_dump().items() if name != "id"}
        session.add(Event(**own | {"slug": "khac"}))
        session.add(RehearsalProgress(event_id=current_event(session).id))
        session.add(
            Person(
                event_slug=current_event(session).slug,
                key="rapporteur.dang_hoa",
                role="rapporteur",
                item_key="dang_hoa",
                name_vi="Thư ký",
                name_en="Rapporteur",
            )
        )
    manage(sign_ins.open_display, name="Tivi", by=stage.person("admin"), when=REAL)
    stage.give(topics.add_topic, by="command", when=REAL, plan=TopicPlan("Đất đai"))
    for key in ("dien_dan_1", "dien_dan_2"):
        for text in ("Hỏi", "Đã trình"):
            written = {"submission": submission(key, text)}
            made = stage.give(
                contributions.register_contribution, by="command", when=REAL, **written
            )
        put = {"contribution_id": made.id, "state": "put"}
        stage.give(contributions.step_contribution, by="command", when=REAL, **put)
    stage.give(synthesis.add_paragraph, by="command", when=REAL, paragraph=Paragraph("Đoạn"))
    for key in ("an_ninh", "hau_can", "an_ninh", "hau_can"):
        stage.give(answers.register_petition, by="command", when=REAL, entered=entered(key))
    for number in (3, 4):
        letter = {"letter": LETTER, "file": LetterFile("a.pdf", b"%PDF-1.7"), **petition(number)}
        stage.give(answers.record_answer, by="command", when=REAL, **letter)
    draft = stage.give(drafts.begin_import, by="admin", when=REAL, issuer="", desks=0)
    files = [("danh-sach.csv", task_file("Đặt biển báo"))]
    sent = {"draft_id": draft.id, "files": files}
    stage.give(drafts.add_import_files, by="admin", when=REAL, **sent)
    for section in ("an_ninh", "hau_can"):
        give = {"section_id": stage.section(section), "priority": 1, "text": "Sự cố"}
        stage.give(incidents.open_entry, by="command", when=REAL, **give)
    escalation.send_due_reminders(REAL)  # no one has confirmed anything for two years
    for key in ("phien_chinh", "dien_dan_1", "dien_dan_2"):
        inside = {"badge": badge_of(key, "in"), "item_id": stage.item(key), "confirmed": True}
        stage.give(commands.admit, by="command", when=REAL, **inside)  # two years after its end
    stage.give(programme.start_item, by="command", when=REAL, item_id=stage.item("dang_hoa"))
    later = {"about_at": REAL + timedelta(hours=30), "holds_minutes": 30, "section_ids": []}
    stage.give(
        roll_calls_commands.open_roll_call,
        by="committee",
        when=REAL + timedelta(hours=11),
        question="Đã hỏi",
        **later,
    )
    stage.give(
        reviews_commands.sign_review, by="committee", when=REAL, conclusion="Đạt", number="99"
    )
    stage.give(
        roll_calls_commands.end_roll_call,
        by="committee",
        when=REAL + timedelta(hours=11),
        **roll_call(),
    )
    stage.give(
        roll_calls_commands.open_roll_call,
        by="committee",
        when=REAL + timedelta(hours=12),
        question="Mở cửa",
        **later,
    )
    for given in (
        ordered("an_ninh"),
        ordered("hau_can"),
        ordered("") | {"office_id": stage.person("command").id},
    ):
        stage.give(directives.give_directive, by="committee", when=REAL, **given)
    sent = {"document": PAPER, "channels": ("paper", "link")}
    stage.give(distribution_commands.distribute, by="command", when=REAL, **sent)
    stage.give(imports_commands.apply_files, by="admin", when=REAL, **imported("Rào chắn"))
    stage.give(calendars.open_calendar, by="committee", when=REAL)
    for key in ("dien_dan_1", "dien_dan_2"):
        plan = {"plan": PaperPlan("Đảng ủy xã")}
        stage.give(script_papers.register_paper, by="command", when=REAL, **forum(key), **plan)
    late = {
        "badge": "9999B",
        "item_id": stage.item("phien_chinh"),
        "device_at": REAL,
    }  # no one's, so a conflict
    run(Origin(stage.person("command"), at=REAL, real=REAL), offline_scans.take_late, **late)
    for person in all_people():
        if person.role != "display":
            database.run(
                sign_ins.begin,
                person=person,
                how=SignInMethod.PASSWORD,
                client_info=UNKNOWN_CLIENT,
                now=REAL,
            )


def all_people() -> list[Person]:
    with database.reading() as session:
        return people(session)


def expected(write: Write, target: Target, person: Person | None) -> str | None:
    """The refusal that the table of `tests/models/access/test_people.py` asks for; None where the
    command is accepted.
    """
    if person is None:
        return "sign_in_needed"
    if target.own == person.key and person.role != "display":
        return None
    cell = MATRIX[write.command][ROLES.index(person.role)]
    own = {
        "lead": person.section_key == target.section,
        "deputy": person.section_key == target.section,
        "desk": True,  # a desk acts at itself; which items it serves is what `refusals` is about
        "rapporteur": person.item_key == target.item,
    }
    allowed = {
        "yes": True,
        "no": False,
        "own": own.get(person.role),
        "low": target.role not in ("admin", "command"),
    }[cell]
    if not allowed:
        return "not_permitted"
    return target.refusals.get(person.key) or target.refusals.get("anybody")


@contextmanager
def prepared_for(target: Target) -> Iterator[Session]:
    """A transaction in which the command of a target can be tried; nothing of it stays."""
    with suppress(Undone), database.writing() as session:
        if target.first:
            target.first(session)
            session.flush()
        yield session
        raise Undone


def answer(session: Session, write: Write, facts: dict, person: Person | None) -> str | None:
    """What the command answers a person: the refusal's code, or None where it wrote. All of it is
    taken back, so that the next one finds everything as it was.
    """
    now = REAL + timedelta(days=1)
    origin = Origin(person, idempotency_key=stage.idempotency_key(), at=now, real=now)
    info = {name: copy(value) for name, value in session.info.items()}
    before, noted = written(session), len(info.get("changes", []))
    savepoint = session.begin_nested()
    try:
        execute(session, origin, write.function, **facts)
        session.flush()
        assert len(session.info["changes"]) > noted, "an accepted command is noted"
        return None
    except Refusal as refusal:
        assert refusal.code not in DENIED or written(session) == before, (
            "it wrote before it refused"
        )
        return refusal.code
    finally:
        savepoint.rollback()
        session.expire_all()
        session.info.clear()
        session.info.update(info)


def written(session: Session) -> list:
    return [*session.new, *session.dirty, *session.deleted, *session.info.get("changes", [])]


@pytest.mark.slow
@pytest.mark.parametrize("write", WRITES, ids=lambda write: write.function.__name__)
def test_every_command_is_accepted_from_the_roles_that_may_and_refused_from_the_others(
    prepared, write
):
    tables = sorted(Record.metadata.tables)
    before, everybody = stage.content(*tables), [*all_people(), None]
    for target in write.targets:
        facts = target.facts()
        with prepared_for(target) as session:
            for person in everybody:
                who, wanted = person.key if person else "no one", expected(write, target, person)
                assert answer(session, write, facts, person) == wanted, (who, target)
    assert stage.content(*tables) == before


def test_each_command_is_accepted_and_refused_on_the_other_database_too(prepared_on_postgres):
    """Who may is a rule of Python's, tried above by every person; that a refusal comes before
    anything is written is not.
    """
    everybody = [*all_people(), None]
    for write in WRITES:
        target = write.targets[0]
        facts = target.facts()
        by_answer = {expected(write, target, person): person for person in everybody}
        assert {None, "sign_in_needed", "not_permitted"} & set(by_answer), write.function.__name__
        with prepared_for(target) as session:
            for wanted, person in by_answer.items():
                given = answer(session, write, facts, person)
                assert given == wanted, (write.function.__name__, wanted)


def test_each_command_is_tried_by_every_role_and_both_accepted_and_refused(prepared):
    """The control: a table in which everything is allowed, or nothing, would pass unseen."""
    everybody = all_people()
    assert {person.role for person in everybody} == set(ROLES)
    for write in WRITES:
        outcomes = {
            expected(write, target, person) for target in write.targets for person in everybody
        }
        assert {None, "not_permitted"} <= outcomes, write.function.__name__


def functions() -> list[Callable]:
    """Every public function of `data` that acts for a person."""
    found = []
    for module in pkgutil.walk_packages(data.__path__, "data."):
        if module.name != "data.__main__":
            for name, one in vars(importlib.import_module(module.name)).items():
                public = (
                    inspect.isfunction(one)
                    and one.__module__ == module.name
                    and not name.startswith("_")
                )
                if public and "by" in inspect.signature(one).parameters:
                    found.append(one)
    return found


def test_every_command_that_a_person_gives_is_tested_here():
    """Anyone who adds a command adds its row above."""
    unchecked = {
        getattr(importlib.import_module(module), name)
        for module, names in UNCHECKED.items()
        for name in names
    }
    tested = {write.function for write in WRITES}
    assert tested <= set(COMMANDS.values()) <= tested | ONES_OWN | SYSTEM
    assert not set(functions()) - unchecked, "a write that is no command"


def test_each_row_above_names_the_permission_that_its_command_asks_for():
    assert {write.command for write in WRITES} <= {*PERMISSIONS}
    for write in WRITES:
        assert write.command == write.function.permission, write.function.__name__


def test_every_command_asks_a_permission_of_the_table_and_every_row_of_it_is_asked():
    asked = {command.permission for command in COMMANDS.values() if command not in SYSTEM}
    assert asked == {name for name in PERMISSIONS if not name.startswith("see_")}


def test_every_page_of_the_table_is_a_page():
    pages = set(menu.ICONS) - {"home"}
    assert {
        command.removeprefix("see_") for command in PERMISSIONS if command.startswith("see_")
    } == pages


@pytest.mark.parametrize(
    "path",
    sorted([*ROOT.glob("ui/**/*.py"), *ROOT.glob("pages/*.py")]),
    ids=lambda path: path.name,
)
def test_what_checks_nothing_is_called_by_no_page(path):
    source = path.read_text(encoding="utf-8")
    for module, names in UNCHECKED.items():
        short = module.removeprefix("data.")
        for name in names:
            assert f"{short}.{name}(" not in source
            assert (
                f"from {module} import" not in source
                or name not in source.split(f"from {module} import")[1].split("\n")[0]
            )
