"""Tests of data/answers: the register, its answers, what outlives the erasure, the reminders, and
the report.
"""

from dataclasses import replace
from datetime import date, time

import pytest
import sqlalchemy
from sqlalchemy import update

from data import erasure
from data.answers import commands, queries, reminders
from data.answers.document import answers_report
from data.answers.report import export_answers, export_letter
from data.contributions.commands import merge_contribution
from data.documents.docx import docx_bytes
from data.documents.pdf import pdf_bytes
from data.events.current import record_state
from data.reviews.comparison import compare
from data.reviews.five_parts import text_of
from data.reviews.history import history_of
from data.reviews.text import parts_of
from data.storage import database
from data.words import LANGUAGES, Words
from models.answers.answers import Entered, Letter, LetterFile, Petition, State
from models.contributions.contributions import Contribution
from models.contributions.contributions import Step as Said
from models.events.event import Event, EventState, View, zone
from models.reviews.reviews import Part
from tests.data.documents.stage import docx_texts, one_line, opened, pdf, rows_of
from tests.data.synthesis.stage import after_the_forums, contribute, lead
from tests.stage import at, current, give, nothing_written, one_change, refused, section

WHEN = "D+2 08:00"
ROAD = Entered(
    "Sửa đường liên xã", "Sở Xây dựng", "province", date(2024, 3, 20), "Giao thông", "Nghi Văn"
)
LETTER = Letter("answered", "Đã bố trí vốn", "12/SXD-KH", date(2024, 3, 19), "Sở Xây dựng")
FILE = LetterFile("12-SXD.pdf", b"%PDF-1.7 cong van")


def register(entered: Entered = ROAD, *, when: str = WHEN, **facts) -> int:
    made = give(commands.register_petition, by="command", when=when, entered=entered, **facts)
    return made.petition_id


def answer(petition_id: int, letter: Letter = LETTER, *, when: str = "D+15 09:00", **facts):
    by = {"by": "command", **facts}
    return give(commands.record_answer, when=when, petition_id=petition_id, letter=letter, **by)


def listed(when: str = "D+30 08:00"):
    with database.reading() as session:
        return queries.petitions_at(session, current(), View(at(when), past=True))


def one(when: str = "D+30 08:00"):
    (found,) = listed(when)
    return found


def test_what_is_owed_is_registered_once_and_what_names_a_person_one_by_one(event):
    made = after_the_forums()
    named = contribute("Đơn của ông Nguyễn Văn An", unit="Xã Nghi Vạn")
    with database.reading() as session:
        owed = queries.unregistered(session, current(), View(at(WHEN)))
    assert [one.id for one in owed] == [made["road"]]
    owed_by = Said(owed_by="Sở Tài nguyên", owed_level="province", due_on=date(2024, 3, 25))
    lead(named, "asked", "answer_owed", step=owed_by)
    facts = {"by": "command", "when": WHEN}
    with one_change("register_owed"):
        assert give(commands.register_owed, section_id=section("hau_can"), once="t", **facts) == 1
    with nothing_written():
        assert give(commands.register_owed, section_id=section("hau_can"), once="t", **facts) == 1
    with refused("petitions_complete"):
        give(commands.register_owed, **facts)
    kept = one()
    assert kept.entered == Entered(
        "Sửa đường liên xã", "Sở Xây dựng", "province", date(2024, 3, 20), "", "Xã Nghi Văn",
        section("hau_can"),
    )  # fmt: skip
    with refused("petition_registered", number=1):
        register(contribution_id=made["road"])
    with refused("petition_names_person", found="ông Nguyễn Văn An"):
        register(replace(ROAD, text="Đơn của ông Nguyễn Văn An"), contribution_id=named)
    register(replace(ROAD, text="Một đơn về đất đai"), contribution_id=named)
    with refused("contribution_unknown"):
        register(contribution_id=999)
    with refused("petition_due_past"):
        register(replace(ROAD, due_on=date(2024, 3, 1)))


def test_what_is_owed_is_not_registered_by_one_that_stands_for_it_nor_without_its_text(event):
    source, main, erased = (contribute(text) for text in ("Sửa cầu", "Sửa cầu ngay", "Sửa trường"))
    register(contribution_id=source)
    facts = {"by": "command", "when": "D+0 14:00", "contribution_id": source, "into_id": main}
    give(merge_contribution, **facts)
    owed = Said(owed_by="Sở Xây dựng", owed_level="province", due_on=date(2024, 3, 20))
    for number in (main, erased):
        lead(number, "answer_owed", step=owed)
    with database.writing() as session:
        session.get(Contribution, erased).text = "—"
    with refused("petitions_complete"):
        give(commands.register_owed, by="command", when=WHEN)
    with refused("petition_registered", number=1):
        register(contribution_id=main)


def test_a_key_with_a_sign_of_the_pattern_is_not_that_of_another(event):
    owed = Said(owed_by="Sở Xây dựng", owed_level="province", due_on=date(2024, 3, 20))
    for key in ("gom-1", "gom_1"):
        lead(contribute(f"Sửa đường {key}"), "answer_owed", step=owed)
        give(commands.register_owed, by="command", when=WHEN, once=key)
    assert len(listed()) == 2


