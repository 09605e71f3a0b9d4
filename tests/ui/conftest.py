"""The event and the moment that charts are drawn of."""

import pytest

from models.events.event import View
from tests import stage


@pytest.fixture(scope="module")
def sample(sqlite_databases):
    """The sample as its rehearsal begins."""
    for _ in sqlite_databases.fresh("sample"):
        yield stage.current()


@pytest.fixture(scope="module")
def event(sample):
    return sample


@pytest.fixture(scope="module")
def view(event) -> View:
    return View(stage.at("D+1 06:52"))
