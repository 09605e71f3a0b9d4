"""Files of questions and petitions from units: read, matched with the event, and recorded."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass

from sqlalchemy import or_
from sqlmodel import Session, col, func, select

from data.attendance.queries import delegations
from data.commands import Context, command
from data.contributions.commands import last_number, require_references
from data.contributions.queries import contributions_at, forum_ids, topics
from data.imports.reading import read_file, require_for_page
from models.attendance.unit_names import official_name
from models.contributions.contributions import COLUMNS, Channel, Contribution, Submission
from models.events.event import Event, View, zone
from models.imports.contributions import (
    MAX_CONTRIBUTIONS,
    Known,
    Received,
    Rows,
    known_names,
    received_rows,
    without_known,
)
from models.imports.recognition import Kind, recognised
from models.imports.times import Days
from models.programme import ProgrammeItem
from models.refusals import Refusal


def read_contributions(
    session: Session, event: Event, files: Sequence[tuple[str, bytes]], view: View
) -> Rows:
    """What files (name, content) hold. Refuses what `read_file` does of a file, and
    `contributions_not_found` for one without a table of contributions."""
    tables = []
    for name, raw in files:
        require_for_page(name, raw)
        found = [recognised(sheet, Kind.CONTRIBUTIONS) for sheet in read_file(name, raw)]
        known = [table for table in found if table is not None]
        if not known:
            raise Refusal("contributions_not_found", file=name[:80])
        tables += known
    return received_rows(tables, _known(session, event), now=view.moment)


def _known(session: Session, event: Event) -> Known:
    ids = forum_ids(session, event)
    items = session.exec(select(ProgrammeItem).where(col(ProgrammeItem.id).in_(ids)))
    forums = [(one.id, (one.title_vi, one.title_en, one.short_vi, one.short_en)) for one in items]
    names = [
        (one.id, (one.name_vi, one.name_en)) for one in topics(session, event) if not one.retired
    ]
    units = [
        (one.id, (one.name_vi, *official_name(one).values())) for one in delegations(session, event)
    ]
    return Known(
        known_names(forums),
        known_names(names),
        known_names(units),
        Days(event.first_day, event.last_day),
        zone(event),
    )


@dataclass(frozen=True)
class ImportedContributions:
    """How many contributions a file brought, and how many of its rows were there already."""

    added: int
    known: int = 0


def _imported_before(session: Session, key: str) -> ImportedContributions | None:
    own = col(Contribution.idempotency_key)
    number = session.exec(
        select(func.count())
        .select_from(Contribution)
        .where(or_(own == f"{key}/1", own.startswith(f"{key}/", autoescape=True)))
    ).one()
    return ImportedContributions(number) if number else None


@command(
    "import_contributions",
    topic="contributions",
    subject="contribution",
    permission="register_contribution",
    replay=_imported_before,
)
def import_contributions(ctx: Context, *, received: Sequence[Received]) -> ImportedContributions:
    """Record the contributions of a file; what is there already is left out.

    Refuses `contributions_all_known`, `contributions_too_many`, and what `register_contribution`
    does of a submission.
    """
    if len(received) > MAX_CONTRIBUTIONS:
        raise Refusal("contributions_too_many", limit=MAX_CONTRIBUTIONS)
    rows = [Received(require_references(ctx, one.submission), one.received_at) for one in received]
    fresh, known = without_known(rows, _submissions(ctx))
    if not fresh:
        raise Refusal("contributions_all_known")
    number = last_number(ctx.session, ctx.event.id)
    made = [
        Contribution(
            event_id=ctx.event.id,
            number=number + place,
            channel=Channel.FILE.value,
            received_at=one.received_at or ctx.at,
            at=ctx.at,
            person_id=ctx.by.id,
            idempotency_key=f"{ctx.idempotency_key}/{place}",
            **asdict(one.submission),
        )
        for place, one in enumerate(fresh, start=1)
    ]
    ctx.session.add_all(made)
    ctx.session.flush()
    ctx.note(made[0].id, rows=len(made), number=made[0].number)
    return ImportedContributions(len(made), known)


def _submissions(ctx: Context) -> list[Submission]:
    """What is there now, as it was written."""
    return [
        Submission(
            **{name: getattr(one, name) for name in COLUMNS if name != "unit"},
            unit=one.unit_vi if one.unit_id is None else "",
        )
        for one in contributions_at(ctx.session, ctx.event, View(ctx.at))
    ]