def test_a_petition_is_written_again_struck_and_restored_and_each_step_has_its_state(event):
    number = register()
    edit = {"by": "command", "when": WHEN, "petition_id": number, "version": 1}
    give(commands.edit_petition, entered=replace(ROAD, body="UBND tỉnh"), **edit)
    with refused("petition_moved", version=2, mine=ROAD, by="Phòng điều hành"):
        give(commands.edit_petition, entered=ROAD, **edit)
    facts = {"by": "command", "when": WHEN, "petition_id": number}
    give(commands.strike_petition, **facts)
    for step, act in {
        "strike": lambda: give(commands.strike_petition, **facts),
        "answer": lambda: answer(number),
        "edit": lambda: give(commands.edit_petition, entered=ROAD, **edit),
    }.items():
        with refused("petition_step", number=1, petition_step=step, petition_state="struck"):
            act()
    give(commands.restore_petition, **facts)
    with refused("petition_step", petition_step="restore", petition_state="owed"):
        give(commands.restore_petition, **facts)
    assert (one().state, one().version, one().entered.body) == (State.OWED, 4, "UBND tỉnh")
    with refused("petition_unknown"):
        give(commands.strike_petition, by="command", when=WHEN, petition_id=number + 1)


def test_an_answer_settles_a_roadmap_stays_open_and_a_mistake_is_taken_back(event):
    number = register()
    assert [one(when).overdue for when in ("D+15 23:59", "D+16 00:00")] == [False, True]
    promise = replace(LETTER, kind="roadmap", promised_on=date(2024, 4, 1))
    answer(number, promise)
    assert (one("D+16 08:00").state, one("D+16 08:00").overdue) == (State.ROADMAP, False)
    assert one("D+28 08:00").overdue and one().due_on == date(2024, 4, 1)
    wrong = answer(number, when="D+29 08:00", file=FILE)
    with refused("petition_step", petition_step="answer", petition_state="answered"):
        answer(number, when="D+29 09:00")
    facts = {"by": "command", "when": "D+29 10:00", "petition_id": number}
    with refused("answer_moved", number=1):
        give(commands.withdraw_answer, answer_id=wrong.id - 1, reason="Nhầm", **facts)
    with refused("answer_reason_needed"):
        give(commands.withdraw_answer, answer_id=wrong.id, reason="", **facts)
    assert one().answer.file_digest == FILE.digest and not one().overdue
    give(commands.withdraw_answer, answer_id=wrong.id, reason="Nhầm kiến nghị", **facts)
    assert one().state is State.ROADMAP and one().overdue


def test_the_register_outlives_the_event_and_the_erasure_and_the_letters_file_does_not(event):
    number = register()
    given = answer(number, file=FILE)
    assert give(export_letter, by="command", when="D+20 08:00", answer_id=given.id) == FILE
    before = one()
    database.run(erasure.erase_event, slug=event.slug, keep=None, now=at("D+60 00:00"))
    after = one()
    assert after.entered == before.entered and after.answer.letter == before.answer.letter
    assert after.answer.file_digest == FILE.digest and after.answer.file_name == ""
    with refused("answer_file_unknown_here"):
        give(export_letter, by="command", when="D+61 08:00", answer_id=given.id)
    with database.writing() as session:
        record_state(session, current(), EventState.DONE, now=at("D+61 00:00"), by=None)
    later = register(replace(ROAD, due_on=date(2024, 12, 31)), when="D+62 08:00")
    answer(later, when="D+63 08:00")
    assert [one.number for one in listed("D+70 08:00")] == [1, 2]


# --- reminders -----------------------------------------------------------------------------------


def remind(when: str) -> int:
    return reminders.send_due_reminders(at(when))


def reminded(when: str = "D+40 08:00") -> list[str]:
    return [f"{each.level.value} {each.at:%d/%m %H}" for each in one(when).reminders]


def sleep_at_night() -> None:
    with database.writing() as session:
        hours = {"day_from": time(6, 0), "day_to": time(22, 0)}
        session.execute(update(Event).values(**hours))


def test_an_overdue_answer_is_reminded_by_the_same_levels_as_a_silence(event):
    sleep_at_night()
    register(replace(ROAD, section_id=section("an_ninh")))
    assert remind("D+15 22:30") == 0
    assert remind("D+16 03:00") == 0  # at night nobody is reminded
    with one_change("remind_answer"):
        assert remind("D+16 08:00") == 1
    with nothing_written():
        assert remind("D+16 09:00") == 0
    assert remind("D+18 09:00") == 1  # a day of waking hours after the lead
    assert remind("D+22 09:00") == 1
    assert [line.split()[0] for line in reminded()] == ["lead", "deputy", "command"]
    assert remind("D+30 09:00") == 0
    answer(one().id, when="D+31 08:00")
    assert one("D+32 08:00").reminders and remind("D+50 09:00") == 0


