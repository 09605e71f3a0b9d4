"""Tests of data/access/accounts.py: passwords and PINs, what guessing costs those who guess, and
that it locks no one else out.
"""

import threading
import unicodedata
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from argon2 import PasswordHasher, Type, extract_parameters
from sqlalchemy import text
from sqlmodel import select

from data.access import accounts, invitations, sign_ins
from data.commands import Origin, run
from data.storage import database
from models.access.accounts import (
    FREE_OF_ACCOUNT_AT_ADDRESS,
    FREE_OF_KNOWN,
    MAX_WRONG_PINS,
    PIN_LENGTH,
    TRIES_WINDOW,
    Account,
    FailedTry,
)
from models.access.sign_ins import ClientInfo, SignIn
from models.refusals import Refusal
from tests.stage import REAL, manage, minutes, one_change, person, refused

GOOD, OTHER = "bốn con vịt lội qua sông", "chiếc thuyền giấy màu cam"
HALL, ELSEWHERE, FAR = (
    ClientInfo("203.0.113.7", "Chrome · Android"),
    ClientInfo("198.51.100.9"),
    ClientInfo("192.0.2.33"),
)
SECOND = timedelta(seconds=1)
AS_SHIPPED = accounts._hasher


@pytest.fixture(autouse=True)
def _quick_hashes(monkeypatch) -> None:
    """The same algorithm at its cheapest: these tests check hundreds of passwords."""
    quick = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    monkeypatch.setattr(accounts, "_hasher", quick)
    monkeypatch.setattr(accounts, "_DUMMY_HASH", accounts._dummy_hash())


def signed_in(key: str, *, now=REAL) -> tuple[str, int]:
    """A browser that an invitation let in: its token and its sign-in."""
    token = database.run(
        invitations.join,
        token=run(Origin(real=now), invitations.invite_from_command_line, key=key),
        now=now,
    )
    return token, sign_in_of(token, now=now)


def sign_in_of(token: str, *, now=REAL) -> int | None:
    with database.reading() as session:
        return sign_ins.sign_in_of(session, token, now=now)


def visitor(number: int, *, now=REAL):
    with database.reading() as session:
        return sign_ins.visitor_of(session, number, now=now)


def choose(
    key: str, password: str = GOOD, *, current: str = "", sign_in_id: int | None = None
) -> None:
    accounts.change_password(
        Origin(person(key), sign_in_id, real=REAL), password=password, current=current
    )


def attempt(
    account="lead.an_ninh", password="sai mật khẩu rồi", *, client_info=HALL, known=None, now=REAL
) -> str:
    """What a try at signing in comes to."""
    try:
        token, person_id = accounts.sign_in(
            account=account, password=password, known=known, client_info=client_info, now=now
        )
    except Refusal as refusal:
        return refusal.code
    assert sign_in_of(token, now=now) and person_id == person(account.strip().casefold()).id
    return "entered"


def guess(
    times: int, *, client_info=HALL, account="lead.an_ninh", known=None, every=SECOND, now=REAL
) -> list[str]:
    return [
        attempt(account, client_info=client_info, known=known, now=now + number * every)
        for number in range(times)
    ]


# --- signing in -----------------------------------------------------------------------------------


def test_name_and_password_sign_a_browser_in_and_the_trail_says_from_where(event):
    choose("lead.an_ninh")
    with one_change("sign_in"):
        token, _ = accounts.sign_in(
            account=" Lead.An_Ninh ", password=GOOD, known=None, client_info=HALL, now=REAL
        )
    with database.reading() as session:
        made = session.get(SignIn, sign_in_of(token))
    assert (made.how, made.address, made.device) == ("password", HALL.address, HALL.device)
    assert token not in str(made.model_dump())


@pytest.mark.one_database
@pytest.mark.parametrize("typed", ["NFC", "NFD"])
@pytest.mark.parametrize("stored", ["NFC", "NFD"])
def test_a_password_is_the_same_however_a_keyboard_composes_its_letters(event, stored, typed):
    choose("lead.an_ninh", unicodedata.normalize(stored, GOOD))
    assert attempt(password=unicodedata.normalize(typed, GOOD)) == "entered"


