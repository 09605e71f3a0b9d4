"""Running a room: who runs it, what is left out or on hold, what the speaker reads."""

from datetime import timedelta

import pytest

from data.programme import finish_item, items_at, start_item
from data.script.lanes import lanes_at
from data.script.lines import write_script_line
from data.script.rooms import (
    hold_item,
    leave_room,
    message_speaker,
    release_item,
    rooms_at,
    skip_item,
    take_room,
    undo_skip,
)
from data.storage import database
from data.wall.board import wall_document
from models.events.event import View
from models.programme import ProgrammeItem
from models.script.forecast import State
from models.script.lanes import Lane, outlooks
from models.script.lines import Line
from tests.stage import at, current, give, item, one_change, refused

WHEN = "D+1 07:30"


def venue(key: str) -> int:
    with database.reading() as session:
        return session.get(ProgrammeItem, item(key)).venue_id


def room(key: str, when: str, *, past: bool = False):
    with database.reading() as session:
        found = rooms_at(session, current(), View(at(when), past))
    return next(one for one in found if one.id == venue(key))


def lane(key: str, when: str, *, past: bool = False) -> Lane:
    event, view = current(), View(at(when), past)
    with database.reading() as session:
        found = lanes_at(session, event, view, items_at(session, event, view))
    return found[venue(key)]


def step(key: str, when: str, *, past: bool = False):
    return next(one for one in lane(key, when, past=past).steps if one.item.key == key)


def mark(command, key: str, when: str = WHEN, by: str = "command"):
    return give(command, by=by, when=when, item_id=item(key))


def test_a_room_is_taken_handed_over_and_given_back(event):
    assert room("khai_mac", WHEN).runner_id is None
    with one_change("take_room"):
        give(take_room, by="command", when=WHEN, venue_id=venue("khai_mac"))
    give(take_room, by="admin", when="D+1 07:40", venue_id=venue("khai_mac"))
    give(leave_room, by="admin", when="D+1 07:50", venue_id=venue("khai_mac"))
    runners = [
        room("khai_mac", when, past=True).runner_vi
        for when in ("D+1 07:35", "D+1 07:45", "D+1 07:55")
    ]
    assert all(runners[:2]) and runners[0] != runners[1] and runners[2] == ""


def test_only_who_runs_a_room_marks_what_happens_there(event):
    give(take_room, by="admin", when=WHEN, venue_id=venue("khai_mac"))
    for command in (start_item, skip_item):
        with refused("room_run_by"):
            mark(command, "khai_mac")
    mark(start_item, "khai_mac", by="admin")
    with refused("room_run_by"):
        mark(hold_item, "khai_mac")
    with refused("room_run_already"):
        give(take_room, by="admin", when=WHEN, venue_id=venue("khai_mac"))


def test_nobody_gives_back_what_nobody_has(event):
    with refused("room_not_run"):
        give(leave_room, by="admin", when=WHEN, venue_id=venue("khai_mac"))


def test_what_is_skipped_takes_no_time_until_it_is_put_back(event):
    with one_change("skip_item"):
        mark(skip_item, "khai_mac")
    assert step("khai_mac", WHEN).state is State.SKIPPED
    for key in ("phien_chinh", "truyen_hinh"):
        mark(start_item, key)
    assert next_on_the_wall("D+1 07:31") == "doi_thoai"
    with refused("item_skipped"):
        mark(skip_item, "khai_mac")
    mark(undo_skip, "khai_mac", "D+1 07:31")
    assert step("khai_mac", "D+1 07:32").state is State.AHEAD
    assert step("khai_mac", WHEN, past=True).state is State.SKIPPED
    with refused("item_not_skipped"):
        mark(undo_skip, "khai_mac")


def next_on_the_wall(when: str) -> str:
    """The key of what the wall says comes next."""
    with database.reading() as session:
        found = wall_document(session, current(), View(at(when)))["next"]
        return session.get(ProgrammeItem, found["id"]).key


