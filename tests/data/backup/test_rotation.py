"""Tests of data/backup/rotation.py: which of many backups stay."""

from datetime import datetime, timedelta, timezone

from hypothesis import given, settings
from hypothesis import strategies as st

from data.backup import rotation
from data.backup.rotation import retained

NOW = datetime(2023, 7, 22, 9, 30, tzinfo=timezone.utc)
SECONDS = st.integers(
    min_value=-3 * 86400, max_value=90 * 86400
)  # before now; also some that the clock has not reached
MOMENTS = st.lists(SECONDS.map(lambda seconds: NOW - timedelta(seconds=seconds)), max_size=60)
DENSE = st.integers(
    min_value=300, max_value=100_000
).map(  # one after the other, denser and longer than any rotation keeps
    lambda step: [NOW - timedelta(seconds=step * number) for number in range(600)]
)


def ago(**span: float) -> datetime:
    return NOW - timedelta(**span)


@given(MOMENTS | DENSE)
def test_the_newest_always_stays(moments):
    stay = retained(moments, now=NOW)
    assert not moments or max(moments) in stay


@given(MOMENTS | DENSE)
def test_nothing_stays_that_was_not_there_and_never_more_than_so_many(moments):
    stay = retained(moments, now=NOW)
    assert stay <= set(moments)
    assert len(stay) <= rotation.MAX_RETAINED


@given(MOMENTS | DENSE)
def test_rotating_again_at_once_deletes_nothing_more(moments):
    stay = retained(moments, now=NOW)
    assert retained(stay, now=NOW) == stay


@given(MOMENTS | DENSE)
def test_each_hour_of_two_days_and_each_day_of_sixty_keeps_its_last(moments):
    stay = retained(moments, now=NOW)
    for span, within in (("%Y-%m-%d %H", timedelta(hours=48)), ("%Y-%m-%d", timedelta(days=60))):
        inside = [moment for moment in moments if timedelta() <= NOW - moment < within]
        last = {f"{moment:{span}}": moment for moment in sorted(inside)}
        assert set(last.values()) <= stay


@settings(max_examples=30)
@given(st.integers(min_value=20, max_value=600), st.integers(min_value=1, max_value=150))
def test_rotating_after_every_backup_leaves_what_rotating_once_would(minutes, number):
    """What goes early must not be missed later: an hour's last backup stays the last of its day."""
    folder: set[datetime] = set()
    made = [NOW + timedelta(minutes=minutes * step) for step in range(number)]
    for moment in made:
        folder = retained({*folder, moment}, now=moment)
    days = {f"{moment:%Y-%m-%d}" for moment in made if made[-1] - moment < timedelta(days=60)}
    assert {f"{moment:%Y-%m-%d}" for moment in folder} == days


def test_all_of_the_last_day_stay_up_to_a_number():
    few = [ago(minutes=30 * number) for number in range(40)]
    assert retained(few, now=NOW) == set(few)
    many = [ago(minutes=5 * number) for number in range(288)]
    stay = retained(many, now=NOW)
    assert set(many[: rotation.LATEST]) <= stay
    assert many[rotation.LATEST] not in stay or many[rotation.LATEST].minute == 55


def test_an_old_one_alone_stays():
    assert retained([ago(days=400)], now=NOW) == {ago(days=400)}
    assert retained([ago(days=400), ago(days=401)], now=NOW) == {ago(days=400)}


def test_a_backup_of_the_future_pushes_no_other_one_out():
    """The machine's clock was set back: what was made before must not make the folder forget what
    is made now.
    """
    moments = [NOW + timedelta(days=3), ago(minutes=1)]
    assert retained(moments, now=NOW) == set(moments)


def test_nothing_of_nothing():
    assert retained([], now=NOW) == set()
