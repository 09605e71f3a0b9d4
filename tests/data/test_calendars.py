"""Calendar addresses: what a telephone receives, who withdraws one, and what never goes out."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from icalendar import Calendar

from data.calendars import (
    addresses,
    calendar,
    close_calendar,
    etag,
    open_calendar,
    publish_programme,
    shown,
)
from data.plan.items import edit_item, version_and_plan
from data.script.lines import write_script_line
from data.storage import database
from data.words import Words
from models.access.people import Person
from models.calendars import CalendarKind
from models.programme import ProgrammeItem
from models.script.lines import Line
from tests.stage import current, give, item, refused

WORDS, WHEN = Words("vi", ZoneInfo("Asia/Ho_Chi_Minh")), "D-5 08:00"


def file(token: str) -> bytes | None:
    with database.reading() as session:
        found = shown(session, token)
        return calendar(found, WORDS) if found else None


def entries(token: str) -> dict[str, tuple]:
    """Summary to begin, end and place of each entry."""
    return {
        str(one["summary"]): (one.decoded("dtstart"), one.decoded("dtend"), one.get("location"))
        for one in Calendar.from_ical(file(token)).walk("VEVENT")
    }


def held() -> list[tuple[CalendarKind, str]]:
    with database.reading() as session:
        return [(one.kind, one.office_vi) for one in addresses(session, current())]


def test_an_office_a_room_and_the_delegates_each_get_what_concerns_them(event):
    with database.reading() as session:
        planned = session.get(ProgrammeItem, item("dien_dan_1"))
        venue = planned.venue_id
    own = give(open_calendar, by="rapporteur.dien_dan_1", when=WHEN)
    room = give(open_calendar, by="desk.ban_1", when=WHEN, venue_id=venue)
    every = give(publish_programme, by="command", when=WHEN)
    assert entries(own) == {"Diễn đàn 1": (planned.starts_at, planned.ends_at, "Phòng số 1")}
    assert entries(room) == entries(own)
    assert {"Khai mạc", "Đối thoại", "Diễn đàn 2"} < set(entries(every))
    assert "Phiên chính" not in entries(every)  # its parts say it all
    assert "Truyền hình trực tiếp" not in entries(every)  # nowhere to go to
    assert [kind for kind, _ in held()] == [*reversed(CalendarKind)]


def test_the_same_programme_is_the_same_file_and_another_one_says_so(event):
    token = give(open_calendar, by="command", when=WHEN)
    first = file(token)
    give(
        write_script_line,
        by="command",
        when=WHEN,
        item_id=item("khai_mac"),
        version=0,
        line=Line(words="Chỉ để đọc"),
    )
    assert file(token) == first and b"BEGIN:VALARM" not in first
    with database.reading() as session:
        version, plan = version_and_plan(session, item("khai_mac"))
    later = {"starts_at": plan.starts_at + timedelta(minutes=5)}
    fields = {name: getattr(plan, name) for name in plan.__dataclass_fields__}
    give(
        edit_item,
        by="command",
        when=WHEN,
        item_id=item("khai_mac"),
        version=version,
        planned=type(plan)(**fields | later),
    )
    assert etag(file(token)) != etag(first)
    assert entries(token)["Khai mạc"][0] == later["starts_at"]


def test_an_address_leads_nowhere_once_it_is_withdrawn_or_its_office_has_retired(event):
    own = give(open_calendar, by="desk.ban_1", when=WHEN)
    other = give(open_calendar, by="lead.an_ninh", when=WHEN)
    assert file("made-up") is None
    with database.reading() as session:
        by_office = {one.office_id: one.id for one in addresses(session, current())}
    desk, lead = (one for one in sorted(by_office.values()))
    with refused("calendar_unknown"):
        give(close_calendar, by="lead.an_ninh", when=WHEN, calendar_id=desk)
    give(close_calendar, by="desk.ban_1", when=WHEN, calendar_id=desk)
    assert file(own) is None and file(other)
    with refused("calendar_unknown"):
        give(close_calendar, by="command", when=WHEN, calendar_id=desk)

    def retire(session):
        session.get(Person, max(by_office, key=lambda one: by_office[one] == lead)).retired = True

    database.run(retire)
    assert file(other) is None


@pytest.mark.one_database
def test_a_repeated_key_gets_an_address_that_leads_somewhere_and_ends_the_first(event):
    tokens = [give(open_calendar, by="desk.ban_1", when=WHEN, once="t") for _ in range(3)]
    assert [file(token) is not None for token in tokens] == [False, False, True]
    assert len(held()) == 1


@pytest.mark.one_database
def test_a_room_of_another_event_has_no_address(event):
    with refused("venue_unknown"):
        give(open_calendar, by="command", when=WHEN, venue_id=4711)
