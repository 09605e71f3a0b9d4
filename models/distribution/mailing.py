"""E-mail: what is an address, how often a message is tried, and what became of an attempt."""

import re
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from models.refusals import Refusal
from models.text import clean

MAX_ADDRESS = 254
NAME = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_{|}~-]{1,64}+")
LABEL = re.compile(r"[A-Za-z0-9-]{1,63}+")
TOP = re.compile(r"[A-Za-z]{2,63}+")

RETRIES = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 240))
"""After how long a message is tried again that the server refused for now."""
LEASE = timedelta(minutes=5)
"""An attempt without an outcome for as long was broken off: no attempt takes longer
(`data.distribution.smtp.TIMEOUT`)."""
REASON_LENGTH = 200
SENDER_CODES = frozenset({530, 534, 535, 538})
"""Codes by which a server asks for another sign-in or for encryption (RFC 4954, RFC 3207)."""
SENDER_LIMIT = re.compile(r"5\d\d[ -]+5\.4\.5\b")
"""The sender's limit is reached (RFC 3463, 3.5)."""
POLICY = re.compile(r"5\d\d[ -]+5\.7\.\d")
"""Refused by the server's security or policy, which may be about the sender (RFC 3463, 3.8)."""


class Outcome(StrEnum):
    """What became of an attempt: `later` may be tried again, `unknown` may have arrived."""

    SENT = "sent"
    LATER = "later"
    FAILED = "failed"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Attempt:
    """The outcome of an attempt, with the server's answer; `lost`: the connection ended by it.

    `of_sender`: the server takes nothing from us now, to any recipient.
    """

    outcome: Outcome
    reason: str = ""
    lost: bool = False
    of_sender: bool = False


def require_address(written: str) -> str:
    """An e-mail address, its domain in small letters. Refuses `address_malformed`."""
    address = clean(written)
    name, _, domain = address.partition("@")
    fits = len(address) <= MAX_ADDRESS and ".." not in address
    if not (fits and NAME.fullmatch(name) and _is_domain(domain)):
        raise Refusal("address_malformed", address=address[:60])
    return f"{name}@{domain.lower()}"


def _is_domain(domain: str) -> bool:
    *labels, top = domain.split(".")
    return bool(labels and all(map(LABEL.fullmatch, labels)) and TOP.fullmatch(top))


def retry_after(attempts: int) -> timedelta | None:
    """After how long a message that was claimed so often is tried again; None: no more."""
    return RETRIES[attempts - 1] if attempts <= len(RETRIES) else None


def answer_of(code: int, text: bytes | str, address: str) -> str:
    """A mail server's answer as a reason: its code and text, without the address."""
    said = text.decode("utf-8", errors="replace") if isinstance(text, bytes) else text
    parts = ("…" if address.lower() in part.lower() else part for part in said.split())
    return f"{code} {clean(' '.join(parts))}".strip()[:REASON_LENGTH]


def judged(code: int, text: bytes | str, address: str, *, to_sender: bool = False) -> Attempt:
    """What a refusing answer means.

    A code of 400 to 499 is for now; any other is for good, unless it is about the sender: the
    answer to MAIL (`to_sender`), a sign-in that is asked for, a limit. A refusal by policy is
    tried again, since it does not say whose.
    """
    reason = answer_of(code, text, address)
    if to_sender or code in SENDER_CODES or SENDER_LIMIT.match(reason):
        return Attempt(Outcome.LATER, reason, lost=True, of_sender=True)
    for_now = 400 <= code < 500 or POLICY.match(reason)
    return Attempt(Outcome.LATER if for_now else Outcome.FAILED, reason)
