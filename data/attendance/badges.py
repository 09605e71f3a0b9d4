"""Badges: their replacement, after which the old one opens nothing, and their printing."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, or_
from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from data.attendance.badge_sheets import Group, PrintedBadge, Sheets, badge_sheets
from data.attendance.lookup import no_such_badge, require_own_desk
from data.attendance.particulars import NOTHING, every_particulars, readable
from data.commands import Context, command
from data.documents.notice import short_notice
from data.programme import items_at
from data.words import Words
from models.attendance.badges import ReplacedBadge, badge_code, badge_number, badge_of
from models.attendance.delegates import DelegateChange
from models.attendance.ledger import Delegate, Delegation, Expectation
from models.attendance.particulars import Particular
from models.events.event import Event, View
from models.plan import ItemPlan, VenueChange
from models.programme import ProgrammeItem
from models.storage import Change, Topic


@dataclass(frozen=True)
class NewBadge:
    """What a delegate was given in place of a badge."""

    old: str
    badge: str
    title_vi: str
    title_en: str


def _first_replacement(session: Session, key: str) -> NewBadge | None:
    query = select(ReplacedBadge).where(col(ReplacedBadge.idempotency_key) == key)
    former = session.exec(query).first()
    return _given_for(session, former) if former else None


@command("replace_badge", topic="attendance", subject="delegate", replay=_first_replacement)
def replace_badge(ctx: Context, *, badge: str) -> NewBadge:
    """Give a delegate the next free code. The old one opens nothing from this transaction on; what
    was recorded by it stays.

    Refuses `badge_malformed`, `badge_mistyped`, `badge_unknown`, `badge_replaced`,
    `badges_used_up`.
    """
    require_own_desk(ctx)
    delegate = _delegate(ctx, badge)
    old, new = delegate.badge, next_free(ctx.session, ctx.event)
    former = ReplacedBadge(event_id=ctx.event.id, badge=old, delegate_id=delegate.id)
    ctx.record(former, badge=new, replaced=old)
    delegate.badge = new
    delegate.folded = delegate.folded.replace(old.lower(), new.lower())
    ctx.session.add(delegate)
    return NewBadge(old, new, delegate.title_vi, delegate.title_en)


def _delegate(ctx: Context, badge: str) -> Delegate:
    code = badge_code(badge)
    query = select(Delegate).where(
        col(Delegate.event_id) == ctx.event.id,
        col(Delegate.badge) == code,
        col(Delegate.retired).is_(False),
    )
    found = ctx.session.exec(query).first()
    if found is None:
        raise no_such_badge(ctx.session, ctx.event, code)
    return found


def _given_for(session: Session, former: ReplacedBadge) -> NewBadge:
    """What was given for a badge: the delegate's next one that was replaced, else their own."""
    delegate = session.get_one(Delegate, former.delegate_id)
    later = (
        select(ReplacedBadge.badge)
        .where(col(ReplacedBadge.delegate_id) == delegate.id, col(ReplacedBadge.id) > former.id)
        .order_by(col(ReplacedBadge.id))
    )
    given = session.exec(later).first() or delegate.badge
    return NewBadge(former.badge, given, delegate.title_vi, delegate.title_en)


def next_free(session: Session, event: Event) -> str:
    """The code after the highest that was ever given, 0001 before the first: a replaced one is
    never given again."""
    highest = [
        session.exec(_highest(select(Delegate.badge).where(Delegate.event_id == event.id))),
        session.exec(
            _highest(select(ReplacedBadge.badge).where(ReplacedBadge.event_id == event.id))
        ),
    ]
    given = [badge_number(code) for codes in highest for code in codes]
    return badge_of(max(given, default=0) + 1)


def _highest(query: SelectOfScalar[str]) -> SelectOfScalar[str]:
    (badge,) = query.selected_columns
    return query.order_by(func.length(badge).desc(), badge.desc()).limit(1)


# --- on paper ------------------------------------------------------------------------------------


@command("export_badges", topic="people", subject="export")
def export_badges(
    ctx: Context, *, delegation_id: int | None, words: Words, outdated: bool = False
) -> bytes:
    """The badges of a delegation (None: of all) as a PDF, by delegation in the roster's order.

    `outdated`: of these only those that are to be printed again (`outdated_badges`).
    """
    ctx.require()
    query = select(Delegate.id).where(
        col(Delegate.event_id) == ctx.event.id, col(Delegate.retired).is_(False)
    )
    if delegation_id is not None:
        query = query.where(col(Delegate.delegation_id) == delegation_id)
    if outdated:
        query = query.where(col(Delegate.id).in_(outdated_badges(ctx.session, ctx.event)))
    return _printed(ctx, query, words, whole=delegation_id is None and not outdated)


@command("export_badges", topic="people", subject="export", permission="replace_badge")
def export_badge(ctx: Context, *, badge: str, words: Words) -> bytes:
    """One badge as a PDF, for a desk that has just given it. Refuses as `replace_badge` does."""
    require_own_desk(ctx)
    one = _delegate(ctx, badge)
    return _printed(ctx, select(Delegate.id).where(col(Delegate.id) == one.id), words)


