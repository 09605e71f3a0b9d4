"""What the event is called and expects is changed in place."""

from dataclasses import replace
from datetime import time, timedelta

import pytest
from sqlmodel import select

from data.attendance.delegates import roster_size
from data.documents.profiles import profile_of
from data.exports.event_files import event_files
from data.plan.settings import (
    edit_documents,
    edit_event,
    version_and_head,
    version_and_settings,
)
from data.storage import database
from data.words import Words, event_words
from models.events.event import Phase, Settings, arrival_plan_of, written_arrival_plan
from models.plan import EventChange
from models.readiness.escalation import EscalationLevel, delays
from models.refusals import Refusal
from tests import stage
from tests.stage import one_change, refused

DAY = "D-1 09:00"


def row() -> tuple[int, Settings]:
    with database.reading() as session:
        return version_and_settings(session, stage.current().id)


def edit(**changed: object) -> EventChange:
    version, settings = row()
    facts = {"version": version, "settings": replace(settings, **changed)}
    return stage.give(edit_event, by="command", when=DAY, **facts)


def test_the_expected_number_is_changed_and_the_list_stays_what_it_is(event):
    with one_change("edit_event"):
        edit(expected_delegates=565, name_en="", day_to=time(21, 30))
    now = stage.current()
    assert (now.expected_delegates, now.name_en, now.day_to) == (565, now.name_vi, time(21, 30))
    with database.reading() as session:
        size = roster_size(session, now)
        kept = session.exec(select(EventChange)).one()
    assert (size.expected, size.listed) == (565, 12)
    assert (kept.expected_delegates, kept.name_en) == (12, event.name_en)


def test_a_form_that_was_overtaken_is_refused_with_both_versions(event):
    version, settings = row()
    edit(place_vi="Thành phố Vinh")
    mine = replace(settings, place_vi="Cửa Lò")
    with refused("event_changed", version=2, by="Phòng điều hành"):
        stage.give(edit_event, by="admin", when=DAY, version=version, settings=mine)


@pytest.mark.one_database
def test_what_is_no_setting_is_refused(event):
    with refused("event_unchanged"):
        edit()
    with refused("event_name_needed"):
        edit(short_name_vi=" ")
    with refused("event_name_too_long", limit=500):
        edit(name_vi="x" * 501)
    with refused("expected_unknown"):
        edit(expected_delegates=-1)
    with refused("hours_unknown"):
        edit(day_to=time(0, 0))
    with refused("arrival_plan_not_rising"):
        edit(arrival_plan=((60, 0.5), (30, 0.2)))
    with refused("document_choice_unknown"):
        edit_head(authority="as_deputy_of_all")
    with refused("document_text_too_long", limit=300):
        edit_head(symbol="x" * 301)
    with refused("document_lines_too_many", limit=40):
        edit_head(recipients=("Lưu",) * 41)
    with refused("document_choice_unknown", value="at_once"):
        edit_head(urgency="at_once")
    with refused("noun_unknown", value="party"):
        edit(event_noun="party")
    with refused("reminder_minutes_unknown"):
        edit(silence={"before": {"command": -1.0}})
    with refused("reminder_out_of_turn"):
        edit(silence={"before": {"lead": 30.0, "deputy": 10.0}})
    with refused("arrival_plan_malformed", line="trưa"):
        arrival_plan_of("60: 0%\ntrưa")
    assert arrival_plan_of(written_arrival_plan(((60, 0), (45, 0.15)))) == ((60, 0), (45, 0.15))


def test_the_event_is_called_as_it_says_in_one_language_and_reminds_when_it_says(event):
    assert words("en")("phase.before") == "Before the Programme"
    silence = {"during": {"lead": 0.0, "deputy": 5.0, "command": 15.0}}
    with one_change("edit_event"):
        edit(event_noun="conference", section_noun="team", forum_noun="discussion",
             vietnamese_only=True, theme_vi="Đoàn kết", silence=silence)  # fmt: skip
    now = stage.current()
    told = words("en")
    assert (told.language, told.alone, told.dated().alone) == ("vi", True, True)
    assert (told("phase.before"), told("role.deputy")) == ("Trước Hội nghị", "Tổ phó")
    assert told("wall.forums", count=2) == "2 tổ thảo luận"
    assert told.refusal(Refusal("section_name_needed")) == "Tên tổ: chưa nhập."
    assert (now.theme_vi, now.theme_en) == ("Đoàn kết", event.theme_en)
    assert delays(now.silence, Phase.DURING)[EscalationLevel.COMMAND] == timedelta(minutes=15)
    assert delays(now.silence, Phase.BEFORE) == delays({}, Phase.BEFORE)
    with database.reading() as session:
        kept = session.exec(select(EventChange)).one()
        again = event_files(session, now)
    assert (kept.event_noun, kept.vietnamese_only) == ("programme", False)
    assert again.settings["nouns"]["section"] == "team" and again.settings["vietnamese_only"]
    with refused("event_unchanged"):
        edit()


def test_an_english_text_that_was_the_vietnamese_one_follows_it(event):
    edit(place_vi="Cửa Lò")  # both were "Vinh"
    assert stage.current().place_en == "Cửa Lò"
    edit(place_en="Cua Lo")
    edit(place_vi="Vinh")
    assert stage.current().place_en == "Cua Lo"


def words(language: str) -> Words:
    return event_words(stage.current(), language)


def edit_head(**changed: object) -> EventChange:
    with database.reading() as session:
        version, head = version_and_head(session, stage.current().id)
    facts = {"version": version, "head": replace(head, **changed)}
    return stage.give(edit_documents, by="command", when=DAY, **facts)


def test_documents_follow_how_they_are_headed_and_the_wall_how_people_should_arrive(event):
    before = stage.current().documents
    with one_change("edit_documents"):
        edit_head(
            profile="state",
            symbol="BTC",
            issuer_vi="Ban Tổ chức",
            recipients=("Lưu VT ",),
            urgency="urgent",
            addressed=("Thường trực Tỉnh ủy", " "),
        )
    edit(arrival_plan=((60, 0.0), (0, 1.0)))
    now = stage.current()
    assert profile_of(now).key == "state"
    assert (now.documents["symbol"], now.documents["recipients"]) == ("BTC", ["Lưu VT"])
    assert (now.documents["urgency"], now.documents["addressed"]) == (
        "urgent",
        ["Thường trực Tỉnh ủy"],
    )
    assert now.arrival_plan == [[60, 0.0], [0, 1.0]]
    with database.reading() as session:
        kept = session.exec(select(EventChange).order_by(EventChange.id)).all()
    assert [one.documents for one in kept] == [before, now.documents]
