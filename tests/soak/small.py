"""The small event of the tests as a database to soak: rehearsed, with its clock stopped."""

from data.events import loading
from data.storage import database, migrate
from tests import stage
from tests.bench import sample
from tests.web.conftest import stop_clock


def load(address: str, offset: str = "D+1 07:00") -> None:
    """Fills an empty database, which this process then speaks to."""
    sample.use(address)
    migrate.upgrade()
    database.run(loading.load_event, folder=stage.SMALL, rehearsal=True, now=stage.REAL)
    stop_clock(offset)
