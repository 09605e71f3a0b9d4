"""Tests of models/access/sign_ins.py: which passwords are accepted, what a guess costs, when a desk
is locked, how a device is called.
"""

import unicodedata
from datetime import datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.access.accounts import (
    FIRST_WAIT,
    FREE_OF_ACCOUNT,
    FREE_OF_ACCOUNT_AT_ADDRESS,
    FREE_OF_ADDRESS,
    FREE_OF_KNOWN,
    MAX_DESK_IDLE,
    MAX_PASSWORD_LENGTH,
    MAX_WAIT,
    MIN_PASSWORD_LENGTH,
    TRIES_WINDOW,
    buckets,
    counted_address,
    is_locked,
    require_password,
    wait_after,
)
from models.access.sign_ins import device_name
from models.contributions.phone import Telephone, counted_for
from models.refusals import Refusal

NOW = datetime(2026, 1, 5, 8, 0, tzinfo=timezone.utc)
KNOWN = ("lead.an_ninh", "Trưởng Tiểu ban An ninh", "An", "ninh", "nghe_an_2023", "Nghệ An 2023")
SECOND = timedelta(seconds=1)


def judged(typed: str) -> str:
    try:
        require_password(typed, known=KNOWN)
    except Refusal as refusal:
        return refusal.code
    return "accepted"


# --- passwords ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "typed",
    [
        "ba con mèo uống trà đá",
        "kx7#Qm2!vTz9",
        "lồng đèn xanh rơi xuống",
        "     wrenched okapi     ",
        "🦜 vẹt nói nhiều lắm",
    ],
)
def test_length_counts_and_no_composition_is_asked_for(typed):
    assert judged(typed) == "accepted"


@pytest.mark.parametrize(
    "typed",
    [
        "password1234", "123456789012", "qwertyuiop12", "aaaaaaaaaaaa", "matkhau12345",
        "Mat khau 2023", "vietnam123456", "xinchao12345",
        "lead.an_ninh", "nghe_an_2023!", "2107202321072023", "1q2w3e4r5t6y", "iloveyou1234",
        "Trưởng Tiểu ban An ninh", "TRƯỞNG TIỂU BAN AN NINH", "truong tieu ban an ninh",
        "Nghệ An 2023!", "mật khẩu 1234", "ｐａｓｓｗｏｒｄ１２３４", "ｍatkhau１２３４５",
    ],
)  # fmt: skip
def test_a_common_password_is_refused_also_in_vietnamese_and_of_the_account_and_the_event(typed):
    assert judged(typed) == "password_common"


@given(st.text(max_size=MIN_PASSWORD_LENGTH - 1))
def test_a_short_one_is_refused_whatever_it_is_made_of(typed):
    assert judged(typed) == "password_too_short"


@given(st.text(min_size=MAX_PASSWORD_LENGTH * 4, max_size=MAX_PASSWORD_LENGTH * 5))
def test_an_endless_one_is_refused_before_anything_is_computed(typed):
    assert judged(typed) == "password_too_long"