def test_an_account_that_does_not_exist_and_one_without_a_password_answer_like_a_wrong_one(event):
    choose("lead.an_ninh")
    answers = []
    for name in ("lead.an_ninh", "lead.hau_can", "nobody", "", "x" * 5000, "' OR 1=1 --"):
        with pytest.raises(Refusal) as caught:
            accounts.sign_in(
                account=name, password="sai mật khẩu rồi", known=None, client_info=FAR, now=REAL
            )
        answers.append((caught.value.code, caught.value.facts))
    assert answers == [("sign_in_wrong", {})] * 6


def test_guessing_at_an_account_that_does_not_exist_waits_like_any_other(event):
    """Else the waiting would give the names away."""
    choose("lead.an_ninh")
    there, nowhere = (
        guess(8, every=timedelta()),
        guess(8, account="nobody", client_info=ELSEWHERE, every=timedelta()),
    )
    assert there == nowhere == ["sign_in_wrong"] * FREE_OF_ACCOUNT_AT_ADDRESS + ["sign_in_wait"] * 3


def test_a_display_has_no_password(event):
    manage(sign_ins.open_display, name="Sảnh", by=person("admin"), when=REAL)
    with refused("not_permitted", command="set_password"):
        choose("display.1")
    assert attempt("display.1", "") == "sign_in_wrong"


@pytest.mark.parametrize("typed", ["", GOOD[:-1], GOOD + " ", GOOD.upper(), "x" * 100_000, "\x00"])
def test_nothing_but_the_password_itself_is_accepted(event, typed):
    choose("lead.an_ninh")
    assert attempt(password=typed) == "sign_in_wrong"


# --- guessing -------------------------------------------------------------------------------------


def test_after_the_free_tries_a_guess_is_not_even_checked(event):
    choose("lead.an_ninh")
    assert guess(FREE_OF_ACCOUNT_AT_ADDRESS) == ["sign_in_wrong"] * FREE_OF_ACCOUNT_AT_ADDRESS
    last = REAL + (FREE_OF_ACCOUNT_AT_ADDRESS - 1) * SECOND
    assert attempt(password=GOOD, now=last + SECOND) == "sign_in_wait"
    with refused("sign_in_wait", seconds=5):
        accounts.sign_in(
            account="lead.an_ninh",
            password=GOOD,
            known=None,
            client_info=HALL,
            now=last + 10 * SECOND,
        )
    assert attempt(password=GOOD, now=last + 15 * SECOND) == "entered"


@pytest.mark.slow
def test_after_hundreds_of_wrong_tries_everybody_else_still_gets_in(event):
    """The account, and the address of the hall itself, are guessed at without a pause for five
    minutes.
    """
    choose("lead.an_ninh")
    choose("command", OTHER)
    answers = guess(300)
    answers += guess(300, account="nobody", now=REAL + minutes(0.5))
    checked, now = answers.count("sign_in_wrong"), REAL + minutes(5)
    assert checked + answers.count("sign_in_wait") == 600 and checked < 40
    assert (
        attempt(password=GOOD, now=now) == "sign_in_wait"
    )  # of the guesser too, with the right password at last
    assert attempt(password=GOOD, known="a1b2", now=now) == "entered", (
        "the browser that is known here"
    )
    link = run(Origin(real=now), invitations.invite_from_command_line, key="lead.an_ninh")
    assert sign_in_of(
        database.run(invitations.join, token=link, client_info=HALL, now=now), now=now
    ), "an invitation"
    assert attempt(password=GOOD, client_info=ELSEWHERE, now=now) == "entered", (
        "the account itself from elsewhere"
    )
    assert attempt("command", OTHER, client_info=FAR, now=now) == "entered", (
        "another account from elsewhere"
    )
    assert attempt("command", OTHER, client_info=HALL, now=now) == "entered", (
        "another account from the very address"
    )


