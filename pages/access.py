"""Who may enter: invitations with a QR code, desk PINs, displays, and the browsers that are signed in."""

import streamlit as st

from data.access.accounts import set_email, set_pin
from data.access.oidc_config import has_provider
from data.access.sign_ins import give_token, invite, withdraw
from models.access.people import Role
from ui.access import access
from ui.access import queries as access_queries
from ui.shell import commands, components, frame, live

here = frame.require("people")


@st.fragment(key="people.page", run_every=60)
def everybody() -> None:
    live.watch("people")
    now = frame.visit()
    st.subheader(now.words("people.let_in"), anchor=False)
    person = chosen(now)
    if person:
        card(now, person)
    st.subheader(now.words("people.displays"), anchor=False)
    access.displays(now)
    st.subheader(now.words("people.browsers"), anchor=False)
    access.browsers(now)


def chosen(now: frame.Visit):
    """The one whom it is about; typing finds him without accents too."""
    words = now.words
    found = {
        person.id: person
        for person in access_queries.everybody(now.moment)
        if person.role != Role.DISPLAY
    }
    number = st.selectbox(
        words("people.who"),
        list(found),
        index=None,
        format_func=lambda one: (
            f"{words.of(found[one], 'name')} ({found[one].key.replace('_', ' ')})"
        ),
        placeholder=words("people.choose"),
        key="people.who",
    )
    return found.get(number)


def card(now: frame.Visit, person) -> None:
    """What can be given to a person, and taken back."""
    words, form = now.words, f"people.{person.id}"
    with st.container(border=True, key="people_card"):
        st.markdown(
            f"**{components.plain(words.of(person, 'name'))}** · {words(f'role.{person.role}')}"
        )
        if not now.may("invite", role=person.role):
            st.info(words("people.not_yours"))
            return
        with st.container(horizontal=True):
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
            with st.popover(words("people.withdraw"), icon=":material/block:"):
                st.text(words("people.withdraw_why"))
                st.button(
                    words("people.withdraw_yes"),
                    key="people.withdraw",
                    on_click=take_back,
                    args=(form, person.id),
                )
        access.shown(now, form)
        if has_provider():
            email(form, words, person)
        commands.refused(form, words)


def give(form: str, kind: str, command, person_id: int) -> None:
    access.keep(form, kind, commands.manage(form, command, person_id=person_id))


def take_back(form: str, person_id: int) -> None:
    ended = commands.manage(form, withdraw, person_id=person_id)
    if ended is not None:
        access.forget()
        commands.say("people.withdrawn", number=ended)


def email(form: str, words, person) -> None:
    key = f"people.email.{person.id}"
    st.text_input(
        words("people.email"), key=key, max_chars=254, placeholder=words("people.email_why")
    )
    st.button(
        words("people.email_save"),
        key="people.email_save",
        on_click=put_email,
        args=(form, key, person.id),
    )


def put_email(form: str, key: str, person_id: int) -> None:
    commands.manage(form, set_email, person_id=person_id, email=st.session_state[key])
    commands.say("people.email_saved")


everybody()