@pytest.mark.one_database
def test_a_run_of_reminders_reads_the_register_once_and_then_each_petition_by_itself(event):
    several, read = 12, []
    for number in range(several):
        register(replace(ROAD, text=f"Đường số {number}"))

    def note(one, _) -> None:
        read.append(one)

    sqlalchemy.event.listen(Petition, "load", note)
    try:
        assert remind("D+20 09:00") == several
    finally:
        sqlalchemy.event.remove(Petition, "load", note)
    assert len(read) == 3 * several  # all, each by itself, and all again: nothing is left


def test_what_no_section_follows_up_reminds_the_command_room_and_a_roadmap_begins_again(event):
    number = register()
    assert remind("D+20 09:00") == 1 and reminded() == [reminded()[0]]
    assert one().reminders[0].level.value == "command"
    promise = replace(LETTER, kind="roadmap", promised_on=date(2024, 4, 10))
    answer(number, promise, when="D+21 08:00")
    assert one().reminders == () and remind("D+30 09:00") == 0
    assert remind("D+45 09:00") == 1


# --- the review, and the report ------------------------------------------------------------------


def compared(when: str):
    with database.reading() as session:
        return compare(session, current(), at("D+14 08:00"), View(at(when)))


@pytest.mark.one_database
@pytest.mark.parametrize("language", LANGUAGES)
def test_an_overdue_answer_comes_back_in_the_review_until_it_is_given(event, language):
    number = register()
    words = Words(language, zone(event))
    found = compared("D+30 08:00")
    (part,) = [part for part in parts_of(found, words) if part.part is Part.ANSWERS]
    (line,) = part.lines
    assert "Sửa đường liên xã" in line.title and line.who == "Sở Xây dựng"
    report = text_of(found, words, conclusion="")
    trouble = " ".join(report[1]["paragraphs"])
    assert "Sửa đường liên xã" in trouble and "Sở Xây dựng" in trouble
    annexed = [part for part in report if part.get("annex")]
    assert any("Sửa đường liên xã" in str(part["tables"]) for part in annexed)
    answer(number, when="D+30 09:00")
    assert compared("D+30 10:00").answers == ()
    with database.reading() as session:
        steps = history_of(session, current(), line.subject, line.id, View(at("D+30 10:00")))
    assert [(one.what, one.words) for one in steps] == [
        ("owed", "Sửa đường liên xã"),
        ("answered", "Đã bố trí vốn"),
    ]


@pytest.mark.one_database
@pytest.mark.parametrize("profile", ["party", "state"])
def test_the_report_says_how_each_petition_was_resolved(event, profile):
    answer(register())
    roads = replace(ROAD, text="Cầu qua sông", level="centre", body="Bộ Xây dựng")
    promise = replace(
        LETTER, kind="roadmap", promised_on=date(2024, 6, 30), number="", signed_on=None, signer=""
    )
    answer(register(roads), promise)
    register(replace(ROAD, text="Thiếu giáo viên", level="commune", body="UBND xã"))
    struck = register(replace(ROAD, text="Ghi nhầm"))
    give(commands.strike_petition, by="command", when=WHEN, petition_id=struck)
    report = give(export_answers, by="command", when="D+30 08:00", event_id=current().id)
    report.event.documents["profile"] = profile
    document = answers_report(report, Words("vi", zone(event)))
    made = opened(docx_bytes(document))
    found = docx_texts(made)
    for line in (
        "BÁO CÁO",
        "Kết quả giải quyết ý kiến, kiến nghị tại Buổi gặp mặt nhỏ",
        "Tổng số kiến nghị phải trả lời: 3 kiến nghị.",
        "Trong đó: đã giải quyết 1; có lộ trình giải quyết 1; chưa trả lời 1.",
        "Có 1 kiến nghị quá hạn, nêu tại mục III.",
        "1. Thuộc thẩm quyền cấp xã",
        "III. Kiến nghị chậm trả lời",
    ):
        assert line in found, line
    rows = [rows_of(table)[1] for table in made.tables[1:5]]
    assert [row[3] for row in rows] == [
        "Chưa trả lời",
        "Đã giải quyết: Đã bố trí vốn; văn bản số 12/SXD-KH, ngày 19/3/2024, Sở Xây dựng.",
        "Có lộ trình giải quyết: Đã bố trí vốn; hoàn thành chậm nhất ngày 30/6/2024.",
        "20/3/2024",
    ]
    assert "Ghi nhầm" not in str(found)
    said = "".join("".join(page.extract_text() for page in pdf(pdf_bytes(document)).pages).split())
    assert all("".join(one_line(line).split()) in said for line in found)


@pytest.mark.one_database
def test_a_register_of_another_event_is_worked_with_where_both_are_real(event):
    register()
    with refused("register_unknown"):
        give(export_answers, by="command", when=WHEN, event_id=current().id + 7)
    with database.reading() as session:
        assert [one.event_id for one in queries.registers(session, current())] == [event.id]
