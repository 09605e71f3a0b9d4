"""E-mail of the distribution: hands the outbox to the mail server, one message at a time."""

import logging
import threading
from datetime import datetime, timedelta
from email.errors import MessageError

from data.commands import Origin, run
from data.distribution import mail, smtp
from data.distribution.links import content_of
from data.distribution.mail import Letter, MailSettings
from data.distribution.outbox import (
    Envelope,
    claim_email,
    has_lost,
    next_due,
    record_email,
    settle_lost_email,
)
from data.distribution.smtp import MailServerLost
from data.events.clock import real_now
from data.events.current import current_event
from data.storage import database
from data.words import event_words
from jobs.runner import Job
from models.distribution.mailing import Attempt, Outcome
from models.events.event import Event

log = logging.getLogger(__name__)

MAX_PAUSE = 15.0  # seconds; another process may have queued a message
PAUSE_WITHOUT_SERVER = 60.0
UNMADE = (MessageError, ValueError, LookupError, TypeError, AttributeError)
"""What `email` raises of a text that it cannot write, which also has no one name for it."""
BATCH = 100  # messages over one connection, which a mail server may not like to see for hours

_stopped = threading.Event()


def send() -> float:
    """Sends what is due, at the operator's rate; returns the real seconds until the next look.

    Several processes may do so at once: each message is claimed by one. Nothing of a rehearsal
    ever leaves.
    """
    _stopped.clear()
    with database.reading() as session:
        event = current_event(session)
        if event is None or event.rehearsal:
            return MAX_PAUSE
        now = real_now()
        lost, due = has_lost(session, event, now), next_due(session, event)
    if lost:
        run(Origin(real=now), settle_lost_email)
    settings = mail.mail_settings()
    if settings is None or event.is_over or due is None or due > now:
        return _until(due, now) if settings and not event.is_over else MAX_PAUSE
    try:
        with smtp.connected(settings) as client:
            return _send_batch(event, settings, client)
    except MailServerLost as failure:
        log.warning("the mail server takes no mail: %s", failure)
        return PAUSE_WITHOUT_SERVER


def _until(due: datetime | None, now: datetime) -> float:
    if due is None:
        return MAX_PAUSE
    return min(max((due - now).total_seconds(), 0.05), MAX_PAUSE)


def _send_batch(event: Event, settings: MailSettings, client: smtp.Client) -> float:
    pause = timedelta(minutes=1) / settings.per_minute
    contents: dict[int, bytes] = {}
    for _ in range(BATCH):
        claimed = _claim(event, pause)
        if claimed is None:
            break
        attempt = _hand_over(event, settings, client, claimed, contents)
        run(Origin(real=real_now()), record_email, envelope=claimed, attempt=attempt)
        if attempt.of_sender:  # its words stand in the ledger; they may hold a name
            log.warning("the mail server takes no mail: %s", attempt.reason[:3])
            return PAUSE_WITHOUT_SERVER
        if attempt.lost:
            break
    return 0.05


def _claim(event: Event, pause: timedelta) -> Envelope | None:
    """The next message, once the rate allows it; None where nothing is due, or the server stops."""
    while not _stopped.is_set():
        claimed = run(Origin(real=real_now()), claim_email, event_id=event.id, pause=pause)
        if not isinstance(claimed, timedelta):
            return claimed
        _stopped.wait(claimed.total_seconds())
    return None


def _hand_over(
    event: Event,
    settings: MailSettings,
    client: smtp.Client,
    claimed: Envelope,
    contents: dict[int, bytes],
) -> Attempt:
    if claimed.distribution_id not in contents:
        with database.reading() as session:
            contents[claimed.distribution_id] = content_of(session, claimed.distribution_id)
    letter = Letter(
        claimed.title,
        claimed.version,
        claimed.file_name,
        claimed.file_kind,
        f"{settings.address}/read/{claimed.token}",
    )
    try:
        message = mail.message_of(
            event,
            settings,
            letter,
            to=claimed.to,
            message_id=mail.message_id_of(settings, claimed.message),
            content=contents[claimed.distribution_id],
            now=real_now(),
        )
        raw = smtp.as_sent(message)
    except UNMADE as failure:  # nothing has left, and the others go on
        log.error("a message could not be made: %s", type(failure).__name__)
        return Attempt(Outcome.FAILED, event_words(event, "vi")("distribution.mail_unmade"))
    return smtp.deliver(client, raw, sender=settings.sender, to=claimed.to)


JOB = Job("distribution", send, frozenset({"distribution", "event"}), stop=_stopped.set)
