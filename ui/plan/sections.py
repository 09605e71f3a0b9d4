"""The sections: one is changed or dissolved, one added, and one that was dissolved put back."""

import streamlit as st

from data.plan.sections import add_section, change_section, restore_section, retire_section
from models.readiness.tasks import (
    CADENCES,
    MAX_CADENCE,
    MAX_POSITION,
    MIN_CADENCE,
    SECTION_NAME_LENGTH,
    SHORT_LENGTH,
    Section,
    SectionPlan,
)
from ui.plan import queries as plan_queries
from ui.readiness import queries as readiness_queries
from ui.shell import choices, commands, draft
from ui.shell.draft import Draft
from ui.shell.frame import Visit

DRAFT, ADD = "plan.section_row", "plan.section_new"
NAMES = {"name": SECTION_NAME_LENGTH, "short": SHORT_LENGTH}
TEXTS = tuple(f"{name}_{language}" for name in NAMES for language in ("vi", "en"))
HOURS = tuple(dict.fromkeys(CADENCES.values()))


def region(ctx: Visit) -> None:
    """Folded: the form of the chosen section, those that were dissolved, and a new one."""
    words = ctx.words
    box = choices.expander(
        words("section.change"), key="plan.sections_box", icon=":material/groups:"
    )
    if not box.open:
        draft.drop(DRAFT)
        return
    with box:
        names = named(ctx)
        if names:
            chosen = choices.selectbox(
                words("section.choose"),
                list(names),
                format_func=names.__getitem__,
                key="plan.section_chosen",
            )
            changing(ctx, chosen, names)
        gone(ctx)
        adding(ctx, len(names))


def named(ctx: Visit) -> dict[int, str]:
    """Section id to its name, in order."""
    return {one.id: ctx.words.of(one, "name") for one in readiness_queries.sections(ctx.moment)}


# --- the chosen section --------------------------------------------------------------------------


def changing(ctx: Visit, section_id: int, names: dict[int, str]) -> None:
    words = ctx.words
    held = draft.of(DRAFT, section_id, lambda: plan_queries.section_plan(section_id))
    fields(ctx, held.field("fields"), held.row)
    st.button(
        words("section.save"), key="plan.section_save", type="primary", on_click=save, args=(held,)
    )
    draft.refused(words, held, "section_moved", lambda plan: in_words(ctx, plan), record)
    if len(names) > 1:
        retiring(ctx, held, {one: name for one, name in names.items() if one != section_id})


def save(held: Draft) -> None:
    record(held, held.version, typed(held.field("fields")))


def record(held: Draft, version: int, plan: SectionPlan) -> None:
    changed = commands.perform(
        held.form, change_section, section_id=held.subject, version=version, plan=plan
    )
    said("saved", changed)


def said(what: str, section: Section | None) -> None:
    """Say what was done with a section; the form is drawn with the row as it is now."""
    if section:
        draft.drop(DRAFT)
        commands.say(f"section.{what}", section=section.name_vi)


def retiring(ctx: Visit, held: Draft, others: dict[int, str]) -> None:
    """What dissolves the section, and which other one takes over what it has done."""
    words, form = ctx.words, f"{held.form}.retire"
    with st.popover(
        words("section.retire"), icon=":material/group_off:", key="plan.section_retire_box"
    ):
        st.text(words("section.retire_why"))
        choices.selectbox(
            words("section.retire_to"),
            list(others),
            format_func=others.__getitem__,
            key=f"{form}.to",
        )
        go = words("section.retire_go")
        st.button(go, key="plan.section_retire", on_click=retire, args=(held, form))
    commands.refused(form, words)


def retire(held: Draft, form: str) -> None:
    dissolved = commands.perform(
        form,
        retire_section,
        section_id=held.subject,
        version=held.version,
        to_section_id=st.session_state[f"{form}.to"],
    )
    said("retired", dissolved)


def gone(ctx: Visit) -> None:
    """The sections that were dissolved, each with what puts it back."""
    words = ctx.words
    for one in plan_queries.retired_sections(ctx.moment):
        form = f"plan.section_restore.{one.id}"
        text = words("section.gone", section=words.of(one, "name"))
        commands.put_back(words, form, text, words("section.restore"), restore, form, one)


def restore(form: str, one: Section) -> None:
    back = commands.perform(form, restore_section, section_id=one.id, version=one.version)
    said("restored", back)


# --- a new section -------------------------------------------------------------------------------


def adding(ctx: Visit, known: int) -> None:
    words = ctx.words
    st.divider()
    st.markdown(f"**{words('section.new')}**")
    fields(ctx, ADD, SectionPlan("", "", "", "", position=known))
    st.button(words("section.add"), key="plan.section_add", on_click=enter)
    commands.refused(ADD, words)


def enter() -> None:
    added = commands.perform(ADD, add_section, plan=typed(ADD))
    if added:
        for name in TEXTS:
            st.session_state[f"{ADD}.{name}"] = ""
    said("added", added)


# --- the fields ----------------------------------------------------------------------------------


def fields(ctx: Visit, key: str, plan: SectionPlan) -> None:
    """The fields of a section, which `typed` reads."""
    words = ctx.words
    for name in TEXTS:
        limit = NAMES[name.rpartition("_")[0]]
        value = getattr(plan, name)
        st.text_input(words(f"section.{name}"), value, key=f"{key}.{name}", max_chars=limit)
    st.number_input(
        words("section.position"), 0, MAX_POSITION, plan.position, key=f"{key}.position", width=160
    )
    st.text(words("section.cadence"))
    with st.container(horizontal=True):
        for name in HOURS:
            st.number_input(
                words(f"section.{name}"),
                MIN_CADENCE,
                MAX_CADENCE,
                float(getattr(plan, name)),
                step=1.0,
                format="%g",
                key=f"{key}.{name}",
                width=220,
            )


def typed(key: str) -> SectionPlan:
    """The section in the fields."""
    state = st.session_state
    return SectionPlan(
        **{name: state[f"{key}.{name}"] for name in (*TEXTS, *HOURS)},
        position=int(state[f"{key}.position"]),
    )


def in_words(ctx: Visit, plan: SectionPlan) -> dict[str, str]:
    """Label to text of each field of a section."""
    words = ctx.words
    found = {words(f"section.{name}"): getattr(plan, name) for name in TEXTS}
    numbers = ("position", *HOURS)
    return found | {words(f"section.{name}"): f"{getattr(plan, name):g}" for name in numbers}
