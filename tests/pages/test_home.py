"""The first page: what waits for each role, with its act; and the event in one line."""

import shutil
from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import update

from data.access import sign_ins
from data.access.people import person_by_key
from data.answers.commands import register_petition
from data.events.clock import real_now
from data.events.current import record_choice
from data.events.loading import load_event
from data.roll_calls.commands import open_roll_call
from data.storage import database
from data.words import LANGUAGES, catalogue
from models.access.sign_ins import UNKNOWN_CLIENT, SignInMethod
from models.answers.answers import Entered
from models.events.event import Event
from tests import stage
from tests.pages.conftest import stand
from tests.pages.visitor import Visitor
from ui.incidents.entries import KEY as LOG

SAY = catalogue("vi")
NOW = "D+1 06:52"
ACTS = {
    "lead.y_te": {"update.no_change"},
    "lead.giao_thong": {"update.no_change", "directive.report.2"},
    "command": {"waiting.entry.27", "waiting.entry.28", "waiting.entry.29"},
    "media": {"media.publish.5", "media.publish.13"},
    "desk.ban_1": {"waiting.gate"},
}


def test_each_role_finds_what_waits_with_the_act_of_its_own_page(sample, visit):
    for role, acts in ACTS.items():
        home = visit(role).open("home")
        assert acts <= {one.key for one in home.at.button}, role
        assert not home.shows(SAY["waiting.nothing"]), role
    committee = visit("committee").open("home")
    assert committee.shows("Chưa chốt giao ban ngày 22/7/2023.")
    assert committee.shows("quá hạn 13 giờ 52 phút")
    assert visit("rapporteur.dien_dan_1").open("home").shows(SAY["waiting.nothing"])


def test_a_lead_confirms_and_answers_without_leaving_the_first_page(sample, visit):
    facts = {"question": "Mở cửa", "about_at": stage.at("D+1 07:20"), "holds_minutes": 30}
    stage.give(open_roll_call, by="committee", when=NOW, section_ids=[], **facts)
    lead = visit("lead.y_te").open("home")
    assert lead.shows(SAY["update.silent"])
    lead.tap("update.no_change")
    assert not lead.shows(SAY["update.silent"]) and lead.has_button("roll_call.go")
    lead.tap("roll_call.go")
    chair = visit("committee").open("home")
    assert chair.has_button("roll_call.remind") and chair.has_button("roll_call.end")
    missing = next(text for text in chair.texts() if text.startswith("Chưa trả lời:"))
    assert "An ninh trật tự" in missing and "Y tế" not in missing


def test_an_incident_is_opened_next_to_the_log_in_one_tap(sample, visit):
    room = visit("command").open("home")
    room.at.button(key="waiting.entry.27").click()
    room.at.run()
    assert room.at.session_state[f"{LOG}.chosen"] == "27"


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("moment", "line"),
    [
        ("D-30 09:00", {"vi": "Còn 30 ngày · ", "en": "30 days to go · "}),
        ("D+1 06:52", {"vi": "Đón tiếp đại biểu", "en": "Reception"}),
        ("D+4 09:00", {"vi": "Còn phải làm: ", "en": "Still to do: "}),
    ],
)
def test_the_event_in_one_line_by_its_phase(sample, visit, language, moment, line):
    stand(moment)
    home = visit(None, language).open("home")
    assert home.shows(line[language])
    counted = catalogue(language)["home.present"]
    assert home.shows(counted) is (moment == NOW)


def signed_in(visitor: Visitor, key: str) -> Visitor:
    """The same tab with the sign-in of an office of a real event."""
    with database.writing() as session:
        who = {"how": SignInMethod.PASSWORD, "client_info": UNKNOWN_CLIENT, "now": real_now()}
        token = sign_ins.begin(session, person_by_key(session, key), **who)
        number = sign_ins.sign_in_of(session, token, now=real_now())
    visitor.at.user = {"sign_in": str(number)}
    return visitor


def test_an_overdue_answer_of_an_earlier_event_waits_for_its_lead_who_records_it(
    unreported, visit, tmp_path
):
    owed = Entered("Sửa đường", "Sở Xây dựng", "province", date(2024, 3, 20))
    entered = replace(owed, section_id=stage.section("an_ninh"))
    made = stage.give(register_petition, by="command", when="D+2 08:00", entered=entered)
    folder = shutil.copytree(stage.SMALL, tmp_path / "later")
    about = (folder / "event.toml").read_text(encoding="utf-8")
    (folder / "event.toml").write_text(about.replace('"nho"', '"sau"'), encoding="utf-8")
    with database.writing() as session:
        session.execute(update(Event).values(rehearsal=False))
        later = load_event(session, folder, rehearsal=False, now=real_now())
        record_choice(session, later, now=real_now(), by=None)
    lead = signed_in(visit(), "lead.an_ninh").open("home")
    assert lead.shows("1. Sửa đường")
    lead.open("answers").select(f"answers.register.{later.id}", unreported.id)
    lead.open_row("answers.table", made.petition_id)
    assert lead.has_button(f"answers.record.{made.petition_id}")
    assert not signed_in(visit(), "lead.hau_can").open("home").shows("Sửa đường")