def _printed(
    ctx: Context, delegate_ids: SelectOfScalar[int], words: Words, *, whole: bool = False
) -> bytes:
    """The badges of some delegates; that they were taken out is noted, and whose: of the `whole`
    roster, or of these."""
    rows = ctx.session.exec(
        select(Delegate, Delegation)
        .join(Delegation, col(Delegation.id) == col(Delegate.delegation_id))
        .where(col(Delegate.id).in_(delegate_ids))
        .order_by(
            col(Delegation.position),
            col(Delegation.id),
            col(Delegate.position),
            col(Delegate.id),
        )
    ).all()
    printed_ids = "all" if whole else [one.id for one, _ in rows]
    ctx.note(None, rows=len(rows), printed=printed_ids)
    groups = _groups(ctx, delegate_ids, words)
    kinds = readable(ctx.event, ctx.by) & {Particular.NAME}
    names = every_particulars(ctx.session, ctx.event, kinds)
    printed = [
        PrintedBadge(
            one.badge,
            words.of(one, "title"),
            words.of(delegation, "name"),
            groups.get(one.id),
            names.get(one.id, NOTHING).name,
        )
        for one, delegation in rows
    ]
    sheets = Sheets(
        event=words.of(ctx.event, "short_name"),
        bearer=words("document.bearer"),
        title=words("badges.file_title"),
        language=words.language,
        at=ctx.at,
        mark=words(f"app.{ctx.event.mark}") if ctx.event.mark else "",
        notice=short_notice(ctx.event, words, ctx.real),
    )
    return badge_sheets(printed, sheets)


def were_printed(session: Session, event: Event) -> bool:
    """Whether the badges of all delegates were ever taken out to be printed."""
    return printings(session, event)[0] is not None


def outdated_badges(session: Session, event: Event) -> list[int]:
    """The ids of the delegates whose badge is to be printed again: since it was printed last they
    were added, corrected or given another code, or their group or its room is called otherwise.

    Empty before the first badges were printed.
    """
    everybody, own = printings(session, event)
    if everybody is None and not own:
        return []
    found = []
    for delegate_id, changed_at in sorted(_changes(session, event).items()):
        printed = [at for at in (everybody, own.get(delegate_id)) if at is not None]
        if not printed or max(printed) < changed_at:
            found.append(delegate_id)
    return found


def printings(session: Session, event: Event) -> tuple[datetime | None, dict[int, datetime]]:
    """When the badges of all were printed last, and by delegate id when their own was."""
    everybody: datetime | None = None
    own: dict[int, datetime] = {}
    noted = session.exec(
        select(Change)
        .where(Change.event_id == event.id, Change.topic == Topic.PEOPLE.value)
        .where(Change.subject == "export")
        .order_by(col(Change.id))
    )
    for change in noted:
        if change.what.get("command") != "export_badges":
            continue
        printed = change.what.get("printed", "all")  # an earlier row names none
        if printed == "all":
            everybody = change.at
        else:
            own |= dict.fromkeys(printed, change.at)
    return everybody, own


def _changes(session: Session, event: Event) -> dict[int, datetime]:
    """Delegate id to when what their badge says changed last; of those who are on the roster."""
    listed = (col(Delegate.event_id) == event.id, col(Delegate.retired).is_(False))
    of_rows = (
        select(DelegateChange.delegate_id, func.max(DelegateChange.at))
        .join(Delegate, col(Delegate.id) == col(DelegateChange.delegate_id))
        .where(*listed)
        .group_by(col(DelegateChange.delegate_id))
    )
    of_codes = (
        select(ReplacedBadge.delegate_id, func.max(ReplacedBadge.at))
        .join(Delegate, col(Delegate.id) == col(ReplacedBadge.delegate_id))
        .where(*listed)
        .group_by(col(ReplacedBadge.delegate_id))
    )
    renamed = or_(
        col(ItemPlan.short_vi) != col(ProgrammeItem.short_vi),
        func.coalesce(ItemPlan.venue_id, 0) != func.coalesce(ProgrammeItem.venue_id, 0),
    )
    of_groups = (
        select(Expectation.delegate_id, func.max(ItemPlan.at))
        .join(ProgrammeItem, col(ProgrammeItem.id) == col(Expectation.item_id))
        .join(ItemPlan, col(ItemPlan.item_id) == col(ProgrammeItem.id))
        .join(Delegate, col(Delegate.id) == col(Expectation.delegate_id))
        .where(*listed, ProgrammeItem.expects == "forum", renamed)
        .group_by(col(Expectation.delegate_id))
    )
    of_rooms = (
        select(Expectation.delegate_id, func.max(VenueChange.at))
        .join(ProgrammeItem, col(ProgrammeItem.id) == col(Expectation.item_id))
        .join(VenueChange, col(VenueChange.venue_id) == col(ProgrammeItem.venue_id))
        .join(Delegate, col(Delegate.id) == col(Expectation.delegate_id))
        .where(*listed, ProgrammeItem.expects == "forum", col(VenueChange.added).is_(False))
        .group_by(col(Expectation.delegate_id))
    )
    newest: dict[int, datetime] = {}
    for query in (of_rows, of_codes, of_groups, of_rooms):
        for delegate_id, at in session.exec(query):
            newest[delegate_id] = max(at, newest.get(delegate_id, at))
    return newest


def _groups(ctx: Context, delegate_ids: SelectOfScalar[int], words: Words) -> dict[int, Group]:
    """Delegate id to their own forum: the item at which the roster expects one part of them."""
    items = items_at(ctx.session, ctx.event, View(ctx.at))
    forums = [item for item in items if item.expects == "forum"]
    groups = {
        item.id: Group(words.of(item, "short"), words.of(item, "venue"), place)
        for place, item in enumerate(forums)
    }
    expected = ctx.session.exec(
        select(Expectation.delegate_id, Expectation.item_id).where(
            col(Expectation.item_id).in_(groups), col(Expectation.delegate_id).in_(delegate_ids)
        )
    )
    return {delegate_id: groups[item_id] for delegate_id, item_id in expected}
