"""A real SMTP server of this process, which answers some recipients as it is asked to."""

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from email import message_from_bytes

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult

from tests.serving import free_port


class MailServer:
    """What the server took, and how it answers.

    `answers`: by address the answers to the next attempts, each instead of taking the message;
    `to_sender`: the answers to the next announcements of the sender;
    `at_data`: called with each message that was taken, before the server says so. `silent`: the
    addresses after whose message the line breaks instead.
    """

    def __init__(self) -> None:
        self.port = free_port()
        self.taken: list[tuple[str, str]] = []  # (address, Message-ID)
        self.answers: dict[str, list[str]] = {}
        self.to_sender: list[str] = []
        self.at_data: Callable[[str], object] = lambda _address: None
        self.silent: set[str] = set()

    async def handle_MAIL(self, _server, _session, envelope, address, _options) -> str:
        if self.to_sender:
            return self.to_sender.pop(0)
        envelope.mail_from = address
        return "250 OK"

    async def handle_RCPT(self, _server, _session, envelope, address, _options) -> str:
        if waiting := self.answers.get(address):
            return waiting.pop(0)
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, _session, envelope) -> str:
        (address,) = envelope.rcpt_tos
        self.taken.append((address, message_from_bytes(envelope.content)["Message-ID"]))
        self.at_data(address)
        if address in self.silent:
            server.transport.abort()
        return "250 OK"

    def authenticate(self, _server, _session, _envelope, _mechanism, data) -> AuthResult:
        return AuthResult(success=data.password == b"dung", handled=False)

    @property
    def settings(self) -> dict[str, str]:
        """The environment of a server that sends by this one."""
        return {
            "SMTP_HOST": "127.0.0.1",
            "SMTP_PORT": str(self.port),
            "SMTP_SECURITY": "none",
            "SMTP_FROM": "ban.to.chuc@vi-du.vn",
            "SMTP_RATE": "6000",
            "PUBLIC_ADDRESS": "https://vi-du.vn",
        }

    @property
    def by_message(self) -> Counter[str]:
        """How often each Message-ID was taken."""
        return Counter(message for _, message in self.taken)

    @property
    def by_address(self) -> Counter[str]:
        return Counter(address for address, _ in self.taken)


@contextmanager
def mail_server(**options: object) -> Iterator[MailServer]:
    server = MailServer()
    controller = Controller(
        server, hostname="127.0.0.1", port=server.port, authenticator=server.authenticate,
        auth_require_tls=False, **options,
    )  # fmt: skip
    controller.start()
    try:
        yield server
    finally:
        controller.stop()
