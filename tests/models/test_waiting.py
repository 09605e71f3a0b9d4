"""What waits for whom, by the page on which it is done; and what counts as waiting."""

from datetime import datetime, timedelta, timezone

import pytest

from models.access.people import Person, Role
from models.reviews.directives import DirectiveSnapshot, Kind, State
from models.waiting import WATCHED, Waiting, by_page, late_items, owners, review_owed
from tests.models.test_wall import clock, item

NOW = datetime(2023, 7, 22, 1, tzinfo=timezone.utc)
EVERYTHING = Waiting(
    silent=frozenset({"security", "traffic"}),
    unanswered=frozenset({"security", "health"}),
    directives={"security": 2, "traffic": 1, 7: 1},
    overdue_directives=3,
    incidents=4,
    review_owed=True,
    late_media=5,
    late_items=frozenset({"forum"}),
    overdue_answers={"security": 2, "": 1},
    unsigned_forums=frozenset({"forum"}),
    synthesis_submitted=True,
)


def person(role: str, **facts) -> Person:
    return Person(**{"id": 1, "key": role, "role": role, "name_vi": "", "name_en": ""} | facts)


@pytest.mark.parametrize(
    ("who", "pages"),
    [
        (person("lead", section_key="security"), {"update": 4, "answers": 2}),
        (person("deputy", section_key="traffic"), {"update": 2}),
        (person("lead", section_key="programme"), {}),
        (person("command"), {"log": 6, "roll_call": 2, "answers": 1}),
        (
            person("command", id=7),
            {"log": 6, "roll_call": 2, "update": 1, "answers": 1},
        ),
        (
            person("committee"),
            {"review": 4, "roll_call": 2, "synthesis": 1, "answers": 3},
        ),
        (person("admin"), {"roll_call": 2}),
        (person("media"), {"media": 5}),
        (person("rapporteur", item_key="forum"), {"programme": 1, "synthesis": 1}),
        (person("rapporteur", item_key="other"), {}),
        (person("desk", desk_key="desk"), {}),
        (person("display"), {}),
        (None, {}),
    ],
)
def test_each_role_is_shown_what_it_has_to_do_and_where(who, pages):
    assert by_page(EVERYTHING, who) == pages
    assert by_page(Waiting(), who) == {}
    assert not pages or Role(who.role) in WATCHED, "its count would never be drawn again"


def test_a_review_is_owed_on_each_local_day_until_one_is_signed():
    def local(at):
        return (at + timedelta(hours=7)).date()

    yesterday = NOW.replace(hour=0) - timedelta(hours=8)
    assert review_owed([], now=NOW, local=local)
    assert review_owed([yesterday], now=NOW, local=local)
    assert not review_owed([yesterday, NOW], now=NOW, local=local)


@pytest.mark.parametrize(
    ("minute", "facts", "late"),
    [
        (60, {}, False),
        (62, {}, True),
        (62, {"started": 61}, False),
        (122, {"started": 61}, True),
        (122, {"started": 61, "finished": 121}, False),
        (121 + 6 * 60, {"started": 61}, False),  # no one will record it any more
    ],
)
def test_an_item_waits_where_its_start_or_end_is_due(minute, facts, late):
    assert bool(late_items([item(1, 60, 120, **facts)], now=clock(minute))) is late


def directive(state: State, *, section: int | None = None, office: int | None = None):
    facts = {"id": 1, "number": 1, "kind": Kind.DIRECTIVE, "text": "", "why": "", "office": None}
    facts |= {"due_at": NOW, "given_at": NOW, "note": "", "changed_at": NOW, "overdue": False}
    return DirectiveSnapshot(section_id=section, office_id=office, state=state, **facts)


def test_a_directive_waits_for_the_section_or_the_office_that_owns_it():
    given = [
        directive(State.GIVEN, section=3),
        directive(State.ACKNOWLEDGED, section=3),
        directive(State.DONE, section=3),
        directive(State.WITHDRAWN, office=7),
        directive(State.GIVEN, office=7),
    ]
    assert owners(given, {3: "security"}) == {"security": 2, 7: 1}
