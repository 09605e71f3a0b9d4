"""Tests of models/storage.py."""

from datetime import datetime, timedelta, timezone

import pytest
from sqlalchemy.dialects import postgresql, sqlite

from models.storage import Newest, Record, UtcTime, narrowed

SAIGON = timezone(timedelta(hours=7))
NOON = datetime(2023, 7, 21, 12, tzinfo=SAIGON)


def test_a_moment_is_stored_as_utc():
    assert (
        UtcTime().process_bind_param(NOON, sqlite.dialect()).isoformat()
        == "2023-07-21T05:00:00+00:00"
    )


def test_a_moment_that_lost_its_zone_comes_back_as_utc():
    assert UtcTime().process_result_value(datetime(2023, 7, 21, 5), sqlite.dialect()) == NOON


def test_a_moment_of_another_zone_comes_back_as_utc():
    back = UtcTime().process_result_value(NOON, postgresql.dialect())
    assert (back, back.tzinfo) == (NOON, timezone.utc)


def test_a_naive_moment_is_refused_rather_than_guessed():
    with pytest.raises(ValueError, match="naive"):
        UtcTime().process_bind_param(datetime(2023, 7, 21), sqlite.dialect())


def test_no_moment_stays_none():
    assert UtcTime().process_bind_param(None, sqlite.dialect()) is None
    assert UtcTime().process_result_value(None, sqlite.dialect()) is None


def test_every_moment_of_every_table_is_an_aware_one():
    columns = [column for table in Record.metadata.tables.values() for column in table.columns]
    assert not [str(column) for column in columns if column.type.__class__.__name__ == "DateTime"]


# --- which changes concern whom ---

READINESS, OWN, OTHERS = "readiness", "readiness:7", "readiness:9"


@pytest.mark.parametrize(
    "changes, watched, concerns",
    [
        ([{READINESS, OWN}], READINESS, True),  # who watches the whole hears of every section
        ([{READINESS, OWN}], OWN, True),
        ([{READINESS, OTHERS}], OWN, False),
        ([{READINESS, OWN, OTHERS}], OWN, True),
        ([{READINESS}], OWN, True),  # of no known section: it may be any
        ([{READINESS}, {READINESS, OTHERS}], OWN, True),  # also next to one of another section
        ([{READINESS, OTHERS}, {"reviews"}], OWN, False),
        ([{READINESS, OTHERS}, {"reviews"}], "reviews:7", True),
        ([{"attendance"}], OWN, False),
        ([{READINESS, OWN}], "readiness:70", False),
    ],
)
def test_a_change_of_a_section_concerns_who_watches_it_or_the_whole(changes, watched, concerns):
    heard = Newest()
    heard.note(5, narrowed(map(frozenset, changes)))
    assert heard.of([watched]) == ({watched: 5} if concerns else {})


def test_the_newest_revision_that_concerns_a_section_is_not_that_of_another():
    """Else a person's own tap would be drawn a second time for whatever others recorded since."""
    heard = Newest()
    for revision, changed in enumerate([{READINESS, OWN}, {READINESS, OTHERS}, {"reviews"}], 1):
        heard.note(revision, narrowed([frozenset(changed)]))
    assert heard.of([READINESS, OWN, OTHERS, "reviews:7", "clock"]) == {
        READINESS: 2,
        OWN: 1,
        OTHERS: 2,
        "reviews:7": 3,
    }
