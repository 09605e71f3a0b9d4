"""E-mail addresses of delegates: read from a file of badges and addresses, stored until erased."""

from collections.abc import Mapping

from sqlalchemy import delete, func
from sqlmodel import Session, col, select

from data.commands import Context, command
from data.imports.reading import read_file, require_for_page
from data.storage import database
from models.attendance.badges import badge_code
from models.attendance.ledger import Delegate
from models.distribution.ledger import DelegateAddress
from models.distribution.mailing import require_address
from models.events.event import Event
from models.refusals import Refusal

MAX_NAMED = 5  # lines that a refusal names


def read_addresses(name: str, raw: bytes) -> dict[str, str]:
    """Badge to address, of an office's file (XLSX, ODS, CSV, DOCX): of each line the cell with an @
    and the one that is a badge code, whatever the columns are called.

    Refuses what `read_file` does, `addresses_none`, and `addresses_wrong` with the first lines
    that have an @ and no such pair, or a badge that stands there before.
    """
    require_for_page(name, raw)
    found: dict[str, str] = {}
    wrong: list[int] = []
    for sheet in read_file(name, raw):
        for line in sheet.lines:
            texts = [str(cell) for cell in line.cells if cell is not None]
            written = [text for text in texts if "@" in text]
            if not written:
                continue
            badges = [badge for text in texts if (badge := _badge(text))]
            address = _address(written[0])
            if len(written) > 1 or len(badges) != 1 or address is None or badges[0] in found:
                wrong.append(line.number)
            else:
                found[badges[0]] = address
    if wrong:
        lines = ", ".join(map(str, wrong[:MAX_NAMED]))
        raise Refusal("addresses_wrong", count=len(wrong), lines=lines)
    if not found:
        raise Refusal("addresses_none")
    return found


def _badge(text: str) -> str | None:
    try:
        return badge_code(text)
    except Refusal:
        return None


def _address(text: str) -> str | None:
    try:
        return require_address(text)
    except Refusal:
        return None


@command("give_addresses", topic="distribution", subject="addresses", permission="handle_addresses")
def give_addresses(ctx: Context, *, addresses: Mapping[str, str]) -> int:
    """Store the addresses of delegates by their badges; the former ones of these are replaced.

    The change log holds their number alone. Refuses `address_malformed`, and `addresses_unknown`
    with the first badges that are no one's on the list; returns how many were stored.
    """
    ctx.require()
    wanted = {badge: require_address(address) for badge, address in addresses.items()}
    listed = select(Delegate.badge, Delegate.id).where(
        Delegate.event_id == ctx.event.id, col(Delegate.retired).is_(False)
    )
    known: dict[str, int] = dict(ctx.session.exec(listed).all())
    unknown = [badge for badge in wanted if badge not in known]
    if unknown:
        badges = ", ".join(unknown[:MAX_NAMED])
        raise Refusal("addresses_unknown", count=len(unknown), badges=badges)
    if not wanted:
        raise Refusal("addresses_none")
    for badge, address in wanted.items():
        row = DelegateAddress(delegate_id=known[badge], email=address, at=ctx.real)
        ctx.session.merge(row)
    ctx.session.flush()
    ctx.note(None, rows=len(wanted))
    return len(wanted)


@command(
    "forget_addresses",
    topic="distribution",
    subject="addresses",
    permission="handle_addresses",
    when_over=True,
)
def forget_addresses(ctx: Context) -> int:
    """Delete every address of the event's delegates; how many. Refuses `addresses_none`."""
    ctx.require()
    number = address_count(ctx.session, ctx.event)
    if not number:
        raise Refusal("addresses_none")
    database.note_erasure(ctx.session)
    own = select(Delegate.id).where(Delegate.event_id == ctx.event.id)
    ctx.session.execute(delete(DelegateAddress).where(col(DelegateAddress.delegate_id).in_(own)))
    ctx.note(None, rows=number)
    return number


def addressed(session: Session, event: Event, delegation_id: int | None = None) -> list[int]:
    """The ids of the delegates on the list, of one delegation or of all, who have an address."""
    query = (
        select(DelegateAddress.delegate_id)
        .join(Delegate, col(Delegate.id) == col(DelegateAddress.delegate_id))
        .where(
            Delegate.event_id == event.id,
            col(Delegate.retired).is_(False),
            DelegateAddress.email != "",
        )
        .order_by(col(DelegateAddress.delegate_id))
    )
    if delegation_id is not None:
        query = query.where(Delegate.delegation_id == delegation_id)
    return list(session.exec(query))


def address_count(session: Session, event: Event) -> int:
    """How many addresses are stored, also of delegates who were taken from the list."""
    return session.exec(
        select(func.count())
        .select_from(DelegateAddress)
        .join(Delegate, col(Delegate.id) == col(DelegateAddress.delegate_id))
        .where(Delegate.event_id == event.id, DelegateAddress.email != "")
    ).one()
