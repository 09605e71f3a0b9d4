"""An address of this server for another device: its QR code and its text."""

from urllib.parse import urlsplit

import segno
import streamlit as st

from data.words import Words

LOCAL = ("localhost", "127.0.0.1", "::1")


def shown(words: Words, path: str, why: str) -> None:
    """The whole address of a path of this server as the visitor reached it, and `why` it is there.

    Within the page: a picture of its own would have an address that asks for no sign-in. In its own
    size, since a scaled code is blurred.
    """
    host = urlsplit(st.context.url or "")
    address = f"{host.scheme}://{host.netloc}{path}"
    st.html(f'<img alt="QR" src="{_qr(address)}">')
    st.code(address, language=None, wrap_lines=True)
    st.caption(why)
    if host.hostname in LOCAL:
        st.warning(words("people.local_address"))


def _qr(address: str) -> str:
    return str(segno.make(address, error="m").png_data_uri(scale=8, border=4))
