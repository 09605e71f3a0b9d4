"""How a device comes to trust this server, where its certificate is of its own authority."""

import streamlit as st

from data import certificates
from models.access.people import Role
from ui.shell.frame import Visit
from ui.shell.plain import plain

ADVISE = (Role.ADMIN, Role.COMMAND)
"""Whom others ask why their telephone warns."""


def line(ctx: Visit) -> None:
    """The way to the steps and the fingerprint, for a visitor who is not signed in and for those
    who advise others.
    """
    if ctx.person is not None and ctx.person.role not in ADVISE:
        return
    if served := certificates.own_one():
        words = ctx.words
        known_by = f"{words('trust.fingerprint')} {served.fingerprint}"
        st.caption(f"[{plain(words('trust.link'))}](/trust) {plain(known_by)}")
