"""The gate's own rule in Chromium: `roster.js` answers the table of cases as the server decides."""

import base64
import json
from pathlib import Path

from models.attendance.ledger import require_override
from models.refusals import Refusal
from tests.models.attendance.cases import FILE, HERE, OTHER, OWN

SOURCE = Path(__file__).parents[2] / "web" / "assets" / "gate" / "roster.js"
BADGE = "0001G"
STOPPED = {
    "badge_replaced": "replaced",
    "badge_retired": "retired",
    "badge_unknown": "unknown",
    "already_in": "already",
}
ASKED = {
    "wrong_item": "other_room",
    "not_expected": "not_expected",
    "substitute_needed": "needs_name",
    "item_finished": "finished",
}
ANSWERS = """async ([source, cases]) => {
  const { Roster } = await import(source);
  return cases.map(({ roster, standings, item, badge, said, over }) => {
    const held = new Roster(roster);
    held.take(standings);
    held.finished = new Set(over ? [item] : []);
    const { kind, ask, admits, right } = held.answer(item, badge, said);
    return { kind, ask: ask ?? null, admits: Boolean(admits), right: right?.id ?? null };
  });
}"""
TITLE = {"vi": "", "en": ""}


def item(number: int) -> dict:
    return {"id": number, "title": TITLE, "starts_at": "07:00", "ends_at": "11:00"}


def device(case: dict) -> dict | None:
    """What the device of the desk of two items holds in a case; None where it cannot know."""
    if case["holder"] != "delegate":
        held = {"former": {"replaced": [BADGE]}, "retired": {"retired": [BADGE]}}
        over = case.get("over", False)
        gone = roster(**held.get(case["holder"], {}))
        return {"roster": gone, "standings": [], "said": {}, "over": over}
    own = {HERE: (case["assigned"], case["status"])}
    own |= {number: (yes, status) for number, yes, status in case["parallel"] if number == OWN}
    expecting = [number for number, (assigned, _) in own.items() if assigned]
    elsewhere = [number for number, assigned, _ in case["parallel"] if number == OTHER and assigned]
    held = expecting or any(status != "undone" for _, status in own.values())
    if not (held or elsewhere):
        return None  # a delegate of whom it has not heard is unknown to it
    delegates = [{"badge": BADGE, "title": TITLE, "delegation": 1, "items": expecting}]
    return {
        "roster": roster(delegates if held else [], {BADGE: elsewhere} if elsewhere else {}),
        "standings": [standing(case, number, status) for number, (_, status) in own.items()],
        "said": {name: case.get(name) for name in ("substitute", "override", "confirmed")},
        "over": case.get("over", False),
    }


def roster(delegates=(), elsewhere=None, replaced=(), retired=()) -> dict:
    return {
        "delegates": list(delegates),
        "delegations": [{"id": 1, "name": TITLE}],
        "items": [item(HERE), item(OWN)],
        "right": [item(OTHER)],
        "elsewhere": elsewhere or {},
        "replaced": list(replaced),
        "retired": list(retired),
    }


def standing(case: dict, number: int, status: str) -> dict:
    here = number == HERE
    place = case["place"] if here else ("room" if case["inside"] == number else "outside")
    named = bool(case["words"]) if here else False
    return {"item": number, "badge": BADGE, "standing": status, "place": place, "named": named}


def expected(case: dict) -> dict:
    decision = case["decision"]
    if "stopped" in decision:
        return {"kind": STOPPED[decision["stopped"]], "ask": None, "admits": False, "right": None}
    if "asked" in decision:
        kind, right = ASKED[decision["code"]], decision["right"]
        return {"kind": kind, "ask": decision["asked"], "admits": False, "right": right}
    kind = "in" if case["status"] != "excused" else "excused"
    kind = "substitute" if decision["admitted"] == "substitute" else kind
    return {"kind": kind, "ask": None, "admits": True, "right": None}


WORDS = """async ([source, texts]) => {
  const { written } = await import(source);
  return texts.map(text => written(text));
}"""
FAULTS = {"override_needed": "empty", "reason_too_long": "long", "words_are_badge": "badge"}
TEXTS = (
    "Bà Hoa",
    "  Được\u200b điều\tsang ",
    "A",
    "5",
    "0417B",
    " 0417-b ",
    "0418B",
    "Bà Hoa 0417B",
    "…",
    "\u0301",
    "\u200b",
    "x" * 200,
    "x" * 201,
    "\U0001d4d0" * 200,
    "\U0001d4d0" * 201,
    "!?",
    "½",
)


def as_the_server_takes_it(text: str) -> dict:
    try:
        return {"said": require_override(text)}
    except Refusal as refusal:
        return {"wrong": FAULTS[refusal.code]}


def test_the_gate_takes_the_words_that_the_server_takes(chromium):
    page = chromium.new_page()
    code = base64.b64encode(SOURCE.read_bytes()).decode()
    answers = page.evaluate(WORDS, [f"data:text/javascript;base64,{code}", TEXTS])
    page.close()
    assert dict(zip(TEXTS, answers, strict=True)) == {
        text: as_the_server_takes_it(text) for text in TEXTS
    }


def test_the_gate_answers_every_case_as_the_server_decides_it(chromium):
    table = json.loads(FILE.read_text(encoding="utf-8"))
    asked = [(case, held) for case in table if (held := device(case))]
    assert len(asked) > 400
    code = base64.b64encode(SOURCE.read_bytes()).decode()
    source = f"data:text/javascript;base64,{code}"
    page = chromium.new_page()
    given = [held | {"item": HERE, "badge": BADGE} for _, held in asked]
    answers = page.evaluate(ANSWERS, [source, given])
    page.close()
    wrong = [
        (case, answer, expected(case))
        for (case, _), answer in zip(asked, answers, strict=True)
        if answer != expected(case)
    ]
    assert not wrong, f"{len(wrong)} of {len(asked)}: {wrong[:3]}"
