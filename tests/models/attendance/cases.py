"""The table of cases of admission: written out as JSON, which the gate's JavaScript is run on too.

`python -m tests.models.attendance.cases` rewrites the file after the rule has changed.
"""

import json
from collections.abc import Iterator
from itertools import product
from pathlib import Path

from models.attendance.admission import (
    Admitted,
    Asked,
    Decision,
    Elsewhere,
    Holder,
    ParallelItem,
    Previous,
    Scan,
    Stopped,
    decide,
)
from models.attendance.ledger import AttendanceStatus, Place

FILE = Path(__file__).with_name("admission_cases.json")
HERE, OWN, OTHER, LATER = 1, 2, 3, 9
"""The item of the scan; a parallel one of the same desk, one of another desk, and a later one."""
NAME, WHY = "Bà Hoa", "Được điều sang"

STATES = [  # status, place, what was said with it
    ("undone", "outside", ""),
    ("excused", "outside", "Ốm"),
    ("announced", "outside", ""),
    ("announced", "outside", NAME),
    ("moved", "outside", ""),
    *(("present", place, "") for place in ("room", "common", "outside")),
    *(("substitute", place, NAME) for place in ("room", "common", "outside")),
]
ELSEWHERE = [  # the parallel items (id, expects them, status), and the room they are in
    ([], None),
    ([], LATER),
    ([(OWN, True, "undone")], None),
    ([(OWN, True, "moved")], None),
    ([(OWN, False, "present")], OWN),
    ([(OTHER, True, "undone")], None),
    ([(OTHER, True, "undone"), (OWN, False, "present")], OWN),
]


def cases() -> Iterator[dict]:
    """Every case with the decision of `decide`."""
    yield _decided({"holder": "former"})
    yield _decided({"holder": "retired"})
    yield _decided({"holder": "no_one"})
    for assigned, state, said, elsewhere in product(
        (True, False), STATES, product(("", NAME), ("", WHY)), ELSEWHERE
    ):
        yield _decided(_delegate(assigned, state, said, elsewhere))
    yield _decided({"holder": "no_one", "over": True})
    for assigned, state, override, elsewhere, confirmed in product(
        (True, False), STATES, ("", WHY), (ELSEWHERE[0], ELSEWHERE[2]), (False, True)
    ):
        case = _delegate(assigned, state, ("", override), elsewhere)
        yield _decided(case | {"over": True, "confirmed": confirmed})


def _delegate(assigned: bool, state: tuple, said: tuple, elsewhere: tuple) -> dict:
    parallel, inside = elsewhere
    return {
        "holder": "delegate",
        "assigned": assigned,
        **dict(zip(("status", "place", "words"), state, strict=True)),
        **dict(zip(("substitute", "override"), said, strict=True)),
        "parallel": [list(one) for one in parallel],
        "inside": inside,
    }


def _decided(case: dict) -> dict:
    return case | {"decision": as_json(decision_of(case))}


def decision_of(case: dict) -> Decision:
    if case["holder"] != "delegate":
        return decide(Holder(case["holder"]), None)
    previous = Previous(
        HERE,
        1,
        1,
        case["assigned"],
        status=AttendanceStatus(case["status"]),
        place=Place(case["place"]),
    )
    parallel = tuple(
        ParallelItem(number, assigned, AttendanceStatus(status))
        for number, assigned, status in case["parallel"]
    )
    scan = Scan(case["substitute"], case["override"], case.get("confirmed", False))
    elsewhere = Elsewhere(parallel, case["inside"])
    over = case.get("over", False)
    return decide(Holder.DELEGATE, previous, scan, elsewhere, words=case["words"], over=over)


def as_json(decision: Decision) -> dict:
    match decision:
        case Stopped(code):
            return {"stopped": code}
        case Asked(question, code, right):
            return {"asked": question.value, "code": code, "right": right}
        case Admitted():
            return {
                "admitted": decision.status.value,
                "words": decision.words,
                "returns": decision.returns,
                "moves_from": decision.moves_from,
                "leaves": decision.leaves,
                "plain": decision.plain,
            }


def as_text() -> str:
    """One case per line, so that a change of the rule shows as changed lines."""
    rows = ",\n".join(json.dumps(case, ensure_ascii=False) for case in cases())
    return f"[\n{rows}\n]\n"


if __name__ == "__main__":
    FILE.write_text(as_text(), encoding="utf-8")
