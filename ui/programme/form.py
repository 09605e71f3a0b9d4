"""Changing the programme: an item's form, adding one, cancelling and restoring, and what is odd."""

from datetime import date, datetime, time, timedelta

import streamlit as st

from data.plan.items import add_item, cancel_item, edit_item, restore_item
from models.events.event import zone
from models.programme import (
    CHAIR_LENGTH,
    KINDS,
    REASON_LENGTH,
    SHORT_LENGTH,
    TITLE_LENGTH,
    Conflict,
    ItemSnapshot,
    PlannedItem,
    conflicts,
)
from ui.programme import queries as programme_queries
from ui.shell import choices, commands, components, draft, table
from ui.shell.draft import Draft
from ui.shell.frame import Visit
from ui.shell.plain import plain

DRAFT = "programme.item"
ADD = "programme.add"
LENGTHS = {
    "title_vi": TITLE_LENGTH,
    "title_en": TITLE_LENGTH,
    "short_vi": SHORT_LENGTH,
    "short_en": SHORT_LENGTH,
    "chair": CHAIR_LENGTH,
}
TEXTS = tuple(LENGTHS)
HOUR = timedelta(hours=1)


# --- what is odd ---------------------------------------------------------------------------------


def oddities(ctx: Visit, items: list[ItemSnapshot]) -> list[Conflict]:
    """The conflicts of the programme as it is planned."""
    event = ctx.event
    begins = datetime.combine(event.first_day, time(), tzinfo=zone(event))
    ends = datetime.combine(event.last_day + timedelta(days=1), time(), tzinfo=zone(event))
    return conflicts(items, begins=begins, ends=ends)


def odd(ctx: Visit, items: list[ItemSnapshot]) -> None:
    """Folded: what should be looked at; nothing where nothing is odd."""
    found = oddities(ctx, items)
    if found:
        label = ctx.words("item.odd", number=len(found))
        with st.expander(label, icon=":material/warning:", key="programme.odd"):
            for one in found:
                st.text(in_words(ctx, one))


def in_words(ctx: Visit, one: Conflict) -> str:
    words = ctx.words
    return words(
        f"item.odd_{one.kind}",
        item=words.of(one.item, "short"),
        other=words.of(one.other, "short") if one.other else "",
        venue=words.of(one.item, "venue"),
        elsewhere=words.of(one.other, "venue") if one.other else "",
        who=one.who,
    )


# --- the fields ----------------------------------------------------------------------------------


def fields(ctx: Visit, key: str, planned: PlannedItem) -> None:
    """The fields of an item's plan; `typed` reads them."""
    words = ctx.words
    for name in TEXTS:
        value, limit = getattr(planned, name), LENGTHS[name]
        st.text_input(words(f"item.{name}"), value, key=f"{key}.{name}", max_chars=limit)
    venues = programme_queries.venues(ctx.moment)
    names: dict[int | str, str] = {"": words("item.venue_none")}
    names |= {number: words.of(venue, "name") for number, venue in venues.items()}
    ids = list(names)
    choices.selectbox(
        words("item.venue_id"),
        ids,
        index=ids.index(planned.venue_id or "") if (planned.venue_id or "") in names else 0,
        format_func=names.__getitem__,
        key=f"{key}.venue_id",
    )
    for name in ("starts_at", "ends_at"):
        components.day_and_time(
            ctx,
            f"{key}.{name}",
            words(f"item.{name}"),
            words("item.time"),
            value=getattr(planned, name),
            follows=False,
        )


def typed(ctx: Visit, key: str) -> PlannedItem:
    """The plan in the fields. Refuses `time_malformed`."""
    state = st.session_state
    return PlannedItem(
        **{name: state[f"{key}.{name}"] for name in TEXTS},
        venue_id=state[f"{key}.venue_id"] or None,
        starts_at=components.moment_typed(ctx, f"{key}.starts_at"),
        ends_at=components.moment_typed(ctx, f"{key}.ends_at"),
    )


def shown(ctx: Visit, planned: PlannedItem) -> dict[str, str]:
    """Label to text of each field of a plan."""
    words, venues = ctx.words, programme_queries.venues(ctx.moment)
    venue = venues.get(planned.venue_id) if planned.venue_id else None
    found = {words(f"item.{name}"): getattr(planned, name) for name in TEXTS}
    found[words("item.venue_id")] = words.of(venue, "name") if venue else words("item.venue_none")
    for name in ("starts_at", "ends_at"):
        found[words(f"item.{name}")] = words.moment(getattr(planned, name))
    return found


# --- one item ------------------------------------------------------------------------------------


def planning(ctx: Visit, items: list[ItemSnapshot], item: ItemSnapshot, of_table: str) -> None:
    """Folded below the chosen item: the form that changes it, and what cancels it."""
    for one in oddities(ctx, items):
        if item.id in (one.item.id, one.other.id if one.other else None):
            st.warning(plain(in_words(ctx, one)), icon=":material/warning:")
    box = choices.expander(ctx.words("item.change"), key="programme.change", icon=":material/edit:")
    if not box.open:
        draft.drop(DRAFT)
        return
    with box:
        held = draft.of(DRAFT, item.id, lambda: programme_queries.item_plan(item.id))
        editing(ctx, held)
        if not item.started_at:
            cancelling(ctx, held, of_table)


def editing(ctx: Visit, held: Draft) -> None:
    words = ctx.words
    fields(ctx, held.field("fields"), held.row)
    st.button(
        words("item.save"), key="programme.save", type="primary", on_click=save, args=(ctx, held)
    )
    draft.refused(words, held, "item_moved", lambda planned: shown(ctx, planned), record)


