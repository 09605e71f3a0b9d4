"""Photographs of a task: the choice of files for a report, and thumbnails that open the picture."""

from uuid import uuid4

import streamlit as st

from data.readiness.images import prepare
from data.readiness.photographs import PhotographShown
from data.words import Words
from models.readiness.photographs import MAX_BYTES, MAX_PHOTOGRAPHS, Picture, require_few
from ui.shell import commands

OPEN = "photographs"
"""In the address: the tasks whose choice of photographs is open. It outlives the session, with
which Streamlit drops the files, when a telephone was away for long."""


def thumbnails(words: Words, photographs: tuple[PhotographShown, ...], *, key: str) -> None:
    """The thumbnails in a row; a tap opens the picture. `key` distinguishes the rows of a page.

    They come from our own address, which checks the permission; an image that Streamlit serves is
    open to anyone who has its address.
    """
    if not photographs:
        return
    with st.container(horizontal=True, gap="small", key=f"evidence_{key}"):
        for place, one in enumerate(photographs, start=1):
            alt = words("evidence.photograph", number=place, at=words.moment(one.at))
            image = f"![{alt}]({address(one, 'thumbnail')})"
            st.markdown(f"[{image}]({address(one, 'picture')})", width="content")


def address(one: PhotographShown, size: str) -> str:
    return f"/evidence/{one.id}/{size}"


def choosing(task_id: int) -> bool:
    """Whether the visitor is choosing photographs for a task."""
    return f"evidence.{task_id}" in st.session_state


def offer(words: Words, task_id: int) -> None:
    """The button that opens the choice, until it is tapped."""
    if not choosing(task_id):
        st.button(
            words("evidence.add"),
            key=f"evidence.add.{task_id}",
            icon=":material/add_a_photo:",
            on_click=begin,
            args=(task_id,),
        )


def begin(task_id: int) -> None:
    """Open a choice with a field of its own, so that no file of another choice is left in it."""
    st.session_state[f"evidence.{task_id}"] = f"evidence.files.{task_id}.{uuid4().hex}"
    _in_address(task_id, is_open=True)


def resume(task_id: int) -> None:
    """Open a choice again whose session was lost, and its files with it; the field says so."""
    if not choosing(task_id) and str(task_id) in st.query_params.get_all(OPEN):
        begin(task_id)
        st.session_state[f"evidence.lost.{task_id}"] = True


def _in_address(task_id: int, *, is_open: bool) -> None:
    others = [one for one in st.query_params.get_all(OPEN) if one != str(task_id)]
    if tasks := others + [str(task_id)] * is_open:
        st.query_params[OPEN] = tasks
    else:
        st.query_params.pop(OPEN, None)


def choose(words: Words, task_id: int) -> bool:
    """The field for the files; returns whether any were chosen. The type of a file is decided by
    its bytes later, not by its extension.
    """
    files = st.file_uploader(
        words("evidence.choose", number=MAX_PHOTOGRAPHS, size=MAX_BYTES // 2**20),
        type="image",
        accept_multiple_files=True,
        key=st.session_state[f"evidence.{task_id}"],
        max_upload_size=MAX_BYTES // 2**20,
    )
    st.caption(words("evidence.choose_why"))
    if files:
        st.session_state.pop(f"evidence.lost.{task_id}", None)
    elif f"evidence.lost.{task_id}" in st.session_state:
        st.warning(words("evidence.lost"), icon=":material/no_photography:")
    return bool(files)


def chosen(form: str, task_id: int) -> list[Picture] | None:
    """The chosen photographs of a task, ready to store, an empty list where none were chosen. None
    where a file is refused; the form shows the refusal.
    """
    key = st.session_state.get(f"evidence.{task_id}")
    files = st.session_state.get(key, []) if key else []
    return commands.ready(form, lambda: made_ready(files))


def made_ready(files: list) -> list[Picture]:
    require_few(len(files))
    return [prepare(one.name, one.getvalue()) for one in files]


def forget(task_id: int) -> None:
    """End the choice, saved or cancelled."""
    st.session_state.pop(f"evidence.lost.{task_id}", None)
    if key := st.session_state.pop(f"evidence.{task_id}", None):
        st.session_state.pop(key, None)
        _in_address(task_id, is_open=False)
