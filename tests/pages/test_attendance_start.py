"""Tests of what the attendance page says of the start, and of the files that it offers."""

import pytest
from sqlalchemy import text

from data.commands import Origin, run
from data.rehearsal import player
from data.storage import database
from data.words import LANGUAGES, catalogue
from tests import stage
from tests.pages.conftest import stand
from tests.pages.test_attendance import show_item
from ui.attendance.documents import KINDS

SAY = catalogue("vi")
ITEM = "phien_chinh"


def offered(visitor) -> list[str]:
    return [one.label for one in visitor.at.get("download_button")]


def perform_until(offset: str) -> None:
    """What the rehearsal holds up to a moment, and the clock stopped there."""
    moment = stage.at(offset)
    run(Origin(at=moment), player.perform_due)
    stand(offset)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_shows_how_many_are_expected_at_the_start(sample, visit, language):
    say = catalogue(language)
    visitor = visit("command", language).open("attendance")
    label = say["forecast.at_start"].format(at="07:30")
    (shown,) = (one for one in visitor.at.metric if one.label == label)
    median, coming = (
        int(part.replace(".", "").replace(",", "")) for part in shown.value.split(" / ")
    )
    with database.reading() as session:
        here, excused = session.execute(
            text(
                "SELECT sum(present + substituted), sum(excused) "
                "FROM attendancecount WHERE item_id = :item"
            ),
            {"item": stage.item(ITEM)},
        ).one()
    assert here < median <= coming == 1121 - excused
    assert visitor.shows(say["forecast.interval"].split("{")[0])


def test_a_delegation_late_as_a_group_is_shown_with_its_contact_and_vehicle(sample, visit):
    perform_until("D+1 07:15")
    shown = [one.value for one in visit("command").open("attendance").at.warning]
    (late,) = (one for one in shown if SAY["forecast.late"] in one)
    assert (
        "Kỳ Sơn: 1 / 51" in late and "Văn phòng Huyện ủy Kỳ Sơn" in late and "Xe số 5 và 6" in late
    )
    assert "Vinh" not in late


def test_an_unknown_contact_or_vehicle_is_shown_as_unknown(sample, visit):
    perform_until("D+1 07:15")
    with database.writing() as session:
        session.execute(text("UPDATE delegation SET contact = '', vehicle = ''"))
    (late,) = (
        one.value
        for one in visit("command").open("attendance").at.warning
        if SAY["forecast.late"] in one.value
    )
    assert SAY["forecast.no_contact"] in late and SAY["forecast.no_vehicle"] in late


def test_the_page_says_so_where_there_are_too_few_arrivals_for_a_forecast(unreported, visit):
    assert visit("command").open("attendance").shows(SAY["forecast.too_little"])


def test_after_the_start_the_page_forecasts_nothing(sample, visit):
    visitor = show_item(visit("command").open("attendance"), "dien_dan_1")
    assert visitor.shows(SAY["forecast.begun"])
    assert not any("14:00" in one.label for one in visitor.at.metric)


@pytest.mark.parametrize(
    ("role", "files"),
    [
        ("admin", 3),
        ("command", 3),
        ("committee", 3),
        ("desk.ban_1", 3),
        ("lead.an_ninh", 0),
        ("rapporteur.dien_dan_1", 0),
    ],
)
def test_the_minutes_are_offered_to_anyone_with_the_permission(sample, visit, role, files):
    buttons = [
        one
        for one in offered(visit(role).open("attendance"))
        if one in {SAY[f"minutes.{kind}"] for kind in KINDS}
    ]
    assert len(buttons) == files


def test_a_desk_is_offered_only_the_items_it_serves(sample, visit):
    desk = show_item(visit("desk.ban_3").open("attendance"), "dien_dan_1")
    assert SAY["minutes.docx"] not in offered(desk)
    assert SAY["minutes.docx"] in offered(show_item(desk, "dien_dan_2"))
