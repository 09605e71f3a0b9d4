"""Tests of data/access/sign_ins.py: invitations and how they end, displays, an identity provider's
word, and how a sign-in ends.
"""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import text, update
from sqlmodel import select

from data.access import accounts, invitations, sign_ins
from data.commands import Origin
from data.events import loading
from data.storage import database
from models.access.people import Person
from models.access.sign_ins import (
    INVITATION_LIFETIME,
    LIFETIMES,
    MAX_IDLE,
    TICKET_LIFETIME,
    ClientInfo,
    Invitation,
    SignIn,
    SignInMethod,
    provider_fingerprint,
)
from models.refusals import Refusal
from tests.stage import REAL, SMALL, manage, minutes, nothing_written, one_change, person, refused

LEAD = "lead.an_ninh"
SECOND = timedelta(seconds=1)
HERE = provider_fingerprint(
    {"_streamlit_user": "signed", "san_sang_language": "vi"}
)  # a browser that a provider signed in


def begin(key: str, how: SignInMethod = SignInMethod.PASSWORD, *, now=REAL) -> str:
    return database.run(
        sign_ins.begin,
        person=person(key),
        how=how,
        client_info=ClientInfo("203.0.113.7", "Chrome"),
        now=now,
    )


def number_of(token: str, *, now=REAL) -> int | None:
    with database.reading() as session:
        found = (
            sign_ins.sign_in_of(session, token, now=now, program=program)
            for program in (False, True)
        )
        return next((number for number in found if number), None)


def who(token: str, *, now=REAL, how: SignInMethod | None = None) -> str | None:
    with database.reading() as session:
        number = sign_ins.sign_in_of(session, token, now=now, program=how is SignInMethod.TOKEN)
        found = sign_ins.visitor_of(session, number, now=now).person
    return found.key if found else None


def invite(key: str = LEAD, *, by: str = "admin", now=REAL) -> str:
    return manage(invitations.invite, person_id=person(key).id, by=person(by), when=now)


def join(link: str, *, mark: str = HERE, now=REAL) -> str:
    return database.run(invitations.join, token=link, fingerprint=mark, now=now)


def withdraw(key: str, *, now=REAL) -> int:
    return manage(invitations.withdraw, person_id=person(key).id, by=person("admin"), when=now)


def shifted(token: str, **moments) -> None:
    """Puts a sign-in's own moments where they would be later."""
    with database.writing() as session:
        session.execute(update(SignIn).where(SignIn.id == number_of(token)).values(**moments))


# --- invitations ----------------------------------------------------------------------------------


def test_an_invitation_admits_one_browser_and_only_its_hash_is_stored(event):
    with one_change("invite"):
        link = invite()
    assert who(join(link)) == LEAD
    with database.reading() as session:
        stored = session.exec(select(Invitation)).one()
    assert link not in str(stored.model_dump()) and stored.used_at == REAL


@pytest.mark.parametrize("typed", ["", "made up", "x" * 5000, "' OR 1=1 --"])
def test_a_link_that_was_never_given_is_refused(event, typed):
    invite()
    with refused("invitation_unknown"):
        join(typed)


def test_an_invitation_expires(event):
    link = invite()
    with refused("invitation_unknown"):
        join(link, now=REAL + INVITATION_LIFETIME)
    assert join(link, now=REAL + INVITATION_LIFETIME - SECOND)


def test_a_newer_invitation_voids_the_one_before_and_no_one_elses(event):
    first, others, second = invite(), invite("command"), invite(now=REAL + minutes(1))
    with refused("invitation_unknown"):
        join(first, now=REAL + minutes(1))
    assert join(second, now=REAL + minutes(1)) and join(others, now=REAL + minutes(1))


def race(attempt) -> int:
    """How many of eight browsers at once get in."""

    def tried(_) -> bool:
        try:
            attempt()
        except Refusal:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        return sum(pool.map(tried, range(8)))


