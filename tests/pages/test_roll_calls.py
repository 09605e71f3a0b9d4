"""Tests of the page of roll-calls and of the section's card."""

from data.incidents import open_entry
from data.roll_calls.commands import answer_roll_call, open_roll_call
from data.roll_calls.queries import roll_calls_at
from data.storage import database
from data.words import catalogue
from models.events.event import View
from models.roll_calls import Answer
from tests import stage
from tests.pages.visitor import Visitor

SAY = catalogue("vi")
NOW, DOORS = "D+1 06:52", "D+1 07:20"


def ask(question: str = "Bắt đầu phiên chính") -> int:
    facts = {
        "question": question,
        "about_at": stage.at(DOORS),
        "holds_minutes": 30,
        "section_ids": [],
    }
    return stage.give(open_roll_call, by="committee", when=NOW, **facts).id


def newest(when: str = NOW):
    with database.reading() as session:
        return roll_calls_at(session, stage.current(), View(stage.at(when)))[0]


def stand(key: str) -> str:
    return next(one.stand.value for one in newest().sections if one.key == key)


def lead(visit, key: str = "lead.an_ninh") -> Visitor:
    return visit(key).open("update")


def test_the_chair_opens_a_roll_call_and_every_section_is_asked(sample, visit):
    chair = visit("committee").open("roll_call")
    chair.write("roll_call.question", "Bắt đầu phiên chính").tap("roll_call.open")
    assert newest().question == "Bắt đầu phiên chính" and newest().about_at == stage.at(DOORS)
    assert {one.stand.value for one in newest().sections} == {"silent"} and len(
        newest().sections
    ) == 8
    assert chair.shows(SAY["stand.silent"]) and chair.has_button("roll_call.end")
    assert not chair.has_button("roll_call.open")


def test_the_time_is_typed_as_people_write_it(sample, visit):
    chair = visit("committee").open("roll_call").write("roll_call.question", "Mở cửa hội trường")
    chair.write("roll_call.about.time", "lúc nào đó").tap("roll_call.open", refused=True)
    assert chair.refusal == SAY["refusal.time_malformed"].format(value="lúc nào đó")
    chair.write("roll_call.about.time", "8h05").tap("roll_call.open")
    assert newest().about_at == stage.at("D+1 08:05")


def test_the_chair_reminds_those_without_an_answer_and_the_end_names_them(sample, visit):
    ask()
    lead(visit).tap("roll_call.go")
    chair = visit("committee").open("roll_call")
    assert chair.at.button(key="roll_call.remind").label == SAY["roll_call.remind"].format(number=7)
    assert chair.shows(f"{SAY['stand.silent']}: 7") and chair.shows(f"{SAY['stand.go']}: 1")
    assert chair.shows(SAY["roll_call.end_asks"].format(at="07:20", waiting=7, asked=8))
    chair.tap("roll_call.remind")
    assert newest().reminded_at == stage.at(NOW)
    reminded = SAY["roll_call.reminded_you"].format(at="06:52")
    assert reminded in [one.value for one in lead(visit, "lead.y_te").at.warning]
    assert reminded not in [one.value for one in lead(visit).at.warning]


def test_a_question_without_words_is_refused_in_one_sentence(sample, visit):
    chair = visit("committee").open("roll_call").tap("roll_call.open", refused=True)
    assert chair.refusal == SAY["refusal.question_needed"]


def test_a_lead_answers_go_in_one_tap(sample, visit):
    ask()
    section_lead = lead(visit)
    assert section_lead.shows("Bắt đầu phiên chính") and section_lead.shows(SAY["stand.silent"])
    section_lead.tap("roll_call.go")
    assert stand("an_ninh") == "go" and section_lead.shows(SAY["stand.go"])
    given = SAY["roll_call.given"].format(answer=SAY["answer.go"])
    assert section_lead.at.button(key="roll_call.go").label == given


def test_a_condition_and_a_reason_are_asked_for_in_words(sample, visit):
    ask()
    section_lead = lead(visit).tap("roll_call.conditional")
    assert stand("an_ninh") == "silent"
    section_lead.tap("roll_call.send", refused=True)
    assert section_lead.refusal == SAY["refusal.condition_needed"]
    section_lead.write("roll_call.words", "Nếu cổng số 2 thông").tap("roll_call.send")
    assert stand("an_ninh") == "conditional" and section_lead.shows("Nếu cổng số 2 thông")
    section_lead.tap("roll_call.no_go").write("roll_call.words", "Cổng số 2 tắc").tap(
        "roll_call.send"
    )
    assert stand("an_ninh") == "no_go" and not section_lead.has_button("roll_call.send")


def test_an_answer_that_the_deputy_overtook_is_refused_with_it_and_both_are_shown(sample, visit):
    call = ask()
    section_lead = lead(visit)
    facts = {
        "roll_call_id": call,
        "section_id": stage.section("an_ninh"),
        "seen": 0,
        "answer": "no_go",
        "words": "Thiếu người",
    }
    stage.give(answer_roll_call, by="deputy.an_ninh", when=NOW, **facts)
    section_lead.tap("roll_call.go", refused=True)
    assert (
        "Phó Trưởng Tiểu ban An ninh" in section_lead.refusal
        and "Thiếu người" in section_lead.refusal
    )
    assert stand("an_ninh") == "no_go" and section_lead.shows("Thiếu người")
    section_lead.tap("roll_call.go")
    assert stand("an_ninh") == "go" and section_lead.shows(SAY["roll_call.before"])


def test_a_voided_answer_names_the_entry_and_asks_again(sample, visit):
    ask()
    section_lead = lead(visit).tap("roll_call.go")
    made = stage.give(
        open_entry,
        by="command",
        when=NOW,
        section_id=stage.section("an_ninh"),
        priority=1,
        text="Cháy",
    )
    section_lead.run()
    assert stand("an_ninh") == "voided" and section_lead.shows(f"#{made.number:03d}")
    assert SAY["roll_call.again"] in [one.value for one in section_lead.at.warning]
    section_lead.tap("roll_call.go")
    assert stand("an_ninh") == "go"


def test_the_chair_ends_a_roll_call_and_the_outcome_is_in_the_log(sample, visit):
    ask()
    lead(visit).tap("roll_call.go")
    chair = visit("committee").open("roll_call").tap("roll_call.end")
    assert chair.shows(SAY["outcome.not_ready"])
    room = visit("command").open("log").choose("log.shown", "closed")
    assert room.shows("CHƯA SẴN SÀNG") and room.shows(SAY["log.whole_event"])
    assert lead(visit).shows(SAY["outcome.not_ready"]) and not lead(visit).has_button(
        "roll_call.go"
    )


def test_a_role_that_only_reads_is_offered_no_button(sample, visit):
    ask()
    for key, page in (("lead.an_ninh", "roll_call"), ("command", "update")):
        visitor = visit(key).open(page)
        assert not visitor.has_button("roll_call.end" if page == "roll_call" else "roll_call.go")
        assert not visitor.has_button("roll_call.open")


def test_without_a_roll_call_the_update_page_shows_no_card(sample, visit):
    assert not lead(visit).has_button("roll_call.go")
    assert {f"answer.{answer.value}" for answer in Answer} <= set(SAY)
