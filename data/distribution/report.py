"""What is taken out of the ledger for a file, and the record of it."""

from dataclasses import dataclass, replace
from datetime import datetime

from data.commands import Context, command
from data.distribution.marks import known_distribution
from data.distribution.queries import DelegationLedger, Ledger, ledger_of, snapshot_of
from models.distribution.ledger import State
from models.events.event import Event
from models.refusals import Refusal


@dataclass(frozen=True)
class LedgerReport:
    """A version's ledger for a file; `missing`: only those who have not acknowledged."""

    event: Event
    at: datetime
    ledger: Ledger
    missing: bool


@command("export_distribution", topic="people", subject="export")
def export_distribution(
    ctx: Context, *, distribution_id: int, delegation_id: int | None, missing: bool
) -> LedgerReport:
    """The list of delegates to sign, of one delegation or of all, perhaps only of those who have
    not acknowledged; that it was taken is noted.

    Refuses `distribution_unknown`, and `distribution_nothing` for a list without anyone.
    """
    ctx.require()
    found = known_distribution(ctx, distribution_id)
    whole = ledger_of(ctx.session, ctx.event, snapshot_of(found, withdrawn=False))
    chosen = tuple(
        part
        for one in whole.delegations
        if delegation_id in (None, one.id) and (part := _part(one, missing)).lines
    )
    if not chosen:
        raise Refusal("distribution_nothing")
    ledger = replace(whole, delegations=chosen)
    rows = sum(len(one.lines) for one in chosen)
    ctx.note(None, rows=rows, document=found.title)
    return LedgerReport(ctx.event, ctx.at, ledger, missing)


def _part(delegation: DelegationLedger, missing: bool) -> DelegationLedger:
    lines = delegation.lines
    if missing:
        lines = tuple(one for one in lines if one.state is not State.ACKNOWLEDGED)
    return replace(delegation, lines=lines)