def test_browsers_at_once_use_an_invitation_once(event):
    link = invite()
    assert race(lambda: join(link)) == 1


def test_looked_at_before_it_is_taken_it_would_let_several_in(event):
    """The control: the same race where each looks first and writes afterwards."""
    invite()
    together = threading.Barrier(8)

    def careless() -> None:
        with database.reading() as session:
            found = session.exec(select(Invitation.id).where(Invitation.used_at.is_(None))).first()
        together.wait()
        if found is None:
            raise Refusal("invitation_unknown")
        with database.writing() as session:
            session.execute(update(Invitation).where(Invitation.id == found).values(used_at=REAL))

    assert race(careless) > 1


def test_the_command_room_invites_everybody_but_those_who_run_the_house(event):
    assert invite("committee", by="command")
    for key in ("admin", "command"):
        with refused("not_permitted", command="invite"):
            invite(key, by="command")


def test_who_joins_by_a_link_that_was_withdrawn_is_refused(event):
    link = invite()
    withdraw(LEAD)
    with refused("invitation_unknown"):
        join(link)


# --- an identity provider's word ------------------------------------------------------------------


def hand_over(email: str | None, *, verified: bool = True, mark: str = HERE, now=REAL) -> str:
    return database.run(
        invitations.hand_over, email=email, verified=verified, fingerprint=mark, now=now
    )


@pytest.fixture
def known_address(event) -> str:
    accounts_of = {"person_id": person("command").id, "email": "truc.ban@vi-du.vn"}
    manage(accounts.set_email, by=person("admin"), when=REAL, **accounts_of)
    return "truc.ban@vi-du.vn"


def test_a_confirmed_address_becomes_a_sign_in_of_our_own_for_a_day(known_address):
    token = join(hand_over(known_address.upper()))
    with database.reading() as session:
        made = session.get(SignIn, number_of(token))
    assert (who(token), made.how) == ("command", "provider")
    assert made.expires_at == REAL + timedelta(days=1)


@pytest.mark.parametrize("email", [None, "", "truc.ban@vi-du.vn"])
def test_an_address_that_was_not_confirmed_is_refused(known_address, email):
    with refused("email_unverified"):
        hand_over(email, verified=email is None)


@pytest.mark.parametrize("email", ["ai.do@vi-du.vn", "truc.ban@vi-du.vn.evil.vn", "%@vi-du.vn"])
def test_an_address_that_no_one_has_is_refused(known_address, email):
    with refused("email_unknown"):
        hand_over(email)


def test_the_ticket_is_good_for_a_minute_and_once(known_address):
    late, used = hand_over(known_address), hand_over(known_address)
    with refused("invitation_unknown"):
        join(late, now=REAL + TICKET_LIFETIME)
    join(used)
    with refused("invitation_unknown"):
        join(used)


@pytest.mark.parametrize(
    "cookies",
    [{}, {"_streamlit_user": "another"}, {"_streamlit_user": "signed", "_streamlit_user_1": "x"}],
)
def test_the_ticket_is_good_in_the_browser_that_the_provider_signed_in_and_no_other(
    known_address, cookies
):
    ticket = hand_over(known_address)
    with refused("invitation_unknown"):
        join(ticket, mark=provider_fingerprint(cookies))
    assert who(join(ticket)) == "command"


def test_without_a_browser_that_the_provider_signed_in_there_is_no_ticket(known_address):
    with refused("email_unverified"):
        hand_over(known_address, mark=provider_fingerprint({"san_sang_language": "vi"}))


def test_letters_that_become_ordinary_ones_in_lower_case_are_no_ones_address(event):
    manage(
        accounts.set_email,
        person_id=person("command").id,
        email="k@vi-du.vn",
        by=person("admin"),
        when=REAL,
    )
    assert "\N{KELVIN SIGN}@vi-du.vn".casefold() == "k@vi-du.vn"
    with refused("email_unknown"):
        hand_over("\N{KELVIN SIGN}@vi-du.vn")


