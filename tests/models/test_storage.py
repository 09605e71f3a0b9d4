"""Tests of models/storage.py."""

from datetime import datetime, timedelta, timezone

import pytest
from sqlalchemy.dialects import postgresql, sqlite

from models.storage import Record, UtcTime

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
