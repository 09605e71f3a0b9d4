"""Tests of data/access/people.py: who is signed in."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import text

from data.access import invitations, people, sign_ins
from data.commands import Origin, run
from data.events import loading
from data.storage import database
from models.refusals import Refusal
from tests.stage import REAL, SMALL, minutes, refused


def enter(event, key="command") -> str:
    return database.run(sign_ins.enter_rehearsal, event=event, key=key, now=REAL)


def signed_in(token: str | None) -> str | None:
    with database.reading() as session:
        found = sign_ins.visitor_of(
            session, sign_ins.sign_in_of(session, token, now=REAL), now=REAL
        ).person
    return found.key if found else None


def test_a_rehearsal_signs_in_with_one_tap(event):
    assert signed_in(enter(event)) == "command"
    assert signed_in(enter(event, "desk.ban_1")) == "desk.ban_1"


@pytest.mark.parametrize("token", [None, "", "made up", "x" * 5000])
def test_an_unknown_token_belongs_to_no_one(event, token):
    assert signed_in(token) is None


def test_only_the_hash_of_a_token_is_stored(event):
    token = enter(event)
    with database.reading() as session:
        stored = str(session.execute(text("SELECT * FROM signin")).all())
    assert token not in stored


def test_signing_out_ends_that_browser_and_no_other(event):
    one, other = enter(event), enter(event)
    database.run(sign_ins.sign_out, token=one, now=REAL + minutes(1))
    database.run(sign_ins.sign_out, token=one, now=REAL + minutes(2))
    database.run(sign_ins.sign_out, token="made up", now=REAL)
    assert (signed_in(one), signed_in(other)) == (None, "command")


def test_an_unknown_role_is_refused(event):
    with refused("person_unknown", person="somebody"):
        enter(event, "somebody")


def test_a_real_event_refuses_the_rehearsal_sign_in(db):
    real = database.run(loading.load_event, folder=SMALL, rehearsal=False, now=REAL)
    with refused("not_a_rehearsal"):
        enter(real)


def test_a_rehearsal_sign_in_counts_for_nothing_once_the_current_event_is_real(event):
    token = enter(event, "admin")
    database.run(loading.load_event, folder=SMALL, rehearsal=False, now=REAL)
    assert signed_in(token) is None


def test_a_restarted_rehearsal_signs_no_one_out(event):
    token = enter(event)
    database.run(loading.load_event, folder=SMALL, rehearsal=True, now=REAL)
    assert signed_in(token) == "command"


def test_an_invitation_signs_one_browser_in_also_at_a_real_event(db):
    database.run(loading.load_event, folder=SMALL, rehearsal=False, now=REAL)
    link = run(Origin(real=REAL), invitations.invite_from_command_line, key="lead.an_ninh")
    assert signed_in(link) is None  # the link's token is no browser's token
    assert signed_in(database.run(invitations.join, token=link, now=REAL)) == "lead.an_ninh"
    with refused("invitation_unknown"):
        database.run(invitations.join, token=link, now=REAL)
    with refused("invitation_unknown"):
        database.run(invitations.join, token="made up", now=REAL)
    with refused("person_unknown"):
        run(Origin(real=REAL), invitations.invite_from_command_line, key="somebody")


def test_sixteen_browsers_at_once_use_an_invitation_once(event):
    link = run(Origin(real=REAL), invitations.invite_from_command_line, key="lead.an_ninh")

    def attempt(_) -> str:
        try:
            database.run(invitations.join, token=link, now=REAL)
        except Refusal as refusal:
            return refusal.code
        return "joined"

    with ThreadPoolExecutor(16) as pool:
        assert sorted(pool.map(attempt, range(16))) == ["invitation_unknown"] * 15 + ["joined"]


def test_everybody_comes_in_the_order_of_the_file_and_pending_work_stays(event):
    """Detaching the people must not drop what the session has yet to write."""
    with database.writing() as session:
        found = people.people(session)
        session.add(loading.Venue(event_id=event.id, key="moi", name_vi="Mới", name_en="New"))
        people.people(session)
    assert [one.key for one in found][:3] == ["admin", "committee", "command"]
    with database.reading() as session:
        assert (
            session.execute(text("SELECT count(*) FROM venue WHERE key = 'moi'")).scalar_one() == 1
        )