# --- displays -------------------------------------------------------------------------------------


def test_a_display_is_a_person_that_may_see_the_wall_until_it_is_withdrawn(event):
    token = manage(sign_ins.open_display, name="Sảnh A", by=person("admin"), when=REAL)
    later = REAL + LIFETIMES[SignInMethod.DISPLAY] - SECOND
    assert who(token, now=later) == "display.1", "a screen that no one touches does not fall idle"
    database.run(sign_ins.sign_out, token=token, now=REAL)
    assert who(token) == "display.1", "a person in front of the screen cannot end it"
    with refused("not_permitted", command="end_sign_in"):
        manage(sign_ins.end_sign_in, sign_in_id=number_of(token), by=person("display.1"), when=REAL)
    manage(sign_ins.end_sign_in, sign_in_id=number_of(token), by=person("command"), when=REAL)
    assert who(token) is None


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("", "display_name_needed"),
        ("  ", "display_name_needed"),
        ("x" * 61, "display_name_too_long"),
    ],
)
def test_a_display_has_a_name(event, name, code):
    with refused(code):
        manage(sign_ins.open_display, name=name, by=person("admin"), when=REAL)


# --- how a sign-in ends ---------------------------------------------------------------------------


@pytest.mark.parametrize("how", list(SignInMethod))
def test_a_sign_in_ends_by_the_servers_clock(event, how):
    token = begin("command", how)
    shifted(token, used_at=REAL + LIFETIMES[how])
    assert who(token, how=how, now=REAL + LIFETIMES[how] - SECOND) == "command"
    assert who(token, how=how, now=REAL + LIFETIMES[how]) is None


@pytest.mark.parametrize(
    "how",
    [how for how in SignInMethod if LIFETIMES[how] > MAX_IDLE and how is not SignInMethod.DISPLAY],
)
def test_an_unused_sign_in_ends_sooner(event, how):
    token = begin("command", how)
    assert who(token, how=how, now=REAL + MAX_IDLE - SECOND) == "command"
    assert who(token, how=how, now=REAL + MAX_IDLE) is None


def test_using_it_keeps_it(event):
    token = begin("command")
    database.run(sign_ins.note_use, sign_in_id=number_of(token), now=REAL + MAX_IDLE / 2)
    assert who(token, now=REAL + MAX_IDLE) == "command"


def test_a_rehearsals_sign_in_is_none_of_a_real_event(event):
    token = begin("admin", SignInMethod.REHEARSAL)
    other = begin("admin", SignInMethod.PASSWORD)
    database.run(loading.load_event, folder=SMALL, rehearsal=False, now=REAL)
    assert (who(token), who(other)) == (None, "admin")


@pytest.mark.parametrize("way", ["invitation", "password", "address", "display"])
def test_nothing_that_a_rehearsals_role_gives_lets_anybody_in_at_a_real_event(event, way):
    admin, token = person("admin"), begin("admin", SignInMethod.REHEARSAL)

    def give(command, **facts):
        return manage(command, by=admin, when=REAL, from_id=number_of(token), **facts)

    if way == "invitation":
        given = join(give(invitations.invite, person_id=admin.id))
    elif way == "display":
        given = give(sign_ins.open_display, name="Sảnh")
    elif way == "address":
        give(accounts.set_email, person_id=admin.id, email="toi@vi-du.vn")
    else:
        accounts.change_password(
            Origin(admin, number_of(token), real=REAL), password="bốn con vịt lội sông", current=""
        )
    database.run(loading.load_event, folder=SMALL, rehearsal=False, now=REAL)
    if way == "address":
        with pytest.raises(Refusal):
            hand_over("toi@vi-du.vn")
    elif way == "password":
        with pytest.raises(Refusal):
            accounts.sign_in(
                account="admin",
                password="bốn con vịt lội sông",
                known=None,
                client_info=ClientInfo(),
                now=REAL,
            )
    else:
        assert who(given) is None


