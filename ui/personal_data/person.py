"""What there is of one delegate or one office: shown, taken out, corrected there, and erased."""

import streamlit as st

from data.personal_data.erasing import erase_delegate, erase_office
from data.personal_data.held import export_personal_data, workbook_of
from ui.personal_data import cases
from ui.shell import choices, commands
from ui.shell.document_files import file_button
from ui.shell.frame import Visit


def of_delegate(ctx: Visit, delegate_id: int) -> None:
    """The data of a delegate, folded below their row; corrections are the form above it."""
    if not ctx.may("handle_personal_data"):
        return
    form = f"personal.delegate.{delegate_id}"
    box = choices.expander(
        ctx.words("personal.title"), key=f"{form}.box", icon=":material/shield_person:"
    )
    if box.open:
        with box:
            _taken(ctx, form, delegate_id=delegate_id)
            cases.of_delegate(ctx, form, delegate_id)
            if ctx.may("erase_delegate"):
                _erasing(ctx, form, "personal.erase_delegate_why", _erase_delegate, delegate_id)


def of_office(ctx: Visit, person_id: int) -> None:
    """The data of the one who holds an office, in their card."""
    if not ctx.may("handle_personal_data"):
        return
    form = f"personal.office.{person_id}"
    with st.popover(
        ctx.words("personal.title"), icon=":material/shield_person:", key=f"{form}.box"
    ):
        _taken(ctx, form, office_id=person_id)
        if ctx.may("erase_delegate"):
            _erasing(ctx, form, "personal.erase_office_why", _erase_office, person_id)


def _taken(ctx: Visit, form: str, **of: int) -> None:
    """The file of everything; taking it is recorded."""
    words = ctx.words
    file_button(
        commands.export(
            export_personal_data, lambda found: workbook_of(found, words.dated()), **of
        ),
        kind="xlsx",
        label=words("personal.take"),
        file_name=words("personal.file_name"),
        key=f"{form}.file",
    )


def _erasing(ctx: Visit, form: str, why: str, erase, number: int) -> None:
    """The way to erase, which cannot be taken back: it asks first."""
    words = ctx.words
    st.caption(words(why))
    sure = st.checkbox(words("personal.erase_sure"), key=f"{form}.sure")
    st.button(
        words("personal.erase"), key=f"{form}.erase", icon=":material/delete_forever:",
        disabled=not sure, on_click=erase, args=(form, number),
    )  # fmt: skip
    commands.refused(f"{form}.erasing", words)


def _erase_delegate(form: str, delegate_id: int) -> None:
    commands.perform(f"{form}.erasing", erase_delegate, delegate_id=delegate_id)
    _say(form)


def _erase_office(form: str, person_id: int) -> None:
    commands.perform(f"{form}.erasing", erase_office, person_id=person_id)
    _say(form)


def _say(form: str) -> None:
    if f"refused.{form}.erasing" not in st.session_state:
        st.session_state[f"{form}.sure"] = False
        commands.say("personal.erased")