def test_what_has_begun_is_not_skipped(event):
    mark(start_item, "khai_mac")
    with refused("item_already_started"):
        mark(skip_item, "khai_mac")


def test_a_hold_moves_the_end_by_as_long_as_it_lasts(event):
    with refused("item_not_started"):
        mark(hold_item, "khai_mac")
    mark(start_item, "khai_mac")
    due = step("khai_mac", WHEN).expected.due_at
    mark(hold_item, "khai_mac", "D+1 07:40")
    assert step("khai_mac", "D+1 07:45").state is State.HELD
    with refused("item_held"):
        mark(hold_item, "khai_mac", "D+1 07:41")
    mark(release_item, "khai_mac", "D+1 07:50")
    assert step("khai_mac", "D+1 08:00").expected.due_at == due + timedelta(minutes=10)
    with refused("item_not_held"):
        mark(release_item, "khai_mac")
    mark(finish_item, "khai_mac", "D+1 08:00")
    with refused("item_already_finished"):
        mark(hold_item, "khai_mac", "D+1 08:01")


def test_a_whole_says_when_it_will_end_and_that_its_end_is_missing(event):
    mark(start_item, "khai_mac", "D+1 07:40")
    found = lane("khai_mac", "D+1 07:45")
    whole = outlooks({0: found})[item("phien_chinh")]
    assert (whole.begins_at, whole.due_at) == (at("D+1 07:40"), at("D+1 11:40"))
    assert found.left_open == ()
    for key, began, ended in (("khai_mac", "", "08:10"), ("doi_thoai", "08:10", "11:20")):
        if began:
            mark(start_item, key, f"D+1 {began}")
        mark(finish_item, key, f"D+1 {ended}")
    assert [one.key for one in lane("khai_mac", "D+1 11:25").left_open] == ["phien_chinh"]
    mark(finish_item, "phien_chinh", "D+1 11:26")
    assert lane("khai_mac", "D+1 11:27").left_open == ()


def test_whom_a_whole_belongs_to_marks_its_parts(event):
    from data.access.people import person_by_key

    def bind(session):
        session.add(_bound(person_by_key(session, "rapporteur.dien_dan_1")))

    database.run(bind)
    mark(start_item, "khai_mac", by="rapporteur.dien_dan_1")
    with refused("not_permitted"):
        mark(start_item, "don_tiep", by="rapporteur.dien_dan_1")


def _bound(person):
    person.item_key = "phien_chinh"
    return person


def test_the_speaker_reads_the_newest_message_and_an_empty_one_takes_it_away(event):
    facts = {"by": "command", "when": WHEN, "venue_id": venue("khai_mac")}
    with one_change("message_speaker"):
        give(message_speaker, text="  Còn  5 phút ", **facts)
    assert room("khai_mac", WHEN).message == "Còn 5 phút"
    give(message_speaker, text="", **facts)
    assert room("khai_mac", WHEN).message == ""
    for text, code in (("…", "message_illegible"), ("x" * 81, "message_too_long")):
        with refused(code):
            give(message_speaker, text=text, **facts)


def write(line: Line, version: int, by: str = "command"):
    facts = {"item_id": item("khai_mac"), "version": version, "line": line}
    return give(write_script_line, by=by, when=WHEN, **facts)


def test_a_line_is_written_over_and_an_overtaken_form_gets_both_versions(event):
    first = Line(who="MC", words="Kính thưa đại biểu.\n\nXin mời.", fixed=True)
    with one_change("write_script_line"):
        write(first, 0)
    assert step("khai_mac", WHEN).line == first
    with refused("script_unchanged"):
        write(first, 1)
    with refused("script_moved", mine=Line(who="Ban thư ký"), theirs=first):
        write(Line(who="Ban thư ký"), 0, by="admin")


@pytest.mark.one_database
def test_a_text_that_is_too_long_is_refused_by_its_column(event):
    with refused("script_technique_too_long"):
        write(Line(technique="x" * 401), 0)
