"""Tests of models/distribution/mailing.py: addresses, retries, and what a server's answer means."""

import pytest

from models.distribution.mailing import (
    RETRIES,
    Outcome,
    judged,
    require_address,
    retry_after,
)
from models.refusals import Refusal
from tests.rows import every_row


@every_row(
    ("written", "address"),
    [
        ("ai@vi-du.vn", "ai@vi-du.vn"),
        ("  Van.Thu+1@Nghe-An.GOV.VN ", "Van.Thu+1@nghe-an.gov.vn"),
        ("", None),
        ("ai", None),
        ("ai@vi-du", None),
        ("ai@@vi-du.vn", None),
        ("ai..ai@vi-du.vn", None),
        ("ai@vi-du.vn, khac@vi-du.vn", None),
        ("ai@vi-du.vn\r\nBcc: khac@vi-du.vn", None),
        ("Nguyễn@vi-du.vn", None),
        ("a" * 64 + "@" + "b." * 100 + "vn", None),
    ],
)
def test_an_address_is_one_plain_address(written, address):
    if address is None:
        with pytest.raises(Refusal, match="address_malformed"):
            require_address(written)
    else:
        assert require_address(written) == address


def test_a_message_is_tried_again_later_and_later_and_not_for_ever():
    waits = [retry_after(number) for number in range(1, len(RETRIES) + 2)]
    assert waits[:-1] == sorted(RETRIES) and waits[-1] is None


@every_row(
    ("code", "outcome"),
    [(421, Outcome.LATER), (451, Outcome.LATER), (550, Outcome.FAILED), (554, Outcome.FAILED)],
)
def test_an_answer_of_the_four_hundreds_is_for_now_and_the_reason_names_no_address(code, outcome):
    attempt = judged(code, b"5.1.1 <Ai@vi-du.vn>\r\nunknown", "ai@vi-du.vn")
    assert attempt.outcome is outcome
    assert attempt.reason == f"{code} 5.1.1 … unknown"


@every_row(
    ("code", "text", "to_sender", "outcome", "of_sender"),
    [
        (550, "5.1.1 unknown", False, Outcome.FAILED, False),
        (550, "5.4.5 limit exceeded", False, Outcome.LATER, True),
        (530, "5.7.0 sign in first", False, Outcome.LATER, True),
        (550, "not from you", True, Outcome.LATER, True),
        (554, "5.7.1 relaying denied", False, Outcome.LATER, False),
    ],
)
def test_what_is_refused_to_the_sender_is_no_recipients_end(
    code, text, to_sender, outcome, of_sender
):
    attempt = judged(code, text, "ai@vi-du.vn", to_sender=to_sender)
    assert (attempt.outcome, attempt.of_sender, attempt.lost) == (outcome, of_sender, of_sender)
