"""The first page: what waits for each role, with its act; and the event in one line."""

import pytest

from data.roll_calls.commands import open_roll_call
from data.words import LANGUAGES, catalogue
from tests import stage
from tests.pages.conftest import stand
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
