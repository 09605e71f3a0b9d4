"""The forms of a delegate's row: adding, correcting, retiring, and taking a retirement back."""

import streamlit as st

from data.attendance import particulars
from data.attendance.delegates import (
    RosterRow,
    add_delegate,
    correct_delegate,
    restore_delegate,
    retire_delegate,
)
from models.attendance.delegates import MAX_POSITION, REASON_LENGTH, TITLE_LENGTH, Listed
from models.attendance.particulars import NAME_LENGTH, PHONE_LENGTH, Particular
from models.programme import ItemSnapshot
from ui.attendance import queries as attendance_queries
from ui.programme import queries as programme_queries
from ui.shell import choices, commands, draft, table
from ui.shell.draft import Draft
from ui.shell.frame import Visit
from ui.shell.plain import plain

DRAFT = "roster.row"
LENGTHS = {Particular.NAME: NAME_LENGTH, Particular.PHONE: PHONE_LENGTH}


def counting(ctx: Visit) -> list[ItemSnapshot]:
    """The items at which attendance is recorded."""
    return [one for one in programme_queries.items(ctx.moment) if one.counts_attendance]


def fields(ctx: Visit, key: str, row: Listed) -> None:
    """The fields of a row; `typed` reads them."""
    words = ctx.words
    for kind in particulars_of(ctx):
        st.text_input(
            words(f"particulars.{kind.value}"),
            getattr(row, kind.value),
            key=f"{key}.{kind.value}",
            max_chars=LENGTHS[kind],
        )
    for name, value in (("title_vi", row.title_vi), ("title_en", row.title_en)):
        st.text_input(words(f"roster.{name}"), value, key=f"{key}.{name}", max_chars=TITLE_LENGTH)
    names = {one.id: words.of(one, "name") for one in attendance_queries.delegations(ctx.moment)}
    ids = list(names)
    choices.selectbox(
        words("attendance.delegation"),
        ids,
        index=ids.index(row.delegation_id) if row.delegation_id in names else 0,
        format_func=names.__getitem__,
        key=f"{key}.delegation_id",
    )
    titles = {one.id: words.of(one, "short") for one in counting(ctx)}
    choices.multiselect(
        words("roster.items"),
        list(titles),
        [one for one in row.items if one in titles],
        format_func=titles.__getitem__,
        key=f"{key}.items",
        placeholder=words("roster.items_none"),
    )
    st.number_input(
        words("roster.position"), 0, MAX_POSITION, row.position, key=f"{key}.position", width=180
    )


def particulars_of(ctx: Visit) -> list[Particular]:
    """The names and numbers that the event keeps and the visitor may read."""
    may_read = particulars.readable(ctx.event, ctx.person)
    return [kind for kind in Particular if kind in may_read]


def typed(key: str) -> Listed:
    """The row in the fields."""
    state = st.session_state
    return Listed(
        title_vi=state[f"{key}.title_vi"],
        title_en=state[f"{key}.title_en"],
        delegation_id=state[f"{key}.delegation_id"],
        items=tuple(sorted(state[f"{key}.items"])),
        position=int(state[f"{key}.position"]),
        name=state.get(f"{key}.name", ""),
        phone=state.get(f"{key}.phone", ""),
    )


# --- adding --------------------------------------------------------------------------------------


def add(ctx: Visit, key: str, *, item: ItemSnapshot | None = None) -> None:
    """The form of a new row; the items of everybody are chosen, and `item`, where a desk adds."""
    words = ctx.words
    chosen = {one.id for one in counting(ctx) if one.expects == "all" or one == item}
    fields(ctx, key, Listed("", "", 0, tuple(sorted(chosen))))
    st.button(words("roster.add_go"), key=f"{key}.go", type="primary", on_click=enter, args=(key,))
    commands.refused(key, words)
    refusal = st.session_state.get(f"refused.{key}")
    if refusal and refusal.code == "delegate_double":
        st.button(words("roster.add_double"), key=f"{key}.double", on_click=enter, args=(key, True))