@pytest.mark.slow
def test_guessing_from_a_hundred_addresses_waits_as_well_but_not_the_known_browser(event):
    choose("lead.an_ninh")
    answers = [
        attempt(client_info=ClientInfo(f"2001:db8:0:{number:x}::1"), now=REAL + number * SECOND)
        for number in range(100)
    ]
    assert "sign_in_wait" in answers and answers.count("sign_in_wrong") < 50
    now = REAL + 100 * SECOND
    assert attempt(password=GOOD, client_info=FAR, now=now) == "sign_in_wait"
    assert attempt(password=GOOD, client_info=FAR, known="a1b2", now=now) == "entered"
    assert attempt("command", client_info=FAR, now=now) == "sign_in_wrong", (
        "no one else has to wait"
    )


@pytest.mark.slow
def test_one_password_tried_at_a_hundred_accounts_waits_by_the_address(event):
    answers = [attempt(f"lead.{number}", now=REAL + number * SECOND) for number in range(100)]
    assert "sign_in_wait" in answers and answers.count("sign_in_wrong") < 70


def test_a_known_browser_is_no_way_to_guess_without_end(event):
    choose("lead.an_ninh")
    answers = guess(FREE_OF_KNOWN + 3, known="a1b2", every=timedelta())
    assert answers == ["sign_in_wrong"] * FREE_OF_KNOWN + ["sign_in_wait"] * 3
    assert attempt(password=GOOD, known="c3d4") == "entered", "another known browser is not held up"


def test_signing_in_rightly_costs_nothing(event):
    choose("lead.an_ninh")
    answers = [attempt(password=GOOD) for _ in range(FREE_OF_ACCOUNT_AT_ADDRESS + 2)]
    assert set(answers) == {"entered"}
    with database.reading() as session:
        assert session.exec(select(FailedTry)).all() == []


def test_failed_tries_are_forgotten_for_good(event):
    guess(3)
    guess(1, now=REAL + TRIES_WINDOW * 4 + minutes(1))
    with database.reading() as session:
        assert {row.at for row in session.exec(select(FailedTry))} == {
            REAL + TRIES_WINDOW * 4 + minutes(1)
        }


def checked_at_once(attempt_once) -> int:
    """How many of sixteen guesses at the same moment were checked."""
    with ThreadPoolExecutor(16) as pool:
        return list(pool.map(lambda _: attempt_once(), range(16))).count("sign_in_wrong")


def test_many_guesses_at_once_are_not_checked_for_free(event):
    choose("lead.an_ninh")
    assert checked_at_once(attempt) == FREE_OF_ACCOUNT_AT_ADDRESS


def test_counted_only_after_the_check_they_would_be(event):
    """The control: the same guesses, counted when each has failed."""
    choose("lead.an_ninh")
    together = threading.Barrier(16)

    def careless() -> str:
        with database.reading() as session:
            failed = session.exec(select(FailedTry)).all()
        together.wait()
        if len(failed) >= FREE_OF_ACCOUNT_AT_ADDRESS:
            return "sign_in_wait"
        database.run(
            lambda session: session.add(FailedTry(bucket="both:lead.an_ninh@203.0.113.7", at=REAL))
        )
        return "sign_in_wrong"

    assert checked_at_once(careless) > FREE_OF_ACCOUNT_AT_ADDRESS


# --- choosing a password --------------------------------------------------------------------------


@pytest.mark.one_database
@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("ngắn quá", "password_too_short"),
        ("x" * 129, "password_too_long"),
        ("Trưởng Tiểu ban An ninh", "password_common"),
    ]
    + [
        (common, "password_common")
        for common in ("matkhau12345", "Gặp mặt nhỏ 2024", "Lead, Security", "lead.an_ninh")
    ],
)
def test_a_poor_password_is_refused(event, typed, code):
    with refused(code):
        choose("lead.an_ninh", typed)


def test_only_an_argon2id_hash_of_it_is_stored(event):
    choose("lead.an_ninh")
    with database.reading() as session:
        stored = session.get(Account, (person("lead.an_ninh").id, False)).password_hash
        everything = str(
            [
                session.execute(text(f'SELECT * FROM "{name}"')).all()
                for name in ("account", "change", "signin")
            ]
        )
    assert stored.startswith("$argon2id$") and GOOD not in everything


def test_a_hash_costs_what_rfc_9106_asks_for():
    assert (
        AS_SHIPPED.type is Type.ID
        and AS_SHIPPED.memory_cost >= 64 * 1024
        and AS_SHIPPED.time_cost >= 3
    )