def test_only_permitted_roles_end_a_browser_and_everybody_ends_their_own(event):
    token, own = begin(LEAD), begin("media")
    with refused("not_permitted", command="end_sign_in"):
        manage(sign_ins.end_sign_in, sign_in_id=number_of(token), by=person("media"), when=REAL)
    with one_change("end_sign_in"):
        manage(sign_ins.end_sign_in, sign_in_id=number_of(token), by=person("command"), when=REAL)
    manage(sign_ins.end_sign_in, sign_in_id=number_of(own), by=person("media"), when=REAL)
    assert (who(token), who(own)) == (None, None)


def test_ending_what_has_ended_writes_nothing_and_what_never_was_is_refused(event):
    token = begin(LEAD)
    number = number_of(token)
    database.run(sign_ins.sign_out, token=token, now=REAL)
    with nothing_written():
        manage(sign_ins.end_sign_in, sign_in_id=number, by=person("admin"), when=REAL + minutes(5))
    with refused("sign_in_unknown"):
        manage(sign_ins.end_sign_in, sign_in_id=10**6, by=person("admin"), when=REAL)


def test_withdrawing_takes_back_everything_that_admits_a_person(event):
    tokens, link = [begin(LEAD), begin(LEAD, SignInMethod.PASSWORD)], invite()
    accounts.change_password(
        Origin(person(LEAD), number_of(tokens[0]), real=REAL),
        password="bốn con vịt lội sông",
        current="",
    )
    manage(
        accounts.set_email,
        person_id=person(LEAD).id,
        email="an@vi-du.vn",
        by=person("admin"),
        when=REAL,
    )
    others = begin("command")
    assert withdraw(LEAD) == 1  # the password had ended the other one before
    assert [who(token) for token in tokens] == [None, None] and who(others) == "command"
    for code, attempt in (
        ("invitation_unknown", lambda: join(link)),
        ("email_unknown", lambda: hand_over("an@vi-du.vn")),
    ):
        with refused(code):
            attempt()
    with pytest.raises(Refusal, match="sign_in_wrong"):
        accounts.sign_in(
            account=LEAD,
            password="bốn con vịt lội sông",
            known=None,
            client_info=ClientInfo(),
            now=REAL,
        )


def test_what_the_provider_was_about_to_hand_over_is_withdrawn_too(known_address):
    ticket = hand_over(known_address)
    withdraw("command")
    with refused("invitation_unknown"):
        join(ticket)


def test_every_way_in_draws_a_new_token_of_sufficient_length(event):
    tokens = {begin("command") for _ in range(50)} | {invite("media") for _ in range(50)}
    assert len(tokens) == 100 and min(map(len, tokens)) >= 32  # 24 bytes and more, in base64


def test_the_list_of_browsers_names_those_that_count(event):
    begin("command", SignInMethod.REHEARSAL)
    ended = begin(LEAD)
    database.run(sign_ins.sign_out, token=ended, now=REAL)
    with database.reading() as session:
        (one,) = sign_ins.browsers(session, now=REAL)
        assert session.get(Person, one.person_id).key == "command"
    assert (one.how, one.address, one.device) == ("rehearsal", "203.0.113.7", "Chrome")


def test_no_token_is_written_anywhere(event):
    """Neither in a table nor in the trail, whatever made it."""
    drawn = [
        begin(LEAD),
        invite(),
        manage(sign_ins.open_display, name="Sảnh", by=person("admin"), when=REAL),
    ]
    with database.reading() as session:
        tables = ("signin", "invitation", "change", "person", "account")
        everything = str(
            [session.execute(text(f'SELECT * FROM "{name}"')).all() for name in tables]
        )
    assert not [token for token in drawn if token in everything]
