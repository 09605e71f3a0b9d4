"""The programme under its secret address, as a telephone and a delegate's browser ask for it."""

import pytest
from icalendar import Calendar

from data.calendars import addresses, close_calendar, publish_programme
from data.events.clock import real_now
from data.storage import database
from tests import stage

pytestmark = pytest.mark.xdist_group("web")


def test_an_address_answers_until_it_is_withdrawn_and_says_when_nothing_has_changed(server):
    token = stage.give(publish_programme, by="command", when=real_now())
    file, page = server.ask(f"/calendar/{token}.ics"), server.ask(f"/calendar/{token}")
    assert file.headers["content-type"].startswith("text/calendar")
    names = {str(one["summary"]) for one in Calendar.from_ical(file.text).walk("VEVENT")}
    assert names and all(name in page.text for name in names if "“" not in name)
    for one in (file, page):
        assert one.headers["cache-control"] == "private, no-cache"
    for path, one in ((f"/calendar/{token}.ics", file), (f"/calendar/{token}", page)):
        again = server.ask(path, If_None_Match=one.headers["etag"])
        assert (again.status, again.text) == (304, "")
    with database.reading() as session:
        (made,) = addresses(session, stage.current())
    stage.give(close_calendar, by="command", when=real_now(), calendar_id=made.id)
    assert server.ask(f"/calendar/{token}.ics").status == 404
    assert server.ask(f"/calendar/{token}").status == 404


def test_what_is_published_holds_nothing_of_the_script(server):
    token = stage.give(publish_programme, by="command", when=real_now())
    told = server.ask(f"/calendar/{token}").text + server.ask(f"/calendar/{token}.ics").text
    for internal in ("micro", "Micro", "cánh gà", "Xin trân trọng", "Chánh Văn phòng"):
        assert internal not in told
