"""Scans as the API takes them: read row by row, given to the ledger, answered one by one."""

import asyncio
import json
from concurrent.futures import Future
from datetime import datetime
from typing import TypeVar

from pydantic import BaseModel, ValidationError

from data.access import sign_ins
from data.attendance import bulk_admit, commands, ledger, offline_scans
from data.attendance.offline_scans import Arrived
from data.events.clock import real_now
from data.storage import group_commit, measures
from data.words import Words
from models.access.people import Person, require_may
from models.attendance.ledger import Admission
from models.attendance.offline_scans import RECORDED
from models.refusals import Refusal
from models.text import clean
from web.api import problems
from web.api.callers import Caller
from web.api.forms import MOST_SCANS, Answer, Answers, Problem, Scan, Undo
from web.api.problems import Malformed

AT_ONCE = 50  # scans of a batch in one transaction: a door that scans meanwhile waits for no more
CODES = (  # what a client has to expect, for the description
    "already_in", "already_in_at_desk", "badge_malformed", "badge_mistyped", "badge_unknown", "badge_replaced", "batch_malformed",
    "body_kind", "body_too_long", "database_lost", "desk_locked", "desk_not_for_item", "device_clock_ahead", "device_scan_old",
    "item_unknown", "not_expected", "not_permitted", "nothing_to_undo", "parameter_malformed", "picture_malformed",
    "scan_malformed", "sign_in_needed", "sign_in_over", "sign_in_wait", "substitute_needed", "token_wrong", "wrong_item",
)  # fmt: skip

Form = TypeVar("Form", bound=BaseModel)


def parsed(body: bytes) -> object:
    """The JSON of a body. Refuses `batch_malformed`."""
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        raise Refusal("batch_malformed", limit=MOST_SCANS) from None


def read(body: bytes) -> object:
    """One row, or the rows of a batch, yet to be looked at. Refuses `batch_malformed`."""
    told = parsed(body)
    if isinstance(told, dict) and set(told) == {"scans"}:
        told = told["scans"]
        if not isinstance(told, list) or not 1 <= len(told) <= MOST_SCANS:
            raise Refusal("batch_malformed", limit=MOST_SCANS)
        return told
    if not isinstance(told, dict):
        raise Refusal("batch_malformed", limit=MOST_SCANS)
    return told


def row(told: object, form: type[Form]) -> Form:
    """A row as its form has it, its badge without what cannot be seen. Refuses `scan_malformed` with the fields."""
    try:
        read = form.model_validate(told)
    except ValidationError as failure:
        errors = failure.errors(include_url=False, include_context=False, include_input=False)
        named = [
            {"field": clean(".".join(map(str, one["loc"])))[:40] or "–", "why": one["msg"]}
            for one in errors[:10]
        ]
        raise Malformed(named) from None
    return read.model_copy(update={"badge": clean(read.badge)})


async def take(caller: Caller, rows: list[object], words: Words) -> list[Answer]:
    """Gives the rows to the ledger; a broken one does not stop the others."""
    require_may(caller.person, "admit", desk=caller.person.desk_key)
    answers: dict[int, Answer] = {}
    good: list[tuple[int, Scan]] = []
    for index, told in enumerate(rows):
        try:
            good.append((index, row(told, Scan)))
        except Malformed as refusal:
            answers[index] = refused(index, _scan_id(told), refusal, words)
    for start in range(0, len(good), AT_ONCE):
        some = good[start : start + AT_ONCE]
        done = await asyncio.wrap_future(_submit(caller, [scan for _, scan in some]))
        for (index, scan), outcome in zip(some, done, strict=True):
            answers[index] = _answer(index, scan, outcome, words)
    return [answers[index] for index in range(len(rows))]


def _scan_id(told: object) -> str:
    found = told.get("scan_id") if isinstance(told, dict) else None
    return clean(found[:64]) if isinstance(found, str) else ""


def _submit(caller: Caller, scans: list[Scan]) -> Future:
    visitor = caller.visitor
    return group_commit.submit(
        _take,
        sign_in=visitor.sign_in_id,
        weight=len(scans),
        scans=scans,
        by=caller.person,
        visitor=visitor,
    )


