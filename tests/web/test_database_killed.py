"""PostgreSQL is killed under walls and writers: every wall is live again, and what was acknowledged
is there once it is back.
"""

import psycopg
import pytest

from data.storage import database
from tests.soak import small
from tests.soak.cluster import cluster
from tests.soak.ledger import require_whole
from tests.soak.postgres_restarts import survive
from tests.soak.writers import COMMANDS, Writer, the_place


@pytest.fixture
def postgres():
    """A server of its own with the small event: it is killed."""
    with cluster() as running:
        small.load(running.address)
        yield running
        database.dispose()


def test_every_wall_is_live_after_its_return_and_nothing_is_lost(postgres, tmp_path):
    returns, tally = survive(postgres, tmp_path, rounds=1)
    assert returns and tally.acknowledged > 0


def write_and_kill(postgres, folder) -> None:
    Writer(the_place(), folder, 0).work(len(COMMANDS))
    postgres.kill()
    database.dispose()
    postgres.start()


def test_what_was_acknowledged_the_moment_before_the_kill_is_there(postgres, tmp_path):
    write_and_kill(postgres, tmp_path)
    assert require_whole(tmp_path).acknowledged == len(COMMANDS)


def test_without_waiting_for_the_disk_it_would_be_lost(postgres, tmp_path):
    """The control: PostgreSQL acknowledges, and writes its log ten seconds later."""
    with psycopg.connect(postgres.uri, autocommit=True) as connection:
        for setting in ("synchronous_commit = off", "wal_writer_delay = '10s'"):
            connection.execute(f"ALTER SYSTEM SET {setting}")
    postgres.kill()
    database.dispose()
    postgres.start()
    write_and_kill(postgres, tmp_path)
    with pytest.raises(AssertionError, match="acknowledged and lost"):
        require_whole(tmp_path)
