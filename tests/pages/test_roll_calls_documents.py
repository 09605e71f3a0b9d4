"""Tests of the files of the roll-call page: of an ended one, by permission."""

import pytest

from data.words import LANGUAGES, catalogue
from tests.data.roll_calls.test_commands import call_up, finish, reply
from tests.pages.conftest import stand


def offered(visitor, language: str = "vi") -> list[str]:
    labels = {catalogue(language)[f"minutes.{kind}"] for kind in ("docx", "pdf")}
    return [one.label for one in visitor.at.get("download_button") if one.label in labels]


@pytest.fixture
def asked(unreported):
    """A roll-call that runs at an event without any other."""
    stand("D+1 06:00")
    call_up("an_ninh", "hau_can", by="committee")
    reply("an_ninh")


def test_the_minutes_are_offered_once_the_roll_call_has_ended(asked, visit):
    assert offered(visit("committee").open("roll_call")) == []
    finish()
    stand("D+1 06:21")
    assert len(offered(visit("committee").open("roll_call"))) == 2


@pytest.mark.parametrize("language", LANGUAGES)
def test_earlier_roll_calls_keep_their_minutes(asked, visit, language):
    finish()
    stand("D+1 07:00")
    assert len(offered(visit("command", language).open("roll_call"), language)) == 2


@pytest.mark.parametrize("role", ["lead.an_ninh", "deputy.an_ninh"])
def test_a_role_that_only_reads_is_offered_no_minutes(asked, visit, role):
    finish()
    stand("D+1 06:21")
    assert offered(visit(role).open("roll_call")) == []
