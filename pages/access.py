"""Who may enter and who came: invitations with a QR code, desk PINs, displays, and devices."""

import streamlit as st

from data.access.accounts import set_email, set_pin
from data.access.invitations import invite, withdraw
from data.access.oidc_config import has_provider
from data.access.sign_ins import give_token
from data.commands import Command
from data.words import Words
from models.access.people import Person, Role
from ui.access import access, entrances, faults, offices
from ui.personal_data import cases
from ui.personal_data import person as personal
from ui.shell import commands, frame, live, table
from ui.shell.plain import plain

here = frame.require("people")


@st.fragment(key="people.page", run_every=60)
def everybody() -> None:
    live.watch("people")
    ctx = frame.part_of("people")
    faults.shown(ctx)
    chosen = table.chosen(entrances.KEY)
    listed, panel = table.beside(entrances.KEY, opened=bool(chosen))
    with listed:
        person = entrances.listed(ctx)
    if person is not None and panel is not None:
        with panel:
            card(ctx, person)
    offices.others(ctx)
    st.subheader(ctx.words("people.displays"), anchor=False)
    access.displays(ctx)
    access.browsers(ctx)
    cases.region(ctx)


def card(ctx: frame.Visit, person: Person) -> None:
    """What can be given to a person, and taken back."""
    words, form = ctx.words, f"people.{person.id}"
    name = plain(words.of(person, "name"))
    st.markdown(f"**{name}** · {words(f'role.{person.role}')}")
    if ctx.may("invite", role=person.role):
        with st.container(horizontal=True):
            gifts(form, words, person)
            with st.popover(
                words("people.withdraw"), icon=":material/block:", key="people.withdraw_box"
            ):
                st.text(words("people.withdraw_why"))
                st.button(
                    words("people.withdraw_yes"), key="people.withdraw",
                    on_click=take_back, args=(form, person.id),
                )  # fmt: skip
        access.shown(ctx, form)
        if has_provider():
            email(form, words, person)
        commands.refused(form, words)
        if person.role != Role.DISPLAY:
            offices.changing(ctx, person)
    else:
        st.info(words("people.not_yours"))
    access.browsers(ctx, of=person)
    personal.of_office(ctx, person.id)
    st.button(
        words("plan.close"), key="people.close", type="tertiary",
        on_click=table.choose, args=(entrances.KEY, ""),
    )  # fmt: skip


def gifts(form: str, words: Words, person: Person) -> None:
    """What admits a person: a link; for a desk also a PIN and a program's token."""
    st.button(
        words("people.invite"), key="people.invite", type="primary", icon=":material/qr_code_2:",
        on_click=give, args=(form, "link", invite, person.id),
    )  # fmt: skip
    if person.role == Role.DESK:
        st.button(
            words("people.pin"), key="people.pin", icon=":material/pin:",
            on_click=give, args=(form, "pin", set_pin, person.id),
        )  # fmt: skip
        st.button(
            words("people.token"), key="people.token", icon=":material/key:",
            on_click=give, args=(form, "token", give_token, person.id),
        )  # fmt: skip


def give(form: str, kind: str, command: Command, person_id: int) -> None:
    access.keep(form, kind, commands.perform(form, command, person_id=person_id))


def take_back(form: str, person_id: int) -> None:
    ended = commands.perform(form, withdraw, person_id=person_id)
    if ended is not None:
        access.forget()
        commands.say("people.withdrawn", number=ended)


def email(form: str, words: Words, person: Person) -> None:
    key, why = f"people.email.{person.id}", words("people.email_why")
    st.text_input(words("people.email"), key=key, max_chars=254, placeholder=why)
    st.button(
        words("people.email_save"), key="people.email_save",
        on_click=put_email, args=(form, key, person.id),
    )  # fmt: skip


def put_email(form: str, key: str, person_id: int) -> None:
    commands.perform(form, set_email, person_id=person_id, email=st.session_state[key])
    commands.say("people.email_saved")


everybody()
