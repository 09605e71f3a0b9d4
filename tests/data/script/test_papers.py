"""Papers: registered, their text received, called and spoken in order, or not reached."""

from datetime import timedelta

import pytest

from data.programme import start_item
from data.script.papers import edit_paper, mark_paper, papers_at, register_paper, undo_paper_mark
from data.script.rooms import hold_item, marks_at, release_item, take_room
from data.storage import database
from models.events.event import View
from models.programme import ProgrammeItem
from models.script.papers import PaperMarkKind, PaperPlan, PaperSnapshot, PaperState
from tests.data.script.test_rooms import step
from tests.stage import at, current, give, item, one_change, refused

WHEN, KEY = "D+1 07:30", "khai_mac"
RECEIVED, CALLED, ENDED, MISSED = PaperMarkKind


def register(who: str, *, place: int = 1, **plan) -> int:
    facts = {"item_id": item(KEY), "plan": PaperPlan(who, position=place, **plan)}
    return give(register_paper, by="command", when="D-5 08:00", **facts).paper_id


def mark(paper: int, kind: PaperMarkKind, when: str = WHEN, *, command=mark_paper, by="command"):
    return give(command, by=by, when=when, paper_id=paper, mark=kind)


def papers(when: str = WHEN, *, past: bool = False) -> tuple[PaperSnapshot, ...]:
    with database.reading() as session:
        return papers_at(session, current(), View(at(when), past)).get(item(KEY), ())


def states(when: str = WHEN, **view) -> list[tuple[str, str]]:
    return [(one.plan.who, one.state.value) for one in papers(when, **view)]


def test_papers_stand_in_their_order_and_say_what_came_of_them(event):
    second, first = register("UBND xã B", place=2), register("Đảng ủy xã A", minutes=6)
    last = register("Đảng ủy xã C", place=3)
    with refused("paper_double", who="Đảng ủy xã A"):
        register("Đảng ủy xã A ", minutes=9)
    with one_change("mark_paper"):
        mark(first, RECEIVED, "D-2 09:00")
    give(start_item, by="command", when=WHEN, item_id=item(KEY))
    mark(first, CALLED, "D+1 07:31")
    with refused("paper_speaking", who="Đảng ủy xã A"):
        mark(second, CALLED, "D+1 07:35")
    mark(first, ENDED, "D+1 07:39")
    mark(second, CALLED, "D+1 07:40")
    mark(last, MISSED, "D+1 07:45")
    assert states("D+1 07:46") == [
        ("Đảng ủy xã A", "ended"),
        ("UBND xã B", "speaking"),
        ("Đảng ủy xã C", "missed"),
    ]
    found = papers("D+1 07:46")[0]
    assert (found.planned, found.used) == (timedelta(minutes=6), timedelta(minutes=8))
    assert states("D+1 07:32", past=True)[0] == ("Đảng ủy xã A", "speaking")
    assert states("D-3 09:00", past=True)[0] == ("Đảng ủy xã A", "registered")


def test_every_mark_has_its_order_and_is_taken_back(event):
    paper = register("Đảng ủy xã A")
    with refused("item_not_started"):
        mark(paper, CALLED)
    give(start_item, by="command", when=WHEN, item_id=item(KEY))
    for kind, code in ((ENDED, "paper_not_called"),):
        with refused(code):
            mark(paper, kind)
    mark(paper, CALLED)
    for kind, code in ((CALLED, "paper_called"), (MISSED, "paper_called")):
        with refused(code):
            mark(paper, kind)
    mark(paper, ENDED, "D+1 07:37")
    with refused("paper_ended"):
        mark(paper, CALLED, command=undo_paper_mark)
    for kind, state in ((ENDED, PaperState.SPEAKING), (CALLED, PaperState.REGISTERED)):
        mark(paper, kind, "D+1 07:38", command=undo_paper_mark)
        assert papers("D+1 07:39")[0].state is state
    with refused("paper_not_marked"):
        mark(paper, CALLED, command=undo_paper_mark)
    mark(paper, RECEIVED)
    with refused("paper_received"):
        mark(paper, RECEIVED)
    mark(paper, MISSED)
    for kind, code in ((CALLED, "paper_missed"), (MISSED, "paper_missed")):
        with refused(code):
            mark(paper, kind)


