"""Scans as the API takes them: parsed row by row, submitted to the ledger, answered one by one."""

import asyncio
import json
from datetime import timedelta
from typing import TypeVar

from pydantic import ValidationError

from data.attendance import lookup
from data.attendance import scans as attendance_scans
from data.attendance.offline_scans import Arrived
from data.attendance.scans import DeviceScan, Outcome, ScanRequest
from data.events.current import require_event
from data.storage import database
from data.words import Words
from models.access.people import require_may
from models.attendance.ledger import Admission
from models.attendance.offline_scans import RECORDED
from models.refusals import Refusal
from models.text import clean
from web.api import problems
from web.api.callers import Caller
from web.api.forms import MAX_SCANS, Answer, Answers, Names, Problem, Scan, Undo
from web.api.problems import Malformed

# Scans of a request in one transaction: a door that scans meanwhile waits for no more.
MAX_TOGETHER = 50
# What a client has to expect, for the description.
CODES = (
    "already_in", "already_in_at_desk", "badge_malformed", "badge_mistyped", "badge_unknown",
    "badge_replaced", "badge_retired", "batch_malformed", "body_kind", "body_too_long",
    "database_lost", "desk_locked", "desk_not_for_item", "device_clock_ahead", "device_scan_old",
    "item_finished", "item_unknown", "key_used", "not_expected", "not_permitted",
    "nothing_to_undo", "override_needed", "parameter_malformed", "picture_malformed",
    "reason_too_long", "scan_malformed", "sign_in_needed", "sign_in_over", "sign_in_wait",
    "substitute_needed", "token_wrong", "undo_overtaken", "undo_overtaken_at_desk",
    "words_are_badge", "wrong_item",
)  # fmt: skip

Form = TypeVar("Form", Scan, Undo)


def parsed(body: bytes) -> object:
    """The JSON of a body. Refuses `batch_malformed`."""
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        raise Refusal("batch_malformed", limit=MAX_SCANS) from None


def read(body: bytes) -> object:
    """One row, or the rows of a batch, not yet validated. Refuses `batch_malformed`."""
    payload = parsed(body)
    if not isinstance(payload, dict):
        raise Refusal("batch_malformed", limit=MAX_SCANS)
    if set(payload) != {"scans"}:
        return payload
    rows = payload["scans"]
    if not isinstance(rows, list) or not 1 <= len(rows) <= MAX_SCANS:
        raise Refusal("batch_malformed", limit=MAX_SCANS)
    return rows


def validated(payload: object, form: type[Form]) -> Form:
    """A row in its form, its badge without invisible characters.

    Refuses `scan_malformed` with the fields.
    """
    try:
        row = form.model_validate(payload)
    except ValidationError as failure:
        errors = failure.errors(include_url=False, include_context=False, include_input=False)
        named = [
            {"field": clean(".".join(map(str, one["loc"])))[:40] or "–", "why": one["msg"]}
            for one in errors[:10]
        ]
        raise Malformed(named) from None
    return row.model_copy(update={"badge": clean(row.badge)})


async def take(caller: Caller, rows: list[object], words: Words) -> list[Answer]:
    """Submits the rows to the ledger; a malformed one does not stop the others."""
    require_may(caller.person, "admit", desk=caller.person.desk_key)
    answers: dict[int, Answer] = {}
    good: list[tuple[int, Scan]] = []
    for index, payload in enumerate(rows):
        try:
            good.append((index, validated(payload, Scan)))
        except Malformed as refusal:
            answers[index] = refused(index, _scan_id(payload), refusal, words)
    for start in range(0, len(good), MAX_TOGETHER):
        some = good[start : start + MAX_TOGETHER]
        request = ScanRequest(caller.visitor, tuple(_device_scan(scan) for _, scan in some))
        outcomes = await asyncio.wrap_future(attendance_scans.submit(request))
        for (index, scan), outcome in zip(some, outcomes, strict=True):
            answers[index] = _answer(index, scan, outcome, words)
    return [answers[index] for index in range(len(rows))]


def _scan_id(payload: object) -> str:
    found = payload.get("scan_id") if isinstance(payload, dict) else None
    return clean(found[:64]) if isinstance(found, str) else ""


def _device_scan(scan: Scan) -> DeviceScan:
    return DeviceScan(
        key=scan.scan_id,
        badge=scan.badge,
        item_id=scan.item,
        device_at=scan.device_at,
        sent_at=scan.sent_at,
        age=None if scan.age is None else timedelta(milliseconds=scan.age),
        offline=scan.offline,
        substitute=scan.substitute,
        override=scan.override,
        confirmed=scan.confirmed,
    )


def require_own_undo(asked: Undo, answer: Admission) -> None:
    """Refuses `key_used` where the first answer to an undo's id is that of another act."""
    with database.reading() as session:
        lookup.require_same_act(
            session,
            require_event(session),
            answer,
            badge=asked.badge,
            item_id=asked.item,
            undoing=True,
        )


# --- answers -------------------------------------------------------------------------------------


def _answer(index: int, scan: Scan, outcome: Outcome, words: Words) -> Answer:
    if isinstance(outcome, Refusal):
        return refused(index, scan.scan_id, outcome, words, badge=scan.badge, item=scan.item)
    if isinstance(outcome, Admission):
        return answer_of(index, scan, outcome)
    if outcome.outcome != RECORDED:
        return _conflict(index, scan, outcome, words)
    if outcome.admission is None:
        names = {"badge": scan.badge, "item": scan.item}
        return Answer(index=index, scan_id=scan.scan_id, outcome="recorded", repeated=True, **names)
    answer = answer_of(index, scan, outcome.admission)
    return answer.model_copy(update=_clock_wrong(outcome))


def _clock_wrong(arrived: Arrived) -> dict[str, int]:
    return {"clock_wrong": arrived.facts.get("clock_wrong", 0)}


def _conflict(index: int, scan: Scan, arrived: Arrived, words: Words) -> Answer:
    about = {"badge": scan.badge, "item": scan.item}
    answer = refused(index, scan.scan_id, arrived.refusal, words, **about)
    known = {"outcome": "conflict", "repeated": arrived.repeated}
    return answer.model_copy(update=known | _clock_wrong(arrived))


def answer_of(index: int, scan: Scan | Undo, admission: Admission) -> Answer:
    return Answer(
        index=index,
        scan_id=scan.scan_id,
        outcome="recorded",
        repeated=admission.repeated,
        badge=admission.badge,
        item=scan.item,
        title=Names(vi=admission.title_vi, en=admission.title_en),
        delegation=admission.delegation_vi,
        standing=admission.status,
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
    return Answer(
        index=index,
        scan_id=scan_id,
        outcome="refused",
        badge=badge[:40],
        item=item,
        problem=Problem(**problems.problem(refusal, words)),
    )


def summed(answers: list[Answer]) -> Answers:
    outcomes = [one.outcome for one in answers]
    return Answers(
        recorded=outcomes.count("recorded"),
        conflicts=outcomes.count("conflict"),
        refused=outcomes.count("refused"),
        answers=answers,
    )
