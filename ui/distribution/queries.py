"""The cached reads of the distribution: each is computed once per revision for all viewers."""

from data.distribution.addresses import address_count
from data.distribution.marks import last_copies
from data.distribution.queries import DistributionSnapshot, Ledger, distributions_at, ledger_of
from data.storage import database
from data.synthesis.queries import FrozenVersion, version_in_force
from ui.shell.cache import shared
from ui.shell.moment import Moment

TOPICS = ("distribution", "attendance")  # who is on the list is the roster's


def versions(moment: Moment) -> tuple[DistributionSnapshot, ...]:
    """The versions that were sent out, the newest first."""
    return _versions(moment.key_of("distribution"), moment)


@shared(4)
def _versions(key: tuple, _moment: Moment) -> tuple[DistributionSnapshot, ...]:
    with database.reading() as session:
        return tuple(distributions_at(session, _moment.event, _moment.view))


def ledger(moment: Moment, version: DistributionSnapshot) -> Ledger:
    """A version with every delegation, its delegates and their channels."""
    return _ledger(moment.key_of(*TOPICS), version, moment)


@shared(8)
def _ledger(key: tuple, version: DistributionSnapshot, _moment: Moment) -> Ledger:
    with database.reading() as session:
        return ledger_of(session, _moment.event, version)


def copies_to_take_back(moment: Moment, distribution_id: int, delegation_id: int) -> int:
    """How many paper copies of a delegation the last act was about, which can be taken back."""
    return _copies_back(moment.key_of(*TOPICS), distribution_id, delegation_id, moment)


@shared(64)
def _copies_back(key: tuple, distribution_id: int, delegation_id: int, _moment: Moment) -> int:
    with database.reading() as session:
        last = last_copies(session, _moment.event, distribution_id, delegation_id)
        return len(last.delegate_ids)


def approved(moment: Moment) -> FrozenVersion | None:
    """The version of the synthesis that counts."""
    return _approved(moment.key_of("synthesis"), moment)


@shared(4)
def _approved(key: tuple, _moment: Moment) -> FrozenVersion | None:
    with database.reading() as session:
        return version_in_force(session, _moment.event, _moment.view)


def addresses(moment: Moment) -> int:
    """How many e-mail addresses are stored."""
    return _addresses(moment.key_of(*TOPICS), moment)


@shared(4)
def _addresses(key: tuple, _moment: Moment) -> int:
    with database.reading() as session:
        return address_count(session, _moment.event)
