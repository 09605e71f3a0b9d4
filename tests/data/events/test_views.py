"""What counts in a view: of now whatever was recorded, of a past moment what had been recorded."""

from datetime import datetime
from typing import Any

from data.attendance.commands import close_roll
from data.attendance.queries import closed_rolls
from data.attendance.rooms import add_guests, count_heads, guests_at, rooms_at
from data.attendance.vehicles import record_vehicle, vehicles_at
from data.commands import Origin, run
from data.incidents import entries_at, open_entry, update_entry
from data.media import media_at, plan_media, publish_media
from data.programme import items_at, start_item
from data.reviews.commands import sign_review, withdraw_review
from data.reviews.directives import directives_at, give_directive
from data.reviews.history import history_of
from data.reviews.queries import reviews_until
from data.roll_calls.commands import answer_roll_call, end_due_roll_calls, open_roll_call
from data.roll_calls.queries import roll_call_on_show, roll_calls_at
from data.storage import database
from models.events.event import View
from models.roll_calls import Answer, Outcome
from tests.stage import at, current, give, item, media, section

BEHIND, WHEN, AFTER = "D+1 07:29", "D+1 07:30", "D+1 07:31"


def facts_in(view: View) -> dict[str, Any]:
    """What each of the subjects says in a view."""
    with database.reading() as session:
        event, main = current(), item("phien_chinh")
        items = items_at(session, event, view)
        (room,) = [one for one in rooms_at(session, event, items, view) if one.item_id == main]
        calls = roll_calls_at(session, event, view)
        shown = roll_call_on_show(session, event, view)
        return {
            "started": [one.started_at for one in items if one.id == main],
            "published": sum(
                one.published_at is not None for one in media_at(session, event, view)
            ),
            "media": len(media_at(session, event, view)),
            "entries": [one.status.value for one in entries_at(session, event, view)],
            "closed": closed_rolls(session, [item("dien_dan_1")], view),
            "guests": guests_at(session, [main], view),
            "doors": [one.number for one in room.doors],
            "vehicles": sum(
                one.arrived_at is not None for one in vehicles_at(session, event, view)
            ),
            "calls": [(one.counts, one.reminded_at) for one in calls],
            "shown": shown is not None,
            "directives": [one.text for one in directives_at(session, event, view)],
            "course": len(history_of(session, event, "media", media("m1"), view)),
            "reviews": [one.withdrawn for one in reviews_until(session, event, view)],
        }


def test_what_a_clock_ahead_recorded_counts_now_and_in_no_view_of_before(event):
    before = facts_in(View(at(BEHIND), past=True))
    assert before == facts_in(View(at(BEHIND)))
    main, room = item("phien_chinh"), {"by": "command", "when": WHEN}
    give(start_item, item_id=main, **room)
    give(publish_media, media_id=media("m1"), **room)
    planned = {"kind": "web", "title": "Tin", "planned_at": at("D+1 12:00")}
    give(plan_media, outlet="Báo", **planned, **room)
    entry = give(open_entry, section_id=section("an_ninh"), priority=3, text="Mất điện", **room)
    give(update_entry, entry_id=entry.id, status="handling", text="", **room)
    give(close_roll, item_id=item("dien_dan_1"), **room)
    give(add_guests, item_id=main, number=3, words="", **room)
    give(count_heads, item_id=main, number=9, **room)
    with database.reading() as session:
        vehicles = vehicles_at(session, event, View(at(WHEN)))
    give(record_vehicle, delegation_id=vehicles[0].delegation_id, **room)
    asked = {"question": "Sẵn sàng?", "about_at": at("D+1 08:00"), "holds_minutes": 30}
    call = give(open_roll_call, section_ids=[section("an_ninh")], **asked, **room)
    said = {"answer": Answer.GO, "words": "", "seen": 0, "section_id": section("an_ninh")}
    give(answer_roll_call, by="lead.an_ninh", when=WHEN, roll_call_id=call.id, **said)
    decided = {"kind": "decision", "text": "Lùi giờ", "why": "Mưa", "due_at": None}
    give(give_directive, section_id=None, office_id=None, **decided, **room)
    signed = give(sign_review, by="committee", when=WHEN, conclusion="Đạt")
    give(withdraw_review, by="committee", when=WHEN, review_id=signed.id, reason="Ký nhầm")
    now = facts_in(View(at(BEHIND)))
    assert now == facts_in(View(at(AFTER), past=True)) == facts_in(View(at(AFTER)))
    assert facts_in(View(at(BEHIND), past=True)) == before
    assert not [name for name in now if now[name] == before[name]]


def test_what_a_clock_ahead_recorded_ends_no_roll_call(event):
    """Its answer or alarm counts now, and may lie behind the moment that was asked about."""
    asked = {"question": "Sẵn sàng?", "about_at": at(WHEN), "holds_minutes": 30}
    security = section("an_ninh")
    call = give(open_roll_call, by="command", when=BEHIND, section_ids=[security], **asked)
    said = {"answer": Answer.GO, "words": "", "seen": 0, "section_id": security}
    give(answer_roll_call, by="lead.an_ninh", when=BEHIND, roll_call_id=call.id, **said)
    fire = {"section_id": security, "priority": 1, "text": "Cháy"}
    give(open_entry, by="command", when=AFTER, **fire)
    with database.reading() as session:
        (found,) = roll_calls_at(session, current(), View(at(BEHIND)))
    assert found.running and found.outcome is None


def test_an_end_that_came_by_itself_counts_from_when_it_was_recorded(event):
    """It has the moment that was planned for it, which is before that."""
    room = {"by": "command", "when": WHEN}
    asked = {"question": "Sẵn sàng?", "about_at": at("D+1 08:00"), "holds_minutes": 30}
    give(open_roll_call, section_ids=[section("an_ninh")], **asked, **room)
    run(Origin(at=at("D+1 08:20")), end_due_roll_calls)
    for when, numbered in (("D+1 08:10", False), ("D+1 08:21", True)):
        assert _entered(at(when)) == (Outcome.NOT_READY, numbered)


def _entered(moment: datetime) -> tuple[Outcome | None, bool]:
    with database.reading() as session:
        (call,) = roll_calls_at(session, current(), View(moment, past=True))
    return call.outcome, call.entry_number is not None
