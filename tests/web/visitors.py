"""Everybody who may come to a server's door: people of each role, and those whose cookie is
forged, ended, expired or locked.
"""

import hashlib
import os
from dataclasses import dataclass, field
from datetime import timedelta

from itsdangerous import Signer
from sqlalchemy import update
from sqlmodel import select

from data.access import accounts, invitations, sign_ins
from data.access.people import person_by_key
from data.access.secrets import cookie_secret
from data.commands import Origin, run
from data.events.clock import real_now
from data.storage import database
from models.access.people import Person
from models.access.sign_ins import MAX_IDLE, SignIn
from tests.serving import Answer, Server
from tests.stage import manage

MEMBERS = (
    "admin", "command", "committee", "media", "lead.an_ninh", "deputy.an_ninh", "desk.ban_1",
    "rapporteur.dien_dan_1",
)  # fmt: skip
OUTSIDERS = (
    "nobody", "garbage", "unsigned", "wrong signature", "another secret",
    "signed for another purpose", "ended", "withdrawn",
    "expired", "idle", "of a rehearsal",
)  # fmt: skip


@dataclass
class House:
    """A server, its event, the cookies of whoever came to it so far, and what was answered to a
    test that keeps it.
    """

    server: Server
    rehearsal: bool
    cookies: dict[str, str] = field(default_factory=dict)
    pin: str = ""
    answers: dict[object, Answer] = field(default_factory=dict)

    def enter(self) -> None:
        """Lets this process read and write where the server does."""
        database.dispose()
        os.environ["DATABASE_URL"] = self.server.database

    @property
    def outsiders(self) -> tuple[str, ...]:
        return tuple(who for who in OUTSIDERS if not (self.rehearsal and who == "of a rehearsal"))

    def cookie(self, who: str) -> str:
        """What a visitor's browser sends, kept from his first visit on."""
        if who not in self.cookies:
            self.cookies[who] = self.anew(who)
        return self.cookies[who]

    def anew(self, who: str) -> str:
        """The cookie of a new browser."""
        if who in MEMBERS:
            return f"san_sang={self.joined(who)}"
        if who in OUTSIDERS:
            return self._forged(who)
        return {"display": self._display, "locked": self._locked}[who]()

    def joined(self, key: str) -> str:
        """The signed token of a browser that came by an invitation."""
        link = run(Origin(real=real_now()), invitations.invite_from_command_line, key=key)
        return self.server.ask(f"/join/{link}", method="POST").cookies["san_sang"]

    def _display(self) -> str:
        token = manage(sign_ins.open_display, name="Sảnh", by=self.person("admin"), when=real_now())
        return f"san_sang={self.server.ask(f'/d/{token}').cookies['san_sang']}"

    def _locked(self) -> str:
        desk = self.person("desk.ban_2")
        self.pin = manage(
            accounts.set_pin, person_id=desk.id, by=self.person("admin"), when=real_now()
        )
        signed = self.joined(desk.key)
        manage(accounts.lock, from_id=sign_in_of(signed), by=desk, when=real_now())
        return f"san_sang={signed}"

    def _forged(self, who: str) -> str:
        """A cookie that has to count for nothing. All but the first two begin with a token that
        is, or was, good.
        """
        if who == "nobody":
            return ""
        if who == "garbage":
            return 'san_sang=a.b.c; san_sang_known="'
        signed = self.joined("command")
        token = signed.rpartition(".")[0]
        with database.writing() as session:
            secret = cookie_secret(session)
        forged = {
            "unsigned": lambda: token,
            "wrong signature": lambda: signed[:-2] + ("AA" if signed[-2:] != "AA" else "BB"),
            "another secret": lambda: _signed(token, "not the secret", purpose="sign_in"),
            "signed for another purpose": lambda: _signed(token, secret, purpose="known"),
        }
        if who in forged:
            return f"san_sang={forged[who]()}"
        assert _signed(token, secret, purpose="sign_in") == signed, (
            "the forgeries above are made as the real one is"
        )
        self._end(who, sign_in_of(signed))
        return f"san_sang={signed}"

    def _end(self, who: str, number: int) -> None:
        now, second = real_now(), timedelta(seconds=1)
        if who == "ended":
            manage(sign_ins.end_sign_in, sign_in_id=number, by=self.person("admin"), when=now)
        elif (
            who == "withdrawn"
        ):  # the others of that person go with it, so this one is somebody else's
            change(number, person_id=self.person("lead.hau_can").id)
            manage(
                invitations.withdraw,
                person_id=self.person("lead.hau_can").id,
                by=self.person("admin"),
                when=now,
            )
        else:
            moments = {
                "expired": {"expires_at": now - second},
                "idle": {"used_at": now - MAX_IDLE - second},
            }
            change(number, **moments.get(who, {"rehearsal": True}))

    def person(self, key: str) -> Person:
        with database.reading() as session:
            found = person_by_key(session, key)
            session.expunge(found)
            return found


def sign_in_of(signed: str) -> int:
    """The sign-in that a signed token belongs to, whatever became of it."""
    token_hash = hashlib.sha256(signed.rpartition(".")[0].encode()).hexdigest()
    with database.reading() as session:
        return session.exec(select(SignIn.id).where(SignIn.token_hash == token_hash)).one()


def change(number: int, **values: object) -> None:
    """Changes a sign-in's row as time, or somebody with the database in hand, would."""
    with database.writing() as session:
        session.execute(update(SignIn).where(SignIn.id == number).values(**values))


def _signed(token: str, secret: str, *, purpose: str) -> str:
    return (
        Signer(secret, salt=f"san_sang.{purpose}", digest_method=hashlib.sha256)
        .sign(token)
        .decode()
    )
