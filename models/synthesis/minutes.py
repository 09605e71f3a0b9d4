"""Minutes of a forum: signed off by its rapporteur, signed again after a change, withdrawn."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import JSON, CheckConstraint, UniqueConstraint
from sqlmodel import Column, Field

from models.documents import Content, digest_of
from models.refusals import Refusal
from models.storage import Fact

VERSION = 1  # of the content's shape


class SignedMinutes(Fact, table=True):
    """A fact: the minutes of a forum were signed off. `content`: their whole text, `digest`: of
    that text.

    The content has `version`, `meta` (`version` of the minutes, `moment`, `signer`, `forum`,
    `event`), and by language `frame` and `text`, sections as in `models.documents`.
    """

    __table_args__ = (UniqueConstraint("item_id", "version"),)

    id: int = Field(default=None, primary_key=True)
    item_id: int = Field(foreign_key="programmeitem.id")
    version: int
    content: Content = Field(sa_column=Column(JSON, nullable=False))
    digest: str


class MinutesWithdrawal(Fact, table=True):
    """A fact: signed minutes were withdrawn. Their content stays as it was signed."""

    __table_args__ = (CheckConstraint("length(reason) > 0"),)

    id: int = Field(default=None, primary_key=True)
    minutes_id: int = Field(foreign_key="signedminutes.id", unique=True)
    reason: str


@dataclass(frozen=True)
class MinutesSnapshot:
    """The newest minutes of a forum, as at a moment: when they were signed (aware UTC), by which
    office, and why they were withdrawn, None where they were not.
    """

    id: int
    item_id: int
    version: int
    digest: str
    at: datetime
    by: dict[str, str]
    withdrawn: str | None
    content: Content

    @property
    def counts(self) -> bool:
        return self.withdrawn is None

    @property
    def erased(self) -> bool:
        return not self.content

    @property
    def intact(self) -> bool:
        return not self.erased and digest_of(self.content) == self.digest


def require_signable(last: MinutesSnapshot | None, text: Content, *, forum: dict[str, str]) -> int:
    """The version that signing makes. Refuses `minutes_signed` where the minutes that count say
    the same."""
    if last is None:
        return 1
    if last.counts and last.content.get("text") == text:
        raise Refusal("minutes_signed", forum=forum, by=last.by, at=last.at)
    return last.version + 1


def require_withdrawable(last: MinutesSnapshot | None, *, forum: dict[str, str]) -> MinutesSnapshot:
    """The minutes that count. Refuses `minutes_not_signed` where there are none."""
    if last is None or not last.counts:
        raise Refusal("minutes_not_signed", forum=forum)
    return last
