"""E-mail of the distribution: whether it leaves, and the addresses, which the secretariat gives."""

import streamlit as st

from data.distribution.addresses import forget_addresses, give_addresses, read_addresses
from data.distribution.commands import queue_email
from data.distribution.mail import leaves, mail_settings
from data.distribution.queries import DistributionSnapshot
from data.words import Words
from models.imports.drafts import MAX_FILE_BYTES
from ui.distribution import queries as distribution_queries
from ui.shell import choices, commands
from ui.shell.frame import Visit

FORM, MAIL, UPLOAD = "distribution.addresses", "distribution.mail_all", "distribution.address_file"
TYPES = ["xlsx", "xlsm", "xls", "ods", "csv", "docx"]


def region(ctx: Visit, version: DistributionSnapshot | None) -> None:
    """Folded: the mail server's state, the addresses, and e-mail to all who have none yet."""
    words = ctx.words
    box = choices.expander(
        words("distribution.email"), key="distribution.email_box", icon=":material/mail:"
    )
    if not box.open:
        return
    with box:
        st.text(_server(ctx))
        number = distribution_queries.addresses(ctx.moment)
        st.text(words("distribution.addresses", number=number))
        if ctx.may("handle_addresses"):
            _addresses(words, number)
        if version and not version.withdrawn and leaves(ctx.event):
            st.button(
                words("distribution.queue_all"),
                key=MAIL,
                icon=":material/mail:",
                on_click=_queue,
                args=(version.id,),
            )
        commands.refused(MAIL, words)


def _server(ctx: Visit) -> str:
    """Whether e-mail leaves, and by which server; never who signs in to it."""
    words, settings = ctx.words, mail_settings()
    if ctx.event.rehearsal:
        return words("refusal.email_in_rehearsal")
    if settings is None:
        return words("refusal.email_off")
    return words("distribution.server", host=settings.host, rate=settings.per_minute)


def _addresses(words: Words, number: int) -> None:
    key = f"{UPLOAD}.{st.session_state.get(UPLOAD, 0)}"
    with st.container(key="distribution_addresses_upload"):
        st.file_uploader(
            words("distribution.addresses_file"),
            type=TYPES,
            key=key,
            max_upload_size=MAX_FILE_BYTES // 2**20,
            on_change=_give,
            args=(key,),
        )
    st.caption(words("distribution.addresses_why"))
    if number:
        with st.popover(
            words("distribution.forget"),
            icon=":material/delete:",
            type="tertiary",
            key="distribution.forget_box",
        ):
            st.text(words("distribution.forget_why"))
            st.button(
                words("distribution.forget_yes"),
                key="distribution.forget",
                on_click=commands.perform,
                args=(FORM, forget_addresses),
            )
    commands.refused(FORM, words)


def _give(key: str) -> None:
    """Store the addresses of the chosen file, and offer an empty field for another."""
    file = st.session_state.get(key)
    if file is None:
        return
    read = commands.ready(FORM, lambda: read_addresses(file.name, file.getvalue()))
    if read and (number := commands.perform(FORM, give_addresses, addresses=read)):
        st.session_state[UPLOAD] = st.session_state.get(UPLOAD, 0) + 1
        commands.say("distribution.addresses_given", number=number)


def _queue(distribution_id: int) -> None:
    if number := commands.perform(MAIL, queue_email, distribution_id=distribution_id):
        commands.say("distribution.queued", number=number)
