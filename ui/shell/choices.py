"""Fields whose choices carry labels, and what is folded: both survive new labels.

Streamlit names a choice by its label between browser and server. When the labels change under an
open page (another language, an edited title), the browser would send
labels that nobody knows any more: the choice would be lost, or be a text instead of an id.
"""

from collections.abc import Callable, Hashable, Sequence
from typing import TypeVar

import streamlit as st

T = TypeVar("T")


def selectbox(
    label: str,
    options: Sequence[T],
    *,
    format_func: Callable[[T], str],
    key: str,
    index: int | None = 0,
    **style: object,
) -> T | None:
    """`st.selectbox`; `options` are ids, keys or dates, the same in both languages.

    An option that stands for all or for none is "" and not None, which to Streamlit is no choice.
    """
    if None in options:
        raise TypeError(f"{key} offers None as a choice")
    _keep(key, options, format_func)
    return st.selectbox(label, options, index=index, format_func=format_func, key=key, **style)


def multiselect(
    label: str,
    options: Sequence[T],
    default: Sequence[T] | None = None,
    *,
    format_func: Callable[[T], str],
    key: str,
    **style: object,
) -> list[T]:
    """`st.multiselect`; `options` are ids, keys or dates, the same in both languages."""
    _keep(key, options, format_func)
    return st.multiselect(label, options, default, format_func=format_func, key=key, **style)


def when_changed(key: str, drawn: object, act: Callable[..., None], *args: object) -> None:
    """Act where a field holds another value than it was drawn with; its `on_change`, where a choice
    is saved at once.

    A browser sends every field that it shows, and Streamlit takes one that the server has not met
    before for a change: a page that was just drawn would save what nobody chose.
    """
    if st.session_state[key] != drawn:
        act(*args)


def _keep(key: str, options: Sequence[T], format_func: Callable[[T], str]) -> None:
    """Tell the browser again what is chosen where the labels are others than last time."""
    labels = hash(tuple(map(format_func, options)))
    if key in st.session_state and st.session_state.get(f"labels.{key}") not in (None, labels):
        st.session_state[key] = st.session_state[key]
    st.session_state[f"labels.{key}"] = labels


def follow(key: str, default: Hashable) -> None:
    """Let a field that shows its default go on to the next one, such as another day at midnight.

    What a person has chosen stays. Called before the field is drawn.
    """
    last = st.session_state.get(f"default.{key}", default)
    if last != default and st.session_state.get(key) == last:
        st.session_state[key] = default
    st.session_state[f"default.{key}"] = default


def expander(label: str, *, key: str, **style: object):
    """An expander whose content is drawn when it is open (`.open`).

    To Streamlit another label is another expander: it begins as the last one was left.
    """
    state = st.session_state
    last, expanded = state.get(f"folded.{key}", (label, False))
    if last != label:
        expanded = bool(state.get(key, expanded))
    state[f"folded.{key}"] = (label, expanded)
    return st.expander(label, expanded=expanded, key=key, on_change="rerun", **style)
