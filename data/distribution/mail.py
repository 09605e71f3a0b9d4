"""E-mail of the distribution: the operator's settings, and the message that a delegate gets."""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime
from functools import partial
from urllib.parse import urlsplit

from data.distribution.files import MIMES
from data.documents.content import settings_of
from data.words import Words, event_words
from models.distribution.ledger import FileKind
from models.distribution.mailing import require_address
from models.events.event import Event
from models.refusals import Refusal

SECURITY = ("starttls", "tls", "none")
PORTS = {"starttls": "587", "tls": "465", "none": "25"}
PER_MINUTE, MAX_PER_MINUTE = "60", 6000
ATTACHED = 2 * 2**20
"""Up to so many bytes a document is attached; a larger one is read by the link alone."""
HOST = re.compile(r"[A-Za-z0-9.:_-]{1,255}")
LOCAL = ("localhost", "127.0.0.1", "::1")


@dataclass(frozen=True)
class MailSettings:
    """How e-mail leaves: the server and who signs in to it, from whom, how many a minute, and the
    address (`https://…`) at which delegates reach this server.
    """

    host: str
    port: int
    security: str
    user: str
    sender: str
    per_minute: int
    address: str
    password: str = field(default="", repr=False)


def mail_settings() -> MailSettings | None:
    """The settings of the environment; None where SMTP_HOST is not set: no e-mail leaves.

    Refuses `setting_unknown`, `mail_incomplete`, and `mail_password_in_clear` for a password that
    would cross the network without TLS. No refusal holds a password.
    """
    host = os.environ.get("SMTP_HOST", "").strip()
    if not host:
        return None
    security = _one_of("SMTP_SECURITY", os.environ.get("SMTP_SECURITY") or SECURITY[0], SECURITY)
    user, password = os.environ.get("SMTP_USER", ""), os.environ.get("SMTP_PASSWORD", "")
    if security == "none" and password and host not in LOCAL:
        raise Refusal("mail_password_in_clear")
    return MailSettings(
        host=_matching("SMTP_HOST", host, HOST),
        port=_number("SMTP_PORT", os.environ.get("SMTP_PORT") or PORTS[security], 65535),
        security=security,
        user=user,
        password=password,
        sender=_sender(os.environ.get("SMTP_FROM", "")),
        per_minute=_number("SMTP_RATE", os.environ.get("SMTP_RATE") or PER_MINUTE, MAX_PER_MINUTE),
        address=_address(os.environ.get("PUBLIC_ADDRESS", "")),
    )


def _one_of(setting: str, value: str, values: tuple[str, ...]) -> str:
    if value not in values:
        raise Refusal(
            "setting_unknown", setting=setting, value=value[:40], values=", ".join(values)
        )
    return value


def _matching(setting: str, value: str, pattern: re.Pattern[str]) -> str:
    if not pattern.fullmatch(value):
        raise Refusal("mail_incomplete", setting=setting)
    return value


def _number(setting: str, value: str, limit: int) -> int:
    if not value.isascii() or not value.isdigit() or not 0 < int(value) <= limit:
        raise Refusal("setting_unknown", setting=setting, value=value[:20], values=f"1–{limit}")
    return int(value)


def _sender(value: str) -> str:
    try:
        return require_address(value)
    except Refusal:
        raise Refusal("mail_incomplete", setting="SMTP_FROM") from None


def _address(value: str) -> str:
    parts = urlsplit(value.strip())
    if parts.scheme not in ("http", "https") or not HOST.fullmatch(parts.netloc):
        raise Refusal("mail_incomplete", setting="PUBLIC_ADDRESS")
    return f"{parts.scheme}://{parts.netloc}"


def leaves(event: Event) -> bool:
    """Whether e-mail of this event can leave."""
    return not event.rehearsal and mail_settings() is not None


def require_mail(event: Event) -> MailSettings:
    """The settings, where this event may send e-mail.

    Refuses `email_in_rehearsal`: no message of a rehearsal ever leaves; and `email_off`.
    """
    if event.rehearsal:
        raise Refusal("email_in_rehearsal")
    settings = mail_settings()
    if settings is None:
        raise Refusal("email_off")
    return settings


# --- the message ---------------------------------------------------------------------------------


@dataclass(frozen=True)
class Letter:
    """What a message says: of which document, and the personal link."""

    title: str
    version: int
    file_name: str
    file_kind: FileKind
    link: str


def message_id_of(settings: MailSettings, token: str) -> str:
    host = urlsplit(settings.address).hostname or "localhost"
    return f"<{token}@{host}>"


def message_of(
    event: Event,
    settings: MailSettings,
    letter: Letter,
    *,
    to: str,
    message_id: str,
    content: bytes,
    now: datetime,
) -> EmailMessage:
    """The message to one delegate, in Vietnamese as the document is; it names no one."""
    words = event_words(event, "vi")
    say = partial(_said, words, event, letter)
    name, _, domain = settings.sender.rpartition("@")
    issuer = settings_of(event, words)["issuer_vi"]
    message = EmailMessage()
    message["Subject"] = say("mail_subject")
    message["From"] = Address(issuer, name, domain)
    message["To"] = to
    message["Date"] = format_datetime(now)
    message["Message-ID"] = message_id
    message["Auto-Submitted"] = "auto-generated"
    attached = 0 < len(content) <= ATTACHED
    lines = [say("mail_opening", issuer=issuer), say("mail_attached") if attached else ""]
    lines += [say("mail_confirm"), letter.link, say("mail_own"), issuer]
    message.set_content("\n\n".join(filter(None, lines)), cte="quoted-printable")
    if attached:
        main, _, sub = MIMES[letter.file_kind].partition("/")
        message.add_attachment(content, maintype=main, subtype=sub, filename=letter.file_name)
    return message


def _said(words: Words, event: Event, letter: Letter, key: str, **facts: str) -> str:
    known: Mapping[str, object] = {
        "title": letter.title,
        "version": letter.version,
        "event": words.of(event, "name"),
    }
    return words(f"distribution.{key}", **known, **facts)
