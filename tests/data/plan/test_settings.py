"""What the event is called and expects is changed in place."""

from dataclasses import replace
from datetime import time

import pytest
from sqlmodel import select

from data.attendance.delegates import roster_size
from data.documents.profiles import profile_of
from data.plan.settings import (
    edit_documents,
    edit_event,
    version_and_head,
    version_and_settings,
)
from data.storage import database
from models.events.event import Settings, arrival_plan_of, written_arrival_plan
from models.plan import EventChange
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
    with refused("recipients_too_many", limit=40):
        edit_head(recipients=("Lưu",) * 41)
    with refused("arrival_plan_malformed", line="trưa"):
        arrival_plan_of("60: 0%\ntrưa")
    assert arrival_plan_of(written_arrival_plan(((60, 0), (45, 0.15)))) == ((60, 0), (45, 0.15))


def edit_head(**changed: object) -> EventChange:
    with database.reading() as session:
        version, head = version_and_head(session, stage.current().id)
    facts = {"version": version, "head": replace(head, **changed)}
    return stage.give(edit_documents, by="command", when=DAY, **facts)


def test_documents_follow_how_they_are_headed_and_the_wall_how_people_should_arrive(event):
    before = stage.current().documents
    with one_change("edit_documents"):
        edit_head(profile="state", symbol="BTC", issuer_vi="Ban Tổ chức", recipients=("Lưu VT ",))
    edit(arrival_plan=((60, 0.0), (0, 1.0)))
    now = stage.current()
    assert profile_of(now).key == "state"
    assert (now.documents["symbol"], now.documents["recipients"]) == ("BTC", ["Lưu VT"])
    assert now.documents.get("urgency") == before.get("urgency")
    assert now.arrival_plan == [[60, 0.0], [0, 1.0]]
    with database.reading() as session:
        kept = session.exec(select(EventChange).order_by(EventChange.id)).all()
    assert [one.documents for one in kept] == [before, now.documents]