@group_commit.gathering
def _take(session, orders: list[group_commit.Order]) -> list[list[Admission | Arrived | Refusal]]:
    """What became of each scan of each request. A refusal leaves the transaction as it found it, so the others go on in it."""
    now, real = ledger.now_of(session), real_now()
    given = [(order, scan) for order in orders for scan in order.facts["scans"]]
    plain = iter(_take_plain(session, given, now))
    told = []
    for order in orders:
        session.info["sign_in"] = order.sign_in
        if order.facts["visitor"].has_pin:  # what is done at a desk keeps it from locking itself
            sign_ins.note_use(session, sign_in_id=order.sign_in, now=real)
        done = [
            next(plain) or _take_one(session, scan, by=order.facts["by"], now=now, real=real)
            for scan in order.facts["scans"]
        ]
        told.append(done)
    return told


def _take_plain(
    session, given: list[tuple[group_commit.Order, Scan]], now: datetime
) -> list[Admission | None]:
    """The admissions of those that say nothing beside their badge, where there is nothing else to them."""
    plain = {
        place: bulk_admit.PlainScan(
            scan.badge, scan.item, scan.scan_id, order.facts["by"], scan.device_at, order.sign_in
        )
        for place, (order, scan) in enumerate(given)
        if not (scan.offline or scan.substitute or scan.override)
    }
    found = dict(
        zip(plain, bulk_admit.admit_plain(session, list(plain.values()), now=now), strict=True)
    )
    return [found.get(place) for place in range(len(given))]


def _take_one(
    session, scan: Scan, *, by: Person, now: datetime, real: datetime
) -> Admission | Arrived | Refusal:
    facts = {
        "badge": scan.badge,
        "item_id": scan.item,
        "scan_id": scan.scan_id,
        "device_at": scan.device_at,
    }
    facts |= {"by": by, "now": now, "override": scan.override}
    try:
        with measures.counting_refusals():
            if scan.offline:
                sent = {"real": real, "sent_at": scan.sent_at}
                return offline_scans.take_late(session, substitute=scan.substitute, **sent, **facts)
            if scan.substitute:
                return commands.admit_substitute(session, substitute=scan.substitute, **facts)
            return commands.admit(session, **facts)
    except Refusal as refusal:
        return refusal


# --- answers ---------------------------------------------------------------------------------------------------------


def _answer(index: int, scan: Scan, outcome: Admission | Arrived | Refusal, words: Words) -> Answer:
    if isinstance(outcome, Refusal):
        return refused(index, scan.scan_id, outcome, words, badge=scan.badge, item=scan.item)
    if isinstance(outcome, Admission):
        return answer_of(index, scan, outcome)
    if outcome.outcome != RECORDED:
        told = refused(
            index, scan.scan_id, outcome.refusal, words, badge=scan.badge, item=scan.item
        )
        return told.model_copy(update={"outcome": "conflict", "repeated": outcome.repeated})
    if outcome.admission is None:
        names = {"badge": scan.badge, "item": scan.item}
        return Answer(index=index, scan_id=scan.scan_id, outcome="recorded", repeated=True, **names)
    return answer_of(index, scan, outcome.admission)


def answer_of(index: int, scan: Scan | Undo, admission: Admission) -> Answer:
    return Answer(
        index=index,
        scan_id=scan.scan_id,
        outcome="recorded",
        repeated=admission.repeated,
        badge=admission.badge,
        item=scan.item,
        title={"vi": admission.title_vi, "en": admission.title_en},
        delegation=admission.delegation_vi,
        standing=admission.standing,
        place=admission.place,
        at=admission.at,
        words=admission.words,
    )


def refused(
    index: int,
    scan_id: str,
    refusal: Refusal,
    words: Words,
    *,
    badge: str = "",
    item: int | None = None,
) -> Answer:
    told = Problem(**problems.problem(refusal, words))
    return Answer(
        index=index, scan_id=scan_id, outcome="refused", badge=badge[:40], item=item, problem=told
    )


def answered(answers: list[Answer]) -> Answers:
    outcomes = [one.outcome for one in answers]
    counts = {"recorded": "recorded", "conflicts": "conflict", "refused": "refused"}
    return Answers(
        answers=answers, **{name: outcomes.count(outcome) for name, outcome in counts.items()}
    )