def test_what_is_verified_where_there_is_no_account_costs_what_a_password_costs():
    of_a_password = accounts._hasher.hash(GOOD)
    assert extract_parameters(accounts._DUMMY_HASH) == extract_parameters(of_a_password)
    assert not accounts._matches(None, GOOD) and accounts._matches(of_a_password, GOOD)


def test_the_first_password_needs_none_before_and_the_next_ones_do(event):
    choose("lead.an_ninh")
    for wrong in ("", OTHER, "x" * 5000):
        with pytest.raises(Refusal, match="password_current_wrong"):
            choose("lead.an_ninh", OTHER, current=wrong)
    choose("lead.an_ninh", OTHER, current=GOOD)
    assert attempt(password=OTHER) == "entered"
    assert attempt(password=GOOD) == "sign_in_wrong"


def test_whoever_finds_an_open_browser_may_not_guess_its_password(event):
    choose("lead.an_ninh")
    for _ in range(FREE_OF_KNOWN):
        with pytest.raises(Refusal, match="password_current_wrong"):
            choose("lead.an_ninh", OTHER, current="x")
    with pytest.raises(Refusal, match="sign_in_wait"):
        choose("lead.an_ninh", OTHER, current=GOOD)
    assert attempt(password=GOOD) == "entered", "which keeps nobody else out"


def test_a_new_password_ends_the_other_browsers_and_only_ones_own(event):
    (here, number), (there, _), (another, _) = (
        signed_in("lead.an_ninh"),
        signed_in("lead.an_ninh"),
        signed_in("command"),
    )
    with one_change("set_password"):
        choose("lead.an_ninh", sign_in_id=number)
    assert sign_in_of(here) and sign_in_of(another) and sign_in_of(there) is None


def test_who_is_not_signed_in_sets_no_password_and_locks_no_desk(event):
    with refused("sign_in_needed"):
        accounts.change_password(Origin(None, None, real=REAL), password=GOOD, current="")
    with refused("sign_in_needed"):
        manage(accounts.lock, from_id=1, by=None, when=REAL)


# --- PINs -----------------------------------------------------------------------------------------


@pytest.fixture
def desk(event) -> tuple[int, str]:
    """A signed-in desk, locked, and its PIN."""
    _, number = signed_in("desk.ban_1")
    pin = manage(
        accounts.set_pin, person_id=person("desk.ban_1").id, by=person("command"), when=REAL
    )
    manage(accounts.lock, from_id=number, by=person("desk.ban_1"), when=REAL)
    return number, pin


def wrong(pin: str) -> str:
    return f"{(int(pin) + 1) % 10**PIN_LENGTH:0{PIN_LENGTH}}"


def unlock(number: int, pin: str, *, now=REAL) -> str:
    try:
        accounts.unlock(sign_in_id=number, pin=pin, now=now)
    except Refusal as refusal:
        return refusal.code
    return "open"


def test_a_locked_desk_is_not_signed_in_until_its_pin_is_given(desk):
    number, pin = desk
    locked = visitor(number)
    assert (locked.person, locked.locked, locked.sign_in_id) == (None, True, number)
    with one_change("unlock"):
        assert unlock(number, pin) == "open"
    assert visitor(number).person.key == "desk.ban_1"


def test_a_desk_locks_itself_when_nothing_is_done_at_it(desk):
    number, pin = desk
    unlock(number, pin)
    assert visitor(number, now=REAL + minutes(14)).person
    assert visitor(number, now=REAL + minutes(16)).locked
    database.run(sign_ins.note_use, sign_in_id=number, now=REAL + minutes(14))
    assert visitor(number, now=REAL + minutes(16)).person


def test_five_wrong_pins_end_the_sign_in_and_the_right_one_comes_too_late(desk):
    number, pin = desk
    assert [unlock(number, wrong(pin)) for _ in range(MAX_WRONG_PINS)] == ["pin_wrong"] * (
        MAX_WRONG_PINS - 1
    ) + ["pin_ended"]
    assert unlock(number, pin) == "pin_ended"
    assert visitor(number).sign_in_id is None


