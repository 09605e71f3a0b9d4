"""Questions by telephone: off until opened, for delegates alone, moderated, and not too many."""

from datetime import date, timedelta

import pytest
from sqlmodel import select

from data.answers import commands as answers
from data.contributions.commands import moderate_contribution, step_contribution
from data.contributions.phone import close_questions, door_of, open_questions, send_question
from data.contributions.queries import contributions_at, open_doors
from data.personal_data.erasing import erase_delegate
from data.personal_data.held import held_of_delegate
from data.storage import database
from data.synthesis import commands as synthesis
from models.access.accounts import FailedTry
from models.answers.answers import PetitionEdit
from models.attendance.badges import check_letter
from models.attendance.ledger import Delegate
from models.contributions.contributions import ContributionState, State, Step
from models.contributions.phone import (
    FREE_OF_BADGE,
    FREE_OF_HALL,
    FREE_OF_PHONE,
    MAX_QUESTIONS,
    Telephone,
    counted_for,
    is_unit,
)
from models.documents import digest_of
from models.events.event import View
from models.refusals import Refusal
from models.synthesis.minutes import SignedMinutes
from models.synthesis.paragraphs import Paragraph, ParagraphEdit
from tests.stage import REAL, VAN, current, delegate, give, item, refused

HALL = "D+0 15:00"
OURS = Telephone("10.0.0.7", "ours")
WRITTEN = {"badge": VAN, "unit": "huyện nghi lộc", "consent": False, "phone": OURS}


def opened(key: str = "dien_dan_1") -> str:
    return give(open_questions, by="command", when=HALL, item_id=item(key)).token


def send(token: str, text: str = "Bao giờ có điện?", **facts: object) -> int:
    now = facts.pop("now", REAL)
    return send_question(token=token, text=text, now=now, **WRITTEN | facts)


def code(act) -> str:
    with pytest.raises(Refusal) as caught:
        act()
    return caught.value.code


def asked():
    with database.reading() as session:
        moment = REAL + timedelta(days=9)
        return contributions_at(session, current(), View(moment))


def test_a_door_is_closed_until_it_is_opened_and_each_address_is_another(event):
    assert code(lambda: send("anything")) == "questions_closed"
    first = opened()
    with refused("questions_open"):
        give(open_questions, by="command", when=HALL, item_id=item("dien_dan_1"))
    assert send(first) == 1
    give(close_questions, by="command", when=HALL, item_id=item("dien_dan_1"))
    with refused("questions_closed"):
        give(close_questions, by="command", when=HALL, item_id=item("dien_dan_1"))
    assert code(lambda: send(first)) == "questions_closed"
    second = opened()
    with database.reading() as session:
        assert door_of(session, second).item_id == item("dien_dan_1")
        assert open_doors(session, current()) == {item("dien_dan_1"): second}
    assert code(lambda: send(first)) == "questions_closed" and first != second


def test_a_question_waits_for_the_moderator_and_names_no_office_without_consent(event):
    token = opened()
    send(token)
    send(token, "Câu hai", consent=True, now=REAL + timedelta(minutes=2))
    first, second = asked()
    assert first.state is second.state is State.SUBMITTED
    assert (first.office, first.channel) == ("", "phone") and second.office
    assert first.unit_vi == second.unit_vi
    led = {"contribution_id": first.id, "state": "asked"}
    with refused("contribution_step"):
        give(step_contribution, by="command", when=HALL, **led)
    accept = {"contribution_id": first.id, "accepted": True}
    give(moderate_contribution, by="rapporteur.dien_dan_1", when=HALL, **accept)
    assert asked()[0].state is State.WAITING


def test_only_whose_badge_and_unit_match_may_send_and_only_so_often(event):
    token = opened()
    for facts in ({"badge": "9999B"}, {"unit": "Quỳ Hợp huyện"}, {"badge": "hello"}, {"unit": ""}):
        assert code(lambda facts=facts: send(token, **facts)) == "sender_unknown"
    for number in range(MAX_QUESTIONS):
        send(token, now=REAL + timedelta(minutes=20 + number))
    soon = REAL + timedelta(minutes=20 + MAX_QUESTIONS - 1, seconds=20)
    assert code(lambda: send(token, now=soon)) == "questions_enough"
    other = opened("dien_dan_2")
    send(other, now=soon)
    assert code(lambda: send(other, now=soon + timedelta(seconds=5))) == "question_too_soon"
    with database.reading() as session:
        tries = session.exec(select(FailedTry)).all()
    assert len(tries) == 10  # by telephone, badge and hall; what is no badge, by two of them
    for _ in range(5):
        wrong = {"unit": "Đâu đó", "now": soon}
        found = code(lambda wrong=wrong: send(other, **wrong))
    assert found == "sender_unknown"
    for typed in (VAN, f" {VAN.lower()}", f"{VAN[0]}-{VAN[1:]}"):
        assert code(lambda typed=typed: send(other, badge=typed, now=soon)) == "sign_in_wait"