def save(ctx: Visit, held: Draft) -> None:
    planned = commands.ready(held.form, lambda: typed(ctx, held.field("fields")))
    if planned is not None:
        record(held, held.version, planned)


def record(held: Draft, version: int, planned: PlannedItem) -> None:
    changed = commands.perform(
        held.form, edit_item, item_id=held.subject, version=version, planned=planned
    )
    if changed:
        draft.drop(DRAFT)
        commands.say("item.saved", item=changed.title_vi)


def cancelling(ctx: Visit, held: Draft, of_table: str) -> None:
    words, form = ctx.words, f"{held.form}.cancel"
    st.divider()
    st.text_input(words("item.cancel_why"), key=f"{form}.reason", max_chars=REASON_LENGTH)
    st.button(
        words("item.cancel_go"),
        key="programme.cancel",
        on_click=cancel,
        args=(held, form, of_table),
    )
    commands.refused(form, words)


def cancel(held: Draft, form: str, of_table: str) -> None:
    gone = commands.perform(
        form,
        cancel_item,
        item_id=held.subject,
        version=held.version,
        reason=st.session_state[f"{form}.reason"],
    )
    if gone:
        draft.drop(DRAFT)
        table.choose(of_table, "")
        commands.say("item.cancelled", item=gone.title_vi)


def cancelled(ctx: Visit) -> None:
    """Folded: the items that do not take place, each with what restores it."""
    words, found = ctx.words, programme_queries.cancelled(ctx.moment)
    if not found:
        return
    label = words("item.cancelled_items", number=len(found))
    with st.expander(label, icon=":material/event_busy:", key="programme.cancelled"):
        for one in found:
            why = words("item.cancelled_why", at=words.moment(one.at), reason=one.reason)
            form, text = f"programme.restore.{one.id}", f"{words.of(one, 'title')} · {why}"
            label = words("item.restore")
            commands.put_back(words, form, text, label, restore, one.id, one.version)


def restore(item_id: int, version: int) -> None:
    back = commands.perform(
        f"programme.restore.{item_id}", restore_item, item_id=item_id, version=version
    )
    if back:
        commands.say("item.restored", item=back.title_vi)


# --- a new item ----------------------------------------------------------------------------------


def adding(ctx: Visit, items: list[ItemSnapshot], day: date) -> None:
    """Folded: the form of a new item, at first on the day that is shown."""
    words = ctx.words
    box = choices.expander(words("item.add"), key="programme.add_box", icon=":material/add:")
    if not box.open:
        return
    with box:
        begins = datetime.combine(day, time(8), tzinfo=zone(ctx.event))
        fields(ctx, ADD, PlannedItem("", "", "", "", None, "", begins, begins + HOUR))
        choices.selectbox(
            words("item.kind"),
            KINDS,
            index=KINDS.index("session"),
            format_func=lambda kind: words(f"item.kind_{kind}"),
            key=f"{ADD}.kind",
        )
        whole = {item.id: words.of(item, "short") for item in items if item.parent_id is None}
        of_whole: dict[int | str, str] = {"": words("item.part_of_none")} | whole
        choices.selectbox(
            words("item.part_of"),
            list(of_whole),
            format_func=of_whole.__getitem__,
            key=f"{ADD}.parent_id",
        )
        attending(ctx, items)
        st.button(
            words("item.add_go"), key=f"{ADD}.go", type="primary", on_click=enter, args=(ctx,)
        )
        commands.refused(ADD, words)


def attending(ctx: Visit, items: list[ItemSnapshot]) -> None:
    """Who attends a new item, and which desks serve it."""
    words = ctx.words
    titles: dict[int | str, str] = {
        "none": words("item.expects_none"),
        "all": words("item.expects_all"),
    }
    titles |= {
        item.id: words("item.expects_as", item=words.of(item, "short"))
        for item in items
        if item.counts_attendance
    }
    choices.selectbox(
        words("item.expects"), list(titles), format_func=titles.__getitem__, key=f"{ADD}.expects"
    )
    desks = {desk.id: words.of(desk, "name") for desk in programme_queries.desks(ctx.moment)}
    choices.multiselect(
        words("item.desks"),
        list(desks),
        format_func=desks.__getitem__,
        key=f"{ADD}.desks",
        placeholder=words("item.desks_none"),
    )


def enter(ctx: Visit) -> None:
    """Add the item in the form; its titles are emptied for the next one."""
    planned = commands.ready(ADD, lambda: typed(ctx, ADD))
    if planned is None:
        return
    state = st.session_state
    expects = state[f"{ADD}.expects"]
    chosen = isinstance(expects, int)
    added = commands.perform(
        ADD,
        add_item,
        title_vi=planned.title_vi,
        title_en=planned.title_en,
        short_vi=planned.short_vi,
        short_en=planned.short_en,
        venue_id=planned.venue_id,
        chair=planned.chair,
        starts_at=planned.starts_at,
        ends_at=planned.ends_at,
        kind=state[f"{ADD}.kind"],
        parent_id=state[f"{ADD}.parent_id"] or None,
        expects="forum" if chosen else expects,
        as_item_id=expects if chosen else None,
        desk_ids=tuple(sorted(state[f"{ADD}.desks"])),
    )
    if added:
        for name in TEXTS:
            state[f"{ADD}.{name}"] = ""
        commands.say("item.added", item=added.title_vi)
