"""One connection to the mail server, and what became of each message that was handed to it.

By the standard library: the sender is one thread with one connection at a rate of one message a
second or so, for which an asynchronous client would bring a dependency and no speed. It drives the
steps of a transfer itself, since an outcome depends on the step that failed: as long as the end of
the message was not sent, the server cannot have taken it; after that, only its answer says so.
"""

import re
import smtplib
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from email.message import EmailMessage
from email.policy import SMTP
from functools import partial

from data.distribution.mail import MailSettings
from models.distribution.mailing import Attempt, Outcome, answer_of, judged

TIMEOUT = 30.0  # seconds for each step; `models.distribution.mailing.LEASE` is longer than all
DOTS = re.compile(rb"(?m)^\.")
FAILURES = (smtplib.SMTPException, OSError)
Client = smtplib.SMTP


class MailServerLost(Exception):
    """The mail server cannot be reached, or takes no mail from us; no message was claimed."""


@contextmanager
def connected(settings: MailSettings) -> Iterator[smtplib.SMTP]:
    """A connection, signed in where the settings say so. Raises MailServerLost, without what the
    server said: that might repeat a name or a password.
    """
    try:
        client = _opened(settings)
    except smtplib.SMTPException as failure:
        raise MailServerLost(type(failure).__name__) from None
    except OSError as failure:
        raise MailServerLost(failure.strerror or type(failure).__name__) from None
    try:
        yield client
    finally:
        client.close()


def _opened(settings: MailSettings) -> smtplib.SMTP:
    place = (settings.host, settings.port)
    if settings.security == "tls":
        context = ssl.create_default_context()
        client: smtplib.SMTP = smtplib.SMTP_SSL(*place, timeout=TIMEOUT, context=context)
    else:
        client = smtplib.SMTP(*place, timeout=TIMEOUT)
    try:
        if settings.security == "starttls":
            client.starttls(context=ssl.create_default_context())
        client.ehlo_or_helo_if_needed()
        if settings.user:
            client.login(settings.user, settings.password)
    except (smtplib.SMTPException, OSError):
        client.close()
        raise
    return client


def as_sent(message: EmailMessage) -> bytes:
    """A message as it crosses the line, its end left out (RFC 5321, 4.5.2)."""
    raw = DOTS.sub(b"..", message.as_bytes(policy=SMTP))
    return raw if raw.endswith(b"\r\n") else raw + b"\r\n"


def deliver(client: smtplib.SMTP, raw: bytes, *, sender: str, to: str) -> Attempt:
    """Hand over a message (`as_sent`); raises nothing of the connection's, whose end is an outcome
    as well."""
    try:
        refused = _announced(client, sender, to)
        if refused is not None:
            if not refused.lost:
                client.rset()
            return refused
        client.send(raw)
    except FAILURES as failure:
        return Attempt(Outcome.LATER, type(failure).__name__, lost=True)
    try:
        client.send(b".\r\n")
        code, text = client.getreply()
    except FAILURES as failure:
        return Attempt(Outcome.UNKNOWN, type(failure).__name__, lost=True)
    if code != 250:
        return judged(code, text, to)
    return Attempt(Outcome.SENT, answer_of(code, text, to))


def _announced(client: smtplib.SMTP, sender: str, to: str) -> Attempt | None:
    """Sender, recipient and the wish to send; the refusal of any of them, None where all stand."""
    steps: tuple[tuple[Callable[[], tuple[int, bytes]], tuple[int, ...]], ...] = (
        (partial(client.mail, sender), (250,)),
        (partial(client.rcpt, to), (250, 251)),
        (partial(client.docmd, "DATA"), (354,)),
    )
    for number, (step, taken) in enumerate(steps):
        code, text = step()
        if code not in taken:
            return judged(code, text, to, to_sender=number == 0)
    return None
