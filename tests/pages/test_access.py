"""Who may enter, as the administrator gives it: a desk's token, shown once, and taken back with
everything else.
"""

import pytest
from sqlmodel import select
from streamlit.runtime.scriptrunner_utils.exceptions import StopException

from data import audit
from data.access import sign_ins
from data.backup import backup
from data.events.clock import real_now
from data.events.current import current_event
from data.storage import database
from data.words import catalogue
from models.access.sign_ins import SignIn, SignInMethod
from tests import stage
from ui.shell import commands

pytestmark = pytest.mark.one_database

SAY = catalogue("vi")
DESK = "desk.ban_1"


def card(visit, key: str, *, by: str = "admin", language: str = "vi"):
    """The page of people with one of them chosen."""
    return visit(by, language).open("people").open_row("people.table", stage.person(key).id)


def tokens() -> list[SignIn]:
    with database.reading() as session:
        found = list(session.exec(select(SignIn).where(SignIn.how == SignInMethod.TOKEN.value)))
        session.expunge_all()
        return found


def holder(token: str) -> str | None:
    """Whose token it is, as the API finds it."""
    with database.reading() as session:
        number = sign_ins.sign_in_of(session, token, now=real_now(), program=True)
        person = sign_ins.visitor_of(session, number, now=real_now()).person
        return person.key if person else None


@pytest.mark.parametrize("language", ["vi", "en"])
def test_a_desks_token_is_shown_once_with_what_it_is_for_and_opens_the_api(event, visit, language):
    page = card(visit, DESK, language=language).tap("people.token")
    (token,) = (one.value for one in page.at.code)
    assert page.shows(catalogue(language)["people.token_why"])
    assert holder(token) == DESK and len(tokens()) == 1
    with database.reading() as session:
        trail = audit.rows(session, current_event(session), audit.Filter(topic="people"), limit=10)
        stored = [row.token_hash for row in session.exec(select(SignIn))]
    assert "give_token" in [row.command for row in trail]
    assert token not in str(trail) and token not in str(stored), "no one can read it again"
    assert [one.value for one in card(visit, DESK).at.code] == [], "nor show it in another tab"


def test_each_tap_gives_another_token_and_the_last_alone_is_shown(event, visit):
    page = card(visit, DESK).tap("people.token")
    (first,) = (one.value for one in page.at.code)
    (second,) = (one.value for one in page.pause().tap("people.token").at.code)
    assert first != second and holder(first) == holder(second) == DESK


def test_the_card_of_another_person_does_not_show_the_token(event, visit):
    page = card(visit, DESK).tap("people.token")
    page.open_row("people.table", stage.person("desk.ban_2").id)
    assert [one.value for one in page.at.code] == []


def test_withdrawing_a_desk_ends_its_token_and_forgets_it_on_the_page(event, visit):
    page = card(visit, DESK).tap("people.token")
    (token,) = (one.value for one in page.at.code)
    page.tap("people.withdraw")
    assert holder(token) is None and [one.value for one in page.at.code] == []


@pytest.mark.parametrize(
    ("by", "key"), [("admin", "media"), ("admin", "command"), ("command", "admin")]
)
def test_a_token_is_offered_for_desks_alone(event, visit, by, key):
    assert not card(visit, key, by=by).has_button("people.token")


def test_the_table_says_who_was_invited_who_came_and_who_never_did(event, visit):
    page = card(visit, "media").tap("people.invite")
    ids = {key: str(stage.person(key).id) for key in ("admin", "media", "lead.an_ninh")}
    for shown, key in (("came", "admin"), ("invited", "media"), ("uninvited", "lead.an_ninh")):
        rows = page.choose("people.shown", shown).rows("people.table")
        assert [one for one, number in ids.items() if number in rows] == [key]
    page.choose("people.shown", "every").write("people.find", "an ninh").run()
    assert ids["lead.an_ninh"] in page.rows("people.table")
    assert ids["media"] not in page.rows("people.table")


@pytest.mark.parametrize("language", ["vi", "en"])
def test_an_administrator_is_told_that_backups_do_not_come(
    event, visit, tmp_path, monkeypatch, language
):
    monkeypatch.setenv("BACKUP_TO", str(tmp_path))
    monkeypatch.setenv("BACKUP_EVERY", "60")  # none since the event was loaded
    start = catalogue(language)["people.backup_overdue"].partition("{")[0]
    assert visit("admin", language).open("people").shows(start)
    backup.make(tmp_path)
    assert not visit("admin", language).open("people").shows(start)


def test_a_tap_that_streamlit_hands_to_the_next_run_as_well_is_one_act(event, visit, monkeypatch):
    """A newer run stops the one that recorded, at its next look at the session's state, and gets
    the same tap: a command without a fact of its own would be recorded again."""
    page, keep = card(visit, DESK), commands._settle

    def stopped(*_answered: object) -> None:
        monkeypatch.setattr(commands, "_settle", keep)
        raise StopException

    monkeypatch.setattr(commands, "_settle", stopped)
    monkeypatch.setattr(commands, "REPEAT", 60.0)
    page.tap("people.token").run()
    assert len(tokens()) == 1
    page.open_row("people.table", stage.person(DESK).id).tap("people.token")
    assert len(tokens()) == 1


def test_an_office_is_added_given_a_second_section_and_retired(event, visit):
    page = visit("admin").open("people")
    page.at.session_state["people.office_add"] = True  # unfolded
    page.run().select("people.office_new.role", "lead")
    page.write("people.office_new.name_vi", "Phụ trách chung")
    page.at.multiselect(key="people.office_new.section_keys").set_value(["an_ninh"])
    page.tap("people.office_new.go")
    added = stage.person("lead.an_ninh.2")
    page.at.session_state["people.office_box"] = True  # unfolded
    page.run()
    key = f"people.office.{added.id}.1.fields"
    page.at.multiselect(key=f"{key}.section_keys").set_value(["an_ninh", "hau_can"])
    page.tap("people.office_save")
    assert stage.person("lead.an_ninh.2").section_keys == ("an_ninh", "hau_can")
    lead = visit("lead.an_ninh.2").open("home")
    assert lead.shows("An ninh") and lead.shows("Hậu cần")
    lead.open("update").select(f"update.section.{event.id}", stage.section("hau_can"))
    assert lead.shows("Đặt hội trường")
    page.tap("people.office_retire")
    assert page.shows("Phụ trách chung: đã thôi")
    assert not lead.run().shows("Đặt hội trường")