def test_one_telephone_closes_no_hall_and_a_known_one_is_not_held_up_by_the_others(event):
    token, wrong = opened(), {"unit": "Đâu đó"}
    guess = {"phone": Telephone("10.0.0.7", "guesses"), **wrong}
    badges = [f"{number:04d}" for number in range(1, 400)]
    codes = [one + check_letter(one) for one in badges]
    found = [code(lambda one=one: send(token, badge=one, **guess)) for one in codes[:40]]
    assert found == ["sender_unknown"] * FREE_OF_PHONE + ["sign_in_wait"] * (40 - FREE_OF_PHONE)
    assert send(token) == 1, "the hall is open for everybody else"
    bucket = "question@10.0.0.7"
    with database.writing() as session:  # as many telephones as a hall has, each once wrong
        session.add_all([FailedTry(bucket=bucket, at=REAL) for _ in range(FREE_OF_HALL)])
    later = REAL + timedelta(seconds=70)
    stranger = Telephone("10.0.0.7", "another")
    assert code(lambda: send(token, phone=stranger)) == "sign_in_wait"
    known = Telephone("10.0.0.7", "ours", known=True)
    assert send(token, "Câu hai", phone=known, now=later) == 2
    nameless = counted_for("0005T", Telephone("10.0.0.7"))
    assert "question:unnamed@10.0.0.7" in nameless and bucket in nameless


@pytest.mark.slow
def test_what_is_no_badge_is_bounded_by_address_and_holds_no_one_up_who_typed_theirs(
    event, monkeypatch
):
    token, written = opened(), []
    run = database.run
    monkeypatch.setattr(database, "run", lambda *a, **facts: written.append(a) or run(*a, **facts))
    found = [
        code(lambda one=one: send(token, badge="?", phone=Telephone("10.0.0.7", f"new {one}")))
        for one in range(FREE_OF_HALL + 20)
    ]
    assert found == ["sender_unknown"] * FREE_OF_HALL + ["sign_in_wait"] * 20
    assert len(written) == FREE_OF_HALL, "who has to wait takes no writer's turn"
    assert send(token) == 1


def test_who_guesses_at_a_badge_does_not_hold_its_owner_up(event):
    token = opened()
    for number in range(FREE_OF_BADGE):
        guesses = Telephone("10.0.0.9", f"guesses {number}")
        assert code(lambda one=guesses: send(token, unit="Đâu đó", phone=one)) == "sender_unknown"
    assert code(lambda: send(token)) == "sign_in_wait"
    assert send(token, phone=Telephone("10.0.0.7", "ours", known=True)) == 1


@pytest.mark.one_database
def test_a_unit_is_known_by_its_name_with_and_without_its_kind():
    for typed in ("Nghi Lộc", "nghi loc", "Huyện Nghi Lộc", "UBND huyện Nghi Lộc"):
        assert is_unit(typed, "Nghi Lộc", "Nghi Lộc district")
    assert is_unit("Châu Khê", "Xã Châu Khê")
    for typed in ("", "Lộc Nghi", "Nghi", "Lộc", "Xã"):
        assert not is_unit(typed, "Nghi Lộc")
    for name in ("Tỉnh Nghệ An", "Nghệ An"):
        assert is_unit("đảng ủy tỉnh Nghệ An", name) and not is_unit("an", name)
    assert is_unit("TP. Vinh", "Thành ủy Vinh", "Vinh city")
    assert not is_unit("Vinh", "Trường Đại học Vinh")


def test_what_a_delegate_sent_is_told_to_them_and_erased_with_them(event):
    send(opened())
    with database.reading() as session:
        held = held_of_delegate(session, session.get(Delegate, delegate(VAN)))
    assert "Bao giờ có điện?" in {one.text for one in held if one.kind == "question"}
    give(erase_delegate, by="admin", when=REAL, delegate_id=delegate(VAN))
    assert [one.text for one in asked()] == ["—"]


def test_what_repeats_a_question_goes_with_it_and_only_what_was_signed_stays(event):
    send(opened())
    (number,) = (one.id for one in asked())
    command = {"by": "command", "when": HALL}
    led = {"contribution_id": number, **command}
    give(moderate_contribution, accepted=True, **led)
    give(step_contribution, state="asked", **led)
    told = Step(said="Bà Lan ở xóm 3 sẽ có điện")
    give(step_contribution, state="answered_here", step=told, **led)
    owed = Step(owed_by="Điện lực", owed_level="province", due_on=date(2027, 1, 1))
    give(step_contribution, state="answer_owed", step=owed, **led)
    give(synthesis.gather_paragraphs, **command)
    mixed = Paragraph("- Bao giờ có điện? (Nghi Lộc).\n- Sửa đường.", sources=(number,))
    give(synthesis.add_paragraph, paragraph=mixed, **command)
    give(synthesis.sign_minutes, item_id=item("dien_dan_1"), **command)
    give(answers.register_owed, **command)
    with database.reading() as session:
        held = held_of_delegate(session, session.get(Delegate, delegate(VAN)))
    kinds = [one.kind for one in held]
    assert {"question_step", "paragraph", "petition", "minutes"} <= set(kinds)
    give(erase_delegate, by="admin", when=REAL, delegate_id=delegate(VAN))
    with database.reading() as session:
        signed = session.exec(select(SignedMinutes)).one()
        texts = session.exec(select(ParagraphEdit.text).order_by(ParagraphEdit.id)).all()
        petition = session.exec(select(PetitionEdit)).one()
        said = session.exec(select(ContributionState.said)).all()
    assert digest_of(signed.content) == signed.digest and "có điện" in str(signed.content)
    assert texts == ["—", "—\n- Sửa đường."] and "Bà Lan ở xóm 3 sẽ có điện" not in said
    assert (petition.text, petition.body) == ("—", "Điện lực")
