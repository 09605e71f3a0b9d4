"""Tests of data/storage/measures.py: which refusals are noted in the log, and that nothing of whom
they met stands there.
"""

import logging
from datetime import timedelta

import pytest

from data.access import accounts, invitations
from data.storage import database
from models.access.sign_ins import ClientInfo
from models.refusals import Refusal
from tests.stage import REAL, manage, person

LEAD = "lead.an_ninh"
CLIENT_INFO = ClientInfo("203.0.113.7", "Chrome")
HERE = "0" * 64


def wrong_password() -> None:
    accounts.sign_in(
        account="command", password="sai rồi", known=None, client_info=CLIENT_INFO, now=REAL
    )


def too_many() -> None:
    for number in range(50):
        try:
            accounts.sign_in(
                account="command",
                password="sai",
                known=None,
                client_info=CLIENT_INFO,
                now=REAL + timedelta(microseconds=number),
            )
        except Refusal as refusal:
            if refusal.code == "sign_in_wait":
                raise


def hand_over(email: str, *, verified: bool) -> None:
    database.run(invitations.hand_over, email=email, verified=verified, fingerprint=HERE, now=REAL)


def set_pin() -> None:
    manage(accounts.set_pin, person_id=person("desk.ban_1").id, by=person(LEAD), when=REAL)


WAYS = {
    "sign_in_wrong": wrong_password,
    "sign_in_wait": too_many,
    "invitation_unknown": lambda: database.run(invitations.join, token="made-up-Zq81", now=REAL),
    "email_unknown": lambda: hand_over("nguoi.la@vi-du.vn", verified=True),
    "email_unverified": lambda: hand_over("nguoi.la@vi-du.vn", verified=False),
    "not_permitted": set_pin,
}


@pytest.mark.parametrize("code", WAYS)
def test_a_refused_sign_in_is_in_the_log_by_the_reason_alone(event, caplog, code):
    caplog.set_level(logging.INFO, "data.storage.measures")
    with pytest.raises(Refusal) as refused:
        WAYS[code]()
    assert refused.value.code == code
    noted = [record for record in caplog.records if record.name == "data.storage.measures"]
    assert noted[-1].code == code and noted[-1].getMessage().startswith(f"refused: {code}")
    for personal in ("command", "203.0.113.7", "vi-du.vn", "Zq81", LEAD):
        assert not [record for record in noted if personal in record.getMessage()]


def test_the_command_is_named_where_it_was_not_permitted(event, caplog):
    caplog.set_level(logging.INFO, "data.storage.measures")
    with pytest.raises(Refusal):
        set_pin()
    assert caplog.records[-1].command == "set_pin"


def test_a_slip_is_no_matter_for_the_log(event, caplog):
    caplog.set_level(logging.INFO, "data.storage.measures")
    with pytest.raises(Refusal):
        manage(
            accounts.set_email,
            person_id=person(LEAD).id,
            email="no address",
            by=person("admin"),
            when=REAL,
        )
    assert [record for record in caplog.records if record.name == "data.storage.measures"] == []