@given(st.text(min_size=MIN_PASSWORD_LENGTH, max_size=MAX_PASSWORD_LENGTH // 4))
def test_every_character_may_be_used_and_none_is_lost(typed):
    try:
        normalized = require_password(typed, known=())
    except Refusal:
        return
    assert normalized == unicodedata.normalize("NFC", typed)


@pytest.mark.parametrize("form", ["NFC", "NFD", "NFKC", "NFKD"])
def test_the_same_letters_are_the_same_password_however_a_keyboard_composes_them(form):
    typed = "mẹ tôi trồng ổi và bưởi"
    assert require_password(unicodedata.normalize(form, typed), known=()) == unicodedata.normalize(
        "NFC", typed
    )


# --- guessing -------------------------------------------------------------------------------------

ago = st.integers(0, 2 * int(TRIES_WINDOW.total_seconds())).map(
    lambda seconds: NOW - seconds * SECOND
)
failed = st.lists(ago, max_size=80)


@given(failed, st.integers(1, 60))
def test_the_first_few_are_free_and_no_wait_is_endless(failures, free):
    wait = wait_after(failures, free=free, now=NOW)
    assert timedelta() <= wait <= MAX_WAIT
    if len(failures) < free:
        assert wait == timedelta()


@given(failed, st.integers(1, 60))
def test_the_order_in_which_they_are_read_means_nothing(failures, free):
    waits = {
        wait_after(order, free=free, now=NOW)
        for order in (failures, sorted(failures), sorted(failures, reverse=True))
    }
    assert len(waits) == 1


@given(failed, ago, st.integers(1, 60))
def test_one_failure_more_never_shortens_the_wait(failures, another, free):
    assert wait_after([*failures, another], free=free, now=NOW) >= wait_after(
        failures, free=free, now=NOW
    )


@given(failed, st.integers(1, 60), st.integers(0, 3600))
def test_the_wait_only_shortens_as_time_passes(failures, free, later):
    before = wait_after(failures, free=free, now=NOW)
    after = wait_after(failures, free=free, now=NOW + later * SECOND)
    assert after <= max(before - later * SECOND, timedelta())


@given(
    st.lists(st.integers(int(TRIES_WINDOW.total_seconds()), 10**6), max_size=80), st.integers(1, 60)
)
def test_what_lies_longer_back_is_forgotten(seconds, free):
    assert wait_after([NOW - one * SECOND for one in seconds], free=free, now=NOW) == timedelta()


@pytest.mark.parametrize(
    ("failures", "factor"), [(5, 1), (6, 2), (7, 4), (8, 8), (9, 16), (10, 32)]
)
def test_each_failure_beyond_doubles_the_wait(failures, factor):
    assert wait_after([NOW] * failures, free=5, now=NOW) == FIRST_WAIT * factor


def guesses_checked(free: int, *, seconds: int) -> int:
    """How many guesses are checked of a person who tries every second."""
    checked: list[datetime] = []
    for second in range(seconds):
        moment = NOW + second * SECOND
        if not wait_after(checked, free=free, now=moment):
            checked.append(moment)
    return len(checked)


def test_an_hour_of_guessing_at_an_account_checks_few():
    """From one address, and from however many."""
    assert guesses_checked(FREE_OF_ACCOUNT_AT_ADDRESS, seconds=3600) <= 50
    assert guesses_checked(FREE_OF_ACCOUNT, seconds=3600) <= 200


def test_a_try_is_counted_for_the_account_the_address_and_both():
    counted = buckets(account="lead.an_ninh", address="203.0.113.7", known=None)
    assert sorted(counted.values()) == sorted(
        [FREE_OF_ACCOUNT_AT_ADDRESS, FREE_OF_ACCOUNT, FREE_OF_ADDRESS]
    )
    same_account = buckets(account="lead.an_ninh", address="198.51.100.9", known=None)
    same_address = buckets(account="command", address="203.0.113.7", known=None)
    stranger = buckets(account="command", address="198.51.100.9", known=None)
    assert (
        len(counted.keys() & same_account.keys()) == len(counted.keys() & same_address.keys()) == 1
    )
    assert not counted.keys() & stranger.keys()


def test_a_device_has_no_more_tries_by_the_addresses_of_its_own_network():
    device = ("2001:db8:1:2::7", "2001:DB8:1:2:ffff::9")
    assert {counted_address(one) for one in device} == {"2001:db8:1:2::/64"}
    assert counted_address("2001:db8:1:3::7") == "2001:db8:1:3::/64"
    assert counted_address("::ffff:203.0.113.7") == counted_address("203.0.113.7") == "203.0.113.7"
    for unknown in ("", "/run/socket"):
        assert counted_address(unknown) == unknown
    assert counted_address("fe80::1%eth0") == "fe80::/64"

    def counted(address: str) -> list:
        hall = Telephone(address)
        return [
            list(buckets(account="command", address=address, known=None)),
            list(counted_for("0005T", hall)),
            list(counted_for(None, hall)),
        ]

    assert counted(device[0]) == counted(device[1])
    assert all(
        not {*mine} & {*other} - {"account:command", "question:0005T"}
        for mine, other in zip(counted(device[0]), counted("2001:db8:1:3::7"), strict=True)
    )


def test_a_known_browser_shares_no_bucket_with_anybody():
    guessed = buckets(account="lead.an_ninh", address="203.0.113.7", known=None)
    own = buckets(account="lead.an_ninh", address="203.0.113.7", known="a")
    other = buckets(account="lead.an_ninh", address="203.0.113.7", known="b")
    assert list(own.values()) == [FREE_OF_KNOWN]
    assert not own.keys() & guessed.keys() and not own.keys() & other.keys()


# --- desks and devices ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("has_pin", "locked", "idle", "expected"),
    [
        (True, False, MAX_DESK_IDLE, False),
        (True, False, MAX_DESK_IDLE + SECOND, True),
        (True, True, timedelta(), True),
        (False, True, timedelta(), False),
        (False, False, timedelta(days=2), False),
    ],
)
def test_a_desk_with_a_pin_locks_by_hand_or_by_itself_and_one_without_never(
    has_pin, locked, idle, expected
):
    assert (
        is_locked(has_pin=has_pin, locked_at=NOW if locked else None, used_at=NOW - idle, now=NOW)
        is expected
    )


@pytest.mark.parametrize(
    ("user_agent", "name"),
    [
        (
            "Mozilla/5.0 (Linux; Android 14; SM-A155F) AppleWebKit/537.36 Chrome/126.0 Mobile "
            "Safari/537.36",
            "Chrome · Android",
        ),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) Version/17.5 Mobile/15E148 "
            "Safari/604.1",
            "Safari · iPhone",
        ),
        (
            "Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/126.0 Safari/537.36 Edg/126.0",
            "Edge · Windows",
        ),
        (
            "Mozilla/5.0 (Windows NT 10.0) coc_coc_browser/124.0 Chrome/118.0 Safari/537.36",
            "Cốc Cốc · Windows",
        ),
        (
            "Mozilla/5.0 (X11; Linux x86_64; rv:127.0) Gecko/20100101 Firefox/127.0",
            "Firefox · Linux",
        ),
        (
            "Mozilla/5.0 (SMART-TV; Linux; Tizen 7.0) SamsungBrowser/3.2 TV Safari/537.36",
            "Samsung · Tizen",
        ),
        ("curl/8.5.0", "curl/8.5.0"),
        ("", ""),
        ("x" * 500, "x" * 40),
    ],
)
def test_a_device_is_called_as_people_call_it(user_agent, name):
    assert device_name(user_agent) == name