def enter(key: str, confirmed: bool = False) -> None:
    """Add the delegate in the form; the search of a desk goes on with the new badge."""
    row = typed(key)
    added = commands.perform(
        key,
        add_delegate,
        title_vi=row.title_vi,
        title_en=row.title_en,
        delegation_id=row.delegation_id,
        items=row.items,
        position=row.position,
        name=row.name,
        phone=row.phone,
        confirmed=confirmed,
    )
    if added:
        fields_left = (f"{key}.{name}" for name in ("title_vi", "title_en", "name", "phone"))
        for field in (one for one in fields_left if one in st.session_state):
            st.session_state[field] = ""
        query = "attendance.query" if key.startswith("attendance.") else "roster.query"
        st.session_state[query] = added.badge
        commands.say("roster.added", badge=added.badge, title=added.title_vi)


# --- the chosen row ------------------------------------------------------------------------------


def panel(ctx: Visit, row: RosterRow, of_table: str) -> None:
    """The chosen row: what was done with it, and the forms of those who may change it."""
    words = ctx.words
    st.markdown(f"**{plain(words.of(row, 'title'))}** · {row.badge}")
    st.caption(plain(" · ".join(filter(None, (row.name, words.of(row, "delegation"))))))
    if row.reason:
        st.text(words("roster.reason_was", reason=row.reason))
    if ctx.may("change_delegate"):
        held = draft.of(DRAFT, row.id, lambda: attendance_queries.roster_row(row.id, ctx.person))
        if row.retired:
            restoring(ctx, held)
        else:
            correcting(ctx, held)
            retiring(ctx, held)
    st.button(
        words("plan.close"), key="roster.close", type="tertiary", on_click=close, args=(of_table,)
    )


def close(of_table: str) -> None:
    draft.drop(DRAFT)
    table.choose(of_table, "")


def correcting(ctx: Visit, held: Draft) -> None:
    words, key = ctx.words, held.field("fields")
    fields(ctx, key, held.row)
    st.button(words("roster.save"), key="roster.save", type="primary", on_click=save, args=(held,))
    draft.refused(words, held, "delegate_moved", lambda row: in_words(ctx, row), record)


def in_words(ctx: Visit, row: Listed) -> dict[str, str]:
    """Label to text of each field of a row."""
    words = ctx.words
    names = {one.id: words.of(one, "name") for one in attendance_queries.delegations(ctx.moment)}
    titles = {one.id: words.of(one, "short") for one in counting(ctx)}
    known = {
        words(f"particulars.{kind.value}"): getattr(row, kind.value) for kind in particulars_of(ctx)
    }
    return known | {
        words("roster.title_vi"): row.title_vi,
        words("roster.title_en"): row.title_en,
        words("attendance.delegation"): names.get(row.delegation_id, ""),
        words("roster.items"): ", ".join(titles.get(one, "") for one in row.items) or "–",
        words("roster.position"): str(row.position),
    }


def save(held: Draft) -> None:
    record(held, held.version, typed(held.field("fields")))


def record(held: Draft, version: int, row: Listed) -> None:
    changed = commands.perform(
        held.form, correct_delegate, delegate_id=held.subject, version=version, listed=row
    )
    if changed:
        draft.drop(DRAFT)
        commands.say("roster.saved", badge=changed.badge)


def retiring(ctx: Visit, held: Draft) -> None:
    """Folded: what takes a delegate from the list, with the reason."""
    words = ctx.words
    form = f"{held.form}.retire"
    with st.expander(words("roster.retire"), icon=":material/person_off:", key="roster.retire_box"):
        st.text_input(words("roster.retire_why"), key=f"{form}.reason", max_chars=REASON_LENGTH)
        st.button(
            words("roster.retire_go"), key="roster.retire", on_click=retire, args=(held, form)
        )
        commands.refused(form, words)


def retire(held: Draft, form: str) -> None:
    gone = commands.perform(
        form,
        retire_delegate,
        delegate_id=held.subject,
        version=held.version,
        reason=st.session_state[f"{form}.reason"],
    )
    if gone:
        draft.drop(DRAFT)
        commands.say("roster.retired", badge=gone.badge)


def restoring(ctx: Visit, held: Draft) -> None:
    st.button(ctx.words("roster.restore"), key="roster.restore", on_click=restore, args=(held,))
    commands.refused(held.form, ctx.words)


def restore(held: Draft) -> None:
    back = commands.perform(
        held.form, restore_delegate, delegate_id=held.subject, version=held.version
    )
    if back:
        draft.drop(DRAFT)
        commands.say("roster.restored", badge=back.badge)