def test_now_shows_what_a_process_recorded_whose_clock_is_ahead(event):
    facts = {"item_id": item(KEY), "plan": PaperPlan("Đảng ủy xã A")}
    paper = give(register_paper, by="command", when="D+1 07:31", **facts).paper_id
    mark(paper, RECEIVED, "D+1 07:32")
    assert states(WHEN) == [("Đảng ủy xã A", "received")] and states(WHEN, past=True) == []
    give(start_item, by="command", when=WHEN, item_id=item(KEY))
    give(hold_item, by="command", when="D+1 07:33", item_id=item(KEY))
    with database.reading() as session:
        seen = marks_at(session, current(), View(at(WHEN)))
        assert item(KEY) in seen and not marks_at(session, current(), View(at(WHEN), True))


def test_a_hold_moves_the_end_of_the_paper_that_is_read(event):
    paper = register("Đảng ủy xã A", minutes=7)
    give(start_item, by="command", when=WHEN, item_id=item(KEY))
    mark(paper, CALLED, "D+1 07:31")
    give(hold_item, by="command", when="D+1 07:33", item_id=item(KEY))
    assert step(KEY, "D+1 07:35").speaker_due_at == at("D+1 07:38")
    give(release_item, by="command", when="D+1 07:35", item_id=item(KEY))
    assert step(KEY, "D+1 07:36").speaker_due_at == at("D+1 07:40")


def test_a_paper_is_written_over_withdrawn_and_put_back(event):
    paper = register("Đảng ủy xã A")
    edit = {"by": "command", "when": "D-4 08:00", "paper_id": paper}
    with one_change("edit_paper"):
        give(edit_paper, version=1, plan=PaperPlan("Đảng ủy xã A", withdrawn=True), **edit)
    assert states() == [("Đảng ủy xã A", "withdrawn")]
    with refused("paper_withdrawn"):
        mark(paper, RECEIVED)
    with refused("paper_moved", version=2):
        give(edit_paper, version=1, plan=PaperPlan("UBND xã A"), **edit)
    give(edit_paper, version=2, plan=PaperPlan("UBND xã A", minutes=5), **edit)
    with refused("paper_unchanged"):
        give(edit_paper, version=3, plan=PaperPlan("UBND xã A", minutes=5), **edit)
    assert states() == [("UBND xã A", "registered")]


def test_only_who_runs_the_room_calls_a_paper_and_others_still_note_that_its_text_came(event):
    paper = register("Đảng ủy xã A")
    with database.reading() as session:
        venue = session.get(ProgrammeItem, item(KEY)).venue_id
    give(take_room, by="admin", when=WHEN, venue_id=venue)
    mark(paper, RECEIVED)
    with refused("room_run_by"):
        mark(paper, MISSED)


@pytest.mark.one_database
@pytest.mark.parametrize(
    ("plan", "code"),
    [
        (PaperPlan(" … "), "paper_who_needed"),
        (PaperPlan("x" * 201), "paper_who_too_long"),
        (PaperPlan("Đảng ủy xã", "x" * 401), "paper_title_too_long"),
        (PaperPlan("Đảng ủy xã", minutes=0), "paper_minutes_outside"),
        (PaperPlan("Đảng ủy xã", position=201), "paper_position_outside"),
    ],
)
def test_a_plan_that_says_too_little_or_too_much_is_refused(event, plan, code):
    with refused(code):
        give(register_paper, by="command", when="D-5 08:00", item_id=item(KEY), plan=plan)
