"""The forms of an office: one that adds it, one that changes it, and what retires and restores."""

import streamlit as st

from data.access.offices import add_office, edit_office, restore_office, retire_office
from models.access.people import OFFICE_LENGTH, SCOPE_OF, Office, Person, Role
from ui.access import queries as access_queries
from ui.access.entrances import KEY
from ui.programme import queries as programme_queries
from ui.readiness import queries as readiness_queries
from ui.shell import choices, commands, draft, table
from ui.shell.draft import Draft
from ui.shell.frame import Visit

DRAFT, ADD = "people.office", "people.office_new"
NAMES = ("name_vi", "name_en")


# --- the chosen office ---------------------------------------------------------------------------


def changing(ctx: Visit, person: Person) -> None:
    """Folded: the form of the chosen office, and what retires it."""
    words = ctx.words
    box = choices.expander(words("office.change"), key="people.office_box", icon=":material/edit:")
    if not box.open:
        draft.drop(DRAFT)
        return
    with box:
        held = draft.of(DRAFT, person.id, lambda: access_queries.office(person.id))
        role = Role(person.role)
        fields(ctx, held.field("fields"), role, held.row)
        st.button(
            words("office.save"),
            key="people.office_save",
            type="primary",
            on_click=save,
            args=(held, role),
        )
        draft.refused(
            words, held, "office_moved", lambda office: in_words(ctx, role, office), record
        )
        if person.id != ctx.person.id:
            retiring(ctx, held)


def save(held: Draft, role: Role) -> None:
    record(held, held.version, typed(held.field("fields"), role))


def record(held: Draft, version: int, office: Office) -> None:
    changed = commands.perform(
        held.form, edit_office, person_id=held.subject, version=version, office=office
    )
    if changed:
        draft.drop(DRAFT)
        commands.say("office.saved", office=changed.name_vi)


def retiring(ctx: Visit, held: Draft) -> None:
    words, form = ctx.words, f"{held.form}.retire"
    with st.popover(
        words("office.retire"), icon=":material/person_off:", key="people.office_retire_box"
    ):
        st.text(words("office.retire_why"))
        go = words("office.retire_go")
        st.button(go, key="people.office_retire", on_click=retire, args=(held, form))
    commands.refused(form, words)


def retire(held: Draft, form: str) -> None:
    gone = commands.perform(form, retire_office, person_id=held.subject, version=held.version)
    if gone:
        draft.drop(DRAFT)
        table.choose(KEY, "")
        commands.say("office.retired", office=gone.name_vi)


# --- a new office, and those that are retired ----------------------------------------------------


def others(ctx: Visit) -> None:
    """Folded: the form of a new office, and the retired ones, each with what restores it."""
    words = ctx.words
    box = choices.expander(words("office.add"), key="people.office_add", icon=":material/add:")
    if box.open:
        with box:
            adding(ctx)
    for one in access_queries.retired_offices(ctx.moment):
        if not ctx.may("change_office", role=one.role):
            continue
        form = f"people.office_restore.{one.id}"
        text = words("office.gone", office=words.of(one, "name"))
        commands.put_back(words, form, text, words("office.restore"), restore, form, one)


def restore(form: str, one: Person) -> None:
    back = commands.perform(form, restore_office, person_id=one.id, version=one.version)
    if back:
        commands.say("office.restored", office=back.name_vi)


def adding(ctx: Visit) -> None:
    words = ctx.words
    roles = [one.value for one in Role if one is not Role.DISPLAY]
    role = choices.selectbox(
        words("people.role"),
        [one for one in roles if ctx.may("change_office", role=one)],
        format_func=lambda one: words(f"role.{one}"),
        key=f"{ADD}.role",
    )
    fields(ctx, ADD, Role(role), Office("", ""))
    st.button(
        words("office.add_go"), key=f"{ADD}.go", type="primary", on_click=enter, args=(Role(role),)
    )
    commands.refused(ADD, words)


def enter(role: Role) -> None:
    added = commands.perform(ADD, add_office, role=role.value, office=typed(ADD, role))
    if added:
        for name in NAMES:
            st.session_state[f"{ADD}.{name}"] = ""
        table.choose(KEY, added.id)
        commands.say("office.added", office=added.name_vi)


# --- the fields ----------------------------------------------------------------------------------


def offered(ctx: Visit, kind: str | None) -> dict[str, str]:
    """Key to name of what an office of a role may be bound to."""
    words = ctx.words
    if kind == "section":
        return {one.key: words.of(one, "name") for one in readiness_queries.sections(ctx.moment)}
    if kind == "desk":
        return {one.key: words.of(one, "name") for one in programme_queries.desks(ctx.moment)}
    if kind == "item":
        return {one.key: words.of(one, "title") for one in programme_queries.items(ctx.moment)}
    return {}


def fields(ctx: Visit, key: str, role: Role, office: Office) -> None:
    """The fields of an office of a role, which `typed` reads."""
    words, kind = ctx.words, SCOPE_OF.get(role)
    for name in NAMES:
        value = getattr(office, name)
        st.text_input(words(f"office.{name}"), value, key=f"{key}.{name}", max_chars=OFFICE_LENGTH)
    names = offered(ctx, kind)
    if kind == "section":
        choices.multiselect(
            words("office.section_keys"),
            list(names),
            [one for one in office.section_keys if one in names],
            format_func=names.__getitem__,
            key=f"{key}.section_keys",
            placeholder=words("office.section_none"),
        )
    elif kind:
        bound, keys = getattr(office, f"{kind}_key"), list(names)
        choices.selectbox(
            words(f"office.{kind}_key"),
            keys,
            index=keys.index(bound) if bound in names else 0,
            format_func=names.__getitem__,
            key=f"{key}.{kind}_key",
        )


def typed(key: str, role: Role) -> Office:
    """The office in the fields."""
    state, kind = st.session_state, SCOPE_OF.get(role)
    bound = {}
    if kind == "section":
        bound["section_keys"] = tuple(state[f"{key}.section_keys"])
    elif kind:
        bound[f"{kind}_key"] = state[f"{key}.{kind}_key"]
    return Office(**{name: state[f"{key}.{name}"] for name in NAMES}, **bound)


def in_words(ctx: Visit, role: Role, office: Office) -> dict[str, str]:
    """Label to text of each field of an office."""
    words, kind = ctx.words, SCOPE_OF.get(role)
    found = {words(f"office.{name}"): getattr(office, name) for name in NAMES}
    if kind is None:
        return found
    names = offered(ctx, kind)
    keys = office.section_keys if kind == "section" else (getattr(office, f"{kind}_key"),)
    label = "section_keys" if kind == "section" else f"{kind}_key"
    return found | {words(f"office.{label}"): ", ".join(names.get(one, "–") for one in keys)}