def test_the_tries_left_are_shown_and_the_right_pin_resets_the_count(desk):
    number, pin = desk
    with pytest.raises(Refusal) as caught:
        accounts.unlock(sign_in_id=number, pin=wrong(pin), now=REAL)
    assert (caught.value.code, caught.value.facts) == ("pin_wrong", {"number": MAX_WRONG_PINS - 1})
    assert unlock(number, pin) == "open"
    manage(accounts.lock, from_id=number, by=person("desk.ban_1"), when=REAL)
    assert [unlock(number, wrong(pin)) for _ in range(4)] == ["pin_wrong"] * 4 and unlock(
        number, pin
    ) == "open"


def test_pins_guessed_at_once_end_the_sign_in_after_five(desk):
    number, pin = desk
    with ThreadPoolExecutor(16) as pool:
        answers = list(pool.map(lambda _: unlock(number, wrong(pin)), range(16)))
    assert (
        answers.count("pin_wrong") == MAX_WRONG_PINS - 1
        and answers.count("pin_ended") == 16 - MAX_WRONG_PINS + 1
    )
    assert visitor(number).sign_in_id is None


@pytest.mark.one_database
@pytest.mark.parametrize("typed", ["", "x" * 10_000, "½½½½½½", "000000; DROP"])
def test_what_is_no_pin_opens_nothing(desk, typed):
    assert unlock(desk[0], typed) == "pin_wrong" and visitor(desk[0]).locked


def test_the_pin_of_another_desk_opens_nothing(desk):
    other = manage(
        accounts.set_pin, person_id=person("desk.ban_2").id, by=person("admin"), when=REAL
    )
    assert other == desk[1] or unlock(desk[0], other) == "pin_wrong"


def test_a_pin_is_six_digits_stored_as_a_hash_and_only_a_desks(desk):
    _, pin = desk
    assert len(pin) == PIN_LENGTH and pin.isdecimal()
    with database.reading() as session:
        assert session.get(Account, (person("desk.ban_1").id, False)).pin_hash.startswith(
            "$argon2id$"
        )
    with refused("pin_for_desks"):
        manage(accounts.set_pin, person_id=person("lead.an_ninh").id, by=person("admin"), when=REAL)


def test_no_one_locks_a_desk_that_has_no_pin_nor_the_browser_of_another(event):
    _, number = signed_in("desk.ban_1")
    manage(accounts.lock, from_id=number, by=person("desk.ban_1"), when=REAL)
    assert visitor(number).person
    manage(accounts.set_pin, person_id=person("desk.ban_1").id, by=person("admin"), when=REAL)
    manage(accounts.lock, from_id=number, by=person("desk.ban_2"), when=REAL)
    assert visitor(number).person


# --- addresses that an identity provider knows ----------------------------------------------------


@pytest.mark.one_database
@pytest.mark.parametrize(
    "typed", ["khong-co-a-cong", "a@b@c.vn", "a b@c.vn", "@c.vn", "x" * 250 + "@c.vn"]
)
def test_what_is_no_address_is_refused(event, typed):
    with refused("email_malformed"):
        manage(
            accounts.set_email,
            person_id=person("command").id,
            email=typed,
            by=person("admin"),
            when=REAL,
        )


def test_an_address_belongs_to_one_person_and_is_taken_back_by_an_empty_one(event):
    def put(key: str, email: str) -> None:
        manage(
            accounts.set_email, person_id=person(key).id, email=email, by=person("admin"), when=REAL
        )

    put("command", " Truc.Ban@Vi-Du.VN ")
    with refused("email_taken", value="truc.ban@vi-du.vn"):
        put("media", "truc.ban@vi-du.vn")
    put("command", "")
    put("media", "truc.ban@vi-du.vn")
    with database.reading() as session:
        assert session.get(Account, (person("media").id, False)).email == "truc.ban@vi-du.vn"


def test_a_password_stays_good_until_it_is_changed(event):
    typed = "bốn con vịt lội qua sông"
    accounts.change_password(Origin(person("command"), None, real=REAL), password=typed, current="")
    later = REAL + timedelta(days=1000)
    token, number = accounts.sign_in(
        account="command", password=typed, known=None, client_info=HALL, now=later
    )
    assert token and number == person("command").id
